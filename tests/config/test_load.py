"""A whole configuration: what it says when it is good, and every problem, with its place, when it is not."""

from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.config.load import load
from ingest.config.model import Notify, Server
from ingest.okr.objective import Tactic
from ingest.okr.signal import Kind
from ingest.okr.target import Change
from tests.config.writing import GOOD, loaded, problems, said, warned, with_key_result, written

WHOLE = """\
timezone: Europe/Berlin
mission: Be the first name
sources:
  hand:
    connector: manual
    signals:
      readers: {kind: level}
      invites: {kind: events}
objectives:
  - id: growth
    title: Grow
    scope: team
    period: 2026
  - id: expert
    title: Become an expert
    owner: me
    aligns_to: growth
    period: 2026-H1
    key_results:
      - id: readers
        title: 20% more readers
        customer: readers
        value: hand.readers
        target: +20%
        baseline: 2026-01-31
        weight: 0.5
        take: best
        unit: people
        lead: yes
        milestones: {2026-03-31: 40%, 2026-02-28: 0.1}
        formerly: followers
      - title: "Invitations: 10 of them"
        value: (hand.invites)
        target: at least 10
        period: 2026
tactics:
  - {id: profile, title: Rewrote it, started: 2026-03-01, ended: 2026-06-30, affects: [expert, expert.readers]}
notify:
  - {url: "mailto://a:b@example.com", when: [achieved, weekly]}
  - url: slack://x/y/z
database: postgres://okr:hunter22@db/okr
server: {listen: "[::1]:9000", token: secret-token, public_url: "https://okr.example.com/", public: on}
"""


def test_a_good_file_says_all_that_it_says(tmp_path: Path) -> None:
    config = loaded(tmp_path, WHOLE)
    assert config.zone == ZoneInfo("Europe/Berlin")
    assert config.mission == "Be the first name"
    assert config.home == tmp_path
    assert config.files == (tmp_path / "okr.yaml",)
    assert config.tactics == (
        Tactic("profile", "Rewrote it", date(2026, 3, 1), date(2026, 6, 30), config.tactics[0].affects),
    )
    assert config.tactics[0].affects == ("expert.readers", "expert.invitations_10_of_them")
    assert config.notify == (
        Notify("mailto://a:b@example.com", ("achieved", "weekly")),
        Notify("slack://x/y/z", ("achieved", "off_track", "source_failing")),
    )
    assert config.server == Server("::1", 9000, "secret-token", "https://okr.example.com", True)
    assert config.database == "postgresql+psycopg://okr:hunter22@db/okr"
    assert {"hunter22", "secret-token", "slack://x/y/z"} <= config.secrets
    assert warned(config) == [
        "okr.yaml:10:5: objectives[0]: has no key results, so nothing shows whether it is reached"
    ]


def test_a_key_result_says_all_that_it_says(tmp_path: Path) -> None:
    growth, expert = loaded(tmp_path, WHOLE).objectives
    assert (growth.id, growth.scope, growth.key_results) == ("growth", "team", ())
    assert (expert.owner, expert.aligns_to, expert.period.text) == ("me", "growth", "2026-H1")
    first, second = expert.key_results
    assert first.name == "expert.readers"
    assert first.target == Change(0.2, True)
    assert first.kinds == {"hand.readers": Kind.LEVEL}
    assert (first.baseline, first.baseline_text) == (date(2026, 1, 31), "2026-01-31")
    assert (first.weight, first.take, first.unit, first.lead) == (0.5, "best", "people", True)
    assert first.milestones == ((date(2026, 2, 28), 0.1), (date(2026, 3, 31), 0.4))
    assert (first.formerly, first.customer) == ("expert.followers", "readers")
    assert second.name == "expert.invitations_10_of_them"
    assert (second.period.text, second.target_text) == ("2026", "at least 10")


def test_what_is_left_out_has_its_default(tmp_path: Path) -> None:
    config = load(written(tmp_path, okr_yaml=""), {"TZ": "Asia/Tokyo"})
    assert config.zone == ZoneInfo("Asia/Tokyo")
    assert config.database == f"sqlite:///{tmp_path}/okr.db"
    assert config.server == Server("127.0.0.1", 8321, "", None, False)
    assert (config.mission, config.sources, config.objectives, config.notify) == (None, {}, (), ())


