"""Listeners on the wire: method, URL, query, body, headers, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from aioresponses import aioresponses

from phonecom_events import InvalidArgument, Listener, PhoneComClient

from .conftest import EVENTS, only_request

ROW = {
    "id": 4107,
    "voip_id": 1000002,
    "extension_id": None,
    "version": "2.0.0",
    "callback_id": 311,
    "created_at": 1735689600,
    "expires_at": None,
}
FAR_EAST = datetime.max.replace(tzinfo=timezone(timedelta(hours=-1)))
LISTENER = Listener(
    id=4107,
    voip_id=1000002,
    extension_id=None,
    version="2.0.0",
    callback_id=311,
    created_at=datetime(2025, 1, 1, tzinfo=UTC),
    expires_at=None,
)


def page(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    envelope = {"filters": {}, "sort": {"id": "desc"}, "limit": 500, "offset": 0}
    return {**envelope, "items": list(rows), **more}


async def test_list(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """A listing asks for the largest page from the start, and no more."""
    url = f"{EVENTS}/listeners?limit=500&offset=0"
    older = {**ROW, "id": 4100, "extension_id": 77, "expires_at": 1735776000}
    wire.get(url, payload=page(ROW, older))

    found = [item async for item in phonecom.account(1000002).listeners.list()]

    assert found[0] == LISTENER
    assert (found[1].id, found[1].extension_id) == (4100, 77)
    assert found[1].expires_at == datetime(2025, 1, 2, tzinfo=UTC)
    method, sent, body, headers = only_request(wire)
    assert (method, str(sent), body) == ("GET", url, None)
    assert headers["Authorization"] == "Bearer canary-token"
    assert headers["Accept"] == "application/json"
    assert headers["Accept-Encoding"] == "gzip"
    assert headers["User-Agent"].startswith("phonecom-events/")


async def test_list_with_everything(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """Size, start, order and filter stand in the query as the vendor names them."""
    wire.get(
        f"{EVENTS}/listeners?limit=25&offset=50&sort[id]=asc&filters[callback_id]=311",
        payload=page(ROW, limit=25, offset=50, sort={"id": "asc"}, total=51),
    )

    got = await phonecom.account(1000002).listeners.list(
        page_size=25, offset=50, order="asc", callback_id=311
    )

    assert (got.limit, got.offset, got.total) == (25, 50, 51)
    assert got.sort == {"id": "asc"}
    assert list(got) == [LISTENER]
    assert got.response is not None
    assert got.response.status == 200


@pytest.mark.parametrize(
    "odd",
    [
        {"offset": None},
        {"filters": [], "sort": []},
        {"total": None},
        {"@controls": {"self": "x"}},
    ],
    ids=str,
)
async def test_list_with_a_loose_envelope(
    wire: aioresponses, phonecom: PhoneComClient, odd: dict[str, Any]
) -> None:
    """What the envelope may lack, or holds beside the items, changes no item."""
    wire.get(f"{EVENTS}/listeners?limit=500&offset=0", payload=page(ROW, **odd))

    assert await phonecom.account(1000002).listeners.list().collect() == [LISTENER]


async def test_list_of_an_extension(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """An extension's listeners have the extension in their path."""
    path = EVENTS.replace("/integrations", "/extensions/77/integrations")
    wire.get(f"{path}/listeners?limit=1&offset=0", payload=page(limit=1))

    assert (
        await phonecom.account(1000002).extension(77).listeners.list().first() is None
    )


async def test_get(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """One listener is asked for by its id."""
    wire.get(f"{EVENTS}/listeners/4107", payload=ROW)

    assert await phonecom.account(1000002).listeners.get(4107) == LISTENER
    assert only_request(wire)[0] == "GET"


async def test_create(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """A create goes to the collection, with what is given and nothing else."""
    wire.post(f"{EVENTS}/listeners", payload=ROW, status=201)

    created = await phonecom.account(1000002).listeners.create(callback_id=311)

    assert created == LISTENER
    _, _, body, headers = only_request(wire)
    assert body == {"callback_id": 311}
    assert headers["Content-Type"] == "application/json"


async def test_create_with_everything(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """A time is sent as whole Unix seconds."""
    wire.post(f"{EVENTS}/listeners", payload=ROW, status=201)

    await phonecom.account(1000002).listeners.create(
        callback_id=311,
        version="1.1.0",
        expires_at=datetime(2025, 1, 2, 0, 0, 0, 7, tzinfo=UTC),
    )

    assert only_request(wire)[2] == {
        "callback_id": 311,
        "version": "1.1.0",
        "expires_at": 1735776000,
    }


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"expires_at": None}, {"expires_at": None}),
        ({"callback_id": 5}, {"callback_id": 5}),
        (
            {"version": "2.0.0", "expires_at": datetime(2025, 1, 2, tzinfo=UTC)},
            {"version": "2.0.0", "expires_at": 1735776000},
        ),
    ],
    ids=str,
)
async def test_update(
    wire: aioresponses,
    phonecom: PhoneComClient,
    given: dict[str, Any],
    body: dict[str, Any],
) -> None:
    """An update sends null for None, and leaves out what is not given."""
    wire.patch(f"{EVENTS}/listeners/4107", payload=ROW)

    await phonecom.account(1000002).listeners.update(4107, **given)

    method, _, sent, _ = only_request(wire)
    assert (method, sent) == ("PATCH", body)


