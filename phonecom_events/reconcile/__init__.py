"""Creates whose outcome is not known: look, then decide, instead of guessing.

Neither vendor documents an idempotency key. After an ambiguous end (lost or timed out
after sending, 408, 5xx, a cut 2xx) only the listing can tell whether a create took
effect.

The rule. Before the first attempt, what exists is noted: the newest id where ids are
ordered, else all ids. After an ambiguous end, and `RetryPolicy.settle` seconds, the
rows that are new since then are read and compared with what was sent:

- exactly one is equal: that is it, and it is returned;
- none can be it: the create is sent again, as often and as long as any retry;
- else it cannot be told: `OutcomeUnknown`, with the ids in `candidates`.

A row is equal if it has every value that was sent, the order of tags, numbers and
headers aside. What comes back changed by design is compared by the rest: Phone.com
shows ``true`` for a header that is secret. A row that leaves out what was sent, has
only some of the parts, or has a value that was not sent where there is usually none,
may be it or not: it is never taken, and nothing is sent again beside it.

No row that existed before is ever taken, and rows of others that differ change nothing.
Creates of one client with the same values wait for each other, so that none takes the
row of another.

What it cannot decide:

- An effect that comes later than `settle`. The create was sent again by then, and
  there are two; a second look would find both, and say so, but where the second
  attempt is answered nobody looks. Raise `settle` where a service is slow to show rows.
- A row that somebody else creates in the same seconds with the same values. Alone it
  is taken for ours; beside ours both are candidates.

It is assumed that new rows have higher ids than all before (where ids are numbers),
and that a listing shows every row that exists. A listing that cannot be proven to do
so decides nothing.
"""

from .comparison import Likeness, likeness
from .creation import Creation, Row, reconciled
from .decision import Decision, Id, Known, decide, is_new

__all__ = [
    "Creation",
    "Decision",
    "Id",
    "Known",
    "Likeness",
    "Row",
    "decide",
    "is_new",
    "likeness",
    "reconciled",
]
