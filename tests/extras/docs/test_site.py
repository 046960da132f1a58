"""The site: it builds without a warning, and is whole without a network."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from phonecom_events import errors
from phonecom_events.audit import every_check
from tests.browser.chromium import Chromium
from tests.docs.blocks import ROOT

# Elements that load what they name; a link is followed by readers only.
LOADING = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src")}


class Page(HTMLParser):
    """What a page has for links: the ids in it, and where it leads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loads: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of an element."""
        for name, value in attrs:
            if name == "id":
                self.ids.add(value or "")
            elif name in ("href", "src"):
                self.links.add(value or "")
                if (tag, name) in LOADING:
                    self.loads.add(value or "")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built anew; a warning is an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(  # noqa: S603
        [
            *(sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q"),
            *("-d", folder / "doctrees", ROOT / "docs", folder / "html"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert not done.stderr, done.stderr
    assert done.returncode == 0
    return folder / "html"


@cache
def parsed(path: Path) -> Page:
    """Read a page once."""
    return Page(path.read_text(encoding="utf-8"))


def pages(site: Path) -> list[Path]:
    """Return the pages that readers see."""
    return sorted(site.rglob("*.html"))


def test_every_page_is_there(site: Path) -> None:
    """Each file of `docs/` is a page; there are at least twelve."""
    sources = {
        path.relative_to(ROOT / "docs").with_suffix("")
        for path in (ROOT / "docs").rglob("*.md")
    }
    built = {path.relative_to(site).with_suffix("") for path in pages(site)}

    assert sources <= built
    assert len(sources) >= 12


def test_links_lead_somewhere(site: Path) -> None:
    """Each link within the site leads to a page that is there, and to a place in it."""
    broken = []
    for path in pages(site):
        for link in parsed(path).links:
            if re.match(r"[a-z]+:", link):
                continue
            name, place = urldefrag(re.sub(r"\?v=\w+$", "", link))
            target = (path.parent / unquote(name)).resolve() if name else path
            if target.is_dir():
                target /= "index.html"
            found = target.is_file() and (
                not place
                or target.suffix != ".html"
                or unquote(place) in parsed(target).ids
            )
            if not found:
                broken.append(f"{path.relative_to(site)}: {link}")

    assert broken == []


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    """No page needs a network for its scripts, styles, fonts or pictures."""
    loaded = {link for path in pages(site) for link in parsed(path).loads}
    styles = "".join(
        path.read_text(encoding="utf-8") for path in site.rglob("_static/**/*.css")
    )

    assert [link for link in loaded if "//" in link] == []
    assert re.findall(r"url\(['\"]?(?:https?:)?//|@import", styles) == []


def _above(name: str) -> str:
    """Return the name that the package above offers the same thing by."""
    package, _, last = name.rpartition(".")
    return f"{package.rpartition('.')[0]}.{last}"


def test_the_reference_is_whole(site: Path) -> None:
    """Every check, every error, and every public name has a place of its own."""
    reference = site / "reference"
    checks = parsed(reference / "checks.html").ids
    names = set().union(*(parsed(path).ids for path in pages(reference)))
    modules = ["phonecom_events"] + [
        f"phonecom_events.{path.stem}"
        for path in (ROOT / "docs" / "reference" / "api").glob("*.md")
        if path.stem not in ("index", "phonecom_events")
    ]
    public = [
        f"{module}.{name}"
        for module in modules
        for name in getattr(importlib.import_module(module), "__all__", ())
        # Modules have pages, and a version is a mere number.
        if name not in ("__version__", "bodies", "converter", "conditions")
    ]
    places = names | {name.rpartition(".")[2] for name in names if _is_short(name)}

    assert {check.id.lower() for check in every_check()} <= checks
    assert [
        name
        for name in public
        if name not in names
        and name.rpartition(".")[2] not in places
        and _above(name) not in names
    ] == []
    assert {
        f"phonecom_events.{name}" for name in vars(errors) if _is_error(name)
    } <= names


def _is_short(name: str) -> bool:
    return name.count(".") == 1


def _is_error(name: str) -> bool:
    thing = getattr(errors, name)
    return isinstance(thing, type) and issubclass(thing, errors.PhonecomEventsError)


def test_every_command_is_there(site: Path) -> None:
    """Each command that the program lists has a section, with its options."""
    text = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    help_text = subprocess.run(
        [sys.executable, "-m", "phonecom_events", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    listed = re.findall(
        r"^  ([a-z]+)  ", help_text.partition("Commands:")[2], re.MULTILINE
    )

    assert len(listed) >= 10
    assert [name for name in listed if f">phonecom-events {name}<" not in text] == []
    assert "--fail-on" in text
    assert "--reconcile" in text


def test_drawings_are_part_of_their_pages(site: Path) -> None:
    """A drawing has the colours that the reader chose, so it is no image of its own."""
    for path in pages(site / "explanation"):
        text = path.read_text(encoding="utf-8")

        assert '<div class="drawing"><svg' in text
        assert "<style>" not in text.partition('<div class="drawing">')[2]


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("proxy", "how-to/proxies-and-certificates.html"),
        ("resume+token", "how-to/resume-a-scan.html"),
        ("PC109", "reference/checks.html"),
        ("OutcomeUnknown", "reference/errors.html"),
    ],
)
def test_search_works_offline(
    site: Path, tmp_path: Path, words: str, page: str
) -> None:
    """Opened as files, with no server and no network, the site finds its pages."""
    chromium = Chromium(tmp_path)

    dom = chromium.dom(f"{site.as_uri()}/search.html?q={words}", scripts=10_000)

    _, _, results = dom.partition('id="search-results"')
    assert page in results
