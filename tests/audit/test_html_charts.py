"""The charts, as numbers of their SVG."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit.html.bars import Bars, Row
from phonecom_events.audit.html.charts import Column, bar, histogram

BARS = Bars(
    title="Title",
    head="Head",
    tones={"error": "errors", "info": "infos"},
    figures={"": "Total"},
)


def spans(svg: str) -> list[tuple[float, float]]:
    """Return start and width of each part of a bar, in percent."""
    return [
        (float(start), float(width))
        for start, width in re.findall(r'x="([\d.]+)%" width="([\d.]+)%"', svg)
    ]


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(0, 10**9))
def test_parts_follow_each_other_within_the_bar(counts: list[int], more: int) -> None:
    """What is there can be seen, nothing overlaps, and nothing sticks out."""
    most = max(sum(counts) + more, 1)
    parts = spans(bar([("info", count) for count in counts], most))
    assert len(parts) == sum(count > 0 for count in counts)
    ends = 0.0
    for start, width in parts:
        assert width >= 1
        assert start >= ends - 0.02
        ends = start + width
    assert ends <= 100.05


def test_the_longest_bar_fills_its_place() -> None:
    """Half as many is half as long."""
    assert spans(bar([("info", 10)], 10)) == [(0.0, 100.0)]
    assert spans(bar([("info", 5)], 10)) == [(0.0, 50.0)]


def test_a_bar_of_nothing_is_empty() -> None:
    """There is no part to see."""
    assert spans(bar([("info", 0)], 1)) == []


def columns(svg: str) -> list[float]:
    """Return the heights of a histogram's columns, in pixels."""
    return [float(height) for height in re.findall(r'height="([\d.]+)"></rect>', svg)]


def test_columns_are_as_high_as_their_counts() -> None:
    """The highest fills the chart; few of many can still be seen."""
    counts = [1_000_000, 500_000, 1, 0]
    drawn = histogram(
        "n", "T", "D", [Column(label=("x",), count=count) for count in counts]
    )
    highest, half, one, none = columns(drawn)
    assert half == pytest.approx(highest / 2)
    assert (one, none) == (2, 0)
    assert "1,000,000" in drawn


def test_a_histogram_can_be_read_by_those_who_do_not_see_it() -> None:
    """It is an image with a title and a description of its own."""
    drawn = histogram("ages", "By age", "7 in all", [Column(label=("a", "b"), count=7)])
    assert 'role="img" aria-labelledby="ages-title ages-desc"' in drawn
    assert '<title id="ages-title">By age</title>' in drawn
    assert '<desc id="ages-desc">7 in all</desc>' in drawn


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    """Every row has its label, its bar and its number."""
    rows = [
        Row(label="a", counts={"error": 30, "info": 10}),
        Row(label="b", counts={"error": 20}),
    ]
    drawn = BARS.draw(rows)
    (_, longest), (_, rest), (_, half) = spans(drawn)
    assert longest + rest == pytest.approx(99.5, abs=0.02)
    assert half == 50
    assert '<td class="figure">40</td>' in drawn


def test_colours_are_explained_where_there_are_several() -> None:
    """A legend of one colour would say nothing."""
    one = BARS.draw([Row(label="a", counts={"error": 1, "info": 0})])
    two = BARS.draw([Row(label="a", counts={"error": 1, "info": 1})])
    assert "legend" not in one
    assert 'class="swatch error"' in two
    assert 'class="swatch info"' in two