@pytest.mark.parametrize(
    "key", ["timezone", "mission", "sources", "objectives", "tactics", "notify", "database", "server"]
)
def test_a_key_with_nothing_behind_it_is_as_left_out(tmp_path: Path, key: str) -> None:
    assert loaded(tmp_path, f"{key}:\n").warnings == ()


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("sqlite:///okr.db", "sqlite:///{home}/okr.db"),
        ("sqlite:///data/my okr.db", "sqlite:///{home}/data/my okr.db"),
        ("sqlite:////var/lib/okr.db", "sqlite:////var/lib/okr.db"),
        ("postgresql://a@b:5432/c?sslmode=require", "postgresql+psycopg://a@b:5432/c?sslmode=require"),
        ("postgresql+psycopg:///c", "postgresql+psycopg:///c"),
    ],
)
def test_a_database_is_sqlite_beside_the_file_or_postgresql(tmp_path: Path, text: str, url: str) -> None:
    assert loaded(tmp_path, f"database: {text}\n").database == url.format(home=tmp_path)


@pytest.mark.parametrize(
    ("listen", "host", "port"),
    [("127.0.0.1:80", "127.0.0.1", 80), ("localhost:0", "localhost", 0), ("'[0:0::1]:8321'", "::1", 8321)],
)
def test_an_address_to_listen_at_is_read(tmp_path: Path, listen: str, host: str, port: int) -> None:
    server = loaded(tmp_path, f"server:\n  listen: {listen}\n").server
    assert (server.host, server.port) == (host, port)


CONTRACT = """\
timezone: Europe/Berlin              # where days, months and periods begin; default: the machine's
mission: Be the first name organisers think of for product talks
sources:
  newsletter:
    connector: mailchimp             # connectors/mailchimp.py, an entry point, or ./my.py:MyConnector beside this file
    every: 1h                        # or cron: "0 7 * * mon-fri"; default: the connector's own
    stale_after: 2d                  # default: 2 × every + 1 h, at least 26 h
    api_key: ${MAILCHIMP_API_KEY}    # the rest are the connector's own settings
    audience: a1b2c3
  meetup:
    connector: spreadsheet           # generic connectors let the user name the signals
    path: meetup.xlsx
    signals:
      attendees: {worksheet: Events, date: Date, value: Attendees, kind: events}
objectives:
  - id: recognized_expert            # [a-z][a-z0-9_]*; optional: made from the title
    title: Become a recognized expert in the field of product management
    owner: me                        # a person or a team, as an id
    scope: personal                  # personal (default) | team | individual (at work: okr lint warns)
    period: 2026                     # 2026 | 2026-H1 | 2026-Q4 | 2026-11 | 2026-10-01..2026-12-31 (both days included)
    key_results:
      - id: connections
        title: 20% more connections across LinkedIn, Twitter and Instagram
        customer: peers and organisers     # whose behaviour changes
        value: newsletter.subscribers + newsletter.subscribers
        target: +20%
        # optional: baseline, weight (1; 0 = not rolled up), take: last|best, unit, period (default the objective's),
        # milestones: {2026-06-30: 40%}, lead: true (a lead indicator)
      - {id: attendees, title: More attendees, value: meetup.attendees, target: +10% per month}
tactics:                             # what I try, and when
  - {id: profile, title: Mine, started: 2026-03-01, ended: 2026-06-30, affects: [recognized_expert.connections]}
notify:                              # Apprise URLs
  - {url: "${NOTIFY_URL}", when: [achieved, off_track, source_failing]}   # also milestone, recovered, weekly
database: sqlite:///okr.db           # default, beside this file; postgresql://… when grown
server: {listen: "127.0.0.1:8321", token: "${OKR_TOKEN:-}"}
"""


def test_a_file_of_the_kind_that_people_are_shown_has_no_problem_and_no_warning(tmp_path: Path) -> None:
    config = loaded(tmp_path, CONTRACT, {"MAILCHIMP_API_KEY": "made-up-us19", "NOTIFY_URL": "slack://a/b/c"})
    assert config.warnings == ()
    assert {id_: source.kind for id_, source in config.sources.items()} == {
        "newsletter": "mailchimp",
        "meetup": "spreadsheet",
    }
    assert [one.name for one in config.objectives[0].key_results] == [
        "recognized_expert.connections",
        "recognized_expert.attendees",
    ]


