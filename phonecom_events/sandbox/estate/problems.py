"""Accounts and Linq subscriptions with every problem that they can have, planted."""

from __future__ import annotations

from typing import Final

from ..receivers import ReceiverAnswer
from .builder import CALL_CENTRE, PINNED, Builder

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
    """Add a clinic and its branch, whose listeners have every problem there is."""
    build.state.add_account(CLINIC, name="Contoso Clinic")
    build.state.add_account(BRANCH, name="Contoso Clinic West", parent=CLINIC)
    build.state.add_extension(CLINIC, _FRONT_DESK, name="Front desk")
    _plant_times(build)
    _plant_versions(build)
    _plant_tags(build)
    _plant_listener_repeats(build)


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


def _plant_listener_repeats(build: Builder) -> None:
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


SHIPPING: Final = 1000003
_NOWHERE: Final = 9_000_001  # far beyond the ids that the sandbox gives
_TEST_URLS: Final = (
    "https://example.org/hook",
    "https://localhost:8443/hook",
    "https://127.0.0.1/hook",
    "https://192.168.1.20/hook",
)


def plant_callback_problems(build: Builder) -> None:
    """Add a shipping company whose callbacks have every problem there is."""
    build.state.add_account(SHIPPING, name="Fabrikam Shipping")
    _plant_targets(build)
    _plant_callback_states(build)
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


def _plant_callback_states(build: Builder) -> None:
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
    # Ids are needed before the rows are there: they name themselves and each other.
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


_RECEIVERS: Final = (
    ("receiver that does not answer well", ReceiverAnswer(status=500)),
    ("receiver that does not answer well", ReceiverAnswer(status=None)),
    ("receiver that answers slowly", ReceiverAnswer(seconds=7.5)),
    ("receiver whose certificate ends soon", ReceiverAnswer(certificate_days=9.0)),
    (
        "receiver that redirects",
        ReceiverAnswer(status=308, location="https://hooks.contoso.com/events/"),
    ),
)


def plant_receiver_problems(build: Builder) -> None:
    """Let some of the call centre's receivers answer as none should."""
    state = build.state
    callbacks = state.tables.callbacks.select([("account", CALL_CENTRE)])
    for row, (problem, answer) in zip(callbacks, _RECEIVERS, strict=False):
        state.receivers[row["config"]["url"]] = answer
        build.plant(problem, row["id"])


TRADERS: Final = 1000004
_WAREHOUSE: Final = 601


def plant_profile_problems(build: Builder) -> None:
    """Add a trading company whose profiles have every problem there is."""
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


_NUMBERS: Final = ("+12025550101", "+12025550102", "+12025550103")


def plant_linq_problems(build: Builder) -> None:
    """Add Linq subscriptions with every problem there is.

    Linq would refuse some of them today; accounts hold what older versions took.
    """
    build.linq_numbers(*_NUMBERS)
    build.linq(f"https://linq.contoso.com/all?{PINNED}", ["chat.created"])
    inactive = build.linq(
        f"https://linq.fabrikam.com/old?{PINNED}", ["call.ended"], is_active=False
    )
    build.plant("linq subscription inactive", inactive)
    plain = build.linq(f"http://plain.fabrikam.com/linq?{PINNED}", ["call.ended"])
    build.plant("linq subscription over plain http", plain)
    silent = build.linq(f"https://silent.fabrikam.com/linq?{PINNED}", [])
    build.plant("linq subscription without events", silent)
    unpinned = build.linq("https://unpinned.contoso.com/linq", ["call.ended"])
    build.plant("linq subscription without a pinned version", unpinned)
    released = build.linq(
        f"https://released.fabrikam.com/linq?{PINNED}",
        phone_numbers=(_NUMBERS[0], "+12025550199"),
    )
    build.plant("linq subscription to a number of nobody", released)
    keyless = build.linq(
        f"https://routing.fabrikam.com/linq?{PINNED}", routing_id_header="X-Chat"
    )
    build.plant("linq subscription with an ignored header", keyless)
    _plant_linq_events(build)
    _plant_linq_repeats(build)


def _plant_linq_events(build: Builder) -> None:
    unknown = build.linq(
        f"https://new.contoso.com/linq?{PINNED}", ["call.ended", "chat.renamed"]
    )
    gone = build.linq(
        f"https://consent.contoso.com/linq?{PINNED}",
        ["message.opt_in", "message.opt_out"],
    )
    build.plant("linq subscription to an unknown event", unknown)
    build.plant("linq subscription to an event that is not listed", unknown)
    build.plant("linq subscription to a withdrawn event", gone)


def _plant_linq_repeats(build: Builder) -> None:
    url = f"https://twice.northwindtraders.com/linq?{PINNED}"
    same = [build.linq(url), build.linq(url, ["message.failed"])]
    build.plant("linq subscriptions with one target", *same)
    host = "https://orders.northwindtraders.com"
    doubled = [
        build.linq(f"{host}/a?{PINNED}", phone_numbers=_NUMBERS[:2]),
        build.linq(f"{host}/b?{PINNED}", phone_numbers=_NUMBERS[1:]),
    ]
    build.linq(f"{host}/c?{PINNED}", ["message.edited"])
    build.plant("linq subscriptions that deliver an event twice", *doubled)
