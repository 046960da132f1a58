"""What is kept of a snapshot for good: its rows as fields, masked, and how far they go.

Whoever keeps it need not be in the process that has read the account, nor at the time:
an extract travels from a worker, and is in a resume file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, json
from msgspec.structs import replace

from ..linq import WebhookSubscription
from .masking import masked
from .slices import Steps, parts
from .snapshot import (
    AccountSnapshot,
    CallbackRow,
    HeardListener,
    LinqSnapshot,
    ProfileRow,
    Reading,
)

LINQ: Final = 0
"""Stands for Linq among account ids: Phone.com gives it to nobody."""

LISTENER: Final = "listener"
CALLBACK: Final = "callback"
PROFILE: Final = "profile"
WEBHOOK_SUBSCRIPTION: Final = "webhook_subscription"
READING: Final = "reading"

Fields = dict[str, Any]


class Scope(Struct, frozen=True, kw_only=True):
    """Say what some rows are of, and what it means that one is not there.

    Attributes:
        root: the account that was read, 0 for Linq.
        account: whose rows they are, its subaccounts' apart.
        family: its subaccounts were read along with it.
        judged: kinds of which all rows that there are follow.
        known: by kind, keys of rows that are there, but are not as documented; of
            findings, where they are.
        children: subaccounts that were read along with it.
        unjudged: checks that could not tell, if the rows are findings.
        apart: subaccounts that have a scope of their own.
    """

    root: int
    account: int
    family: bool = False
    judged: tuple[str, ...] = ()
    known: dict[str, tuple[str, ...]] = {}
    children: tuple[int, ...] = ()
    unjudged: tuple[str, ...] = ()
    apart: tuple[int, ...] = ()


class Seen(Struct, frozen=True, array_like=True, gc=False):
    """Hold one thing that was there.

    Attributes:
        account, kind, key: what it is.
        fields: JSON; what is not known this time is left out.
    """

    account: int
    kind: str
    key: str
    fields: str


class Extract(Struct, frozen=True, kw_only=True):
    """Hold what is kept of one account, or of Linq.

    Attributes:
        scope: what it is of.
        pieces: the rows, as `written`, some hundred in each; can be gone through once.
    """

    scope: Scope
    pieces: Iterable[bytes]


OnExtract = Callable[[Extract], Steps[None]]
"""Takes an extract, in steps."""

_encoder: Final = json.Encoder(order="sorted")


def as_json(fields: Mapping[str, Any]) -> str:
    """Write fields so that equal ones are equal texts."""
    return _encoder.encode(fields).decode()


def written(rows: Iterable[Seen]) -> bytes:
    """Write rows as JSON, one a line."""
    return b"".join(json.encode(row) + b"\n" for row in rows)


def extract(
    snapshot: AccountSnapshot | LinqSnapshot, *, family: bool
) -> Steps[Extract]:
    """Take from a snapshot what is kept of it.

    Args:
        snapshot: not copied; it is gone through with the pieces.
        family: whether the account's subaccounts were read along.
    """
    if isinstance(snapshot, LinqSnapshot):
        return Extract(scope=_linq_scope(snapshot), pieces=_linq_pieces(snapshot))
    children: set[int] = set()
    if family:
        for _, (reading, _) in _listings(snapshot):
            for some in parts(reading.items):
                children.update([row.voip_id for row in some])
                yield
            children |= reading.odd_owners
    scope = _account_scope(snapshot, family=family, children=children)
    return Extract(scope=scope, pieces=_account_pieces(snapshot, family=family))


def held(extract: Extract) -> Steps[Extract]:
    """Make all pieces of an extract now, so that the snapshot can go."""
    pieces: list[bytes] = []
    for piece in extract.pieces:
        pieces.append(piece)
        yield
    return replace(extract, pieces=tuple(pieces))


def _account_scope(
    snapshot: AccountSnapshot, *, family: bool, children: set[int]
) -> Scope:
    readings = dict(_listings(snapshot))
    return Scope(
        root=snapshot.voip_id,
        account=snapshot.voip_id,
        family=family,
        judged=tuple(kind for kind, (each, _) in readings.items() if each.whole),
        known={
            kind: tuple(map(str, each.odd_ids)) for kind, (each, _) in readings.items()
        },
        children=tuple(sorted(children - {snapshot.voip_id})),
    )


def _account_pieces(snapshot: AccountSnapshot, *, family: bool) -> Iterator[bytes]:
    for kind, (reading, fields) in _listings(snapshot):
        for some in parts(reading.items):
            yield written(
                Seen(
                    row.voip_id if family else snapshot.voip_id,
                    kind,
                    str(row.id),
                    as_json(fields(row)),
                )
                for row in some
            )
    yield written(_readings(snapshot.voip_id, snapshot.readings))


def _linq_scope(snapshot: LinqSnapshot) -> Scope:
    reading = snapshot.subscriptions
    return Scope(
        root=LINQ,
        account=LINQ,
        judged=(WEBHOOK_SUBSCRIPTION,) if reading.whole else (),
        known={WEBHOOK_SUBSCRIPTION: tuple(map(str, reading.odd_ids))},
    )


def _linq_pieces(snapshot: LinqSnapshot) -> Iterator[bytes]:
    for some in parts(snapshot.subscriptions.items):
        yield written(
            Seen(LINQ, WEBHOOK_SUBSCRIPTION, row.id, as_json(_webhook_fields(row)))
            for row in some
        )
    yield written(_readings(LINQ, snapshot.readings))


def _listings(
    snapshot: AccountSnapshot,
) -> Iterator[tuple[str, tuple[Reading[Any], Callable[[Any], Fields]]]]:
    yield LISTENER, (snapshot.listeners, _listener_fields)
    yield CALLBACK, (snapshot.callbacks, _callback_fields)
    yield PROFILE, (snapshot.profiles, _profile_fields)


def _listener_fields(row: HeardListener) -> Fields:
    fields: Fields = {
        "extension_id": row.extension_id,
        "version": row.version,
        "callback_id": row.callback_id,
        "created_at": _time(row.created_at),
        "expires_at": _time(row.expires_at),
    }
    # What could not be read is left as it was known.
    if row.subscriptions is not None:
        tags = [" ".join(sorted(each)) for each in row.subscriptions]
        fields["subscriptions"] = sorted(map(masked, tags))
    if row.filters is not None:
        fields["filters"] = sorted(map(masked, row.filters))
    return fields


def _callback_fields(row: CallbackRow) -> Fields:
    return {
        "extension_id": row.extension_id,
        "fallback_callback_id": row.fallback_callback_id,
        "name": _text(row.name),
        "profile_id": row.profile_id,
        "enabled": row.enabled,
        "mode": str(row.mode),
        "delivery": str(row.delivery),
        "to": _text(row.to),
        "method": row.method,
    }


def _profile_fields(row: ProfileRow) -> Fields:
    return {
        "extension_id": row.extension_id,
        "name": masked(row.name),
        "support_email": _text(row.support_email),
    }


def _webhook_fields(row: WebhookSubscription) -> Fields:
    numbers = row.phone_numbers
    return {
        "target_url": masked(row.target_url),
        "subscribed_events": sorted(map(str, row.subscribed_events)),
        "is_active": row.is_active,
        "created_at": _time(row.created_at),
        # Also tells of a change in what is masked here.
        "updated_at": _time(row.updated_at),
        "phone_numbers": None if numbers is None else sorted(map(masked, numbers)),
        "routing_key_header": row.routing_key_header,
        "routing_id_header": row.routing_id_header,
    }


def _readings(account: int, readings: tuple[Reading[Any], ...]) -> Iterator[Seen]:
    for reading in readings:
        error = reading.error or reading.refused
        why = str(error) if error is not None else reading.report.reason
        fields = {"whole": reading.whole, "why": "" if reading.whole else masked(why)}
        yield Seen(account, READING, reading.resource, as_json(fields))


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def _text(text: str | None) -> str | None:
    return None if text is None else masked(text)
