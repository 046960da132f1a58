"""How commands on a resource are made: their options, and those of its client.

A command is an async function that takes what a context manager opens. Both have
options; Typer is shown the two together, as one function with no async in it.
Options that several commands share are the fields of an attrs class: a command that
has a parameter of that class has them all, and is given an instance.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, get_type_hints

import typer
from attrs import has

from .options import Verbose
from .running import run

Body = TypeVar("Body", bound=Callable[..., Awaitable[None]])


def command(
    app: typer.Typer,
    name: str,
    opens: Callable[..., AbstractAsyncContextManager[Any]],
) -> Callable[[Body], Body]:
    """Add a command to *app*; the function's docstring is its help.

    Args:
        app: gets the command.
        name: of the command.
        opens: gives the function's first argument; its own arguments are options
            of the command.
    """
    shared = _parameters(opens)

    def decorate(body: Body) -> Body:
        own = _parameters(body)[1:]

        def main(*, verbose: int, **given: Any) -> None:
            async def connected() -> None:
                arguments = {p.name: _taken(p, given) for p in own}
                async with opens(**given) as context:
                    await body(context, **arguments)

            run(connected, verbosity=verbose)

        parameters = [*(part for p in own for part in _parts(p)), *shared, _VERBOSE]
        main.__doc__ = body.__doc__
        main.__annotations__ = {p.name: p.annotation for p in parameters}
        main.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        app.command(name)(main)
        return body

    return decorate


def _parts(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    """Return the parameters that stand for one: itself, or the fields of its class."""
    kind = parameter.annotation
    return _parameters(kind) if has(kind) else [parameter]


def _taken(parameter: inspect.Parameter, given: dict[str, Any]) -> Any:
    """Take the value of a parameter out of the options that are given."""
    values = {part.name: given.pop(part.name) for part in _parts(parameter)}
    kind = parameter.annotation
    return kind(**values) if has(kind) else values[parameter.name]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters as keywords, with their annotations read."""
    function = inspect.unwrap(function)
    hints = get_type_hints(function, include_extras=True)
    return [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[parameter.name]
        )
        for parameter in inspect.signature(function).parameters.values()
    ]


_VERBOSE = inspect.Parameter(
    "verbose", inspect.Parameter.KEYWORD_ONLY, default=0, annotation=Verbose
)
