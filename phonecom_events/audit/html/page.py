"""The report as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from ...version import __version__
from ..acceptance import Acceptance
from ..checks.selection import every_check
from ..findings import Severity
from ..options import AuditOptions
from ..report.digest import Digest
from ..report.earlier import EarlierRun
from ..report.report import AuditReport, Comparison
from .filters import FILTERS, printable
from .graphs import bars, histograms, trend

if TYPE_CHECKING:
    from jinja2 import Template

_PACKAGE: Final = __name__.rpartition(".")[0]


def html_report(report: AuditReport, *, since: Comparison | None = None) -> str:
    """Write a report as a page; see `html_page`."""
    digest = Digest()
    for audited in report.audited:
        digest.add(audited)
    options = AuditOptions(
        now=report.audited_at, expiring_within=report.expiring_within
    )
    return html_page(
        digest,
        options,
        complete=report.complete,
        since=since,
        unmatched=report.unmatched,
    )


def html_page(
    digest: Digest,
    options: AuditOptions,
    *,
    complete: bool = True,
    since: Comparison | None = None,
    unmatched: Sequence[Acceptance] = (),
    earlier: Sequence[EarlierRun] = (),
) -> str:
    """Write what was found so far as a page.

    It can be opened from a file or sent by mail. Its policy forbids the browser to
    load anything, and to run any script; no name or text of an account becomes
    markup or a link. However much was audited, its size stays within some
    megabytes: what is left out is counted. It is ASCII, which no encoding alters.

    Args:
        digest: has taken in each account.
        options: what the checks measured by.
        complete: whether that is all there was to do.
        since: a comparison with an earlier audit, to be told along.
        unmatched: acceptances that fitted no finding.
        earlier: audits to show beside it, oldest first.

    Raises:
        ImportError: Jinja2, which is part of the extra ``cli``, is not installed.
    """
    style = _style()
    page = page_template().render(
        digest=digest,
        now=options.now.astimezone(UTC),
        complete=complete,
        since=since,
        unmatched=unmatched,
        bars=[*trend(digest, options.now, earlier), *bars(digest)],
        histograms=list(histograms(digest.statistics.total, options.expiring_within)),
        explanations={check.id: check.explanation for check in every_check()},
        severities=tuple(Severity),
        style=style,
        policy=_policy(style),
        version=__version__,
    )
    return page.encode("ascii", "xmlcharrefreplace").decode("ascii")


@cache
def page_template() -> Template:
    """Compile the template of the page, once for the process.

    Raises:
        ImportError: Jinja2, which is part of the extra ``cli``, is not installed.
    """
    try:
        # Only who asks for a page needs it, or waits for its import.
        from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in {"jinja2", "markupsafe"}:
            raise
        missing = error.name
    else:
        environment = Environment(
            loader=PackageLoader(_PACKAGE),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            # Those of an installed package never change: do not look for it.
            auto_reload=False,
            # Applied to each value before it is escaped, wherever it stands.
            finalize=printable,
        )
        environment.filters.update(FILTERS)
        return environment.get_template("page.html")
    raise ImportError(
        "the HTML report needs Jinja2, which is part of an extra; install it with:"
        " pip install 'phonecom-events[cli]'",
        name=missing,
    )


@cache
def _style() -> str:
    return files(_PACKAGE).joinpath("page.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    """Allow the page's own style, known by its hash, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )
