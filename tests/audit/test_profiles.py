"""The checks of profiles."""

from __future__ import annotations

import pytest

from phonecom_events.audit.checks.profiles import (
    malformed_email,
    no_support_email,
    unused,
)
from phonecom_events.errors import TransportError

from .builders import (
    PROFILE_ID,
    VOIP_ID,
    account,
    callback,
    found,
    ids,
    profile,
    reading,
)


@pytest.mark.parametrize(
    ("email", "fires"),
    [(None, True), ("", True), ("  ", True), ("ops@example.com", False)],
)
def test_a_profile_needs_an_email_of_its_own(email: str | None, *, fires: bool) -> None:
    """Null and blank both mean that the account's default address is used."""
    snapshot = account(profiles=[profile(id=389, support_email=email)])
    assert ids(found(no_support_email, snapshot)) == [389] * fires


def test_the_profile_is_told_by_its_name_and_place() -> None:
    """People know profiles by name, and find them by account and extension."""
    row = profile(id=7, extension_id=500, name="Night shift", support_email=None)
    snapshot = account(profiles=[row])
    (finding,) = found(no_support_email, snapshot)
    assert str(finding.where) == f"account {VOIP_ID}, profile 7 (ext. 500)"
    assert finding.why == "“Night shift” falls back to the account's default address"


@pytest.mark.parametrize(
    ("email", "malformed"),
    [
        ("ops@contoso.com", False),
        ("  ops@contoso.com ", False),
        ("o'neil+phone.com@mail.contoso.co.uk", False),
        ("jörg@bücher.example", False),
        ('"on call"@contoso.com', False),
        ("ops@xn--bcher-kva.com", False),
        ("orders at contoso.com", True),
        ("contoso.com", True),
        ("ops@", True),
        ("@contoso.com", True),
        ("ops@contoso", True),
        ("ops@contoso.", True),
        ("ops@.com", True),
        ("ops@contoso..com", True),
        ("ops@@contoso.com", True),
        ("ops@contoso.com, desk@contoso.com", True),
        ("Ops <ops@contoso.com>", True),
        ("mailto:ops@contoso.com", True),
        (f"{'x' * 242}@contoso.com", False),
        (f"{'x' * 243}@contoso.com", True),
        (None, False),
        ("", False),
    ],
)
def test_an_address_is_malformed_only_if_it_certainly_is(
    email: str | None, *, malformed: bool
) -> None:
    """Odd but possible addresses pass, and an empty one is another check's."""
    snapshot = account(profiles=[profile(id=389, support_email=email)])
    assert ids(found(malformed_email, snapshot)) == [389] * malformed


def test_a_profile_is_used_by_a_callback_of_any_state() -> None:
    """A disabled callback uses its profile, too; one that nobody names is found."""
    rows = [callback(profile_id=1, enabled=False), callback(profile_id=None)]
    snapshot = account([], [profile(id=1), profile(id=2, name="Old")], rows)
    (finding,) = found(unused, snapshot)
    assert (finding.where.id, finding.why) == (2, "“Old” is named by no callback")


def test_a_profile_is_not_called_unused_where_callbacks_are_unknown() -> None:
    """If not all callbacks could be read, nothing is said of what they do not name."""
    broken = reading("callbacks", error=TransportError("cut off"))
    assert found(unused, account([], [profile(id=PROFILE_ID)], broken)) == []
