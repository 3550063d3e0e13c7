"""A real pull over a real socket, against a server that is made of the vendor's description."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import httpx

from ingest.connector.ask import Ask
from ingest.connector.drain import Drained
from ingest.connector.kit import ZONE
from ingest.connector.outcome import Ending, Outcome
from tests.descriptions.described import Described
from tests.descriptions.description import Description

if TYPE_CHECKING:
    from tests.servers.prism.mock import Mocks

REFUSALS: Mapping[int, Outcome] = {401: Outcome.REFUSED, 429: Outcome.UNAVAILABLE}
_HOPS = {"host", "content-length", "transfer-encoding", "connection", "accept-encoding"}


class Mocked(Described):
    """For a connector whose vendor has no server that one can install. The page of the connector may then say:
    "requests validated against the vendor's description of 2026-08"."""

    mock_ends: ClassVar[Outcome] = Outcome.OK
    """How a pull ends there. A vendor's examples may not fit together: BROKEN then, with the reason beside it."""

    def mocked(self, prism: "Mocks", code: int | None = None) -> "tuple[Drained | Ending, Mock]":
        """One pull; with `code` the server answers all with this status, in the vendor's own words."""
        mock = Mock([self.recorded / name for name in self.described_in], prism, code)
        client = httpx.AsyncClient(transport=mock)
        return self.ended(Ask(client=lambda: client, now=self.now, zone=ZONE, home=self.home, key=b"mock")), mock

    def test_its_requests_are_taken_by_a_server_made_of_the_vendors_description(self, prism: "Mocks") -> None:
        """First those of a pull as they come, then all that were recorded."""
        ended, mock = self.mocked(prism)
        assert mock.asked, "nothing was asked"
        for _, conversation in self.played():
            for request in conversation.asked:
                mock.sent(request)
        assert not mock.violations
        assert (ended.outcome if isinstance(ended, Ending) else Outcome.OK) is self.mock_ends, ended

    def test_what_the_vendor_says_when_it_refuses_is_understood(self, prism: "Mocks") -> None:
        """As far as it is described for the first request."""
        first = self.conversation().exchanges[0]
        _, operation = self.description.operation(first.method, first.url)
        described = [code for code in REFUSALS if str(code) in operation.answers]
        ended = {code: self.mocked(prism, code)[0] for code in described}
        outcomes = {code: one.outcome for code, one in ended.items() if isinstance(one, Ending)}
        assert outcomes == {code: REFUSALS[code] for code in described}, ended


@dataclass
class Mock(httpx.AsyncBaseTransport):
    """Sends each request to the mock of the description that knows it, whatever its host is."""

    descriptions: Sequence[Path]
    prism: "Mocks"
    code: int | None = None
    asked: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    """What a mock did not allow in a request."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.sent(request)

    def sent(self, request: httpx.Request) -> httpx.Response:
        what = f"{request.method} {request.url.path}"
        self.asked.append(what)
        address = self.prism(self._file(request))
        headers = {name: text for name, text in request.headers.items() if name not in _HOPS}
        if self.code is not None:
            headers["prefer"] = f"code={self.code}"
        url = address + request.url.raw_path.decode()
        with httpx.Client(trust_env=False) as client:
            answer = client.request(request.method, url, headers=headers, content=request.content)
        violations = answer.headers.get("sl-violations", "")
        if '"location":["request"' in violations or "stoplight.io/prism" in answer.text:
            self.violations.append(f"{what}: {violations or answer.text}")
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content, request=request)

    def _file(self, request: httpx.Request) -> Path:
        for file in self.descriptions:
            try:
                Description(file).operation(request.method, request.url)
            except LookupError:
                continue
            return file
        raise AssertionError(f"{request.method} {request.url.path} is not described")
