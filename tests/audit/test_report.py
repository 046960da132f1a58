"""The report: order, counts, exit codes, and its JSON form."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from typing import Any

import pytest

from phonecom_events import __version__
from phonecom_events.audit import (
    Audited,
    AuditOptions,
    AuditReport,
    Finding,
    Place,
    Severity,
)
from phonecom_events.errors import TransportError
from phonecom_events.pagination import ScanReport

from .builders import NOW, TERMS, reading


def finding(
    severity: Severity = Severity.WARNING, check: str = "PC101", **place: Any
) -> Finding:
    """Make a finding."""
    where = Place(**{"kind": "listener", "id": 1, "account": 1, **place})
    return Finding(
        id=check,
        severity=severity,
        title="Title",
        where=where,
        why="why",
        what_to_do="What to do.",
    )


def audited(account: int | None, *findings: Finding, **given: Any) -> Audited:
    """Make an account that was read in three requests."""
    scan = ScanReport(items=5, requests=2, retries=1, complete=True, proven=True)
    given.setdefault("readings", (reading("listeners", report=scan),))
    return Audited(account=account, findings=findings, **given)


def unreadable(account: int | None) -> Audited:
    """Make an account that was not read."""
    error = TransportError("cut off")
    return audited(account, readings=(reading("listeners", error=error),))


def report(*parts: Audited) -> AuditReport:
    """Draw up a report."""
    return AuditReport.of(parts, TERMS)


def test_order_does_not_depend_on_what_finished_first() -> None:
    """Accounts come by id with Linq last, findings worst first."""
    parts = [
        audited(None, finding(account=None, kind="webhook_subscription", id="s")),
        audited(20, finding(account=20), finding(Severity.ERROR, account=20)),
        audited(3, finding(account=3), finding(Severity.INFO, account=3)),
    ]
    one, other = report(*parts), report(*parts[::-1])
    assert one == other
    assert [part.account for part in one.audited] == [3, 20, None]
    assert [(f.severity.value, f.where.account) for f in one.findings] == [
        ("error", 20),
        ("warning", None),
        ("warning", 3),
        ("warning", 20),
        ("info", 3),
    ]


def test_ids_are_ordered_as_numbers() -> None:
    """Listener 9 comes before listener 10."""
    parts = audited(1, finding(id=10), finding(id=9), finding(id=100))
    assert [f.where.id for f in report(parts).findings] == [9, 10, 100]


def test_items_requests_and_findings_are_counted() -> None:
    """Sums are over all accounts, and requests include those made again."""
    drawn_up = report(audited(1, finding()), audited(2, finding(Severity.ERROR)))
    assert drawn_up.items == {"listeners": 10}
    assert drawn_up.requests == 6
    assert drawn_up.counts == {
        Severity.ERROR: 1,
        Severity.WARNING: 1,
        Severity.INFO: 0,
    }


@pytest.mark.parametrize(
    ("worst", "codes"),
    [
        (None, [0, 0, 0, 0]),
        (Severity.INFO, [0, 0, 0, 1]),
        (Severity.WARNING, [0, 0, 1, 1]),
        (Severity.ERROR, [0, 1, 1, 1]),
    ],
)
def test_the_exit_code_follows_the_worst_finding(
    worst: Severity | None, codes: list[int]
) -> None:
    """Findings as bad as the threshold make it 1, if there is a threshold."""
    drawn_up = report(audited(1, *([finding(worst)] if worst else [])))
    thresholds = (None, Severity.ERROR, Severity.WARNING, Severity.INFO)
    assert [drawn_up.exit_code(threshold) for threshold in thresholds] == codes


@pytest.mark.parametrize("account", [7, None])
def test_what_could_not_be_read_makes_the_exit_code_2(account: int | None) -> None:
    """A gap outweighs every threshold, in an account and in Linq."""
    drawn_up = report(audited(1, finding(Severity.ERROR)), unreadable(account))
    assert drawn_up.exit_code() == 2
    assert drawn_up.exit_code(Severity.INFO) == 2
    assert [part.account for part in drawn_up.unreadable] == [account]


def test_the_json_form_has_its_documented_keys() -> None:
    """The form survives JSON, and holds every key that the module documents."""
    drawn_up = report(audited(1, finding()), unreadable(7), audited(None))
    plain = json.loads(json.dumps(drawn_up.to_dict()))
    assert plain["schema"] == 1
    assert plain["version"] == __version__
    assert plain["audited_at"] == "2027-01-31T12:00:00Z"
    assert plain["expiring_within"] == 30 * 86_400
    assert plain["complete"] is True
    assert plain["summary"] == {
        "findings": {"error": 0, "warning": 1, "info": 0},
        "accounts": 2,
        "unreadable": 1,
        "items": {"listeners": 10},
        "requests": 6,
    }
    assert [part["account"] for part in plain["audited"]] == [1, 7, None]
    assert plain["audited"][1]["readings"][0]["error"] == "cut off"
    assert plain["audited"][0]["readings"][0] == {
        "resource": "listeners",
        "items": 5,
        "requests": 2,
        "retries": 1,
        "waited": 0.0,
        "queued": 0.0,
        "repeats": 0,
        "steps_back": 0,
        "order": None,
        "odd_row_count": 0,
        "complete": True,
        "proven": True,
        "reason": plain["audited"][0]["readings"][0]["reason"],
        "error": None,
    }
    assert plain["findings"] == [
        {
            "id": "PC101",
            "severity": "warning",
            "title": "Title",
            "where": {"kind": "listener", "id": 1, "account": 1, "extension": None},
            "why": "why",
            "what_to_do": "What to do.",
            "fingerprint": "PC101:1:listener:1",
        }
    ]


def test_the_moment_is_told_in_utc() -> None:
    """A moment given in another offset is written in UTC."""
    east = NOW.astimezone(timezone(timedelta(hours=5)))
    drawn_up = AuditReport.of([], AuditOptions(now=east))
    assert drawn_up.to_dict()["audited_at"] == "2027-01-31T12:00:00Z"
