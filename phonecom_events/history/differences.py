"""What changed between what is known and what was seen: plain data in and out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from msgspec import Struct, json

from ..audit.extract import READING, Fields, Scope, Seen, as_json
from ..audit.slices import Steps, parts
from .findings import FINDING
from .models import What

Key = tuple[int, str, str]


class Known(Struct, frozen=True, array_like=True, gc=False):
    """Hold one thing as it is known: what it is, with whom it is read, its fields."""

    account: int
    kind: str
    key: str
    root: int
    fields: str

    @property
    def thing(self) -> Key:
        """Which one it is."""
        return (self.account, self.kind, self.key)


class Difference(Struct, frozen=True, kw_only=True, gc=False):
    """Say what became of one thing.

    Attributes:
        thing: account, kind and key.
        what: what became of it; None if it is only read with another account now.
        fields: JSON: by name, the values before and after.
        root: the account that it is read with from now on.
        now: JSON of its fields from now on; None if it is gone.
    """

    thing: Key
    what: What | None
    fields: str
    root: int
    now: str | None


# The reason of a finding counts days and names other rows; that is not another finding.
_NEWS: Final = {FINDING: ("severity",)}


def differences(
    scope: Scope,
    rows: Sequence[Seen],
    known: Mapping[Key, Known],
    *,
    selected: Callable[[str], bool],
    elsewhere: Callable[[int], bool],
) -> Steps[list[Difference]]:
    """Compare, in steps.

    Args:
        scope: what the rows are of.
        rows: what was seen.
        known: what was there before, of all that the scope judges and the rows name.
        selected: tells whether the check with this id was run.
        elsewhere: tells whether the run has read an account apart from this one.
    """
    found: list[Difference] = []
    everything = tuple(known.values())
    root = yield from _root(scope, everything)
    here: set[Key] = set()
    children: set[int] = set()
    for some in parts(rows):
        for row in some:
            thing = (row.account, row.kind, row.key)
            # Two odd rows without an id are findings with one fingerprint.
            if thing in here:
                continue
            here.add(thing)
            children.add(row.account)
            read_with = root if row.account == scope.account else scope.root
            found.extend(_seen(read_with, row, known.get(thing)))
        yield
    is_gone = _judge(scope, here, children, selected, elsewhere)
    for there in parts(everything):
        found.extend(
            _difference(scope.root, before.thing, What.VANISHED, before.fields, None)
            for before in there
            if is_gone(before)
        )
        yield
    return found


def _root(scope: Scope, known: Sequence[Known]) -> Steps[int]:
    """Return with which account the one of a scope is read, if not by itself.

    One that is audited alone for once is still its parent's: if it has nothing any
    more when that is audited, nobody else notices.
    """
    if scope.root == scope.account:
        for some in parts(known):
            for each in some:
                if each.account == scope.account != each.root:
                    return each.root
            yield
    return scope.root


def _seen(root: int, row: Seen, before: Known | None) -> Iterator[Difference]:
    thing = (row.account, row.kind, row.key)
    if before is None:
        what = _read(row.fields) if row.kind == READING else What.APPEARED
        yield _difference(root, thing, what, None, row.fields)
    elif before.fields != row.fields:
        now = _merged(before.fields, row.fields)
        if _differ(row.kind, before.fields, now):
            what = _read(now) if row.kind == READING else What.CHANGED
            yield _difference(root, thing, what, before.fields, now)
            return
    if before is not None and before.root != root:
        yield _difference(root, thing, None, before.fields, before.fields)


def _judge(
    scope: Scope,
    here: set[Key],
    children: set[int],
    selected: Callable[[str], bool],
    elsewhere: Callable[[int], bool],
) -> Callable[[Known], bool]:
    """Return what tells whether something known is gone."""
    there = {kind: frozenset(keys) for kind, keys in scope.known.items()}

    def is_gone(before: Known) -> bool:
        if before.thing in here or before.kind not in scope.judged:
            return False
        if before.account != scope.account and before.account not in children:
            along = scope.family and before.root == scope.root
            apart = before.account in scope.apart or elsewhere(before.account)
            if apart or not along:
                return False
        key = before.key
        if before.kind == FINDING:
            check, _, key = key.split(":", 2)
            if check in scope.unjudged or not selected(check):
                return False
        return key not in there.get(before.kind, ())

    return is_gone


def _read(fields: str) -> What:
    return What.READ if json.decode(fields)["whole"] else What.NOT_SEEN


def _merged(before: str, after: str) -> str:
    """Return the fields as they are now; what was not read is as it was."""
    return as_json({**json.decode(before), **json.decode(after)})


def _differ(kind: str, before: str, after: str) -> bool:
    names = _NEWS.get(kind)
    if names is None:
        return before != after
    old, new = json.decode(before), json.decode(after)
    return any(old.get(name) != new.get(name) for name in names)


def _difference(
    root: int, thing: Key, what: What | None, before: str | None, now: str | None
) -> Difference:
    old: Fields = {} if before is None else json.decode(before)
    new: Fields = {} if now is None else json.decode(now)
    changed: dict[str, tuple[Any, Any]] = {
        name: (old.get(name), new.get(name))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    }
    return Difference(
        thing=thing, what=what, fields=as_json(changed), root=root, now=now
    )
