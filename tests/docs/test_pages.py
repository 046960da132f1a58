"""The pages of the site: every block runs, every command works, outputs are true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .blocks import ROOT, Runner, find_blocks, needed_extra, other_test, pages
from .environment import example_environment

PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in pages()
}
RUN_ELSEWHERE = {
    name: test for name, text in PAGES.items() if (test := other_test(text)) is not None
}
RUNNING = [
    name
    for name, text in PAGES.items()
    if needed_extra(text) is None
    and name not in RUN_ELSEWHERE
    and any(block.language in ("python", "sh") for block in find_blocks(text))
]


@pytest.mark.parametrize("name", RUNNING)
async def test_blocks_run(
    name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """From top to bottom, each block runs and prints what is shown after it."""
    monkeypatch.setenv("COLUMNS", "80")

    async with example_environment(monkeypatch):
        await Runner(name, tmp_path).run(find_blocks(PAGES[name]))


def test_what_is_run_elsewhere_is_run() -> None:
    """The tests that a page names are there, and name the page."""
    strangers = [
        name
        for name, test in RUN_ELSEWHERE.items()
        if Path(name).name not in (ROOT / test).read_text(encoding="utf-8")
    ]

    assert strangers == []


@pytest.mark.parametrize("name", [name for name in PAGES if name not in RUN_ELSEWHERE])
def test_no_block_is_overlooked(name: str) -> None:
    """What is neither run, nor an output, nor a file, says why it is not run."""
    text = PAGES[name]
    blocks = find_blocks(text)
    unmarked = [
        f"{name}:{block.line}: {block.language or 'no language'}"
        for block in blocks
        if block.language not in ("python", "sh", "text")
        and not (block.mark or block.is_directive)
    ]

    assert unmarked == []
    # Neither one in a list, nor one with another fence, nor one that does not end.
    assert len(re.findall(r"^[ \t]*(?:```|~~~)", text, re.MULTILINE)) == 2 * len(blocks)


@pytest.mark.parametrize("name", [name for name in PAGES if name not in RUN_ELSEWHERE])
def test_an_output_belongs_to_what_prints_it(name: str) -> None:
    """A block of text follows one that is run, and else says why there is none."""
    blocks = find_blocks(PAGES[name])
    stray = [
        f"{name}:{block.line}"
        for before, block in zip([None, *blocks], blocks, strict=False)
        if block.language == "text"
        and not block.mark
        and (before is None or before.mark or before.language not in ("python", "sh"))
    ]

    assert stray == []
