"""Recorded conversations, for a judge of what was said in them."""

from collections.abc import Iterator

from ingest.connector.connector import Connector
from ingest.connector.kit import HttpConformance
from ingest.connector.record import Conversation


class Played(HttpConformance):
    def played(self) -> Iterator[tuple[str, Conversation]]:
        """Each recorded conversation, when it is over."""
        for name in ("full", "empty"):
            conversation = self.conversation(name)
            self.drained(self._ask(conversation))
            yield name, conversation
        if self.connector.seen is not Connector.seen:
            conversation = self.conversation("seen")
            self.seen(conversation)
            yield "seen", conversation
