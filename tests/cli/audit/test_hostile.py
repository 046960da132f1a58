"""Names that strangers choose: none forges a command, a row, a tag or a result."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from itertools import pairwise
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from phonecom_events.audit import (
    Acceptance,
    Audited,
    AuditOptions,
    Finding,
    Place,
    Severity,
)
from phonecom_events.audit.report.digest import Digest
from phonecom_events.audit.slices import at_once
from phonecom_events.cli.audit.formats.github import GithubCommands
from phonecom_events.cli.audit.formats.junit import JunitSuites
from phonecom_events.cli.audit.formats.markdown import markdown, plain
from phonecom_events.cli.audit.formats.output import Summary
from phonecom_events.cli.audit.formats.sarif import SarifLog
from phonecom_events.cli.audit.formats.writer import Writer
from phonecom_events.cli.output.streams import results_to
from phonecom_events.display.printable import printable

TERMS = AuditOptions()
SPITEFUL: Final = (
    "\n::error::forged",
    "::add-mask::x%0A::error title=a::b",
    "##[error]forged",
    "%0A%25",
    "a,b:c=d;e",
    "x | y | z |",
    "\\| \\\\| \\",
    "`code` ``` ~~~",
    "<script>alert(1)</script><!-- ",
    "]]></failure><failure/>",
    "& &amp; &#10; &#64;",
    "[click](https://evil.example) ![i](http://x)",
    "https://evil.example www.evil.example a@b.cd",
    "@everyone #1 !2 %3 ~4 $x$ GH-1",
    "**bold** __bold__ _it_ *it* ~~gone~~ # head",
    "- item\n1. item\n> quote\n---\n===",
    "{0} {{1}} }}",
    "\x00\x01\x08\x0b\x1b[31m\x7f\x85\u2028\u202e\ufeff\ufffe\uffff",
    "\ud800 lone \udc80",
    "</details>\n\n| a |\n|---|",
    " ",
)
# Made of what means something somewhere, which plain text seldom hits upon.
texts = st.one_of(
    st.sampled_from(SPITEFUL),
    st.lists(st.sampled_from([*SPITEFUL, *"\\|`<>&:%@#_*[](){}$~! \n\r\tab"])).map(
        "".join
    ),
    st.text(st.characters(exclude_categories=())),
)


def found(text: str, *, accepted: bool = False) -> Audited:
    """Make what became of an account whose finding says *text* wherever it can."""
    finding = Finding(
        id="PC101",
        severity=Severity.ERROR,
        title=f"T{text}",
        where=Place(kind="listener", id=f"I{text}", account=7),
        why=f"W{text}",
        what_to_do=f"D{text}",
        accepted=Acceptance(check="PC101", reason=f"R{text}") if accepted else None,
    )
    return Audited(account=7, findings=(finding,))


def written(
    make: Callable[[AuditOptions], Writer],
    parts: Iterable[Audited],
    *,
    complete: bool = True,
    remarks: Iterable[str] = (),
) -> str:
    """Return what a format makes of accounts, as bytes that were read back."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="utf-8", newline="\n")
    with results_to(file):
        writer = make(TERMS)
        for part in parts:
            at_once(writer.account(part))
        writer.end(complete=complete, remarks=list(remarks))
        file.flush()
    return raw.getvalue().decode()


def command(line: str) -> tuple[str, dict[str, str], str]:
    """Parse a line as actions/runner does (src/Runner.Common/ActionCommand.cs)."""
    assert line.startswith("::"), line
    head, data = line[2:].split("::", 1)
    name, _, rest = head.partition(" ")
    properties = dict(each.split("=", 1) for each in rest.split(","))

    def unescaped(text: str, *more: tuple[str, str]) -> str:
        for token, code in (("\r", "%0D"), ("\n", "%0A"), *more, ("%", "%25")):
            text = text.replace(code, token)
        return text

    marks = ((":", "%3A"), (",", "%2C"))
    return (
        name,
        {key: unescaped(value, *marks) for key, value in properties.items()},
        unescaped(data),
    )


