"""How many retries a client may make.

Against a service that is down, retries multiply the load that may keep it down. So
they are paid for by first attempts: while few calls fail, each may be tried again as
often as its policy says; when all fail, only every tenth.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any, Final

from attrs import field, frozen

from .errors import InvalidArgument

EMPTY: Final = "the client's retry budget is empty"
# Seconds: what was earned longer ago, and not spent, is lost.
_SAVED: Final = 60.0
CALLS_BETWEEN_LOOKS: Final = 16
# So often at most, in seconds, the number of calls is noted.
_MARKED: Final = 1.0
# A tenth, added ten times, is a little less than one.
_ROUNDING: Final = 1e-9


def finite(instance: object, attribute: Any, value: float) -> None:
    """Check, for attrs, that *value* is a number, not negative and not infinite.

    Raises:
        InvalidArgument: it is not.
    """
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not 0 <= value < math.inf:
        raise InvalidArgument(
            f"{type(instance).__name__}({attribute.name}={value!r}): a finite number"
            " from 0 on is needed"
        )


@frozen(kw_only=True)
class RetryBudget:
    """Bound the retries of all calls of one client together.

    A retry after a transport failure, a 408, a 5xx or a 429 without a hint costs 1.
    Neither the renewal of a token costs anything, nor a 429 that says when to come
    back, nor a host that does not exist.

    Attributes:
        ratio: what each first attempt earns.
        floor: what there is at the start. No more than that, and the earnings of the
            last 60 seconds, is ever saved.
    """

    ratio: float = field(default=0.1, validator=finite)
    floor: float = field(default=10.0, validator=finite)


class Balance:
    """Keep what is left of a budget.

    What was earned is worked out when something is to be spent. So that calls cost next
    to nothing, the clock is looked at for every sixteenth only; what is earned by
    fifteen calls may be kept for longer than a minute. Times are in seconds.
    """

    def __init__(self, budget: RetryBudget) -> None:
        self._budget = budget
        self._saved = budget.floor
        self._counted = 0
        self._marks: deque[tuple[float, int]] = deque()

    def mark(self, now: float, calls: int) -> None:
        """Note how many calls there have been; to be called before every sixteenth."""
        marks = self._marks
        if marks and now < marks[-1][0] + _MARKED:
            return
        # The latest mark of over a minute ago is the one to count from.
        while len(marks) > 1 and marks[1][0] <= now - _SAVED:
            marks.popleft()
        marks.append((now, calls))

    def left(self, now: float, calls: int) -> float:
        """Return how much is left after so many calls."""
        earned = self._budget.ratio * (calls - self._counted)
        recent = calls - self._before(now - _SAVED, calls)
        most = self._budget.floor + self._budget.ratio * recent
        self._saved, self._counted = min(self._saved + earned, most), calls
        return self._saved

    def _before(self, moment: float, calls: int) -> int:
        """Return how many of the calls certainly began before a moment."""
        before = 0
        following = (*(counted for _, counted in self._marks), calls)[1:]
        for (at, counted), until in zip(self._marks, following, strict=True):
            if at > moment:
                break
            # After a mark's second the next look at the clock would have made another.
            within = max(counted, until - CALLS_BETWEEN_LOOKS + 1)
            before = within if at + _MARKED <= moment else counted
        return before

    def spend(self, now: float, calls: int) -> bool:
        """Pay for one retry, if there is enough for it."""
        if self.left(now, calls) < 1.0 - _ROUNDING:
            return False
        self._saved -= 1.0
        return True
