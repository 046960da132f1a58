"""The report as one HTML page that needs nothing else: no network, no script."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC
from hashlib import sha256
from importlib.resources import files

from ...version import __version__
from ..options import AuditOptions
from ..report.report import AuditReport, Comparison
from .changes import changes
from .digest import Digest
from .explanations import explanations
from .found import found
from .graphs import graphs
from .markup import Markup, element
from .reading import reading
from .summary import summary
from .wording import moment


def html_report(report: AuditReport, *, since: Comparison | None = None) -> str:
    """Write a report as a page; see `html_page`."""
    digest = Digest()
    for audited in report.audited:
        digest.add(audited)
    terms = AuditOptions(now=report.audited_at, expiring_within=report.expiring_within)
    return html_page(digest, terms, complete=report.complete, since=since)


def html_page(
    digest: Digest,
    terms: AuditOptions,
    *,
    complete: bool = True,
    since: Comparison | None = None,
) -> str:
    """Write what was found so far as a page.

    It can be opened from a file or sent by mail. Its policy forbids the browser to
    load anything, and to run any script; no name or text of an account becomes
    markup or a link. However much was audited, its size stays within some
    megabytes: what is left out is counted. It is ASCII, which no encoding alters.

    Args:
        digest: has taken in each account.
        terms: what the checks measured by.
        complete: whether that is all there was to do.
        since: a comparison with an earlier audit, to be told along.
    """
    style = _style()
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_policy(style)),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", f"Listener audit, {moment(terms.now)}"),
        element("style", Markup(style)),
    ]
    body = [
        _header(terms),
        _contents(digest, since),
        element(
            "main",
            summary(digest, complete=complete),
            None if since is None else changes(since),
            graphs(digest, terms.expiring_within),
            found(digest),
            reading(digest),
            explanations(digest),
        ),
        element("footer", element("p", f"Written by phonecom-events {__version__}.")),
    ]
    html = element("html", element("head", head), element("body", body), lang="en")
    whole = f"<!doctype html>\n{html}\n"
    return whole.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _header(terms: AuditOptions) -> Markup:
    now = terms.now.astimezone(UTC)
    return element(
        "header",
        element("h1", "Listener audit"),
        element(
            "p", element("time", moment(now), datetime=f"{now:%Y-%m-%dT%H:%M:%SZ}")
        ),
    )


def _contents(digest: Digest, since: Comparison | None) -> Markup:
    names = {} if since is None else {"changes": "What has changed"}
    names |= {"findings": "Findings", "read": "What was read"}
    if digest.checks:
        names["checks"] = "What the checks mean"
    links = [element("a", name, href=f"#{at}") for at, name in names.items()]
    return element("nav", links, aria_label="On this page")


def _style() -> str:
    package = __name__.rpartition(".")[0]
    return files(package).joinpath("page.css").read_text(encoding="utf-8")


def _policy(style: str) -> str:
    """Allow the page's own style, known by its hash, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )
