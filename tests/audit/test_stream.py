"""Audits over real sockets: streaming, gaps, concurrency and leaving early."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import Audited, AuditStream, audit
from phonecom_events.errors import InvalidArgument, SessionClosed
from phonecom_events.sandbox import Fault, Sandbox

from .builders import NOW


def paths(sandbox: Sandbox) -> list[str]:
    """Return the paths of all requests, without what they have in common."""
    return [
        request.path.removeprefix("/v4/accounts/").replace("/integrations/events/", " ")
        for request in sandbox.requests
    ]


def audit_tasks() -> list[asyncio.Task[Any]]:
    """Return the tasks that audit an account."""
    return [t for t in asyncio.all_tasks() if "_audit_account" in repr(t.get_coro())]


def fill(sandbox: Sandbox, accounts: int, *, each: int = 1) -> range:
    """Add accounts, each with expired listeners; return their voip ids."""
    voip_ids = range(1, accounts + 1)
    for voip_id in voip_ids:
        for _ in range(each):
            sandbox.add_listener(voip_id, expires_at=1)
    return voip_ids


async def test_an_account_costs_one_request_for_each_listing(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Small accounts are read in one page of each resource, Linq in one answer."""
    fill(sandbox, 2)
    report = await audit(phonecom, [1, 2], linq=linq, now=NOW)
    assert sorted(paths(sandbox)) == [
        "/api/partner/v3/webhook-subscriptions",
        "1 callbacks",
        "1 overview",
        "1 profiles",
        "2 callbacks",
        "2 overview",
        "2 profiles",
    ]
    assert report.requests == 7


