"""What is hidden in the texts of findings."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events import PhoneComClient
from phonecom_events.audit import audit
from phonecom_events.audit.checks.targets import read_url, shown_url
from phonecom_events.audit.masking import masked
from phonecom_events.sandbox import Sandbox

from .builders import NOW

SECRET = "s3cret"
TEXT = st.text(
    alphabet=string.ascii_letters + string.digits + "/?&=@:#. %;é”", max_size=8
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("it delivers to http://hooks.contoso.com", None),
        ("it delivers to http://hooks.contoso.com:8080/", None),
        ("to http://hooks.contoso.com/a/b", "to http://hooks.contoso.com/…"),
        ("to http://user:word@contoso.com/", "to http://…@contoso.com/"),
        ("to http://contoso.com/?key=1", "to http://contoso.com/?…"),
        ("to http://contoso.com?version=2026-02-03", None),
        ("http://a.com/x?version=1.0&k=v#top", "http://a.com/…?version=1.0&…#…"),
        ("http://a.com?version=a%20b", "http://a.com?…"),
        ("HTTPS://A.com/x, http://b.com/y", "https://a.com/… http://b.com/…"),
        ("http://[::1]:80/x", "http://[::1]:80/…"),
        ("http://[::1/x", "http://…"),
        ("“+1 (202) 555-0101” has it", "“+…01” has it"),
        ("+12025550101, +12025550102", "+…01, +…02"),
        ("+442079460018 is it", "+…18 is it"),
        ("(202) 555-0101 or 202-555-0102", "…01 or …02"),
        ("expired 2027-01-19 12:00 UTC, 12 days ago", None),
        ("10,000 listeners point at it: 1001, 1002", None),
        ("ececd6fd-f403-56cb-8470-89e26d3f42ee delivers", None),
        ("no event is tagged with both call and message", None),
        ("there is no callback 9000001", None),
    ],
)
def test_numbers_and_parts_of_urls_are_hidden(text: str, shown: str | None) -> None:
    """Hosts, versions, dates, ids and counts stay as they are."""
    assert masked(text) == (text if shown is None else shown)


@given(TEXT, TEXT, st.sampled_from(["path", "query", "fragment", "user"]))
def test_no_part_of_a_url_but_its_host_gets_through(
    before: str, after: str, where: str
) -> None:
    """However odd the rest of a URL is, a secret in it is hidden."""
    odd = f"{before}{SECRET}{after}".lstrip("/")
    url = {
        "path": f"https://hooks.contoso.com/{odd}",
        "query": f"https://hooks.contoso.com/?{odd}",
        "fragment": f"https://hooks.contoso.com/#{odd}",
        "user": f"https://u:{SECRET}@hooks.contoso.com/{after}",
    }[where]
    assert SECRET not in masked(f"it delivers to {shown_url(url, read_url(url))}")


async def test_findings_are_masked_unless_they_are_to_be_shown(
    sandbox: Sandbox, phonecom: PhoneComClient
) -> None:
    """Neither a URL's secrets nor a number in a name are shown_url by default."""
    url = f"http://user:{SECRET}@hooks.contoso.com/{SECRET}?key={SECRET}"
    callback = sandbox.add_callback(1, config={"url": url})
    sandbox.add_listener(1, callback_id=callback["id"])
    sandbox.add_profile(1, name="Line +12025550101")
    hidden = await audit(phonecom, [1], now=NOW)
    shown = await audit(phonecom, [1], now=NOW, show=True)
    assert [f.fingerprint for f in hidden.findings] == [
        f.fingerprint for f in shown.findings
    ]
    for report, count in ((hidden, 0), (shown, 1)):
        text = str(report.to_dict())
        assert text.count(url) == count
        assert (SECRET in text) == ("+12025550101" in text) == bool(count)
