"""Rate limits per account, endpoint and address, kept so that no 429 comes.

The rule: a request holds a slot in every window that it counts in, from its
grant until its answer and the window's length after that (and a small margin).
It gets all its slots at once, or waits.

Why that is safe: a request arrives at the server between its grant and its
answer. Of any N + 1 requests to a window for N, take the one granted last. At
its grant one of the others had lost its slot already: it had been answered more
than a window before. So their arrivals are more than a window apart, and no
span of the window's length holds more than N. Sliding windows count just that;
fixed windows are such spans; and a token bucket of N that refills in a window
admits N and more for each window that passes, which is never less. Not covered
are servers that estimate a sliding window from two fixed ones: they count what
never came. Counting from the grant or the sending instead of the answer is not
safe, because latency varies.

What no client can know is what others use of the same quota, an earlier run of
its own included. So of one account and endpoint only `RateLimits.refusals`
requests are in flight at once; wider windows open quickly, but not all at once.
A 429, or an answer that says that none remain, throttles the key until the time
that it gives; after a 429 fewer of its requests are in flight for some windows,
and at most `refusals` of them are refused in any one.

No library was found that does this: aiolimiter's leaky bucket lets through twice
the limit, PyrateLimiter and limits stamp the grant and cannot reserve windows of
several keys together, and none holds a slot until the answer.

`Limiter` is the seam between clients and what counts for them: `InProcessLimiter`
counts in this process; one that many processes share, or one of a user's own, has
the same two methods.
"""

from __future__ import annotations

from .admission import Wait
from .feedback import Outcome
from .limiter import InProcessLimiter, Limiter, Permit, waits_of
from .limits import PHONECOM_LIMITS, RateLimits, Window
from .middleware import RateLimitMiddleware

__all__ = [
    "PHONECOM_LIMITS",
    "InProcessLimiter",
    "Limiter",
    "Outcome",
    "Permit",
    "RateLimitMiddleware",
    "RateLimits",
    "Wait",
    "Window",
    "waits_of",
]
