"""Spans and metrics of what clients and receivers do."""

from __future__ import annotations

import asyncio
import gc
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from opentelemetry import baggage, context, trace
from opentelemetry.trace import SpanKind, StatusCode

from phonecom_events.errors import ConnectionLost, DecodeError, NotFound, ServerError
from phonecom_events.http import Request, Response
from phonecom_events.linq.deliveries import WebhookEvent
from phonecom_events.middleware import Handler
from phonecom_events.phonecom import NumberFilter, PhoneComClient, conditions
from phonecom_events.phonecom.events import Event
from phonecom_events.ratelimit import InProcessLimiter, RateLimits, Window
from phonecom_events.receiver import linq_receiver, phonecom_receiver
from phonecom_events.retry import RetryPolicy
from phonecom_events.sandbox import Fault, Sandbox

from ...behaviour.conftest import ACCOUNT, linq_client, phonecom_client
from ...receiver.asgi_server import alive, linq_headers, send_to, whole
from ...receiver.post import Recorder
from ...webhooks.samples import NOW, SECRET, dumps, linq_event, phonecom_event
from .exported import Exported

TEMPLATE = "/accounts/{voip_id}/integrations/events/profiles"


async def test_a_call_by_the_conventions(sandbox: Sandbox) -> None:
    """A call is a span, each attempt a client span in it with what HTTP's have."""
    exported = Exported()
    id_ = sandbox.add_profile(ACCOUNT)["id"]
    sandbox.fault(Fault(status=503))
    async with phonecom_client(sandbox, telemetry=exported.telemetry) as client:
        await client.account(ACCOUNT).profiles.get(id_)
    call, first, second = exported.spans
    port = int(sandbox.phonecom_url.split(":")[2].split("/")[0])
    common = {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": port,
        "url.template": f"{TEMPLATE}/{{id}}",
    }

    assert (call.name, call.kind) == ("phonecom.profiles.get", SpanKind.INTERNAL)
    assert call.attributes == {}
    assert [event.name for event in call.events] == ["retry"]
    assert call.status.status_code is StatusCode.UNSET
    for attempt in (first, second):
        assert attempt.name == f"GET {TEMPLATE}/{{id}}"
        assert attempt.kind is SpanKind.CLIENT
        assert attempt.parent is not None
        assert attempt.parent.span_id == call.context.span_id
    assert first.attributes == {
        **common,
        "http.response.status_code": 503,
        "error.type": "503",
    }
    assert first.status.status_code is StatusCode.ERROR
    assert second.attributes == {
        **common,
        "http.response.status_code": 200,
        "http.request.resend_count": 1,
    }
    durations = exported.metrics["http.client.request.duration"]
    assert [dict(point.attributes) for point in durations] == [
        {**common, "http.response.status_code": 503, "error.type": "503"},
        {**common, "http.response.status_code": 200},
    ]
    assert durations[0].explicit_bounds[0] == 0.005
    (retries,) = exported.metrics["phonecom_events.retries"]
    assert retries.value == 1
    assert retries.attributes["phonecom_events.reason"] == "503"


async def test_errors_have_types_and_no_messages(sandbox: Sandbox) -> None:
    """A call that fails is marked by the error's name; one that is cancelled is no error."""
    exported = Exported()
    sandbox.fault(Fault(skip=1, cut="before"))
    once = RetryPolicy(attempts=1)
    async with phonecom_client(
        sandbox, telemetry=exported.telemetry, retry=once
    ) as client:
        profiles = client.account(ACCOUNT).profiles
        with pytest.raises(NotFound):
            await profiles.get(1)
        with pytest.raises(ConnectionLost):
            await profiles.get(1)
        sandbox.fault(Fault(delay=5))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                await profiles.get(1)
        sandbox.fault(Fault(body={"id": "seven"}))
        with pytest.raises(DecodeError):
            await profiles.get(1)
    told = [
        (span.attributes["error.type"], span.status.status_code)
        for span in exported.spans[::2]
        if span.attributes
    ]

    error, unset = StatusCode.ERROR, StatusCode.UNSET
    assert told == [
        ("NotFound", error),
        ("ConnectionLost", error),
        ("CancelledError", unset),
        ("DecodeError", error),
    ]
    assert all(span.status.description is None for span in exported.spans)
    (failures,) = exported.metrics["phonecom_events.decode_failures"]
    assert dict(failures.attributes) == {
        "phonecom_events.vendor": "phonecom",
        "phonecom_events.expected": "Profile",
    }
    assert [event.name for event in exported.spans[-2].events] == ["decode_failure"]


