"""Commands that cost nothing until they are named, and little when they are run.

A group lists its commands by name and first line of help: that takes neither what
they import nor their options. Shells ask for such a list at every TAB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption


class _Option(TyperOption):
    """Take a value as it is where there is nothing to convert.

    Typer converts by pydantic (from 0.27 on), which takes longer to import than Typer
    itself; and most of what it is asked to convert is None, a text or a default.
    """

    def process_value(self, ctx: Any, value: Any) -> Any:
        """Convert, check and hand on a value, as Click asks for it."""
        # Earlier ones have no such thing, and need no pydantic.
        described = getattr(self, "type_descriptor", None)
        # A line that is being completed lacks what comes later.
        missing = value is None and (ctx.resilient_parsing or not self.required)
        if not missing and type(value) is not getattr(described, "annotation", None):
            return super().process_value(ctx, value)
        if missing and self.multiple:
            value = ()
        return value if self.callback is None else self.callback(ctx, self, value)


def _sparing(params: Iterable[Any]) -> list[Any]:
    params = list(params)
    for param in params:
        # Typer makes them itself, and lets nobody say of which class.
        if type(param) is TyperOption:
            param.__class__ = _Option
    return params


class Command(TyperCommand):
    """Convert no more values than there are to convert."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options and arguments."""
        return _sparing(super().get_params(ctx))


class Group(TyperGroup):
    """Hold commands that are made when they are named.

    Args:
        name: what it is called; None for the whole of them.
        settings: as Typer has them.
    """

    def __init__(self, name: str | None = None, **settings: Any) -> None:
        usual = {"no_args_is_help": True, "rich_markup_mode": None}
        super().__init__(name=name, **{**usual, **settings})

    def get_params(self, ctx: Any) -> list[Any]:
        """Return the options and arguments."""
        return _sparing(super().get_params(ctx))

    def add_late(self, name: str, words: str | None, make: Callable[[], Any]) -> None:
        """Add a command.

        Args:
            name: of the command.
            words: its help, whose first line a list shows.
            make: makes the command itself, a `Command` or a `Group`; these words are
                the help of a group that has none.
        """
        self.add_command(_Late(name, words, make))


def single(function: Callable[..., Any], name: str) -> Any:
    """Make a command of a function whose parameters are options, as Typer reads it."""
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command(name, cls=Command)(function)
    return typer.main.get_command(app)


class _Late(TyperCommand):
    """Stand for a command in a list, and make it when it is named."""

    def __init__(self, name: str, words: str | None, make: Callable[[], Any]) -> None:
        super().__init__(name, help=words, rich_markup_mode=None)
        self._make = make

    @cached_property
    def _made(self) -> Any:
        made = self._make()
        made.help = made.help or self.help
        return made

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Let the command itself take the arguments, and run."""
        return self._made.make_context(*args, **kwargs)
