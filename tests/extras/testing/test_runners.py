"""The plugin under anyio's own plugin, and in several processes."""

from __future__ import annotations

import pytest

from tests.testing.projects import ASYNC, COUNT
from tests.testing.test_plugin import LOOPS

pytest_plugins = ["pytester"]


def test_two_processes(pytester: pytest.Pytester) -> None:
    """Each worker of pytest-xdist has a server of its own."""
    pytester.makepyfile(ASYNC.format(mark=""))

    result = pytester.runpytest_subprocess(
        "-W", "error", "-o", LOOPS, "-o", "asyncio_mode=auto", "-n", "2"
    )

    result.assert_outcomes(passed=COUNT)


def test_anyio(pytester: pytest.Pytester) -> None:
    """All fixtures work where anyio runs the tests, without pytest-asyncio."""
    mark = """
pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend():
    return "asyncio"
"""
    pytester.makepyfile(ASYNC.format(mark=mark))

    result = pytester.runpytest_subprocess("-W", "error", "-p", "no:asyncio")

    result.assert_outcomes(passed=COUNT)
