"""Accounts and Linq subscriptions with nothing wrong with them."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Final

from .builder import Builder

PRACTICE: Final = 1000011
BRANCH: Final = 1000012
CALL_CENTRE: Final = 1000005
_RECEPTION: Final = 701
_LISTENERS: Final = 620
_TAGS: Final = (
    ("call", "inbound"),
    ("completed-call", "outbound", "first-leg"),
    ("message", "inbound"),
    ("sms-message", "outbound"),
    ("call-log",),
    ("call-recording",),
    ("new-call", "from-did", "to-extension"),
)
_PINNED: Final = "version=2026-02-03"


def build_practice(build: Builder) -> None:
    """Add a practice that uses every feature, each as it is meant to be used."""
    state = build.state
    state.add_account(PRACTICE, name="Woodgrove Practice")
    state.add_account(BRANCH, name="Woodgrove Practice North", parent=PRACTICE)
    state.add_extension(PRACTICE, _RECEPTION, name="Reception")
    fallback = build.callback(PRACTICE)
    with_fallback = build.callback(PRACTICE, fallback_callback_id=fallback)
    build.listener(PRACTICE, "call", callback=with_fallback)
    build.listener(PRACTICE, "recording", expires_at=build.moment(days=365))
    build.listener(PRACTICE, "api-error")
    build.listener(PRACTICE, "call", "inbound", extension_id=_RECEPTION)
    build.listener(BRANCH, "message")
    by_mail = build.callback(
        PRACTICE, mode="EMAIL", config={"email": "desk@contoso.com", "mode": "text"}
    )
    filtered = build.listener(PRACTICE, "message", callback=by_mail)
    state.add_filter(filtered, filter_value={"match": "+1202%"})
    state.add_filter(filtered, filter_type="schedule", filter_value={"id": 12})
    answering = build.callback(
        PRACTICE,
        mode="APPLICATION",
        config={
            "application": "sms-autoresponder",
            "parameters": {"message": "We call you back.", "rate-limit": 300},
        },
    )
    build.listener(PRACTICE, "sms-message", "inbound", callback=answering)
    guarded = {
        "url": "https://hooks.contoso.com/practice/calls",
        "headers": [{"name": "X-Api-Key", "value": "made up for the sandbox"}],
    }
    build.listener(PRACTICE, "completed-call", callback=guarded)


def build_call_centre(build: Builder) -> None:
    """Add an account whose listeners fill more than one page of 500."""
    build.state.add_account(CALL_CENTRE, name="Adatum Call Centre")
    for tags in islice(cycle(_TAGS), _LISTENERS):
        build.listener(CALL_CENTRE, *tags)


def build_healthy_linq(build: Builder) -> None:
    """Add subscriptions to one host that share no event for one number."""
    host = "https://linq.contoso.com"
    build.linq(f"{host}/a?{_PINNED}", phone_numbers=["+12025550101"])
    build.linq(f"{host}/b?{_PINNED}", phone_numbers=["+12025550102"])
    build.linq(f"{host}/c?{_PINNED}", ["call.answered", "call.ended"])
    build.linq(f"https://chats.contoso.com/linq?{_PINNED}", ["chat.created"])
