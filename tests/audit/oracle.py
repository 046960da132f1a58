"""What an audit has to find, worked out from the explanations of its checks alone.

Nothing of the product is used: rows are dicts as on the wire, and every check is one
brute search over them, however slow. A finding is a check, a kind and an id.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

from attrs import define, field

Row = dict[str, Any]
Found = tuple[str, str, int | str]

SOON = 30 * 86_400
LOOPBACK_OR_PRIVATE = re.compile(r"localhost|127\..*|10\..*|192\.168\..*")

# kind, direction, state of a call, leg, from, to, type of a message
EVENTS = tuple(
    product(
        ("call", "message", "call-log", "recording", "api-error"),
        ("inbound", "outbound"),
        ("new", "connecting", "connected", "completed"),
        ("first", "not first"),
        ("did", "extension"),
        ("did", "extension"),
        ("sms", "mms"),
    )
)
TAGS: dict[str, Callable[[Any], bool]] = {
    "inbound": lambda e: e[0] in ("call", "message") and e[1] == "inbound",
    "outbound": lambda e: e[0] in ("call", "message") and e[1] == "outbound",
    "call": lambda e: e[0] == "call",
    "new-call": lambda e: e[0] == "call" and e[2] == "new",
    "connected-call": lambda e: e[0] == "call" and e[2] == "connected",
    "first-leg": lambda e: e[0] == "call" and e[3] == "first",
    "not-first-leg": lambda e: e[0] == "call" and e[3] == "not first",
    "from-did": lambda e: e[4] == "did",
    "from-extension": lambda e: e[4] == "extension",
    "to-did": lambda e: e[5] == "did",
    "message": lambda e: e[0] == "message",
    "sms-message": lambda e: e[0] == "message" and e[6] == "sms",
    "mms-message": lambda e: e[0] == "message" and e[6] == "mms",
    "api-error": lambda e: e[0] == "api-error",
    "call-log": lambda e: e[0] == "call-log",
}
HEARD = {tag: frozenset(filter(test, EVENTS)) for tag, test in TAGS.items()}


def heard(tags: list[str]) -> frozenset[Any]:
    """Return all events that have all tags."""
    return frozenset(EVENTS).intersection(*(HEARD[tag] for tag in tags))


@define
class Estate:
    """Hold the rows of one account, as on the wire; listeners with their tags."""

    now: int
    listeners: list[Row] = field(factory=list)
    callbacks: list[Row] = field(factory=list)
    profiles: list[Row] = field(factory=list)

    def findings(self, *, all_in_use: bool = False) -> set[Found]:
        """Return all that is wrong.

        Args:
            all_in_use: as if every callback were in use.
        """
        return {
            *self.of_listeners(),
            *self.delivered_twice(),
            *self.of_callbacks(all_in_use=all_in_use),
            *self.unused(),
            *self.of_profiles(),
        }

    def lives(self, listener: Row) -> bool:
        """Tell whether it has not expired."""
        return listener["expires_at"] is None or listener["expires_at"] > self.now

    def callback(self, number: int | None) -> Row | None:
        """Find a callback."""
        return next((row for row in self.callbacks if row["id"] == number), None)

    def of_listeners(self) -> Iterator[Found]:
        """Look at each listener by itself."""
        for row in self.listeners:
            lives, end, tags = self.lives(row), row["expires_at"], row["tags"]
            below = row["extension_id"] is not None
            checks = {
                "PC101": not lives,
                "PC102": lives and end is not None and end - self.now <= SOON,
                "PC103": int(row["version"].split(".")[0]) < 2,
                "PC105": lives and not tags,
                "PC106": lives and not all(map(heard, tags)),
                "PC107": lives and below and any("api-error" in each for each in tags),
                "PC109": lives and self.callback(row["callback_id"]) is None,
            }
            for check, wrong in checks.items():
                if wrong:
                    yield check, "listener", row["id"]
            for other in self.listeners if lives else ():
                same = other["callback_id"] == row["callback_id"]
                if same and other is not row and self.lives(other):
                    yield "PC104", "callback", row["callback_id"]

    def delivered_twice(self) -> Iterator[Found]:
        """Compare every two listeners."""
        for old, new in product(self.listeners, repeat=2):
            one, two = map(self.target, (old, new))
            younger = (old["created_at"], old["id"]) < (new["created_at"], new["id"])
            apart = {old["extension_id"], new["extension_id"]} - {None}
            living = self.lives(old) and self.lives(new)
            if not living or not younger or one is None or one != two:
                continue
            hearings = product(map(heard, old["tags"]), map(heard, new["tags"]))
            if len(apart) < 2 and any(a & b for a, b in hearings):
                yield "PC108", "listener", new["id"]

    def target(self, listener: Row) -> object:
        """Return where its events go, if they do."""
        callback = self.callback(listener["callback_id"])
        if callback is None or not callback["enabled"]:
            return None
        if callback["mode"] == "EMAIL" and callback["config"].get("email"):
            return callback["config"]["email"].lower()
        if callback["mode"] in ("HTTP", "HTTPS"):
            return place(callback["config"]["url"])
        return callback["id"]

    def is_fallback(self, number: int) -> bool:
        """Tell whether a callback is another one's fallback."""
        return any(
            row["fallback_callback_id"] == number and row["id"] != number
            for row in self.callbacks
        )

    def in_use(self, number: int) -> bool:
        """Tell whether events can come to a callback."""
        named = any(
            row["callback_id"] == number and self.lives(row) for row in self.listeners
        )
        return named or self.is_fallback(number)

    def of_callbacks(self, *, all_in_use: bool) -> Iterator[Found]:
        """Look at each callback that is in use."""
        profiles = {row["id"] for row in self.profiles}
        for row in self.callbacks:
            if not (all_in_use or self.in_use(row["id"])):
                continue
            at = ("callback", row["id"])
            if not row["enabled"]:
                yield "PC201", *at
            if row["mode"] == "EMAIL":
                if not row["config"].get("email"):
                    yield "PC203", *at
            else:
                url = urlsplit(row["config"]["url"])
                if url.scheme != "https":
                    yield "PC202", *at
                if LOOPBACK_OR_PRIVATE.fullmatch(url.hostname or ""):
                    yield "PC204", *at
            if row["profile_id"] not in profiles:
                yield "PC210", *at
            yield from self.of_fallback(row)

    def of_fallback(self, row: Row) -> Iterator[Found]:
        """Look at a callback's fallback, and where that leads in the end."""
        number, at = row["fallback_callback_id"], ("callback", row["id"])
        if number is None:
            return
        fallback = self.callback(number)
        if fallback is None:
            yield "PC205", *at
        elif fallback is row:
            yield "PC207", *at
        elif not fallback["enabled"]:
            yield "PC206", *at
        way = [row["id"]]
        while fallback is not None and fallback["id"] not in way:
            way.append(fallback["id"])
            fallback = self.callback(fallback["fallback_callback_id"])
        if len(way) > 1 and fallback is not None and fallback["id"] == way[0]:
            yield "PC208", "callback", min(way)

    def of_receivers(self, answers: dict[str, Row]) -> Iterator[Found]:
        """Look at what the receivers answer that living listeners lead to.

        Args:
            answers: by URL: status, seconds, and days to the certificate's end.
        """
        for row in self.callbacks:
            url = urlsplit(row["config"].get("url", ""))
            inward = LOOPBACK_OR_PRIVATE.fullmatch(url.hostname or "")
            if url.scheme != "https" or inward or not row["enabled"]:
                continue
            if row["mode"] == "EMAIL" or not self.is_led_to(row["id"]):
                continue
            answer = answers[row["config"]["url"]]
            status = answer["status"] or 0
            checks = {
                "PC401": status not in (200, 201) and status // 100 != 3,
                "PC402": status in (200, 201) and answer["seconds"] > 5,
                "PC403": answer["days"] is not None and answer["days"] <= 14,
                "PC404": status // 100 == 3,
            }
            for check, wrong in checks.items():
                if wrong:
                    yield check, "callback", row["id"]

    def is_led_to(self, number: int) -> bool:
        """Tell whether a living listener that hears something leads to a callback."""
        for listener in self.listeners:
            way: list[int] = []
            callback = self.callback(listener["callback_id"])
            while callback is not None and callback["id"] not in way:
                way.append(callback["id"])
                callback = self.callback(callback["fallback_callback_id"])
            if self.lives(listener) and listener["tags"] and number in way:
                return True
        return False

    def unused(self) -> Iterator[Found]:
        """Look for what nothing leads to."""
        named = {row["callback_id"] for row in self.listeners}
        for row in self.callbacks:
            if row["id"] not in named and not self.is_fallback(row["id"]):
                yield "PC209", "callback", row["id"]
        for row in self.profiles:
            if all(each["profile_id"] != row["id"] for each in self.callbacks):
                yield "PC303", "profile", row["id"]

    def of_profiles(self) -> Iterator[Found]:
        """Look at each profile's address."""
        for row in self.profiles:
            email = row["support_email"]
            if not email:
                yield "PC301", "profile", row["id"]
            elif email.count("@") != 1 or " " in email:
                yield "PC302", "profile", row["id"]


