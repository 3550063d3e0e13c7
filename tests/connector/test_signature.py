"""Every layout of a signature, against vectors that a few lines of `hmac` make here, or that vendors publish."""

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ingest.connector.hook import Hook
from ingest.connector.signature import LAYOUTS, Delivery, Signature, Unverified
from ingest.okr.instant import SECOND

NOW = 1_700_000_000
BODY = b'{"hello":"world"}'
SECRET = "test_secret"
OTHER = "another_secret"
ADDRESS = "https://okr.example.org/hooks/hubspot"
KEY = base64.b64encode(b"a key of thirty-two bytes, or so").decode()
LONG = "0123456789abcdef0123456789abcdef"

Headers = dict[str, str]
Sign = Callable[[bytes, str, int], Headers]


def mac(secret: str, signed: bytes) -> bytes:
    return hmac.new(secret.encode(), signed, hashlib.sha256).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def on_body(header: str, prefix: str = "", *, base: bool = False) -> Sign:
    def sign(body: bytes, secret: str, _: int) -> Headers:
        raw = mac(secret, body)
        return {header: prefix + (b64(raw) if base else raw.hex())}

    return sign


def timed(header: str) -> Sign:
    return lambda body, secret, at: {header: f"t={at},v1={mac(secret, b'%d.%s' % (at, body)).hex()}"}


def ghost(body: bytes, secret: str, at: int) -> Headers:
    return {"x-ghost-signature": f"sha256={mac(secret, b'%s%d' % (body, at * 1000)).hex()}, t={at * 1000}"}


def hubspot(body: bytes, secret: str, at: int) -> Headers:
    signed = b"POST" + ADDRESS.encode() + body + str(at * 1000).encode()
    return {"x-hubspot-signature-v3": b64(mac(secret, signed)), "x-hubspot-request-timestamp": str(at * 1000)}


def standard(family: str, name: str = "msg_1") -> Sign:
    def sign(body: bytes, secret: str, at: int) -> Headers:
        raw = hmac.new(
            base64.b64decode(secret.removeprefix("whsec_")), b"%s.%d.%s" % (name.encode(), at, body), "sha256"
        )
        return {
            f"{family}-id": name,
            f"{family}-timestamp": str(at),
            f"{family}-signature": f"v1a,abc v1,{b64(raw.digest())}",
        }

    return sign


LAYOUT: Mapping[Signature, Sign] = {
    Signature.STANDARD: standard("webhook"),
    Signature.BEEHIIV: standard("svix"),
    Signature.TIMED: timed("stripe-signature"),
    Signature.STRIPE: timed("stripe-signature"),
    Signature.CALENDLY: timed("calendly-webhook-signature"),
    Signature.KIT: timed("x-kit-signature"),
    Signature.MAILCHIMP: timed("x-mailchimp-signature"),
    Signature.BODY: on_body("emailoctopus-signature", "sha256="),
    Signature.GITHUB: on_body("x-hub-signature-256", "sha256="),
    Signature.META: on_body("x-hub-signature-256", "sha256="),
    Signature.BUTTONDOWN: on_body("x-buttondown-signature", "sha256="),
    Signature.EMAILOCTOPUS: on_body("emailoctopus-signature", "sha256="),
    Signature.CALCOM: on_body("x-cal-signature-256"),
    Signature.MAILERLITE: on_body("signature"),
    Signature.TYPEFORM: on_body("typeform-signature", "sha256=", base=True),
    Signature.TALLY: on_body("tally-signature", base=True),
    Signature.X: on_body("x-twitter-webhooks-signature", "sha256=", base=True),
    Signature.GHOST: ghost,
    Signature.HUBSPOT: hubspot,
}
SIGNED = sorted(LAYOUT)
UNDATED = [one for one in SIGNED if LAYOUT[one](BODY, b64(b"key"), NOW) == LAYOUT[one](BODY, b64(b"key"), NOW + 1)]
DATED = [one for one in SIGNED if one not in UNDATED]


