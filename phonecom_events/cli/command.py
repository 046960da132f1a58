"""How a command is made of an async function: its parameters become the options.

Typer is shown the options of the function and of what opens its first argument
together, as one function with no async in it. Options that several commands share
are the fields of an attrs class: a function that has a parameter of that class has
them all, and is given an instance.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar, get_type_hints

from attrs import has

from .input.options import OutputOptions, Verbose
from .late import Group, single
from .output.streams import check_results
from .running import run

Opens = Callable[..., AbstractAsyncContextManager[Any]]
Body = Callable[..., Awaitable[int | None]]
B = TypeVar("B", bound=Body)


def command(app: Group, name: str, opens: Opens | None = None) -> Callable[[B], B]:
    """Add a command to *app*; the function's docstring is its help.

    Args:
        app: gets the command.
        name: of the command.
        opens: gives the function's first argument; its own arguments are options
            of the command.
    """

    def decorate(body: B) -> B:
        app.add_late(name, inspect.getdoc(body), lambda: made(body, name, opens))
        return body

    return decorate


def made(body: Body, name: str, opens: Opens | None = None) -> Any:
    """Make the command; for the arguments, see `command`."""
    return single(_main(body, opens), name)


def _main(body: Body, opens: Opens | None) -> Callable[..., None]:
    """Make the function that Typer is shown."""
    own = _parameters(body)[0 if opens is None else 1 :]
    shared = [] if opens is None else _parameters(opens)
    # What nobody could see the result of is better not begun.
    writes = any(p.annotation is OutputOptions for p in own)

    def main(*, verbose: int, **given: Any) -> None:
        async def started() -> int | None:
            arguments = {p.name: _argument(p, given) for p in own}
            if writes:
                check_results()
            if opens is None:
                return await body(**arguments)
            context = {p.name: _argument(p, given) for p in shared}
            async with opens(**context) as opened:
                return await body(opened, **arguments)

        run(started, verbosity=verbose)

    parameters = [
        *(each for p in (*own, *shared) for each in _options(p)),
        _VERBOSE,
    ]
    main.__doc__ = body.__doc__
    main.__annotations__ = {p.name: p.annotation for p in parameters}
    main.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    return main


def _options(parameter: inspect.Parameter) -> list[inspect.Parameter]:
    """Return what stands for a parameter: itself, or the fields of its class."""
    kind = parameter.annotation
    return _parameters(kind) if has(kind) else [parameter]


def _argument(parameter: inspect.Parameter, given: Mapping[str, Any]) -> Any:
    """Make the argument for a parameter of the options that were given."""
    values = {option.name: given[option.name] for option in _options(parameter)}
    kind = parameter.annotation
    return kind(**values) if has(kind) else values[parameter.name]


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """Return the parameters as keywords, with their annotations evaluated."""
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
