"""Which signed deliveries are let through, and which are not."""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64decode
from datetime import UTC, datetime

import pytest
from multidict import CIMultiDict

from phonecom_events.http import Secret
from phonecom_events.webhooks import MAX_BODY, Headers, Verifier, signed_headers

from .samples import NOW, OTHER_SECRET, SECRET
from .signed import BODY, SIGNED, refusal, verifier


def test_says_what_the_headers_say() -> None:
    """A genuine delivery gives its id and the moment of its signature."""
    delivery = verifier().verify(BODY, SIGNED)

    assert delivery.id == "msg_1"
    assert delivery.sent_at == datetime.fromtimestamp(NOW, UTC)


@pytest.mark.parametrize(
    "headers",
    [
        {name.title(): value for name, value in SIGNED.items()},
        {name.upper(): value for name, value in SIGNED.items()},
        CIMultiDict(SIGNED),
        list(SIGNED.items()),
        tuple(SIGNED.items()),
        iter(SIGNED.items()),
        [(name.encode(), value.encode()) for name, value in SIGNED.items()],
        [*SIGNED.items(), ("x-other", "1"), ("x-other", "2")],
        [*SIGNED.items(), ("x-text", "\xff"), (b"\xff", b"\xff"), (5, 6)],
    ],
)
def test_takes_headers_as_any_framework_gives_them(headers: Headers) -> None:
    """Mappings, multidicts and pairs do, in any case, with others among them."""
    assert verifier().verify(BODY, headers).id == "msg_1"


@pytest.mark.parametrize(
    "body",
    [bytearray(b"{}"), memoryview(b"{}"), "{\xfc}".encode("latin-1"), b"\x00\xff", b""],
)
def test_signs_bytes_not_text(body: bytes) -> None:
    """The body is signed as it is, even where it is not UTF-8."""
    headers = signed_headers(SECRET, bytes(body), webhook_id="a", timestamp=NOW)

    assert verifier().verify(body, headers).id == "a"


def test_knows_a_known_answer() -> None:
    """The signature is HMAC-SHA256 of id, timestamp and body, keyed with the bytes."""
    key = b64decode(SECRET.removeprefix("whsec_"))
    expected = hmac.new(key, b"msg_1.%d." % NOW + BODY, hashlib.sha256).digest()
    version, given = SIGNED["webhook-signature"].split(",")

    assert version == "v1"
    assert b64decode(given) == expected


@pytest.mark.parametrize(
    "signatures",
    [
        "v1,AAAA {} v2,BBBB",
        "v1a,{0} {0}",
        "garbage , ,, v1 v1, {}",
        "v9,\x20{}  ",
    ],
)
def test_finds_the_good_one_among_several(signatures: str) -> None:
    """Signatures of other keys and versions, and garbage, stand beside a good one."""
    good = SIGNED["webhook-signature"]
    headers = {**SIGNED, "webhook-signature": signatures.format(good)}

    assert verifier().verify(BODY, headers).id == "msg_1"


def test_takes_any_of_several_secrets() -> None:
    """While a subscription is replaced, the old and the new secret both count."""
    assert verifier(OTHER_SECRET, SECRET).verify(BODY, SIGNED).id == "msg_1"
    assert "known secret" in refusal(SIGNED, by=verifier(OTHER_SECRET))


@pytest.mark.parametrize("text", [SECRET.removeprefix("whsec_"), SECRET.rstrip("=")])
def test_takes_a_secret_without_prefix_or_padding(text: str) -> None:
    """The prefix and the padding of a secret carry nothing."""
    assert verifier(text).verify(BODY, SIGNED).id == "msg_1"
    assert Verifier(Secret(text), clock=lambda: NOW).verify(BODY, SIGNED).id == "msg_1"


@pytest.mark.parametrize("off", [-300, -299, 0, 299, 300])
def test_allows_five_minutes_either_way(off: int) -> None:
    """A delivery may be five minutes old, or five minutes ahead of the clock."""
    assert verifier(now=NOW + off).verify(BODY, SIGNED).id == "msg_1"


@pytest.mark.parametrize(
    ("off", "word"), [(301, "stale"), (-301, "future"), (10**9, "stale")]
)
def test_refuses_what_is_not_fresh(off: int, word: str) -> None:
    """Beyond the tolerance a genuine signature does not help."""
    assert word in refusal(SIGNED, by=verifier(now=NOW + off))


def test_refuses_when_the_clock_says_nothing() -> None:
    """A clock that gives no number lets nothing through."""
    assert "off" in refusal(SIGNED, by=verifier(now=float("nan")))


