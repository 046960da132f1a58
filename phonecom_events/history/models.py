"""What a history tells: runs, and what changed in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from attrs import field, frozen


class What(StrEnum):
    """Say what became of something between two runs."""

    APPEARED = "appeared"
    CHANGED = "changed"
    VANISHED = "vanished"
    READ = "read"
    """A listing was read whole: for the first time, or again."""
    NOT_SEEN = "not seen"
    """A listing could not be read whole: nothing in it counts as gone."""


@frozen(kw_only=True)
class Run:
    """Describe an audit that was kept.

    Attributes:
        id: counted up from 1.
        started_at: the moment that it measured expiry at, in UTC.
        finished_at: when it was written; None as long as it is under way, and for
            good if its process was killed, or ended with an error.
        state: ``finished``, ``interrupted`` (a signal ended it: what was known is
            kept) or ``unfinished``.
        accounts: how many were audited, Linq not among them.
        unreadable: of how many something could not be read, Linq included.
        items: how many rows were read, by listing.
        requests: how many it took.
        errors, warnings, infos: how many findings of each severity, accepted ones apart.
        version: of this package.
        settings: what was asked for.
    """

    id: int
    started_at: datetime
    finished_at: datetime | None = None
    state: str
    accounts: int = 0
    unreadable: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    requests: int = 0
    items: Mapping[str, int] = field(factory=dict)
    version: str = ""
    settings: Mapping[str, Any] = field(factory=dict)


@frozen(kw_only=True)
class Change:
    """Describe what became of one thing in one run.

    Attributes:
        at: when that run started.
        run: its id.
        account: the voip id; None at Linq.
        kind: ``listener``, ``callback``, ``profile``, ``webhook_subscription``,
            ``finding`` or ``reading``.
        id: its id as text; of a finding its fingerprint, of a reading its listing.
        what: what became of it.
        fields: by name, the value before and after; None for one that was not there.
    """

    at: datetime
    run: int
    account: int | None
    kind: str
    id: str
    what: What
    fields: Mapping[str, tuple[Any, Any]]
