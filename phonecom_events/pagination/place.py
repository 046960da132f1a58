"""Where in the listing a scan goes on: a guess, found again after big changes.

Nothing here can make a scan wrong, only long: whether a page is accepted is
decided by its ids alone. After each answer the scan says whether the page began
too far on, or was one that held nothing new. The search doubles its stride until
the place lies between one of each, then halves the gap: some thirty requests find
it again after hundreds of thousands of rows were deleted or inserted at once.
"""

from __future__ import annotations


class Place:
    """Keep the offset at which to ask next.

    Attributes:
        offset: the guess; the overlap is already taken off.
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

    def too_far(self, asked: int, *, step: int, width: int) -> None:
        """Step back from *asked*, where the page began beyond the place.

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

    def too_near(self, reached: int, *, width: int) -> None:
        """Go forward from *reached*, up to where the rows were all known ones."""
        self._floor = reached
        if self._ceiling is not None and reached < self._ceiling:
            self._halve(reached, self._ceiling, width)
            return
        self._ceiling = None
        self.offset = reached + self._stride
        self._stride = 2 * self._stride or width

    def _halve(self, floor: int, ceiling: int, width: int) -> None:
        gap = ceiling - floor
        self.offset = floor if gap <= width else floor + gap // 2