TOP = [
    ("sorces:\n  a: 1", "1:1: sorces: unknown key; did you mean 'sources'?"),
    ("- a", "1:1: must be sections such as `sources:` and `objectives:`"),
    ("hello", "1:1: must be sections such as `sources:` and `objectives:`"),
    ("timezone: Europe/Berln", "1:11: timezone: is no time zone; did you mean 'Europe/Berlin'?"),
    ("timezone: Middle/Earth", "1:11: timezone: is no time zone; write one such as Europe/Berlin"),
    ("timezone: ../../etc/passwd", "1:11: timezone: is no time zone; write one such as Europe/Berlin"),
    ("timezone: [a]", "1:11: timezone: must be a text, not a list or a section"),
    ("mission: {a: b}", "1:10: mission: must be a text, not a list or a section"),
    ('mission: ""', "1:10: mission: must not be empty"),
    ("sources: 5", "1:10: sources: must be a section: a line `key: value` for each"),
    ("sources: [a]", "1:10: sources: must be a section: a line `key: value` for each"),
    ("objectives: {a: b}", "1:13: objectives: must be a list: a line that begins with `- ` for each"),
    ("objectives: [a]", "1:14: objectives[0]: must be a section: a line `key: value` for each"),
    ("tactics: yes", "1:10: tactics: must be a list: a line that begins with `- ` for each"),
    ("notify: {url: x}", "1:9: notify: must be a list: a line that begins with `- ` for each"),
    ("notify: [{when: [weekly]}]", "1:10: notify[0].url: is missing"),
    ("notify: [{url: me}]", "1:16: notify[0].url: must be an Apprise URL: mailto://…, slack://…"),
    (
        "notify: [{url: 'a://b', when: weekly}]",
        "1:31: notify[0].when: must be a list: [a, b], or a line `- a` for each",
    ),
    ("notify: [{url: 'a://b', when: []}]", "1:31: notify[0].when: must not be empty"),
    (
        "notify: [{url: 'a://b', when: [off_trak]}]",
        "1:32: notify[0].when[0]: must be achieved, off_track, source_failing, milestone, recovered or weekly; "
        "did you mean 'off_track'?",
    ),
    ("server: 8321", "1:9: server: must be a section: a line `key: value` for each"),
    ("server: {port: 8321}", "1:10: server.port: unknown key; there is listen, token, public_url, public"),
    (
        "server: {listen: 8321}",
        "1:18: server.listen: must be address:port: 127.0.0.1:8321, [::1]:8321, "
        "or 0.0.0.0:8321 for all that can reach it",
    ),
    ("server: {listen: 'a:99999'}", "1:18: server.listen: a port is 1 to 65535"),
    ("server: {listen: '[12:::]:1'}", "1:18: server.listen: what is in [ ] must be an IPv6 address: [::1]:8321"),
    ("server: {listen: 'a_b!:1'}", "1:18: server.listen: must begin with an address or a host name: 127.0.0.1:8321"),
    (
        "server: {listen: '0.0.0.0:8321', token: '${T:-}'}",
        '1:18: server.listen: is reached from other machines, which needs a token: `token: "${OKR_TOKEN}"`',
    ),
    ("server: {public: maybe}", "1:18: server.public: must be true or false"),
    ("server: {public_url: okr}", "1:22: server.public_url: must be the address of the page: https://okr.example.com"),
    ("database: okr.db", "1:11: database: is no URL; write sqlite:///okr.db or postgresql://user:password@host/name"),
    (
        "database: sqlite://okr.db",
        "1:11: database: a SQLite file is written with three slashes: sqlite:///okr.db, four before an absolute path",
    ),
    (
        "database: 'sqlite:///:memory:'",
        "1:11: database: a database in memory forgets everything; write sqlite:///okr.db",
    ),
    ("database: sqlite:///a?mode=ro", "1:11: database: takes no parameters; write sqlite:///okr.db"),
    (
        "database: mysql://u:p@h/d",
        "1:11: database: only SQLite and PostgreSQL are supported; write sqlite:///okr.db or postgresql://…",
    ),
    ("database: postgresql+psycopg2://h/d", "1:11: database: write postgresql://…; the driver is ours to choose"),
    ("database: postgresql://h:port/d", "1:11: database: is no URL; write postgresql://user:password@host:5432/name"),
]
OBJECTIVE = [
    ("objectives: [{period: '2026'}]", "1:14: objectives[0].title: is missing"),
    ("objectives: [{title: a}]", "1:14: objectives[0].period: is missing"),
    ("objectives: [{title: a, perod: '2026'}]", "1:25: objectives[0].perod: unknown key; did you mean 'period'?"),
    (
        "objectives: [{title: a, period: 2026-Q5}]",
        "1:33: objectives[0].period: '2026-Q5': a year has the quarters 1 to 4; "
        "write 2026, 2026-H1, 2026-Q4, 2026-11 or 2026-10-01..2026-12-31",
    ),
    (
        "objectives: [{title: a, period: 2026, id: Foo Bar}]",
        "1:43: objectives[0].id: an id is small letters, digits and _, a letter first; write foo_bar",
    ),
    (
        "objectives: [{title: a, period: 2026, owner: me@example.com}]",
        "1:46: objectives[0].owner: an id is small letters, digits and _, a letter first; write me_example_com",
    ),
    (
        "objectives: [{title: a, period: 2026, scope: individul}]",
        "1:46: objectives[0].scope: must be personal, team or individual; did you mean 'individual'?",
    ),
    (
        "objectives: [{title: '目標', period: 2026}]",
        "1:22: objectives[0]: the title makes no id; write one: `id: small_letters`",
    ),
    (
        "objectives: [{title: One, period: 2026, aligns_to: tow}, {id: two, title: a, period: 2026}]",
        "1:52: objectives[0].aligns_to: there is no objective 'tow'; did you mean 'two'?",
    ),
    (
        "objectives: [{title: a, period: 2026, aligns_to: a}]",
        "1:50: objectives[0].aligns_to: aligns in a circle: a → a",
    ),
    (
        "objectives:\n- {title: a, period: 2026, aligns_to: b}\n- {title: b, period: 2026, aligns_to: c}\n"
        "- {title: c, period: 2026, aligns_to: b}",
        "3:39: objectives[1].aligns_to: aligns in a circle: b → c → b",
    ),
    (
        "objectives:\n- {title: a b, period: 2026}\n- {id: a_b, title: c, period: 2026}",
        "3:8: objectives[1].id: the id 'a_b' is taken: okr.yaml:2:11",
    ),
    (
        "objectives:\n- {title: a b, period: 2026}\n- {title: A B!, period: 2026}",
        "3:11: objectives[1].id: the id 'a_b' is taken: okr.yaml:2:11; give one of them an `id` of its own",
    ),
    (
        "objectives: [{title: a, period: 2026, key_results: {a: b}}]",
        "1:52: objectives[0].key_results: must be a list: a line that begins with `- ` for each",
    ),
    ("tactics: [{title: a}]", "1:11: tactics[0].started: is missing"),
    (
        "tactics: [{title: a, started: 1.3.2026}]",
        "1:31: tactics[0].started: '1.3.2026' is no day: write it as 2026-12-31",
    ),
    ("tactics: [{title: a, started: 2026-03-01, ended: 2026-02-01}]", "1:50: tactics[0].ended: is before it started"),
    (
        "tactics: [{title: a, started: 2026-03-01, affects: [x.y]}]",
        "1:53: tactics[0].affects[0]: there is no key result 'x.y'",
    ),
    (
        "tactics: [{title: a, started: 2026-03-01}, {title: A, started: 2026-03-01}]",
        "1:52: tactics[1].id: the id 'a' is taken: okr.yaml:1:19; give one of them an `id` of its own",
    ),
]


