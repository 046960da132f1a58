"""The page about receivers does what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from ...webhooks.samples import dumps, linq_event, phonecom_event
from .servers import uvicorn_h11

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "receive-events.md"


async def test_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its blocks make an application that receives where the page says."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "page"}
    for block in re.findall(
        r"^```python\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL
    ):
        exec(block, names)  # noqa: S102

    async with uvicorn_h11(names["app"]) as url, ClientSession(url) as http:
        for path, body, status in [
            ("/phonecom/long-and-random", phonecom_event(), 200),
            ("/phonecom/wrong", phonecom_event(), 401),
            ("/linq", linq_event(), 401),
        ]:
            async with http.post(path, data=dumps(body)) as answer:
                assert answer.status == status
    async with uvicorn_h11(names["hooks"]) as url, ClientSession(url) as http:
        event = dumps(phonecom_event(uuid="other"))
        async with http.post("/long-and-random", data=event) as answer:
            assert answer.status == 200
