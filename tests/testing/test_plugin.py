"""The plugin under pytest, as the tests of somebody else's program have it."""

from __future__ import annotations

import pytest

from .projects import ASYNC, COUNT

pytest_plugins = ["pytester"]


# Of its own accord pytest-asyncio warns where this is not said.
LOOPS = "asyncio_default_fixture_loop_scope=function"


def run(pytester: pytest.Pytester, *args: str) -> pytest.RunResult:
    """Run the project's tests in a process of its own; any warning is an error."""
    return pytester.runpytest_subprocess("-W", "error", "-o", LOOPS, *args)


def test_strict_mode_on_one_loop_for_all(pytester: pytest.Pytester) -> None:
    """They work in strict mode, and where one loop is used for all tests."""
    mark = 'pytestmark = pytest.mark.asyncio(loop_scope="session")'
    pytester.makepyfile(ASYNC.format(mark=mark))

    result = run(pytester, "-o", "asyncio_mode=strict", "--strict-markers")

    result.assert_outcomes(passed=COUNT)


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

    result = run(pytester, "--collect-only", "-p", "no:hypothesispytest")

    [line] = [each for each in result.outlines if each.startswith("imported")]
    assert line.split()[1:] == [
        "phonecom_events",
        "phonecom_events.lazy",
        "phonecom_events.testing",
        "phonecom_events.testing.plugin",
        "phonecom_events.version",
    ]