@pytest.mark.parametrize(
    "timestamp",
    [
        "NaN",
        "inf",
        "-1",
        f"+{NOW}",
        f"{NOW}.0",
        f"{NOW}.",
        f" {NOW}",
        "1_790_000_000",
        "1e9",
        "9" * 12,
        "9" * 4000,
        "0x6AB1",
        "\u0661\u0667\u0669",
    ],
)
def test_refuses_a_timestamp_that_is_not_unix_seconds(timestamp: str) -> None:
    """However it is signed, only plain digits are a timestamp."""
    assert "timestamp" in refusal({**SIGNED, "webhook-timestamp": timestamp})


@pytest.mark.parametrize("name", list(SIGNED))
@pytest.mark.parametrize(
    "value",
    [None, "", 5, ["v1,a", "v1,b"], "\u00e9", "a\r\nb: c", "\udcff", "v" * 5000],
)
def test_refuses_a_header_that_is_not_one(name: str, value: object) -> None:
    """A needed header that is missing, no text, not ASCII or too long is refused."""
    headers = [(key, value if key == name else text) for key, text in SIGNED.items()]

    assert name in refusal(headers)  # type: ignore[arg-type]


def test_takes_a_header_of_four_thousand_characters() -> None:
    """The bound of a header is 4096 characters, and those are allowed."""
    good = SIGNED["webhook-signature"]
    fitting = {**SIGNED, "webhook-signature": good.ljust(4096)}
    longer = {**SIGNED, "webhook-signature": good.ljust(4097)}

    assert verifier().verify(BODY, fitting).id == "msg_1"
    assert "longer than 4096" in refusal(longer)


@pytest.mark.parametrize("tolerance", [0.5, 1])
def test_takes_a_tolerance_below_a_second(tolerance: float) -> None:
    """A tolerance may be any number of seconds above 0."""
    strict = Verifier(SECRET, tolerance=tolerance, clock=lambda: NOW + tolerance)

    assert strict.verify(BODY, SIGNED).id == "msg_1"


@pytest.mark.parametrize("name", list(SIGNED))
def test_refuses_a_header_that_comes_twice(name: str) -> None:
    """Two readers could each believe another one of two equal headers."""
    doubled = [*SIGNED.items(), (name.upper(), SIGNED[name])]

    assert "more than once" in refusal(doubled)
    assert "more than once" in refusal(CIMultiDict(doubled))


@pytest.mark.parametrize("name", list(SIGNED))
def test_refuses_a_header_less(name: str) -> None:
    """None of the three headers can be left out."""
    assert name in refusal({key: SIGNED[key] for key in SIGNED if key != name})


@pytest.mark.parametrize("headers", [None, 5, "text", [1], [("a",)], [("a", "b", "c")]])
def test_refuses_what_are_no_headers(headers: Headers) -> None:
    """What is neither a mapping nor pairs is refused like any other delivery."""
    assert "neither a mapping nor pairs" in refusal(headers)


@pytest.mark.parametrize("headers", [{}, [], [("a", "b")]])
def test_refuses_what_is_not_signed(headers: Headers) -> None:
    """Without any of the headers that a signature needs, that is what is said."""
    assert "not signed" in refusal(headers)


@pytest.mark.parametrize("body", ["{}", None, {}, 5])
def test_refuses_a_body_that_is_not_bytes(body: bytes) -> None:
    """Text and JSON values were decoded already, so the signature cannot be told."""
    assert "must be bytes" in refusal(SIGNED, body)


def test_refuses_a_huge_body() -> None:
    """More than a mebibyte is refused before it is signed."""
    body = b"x" * (MAX_BODY + 1)
    headers = signed_headers(SECRET, body, webhook_id="a", timestamp=NOW)

    assert "larger" in refusal(headers, body)
    fitting = body[:-1]
    headers = signed_headers(SECRET, fitting, webhook_id="a", timestamp=NOW)
    assert verifier().verify(fitting, headers).id == "a"


def test_refuses_a_replay() -> None:
    """With a guard, an id is verified once."""
    guarded = verifier(guard=True)
    guarded.verify(BODY, SIGNED)

    assert "replay" in refusal(SIGNED, by=guarded)
    again = signed_headers(SECRET, BODY, webhook_id="msg_2", timestamp=NOW)
    assert guarded.verify(BODY, again).id == "msg_2"


def test_a_forgery_does_not_use_up_an_id() -> None:
    """The guard remembers what was genuine, and nothing else."""
    guarded = verifier(guard=True)
    refusal(SIGNED, b"forged", by=guarded)

    assert guarded.verify(BODY, SIGNED).id == "msg_1"
