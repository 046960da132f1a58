"""Which proxy is chosen: by what is given, the environment, and the base URL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events import InvalidArgument, LinqClient, PhoneComClient
from phonecom_events.transport import Proxy, choose_proxy, given_proxy

API = "https://api.example.org/v4"


def chosen(base_url: str, **environ: str) -> str | None:
    proxy = choose_proxy("env", base_url, environ)
    return None if proxy is None else proxy.url


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({}, None),
        ({"HTTPS_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"https_proxy": "http://p:3128"}, "http://p:3128"),
        ({"https_proxy": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "http://a:1"),
        ({"https_proxy": "", "HTTPS_PROXY": "http://b:2"}, None),
        ({"HTTPS_PROXY": " "}, None),
        ({"ALL_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"all_proxy": "http://p:3128"}, "http://p:3128"),
        ({"ALL_PROXY": "http://a:1", "HTTPS_PROXY": "http://b:2"}, "http://b:2"),
        ({"https_proxy": "", "ALL_PROXY": "http://a:1"}, "http://a:1"),
        ({"HTTP_PROXY": "http://p:3128"}, None),
        ({"HTTPS_PROXY": "p:3128"}, "http://p:3128"),
        ({"HTTPS_PROXY": "http://p"}, "http://p:80"),
        ({"HTTPS_PROXY": "https://p/"}, "https://p:443"),
        ({"HTTPS_PROXY": "http://[fe80::1]:3128"}, "http://[fe80::1]:3128"),
        (
            {"HTTPS_PROXY": "http://PROXY.Example.org:3128"},
            "http://proxy.example.org:3128",
        ),
    ],
    ids=str,
)
def test_the_environment_names_a_proxy(
    environ: dict[str, str], url: str | None
) -> None:
    """For https:// it is HTTPS_PROXY, then ALL_PROXY; lower case wins, even empty."""
    assert chosen(API, **environ) == url


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"HTTP_PROXY": "http://p:3128"}, "http://p:3128"),
        ({"http_proxy": "http://p:3128", "REQUEST_METHOD": "GET"}, "http://p:3128"),
        ({"HTTP_PROXY": "http://p:3128", "REQUEST_METHOD": "GET"}, None),
        (
            {"HTTP_PROXY": "http://a:1", "REQUEST_METHOD": "GET", "ALL_PROXY": "b:2"},
            "http://b:2",
        ),
        ({"HTTPS_PROXY": "http://p:3128"}, None),
    ],
    ids=str,
)
def test_http_proxy_is_not_read_in_a_cgi_program(
    environ: dict[str, str], url: str | None
) -> None:
    """HTTP_PROXY may be a header of whoever asks a web server; http_proxy is not."""
    assert chosen("http://api.example.org", **environ) == url


@pytest.mark.parametrize(
    "base_url",
    [
        "http://localhost:8080/v4",
        "http://LOCALHOST",
        "https://localhost",
        "http://127.0.0.1:8080",
        "https://127.9.9.9",
        "http://[::1]:8080",
    ],
)
def test_loopback_goes_through_no_proxy_of_the_environment(base_url: str) -> None:
    """What is on this machine is asked directly, whatever the environment names."""
    names = ("http_proxy", "https_proxy", "all_proxy")

    assert chosen(base_url, **dict.fromkeys(names, "http://p:3128")) is None


@pytest.mark.parametrize(
    ("no_proxy", "base_url", "exempt"),
    [
        ("", API, False),
        ("*", API, True),
        ("a.org, *", API, True),
        ("api.example.org", API, True),
        ("API.Example.ORG", API, True),
        ("api.example.org.", API, True),
        ("example.org", API, True),
        (".example.org", API, True),
        ("*.example.org", API, True),
        ("org", API, True),
        ("ple.org", API, False),
        ("notapi.example.org", API, False),
        ("v4.api.example.org", API, False),
        ("a.org,b.org, example.org", API, True),
        ("a.org b.org\texample.org", API, True),
        (" , ,", API, False),
        ("api.example.org:443", API, True),
        (".example.org:443", API, True),
        ("api.example.org:8443", API, False),
        ("api.example.org:8443", "https://api.example.org:8443", True),
        ("api.example.org:99999999999999999999", API, False),
        ("10.0.0.0/8", "https://10.1.2.3", True),
        ("10.0.0.1/8", "https://10.1.2.3", True),
        ("10.0.0.0/8", "https://11.1.2.3", False),
        ("10.1.2.3", "https://10.1.2.3:8443", True),
        ("10.1.2.3:8443", "https://10.1.2.3:8443", True),
        ("10.1.2.3:443", "https://10.1.2.3:8443", False),
        ("2.3", "https://10.1.2.3", False),
        ("10.1.2", "https://10.1.2.3", False),
        ("10.0.0.0/8", API, False),
        ("10.0.0.0/99", "https://10.1.2.3", False),
        ("fd00::/8", "https://[fd00::1]", True),
        ("fd00::1", "https://[fd00::1]", True),
        ("[fd00::1]", "https://[fd00::1]", True),
        ("[fd00::1]:443", "https://[fd00::1]", True),
        ("[fd00::1]:444", "https://[fd00::1]", False),
        ("fd00:0:0::1", "https://[fd00::1]", True),
        ("10.0.0.0/8", "https://[fd00::1]", False),
        ("bücher.example", "https://xn--bcher-kva.example", True),
        ("xn--bcher-kva.example", "https://bücher.example", True),
    ],
)
def test_no_proxy(no_proxy: str, base_url: str, *, exempt: bool) -> None:
    """NO_PROXY exempts by host, suffix, port, network, or all there is."""
    environ = {"HTTPS_PROXY": "http://p:3128"}

    for name in ("NO_PROXY", "no_proxy"):
        assert (chosen(base_url, **environ, **{name: no_proxy}) is None) is exempt


