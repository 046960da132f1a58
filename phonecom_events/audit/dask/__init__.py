"""Audits on a Dask cluster: accounts in batches as tasks, read by its workers.

The extra ``dask`` installs what it needs. Each batch is a task for one worker, with
nothing in its arguments but settings and account ids: workers make their clients, and
so take their tokens, themselves. One worker reads an account, so that the account's
windows need no sharing; those of the address are divided among the workers that there
are at the start, or shared through Redis.
"""

from __future__ import annotations

try:
    import distributed as _distributed  # noqa: F401 - tells whether the extra is there
except ImportError as _missing:
    raise ImportError(
        "audits on Dask need distributed: python -m pip install 'phonecom-events[dask]'"
    ) from _missing

from .stream import AuditStreamOnDask, audit_on_dask

__all__ = ["AuditStreamOnDask", "audit_on_dask"]