@pytest.mark.parametrize(("text", "problem"), TOP + OBJECTIVE)
def test_a_mistake_is_one_problem_at_its_place(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text) == [f"okr.yaml:{problem}"]


V, T = "value: hand.readers", "target: '5'"
KEY_RESULT = [
    (("value: hand.readers", T), "15:9: title: is missing"),
    (("title: a", T), "15:9: value: is missing"),
    (("title: a", V), "15:9: target: is missing"),
    (("title: a", V, "target:"), "17:9: target: is missing"),
    (("title: a", V, T, "wieght: 1"), "18:9: wieght: unknown key; did you mean 'weight'?"),
    (
        ("title: a", "value: hand.readrs", T),
        "16:16: value: the source 'hand' has no signal 'readrs'; did you mean 'readers'?",
    ),
    (
        ("title: a", "value: 2 * hand.readers + hnd.readers", T),
        "16:35: value: there is no source 'hnd'; did you mean 'hand'?",
    ),
    (
        ("title: a", "value: >", "  hand.readers", "  + hand.foo", T),
        "18:13: value: the source 'hand' has no signal 'foo'; there is readers, invites",
    ),
    (("title: a", "value: 'hand.readers +'", T), "16:31: value: a number or a signal is missing at the end"),
    (
        ("title: a", "value: readers", T),
        "16:16: value: 'readers' is no signal: name it with its source, as in newsletter.subscribers",
    ),
    (("title: a", "value: 5", T), "16:16: value: names no signal: write one, as in newsletter.subscribers"),
    (("title: a", V, "target: 5,000"), "17:17: target: 5,000 may mean 5000 or 5: write 5000 or 5"),
    (("title: a", V, T, "weight: -1"), "18:17: weight: a weight is 0 or more"),
    (("title: a", V, T, "weight: [1]"), "18:17: weight: must be a text, not a list or a section"),
    (
        ("title: a", V, T, "weight: 0"),
        "14:5: key_results: the weights are all 0: leave out `weight` where a key result is to count",
    ),
    (("title: a", V, T, "take: bets"), "18:15: take: must be last or best; did you mean 'best'?"),
    (("title: a", V, T, "lead: perhaps"), "18:15: lead: must be true or false"),
    (("title: a", V, T, "baseline: 1.234"), "18:19: baseline: 1.234 may mean 1234 or 1.234: write 1234 or 1.2340"),
    (("title: a", V, T, "baseline: 2026-02-30"), "18:19: baseline: '2026-02-30' is no day: write it as 2026-12-31"),
    (("title: a", V, T, "period: 26"), None),
    (("title: a", V, T, "milestones: [a]"), "18:21: milestones: must be a section: a line `key: value` for each"),
    (
        ("title: a", V, T, "milestones: {2026-13-01: 40%}"),
        "18:22: milestones.2026-13-01: '2026-13-01' is no day: write it as 2026-12-31",
    ),
    (
        ("title: a", V, T, "milestones: {2026-03-01: many}"),
        "18:34: milestones.2026-03-01: 'many' is not a number: write one such as 5000 or 1.25",
    ),
    (
        ("title: a", V, T, "milestones: {2026-03-01: 40%, 2027-01-01: 50%}"),
        "18:39: milestones: 2027-01-01 lies outside 2026: write days from 2026-01-01",
    ),
    (("title: a", V, "target: stay >= 99%", "take: best"), None),
    (("title: a", V, T, "formerly: A B"), "18:19: formerly: must be the id that it had, or objective.key_result"),
    (
        ("title: a", V, T, "formerly: a"),
        "18:19: formerly: 'expert.a' is still there; a former name is one that is gone",
    ),
]


