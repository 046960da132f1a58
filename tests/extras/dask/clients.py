"""Makes the clients of workers, which a test tells by a file what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Final

from phonecom_events import PhoneComClient, RetryPolicy
from phonecom_events.http import Request, Response
from phonecom_events.middleware import Handler

VARIABLE: Final = "TESTS_OF_DASK"


def make_client(**options: Any) -> PhoneComClient:
    """Return a client of the sandbox that the file names, with its token."""
    told = json.loads(Path(os.environ[VARIABLE]).read_bytes())

    async def deadly(request: Request, call_next: Handler) -> Response:
        if any(f"/accounts/{each}/" in request.path for each in told["always"]):
            os._exit(1)
        if any(f"/accounts/{each}/" in request.path for each in told["once"]):
            flag = Path(os.environ[VARIABLE]).with_name("died")
            if not flag.exists():
                flag.touch()
                os._exit(1)
        return await call_next(request)

    return PhoneComClient(
        told["token"],
        base_url=told["url"],
        retry=RetryPolicy(base=0.0),
        middlewares=[deadly],
        **options,
    )


def fails(**_: Any) -> PhoneComClient:
    """Find no token."""
    raise LookupError("there is no token here")
