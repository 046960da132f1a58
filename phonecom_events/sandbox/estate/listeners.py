"""A clinic whose listeners have every problem that listeners can have."""

from __future__ import annotations

from typing import Final

from .builder import Builder

CLINIC: Final = 1000001
BRANCH: Final = 1000002
_FRONT_DESK: Final = 501

_NEVER_MATCHING: Final = (
    ("call", "message"),
    ("call-log", "recording"),
    ("api-error", "sms-message"),
    ("call", "inbound", "outbound"),
    ("new-call", "completed-call"),
    ("call", "first-leg", "not-first-leg"),
    ("call", "from-did", "from-extension"),
    ("call", "to-did", "to-extension"),
    ("sms-message", "mms-message"),
    ("call-log", "inbound"),
    ("call-recording", "outbound"),
)


def plant_listener_problems(build: Builder) -> None:
    """Add the clinic and its branch."""
    build.state.add_account(CLINIC, name="Contoso Clinic")
    build.state.add_account(BRANCH, name="Contoso Clinic West", parent=CLINIC)
    build.state.add_extension(CLINIC, _FRONT_DESK, name="Front desk")
    _plant_times(build)
    _plant_versions(build)
    _plant_tags(build)
    _plant_repeats(build)


def _plant_times(build: Builder) -> None:
    build.listener(CLINIC, "call", expires_at=build.moment(days=400))
    expired = [
        build.listener(CLINIC, "call", "inbound", expires_at=build.moment(days=-40)),
        build.listener(BRANCH, "message", expires_at=build.moment(minutes=-5)),
    ]
    expiring = [
        build.listener(CLINIC, "recording", expires_at=build.moment(days=3)),
        build.listener(BRANCH, "call-log", expires_at=build.moment(days=5, hours=8)),
    ]
    build.plant("listener expired", *expired)
    build.plant("listener expires soon", *expiring)


def _plant_versions(build: Builder) -> None:
    build.plant(
        "listener on events version 1.x",
        build.listener(CLINIC, "call", version="1.0.0"),
        build.listener(BRANCH, "message", version="1.1.0"),
    )


def _plant_tags(build: Builder) -> None:
    build.plant("listener without subscriptions", build.listener(CLINIC))
    for tags in _NEVER_MATCHING:
        listener = build.listener(CLINIC, *tags)
        build.plant("listener with tags that never match", listener)
    below = build.listener(CLINIC, "api-error", extension_id=_FRONT_DESK)
    build.plant("listener with api-error below account level", below)
    build.listener(CLINIC, "api-error")


def _plant_repeats(build: Builder) -> None:
    """Share callbacks and URLs: with overlapping tags twice, and once harmlessly."""
    shared = build.callback(CLINIC)
    both = [
        build.listener(CLINIC, "call", "inbound", callback=shared),
        build.listener(CLINIC, "call", callback=shared),
    ]
    url = {"url": "https://hooks.contoso.com/crm"}
    apart = [
        build.listener(CLINIC, "message", callback=url),
        build.listener(CLINIC, "message", "inbound", callback=dict(url)),
    ]
    build.plant("listeners that deliver an event twice", *both, *apart)
    harmless = build.callback(BRANCH)
    different = [
        build.listener(BRANCH, "call", callback=harmless),
        build.listener(BRANCH, "message", callback=harmless),
    ]
    build.plant("listeners that share a callback", *both, *different)
