"""The plugin under pytest, as the tests of somebody else's program have it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .projects import ASYNC, COUNT

pytest_plugins = ["pytester"]


# Of its own accord pytest-asyncio warns where this is not said.
LOOPS = "asyncio_default_fixture_loop_scope=function"


PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "test-your-code.md"


def test_strict_mode_on_one_loop_for_all(pytester: pytest.Pytester) -> None:
    """They work in strict mode, and where one loop is used for all tests."""
    mark = 'pytestmark = pytest.mark.asyncio(loop_scope="session")'
    pytester.makepyfile(ASYNC.format(mark=mark))

    result = pytester.runpytest_inprocess(
        "-W", "error", "-o", LOOPS, "-o", "asyncio_mode=strict", "--strict-markers"
    )

    result.assert_outcomes(passed=COUNT)


def test_the_page_about_testing(pytester: pytest.Pytester) -> None:
    """What "Testing your code" shows passes as it stands, each block in its file."""
    code = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", code, re.MULTILINE | re.DOTALL)
    holidays, *tests = blocks
    pytester.makepyfile(
        holidays=holidays,
        **{f"test_{number}": block for number, block in enumerate(tests)},
    )

    result = pytester.runpytest_inprocess(
        "-W", "error", "-o", LOOPS, "-o", "asyncio_mode=auto", "--strict-markers"
    )

    shown = re.findall(r"^ *(?:async )?def test_", "".join(tests), re.MULTILINE)
    result.assert_outcomes(passed=len(shown))


LIST_MODULES = """
import sys


def pytest_sessionfinish():
    ours = {each for each in sys.modules if each.startswith("phonecom_events")}
    heavy = {"aiohttp", "aioresponses", "attr", "cattrs", "msgspec"} & sys.modules.keys()
    print("\\nimported", *sorted(ours | heavy))
"""


def test_loading_the_plugin_imports_next_to_nothing(pytester: pytest.Pytester) -> None:
    """A run that asks for no fixture imports what says which there are, and no more."""
    pytester.makeconftest(LIST_MODULES)

    result = pytester.runpytest_subprocess(
        "--collect-only", "-p", "no:hypothesispytest", "-p", "no:xdist"
    )

    [line] = [each for each in result.outlines if each.startswith("imported")]
    assert line.split()[1:] == [
        "phonecom_events",
        "phonecom_events.lazy",
        "phonecom_events.testing",
        "phonecom_events.testing.plugin",
        "phonecom_events.version",
    ]
