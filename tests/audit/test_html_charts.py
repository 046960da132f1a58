"""The charts, as numbers of their shapes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phonecom_events.audit.html.charts import Bars, Column, Histogram, Row, bar
from phonecom_events.audit.report.statistics import Statistics

from .html_page import audited, finding, page


def spans(counts: list[int], most: int) -> list[tuple[float, float]]:
    """Return start and width of each part of a bar, in percent."""
    parts = bar({f"tone-{n}": count for n, count in enumerate(counts)}, most)
    return [(part.left, part.width) for part in parts]


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=6), st.integers(0, 10**9))
def test_parts_follow_each_other_within_the_bar(counts: list[int], more: int) -> None:
    """What is there can be seen, nothing overlaps, and nothing sticks out."""
    parts = spans(counts, max(sum(counts) + more, 1))
    assert len(parts) == sum(count > 0 for count in counts)
    ends = 0.0
    for start, width in parts:
        assert width >= 1
        assert start >= ends
        ends = start + width
    assert ends <= 100.001


def test_the_longest_bar_fills_its_place() -> None:
    """Half as many is half as long."""
    assert spans([10], 10) == [(0.0, 100.0)]
    assert spans([5], 10) == [(0.0, 50.0)]


def test_a_bar_of_nothing_is_empty() -> None:
    """There is no part to see."""
    assert spans([0], 1) == []


def histogram(*counts: int) -> Histogram:
    """Make a histogram of one-line labels."""
    columns = [Column(label=(f"c{n}",), count=count) for n, count in enumerate(counts)]
    return Histogram(name="n", title="T", columns=columns, remark="")


def test_columns_are_as_high_as_their_counts() -> None:
    """The highest fills the chart; few of many can still be seen."""
    chart = histogram(1_000_000, 500_000, 1, 0)
    highest, half, one, none = (shape.height for shape in chart.shapes())
    assert half == pytest.approx(highest / 2)
    assert (one, none) == (2, 0)
    assert {shape.top + shape.height for shape in chart.shapes()} == {chart.floor}


def test_columns_stand_side_by_side() -> None:
    """They are as wide as each other, and within the drawing."""
    shapes = list(histogram(1, 2, 3, 0).shapes())
    assert len({round(shape.width, 6) for shape in shapes}) == 1
    ends = 0.0
    for shape in shapes:
        assert shape.left > ends
        assert shape.middle == pytest.approx(shape.left + shape.width / 2)
        ends = shape.left + shape.width
    assert ends < 100


def test_a_histogram_can_be_read_by_those_who_do_not_see_it() -> None:
    """It is an image with a title and a description of its own."""
    statistics = Statistics(ages=(1_000, 2, 0, 0, 0, 0, 0))
    html = page(audited(1, statistics=statistics)).html
    assert 'role="img" aria-labelledby="ages-title ages-desc"' in html
    assert '<title id="ages-title">Listeners by age</title>' in html
    assert '<desc id="ages-desc">within 7 days: 1,000; 8-30 days: 2; ' in html


def bars(*rows: Row) -> Bars:
    """Make a chart of bars."""
    tones = {"error": "errors", "info": "infos"}
    return Bars(title="T", head="H", tones=tones, figures={"": "Total"}, rows=rows)


def test_bars_are_as_long_as_their_share_of_the_longest() -> None:
    """Every row has its bar, and the longest of all fills its place."""
    most = Row(label="a", counts={"error": 30, "info": 10})
    half = Row(label="b", counts={"error": 20})
    chart = bars(most, half)
    assert sum(part.width for part in chart.bar(most)) == pytest.approx(99.5)
    assert [part.width for part in chart.bar(half)] == [50]
    assert most.total == 40


def test_bars_stand_beside_their_numbers() -> None:
    """What is drawn can be read: the label, the bar and the number."""
    html = page(audited(7, finding(1), finding(2))).html
    row = html.partition('<th scope="row">7</th>')[2]
    drawing, _, number = row.partition("</svg>")
    assert '<rect class="error" x="0.00%" width="100.00%" height="100%">' in drawing
    assert number.split("\n")[1] == '<td class="figure">2</td>'


def test_colours_are_explained_where_there_are_several() -> None:
    """A legend of one colour would say nothing."""
    one = bars(Row(label="a", counts={"error": 1, "info": 0}))
    two = bars(Row(label="a", counts={"error": 1, "info": 1}))
    assert one.legend == {}
    assert two.legend == {"error": "errors", "info": "infos"}
    assert "legend" not in page(audited(1, finding())).values("class")
