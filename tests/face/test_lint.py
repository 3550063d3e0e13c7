"""`okr lint` as a person meets it."""

import json

from tests.face.conftest import Terminal

BAD = """\
timezone: Europe/Berlin
sources:
  hand:
    connector: manual
    since: 2026-01-01
    signals:
      books:
        kind: events
  one:
    connector: spreadsheet
    path: mails.csv
    signals:
      asked: {date: Date, kind: events, where: {Asks for: talk}}
  two:
    connector: spreadsheet
    path: mails.csv
    signals:
      asked: {date: Date, kind: events, where: {Asks for: talk}}
      other: {date: Date, kind: events, where: {Asks for: guest post}}
objectives:
  - id: reading
    title: Know what others found out
    owner: jo
    period: 2090-Q4
    key_results:
      - id: books
        title: Read 10 books
        customer: jo
        value: hand.books
        target: 10
      - id: talks
        title: 8 invitations to speak
        customer: organisers
        value: one.asked + two.asked + two.other
        target: 8
"""


def test_lint_names_place_rule_reason_and_cure(terminal: Terminal) -> None:
    (terminal.home / "okr.yaml").write_text(BAD)
    told = terminal.run("lint")
    assert told.returncode == 1
    assert "okr.yaml:26:13: warning task: reading.books: 'Read 10 books'" in told.stdout
    assert "    why  " in told.stdout
    assert "    how  " in told.stdout
    assert "\x1b" not in told.stdout
    assert told.stdout.rstrip().endswith("3 warnings")


def test_lint_as_json_is_a_list(terminal: Terminal) -> None:
    (terminal.home / "okr.yaml").write_text(BAD)
    told = terminal.run("lint", "--json")
    assert told.returncode == 1
    found = json.loads(told.stdout)
    assert [(one["rule"], one["name"]) for one in found] == [
        ("task", "reading.books"),
        ("own-customer", "reading.books"),
        ("counted-twice", "reading.talks"),
    ]
    assert found[2]["what"] == "one.asked and two.asked read the same"
    assert {*found[0]} == {"place", "name", "rule", "severity", "what", "why", "how"}


def test_lint_of_good_key_results_ends_with_zero(terminal: Terminal) -> None:
    good = BAD.replace("Read 10 books", "10 readers answer").replace("customer: jo", "customer: readers")
    (terminal.home / "okr.yaml").write_text(good.replace("one.asked + two.asked", "two.asked"))
    assert terminal.good("lint").strip() == "nothing to say: these are good key results"
    assert json.loads(terminal.good("lint", "--json")) == []


def test_check_says_nothing_of_what_lint_says(terminal: Terminal) -> None:
    (terminal.home / "okr.yaml").write_text(BAD)
    assert "good" in terminal.good("check")