def secret_of(signature: Signature) -> str:
    return f"whsec_{KEY}" if LAYOUTS[signature].binary else SECRET


def hook(signature: Signature, *secrets: str) -> Hook:
    return Hook(signature, tuple(SecretStr(one) for one in secrets or (secret_of(signature),)))


def delivery(headers: Headers, body: bytes = BODY) -> Delivery:
    return Delivery(headers, body, address=ADDRESS)


def identity(signature: Signature, at: int = NOW, body: bytes = BODY, now: int = NOW) -> str:
    signed = LAYOUT[signature](body, secret_of(signature), at)
    return hook(signature).identity(delivery(signed, body), now * SECOND)


def test_every_signature_is_in_this_table() -> None:
    assert {*LAYOUT, Signature.PATH, Signature.STRAVA} == set(Signature) == set(LAYOUTS)


@pytest.mark.parametrize("signature", SIGNED)
def test_what_the_sender_signed_is_taken(signature: Signature) -> None:
    assert len(identity(signature)) == 32


@pytest.mark.parametrize("signature", SIGNED)
def test_a_repeated_delivery_has_the_same_identity_and_another_another(signature: Signature) -> None:
    assert identity(signature) == identity(signature)
    if signature not in (Signature.STANDARD, Signature.BEEHIIV):  # their identity is the id
        assert identity(signature) != identity(signature, body=b'{"hello":"moon"}')


@pytest.mark.parametrize("signature", SIGNED)
@pytest.mark.parametrize("body", [BODY + b" ", b"", BODY.replace(b"w", b"W"), b'{"hello": "world"}'])
def test_a_body_that_was_changed_is_refused(signature: Signature, body: bytes) -> None:
    headers = LAYOUT[signature](BODY, secret_of(signature), NOW)
    with pytest.raises(Unverified, match=r"does not match|holds no signature"):
        hook(signature).identity(delivery(headers, body), NOW * SECOND)


@pytest.mark.parametrize("signature", SIGNED)
def test_another_secret_is_refused_and_not_told(signature: Signature) -> None:
    other = f"whsec_{b64(b'some other key')}" if LAYOUTS[signature].binary else OTHER
    headers = LAYOUT[signature](BODY, other, NOW)
    with pytest.raises(Unverified, match="does not match") as refused:
        hook(signature).identity(delivery(headers), NOW * SECOND)
    assert not any(secret in str(refused.value) for secret in (SECRET, OTHER, KEY))


@pytest.mark.parametrize("signature", SIGNED)
def test_either_of_two_secrets_counts_while_the_sender_changes_over(signature: Signature) -> None:
    new, old = (b64(b"new key"), b64(b"old key")) if LAYOUTS[signature].binary else ("new", "old")
    for secret in (new, old):
        hook(signature, new, old).identity(delivery(LAYOUT[signature](BODY, secret, NOW)), NOW * SECOND)
        with pytest.raises(Unverified):
            hook(signature).identity(delivery(LAYOUT[signature](BODY, secret, NOW)), NOW * SECOND)


@pytest.mark.parametrize("signature", SIGNED)
def test_a_missing_or_spoilt_header_is_named(signature: Signature) -> None:
    headers = LAYOUT[signature](BODY, secret_of(signature), NOW)
    for missing in headers:
        rest = {name: text for name, text in headers.items() if name != missing}
        with pytest.raises(Unverified, match="header"):
            hook(signature).identity(delivery(rest), NOW * SECOND)
        for spoilt in ("", " ", "sha256=", "t=,v1=", "v1,", "é", "0" * 63, "=" * 44, f"sha256={'0' * 64}", "t=1"):
            with pytest.raises(Unverified):
                hook(signature).identity(delivery({**headers, missing: spoilt}), NOW * SECOND)


