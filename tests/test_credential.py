"""The token: where it comes from, how often it is asked for, where it is not."""

from __future__ import annotations

import asyncio
import copy
import logging
import pickle
from collections.abc import Awaitable, Callable

import pytest

from phonecom_events.errors import InvalidArgument, NotFound
from phonecom_events.http import Problem, Request, Response, Secret
from phonecom_events.middleware import (
    BearerAuth,
    Credential,
    Handler,
    compose,
    log_requests,
)
from phonecom_events.problems import response_error

REQUEST = Request(method="GET", url="https://x/a?secret=1", path="/a")


def provider(
    *tokens: str | Exception,
) -> tuple[Callable[[], Awaitable[str]], list[int]]:
    """Return an async callable that gives *tokens* in turn, and its count of calls."""
    asked: list[int] = []

    async def give() -> str:
        asked.append(1)
        await asyncio.sleep(0)
        token = tokens[len(asked) - 1]
        if isinstance(token, Exception):
            raise token
        return token

    return give, asked


@pytest.mark.parametrize("text", ["", "  ", None, 5])
def test_an_empty_token(text: object) -> None:
    """A token that is empty, or no text, is refused."""
    with pytest.raises(InvalidArgument, match="token is empty"):
        Credential(text, name="token").check()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text", ["two words", "two\nlines", "canary\n", "ümlaut", "\x00"]
)
def test_a_token_that_no_header_can_carry(text: str) -> None:
    """A token with a break, a space or odd characters is refused, and not shown."""
    with pytest.raises(InvalidArgument, match="pasted") as raised:
        Credential(text, name="api_key").check()

    assert text.strip() not in str(raised.value)


async def test_a_given_token_is_used() -> None:
    """A token that is a string is used as it is, and cannot be renewed."""
    credential = Credential("canary", name="token")

    assert (await credential.get()).reveal() == "canary"
    assert not credential.renewable


async def test_a_callable_is_asked_once() -> None:
    """Its answer is kept, and calls at the same time share one question."""
    give, asked = provider("canary")
    credential = Credential(give, name="token")

    secrets = await asyncio.gather(*(credential.get() for _ in range(20)))
    again = await credential.get()

    assert {secret.reveal() for secret in (*secrets, again)} == {"canary"}
    assert len(asked) == 1
    assert credential.renewable


async def test_it_is_asked_again_when_dropped() -> None:
    """Only the token that was refused is dropped, not one that replaced it."""
    give, asked = provider("old", "new")
    credential = Credential(give, name="token")
    old = await credential.get()

    credential.drop(old)
    new = await credential.get()
    credential.drop(old)

    assert (new.reveal(), await credential.get()) == ("new", new)
    assert len(asked) == 2


async def test_its_failure_reaches_all_who_asked() -> None:
    """An error of the callable is everybody's, and the next call asks anew."""
    give, asked = provider(LookupError("vault is down"), "canary")
    credential = Credential(give, name="token")

    results = await asyncio.gather(
        *(credential.get() for _ in range(3)), return_exceptions=True
    )

    assert [str(result) for result in results] == ["vault is down"] * 3
    assert len(asked) == 1
    assert (await credential.get()).reveal() == "canary"


async def test_its_answer_is_checked() -> None:
    """What the callable gives must be a token, too."""
    give, _ = provider("two words")

    with pytest.raises(InvalidArgument, match="token callable"):
        await Credential(give, name="token").get()


async def test_a_cancelled_question_is_asked_by_the_next() -> None:
    """Cancelling who asks cancels neither those who wait nor the token."""
    asked = 0
    gate = asyncio.Event()

    async def give() -> str:
        nonlocal asked
        asked += 1
        if asked == 1:
            await gate.wait()
        return "canary"

    credential = Credential(give, name="token")
    first = asyncio.create_task(credential.get())
    second = asyncio.create_task(credential.get())
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).reveal() == "canary"
    assert first.cancelled()
    assert asked == 2


