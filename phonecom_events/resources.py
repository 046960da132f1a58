"""What resources have in common: get, create, update, delete on one path.

A resource of a vendor is a subclass that names its model and its path, and gives
the calls their own signatures. What goes out is checked against the model's
types, just as what comes in is.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Coroutine, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Final,
    Generic,
    Literal,
    TypeVar,
    get_args,
    get_type_hints,
)
from urllib.parse import unquote

from attrs import fields, frozen, has
from msgspec import Struct

from .converter import Converter, wire_name
from .errors import DeadlineExceeded, DecodeError, InvalidArgument, OutcomeUnknown
from .lazy import LazyModule
from .session import Session

if TYPE_CHECKING:
    from . import reconcile as reconcile_module
else:
    # Most creates are not reconciled, and most programs create nothing.
    reconcile_module = LazyModule(".reconcile", __package__)

M = TypeVar("M")
K = TypeVar("K")


class Unset(Enum):
    """Say "not given", where None says "null"; `UNSET` is the only member."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        return False


UNSET: Final = Unset.UNSET

PLAIN: Final[Any] = Any
"""The class of what is read as plain JSON values, for type checkers' sake."""


class Scope(Struct, frozen=True, kw_only=True):
    """Say where a resource's paths start, and whose rate limits they count in.

    Attributes:
        path: percent-encoded, from the base URL on.
        template: the same with names for ids, so that accounts share it.
        account: whose limits, or None.
        extension: whose its items are within the account; None for the account's own.
        owner: what people call it, such as ``listener 7 of account 1000002``; empty
            if its resources are nobody's in particular.
        expression: the Python that gives a resource in it, with ``{}`` for its name.
    """

    path: str
    template: str
    account: str | None = None
    extension: int | None = None
    owner: str = ""
    expression: str = "{}"


class Body(dict[str, Any]):
    """Hold what is sent, and show its names alone: tracebacks show frames' locals.

    The headers of a callback's config are secrets as often as not.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Body of {', '.join(self)}>"


# An empty object, written by PHP, is a list.
_NOTHING: Final = (b"", b"[]", b"null")


# Nobody compares or shows it, and what attrs writes for that takes time at import.
@frozen(kw_only=True, eq=False, repr=False)
class _Deleted:
    success: bool = True
    id: Any = None


class Resource(Generic[M]):
    """Read and write the items of one collection.

    Attributes:
        model: the class of an item.
        collection: the last segment of the collection's path.
        defaults: wire name → what a new item has where nothing is sent; of the fields
            by which creates that nobody answered are told apart.
    """

    model: ClassVar[Any]
    collection: ClassVar[str]
    defaults: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, session: Session, scope: Scope) -> None:
        self._session = session
        self._scope = scope
        self._account = scope.account
        what = self.collection.replace("-", " ").replace("_", " ")
        self._name = f"{what} of {scope.owner}" if scope.owner else what
        self._path = f"{scope.path}/{self.collection}"
        self._template = f"{scope.template}/{self.collection}"

    @property
    def _expression(self) -> str:
        """The Python that gives this resource."""
        return self._scope.expression.format(self.collection.replace("-", "_"))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} at {self._path}>"

    def _item(
        self, method: str, segment: str = "", body: Mapping[str, Any] | None = None
    ) -> Coroutine[Any, Any, M]:
        """Make a call that answers with an item; *segment* is its quoted id."""
        return self._answer(self.model, method, segment, body)

    async def _raw(self, segment: str) -> Any:
        """Return an item's JSON as it came, whatever it looks like."""
        return await self._answer(PLAIN, "GET", segment)

    async def _answer(
        self,
        kind: type[K],
        method: str,
        segment: str = "",
        body: Mapping[str, Any] | None = None,
        deadline: float | None = None,
    ) -> K:
        item, _ = await self._session.fetch(
            kind,
            method,
            f"{self._path}/{segment}" if segment else self._path,
            endpoint=f"{self._template}/{{id}}" if segment else self._template,
            account=self._account,
            body=body,
            deadline=deadline,
        )
        if segment and str(getattr(item, "id", "")) != segment:
            self._check_id(getattr(item, "id", None), method, segment)
        return item

    def _check_id(self, got: object, method: str, segment: str) -> None:
        """Refuse an answer about another item than was asked for.

        A cache or proxy that mixes answers up would else have one item read, and
        another changed or deleted.
        """
        asked = unquote(segment)
        # Linq's ids look like UUIDs, whose letters may be of either case.
        if not isinstance(got, (int, str)) or str(got).lower() == asked.lower():
            return
        done = "" if method == "GET" else f"; look what became of {asked}"
        raise DecodeError(
            f"{method} {self._path}/{segment}: the answer is about {got!r}, and not"
            f" about {asked!r}, which was asked for{done}",
            problems=(f"expected {asked}, got {got} @ $.id",),
            path="$.id",
        )

    async def _create(self, *, reconcile: bool, **given: object) -> M:
        body = self._body(given)
        if not body:
            raise InvalidArgument(
                f"nothing to create: give at least one of {', '.join(given)}"
            )
        item: M = await self._post(self.model, body, reconcile=reconcile)
        return item

    async def _post(
        self, kind: type[K], body: Mapping[str, Any], *, reconcile: bool
    ) -> K:
        """Create an item; with *reconcile* by the rule in `reconcile`."""
        try:
            if reconcile:
                return await self._reconciled(kind, body)
            return await self._answer(kind, "POST", body=body)
        except OutcomeUnknown as error:
            error.args = (f"{error}; to look: {self._how_to_look()}",)
            raise

    async def _reconciled(self, kind: type[K], body: Mapping[str, Any]) -> K:
        session = self._session
        deadline = session.deadline()
        left = None if deadline is None else deadline - session.retries.clock()
        # Two of the same values could else take each other's row.
        turn = session.lock(self._path, session.converter.dumps(body))
        try:
            async with asyncio.timeout(left):
                await turn.acquire()
        except TimeoutError:
            pass
        else:
            try:
                creation = reconcile_module.Creation(
                    path=self._path,
                    known=self._known,
                    send=partial(self._answer, kind, "POST", "", body),
                    new_rows=self._new_rows,
                    likeness=partial(self._likeness, body),
                    found=partial(self._found, kind),
                )
                return await reconcile_module.reconciled(
                    creation, session.retries, deadline
                )
            finally:
                turn.release()
        raise DeadlineExceeded(
            f"POST {self._path} was not sent: another create with the same values did"
            " not end within the deadline"
        )

    def _how_to_look(self, segment: str = "") -> str:
        """Return a line of Python that shows what became of a create or an update."""
        raise NotImplementedError

    async def _known(self) -> reconcile_module.Known:
        """Read which items exist."""
        raise NotImplementedError

    async def _new_rows(
        self, known: reconcile_module.Known
    ) -> Sequence[tuple[reconcile_module.Id, reconcile_module.Row]]:
        """Read the rows that are not among those *known*, as plain JSON values."""
        raise NotImplementedError

    async def _likeness(
        self, body: Mapping[str, Any], row: reconcile_module.Row
    ) -> reconcile_module.Likeness:
        """Compare a row with the body of a create."""
        return reconcile_module.likeness(body, row, defaults=self.defaults)

    def _found(self, kind: type[K], row: reconcile_module.Row) -> K:
        """Return a row as what its create would have returned."""
        return self._session.converter.structure(row, kind)

    async def _update(self, method: str, segment: str, **given: object) -> M:
        body = self._body(given)
        if not body:
            raise InvalidArgument(
                f"nothing to update: give at least one of {', '.join(given)}"
            )
        try:
            return await self._item(method, segment, body)
        except OutcomeUnknown as error:
            error.args = (f"{error}; to look: {self._how_to_look(segment)}",)
            raise

    async def _delete(self, segment: str) -> None:
        """Delete an item; the answer may be empty, or say whether it succeeded."""
        path = f"{self._path}/{segment}"
        response = await self._session.request(
            "DELETE", path, endpoint=f"{self._template}/{{id}}", account=self._account
        )
        if response.body.strip() in _NOTHING:
            return
        answer = self._session.decode(response, _Deleted, "DELETE", path)
        self._check_id(answer.id, "DELETE", segment)

    def _body(self, given: Mapping[str, object]) -> dict[str, Any]:
        return wire_body(self._session.converter, self.model, given)


