"""What can be asked, and what of a callback is sent."""

from __future__ import annotations

import pytest

from phonecom_events.probe import Target


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("https://a.contoso.com/x?y", ""),
        ("HTTP://A.contoso.com:8080", ""),
        ("https://bücher.contoso.com/", ""),
        ("https://[2001:db8::1]/", ""),
        ("", "no URL"),
        ("contoso.com/x", "no URL"),
        ("https://", "no URL"),
        ("https://a b/", "no URL"),
        ("https://a:99999/", "no URL"),
        ("https://[::1/", "no URL"),
        ("file:///etc/passwd", "no URL"),
        ("ftp://a.contoso.com/", "scheme"),
        ("https://user@a.contoso.com/", "user or password"),
        ("https://user:secret@a.contoso.com/", "user or password"),
        ("https://a.contoso.com@10.0.0.1/", "user or password"),
    ],
)
def test_a_url_says_whether_it_can_be_asked(url: str, why: str) -> None:
    """A host by https or http can be; a user in it cannot, as nobody says how."""
    told = Target.of(url).why_not_askable
    assert why in told
    assert bool(told) is bool(why)
    assert "secret" not in told


def test_headers_that_cannot_be_sent_are_named() -> None:
    """Masked values, line breaks and what belongs to the connection stay away."""
    target = Target.of(
        "https://a.contoso.com/",
        headers=[
            ("X-Key", "made up"),
            ("Authorization", None),
            ("X-Break", "a\r\nHost: b"),
            ("Bad Name", "a"),
            ("Content-Length", "7"),
            ("Host", "internal"),
        ],
    )
    assert [name for name, _ in target.headers] == ["X-Key"]
    assert set(target.withheld) == {
        *("Authorization", "X-Break", "Bad Name", "Content-Length", "Host")
    }


def test_no_repr_has_a_secret() -> None:
    """Neither the URL, which may hold one, nor the value of a header."""
    target = Target.of("https://a.contoso.com/hidden", headers=[("X-Key", "hidden")])
    assert "hidden" not in repr(target)


def test_a_method_that_is_none_is_not_sent() -> None:
    """A config may hold any text there."""
    assert "method" in Target.of("https://a.contoso.com/", "GET /x").why_not_askable