@pytest.mark.parametrize(("lines", "problem"), KEY_RESULT)
def test_a_mistake_in_a_key_result_is_one_problem_at_its_place(
    tmp_path: Path, lines: tuple[str, ...], problem: str | None
) -> None:
    found = problems(tmp_path, with_key_result(*lines))
    assert len(found) == 1
    if problem is not None:
        place, path, message = problem.split(": ", 2)
        where = "objectives[0]" if path == "key_results" else "objectives[0].key_results[0]"
        assert found == [f"okr.yaml:{place}: {where}.{path}: {message}"]


@pytest.mark.parametrize(
    ("lines", "warning"),
    [
        (("title: a", V, "target: 20%"), "17:17: objectives[0].key_results[0].target: did you mean +20%?"),
        (("title: Be #1", V, T), "15:19: objectives[0].key_results[0].title: what follows # is a comment"),
    ],
)
def test_what_is_probably_not_meant_is_a_warning(tmp_path: Path, lines: tuple[str, ...], warning: str) -> None:
    (found,) = warned(loaded(tmp_path, with_key_result(*lines)))
    assert found.startswith(f"okr.yaml:{warning}")


def test_every_mistake_is_reported_at_once_in_the_order_of_the_lines(tmp_path: Path) -> None:
    text = """\
        timezone: Nowhere
        sources:
          a: {connector: manual, signals: {x: {kind: evens}}}
          b: {connector: manuel, signals: {x: {kind: level}}}
          c: {connector: manual, every: 1h, signals: {x: {kind: level}}}
        objectives:
          - title: First
            period: tomorrow
            key_results:
              - {title: k, value: a.x + b.x + c.x + d.x, target: 1 000, weight: x}
              - {value: c.x, target: '-'}
        notify: [{url: x, when: [y]}]
        surplus: 1
        """
    assert [line.split(": ")[0] + ": " + line.split(": ")[1] for line in problems(tmp_path, text)] == [
        "okr.yaml:1:11: timezone",
        "okr.yaml:3:46: sources.a.signals.x.kind",
        "okr.yaml:4:18: sources.b.connector",
        "okr.yaml:5:26: sources.c.every",
        "okr.yaml:8:13: objectives[0].period",
        "okr.yaml:10:45: objectives[0].key_results[0].value",
        "okr.yaml:10:58: objectives[0].key_results[0].target",
        "okr.yaml:10:73: objectives[0].key_results[0].weight",
        "okr.yaml:11:9: objectives[0].key_results[1].title",
        "okr.yaml:11:30: objectives[0].key_results[1].target",
        "okr.yaml:12:16: notify[0].url",
        "okr.yaml:12:26: notify[0].when[0]",
        "okr.yaml:13:1: surplus",
    ]


