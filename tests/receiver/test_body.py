"""What ends in which status while a body is read."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import StreamReader, web
from aiohttp.base_protocol import BaseProtocol
from aiohttp.test_utils import make_mocked_request

from phonecom_events.receiver.body import read_body
from phonecom_events.receiver.delivery import Refused
from phonecom_events.receiver.receiver import body_of
from phonecom_events.webhooks.signature import HeaderLines


async def read(content: StreamReader) -> bytes:
    request = make_mocked_request("POST", "/hook", payload=content)
    headers = HeaderLines(request.headers)
    return await read_body(body_of(request), headers, limit=10, seconds=1)


@pytest.mark.parametrize(
    "error",
    [
        web.RequestPayloadError("bad chunk"),
        ConnectionResetError("gone"),
    ],
)
async def test_a_damaged_body_is_the_senders_fault(error: Exception) -> None:
    """What the HTTP parser finds wrong, now or later, is a 400."""
    loop = asyncio.get_running_loop()
    content = StreamReader(BaseProtocol(loop), 2**16, loop=loop)
    content.feed_data(b"{")
    content.set_exception(error)

    with pytest.raises(Refused, match="400: its body is cut or damaged") as caught:
        await read(content)
    assert caught.value.status == 400


async def test_a_sender_that_is_gone_is_no_error() -> None:
    """When the connection was closed before the body is read, there is nothing."""
    loop = asyncio.get_running_loop()
    content = StreamReader(BaseProtocol(loop), 2**16, loop=loop)

    with pytest.raises(Refused, match="400: its body is cut"):
        await read(content)


async def test_being_cancelled_is_no_refusal() -> None:
    """When the sender hangs up, aiohttp cancels the handler; that goes through."""
    loop = asyncio.get_running_loop()
    protocol = BaseProtocol(loop)
    protocol.connection_made(asyncio.Transport())
    content = StreamReader(protocol, 2**16, loop=loop)
    reading = asyncio.create_task(read(content))
    await asyncio.sleep(0)
    reading.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reading
