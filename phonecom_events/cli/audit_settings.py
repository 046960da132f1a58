"""What the command line and a file together ask of an audit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from attrs import field, frozen

from ..audit import Baseline, Selection, Severity
from ..errors import InvalidArgument
from .audit_config import AuditConfig
from .running import CannotRun

T = TypeVar("T")


@frozen(kw_only=True)
class Settings:
    """Hold all that an audit is told, with defaults filled in.

    Attributes:
        accounts: those of the command line.
        usual_accounts: those of the file, if there are none anywhere else.
        selection: which checks to run.
        fail_on: from which severity on the exit code is 1; None for never.
        expiring_within: how long before its end a listener expires soon.
        concurrency: how many accounts to read at the same time.
        include_subaccounts: audit subaccounts along.
        with_linq: audit Linq, if there is a key for it.
        show: tell phone numbers and whole URLs.
        baseline: what to compare with; None for nothing.
    """

    accounts: tuple[int, ...]
    usual_accounts: tuple[int, ...]
    selection: Selection = field(factory=Selection)
    fail_on: Severity | None = None
    expiring_within: timedelta
    concurrency: int
    include_subaccounts: bool
    with_linq: bool
    show: bool
    baseline: Baseline | None = None


def selection(
    select: Sequence[str] | None, ignore: Sequence[str] | None, config: AuditConfig
) -> Selection:
    """Put together which checks to run.

    What is selected on the command line sets all of the file's choice aside; what
    is only ignored there, what the file ignores.

    Raises:
        InvalidArgument: no check has such an id.
    """
    if select:
        return Selection.of(_parted(select), _parted(ignore or ()))
    ignored = _parted(ignore) if ignore else config.ignore or ()
    return Selection.of(config.select or (), ignored)


def severity(name: str | None) -> Severity | None:
    """Read a threshold; ``never`` and nothing are none."""
    return None if name in (None, "never") else Severity(name)


def either(given: T | None, in_file: T | None, default: T) -> T:
    """Choose what the command line says, or else the file, or else the default."""
    if given is not None:
        return given
    return default if in_file is None else in_file


def read_baseline(path: Path) -> Baseline:
    """Read an earlier report.

    Raises:
        CannotRun: it cannot be read, or is none.
    """
    try:
        return Baseline.parse(path.read_bytes())
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from None
    except InvalidArgument as error:
        raise CannotRun(
            f"{path} cannot be the baseline: {error};"
            " expected what `audit --format json` wrote"
        ) from None


def _parted(given: Iterable[str]) -> list[str]:
    """Take texts apart at their commas."""
    return [part.strip() for text in given for part in text.split(",") if part.strip()]
