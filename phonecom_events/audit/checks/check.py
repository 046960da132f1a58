"""What a check is, the registries that hold them, and how their reasons are written."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar

from attrs import frozen
from msgspec import Struct

from ..findings import Finding, Place, Severity
from ..masking import masked
from ..slices import Steps, in_order, joined
from .index import AccountIndex, LinqIndex

_UNITS: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
LISTED: Final = 5


def moment(time: datetime) -> str:
    """Write an aware time to the minute, in UTC."""
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def span(length: timedelta) -> str:
    """Write a span in its largest whole unit, rounded down."""
    for name, unit in _UNITS:
        count = length // unit
        if count:
            return f"{count:,} {name}{'s' if count > 1 else ''}"
    return "less than a minute"


def listed(names: Sequence[object], count: int | None = None) -> str:
    """Write a list out, up to a few; then say how many more there are.

    Args:
        names: all of them, or the first `LISTED`.
        count: how many there are in all, if more than *names*.
    """
    shown = ", ".join(str(name) for name in names[:LISTED])
    more = (len(names) if count is None else count) - LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


I = TypeVar("I", AccountIndex, LinqIndex)  # noqa: E741 as the others, a letter
R = TypeVar("R")


class Problem(Struct, frozen=True, gc=False):
    """Say where a check finds something, and why it thinks so.

    Attributes:
        where: what it is about.
        why: the facts, as a clause without a full stop.
        what_to_do: where it is not what the check says for all.
        severity: likewise.
    """

    where: Place
    why: str
    what_to_do: str = ""
    severity: Severity | None = None


Find = Callable[[I], Iterator[Problem | None]]
"""A pure function; where it has looked at many rows in vain, it yields None."""


def over(
    rows: Callable[[I], Iterable[Sequence[R]]],
) -> Callable[[Callable[[Sequence[R], I], Iterator[Problem]]], Find[I]]:
    """Turn what looks at some rows into what looks at all of them, some at a time.

    Args:
        rows: gives those to look at, in `parts`.
    """

    def decorate(find: Callable[[Sequence[R], I], Iterator[Problem]]) -> Find[I]:
        def find_all(index: I) -> Iterator[Problem | None]:
            for some in rows(index):
                yield from find(some, index)
                yield None

        return find_all

    return decorate


@frozen(kw_only=True)
class Check(Generic[I]):
    """Look for one kind of problem in what was read; it does no I/O.

    Attributes:
        id: never changes and is never reused; ``PC1xx`` for listeners, ``PC2xx``
            for callbacks, ``PC3xx`` for profiles, ``PC4xx`` for receivers, if they
            were asked, ``LQ1xx`` for Linq, ``xx0xx`` for the reading itself.
        severity: of its findings, unless a problem has one of its own.
        title: what is wrong.
        explanation: a paragraph on what it means and when it is harmless.
        what_to_do: the way out.
        find: the function that looks.
        needs: a listing without which it cannot tell, but other checks can.
        every_row_of: listings whose other rows it goes by: while one of them is odd, it
            may find less than there is.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    what_to_do: str
    find: Find[I]
    needs: str
    every_row_of: tuple[str, ...] = ()

    def findings(self, index: I) -> Steps[list[tuple[Finding, ...]]]:
        """Find the problems of this kind, a few at a time, in the order of the rows."""
        found: list[tuple[Finding, ...]] = []
        some: list[Finding] = []
        for problem in self.find(index):
            if problem is None:
                yield
                continue
            some.append(self._finding(problem, show=index.options.show))
            if len(some) == _FOUND_IN_A_STEP:
                found.append(tuple(some))
                some.clear()
                yield
        return [*found, tuple(some)]

    def _finding(self, problem: Problem, *, show: bool) -> Finding:
        return Finding(
            id=self.id,
            severity=problem.severity or self.severity,
            title=self.title,
            where=problem.where,
            why=problem.why if show else masked(problem.why),
            what_to_do=problem.what_to_do or self.what_to_do,
        )


_FOUND_IN_A_STEP: Final = 64


def _every(_: str) -> bool:
    return True


class Checks(Generic[I]):
    """Hold the checks of one vendor; use it to decorate them."""

    def __init__(self) -> None:
        self._checks: dict[str, Check[I]] = {}

    def __call__(
        self,
        check_id: str,
        severity: Severity,
        title: str,
        *,
        explanation: str,
        what_to_do: str,
        needs: str = "",
        every_row_of: tuple[str, ...] = (),
    ) -> Callable[[Find[I]], Check[I]]:
        """Turn a function into a `Check`, and keep it."""

        def decorate(find: Find[I]) -> Check[I]:
            if check_id in self._checks:
                raise ValueError(f"there are two checks {check_id}")
            check = Check(
                id=check_id,
                severity=severity,
                title=title,
                explanation=explanation,
                what_to_do=what_to_do,
                find=find,
                needs=needs,
                every_row_of=every_row_of,
            )
            self._checks[check_id] = check
            return check

        return decorate

    def __iter__(self) -> Iterator[Check[I]]:
        """Go through the checks by id."""
        # Not as they were imported: reports must not change with the order of files.
        return iter(sorted(self._checks.values(), key=lambda check: check.id))

    def findings(
        self, index: I, wanted: Callable[[str], bool] = _every
    ) -> Steps[tuple[Finding, ...]]:
        """Run the checks on what was read; worst first.

        Args:
            index: of what was read.
            wanted: tells by its id whether to run a check; by default all.
        """
        groups: dict[tuple[int, str], tuple[Finding, ...]] = {}
        for check in self:
            if not wanted(check.id):
                continue
            found = yield from check.findings(index)
            ordered = yield from in_order(found, _sort_key)
            for severity in Severity:
                end = bisect_right(ordered, severity.rank, key=_rank)
                start = bisect_left(ordered, severity.rank, key=_rank)
                groups[severity.rank, check.id] = ordered[start:end]
            yield
        return joined(groups[group] for group in sorted(groups))


def _sort_key(finding: Finding) -> Any:
    return finding.sort_key


def _rank(finding: Finding) -> int:
    return finding.severity.rank


account_checks: Final[Checks[AccountIndex]] = Checks()
linq_checks: Final[Checks[LinqIndex]] = Checks()
