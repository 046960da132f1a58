"""What an audit is told: the command line, else the file, else the defaults.

The file is ``[tool.phonecom-events]`` in the ``pyproject.toml`` of the directory that
the command is run in, or one given with ``--config``, where the settings may also
stand by themselves. None of them could send the token elsewhere.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from attrs import field, frozen

from ...audit import Acceptance, Baseline, Selection, Severity
from ...errors import InvalidArgument
from ..exits import CannotRun
from ..output.streams import note
from .accepted import ACCEPT, acceptances, is_list_of_tables
from .options import CommandLineOptions

T = TypeVar("T")

HERE: Final = Path("pyproject.toml")
_TABLE: Final = "[tool.phonecom-events]"
_THRESHOLDS: Final = ("never", *map(str, Severity))


@frozen(kw_only=True)
class AuditConfig:
    """Hold what a file says; None for what it does not.

    Attributes:
        accept: findings that are accepted.
        accounts: voip ids.
        concurrency: how many accounts to read at the same time.
        expiring_days: how many days before its end a listener expires soon.
        fail_on: a severity by its name, or ``never``.
        ignore, select: ids of checks, or how they begin.
        include_subaccounts: whether to audit subaccounts along.
        no_linq: whether to leave Linq out.
    """

    accept: tuple[Acceptance, ...] | None = None
    accounts: tuple[int, ...] | None = None
    concurrency: int | None = None
    expiring_days: int | None = None
    fail_on: str | None = None
    ignore: tuple[str, ...] | None = None
    include_subaccounts: bool | None = None
    no_linq: bool | None = None
    select: tuple[str, ...] | None = None


@frozen(kw_only=True)
class Settings:
    """Hold what both together ask of an audit, with defaults filled in.

    Attributes:
        usual_accounts: those of the file, if there are none anywhere else.
        selection: which checks to run.
        fail_on: from which severity on the exit code is 1; None for never.
        expiring_within: how long before its end a listener expires soon.
        concurrency: how many accounts to read at the same time.
        include_subaccounts: audit subaccounts along.
        with_linq: audit Linq, if there is a key for it.
        baseline: what to compare with; None for nothing.
        accepted: findings that count for nothing.
    """

    usual_accounts: tuple[int, ...]
    selection: Selection = field(factory=Selection)
    fail_on: Severity | None = None
    expiring_within: timedelta
    concurrency: int
    include_subaccounts: bool
    with_linq: bool
    baseline: Baseline | None = None
    accepted: tuple[Acceptance, ...] = ()

    @classmethod
    def of(cls, options: CommandLineOptions, config: AuditConfig) -> Self:
        """Put them together.

        Raises:
            InvalidArgument: no check has such an id.
            CannotRun: the baseline cannot be read, or is none.
        """
        days = _either(options.expiring_days, config.expiring_days, 30)
        baseline = options.baseline
        return cls(
            usual_accounts=config.accounts or (),
            selection=_selection(options, config),
            fail_on=_severity(options.fail_on or config.fail_on),
            expiring_within=timedelta(days=days),
            concurrency=_either(options.concurrency, config.concurrency, 8),
            include_subaccounts=_either(
                options.include_subaccounts, config.include_subaccounts, default=False
            ),
            with_linq=not _either(options.no_linq, config.no_linq, default=False),
            baseline=None if baseline is None else _read_baseline(baseline),
            accepted=config.accept or (),
        )


def _either(given: T | None, in_file: T | None, default: T) -> T:
    if given is not None:
        return given
    return default if in_file is None else in_file


def _selection(options: CommandLineOptions, config: AuditConfig) -> Selection:
    """Put together which checks to run.

    What is selected on the command line sets all of the file's choice aside; what
    is only ignored there, what the file ignores.
    """
    select, ignore = _split(options.select), _split(options.ignore)
    if select:
        _note_unprobed(select, options)
        return Selection.of(select, ignore, receivers=options.probe)
    # An option that names no id, such as `--ignore ''`, still says: ignore nothing.
    ignored = ignore if options.ignore else config.ignore or ()
    _note_unprobed(config.select or (), options)
    return Selection.of(config.select or (), ignored, receivers=options.probe)


def _note_unprobed(select: Iterable[str], options: CommandLineOptions) -> None:
    """Say that what was selected is not run, lest it pass for clean."""
    named = [each for each in select if each.strip().upper().startswith("PC4")]
    if named and not options.probe:
        note(f"{', '.join(named)}: needs --probe, and is not run without it")


def _split(given: Iterable[str] | None) -> list[str]:
    """Take texts apart at their commas."""
    parts = [part.strip() for text in given or () for part in text.split(",")]
    return [part for part in parts if part]


def _severity(name: str | None) -> Severity | None:
    return None if name in (None, "never") else Severity(name)


def _read_baseline(path: Path) -> Baseline:
    try:
        return Baseline.parse(path.read_bytes())
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from None
    except InvalidArgument as error:
        raise CannotRun(
            f"{path} cannot be the baseline: {error};"
            " expected what `audit --format json` wrote"
        ) from None


def read_config(path: Path | None) -> AuditConfig:
    """Read the settings from *path*, or from here if there are any.

    Raises:
        CannotRun: the file cannot be read, or says something that has no meaning.
    """
    try:
        text = (path or HERE).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        if path is None and isinstance(error, FileNotFoundError):
            return AuditConfig()
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise CannotRun(f"cannot read {path or HERE}: {reason}") from None
    return config_of(path or HERE, text, given=path is not None)


def parsed(path: Path, text: str, parse: Callable[[str], T]) -> T:
    """Return what a parser of TOML makes of a file's text.

    Raises:
        CannotRun: it is no TOML.
    """
    try:
        return parse(text)
    except RecursionError:
        raise CannotRun(f"{path} is not TOML: it is nested too deep") from None
    except ValueError as error:  # not only TOML's own: a number can be too long
        raise CannotRun(f"{path} is not TOML: {error}") from None


def config_of(path: Path, text: str, *, given: bool) -> AuditConfig:
    """Take the settings from the text of a file.

    Args:
        path: of the file.
        text: what it has.
        given: whether somebody named the file, so that there have to be some.

    Raises:
        CannotRun: it says something that has no meaning.
    """
    document = parsed(path, text, tomllib.loads)
    tool = document.get("tool")
    table = tool.get("phonecom-events") if isinstance(tool, dict) else None
    if table is None and given and path.name != HERE.name:
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
    fits, expected = _KEYS[key]
    if not fits(value):
        raise CannotRun(f"{path}: {key} must be {expected}")
    if key == "accept":
        return acceptances(path, value)
    return tuple(value) if isinstance(value, list) else value


def _is_list_of(fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and all(map(fits, value))


def _is_between(lowest: int, highest: float) -> Callable[[Any], bool]:
    # By type, because True is an int that TOML keeps apart from 1.
    return lambda value: type(value) is int and lowest <= value <= highest


def _is_one_of(values: Sequence[str]) -> Callable[[Any], bool]:
    return lambda value: value in values


def _is_a(kind: type[Any]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, kind)


_IDS: Final = (_is_list_of(_is_a(str)), 'a list of check ids, such as ["PC104"]')
_FLAG: Final = (_is_a(bool), "true or false")
_KEYS: Final[dict[str, tuple[Callable[[Any], bool], str]]] = {
    "accept": (is_list_of_tables, f"a list of tables, {ACCEPT}"),
    "accounts": (
        _is_list_of(_is_between(1, float("inf"))),
        "a list of voip ids, such as [1000002]",
    ),
    "concurrency": (_is_between(1, 1_000), "a number from 1 to 1000"),
    "expiring-days": (_is_between(0, 36_500), "a number from 0 to 36500"),
    "fail-on": (
        _is_one_of(_THRESHOLDS),
        "one of " + ", ".join(f'"{each}"' for each in _THRESHOLDS),
    ),
    "ignore": _IDS,
    "include-subaccounts": _FLAG,
    "no-linq": _FLAG,
    "select": _IDS,
}
