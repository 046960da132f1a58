"""Who is called for an event, in which order, and what happens when one fails."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from attrs import frozen

from phonecom_events.errors import InvalidArgument
from phonecom_events.webhooks import Handler, Router


@frozen
class Happening:
    """Be the least that a router needs."""

    names: frozenset[str]


def event(*names: str) -> Happening:
    return Happening(frozenset(names))


class Book:
    """Make handlers that write down that they were called."""

    def __init__(self) -> None:
        self.called: list[str] = []

    def handler(
        self, name: str, error: BaseException | None = None
    ) -> Handler[Happening]:
        async def handle(_: Happening) -> None:
            self.called.append(name)
            if error is not None:
                raise error

        return handle


@pytest.fixture
def book() -> Book:
    """Return an empty book."""
    return Book()


async def test_calls_those_who_asked_for_a_name(book: Book) -> None:
    """An event reaches the handlers of any of its names, and nobody else."""
    router = Router[Happening]()
    router.on("call")(book.handler("call"))
    router.on("message", "inbound")(book.handler("message or inbound"))
    router.on()(book.handler("all"))
    router.on("message")(book.handler("message"))

    await router.dispatch(event("call", "inbound"))

    assert book.called == ["call", "message or inbound", "all"]


async def test_narrows_by_all_of_also(book: Book) -> None:
    """Names in also must all be there."""
    router = Router[Happening]()
    router.on("call", also=["inbound", "first-leg"])(book.handler("both"))
    router.on(also={"inbound"})(book.handler("inbound"))

    await router.dispatch(event("call", "inbound"))
    assert book.called == ["inbound"]
    await router.dispatch(event("call", "inbound", "first-leg"))
    assert book.called == ["inbound", "both", "inbound"]


def test_fetch_calls_nobody(book: Book) -> None:
    """Who would be called can be asked without calling them."""
    router = Router[Happening]()
    handle = router.on("call")(book.handler("call"))

    assert router.fetch(event("call")) == (handle,)
    assert router.fetch(event("message")) == ()
    assert book.called == []


async def test_calls_each_handler_once(book: Book) -> None:
    """A handler that an event reaches in several ways is called once."""
    handle = book.handler("one")
    inner = Router[Happening]()
    inner.on("call")(handle)
    router = Router[Happening](inner, inner)
    router.on("call")(router.on("inbound")(handle))

    await router.dispatch(event("call", "inbound"))

    assert book.called == ["one"]


async def test_composes(book: Book) -> None:
    """A router's own handlers come first, then those of its routers, later ones too."""
    calls, messages = Router[Happening](), Router[Happening]()
    router = Router[Happening](calls, messages)
    messages.on()(book.handler("messages"))
    calls.on()(book.handler("calls"))
    router.on()(book.handler("own"))

    await router.dispatch(event("x"))

    assert book.called == ["own", "calls", "messages"]


async def test_one_failure_hides_no_other(book: Book) -> None:
    """All handlers are called, and all their errors are raised, in one group."""
    first, second = ValueError("first"), OSError("second")
    router = Router[Happening]()
    router.on()(book.handler("a", first))
    router.on()(book.handler("b"))
    router.on()(book.handler("c", second))

    with pytest.raises(ExceptionGroup) as caught:
        await router.dispatch(event("x"))

    assert caught.value.exceptions == (first, second)
    assert book.called == ["a", "b", "c"]


async def test_cancelling_stops_at_once(book: Book) -> None:
    """Being cancelled is no handler's failure: the others are not called."""
    router = Router[Happening]()
    router.on()(book.handler("a", ValueError()))
    router.on()(book.handler("b", asyncio.CancelledError()))
    router.on()(book.handler("c"))

    with pytest.raises(asyncio.CancelledError):
        await router.dispatch(event("x"))

    assert book.called == ["a", "b"]


async def test_takes_whatever_is_async(book: Book) -> None:
    """Partials, bound methods, objects and other routers can be handlers."""

    class Counter:
        async def __call__(self, _: Happening) -> None:
            book.called.append("object")

        async def method(self, _: Happening) -> None:
            book.called.append("method")

    async def named(name: str, _: Happening) -> None:
        book.called.append(name)

    inner = Router[Happening]()
    inner.on()(book.handler("inner"))
    router = Router[Happening]()
    for handler in (Counter(), Counter().method, partial(named, "partial")):
        router.on()(handler)
    router.on()(inner.dispatch)

    await router.dispatch(event("x"))

    assert book.called == ["object", "method", "partial", "inner"]


@pytest.mark.parametrize("names", [("",), (5,), (None,), (test_composes,), (["call"],)])
def test_refuses_names_that_are_none(names: tuple[str, ...]) -> None:
    """A forgotten pair of parentheses, or a list, is found when it is registered."""
    with pytest.raises(InvalidArgument, match="names to route by"):
        Router[Happening]().on(*names)
    with pytest.raises(InvalidArgument, match="names to route by"):
        Router[Happening]().on("call", also=names)


def test_refuses_a_plain_string_for_a_list() -> None:
    """One string is not taken for a list of its letters."""
    with pytest.raises(InvalidArgument, match="not one string"):
        Router[Happening]().on("call", also="inbound")


@pytest.mark.parametrize("handler", [print, lambda _: None, 5])
def test_refuses_a_handler_that_is_not_async(handler: Handler[Happening]) -> None:
    """A handler that would block everyone is refused when it is registered."""
    with pytest.raises(InvalidArgument, match="async"):
        Router[Happening]().on("call")(handler)
