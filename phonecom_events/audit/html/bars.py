"""A chart that is a table: a bar in each row, beside the numbers that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen

from .charts import bar
from .markup import Markup, breakable, element


@frozen(kw_only=True)
class Row:
    """Describe a row.

    Attributes:
        label: what it is about.
        counts: by tone, how long each part of its bar is; those of 0 too.
        note: what to say below the label.
        href: where the label leads, on this page.
    """

    label: str
    counts: Mapping[str, int]
    note: str = ""
    href: str | None = None

    @property
    def total(self) -> int:
        """How long the bar is."""
        return sum(self.counts.values())


@frozen(kw_only=True)
class Bars:
    """Describe a chart of bars.

    Attributes:
        title: what it shows.
        head: what a row is about.
        tones: what each tone stands for.
        figures: the heads of the columns with numbers, by tone; one alone, of no
            tone, is for the totals.
        more: what to say of rows that are left out.
        remark: what to know about the numbers.
    """

    title: str
    head: str
    tones: Mapping[str, str]
    figures: Mapping[str, str]
    more: str = ""
    remark: str = ""

    def draw(self, rows: Sequence[Row]) -> Markup:
        """Draw the chart; rows are in the order to show them in."""
        most = max((row.total for row in rows), default=0) or 1
        head = element(
            "tr",
            element("th", self.head, scope="col"),
            element("th", element("span", "Bar", class_="unseen"), scope="col"),
            [
                element("th", name, scope="col", class_="figure")
                for name in self.figures.values()
            ],
        )
        return element(
            "figure",
            element("figcaption", element("h3", self.title)),
            self._legend(rows),
            element(
                "table",
                element("thead", head),
                element("tbody", [self._row(row, most) for row in rows]),
                class_=f"bars of-{len(self.figures)}",
            ),
            element("p", self.more, class_="more") if self.more else None,
            element("p", self.remark, class_="remark") if self.remark else None,
            class_="card",
        )

    def _row(self, row: Row, most: int) -> Markup:
        label = breakable(row.label)
        if row.href is not None:
            label = element("a", label, href=row.href)
        note = [" ", element("span", row.note, class_="note")] if row.note else None
        return element(
            "tr",
            element("th", label, note, scope="row"),
            element("td", bar(list(row.counts.items()), most), class_="drawn"),
            [
                element(
                    "td",
                    f"{row.counts[tone] if tone else row.total:,}",
                    class_="figure",
                )
                for tone in self.figures
            ],
        )

    def _legend(self, rows: Sequence[Row]) -> Markup | None:
        """Explain the colours that there are, if there is more than one."""
        used = [
            tone for tone in self.tones if any(row.counts.get(tone) for row in rows)
        ]
        if len(used) < 2:
            return None
        return element(
            "ul",
            [
                element(
                    "li",
                    element("span", class_=f"swatch {tone}", aria_hidden="true"),
                    self.tones[tone],
                )
                for tone in used
            ],
            class_="legend",
        )
