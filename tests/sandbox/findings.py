"""A second opinion on an estate: every problem, found in what the API answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, combinations
from typing import Any, Final
from urllib.parse import urlsplit

from attrs import field, frozen

from phonecom_events.sandbox import ReceiverAnswer

from .box import NOW

Row = Mapping[str, Any]

_DAYS: Final = 14 * 86_400
_TEST_HOSTS: Final = ("example.org", "localhost", "127.0.0.1", "192.168.1.20")
_OPPOSITES: Final = [
    {"inbound", "outbound"},
    {"new-call", "completed-call"},
    {"first-leg", "not-first-leg"},
    {"from-did", "from-extension"},
    {"to-did", "to-extension"},
    {"sms-message", "mms-message"},
]
_KNOWN_EVENTS: Final = {
    *("message.received", "message.failed", "message.edited", "chat.created"),
    *("call.answered", "call.ended", "message.opt_in", "message.opt_out"),
}


@frozen
class Contents:
    """Everything that an estate's API answers."""

    overview: list[Row]
    callbacks: list[Row]
    profiles: list[Row]
    linq: list[Row]
    linq_numbers: list[str]
    linq_events: list[str]
    receivers: Mapping[str, ReceiverAnswer] = field(factory=dict)


def findings(contents: Contents) -> dict[str, set[int | str]]:
    """Return the rows that show each problem, by the names that estates use."""
    every: Iterable[tuple[str, int | str]] = chain(
        _of_listeners(contents.overview),
        _of_pairs(contents.overview),
        _of_callbacks(contents),
        _of_receivers(contents),
        _of_profiles(contents),
        _of_linq(contents.linq),
        _of_linq_names(contents),
    )
    found: dict[str, set[int | str]] = {}
    for problem, key in every:
        found.setdefault(problem, set()).add(key)
    return found