def test_a_key_result_and_a_renamed_one_keep_apart(tmp_path: Path) -> None:
    text = GOOD + "        formerly: old\n      - {title: b, value: hand.invites, target: '5', formerly: expert.old}\n"
    assert problems(tmp_path, text) == [
        "okr.yaml:20:64: objectives[0].key_results[1].formerly: 'expert.readers' was 'expert.old' already; "
        "only one can keep its history"
    ]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    assert said(tmp_path / "nope.yaml") == ["nope.yaml:1:1: there is no such file; `okr init` writes one"]
    (tmp_path / "a.yaml").write_bytes(b"a: 1\nb: \xe9\n")
    assert said(tmp_path / "a.yaml") == ["a.yaml:2:4: is not UTF-8 from here on; save the file as UTF-8"]
    (tmp_path / "b.yaml").write_text("timezone: UTC", encoding="utf-16")
    assert said(tmp_path / "b.yaml") == ["b.yaml:1:1: is UTF-16; save it as UTF-8"]
    (tmp_path / "c.yaml").write_text("# " + "x" * 1024 * 1024)
    assert said(tmp_path / "c.yaml") == ["c.yaml:1:1: larger than 1 MiB; split it: a folder is all its *.yaml"]
    (tmp_path / "d.yaml").write_text("timezone: UTC", encoding="utf-8-sig")
    assert said(tmp_path / "d.yaml") == []


KEYS = [
    "sources",
    "objectives",
    "tactics",
    "notify",
    "server",
    "title",
    "value",
    "target",
    "hand",
    "connector",
    "period",
]
TEXTS = st.sampled_from(["manual", "hand.readers", "2026", "+20%", "x", "", "1h", "[", "${A}", "expert"]) | st.text(
    max_size=8
)
TREES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
)
QUICK = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)


@QUICK
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_configuration_or_problems(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "okr.yaml"
    path.write_bytes(data)
    assert said(path) or load(path, {})


@QUICK
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=5))
def test_any_tree_is_a_configuration_or_problems(tmp_path: Path, tree: dict[str, object]) -> None:
    import yaml

    path = tmp_path / "okr.yaml"
    path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    assert said(path) or load(path, {})
