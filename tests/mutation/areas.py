"""What is mutated, and which tests have to notice."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import frozen

ROOT: Final = Path(__file__).parents[2]
_PACKAGE: Final = ROOT / "phonecom_events"


@frozen
class Area:
    """Name files of the package, as patterns, and what pytest is told to collect."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def files(self) -> list[Path]:
        """Every file to mutate, in order."""
        return sorted(file for each in self.sources for file in _PACKAGE.glob(each))


# Tests that start processes are left out: what they start is not mutated.
AREAS: Final[Mapping[str, Area]] = {
    "retry": Area(
        ("retry.py",),
        (
            "tests/test_retry.py",
            "tests/test_budget.py",
            "tests/reconcile",
            "tests/behaviour/test_reconcile.py",
        ),
    ),
    "ratelimit": Area(("ratelimit/*.py",), ("tests/ratelimit",)),
    "pagination": Area(
        ("pagination/frontier.py", "pagination/scan.py"),
        (
            "tests/pagination",
            "--deselect",
            "tests/pagination/test_resume.py::test_a_token_works_in_another_process",
        ),
    ),
    "webhooks": Area(
        ("webhooks/signature.py", "webhooks/verifier.py"), ("tests/webhooks",)
    ),
    "checks": Area(
        ("audit/checks/*.py",),
        ("tests/audit", "--ignore-glob=*/test_html_*.py", "--ignore-glob=*growth*"),
    ),
}
