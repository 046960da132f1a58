"""What is told of calls and their attempts."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest

from phonecom_events.errors import (
    ConnectFailed,
    DecodeError,
    InvalidArgument,
    NotFound,
    OutcomeUnknown,
    PhonecomEventsError,
    SessionClosed,
)
from phonecom_events.http import Request
from phonecom_events.phonecom import PhoneComClient
from phonecom_events.ratelimit import InProcessLimiter, Permit, RateLimits, Window
from phonecom_events.sandbox import Fault, Sandbox
from phonecom_events.telemetry import OpenTelemetry
from phonecom_events.telemetry.calls import call_name

from ..behaviour.conftest import ACCOUNT, linq_client, phonecom_client
from .recorder import Recorder

GET = "call phonecom.profiles.get"
TRY = f"{GET} > attempt phonecom.profiles.get"


async def get_profile(sandbox: Sandbox, recorder: Recorder, **options: Any) -> Any:
    """Get a profile, traced; what is raised is returned."""
    id_ = sandbox.add_profile(ACCOUNT)["id"]
    async with phonecom_client(sandbox, telemetry=recorder, **options) as client:
        try:
            return await client.account(ACCOUNT).profiles.get(id_)
        except PhonecomEventsError as error:
            return error


async def test_a_call_and_its_attempt(sandbox: Sandbox) -> None:
    """Each is told of once, one within the other, by template and never by path."""
    recorder = Recorder()
    await get_profile(sandbox, recorder)
    call, attempt = recorder.spans

    assert recorder.tree() == [GET, TRY]
    assert (call.ended, attempt.ended) == ([{}], [{"status": 200}])
    template = "/accounts/{voip_id}/integrations/events/profiles/{id}"
    for span in recorder.spans:
        told = span.operation
        assert (told.vendor, told.method, told.template) == (
            "phonecom",
            "GET",
            template,
        )
        assert f"http://{told.host}:{told.port}" in sandbox.phonecom_url
    assert recorder.all_ended_once()


async def test_retries_are_counted_and_have_reasons(sandbox: Sandbox) -> None:
    """Every further attempt is preceded by an event that says why, and how long after."""
    sandbox.fault(Fault(status=503))
    sandbox.fault(Fault(cut="body"))
    sandbox.fault(Fault(status=429, retry_after=0.01))
    recorder = Recorder()
    await get_profile(sandbox, recorder)
    call, *attempts = recorder.spans

    assert [each.operation.resend_count for each in attempts] == [0, 1, 2, 3]
    assert [each.ended for each in attempts] == [
        [{"status": 503}],
        [{"error": "ConnectionLost"}],
        [{"status": 429}],
        [{"status": 200}],
    ]
    retries = call.named("retry")
    reasons = [facts["reason"] for facts in retries]
    assert reasons == ["503", "ConnectionLost", "429"]
    assert retries[2]["seconds"] >= 0.01
    assert set(recorder.tree()) == {GET, TRY}


async def test_a_renewed_token_is_a_retry(sandbox: Sandbox) -> None:
    """What is sent again with another token has 401 for its reason."""
    tokens = iter(["stale", sandbox.token])

    async def token() -> str:
        return next(tokens)

    recorder = Recorder()
    await get_profile(sandbox, recorder, token=token)

    assert [facts["reason"] for facts in recorder.spans[0].named("retry")] == ["401"]
    assert recorder.all_ended_once()


async def test_waiting_for_a_permit_is_told(sandbox: Sandbox) -> None:
    """Each request enters the limiter and leaves it; who waited says for how long."""
    limits = RateLimits(address=(Window(1, 0.05),), margin=0)
    recorder = Recorder()
    async with phonecom_client(
        sandbox, telemetry=recorder, limiter=InProcessLimiter(limits)
    ) as client:
        profiles = client.account(ACCOUNT).profiles
        for _ in range(2):
            with pytest.raises(NotFound):
                await profiles.get(1)
    first, second = recorder.spans[0], recorder.spans[2]

    assert [name for name, _ in first.events] == ["limiter.enter", "limiter.leave"]
    assert first.named("limiter.leave") == [{"seconds": 0.0}]
    assert second.named("limiter.leave")[0]["seconds"] > 0


class Closed:
    """Be a limiter that cannot be asked, or that gives something else."""

    def __init__(self, answer: object) -> None:
        self._answer = answer

    async def acquire(self, request: Request) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer

    def release(self, permit: Permit, outcome: object) -> None:
        pass


async def test_a_limiter_that_fails_is_left(sandbox: Sandbox) -> None:
    """Nobody is told to wait for ever, and errors name the limiter itself."""
    recorder = Recorder()
    limiter = Closed(ConnectFailed("no server"))
    error = await get_profile(sandbox, recorder, limiter=limiter)
    assert isinstance(error, ConnectFailed)
    (call,) = recorder.spans
    assert len(call.named("limiter.enter")) == len(call.named("limiter.leave")) == 4
    assert [each["reason"] for each in call.named("retry")] == ["ConnectFailed"] * 3
    assert call.ended == [{"error": "ConnectFailed"}]

    error = await get_profile(sandbox, Recorder(), limiter=Closed(None))
    assert str(error) == "Closed.acquire must return a Permit, not NoneType"


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(status=404), NotFound),
        (Fault(body={"id": "seven"}), DecodeError),
        (Fault(body={"@error": {"@message": "no", "@code": 5}}), Exception),
    ],
)
async def test_a_call_ends_with_its_error(
    sandbox: Sandbox, fault: Fault, error: type[Exception]
) -> None:
    """What is raised after the answer, by its status or content, is the call's end."""
    sandbox.fault(fault)
    recorder = Recorder()
    raised = await get_profile(sandbox, recorder)

    assert isinstance(raised, error)
    assert recorder.spans[0].ended == [{"error": type(raised).__name__}]
    assert recorder.failures == (
        [("phonecom", "Profile")] if error is DecodeError else []
    )


