"""The report as a page: what it says, and in which order."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from attrs import evolve

from phonecom_events.audit import (
    Acceptance,
    AuditReport,
    Comparison,
    Finding,
    Place,
    Severity,
    every_check,
)
from phonecom_events.audit.html import Digest, html_page, html_report
from phonecom_events.audit.report.statistics import MAX_HOSTS, Statistics, Target, Way
from phonecom_events.errors import ServerError
from phonecom_events.pagination import ScanReport

from .builders import NOW, TERMS, reading
from .html_page import audited, finding, page

WARNING = {"id": "PC102", "severity": Severity.WARNING, "title": "Expires soon"}
INFO = {"id": "PC104", "severity": Severity.INFO, "title": "Shared"}
DOUBT = ScanReport(complete=True, reason="the ids are in no order")
LOST = ServerError("GET /x: 503", status=503, method="GET", path="/x")


def test_the_summary_counts_what_was_found() -> None:
    """One sentence has the severities that there are, and where they were found."""
    seen = page(
        audited(1, finding(1), finding(2), finding(3, **WARNING)),
        audited(2, finding(4, **WARNING)),
        audited(3),
        audited(None, finding(5, **INFO)),
    )
    assert (
        "2 errors, 2 warnings and 1 info in 2 of 3 accounts and in Linq." in seen.text
    )
    assert "3 Accounts 1 without findings" in seen.text


def test_linq_alone_is_summed_up_too() -> None:
    """Where no account was audited, none is mentioned."""
    assert "1 error in Linq." in page(audited(None, finding())).text


@pytest.mark.parametrize(
    ("parts", "verdict"),
    [
        ([audited(1), audited(2)], "Nothing was found in 2 accounts."),
        ([audited(1), audited(None)], "Nothing was found in 1 account and Linq."),
        ([audited(None)], "Nothing was found in Linq."),
    ],
)
def test_a_clean_audit_says_so(parts: list, verdict: str) -> None:  # type: ignore[type-arg]
    """It says of what, and that all of it was read."""
    seen = page(*parts)
    assert verdict in seen.text
    assert "verdict good" in seen.values("class")
    assert "Every list was read to its end" in seen.text


def test_an_audit_of_nothing_is_not_a_clean_one() -> None:
    """Where nothing was looked at, nothing is said to be well."""
    seen = page()
    assert "Nothing was audited." in seen.text
    assert "Nothing was read." in seen.text
    assert "verdict good" not in seen.values("class")


def test_gaps_come_first_and_are_explained_below() -> None:
    """An account without findings is not well if it was not read whole."""
    seen = page(
        audited(1, readings=(reading("listeners", report=DOUBT),)),
        audited(2, readings=(reading("profiles", error=LOST),)),
        audited(None, readings=(reading("webhook_subscriptions", error=LOST),)),
    )
    text = seen.text
    gaps = "2 lists could not be read and 1 list cannot be proven complete:"
    assert text.index(gaps) < text.index("Nothing was found")
    assert "verdict good" not in seen.values("class")
    lost = "Account 2, profiles: could not be read GET /x: 503"
    doubt = "Account 1, listeners: not proven complete the ids are in no order"
    assert text.index(lost) < text.index(doubt)
    assert "Linq, webhook subscriptions: could not be read" in text
    assert "Every list was read to its end" not in text


def test_lists_with_one_reason_are_one_gap() -> None:
    """An account that cannot be read is told once, with the lists that it lacks."""
    names = ("listeners", "callbacks", "profiles")
    seen = page(audited(1, readings=[reading(name, error=LOST) for name in names]))
    assert "3 lists could not be read" in seen.text
    told = "Account 1, listeners, callbacks and profiles: could not be read GET /x: 503"
    assert told in seen.text


def test_what_a_gap_says_is_masked() -> None:
    """Vendors put numbers and URLs into their messages."""
    error = ServerError(
        "no route to +12025550123 at https://u:p@h.example.com/k",
        status=503,
        method="GET",
        path="/x",
    )
    seen = page(audited(1, readings=(reading("profiles", error=error),)))
    assert (
        "could not be read no route to +…23 at https://…@h.example.com/…" in seen.text
    )


def test_an_interrupted_audit_says_so() -> None:
    """What was found is there, but nothing is said to be well."""
    seen = page(audited(1), complete=False)
    assert "This audit was interrupted." in seen.text
    assert "verdict good" not in seen.values("class")


def test_a_comparison_is_told() -> None:
    """What is new and what is fixed is listed by check, the rest is counted."""
    since = Comparison(
        baseline_at=NOW - timedelta(days=30),
        new=tuple(finding(number) for number in range(1, 103)),
        fixed=(finding(7, **WARNING), finding(8, **WARNING)),
        unchanged=(finding(9),),
        unknown=(finding(10),),
    )
    seen = page(audited(1, finding()), since=since)
    told = "Since 1 January 2027, 12:00 UTC 102 new, 2 fixed, 1 unchanged, 1 not looked"
    assert told in seen.text
    assert "New (102) error Listener has expired PC101 account 1000001" in seen.text
    assert "and 2 more findings" in seen.text
    fixed = "Fixed (2) warning Expires soon PC102 account 1000001, listener 7; account"
    assert fixed in seen.text
    assert "#changes" in seen.values("href")


def test_a_comparison_without_changes_is_short() -> None:
    """There is nothing to list."""
    seen = page(audited(1), since=Comparison(baseline_at=NOW))
    assert "0 new, 0 fixed, 0 unchanged." in seen.text
    assert "New (" not in seen.text


def test_the_page_is_ascii() -> None:
    """It can be written to, and sent through, anything."""
    seen = page(audited(1, finding(why="Zoë 東京 ↔")))
    assert seen.html.isascii()
    assert "Zoë 東京 ↔" in seen.text


def test_accounts_come_worst_first() -> None:
    """By errors, then warnings, then infos, then the lower voip id, Linq last."""
    seen = page(
        audited(None, finding()),
        audited(5, finding()),
        audited(4, finding()),
        audited(3, *[finding(n, **WARNING) for n in range(9)]),
        audited(2, finding(), finding(2, **INFO)),
        audited(1, finding(), finding(2)),
    )
    findings = seen.text.partition("Show")[2]
    names = [f"Account {number}" for number in (1, 2, 4, 5)]
    places = [findings.index(f"{name} ") for name in [*names, "Linq 1", "Account 3"]]
    assert places == sorted(places)


def test_a_finding_says_where_why_and_what_to_do() -> None:
    """The way out stands once for all findings of a check that have it in common."""
    there = Place(kind="callback", id=7, account=1, extension=5)
    seen = page(
        audited(1, finding(1), finding(2), finding(3, where=there, why="is gone"))
    )
    text = seen.text
    assert "listener 1 expired 1 days ago listener 2 expired 2 days ago" in text
    assert "callback 7 (ext. 5) is gone" in text
    assert text.count("Delete it.") == 1


def test_different_ways_out_are_all_told() -> None:
    """A check may know better than its general advice."""
    text = page(audited(1, finding(1), finding(2, what_to_do="Renew it."))).text
    assert "Delete it. Renew it." in text


def test_places_with_one_reason_stand_together() -> None:
    """The reason is said once."""
    text = page(audited(1, *[finding(n, why="is over") for n in (1, 2, 3)])).text
    assert "listener 1, listener 2, listener 3 is over" in text


def test_a_long_list_is_cut_short_and_counted() -> None:
    """Ten findings of a check are shown; the numbers are those of all."""
    text = page(audited(1, *[finding(n) for n in range(1, 1_235)])).text
    assert "listener 10 " in text
    assert "listener 11 " not in text
    assert "and 1,224 more; JSON and CSV have them all" in text
    assert "1,234 errors in 1 of 1 account." in text


def test_every_check_that_found_something_is_explained() -> None:
    """The links lead to the explanations, and what found nothing is left out."""
    checks = every_check()[:5]
    found = [
        finding(id=check.id, severity=check.severity, title=check.title)
        for check in checks
    ]
    seen = page(audited(1, *found))
    for check in checks:
        assert f"#{check.id}" in seen.values("href")
        assert check.id in seen.values("id")
        assert check.explanation in seen.text
    assert every_check()[5].explanation not in seen.text


def test_a_check_of_another_version_has_no_explanation() -> None:
    """It is shown with its title, and its link leads to a place all the same."""
    seen = page(audited(1, finding(id="XX999", title="From the future")))
    assert "XX999 From the future" in seen.text
    assert "XX999" in seen.values("id")


def test_reading_is_summed_up_by_resource() -> None:
    """Items, requests and waiting are those of all accounts together."""
    report = ScanReport(
        items=500,
        requests=2,
        retries=1,
        waited=0.5,
        queued=1,
        complete=True,
        proven=True,
    )
    parts = [
        audited(n, readings=(reading("listeners", report=report),)) for n in (1, 2)
    ]
    assert "Listeners 2 1,000 6 3.0 s 0 0" in page(*parts).text


def test_hosts_are_ranked_and_the_rest_is_counted() -> None:
    """Ten hosts are shown; one that is reached in two ways says how often in each."""
    targets = {Target(Way.HTTPS, f"h{n}.example.com"): n for n in range(1, 13)}
    targets[Target(Way.HTTP, "h12.example.com")] = 5
    targets[Target(Way.HTTPS, "")] = 40
    targets[Target(Way.NOWHERE, "")] = 3
    targets[Target(Way.UNKNOWN, "")] = 2
    statistics = Statistics(targets=targets, elsewhere=7)
    text = page(audited(1, statistics=statistics)).text
    hosts = text.partition("Senders")[2]
    assert hosts.startswith(
        " (no host) https 40 h12. example. com https 12, plain http 5"
    )
    assert "and 3 more hosts" in hosts
    assert (
        "Not shown: 3 whose callback is missing or disabled, 2 whose callback was not"
        f" read, or is of an unknown kind and 7 to hosts beyond the first {MAX_HOSTS:,}."
    ) in hosts


def test_histograms_have_tables_beside_them() -> None:
    """Every number that is drawn can be read."""
    statistics = Statistics(ages=(1, 2, 3, 4, 5, 6, 7), ends=(7, 6, 5, 4, 3, 2, 1))
    text = page(audited(1, statistics=statistics)).text
    assert "As a table within 7 days 1 8-30 days 2 1-3 months 3" in text
    assert "As a table expired 7 within 7 days 6 8-30 days 5" in text


@pytest.mark.parametrize(("days", "soon"), [(0, 0), (7, 1), (29, 1), (30, 2), (400, 4)])
def test_soon_is_as_many_days_as_the_audit_says(days: int, soon: int) -> None:
    """Columns that lie within that time have the colour of a warning."""
    digest = Digest()
    digest.add(audited(1, statistics=Statistics(ends=(1, 1, 1, 1, 1, 1, 1))))
    options = evolve(TERMS, expiring_within=timedelta(days=days))
    html = html_page(digest, options)
    assert html.count('<rect class="error"') == 1
    assert html.count('<rect class="warning"') == soon


def test_the_order_of_accounts_makes_no_difference() -> None:
    """Accounts are done in any order; the page is the same."""
    parts = [
        audited(
            number,
            *[finding(n, **INFO) for n in range(number % 4)],
            statistics=Statistics(targets={Target(Way.HTTPS, f"{number % 7}"): 1}),
        )
        for number in range(1, 200)
    ]
    shuffled = random.Random(7).sample(parts, len(parts))
    assert page(*parts).html == page(*shuffled).html


def test_a_report_is_written_as_its_accounts_are() -> None:
    """The page of a report is that of what it was drawn up from."""
    parts = [audited(1, finding()), audited(None)]
    assert html_report(AuditReport.of(parts, TERMS)) == page(*parts).html


def test_no_page_grows_beyond_bounds() -> None:
    """With thousands of bad accounts it has the worst of them, and all the numbers."""
    text = "x" * 5_000
    many = [
        finding(
            number, id=f"ZZ{number % 40:03}", why=f"{number} {text}", what_to_do=text
        )
        for number in range(400)
    ]
    many.sort(key=lambda each: each.sort_key)
    seen = page(*[audited(account, *many) for account in range(1, 2_001)])
    assert len(seen.html) < 8_000_000
    assert "800,000 errors in 2,000 of 2,000 accounts." in seen.text
    assert "1,993 accounts with fewer findings" in seen.text
    assert "and 1,000 more accounts" in seen.text


def test_a_digest_keeps_little_of_many_accounts() -> None:
    """The worst have their findings, a few of each check; others have numbers only."""
    digest = Digest()
    for account in range(1, 3_001):
        digest.add(audited(account, *[finding(number) for number in range(30)]))
    assert digest.counts[Severity.ERROR] == 90_000
    assert (digest.parts.seen, len(digest.parts), len(digest.whole)) == (
        3_000,
        1_000,
        100,
    )
    assert not any(part.groups for part in digest.parts)
    kept = [group for part in digest.whole for group in part.groups]
    assert sum(len(group.findings) for group in kept) == 1_000


def accepted(number: int, **fields: Any) -> Finding:
    """Make a finding that somebody has accepted."""
    entry = Acceptance(check="PC101", reason="It is <meant>", until=date(2999, 12, 31))
    return finding(number, accepted=entry, **fields)


def test_accepted_findings_are_apart_and_not_counted() -> None:
    """They have a reason instead of a way out, a badge, and no place in the charts."""
    shown = page(audited(1, finding(1), accepted(2), accepted(3)))
    assert "1 error, and 2 accepted, in 1 of 1 account." in shown.text
    assert "Accepted until 2999-12-31: It is <meant>" in shown.text
    assert "2 findings are accepted and not counted." in shown.text
    assert "1 finding, 2 accepted" in shown.text
    assert shown.html.count('<div class="group accepted">') == 1
    assert 'id="show-accepted"' in shown.html


def test_a_page_with_nothing_but_accepted_findings_is_good() -> None:
    """Nothing is left to do, and it says what was accepted."""
    shown = page(audited(1, accepted(2)))
    assert "Nothing was found in 1 account but 1 accepted finding." in shown.text
    assert 'class="verdict good"' in shown.html
    assert "Findings by check" not in shown.text


def test_acceptances_that_found_nothing_are_on_the_page() -> None:
    """Ten are named, the others counted."""
    entries = [
        Acceptance(check="PC101", account=n, reason=f"<r{n}>") for n in range(1, 13)
    ]
    shown = page(audited(1), unmatched=entries)
    told = "PC101 of account 10 is accepted, but was not found: <r10>"
    assert told in shown.text
    assert "account 11 is" not in shown.text
    assert "and 2 more acceptances that found nothing." in shown.text
    assert "show-accepted" not in shown.html.partition("</style>")[2]
