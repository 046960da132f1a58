"""Which requests a fault or a hook is meant for."""

from __future__ import annotations

import re
from typing import Literal

from attrs import frozen

from .log import LoggedRequest


@frozen(kw_only=True)
class Match:
    """Picks requests by service, method and path; what is not given matches all.

    A `path` given as text may stand anywhere in the path; a compiled pattern is
    searched for.
    """

    service: Literal["phonecom", "linq"] | None = None
    method: str | None = None
    path: str | re.Pattern[str] | None = None

    def __call__(self, record: LoggedRequest) -> bool:
        """Say whether *record* is meant."""
        if self.service is not None and self.service != record.service:
            return False
        if self.method is not None and self.method.upper() != record.method:
            return False
        if self.path is None:
            return True
        if isinstance(self.path, str):
            return self.path in record.path
        return self.path.search(record.path) is not None
