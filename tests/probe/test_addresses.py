"""Which addresses are on the internet."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.probe import why_not_public


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_what_is_on_the_internet_may_be_asked(address: str) -> None:
    """Also by the addresses that stand for one in IPv6."""
    assert why_not_public(address) == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",  # noqa: S104 - what it leads to on most systems is under test
        "10.0.0.1",
        "172.16.0.1",
        "192.168.255.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "198.18.0.1",
        "192.0.2.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::127.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
    ],
)
def test_what_leads_inwards_may_not(address: str) -> None:
    """Loopback, private, link-local, shared, metadata, reserved; and in IPv6's guises."""
    assert why_not_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_is_judged_the_same_in_each_guise(address: IPv4Address) -> None:
    """Mapped and translated forms are as good as the address itself."""
    why = why_not_public(address)
    number = int(address)
    assert why_not_public(IPv6Address(f"::ffff:{address}")) == why
    assert why_not_public(IPv6Address((0x64FF9B << 96) + number)) == why


def test_a_name_is_no_address() -> None:
    """Names have to be looked up first."""
    with pytest.raises(ValueError, match="localhost"):
        why_not_public("localhost")
