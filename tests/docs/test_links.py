"""Links of what is read without the site: they lead to files that are there."""

from __future__ import annotations

import re
import tomllib

import pytest

from .blocks import ROOT, pages

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)")
# Read on a code host and in a source distribution, where the site is not.
READ_AS_THEY_ARE = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]


@pytest.mark.parametrize("name", READ_AS_THEY_ARE)
def test_links_lead_to_files(name: str) -> None:
    """A link without a host is the path of a file, and one that is distributed."""
    text = (ROOT / name).read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    links = [link for link in LINK.findall(text) if "://" not in link]

    assert [link for link in links if not (ROOT / link).is_file()] == []
    assert {link.split("/")[0] for link in links} <= set(shipped)


def test_no_page_names_another_machine() -> None:
    """No page has the path of somebody's folder, nor the host of a registry."""
    told = re.compile(r"/home/|/root/|/tmp/|/Users/|C:\\\\|index-url|pypi\.org")

    assert [path.name for path in pages() if told.search(path.read_text())] == []
