"""The exception tree: one root, fitting builtins, and nothing lost in a pickle."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime

import pytest

from phonecom_events import errors
from phonecom_events.errors import (
    BadRequest,
    Conflict,
    ConnectionLost,
    ConnectTimeout,
    DeadlineExceeded,
    DecodeError,
    Forbidden,
    InvalidArgument,
    NotFound,
    OutcomeUnknown,
    PaginationError,
    PhonecomEventsError,
    ProxyFailed,
    RateLimited,
    Redirected,
    RequestTimedOut,
    ResponseError,
    ServerError,
    SessionClosed,
    Unauthorized,
    ValidationFailed,
    WebhookError,
    response_error_class,
)


def refused(kind: type[ResponseError] = ValidationFailed) -> ResponseError:
    return kind(
        "refused",
        status=422,
        method="POST",
        path="/listeners",
        code="17",
        vendor_message="Validation failed",
        fields={"callback_id": ("is required",)},
        retry_after=2.5,
        retry_at=datetime(2026, 1, 2, tzinfo=UTC),
        trace_id="abc",
        body="{}",
    )


SAMPLES: list[PhonecomEventsError] = [
    InvalidArgument("wrong"),
    SessionClosed("closed"),
    ConnectTimeout("slow"),
    ProxyFailed("refused", proxy="http://***@proxy:3128", status=407),
    RequestTimedOut("slow"),
    ConnectionLost("cut"),
    refused(),
    OutcomeUnknown("?", method="POST", path="/listeners", error=refused(ServerError)),
    DeadlineExceeded("late", error=ConnectionLost("cut"), retry_at=None),
    DecodeError("odd", problems=("missing @ $.id",), path="$.id"),
    PaginationError("endless", report=("pages", 3)),
    WebhookError("forged"),
]


@pytest.mark.parametrize("error", SAMPLES, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_pickle(error: PhonecomEventsError, protocol: int) -> None:
    """An error equals its pickled self, with its text and its attributes."""
    error.add_note("seen in production")

    again = pickle.loads(pickle.dumps(error, protocol))

    assert again == error
    assert hash(again) == hash(error)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_pickle_covers_every_class() -> None:
    """Each class with attributes of its own is among the samples."""
    own_init = {
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, PhonecomEventsError)
        and "__init__" in vars(kind)
    }

    covered = {base for error in SAMPLES for base in type(error).__mro__}

    assert own_init <= covered


def test_copies_are_equal_and_others_are_not() -> None:
    """Equality looks at class, text and attributes."""
    error = refused()

    assert copy.copy(error) == error
    assert error != refused(ServerError)
    assert error != ValueError("refused")
    assert ConnectionLost("cut") != ConnectionLost("lost")


@pytest.mark.parametrize(
    ("kind", "builtin"),
    [
        (InvalidArgument, ValueError),
        (ConnectTimeout, TimeoutError),
        (RequestTimedOut, TimeoutError),
        (DeadlineExceeded, TimeoutError),
    ],
)
def test_builtins(kind: type[Exception], builtin: type[Exception]) -> None:
    """Errors that Python has a name for can be caught by that name."""
    assert issubclass(kind, builtin)
    assert issubclass(kind, PhonecomEventsError)


def test_one_root_and_drawn() -> None:
    """Every exception has the one root, and stands in the drawn tree."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]

    assert all(issubclass(kind, PhonecomEventsError) for kind in kinds)
    assert [k for k in kinds if k.__name__ not in (errors.__doc__ or "")] == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (300, Redirected),
        (302, Redirected),
        (400, BadRequest),
        (401, Unauthorized),
        (403, Forbidden),
        (404, NotFound),
        (409, Conflict),
        (418, ResponseError),
        (422, ValidationFailed),
        (429, RateLimited),
        (500, ServerError),
        (504, ServerError),
        (599, ServerError),
        (600, ResponseError),
    ],
)
def test_class_of_status(status: int, kind: type[ResponseError]) -> None:
    """Each status of interest has its class, and any other the common one."""
    assert response_error_class(status) is kind
