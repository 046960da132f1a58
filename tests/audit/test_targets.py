"""Hosts that are no place for live events."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit.checks.targets import (
    Url,
    read_odd_url,
    read_url,
    why_no_receiver,
)
from phonecom_events.audit.checks.trial_hosts import (
    ADDRESS_NAMES,
    LOOPBACK_NAMES,
    REQUEST_PAGES,
    TUNNELS,
)

OWN = "the sender's own machine"
EXAMPLES = "a name kept for examples"
INSIDE = "a name inside one network"
NOT_PUBLIC = "an address that is not on the internet"
TRIALS = "a host for trying things out"


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("localhost", OWN),
        ("LocalHost.", OWN),
        ("api.localhost", OWN),
        ("localhost.localdomain", OWN),
        ("127.0.0.1", OWN),
        ("127.9.9.9", OWN),
        ("127.1", OWN),
        ("2130706433", OWN),
        ("0x7f.0.0.1", OWN),
        ("0.0.0.0", OWN),  # noqa: S104 - nothing is bound
        ("::1", OWN),
        ("::", OWN),
        ("::ffff:127.0.0.1", OWN),
        ("10.1.2.3", NOT_PUBLIC),
        ("172.16.0.1", NOT_PUBLIC),
        ("192.168.1.20", NOT_PUBLIC),
        ("100.64.0.1", NOT_PUBLIC),
        ("192.0.2.7", NOT_PUBLIC),
        ("224.0.0.1", NOT_PUBLIC),
        ("fd00::1", NOT_PUBLIC),
        ("::ffff:10.0.0.1", NOT_PUBLIC),
        ("2001:db8::1", NOT_PUBLIC),
        ("169.254.169.254", "a link-local address"),
        ("fe80::1", "a link-local address"),
        ("fe80::1%eth0", "a link-local address"),
        ("example.com", EXAMPLES),
        ("hooks.example.org", EXAMPLES),
        ("hooks.example.net", EXAMPLES),
        ("crm.example", EXAMPLES),
        ("a.test", "a name kept for tests"),
        ("no.invalid", "a name that never exists"),
        ("printer.local", INSIDE),
        ("hooks.corp.internal", INSIDE),
        ("nas.home.arpa", INSIDE),
        ("nas.lan", INSIDE),
        ("intranet", "a name without a domain"),
        ("webhook.site", TRIALS),
        ("abc.ngrok-free.app", TRIALS),
        ("one-two.trycloudflare.com", TRIALS),
        ("smee.io", TRIALS),
        ("x.devtunnels.ms", TRIALS),
        ("x.serveo.net", TRIALS),
        ("en.x.pipedream.net", TRIALS),
        ("app.lvh.me", OWN),
        ("10.0.0.1.nip.io", f"10.0.0.1, {NOT_PUBLIC}"),
        ("hooks.192.168.1.9.sslip.io", f"192.168.1.9, {NOT_PUBLIC}"),
        ("hooks-10-0-0-1.nip.io", f"10.0.0.1, {NOT_PUBLIC}"),
        ("hooks-7f000001.nip.io", f"127.0.0.1, {OWN}"),
        ("--1.sslip.io", f"::1, {OWN}"),
        ("app.fd00--7.sslip.io", f"fd00::7, {NOT_PUBLIC}"),
    ],
)
def test_these_are_no_receivers(host: str, reason: str) -> None:
    """Addresses in any spelling, reserved names, and hosts for trials."""
    assert why_no_receiver(host) == reason


@pytest.mark.parametrize(
    "host",
    [
        "hooks.contoso.com",
        "example.com.contoso.com",
        "myexample.com",
        "localhost.contoso.com",
        "test.contoso.com",
        "local.contoso.com",
        "contest.com",
        "8.8.8.8",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "hooks.bücher.com",
        "127.0.0.1.contoso.com",
        "12.contoso.com",
        "999.1",
        "ngrok.com",
        "hook.site",
        "8.8.8.8.nip.io",
        "hooks-8-8-8-8.sslip.io",
        "hooks-08080808.nip.io",
        "nip.io",
        "hooks.nip.io",
        "999.0.0.1.nip.io",
        "beef.sslip.io",
        "en.m.pipedream.net",
        "shop.replit.app",
    ],
)
def test_these_may_be(host: str) -> None:
    """What only looks like one of those is left alone."""
    assert why_no_receiver(host) == ""


def test_hosts_for_trials_have_a_source_each_and_no_name_twice() -> None:
    """Who doubts an entry finds the page that it rests on."""
    tables = [REQUEST_PAGES, TUNNELS, ADDRESS_NAMES, LOOPBACK_NAMES]
    names = [name for table in tables for name in table]
    assert len(names) == len(set(names)) > 50
    assert all(name == name.lower().strip(".") for name in names)
    assert all(url.startswith("https://") for table in tables for url in table.values())
    assert all(list(table) == sorted(table) for table in tables)


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("http://[", ""),
        ("https://contoso.com:x/", ""),
        ("mailto:ops@contoso.com", "mailto"),
        ("https:///hooks", "https"),
        ("hooks.contoso.com", ""),
        ("", ""),
    ],
)
def test_what_is_no_url_of_a_server_has_no_host(text: str, scheme: str) -> None:
    """It has what can be read of it, and is told from other such text."""
    url = read_url(text)

    assert (url.scheme, url.host, url.server, url.query) == (scheme, "", "", "")
    assert not url.is_https
    assert url.place != read_url(text + "/other").place


@pytest.mark.parametrize(("scheme", "port"), [("http", 80), ("https", 443)])
def test_the_usual_port_is_the_same_as_none(scheme: str, port: int) -> None:
    """Whether it is written or not, it is one place; another port is another."""
    for read in (read_url, read_odd_url):
        place = read(f"{scheme}://contoso.com/x").place
        assert read(f"{scheme}://contoso.com:{port}/x").place == place
        assert read(f"{scheme}://contoso.com:{port + 1}/x").place != place


@pytest.mark.parametrize("read", [read_url, read_odd_url])
def test_no_path_is_a_slash(read: Callable[[str], Url]) -> None:
    """As every client sends it."""
    for start in ("https://contoso.com", "https://contoso.com:8443"):
        assert read(f"{start}?x=1").place == read(f"{start}/?x=1").place


@given(
    st.from_regex(
        r"(https?|HTTPS|ftp)://[a-z0-9.A-]{0,6}(:[0-9]{0,5})?(/[!-~]{0,5})?"
        r"(\?[!-~]{0,5})?(#[a-z]{0,2})?[ \n]?",
        fullmatch=True,
    )
)
def test_the_short_way_to_read_a_url_is_the_long_one(text: str) -> None:
    """Whatever is written plainly is taken apart as `urlsplit` does it."""
    assert read_url(text) == read_odd_url(text)
