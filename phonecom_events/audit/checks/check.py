"""What a check is, the registries that hold them, and how their reasons are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, TypeVar

from attrs import frozen

from ..findings import Finding, Place, Severity
from ..options import AuditOptions
from ..snapshot import AccountSnapshot, LinqSnapshot

_UNITS: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)
_LISTED: Final = 5


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


def listed(names: Sequence[object]) -> str:
    """Write a list out, up to a few; then say how many more there are."""
    shown = ", ".join(str(name) for name in names[:_LISTED])
    more = len(names) - _LISTED
    return f"{shown} and {more:,} more" if more > 0 else shown


S = TypeVar("S")


@frozen
class Problem:
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


Find = Callable[[S, AuditOptions], Iterable[Problem]]


@frozen(kw_only=True)
class Check(Generic[S]):
    """Look for one kind of problem in a snapshot; it does no I/O.

    Attributes:
        id: never changes and is never reused; ``PC1xx`` for listeners, ``PC2xx``
            for callbacks, ``PC3xx`` for profiles, ``LQ1xx`` for Linq, ``xx0xx`` for
            the reading itself.
        severity: of its findings, unless a problem has one of its own.
        title: what is wrong.
        explanation: a paragraph on what it means and when it is harmless.
        what_to_do: the way out.
        find: the function that looks.
        needs: a listing without which it cannot tell, but other checks can.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    what_to_do: str
    find: Find[S]
    needs: str = ""

    def findings(self, snapshot: S, options: AuditOptions) -> Iterator[Finding]:
        """Find the problems of this kind, in the snapshot's order."""
        for problem in self.find(snapshot, options):
            yield Finding(
                id=self.id,
                severity=problem.severity or self.severity,
                title=self.title,
                where=problem.where,
                why=problem.why,
                what_to_do=problem.what_to_do or self.what_to_do,
            )


def _every(_: str) -> bool:
    return True


class Checks(Generic[S]):
    """Hold the checks of one kind of snapshot; use it to decorate them."""

    def __init__(self) -> None:
        self._checks: dict[str, Check[S]] = {}

    def __call__(
        self,
        check_id: str,
        severity: Severity,
        title: str,
        *,
        explanation: str,
        what_to_do: str,
        needs: str = "",
    ) -> Callable[[Find[S]], Check[S]]:
        """Turn a function into a `Check`, and keep it."""

        def decorate(find: Find[S]) -> Check[S]:
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
            )
            self._checks[check_id] = check
            return check

        return decorate

    def __iter__(self) -> Iterator[Check[S]]:
        """Go through the checks by id."""
        # Not as they were imported: reports must not change with the order of files.
        return iter(sorted(self._checks.values(), key=lambda check: check.id))

    def findings(
        self, snapshot: S, options: AuditOptions, wanted: Callable[[str], bool] = _every
    ) -> tuple[Finding, ...]:
        """Run the checks on *snapshot*; worst first.

        Args:
            snapshot: what was read.
            options: what to measure by.
            wanted: tells by its id whether to run a check; by default all.
        """
        found = (
            finding
            for check in self
            if wanted(check.id)
            for finding in check.findings(snapshot, options)
        )
        return tuple(sorted(found, key=lambda finding: finding.sort_key))


account_checks: Final[Checks[AccountSnapshot]] = Checks()
linq_checks: Final[Checks[LinqSnapshot]] = Checks()