async def test_a_scan_is_one_span(sandbox: Sandbox) -> None:
    """Its pages are events, and its requests client spans in it, read ahead or not."""
    exported = Exported()
    for _ in range(10):
        sandbox.add_profile(ACCOUNT)
    with exported.tracers.get_tracer("users").start_as_current_span("mine") as mine:
        async with phonecom_client(sandbox, telemetry=exported.telemetry) as client:
            listing = client.account(ACCOUNT).profiles.list(page_size=4)
            async for _ in listing:
                assert trace.get_current_span() is mine
    _, scan, *attempts = exported.spans

    assert scan.name == "phonecom.profiles.list"
    assert scan.parent is not None
    assert scan.parent.span_id == mine.get_span_context().span_id
    assert {event.name for event in scan.events} == {"page"}
    assert scan.attributes is not None
    assert scan.attributes["phonecom_events.scan.pages"] == len(scan.events) >= 3
    assert scan.attributes["phonecom_events.scan.rows"] >= 10
    assert {each.parent and each.parent.span_id for each in attempts} == {
        scan.context.span_id
    }


async def test_a_scan_that_fails(sandbox: Sandbox) -> None:
    """It ends as an error, at once and not when the exception is dropped."""
    exported = Exported()
    sandbox.fault(Fault(status=500))
    once = RetryPolicy(attempts=1)
    async with phonecom_client(
        sandbox, telemetry=exported.telemetry, retry=once
    ) as client:
        with pytest.raises(ServerError) as caught:
            await client.account(ACCOUNT).profiles.list()
        scan = exported.spans[0]
        assert caught.value
    assert scan.attributes is not None
    assert scan.attributes["error.type"] == "ServerError"
    assert scan.status.status_code is StatusCode.ERROR


async def test_waits_are_events_and_metrics(sandbox: Sandbox) -> None:
    """Waiting for the limiter shows in the queue, then as an event and in seconds."""
    exported = Exported()
    limits = RateLimits(address=(Window(1, 0.05),), margin=0)
    async with phonecom_client(
        sandbox, telemetry=exported.telemetry, limiter=InProcessLimiter(limits)
    ) as client:
        profiles = client.account(ACCOUNT).profiles
        await profiles.list()
        waiting = asyncio.ensure_future(profiles.list()._page())
        await asyncio.sleep(0)
        (queue,) = exported.metrics["phonecom_events.limiter.queue"]
        assert queue.value == 1
        await waiting
    (wait,) = [e for s in exported.spans for e in s.events if e.name != "page"]
    metrics = exported.metrics

    assert wait.name == "rate_limit.wait"
    assert wait.attributes is not None
    seconds = wait.attributes["seconds"]
    assert metrics["phonecom_events.throttled"][0].value == seconds > 0
    assert metrics["phonecom_events.limiter.queue"][0].value == 0
    scan = exported.spans[-2]
    assert (scan.start_time or 0) <= wait.timestamp < (scan.end_time or 0)


@pytest.mark.parametrize("propagate", [False, True])
async def test_context_is_sent_on_request_alone(
    sandbox: Sandbox, *, propagate: bool
) -> None:
    """The attempt's W3C context goes along if that is wanted; baggage never does."""
    exported = Exported(propagate=propagate)
    token = context.attach(baggage.set_baggage("user", "+12025550100"))
    async with phonecom_client(sandbox, telemetry=exported.telemetry) as client:
        await client.account(ACCOUNT).profiles.list()
    context.detach(token)
    (request,) = sandbox.requests
    sent = request.header("traceparent")

    assert request.header("baggage") is None
    if propagate:
        _, attempt = exported.spans
        ids = f"{attempt.context.trace_id:032x}-{attempt.context.span_id:016x}"
        # What follows are flags, of which newer SDKs set a second one.
        assert sent is not None
        assert sent.startswith(f"00-{ids}-0")
    else:
        assert sent is None


async def test_deliveries_are_server_spans() -> None:
    """Only what is the receiver's own fault is an error."""
    exported = Exported()
    app = phonecom_receiver(
        Recorder[Event](), secret="key", telemetry=exported.telemetry
    ).asgi()
    body = dumps(phonecom_event())
    async with alive(app):
        await send_to(app, whole(body), path="/key")
        await send_to(app, whole(body), path="/no")
    await send_to(app, whole(dumps(phonecom_event(uuid="late"))), path="/key")

    assert {span.name for span in exported.spans} == {"phonecom.delivery"}
    assert {span.kind for span in exported.spans} == {SpanKind.SERVER}
    got = [
        (span.attributes and span.attributes["http.response.status_code"])
        for span in exported.spans
    ]
    assert got == [200, 401, 503]
    errors = [span.status.status_code is StatusCode.ERROR for span in exported.spans]
    assert errors == [False, False, True]


CANARIES = [
    "canary-token",
    "canary-key",
    "2025550177",
    "canary",
    str(ACCOUNT),
    "98765432",
]