@pytest.mark.parametrize("signature", DATED)
@pytest.mark.parametrize(("at", "taken"), [(-300, True), (300, True), (-301, False), (301, False), (-(10**6), False)])
def test_the_time_may_be_300_seconds_off_before_and_after(signature: Signature, at: int, taken: bool) -> None:
    if taken:
        identity(signature, NOW + at)
    else:
        with pytest.raises(Unverified, match="past" if at < 0 else "future"):
            identity(signature, NOW + at)


@pytest.mark.parametrize("signature", DATED)
def test_the_time_is_signed(signature: Signature) -> None:
    headers = LAYOUT[signature](BODY, secret_of(signature), NOW - 1000)
    fresh = {name: text.replace(str(NOW - 1000), str(NOW)) for name, text in headers.items()}
    assert fresh != headers
    with pytest.raises(Unverified, match="does not match"):
        hook(signature).identity(delivery(fresh), NOW * SECOND)


def test_there_are_dated_layouts() -> None:
    assert {Signature.STANDARD, Signature.TIMED, Signature.GHOST, Signature.HUBSPOT} <= set(DATED)
    assert not {Signature.BODY, Signature.GITHUB, Signature.TALLY} & set(DATED)


def test_the_vector_of_standard_webhooks() -> None:
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    for secret in ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"):
        hook(Signature.STANDARD, secret).identity(delivery(headers, b'{"test": 2432232314}'), 1614265330 * SECOND)


HEX = "b7b1e7e190c7aace9efb076f2394f2408bf389ed0398c526b97101ab2c84fed3"
TIMED = "a5d9de1d23a233e086ce2cd0940311c91c3039e7d92c0d96a82fda4881746747"
AFTER = "f3ee38e4ee3240dae9f7b310a5ca4c93d6b0732c21cbd3aee3aa4103d69a5d64"
ADDRESSED = "LUxJ0VMEDPjQhFAUHWmd6HqeBetF7fioOfsuy4s2HaA="


@pytest.mark.parametrize(
    ("signature", "headers"),
    [
        (Signature.GITHUB, {"x-hub-signature-256": f"sha256={HEX}"}),
        (Signature.MAILERLITE, {"signature": HEX}),
        (Signature.TALLY, {"tally-signature": "t7Hn4ZDHqs6e+wdvI5TyQIvzie0DmMUmuXEBqyyE/tM="}),
        (Signature.STRIPE, {"stripe-signature": f"t=1700000000,v1={TIMED}"}),
        (Signature.GHOST, {"x-ghost-signature": f"sha256={AFTER}, t=1700000000000"}),
        (
            Signature.HUBSPOT,
            {"x-hubspot-signature-v3": ADDRESSED, "x-hubspot-request-timestamp": "1700000000000"},
        ),
    ],
)
def test_fixed_vectors_of_each_layout(signature: Signature, headers: Headers) -> None:
    hook(signature).identity(delivery(headers), NOW * SECOND)


def test_one_of_several_signatures_is_enough() -> None:
    good = mac(SECRET, b"%d.%s" % (NOW, BODY)).hex()
    several = {"x-kit-signature": f"t={NOW},v1={'0' * 64},v1={good},v0=x"}
    hook(Signature.KIT).identity(delivery(several), NOW * SECOND)
    mixed = {"x-kit-signature": f"t={NOW},t={NOW - 9},v1={good}"}
    with pytest.raises(Unverified, match="tells no time"):
        hook(Signature.KIT).identity(delivery(mixed), NOW * SECOND)


def test_a_retry_of_standard_webhooks_has_another_time_and_the_same_identity() -> None:
    assert identity(Signature.STANDARD, NOW) == identity(Signature.STANDARD, NOW + 60)
    other = standard("webhook", "msg_2")(BODY, secret_of(Signature.STANDARD), NOW)
    assert hook(Signature.STANDARD).identity(delivery(other), NOW * SECOND) != identity(Signature.STANDARD)


