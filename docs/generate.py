"""What the pages do not say themselves, because the package says it already.

A page has a line ``<!-- generated: checks -->`` where the text of `checks` belongs;
``conf.py`` puts it there as the page is read. So nothing is kept twice, and a page
cannot say anything else than the package.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final, is_typeddict

import typer

import phonecom_events
from phonecom_events import PhonecomEventsError
from phonecom_events import errors as errors_module
from phonecom_events.audit import advice, every_check
from phonecom_events.audit.checks import Check
from phonecom_events.cli.app import app

FAULTS: Final = Path(__file__).parents[1] / "benchmarks" / "FAULTS.md"
# Bases whose members are not shown: they are Python's and others', and well known.
_FOREIGN: Final = (
    "BaseException, Enum, Generic, Protocol, Struct, dict, int, str, tuple"
)
_MARK: Final = re.compile(r"^<!-- generated: (\w+) ?([\w.]*) -->$", re.MULTILINE)

# What the letters and the first digit of a check's id stand for; see `Check.id`.
_FAMILIES: Final = {
    "PC0": "Reading Phone.com",
    "PC1": "Listeners",
    "PC2": "Callbacks",
    "PC3": "Profiles",
    "PC4": "Receivers, asked with `--probe`",
    "LQ0": "Reading Linq",
    "LQ1": "Linq's webhook subscriptions",
}


def fill(text: str) -> str:
    """Put what is generated into a page.

    Raises:
        KeyError: a page wants what nothing here generates.
    """
    return _MARK.sub(lambda mark: _GENERATORS[mark[1]](*filter(None, [mark[2]])), text)


def is_generated(text: str) -> bool:
    """Tell whether a page has anything that comes from the package."""
    return _MARK.search(text) is not None


def checks() -> str:
    """Write every check of the audit: how bad, what it means, what to do."""
    parts: list[str] = []
    family = ""
    for check in sorted(every_check(), key=_family_first):
        if check.id[:3] != family:
            family = check.id[:3]
            parts.append(f"## {_FAMILIES[family]}")
        parts += [
            f"({check.id.lower()})=\n### {check.id} {_escaped(check.title)}",
            f"*{check.severity}.* {_escaped(check.explanation)}",
            f"**What to do:** {_escaped(check.what_to_do)}",
        ]
    return "\n\n".join(parts)


def _family_first(check: Check[Any]) -> tuple[int, str]:
    # Phone.com comes first, as everywhere else; an alphabet would put Linq there.
    return list(_FAMILIES).index(check.id[:3]), check.id


def errors() -> str:
    """Write the tree of errors, then each with what it means and what to do."""
    _, _, tree = inspect.cleandoc(errors_module.__doc__ or "").partition("::\n\n")
    tree, _, rest = tree.partition("\n\n")
    parts = [f"```text\n{inspect.cleandoc(tree)}\n```", rest]
    for error in error_classes():
        # Advice goes by the class alone, and most errors are made with arguments.
        remedy = advice(error.__new__(error))
        lines = [
            f".. autoexception:: phonecom_events.{error.__name__}",
            "   :show-inheritance:",
            "",
            "" if error is PhonecomEventsError else f"   **What to do:** {remedy}",
        ]
        parts.append(f"({error.__name__.lower()})=\n{_directives(lines)}")
    return "\n\n".join(parts)


def error_classes() -> Iterator[type[PhonecomEventsError]]:
    """Yield the errors in the order of their file: the root, then its branches."""
    yield from filter(_is_error, vars(errors_module).values())


def _is_error(thing: object) -> bool:
    return inspect.isclass(thing) and issubclass(thing, PhonecomEventsError)


def faults() -> str:
    """Write the table of faults, as the benchmarks have written and checked it."""
    return FAULTS.read_text(encoding="utf-8").partition("\n")[2]


def commands() -> str:
    """Write every command with its options, as ``--help`` has them."""
    root = typer.main.get_command(app)
    with root.make_context("phonecom-events", [], resilient_parsing=True) as context:
        return "\n\n".join(_command(context))


def _command(context: Any) -> Iterator[str]:
    command = context.command
    depth = min(len(context.command_path.split()), 3) if context.parent else 2
    yield f"{'#' * max(depth, 2)} {context.command_path}"
    yield _escaped(inspect.cleandoc(command.help or ""))
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"```text\n{context.command_path} {usage}\n```"
    records = (param.get_help_record(context) for param in command.get_params(context))
    options = "\n".join(
        f"`{names}`\n: {_escaped(words)}\n" for names, words in filter(None, records)
    )
    yield options
    yield _escaped(command.epilog or "")
    for name in getattr(command, "commands", ()):
        # What is made when it is named makes its own context.
        named = command.get_command(context, name)
        with named.make_context(name, [], context, resilient_parsing=True) as inner:
            yield from _command(inner)


def api(module_name: str) -> str:
    """Write directives for what is public in a module.

    What can be imported from the package itself goes by that name, but stands with
    the module that it comes from; errors have a page of their own.
    """
    module = importlib.import_module(module_name)
    lines = [f".. automodule:: {module_name}", ""]
    for name in _public(module):
        thing = getattr(module, name)
        short = thing is getattr(phonecom_events, name, None)
        path = f"phonecom_events.{name}" if short else f"{module_name}.{name}"
        lines += [f".. {_directive(thing)}:: {path}", *_members(thing), ""]
    return _directives(lines)


def _public(module: ModuleType) -> Iterator[str]:
    names = getattr(module, "__all__", None) or [
        name
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and getattr(thing, "__module__", "") == module.__name__
    ]
    for name in names:
        thing = getattr(module, name)
        of_a_package = module is phonecom_events and id(thing) in _in_packages()
        elsewhere = of_a_package or _is_offered_above(module, name)
        if not (inspect.ismodule(thing) or _is_error(thing) or elsewhere):
            yield name


def _is_offered_above(module: ModuleType, name: str) -> bool:
    """Tell whether the package that a module is in has a page with that name on it."""
    above = module.__name__.rpartition(".")[0]
    if not above or above == phonecom_events.__name__:
        return False
    return name in getattr(importlib.import_module(above), "__all__", ())


@cache
def _in_packages() -> frozenset[int]:
    """Return the ids of all that a package within the package offers."""
    # The command line is no library.
    packages = [
        importlib.import_module(f"phonecom_events.{found.name}")
        for found in pkgutil.iter_modules(phonecom_events.__path__)
        if found.ispkg and found.name != "cli"
    ]
    return frozenset(
        id(getattr(package, name))
        for package in packages
        for name in getattr(package, "__all__", ())
    )


def _directive(thing: object) -> str:
    if inspect.isclass(thing):
        return "autoclass"
    return "autofunction" if inspect.isfunction(thing) else "autodata"


def _members(thing: object) -> Iterator[str]:
    if not inspect.isclass(thing):
        return
    yield "   :members:"
    if not is_typeddict(thing):  # these have all that a dict has
        yield f"   :inherited-members: {_FOREIGN}"


def _directives(lines: Iterable[str]) -> str:
    return "\n".join(["```{eval-rst}", *lines, "```"])


def _escaped(text: str) -> str:
    """Write plain text as Markdown; words between backticks are code in both."""
    return "".join(
        part if part.startswith("`") else _escaped_part(part)
        for part in re.split(r"(`[^`]+`)", text)
    )


def _escaped_part(text: str) -> str:
    text = re.sub(r"([\\*_<>\[\]{}#|])", r"\\\1", text)
    # An option is code, too: elsewhere its hyphens become a dash.
    return re.sub(r"(?<![\w-])(--[a-z][\w-]*)", r"`\1`", text)


_GENERATORS: Final[Mapping[str, Callable[..., str]]] = {
    made.__name__: made for made in (api, checks, commands, errors, faults)
}