@pytest.fixture(autouse=True, scope="module")
def no_summary() -> Iterable[None]:
    """See to it that no file of a real pipeline is written to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("GITHUB_STEP_SUMMARY", raising=False)
        yield


@given(texts, st.booleans())
def test_github_has_one_command_a_finding(text: str, accepted: bool) -> None:  # noqa: FBT001
    """Each line is a command with a title, and reads back as what was said."""
    out = written(GithubCommands, [found(text, accepted=accepted)], remarks=[text])
    first, second = (command(line) for line in out.removesuffix("\n").split("\n"))
    said = printable(text)
    why = f"account 7, listener I{said}: W{said}"
    if accepted:
        assert first == (
            "notice",
            {"title": "PC101 accepted"},
            f"{why}\nAccepted: R{said}",
        )
    else:
        assert first == ("error", {"title": f"PC101 T{said}"}, f"{why}\n→ D{said}")
    assert second == ("notice", {"title": "Audit"}, said)


@given(texts, st.booleans(), st.booleans())
def test_junit_has_one_case_a_finding(
    text: str,
    accepted: bool,  # noqa: FBT001
    complete: bool,  # noqa: FBT001
) -> None:
    """It is XML, whatever is in a name, with the elements that were meant."""
    parts = [found(text, accepted=accepted)]
    out = written(JunitSuites, parts, complete=complete)
    # What of it stands in no XML would be refused here: https://www.w3.org/TR/xml/#charsets
    root = ET.fromstring(out)  # noqa: S314 - written just now
    suite, *rest = root
    assert [each.tag for each in suite] == ["testcase", "testcase"]
    assert len(rest) == (not complete)
    case = suite[1]
    said = printable(text)
    assert case.get("name") == f"PC101 T{said}: listener I{said}"
    (outcome,) = case
    assert len(outcome) == 0
    if accepted:
        assert outcome.tag == "skipped"
        assert outcome.get("message") == f"Accepted: R{said}: W{said}"
    else:
        assert (outcome.tag, outcome.get("message")) == ("failure", f"W{said}")
        assert f"→ D{said}" in (outcome.text or "")


@given(texts, st.booleans())
def test_sarif_has_one_result_a_finding(text: str, accepted: bool) -> None:  # noqa: FBT001
    """It is JSON, and no name is a link, a placeholder or another path."""
    out = written(SarifLog, [found(text, accepted=accepted)], remarks=[text])
    (run,) = json.loads(out)["runs"]
    (result,) = run["results"]
    message = result["message"]["text"]
    assert not re.search(r"\[[^\]]*\]\(", message)
    assert re.sub(r"\{\{|\}\}", "", message).count("{") == 0
    assert message.isprintable()
    assert ("suppressions" in result) is accepted
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert re.fullmatch(
        r"phonecom-events/accounts/7/listener/I([A-Za-z0-9_.~-]|%[0-9A-F]{2})*", uri
    )


def page(*parts: Audited) -> str:
    """Return accounts as markdown."""
    digest = Digest()
    for part in parts:
        digest.add(part)
    return markdown(Summary(digest=digest, terms=TERMS))


PARSER: Final = MarkdownIt("commonmark", {"html": True}).enable(
    ["table", "strikethrough"]
)


def cells(text: str) -> list[list[Any]]:
    """Return the inline tokens of each cell of the tables, without the headers'."""
    tokens = PARSER.parse(text)
    return [
        token.children or []
        for before, token in pairwise(tokens)
        if before.type == "td_open"
    ]


@given(texts, st.booleans())
@example("@all", False)
def test_markdown_has_one_row_a_finding(text: str, accepted: bool) -> None:  # noqa: FBT001
    """A name is text in its cell: no markup, no tag, no mention, no link."""
    out = page(found(text[:200], accepted=accepted))
    _, where, why, what = row = cells(out)
    said = printable(text[:200])
    for cell, start in ((where, "listener I"), (why, "W")):
        assert {token.type for token in cell} <= {"text", "text_special"}
        shown = "".join(token.content for token in cell).replace("\u2060", "")
        assert shown == (start + said).strip()
    assert len(row) == 4
    assert all(token.type != "html_inline" for cell in row for token in cell)
    for cell in (where, why, what):
        shown = "".join(token.content for token in cell)
        assert not re.search(r"[@#!~$%&^]\w", shown)


@given(texts)
def test_what_is_escaped_is_shown_as_it_is(text: str) -> None:
    """It comes back from any place of a line, and means nothing in it."""
    (_, inline, _) = PARSER.parse(f"x{plain(text[:200])}x")
    assert {token.type for token in inline.children or []} <= {"text", "text_special"}
    shown = "".join(token.content for token in inline.children or [])
    assert shown.replace("\u2060", "") == f"x{printable(text[:200])}x"


@pytest.mark.parametrize("text", ["https://a.example", "HTTPS://a", "www.a.example"])
def test_no_address_becomes_a_link(text: str) -> None:
    """GitHub makes links of bare addresses as well, unless their marks are escaped."""
    assert not re.search(r"://|www\.", plain(text), re.IGNORECASE)


def test_what_is_written_before_an_error_is_nothing() -> None:
    """Files of JUnit and SARIF begin with their first account, not before."""
    out = io.StringIO()
    with redirect_stdout(out):
        JunitSuites(TERMS)
        SarifLog(TERMS)
    assert out.getvalue() == ""
