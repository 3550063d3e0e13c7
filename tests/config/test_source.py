"""Sources: connectors made ready from their settings, and what is wrong with them."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ingest.config.load import load
from ingest.config.model import ConfigError, Cron, Every
from ingest.connector.connector import Connector
from ingest.okr.instant import DAY, HOUR, MINUTE
from ingest.okr.signal import Kind
from tests.config.writing import GOOD, loaded, problems, said, warned, with_key_result, with_source, written

KEY = "api_key: k"


def test_settings_are_read_as_their_fields_want_them(tmp_path: Path) -> None:
    lines = (KEY, "audience: 0123", "limit: '7'", "deep: on", "ratio: 1e-3", "window: 2d", "tags: [a, 1]")
    source = loaded(tmp_path, with_source(*lines)).sources["mine"]
    settings = source.connector.model_dump()
    assert settings["api_key"].get_secret_value() == "k"
    assert (settings["audience"], settings["limit"], settings["deep"]) == ("0123", 7, True)
    assert (settings["ratio"], settings["window"].days, settings["tags"]) == (0.001, 2, ["a", "1"])
    assert source.kind == "./my.py:Mine"
    assert {name: signal.kind for name, signal in source.signals.items()} == {
        "readers": Kind.LEVEL,
        "invites": Kind.EVENTS,
    }


@pytest.mark.parametrize(
    ("lines", "schedule", "stale_after"),
    [
        ((), Every(HOUR), 26 * HOUR),
        (("every: 2d",), Every(2 * DAY), 97 * HOUR),
        (("every: 10m",), Every(10 * MINUTE), 26 * HOUR),
        (("every: 90m", "stale_after: 3h"), Every(90 * MINUTE), 3 * HOUR),
        (('cron: "0 7 * * mon-fri"',), Cron("0 7 * * mon-fri"), 145 * HOUR),
        (('cron: "0 7 * * *"',), Cron("0 7 * * *"), 49 * HOUR),
        (("cron: '@hourly'",), Cron("@hourly"), 26 * HOUR),
    ],
)
def test_a_schedule_is_as_written_or_the_connectors_own(
    tmp_path: Path, lines: tuple[str, ...], schedule: object, stale_after: int
) -> None:
    source = loaded(tmp_path, with_source(KEY, *lines)).sources["mine"]
    assert source.schedule == schedule
    assert source.stale_after == stale_after


def test_an_export_is_stale_when_its_connector_says_so(tmp_path: Path) -> None:
    text = with_source(KEY, "every: 20d").replace("Mine", "Export")
    assert loaded(tmp_path, text).sources["mine"].stale_after == 35 * DAY


def test_what_is_kept_by_hand_is_never_asked_and_never_stale(tmp_path: Path) -> None:
    source = loaded(tmp_path, GOOD).sources["hand"]
    assert (source.schedule, source.stale_after, source.history) == (None, None, None)
    text = GOOD.replace("connector: manual", "connector: manual\n    stale_after: 5d")
    assert loaded(tmp_path, text).sources["hand"].stale_after == 5 * DAY


def test_history_is_how_far_back_to_ask(tmp_path: Path) -> None:
    assert loaded(tmp_path, with_source(KEY, "history: 2y")).sources["mine"].history == 730 * DAY


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ((), "2:3: sources.mine.api_key: is missing"),
        (("api_key:",), "4:5: sources.mine.api_key: is missing"),
        ((KEY, "audiense: x"), "5:5: sources.mine.audiense: unknown key; did you mean 'audience'?"),
        ((KEY, "evry: 1h"), "5:5: sources.mine.evry: unknown key; did you mean 'every'?"),
        ((KEY, "stuff:"), None),
        ((KEY, "limit: many"), "5:12: sources.mine.limit: must be a whole number"),
        ((KEY, "limit: 0"), "5:12: sources.mine.limit: must be at least 1"),
        ((KEY, "deep: perhaps"), "5:11: sources.mine.deep: must be true or false"),
        ((KEY, "ratio: 1,5"), "5:12: sources.mine.ratio: must be a number: 5000 or 1.25"),
        ((KEY, "audience: [a]"), "5:15: sources.mine.audience: must be a text, not a list or a section"),
        ((KEY, "tags: a"), "5:11: sources.mine.tags: must be a list: [a, b], or a line `- a` for each"),
        ((KEY, "tags: [a, [b]]"), "5:15: sources.mine.tags[1]: must be a text, not a list or a section"),
        (
            (KEY, "window: 1 month"),
            "5:13: sources.mine.window: not a duration; write a number and a unit: 90s, 15m, 1h, 2d, 5w, 2y",
        ),
        (
            (KEY, "every: hourly"),
            "5:12: sources.mine.every: not a duration; write a number and a unit: 90s, 15m, 1h, 2d, 5w, 2y",
        ),
        ((KEY, "every: 5m"), "5:12: sources.mine.every: too often: such a source may be asked every 10m at most"),
        (
            (KEY, "cron: '*/5 * * * *'"),
            "5:11: sources.mine.cron: too often: such a source may be asked every 10m at most",
        ),
        ((KEY, "cron: 0 0 7 * * *"), None),
        (
            (KEY, "cron: 0 7 * * fri-mon"),
            "5:11: sources.mine.cron: weekday: the range fri-mon runs backwards; write it as a list",
        ),
        (
            (KEY, "every: 1h", "cron: 0 7 * * *"),
            "6:5: sources.mine.cron: every and cron exclude each other; keep one of them",
        ),
        (
            (KEY, "stale_after: 0h"),
            "5:18: sources.mine.stale_after: a duration is more than nothing and at most 100 years",
        ),
        ((KEY, "history: [2y]"), "5:14: sources.mine.history: must be a text, not a list or a section"),
        ((KEY, "formerly: mine"), "5:15: sources.mine.formerly: 'mine' is still there"),
    ],
)
def test_a_mistake_in_a_source_is_one_problem_at_its_place(
    tmp_path: Path, lines: tuple[str, ...], problem: str | None
) -> None:
    found = problems(tmp_path, with_source(*lines))
    assert len(found) == 1
    assert problem is None or found == [f"okr.yaml:{problem}"]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("sources:\n  a: manual", "2:6: sources.a: must be a section: a line `key: value` for each"),
        ("sources:\n  a:", "2:3: sources.a: is empty; say at least which `connector` it is"),
        ("sources:\n  a: {every: 1h}", "2:3: sources.a.connector: is missing"),
        (
            "sources:\n  a: {conector: manual, signals: {b: {}}}",
            "2:7: sources.a.conector: unknown key; did you mean 'connector'?",
        ),
        ("sources:\n  a: {connector: manul}", "2:18: sources.a.connector: unknown connector; did you mean 'manual'?"),
        (
            "sources:\n  a: {connector: zzz}",
            "2:18: sources.a.connector: unknown connector; `okr connectors` lists them",
        ),
        (
            "sources:\n  a: {connector: ./your.py}",
            "2:18: sources.a.connector: there is no file ./your.py beside the configuration",
        ),
        (
            "sources:\n  My Mail: {connector: manual, signals: {b: {kind: level}}}",
            "2:3: sources.My Mail: an id is small letters, digits and _, a letter first; write my_mail",
        ),
        ("sources:\n  a: {connector: manual}", "2:3: sources.a.signals: is missing"),
        ("sources:\n  a: {connector: manual, signals: {}}", "2:35: sources.a.signals: must not be empty"),
        (
            "sources:\n  a: {connector: manual, signals: [b]}",
            "2:35: sources.a.signals: must be a section: a line `key: value` for each",
        ),
        (
            "sources:\n  a: {connector: manual, every: 1h, signals: {b: {kind: level}}}",
            "2:26: sources.a.every: such a source is never asked; delete it",
        ),
        (
            "sources:\n  a: {connector: manual, signals: {b: {kind: levle}}}",
            "2:46: sources.a.signals.b.kind: must be level, counter or events; did you mean 'level'?",
        ),
        (
            "sources:\n  a: {connector: manual, signals: {b: {knd: level}}}",
            "2:40: sources.a.signals.b.knd: unknown key; did you mean 'kind'?",
        ),
        (
            "sources:\n  a: {connector: manual, signals: {b: {description: Hello, world}}}",
            "2:60: sources.a.signals.b.world: unknown key; inside {…} a text with a comma must be in quotes",
        ),
        (
            "sources:\n  a: {connector: manual, signals: {b: {formerly: c}, c: {kind: level}}}",
            "2:36: sources.a.signals.b.formerly: 'c' is still there; delete one of them",
        ),
        (
            "sources:\n  a: {connector: manual, signals: {b: {formerly: [c]}}}",
            "2:50: sources.a.signals.b.formerly: must be the name that the signal had before",
        ),
    ],
)
def test_a_source_that_is_none_is_one_problem_at_its_place(tmp_path: Path, text: str, problem: str) -> None:
    assert problems(tmp_path, text) == [f"okr.yaml:{problem}"]


def test_a_signal_name_that_cannot_be_one_is_refused_at_its_key(tmp_path: Path) -> None:
    (problem,) = problems(tmp_path, "sources:\n  a: {connector: manual, signals: {Big One: {kind: level}}}")
    assert problem.startswith("okr.yaml:2:36: sources.a.signals.Big One: must have the form")


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "{connector: mastodon, account: ada}",
            "a.account: must look like @ada@example.social: the account's whole address",
        ),
        (
            "{connector: github, repository: https://github.com/ada/talks}",
            "a.repository: must look like example/talks: a repository with its owner",
        ),
        (
            "{connector: linkedin_member, token: t, version: 2026-07}",
            r"a.version: must have the form ^20\d{4}$: of the API, a year and a month",
        ),
    ],
)
def test_a_text_of_another_form_is_refused_with_an_example(tmp_path: Path, source: str, problem: str) -> None:
    (said,) = problems(tmp_path, f"sources:\n  a: {source}")
    assert said.endswith(f": sources.{problem}")


def test_a_validator_of_a_connector_speaks_for_the_whole_source(tmp_path: Path) -> None:
    text = with_source(KEY, "audience: none").replace("api_key: k", "api_key: not-shown-anyway")
    (problem,) = problems(tmp_path, text)
    assert problem.startswith("okr.yaml:3:5: sources.mine: no audience none: ")


def test_settings_are_not_judged_for_an_unknown_connector_and_neither_is_what_names_it(tmp_path: Path) -> None:
    text = with_key_result("title: a", "value: other.readers", "target: 5").replace(
        "  hand:", "  other: {connector: mailchump, whatever: 1}\n  hand:"
    )
    (problem,) = problems(tmp_path, text)
    assert "sources.other.connector: unknown connector" in problem


def test_what_is_dangerous_is_allowed_outside_of_the_file(tmp_path: Path) -> None:
    path = written(tmp_path, okr_yaml=with_source(KEY).replace("Mine", "Dangerous"))
    assert said(path) == [
        "okr.yaml:3:16: sources.mine.connector: is dangerous, and must be allowed outside of this file: "
        "--allow command on the command line, or OKR_ALLOW=command"
    ]
    assert said(path, {}, "command") == []


@pytest.mark.parametrize(
    ("plugin", "reason"),
    [
        ("raise RuntimeError('a slip')", "a slip"),
        ("def broken(:", "SyntaxError"),
        ("class Mine: pass", ""),
        ("from tests.config.writing import no_such_thing", ""),
    ],
)
def test_a_broken_plugin_is_a_warning_and_only_its_source_is_out_of_service(
    tmp_path: Path, plugin: str, reason: str
) -> None:
    text = GOOD.replace("objectives:", "  theirs: {connector: ./theirs.py:Mine, setting: 1}\nobjectives:")
    text += "      - {title: Theirs, value: theirs.anything, target: +20%}\n"
    config = loaded(tmp_path, text, theirs_py=plugin)
    theirs = config.sources["theirs"]
    assert theirs.problem is not None
    assert reason in theirs.problem
    assert (theirs.schedule, dict(theirs.signals), type(theirs.connector)) == (None, {}, Connector)
    assert config.sources["hand"].problem is None
    assert len(config.objectives[0].key_results) == 2
    (warning,) = warned(config)
    assert warning.startswith("okr.yaml:10:23: sources.theirs.connector: cannot be used: ")


def test_a_plugin_that_crashes_on_its_settings_is_broken_too(tmp_path: Path) -> None:
    config = loaded(tmp_path, with_source(KEY, "audience: crash"))
    assert config.sources["mine"].problem == "its settings cannot be read (KeyError)"


def test_renamed_sources_and_signals_say_what_they_were(tmp_path: Path) -> None:
    text = GOOD.replace("    connector: manual", "    connector: manual\n    formerly: paper").replace(
        "        kind: level", "        kind: level\n        formerly: subscribers"
    )
    source = loaded(tmp_path, text).sources["hand"]
    assert source.formerly == "paper"
    assert source.renamed_signals == {"readers": "subscribers"}


def test_only_one_source_can_be_what_another_was(tmp_path: Path) -> None:
    text = (
        with_source(KEY, "formerly: old") + "  yours:\n    connector: ./my.py:Mine\n    api_key: k\n    formerly: old\n"
    )
    assert problems(tmp_path, text) == ["okr.yaml:9:15: sources.yours.formerly: 'old' is what mine was, too"]


def test_a_fingerprint_changes_with_every_setting_and_tells_nothing(tmp_path: Path) -> None:
    def fingerprint(key: str, *lines: str) -> str:
        return loaded(tmp_path, with_source("api_key: ${KEY}", *lines), {"KEY": key}).sources["mine"].fingerprint

    first = fingerprint("one")
    assert first == fingerprint("one")
    assert len({first, fingerprint("two"), fingerprint("one", "limit: 3"), fingerprint("one", "every: 2h")}) == 4
    assert len(first) == 8


def test_the_zone_of_a_cron_line_is_the_configured_one(tmp_path: Path) -> None:
    config = loaded(tmp_path, "timezone: Asia/Tokyo\n" + with_source(KEY, "cron: 0 7 * * *"))
    assert config.zone == ZoneInfo("Asia/Tokyo")


GRANTED = '''
from ingest.connector import OAuth
class Granted(Mine):
    """Numbers of an account."""
    def authorization(self):
        if self.audience == "crash_later":
            raise KeyError("a slip of the author")
        return OAuth(token_url="https://vendor.example/token", client_id="us", device_url="https://vendor.example/device")
'''


def granted(tmp_path: Path, *lines: str) -> Path:
    path = written(tmp_path, okr_yaml=with_source(KEY, *lines).replace("Mine", "Granted"))
    (tmp_path / "my.py").write_text((tmp_path / "my.py").read_text() + GRANTED)
    return path


@pytest.mark.parametrize(
    ("lines", "place"), [((), ".okr/tokens/mine.json"), (("token_file: kept/here.json",), "kept/here.json")]
)
def test_a_token_is_kept_beside_the_configuration_or_where_the_user_says(
    tmp_path: Path, lines: tuple[str, ...], place: str
) -> None:
    path = granted(tmp_path, *lines)
    account = load(path, {}).sources["mine"].account
    assert account is not None
    assert (account.source, account.file, account.shown) == ("mine", tmp_path / place, place)


def test_a_renamed_source_finds_its_token_where_it_was_kept(tmp_path: Path) -> None:
    account = load(granted(tmp_path, "formerly: yours"), {}).sources["mine"].account
    assert account is not None
    assert account.former == tmp_path / ".okr" / "tokens" / "yours.json"
    account = load(granted(tmp_path, "formerly: yours", "token_file: here.json"), {}).sources["mine"].account
    assert account is not None
    assert account.former is None, "the file that is named is the same before and after"


def test_two_tokens_in_one_file_are_a_mistake(tmp_path: Path) -> None:
    path = granted(tmp_path, "token_file: here.json")
    text = path.read_text()
    block = text[text.index("  mine:") :].partition("\nobjectives")[0].rstrip("\n")
    path.write_text(text.replace(block, block + "\n" + block.replace("  mine:", "  yours:", 1)))
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    [problem] = [str(one) for one in caught.value.problems]
    assert problem.endswith("sources.yours.token_file: is that of mine; name one of its own")


def test_a_token_file_that_nobody_uses_is_a_mistake(tmp_path: Path) -> None:
    [problem] = problems(tmp_path, with_source(KEY, "token_file: here.json"))
    assert problem == "okr.yaml:5:17: sources.mine.token_file: this source has no token: it uses no OAuth 2"


def test_a_connector_that_cannot_say_how_access_is_granted_is_out_of_service_alone(tmp_path: Path) -> None:
    path = granted(tmp_path, "audience: crash_later")
    problem = load(path, {}).sources["mine"].problem
    assert problem is not None
    assert "granted" in problem


HAND = "sources:\n  hand:\n    connector: manual\n    signals:\n      readers:\n"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("max_step: a lot",), "okr.yaml:6:19: sources.hand.signals.readers.max_step: 'a lot' is not a number"),
        (("max_step: 5,000",), "5,000 may mean 5000 or 5: write 5000 or 5"),
        (("max_step: 0%",), "must be more than 0: a number such as 500, or a share of the reading before such as 20%"),
        (("kind: events", "max_step: 20%"), "okr.yaml:7:19: sources.hand.signals.readers.max_step: an event has no"),
    ],
)
def test_a_largest_step_that_cannot_be_used_is_refused_with_the_cure(
    tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    [problem] = problems(tmp_path, HAND + "".join(f"        {line}\n" for line in lines))
    assert told in problem


def test_a_source_has_the_limits_of_its_signals_by_full_name(tmp_path: Path) -> None:
    text = HAND + "        max_step: 20%\n      views: {kind: counter}\n      calls: {kind: events, max_step: 3}\n"
    limits = loaded(tmp_path, text).sources["hand"].limits
    assert {name: (one.kind, one.size, one.relative) for name, one in limits.items()} == {
        "hand.readers": (Kind.LEVEL, 0.2, True),
        "hand.calls": (Kind.EVENTS, 3, False),
    }


def test_a_connector_that_declares_a_limit_nobody_can_read_is_out_of_service(tmp_path: Path) -> None:
    path = written(tmp_path, okr_yaml=with_source(KEY))
    plugin = (tmp_path / "my.py").read_text()
    (tmp_path / "my.py").write_text(plugin.replace("events()", 'events(max_step="20%")'))
    source = load(path, {}).sources["mine"]
    assert "the max_step of its signal invites cannot be used: an event has no reading before it" in str(source.problem)


STEPS = ("signals:", "  readers:")


def test_signals_that_a_connector_names_itself_are_given_a_largest_step(tmp_path: Path) -> None:
    source = loaded(tmp_path, with_source(KEY, *STEPS, "    max_step: 20%", "  invites:")).sources["mine"]
    assert {name: (one.kind, one.size, one.relative) for name, one in source.limits.items()} == {
        "mine.readers": (Kind.LEVEL, 0.2, True)
    }
    assert [(name, one.kind, one.unit) for name, one in source.signals.items()] == [
        ("readers", Kind.LEVEL, "people"),
        ("invites", Kind.EVENTS, None),
    ]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (
            ("signals:", "  raeders: {max_step: 5}"),
            "6:7: sources.mine.signals.raeders: this connector has no such signal",
        ),
        (("signals:", "  raeders: {max_step: 5}"), "; did you mean 'readers'?"),
        ((*STEPS, "    kind: level"), "7:9: sources.mine.signals.readers.kind: unknown key"),
        ((*STEPS, "    max_step: 5,000"), "7:19: sources.mine.signals.readers.max_step: 5,000 may mean 5000 or 5"),
        (("signals:", "  invites: {max_step: 20%}"), "sources.mine.signals.invites.max_step: an event has no reading"),
        (("signals: [readers]",), "5:14: sources.mine.signals: must be a section"),
    ],
)
def test_what_cannot_be_said_of_a_connectors_own_signals_is_refused_at_its_place(
    tmp_path: Path, lines: tuple[str, ...], told: str
) -> None:
    [problem] = problems(tmp_path, with_source(KEY, *lines))
    assert told in problem
