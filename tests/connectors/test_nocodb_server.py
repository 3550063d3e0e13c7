"""nocodb on a real one, on SQLite and on PostgreSQL."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.nocodb import NocoDB
from ingest.connector import Ask, Broken, Reading, Refused, Seen
from ingest.connector.drain import Drained, drain
from ingest.connector.kit import ZONE
from tests.servers.nocodb.server import NocoDB as Server
from tests.servers.nocodb.server import nocodb
from tests.servers.postgresql import listening

pytestmark = pytest.mark.slow
MANY = 1005
"""More than a page."""
FIRST = datetime(2020, 1, 1, tzinfo=ZONE)
TYPES = {
    "Number": "Number",
    "Decimal": "Decimal",
    "Currency": "Currency",
    "Percent": "Percent",
    "Rating": "Rating",
    "Duration": "Duration",
    "Checkbox": "Checkbox",
    "Day": "Date",
    "Time": "DateTime",
}
FULL = {
    "Number": 40,
    "Decimal": 12.5,
    "Currency": 99.95,
    "Percent": 45,
    "Rating": 4,
    "Duration": 5400,
    "Checkbox": True,
    "Day": "2026-01-14",
    "Time": "2026-01-14 18:30:00+05:00",
}
CHOICES = {
    "Kind": ("SingleSelect", "hall", ("hall", "online")),
    "Topics": ("MultiSelect", ["python", "sql"], ("python", "sql")),
}


@dataclass(frozen=True)
class World:
    server: Server
    base: str
    meetups: str
    """Many, one a day, with as many attendees as their number."""
    kinds: str
    """A record with everything, then one in which nobody filled in anything."""
    token: str
    viewer: str
    stranger: str


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    database = listening() if request.param == "PostgreSQL" else nullcontext()
    with (
        database as address,
        nocodb(address) as owner,
        owner.somebody("bo@example.com") as bo,
        owner.somebody("cy@example.com") as cy,
    ):
        base = owner.base("Community")
        owner.invite(base, "bo@example.com", "viewer")
        meetups = owner.table(base, "Meetups", Day="Date", Attendees="Number")
        days = [FIRST + timedelta(days=number) for number in range(MANY)]
        rows = [{"Day": f"{day:%Y-%m-%d}", "Attendees": number} for number, day in enumerate(days)]
        for start in range(0, MANY, 500):
            owner.add(base, meetups, *rows[start : start + 500])
        yield World(owner, base, meetups, kinds(owner, base), owner.token(), bo.token(), cy.token())


def kinds(owner: Server, base: str) -> str:
    people = owner.table(base, "People", Name="SingleLineText", Age="Number")
    who = owner.add(base, people, {"Name": "Ada", "Age": 30}, {"Name": "Bo", "Age": 12})
    table = owner.table(base, "Kinds", Title="SingleLineText", **TYPES)
    for name, (type, _, choices) in CHOICES.items():
        owner.field(base, table, name, type, choices=[{"title": one} for one in choices])
    helpers = owner.field(base, table, "Helpers", "LinkToAnotherRecord", relation_type="mm", related_table_id=people)
    lead = owner.field(base, table, "Lead", "LinkToAnotherRecord", relation_type="oo", related_table_id=people)
    counted = owner.field(base, table, "Guests", "Links", relation_type="mm", related_table_id=people)
    name, age = (owner.field_named(base, people, title) for title in ("Name", "Age"))
    owner.field(base, table, "Names", "Lookup", related_field_id=helpers, related_table_lookup_field_id=name)
    rolled = {"related_field_id": helpers, "related_table_rollup_field_id": age}
    owner.field(base, table, "Ages", "Rollup", rollup_function="sum", **rolled)
    owner.field(base, table, "Twice", "Formula", formula="{Number} * 2")
    owner.field(base, table, "Label", "Formula", formula="CONCAT({Title}, '!')")
    chosen = {name: value for name, (_, value, _) in CHOICES.items()}
    full, _ = owner.add(base, table, {"Title": "full", **FULL, **chosen}, {"Title": "empty"})
    owner.link(base, table, helpers, full, *who)
    owner.link(base, table, lead, full, who[0])
    owner.link(base, table, counted, full, *who)
    return table


def pulled(world: World, table: str = "", token: str = "", base: str = "", **signal: Any) -> Drained:
    made = source(world, token or world.token, base or world.base, {"table": table or world.meetups, **signal})

    async def run() -> Drained:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await drain(made, asking(client))

    return asyncio.run(run())


def seen(world: World, token: str = "") -> Seen:
    async def run() -> Seen:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await source(world, token or world.token, world.base, {"table": "m", "column": "x"}).seen(
                asking(client)
            )

    return asyncio.run(run())


def source(world: World, token: str, base: str, signal: dict[str, Any]) -> NocoDB:
    return NocoDB.model_validate({"url": world.server.url, "api_token": token, "base": base, "signals": {"it": signal}})


def asking(client: httpx.AsyncClient) -> Ask:
    return Ask(client=lambda: client, now=datetime(2026, 11, 25, tzinfo=UTC), zone=ZONE, home=Path(), key=b"k")


def numbers(drained: Drained) -> list[float]:
    return [one.value for one in drained.readings]


ATTENDED = {"date": "Day", "value": "Attendees"}


def test_records_of_two_pages_are_events_on_their_days_under_their_own_ids(world: World) -> None:
    readings = pulled(world, kind="events", **ATTENDED).readings
    assert [one.value for one in readings] == list(range(MANY))
    assert [one.at for one in readings] == [FIRST + timedelta(days=number) for number in range(MANY)]
    assert len({one.key for one in readings}) == MANY


def test_dated_levels_are_a_history_and_a_column_tells_its_last_value(world: World) -> None:
    assert numbers(pulled(world, **ATTENDED))[-1] == MANY - 1
    assert pulled(world, column="Attendees").readings == (Reading("it", MANY - 1),)


def test_what_is_new_changed_or_deleted_shows_with_the_next_pull(world: World) -> None:
    owner, base = world.server, world.base
    table = owner.table(base, "Changing", Day="Date", Attendees="Number")
    events = {"table": table, "kind": "events", **ATTENDED}
    assert pulled(world, **events).readings == ()
    first, second = owner.add(base, table, {"Day": "2026-01-14", "Attendees": 4}, {"Day": "2026-02-11"})
    [one] = pulled(world, **events).readings
    assert (one.value, one.key) == (4, str(first)), "who has no number yet is not counted"
    owner.change(base, table, second, Attendees=0)
    owner.change(base, table, first, Attendees=5, Day="2026-01-15")
    told = pulled(world, **events)
    at = [datetime(2026, 1, 15, tzinfo=ZONE), datetime(2026, 2, 11, tzinfo=ZONE)]
    assert told.readings == (Reading("it", 5, at[0], str(first)), Reading("it", 0, at[1], str(second)))
    owner.delete(base, table, first)
    told = pulled(world, **events)
    assert [one.key for one in told.readings] == [str(second)]
    assert [(span.signal, span.whole) for span in told.spans] == [("it", True)], "so that the other is taken back"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Number", 40),
        ("Decimal", 12.5),
        ("Currency", 99.95),
        ("Percent", 45),
        ("Rating", 4),
        ("Duration", 5400),
        ("Twice", 80),
        ("Ages", 42),
        ("Guests", 2),
    ],
)
def test_numbers_of_all_kinds_are_read_and_what_is_empty_is_not_zero(world: World, field: str, value: float) -> None:
    assert numbers(pulled(world, table=world.kinds, column=field, where={"Title": "full"})) == [value]
    empty = {"Title": "empty"}
    if field in {"Ages", "Guests"}:
        assert numbers(pulled(world, table=world.kinds, column=field, where=empty)) == [0], "of nobody"
    else:
        with pytest.raises(Broken, match=f"there is no value in the column '{field}'"):
            pulled(world, table=world.kinds, column=field, where=empty)


def test_text_for_a_number_is_named_with_its_record(world: World) -> None:
    with pytest.raises(Broken, match="'full'") as caught:
        pulled(world, table=world.kinds, column="Title", where={"Id": "1"})
    assert caught.value.where == f"{world.kinds}, record 1, Title"


@pytest.mark.parametrize(
    ("field", "at"),
    [("Day", datetime(2026, 1, 14, tzinfo=ZONE)), ("Time", datetime(2026, 1, 14, 13, 30, tzinfo=UTC))],
)
def test_days_are_local_and_times_have_their_zone(world: World, field: str, at: datetime) -> None:
    assert pulled(world, table=world.kinds, date=field, kind="events").readings == (Reading("it", 1, at, "1"),)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("Kind", "hall"),
        ("Topics", "python, sql"),
        ("Checkbox", "true"),
        ("Label", "full!"),
        ("Names", "Ada, Bo"),
        ("Helpers", "Ada, Bo"),
        ("Lead", "Ada"),
        ("Id", "1"),
    ],
)
def test_records_are_chosen_by_what_their_fields_show(world: World, field: str, text: str) -> None:
    chosen = {"table": world.kinds, "date": "Day", "kind": "events"}
    assert numbers(pulled(world, where={field: text}, **chosen)) == [1]
    assert numbers(pulled(world, where={field: "something else"}, **chosen)) == []


def test_a_viewer_of_the_base_is_enough_and_may_not_write(world: World) -> None:
    assert len(pulled(world, token=world.viewer, kind="events", **ATTENDED).readings) == MANY
    assert seen(world, world.viewer).name == seen(world).name == "Community"
    url = f"{world.server.url}/api/v3/data/{world.base}/{world.meetups}/records"
    key = {"xc-token": world.viewer}
    assert httpx.post(url, headers=key, json={"fields": {"Attendees": 1}}, trust_env=False).status_code == 403


@pytest.mark.parametrize(("who", "status", "words"), [("wrong", 401, "Invalid token"), ("stranger", 403, "Forbidden")])
def test_a_wrong_token_and_that_of_a_stranger_are_refused(world: World, who: str, status: int, words: str) -> None:
    token = world.stranger if who == "stranger" else "a-made-up-token"
    with pytest.raises(Refused, match=words) as caught:
        pulled(world, token=token, **ATTENDED)
    assert caught.value.status == status
    with pytest.raises(Refused, match=words):
        seen(world, token)


def test_what_is_not_there_is_named(world: World) -> None:
    with pytest.raises(Refused, match="Table 'mnone' not found"):
        pulled(world, table="mnone", **ATTENDED)
    with pytest.raises(Refused, match="Base 'pnone' not found"):
        pulled(world, base="pnone", **ATTENDED)
    with pytest.raises(Broken, match="no row with the header 'Guests'; there is 'Id', 'Day', 'Attendees'"):
        pulled(world, date="Day", value="Guests")


def test_okr_pulls_from_it(world: World, tmp_path: Path) -> None:
    (tmp_path / "okr.yaml").write_text(f"""
timezone: Europe/Berlin
sources:
  community:
    connector: nocodb
    url: {world.server.url}
    api_token: ${{NOCODB_TOKEN}}
    base: {world.base}
    signals:
      attendees: {{table: {world.meetups}, date: Day, value: Attendees, kind: events}}
""")
    told = okr(tmp_path, "check", "--live", NOCODB_TOKEN=world.viewer)
    assert told.returncode == 0, told.stderr
    assert "Community" in told.stdout
    assert okr(tmp_path, "pull", NOCODB_TOKEN=world.viewer).returncode == 0
    refused = okr(tmp_path, "pull", NOCODB_TOKEN="a-made-up-token")
    assert "an API token of somebody who may see the base" in refused.stdout + refused.stderr
    assert "a-made-up-token" not in refused.stdout + refused.stderr


def okr(home: Path, *words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ingest", "-c", home / "okr.yaml", *words],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
