"""How clients live: loops, sessions, early ends; nothing is left behind."""

from __future__ import annotations

import asyncio
import copy
import pickle
import subprocess
import sys
from functools import partial
from typing import Any

import aiohttp
import pytest

from phonecom_events import (
    InvalidArgument,
    LinqClient,
    PhoneComClient,
    Request,
    Response,
    SessionClosed,
)
from phonecom_events.middleware import Handler
from phonecom_events.sandbox import Sandbox

from .conftest import ACCOUNT, linq_client, phonecom_client

PROGRAMS = {
    "a client that nobody closes": """
        client = PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url)
        await client.account(1).listeners.list().collect()
    """,
    "a loop that is left early": """
        client = PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url)
        async for listener in client.account(1).listeners.list(page_size=2):
            break
        async for listener in client.account(1).listeners.list(page_size=2, prefetch=4):
            break
        await client.aclose()
    """,
    "an error in a loop": """
        async with PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url) as client:
            try:
                async for page in client.account(1).listeners.list(prefetch=2).pages():
                    raise LookupError
            except LookupError:
                pass
    """,
    "a client of two loops": """
        global shared
        if loop_number == 1:
            shared = PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url)
        shared._session.base_url = sandbox.phonecom_url
        assert len(await shared.account(1).listeners.list().collect()) == 9
    """,
}
FRAME = """
import asyncio, gc
from phonecom_events import PhoneComClient
from phonecom_events.sandbox import Sandbox

async def main(loop_number):
    asyncio.get_running_loop().slow_callback_duration = 60  # no matter on a busy machine
    async with Sandbox() as sandbox:
        for _ in range(9):
            sandbox.add_listener(1, callback_id=7)
        {program}

asyncio.run(main(1))
asyncio.run(main(2))
gc.collect()
"""


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_nothing_is_left_behind(program: str) -> None:
    """No warning, no task and no open socket is left, twice in a row."""
    done = subprocess.run(  # noqa: S603
        [
            sys.executable,
            "-X",
            "dev",
            "-W",
            "error",
            "-c",
            FRAME.format(program=program),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


async def test_both_clients_share_a_session(sandbox: Sandbox) -> None:
    """A caller's session serves both, and stays open when they are closed."""
    async with aiohttp.ClientSession() as session:
        async with (
            phonecom_client(sandbox, http_session=session) as phonecom,
            linq_client(sandbox, http_session=session) as linq,
        ):
            await phonecom.account(ACCOUNT).listeners.list()
            await linq.webhook_subscriptions.list()

        assert not session.closed
        with pytest.raises(SessionClosed):
            await linq.webhook_subscriptions.list()


async def test_building_does_no_io(sandbox: Sandbox) -> None:
    """Neither a client nor a listing asks anything before it is used."""
    async with phonecom_client(sandbox) as phonecom:
        phonecom.account(ACCOUNT).extension(5).profiles.list()

    assert len(sandbox.requests) == 0


async def test_middlewares_run_once_for_each_attempt(sandbox: Sandbox) -> None:
    """The user's own see every attempt without the token, and may change it."""
    seen: list[tuple[str, int, bool]] = []
    asked: list[Request] = []

    async def watch(request: Request, call_next: Handler) -> Response:
        asked.append(request)
        response = await call_next(request)
        seen.append((request.path, response.status, request.authorization is None))
        return response

    async def fail_first(request: Request, call_next: Handler) -> Response:
        return await call_next(request) if seen else Response(status=503)

    async with phonecom_client(sandbox, middlewares=[watch, fail_first]) as phonecom:
        got = await phonecom.account(ACCOUNT).listeners.list()

    path = f"/accounts/{ACCOUNT}/integrations/events/listeners"
    assert seen == [(path, 503, True), (path, 200, True)]
    assert asked[0] == asked[1]
    assert got.response is not None
    assert got.response.attempts == 2


def _forgets(request: Request, call_next: Handler) -> Any:
    async def nothing() -> None:
        await call_next(request)

    return nothing()


async def forgets_to_return(request: Request, call_next: Handler) -> Any:
    await call_next(request)


async def returns_a_body(request: Request, call_next: Handler) -> Any:
    return (await call_next(request)).body


def is_not_async(request: Request, call_next: Handler) -> Any:
    return Response(status=204)


class Forgetful:
    async def __call__(self, request: Request, call_next: Handler) -> Any:
        await call_next(request)


@pytest.mark.parametrize(
    ("middleware", "words"),
    [
        (forgets_to_return, "the middleware forgets_to_return returned None"),
        (_forgets, "the middleware _forgets returned None"),
        (returns_a_body, "the middleware returns_a_body returned bytes"),
        (is_not_async, "the middleware is_not_async returned Response"),
        (Forgetful(), "the middleware Forgetful returned None"),
        (partial(forgets_to_return), "the middleware partial returned None"),
    ],
)
async def test_a_middleware_that_returns_no_response(
    sandbox: Sandbox, middleware: Any, words: str
) -> None:
    """The one that did is named, wherever it stands, and told what to return."""

    async def passes(request: Request, call_next: Handler) -> Response:
        return await call_next(request)

    for middlewares in ([middleware], [passes, middleware, passes]):
        async with phonecom_client(sandbox, middlewares=middlewares) as phonecom:
            with pytest.raises(InvalidArgument, match=words) as raised:
                await phonecom.account(ACCOUNT).listeners.list()
        assert "return await call_next(request)" in str(raised.value)


@pytest.mark.parametrize(
    "how",
    [
        copy.deepcopy,
        pickle.dumps,
        *(partial(pickle.dumps, protocol=protocol) for protocol in range(6)),
    ],
)
@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
async def test_clients_are_neither_pickled_nor_copied(client: Any, how: Any) -> None:
    """One line says so, and what to pickle instead; of what they give out, too."""

    async def token() -> str:
        return "canary"

    for credential in ("canary", token):
        made = client(credential)
        things = [made]
        if client is PhoneComClient:
            things += [made.account(1), made.account(1).extension(2).listeners]
        for thing in things:
            with pytest.raises(
                TypeError, match=r"^a client, or what it gave"
            ) as raised:
                how(thing)
            assert "pickle its settings" in str(raised.value)
            assert "\n" not in str(raised.value)
            assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("client", "missing"),
    [(PhoneComClient, "PHONECOM_TOKEN"), (LinqClient, "LINQ_API_V3_API_KEY")],
)
@pytest.mark.parametrize("value", [None, "", " "])
def test_an_environment_without_a_token(
    monkeypatch: pytest.MonkeyPatch, client: Any, missing: str, value: str | None
) -> None:
    """The error names the variable that is not set."""
    monkeypatch.delenv(missing, raising=False)
    if value is not None:
        monkeypatch.setenv(missing, value)

    with pytest.raises(InvalidArgument, match=missing):
        client.from_env()


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.phone.com/v4",
        "http://10.0.0.1",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "ftp://127.0.0.1",
        "api.phone.com/v4",
        "https://",
        "https://user@api.phone.com",
        "https://api.phone.com/v4?x=1",
        "https://api.phone.com/v4#x",
        "https://api.phone.com:99999",
        "https://api phone.com",
        "https://[::1",
        "https://a..b",
        f"https://{'a' * 64}.com",
        "",
        None,
    ],
)
def test_base_urls_that_are_refused(base_url: Any) -> None:
    """A token goes to https only, and to loopback."""
    with pytest.raises(InvalidArgument, match="base_url"):
        PhoneComClient("canary", base_url=base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.phone.com/v4/",
        "HTTPS://api.phone.com",
        "http://localhost:8080/v4",
        "http://127.9.9.9",
        "http://[::1]:80/v4",
    ],
)
def test_base_urls_that_are_taken(base_url: str) -> None:
    """A slash at the end makes no difference."""
    assert base_url.rstrip("/") in repr(PhoneComClient("canary", base_url=base_url))


