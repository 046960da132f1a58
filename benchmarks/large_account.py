"""One account as large as anybody asks for: clean, wrong, or all of it at one URL.

Rows are made as they are asked for, over bare asyncio. Run as
``python -m benchmarks.large_account``; prints its port when it listens, and ends with
its standard input.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec

from .samples import ACCOUNT
from .server import Answer, serve

NOW: Final = 1_800_000_000
_BORN: Final = 1_600_000_000
_PRIME: Final = 7_919
_EXTENSIONS: Final = 500
_TAGS: Final = ("call", "inbound", "outbound", "new-call", "from-did", "message")

Row = dict[str, Any]


class Case(StrEnum):
    """Name what an account is like; each listener has its own callback and profile."""

    CLEAN = "nothing wrong"
    WRONG = "every listener wrong"
    """Each is of an old version, and ends soon."""

    ONE_URL = "all at one URL"
    """Each with another age, extension or tags, half of these known to nobody else."""


def profile(number: int, _: Case) -> Row:
    """Return a profile."""
    return {
        "id": number,
        "voip_id": ACCOUNT,
        "extension_id": None,
        "name": "Ops",
        "support_email": "ops@contoso.com",
        "created_at": _BORN,
    }


def callback(number: int, case: Case) -> Row:
    """Return a callback."""
    own = "" if case is Case.ONE_URL else number
    return {
        "id": number,
        "voip_id": ACCOUNT,
        "extension_id": None,
        "enabled": True,
        "mode": "HTTPS",
        "name": None,
        "profile_id": number,
        "fallback_callback_id": None,
        "config": {
            "url": f"https://hooks.contoso.com/{own}",
            "method": "POST",
            "headers": [],
            "timeout": 10,
        },
    }


def overview(number: int, case: Case) -> Row:
    """Return a listener with what hangs on it."""
    nested = {":profile": profile(number, case), ":fallback": None}
    row: Row = {
        "id": number,
        "voip_id": ACCOUNT,
        "extension_id": None,
        "version": "1.0.0" if case is Case.WRONG else "2.0.0",
        "callback_id": number,
        "created_at": _BORN + number,
        "expires_at": NOW + 3_600 if case is Case.WRONG else None,
        ":callback": callback(number, case) | nested,
        ":subscriptions": [{"id": number, ":tags": ["call", "inbound"]}],
    }
    if case is Case.ONE_URL:
        tags = [_TAGS[number % len(_TAGS)], f"own-{number}"][: 1 + number % 2]
        row["extension_id"] = number % _EXTENSIONS or None
        row["created_at"] = _BORN + number * _PRIME % 1_000_003
        row[":subscriptions"] = [{"id": number, ":tags": tags}]
    return row


def answers(case: Case, listeners: int) -> dict[str, Answer]:
    """Return what makes the answer to each path, from its query."""

    def listing(make: Callable[[int, Case], Row]) -> Answer:
        def answer(query: str) -> bytes:
            given = parse_qs(query)
            limit, offset = int(given["limit"][0]), int(given["offset"][0])
            shown = range(listeners, 0, -1)[offset : offset + limit]
            page = {
                "items": [make(number, case) for number in shown],
                "limit": limit,
                "offset": offset,
                "total": listeners,
                "sort": {"id": "desc"},
                "filters": [],
            }
            return msgspec.json.encode(page)

        return answer

    events = f"/accounts/{ACCOUNT}/integrations/events"
    return {
        f"{events}/profiles": listing(profile),
        f"{events}/callbacks": listing(callback),
        f"{events}/overview": listing(overview),
    }


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--case", type=Case, default=Case.CLEAN)
    parser.add_argument("--listeners", type=int, default=20_000)
    options = parser.parse_args()
    asyncio.run(serve(answers(options.case, options.listeners), 0.0))


if __name__ == "__main__":
    main()
