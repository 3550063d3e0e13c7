"""What holds for all built-in connectors together: names are alike, each is tried, and says how far."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import connectors
from ingest.connector import Connector
from ingest.connector.find import built_in, find
from ingest.connector.kit import Conformance, HttpConformance
from ingest.connector.page import page_of
from tests.connectors.suites import suites

HERE = Path(__file__).parent
NAMES = sorted(built_in())
_ROW = re.compile(r"\| (\w+) \| (level|counter|events) \| ([\w ]*)\| (.+) \|")
VOCABULARY = {row[1]: (row[2], row[3].strip() or None) for row in _ROW.finditer(connectors.__doc__ or "")}


def of(name: str) -> type[Connector]:
    return find(name, HERE)


@pytest.mark.parametrize("name", NAMES)
def test_the_example_on_its_page_can_be_copied(name: str) -> None:
    page = page_of(name, of(name))
    source = yaml.load(page.example(), yaml.BaseLoader)["sources"][f"my_{name}"]  # noqa: S506  it makes text alone
    wanted = {one.name: one.example for one in page.settings if one.is_shown and one.example and not one.secret}
    assert {setting: source[setting] for setting in wanted} == wanted


def test_the_vocabulary_is_a_table_without_doubles() -> None:
    lines = [line for line in (connectors.__doc__ or "").splitlines() if line.startswith("| ")]
    assert len(VOCABULARY) == len(lines) - 2 > 30
    assert all((kind == "counter") == name.startswith("total_") for name, (kind, _) in VOCABULARY.items())


@pytest.mark.parametrize("name", NAMES)
def test_signals_of_one_name_are_of_one_kind_and_unit(name: str) -> None:
    told = {signal: (str(one.kind), one.unit) for signal, one in of(name).signals.items()}
    assert told == {signal: VOCABULARY.get(signal, one) for signal, one in told.items()}


def test_what_two_connectors_tell_is_in_the_vocabulary() -> None:
    told = [signal for name in NAMES for signal in of(name).signals]
    assert {signal for signal in told if told.count(signal) > 1} <= VOCABULARY.keys()


@pytest.mark.parametrize("name", NAMES)
def test_each_runs_the_kit(name: str) -> None:
    its = [one for one in suites() if one.connector is of(name)]
    assert its, "tests/connectors has no class of the kit for it"
    asked = of(name).every is not None and name not in BY_SOCKET
    assert not asked or any(issubclass(one, Conformance) for one in its), "what is asked takes more than Documented"


BY_SOCKET = {"imap"}
"""They speak neither HTTP nor read files; their servers are real ones in their tests."""


@pytest.mark.parametrize("name", NAMES)
def test_each_says_how_far_it_was_tried_and_what_its_secrets_need(name: str) -> None:
    assert of(name).proven, "`proven` is said on its page"
    assert len(of(name).proven) < 160
    assert not of(name).needs.endswith("."), "it goes on after `it needs`"


_NAMING = {"name", "Title", "display_name", "displayName", "fqdn_listname", "full_name", "login", "username"}
_WITH_NAMES = (
    "beehiiv bluesky brevo buttondown campaign_monitor emailoctopus ghost github kit listmonk mailchimp mailman "
    "mastodon stack_exchange x"
)


def nameless(value: Any) -> Any:
    if isinstance(value, list):
        return [nameless(one) for one in value]
    if isinstance(value, dict):
        return {key: nameless(one) for key, one in value.items() if key not in _NAMING}
    return value


@pytest.mark.parametrize("name", _WITH_NAMES.split())
def test_a_name_that_is_missing_costs_no_number(name: str) -> None:
    """Names are for `seen`: those who pull do without."""
    suite = next(one for one in suites() if one.connector is of(name) and issubclass(one, HttpConformance))()
    assert isinstance(suite, HttpConformance)
    recorded = suite.conversation()
    for at, exchange in enumerate(recorded.exchanges):
        if "json" in exchange.answer:
            recorded = recorded.with_answer(at, nameless(exchange.answer["json"]))
    assert suite.drained(suite._ask(recorded)) == suite.drained(suite.ask())
