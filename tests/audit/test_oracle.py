"""Audits of random estates, against what their checks' explanations say."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from random import Random
from typing import Any, Final

import pytest

from phonecom_events import LinqClient, PhoneComClient, RetryPolicy
from phonecom_events.audit import AuditReport, Finding, audit
from phonecom_events.probe import ProbeResult, Target
from phonecom_events.probe.result import why_not_well
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW
from .oracle import TAGS, Estate, Found, Linq, Row

# How many accounts; more are tried by hand, as PHONECOM_EVENTS_ESTATES=5000.
ESTATES: Final = int(os.environ.get("PHONECOM_EVENTS_ESTATES", "40"))
CLOCK: Final = int(NOW.timestamp())
DAY: Final = 86_400
PAGE: Final = 3
URLS: Final = (
    *(
        "https://a.contoso.com/x",
        "https://A.contoso.com:443/x",
        "https://b.contoso.com",
    ),
    *("http://b.contoso.com/", "https://10.1.2.3/x", "https://localhost/", ""),
)
NUMBERS: Final = ("+12025550100", "+12025550101")
DOUBT: Final = "whether it is in use is not known"


def make_estate(rng: Random, first: int) -> Estate:
    """Make rows of one account with ids from *first* on, few enough to meet often."""
    estate = Estate(CLOCK)
    numbers = range(first, first + 10)
    for number in rng.sample(numbers, rng.randrange(4)):
        email = rng.choice(["ops@contoso.com", None, "a@b.com c@d.com", "nobody"])
        estate.profiles.append({"id": number, "support_email": email})
    for number in rng.sample(numbers, rng.randrange(8)):
        estate.callbacks.append(make_callback(rng, number, numbers))
    targets = [row["id"] for row in estate.callbacks] * 2 + [rng.choice(numbers)]
    for number in rng.sample(numbers, rng.randrange(9)):
        estate.listeners.append(make_listener(rng, number, targets))
    return estate


def make_callback(rng: Random, number: int, numbers: range) -> Row:
    """Make a callback of any mode, often with a fallback."""
    url, email = rng.choice(URLS[:-1]), rng.choice(["a@contoso.com", "B@contoso.com"])
    mode, config = rng.choice(
        [
            ("HTTPS", {"url": url}),
            ("HTTP", {"url": url}),
            ("EMAIL", rng.choice([{"email": email}, {}])),
        ]
    )
    return {
        "id": number,
        "fallback_callback_id": rng.choice([None, rng.choice(numbers)]),
        "profile_id": rng.choice([None, rng.choice(numbers)]),
        "enabled": rng.random() < 0.7,
        "mode": mode,
        "config": config,
    }


def make_listener(rng: Random, number: int, targets: list[int]) -> Row:
    """Make a listener of any age, with any tags."""
    ends = [None, None, -DAY, 0, 1, 29 * DAY, 30 * DAY, 31 * DAY]
    end = rng.choice(ends)
    return {
        "id": number,
        "extension_id": rng.choice([None, None, 1, 2]),
        "version": rng.choice(["2.0.0", "2.0.0", "1.1.0"]),
        "callback_id": rng.choice(targets),
        "created_at": CLOCK - rng.randrange(1, 4) * DAY,
        "expires_at": None if end is None else CLOCK + end,
        "tags": [
            rng.sample(list(TAGS), rng.randrange(1, 4)) for _ in range(rng.randrange(3))
        ],
    }


def put(sandbox: Sandbox, voip_id: int, estate: Estate) -> None:
    """Put an estate into the sandbox."""
    sandbox.add_account(voip_id)
    for row in estate.profiles:
        sandbox.add_profile(voip_id, **row)
    for row in estate.callbacks:
        sandbox.add_callback(voip_id, **row)
    for row in estate.listeners:
        fields = {name: value for name, value in row.items() if name != "tags"}
        sandbox.add_listener(voip_id, **fields)
        for tags in row["tags"]:
            sandbox.add_subscription(row["id"], tags)


def fill(sandbox: Sandbox, rng: Random) -> Mapping[int, Estate]:
    """Put all estates into the sandbox, each into an account of its own."""
    estates = {n: make_estate(rng, n * 10) for n in range(1, ESTATES + 1)}
    for voip_id, estate in estates.items():
        put(sandbox, voip_id, estate)
    return estates


async def look(sandbox: Sandbox, accounts: Iterable[int], **more: Any) -> AuditReport:
    """Audit, with one attempt for each request."""
    async with PhoneComClient(
        sandbox.token,
        base_url=sandbox.phonecom_url,
        retry=RetryPolicy(attempts=1),
        rate_limits=None,
    ) as phonecom:
        return await audit(phonecom, accounts, now=NOW, **more)


def by_account(
    findings: Iterable[Finding], keep: Callable[[Finding], bool]
) -> dict[int | None, set[Found]]:
    """Sort findings by their accounts, in the oracle's form."""
    found: dict[int | None, set[Found]] = {}
    for each in findings:
        if keep(each):
            place = each.where
            assert place.id is not None
            found.setdefault(place.account, set()).add((each.id, place.kind, place.id))
    return found


def of_content(finding: Finding) -> bool:
    """Leave out the findings of the reading itself."""
    return not finding.id.startswith("PC0")


@pytest.mark.parametrize("way", ["overview", "one by one"])
async def test_an_account_that_is_read_whole_has_the_findings_it_has_to_have(
    way: str,
) -> None:
    """No finding is missing, and none is false, by the overview and without it."""
    async with Sandbox(clock=NOW.timestamp, limit_cap=PAGE) as sandbox:
        estates = fill(sandbox, Random(way))
        if way == "one by one":
            sandbox.fault(Fault(path="/overview", status=403, times=None))
        report = await look(sandbox, estates)
    assert report.unreadable == ()
    found = by_account(report.findings, lambda _: True)
    for voip_id, estate in estates.items():
        assert found.get(voip_id, set()) == estate.findings(), voip_id