@pytest.mark.parametrize(
    "answer",
    [
        {"payload": {"success": True}},
        {"status": 204},
        {"status": 200, "body": ""},
        {"payload": {}},
    ],
    ids=str,
)
async def test_delete(
    wire: aioresponses, phonecom: PhoneComClient, answer: dict[str, Any]
) -> None:
    """A delete has succeeded whether or not the answer says so in so many words."""
    wire.delete(f"{EVENTS}/listeners/4107", **answer)

    await phonecom.account(1000002).listeners.delete(4107)

    method, _, body, _ = only_request(wire)
    assert (method, body) == ("DELETE", None)


@pytest.mark.parametrize("wrong", [0, -1, 2**63, "4107", 1.0, True, None])
async def test_ids_are_checked_first(
    wire: aioresponses, phonecom: PhoneComClient, wrong: Any
) -> None:
    """What is no id is refused before anything is sent."""
    listeners = phonecom.account(1000002).listeners

    for call in (
        lambda: listeners.get(wrong),
        lambda: listeners.delete(wrong),
        lambda: listeners.update(wrong, version="2.0.0"),
        lambda: listeners.update(1, callback_id=wrong),
        lambda: listeners.create(callback_id=wrong),
    ):
        with pytest.raises(InvalidArgument, match="integer over 0"):
            await call()
    for scope in (
        lambda: phonecom.account(wrong),
        lambda: phonecom.account(1).extension(wrong),
    ):
        with pytest.raises(InvalidArgument, match="integer over 0"):
            scope()
    if wrong is not None:
        with pytest.raises(InvalidArgument, match="callback_id"):
            listeners.list(callback_id=wrong)
    assert not wire.requests


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "nothing to update"),
        ({"expires_at": datetime(2025, 1, 1)}, "expires_at: .* naive"),
        ({"expires_at": 1735689600}, "expires_at: expected a datetime"),
        ({"version": 2}, "version: expected a string"),
        ({"expires_at": FAR_EAST}, "expires_at: .* the calendar"),
        ({"version": None}, "version: expected a string, got null"),
    ],
    ids=str,
)
async def test_values_are_checked_first(
    wire: aioresponses, phonecom: PhoneComClient, given: dict[str, Any], words: str
) -> None:
    """A value of the wrong kind is refused by name before anything is sent."""
    with pytest.raises(InvalidArgument, match=words):
        await phonecom.account(1000002).listeners.update(4107, **given)

    assert not wire.requests


@pytest.mark.parametrize(
    "wrong",
    [
        {"page_size": 0},
        {"page_size": 501},
        {"page_size": "25"},
        {"offset": -1},
        {"max_items": -1},
        {"order": "newest"},
        {"prefetch": -1},
    ],
    ids=str,
)
async def test_paging_is_checked_first(
    wire: aioresponses, phonecom: PhoneComClient, wrong: dict[str, Any]
) -> None:
    """A listing that cannot be asked for is refused when it is described."""
    with pytest.raises(InvalidArgument, match=next(iter(wrong))):
        phonecom.account(1000002).listeners.list(**wrong)

    assert not wire.requests


async def test_a_filter_that_no_url_can_have(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """Text that cannot be encoded is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match="cannot stand in a URL"):
        await phonecom.account(1000002).callbacks.list(name="\ud800")

    assert not wire.requests


async def test_an_unknown_filter_is_a_type_error(phonecom: PhoneComClient) -> None:
    """A filter that does not exist is Python's own mistake to report."""
    with pytest.raises(TypeError, match="colour"):
        phonecom.account(1000002).listeners.list(colour="red")  # type: ignore[call-arg]