@pytest.mark.parametrize(
    "seconds", [0, -1, float("nan"), float("inf"), 10**400, "5", True]
)
@pytest.mark.parametrize("name", ["timeout", "deadline"])
def test_times_that_are_refused(name: str, seconds: Any) -> None:
    """A time that nothing can be done in is refused by name."""
    with pytest.raises(InvalidArgument, match=name):
        PhoneComClient("canary", **{name: seconds})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("retry", None),
        ("retry", 5),
        ("rate_limits", True),
        ("rate_limits", 30),
        ("http_session", "https://api.phone.com"),
        ("middlewares", None),
        ("middlewares", "abc"),
        ("middlewares", [None]),
        ("middlewares", lambda request, call_next: call_next(request)),
    ],
)
def test_options_of_another_type(name: str, value: Any) -> None:
    """An option of the wrong type is refused by name, with what to give instead."""
    with pytest.raises(InvalidArgument, match=f"^{name} must be ") as raised:
        LinqClient("canary", **{name: value})
    for entry in raised.traceback:
        repr(entry.locals)  # nothing that is only half made


def test_options_that_do_not_exist() -> None:
    """A misspelt option is Python's own mistake to report."""
    with pytest.raises(TypeError, match="retries"):
        PhoneComClient("canary", retries=5)  # type: ignore[call-arg]


async def test_a_second_client_of_one_process(sandbox: Sandbox) -> None:
    """Clients do not get in each other's way."""
    async with phonecom_client(sandbox) as one, phonecom_client(sandbox) as two:
        pages = await asyncio.gather(
            *(client.account(ACCOUNT).listeners.list() for client in (one, two) * 5)
        )

    assert len(pages) == 10
