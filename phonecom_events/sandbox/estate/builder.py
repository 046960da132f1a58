"""Builds rows with nothing wrong, and accounts of such; problems change one thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count, cycle, islice
from typing import Any, Final

from attrs import frozen

from ..messages import Document
from ..server import State

_AGE: Final = timedelta(days=200)  # so that no row is taken for a new one


@frozen(kw_only=True)
class Estate:
    """What an estate holds.

    `accounts` are the voip ids. `problems` names each problem that was planted, with
    the ids of the rows that show it: listeners, callbacks, profiles or Linq
    subscriptions, as the name begins.
    """

    accounts: tuple[int, ...]
    problems: Mapping[str, tuple[int | str, ...]]


class Builder:
    """Adds rows to a state; what is not said otherwise has nothing wrong with it.

    Args:
        state: where the rows go.
        now: an aware time; all others are counted from it.
    """

    def __init__(self, state: State, now: datetime) -> None:
        self.state = state
        self._now = now
        self._numbers = count(1)
        self._profiles: dict[int, int] = {}
        self._problems: dict[str, list[int | str]] = {}

    def estate(self) -> Estate:
        """Return what was built."""
        problems = {name: tuple(ids) for name, ids in self._problems.items()}
        return Estate(accounts=self.state.accounts, problems=problems)

    def plant(self, problem: str, *ids: int | str) -> None:
        """Note that the rows with *ids* show *problem*."""
        self._problems.setdefault(problem, []).extend(ids)

    def moment(self, **span: float) -> int:
        """Return the time *span* (as for `timedelta`) from now, in Unix seconds."""
        return int((self._now + timedelta(**span)).timestamp())

    def profile(self, voip_id: int, **fields: Any) -> int:
        """Add a profile with a support email; return its id."""
        fields = {
            "name": "On call",
            "support_email": "on-call@contoso.com",
            "created_at": self._made_at(),
            **fields,
        }
        key: int = self.state.add_profile(voip_id, **fields)["id"]
        return key

    def callback(self, voip_id: int, **fields: Any) -> int:
        """Add an HTTPS callback with a URL and the account's profile; return its id."""
        number = next(self._numbers)
        if "profile_id" not in fields:
            fields["profile_id"] = self._usual_profile(voip_id)
        fields = {
            "name": f"Receiver {number}",
            "config": {"url": f"https://hooks.contoso.com/events/{number}"},
            **fields,
        }
        key: int = self.state.add_callback(voip_id, **fields)["id"]
        return key

    def listener(
        self,
        voip_id: int,
        *tags: str,
        callback: int | Document | None = None,
        **fields: Any,
    ) -> int:
        """Add a listener and return its id.

        Args:
            voip_id: the account.
            tags: of its one subscription; without any there is none.
            callback: the id of one, or the config of an own one, or an own usual one.
            fields: what else `add_listener` takes.
        """
        if callback is None:
            callback = self.callback(voip_id)
        elif not isinstance(callback, int):
            callback = self.callback(voip_id, config=callback)
        fields = {"created_at": self._made_at(), **fields}
        row = self.state.add_listener(voip_id, callback_id=callback, **fields)
        key: int = row["id"]
        if tags:
            self.state.add_subscription(key, tags)
        return key

    def linq(
        self,
        target_url: str,
        events: Sequence[str] = ("message.received",),
        **fields: Any,
    ) -> str:
        """Add a Linq subscription and return its id."""
        fields = {"created_at": self._made_at(), **fields}
        key: str = self.state.add_linq_subscription(target_url, events, **fields)["id"]
        return key

    def linq_numbers(self, *phone_numbers: str) -> None:
        """Add phone numbers of the Linq account."""
        for number in phone_numbers:
            self.state.add_linq_phone_number(number)

    def _usual_profile(self, voip_id: int) -> int:
        if voip_id not in self._profiles:
            self._profiles[voip_id] = self.profile(voip_id)
        return self._profiles[voip_id]

    def _made_at(self) -> int:
        return int((self._now - _AGE).timestamp())


PRACTICE: Final = 1000011
PRACTICE_BRANCH: Final = 1000012
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
PINNED: Final = "version=2026-02-03"
"""The query that keeps a Linq webhook at one version of its events."""


def build_practice(build: Builder) -> None:
    """Add a practice that uses every feature, each as it is meant to be used."""
    state = build.state
    state.add_account(PRACTICE, name="Woodgrove Practice")
    state.add_account(PRACTICE_BRANCH, name="Woodgrove Practice North", parent=PRACTICE)
    state.add_extension(PRACTICE, _RECEPTION, name="Reception")
    fallback = build.callback(PRACTICE)
    with_fallback = build.callback(PRACTICE, fallback_callback_id=fallback)
    build.listener(PRACTICE, "call", callback=with_fallback)
    build.listener(PRACTICE, "recording", expires_at=build.moment(days=365))
    build.listener(PRACTICE, "api-error")
    build.listener(PRACTICE, "call", "inbound", extension_id=_RECEPTION)
    build.listener(PRACTICE_BRANCH, "message")
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
    build.linq_numbers("+12025550101", "+12025550102", "+12025550103")
    build.linq(f"{host}/a?{PINNED}", phone_numbers=["+12025550101"])
    build.linq(
        f"{host}/b?{PINNED}",
        phone_numbers=["+12025550102"],
        routing_key_header="X-Cluster",
        routing_id_header="X-Chat",
    )
    build.linq(f"{host}/c?{PINNED}", ["call.answered", "call.ended"])
    build.linq(f"https://chats.contoso.com/linq?{PINNED}", ["chat.created"])
