"""The request log: what came in, and which status went out."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, Literal, TypeAlias

from attrs import evolve, frozen

ServiceName: TypeAlias = Literal["phonecom", "linq", "none"]


@frozen(kw_only=True)
class LoggedRequest:
    """One request as it arrived, without its credential.

    `number` counts from 1 in order of arrival. `path` is as sent, still
    percent-encoded, with the service's prefix; `query` keeps order and repeats.
    `authorized` says whether there was an `Authorization` header, valid or not.
    `json` is the decoded body, or None where there was none or it was no JSON.
    `status` is None until the answer goes out, and stays None if the connection
    was cut before one. `time` is in Unix seconds by the sandbox's clock.
    """

    number: int
    service: ServiceName
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    authorized: bool
    json: Any
    status: int | None
    time: float

    def header(self, name: str) -> str | None:
        """Return the first header called *name*, whatever its case, or None."""
        wanted = name.lower()
        return next((v for key, v in self.headers if key.lower() == wanted), None)


class RequestLog:
    """The last *limit* requests in order of arrival; all of them if None."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._count = 0
        self._records: OrderedDict[int, LoggedRequest] = OrderedDict()

    @property
    def records(self) -> tuple[LoggedRequest, ...]:
        """The requests kept, oldest first."""
        return tuple(self._records.values())

    def next_number(self) -> int:
        """Return the number for the request that just arrived."""
        self._count += 1
        return self._count

    def keep(self, record: LoggedRequest) -> None:
        """Add *record*, and drop the oldest if that is one too many."""
        if self._limit == 0:
            return
        self._records[record.number] = record
        if self._limit is not None and len(self._records) > self._limit:
            self._records.popitem(last=False)

    def answered(self, number: int, status: int) -> None:
        """Note the status that request *number* was answered with."""
        record = self._records.get(number)
        if record is not None:
            self._records[number] = evolve(record, status=status)

    def clear(self) -> None:
        """Forget all requests; the numbers go on."""
        self._records.clear()
