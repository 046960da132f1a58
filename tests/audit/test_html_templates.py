"""The templates: what they escape, what they refuse, and how they are shipped."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from phonecom_events.audit.html import Digest, html_page
from phonecom_events.audit.html.filters import printable
from phonecom_events.audit.html.page import page_template

from .builders import TERMS
from .html_page import Page, audited, finding, page

ROOT = Path(__file__).parents[2]
HTML = "phonecom_events/audit/html"


def rendered(source: str, **values: object) -> str:
    """Render a template as the page's are rendered."""
    return page_template().environment.from_string(source).render(values)


def shown(text: str) -> str:
    """Return what a reader sees of a short text."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@given(st.text(max_size=200))
@example("</p><script>alert(1)</script>")
@example("&lt;b&gt; &amp;amp; <!-- ]]>")
@example("\" onclick='alert(1)'")
@example("{{ 7 * 7 }}{% raw %}{# x #}")
def test_text_stays_text(text: str) -> None:
    """Whatever is put into an element or an attribute comes out as it was."""
    seen = Page(rendered('<p title="{{ text }}">{{ text }}</p>', text=text))
    assert seen.tags == ["p"]
    assert "".join(seen.parts) == shown(text)
    assert seen.attributes == [("title", shown(text))]


@given(st.text(max_size=200))
def test_breakable_text_stays_text(text: str) -> None:
    """It has places to break, and nothing else is added."""
    macro = '{% from "macros.html" import breakable %}'
    seen = Page(rendered(f"{macro}<p>{{{{ breakable(text) }}}}</p>", text=text))
    assert "".join(seen.parts) == shown(text)
    assert seen.tags == ["p", *["wbr"] * text.count(".")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\nb\x00", "a\\nb\\x00"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\ud800", "\\ud800"),
        ("東京 é", "東京 é"),
        ("x" * 1_001, "x" * 1_000 + "…"),
    ],
)
def test_text_that_hides_something_is_shown(text: str, expected: str) -> None:
    """Controls, marks of direction and broken characters are spelled out."""
    html = rendered("<p>{{ text }}</p>", text=text)
    assert html == f"<p>{expected}</p>"
    assert html.encode()


def test_numbers_are_written_as_they_are() -> None:
    """Only text is looked into."""
    assert printable(1_000) == 1_000
    assert rendered("{{ number }}", number=1.5) == "1.5"


@pytest.mark.parametrize("source", ["{{ nothing }}", "{{ text.nothing }}"])
def test_a_name_that_does_not_exist_is_an_error(source: str) -> None:
    """A slip in a template is found by the first page, not by its readers."""
    with pytest.raises(UndefinedError, match="nothing"):
        rendered(source, text="x")


@pytest.mark.parametrize(
    "text", ["{{ 7 * 7 }}", "{% raw %}", "{% include 'x' %}", "{#"]
)
def test_names_are_no_templates(text: str) -> None:
    """What looks like a template's code in a name of an account is text."""
    seen = page(audited(1, finding(why=text, what_to_do=text, title=text)))
    assert seen.text.count(text) == 5  # the title in a chart and at the end, too
    assert "49" not in seen.text


def test_the_template_is_compiled_once() -> None:
    """A second page costs no compilation."""
    assert page_template() is page_template()


@pytest.fixture
def no_jinja(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Make it so that Jinja2 is not installed."""
    page_template.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    yield
    page_template.cache_clear()


def test_without_jinja_one_line_says_what_to_install(no_jinja: None) -> None:
    """Who asks for a page is told, and of nothing else."""
    message = r"^the HTML report needs .*: pip install 'phonecom-events\[cli\]'$"
    with pytest.raises(ImportError, match=message) as raised:
        html_page(Digest(), TERMS)
    assert raised.value.name == "jinja2"
    assert raised.value.__context__ is None


def run(code: str, *, cwd: Path = ROOT) -> str:
    """Run code in a new interpreter that has the folder's packages first."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    return done.stdout


def test_jinja_is_imported_by_the_first_page() -> None:
    """Who asks for none needs none, and does not wait for it."""
    code = """
import sys
import phonecom_events.audit.html
print(sys.modules.keys() & {"jinja2", "markupsafe"})
"""
    assert run(code) == "set()\n"


BUILD = """
import sys
from hatchling.builders.wheel import WheelBuilder
print(*WheelBuilder(".").build(directory=sys.argv[1], versions=["standard"]))
"""


def test_a_wheel_has_all_that_a_page_needs(tmp_path: Path) -> None:
    """Templates and style are in it, and a page can be written from it."""
    (wheel,) = run(BUILD.replace("sys.argv[1]", repr(str(tmp_path)))).split()
    with ZipFile(wheel) as archive:
        names = set(archive.namelist())
        archive.extractall(tmp_path / "unpacked")
    templates = sorted((ROOT / HTML / "templates").iterdir())
    assert {f"{HTML}/templates/{each.name}" for each in templates} <= names
    assert f"{HTML}/page.css" in names
    code = """
from datetime import UTC, datetime, timedelta
import phonecom_events
from phonecom_events.audit import AuditOptions, AuditReport
from phonecom_events.audit.html import html_report
options = AuditOptions(now=datetime.now(UTC), expiring_within=timedelta())
print(phonecom_events.__file__, html_report(AuditReport.of([], options))[-8:])
"""
    place, end = run(code, cwd=tmp_path / "unpacked").split()
    assert Path(place).is_relative_to(tmp_path)
    assert end == "</html>"
