"""Linq subscriptions with every problem that they can have.

The service would refuse some of them today; accounts hold what older versions of it
took.
"""

from __future__ import annotations

from typing import Final

from .builder import Builder

_PINNED: Final = "version=2026-02-03"
_NUMBERS: Final = ("+12025550101", "+12025550102", "+12025550103")


def plant_linq_problems(build: Builder) -> None:
    """Add good and bad subscriptions."""
    build.linq(f"https://linq.contoso.com/all?{_PINNED}", ["chat.created"])
    inactive = build.linq(
        f"https://linq.fabrikam.com/old?{_PINNED}", ["call.ended"], is_active=False
    )
    build.plant("linq subscription inactive", inactive)
    plain = build.linq(f"http://plain.fabrikam.com/linq?{_PINNED}", ["call.ended"])
    build.plant("linq subscription over plain http", plain)
    silent = build.linq(f"https://silent.fabrikam.com/linq?{_PINNED}", [])
    build.plant("linq subscription without events", silent)
    unpinned = build.linq("https://unpinned.contoso.com/linq", ["call.ended"])
    build.plant("linq subscription without a pinned version", unpinned)
    _plant_events(build)
    _plant_repeats(build)


def _plant_events(build: Builder) -> None:
    unknown = build.linq(
        f"https://new.contoso.com/linq?{_PINNED}", ["call.ended", "chat.renamed"]
    )
    gone = build.linq(
        f"https://consent.contoso.com/linq?{_PINNED}",
        ["message.opt_in", "message.opt_out"],
    )
    build.plant("linq subscription to an unknown event", unknown)
    build.plant("linq subscription to a withdrawn event", gone)


def _plant_repeats(build: Builder) -> None:
    url = f"https://twice.northwindtraders.com/linq?{_PINNED}"
    same = [build.linq(url), build.linq(url, ["message.failed"])]
    build.plant("linq subscriptions with one target", *same)
    host = "https://orders.northwindtraders.com"
    doubled = [
        build.linq(f"{host}/a?{_PINNED}", phone_numbers=_NUMBERS[:2]),
        build.linq(f"{host}/b?{_PINNED}", phone_numbers=_NUMBERS[1:]),
    ]
    build.linq(f"{host}/c?{_PINNED}", ["message.edited"])
    build.plant("linq subscriptions that deliver an event twice", *doubled)
