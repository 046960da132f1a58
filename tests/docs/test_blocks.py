"""How blocks are found, run and compared: what the tests of pages rest on."""

from __future__ import annotations

from pathlib import Path

import pytest

from .blocks import Runner, find_blocks, needed_extra, other_test, shell_lines

PAGE = """
# A page

```python
x = 6
print(x * 7)
```

```text
42
```

<!-- not run: it would never end -->
```sh
phonecom-events sandbox
```

<!-- file: greeting.txt -->

```text
hello
```

```sh
# a remark
cat \\
  greeting.txt
phonecom-events --version
```

```text
hello
phonecom-events …
```
"""


def test_marks_and_lines_are_read() -> None:
    """A comment right before a block says how it is meant; lines count from 1."""
    blocks = find_blocks(PAGE)

    assert [(block.language, block.line, block.mark) for block in blocks] == [
        ("python", 5, ""),
        ("text", 10, ""),
        ("sh", 15, "not run"),
        ("text", 21, "file"),
        ("sh", 25, ""),
        ("text", 32, ""),
    ]
    assert blocks[2].words == "it would never end"
    assert shell_lines(blocks[4].code)[0].split() == ["cat", "greeting.txt"]


async def test_a_page_runs_as_a_whole(tmp_path: Path) -> None:
    """Files are written, shells and our command are run, outputs are compared."""
    await Runner("page.md", tmp_path).run(find_blocks(PAGE))


@pytest.mark.parametrize(
    ("shown", "other"),
    [("42", "43"), ("hello\nphonecom-events …", "phonecom-events …\nhello")],
)
async def test_an_untrue_output_fails(tmp_path: Path, shown: str, other: str) -> None:
    """What a page shows must be printed, whole and in its order."""
    text = f"```text\n{other}\n```".join(PAGE.rsplit(f"```text\n{shown}\n```", 1))
    assert text != PAGE

    with pytest.raises(AssertionError, match="shows"):
        await Runner("page.md", tmp_path).run(find_blocks(text))


async def test_a_command_that_fails_is_told(tmp_path: Path) -> None:
    """An exit code that is neither 0 nor 1 fails, in a shell and in this process."""
    runner = Runner("page.md", tmp_path)

    for line in ("phonecom-events audit --no-such-option", "ls /nowhere/at/all"):
        with pytest.raises(AssertionError, match="2"):
            await runner.command(line)


async def test_a_line_is_named_where_a_block_fails(tmp_path: Path) -> None:
    """A traceback has the page, and the line in it."""
    blocks = find_blocks("\n\n```python\n1 / 0\n```\n")

    with pytest.raises(ZeroDivisionError) as raised:
        await Runner("page.md", tmp_path).run(blocks)

    last = raised.traceback[-1]
    assert (str(last.path), last.lineno + 1) == ("page.md", 4)


def test_a_page_says_what_it_needs() -> None:
    """An extra, and tests of its own, are named on a line of their own."""
    assert needed_extra("text\n\n<!-- needs: notebook -->\n") == "notebook"
    assert other_test("<!-- run by: tests/a/test_b.py -->\n") == "tests/a/test_b.py"
    assert needed_extra(PAGE) is None
    assert other_test(PAGE) is None
