"""The check for listeners that deliver one event twice.

Whether two of 10,000 overlap is not asked of every pair: listeners are taken oldest
first, and each is looked up among what the older ones hear. That is kept as sets of
tags, of which there are few.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import product
from typing import Final

from ...phonecom import Callback, EmailConfig, HttpConfig
from ..findings import Severity
from ..options import AuditOptions
from ..snapshot import AccountSnapshot, HeardListener
from ..tags import TagSet
from .check import Problem, account_checks
from .targets import place
from .use import at_listener, unexpired

_ANY: Final = "any"
_NO_FILTERS: Final[frozenset[str]] = frozenset()


@account_checks(
    "PC108",
    Severity.WARNING,
    "Two listeners deliver the same event to the same place",
    explanation=(
        "There are events that both listeners hear, and their callbacks lead to one"
        " URL with one method, or to one mail address; so the receiver gets such an"
        " event twice, and acts on it twice unless it looks at the event's uuid."
        " Listeners of different extensions do not hear the same events, nor do"
        " listeners whose filters differ for all that is known. Where the API does"
        " not tell the filters, they may keep the two apart after all."
    ),
    what_to_do="Delete one of them, or the subscriptions in which they overlap.",
)
def delivered_twice(
    account: AccountSnapshot, options: AuditOptions
) -> Iterator[Problem]:
    """Find living listeners that overlap with an older one to the same target."""
    heard: defaultdict[Hashable, OlderListeners] = defaultdict(OlderListeners)
    by_age = sorted(
        unexpired(account, options), key=lambda each: (each.created_at, each.id)
    )
    for listener in by_age:
        callback = account.callback(listener.callback_id)
        if callback is not None and callback.enabled:
            # By account: no event is one of two accounts.
            first = heard[listener.voip_id, _target(callback)].add(listener)
            if first is not None:
                why = f"listener {first} sends some of the same events there, too"
                yield Problem(at_listener(listener), why)


def _target(callback: Callback) -> Hashable:
    config = callback.config
    if isinstance(config, HttpConfig) and config.url:
        return config.method.upper(), place(config.url)
    if isinstance(config, EmailConfig) and config.email:
        return "mail", config.email.strip().lower()
    return callback.id


class OlderListeners:
    """Hold what the listeners of one target hear, by whose events and by filters.

    Every hearing is kept under its own extension and filters, and under any of
    both: what asks for those need not go through all that there are.
    """

    def __init__(self) -> None:
        self._first: defaultdict[Hashable, dict[TagSet, int]] = defaultdict(dict)
        self._known: dict[Hashable, int | None] = {}

    def add(self, listener: HeardListener) -> int | None:
        """Add a listener that is newer than those before.

        Returns:
            The id of one before it that hears some of the same events, if any.
        """
        hearings = [TagSet(tags) for tags in listener.subscriptions or ()]
        possible = [hearing for hearing in hearings if hearing.possible]
        found = [self._overlapping(listener, hearing) for hearing in possible]
        # 0 and null both mean the whole account.
        extension, filters = listener.extension_id or None, listener.filters
        for hearing in possible:
            for key in product((extension, _ANY), (filters, _ANY)):
                self._first[key].setdefault(hearing, listener.id)
            self._known.setdefault((extension, filters, hearing), listener.id)
        return min((first for first in found if first is not None), default=None)

    def _overlapping(self, listener: HeardListener, hearing: TagSet) -> int | None:
        """Look among those of the same or no extension, and the same or no filters."""
        extension, filters = listener.extension_id or None, listener.filters
        known = self._known.get((extension, filters, hearing))
        if known is not None:
            return known
        extensions = (_ANY,) if extension is None else (extension, None)
        passing = (filters, _NO_FILTERS, None) if filters else (_ANY,)
        for key in product(extensions, passing):
            for other, first in self._first[key].items():
                if hearing.overlaps(other):
                    return self._known.setdefault((extension, filters, hearing), first)
        return None
