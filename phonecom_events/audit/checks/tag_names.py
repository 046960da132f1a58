"""Which sets of tags hold others, where not all of their tags are known.

Of tags that nobody here knows, any number may be in use, each in sets of its own. Two
such sets hear an event together only if one holds all tags of the other; to find those
by their tags takes far less than to compare every two.
"""

from __future__ import annotations

from typing import Final

from ..slices import ROWS, Steps
from ..tags import TagSet

_NONE: Final = ""  # stands for the tag of a set without any


class TagNames:
    """Hold sets of tags by the names of these."""

    def __init__(self) -> None:
        self._added: set[TagSet] = set()
        self._uncertain: dict[str, list[TagSet]] = {_NONE: []}
        self._by_one: dict[str, list[TagSet]] = {}

    def add(self, tag_set: TagSet) -> None:
        """Add a set, unless it has been added."""
        if tag_set in self._added:
            return
        self._added.add(tag_set)
        # Under its rarest tag alone: who looks for parts of a larger set looks under
        # each tag of that.
        by_one = self._by_one
        one = min(tag_set.tags or (_NONE,), key=lambda tag: len(by_one.get(tag, ())))
        by_one.setdefault(one, []).append(tag_set)
        if not tag_set.certain:
            for tag in (_NONE, *tag_set.tags):
                self._uncertain.setdefault(tag, []).append(tag_set)

    def related(self, tag_set: TagSet) -> Steps[list[TagSet]]:
        """Return what overlaps with a set where not all tags of both are known.

        That is what holds it, and what it holds.
        """
        asked = self._holding(tag_set)
        if not tag_set.certain:
            for tag in (_NONE, *tag_set.tags):
                asked = asked + self._by_one.get(tag, [])
        found: list[TagSet] = []
        for number, other in enumerate(asked, 1):
            if tag_set.overlaps(other):
                found.append(other)
            if not number % ROWS:
                yield
        return found

    def _holding(self, tag_set: TagSet) -> list[TagSet]:
        """Return what may hold all tags of a set, and has one that is not known."""
        under = [self._uncertain.get(tag, []) for tag in tag_set.tags or (_NONE,)]
        return min(under, key=len)
