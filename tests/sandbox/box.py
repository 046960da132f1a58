"""A running sandbox and a plain HTTP client for each of its two services."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from attrs import frozen

from phonecom_events.sandbox import Sandbox

NOW = 1_700_000_000
"""The sandbox's time in these tests, in Unix seconds: 2023-11-14T22:13:20Z."""

EVENTS = "/accounts/1/integrations/events"
EXTENSION_EVENTS = "/accounts/1/extensions/7/integrations/events"


@frozen
class Answer:
    """An answer read whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    @property
    def ids(self) -> list[int]:
        """The ids of the items of a page."""
        return [item["id"] for item in self.json["items"]]

    @property
    def fields(self) -> Any:
        """What a Phone.com 422 says of the fields."""
        return self.json["@error"]["fields"]


@frozen
class Api:
    """Sends requests below one base URL, with its credential unless told not to."""

    session: aiohttp.ClientSession
    base_url: str
    credential: str

    async def __call__(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: bytes | None = None,
        params: Mapping[str, str | int] | Sequence[tuple[str, str]] | None = None,
        credential: str | None = "",
    ) -> Answer:
        """Send one request and read the answer; None sends no credential."""
        headers = {}
        if credential is not None:
            headers["Authorization"] = f"Bearer {credential or self.credential}"
        request = self.session.request(
            method,
            self.base_url + path,
            json=json,
            data=data,
            params=params,
            headers=headers,
            allow_redirects=False,
        )
        async with request as response:
            body = await response.read()
            return Answer(response.status, response.headers.copy(), body)


@frozen
class Box:
    """A running sandbox with a client for each service."""

    sandbox: Sandbox
    phonecom: Api
    linq: Api


@asynccontextmanager
async def open_box(**options: Any) -> AsyncIterator[Box]:
    """Run a sandbox with *options*; its clock stands still unless one is given."""
    options.setdefault("clock", lambda: float(NOW))
    async with (
        Sandbox(**options) as sandbox,
        aiohttp.ClientSession(auto_decompress=False) as session,
    ):
        yield Box(
            sandbox,
            Api(session, sandbox.phonecom_url, sandbox.token),
            Api(session, sandbox.linq_url, sandbox.api_key),
        )
