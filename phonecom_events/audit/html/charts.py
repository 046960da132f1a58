"""Charts that fit any width: where their shapes stand, and how large they are.

Lengths across are percentages, so that text keeps its size; colours are classes,
because the page's policy allows no style of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from attrs import field, frozen

_HEIGHT: Final = 150
_ABOVE: Final = 22
_BELOW: Final = 36
_WIDTH: Final = 0.62
# Less could not be seen.
_LEAST_PIXELS: Final = 2
_LEAST_PERCENT: Final = 1.2
_GAP: Final = 0.5


@frozen
class Segment:
    """Place a part of a bar.

    Attributes:
        tone: the class that colours it.
        left, width: in percent of the whole width.
    """

    tone: str
    left: float
    width: float


def bar(counts: Mapping[str, int], most: int) -> Iterator[Segment]:
    """Place the parts of a bar one after another, with gaps; what is 0 has none.

    Args:
        counts: by tone, how long each part is.
        most: what the whole width stands for.
    """
    widths = {
        tone: max(100 * count / most, _LEAST_PERCENT)
        for tone, count in counts.items()
        if count
    }
    gaps = _GAP * (len(widths) - 1)
    # Many small parts, each drawn wider than it is, would not fit else.
    scale = min((100 - gaps) / sum(widths.values()), 1) if widths else 1
    left = 0.0
    for tone, width in widths.items():
        yield Segment(tone, left, width * scale)
        left += width * scale + _GAP


@frozen(kw_only=True)
class Row:
    """Describe a row of a chart of bars.

    Attributes:
        label: what it is about.
        counts: by tone, how long each part of its bar is; those of 0 too.
        note: what to say below the label.
        href: where the label leads, on this page.
    """

    label: str
    counts: Mapping[str, int]
    note: str = ""
    href: str = ""

    @property
    def total(self) -> int:
        """How long the bar is."""
        return sum(self.counts.values())


@frozen(kw_only=True)
class Bars:
    """Describe a chart that is a table with a bar in each row.

    Attributes:
        title: what it shows.
        head: what a row is about.
        tones: what each tone stands for.
        figures: the heads of the columns with numbers, by tone; one alone, of no
            tone, is for the totals.
        rows: in the order to show them in.
        more: what to say of rows that are left out.
        remark: what to know about the numbers.
    """

    title: str
    head: str
    tones: Mapping[str, str]
    figures: Mapping[str, str]
    rows: Sequence[Row]
    more: str = ""
    remark: str = ""

    @property
    def legend(self) -> Mapping[str, str]:
        """The tones that there are, if there is more than one."""
        used = {
            tone: name
            for tone, name in self.tones.items()
            if any(row.counts.get(tone) for row in self.rows)
        }
        return used if len(used) > 1 else {}

    def bar(self, row: Row) -> Iterator[Segment]:
        """Place the parts of a row's bar; the longest of all fills its place."""
        most = max(each.total for each in self.rows)
        return bar(row.counts, most or 1)


@frozen(kw_only=True)
class Column:
    """Describe a column of a histogram.

    Attributes:
        label: below it, in up to two lines.
        count: how high it is.
        tone: the class that colours it.
    """

    label: tuple[str, ...]
    count: int
    tone: str = "plain"

    @property
    def name(self) -> str:
        """The label in one line."""
        return " ".join(self.label)


@frozen
class Shape:
    """Place a column: across in percent of the whole width, downwards in pixels.

    Attributes:
        column: what it shows.
        left, width, middle: where it stands.
        top, height: how high it is.
    """

    column: Column
    left: float
    width: float
    middle: float
    top: float
    height: float


@frozen(kw_only=True)
class Histogram:
    """Describe a chart with a column for each bin.

    Attributes:
        name: of the chart, unlike any other's on the page.
        title: what it shows.
        columns: from left to right.
        remark: what to know about the numbers.
        floor: where columns stand, in pixels from the top.
        height: of the whole drawing, in pixels.
    """

    name: str
    title: str
    columns: Sequence[Column]
    remark: str
    floor: int = field(default=_ABOVE + _HEIGHT, init=False)
    height: int = field(default=_ABOVE + _HEIGHT + _BELOW, init=False)

    @property
    def description(self) -> str:
        """What can be read from it, for those who do not see it."""
        return "; ".join(f"{each.name}: {each.count:,}" for each in self.columns)

    def shapes(self) -> Iterator[Shape]:
        """Place the columns; the highest fills the drawing."""
        most = max(column.count for column in self.columns) or 1
        step = 100 / len(self.columns)
        for number, column in enumerate(self.columns):
            least = _LEAST_PIXELS if column.count else 0
            height = max(_HEIGHT * column.count / most, least)
            middle = step * (number + 0.5)
            yield Shape(
                column=column,
                left=middle - step * _WIDTH / 2,
                width=step * _WIDTH,
                middle=middle,
                top=self.floor - height,
                height=height,
            )