def _of_listeners(rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    for row in rows:
        key, end = row["id"], row["expires_at"]
        subscriptions = [set(s[":tags"]) for s in row[":subscriptions"]]
        if end is not None and end <= NOW:
            yield "listener expired", key
        if end is not None and NOW < end <= NOW + _DAYS:
            yield "listener expires soon", key
        if row["version"].startswith("1."):
            yield "listener on events version 1.x", key
        if not subscriptions:
            yield "listener without subscriptions", key
        if any(_contradicts(tags) for tags in subscriptions):
            yield "listener with tags that never match", key
        if row["extension_id"] and any("api-error" in tags for tags in subscriptions):
            yield "listener with api-error below account level", key
        if row[":callback"] is None:
            yield "listener whose callback is missing", key


def _contradicts(tags: set[str]) -> bool:
    kinds = {_kind(tag) for tag in tags} - {None}
    if len(kinds) > 1 or any(pair <= tags for pair in _OPPOSITES):
        return True
    undirected = kinds & {"call-log", "recording", "api-error"}
    return bool(undirected and tags & {"inbound", "outbound"})


def _kind(tag: str) -> str | None:
    for kind in ("call-log", "recording", "api-error", "message", "call"):
        if kind in tag:
            return kind
    return "call" if "leg" in tag else None


def _of_pairs(rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    for one, other in combinations([r for r in rows if r[":callback"]], 2):
        tags = [set(s[":tags"]) for r in (one, other) for s in r[":subscriptions"]]
        overlap = len(tags) == 2 and (tags[0] <= tags[1] or tags[1] <= tags[0])
        urls = {row[":callback"]["config"].get("url") for row in (one, other)}
        for row in (one, other):
            if overlap and len(urls) == 1 and None not in urls:
                yield "listeners that deliver an event twice", row["id"]
            if one["callback_id"] == other["callback_id"]:
                yield "listeners that share a callback", row["id"]


def _of_callbacks(contents: Contents) -> Iterator[tuple[str, int]]:
    rows = {row["id"]: row for row in contents.callbacks}
    used = {row["callback_id"] for row in contents.overview}
    used |= {row["fallback_callback_id"] for row in rows.values()}
    for key, row in rows.items():
        url = urlsplit(row["config"].get("url", ""))
        if url.scheme == "http":
            yield "callback over plain http", key
        if url.hostname in _TEST_HOSTS:
            yield "callback to a test URL", key
        if row["mode"] == "EMAIL" and not row["config"].get("email"):
            yield "callback by mail without address", key
        if not row["enabled"]:
            yield "callback disabled", key
        if key not in used:
            yield "callback used by no listener", key
        if row["profile_id"] is None:
            yield "callback without a profile", key
        yield from ((problem, key) for problem in _of_fallback(row, rows))


def _of_receivers(contents: Contents) -> Iterator[tuple[str, int]]:
    for row in contents.callbacks:
        answer = contents.receivers.get(row["config"].get("url", ""))
        if answer is None:
            continue
        if answer.status is None or answer.status >= 400:
            yield "receiver that does not answer well", row["id"]
        elif answer.location:
            yield "receiver that redirects", row["id"]
        elif answer.seconds > 5:
            yield "receiver that answers slowly", row["id"]
        if answer.certificate_days < 14:
            yield "receiver whose certificate ends soon", row["id"]


def _of_fallback(row: Row, rows: Mapping[int, Row]) -> Iterator[str]:
    fallback = row["fallback_callback_id"]
    if fallback is None:
        return
    if fallback not in rows:
        yield "callback whose fallback is missing"
    elif fallback == row["id"]:
        yield "callback that falls back to itself"
    elif not rows[fallback]["enabled"]:
        yield "callback whose fallback is disabled"
    elif rows[fallback]["fallback_callback_id"] == row["id"]:
        yield "callbacks that fall back in a loop"


def _of_profiles(contents: Contents) -> Iterator[tuple[str, int]]:
    used = {row["profile_id"] for row in contents.callbacks}
    for row in contents.profiles:
        if row["support_email"] is None:
            yield "profile without support email", row["id"]
        elif "@" not in row["support_email"]:
            yield "profile with a malformed support email", row["id"]
        if row["id"] not in used:
            yield "profile used by no callback", row["id"]


def _of_linq(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    rows = list(rows)
    for row in rows:
        key, url = row["id"], urlsplit(row["target_url"])
        events = set(row["subscribed_events"])
        if not row["is_active"]:
            yield "linq subscription inactive", key
        if url.scheme == "http":
            yield "linq subscription over plain http", key
        if not events:
            yield "linq subscription without events", key
        if "version=" not in url.query:
            yield "linq subscription without a pinned version", key
        if events - _KNOWN_EVENTS:
            yield "linq subscription to an unknown event", key
        if events & {"message.opt_in", "message.opt_out"}:
            yield "linq subscription to a withdrawn event", key
    for one, other in combinations(rows, 2):
        yield from ((problem, one["id"]) for problem in _of_linq_pair(one, other))
        yield from ((problem, other["id"]) for problem in _of_linq_pair(one, other))


def _of_linq_names(contents: Contents) -> Iterator[tuple[str, str]]:
    for row in contents.linq:
        key, gone = row["id"], {"message.opt_in", "message.opt_out"}
        if set(row["phone_numbers"] or ()) - set(contents.linq_numbers):
            yield "linq subscription to a number of nobody", key
        if set(row["subscribed_events"]) - gone - set(contents.linq_events):
            yield "linq subscription to an event that is not listed", key
        if row["routing_id_header"] and not row["routing_key_header"]:
            yield "linq subscription with an ignored header", key


def _of_linq_pair(one: Row, other: Row) -> Iterator[str]:
    if one["target_url"] == other["target_url"]:
        yield "linq subscriptions with one target"
    hosts = {urlsplit(row["target_url"]).hostname for row in (one, other)}
    events = set(one["subscribed_events"]) & set(other["subscribed_events"])
    numbers = [set(row["phone_numbers"] or ()) for row in (one, other)]
    meet = not numbers[0] or not numbers[1] or bool(numbers[0] & numbers[1])
    if len(hosts) == 1 and events and meet:
        yield "linq subscriptions that deliver an event twice"