def place(url: str) -> tuple[object, ...]:
    """Return what tells two targets apart."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return parts.scheme, parts.hostname, port, parts.path or "/", parts.query


@define
class Linq:
    """Hold webhook subscriptions, as on the wire, and what they can name.

    Attributes:
        known: event types that there are.
        gone: event types that there have been.
        offered: event types that Linq lists.
        numbers: of the account.
    """

    rows: list[Row]
    known: set[str]
    gone: set[str]
    offered: set[str]
    numbers: set[str]

    def findings(self) -> set[Found]:
        """Return all that is wrong."""
        return {
            (check, "webhook_subscription", row["id"])
            for row in self.rows
            for check in (*self.alone(row), *self.beside_others(row))
        }

    def alone(self, row: Row) -> Iterator[str]:
        """Look at a subscription by itself."""
        events = set(row["subscribed_events"])
        id_header, key_header = row["routing_id_header"], row["routing_key_header"]
        url = urlsplit(row["target_url"])
        checks = {
            "LQ101": not row["is_active"],
            "LQ102": url.scheme != "https",
            "LQ103": not events,
            "LQ104": bool(events - self.known - self.gone),
            "LQ106": "version" not in parse_qs(url.query),
            "LQ107": bool(events & self.gone),
            "LQ109": bool(set(row["phone_numbers"] or ()) - self.numbers),
            "LQ110": bool(events - self.offered - self.gone),
            "LQ111": id_header is not None and key_header is None,
        }
        yield from (check for check, wrong in checks.items() if wrong)

    def beside_others(self, row: Row) -> Iterator[str]:
        """Compare a subscription with each older one."""
        active = sorted(
            (each for each in self.rows if each["is_active"]),
            key=lambda each: (each["created_at"], each["id"]),
        )
        for other in active[: active.index(row)] if row in active else []:
            here, there = place(row["target_url"]), place(other["target_url"])
            if here == there:
                yield "LQ105"
            elif here[1:3] == there[1:3] and _share(row, other):
                yield "LQ108"


def _share(one: Row, two: Row) -> bool:
    events = set(one["subscribed_events"]) & set(two["subscribed_events"])
    numbers = [set(row["phone_numbers"] or ()) for row in (one, two)]
    return bool(events) and (not all(numbers) or not numbers[0].isdisjoint(numbers[1]))
