"""Where in a listing to ask next, and whether the server heeds that.

The offset is a guess. After each answer the scan says whether the page began too far
on, or held nothing new. The search doubles its stride until the frontier lies between
one of each, then halves the gap: some thirty requests find it again after hundreds of
thousands of rows were deleted or inserted at once.

A server that ignores `offset` gives the same rows again. So may an honest one, once:
if just as many rows were created before the frontier as the offset went on by. So it
takes three answers in a row that begin with one row, at three offsets, the last of
them a hundred rows further on than the one before. For that to be chance, a hundred
rows or more would have to be created between two requests, to the exact number; the
documented limits let one account create thirty in half a minute.
"""

from __future__ import annotations

from typing import Final

# How far on the last answer has to be, and how many have to begin alike.
_FAR: Final = 100
_ENOUGH: Final = 3


class OffsetSearch:
    """Keep the offset at which to ask next, and find it again after big changes.

    Attributes:
        offset: a guess; the overlap is already taken off.
    """

    __slots__ = ("_ceiling", "_floor", "_step", "_stride", "offset")

    def __init__(self, offset: int) -> None:
        self.found(offset)

    def found(self, offset: int) -> None:
        """Go on at *offset*: the page before it held something new."""
        self.offset: int = max(0, offset)
        self._floor: int | None = None
        self._ceiling: int | None = None
        self._step = 0
        self._stride = 0

    def step_back(self, asked: int, *, step: int, width: int) -> None:
        """Go back from *asked*, where the page began beyond the frontier.

        Args:
            asked: the offset of that page.
            step: how far the first step back goes; each further one twice as far.
            width: how many rows a page can hold.
        """
        self._ceiling = asked
        if self._floor is not None and self._floor < asked:
            self._halve(self._floor, asked, width)
            return
        self._floor = None
        self._step = 2 * self._step or step
        self.offset = max(0, asked - self._step)

    def step_forward(self, reached: int, *, width: int) -> None:
        """Go on from *reached*, up to where the rows were all known ones."""
        self._floor = reached
        if self._ceiling is not None and reached < self._ceiling:
            self._halve(reached, self._ceiling, width)
            return
        self._ceiling = None
        self.offset = reached + self._stride
        self._stride = 2 * self._stride or width

    @property
    def bounded(self) -> bool:
        """Whether a page has begun too far on since the last new row."""
        return self._ceiling is not None

    def look_from(self, offset: int) -> None:
        """Ask no earlier than at *offset*, though the frontier may lie before it."""
        self.offset = max(self.offset, offset)

    def _halve(self, floor: int, ceiling: int, width: int) -> None:
        gap = ceiling - floor
        self.offset = floor if gap <= width else floor + gap // 2


class OffsetCheck:
    """Notice that answers are the same wherever they are asked for."""

    def __init__(self) -> None:
        self._offsets: list[int] = []

    def note(self, offset: int, *, repeat: bool) -> None:
        """Note an answer.

        Args:
            offset: as asked for.
            repeat: it begins just as the one before it.
        """
        if not repeat:
            self._offsets = []
        if offset not in self._offsets:
            self._offsets.append(offset)

    @property
    def suspected(self) -> bool:
        """Whether an answer far from the last one would be worth having."""
        return len(self._offsets) > 1

    @property
    def far_offset(self) -> int:
        """The least offset that would do for that."""
        return self._offsets[-1] + _FAR

    def ignored(self, *, counting: bool) -> bool:
        """Whether it is certain that the offset has no effect.

        Args:
            counting: rows are counted, so that no answer far on can be had; one more
                answer has to do.
        """
        alike = len(self._offsets)
        if counting and alike > _ENOUGH:
            return True
        return alike >= _ENOUGH and self._offsets[-1] - self._offsets[-2] >= _FAR

    def __str__(self) -> str:
        return ", ".join(map(str, self._offsets))
