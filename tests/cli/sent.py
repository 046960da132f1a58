"""What a command sent."""

from __future__ import annotations

from phonecom_events.sandbox import Sandbox

from .conftest import ACCOUNT


def sent(sandbox: Sandbox) -> tuple[str, str, object]:
    """Return method, path below the account's events, and JSON of the only request."""
    (request,) = sandbox.requests
    path = request.path.removeprefix(f"/v4/accounts/{ACCOUNT}")
    return request.method, path.replace("/integrations/events", ""), request.json


def asked(sandbox: Sandbox) -> dict[str, str]:
    """Return the query of the only request, without its page."""
    (request,) = sandbox.requests
    query = dict(request.query)
    del query["limit"], query["offset"]
    return query
