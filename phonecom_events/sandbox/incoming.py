"""An aiohttp request, understood: what the log keeps and what a service gets."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from aiohttp import web

from .log import LoggedRequest, ServiceName
from .messages import Call, NotJson, read_json

PHONECOM_PREFIX: Final = "/v4"
LINQ_PREFIX: Final = "/api/partner"

_PREFIXES: Final[tuple[tuple[ServiceName, str], ...]] = (
    ("phonecom", f"{PHONECOM_PREFIX}/"),
    ("linq", f"{LINQ_PREFIX}/"),
)
_CREDENTIALS: Final = frozenset({"authorization", "proxy-authorization", "cookie"})


def understand(
    request: web.BaseRequest, body: bytes, *, number: int, now: float
) -> tuple[LoggedRequest, Call]:
    """Return the record and the call for *request*.

    Args:
        request: as aiohttp gives it.
        body: its whole body.
        number: its place in the order of arrival.
        now: the time of arrival in Unix seconds.
    """
    path = request.rel_url.raw_path
    query = tuple(parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True))
    authorization = request.headers.get("Authorization")
    service, below = _below_prefix(path)
    record = LoggedRequest(
        number=number,
        service=service,
        method=request.method,
        path=path,
        query=query,
        headers=tuple(
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _CREDENTIALS
        ),
        authorized=authorization is not None,
        json=_decoded(body),
        status=None,
        time=now,
    )
    call = Call(
        method=request.method,
        segments=tuple(unquote(segment) for segment in below.split("/")),
        query=query,
        authorization=authorization,
        address=request.remote or "",
        body=body,
    )
    return record, call


def _below_prefix(path: str) -> tuple[ServiceName, str]:
    for service, prefix in _PREFIXES:
        if path.startswith(prefix):
            return service, path[len(prefix) :]
    return "none", path


def _decoded(body: bytes) -> Any:
    try:
        return read_json(body)
    except NotJson:
        return None
