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


class _Lists:
    """Hold lists by name, most of them of one item, which needs none."""

    def __init__(self) -> None:
        self._lists: dict[str, TagSet | list[TagSet]] = {}

    def add(self, name: str, item: TagSet) -> None:
        held = self._lists.setdefault(name, item)
        if isinstance(held, list):
            held.append(item)
        elif held is not item:
            self._lists[name] = [held, item]

    def __getitem__(self, name: str) -> list[TagSet]:
        held = self._lists.get(name, [])
        return held if isinstance(held, list) else [held]


class TagNames:
    """Hold sets of tags by the names of these."""

    def __init__(self) -> None:
        self._added: dict[TagSet, None] = {}
        self._uncertain = _Lists()
        self._by_one = _Lists()

    def add(self, tag_set: TagSet) -> None:
        """Add a set, unless it has been added."""
        if tag_set in self._added:
            return
        self._added[tag_set] = None
        # Under its rarest tag alone: who looks for parts of a larger set looks under
        # each tag of that.
        one = min(tag_set.tags or (_NONE,), key=lambda tag: len(self._by_one[tag]))
        self._by_one.add(one, tag_set)
        if not tag_set.certain:
            for tag in (_NONE, *tag_set.tags):
                self._uncertain.add(tag, tag_set)

    def related(self, tag_set: TagSet) -> Steps[list[TagSet]]:
        """Return what overlaps with a set where not all tags of both are known.

        That is what holds it, and what it holds.
        """
        # What holds it has each of its tags: the rarest leaves the fewest to look at.
        asked = min((self._uncertain[tag] for tag in tag_set.tags or (_NONE,)), key=len)
        if not tag_set.certain:
            for tag in (_NONE, *tag_set.tags):
                asked = asked + self._by_one[tag]
        found: list[TagSet] = []
        for number, other in enumerate(asked, 1):
            if tag_set.overlaps(other):
                found.append(other)
            if not number % ROWS:
                yield
        return found
