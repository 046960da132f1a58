"""Profiles on the wire: method, URL, query, body, and what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aioresponses import aioresponses

from phonecom_events import (
    UNSET,
    Conflict,
    InvalidArgument,
    PhoneComClient,
    Profile,
)

from .conftest import EVENTS, only_request

ROW = {
    "id": 52,
    "voip_id": 1000002,
    "extension_id": None,
    "name": "Night shift",
    "support_email": "night@example.org",
    "created_at": 1735689600,
}
PROFILE = Profile(
    id=52,
    voip_id=1000002,
    name="Night shift",
    support_email="night@example.org",
    created_at=datetime(2025, 1, 1, tzinfo=UTC),
)


async def test_list(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """A profile without an address of its own has None for it."""
    default = {**ROW, "id": 40, "support_email": None}
    wire.get(
        f"{EVENTS}/profiles?limit=500&offset=0",
        payload={"sort": {"id": "desc"}, "limit": 500, "items": [ROW, default]},
    )

    found = await phonecom.account(1000002).profiles.list().collect()

    assert found[0] == PROFILE
    assert found[1].support_email is None


async def test_get(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """One profile of an extension is asked for by its id."""
    path = EVENTS.replace("/integrations", "/extensions/9/integrations")
    wire.get(f"{path}/profiles/52", payload=ROW)

    assert await phonecom.account(1000002).extension(9).profiles.get(52) == PROFILE


async def test_create(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """A create goes to the collection, with both fields."""
    wire.post(f"{EVENTS}/profiles", payload=ROW, status=201)

    created = await phonecom.account(1000002).profiles.create(
        name="Night shift", support_email="night@example.org"
    )

    assert created == PROFILE
    assert only_request(wire)[2] == {
        "name": "Night shift",
        "support_email": "night@example.org",
    }


@pytest.mark.parametrize(
    "given", [{"name": "Day shift"}, {"support_email": None}], ids=str
)
async def test_update(
    wire: aioresponses, phonecom: PhoneComClient, given: dict[str, Any]
) -> None:
    """An update sends what is given and nothing else."""
    wire.patch(f"{EVENTS}/profiles/52", payload=ROW)

    await phonecom.account(1000002).profiles.update(52, **given)

    method, _, body, _ = only_request(wire)
    assert (method, body) == ("PATCH", given)


async def test_update_needs_something(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """An update of nothing is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match="name, support_email"):
        await phonecom.account(1000002).profiles.update(52)

    assert not wire.requests


async def test_create_needs_something(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """A create of nothing is refused before anything is sent."""
    with pytest.raises(InvalidArgument, match=r"nothing to create: .*name"):
        await phonecom.account(1000002).profiles.create(
            name=UNSET,  # type: ignore[arg-type]
            support_email=UNSET,  # type: ignore[arg-type]
        )

    assert not wire.requests
    assert repr(UNSET) == "UNSET"
    assert not UNSET


async def test_delete(wire: aioresponses, phonecom: PhoneComClient) -> None:
    """A delete that is answered with success returns nothing."""
    wire.delete(f"{EVENTS}/profiles/52", payload={"success": True})

    await phonecom.account(1000002).profiles.delete(52)

    assert only_request(wire)[0] == "DELETE"


async def test_delete_of_one_in_use(
    wire: aioresponses, phonecom: PhoneComClient
) -> None:
    """A profile that a callback uses is not deleted, and the error says why."""
    refusal = {"@error": {"@message": "Profile is in use", "@httpStatusCode": 409}}
    wire.delete(f"{EVENTS}/profiles/52", payload=refusal, status=409)

    with pytest.raises(Conflict, match="Profile is in use") as raised:
        await phonecom.account(1000002).profiles.delete(52)

    assert raised.value.vendor_message == "Profile is in use"
