"""What a mail says: whose thread it belongs to, when it was sent, its texts. Pure; takes whatever people send."""

import codecs
import html
import re
import unicodedata
from base64 import b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

LONGEST = 16 * 2**10
"""So many characters of one header are looked at."""
LINKS = 30
"""Of the mails that a reply refers to, the first and so many of the last are followed."""
OLDEST = datetime(1982, 1, 1, tzinfo=UTC)
"""Before there was mail of this kind; earlier dates come from clocks that were never set."""
AHEAD = timedelta(days=1)
"""How much later than its arrival a mail may say it was sent."""
_ENCODED = re.compile(r"=\?[^?\s]{1,80}\?[bq]\?[^?]*\?=(?:\s*=\?[^?\s]{1,80}\?[bq]\?[^?]*\?=)*", re.IGNORECASE)
_ID = re.compile(r"<([^<>]{1,1000})>")
_TAG = re.compile(r"<[^<>]{0,1000}>")
_NO_DIGIT = re.compile(r"[^A-Za-z0-9+/]+")
_BLANK = re.compile(r"\s+")
_SLOW = {"idna", "punycode"}
"""Charsets that are none; decoding a long text by them takes minutes."""


@dataclass(frozen=True, slots=True)
class Mail:
    """What is looked at of a mail. Texts are decoded, in one line each."""

    arrived: datetime
    at: datetime
    """When it was sent; aware. Where its own date cannot be, when it arrived."""
    own: str
    """Its Message-ID; where it has none, its date, sender and subject."""
    links: tuple[str, ...]
    """The Message-IDs that it refers to, the first of the thread first."""
    subject: str
    sender: str
    recipients: str

    @property
    def root(self) -> str:
        """What all mails of the thread have in common: the id of the first one."""
        return self.links[0] if self.links else self.own


def mail_of(header: bytes, arrived: datetime) -> Mail:
    """The mail with this header that arrived then."""
    said: dict[str, list[str]] = {}
    for name, value in message_from_bytes(header).raw_items():
        written = value.encode("utf-8", "surrogateescape")  # the parser keeps what is no ASCII as lone surrogates
        said.setdefault(name.lower(), []).append(decoded(written, None))
    first = {name: values[0] for name, values in said.items()}
    sender, subject, date = (first.get(name, "") for name in ("from", "subject", "date"))
    references = ids(first.get("references", ""))
    own = (*ids(first.get("message-id", "")), _line(first.get("message-id", "")))[0]
    stamp = _line(date) or arrived.astimezone(UTC).isoformat()
    return Mail(
        arrived=arrived,
        at=sent_at(date, arrived),
        own=own if own not in {"", "<>"} else "|".join([stamp, _line(sender), _line(subject)]),
        links=tuple(dict.fromkeys((*references[:1], *references[1:][-LINKS:], *ids(first.get("in-reply-to", ""))[:1]))),
        subject=shown(subject),
        sender=shown(sender),
        recipients=", ".join(shown(value) for value in (*said.get("to", ()), *said.get("cc", ()))),
    )


def ids(text: str) -> list[str]:
    """The Message-IDs in a header: what stands between angle brackets, else words with an @."""
    found = [_BLANK.sub("", one) for one in _ID.findall(text)]
    return [one for one in found if one] or [word for word in text.split() if "@" in word and "<" not in word]


def sent_at(date: str, arrived: datetime) -> datetime:
    """When a mail was sent. A date that is none, before there was mail, or well after the arrival, is not believed."""
    try:
        said = parsedate_to_datetime(_line(date))
        said = (said if said.tzinfo else said.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return arrived
    return said if OLDEST <= said <= arrived + AHEAD else arrived


def shown(value: str) -> str:
    """A header as its reader sees it: encoded words decoded, in one line. What cannot be decoded stays as written."""
    return plain(_ENCODED.sub(_words, _line(value[:LONGEST])))


def _words(run: re.Match[str]) -> str:
    try:
        parts = decode_header(run[0])
        return "".join(part if isinstance(part, str) else decoded(part, charset) for part, charset in parts)
    except (HeaderParseError, ValueError):
        return run[0]


def text_of(message: bytes) -> str:
    """All text in a mail, or in its beginning: of its parts that are text, HTML without its tags."""
    try:
        return plain("\n".join(_texts(message_from_bytes(message).walk())))
    except RecursionError:  # parts within parts without end
        return plain(decoded(message, None))


def _texts(parts: Iterable[Message]) -> Iterable[str]:
    for part in parts:
        if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
            continue
        body = _content(part)
        if isinstance(body, bytes):
            text = decoded(body, _charset(part))
            yield html.unescape(_TAG.sub(" ", text)) if part.get_content_subtype() == "html" else text


def _content(part: Message) -> object:
    """The bytes of a part. Base64 that was cut off, as by us, is read as far as it goes."""
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return part.get_payload(decode=True)
    digits = _NO_DIGIT.sub("", str(part.get_payload()))
    return b64decode(digits[: len(digits) // 4 * 4] if len(digits) % 4 == 1 else digits + "==")


def _charset(part: Message) -> str | None:
    try:
        return part.get_content_charset()
    except (LookupError, ValueError):
        return None


def decoded(text: bytes, charset: str | None) -> str:
    """The text by its charset, where that exists and fits; else as UTF-8, else as Latin-1, which fits everything."""
    for name in (charset, "utf-8"):
        try:
            if name and codecs.lookup(name).name not in _SLOW:
                return text.decode(name)
        except (LookupError, ValueError):
            continue
    return text.decode("latin-1")


def plain(text: str) -> str:
    """A text to be searched: letters with marks in one piece, every blank and line break as one blank."""
    return _BLANK.sub(" ", unicodedata.normalize("NFC", text)).strip()


def _line(value: str) -> str:
    return _BLANK.sub(" ", value).strip()
