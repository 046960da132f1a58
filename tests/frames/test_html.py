"""Tables for notebooks: whole, escaped, and in no colour of their own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from attrs import evolve, has

from phonecom_events import linq, phonecom
from phonecom_events.audit import (
    Audited,
    AuditOptions,
    AuditReport,
    Finding,
    Place,
    Reading,
    Severity,
)
from phonecom_events.errors import DecodeError
from phonecom_events.linq import deliveries
from phonecom_events.pagination import OddRow, Page, ScanReport
from phonecom_events.phonecom import Callback, HttpConfig, Profile, events

NOW = datetime(2026, 11, 27, tzinfo=UTC)
HOSTILE = "</td></table><script>alert(1)</script><img src=x onerror=alert(1)>\"'&\u202e"
ALLOWED = {"div", "p", "strong", "table", "tr", "th", "td"}
STYLES = re.compile(r"(text-align|overflow-x|opacity|margin|min-width|white-space):")


class Tags(HTMLParser):
    """Collect what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.seen.add(tag)
        for name, value in attrs:
            assert name == "style"
            assert all(STYLES.match(each) for each in (value or "").split(";"))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(html: str) -> Tags:
    """Read HTML, which must be whole, and of harmless tags and styles alone."""
    tags = Tags()
    tags.feed(html)
    tags.close()
    assert tags.open == []
    assert tags.seen <= ALLOWED
    return tags


def finding(number: int, why: str = "w") -> Finding:
    """Return a finding in account 1."""
    return Finding(
        id="PC101",
        severity=Severity.ERROR,
        title=HOSTILE,
        where=Place(kind="listener", id=number, account=1),
        why=why,
        what_to_do="d",
    )


def audited(count: int, error: str = "") -> Audited:
    """Return an account with so many findings, and perhaps one that is unreadable."""
    reading: Reading[Any] = Reading(
        resource="listeners",
        error=DecodeError(error) if error else None,
    )
    found = tuple(map(finding, range(count)))
    return Audited(account=1, findings=found, readings=(reading,))


PROFILE = Profile(id=1, voip_id=2, name=HOSTILE, created_at=NOW)
CALLBACK = Callback(id=1, voip_id=2, name=HOSTILE, config=HttpConfig(url=HOSTILE))
ODD = OddRow(id=7, problems=(HOSTILE,), raw={"secret": "hunter2"})
REPORT = AuditReport.of([audited(12, HOSTILE)], AuditOptions(now=NOW))
EVERYTHING = [
    PROFILE,
    CALLBACK,
    Page(items=[PROFILE, CALLBACK], odd_rows=[ODD]),
    Page(items=[{HOSTILE: HOSTILE}, HOSTILE, [HOSTILE]]),
    ScanReport(odd_rows=(ODD,), odd_row_count=1, reason=HOSTILE),
    audited(3, HOSTILE),
    REPORT,
]


@pytest.mark.parametrize("shown", EVERYTHING, ids=lambda each: type(each).__name__)
def test_nothing_hostile_gets_out_of_its_cell(shown: Any) -> None:
    """Names, URLs, reasons and keys are text, whatever stands in them."""
    tags = read(shown._repr_html_())

    assert "<script>alert(1)</script>" in "".join(tags.texts)


@pytest.mark.parametrize("shown", EVERYTHING, ids=lambda each: type(each).__name__)
def test_nothing_turns_the_text_round_or_hides_it(shown: Any) -> None:
    """A name with such marks would have the words after it read from right to left."""
    html = shown._repr_html_()

    assert html.isprintable()
    assert "\\u202e" in html


@pytest.mark.parametrize("shown", EVERYTHING, ids=lambda each: type(each).__name__)
def test_a_repr_is_one_short_line(shown: Any) -> None:
    """Of pages and reports, that is; in a log as in a plain interpreter."""
    if isinstance(shown, (Profile, Callback)):
        return
    assert len(repr(evolve(shown))) < 200
    assert "\n" not in repr(shown)


def test_a_report_shows_the_ten_worst_and_what_could_not_be_read() -> None:
    """The rest is counted."""
    text = " ".join(read(REPORT._repr_html_()).texts)

    assert text.count("PC101") == 10
    assert "… and 2 more, in .findings" in text
    assert "Could not be read" in text
    assert "1 account, 12 errors, 0 warnings, 0 infos, 1 could not be read" in text


def test_a_report_without_findings_says_so() -> None:
    """And nothing about what could not be read."""
    report = AuditReport.of([audited(0)], AuditOptions(now=NOW))
    text = " ".join(read(report._repr_html_()).texts)

    assert "No findings." in text
    assert "Could not be read" not in text


def test_errors_in_a_report_are_masked() -> None:
    """A URL in one may hold a secret, as in every other form of the report."""
    told = audited(0, "https://example.org/hunter2 refused")

    assert "hunter2" not in told._repr_html_()
    assert "hunter2" not in AuditReport.of([told], AuditOptions(now=NOW))._repr_html_()


def test_no_raw_row_is_shown() -> None:
    """What an odd row holds may be secret; its problems are shown."""
    shown = ScanReport(odd_rows=(ODD,), odd_row_count=1)._repr_html_()

    assert "hunter2" not in shown
    assert "problems" in shown


def test_what_is_long_is_cut() -> None:
    """A name of a megabyte does not stay in the notebook."""
    assert len(evolve(PROFILE, name="x" * 1_000_000)._repr_html_()) < 2_000


def test_every_model_that_is_listed_has_a_table() -> None:
    """Whatever a listing gives, and what hangs on it."""
    missing = [
        name
        for package in (phonecom, linq, events, deliveries)
        for name in package.__all__
        if has(getattr(package, name))
        and not name.startswith("New")
        and not hasattr(getattr(package, name), "_repr_html_")
    ]

    assert missing == []
