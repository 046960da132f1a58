"""A trading company whose profiles have every problem that profiles can have."""

from __future__ import annotations

from typing import Final

from .builder import Builder

TRADERS: Final = 1000004
_WAREHOUSE: Final = 601


def plant_profile_problems(build: Builder) -> None:
    """Add the company."""
    build.state.add_account(TRADERS, name="Northwind Traders")
    build.state.add_extension(TRADERS, _WAREHOUSE, name="Warehouse")
    silent = [
        build.profile(TRADERS, name="Night shift", support_email=None),
        build.profile(
            TRADERS, name="Warehouse", support_email=None, extension_id=_WAREHOUSE
        ),
    ]
    malformed = build.profile(
        TRADERS, name="Orders", support_email="orders at northwindtraders.com"
    )
    for profile in (*silent, malformed):
        callback = build.callback(TRADERS, profile_id=profile)
        build.listener(TRADERS, "call", "inbound", callback=callback)
    build.plant("profile without support email", *silent)
    build.plant("profile with a malformed support email", malformed)
    unused = build.profile(TRADERS, name="Old office")
    build.plant("profile used by no callback", unused)