async def test_nothing_private_is_exported(sandbox: Sandbox) -> None:
    """No token, body, number, id or query of any call shows in any span or metric."""
    exported = Exported(propagate=True)
    options: dict[str, Any] = {"telemetry": exported.telemetry}
    options["retry"] = RetryPolicy(attempts=2, base=0)
    async with (
        phonecom_client(sandbox, **options) as phonecom,
        linq_client(sandbox, **options) as linq,
    ):
        account = phonecom.account(ACCOUNT)
        profile = await account.profiles.create(
            name="canary", support_email="canary@a.b"
        )
        await account.callbacks.list(
            name=conditions.contains("canary"), profile_id=98765432
        ).collect()
        await phonecom.accounts.list(username="canary").collect()
        sandbox.add_extension(ACCOUNT, 98765432)
        await account.extension(98765432).listeners.list().collect()
        wanted = NumberFilter(match="+12025550177")
        for failing in (
            account.listeners.filters(98765432).create(filter_value=wanted),
            account.profiles.get(98765432),
            account.profiles.update(98765432, name="canary"),
            account.callbacks.delete(98765432),
            linq.webhook_subscriptions.get("canary"),
        ):
            with pytest.raises(Exception):  # noqa: B017, PT011
                await failing
        for fault in (
            Fault(status=500, body="canary +12025550177", times=2),
            Fault(body={"id": "canary"}),
            Fault(cut="body", times=2),
            Fault(redirect="https://canary.example/?q=2025550177"),
        ):
            sandbox.fault(fault)
            with pytest.raises(Exception):  # noqa: B017, PT011
                await account.profiles.get(profile.id)
        await linq.phone_numbers.list().collect()
        await linq.webhook_subscriptions.create(
            target_url="https://canary.example/2025550177",
            subscribed_events=["message.received"],
        )
    app = linq_receiver(
        Recorder[WebhookEvent](),
        SECRET,
        clock=lambda: NOW,
        telemetry=exported.telemetry,
    ).asgi()
    body = dumps(linq_event(event_id="canary"))
    async with alive(app):
        await send_to(app, whole(body), headers=linq_headers(body), path="/canary")
        await send_to(app, whole(b"canary"), query_string=b"canary")

    assert len(exported.spans) > 30
    found = [canary for canary in CANARIES if canary in exported.text]
    assert found == []


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    method=st.text(max_size=30),
    path=st.text(min_size=6, max_size=30),
    body=st.binary(min_size=6, max_size=60),
    header=st.binary(min_size=6, max_size=60),
)
def test_strangers_write_nothing_into_spans(
    method: str, path: str, body: bytes, header: bytes
) -> None:
    """Whatever is sent to a receiver, its span has one of a few texts only."""
    exported = Exported()
    app = phonecom_receiver(
        Recorder[Event](), secret="key", telemetry=exported.telemetry
    ).asgi()
    sent = [(header, header), (b"content-encoding", header), (b"traceparent", header)]

    async def send() -> None:
        async with alive(app):
            for each in (method, "POST"):
                await send_to(
                    app, whole(body), method=each, path=path, headers=sent[::2]
                )
                await send_to(app, whole(body), method=each, path=path, headers=sent)

    asyncio.run(send())
    for span in exported.spans:
        told = dict(span.attributes or {})
        assert span.name == "phonecom.delivery"
        assert told.pop("http.request.method") in {
            *("CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"),
            *("TRACE", "_OTHER"),
        }
        assert told.pop("http.response.status_code") in {400, 401, 405, 415}
        assert told == {"phonecom_events.vendor": "phonecom"}


def test_a_call_that_is_thrown_away_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A call that ends with its loop, in the collector's context, logs nothing."""
    exported = Exported()

    async def hang(request: Request, call_next: Handler) -> Response:
        await asyncio.Event().wait()
        raise AssertionError

    client = PhoneComClient("t", telemetry=exported.telemetry, middlewares=[hang])
    loop = asyncio.new_event_loop()
    getting: Any = loop.create_task(client.account(1).profiles.get(1))
    loop.run_until_complete(asyncio.sleep(0))
    getting._log_destroy_pending = False
    loop.close()
    with caplog.at_level(logging.WARNING):
        del getting, loop
        gc.collect()

    assert caplog.text == ""
    assert trace.get_current_span() is trace.INVALID_SPAN


PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "telemetry.md"


async def test_the_page_runs(
    sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its blocks run as they stand; what it calls 40 lines has no more."""
    monkeypatch.setenv("PHONECOM_TOKEN", sandbox.token)
    monkeypatch.setenv("PHONECOM_BASE_URL", sandbox.phonecom_url)
    names: dict[str, Any] = {}
    blocks = re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL
    )
    for block in blocks:
        lines = "".join(f"    {line}" for line in block.splitlines(keepends=True))
        source = f"async def run():\n    global time, structlog, log\n{lines}"
        source = f"{source}\n    globals().update(locals())\n"
        exec(source, names)  # noqa: S102
        await names["run"]()

    told = capsys.readouterr().out
    assert len(blocks[-1].splitlines()) <= 42
    assert "phonecom.listeners.list" in told
    assert "page" in told
