"""Builds healthy rows, with one thing changed where a problem is wanted.

Linq subscriptions with every problem that they can have.

The service would refuse some of them today; accounts hold what older versions of it
took.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final

from attrs import frozen

from ..messages import Document
from ..server import State

_AGE: Final = timedelta(days=200)


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

    def _usual_profile(self, voip_id: int) -> int:
        if voip_id not in self._profiles:
            self._profiles[voip_id] = self.profile(voip_id)
        return self._profiles[voip_id]

    def _made_at(self) -> int:
        return int((self._now - _AGE).timestamp())


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
