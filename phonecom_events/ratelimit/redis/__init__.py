"""Rate limits that any number of processes and hosts keep together, through Redis.

The extra ``redis`` installs what it needs. The rule is that of `phonecom_events.
ratelimit`, kept on one server instead of in one process:

- A request gets a slot in all windows that it counts in, or none, by one script
  (``reserve.lua``), and holds them until its answer and the window after that
  (``release.lua``). The clock is that of Redis.
- A slot of a process that died is free when the longest time that an answer may take
  (`RedisLimiter.answer_within`) and the window are over. A process that was stopped
  for longer than a few seconds after its permit does not send on it.
- A 429 pauses its key for everyone.
- First come, first served within a process. Between processes: of the slots that come
  free, those that were refused first are sure of one each; who does not come back for
  its turn loses it.
- A Redis that was restarted and has forgotten what was sent lately lets nobody send
  for the longest window. It shows by its epoch, which each process remembers.
  A process that has sent nothing cannot know: if it is the first to ask, it may send
  until one comes that does.

What one process does beyond that, and this does not: after a 429 it has fewer requests
in flight for some windows, and it begins a wide window with a few.

Redis has to keep all its keys: with an ``eviction`` policy other than ``noeviction``
it may forget some of them unnoticed.
"""

from __future__ import annotations

from .limiter import RedisLimiter

__all__ = ["RedisLimiter"]
