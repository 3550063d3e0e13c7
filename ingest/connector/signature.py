"""Whether a delivery to a hook is its sender's: the signature over the raw bytes, in constant time, and its age. Pure.

Always HMAC-SHA256. Senders differ in what they sign, in the header, and in how the signature is written.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b

from ingest.okr.instant import SECOND, Duration, Instant

TOLERANCE: Duration = 300 * SECOND
"""How far the time of a delivery may lie from ours, before and after."""


class Signature(StrEnum):
    """Who signs, or for others how. What each means is in `LAYOUTS`."""

    STANDARD = "standard"
    TIMED = "timed"
    BODY = "body"
    PATH = "path"
    BEEHIIV = "beehiiv"
    BUTTONDOWN = "buttondown"
    CALCOM = "calcom"
    CALENDLY = "calendly"
    EMAILOCTOPUS = "emailoctopus"
    GHOST = "ghost"
    GITHUB = "github"
    HUBSPOT = "hubspot"
    KIT = "kit"
    MAILCHIMP = "mailchimp"
    MAILERLITE = "mailerlite"
    META = "meta"
    STRAVA = "strava"
    STRIPE = "stripe"
    TALLY = "tally"
    TYPEFORM = "typeform"
    X = "x"


class Unverified(ValueError):
    """A delivery does not show whose it is. The message says what to look at, and nothing that is secret."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A request to a hook as it came, before anything of it is believed."""

    headers: Mapping[str, str]
    """By name in small letters."""
    body: bytes = field(repr=False)
    method: str = "POST"
    address: str = ""
    """As the sender knows it, with the query."""
    ending: str = field(default="", repr=False)
    """What the path has after the source."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a delivery says of itself."""

    signed: bytes
    signatures: tuple[bytes, ...]
    sent_at: Instant | None
    identity: bytes
    """What no two deliveries share, made of what is signed."""


_Read = Callable[[Delivery, str], _Claim]
"""What a delivery claims in a header that it has."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What is signed, and the headers where the signature may stand. No `read`: nothing is signed."""

    read: _Read | None = None
    headers: tuple[str, ...] = ()
    binary: bool = False
    """The secret is base64 of the key, with `whsec_` before it or not."""


def verify(layout: Layout, keys: tuple[bytes, ...], delivery: Delivery, now: Instant) -> str:
    """The identity of a delivery (32 hex digits; a repeated one has the same), signed with any of the keys.

    `Unverified` where it is not, or where its time is more than `TOLERANCE` from now.
    """
    if layout.read is None:
        return _secret_address(keys, delivery)
    header = next((name for name in layout.headers if name in delivery.headers), None)
    if header is None:
        raise Unverified(f"there is no signature: the header {' or '.join(layout.headers)} is missing")
    claim = layout.read(delivery, header)
    if not claim.signatures:
        raise Unverified(f"the header {header} holds no signature of the form that is expected")
    expected = [hmac.digest(key, claim.signed, "sha256") for key in keys]
    if not sum(hmac.compare_digest(one, given) for one in expected for given in claim.signatures):
        raise Unverified("the signature does not match: do both sides have the same secret, and is the body unchanged?")
    if claim.sent_at is not None and abs(now - claim.sent_at) > TOLERANCE:
        side = "past" if claim.sent_at < now else "future"
        apart = abs(now - claim.sent_at) // SECOND
        raise Unverified(
            f"it was signed {apart} s in the {side}, and {TOLERANCE // SECOND} s is the most: check clocks"
        )
    return blake2b(claim.identity, digest_size=16).hexdigest()


def key_of(layout: Layout, secret: str) -> bytes:
    """The key that a secret stands for; `ValueError` where it cannot be one."""
    if not secret.strip():
        raise ValueError("an empty secret is none: anybody could sign with it")
    if layout.read is None and not re.fullmatch(r"[A-Za-z0-9_~.-]{32,256}", secret):
        raise ValueError(
            "nothing is signed, so the secret in the address must be hard to guess: 32 letters, digits, - or _ or "
            "more, as `openssl rand -hex 24` makes them"
        )
    if not layout.binary:
        return secret.encode()
    digits = secret.removeprefix("whsec_").rstrip("=")
    key = _base64(digits + "=" * (-len(digits) % 4))
    if not key:
        raise ValueError("is no secret of Standard Webhooks: base64, mostly with whsec_ before it")
    return key


def _secret_address(keys: tuple[bytes, ...], delivery: Delivery) -> str:
    given = delivery.ending.encode(errors="replace")
    if not sum(hmac.compare_digest(key, given) for key in keys):
        raise Unverified("the secret in the address is another one")
    return blake2b(delivery.body, digest_size=16).hexdigest()


# What is signed. In each, what is not of the form that is expected counts as no signature.


