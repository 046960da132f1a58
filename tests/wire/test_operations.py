"""Every operation of the events integration: what goes over the wire for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from aioresponses import aioresponses
from yarl import URL

from phonecom_events import PhoneComClient

from .conftest import only_request
from .operations import OPERATIONS, Operation

# Each collection has its operations at an account (A) and at an extension (X) of it.
DOCUMENTED = {
    "callbacks": "A:GET,POST X:GET,POST",
    "callbacks/{id}": "A:DELETE,GET,PATCH X:DELETE,GET,PATCH",
    "callbacks/{id}/health": "A:GET X:GET",
    "listeners": "A:GET,POST X:GET,POST",
    "listeners/{id}": "A:DELETE,GET,PATCH X:DELETE,GET,PATCH",
    "listeners/{id}/filters": "A:GET,POST",
    "listeners/{id}/filters/{id}": "A:DELETE,GET,PATCH",
    "listeners/{id}/subscriptions": "A:GET,POST X:GET,POST",
    "listeners/{id}/subscriptions/{id}": "A:DELETE,GET X:DELETE,GET,PATCH",
    "overview": "A:GET,POST X:GET,POST",
    "profiles": "A:GET,POST X:GET,POST",
    "profiles/{id}": "A:DELETE,GET,PATCH X:DELETE,GET,PATCH",
}


def documented() -> set[tuple[str, str, str]]:
    return {
        (scope[0], method, path)
        for path, scopes in DOCUMENTED.items()
        for scope in scopes.split()
        for method in scope[2:].split(",")
    }


def covered() -> set[tuple[str, str, str]]:
    found = set()
    for operation, prefix, _ in OPERATIONS:
        segments = operation.path.split("/")[3:]
        path = "/".join("{id}" if part.isdigit() else part for part in segments)
        scope = "X" if "extensions" in prefix else "A"
        found.add((scope, operation.method, path))
    return found


def test_every_operation_has_a_method() -> None:
    """The table of calls below has all fifty operations that the vendor has."""
    assert len(documented()) == 50
    assert covered() == documented()


def _name(value: object) -> str:
    return getattr(value, "__name__", str(value))


@pytest.mark.parametrize(("operation", "prefix", "scope"), OPERATIONS, ids=_name)
async def test_operation(
    wire: aioresponses,
    phonecom: PhoneComClient,
    operation: Operation,
    prefix: str,
    scope: Any,
) -> None:
    """A call is one request with this method, path and body, and reads its answer."""
    url = f"https://api.phone.com/v4{prefix}{operation.path}"
    listing = isinstance(operation.answer, dict) and "items" in operation.answer
    asked = f"{url}?limit=500&offset=0" if listing else url
    wire.add(asked, operation.method, payload=operation.answer)

    result = await operation.call(scope(phonecom))

    method, sent, body, headers = only_request(wire)
    assert (method, sent) == (operation.method, URL(asked))
    assert body == operation.body
    assert headers["Authorization"] == "Bearer canary-token"
    assert urlsplit(str(sent)).scheme == "https"
    if operation.method == "DELETE":
        assert result is None
    elif listing:
        assert isinstance(result, list)
        assert len(result) == 1
    else:
        assert getattr(result, "id", None) == operation.answer["id"]
