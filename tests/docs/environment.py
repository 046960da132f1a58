"""What the examples talk to: a sandbox that the environment variables point at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from phonecom_events.sandbox import Sandbox


@asynccontextmanager
async def example_environment(patch: pytest.MonkeyPatch) -> AsyncIterator[Sandbox]:
    """Serve an account with a few rows of each kind."""
    # The development mode complains of slow machines, on stderr.
    for name in ("PYTHONDEVMODE", "PHONECOM_ACCOUNTS", "FORCE_COLOR", "NO_COLOR"):
        patch.delenv(name, raising=False)
    async with Sandbox() as sandbox:
        sandbox.add_extension(1000002, 500)
        profile = sandbox.add_profile(1000002)
        callback = sandbox.add_callback(1000002, profile_id=profile["id"])
        sandbox.add_linq_subscription(target_url="https://hooks.example.net")
        sandbox.add_linq_phone_number()
        for _ in range(3):
            sandbox.add_listener(1000002, callback_id=callback["id"])
        patch.setenv("PHONECOM_TOKEN", sandbox.token)
        patch.setenv("PHONECOM_BASE_URL", sandbox.phonecom_url)
        patch.setenv("LINQ_API_V3_API_KEY", sandbox.api_key)
        patch.setenv("LINQ_API_V3_BASE_URL", sandbox.linq_url)
        yield sandbox
