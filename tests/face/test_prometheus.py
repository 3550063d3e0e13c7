"""A real Prometheus scrapes the service, and what we export becomes blocks of its database."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.face.conftest import TOKEN, Served, Terminal
from tests.servers.prometheus import prometheus, query, scraping, wait_for

CONFIGURATION = """\
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: okr
    authorization:
      credentials: {token}
    static_configs:
      - targets: ["{target}"]
"""
NOBODY = """\
global: {scrape_interval: 1s}
scrape_configs: [{job_name: nobody, static_configs: [{targets: ["127.0.0.1:9"]}]}]
"""
"""Nobody is there: what is scraped is that it is not up."""
BY_HAND = """\
timezone: Europe/Berlin
sources:
  notebook:
    connector: manual
    signals:
      weight: {kind: level}
      views: {kind: counter}
      requests: {kind: events}
objectives: []
"""
ROWS = (
    ("notebook.weight", "2019-02-28T22:30:00Z", -1.5, ""),
    ("notebook.weight", "2026-03-01T09:00:00Z", 0.1, ""),
    ("notebook.weight", "2026-03-01T09:00:00.001Z", 1e-300, ""),
    ("notebook.weight", "2026-03-01T10:00:00Z", 12345678.9, ""),
    ("notebook.views", "2026-01-01T00:00:00Z", 10_000, ""),
    ("notebook.views", "2026-01-02T00:00:00Z", 10_050, ""),
    ("notebook.views", "2026-01-03T00:00:00Z", 12, ""),
    ("notebook.requests", "2025-12-31T23:00:00Z", 1, "a"),
    ("notebook.requests", "2026-01-05T08:00:00Z", 2.5, "b"),
    ("notebook.requests", "2026-01-05T08:00:00Z", 3, "c"),
    ("notebook.requests", "2026-02-01T08:00:00Z", 100, "d"),
    ("notebook.requests", "2026-02-02T08:00:00Z", -1, "e"),
)
LATER = ("notebook.requests", "2026-02-01T08:00:00Z", 4, "d")


def test_a_real_prometheus_scrapes_every_series(served: Served, tmp_path: Path) -> None:
    target = served.url.removeprefix("http://")
    (tmp_path / "prometheus.yml").write_text(CONFIGURATION.format(token=TOKEN, target=target))
    with scraping(tmp_path) as url:

        def numbers(expression: str) -> list[float]:
            return [float(one["value"][1]) for one in query(url, expression)]

        found = wait_for(lambda: numbers('okr_key_result_value{key_result="subscribers"}'))
        assert numbers("up") == [1.0]
        with served.client() as ours:
            [value] = re.findall(r'okr_key_result_value\{key_result="subscribers".*\} (\S+)', ours.get("/metrics").text)
        assert found == [float(value)]
        assert numbers("count(okr_key_result_status == 1) == count(okr_key_result_info)") == [12.0]
        assert numbers("count(okr_source_up)") == [7.0]


def csv(*rows: tuple[str, str, float, str]) -> str:
    return "signal,observed_at,value,key\n" + "".join(",".join(map(str, row)) + "\n" for row in rows)


def history(url: str, series: str) -> list[tuple[float, float]]:
    """The samples as they are stored: time in seconds, value."""
    [found] = query(url, f"{series}[20y]")
    return [(time, float(value)) for time, value in found["values"]]


def expected(*samples: tuple[str, float]) -> list[tuple[float, float]]:
    return [(datetime.fromisoformat(at).timestamp(), value) for at, value in samples]


def test_the_export_is_our_history_in_a_real_prometheus(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "okr.yaml").write_text(BY_HAND)
    terminal.good("import", "-", stdin=csv(*ROWS))
    terminal.good("import", "-", stdin=csv(LATER))
    exported = terminal.good("export", "--format", "openmetrics")

    with prometheus(tmp_path, exported) as url:
        assert history(url, 'okr_signal_value{source="notebook",signal="weight"}') == expected(
            *((at, value) for signal, at, value, _ in ROWS if signal == "notebook.weight")
        )
        # A counter as it was read; that it started anew is for whoever reads it.
        assert history(url, 'okr_signal_value{source="notebook",signal="views"}') == expected(
            *((at, value) for signal, at, value, _ in ROWS if signal == "notebook.views")
        )
        # Events as /metrics has them: the sum of the amounts known so far, each with what counts today.
        assert history(url, 'okr_signal_events{source="notebook",signal="requests"}') == expected(
            ("2025-12-31T23:00:00Z", 1),
            ("2026-01-05T08:00:00Z", 6.5),
            ("2026-02-01T08:00:00Z", 10.5),
            ("2026-02-02T08:00:00Z", 9.5),
        )


def test_what_is_planned_is_left_out_so_that_prometheus_still_takes_what_it_scrapes(
    terminal: Terminal, tmp_path: Path
) -> None:
    """Blocks that reach into the future make it refuse every sample before their end, of all of its targets."""
    (tmp_path / "okr.yaml").write_text(BY_HAND)
    day = timedelta(days=1)
    past, future = ((datetime.now(UTC) + some).isoformat(timespec="seconds") for some in (-2 * day, 30 * day))
    rows = (("notebook.requests", past, 1, "was"), ("notebook.requests", future, 1, "planned"))
    terminal.good("import", "-", stdin=csv(*rows))
    exported = terminal.good("export", "--format", "openmetrics")

    with prometheus(tmp_path, exported, NOBODY) as url:
        assert wait_for(lambda: query(url, "up"), lambda: (tmp_path / "prometheus.log").read_text()[-500:])
        assert history(url, "okr_signal_events") == expected((past, 1))


def test_the_export_of_the_demo_becomes_blocks(demo: Terminal, tmp_path: Path) -> None:
    exported = demo.good("export", "--format", "openmetrics")
    names = set(re.findall(r'(okr_signal_\w+\{source="\w+",signal="\w+"\})', exported))
    assert len(names) > 10
    with prometheus(tmp_path, exported) as url:
        for name in names:
            wanted = [line.rsplit(" ", 2)[1:] for line in exported.splitlines() if line.startswith(name)]
            assert history(url, name) == [(float(at), float(value)) for value, at in wanted]
