"""The pieces of an audit that the page is put together from."""

from __future__ import annotations

from attrs import define, frozen

from ..findings import Finding, Severity
from .worst import Rank


@frozen(kw_only=True)
class Group:
    """Hold what one check found in one account.

    Attributes:
        findings: the first few.
        more: how many there are besides.
    """

    findings: tuple[Finding, ...]
    more: int


@frozen(kw_only=True)
class Part:
    """Hold what was found in one account, or in Linq.

    Attributes:
        account: its voip id; None for Linq.
        counts: how many findings there are of each severity, worst first.
        groups: the findings by check; empty where only the counts are kept.
    """

    account: int | None
    counts: tuple[int, ...]
    groups: tuple[Group, ...] = ()

    @property
    def name(self) -> str:
        """What people call it."""
        return "Linq" if self.account is None else f"Account {self.account}"

    @property
    def rank(self) -> Rank:
        """Order the worst last; of those alike the lower voip id, and before Linq."""
        return (*self.counts, -float("inf" if self.account is None else self.account))


@frozen(kw_only=True)
class Gap:
    """Say what of an account could not be read, or not for certain.

    Attributes:
        account: its voip id; None for Linq.
        resources: the listings, such as ``listeners``, that have it in common.
        lost: whether they ended in an error; else they are only not proven.
        reason: why.
    """

    account: int | None
    resources: tuple[str, ...]
    lost: bool
    reason: str

    @property
    def rank(self) -> Rank:
        """Order the worst last; of those alike the lower voip id, and before Linq."""
        account = float("inf") if self.account is None else self.account
        return (float(self.lost), -account)


@define
class CheckCount:
    """Count what a check has found.

    Attributes:
        findings: how many there are.
        parts: in how many accounts, with Linq as one.
    """

    id: str
    severity: Severity
    title: str
    findings: int = 0
    parts: int = 0


@define
class ReadingCount:
    """Count what it took to read one resource.

    Attributes:
        listings: how many lists were read.
        items: that came.
        requests: those made again included.
        waited: seconds for room in the rate limits, and between attempts.
        unproven, lost: how many of the lists are so.
    """

    listings: int = 0
    items: int = 0
    requests: int = 0
    waited: float = 0.0
    unproven: int = 0
    lost: int = 0
