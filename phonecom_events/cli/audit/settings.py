"""What the command line and a file together ask of an audit.

The audit's settings in a file: ``[tool.phonecom-events]`` in TOML.

They are read from ``pyproject.toml`` in the directory that the command is run in,
or from a file given with ``--config``, where they may also stand by themselves.
There is none for what could send the token elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, TypeVar

from attrs import field, frozen

from ...audit import Baseline, Selection, Severity
from ...errors import InvalidArgument
from ..running import CannotRun

_HERE: Final = Path("pyproject.toml")
_TABLE: Final = "[tool.phonecom-events]"
_THRESHOLDS: Final = ("never", *map(str, Severity))


@frozen(kw_only=True)
class AuditConfig:
    """Hold what a file says; None for what it does not.

    Attributes:
        accounts: voip ids.
        concurrency: how many accounts to read at the same time.
        expiring_days: how many days before its end a listener expires soon.
        fail_on: a severity by its name, or ``never``.
        ignore, select: ids of checks, or how they begin.
        include_subaccounts: whether to audit subaccounts along.
        no_linq: whether to leave Linq out.
    """

    accounts: tuple[int, ...] | None = None
    concurrency: int | None = None
    expiring_days: int | None = None
    fail_on: str | None = None
    ignore: tuple[str, ...] | None = None
    include_subaccounts: bool | None = None
    no_linq: bool | None = None
    select: tuple[str, ...] | None = None


def read_config(path: Path | None) -> AuditConfig:
    """Read the settings from *path*, or from here if there are any.

    Raises:
        CannotRun: the file cannot be read, or says something that has no meaning.
    """
    try:
        text = (path or _HERE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        if path is None and isinstance(error, FileNotFoundError):
            return AuditConfig()
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CannotRun(f"cannot read {path or _HERE}: {reason}") from None
    return _config(path or _HERE, text, given=path is not None)


def _config(path: Path, text: str, *, given: bool) -> AuditConfig:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CannotRun(f"{path} is not TOML: {error}") from None
    tool = document.get("tool")
    table = tool.get("phonecom-events") if isinstance(tool, dict) else None
    if table is None and given and path.name != _HERE.name:
        table = document
    if table is None:
        if given:
            raise CannotRun(f"{path} has no {_TABLE}")
        return AuditConfig()
    if not isinstance(table, dict):
        raise CannotRun(f"{path}: {_TABLE} must be a table")
    return AuditConfig(
        **{_field(path, key): _value(path, key, table[key]) for key in table}
    )


def _field(path: Path, key: str) -> str:
    if key not in _KEYS:
        close = get_close_matches(key.lower(), _KEYS, n=1)
        hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(_KEYS)}"
        raise CannotRun(f"{path}: {key} is no setting of {_TABLE}; {hint}")
    return key.replace("-", "_")


def _value(path: Path, key: str, value: Any) -> Any:
    fits, expected, make = _KEYS[key]
    if not fits(value):
        raise CannotRun(f"{path}: {key} must be {expected}")
    return make(value)


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_between(lowest: int, highest: float) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and lowest <= value <= highest


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _is_threshold(value: Any) -> bool:
    return value in _THRESHOLDS


def _as_it_is(value: Any) -> Any:
    return value


_IDS: Final = (_is_list_of(_is_text), 'a list of check ids, such as ["PC104"]', tuple)
_FLAG: Final = (_is_flag, "true or false", _as_it_is)
_KEYS: Final[dict[str, tuple[Callable[[Any], bool], str, Callable[[Any], Any]]]] = {
    "accounts": (
        _is_list_of(_is_between(1, float("inf"))),
        "a list of voip ids, such as [1000002]",
        tuple,
    ),
    "concurrency": (_is_between(1, 1_000), "a number from 1 to 1000", _as_it_is),
    "expiring-days": (_is_between(0, 36_500), "a number from 0 to 36500", _as_it_is),
    "fail-on": (
        _is_threshold,
        "one of " + ", ".join(f'"{each}"' for each in _THRESHOLDS),
        _as_it_is,
    ),
    "ignore": _IDS,
    "include-subaccounts": _FLAG,
    "no-linq": _FLAG,
    "select": _IDS,
}


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
