"""`${…}` and `.env`: what is filled in, what is missing, and that nothing filled in is ever shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.config.env import parse_env
from ingest.config.load import load
from ingest.config.report import Report
from tests.config.writing import GOOD, loaded, problems, said, warned, with_key_result, with_source, written

SECRET = "s3cret-value"


def mission(folder: Path, text: str, env: dict[str, str] | None = None, **files: str) -> str | None:
    return loaded(folder, f"mission: {text}\n", env, **files).mission


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${NAME}", "Ada"),
        ("I am ${NAME}, ${NAME}!", "I am Ada, Ada!"),
        ("${OTHER:-nobody}", "nobody"),
        ("${EMPTY:-nobody}", "nobody"),
        ("x${OTHER:-}y", "xy"),
        ("${OTHER:-a:-b c}", "a:-b c"),
        ("$${NAME}", "${NAME}"),
        ("a$$b $NAME 5$", "a$$b $NAME 5$"),
        ("'${NAME}'", "Ada"),
        ('"${NAME}"', "Ada"),
        ("${ODD}", "${NAME}: {x} # 'y'"),
        ("${file:secret.txt}", "from a file"),
    ],
)
def test_references_are_filled_in_after_parsing(tmp_path: Path, text: str, filled: str) -> None:
    (tmp_path / "secret.txt").write_text("from a file\n")
    assert mission(tmp_path, text, {"NAME": "Ada", "EMPTY": "", "ODD": "${NAME}: {x} # 'y'"}) == filled


def test_keys_are_never_filled_in(tmp_path: Path) -> None:
    assert problems(tmp_path, "${NAME}: x\n", {"NAME": "mission"})[0].startswith("okr.yaml:1:1: ${NAME}: unknown key")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("${NOPE}", "NOPE is not set; set it in the environment or in .env, or write ${NOPE:-default}"),
        ("${EMPTY}", "EMPTY is empty; set it in the environment or in .env, or write ${EMPTY:-default}"),
        ("a ${NOPE", "a ${ is not closed by }, or stands inside another; `$${` writes it as it is"),
        ("${A:-${B}}", "a ${ is not closed by }, or stands inside another; `$${` writes it as it is"),
        ("${my-name}", "inside ${…} stands NAME, NAME:-default or file:/path; `$${` writes it as it is"),
        ("${}", "inside ${…} stands NAME, NAME:-default or file:/path; `$${` writes it as it is"),
        ("${file:nope.txt}", "the file nope.txt cannot be read: No such file or directory"),
        ("${file:.}", "the file . cannot be read: Is a directory"),
        ("${file:empty.txt}", "the file empty.txt is empty"),
        ("${file:bytes.bin}", "the file bytes.bin is no UTF-8 text"),
        ("${file:large.txt}", "the file large.txt is larger than 64 KiB"),
    ],
)
def test_what_cannot_be_filled_in_is_named(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "empty.txt").write_text("\n")
    (tmp_path / "bytes.bin").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "large.txt").write_text("x" * 70_000)
    assert problems(tmp_path, f"mission: {text}\n", {"EMPTY": ""}) == [f"okr.yaml:1:10: mission: {problem}"]


def test_every_missing_name_is_reported_and_nothing_follows_from_it(tmp_path: Path) -> None:
    text = GOOD.replace("Europe/Berlin", "${ZONE}").replace("+20%", "${TARGET}").replace("hand.readers", "${VALUE}")
    assert [line.split(" is not set")[0] for line in problems(tmp_path, text)] == [
        "okr.yaml:1:11: timezone: ZONE",
        "okr.yaml:17:16: objectives[0].key_results[0].value: VALUE",
        "okr.yaml:18:17: objectives[0].key_results[0].target: TARGET",
    ]


def test_a_missing_secret_hides_no_other_mistake_of_its_source(tmp_path: Path) -> None:
    assert problems(tmp_path, with_source("api_key: ${NOPE}", "limit: many", "audiense: x")) == [
        "okr.yaml:4:14: sources.mine.api_key: NOPE is not set; set it in the environment or in .env, "
        "or write ${NOPE:-default}",
        "okr.yaml:5:12: sources.mine.limit: must be a whole number",
        "okr.yaml:6:5: sources.mine.audiense: unknown key; did you mean 'audience'?",
    ]


def test_the_environment_wins_over_the_file_beside(tmp_path: Path) -> None:
    beside = "NAME=file\nOTHER=other\n"
    assert mission(tmp_path, "${NAME} ${OTHER}", {"NAME": "environment"}, _env=beside) == "environment other"


def test_what_was_read_is_told_so_that_its_change_is_a_reload(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hidden")
    config = loaded(tmp_path, "mission: ${file:secret.txt}\n", _env="A=b\n")
    assert [path.name for path in config.files] == ["okr.yaml", ".env", "secret.txt"]


def test_secrets_are_known_but_for_short_ones_and_defaults(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("line one\nline two\n")
    text = 'mission: "${SHORT} ${NONE:-default} ${file:secret.txt}"\nserver: {token: in-the-file}\n'
    config = loaded(tmp_path, text + with_source("api_key: ${LONG}"), {"LONG": SECRET, "SHORT": "abc"})
    assert config.secrets == {SECRET, "line one\nline two", "line one", "line two", "in-the-file"}
    assert SECRET not in repr(config)
    assert "in-the-file" not in repr(config)


_PLACES = [
    "timezone: ${S}\n",
    "database: ${S}\n",
    "database: mysql://${S}\n",
    "server: {listen: '${S}'}\n",
    "server: {public_url: '${S}'}\n",
    "server: {public: '${S}'}\n",
    "notify: [{url: '${S}', when: ['${S}']}]\n",
    "sources:\n  a: ${S}\n",
    "sources:\n  a: {connector: '${S}'}\n",
    "sources:\n  a: {connector: '${S}', every: '${S}', cron: '${S}', stale_after: '${S}', formerly: '${S}'}\n",
    with_source("api_key: k", "limit: ${S}", "deep: ${S}", "ratio: ${S}", "window: ${S}", "tags: ${S}"),
    with_source("api_key: k", "tags: [['${S}']]"),
    with_source("api_key: ${S}", "audience: none"),
    with_source("api_key: ${S}", "audience: crash", "limit: x"),
    with_key_result("title: ${S}", "value: ${S}", "target: ${S}"),
    with_key_result("title: a", "value: hand.${S}", "target: '5'"),
    with_key_result("title: a", "value: hand.readers", "target: '${S}'", "baseline: ${S}", "take: ${S}"),
    with_key_result("title: a", "value: hand.readers", "target: 5", "period: ${S}", "weight: ${S}", "lead: ${S}"),
    with_key_result("title: a", "value: hand.readers", "target: 5", "milestones: {2026-02-01: '${S}'}", "id: ${S}"),
    "objectives: [{title: a, period: '2026', aligns_to: '${S}', scope: '${S}', owner: '${S}'}]\n",
    "objectives: [{title: '${S}', period: x}, {title: '${S}', period: x}]\n",
    "tactics: [{title: a, started: '${S}', ended: '${S}', affects: ['${S}']}]\n",
    "objectives: ${S}\ntactics: ${S}\nnotify: ${S}\nserver: ${S}\nsources: ${S}\n",
]


@pytest.mark.parametrize("text", _PLACES)
@pytest.mark.parametrize("secret", [SECRET, "a1_b2c3", "x/y z", "=secret", "5,678", "2026-13-01"])
def test_no_message_ever_shows_what_was_filled_in(tmp_path: Path, text: str, secret: str) -> None:
    path = written(tmp_path, okr_yaml=text)
    shown = said(path, {"S": secret}) or warned(load(path, {"S": secret}))
    assert secret not in "\n".join(shown)
    assert secret.upper() not in "\n".join(shown)


def test_a_message_about_what_was_filled_in_says_where_it_came_from(tmp_path: Path) -> None:
    assert problems(tmp_path, "timezone: ${ZONE}\n", {"ZONE": "Europe/Berln"}) == [
        "okr.yaml:1:11: timezone: what ${ZONE} holds does not fit here"
    ]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=b", "b"),
        ("export A = b ", "b"),
        ("A=b # comment", "b"),
        ("A=b#c", "b#c"),
        ("A=", ""),
        ("A=#x", ""),
        ("A='b # $c \"'  # comment", 'b # $c "'),
        ('A="b\\n\\"c\\" \\\\ \'"', 'b\n"c" \\ \''),
        ("A=${B}", "${B}"),
        ("A=b=c", "b=c"),
        ("A=b\r", "b"),
    ],
)
def test_a_line_of_env_is_read(line: str, value: str) -> None:
    report = Report()
    assert parse_env(line, ".env", report) == {"A": value}
    assert report.problems == 0


def test_what_is_no_line_of_env_is_refused_without_its_value(tmp_path: Path) -> None:
    path = written(tmp_path, okr_yaml=GOOD, _env='# fine\n\nA=1\n  secret value\nB=\'open\n1X=2\nC="a"b\n')
    assert said(path) == [
        ".env:4:3: is no NAME=value line",
        ".env:5:1: B: its quotes do not close at the end of the line",
        ".env:6:1: is no NAME=value line",
        ".env:7:1: C: its quotes do not close at the end of the line",
    ]


def test_a_name_that_is_set_twice_is_a_warning(tmp_path: Path) -> None:
    config = loaded(tmp_path, "mission: ${A}\n", _env="A=one\nA=two\n")
    assert config.mission == "two"
    assert warned(config) == [".env:2:1: A: is set twice; the last one counts"]


@given(st.text(max_size=80))
def test_any_text_is_an_env_file_or_problems(text: str) -> None:
    report = Report()
    assert all(name.isascii() for name in parse_env(text, ".env", report))
