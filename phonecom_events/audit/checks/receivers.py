"""Checks of what receivers answered, where an audit asked them.

All of it is as seen from the machine that the audit ran on, and of one request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

from ...probe import ProbeResult
from ..findings import Severity
from ..snapshot import CallbackRow
from .check import Problem, account_checks, moment, over, span
from .index import AccountIndex
from .use import at_callback, in_use

SLOW: Final = 5.0
"""Seconds. Phone.com does not say how long it waits; its first listeners API took 1 to
10 (https://github.com/phonedotcom/API-Swagger)."""

ENDS_SOON: Final = timedelta(days=14)


def _answers(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[tuple[CallbackRow, ProbeResult]]:
    answers = account.snapshot.answers or {}
    for callback in some:
        answer = answers.get(callback.id)
        if answer is not None:
            yield callback, answer


@account_checks(
    "PC401",
    Severity.ERROR,
    "Receiver does not answer as it should",
    explanation=(
        "The URL of a callback that events come to was asked with the test that"
        " Phone.com itself sends before it accepts one, and did not answer with 200 or"
        " 201: Phone.com would not accept it now, and events are probably lost. Found"
        " only with --probe, from the machine that the audit runs on: a receiver that"
        " takes requests from Phone.com alone may be well. If it refuses a request for a"
        " header whose value the API does not show, or could not be asked because its"
        " address is not on the internet from here, this is told as an info."
    ),
    what_to_do="Repair the receiver, or set the callback's URL to where it is now.",
    every_row_of=("listeners", "callbacks"),
)
@over(in_use)
def unwell(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find receivers that answer badly, or not at all."""
    for callback, answer in _answers(some, account):
        if answer.well or answer.redirects:
            continue
        unsure = answer.withheld_matters or not answer.asked
        severity = Severity.INFO if unsure else None
        yield Problem(at_callback(callback), answer.problem, severity=severity)


@account_checks(
    "PC402",
    Severity.WARNING,
    "Receiver answers slowly",
    explanation=(
        "The receiver answered well, but took more than five seconds. Phone.com does"
        " not wait for ever: what is answered too late counts as failed, and callbacks"
        " that fail for too long are switched off. Found only with --probe; the time is"
        " as seen from the machine that the audit runs on, and of one request."
    ),
    what_to_do="Have the receiver acknowledge events at once, and handle them later.",
    every_row_of=("listeners", "callbacks"),
)
@over(in_use)
def slow(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find receivers that take too long."""
    for callback, answer in _answers(some, account):
        if answer.well and answer.seconds is not None and answer.seconds > SLOW:
            yield Problem(at_callback(callback), f"it took {answer.seconds:.1f} s")


@account_checks(
    "PC403",
    Severity.WARNING,
    "Receiver's certificate ends soon",
    explanation=(
        "The certificate that the receiver shows expires within two weeks, or has."
        " Nothing is delivered over https after that. Certificates that are renewed by"
        " a machine are so well before: that this one is not may be the first sign that"
        " the machine has stopped. Found only with --probe."
    ),
    what_to_do="Renew the certificate, and see why that was not done by itself.",
    every_row_of=("listeners", "callbacks"),
)
@over(in_use)
def certificate_ends(
    some: Sequence[CallbackRow], account: AccountIndex
) -> Iterator[Problem]:
    """Find certificates that are about to expire."""
    now = account.options.now
    for callback, answer in _answers(some, account):
        end = answer.certificate_ends
        if end is None or end - now > ENDS_SOON:
            continue
        when = f"in {span(end - now)}" if end > now else f"{span(now - end)} ago"
        verb = "ends" if end > now else "ended"
        why = f"it {verb} on {moment(end)}, {when}"
        yield Problem(at_callback(callback), why)


@account_checks(
    "PC404",
    Severity.ERROR,
    "Receiver redirects",
    explanation=(
        "The receiver names another URL instead of taking the event. Phone.com asks for"
        " 200 or 201 and does not document that it goes where it is sent; most senders"
        " of events do not, for good reasons. Typical is a slash at the end that the"
        " framework wants, or a host that has moved. Found only with --probe."
    ),
    what_to_do="Set the callback's URL to where the redirect leads, if that is yours.",
    every_row_of=("listeners", "callbacks"),
)
@over(in_use)
def redirects(some: Sequence[CallbackRow], account: AccountIndex) -> Iterator[Problem]:
    """Find receivers that send the sender elsewhere."""
    for callback, answer in _answers(some, account):
        if not answer.redirects:
            continue
        # In one piece, or masking would take what follows a blank for other text.
        place = "%20".join((answer.location or "").split())
        leads = f" to {place}" if place else " without saying where to"
        yield Problem(at_callback(callback), f"it answered {answer.status}{leads}")
