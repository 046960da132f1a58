"""Clients whose requests are caught before they leave."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aioresponses import aioresponses
from yarl import URL

from phonecom_events import LinqClient, PhoneComClient, RetryPolicy

EVENTS = "https://api.phone.com/v4/accounts/1000002/integrations/events"
LINQ = "https://api.linqapp.com/api/partner/v3/webhook-subscriptions"


@pytest.fixture
async def phonecom(wire: aioresponses) -> AsyncIterator[PhoneComClient]:
    """A Phone.com client that tries once."""
    async with PhoneComClient("canary-token", retry=RetryPolicy(attempts=1)) as client:
        yield client


@pytest.fixture
async def linq(wire: aioresponses) -> AsyncIterator[LinqClient]:
    """A Linq client that tries once."""
    async with LinqClient("canary-key", retry=RetryPolicy(attempts=1)) as client:
        yield client


def only_request(wire: aioresponses) -> tuple[str, URL, Any, dict[str, str]]:
    """Return method, URL, JSON body and headers of the one request that was made."""
    [((method, url), [call])] = wire.requests.items()
    data = call.kwargs["data"]
    body = None if data is None else json.loads(data)
    return method, url, body, call.kwargs["headers"]
