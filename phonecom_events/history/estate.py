"""What is kept of what an audit read: rows as fields, masked, and how far they go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from msgspec import Struct, json

from ..audit import (
    AccountSnapshot,
    Audited,
    CallbackRow,
    Finding,
    HeardListener,
    LinqSnapshot,
    ProfileRow,
    Reading,
)
from ..audit.masking import masked
from ..audit.slices import parts
from ..linq import WebhookSubscription
from .tables import LINQ

LISTENER: Final = "listener"
CALLBACK: Final = "callback"
PROFILE: Final = "profile"
WEBHOOK_SUBSCRIPTION: Final = "webhook_subscription"
FINDING: Final = "finding"
READING: Final = "reading"

Fields = dict[str, Any]


class Scope(Struct, frozen=True, kw_only=True):
    """Say what the rows after it are of, and what it means that one is not there.

    Attributes:
        root: the account that was read, 0 for Linq.
        account: whose rows they are, its subaccounts' apart.
        family: its subaccounts were read along with it.
        judged: kinds of which all rows that there are follow.
        known: by kind, keys of rows that are there, but are not as documented.
        unjudged: checks that could not tell, if the rows are findings.
        apart: subaccounts that have a scope of their own.
    """

    root: int
    account: int
    family: bool = False
    judged: tuple[str, ...] = ()
    known: dict[str, tuple[str, ...]] = {}
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


_encoder: Final = json.Encoder(order="sorted")


def as_json(fields: Mapping[str, Any]) -> str:
    """Write fields so that equal ones are equal texts."""
    return _encoder.encode(fields).decode()


def account_scope(snapshot: AccountSnapshot, *, family: bool) -> Scope:
    """Say how far an account was read."""
    readings = dict(_listings(snapshot))
    return Scope(
        root=snapshot.voip_id,
        account=snapshot.voip_id,
        family=family,
        judged=tuple(kind for kind, (each, _) in readings.items() if each.whole),
        known={
            kind: tuple(map(str, each.odd_ids)) for kind, (each, _) in readings.items()
        },
    )


def account_rows(snapshot: AccountSnapshot, *, family: bool) -> Iterator[list[Seen]]:
    """Give what was read of an account, some hundred rows at a time."""
    for kind, (reading, fields) in _listings(snapshot):
        for some in parts(reading.items):
            yield [
                Seen(
                    row.voip_id if family else snapshot.voip_id,
                    kind,
                    str(row.id),
                    as_json(fields(row)),
                )
                for row in some
            ]
    yield list(_readings(snapshot.voip_id, snapshot.readings))


def linq_scope(snapshot: LinqSnapshot) -> Scope:
    """Say how far Linq was read."""
    reading = snapshot.subscriptions
    return Scope(
        root=LINQ,
        account=LINQ,
        judged=(WEBHOOK_SUBSCRIPTION,) if reading.whole else (),
        known={WEBHOOK_SUBSCRIPTION: tuple(map(str, reading.odd_ids))},
    )


def linq_rows(snapshot: LinqSnapshot) -> Iterator[list[Seen]]:
    """Give what was read of Linq, some hundred rows at a time."""
    for some in parts(snapshot.subscriptions.items):
        yield [
            Seen(LINQ, WEBHOOK_SUBSCRIPTION, row.id, as_json(_webhook_fields(row)))
            for row in some
        ]
    yield list(_readings(LINQ, snapshot.readings))


def finding_scope(
    audited: Audited, *, family: bool, parent: int | None, children: Iterable[int]
) -> Scope:
    """Say which findings would be there if there was reason for them.

    Args:
        audited: what became of the account.
        family: whether subaccounts were read along.
        parent: the account that it was read along with, if it was.
        children: those that were read along with it; a subaccount that has nothing of
            its own any more has no findings either, and nothing else says so.
    """
    account = audited.account or LINQ
    return Scope(
        root=account if parent is None else parent,
        account=account,
        family=family and parent is None,
        judged=() if audited.unreadable else (FINDING,),
        unjudged=tuple(audited.undecided),
        apart=tuple(children),
    )


def finding_rows(audited: Audited) -> Iterator[list[Seen]]:
    """Give the findings of an account, some hundred at a time."""
    for some in parts(audited.findings):
        yield [
            Seen(
                audited.account or LINQ,
                FINDING,
                finding.fingerprint,
                as_json(_finding_fields(finding)),
            )
            for finding in some
        ]


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


def _finding_fields(finding: Finding) -> Fields:
    # Not its severity's rank, nor its remedy, which are the check's; and what its
    # reason says, such as a number of days, is kept as it was first.
    return {
        "severity": str(finding.severity),
        "title": finding.title,
        "where": str(finding.where),
        "why": masked(finding.why),
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