async def test_creates_updates_and_deletes_of_linq(sandbox: Sandbox) -> None:
    """The other vendor's calls are told by its name, OutcomeUnknown included."""
    recorder = Recorder()
    async with linq_client(sandbox, telemetry=recorder) as client:
        subscriptions = client.webhook_subscriptions
        created = await subscriptions.create(
            target_url="https://example.org", subscribed_events=["message.received"]
        )
        await subscriptions.update(created.id, is_active=False)
        await subscriptions.delete(created.id)
        sandbox.fault(Fault(cut="after"))
        with pytest.raises(OutcomeUnknown):
            await subscriptions.create(
                target_url="https://example.org", subscribed_events=["message.received"]
            )
    calls = [span for span in recorder.spans if span.operation.kind == "call"]

    names = ["create", "update", "delete", "create"]
    assert [each.operation.name for each in calls] == [
        f"linq.webhook_subscriptions.{name}" for name in names
    ]
    assert calls[-1].ended == [{"error": "OutcomeUnknown"}]


async def test_headers_go_with_attempts(sandbox: Sandbox) -> None:
    """What a span wants to have sent is sent, beside what always is."""
    await get_profile(sandbox, Recorder({"X-Trace": "7"}))
    (request,) = sandbox.requests

    assert (request.header("x-trace"), request.status) == ("7", 200)


async def test_a_closed_client_is_told(sandbox: Sandbox) -> None:
    """A call that its client's end cuts short ends, and so does its attempt."""
    sandbox.fault(Fault(delay=5))
    recorder = Recorder()
    client = phonecom_client(sandbox, telemetry=recorder)
    getting = asyncio.create_task(client.account(ACCOUNT).profiles.get(1))
    while len(sandbox.requests) < 1:
        await asyncio.sleep(0.001)
    await client.aclose()
    with pytest.raises(SessionClosed):
        await getting
    call, attempt = recorder.spans

    assert call.ended == [{"error": "SessionClosed"}]
    assert attempt.ended == [{"error": "CancelledError"}]


async def test_what_middlewares_do_is_within_the_call(sandbox: Sandbox) -> None:
    """A middleware, and what gives the token, see the call; calls of theirs are in it."""
    recorder = Recorder()
    async with linq_client(sandbox, telemetry=recorder) as linq:

        async def token() -> str:
            await linq.webhook_subscriptions.list()
            return sandbox.token

        await get_profile(sandbox, recorder, token=token)

    listing = f"{GET} > scan linq.webhook_subscriptions.list"
    nested = f"{listing} > attempt linq.webhook_subscriptions.list"
    assert recorder.tree() == [GET, listing, nested, TRY]
    assert recorder.all_ended_once()


@pytest.mark.parametrize("wrong", [Recorder, object(), "otel"])
def test_what_is_no_telemetry_is_refused(wrong: Any) -> None:
    """A class, or what has not its methods, is a mistake that is told at once."""
    with pytest.raises(InvalidArgument, match=r"give an instance|must have begin"):
        PhoneComClient("token", telemetry=wrong)


def test_without_one_nothing_of_it_is_imported() -> None:
    """A client and a listing that have no telemetry import none."""
    code = """
import sys
from phonecom_events import LinqClient, PhoneComClient
PhoneComClient("token").account(1).listeners.list()
LinqClient("key").webhook_subscriptions.list()
print(*[name for name in sys.modules if "telemetry" in name])
"""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


def test_without_the_extra_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It can be imported all the same, and one line says what is missing."""
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    with pytest.raises(ImportError) as caught:
        OpenTelemetry()

    assert str(caught.value) == (
        "OpenTelemetry needs opentelemetry-api: python -m pip install"
        " 'phonecom-events[otel]'"
    )


@pytest.mark.parametrize(
    ("method", "endpoint", "name"),
    [
        ("GET", "/accounts", "phonecom.accounts.list"),
        ("GET", "/accounts/{id}", "phonecom.accounts.get"),
        ("GET", "/accounts/{voip_id}/extensions", "phonecom.extensions.list"),
        ("POST", "/a/{v}/listeners", "phonecom.listeners.create"),
        ("PATCH", "/a/{v}/listeners/{id}", "phonecom.listeners.update"),
        (
            "PUT",
            "/v3/webhook-subscriptions/{id}",
            "phonecom.webhook_subscriptions.update",
        ),
        ("DELETE", "/l/{listener_id}/filters/{id}", "phonecom.filters.delete"),
        ("GET", "/l/{listener_id}/subscriptions", "phonecom.subscriptions.list"),
        ("GET", "/a/callbacks/{id}/health", "phonecom.callbacks.health"),
        ("HEAD", "/a/callbacks", "phonecom.callbacks.head"),
        ("HEAD", "", "phonecom..head"),
    ],
)
def test_names_of_calls(method: str, endpoint: str, name: str) -> None:
    """A call is named as the method that makes it."""
    assert call_name("phonecom", method, endpoint) == name
