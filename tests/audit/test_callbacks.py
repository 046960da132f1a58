"""The checks of callbacks."""

from __future__ import annotations

from typing import Any

import pytest

from phonecom_events.audit import AccountSnapshot
from phonecom_events.audit.checks.callbacks import (
    disabled,
    no_address,
    no_profile,
    not_https,
    to_test_address,
    unused,
)
from phonecom_events.errors import TransportError
from phonecom_events.phonecom import (
    Callback,
    CallbackConfig,
    HttpConfig,
    UnknownConfig,
)

from .builders import (
    NOW,
    PROFILE_ID,
    VOIP_ID,
    account,
    by_mail,
    callback,
    found,
    ids,
    listener,
    reading,
)


def used(*callbacks: Callback, **more: Any) -> AccountSnapshot:
    """Make an account in which each callback has a living listener."""
    listeners = [listener(callback_id=each.id) for each in callbacks]
    return account(listeners, callbacks=callbacks, **more)


def test_a_disabled_callback_is_found_if_it_is_in_use() -> None:
    """A living listener or another callback uses it; an expired listener does not."""
    off = {"enabled": False}
    snapshot = account(
        [
            listener(callback_id=1),
            listener(callback_id=2, expires_at=NOW),
            listener(callback_id=5),
        ],
        callbacks=[
            callback(id=1, **off),
            callback(id=2, **off),
            callback(id=3, **off),
            callback(id=4, **off),
            callback(id=5, fallback_callback_id=4),
        ],
    )
    assert ids(found(disabled, snapshot)) == [1, 4]


def test_where_listeners_are_unknown_every_callback_counts_as_used() -> None:
    """A gap in the listeners must not hide a disabled callback."""
    broken = reading("listeners", error=TransportError("cut off"))
    snapshot = account(broken, callbacks=[callback(id=1, enabled=False)])
    (finding,) = found(disabled, snapshot)
    assert finding.where.id == 1
    assert finding.why == (
        "its enabled is false; whether it is in use is not known, as not every"
        " listener could be read"
    )


def test_a_use_that_is_known_is_not_doubted() -> None:
    """A callback that a listener names is in use, whatever else could be read."""
    cut = reading(
        "listeners", [listener(callback_id=1)], error=TransportError("cut off")
    )
    rows = [callback(id=1, enabled=False, fallback_callback_id=2), callback(id=2)]
    (finding,) = found(disabled, account(cut, callbacks=rows))
    assert finding.why == "its enabled is false"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://hooks.contoso.com/x", None),
        ("HTTPS://hooks.contoso.com", None),
        ("http://hooks.contoso.com/x?key=1", "http://hooks.contoso.com/x?key=1"),
        ("http://hooks.contoso.com/x y\tz", "http://hooks.contoso.com/x%20y%20z"),
        ("ftp://hooks.contoso.com", "ftp://hooks.contoso.com"),
        ("hooks.contoso.com/x", "no URL"),
        ("https://", "no URL"),
        ("https://[::1", "no URL"),
    ],
)
def test_a_callback_must_deliver_over_https(url: str, told: str | None) -> None:
    """The URL decides; it is told in one piece, so that it can be masked."""
    for mode in ("HTTPS", "HTTP"):
        findings = found(not_https, used(callback(url, id=7, mode=mode)))
        assert [f.why for f in findings] == (
            [] if told is None else [f"it delivers to {told}"]
        )


def test_a_config_without_a_url() -> None:
    """A callback over HTTP that has no URL is told, and stops no other check."""
    without = callback(id=7, config=HttpConfig())
    snapshot = used(without, callback("http://hooks.contoso.com", id=8))

    assert [(f.where.id, f.why) for f in found(not_https, snapshot)] == [
        (7, "it delivers to no URL"),
        (8, "it delivers to http://hooks.contoso.com"),
    ]
    assert found(to_test_address, snapshot) == []


