"""What the vendors' documents leave open, each as an option with a default.

`Behaviour` holds the values and says what each means; `Options` is the same list
as keyword arguments, so that type checkers know them on `Sandbox`.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

from attrs import frozen

DeleteAnswer: TypeAlias = Literal["success", "empty", "204"]


@frozen(kw_only=True)
class Behaviour:
    """How the sandbox acts where the documents do not say.

    The rule behind the defaults: do what the vendor's newest source shows, and
    refuse only what it refuses. `refuse_unknown` alone is stricter than that.
    """

    total: bool = False
    """Put `total` into list answers; most documented samples have none."""

    offset_null: bool = False
    """Answer ``"offset": null`` on a first page."""

    empty_maps_as_lists: bool = False
    """Answer `[]` for an empty `filters` or `sort`, as PHP backends do."""

    echo_sort: bool = True
    """Echo the order; False leaves `sort` empty."""

    default_order: Literal["asc", "desc"] = "desc"
    """The order by id of a list that was asked for without `sort[id]`."""

    limit_cap: int | None = None
    """Cut every `limit` to this many rows, and echo the cut one."""

    ignore_limit: bool = False
    """Answer all rows from the offset on, however few were asked for."""

    ignore_offset: bool = False
    """Answer the first page whatever offset was asked for."""

    brief_fields: tuple[str, ...] = ("id",)
    """The fields that `mode=brief` leaves; what it drops is not documented."""

    create_status: int = 201
    """The status of a Phone.com create."""

    delete_answer: DeleteAnswer = "success"
    """``{"success": true}``, an empty 200, or a 204."""

    field_messages: Literal["list", "text"] = "list"
    """Whether a 422 gives each field a list of messages or one text."""

    refuse_unknown: bool = True
    """Answer 422 to unknown query parameters and body fields.

    The documents do not say; a sandbox that ignored them would let a misspelt
    name pass unseen.
    """

    check_callback_exists: bool = False
    """Refuse listeners and fallbacks that name a callback the account lacks."""

    check_profile_exists: bool = False
    """Refuse callbacks that name a profile the account lacks."""

    null_support_email: bool = True
    """Take null for a profile's support email; samples show it stored."""

    known_tags_only: bool = True
    """Refuse subscription tags outside the 24 of the vendor's schema."""

    full_patch: bool = False
    """Let PATCH demand what POST demands, as the schema has it."""

    config_patch: Literal["replace", "merge"] = "replace"
    """Whether a PATCH replaces a callback's config or merges into it."""

    probe_callbacks: bool = False
    """POST ``{"test": 1}`` to the URL of a new callback; refuse it unless 200 or 201."""

    probe_refusal: int = 422
    """The status of a create that was refused for its failed probe."""

    linq_create_status: int = 201
    """The status of a Linq create."""

    linq_delete_status: int = 204
    """The status of a Linq delete; its body is empty."""

    linq_duplicate_status: int | None = 400
    """The status for a target URL already in use; None allows it."""

    linq_http_targets: bool = False
    """Take plain http target URLs."""

    linq_unknown_events: bool = False
    """Take event types that Linq does not have, whatever it says that it offers."""

    linq_no_events: bool = False
    """Take an empty list of event types."""


class Options(TypedDict, total=False):
    """The fields of `Behaviour` as keyword arguments."""

    total: bool
    offset_null: bool
    empty_maps_as_lists: bool
    echo_sort: bool
    default_order: Literal["asc", "desc"]
    limit_cap: int | None
    ignore_limit: bool
    ignore_offset: bool
    brief_fields: tuple[str, ...]
    create_status: int
    delete_answer: DeleteAnswer
    field_messages: Literal["list", "text"]
    refuse_unknown: bool
    check_callback_exists: bool
    check_profile_exists: bool
    null_support_email: bool
    known_tags_only: bool
    full_patch: bool
    config_patch: Literal["replace", "merge"]
    probe_callbacks: bool
    probe_refusal: int
    linq_create_status: int
    linq_delete_status: int
    linq_duplicate_status: int | None
    linq_http_targets: bool
    linq_unknown_events: bool
    linq_no_events: bool
