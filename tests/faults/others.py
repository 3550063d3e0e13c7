"""Connectors that ask as those of `pointed` do: the client is the same; they meet what they could take for an answer.

Nothing is written down here for a connector: its settings are those of its class of the kit, with another `url`.
"""

from collections.abc import Mapping

from ingest.connector.kit import HttpConformance
from ingest.connector.outcome import Outcome
from ingest.connector.secret import secrets_of
from tests.connectors.suites import asked_over_http
from tests.faults.pointed import ELSEWHERE, POINTED, Pointed
from tests.faults.table import Row, rows

_MET = {one.connector for one in POINTED.values()} | ELSEWHERE.keys()
OTHERS: Mapping[str, type[HttpConformance]] = {
    name: suite for name, suite in asked_over_http().items() if name not in _MET
}
TRIED = {
    "wire-length-long", "wire-gzip-cut", "wire-nothing", "redirect-loop", "redirect-other-host", "redirect-metadata",
    "retry-seconds", "status-206", "status-401", "status-403", "status-404", "status-410", "status-429", "status-500",
    "status-503", "document-error", "document-login", "document-empty", "document-half", "document-zeros",
}  # fmt: skip
MEANS_ELSE: Mapping[tuple[str, str], Outcome] = {}
"""What a vendor means by a fault where it is not what others mean, by connector and fault; each with its reason."""


def pointed(name: str) -> Pointed:
    suite = OTHERS[name]
    assert "url" in suite.connector.model_fields, f"{name}: its address cannot be set"
    keyed = bool(secrets_of(suite().made()))
    return Pointed(name, "json", {**suite.settings, "url": "{url}"}, {}, keyed=keyed)


def tried(name: str) -> list[Row]:
    return [row for row in rows(pointed(name)) if row.fault in TRIED and row.port == "http"]