def test_other_modes_have_no_url() -> None:
    """Mail, applications and modes that are not known are not asked for https."""
    rows = [
        by_mail("ops@contoso.com"),
        callback(mode="APPLICATION", config=UnknownConfig()),
        callback(mode="PIGEON", config=UnknownConfig(extra={"url": "http://x.com"})),
    ]
    assert found(not_https, used(*rows)) == []
    assert found(to_test_address, used(*rows)) == []
    assert found(no_address, used(*rows)) == []


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("ops@contoso.com", None),
        (None, "its config has no email"),
        ("", "its config has no email"),
        (" ", "its config has no email"),
        ("ops at contoso.com", "“ops at contoso.com” is no mail address"),
    ],
)
def test_a_callback_by_mail_needs_an_address(
    email: str | None, told: str | None
) -> None:
    """No address, a blank one, and text that is none are found."""
    findings = found(no_address, used(by_mail(email, id=7)))
    expected = [] if told is None else [("callback", 7, told)]
    assert [(f.where.kind, f.where.id, f.why) for f in findings] == expected


@pytest.mark.parametrize(
    "config",
    [UnknownConfig(), HttpConfig(url="https://hooks.contoso.com/")],
)
def test_a_callback_by_mail_with_the_config_of_another_mode(
    config: CallbackConfig,
) -> None:
    """What is no mail address by its place is not told as one."""
    (finding,) = found(no_address, used(callback(id=7, mode="EMAIL", config=config)))
    assert finding.why == "its config has no email"


def test_a_test_address_is_told_with_its_reason() -> None:
    """The host is named, and why it is no place for live events."""
    row = callback("https://user:word@LOCALHOST:8443/x?key=s3cret", id=7)
    (finding,) = found(to_test_address, used(row, callback()))
    assert finding.where.id == 7
    assert finding.why == "localhost is the sender's own machine"


def test_what_nothing_leads_to_is_unused() -> None:
    """Listeners, expired ones too, and other callbacks use a callback."""
    snapshot = account(
        [listener(callback_id=1), listener(callback_id=2, expires_at=NOW)],
        callbacks=[
            callback(id=1, fallback_callback_id=3),
            callback(id=2),
            callback(id=3),
            callback(id=4, name="Old CRM"),
            callback(id=5, fallback_callback_id=5),
        ],
    )
    findings = found(unused, snapshot)
    assert [(f.where.id, f.why) for f in findings] == [
        (4, "“Old CRM” is named by no listener"),
        (5, "it is named by no listener"),
    ]


def test_a_callback_of_an_extension_is_named_with_it() -> None:
    """The place holds account and extension, for whoever goes there."""
    (finding,) = found(disabled, used(callback(id=7, extension_id=500, enabled=False)))
    assert str(finding.where) == f"account {VOIP_ID}, callback 7 (ext. 500)"


@pytest.mark.parametrize("resource", ["listeners", "callbacks"])
def test_nothing_is_called_unused_where_something_is_unknown(resource: str) -> None:
    """A gap in either listing keeps the check silent."""
    parts: dict[str, Any] = {"listeners": [], "callbacks": [callback()]}
    items = parts[resource]
    parts[resource] = reading(resource, items, error=TransportError("cut off"))
    assert found(unused, account(**parts)) == []


@pytest.mark.parametrize(
    ("profile_id", "told"),
    [
        (PROFILE_ID, None),
        (None, "its profile_id is null"),
        (0, "its profile_id is null"),
        (77, "there is no profile 77"),
        (78, None),
    ],
)
def test_a_callback_needs_a_profile_that_exists(
    profile_id: int | None, told: str | None
) -> None:
    """None, 0 and one that is not there are found; another account's is there."""
    snapshot = used(callback(profile_id=profile_id), linked_profiles=frozenset({78}))
    findings = found(no_profile, snapshot)
    assert [f.why for f in findings] == ([] if told is None else [told])


def test_profiles_that_could_not_be_read_are_not_called_missing() -> None:
    """If profiles are unknown, only a callback that names none is found."""
    broken = reading("profiles", error=TransportError("cut off"))
    rows = [callback(id=1, profile_id=77), callback(id=2, profile_id=None)]
    assert ids(found(no_profile, used(*rows, profiles=broken))) == [2]


def test_callbacks_that_are_only_linked_are_checked_if_they_are_the_accounts() -> None:
    """Without a listing of callbacks, those met in the overview are looked at."""
    broken = reading("callbacks", error=TransportError("cut off"))
    own = callback("http://hooks.contoso.com", id=7)
    foreign = callback("http://hooks.contoso.com", id=8, voip_id=VOIP_ID + 1)
    snapshot = account(
        [listener(callback_id=7), listener(callback_id=8)],
        callbacks=broken,
        linked={7: own, 8: foreign},
    )
    assert ids(found(not_https, snapshot)) == [7]
