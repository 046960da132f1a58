"""Every operation of the events integration, once each: there, and nothing more."""

from __future__ import annotations

from typing import Any, Final

import pytest

from phonecom_events.sandbox import Sandbox
from phonecom_events.sandbox.phonecom.service import ROUTES

from .box import Answer, Box, open_box

CALLBACK: Final = {"config": {"url": "https://hooks.example.com/a"}}
PROFILE: Final = {"name": "Ops", "support_email": "ops@example.com"}
LISTENER: Final = {"callback_id": 1701}
SUBSCRIPTION: Final = {":tags": ["call"]}
FILTER: Final = {"filter_type": "number", "filter_value": {"eq": "+12025550100"}}
OVERVIEW: Final = {"callback_id": 1701, ":subscriptions": [SUBSCRIPTION]}

CRUD: Final = ("GET", "POST", "GET #", "PATCH #", "DELETE #")
ON_BOTH: Final = {
    "callbacks": CRUD,
    "callbacks/#/health": ("GET",),
    "listeners": CRUD,
    "overview": ("GET", "POST"),
    "profiles": CRUD,
}
ON_ACCOUNT: Final = {
    **ON_BOTH,
    "listeners/#/filters": CRUD,
    "listeners/#/subscriptions": ("GET", "POST", "GET #", "DELETE #"),
}
ON_EXTENSION: Final = {**ON_BOTH, "listeners/#/subscriptions": CRUD}
BODIES: Final[dict[str, Any]] = {
    "callbacks": CALLBACK,
    "listeners": LISTENER,
    "overview": OVERVIEW,
    "profiles": PROFILE,
    "listeners/#/filters": FILTER,
    "listeners/#/subscriptions": SUBSCRIPTION,
}
DISCOVERY: Final = {
    ("GET", "accounts"),
    ("GET", "accounts/#"),
    ("GET", "accounts/#/subaccounts"),
    ("GET", "accounts/#/extensions"),
}


def operations(*, extension: bool) -> list[tuple[str, str]]:
    """List method and path below the events prefix, for one level."""
    found = []
    for path, methods in (ON_EXTENSION if extension else ON_ACCOUNT).items():
        for method in methods:
            name, _, item = method.partition(" ")
            found.append((name, f"{path}/{item}" if item else path))
    return found


def prefix(*, extension: bool) -> str:
    """Return the path below the base URL, with `#` for the ids."""
    level = "accounts/#/extensions/#" if extension else "accounts/#"
    return f"{level}/integrations/events/"


EVERY: Final = [(e, m, p) for e in (False, True) for m, p in operations(extension=e)]


def fill(sandbox: Sandbox, *, extension: bool) -> None:
    """Put one row of each kind into account 1 or its extension 7."""
    owner = 7 if extension else None
    sandbox.add_callback(1, extension_id=owner, id=1701)
    sandbox.add_callback(1, extension_id=owner, id=1702)
    sandbox.add_profile(1, extension_id=owner, id=301)
    sandbox.add_listener(1, extension_id=owner, callback_id=1701, id=1001)
    sandbox.add_subscription(1001, id=5001)
    sandbox.add_filter(1001, id=8001)


def with_ids(template: str, method: str) -> str:
    """Put ids of rows that are there into a path."""
    ids = {"callbacks": 1702 if method == "DELETE" else 1701, "listeners": 1001}
    ids |= {"profiles": 301, "subscriptions": 5001, "filters": 8001}
    ids |= {"accounts": 1, "extensions": 7}
    parts = template.split("/")
    return "/" + "/".join(
        str(ids[parts[n - 1]]) if part == "#" else part for n, part in enumerate(parts)
    )


async def send(box: Box, method: str, path: str, *, extension: bool) -> Answer:
    """Send a good request for an operation."""
    body = BODIES.get(path.removesuffix("/#")) if method in ("POST", "PATCH") else None
    url = with_ids(prefix(extension=extension) + path, method)
    return await box.phonecom(method, url, json=body)


def test_the_table_has_the_fifty_operations() -> None:
    """The table here and the sandbox's routes are the same 50 operations."""
    expected = {(method, prefix(extension=e) + path) for e, method, path in EVERY}
    assert len(expected) == 50
    routes = {
        (method, "/".join(shape))
        for shape, methods in ROUTES.items()
        for method, handler in methods.items()
        if handler.__name__ != "_missing"
    }
    assert routes == expected | DISCOVERY


@pytest.mark.parametrize(("extension", "method", "path"), EVERY)
async def test_every_operation_answers(
    box: Box, method: str, path: str, *, extension: bool
) -> None:
    """Each operation answers 200, or 201 where it creates."""
    fill(box.sandbox, extension=extension)
    answer = await send(box, method, path, extension=extension)
    assert answer.status == (201 if method == "POST" else 200), answer.body
    if method == "DELETE":
        assert answer.json == {"success": True}
    elif method == "GET" and not path.endswith("#"):
        assert {"filters", "sort", "limit", "offset", "items"} == answer.json.keys()
    elif method != "GET" or path.endswith("#"):
        assert isinstance(answer.json["id"], int)


@pytest.mark.parametrize(("extension", "method", "path"), EVERY)
async def test_every_operation_needs_its_account(
    box: Box, method: str, path: str, *, extension: bool
) -> None:
    """Each operation answers 404 where account, extension or row is missing."""
    fill(box.sandbox, extension=not extension)
    box.sandbox.add_extension(1, 8)
    body = BODIES.get(path.removesuffix("/#"))
    url = with_ids(prefix(extension=extension) + path, method)
    if extension:
        absent = url.replace("/extensions/7/", "/extensions/9/")
    else:
        absent = url.replace("/accounts/1/", "/accounts/2/")
    assert (await box.phonecom(method, absent, json=body)).status == 404
    if extension and "#" in path:
        assert (await box.phonecom(method, url, json=body)).status == 404


@pytest.mark.parametrize("extension", [False, True])
async def test_other_methods_are_refused(box: Box, *, extension: bool) -> None:
    """PUT, and whatever else a path does not have, answers 400."""
    fill(box.sandbox, extension=extension)
    paths = {path for _, path in operations(extension=extension)}
    for path in paths:
        have = {method for method, p in operations(extension=extension) if p == path}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - have:
            answer = await send(box, method, path, extension=extension)
            asymmetric = (method, path) == ("PATCH", "listeners/#/subscriptions/#")
            assert answer.status == (404 if asymmetric else 400)


async def test_filters_are_on_accounts_alone(box: Box) -> None:
    """The extension level has no filters: every operation on them answers 404."""
    fill(box.sandbox, extension=True)
    for operation in CRUD:
        method, _, item = operation.partition(" ")
        path = f"listeners/#/filters/{item}".rstrip("/")
        assert (await send(box, method, path, extension=True)).status == 404


async def test_creates_answer_the_status_of_the_option() -> None:
    """`create_status` holds for every create."""
    async with open_box(create_status=200) as box:
        fill(box.sandbox, extension=False)
        for path in BODIES:
            assert (await send(box, "POST", path, extension=False)).status == 200
