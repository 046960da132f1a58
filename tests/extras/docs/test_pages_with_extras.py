"""The blocks of pages that need what an extra installs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.blocks import Runner, find_blocks, needed_extra, other_test, pages
from tests.docs.environment import example_environment


async def test_blocks_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On each page that names an extra, each block runs and prints what is shown."""
    for page in pages():
        text = page.read_text(encoding="utf-8")
        if needed_extra(text) is None or other_test(text) is not None:
            continue
        folder = tmp_path / page.stem
        folder.mkdir()
        with monkeypatch.context() as patch:
            async with example_environment(patch):
                await Runner(page.name, folder).run(find_blocks(text))