def test_lower_case_no_proxy_wins() -> None:
    """Of two spellings the lower-case one counts, even if it is empty."""
    environ = {"HTTPS_PROXY": "http://p:3128", "no_proxy": "", "NO_PROXY": "*"}

    assert chosen(API, **environ) == "http://p:3128"


def test_none_is_none() -> None:
    """With None no proxy is asked, whatever the environment names."""
    assert choose_proxy(None, API, {"HTTPS_PROXY": "http://p:3128"}) is None


def test_a_given_proxy_has_no_exemptions() -> None:
    """A URL is that proxy: NO_PROXY and loopback are for those of the environment."""
    environ = {"NO_PROXY": "*", "HTTPS_PROXY": "http://other:1"}

    for base_url in (API, "https://127.0.0.1:8443"):
        proxy = choose_proxy("http://p:3128", base_url, environ)
        assert proxy is not None
        assert (proxy.url, proxy.problem) == ("http://p:3128", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("socks5://p:1080", "SOCKS"),
        ("socks5h://user:canary@p:1080", "SOCKS"),
        ("socks4://p", "SOCKS"),
        ("ftp://p:21", "is no URL such as http://host:3128"),
        ("http://", "is no URL"),
        ("", "is no URL"),
        ("http://p:port", "is no URL"),
        ("http://p:0", "is no URL"),
        ("http://p:99999", "is no URL"),
        ("http://p q:1", "is no URL"),
        ("http://a..b:1", "is no URL"),
        ("http://[::1", "is no URL"),
        ("http://user:canary/word@p:1", "is no URL"),
        ("http://user:1#canary@p:1", "%23"),
        ("http://p:3128/canary", "%2F"),
        ("http://p:3128?canary", "%3F"),
        (5, "must be a URL"),
        (True, "must be a URL"),
        (b"http://user:canary@p:1", "must be a URL"),
    ],
)
@pytest.mark.parametrize("client", [PhoneComClient, LinqClient])
def test_proxies_that_are_refused(client: Any, text: Any, words: str) -> None:
    """What is no proxy that can be used is refused, in words that do not quote it."""
    with pytest.raises(InvalidArgument, match=r"^proxy ") as raised:
        client("token", proxy=text)

    assert words in str(raised.value)
    assert "canary" not in str(raised.value)
    for entry in raised.traceback[1:]:
        assert "canary" not in repr(entry.locals)


def test_the_variable_that_is_wrong_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of the environment that cannot be used is refused by its name."""
    monkeypatch.setenv("ALL_PROXY", "socks5://user:canary@p:1080")

    with pytest.raises(InvalidArgument, match=r"^ALL_PROXY is a SOCKS proxy") as raised:
        PhoneComClient("token")

    assert "http:// and https:// proxies are supported" in str(raised.value)
    for entry in raised.traceback[1:]:
        assert "canary" not in repr(entry.locals)
    PhoneComClient("token", proxy=None)
    PhoneComClient("token", base_url="http://127.0.0.1:1")


@pytest.mark.parametrize(
    ("proxy", "taken"),
    [
        ("http://p:3128", False),
        ("http://10.0.0.1:3128", False),
        ("https://p:3128", True),
        ("http://127.0.0.1:3128", True),
        ("http://localhost:3128", True),
    ],
)
def test_no_token_goes_over_the_network_in_the_clear(
    proxy: str, *, taken: bool
) -> None:
    """An http:// base URL goes through proxies that keep what they are told secret."""
    got = choose_proxy(proxy, "http://127.0.0.1:8080", {})

    assert got is not None
    assert ("show the token" in got.problem) is not taken


@given(st.text(), st.text(), st.sampled_from(["http", "https"]))
def test_user_and_password_are_seen_nowhere(user: str, word: str, scheme: str) -> None:
    """Whatever they are, neither repr nor name holds them; the header alone does."""
    canary = "c4n4ry"
    proxy = given_proxy(f"{scheme}://{user}:{canary}{word}@proxy.example:3128")

    for shown in (repr(proxy), str(proxy), proxy.name, proxy.url, proxy.problem):
        assert canary not in shown


def test_user_and_password_are_shown_to_the_proxy() -> None:
    """They are sent as they were before they were percent-encoded, as UTF-8."""
    proxy = given_proxy("http://us%3Aer:p%40ss%2Fw%C3%B6rd@proxy.example:3128")

    assert proxy.authorization is not None
    assert proxy.authorization.reveal() == "Basic dXM6ZXI6cEBzcy93w7ZyZA=="
    assert proxy.name == "http://***@proxy.example:3128"
    assert "***" not in given_proxy("http://proxy.example:3128").name


@given(
    st.text(),
    st.text(),
    st.dictionaries(
        st.sampled_from(
            ["https_proxy", "HTTPS_PROXY", "all_proxy", "no_proxy", "NO_PROXY"]
        ),
        st.text(),
    ),
)
def test_choosing_never_raises(text: str, name: str, environ: dict[str, str]) -> None:
    """Whatever is given or set, a frame that could show it is left before any error."""
    for setting in (text, "env", given_proxy(text, name)):
        got = choose_proxy(setting, API, environ)
        assert got is None or isinstance(got, Proxy)
