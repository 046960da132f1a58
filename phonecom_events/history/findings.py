"""Findings as rows, beside those of the extract of their account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from ..audit import Audited, Finding
from ..audit.extract import LINQ, Scope, Seen, as_json, written
from ..audit.masking import masked
from ..audit.slices import parts

FINDING: Final = "finding"


def finding_scope(
    audited: Audited, *, family: bool, parent: int | None, children: Iterable[int]
) -> Scope:
    """Say which findings would be there if there was reason for them.

    Args:
        audited: what became of the account.
        family: whether subaccounts were read along.
        parent: the account that it was read along with, if it was.
        children: those that were read along with it; a subaccount that has nothing of
            its own any more has no findings either, and nothing else says so.
    """
    account = audited.account or LINQ
    return Scope(
        root=account if parent is None else parent,
        account=account,
        family=family and parent is None,
        judged=(FINDING,) if audited.whole else (),
        known={FINDING: tuple(audited.unchecked)},
        unjudged=tuple(audited.unsettled),
        apart=tuple(children),
    )


def finding_pieces(audited: Audited) -> Iterator[bytes]:
    """Give the findings of an account as rows, as those of an `Extract`."""
    for some in parts(audited.findings):
        yield written(
            Seen(
                audited.account or LINQ,
                FINDING,
                finding.fingerprint,
                as_json(_finding_fields(finding)),
            )
            for finding in some
        )


def _finding_fields(finding: Finding) -> dict[str, Any]:
    # Not its severity's rank, nor its remedy, which are the check's; and what its
    # reason says, such as a number of days, is kept as it was first.
    return {
        "severity": str(finding.severity),
        "title": finding.title,
        "where": str(finding.where),
        "why": masked(finding.why),
    }
