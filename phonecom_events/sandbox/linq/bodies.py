"""What a webhook subscription's fields must be; the first fault found is told."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from ..messages import Document, NotJson, read_json
from ..options import Behaviour
from .events import EVENT_TYPES
from .problems import Code, Refused

_REQUIRED: Final = ("target_url", "subscribed_events")
_ON_CREATE: Final = (
    *_REQUIRED,
    "phone_numbers",
    "routing_key_header",
    "routing_id_header",
)
_ON_UPDATE: Final = (*_ON_CREATE, "is_active")
_E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")


def read_new(body: bytes, behaviour: Behaviour) -> Document:
    """Read the body of a create, with defaults for what it lacks.

    Raises:
        Refused: with 400 and the first thing that is wrong.
    """
    given = _read(body, _ON_CREATE, behaviour)
    for name in _REQUIRED:
        if name not in given:
            raise _missing(name)
    return {**dict.fromkeys(_ON_CREATE), **given, "is_active": True}


def read_changes(body: bytes, behaviour: Behaviour) -> Document:
    """Read the body of an update: what it lacks stays as it is.

    Raises:
        Refused: with 400 and the first thing that is wrong.
    """
    return _read(body, _ON_UPDATE, behaviour)


def _read(body: bytes, names: tuple[str, ...], behaviour: Behaviour) -> Document:
    try:
        given = read_json(body)
    except NotJson:
        raise Refused(400, Code.BAD_JSON, "The body is not valid JSON") from None
    if not isinstance(given, dict):
        raise Refused(400, Code.BAD_JSON, "The body must be a JSON object")
    unknown = [name for name in given if name not in names]
    if unknown and behaviour.refuse_unknown:
        raise _bad(unknown[0], "is not known")
    return {n: _checked(n, given[n], behaviour) for n in names if n in given}


def _checked(name: str, value: Any, behaviour: Behaviour) -> Any:
    if name == "target_url":
        return _target_url(value, behaviour)
    if name == "subscribed_events":
        return _events(value, behaviour)
    if name == "phone_numbers":
        return _phone_numbers(value)
    if name == "is_active":
        if not isinstance(value, bool):
            raise _bad(name, "must be a boolean")
        return value
    if value is not None and not isinstance(value, str):
        raise _bad(name, "must be a string or null")
    return value or None


def _target_url(value: Any, behaviour: Behaviour) -> str:
    if not isinstance(value, str):
        raise _bad("target_url", "must be a string")
    schemes = ("https", "http") if behaviour.linq_http_targets else ("https",)
    try:
        parts = urlsplit(value)
    except ValueError:
        raise _bad("target_url", "must be a URL") from None
    if parts.scheme not in schemes or not parts.hostname:
        raise _bad("target_url", f"must be an {' or '.join(schemes)} URL")
    return value


def _events(value: Any, behaviour: Behaviour) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise _bad("subscribed_events", "must be a list of strings")
    if not value and not behaviour.linq_no_events:
        raise _bad("subscribed_events", "must not be empty")
    unknown = [event for event in value if event not in EVENT_TYPES]
    if unknown and not behaviour.linq_unknown_events:
        raise _bad("subscribed_events", f"has an unknown event type: {unknown[0]}")
    return value


def _phone_numbers(value: Any) -> list[str] | None:
    if value is None or value == []:
        return None
    if not isinstance(value, list):
        raise _bad("phone_numbers", "must be a list or null")
    for number in value:
        if not isinstance(number, str) or not _E164.fullmatch(number):
            raise Refused(400, Code.NOT_E164, "Phone numbers must be in E.164 form")
    return value


def _bad(name: str, what: str) -> Refused:
    return Refused(400, Code.BAD_VALUE, f"{name} {what}")


def _missing(name: str) -> Refused:
    return Refused(400, Code.MISSING_FIELD, f"{name} is required")