def test_hubspot_signs_the_address_and_the_method() -> None:
    headers = hubspot(BODY, SECRET, NOW)
    for changed in (Delivery(headers, BODY, "PUT", ADDRESS), Delivery(headers, BODY, "POST", ADDRESS + "?a=1")):
        with pytest.raises(Unverified, match="does not match"):
            hook(Signature.HUBSPOT).identity(changed, NOW * SECOND)


def test_a_header_of_ones_own_takes_the_place_of_the_known_ones() -> None:
    own = Hook(Signature.BODY, (SecretStr(SECRET),), "X-My-Signature")
    own.identity(delivery(on_body("x-my-signature")(BODY, SECRET, NOW)), NOW * SECOND)
    with pytest.raises(Unverified, match="x-my-signature is missing"):
        own.identity(delivery(on_body("x-hub-signature-256")(BODY, SECRET, NOW)), NOW * SECOND)


@pytest.mark.parametrize("signature", [Signature.PATH, Signature.STRAVA])
def test_where_nothing_is_signed_the_address_holds_the_secret(signature: Signature) -> None:
    waiting = hook(signature, LONG, LONG[::-1])
    taken = [
        waiting.identity(Delivery({}, body, ending=ending), 0) for ending, body in ((LONG, b"1"), (LONG[::-1], b"2"))
    ]
    assert len({*taken}) == 2
    for ending in ("", LONG[:-1], LONG + "x", "é", "\udce9"):
        with pytest.raises(Unverified):
            waiting.identity(Delivery({}, b"1", ending=ending), 0)


@pytest.mark.parametrize(
    ("signature", "secret", "header", "told"),
    [
        (Signature.PATH, "too-short", None, "hard to guess"),
        (Signature.PATH, "x" * 31, None, "hard to guess"),
        (Signature.PATH, "a/b?" * 10, None, "hard to guess"),
        (Signature.STANDARD, "whsec_not base64!", None, "Standard Webhooks"),
        (Signature.STANDARD, "whsec_=", None, "Standard Webhooks"),
        (Signature.GITHUB, SECRET, "X-Mine", "`header` is for"),
        (Signature.GITHUB, "\t", None, "anybody could sign"),
        (Signature.BODY, SECRET, "no header", "letters, digits"),
    ],
)
def test_a_hook_that_could_not_work_is_refused(
    signature: Signature, secret: str, header: str | None, told: str
) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        Hook(signature, (SecretStr(secret),), header)
    assert secret not in str(refused.value)


@pytest.mark.parametrize("secrets", [(), ("",), (SECRET, "")])
def test_an_empty_secret_opens_nothing(secrets: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="secret"):
        Hook(Signature.GITHUB, tuple(SecretStr(one) for one in secrets))


def test_secrets_and_bodies_do_not_show() -> None:
    shown = repr(hook(Signature.PATH, LONG)) + repr(Delivery({}, BODY, ending=LONG))
    assert LONG not in shown
    assert "hello" not in shown


@pytest.mark.parametrize("token", [b"5", b"true", b"[1]", b"a=b", b"OGQ4ZTZiNTg=", b""])
def test_what_x_has_signed_as_a_token_is_no_delivery(token: bytes) -> None:
    headers = LAYOUT[Signature.X](token, SECRET, NOW)
    with pytest.raises(Unverified, match="holds no signature"):
        hook(Signature.X).identity(delivery(headers, token), NOW * SECOND)


@given(
    st.sampled_from([one for one in SIGNED if one is not Signature.X]), st.binary(max_size=200), st.integers(0, 2**36)
)
def test_any_body_at_any_time_is_taken_from_its_sender(signature: Signature, body: bytes, at: int) -> None:
    identity(signature, at, body, at)


@given(st.sampled_from(SIGNED), st.text(max_size=80))
def test_no_header_makes_it_fail_in_another_way(signature: Signature, text: str) -> None:
    headers = LAYOUT[signature](BODY, secret_of(signature), NOW)
    for name in headers:
        with pytest.raises(Unverified):
            hook(signature).identity(delivery({**headers, name: text}), NOW * SECOND)
