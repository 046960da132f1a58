"""Which checks are run."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events import LinqClient, PhoneComClient
from phonecom_events.audit import Selection, audit, checks_like, every_check
from phonecom_events.errors import InvalidArgument
from phonecom_events.sandbox import Fault, Sandbox, fill_estate

from .builders import NOW

ALL = {check.id for check in every_check()}
READING = {"PC001", "PC002", "PC003", "PC004", "LQ001", "LQ003"}


def chosen(
    select: tuple[str, ...] = (),
    ignore: tuple[str, ...] = (),
    *,
    receivers: bool = True,
) -> set[str]:
    """Return the ids of the checks that a selection runs."""
    selection = Selection.of(select, ignore, receivers=receivers)
    return {check_id for check_id in ALL if selection.has(check_id)}


def starting(*starts: str) -> set[str]:
    """Return the ids that start so."""
    return {check_id for check_id in ALL if check_id.startswith(starts)}


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((), (), ALL),
        (("PC104",), (), {"PC104"} | READING),
        (("PC1", "LQ106"), (), starting("PC1") | {"LQ106"} | READING),
        (("pc1", " PC2 "), (), starting("PC1", "PC2") | READING),
        ((), ("PC104", "LQ"), starting("PC") - {"PC104"}),
        (("PC1",), ("PC104",), starting("PC1") - {"PC104"} | READING),
        (("PC104",), ("PC1",), {"PC104"} | READING),
        (("PC104",), ("PC104",), READING),
        (("PC104",), ("PC0", "LQ0"), {"PC104"}),
        (("LQ",), ("LQ1",), READING),
    ],
)
def test_the_longer_id_counts_more(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: set[str]
) -> None:
    """Ids may be cut short, and gaps in the reading are told unless ignored."""
    assert chosen(select, ignore) == expected


def test_checks_of_receivers_need_them_to_be_asked() -> None:
    """What nobody answered cannot be checked, even if it is selected."""
    assert chosen(receivers=False) == ALL - starting("PC4")
    assert chosen(("PC4",), receivers=False) == READING
    assert not Selection().has("PC401")
    assert not Selection.of(["PC4"]).has("PC401")


@pytest.mark.parametrize(
    ("unknown", "close"),
    [("PC1040", "PC104"), ("PC1O4", "PC104"), ("LQ1060", "LQ106"), ("QL101", "LQ101")],
)
def test_an_unknown_id_is_refused_with_ids_like_it(unknown: str, close: str) -> None:
    """A typing error is answered with what was probably meant."""
    with pytest.raises(InvalidArgument, match=f"'{unknown}'.*{close}"):
        Selection.of([unknown])
    with pytest.raises(InvalidArgument, match=close):
        Selection.of([], ["PC1", unknown])


@pytest.mark.parametrize("unknown", ["", " ", "nonsense", "1", "C1"])
def test_an_id_like_none_is_refused(unknown: str) -> None:
    """What resembles nothing gets a hint at the list of all."""
    with pytest.raises(InvalidArgument, match=r"; --explain all lists all$"):
        checks_like(unknown)


def test_checks_are_found_by_the_beginning_of_their_ids() -> None:
    """As people write it, and in order; a whole id is one check."""
    assert [check.id for check in checks_like(" pc10")] == sorted(starting("PC10"))
    assert [check.id for check in checks_like("PC104")] == ["PC104"]


@pytest.mark.parametrize("given", ["PC104", [104], [None]])
def test_a_list_of_ids_is_wanted(given: Any) -> None:
    """A plain string is no list, and a number is no id."""
    with pytest.raises(InvalidArgument, match="select must be a list of check ids"):
        Selection.of(given)
    with pytest.raises(InvalidArgument, match="ignore must be a list of check ids"):
        Selection.of([], given)


async def test_an_audit_runs_what_is_selected(
    sandbox: Sandbox, phonecom: PhoneComClient, linq: LinqClient
) -> None:
    """Findings of a selection are those of the whole that have such ids."""
    estate = fill_estate(sandbox, now=NOW)
    whole = await audit(phonecom, estate.accounts, linq=linq, now=NOW)
    part = await audit(
        phonecom, estate.accounts, linq=linq, now=NOW, select=["PC1"], ignore=["PC104"]
    )
    ids = starting("PC1") - {"PC104"}
    assert part.findings == tuple(f for f in whole.findings if f.id in ids)
    assert part.selection == Selection(select=("PC1",), ignore=("PC104",))


async def test_a_gap_is_told_whatever_is_selected(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """An account that cannot be read does not pass for one without findings."""
    sandbox.fault(Fault(status=403, times=None))
    report = await audit(phonecom, [1], now=NOW, select=["PC104"])
    assert [finding.id for finding in report.findings] == ["PC001"]
    assert report.exit_code() == 2
    silent = await audit(phonecom, [1], now=NOW, ignore=["PC001"])
    assert silent.findings == ()
    assert silent.exit_code() == 2


async def test_a_bad_selection_is_refused_before_any_request(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Nothing is sent for an id that does not exist."""
    with pytest.raises(InvalidArgument):
        await audit(phonecom, [1], select=["PC999"])
    assert sandbox.requests == ()
