"""The audit's report for people, word for word."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from phonecom_events.audit import (
    Acceptance,
    Audited,
    AuditOptions,
    AuditReport,
    Finding,
    Place,
    Severity,
)
from phonecom_events.audit.snapshot import Reading
from phonecom_events.cli.audit.formats.table import write_table
from phonecom_events.pagination import ScanReport

LONG_ID = "ececd6fd-f403-56cb-8470-89e26d3f42ee"


def finding(number: int, **given: Any) -> Finding:
    """Make a finding about a listener."""
    place = given.pop("where", Place(kind="listener", id=number, account=1))
    usual = {
        "id": "PC101",
        "severity": Severity.ERROR,
        "title": "Listener has expired",
        "where": place,
        "why": "expired 2027-01-01 12:00 UTC, 30 days ago",
        "what_to_do": "Give it a later expires_at, or delete it.",
    }
    return Finding(**{**usual, **given})


def part(account: int | None, *findings: Finding, items: int = 12) -> Audited:
    """Make what became of an account."""
    scan = ScanReport(items=items, requests=1, complete=True, proven=True)
    return Audited(
        account=account,
        findings=findings,
        readings=(Reading(resource="listeners", report=scan),),
    )


@pytest.fixture
def written(bare: None, capsys: pytest.CaptureFixture[str]) -> Any:
    """Write a report of some parts, and return the lines."""

    def write(*parts: Audited) -> list[str]:
        write_table(AuditReport.of(parts, AuditOptions()), seconds=0.5)
        return capsys.readouterr().out.splitlines()

    return write


def test_a_report_reads_like_this(written: Any) -> None:
    """Accounts are grouped, checks told once, and clean accounts listed."""
    extension = Place(kind="listener", id=7, account=1, extension=500)
    version = {"id": "PC103", "severity": Severity.WARNING, "title": "Old version"}
    lines = written(
        part(1, finding(1001), finding(7, where=extension), finding(9, **version)),
        part(2),
        part(None),
    )
    assert lines == [
        "Account 1  12 listeners",
        "",
        "  ERROR PC101  Listener has expired",
        "    listener 1001          expired 2027-01-01 12:00 UTC, 30 days ago",
        "    listener 7 (ext. 500)  expired 2027-01-01 12:00 UTC, 30 days ago",
        "    → Give it a later expires_at, or delete it.",
        "",
        "  WARNING PC103  Old version",
        "    listener 9  expired 2027-01-01 12:00 UTC, 30 days ago",
        "    → Give it a later expires_at, or delete it.",
        "",
        "Nothing found in 1 account: 2",
        "Nothing found in Linq",
        "",
        "2 errors, 1 warning, 0 infos. Read 36 listeners of 2 accounts in 3 requests and",
        "0.50 s.",
    ]


def test_the_worst_account_comes_first(written: Any) -> None:
    """More errors come before fewer, errors before warnings, then by voip id."""
    warning = {"id": "PC103", "severity": Severity.WARNING}
    lines = written(
        part(1, finding(1, **warning), finding(2, **warning)),
        part(2, finding(1)),
        part(3, finding(1), finding(2)),
        part(4, finding(1)),
    )
    headings = [line.split()[1] for line in lines if line.startswith("Account")]
    assert headings == ["3", "2", "4", "1"]


def test_a_long_list_is_cut_and_counted(written: Any) -> None:
    """Ten places of a check are shown; the line after says how many there are."""
    lines = written(part(1, *[finding(number) for number in range(1, 1016)]))
    assert sum("expired 2027" in line for line in lines) == 10
    assert "    … and 1,005 more; CSV and JSON have them all" in lines


def test_a_long_list_of_clean_accounts_is_cut(written: Any) -> None:
    """Two thousand clean accounts do not fill the screen."""
    lines = written(*[part(number) for number in range(1, 2001)])
    assert lines[0] == (
        "Nothing found in 2,000 accounts: 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 1,990 more"
    )


def test_a_long_id_is_never_cut(written: Any) -> None:
    """Where an id leaves no room, the reason goes on the next line."""
    place = Place(kind="webhook_subscription", id=LONG_ID)
    lines = written(part(None, finding(0, where=place, why="it is switched off")))
    assert lines[3:5] == [
        f"    webhook subscription {LONG_ID}",
        "      it is switched off",
    ]


def test_long_reasons_hang_under_their_start(
    written: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A narrow terminal breaks lines between words, aligned."""
    monkeypatch.setenv("COLUMNS", "50")
    lines = written(part(1, finding(1001)))
    assert lines[3:5] == [
        "    listener 1001  expired 2027-01-01 12:00 UTC,",
        "                   30 days ago",
    ]
    assert max(map(len, lines)) <= 50


def test_a_terminal_is_not_told_what_to_do_by_a_server(written: Any) -> None:
    """Escape sequences and hidden characters from the API are shown, not obeyed."""
    lines = written(part(1, finding(1, why="a\x1b[2Jb\u202ec\r\nd")))
    assert "    listener 1  a\\x1b[2Jb\\u202ec\\r\\nd" in lines


@pytest.mark.parametrize(("no_color", "coloured"), [("", True), ("1", False)])
def test_colour_is_for_terminals_without_no_color(
    written: Any, monkeypatch: pytest.MonkeyPatch, no_color: str, *, coloured: bool
) -> None:
    """Forced colour shows up in severities, and NO_COLOR takes it away."""
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", no_color)
    text = "\n".join(written(part(1, finding(1))))
    assert ("31m" in text) is coloured
    assert "ERROR" in text


def test_accepted_findings_come_last(written: Any) -> None:
    """Each with its reason in place of the way out, and apart from the counts."""
    entry = Acceptance(check="PC101", reason="It is meant", until=date(2999, 12, 31))
    lines = written(part(1, finding(7, accepted=entry), finding(9)))
    text = "\n".join(lines)
    assert text.index("ERROR PC101") < text.index("ACCEPTED PC101")
    place = lines.index("  ACCEPTED PC101  Listener has expired")
    assert lines[place + 1].startswith("    listener 7  expired 2027-01-01")
    assert lines[place + 2] == "    → Accepted until 2999-12-31: It is meant"
    assert "1 error, 0 warnings, 0 infos, and 1 accepted. Read" in text
