"""What Phone.com's rows may be, and rows drawn from that.

Its OpenAPI (4.6.11) gives the bodies of requests alone; what an answer has beside
those fields, such as ids, only the samples on the pages show. A field is required here
if one of the two says so. Values are as wide as the OpenAPI has them: any object for a
filter's value or an application's parameters, and any further fields anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from hypothesis import strategies as st

Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string"}
WHOLE: Final[Schema] = {"type": "integer"}
ID: Final[Schema] = {"type": "integer", "minimum": 1}
FLAG: Final[Schema] = {"type": "boolean"}
ANY_OBJECT: Final[Schema] = {"type": "object"}
# The OpenAPI has no upper bound; that the unit is a second, and so where it ends, is
# what the samples show.
TIME: Final[Schema] = {"type": "integer", "minimum": 1, "maximum": 253_402_300_799}


def one_of(*values: object) -> Schema:
    """Describe one of several values."""
    return {"enum": values}


def or_null(schema: Schema) -> Schema:
    """Describe the same, or null."""
    return {**schema, "nullable": True}


def list_of(items: Schema) -> Schema:
    """Describe a list."""
    return {"type": "array", "items": items}


def record(required: Mapping[str, Schema], **optional: Schema) -> Schema:
    """Describe an object; it may have other fields, too."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
    }


OWNED: Final = {"id": ID, "voip_id": ID}
EXTENSION_ID: Final = or_null(ID)

LISTENER_FIELDS: Final = {**OWNED, "callback_id": ID, "created_at": TIME}
LISTENER_OPTIONS: Final = {
    "extension_id": EXTENSION_ID,
    "version": one_of("1.0.0", "1.1.0", "2.0.0"),
    "expires_at": or_null(TIME),
}
LISTENER: Final = record(LISTENER_FIELDS, **LISTENER_OPTIONS)

PROFILE: Final = record(
    # Samples have null for the address, which the OpenAPI does not allow to write.
    {**OWNED, "name": TEXT, "support_email": or_null(TEXT), "created_at": TIME},
    extension_id=EXTENSION_ID,
)

TAG_NAMES: Final = (
    *("inbound", "outbound", "call", "new-call", "connecting-call", "connected-call"),
    *("completed-call", "first-leg", "not-first-leg", "to-did", "from-did"),
    *("to-extension", "from-extension", "message", "sms-message", "mms-message"),
    *("*ms-message", "api-error", "api-error-trusted", "call-log", "recording"),
    *("call-recording", "message-status", "voicemail-recording"),
)
SUBSCRIPTION: Final = record({"id": ID, ":tags": list_of(one_of(*TAG_NAMES))})

FILTER: Final = record(
    {
        "id": ID,
        "filter_type": one_of("number", "schedule"),
        "filter_value": ANY_OBJECT,
    },
    not_logic=FLAG,
    listener_id=ID,
)
# As the prose has them.
NUMBERS: Final = record({}, eq=TEXT, match=TEXT, **{"in": list_of(TEXT)})
SCHEDULE: Final = record({"id": WHOLE})

RATE_LIMIT: Final = or_null(
    record(
        {
            "number": {"type": "integer", "minimum": 1, "maximum": 1000},
            "period": {"type": "integer", "minimum": 10, "maximum": 3600},
        }
    )
)
HEADER: Final = record({"name": TEXT, "value": TEXT})
# True stands for what is masked; only the page on callbacks says so.
MASKED_HEADER: Final = record({"name": TEXT, "value": one_of(True)})
CONFIG: Final = record(
    {},
    url=TEXT,
    method=one_of("GET", "POST", "PUT", "PATCH", "DELETE"),
    headers=or_null(list_of({"anyOf": [HEADER, MASKED_HEADER]})),
    timeout=or_null(WHOLE),
    email=TEXT,
    mode=one_of("json", "text"),
    rate_limit=RATE_LIMIT,
    application=one_of("sms-autoresponder", "google-analytics"),
    parameters=ANY_OBJECT,
    **{"rate-limit": {"anyOf": [RATE_LIMIT, {}]}},  # so only the prose has it
)
CALLBACK_OPTIONS: Final = {
    "extension_id": EXTENSION_ID,
    "name": or_null({"type": "string", "minLength": 1, "maxLength": 128}),
    "fallback_callback_id": or_null({"type": "integer", "minimum": 0}),
    "profile_id": or_null({"type": "integer", "minimum": 0}),
    "enabled": FLAG,
}
MODES: Final = ("HTTPS", "HTTP", "EMAIL", "APPLICATION")