async def test_a_cancelled_waiter_leaves_the_question_alone() -> None:
    """Cancelling one who waits does not cancel the question of the others."""
    gate = asyncio.Event()

    async def give() -> str:
        await gate.wait()
        return "canary"

    credential = Credential(give, name="token")
    first = asyncio.create_task(credential.get())
    second = asyncio.create_task(credential.get())
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.sleep(0)
    gate.set()

    assert (await first).reveal() == "canary"
    assert second.cancelled()


def test_a_question_left_by_another_loop() -> None:
    """A loop that ended in the middle of a question blocks no other."""
    asked = 0

    async def give() -> str:
        nonlocal asked
        asked += 1
        if asked == 1:
            await asyncio.Event().wait()
        return "canary"

    credential = Credential(give, name="token")

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(credential.get(), 0.01)

    asyncio.run(give_up())

    assert asyncio.run(credential.get()).reveal() == "canary"


def test_a_secret_is_not_shown() -> None:
    """Neither repr, str, format, pickle nor copy gives a secret's text away."""
    secret = Secret("canary")

    shown = (
        f"{secret}{secret!r}{secret!s}{[secret]}{Credential('canary', name='token')}"
    )
    assert "canary" not in shown
    assert b"canary" not in pickle.dumps(secret)
    assert copy.copy(secret).reveal() == ""
    assert secret == Secret("canary")
    assert len({secret, Secret("canary"), Secret("other")}) == 2
    assert secret != "canary"


async def test_auth_attaches_and_masks() -> None:
    """Each attempt carries the token; an error page that echoes it does not."""
    auth = BearerAuth(Credential("canary", name="token"))

    async def echo(request: Request) -> Response:
        assert request.authorization is not None
        text = f"you sent {request.authorization.reveal()}"
        return Response(status=500, body=text.encode())

    response = await auth(REQUEST, echo)
    error = response_error(REQUEST, response, Problem(message="canary? canary!"))
    assert error.body == "you sent ***"
    assert error.vendor_message == "***? ***!"
    assert REQUEST.authorization is None


async def test_auth_drops_what_was_refused() -> None:
    """After a 401 the token is asked for anew."""
    give, asked = provider("old", "new")
    credential = Credential(give, name="token")

    async def refuse(request: Request) -> Response:
        return Response(status=401)

    await BearerAuth(credential)(REQUEST, refuse)
    await credential.get()

    assert len(asked) == 2


async def test_compose_is_outermost_first() -> None:
    """The first middleware sees the request first and the response last."""
    order: list[str] = []

    def named(name: str) -> Callable[[Request, Handler], Awaitable[Response]]:
        async def middleware(request: Request, call_next: Handler) -> Response:
            order.append(f"{name} in")
            response = await call_next(request)
            order.append(f"{name} out")
            return response

        return middleware

    async def send(request: Request) -> Response:
        order.append("send")
        return Response(status=200)

    await compose([named("a"), named("b")], send)(REQUEST)

    assert order == ["a in", "b in", "send", "b out", "a out"]


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Response(status=204), "GET /a: 204, "),
        (NotFound("x", status=404, method="GET", path="/a"), "GET /a: NotFound, "),
        (asyncio.CancelledError(), "GET /a: cancelled, "),
    ],
    ids=repr,
)
async def test_log(
    caplog: pytest.LogCaptureFixture, outcome: Response | BaseException, words: str
) -> None:
    """Each attempt is logged at DEBUG, without its query."""

    async def send(request: Request) -> Response:
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    with caplog.at_level(logging.DEBUG, "phonecom_events"):
        task = asyncio.ensure_future(log_requests(REQUEST, send))
        await asyncio.wait([task])

    assert caplog.messages[0].startswith(words)
    assert "secret" not in caplog.text


async def test_no_log_by_default(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged about a request unless DEBUG is on."""

    async def send(request: Request) -> Response:
        return Response(status=200)

    with caplog.at_level(logging.INFO, "phonecom_events"):
        await log_requests(REQUEST, send)

    assert not caplog.messages
