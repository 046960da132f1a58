"""A mock of what aiohttp sends, for both services' own addresses."""

from __future__ import annotations

import re
from typing import Any, Self

from aioresponses import aioresponses

from .. import linq, phonecom
from ..sandbox import mocked_response


class Wire(aioresponses):
    """aioresponses, with answers that every aiohttp takes which this package does.

    Requests to loopback are let through. Use it as a context manager; bodies as the
    services document them are in `phonecom_events.testing.bodies`.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("passthrough", ["http://127.0.0.1", "http://localhost"])
        super().__init__(**options)

    def __enter__(self) -> Self:
        super().__enter__()
        return self

    def add(self, *args: Any, **kwargs: Any) -> None:
        """Answer a request, as aioresponses has it."""
        kwargs.setdefault("response_class", mocked_response)
        super().add(*args, **kwargs)

    def phonecom(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        **more: Any,
    ) -> None:
        """Answer a path of Phone.com's API once, whatever its query.

        Args:
            method: such as ``"GET"``.
            path: after the base URL, such as ``"/accounts/1000002"``.
            body: as JSON; None for none.
            status: of the answer.
            more: as for `add`, such as ``repeat=True`` or ``headers={…}``.
        """
        self._feed(phonecom.BASE_URL, method, path, body, status=status, **more)

    def linq(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        status: int = 200,
        **more: Any,
    ) -> None:
        """Answer a path of Linq's API once, such as ``"/v3/webhook-subscriptions"``.

        Arguments are those of `phonecom`.
        """
        self._feed(linq.BASE_URL, method, path, body, status=status, **more)

    def _feed(
        self, base_url: str, method: str, path: str, body: Any, **more: Any
    ) -> None:
        url = re.compile(re.escape(base_url + path) + r"(\?|$)")
        if body is not None:
            more["payload"] = body
        self.add(url, method=method, **more)
