"""What the commands of Phone.com's resources have in common.

How commands on a resource are made: their options, and those of its client.

A command is an async function that takes what a context manager opens. Both have
options; Typer is shown the two together, as one function with no async in it.
Options that several commands share are the fields of an attrs class: a command that
has a parameter of that class has them all, and is given an instance.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Annotated, Any, Literal, TypeVar, cast, get_type_hints

import typer
from attrs import frozen, has

from ...pagination import Paginator
from ...phonecom import Paging
from ..input.clients import events_scope
from ..input.options import Format, MaxItems, Order, Output, PageSize, Verbose
from ..output.terminal import note
from ..output.views import View
from ..running import run

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


Opens = Callable[..., AbstractAsyncContextManager[Any]]
ItemId = Annotated[int, typer.Argument(min=1, metavar="ID", help="Its id.")]


@frozen(kw_only=True)
class Pages:
    """Hold the options of a list command that are about its pages."""

    page_size: PageSize = 500
    max_items: MaxItems = None
    order: Order = None
    include_subaccounts: Annotated[
        bool,
        typer.Option("--include-subaccounts", help="Those of subaccounts, too."),
    ] = False

    @property
    def paging(self) -> Paging:
        """The same as arguments of a listing."""
        return {
            "page_size": self.page_size,
            "max_items": self.max_items,
            "order": cast(
                "Literal['asc', 'desc'] | None", self.order and self.order.value
            ),
            "include_subaccounts": self.include_subaccounts,
        }


async def write_listing(
    listing: Paginator[Any], form: Format, view: View[Any], pages: Pages
) -> None:
    """Write a listing out; if it cannot be proven complete, say so on stderr."""
    if pages.include_subaccounts:
        view = view.of_many_accounts()
    out = view.writer(form)
    async with listing:
        async for item in listing:
            out.write(item)
    out.end()
    if not listing.report.proven:
        note(f"the list cannot be proven complete: {listing.report.reason}")


def add_get(
    app: typer.Typer,
    noun: str,
    resource: Callable[[Any], Any],
    view: View[Any],
    *,
    opens: Opens = events_scope,
) -> None:
    """Add the command that shows one item.

    Args:
        app: gets the command.
        noun: what an item is called.
        resource: takes what *opens* gives, returns what has the `get`.
        view: what to show of the item.
        opens: opens what the command works on.
    """

    async def get(opened: Any, item_id: ItemId, form: Output = Format.TABLE) -> None:
        view.write_one(await resource(opened).get(item_id), form)

    get.__doc__ = f"Show {_article(noun)} {noun}."
    command(app, "get", opens)(get)


def add_delete(
    app: typer.Typer,
    noun: str,
    resource: Callable[[Any], Any],
    *,
    opens: Opens = events_scope,
) -> None:
    """Add the command that deletes one item; see `add_get`."""

    async def delete(opened: Any, item_id: ItemId) -> None:
        await resource(opened).delete(item_id)
        note(f"deleted {noun} {item_id}")

    delete.__doc__ = f"Delete {_article(noun)} {noun}, without asking."
    command(app, "delete", opens)(delete)


def _article(noun: str) -> str:
    return "an" if noun[0] in "aeiou" else "a"
