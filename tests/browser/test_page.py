"""The report as a browser shows it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .chromium import Chromium
from .conftest import Measure

pytestmark = pytest.mark.browser

CHARTS = [
    "Findings by account",
    "Findings by check",
    "Where events go, by host",
    "Listeners by age",
    "Listeners by expiry",
]


def luminance(colour: str) -> float:
    """Return how bright a computed colour is, 0…1."""
    red, green, blue = map(int, re.findall(r"\d+", colour)[:3])
    return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255


def test_it_opens_from_a_file(report: str, chromium: Chromium, tmp_path: Path) -> None:
    """Without a server and without a network it is whole, and nothing complains."""
    file = tmp_path / "report.html"
    file.write_text(report, encoding="utf-8")
    dom = chromium.dom(file.as_uri())
    assert "<title>Listener audit, 31 January 2027, 12:00 UTC</title>" in dom
    for text in ("This audit has gaps.", "Account 1000001", "What the checks mean"):
        assert text in dom
    assert dom.count("<svg") == report.count("<svg") > 5
    assert "<script" not in dom
    assert chromium.messages == []


WIDTHS = ["360", "820", "1280"]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_chart_is_drawn(measure: Measure, width: str) -> None:
    """Drawings and shapes have a size and a colour in narrow windows and wide ones."""
    charts = measure()[width]["charts"]
    assert [chart["title"] for chart in charts] == CHARTS
    for chart in charts:
        for drawn, height in chart["drawings"]:
            assert drawn > 60, chart["title"]
            assert height > 10, chart["title"]
        assert chart["shapes"]
        assert all(across >= 1 for across, _ in chart["shapes"])
        assert sum(height > 1 for _, height in chart["shapes"]) >= 5
        assert not {"none", "rgb(0, 0, 0)"} & set(chart["fills"])


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_wider_than_the_window(measure: Measure, width: str) -> None:
    """Neither the page nor anything on it needs to be scrolled across."""
    measures = measure()[width]
    assert measures["overflow"] <= 0
    assert measures["wider"] == []


@pytest.mark.parametrize("width", WIDTHS)
def test_no_account_is_broken_into_lines(measure: Measure, width: str) -> None:
    """Its number stands beside its bar in one line."""
    by_account, *_ = measure()[width]["charts"]
    assert all(height < 40 for _, height in by_account["labels"])


def test_nothing_is_loaded_and_nothing_complains(
    measure: Measure, chromium: Chromium
) -> None:
    """The page asks for nothing at all, and its policy has nothing to forbid."""
    for width in measure().values():
        assert width["loaded"] == 0
    assert chromium.messages == []


def test_dark_windows_get_a_dark_page(measure: Measure) -> None:
    """Text and background follow the window, and so do the charts."""
    light, dark = measure()["1280"], measure(dark=True)["1280"]
    assert luminance(light["background"]) > 0.9
    assert luminance(light["text"]) < 0.2
    assert luminance(dark["background"]) < 0.1
    assert luminance(dark["text"]) > 0.8
    for before, after in zip(light["charts"], dark["charts"], strict=True):
        assert not set(before["fills"]) & set(after["fills"])


def test_findings_can_be_hidden_by_severity(measure: Measure) -> None:
    """A click hides one severity and leaves the others, without a script."""
    groups = measure()["1280"]["groups"]
    assert groups["all"] > 0
    assert groups["hidden"] == 0
    assert groups["others"] > 0