class Receivers:
    """Answer by chance, the same for the same URL, and note who was asked."""

    allow_private = False

    def __init__(self, rng: Random) -> None:
        self.answers = {url: make_answer(rng) for url in URLS}
        self.asked: set[str] = set()

    async def ask(self, target: Target) -> ProbeResult:
        self.asked.add(target.url)
        answer = self.answers[target.url]
        status, days = answer["status"], answer["days"]
        return ProbeResult(
            status=status,
            seconds=None if status is None else answer["seconds"],
            certificate_ends=None if days is None else NOW + timedelta(days=days),
            problem=why_not_well(status) if status else "there was no answer",
        )


def make_answer(rng: Random) -> Row:
    """Make what a receiver may answer."""
    return {
        "status": rng.choice([200, 200, 201, 204, 301, 404, 503, None]),
        "seconds": rng.choice([0.1, 5.0, 5.1]),
        "days": rng.choice([None, -3, 0, 14, 15, 90]),
    }


async def test_receivers_that_are_asked_have_the_findings_they_have_to_have() -> None:
    """All that living listeners lead to, over https and outside, and no other."""
    rng = Random(5)
    receivers = Receivers(rng)
    async with Sandbox(clock=NOW.timestamp, limit_cap=PAGE) as sandbox:
        estates = fill(sandbox, rng)
        report = await look(sandbox, estates, prober=receivers)
    found = by_account(report.findings, lambda each: each.id.startswith("PC4"))
    for voip_id, estate in estates.items():
        expected = set(estate.of_receivers(receivers.answers))
        assert found.get(voip_id, set()) == expected, voip_id
    assert all(url.startswith("https") for url in receivers.asked)
    assert not any("10.1.2.3" in url or "localhost" in url for url in receivers.asked)


async def test_an_account_that_breaks_off_has_no_false_findings() -> None:
    """What is said without doubt is so; what is in doubt would be so in use."""
    rng = Random(11)
    async with Sandbox(clock=NOW.timestamp, limit_cap=PAGE) as sandbox:
        estates = fill(sandbox, rng)
        for voip_id in estates:
            name = rng.choice(["overview", "callbacks", "profiles"])
            path = f"/accounts/{voip_id}/integrations/events/{name}"
            fault = Fault(path=path, skip=rng.randrange(3), status=500, times=None)
            sandbox.fault(fault)
        report = await look(sandbox, estates)
    certain = by_account(
        report.findings, lambda each: of_content(each) and DOUBT not in each.why
    )
    doubtful = by_account(report.findings, lambda each: DOUBT in each.why)
    for voip_id, estate in estates.items():
        assert certain.get(voip_id, set()) <= estate.findings(), voip_id
        if_used = estate.findings(all_in_use=True)
        assert doubtful.get(voip_id, set()) <= if_used, voip_id


async def test_linq_has_the_findings_it_has_to_have() -> None:
    """The same for webhook subscriptions, of which few meet at one host."""
    rng = Random(7)
    types = ["message.received", "message.sent", "message.opt_in", "message.dreamt"]
    for _ in range(ESTATES // 2):
        estate = Linq(
            rows=[make_subscription(rng, number, types) for number in range(6)],
            known={"message.received", "message.sent"},
            gone={"message.opt_in"},
            offered={"message.received"},
            numbers={NUMBERS[0]},
        )
        async with (
            Sandbox(clock=NOW.timestamp) as sandbox,
            LinqClient(
                sandbox.api_key, base_url=sandbox.linq_url, rate_limits=None
            ) as linq,
            PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as phonecom,
        ):
            sandbox.linq_event_types = list(estate.offered)
            sandbox.add_linq_phone_number(NUMBERS[0])
            for row in estate.rows:
                put_subscription(sandbox, row)
            report = await audit(phonecom, [], linq=linq, now=NOW)
        found = by_account(report.findings, lambda _: True).get(None, set())
        assert found == estate.findings()


def put_subscription(sandbox: Sandbox, row: Row) -> None:
    """Put in a row; its headers are not the sandbox's to choose, so they are set."""
    headers = ("routing_key_header", "routing_id_header")
    sandbox.add_linq_subscription(
        **{name: value for name, value in row.items() if name not in headers}
    )
    kept = sandbox.webhook_subscriptions.get(row["id"])
    assert kept is not None
    kept.update({name: row[name] for name in headers})


def make_subscription(rng: Random, number: int, types: list[str]) -> dict[str, Any]:
    """Make a webhook subscription to one of two hosts."""
    host = rng.choice(["a.contoso.com", "A.contoso.com:443", "b.contoso.com"])
    query = rng.choice(["?version=2026-02-03", "?version=2026-02-03&x=1", ""])
    return {
        "id": f"s{number}",
        "target_url": f"{rng.choice(['https', 'https', 'http'])}://{host}/{query}",
        "subscribed_events": rng.sample(types, rng.randrange(len(types))),
        "phone_numbers": rng.choice([None, rng.sample(NUMBERS, rng.randrange(1, 3))]),
        "is_active": rng.random() < 0.8,
        "created_at": float(CLOCK - rng.randrange(1, 4) * DAY),
        "routing_key_header": rng.choice([None, "X-Key"]),
        "routing_id_header": rng.choice([None, "X-Id"]),
    }
