"""The page needs nothing from elsewhere, runs nothing, and can be read by everyone."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from itertools import pairwise, product

import pytest

from phonecom_events.audit import Place
from phonecom_events.audit.report.statistics import Statistics, Target, Way
from phonecom_events.errors import ServerError

from .builders import reading
from .html_page import Page, audited, finding, page

CSS = files("phonecom_events.audit.html").joinpath("page.css").read_text("utf-8")
HOSTILE = [
    "</style></title></p><script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "{{ 7 * 7 }}{% raw %}{#",
    "<!--",
    "\u202etxt.exe\x00\n",
    "\ud800",
]


def hostile_page(text: str) -> Page:
    """Write a page that has a text wherever one can come from outside."""
    error = ServerError(text, status=503, method="GET", path=text)
    where = Place(kind=text, id=text, account=1)
    return page(
        audited(
            1,
            finding(id=text, title=text, where=where, why=text, what_to_do=text),
            readings=(reading(text, error=error),),
            statistics=Statistics(
                ages=(1, 0, 0, 0, 0, 0, 0),
                ends=(1, 0, 0, 0, 0, 0, 0),
                targets={Target(way, text): 1 for way in Way},
            ),
        )
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_only_text(text: str) -> None:
    """It adds no element and no attribute, and breaks out of none."""
    harmless, hostile = hostile_page("x" * len(text)), hostile_page(text)
    names = [name for name, _ in hostile.attributes]
    assert [tag for tag in hostile.tags if tag != "wbr"] == harmless.tags
    assert names == [name for name, _ in harmless.attributes]
    assert hostile.unbalanced == []
    assert hostile.html.encode()


@pytest.mark.parametrize("text", HOSTILE)
def test_links_stay_on_the_page(text: str) -> None:
    """Nothing is loaded from anywhere, and nothing leads away."""
    seen = hostile_page(text)
    assert all(target.startswith("#") for target in seen.values("href"))
    loading = {"src", "srcset", "action", "data", "poster", "background", "style"}
    names = {name for name, _ in seen.attributes}
    assert not names & loading
    assert not [name for name in names if name.startswith("on")]
    assert not {"script", "img", "link", "iframe", "object", "form"} & set(seen.tags)
    assert "url(" not in CSS
    assert "@import" not in CSS


def test_the_policy_allows_the_style_and_nothing_else() -> None:
    """The style is known by its hash, so that no other one could be put in."""
    html = page().html
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = b64encode(sha256(style[1].encode()).digest()).decode()
    (policy,) = [each for each in page().values("content") if "default-src" in each]
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


def test_ids_are_there_once_and_links_find_them() -> None:
    """What a link, a label or a drawing names exists."""
    seen = page(
        audited(1, finding(), statistics=Statistics(ages=(1, 0, 0, 0, 0, 0, 0)))
    )
    ids = seen.values("id")
    assert len(set(ids)) == len(ids)
    named = [target.removeprefix("#") for target in seen.values("href")]
    named += [
        name for value in seen.values("aria-labelledby") for name in value.split()
    ]
    assert set(named) <= set(ids)
    assert seen.unbalanced == []


def test_headings_are_in_order() -> None:
    """No level is left out, so that the page can be walked by headings."""
    seen = page(
        audited(1, finding(), statistics=Statistics(ages=(1, 0, 0, 0, 0, 0, 0)))
    )
    levels = [int(tag[1]) for tag in seen.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def colours(block: str) -> dict[str, str]:
    """Return the colours that a block of the style sheet sets."""
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in parts
    ]
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1…21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


LIGHT, DARK = (
    colours(block) for block in re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)[:2]
)
TEXT = [
    *product(("text", "soft", "link"), ("page", "card")),
    *product(("error", "warning", "info"), ("page", "card")),
    *((name, f"{name}-tint") for name in ("error", "warning", "info", "good")),
    ("text", "error-tint"),
    ("soft", "info-tint"),
]
FILLS = [name for name in LIGHT if name.endswith("-fill")]


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "behind"), TEXT)
def test_text_can_be_read(scheme: dict[str, str], text: str, behind: str) -> None:
    """Every colour of text has the contrast that WCAG asks for, 4.5."""
    assert contrast(scheme[text], scheme[behind]) >= 4.5


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("fill", FILLS)
def test_charts_can_be_seen(scheme: dict[str, str], fill: str) -> None:
    """Every colour of a chart has the contrast that WCAG asks of graphics, 3."""
    assert contrast(scheme[fill], scheme["card"]) >= 3
