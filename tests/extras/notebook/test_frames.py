"""Frames of pandas and of polars: their types, also where there is nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pandas as pd
import polars as pl
import pytest
from attrs import evolve

from phonecom_events import Listener, PhoneComClient
from phonecom_events.audit import AuditOptions, AuditReport
from phonecom_events.errors import DecodeError
from phonecom_events.frames import to_pandas, to_polars
from phonecom_events.pagination import Page
from phonecom_events.phonecom import Callback, EmailConfig, OverviewListener
from phonecom_events.sandbox import Sandbox

ACCOUNT: Final = 1000002
NOW = datetime(2026, 11, 27, 12, 30, 15, 250, tzinfo=UTC)
LISTENER = Listener(id=2**53 + 1, voip_id=1, callback_id=2, created_at=NOW)
UTC_TIME: Final = "datetime64[us, UTC]"
PANDAS: Final = {
    "id": "int64",
    "voip_id": "int64",
    "extension_id": "Int64",
    "version": "string",
    "callback_id": "int64",
    "created_at": UTC_TIME,
    "expires_at": UTC_TIME,
}
POLARS: Final = {
    "id": pl.Int64,
    "voip_id": pl.Int64,
    "extension_id": pl.Int64,
    "version": pl.String,
    "callback_id": pl.Int64,
    "created_at": pl.Datetime("us", "UTC"),
    "expires_at": pl.Datetime("us", "UTC"),
}
ROWS: Final = [
    pytest.param((), id="none"),
    pytest.param((LISTENER,), id="all missing"),
    pytest.param(
        (LISTENER, evolve(LISTENER, extension_id=5, expires_at=NOW)), id="two"
    ),
]


@pytest.mark.parametrize("rows", ROWS)
def test_types_in_pandas_follow_from_the_model(rows: tuple[Listener, ...]) -> None:
    """So they are the same for no rows, for missing values and for others."""
    frame = to_pandas(rows, Listener)

    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == PANDAS
    assert len(frame) == len(rows)
    assert list(frame["id"]) == [row.id for row in rows]
    assert list(frame["expires_at"].isna()) == [row.expires_at is None for row in rows]


@pytest.mark.parametrize("rows", ROWS)
def test_types_in_polars_follow_from_the_model(rows: tuple[Listener, ...]) -> None:
    """So they are the same for no rows, for missing values and for others."""
    frame = to_polars(rows, Listener)

    assert dict(frame.schema) == POLARS
    assert frame["id"].to_list() == [row.id for row in rows]
    assert frame["created_at"].to_list() == [row.created_at for row in rows]
    assert frame["extension_id"].to_list() == [row.extension_id for row in rows]


def test_a_missing_id_makes_no_fraction_of_others() -> None:
    """An id over 2⁵³ would be another one as a fraction."""
    rows = (LISTENER, evolve(LISTENER, extension_id=2**53 + 1))

    assert to_pandas(rows)["extension_id"][1] == 2**53 + 1
    assert pd.DataFrame(Page(items=rows))["extension_id"][1] == 2**53 + 1


def test_times_beyond_nanoseconds_stay_what_they_are() -> None:
    """JSON may have the year 9999; pandas by default ends in 2262."""
    late = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    frame = to_pandas([evolve(LISTENER, expires_at=late)])

    assert frame["expires_at"][0].year == 9999


def test_numbers_of_any_size_are_kept() -> None:
    """JSON has whole numbers that no column of 64 bits can hold."""
    row = evolve(LISTENER, callback_id=2**70)

    assert to_pandas([row])["callback_id"][0] == 2**70
    assert to_polars([row])["callback_id"].to_list() == [str(2**70)]


@pytest.mark.parametrize("frame_of", [to_pandas, to_polars])
@pytest.mark.parametrize("model", [Callback, OverviewListener])
def test_nested_models_are_flattened(
    model: Any, frame_of: Callable[[Any, Any], Any]
) -> None:
    """With a dot in the names of their columns, and no value of a header."""
    names = list(frame_of((), model).columns)

    prefix = "callback." if model is OverviewListener else ""
    assert {f"{prefix}id", f"{prefix}config.url"} <= {*names}
    assert f"{prefix}config.headers.name" in names
    assert f"{prefix}config.headers.value" not in names


def test_lists_in_polars_are_lists() -> None:
    """Also where rows have the same, or none."""
    config = EmailConfig(email="a@example.org")
    callback = Callback(id=1, voip_id=2, config=config)
    frame = to_polars([callback, callback], Callback)

    assert frame.schema["config.headers.name"] == pl.List(pl.String)
    assert frame["config.headers.name"].to_list() == [None, None]
    assert frame["config.email"].to_list() == ["a@example.org"] * 2


def test_the_constructors_take_a_page() -> None:
    """They give the columns that its methods give; polars their types, too."""
    page = Page(items=(LISTENER, LISTENER), model=Listener)

    frame = pd.DataFrame(page)
    assert list(frame.columns) == list(PANDAS)
    assert str(frame["created_at"].dtype).startswith("datetime64[")
    assert list(frame["id"]) == [LISTENER.id] * 2
    assert dict(pl.DataFrame(page).schema) == POLARS
    assert len(pd.DataFrame(Page(model=Listener))) == 0


async def test_a_listing_is_read_whole() -> None:
    """All pages, with the columns of its model; of none, an empty frame."""
    async with Sandbox() as sandbox, _client(sandbox) as phonecom:
        sandbox.add_account(ACCOUNT)
        listeners = phonecom.account(ACCOUNT).listeners
        empty = await listeners.list().to_pandas()
        for _ in range(12):
            sandbox.add_listener(ACCOUNT, callback_id=1768)
        frame = await listeners.list(page_size=5).to_pandas()
        polars_frame = await listeners.list(page_size=5).to_polars()
        page = await listeners.list(page_size=5)

    assert (len(frame), len(polars_frame), len(page.to_pandas())) == (12, 12, 5)
    assert dict(empty.dtypes) == dict(frame.dtypes)
    assert frame["id"].is_unique
    assert dict(page.to_polars().schema) == POLARS


async def test_odd_rows_stay_apart() -> None:
    """They end the reading, or are reported; no frame has them."""
    async with Sandbox() as sandbox, _client(sandbox) as phonecom:
        good = sandbox.add_listener(ACCOUNT, callback_id=1768)
        odd = sandbox.add_listener(ACCOUNT, callback_id="1768")
        listeners = phonecom.account(ACCOUNT).listeners
        listing = listeners.list(odd_rows="report")
        frame = await listing.to_pandas()
        with pytest.raises(DecodeError):
            await listeners.list().to_pandas()

    assert list(frame["id"]) == [good["id"]]
    assert [row.id for row in listing.report.odd_rows] == [odd["id"]]


def test_a_report_has_its_findings_as_rows() -> None:
    """Of no findings, too; ids of places are what they are."""
    report = AuditReport.of((), AuditOptions(now=NOW))
    frame = report.to_pandas()

    assert len(frame) == 0
    assert str(frame["where.account"].dtype) == "Int64"
    assert str(frame["where.id"].dtype) == "object"
    assert str(frame["severity"].dtype) == "string"
    assert report.to_polars().schema["where.id"] == pl.String


def _client(sandbox: Sandbox) -> PhoneComClient:
    return PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url)
