"""The plugin under anyio's own plugin."""

from __future__ import annotations

import pytest

from tests.testing.projects import ASYNC, COUNT

pytest_plugins = ["pytester"]


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
