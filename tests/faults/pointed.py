"""Every built-in connector that asks over HTTP, pointed at an address, with the answers that are right there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.connectors.calendars import calendar, event
from tests.connectors.multistatus import TYPE, data, multistatus
from tests.servers.misbehaving.visit import Good

SECRET = "s3cr3t-0123456789abcdef"
RECORDED = Path(__file__).parents[1] / "connectors"


@dataclass(frozen=True)
class Pointed:
    """How one connector is pointed at an address."""

    connector: str
    kind: str
    """What it reads: json, csv, ics or dav. `Row.only` names these."""
    settings: Mapping[str, Any]
    """`{url}` stands for the address, `{dav}` for the same in CalDAV's own writing."""
    good: Mapping[str, Good]
    """By the path that it asks for below the address, with its query or without; "" is any."""
    keyed: bool = False
    """It sends a credential."""
    paged: bool = False
    """It follows `rel="next"`."""

    def at(self, url: str) -> dict[str, Any]:
        """Its settings at an address."""
        return {"connector": self.connector, **_filled(self.settings, url)}


def _filled(value: Any, url: str) -> Any:
    if isinstance(value, dict):
        return {name: _filled(inner, url) for name, inner in value.items()}
    return value.replace("{url}", url).replace("{dav}", _dav(url)) if isinstance(value, str) else value


def _dav(url: str) -> str:
    return url.replace("https://", "caldavs://").replace("http://", "caldav://")


def recorded(name: str) -> dict[str, Good]:
    """The conversation of a connector's own tests, below whatever address it is pointed at."""
    exchanges = json.loads((RECORDED / name / "full.json").read_text())["exchanges"]
    asked = [(urlsplit(one["request"]["url"]), one["answer"]["json"]) for one in exchanges]
    return {f"{url.path}?{url.query}": Good(json.dumps(answer).encode()) for url, answer in asked}


_DOCUMENT = "1AbCdEfGhIjKlMnOpQrStUvWxYz"
_CELLS = {
    "spreadsheetId": _DOCUMENT,
    "valueRanges": [{"range": "Data!A1:Z1000", "majorDimension": "ROWS", "values": [["Subscribers"], [1204]]}],
}
_SHOWN = {
    "properties": {"timeZone": "Europe/Berlin"},
    "sheets": [{"properties": {"title": "Data"}, "data": [{"rowData": [{"values": [{}]}]}]}],
}
_SHEET = "Date,Subscribers\r\n2026-01-05,12\r\n2026-02-02,17\r\n"
_CALENDAR = calendar(event("DTSTART:20260105T160000Z", uid="1"), event("DTSTART:20260202T160000Z", uid="2"))
_VECTOR = {
    "status": "success",
    "data": {"resultType": "vector", "result": [{"metric": {}, "value": [1790000000.5, "7"]}]},
}
_MATRIX = {
    "status": "success",
    "data": {"resultType": "matrix", "result": [{"metric": {}, "values": [[1790000000.5, "7"]]}]},
}

POINTED: dict[str, Pointed] = {
    "mailchimp": Pointed(
        "mailchimp",
        "json",
        {"api_key": f"{SECRET}-us19", "audience": "a1b2c3", "url": "{url}/3.0"},
        recorded("mailchimp"),
        keyed=True,
    ),
    "spreadsheet": Pointed(
        "spreadsheet",
        "csv",
        {"path": "{url}/pub?output=csv", "signals": {"people": {"column": "Subscribers"}}},
        {"": Good(_SHEET.encode(), "text/csv")},
    ),
    "calendar": Pointed(
        "calendar",
        "ics",
        {"url": f"{{url}}/{SECRET}/basic.ics", "signals": {"talks": {"summary": "talk"}}},
        {"": Good(_CALENDAR, "text/calendar")},
    ),
    "calendar caldav": Pointed(
        "calendar",
        "dav",
        {"url": "{dav}/ada/", "username": "ada", "password": SECRET, "signals": {"talks": {"summary": "talk"}}},
        {"": Good(multistatus("/ada/", TYPE, data(_CALENDAR)), "application/xml")},
        keyed=True,
    ),
    "http_json": Pointed(
        "http_json",
        "json",
        {"url": "{url}/stats", "auth": {"bearer": SECRET}, "signals": {"people": {"value": "stats.count"}}},
        {"": Good(b'{"stats": {"count": 1204}}')},
        keyed=True,
    ),
    "http_json pages": Pointed(
        "http_json",
        "json",
        {
            "url": "{url}/rows",
            "auth": {"header": {"X-Kit-Api-Key": SECRET}},
            "pages": {"link": "next"},
            "signals": {
                "rows": {"kind": "events", "items": "rows", "time": "at", "key": "id", "amount": "n", "whole": "true"}
            },
        },
        {"": Good(b'{"rows": [{"n": 7, "id": "1", "at": "2026-01-05T12:00:00Z"}]}')},
        keyed=True,
        paged=True,
    ),
    "http_json query": Pointed(
        "http_json",
        "json",
        {"url": "{url}/stats?of=all", "auth": {"query": {"key": SECRET}}, "signals": {"people": {"value": "count"}}},
        {"": Good(b'{"count": 1204}')},
        keyed=True,
    ),
    "google_sheets": Pointed(
        "google_sheets",
        "json",
        {
            "document": _DOCUMENT,
            "api_key": SECRET,
            "base": "{url}",
            "signals": {"people": {"worksheet": "Data", "column": "Subscribers"}},
        },
        {
            f"/v4/spreadsheets/{_DOCUMENT}/values:batchGet": Good(json.dumps(_CELLS).encode()),
            f"/v4/spreadsheets/{_DOCUMENT}": Good(json.dumps(_SHOWN).encode()),
        },
        keyed=True,
    ),
    "prometheus": Pointed(
        "prometheus",
        "json",
        {"url": "{url}", "signals": {"people": {"query": "subscribers"}}},
        {
            "/api/v1/query": Good(json.dumps(_VECTOR).encode()),
            "/api/v1/query_range": Good(json.dumps(_MATRIX).encode()),
        },
    ),
}

ELSEWHERE = {
    "command": "runs a program",
    "imap": "speaks IMAP",
    "linkedin_export": "reads files",
    "manual": "is never asked",
    "push": "is never asked",
    "sql": "speaks to databases",
    "substack_export": "reads files",
}
"""Built-in connectors that are not asked over HTTP by `Ask`, and why."""
