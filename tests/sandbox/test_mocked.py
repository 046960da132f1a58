"""Mocking with aioresponses, as the documentation shows it."""

from __future__ import annotations

from aioresponses import aioresponses

from phonecom_events import PhoneComClient
from phonecom_events.sandbox import mocked_response

URL = "https://api.phone.com/v4/accounts/7/integrations/events/listeners/1"
ROW = {"id": 1, "voip_id": 7, "version": "2.0.0", "callback_id": 3, "created_at": 0}


async def test_an_answer_can_be_mocked() -> None:
    """The client reads what aioresponses answers, on every aiohttp that it takes."""
    with aioresponses() as mocked:
        mocked.get(URL, payload=ROW, response_class=mocked_response)
        async with PhoneComClient("token") as phonecom:
            listener = await phonecom.account(7).listeners.get(1)

    assert (listener.id, listener.callback_id) == (1, 3)
