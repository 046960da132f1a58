"""How reports for people say what an audit comes to."""

from __future__ import annotations

from collections.abc import Sequence

from ...display.words import counted
from ..findings import Severity
from .digest import Digest


def enumerated(texts: Sequence[str]) -> str:
    """Write a list as a part of a sentence."""
    if len(texts) < 2:
        return "".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


def verdict(digest: Digest) -> str:
    """Say in one sentence what was found, and where."""
    if not digest.counts.total():
        looked = [counted(digest.accounts, "account")] if digest.accounts else []
        looked += ["Linq"] if digest.linq else []
        but = f" but {counted(digest.accepted, 'accepted finding')}"
        found = f"found in {enumerated(looked)}{but if digest.accepted else ''}"
        return f"Nothing was {found if looked else 'audited'}."
    found = enumerated(
        [
            counted(digest.counts[severity], str(severity))
            for severity in Severity
            if digest.counts[severity]
        ]
    )
    if digest.accepted:
        found += f", and {digest.accepted:,} accepted,"
    if not digest.accounts:
        return f"{found} in Linq."
    where = f"{digest.bad_accounts:,} of {counted(digest.accounts, 'account')}"
    return f"{found} in {where}{' and in Linq' if digest.bad_linq else ''}."


def gaps(digest: Digest) -> str:
    """Count what is missing, or may be, as a part of a sentence."""
    lost = sum(count.lost for count in digest.readings.values())
    doubtful = sum(count.unproven for count in digest.readings.values())
    parts = [f"{counted(lost, 'list')} could not be read"] if lost else []
    if doubtful:
        parts.append(f"{counted(doubtful, 'list')} cannot be proven complete")
    return enumerated(parts)
