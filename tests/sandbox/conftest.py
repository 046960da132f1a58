"""The sandbox as most tests want it: default options, nothing in it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from .box import Box, open_box


@pytest.fixture
async def box() -> AsyncIterator[Box]:
    """Run an empty sandbox."""
    async with open_box() as running:
        yield running
