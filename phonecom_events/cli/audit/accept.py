"""The option ``--accept``: an entry of the settings, written into their file.

What else stands in the file stays as it is, comments and order included.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import typer

from ...audit import Acceptance, checks_like
from ..exits import CannotRun
from ..input.options import read_time
from ..output.files import results_in
from ..output.streams import note
from .options import CommandLineOptions
from .settings import HERE, config_of, parsed

# An entry that has the same of these is for the same findings.
_PLACE: Final = ("check", "account", "target")
_MARK: Final = "\ufeff"


def accept(options: CommandLineOptions) -> None:
    """Write that a finding is accepted; one that was is accepted anew.

    Raises:
        InvalidArgument: there is no such finding.
        CannotRun: the file cannot be read or written, or makes no sense.
    """
    acceptance = _acceptance(options)
    path = options.config or HERE
    text = _read(path, given=options.config is not None)
    changed = _changed(path, text, acceptance)
    with results_in(path):
        sys.stdout.write(changed)
    note(f"{path}: {acceptance.label}. {acceptance}")


def _acceptance(options: CommandLineOptions) -> Acceptance:
    assert options.accept is not None
    assert options.reason is not None
    # A line, because tables and comments show it as one.
    for option, text in (("--accept", options.accept), ("--reason", options.reason)):
        if not text.strip() or not text.isprintable():
            raise typer.BadParameter("expected a line of text", param_hint=option)
    until = None if options.until is None else _last_day(options.until)
    acceptance = Acceptance.of(options.accept, reason=options.reason, until=until)
    checks_like(acceptance.check)
    return acceptance


def _last_day(text: str) -> date | None:
    time = read_time("--until", text)
    if time is not None and time.date() < datetime.now(UTC).date():
        raise typer.BadParameter(f"{text} is past already", param_hint="--until")
    return None if time is None else time.date()


def _read(path: Path, *, given: bool) -> str:
    """Return the file's text with its line ends; empty if there is none yet."""
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        if given:
            return ""
        raise CannotRun(f"there is no {path} here; name a file by --config") from None
    except OSError as error:
        raise CannotRun(f"cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise CannotRun(f"cannot read {path}: it is not UTF-8") from None


def _changed(path: Path, text: str, acceptance: Acceptance) -> str:
    """Return the text of a file of settings with an entry more, or another one.

    Raises:
        CannotRun: it makes no sense, or an entry cannot be added to it.
    """
    import tomlkit

    body = text.removeprefix(_MARK)
    config_of(path, body, given=path.name != HERE.name)
    before = tomllib.loads(body)
    if not isinstance(before.get("tool", {}), dict):
        raise CannotRun(f"{path}: tool must be a table")
    document = parsed(path, body, tomlkit.parse)
    given = acceptance.to_dict() | {"until": acceptance.until}
    values = {key: value for key, value in given.items() if value is not None}
    _enter(path, document, values)
    changed = tomlkit.dumps(document)
    if not body.endswith("\n\n"):
        changed = changed.rstrip("\n") + "\n"
    if "\r\n" in body:
        changed = re.sub("(?<!\r)\n", "\r\n", changed)
    # Tables that are spread over a file can be more than tomlkit gets along with.
    if tomllib.loads(changed) != _expected(path, before, values):
        raise CannotRun(f"{path} is laid out in a way that no entry can be added to")
    return text[: len(text) - len(body)] + changed


def _own(path: Path, document: Mapping[str, Any]) -> bool:
    """Tell whether the settings stand in the file by themselves, without a table."""
    return path.name != HERE.name and "phonecom-events" not in document.get("tool", {})


def _same(entry: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    return all(entry.get(key) == values.get(key) for key in _PLACE)


def _expected(
    path: Path, plain: dict[str, Any], values: dict[str, Any]
) -> dict[str, Any]:
    """Do with plain values what `_enter` does with a text."""
    table = plain
    if not _own(path, plain):
        table = plain.setdefault("tool", {}).setdefault("phonecom-events", {})
    entries = table.setdefault("accept", [])
    for number, entry in enumerate(entries):
        if _same(entry, values):
            entries[number] = values
            return plain
    entries.append(values)
    return plain


def _enter(path: Path, document: Any, values: Mapping[str, Any]) -> None:
    """Write the values over the entry for the same findings, or into a new one."""
    import tomlkit
    from tomlkit.items import InlineTable

    table = document
    if not _own(path, document):
        for key in ("tool", "phonecom-events"):
            if key not in table:
                table[key] = tomlkit.table(is_super_table=True)
            table = table[key]
    if "accept" not in table:
        inline = isinstance(table, InlineTable)
        last = table.as_string()
        table["accept"] = tomlkit.array() if inline else tomlkit.aot()
        _append(table["accept"], values, after=last)
        return
    entries = table["accept"]
    same = next((each for each in entries if _same(each, values)), None)
    if same is None:
        _append(entries, values, after=entries[-1].as_string() if entries else "")
        return
    same.pop("until", None)
    same.update(values)


def _append(entries: Any, values: Mapping[str, Any], *, after: str) -> None:
    import tomlkit
    from tomlkit.items import Array

    if isinstance(entries, Array):
        inline = tomlkit.inline_table()
        inline.update(values)
        entries.append(inline)
        return
    entry = tomlkit.table()
    entry.update(values)
    # A blank line before and after, which tomlkit leaves to whoever adds a table.
    entry.add(tomlkit.nl())
    if after and not after.endswith(("\n\n", "\r\n\r\n")):
        entry.trivia.indent = "\n"
    entries.append(entry)