def _body(delivery: Delivery, header: str) -> _Claim:
    """The body; hex or base64, with `sha256=` or without."""
    given = _mark(delivery.headers[header].strip().removeprefix("sha256="))
    return _Claim(delivery.body, given, None, delivery.body)


def _object(delivery: Delivery, header: str) -> _Claim:
    """The body, a JSON object. X has us sign tokens with the same secret, for whoever asks: none of them is one."""
    claim = _body(delivery, header)
    return claim if delivery.body.startswith(b"{") else replace(claim, signatures=())


def _timed(delivery: Delivery, header: str) -> _Claim:
    """`t=<seconds>,v1=<hex>[,v1=<hex>]`: the time, a dot, the body."""
    parts = [part.strip().partition("=") for part in delivery.headers[header].split(",")]
    times = [value for name, _, value in parts if name == "t"]
    signatures = tuple(mark for name, _, value in parts if name == "v1" for mark in _mark(value))
    time = _number(times[0] if len(times) == 1 else "", header)
    signed = times[0].encode() + b"." + delivery.body
    return _Claim(signed, signatures, time * SECOND, signed)


def _ghost(delivery: Delivery, header: str) -> _Claim:
    """`sha256=<hex>, t=<milliseconds>`: the body and the time, with nothing between."""
    parts = dict(part.strip().partition("=")[::2] for part in delivery.headers[header].split(","))
    time = _number(parts.get("t", ""), header)
    signed = delivery.body + parts["t"].encode()
    return _Claim(signed, _mark(parts.get("sha256", "")), time * SECOND // 1000, signed)


def _hubspot(delivery: Delivery, header: str) -> _Claim:
    """The method, the whole address, the body and the time in milliseconds, which has a header of its own."""
    beside = "x-hubspot-request-timestamp"
    text = delivery.headers.get(beside, "")
    time = _number(text, beside)
    signed = delivery.method.encode() + delivery.address.encode() + delivery.body + text.encode()
    return _Claim(signed, _mark(delivery.headers[header].strip()), time * SECOND // 1000, signed)


def _standard(delivery: Delivery, header: str) -> _Claim:
    """Standard Webhooks: id, time in seconds and body, with dots between; a retry has another time and the same id."""
    family = header.removesuffix("signature")
    name, stamp = delivery.headers.get(f"{family}id", ""), delivery.headers.get(f"{family}timestamp", "")
    if not 0 < len(name) <= 256:
        raise Unverified(f"the header {family}id is missing or too long")
    time = _number(stamp, f"{family}timestamp")
    given = [one.partition(",") for one in delivery.headers[header].split()]
    signatures = tuple(mark for version, _, value in given if version == "v1" for mark in _mark(value))
    signed = b".".join((name.encode(), stamp.encode(), delivery.body))
    return _Claim(signed, signatures, time * SECOND, name.encode())


def _number(text: str, header: str) -> int:
    if not re.fullmatch(r"\d{1,15}", text, re.ASCII):
        raise Unverified(f"the header {header} tells no time")
    return int(text)


def _mark(text: str) -> tuple[bytes, ...]:
    """The 32 bytes that are written, in hex or base64; none where they are not."""
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        return (bytes.fromhex(text),)
    written = _base64(text)
    return (written,) if len(written) == 32 else ()


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


_BODY = {
    Signature.GITHUB: "x-hub-signature-256",
    Signature.META: "x-hub-signature-256",
    Signature.BUTTONDOWN: "x-buttondown-signature",
    Signature.CALCOM: "x-cal-signature-256",
    Signature.EMAILOCTOPUS: "emailoctopus-signature",
    Signature.MAILERLITE: "signature",
    Signature.TALLY: "tally-signature",
    Signature.TYPEFORM: "typeform-signature",
}
_TIMED = {
    Signature.STRIPE: "stripe-signature",
    Signature.CALENDLY: "calendly-webhook-signature",
    Signature.KIT: "x-kit-signature",
    Signature.MAILCHIMP: "x-mailchimp-signature",
}
_STANDARD = Layout(_standard, ("webhook-signature", "svix-signature"), binary=True)

LAYOUTS: Mapping[Signature, Layout] = {
    Signature.STANDARD: _STANDARD,
    Signature.BEEHIIV: _STANDARD,
    Signature.TIMED: Layout(_timed, tuple(dict.fromkeys(_TIMED.values()))),
    Signature.BODY: Layout(_body, tuple(dict.fromkeys(_BODY.values()))),
    Signature.GHOST: Layout(_ghost, ("x-ghost-signature",)),
    Signature.X: Layout(_object, ("x-twitter-webhooks-signature",)),
    Signature.HUBSPOT: Layout(_hubspot, ("x-hubspot-signature-v3",)),
    Signature.PATH: Layout(),
    Signature.STRAVA: Layout(),
    **{sender: Layout(_timed, (header,)) for sender, header in _TIMED.items()},
    **{sender: Layout(_body, (header,)) for sender, header in _BODY.items()},
}
