"""Answers on the wire, whole or cut: the one place that writes to a connection."""

from __future__ import annotations

from aiohttp import web

from .messages import Reply


async def invite_body(request: web.BaseRequest) -> None:
    """Tell a client that asks first to go on and send its body.

    aiohttp's low-level server does not, and such clients (curl, PHP, .NET) would
    wait a second before they send it all the same.
    """
    if request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0


def whole(reply: Reply) -> web.Response:
    """Make the response that sends *reply* as it is."""
    headers = dict(reply.headers)
    if reply.content_type is not None:
        headers.setdefault("Content-Type", reply.content_type)
    return web.Response(status=reply.status, body=reply.body, headers=headers)


def hang_up(request: web.BaseRequest) -> web.Response:
    """Close the connection; the response returned goes nowhere."""
    if request.transport is not None:
        request.transport.close()
    return web.Response()


async def half(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    """Announce the whole body of *reply*, send the first half, and close."""
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_type = reply.content_type or "application/octet-stream"
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    hang_up(request)
    return response
