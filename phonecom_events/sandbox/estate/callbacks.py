"""A shipping company whose callbacks have every problem that callbacks can have."""

from __future__ import annotations

from typing import Final

from .builder import Builder

SHIPPING: Final = 1000003
_NOWHERE: Final = 9_000_001
_TEST_URLS: Final = (
    "https://example.org/hook",
    "https://localhost:8443/hook",
    "https://127.0.0.1/hook",
    "https://192.168.1.20/hook",
)


def plant_callback_problems(build: Builder) -> None:
    """Add the company."""
    build.state.add_account(SHIPPING, name="Fabrikam Shipping")
    _plant_targets(build)
    _plant_states(build)
    _plant_fallbacks(build)


def _plant_targets(build: Builder) -> None:
    plain = {"url": "http://hooks.fabrikam.com/parcels"}
    callback = build.callback(SHIPPING, mode="HTTP", config=plain)
    build.listener(SHIPPING, "call", callback=callback)
    build.plant("callback over plain http", callback)
    for url in _TEST_URLS:
        callback = build.callback(SHIPPING, config={"url": url})
        build.listener(SHIPPING, "call", callback=callback)
        build.plant("callback to a test URL", callback)
    callback = build.callback(SHIPPING, mode="EMAIL", config={"mode": "text"})
    build.listener(SHIPPING, "message", callback=callback)
    build.plant("callback by mail without address", callback)


def _plant_states(build: Builder) -> None:
    missing = build.listener(SHIPPING, "call", callback=_NOWHERE)
    build.plant("listener whose callback is missing", missing)
    disabled = build.callback(SHIPPING, enabled=False)
    build.listener(SHIPPING, "message", callback=disabled)
    build.plant("callback disabled", disabled)
    build.plant("callback used by no listener", build.callback(SHIPPING))
    alone = build.callback(SHIPPING, profile_id=None)
    build.listener(SHIPPING, "recording", callback=alone)
    build.plant("callback without a profile", alone)


def _plant_fallbacks(build: Builder) -> None:
    good = build.callback(SHIPPING)
    missing = build.callback(SHIPPING, fallback_callback_id=_NOWHERE)
    switched_off = build.callback(SHIPPING, enabled=False)
    to_disabled = build.callback(SHIPPING, fallback_callback_id=switched_off)
    own = build.state.tables.callbacks.next_id()
    itself = build.callback(SHIPPING, id=own, fallback_callback_id=own)
    one, other = own + 1, own + 2
    build.callback(SHIPPING, id=one, fallback_callback_id=other)
    build.callback(SHIPPING, id=other, fallback_callback_id=one)
    to_good = build.callback(SHIPPING, fallback_callback_id=good)
    for callback in (missing, to_disabled, itself, one, other, to_good):
        build.listener(SHIPPING, "call", "outbound", callback=callback)
    build.plant("callback disabled", switched_off)
    build.plant("callback whose fallback is missing", missing)
    build.plant("callback whose fallback is disabled", to_disabled)
    build.plant("callback that falls back to itself", itself)
    build.plant("callbacks that fall back in a loop", one, other)