def callback(mode: str | None, config: Schema = CONFIG) -> Schema:
    """Describe the callbacks of a mode, or those that do not say theirs."""
    required = {**OWNED, "config": config}
    if mode is not None:
        required["mode"] = one_of(mode)
    return record(required, **CALLBACK_OPTIONS)


PARAMETERS: Final = record(
    {},
    message=TEXT,
    tracking_id=TEXT,
    static=ANY_OBJECT,
    dynamic=ANY_OBJECT,
    **{"rate-limit": WHOLE},
)
APPLICATION: Final = record(
    {"application": one_of("sms-autoresponder", "google-analytics")},
    parameters=PARAMETERS,
)
NESTED_CALLBACK: Final = record(
    {**OWNED, "config": CONFIG},
    mode=one_of(*MODES),
    **CALLBACK_OPTIONS,
    **{":profile": or_null(PROFILE), ":fallback": or_null(callback("HTTPS"))},
)
OVERVIEW: Final = record(
    {**LISTENER_FIELDS, ":subscriptions": list_of(SUBSCRIPTION)},
    **LISTENER_OPTIONS,
    **{":callback": or_null(NESTED_CALLBACK), ":filters": list_of(FILTER)},
)

ACCOUNT: Final = record(
    {"id": ID},
    name=TEXT,
    username=TEXT,
    timezone=TEXT,
    features=ANY_OBJECT,
    master_account=or_null(ANY_OBJECT),
    contact=or_null(ANY_OBJECT),
    billing_contact=or_null(ANY_OBJECT),
)
EXTENSION: Final = record(
    {"id": ID}, extension=WHOLE, name=TEXT, full_name=TEXT, voip_id=ID
)

JUNK: Final[st.SearchStrategy[Any]] = st.sampled_from(
    [None, True, 0, 1.5, "", "x", "7", [], ["x"], [7], {}, {"id": "x"}, {"eq": 5}]
)
# Of other kinds of rows and modes, and such as no kind has.
NAMES: Final = (
    *("id", "eq", "in", "match", "message", "tracking_id", "static", "url", "email"),
    *("rate-limit", "parameters", ":new", "", "é", "self", "extra"),
)


def rows(schema: Schema) -> st.SearchStrategy[Any]:
    """Give values that a schema allows, as OpenAPI 3.0 reads it."""
    if schema.get("nullable"):
        return st.none() | rows({**schema, "nullable": False})
    if "anyOf" in schema:
        return st.one_of([rows(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return _BY_TYPE[schema.get("type")](schema)


def _objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    parts = {name: rows(part) for name, part in schema.get("properties", {}).items()}
    required = {name: parts[name] for name in schema.get("required", ())}
    optional = {name: part for name, part in parts.items() if name not in required}
    others = [name for name in NAMES if name not in parts]
    return st.builds(
        lambda other, given: other | given,
        st.dictionaries(st.sampled_from(others), JUNK, max_size=2),
        st.fixed_dictionaries(required, optional=optional),
    )


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    most = min(schema.get("maxLength", 12), 12)
    return st.text(min_size=schema.get("minLength", 0), max_size=most)


_BY_TYPE: Final[Mapping[str | None, Callable[[Schema], st.SearchStrategy[Any]]]] = {
    "object": _objects,
    "array": lambda schema: st.lists(rows(schema["items"]), max_size=3),
    "string": _texts,
    "integer": lambda schema: st.integers(schema.get("minimum"), schema.get("maximum")),
    "boolean": lambda _: st.booleans(),
    None: lambda _: JUNK,
}
