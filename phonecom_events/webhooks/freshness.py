"""Whether a delivery was signed just now, and whether a clock that is off is why not."""

from __future__ import annotations

import math
import re
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from ..errors import WebhookError

# Not int(), which takes "1_790", "+5" and the digits of any script; 11 of them are
# enough until the year 5138, and keep datetime.fromtimestamp from overflowing.
_SECONDS: Final = re.compile(r"[0-9]{1,11}")

# So many deliveries in a row, whose ages differ by no more than so many seconds, are no
# accident: what was delayed, or is replayed, differs more.
_ENOUGH: Final = 3
_ALIKE: Final = 60.0


class Freshness:
    """Compare when deliveries were signed with this machine's clock.

    Args:
        tolerance: seconds that a delivery may be old, or ahead of the clock.
        clock: Unix seconds.
    """

    def __init__(self, tolerance: float, clock: Callable[[], float]) -> None:
        self._tolerance = tolerance
        self._clock = clock
        self._off: deque[tuple[str, float]] = deque(maxlen=_ENOUGH)

    def read(self, timestamp: str) -> datetime:
        """Return the time that a header says.

        Raises:
            WebhookError: it is not Unix seconds.
        """
        if not _SECONDS.fullmatch(timestamp):
            raise WebhookError("the delivery's timestamp is not Unix seconds")
        return datetime.fromtimestamp(int(timestamp), UTC)

    def check(self, sent_at: datetime, key: str) -> None:
        """Raise `WebhookError` unless the delivery is fresh.

        Args:
            sent_at: when it was signed.
            key: tells the delivery from others. Its signature must be genuine, or
                strangers could make up evidence against the clock.
        """
        age = self._clock() - sent_at.timestamp()
        if abs(age) <= self._tolerance:
            # One at the edge is no evidence that the clock is right.
            if abs(age) <= self._tolerance / 2:
                self._off.clear()
            return
        # The same one again, replayed, says nothing new; a broken clock nothing at all.
        if key not in dict(self._off) and math.isfinite(age):
            self._off.append((key, age))
        when = "stale" if age > 0 else "from the future"
        raise WebhookError(
            f"the delivery is {when}: {abs(age):.0f} s off, where"
            f" {self._tolerance:.0f} s are allowed; {self._cause()}"
        )

    def _cause(self) -> str:
        ages = [age for _, age in self._off]
        if len(ages) < _ENOUGH or max(ages) - min(ages) > _ALIKE:
            return "is this machine's clock right?"
        # Being under way only makes a delivery older: the least age is nearest to what
        # the clocks differ by.
        skew = min(ages)
        return (
            f"suspected clock skew: as the last {_ENOUGH} genuine deliveries were off by"
            f" nearly the same, this machine's clock is probably {abs(skew):.0f} s"
            f" {'ahead' if skew > 0 else 'behind'}"
        )