async def test_an_account_named_twice_is_audited_once(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A repeated id neither repeats requests nor findings."""
    fill(sandbox, 1)
    report = await audit(phonecom, [1, 1], now=NOW)
    assert report.accounts == (1,)
    assert len(report.findings) == 1
    assert len(sandbox.requests) == 3


async def test_an_unknown_account_is_a_finding_and_the_others_are_audited(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """One account that is not there costs one request and spoils no other."""
    fill(sandbox, 2)
    report = await audit(phonecom, [1, 999, 2], now=NOW)
    assert [(f.id, f.where.account) for f in report.findings] == [
        ("PC001", 999),
        ("PC101", 1),
        ("PC101", 2),
    ]
    assert report.exit_code() == 2
    assert "404" in report.findings[0].why
    assert sum(path.startswith("999 ") for path in paths(sandbox)) == 1


async def test_one_broken_listing_leaves_the_other_to_be_read(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """If profiles are forbidden, the listeners are checked all the same."""
    fill(sandbox, 1)
    sandbox.fault(Fault(status=403, path="/profiles", times=None))
    report = await audit(phonecom, [1], now=NOW)
    assert [f.id for f in report.findings] == ["PC001", "PC101"]
    assert report.exit_code() == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"status": 500}, "500"),
        ({"cut": "before"}, "connection was lost"),
        ({"status": 200, "body": "<html>"}, "not JSON"),
        ({"status": 200, "body": {"items": {"id": "1"}}}, "@ $.items"),
        ({"retry_after": 4000}, "try again at"),
    ],
)
async def test_whatever_keeps_an_account_from_being_read_is_told(
    sandbox: Sandbox, phonecom: PhoneComClient, fault: dict[str, Any], told: str
) -> None:
    """Server errors, cut answers, nonsense and long throttling are findings."""
    fill(sandbox, 2)
    sandbox.fault(Fault(path="/accounts/1/", times=None, **fault))
    report = await audit(phonecom, [1, 2], now=NOW)
    assert [(f.id, f.where.account) for f in report.findings] == [
        ("PC001", 1),
        ("PC101", 2),
    ]
    assert told in report.findings[0].why


async def test_linq_costs_what_its_subscriptions_need(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Event types and numbers are listed only where a subscription names any."""
    await audit(phonecom, [], linq=linq, now=NOW)
    assert paths(sandbox) == ["/api/partner/v3/webhook-subscriptions"]
    sandbox.clear_requests()
    sandbox.add_linq_subscription(phone_numbers=["+12025550101"])
    sandbox.add_linq_phone_number("+12025550101")
    report = await audit(phonecom, [], linq=linq, now=NOW, select=["LQ109", "LQ110"])
    assert [path.rpartition("/")[2] for path in paths(sandbox)] == [
        *("webhook-subscriptions", "webhook-events", "phone_numbers")
    ]
    assert report.findings == ()
    assert (report.items["event_types"], report.items["phone_numbers"]) == (75, 1)


@pytest.mark.parametrize(
    ("path", "check"), [("/v3/phone_numbers", "LQ109"), ("/v3/webhook-events", "LQ110")]
)
async def test_what_a_key_may_not_read_is_no_finding(
    sandbox: Sandbox,
    phonecom: PhoneComClient,
    linq: LinqClient,
    path: str,
    check: str,
) -> None:
    """The audit says that it cannot tell, and all else is checked."""
    sandbox.add_linq_subscription(
        phone_numbers=["+12025550101"], subscribed_events=["a.b"], is_active=False
    )
    sandbox.fault(Fault(path=path, status=403, times=None))
    report = await audit(phonecom, [], linq=linq, now=NOW, ignore=["LQ106"])
    told = {"LQ101", "LQ104", "LQ109", "LQ110"} - {check}
    assert {finding.id for finding in report.findings} == told
    assert report.unreadable == ()
    assert report.exit_code() == 0
    (part,) = report.audited
    assert part.undecided.keys() == {check}
    assert "403" in part.undecided[check]
    refused = [r.get("refused") for r in part.to_dict()["readings"]]
    assert sum(each is not None for each in refused) == 1


async def test_linq_that_breaks_off_is_a_gap(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Any other error than a refusal is a finding, and what was read is checked."""
    sandbox.add_linq_subscription(phone_numbers=["+12025550101"], is_active=False)
    sandbox.fault(Fault(path="/v3/phone_numbers", status=500, times=None))
    report = await audit(phonecom, [], linq=linq, now=NOW, ignore=["LQ106"])
    assert [finding.id for finding in report.findings] == ["LQ001", "LQ101"]
    assert report.exit_code() == 2


async def test_linq_that_cannot_be_read_spoils_no_account(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """A wrong Linq key is one finding, and the accounts are audited."""
    fill(sandbox, 1)
    sandbox.fault(Fault(service="linq", status=401, times=None))
    report = await audit(phonecom, [1], linq=linq, now=NOW)
    assert [f.id for f in report.findings] == ["LQ001", "PC101"]
    assert report.exit_code() == 2


async def test_an_order_that_is_not_kept_is_told(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A server that mixes up its rows gets a finding that nothing is proven."""
    row = {"voip_id": 1, "name": "x", "support_email": "a@b.cd", "created_at": 1}
    rows = [{"id": number, **row} for number in (1, 3, 2)]
    sandbox.fault(Fault(path="/profiles", status=200, body={"items": rows}))
    sandbox.add_account(1)
    report = await audit(phonecom, [1], now=NOW)
    assert [(f.id, f.where.kind) for f in report.findings] == [("PC002", "profiles")]
    assert "order" in report.findings[0].why
    assert report.exit_code() == 0


async def test_an_answer_that_echoes_no_order_is_proven() -> None:
    """The order is named in the request, so an echo is not needed."""
    async with Sandbox(echo_sort=False) as sandbox:
        fill(sandbox, 1, each=1200)
        async with PhoneComClient(
            sandbox.token, base_url=sandbox.phonecom_url
        ) as client:
            report = await audit(client, [1], now=NOW)
    assert {f.id for f in report.findings} == {"PC101"}
    assert report.items["listeners"] == 1200


async def test_results_stream_as_accounts_finish(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A slow account comes last, and holds up no other."""
    fill(sandbox, 4)
    sandbox.fault(Fault(path="/accounts/1/", delay=0.2))
    async with AuditStream(phonecom, [1, 2, 3, 4], now=NOW) as stream:
        order = [audited.account async for audited in stream]
    assert order[-1] == 1
    assert sorted(order[:3], key=str) == [2, 3, 4]


async def test_accounts_are_drawn_as_there_is_room(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Ids may come from a generator, of which only as many are drawn as run."""
    fill(sandbox, 50)
    drawn: list[int] = []

    def accounts() -> Iterator[int]:
        for voip_id in range(1, 51):
            drawn.append(voip_id)
            yield voip_id

    async with AuditStream(phonecom, accounts(), now=NOW, concurrency=3) as stream:
        first = await anext(stream)
        assert drawn == [1, 2, 3]
        assert first.account in drawn
        rest = [audited.account async for audited in stream]
    assert len({first.account, *rest}) == 50


async def test_no_more_accounts_are_read_at_once_than_asked_for(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """With a concurrency of 2, never more than two requests are under way."""
    fill(sandbox, 10)
    at_once: list[int] = []

    def count(_: object) -> None:
        at_once.append(sum(r.status is None for r in sandbox.requests))

    sandbox.before(count)
    sandbox.fault(Fault(delay=0.01, times=None))
    await audit(phonecom, range(1, 11), now=NOW, concurrency=2)
    assert max(at_once) == 2


async def test_progress_is_told_with_every_result(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """The callback gets each account, and Linq, exactly once."""
    fill(sandbox, 3)
    told: list[Audited] = []
    report = await audit(
        phonecom, [1, 2, 3], linq=linq, now=NOW, on_progress=told.append
    )
    assert sorted(told, key=lambda a: a.account or 9) == list(report.audited)


async def test_nothing_that_was_read_is_kept(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Results hold counts and findings, not the listeners themselves."""
    fill(sandbox, 1, each=3)
    report = await audit(phonecom, [1], now=NOW)
    (part,) = report.audited
    assert [reading.items for reading in part.readings] == [(), (), ()]
    assert report.items == {"listeners": 3, "callbacks": 0, "profiles": 0}


async def test_leaving_early_leaves_nothing_behind(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """After a break, no task runs and no further request arrives."""
    fill(sandbox, 40)
    sandbox.fault(Fault(path="/accounts/3/", delay=30))
    async with AuditStream(phonecom, range(1, 41), now=NOW, concurrency=4) as stream:
        async for _ in stream:
            assert audit_tasks()
            break
    assert not audit_tasks()
    seen = len(sandbox.requests)
    await asyncio.sleep(0.05)
    assert len(sandbox.requests) == seen


async def test_cancelling_an_audit_leaves_nothing_behind(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A cancelled audit ends at once, with its tasks, and is cancelled."""
    fill(sandbox, 20)
    sandbox.fault(Fault(delay=30, times=None))
    running = asyncio.create_task(audit(phonecom, range(1, 21), now=NOW))
    async with asyncio.timeout(20):
        while len(sandbox.requests) < 4:
            await asyncio.sleep(0.001)
    running.cancel()
    async with asyncio.timeout(20):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert not audit_tasks()


async def test_a_closed_client_is_an_error_and_no_finding(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """What the caller did wrong is raised, without a group around it."""
    await phonecom.aclose()
    with pytest.raises(SessionClosed):
        await audit(phonecom, [1, 2, 3], now=NOW)
    assert sandbox.requests == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"accounts": [1, 0]}, "account must be"),
        ({"accounts": ["1"]}, "account must be"),
        ({"now": datetime(2027, 1, 31)}, "now must be"),
        ({"now": "2027-01-31"}, "now must be"),
        ({"expiring_within": timedelta(-1)}, "expiring_within must be"),
        ({"expiring_within": 30}, "expiring_within must be"),
        ({"concurrency": 0}, "concurrency must be"),
        ({"concurrency": True}, "concurrency must be"),
    ],
)
async def test_bad_arguments_are_refused_before_any_request(
    sandbox: Sandbox, phonecom: PhoneComClient, given: dict[str, Any], told: str
) -> None:
    """Nothing is sent if an argument cannot be used."""
    with pytest.raises(InvalidArgument, match=told):
        await audit(phonecom, **{"accounts": [1], **given})
    assert sandbox.requests == ()


async def test_a_stream_has_to_be_entered(phonecom: PhoneComClient) -> None:
    """Iterating without `async with` is refused, since nobody would clean up."""
    stream = AuditStream(phonecom, [1])
    with pytest.raises(RuntimeError, match="async with"):
        await anext(stream)


async def test_now_is_the_time_of_the_call_by_default(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Without `now`, the clock on the wall is used."""
    sandbox.add_account(1)
    before = datetime.now().astimezone()
    report = await audit(phonecom, [1])
    assert before <= report.audited_at <= datetime.now().astimezone()
