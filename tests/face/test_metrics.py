"""/metrics: byte for byte what prometheus-client prints of the same series, and no more work than what changed."""

import gzip
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from ingest.connector.outcome import Outcome
from ingest.face.metrics.board import Format
from ingest.face.metrics.exposition import Exposition, chosen
from ingest.face.metrics.families import ALL
from ingest.okr.expression import SignalName
from ingest.okr.forecast import Forecast, NoForecast
from ingest.okr.instant import DAY, SECOND
from ingest.okr.objective import KeyResult, Objective
from ingest.okr.period import Period
from ingest.okr.score import ObjectiveScore, Score, Status
from ingest.okr.signal import Kind
from ingest.okr.target import Reach
from ingest.run.card import Card, Scored, ScoredObjective
from ingest.run.health import SignalHealth, SourceHealth
from ingest.run.service import Service
from ingest.store.error import StoreError
from ingest.store.unit import Kept
from tests.run.world import World

YEAR = Period("2026", date(2026, 1, 1), date(2026, 12, 31), ZoneInfo("UTC"))
SCORE = Score(
    value=1630.0, baseline=1500.0, target=1800.0, raw_progress=1.25, progress=1.0, expected=0.4959, pace=2.0,
    status=Status.ON_TRACK, reason=None, last_known_status=None, measured_at=20_000 * DAY, days_ahead=1.0, due=0.0,
    final=False,
)  # fmt: skip
SOURCE = SourceHealth(
    id="mail", connector="mailchimp", outcome=Outcome.OK, message=None, cure=None, last_pull_at=5 * SECOND,
    last_success_at=5 * SECOND, next_pull_at=3605 * SECOND, interval=3600 * SECOND, consecutive_failures=0,
    credential_expires_at=None,
)  # fmt: skip
SIGNAL = SignalHealth("mail.subscribers", "mail", Kind.LEVEL, "people", 0, 5 * SECOND, 12.5, None, 5 * SECOND, 0)


def key_result(name: str, title: str = "More", customer: str | None = "readers") -> KeyResult:
    return KeyResult(
        name, title, SignalName("mail.subscribers"), "mail.subscribers", Reach(1800), "1800", YEAR,
        {"mail.subscribers": Kind.LEVEL}, customer=customer,
    )  # fmt: skip


def card(*scored: Scored, owner: str | None = "me") -> Card:
    objective = Objective("growth", "Grow", YEAR, tuple(one.key_result for one in scored), owner=owner)
    rolled_up = ObjectiveScore(0.5, 1.0, Status.ON_TRACK)
    return Card(0, None, (ScoredObjective(objective, rolled_up, scored),))


def shown(*scored: Scored, sources: tuple[SourceHealth, ...] = (SOURCE,)) -> Exposition:
    exposition = Exposition()
    exposition.show(card(*scored), sources, (SIGNAL,))
    return exposition


def again(body: bytes, form: Format) -> bytes:
    """The body parsed, and printed by prometheus-client."""

    class Parsed:
        def collect(self) -> list[Metric]:
            parse = text_string_to_metric_families if form == "text" else parse_openmetrics
            return list(parse(body.decode()))

    registry = CollectorRegistry(auto_describe=False)
    registry.register(Parsed())  # type: ignore[arg-type]
    return generate_latest(registry) if form == "text" else generate_openmetrics(registry)


def test_the_chance_of_success_is_there_only_where_there_is_a_forecast() -> None:
    told = Forecast(1755.0, 1700.0, 1811.0, 0.18)
    one, other = (Scored(key_result(f"growth.{name}"), "growth", SCORE) for name in "ab")
    body = shown(one._replace(outlook=told), other._replace(outlook=NoForecast("2 readings so far"))).body()
    line = b'okr_key_result_success_probability{key_result="a",objective="growth"} 0.18'
    assert [found for found in body.splitlines() if found.startswith(b"okr_key_result_success")] == [line]


def test_a_forecast_that_changes_alone_changes_its_line() -> None:
    exposition = shown(Scored(key_result("growth.a"), "growth", SCORE, Forecast(1755.0, 1700.0, 1811.0, 0.18)))
    changed = Scored(key_result("growth.a"), "growth", SCORE, Forecast(1765.0, 1700.0, 1811.0, 0.25))
    exposition.show(card(changed), (), ())
    assert b'okr_key_result_success_probability{key_result="a",objective="growth"} 0.25\n' in exposition.body()
    exposition.show(card(changed._replace(outlook=NoForecast("over"))), (), ())
    assert b"okr_key_result_success_probability{" not in exposition.body()


FORMS: list[Format] = ["text", "openmetrics"]


@pytest.mark.parametrize("form", FORMS)
def test_the_text_is_what_prometheus_client_prints(form: Format) -> None:
    exposition = shown(Scored(key_result("growth.a"), "growth", SCORE), Scored(key_result("growth.b"), "growth", SCORE))
    body = exposition.body(form)
    assert b'okr_key_result_value{key_result="a",objective="growth"} 1630.0\n' in body
    assert again(body, form) == body


