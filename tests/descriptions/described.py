"""The conformance kit with one thing more: what is asked and what was recorded is as the vendor describes it."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from ingest.connector.record import Conversation
from tests.descriptions.description import Description, Problem
from tests.descriptions.played import Played


class Described(Played):
    """For a connector whose vendor describes its API in a file that programs read."""

    described_in: ClassVar[tuple[str, ...]] = ("description.json",)
    """The files in `recorded`; several where a connector asks several APIs."""
    anywhere: ClassVar[bool] = False
    """The vendor's server may have any host: one installs it oneself, or is given one of many."""
    beyond: ClassVar[Mapping[str, str]] = {}
    """What the description leaves out or has wrong, by its place (`answer.pagination.total_count`, `?include`), each
    with how it is known all the same. It is not checked; where nothing is amiss at a place it must not be here."""

    @property
    def description(self) -> Description:
        return Description(*(self.recorded / name for name in self.described_in), anywhere=self.anywhere)

    def problems(self, conversation: Conversation) -> Iterator[Problem]:
        """What is amiss in a conversation, `beyond` included."""
        description = self.description
        for request in conversation.asked:
            yield from description.problems_of_request(request)
        for one in conversation.exchanges:
            status, kind = (
                one.answer.get("status", 200),
                one.answer.get("headers", {}).get("content-type", "text/plain"),
            )
            value, kind = (one.answer["json"], "application/json") if one.is_json else (None, kind)
            yield from description.problems_of_answer(one.method, one.url, status, value, kind)

    def test_what_is_asked_and_what_was_recorded_are_as_the_vendor_describes_them(self) -> None:
        needless = set(self.beyond)
        for name, conversation in self.played():
            for problem in self.problems(conversation):
                known = {place for place in self.beyond if problem.is_at(place)}
                assert known, f"{name}.json: {problem}"
                needless -= known
        assert not needless, "the description says this very well"
