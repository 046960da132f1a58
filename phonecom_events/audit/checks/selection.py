"""Which checks to run, by their ids or the beginnings of those."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import chain
from typing import Any, Final, Self

from attrs import frozen

from ...errors import InvalidArgument
from . import Check, account_checks, linq_checks

_READING: Final = "0"
_RECEIVERS: Final = "PC4"


def every_check() -> tuple[Check[Any], ...]:
    """Return all checks, by id."""
    return tuple(sorted(chain(account_checks, linq_checks), key=lambda each: each.id))


def checks_like(text: str) -> tuple[Check[Any], ...]:
    """Return the checks whose id is *text*, or begins so; capitals do not matter.

    Raises:
        InvalidArgument: there is none; the message names ids that look like it.
    """
    # People write ids as they come: pc101, or with a blank after a comma.
    start = text.strip().upper()
    found = tuple(check for check in every_check() if check.id.startswith(start))
    if found and start:
        return found
    close = get_close_matches(start, [check.id for check in every_check()])
    hint = f"did you mean {' or '.join(close)}?" if close else "--explain all lists all"
    raise InvalidArgument(f"no check has the id {text!r}; {hint}")


@frozen(kw_only=True)
class Selection:
    """Say which checks to run; what is longer counts more, as in a .gitignore.

    So ``select=["PC1"], ignore=["PC104"]`` runs the checks of listeners but one,
    and ``select=["PC104"], ignore=["PC1"]`` that one only. Checks of the reading
    itself (``PC0``, ``LQ0``) run whatever is selected, lest a gap pass for a clean
    account; they can be ignored.

    Attributes:
        select: ids, or how they begin; empty for all.
        ignore: likewise, to leave out.
        receivers: whether receivers are asked. If not, the checks of what they answer
            (``PC4``) are not run, even if they are selected: what an earlier audit
            found by them is not known to be fixed.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    receivers: bool = False

    @classmethod
    def of(
        cls,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        *,
        receivers: bool = False,
    ) -> Self:
        """Make one of ids as people write them.

        Raises:
            InvalidArgument: no check has such an id.
        """
        return cls(
            select=_starts("select", select),
            ignore=_starts("ignore", ignore),
            receivers=receivers,
        )

    def has(self, check_id: str) -> bool:
        """Tell whether to run the check with this id."""
        if check_id.startswith(_RECEIVERS) and not self.receivers:
            return False
        by_default = not self.select or check_id[2:].startswith(_READING)
        chosen = max(_longest(self.select, check_id), 0 if by_default else -1)
        return chosen > _longest(self.ignore, check_id)


def _longest(starts: Iterable[str], check_id: str) -> int:
    fitting = (len(start) for start in starts if check_id.startswith(start))
    return max(fitting, default=-1)


def _starts(name: str, given: Iterable[str]) -> tuple[str, ...]:
    if isinstance(given, str) or not all(isinstance(each, str) for each in given):
        raise InvalidArgument(f"{name} must be a list of check ids")
    starts = tuple(each.strip().upper() for each in given)
    for start in starts:
        checks_like(start)
    return starts