def wire_body(converter: Converter, model: Any, given: Mapping[str, object]) -> Body:
    """Write what is given, by attribute names, in the wire form of *model*.

    Raises:
        InvalidArgument: a value is not of its field's type.
    """
    types, names = _wire_form(model)
    return Body(
        {
            names[name]: _written(converter, name, value, types[name])
            for name, value in given.items()
            if value is not UNSET
        }
    )


def _written(converter: Converter, name: str, value: object, kind: Any) -> Any:
    if type(value) in get_args(kind) and has(type(value)):
        kind = type(value)  # one of the classes that the field can have
    try:
        written = converter.unstructure(value, kind)
        # Writing lets anything pass; reading it back refuses what has another type.
        converter.structure(written, kind)
    except (DecodeError, InvalidArgument) as error:
        problem = str(error).removesuffix(" @ $")
    except (TypeError, ValueError, AttributeError, RecursionError):
        problem = f"cannot be written; it is {type(value).__name__}"
    else:
        return written
    raise InvalidArgument(f"{name}: {problem}")


def positive_id(name: str, value: object) -> int:
    """Return *value* if it is an id of Phone.com: an integer over 0."""
    # By type and not isinstance: True is an int, too. 2⁶³ is where databases end.
    if type(value) is not int or not 1 <= value < 2**63:
        got = type(value).__name__ if type(value) is not int else "another number"
        raise InvalidArgument(f"{name} must be an integer over 0, got {got}")
    return value


def plain_json(name: str, value: object, depth: int = 32) -> Any:
    """Return *value* if it is made of what JSON has, and of nothing else.

    Raises:
        InvalidArgument: something in it would be written as something else.
    """
    # What is nested deeper, or in itself, falls through to the end.
    if isinstance(value, Mapping) and depth:
        if not all(isinstance(key, str) for key in value):
            raise InvalidArgument(f"{name}: a key in it is not a string")
        return {key: plain_json(name, each, depth - 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)) and depth:
        return [plain_json(name, each, depth - 1) for each in value]
    finite = type(value) is float and math.isfinite(value)
    if value is None or finite or isinstance(value, str) or type(value) in (bool, int):
        return value
    raise InvalidArgument(
        f"{name}: JSON has nothing like the {type(value).__name__} in it"
    )


@cache
def _wire_form(model: Any) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return the type and the wire name of each field of *model*."""
    types = get_type_hints(model, include_extras=True)
    return types, {field.name: wire_name(field) for field in fields(model)}
