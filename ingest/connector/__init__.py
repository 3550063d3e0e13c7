"""The contract layer: all that a connector sees. A third party's connector imports from here and from nowhere else.

from ingest.connector import Ask, Connector, Reading, Span, events, hours, level
"""

from ingest.connector.answer import Answer
from ingest.connector.ask import Ask
from ingest.connector.connector import Connector, Signal, counter, days, events, hours, level, minutes
from ingest.connector.declared import Declared
from ingest.connector.hook import Hook, Message
from ingest.connector.limits import Limits
from ingest.connector.oauth.client import OAuth
from ingest.connector.oauth.renewal import Renewal
from ingest.connector.outcome import Broken, Refused, SourceError, Unavailable
from ingest.connector.question import Body, Meaning, Params
from ingest.connector.reading import Cursor, Expiry, Reading, Span, Yielded
from ingest.connector.seen import Seen
from ingest.connector.settings import (
    Day,
    Duration,
    Named,
    Numeric,
    Received,
    SignalName,
    SignalSettings,
    parse_duration,
)
from ingest.connector.signature import Signature
from ingest.okr.signal import Kind

__all__ = [
    "Answer",
    "Ask",
    "Body",
    "Broken",
    "Connector",
    "Cursor",
    "Day",
    "Declared",
    "Duration",
    "Expiry",
    "Hook",
    "Kind",
    "Limits",
    "Meaning",
    "Message",
    "Named",
    "Numeric",
    "OAuth",
    "Params",
    "Reading",
    "Received",
    "Refused",
    "Renewal",
    "Seen",
    "Signal",
    "SignalName",
    "SignalSettings",
    "Signature",
    "SourceError",
    "Span",
    "Unavailable",
    "Yielded",
    "counter",
    "days",
    "events",
    "hours",
    "level",
    "minutes",
    "parse_duration",
]
