"""The checks of profiles."""

from __future__ import annotations

import pytest

from phonecom_events.audit.checks.profiles import no_support_email

from .builders import account, found, ids, profile


@pytest.mark.parametrize(
    ("email", "fires"),
    [(None, True), ("", True), ("  ", True), ("ops@example.com", False)],
)
def test_a_profile_needs_an_email_of_its_own(email: str | None, *, fires: bool) -> None:
    """Null and blank both mean that the account's default address is used."""
    snapshot = account(profiles=[profile(id=389, support_email=email)])
    assert ids(found(no_support_email, snapshot)) == [389] * fires


def test_the_profile_is_told_by_its_name() -> None:
    """People know profiles by name, so the finding has it."""
    snapshot = account(profiles=[profile(name="Night shift", support_email=None)])
    (finding,) = found(no_support_email, snapshot)
    assert finding.why == "“Night shift” falls back to the account's default address"
