"""The audit as an HTML page."""

from __future__ import annotations

import sys
from collections.abc import Callable

from ....audit.html import html_page
from ....audit.html.page import page_template
from ...exits import CannotRun
from .output import Summary


def html_writer() -> Callable[[Summary], None]:
    """Return what writes the page.

    Raises:
        CannotRun: the page's templates need what is not installed.
    """
    try:
        page_template()  # else a long audit would end in a missing package
    except ImportError as error:
        raise CannotRun(str(error)) from None
    return _write


def _write(summary: Summary) -> None:
    page = html_page(
        summary.digest,
        summary.terms,
        complete=summary.complete,
        since=summary.since,
        unmatched=summary.unmatched,
        earlier=summary.earlier,
    )
    sys.stdout.write(page)
