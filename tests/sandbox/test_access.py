"""Who may ask, and what a path or method that does not exist answers."""

from __future__ import annotations

import asyncio

import pytest

from .box import EVENTS, Box

LISTENERS = f"{EVENTS}/listeners"


@pytest.mark.parametrize("credential", [None, "wrong"])
@pytest.mark.parametrize("path", [LISTENERS, "/nowhere"])
async def test_phonecom_asks_for_its_token_first(
    box: Box, credential: str | None, path: str
) -> None:
    """Without the right token any path answers 401, in both error styles."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("GET", path, credential=credential)
    error = answer.json["@error"]
    assert (answer.status, error["@httpStatusCode"]) == (401, 401)
    assert {"@message", "@time", "@code", "@details"} < error.keys()
    assert answer.json["error_description"] == error["@details"]


async def test_linq_asks_for_its_own_key(box: Box) -> None:
    """The Phone.com token opens nothing at Linq."""
    answer = await box.linq(
        "GET", "/v3/webhook-subscriptions", credential=box.sandbox.token
    )
    assert (answer.status, answer.json["error"]["code"]) == (401, 2004)


@pytest.mark.parametrize(
    "path",
    [
        "/accounts/2/integrations/events/listeners",
        "/accounts/1/extensions/9/integrations/events/listeners",
        f"{LISTENERS}/5",
        f"{LISTENERS}/0",
        f"{LISTENERS}/first",
        f"{EVENTS}/webhooks",
        f"{LISTENERS}/",
        "/accounts/%23",
        "/accounts/one/integrations/events/listeners",
    ],
)
async def test_what_does_not_exist_is_a_404(box: Box, path: str) -> None:
    """Unknown accounts, extensions, rows and paths answer 404 in the envelope."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("GET", path)
    assert answer.status == 404
    assert answer.json["@error"]["@httpStatusCode"] == 404
    assert answer.json["@error"]["@time"] == "2023-11-14T22:13:20.000Z"


async def test_a_method_without_operation_is_a_400(box: Box) -> None:
    """PUT exists nowhere at Phone.com and answers 400."""
    box.sandbox.add_account(1)
    answer = await box.phonecom("PUT", LISTENERS, json={"callback_id": 5})
    assert answer.status == 400


async def test_paths_of_neither_service_answer_404(box: Box) -> None:
    """A path outside both prefixes answers 404, and is logged as nobody's."""
    base = box.sandbox.phonecom_url.removesuffix("/v4")
    async with box.phonecom.session.get(f"{base}/v5/accounts") as response:
        assert response.status == 404
    record = box.sandbox.requests[-1]
    assert (record.service, record.status) == ("none", 404)


async def test_a_client_that_asks_first_is_told_to_go_on(box: Box) -> None:
    """`Expect: 100-continue` is answered before the body is sent."""
    port = int(box.sandbox.phonecom_url.split(":")[2].split("/")[0])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        b"POST /v4/accounts HTTP/1.1\r\nHost: sandbox\r\nContent-Length: 2\r\n"
        b"Expect: 100-continue\r\n\r\n"
    )
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"{}")
    assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()
    await writer.wait_closed()
