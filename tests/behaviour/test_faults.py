"""What goes wrong on the way, over real sockets: resent, reported, never doubled."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from phonecom_events import (
    ConnectFailed,
    ConnectionLost,
    DeadlineExceeded,
    DecodeError,
    OutcomeUnknown,
    PhoneComClient,
    PhonecomEventsError,
    RateLimited,
    Redirected,
    Request,
    RequestTimedOut,
    Response,
    RetryPolicy,
    ServerError,
    SessionClosed,
)
from phonecom_events.middleware import Handler
from phonecom_events.sandbox import HTML_PAGE, Fault, Sandbox

from .conftest import ACCOUNT, fault_id, linq_client, phonecom_client, sent


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(status=408),
        Fault(status=502, body=HTML_PAGE),
        Fault(cut="before"),
        Fault(cut="after"),
        Fault(cut="body"),
        Fault(retry_after=0.01, hint="body"),
        Fault(retry_after=0.01, hint="header"),
        Fault(retry_after=0.01, hint="both"),
        Fault(retry_after=0.01, hint="neither"),
    ],
    ids=fault_id,
)
async def test_a_get_is_sent_again(sandbox: Sandbox, fault: Fault) -> None:
    """A read that failed in passing is repeated, once for each failure."""
    sandbox.add_listener(ACCOUNT, callback_id=7, id=31)
    sandbox.fault(fault)

    async with phonecom_client(sandbox, rate_limits=None) as phonecom:
        listener = await phonecom.account(ACCOUNT).listeners.get(31)

    assert listener.id == 31
    assert [method for method, _ in sent(sandbox)] == ["GET", "GET"]


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        (Fault(status=500), False),
        (Fault(status=503, effect=True), True),
        (Fault(cut="before"), False),
        (Fault(cut="after"), True),
        (Fault(cut="body"), True),
    ],
    ids=fault_id,
)
async def test_a_create_is_never_doubled(
    sandbox: Sandbox, phonecom: PhoneComClient, fault: Fault, *, happened: bool
) -> None:
    """Whether or not it took effect, a create is sent once and reported."""
    sandbox.fault(fault)
    listeners = phonecom.account(ACCOUNT).listeners

    with pytest.raises(OutcomeUnknown):
        await listeners.create(callback_id=7)

    assert len(sandbox.requests) == 1
    assert len(await listeners.list().collect()) == int(happened)


async def test_an_update_by_put_is_sent_again(sandbox: Sandbox) -> None:
    """A PUT may be repeated, and is."""
    row = sandbox.add_linq_subscription(target_url="https://hooks.example.org")
    sandbox.fault(Fault(cut="after"))

    async with linq_client(sandbox) as linq:
        paused = await linq.webhook_subscriptions.update(row["id"], is_active=False)

    assert not paused.is_active
    assert [method for method, _ in sent(sandbox)] == ["PUT", "PUT"]


async def test_a_delete_that_was_done_the_first_time(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """A delete whose answer was lost succeeds when the row is gone."""
    sandbox.add_listener(ACCOUNT, callback_id=7, id=31)
    sandbox.fault(Fault(cut="after"))

    await phonecom.account(ACCOUNT).listeners.delete(31)

    assert [method for method, _ in sent(sandbox)] == ["DELETE", "DELETE"]
    assert sent(sandbox)[1] == ("DELETE", 404)


@pytest.mark.parametrize(
    ("fault", "kind", "requests"),
    [
        (Fault(status=500, times=None), ServerError, 4),
        (Fault(cut="after", times=None), ConnectionLost, 4),
        (Fault(redirect="http://127.0.0.1:9/"), Redirected, 1),
        (Fault(body=HTML_PAGE), DecodeError, 1),
        (Fault(body=b""), DecodeError, 1),
        (Fault(body=b'{"items": ['), DecodeError, 1),
        (Fault(body={"items": [{"id": "4"}]}), DecodeError, 1),
        (Fault(body={"items": {}}), DecodeError, 1),
        (Fault(body=[]), DecodeError, 1),
        (Fault(gzip_bomb=40_000_000), DecodeError, 1),
        (Fault(retry_after=300), RateLimited, 1),
        (Fault(delay=5, times=None), RequestTimedOut, 4),
    ],
    ids=fault_id,
)
async def test_what_ends_a_listing(
    sandbox: Sandbox, fault: Fault, kind: type[PhonecomEventsError], requests: int
) -> None:
    """What cannot be cured, or not any more, is raised as what it is."""
    sandbox.fault(fault)
    timeout = 0.5 if fault.delay else 30.0

    async with phonecom_client(sandbox, timeout=timeout) as phonecom:
        with pytest.raises(kind) as raised:
            await phonecom.account(ACCOUNT).listeners.list().collect()

    assert type(raised.value) is kind
    assert len(sandbox.requests) == requests


async def test_wrong_types_say_where(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """An answer of the wrong types is refused with call, place and reason."""
    good = sandbox.add_listener(ACCOUNT, callback_id=7)
    sandbox.fault(Fault(body={"items": [good, {**good, "created_at": "now"}]}))

    with pytest.raises(DecodeError) as raised:
        await phonecom.account(ACCOUNT).listeners.list()

    assert raised.value.path == "$.items[1].created_at"
    assert "GET /accounts/1000002/integrations/events/listeners" in str(raised.value)
    assert "expected a time in Unix seconds, got a string" in str(raised.value)


async def test_a_long_hint_says_when(sandbox: Sandbox) -> None:
    """A wait that is too long is not begun; the error says when it would work."""
    sandbox.fault(Fault(retry_after=300))

    async with phonecom_client(sandbox) as phonecom:
        started = time.monotonic()
        with pytest.raises(RateLimited, match="try again at 2") as raised:
            await phonecom.account(ACCOUNT).listeners.get(1)

    assert time.monotonic() - started < 30
    assert raised.value.retry_at is not None
    assert 200 < raised.value.retry_at.timestamp() - time.time() <= 301


async def test_a_hint_is_waited_for(sandbox: Sandbox) -> None:
    """A resent request does not come before the announced time."""
    sandbox.add_listener(ACCOUNT, callback_id=7, id=31)
    sandbox.fault(Fault(retry_after=1, hint="body"))

    async with phonecom_client(sandbox, rate_limits=None) as phonecom:
        started = time.monotonic()
        await phonecom.account(ACCOUNT).listeners.get(31)

    assert time.monotonic() - started >= 1


@pytest.mark.parametrize(
    ("method", "kind"), [("get", DeadlineExceeded), ("create", OutcomeUnknown)]
)
async def test_deadline(sandbox: Sandbox, method: str, kind: Any) -> None:
    """A call ends by its deadline, all attempts together."""
    sandbox.fault(Fault(delay=5, times=None))

    async with phonecom_client(sandbox, deadline=0.2) as phonecom:
        listeners = phonecom.account(ACCOUNT).listeners
        started = time.monotonic()
        with pytest.raises(kind):
            await (
                listeners.get(1) if method == "get" else listeners.create(callback_id=1)
            )

    assert 0.15 < time.monotonic() - started < 4


async def test_retries_follow_the_policy(sandbox: Sandbox) -> None:
    """A client tries as often as its policy says."""
    sandbox.fault(Fault(status=500, times=None))
    policy = RetryPolicy(attempts=2, base=0.0)

    async with phonecom_client(sandbox, retry=policy) as phonecom:
        with pytest.raises(ServerError):
            await phonecom.account(ACCOUNT).listeners.get(1)

    assert len(sandbox.requests) == 2


async def test_a_server_that_is_down(sandbox: Sandbox) -> None:
    """A refused connection is raised after all attempts, even for a create."""
    phonecom = phonecom_client(sandbox)
    await sandbox.__aexit__(None, None, None)

    with pytest.raises(ConnectFailed):
        await phonecom.account(ACCOUNT).listeners.create(callback_id=7)

    await phonecom.aclose()


async def test_a_renewed_token(sandbox: Sandbox) -> None:
    """An expired token is asked for anew, once, even for a create."""
    tokens = iter(["expired", sandbox.token])

    async def give() -> str:
        return next(tokens)

    async with phonecom_client(sandbox, token=give) as phonecom:
        await phonecom.account(ACCOUNT).listeners.create(callback_id=7)

    assert sent(sandbox) == [("POST", 401), ("POST", 201)]


@pytest.mark.parametrize(
    "where", ["before the answer", "in a back-off", "in the user's own"]
)
async def test_closing(sandbox: Sandbox, where: str) -> None:
    """A closed client ends what is under way at once, wherever it waits."""
    reached = asyncio.Event()

    async def hang(request: Request, call_next: Handler) -> Response:
        reached.set()
        if where == "in the user's own":
            await asyncio.Event().wait()
        return await call_next(request)

    fault = Fault(retry_after=100) if where == "in a back-off" else Fault(delay=5)
    sandbox.fault(fault)
    phonecom = phonecom_client(sandbox, middlewares=[hang], rate_limits=None)
    call = asyncio.create_task(phonecom.account(ACCOUNT).listeners.get(1))
    await reached.wait()
    while where == "before the answer" and not sandbox.requests:
        await asyncio.sleep(0.001)
    while where == "in a back-off" and sent(sandbox) != [("GET", 429)]:
        await asyncio.sleep(0.001)
    started = time.monotonic()

    await phonecom.aclose()

    with pytest.raises(SessionClosed):
        await call
    assert time.monotonic() - started < 4
    with pytest.raises(SessionClosed):
        await phonecom.account(ACCOUNT).listeners.get(1)


async def test_cancel(sandbox: Sandbox) -> None:
    """A cancelled call leaves no task and no waiting behind."""
    sandbox.fault(Fault(delay=5, times=None))

    async with phonecom_client(sandbox) as phonecom:
        before = asyncio.all_tasks()
        call = asyncio.create_task(phonecom.account(ACCOUNT).listeners.get(1))
        while not sandbox.requests:
            await asyncio.sleep(0.001)
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - before

    code = [task.get_coro().cr_code.co_filename for task in left]
    assert not [file for file in code if "sandbox" not in file and "/web" not in file]