@given(
    title=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30),
    value=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    status=st.sampled_from(Status),
    form=st.sampled_from(FORMS),
)
def test_any_title_and_number_comes_out_as_prometheus_client_prints_it(
    title: str, value: float | None, status: Status, form: Format
) -> None:
    title = "".join(title.splitlines())  # the parser of prometheus-client splits lines where Prometheus does not
    scored = Scored(key_result("growth.a", title), "growth", SCORE._replace(value=value, status=status))
    body = shown(scored).body(form)
    assert again(body, form) == body


def test_what_is_unknown_is_absent() -> None:
    unknown = SCORE._replace(value=None, raw_progress=None, progress=None, measured_at=None, status=Status.NO_DATA)
    body = shown(Scored(key_result("growth.a"), "growth", unknown)).body().decode()
    for gone in ("okr_key_result_value{", "okr_key_result_progress_ratio{", "okr_signal_events{"):
        assert gone not in body
    assert "NaN" not in body


def test_exactly_one_status_is_1_and_the_last_known_one_is_neither_stale_nor_no_data() -> None:
    stale = SCORE._replace(status=Status.STALE, last_known_status=Status.AT_RISK)
    lines = shown(Scored(key_result("growth.a"), "growth", stale)).body().decode().splitlines()
    status = [line for line in lines if line.startswith("okr_key_result_status{")]
    known = [line for line in lines if line.startswith("okr_key_result_last_known_status{")]
    assert (len(status), len(known)) == (9, 7)
    assert [line for line in status if line.endswith(" 1.0")] == [
        'okr_key_result_status{key_result="a",objective="growth",status="stale"} 1.0'
    ]
    assert [line for line in known if line.endswith(" 1.0")] == [
        'okr_key_result_last_known_status{key_result="a",objective="growth",status="at_risk"} 1.0'
    ]
    assert not any('status="stale"' in line or 'status="no_data"' in line for line in known)


def test_what_is_no_longer_configured_vanishes() -> None:
    first, second = (Scored(key_result(f"growth.{one}"), "growth", SCORE) for one in "ab")
    exposition = shown(first, second)
    exposition.show(card(first), (), ())
    body = exposition.body().decode()
    assert 'key_result="a"' in body
    assert 'key_result="b"' not in body
    assert "okr_source_up{" not in body
    assert "okr_signal_value{" not in body


def test_a_change_is_shown_and_a_scrape_in_between_gets_the_same_bytes() -> None:
    scored = Scored(key_result("growth.a"), "growth", SCORE)
    exposition = shown(scored)
    first = exposition.body()
    assert exposition.body() is first
    exposition.show(card(scored._replace(score=SCORE._replace(expected=0.75))), (SOURCE,), (SIGNAL,))
    changed = exposition.body()
    assert b'okr_key_result_expected_ratio{key_result="a",objective="growth"} 0.75\n' in changed
    assert again(changed, "text") == changed
    assert gzip.decompress(exposition.body(zipped=True)) == changed


def test_pulls_and_measurements_are_counted_by_source() -> None:
    exposition = shown()
    exposition.pulled("mail", "mailchimp", Outcome.BROKEN, 0.3)
    exposition.received("mail", Kept(1, 0, created=3, duplicate=2, revised=1), 4)
    body = exposition.body().decode()
    for line in (
        'okr_source_pulls_total{source="mail"} 1.0',
        'okr_source_pull_failures_total{outcome="broken",source="mail"} 1.0',
        'okr_source_pull_failures_total{outcome="refused",source="mail"} 0.0',
        'okr_measurements_received_total{result="created",source="mail"} 3.0',
        'okr_measurements_received_total{result="refused",source="mail"} 4.0',
        'okr_source_pull_duration_seconds_bucket{connector="mailchimp",le="0.5"} 1.0',
    ):
        assert f"\n{line}\n" in body
    assert "_created{" not in body


def test_every_metric_is_there_with_its_help_and_its_kind() -> None:
    exposition = shown(Scored(key_result("growth.a"), "growth", SCORE))
    body = exposition.body().decode()
    for one in ALL:
        assert f"# TYPE {one.name} {one.kind}\n" in body
        assert f"# HELP {one.name} {one.text}\n" in body


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (None, "text"),
        ("*/*", "text"),
        ("text/plain;version=0.0.4;q=0.3", "text"),
        ("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5", "openmetrics"),
    ],
)
def test_the_format_follows_the_accept_header(accept: str | None, form: Format) -> None:
    assert chosen(accept) == form


def test_what_a_scrape_could_not_read_is_read_by_the_next(tmp_path: Path) -> None:
    world = World(tmp_path)
    workspace, exposition = world.open("- {id: talks, title: Talks, value: hand.count, target: 10}"), Exposition()
    service = Service(workspace, exposition)
    workspace.record(world.item("hand.count", 3, "2026-06-01", "a talk"))
    with closing(sqlite3.connect(tmp_path / "okr.db")) as database:
        database.execute("ALTER TABLE definition RENAME TO elsewhere")
        with pytest.raises(StoreError, match="definition"):
            exposition.refresh(service)
        database.execute("ALTER TABLE elsewhere RENAME TO definition")
    exposition.refresh(service)
    assert b'okr_key_result_value{key_result="talks",objective="o"} 3.0\n' in exposition.body()
    world.close()
