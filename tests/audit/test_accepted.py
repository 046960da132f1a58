"""Accepted findings: which entries fit, for how long, and which found nothing."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from phonecom_events import InvalidArgument, LinqClient, PhoneComClient
from phonecom_events.audit import (
    Acceptance,
    Audited,
    AuditOptions,
    Finding,
    Place,
    Selection,
    Severity,
    audit,
)
from phonecom_events.audit.report.accepted import Acceptances
from phonecom_events.audit.slices import at_once
from phonecom_events.sandbox import Sandbox

TODAY = date(2026, 11, 27)
TERMS = AuditOptions(now=datetime(2026, 11, 27, 23, 59, tzinfo=UTC))
WHY = "the CRM is being replaced"


def finding(check: str = "PC101", account: int | None = 1, **place: Any) -> Finding:
    """Make a finding about listener 7, if nothing else is said."""
    return Finding(
        id=check,
        severity=Severity.ERROR,
        title="T",
        where=Place(account=account, **{"kind": "listener", "id": 7, **place}),
        why="w",
        what_to_do="x",
    )


def marked(
    found: Finding, *entries: Acceptance, options: AuditOptions = TERMS
) -> tuple[Finding, tuple[Acceptance, ...]]:
    """Return the finding as it is told, and the entries that fitted nothing."""
    acceptances = Acceptances(entries, options, Selection())
    audited = Audited(account=found.where.account, findings=(found,))
    (told,) = at_once(acceptances.mark(audited)).findings
    return told, acceptances.unmatched


@pytest.mark.parametrize(
    ("entry", "fits"),
    [
        ({}, True),
        ({"check": "pc1"}, True),
        ({"check": "PC102"}, False),
        ({"account": 1}, True),
        ({"account": 2}, False),
        ({"target": "listener:7"}, True),
        ({"target": "listener 7"}, True),
        ({"target": "listener:70"}, False),
        ({"account": 1, "target": "listener:7"}, True),
        ({"account": 2, "target": "listener:7"}, False),
    ],
)
def test_an_entry_fits_by_check_account_and_place(
    *, entry: dict[str, Any], fits: bool
) -> None:
    """Each that is given has to fit; the check also by how it begins."""
    accepted = Acceptance(**{"check": "PC101", "reason": WHY, **entry})
    told, _ = marked(finding(), accepted)
    assert told.accepted == (accepted if fits else None)
    assert told.fingerprint == finding().fingerprint


@pytest.mark.parametrize(
    "found",
    [
        finding(),
        finding("PC001", kind="account", id=None),
        finding("LQ103", None, kind="webhook_subscription", id="a:b"),
        finding(extension=500),
    ],
)
def test_a_fingerprint_is_accepted_as_it_stands(found: Finding) -> None:
    """What a report has as a fingerprint fits what it was found by, and nothing else."""
    entry = Acceptance.of(found.fingerprint, reason=WHY)
    assert marked(found, entry)[0].accepted == entry
    assert marked(finding("PC105", 9, id=8), entry)[0].accepted is None


@pytest.mark.parametrize(
    ("until", "in_force"),
    [(None, True), (TODAY, True), (TODAY - timedelta(1), False), (date.max, True)],
)
def test_an_entry_ends_with_its_last_day(*, until: date | None, in_force: bool) -> None:
    """Its last day counts in UTC; after it the finding is back, and says so."""
    told, unmatched = marked(
        finding(), Acceptance(check="PC101", reason=WHY, until=until)
    )
    assert bool(told.accepted) is in_force
    expected = "w" if in_force else "w; accepted until 2026-11-26, which has passed"
    assert told.why == expected
    assert unmatched == ()


def test_an_entry_in_force_counts_more_than_one_that_has_ended() -> None:
    """Of several that fit, the first that is in force decides."""
    old = Acceptance(check="PC101", account=1, reason="old", until=date(2020, 1, 1))
    first = Acceptance(check="PC1", reason="first")
    second = Acceptance(check="PC101", account=1, reason="second")
    told, unmatched = marked(finding(), old, first, second)
    assert told.accepted == first
    assert unmatched == ()


@pytest.mark.parametrize(
    "wrong",
    [
        {"check": ""},
        {"check": 101},
        {"reason": ""},
        {"reason": "  "},
        {"reason": None},
        {"account": 0},
        {"account": "1"},
        {"account": True},
        {"target": ""},
        {"target": 7},
        {"until": "2027-01-31"},
        {"until": datetime(2027, 1, 31, tzinfo=UTC)},
    ],
)
def test_what_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    """Every field is checked when an acceptance is built."""
    with pytest.raises(InvalidArgument):
        Acceptance(**{"check": "PC101", "reason": WHY, **wrong})


@pytest.mark.parametrize(
    "text", ["PC101:x", "PC101:-1:listener:7", "PC101:0", ":1", ""]
)
def test_what_is_no_fingerprint_is_refused(text: str) -> None:
    """Its account has to be a voip id, and its check named."""
    with pytest.raises(InvalidArgument):
        Acceptance.of(text, reason=WHY)


async def test_what_is_no_acceptance_is_refused(phonecom: PhoneComClient) -> None:
    """So is one of a check that there is not, before any request."""
    for wrong in ("PC101", Acceptance(check="PC999", reason=WHY)):
        with pytest.raises(InvalidArgument):
            await audit(phonecom, [1], accepted=[wrong])  # type: ignore[list-item]


def test_an_acceptance_is_a_value() -> None:
    """It pickles, compares, and says what it is about."""
    entry = Acceptance.of("pc101:1:listener:7", reason=WHY, until=TODAY)
    assert pickle.loads(pickle.dumps(entry)) == entry
    assert entry.label == "PC101 of account 1, listener:7"
    assert Acceptance(check="PC3", reason=WHY).label == "PC3"
    assert entry.to_dict() == {
        "check": "PC101",
        "account": 1,
        "target": "listener:7",
        "reason": WHY,
        "until": "2026-11-27",
    }


async def test_accepted_findings_do_not_count(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """They are in the report, marked, but neither counted nor a reason to fail."""
    sandbox.add_listener(1000002, id=7, expires_at=1)
    sandbox.add_listener(1000002, id=8, expires_at=1)
    entries = [
        Acceptance.of("PC101:1000002:listener:7", reason=WHY),
        Acceptance(check="PC105", reason="found nothing"),
    ]
    report = await audit(
        phonecom, [1000002], linq=linq, select=["PC1"], accepted=entries
    )
    accepted = {f.where.id: f.accepted for f in report.findings if f.id == "PC101"}
    assert accepted == {7: entries[0], 8: None}
    assert report.counts[Severity.ERROR] == 1
    assert [each.where.id for each in report.accepted] == [7]
    assert report.unmatched == (entries[1],)
    plain = report.to_dict()
    assert plain["summary"]["accepted"] == 1
    assert plain["findings"][0]["accepted"]["reason"] == WHY
    assert plain["unmatched"] == [entries[1].to_dict()]
    only = evolve(report, findings=report.accepted)
    assert (only.exit_code(Severity.INFO), report.exit_code(Severity.INFO)) == (0, 1)


@pytest.mark.parametrize(
    ("entry", "select", "told"),
    [
        ({"check": "PC104"}, [], True),
        ({"check": "PC104", "account": 1000002}, [], True),
        ({"check": "PC104", "account": 999}, [], False),
        ({"check": "PC104"}, ["PC2"], False),
        ({"check": "PC"}, ["PC2"], True),
        ({"check": "LQ1"}, [], False),
    ],
)
async def test_only_what_was_looked_for_can_have_found_nothing(
    sandbox: Sandbox,
    phonecom: PhoneComClient,
    *,
    entry: dict[str, Any],
    select: list[str],
    told: bool,
) -> None:
    """Other accounts, checks that were not run, and Linq without a key are not told."""
    sandbox.add_account(1000002)
    accepted = Acceptance(**{"reason": WHY, **entry})
    report = await audit(phonecom, [1000002], select=select, accepted=[accepted])
    assert report.unmatched == ((accepted,) if told else ())


async def test_a_gap_says_nothing_about_an_acceptance(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """What could not be read may have had what was accepted."""
    sandbox.add_account(1000002)
    entry = Acceptance(check="PC104", reason=WHY)
    report = await audit(phonecom, [1000002, 999], accepted=[entry])
    assert report.unmatched == ()
    own = Acceptance(check="PC104", account=1000002, reason=WHY)
    report = await audit(phonecom, [1000002, 999], accepted=[own])
    assert report.unmatched == (own,)


def test_what_is_remembered_does_not_grow() -> None:
    """Of 100,000 accounts, only those that entries name leave anything behind."""
    entry = Acceptance(check="PC101", account=3, reason=WHY)
    acceptances = Acceptances([entry], TERMS, Selection())
    for account in range(1, 100_001):
        at_once(acceptances.mark(Audited(account=account)))
    held = (acceptances._read, acceptances._matched, acceptances._undecided)
    assert sum(map(len, held)) == 1
    assert len(acceptances._by_place) == 1


def test_without_entries_nothing_is_done() -> None:
    """What became of an account is handed on as it is."""
    audited = Audited(account=1, findings=(finding(),))
    assert at_once(Acceptances([], TERMS, Selection()).mark(audited)) is audited
