"""Charts as SVG that fits any width: bars in a table's rows, and columns.

Lengths across are percentages, so that text keeps its size; colours are classes,
because the page's policy allows no style of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from attrs import frozen

from .markup import Markup, element

_HEIGHT: Final = 150
_ABOVE: Final = 22
_BELOW: Final = 36
_WIDTH: Final = 0.62
# Less could not be seen.
_LEAST_PIXELS: Final = 2
_LEAST_PERCENT: Final = 1.2
_GAP: Final = 0.5


@frozen(kw_only=True)
class Column:
    """Describe a column of a histogram.

    Attributes:
        label: below it, in up to two lines.
        count: its height.
        tone: the class that colours it.
    """

    label: tuple[str, ...]
    count: int
    tone: str = "plain"

    @property
    def name(self) -> str:
        """The label in one line."""
        return " ".join(self.label)


def bar(counts: Sequence[tuple[str, int]], most: int) -> Markup:
    """Draw stacked parts as one bar.

    Args:
        counts: the class that colours each part, and how long it is.
        most: what the whole width stands for.
    """
    parts = [
        (tone, max(100 * count / most, _LEAST_PERCENT))
        for tone, count in counts
        if count
    ]
    gaps = _GAP * (len(parts) - 1)
    scale = min((100 - gaps) / sum(width for _, width in parts), 1) if parts else 1
    drawn, left = [], 0.0
    for tone, width in parts:
        share = width * scale
        drawn.append(
            element(
                "rect",
                class_=tone,
                x=f"{left:.2f}%",
                width=f"{share:.2f}%",
                height="100%",
            )
        )
        left += share + _GAP
    return element("svg", drawn, class_="bar", aria_hidden="true")


def histogram(
    name: str, title: str, description: str, columns: Sequence[Column]
) -> Markup:
    """Draw a column for each bin, with its count above and its label below.

    Args:
        name: of the chart, unlike any other's on the page.
        title: what it shows.
        description: what can be read from it, for those who do not see it.
        columns: from left to right.
    """
    most = max((column.count for column in columns), default=0) or 1
    step = 100 / len(columns)
    drawn = [
        part
        for number, column in enumerate(columns)
        for part in _column(column, step * (number + 0.5), step * _WIDTH, most)
    ]
    floor = _ABOVE + _HEIGHT
    axis = element("line", class_="axis", x1="0", x2="100%", y1=floor, y2=floor)
    return element(
        "svg",
        element("title", title, id=f"{name}-title"),
        element("desc", description, id=f"{name}-desc"),
        drawn,
        axis,
        class_="histogram",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        width="100%",
        height=floor + _BELOW,
    )


def _column(column: Column, middle: float, width: float, most: int) -> list[Markup]:
    height = max(_HEIGHT * column.count / most, _LEAST_PIXELS if column.count else 0)
    top = _ABOVE + _HEIGHT - height
    at = f"{middle:.2f}%"
    texts = [
        element("text", f"{column.count:,}", class_="count", x=at, y=f"{top - 6:.1f}")
    ]
    for line, text in enumerate(column.label):
        y = _ABOVE + _HEIGHT + 16 + 14 * line
        texts.append(element("text", text, class_="label", x=at, y=y))
    rect = element(
        "rect",
        class_=column.tone,
        x=f"{middle - width / 2:.2f}%",
        y=f"{top:.1f}",
        width=f"{width:.2f}%",
        height=f"{height:.1f}",
    )
    return [rect, *texts]
