"""Which receivers an audit asks, and what its checks say of their answers."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve

from phonecom_events import PhoneComClient
from phonecom_events.audit import AccountSnapshot, Finding, Severity, audit
from phonecom_events.audit.checks.receivers import (
    certificate_ends,
    redirects,
    slow,
    unwell,
)
from phonecom_events.audit.checks.targets import Urls
from phonecom_events.audit.receivers import led_to
from phonecom_events.audit.slices import at_once
from phonecom_events.phonecom import MASKED, Header, HttpConfig
from phonecom_events.probe import ProbeResult, Target
from phonecom_events.sandbox import Sandbox

from .builders import NOW, TERMS, account, by_mail, callback, found, listener

WELL = ProbeResult(status=200, seconds=0.1)


class Scripted:
    """Answer what it is told to, and keep what it was asked."""

    allow_private = False

    def __init__(self, answer: ProbeResult = WELL) -> None:
        self.answer = answer
        self.asked: list[Target] = []

    async def ask(self, target: Target) -> ProbeResult:
        self.asked.append(target)
        await asyncio.sleep(0)
        return self.answer


def answered(answer: ProbeResult) -> AccountSnapshot:
    return account([listener(callback_id=1)], answers={1: answer})


def targets(snapshot: AccountSnapshot, **given: Any) -> dict[int, Target]:
    return at_once(led_to(snapshot, TERMS, Urls(), **given))


def one(check: Any, answer: ProbeResult) -> Finding | None:
    findings = found(check, answered(answer))
    return findings[0] if findings else None


def test_only_what_live_listeners_lead_to_is_asked() -> None:
    """Not what is expired, deaf, disabled, mailed, unused, or not over https."""
    snapshot = account(
        [
            listener(callback_id=1),
            listener(callback_id=2, expires_at=NOW),
            listener(callback_id=3, subscriptions=()),
            listener(callback_id=4),
            listener(callback_id=5),
            listener(callback_id=6),
            listener(callback_id=7, subscriptions=None),
            listener(callback_id=404),
        ],
        callbacks=[
            callback(id=1, fallback_callback_id=9),
            callback(id=2),
            callback(id=3),
            callback(id=4, enabled=False, fallback_callback_id=10),
            by_mail("a@contoso.com", id=5),
            callback("http://plain.contoso.com/", id=6),
            callback(id=7),
            callback(id=8),
            callback(id=9, fallback_callback_id=1),
            callback(id=10),
        ],
    )
    assert set(targets(snapshot)) == {1, 7, 9, 10}


def test_what_is_no_receiver_is_asked_only_where_that_is_allowed() -> None:
    """Hosts inside a network, and names that are kept for examples."""
    urls = {1: "https://10.0.0.1/", 2: "https://example.org/", 3: "https://intranet/"}
    snapshot = account(
        [listener(callback_id=number) for number in urls],
        callbacks=[callback(url, id=number) for number, url in urls.items()],
    )
    assert targets(snapshot) == {}
    assert set(targets(snapshot, allow_private=True)) == set(urls)


def test_a_callbacks_method_and_headers_are_asked_by() -> None:
    """What the API masks cannot be sent, and is named."""
    headers = (Header(name="X-One", value="1"), Header(name="X-Two", value=MASKED))
    config = HttpConfig(url="https://a.contoso.com/", method="PUT", headers=headers)
    snapshot = account(
        [listener(callback_id=1)], callbacks=[callback(id=1, config=config)]
    )
    target = targets(snapshot)[1]
    assert target.method == "PUT"
    assert [(name, value.reveal()) for name, value in target.headers] == [
        ("X-One", "1")
    ]
    assert target.withheld == ("X-Two",)
    assert "'1'" not in repr(snapshot)


@pytest.mark.parametrize("check", [unwell, slow, certificate_ends, redirects])
def test_nothing_is_found_without_an_answer(check: Any) -> None:
    """Where nobody was asked, where another was, and where all is well."""
    assert found(check, account([listener()])) == []
    assert found(check, account([listener(callback_id=1)], answers={2: WELL})) == []
    assert one(check, WELL) is None


def test_a_bad_answer_is_an_error_and_an_unsure_one_an_info() -> None:
    """A header that only Phone.com has, or an address that was not asked, may be well."""
    bad = ProbeResult(status=500, problem="it answered 500")
    assert (finding := one(unwell, bad))
    assert (finding.severity, finding.why) == (Severity.ERROR, "it answered 500")
    refused = ProbeResult(status=403, problem="it answered 403", withheld=("X-Key",))
    unasked = ProbeResult(asked=False, problem="it leads to 10.0.0.7")
    for unsure in (refused, unasked):
        assert (finding := one(unwell, unsure))
        assert finding.severity is Severity.INFO


def test_a_redirect_is_told_once() -> None:
    """With where it leads, and by no other check."""
    answer = ProbeResult(status=308, location="https://b.contoso.com/x", problem="308")
    assert one(unwell, answer) is None
    assert (finding := one(redirects, answer))
    assert finding.why == "it answered 308 to https://b.contoso.com/x"
    assert (finding := one(redirects, evolve(answer, location="https://b.com/x y")))
    assert finding.why == "it answered 308 to https://b.com/x%20y"
    assert (finding := one(redirects, ProbeResult(status=302)))
    assert finding.why == "it answered 302 without saying where to"


def test_more_than_five_seconds_are_slow() -> None:
    """Of an answer that is well otherwise."""
    assert one(slow, ProbeResult(status=200, seconds=5.0)) is None
    assert (finding := one(slow, ProbeResult(status=200, seconds=5.25)))
    assert finding.why == "it took 5.2 s"
    assert one(slow, ProbeResult(status=500, seconds=9.0)) is None


@pytest.mark.parametrize(
    ("left", "why"),
    [
        (timedelta(days=14, seconds=1), None),
        (timedelta(days=14), "it ends on 2027-02-14 12:00 UTC, in 14 days"),
        (timedelta(hours=3), "it ends on 2027-01-31 15:00 UTC, in 3 hours"),
        (timedelta(), "it ended on 2027-01-31 12:00 UTC, less than a minute ago"),
        (timedelta(days=-2), "it ended on 2027-01-29 12:00 UTC, 2 days ago"),
    ],
)
def test_a_certificate_ends_soon_within_two_weeks(
    left: timedelta, why: str | None
) -> None:
    """By the moment that the audit measures at; an end in the past is told as such."""
    finding = one(
        certificate_ends, ProbeResult(status=200, certificate_ends=NOW + left)
    )
    assert (finding.why if finding else None) == why


async def test_an_audit_asks_nobody_unless_it_is_told_to(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """With a prober it does, for subaccounts too; a check that was not run fixes nothing."""
    sandbox.add_account(1)
    sandbox.add_account(2, parent=1)
    for voip_id in (1, 2):
        config = {"url": f"https://hooks.contoso.com/{voip_id}"}
        row = sandbox.add_callback(voip_id, config=config)
        key = sandbox.add_listener(voip_id, callback_id=row["id"])["id"]
        sandbox.add_subscription(key, ["call"])
    prober = Scripted(ProbeResult(status=500, problem="it answered 500"))
    both = await audit(phonecom, [1], now=NOW, prober=prober, include_subaccounts=True)
    asked = {target.url for target in prober.asked}
    assert asked == {f"https://hooks.contoso.com/{n}" for n in (1, 2)}
    unwell_in = [f.where.account for f in both.findings if f.id == "PC401"]
    assert unwell_in == [1, 2]
    without = await audit(phonecom, [1], now=NOW, include_subaccounts=True)
    assert not [f for f in without.findings if f.id.startswith("PC4")]
    assert not without.selection.has("PC401")
