"""The chain that every request goes through, and its two smallest links.

A middleware is ``async (request, call_next) -> response``: it may change the
request, answer by itself, call on more than once, or change the response. It
sees answers of any status as responses; typed errors are raised after the chain.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from functools import partial

from .http import Request, Response

Handler = Callable[[Request], Awaitable[Response]]
Middleware = Callable[[Request, Handler], Awaitable[Response]]


def compose(middlewares: Iterable[Middleware], handler: Handler) -> Handler:
    """Wrap *handler* so that the first middleware is the outermost."""
    for middleware in reversed(tuple(middlewares)):
        handler = partial(middleware, call_next=handler)
    return handler
