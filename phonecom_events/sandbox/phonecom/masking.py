"""Secrets in a callback's config: answered as `true`, never as the text."""

from __future__ import annotations

import re
from typing import Any, Final

from ..messages import Document

_SECRET_NAME: Final = re.compile(
    r"authorization|api-?key|token|secret|password|cookie", re.IGNORECASE
)


def mask_headers(callback: Document) -> Document:
    """Return *callback* as the API shows it: secret header values are `true`."""
    config = dict(callback["config"])
    headers = config.get("headers")
    if isinstance(headers, list):
        config["headers"] = [_masked(header) for header in headers]
    return {**callback, "config": config}


def _masked(header: Any) -> Any:
    if not isinstance(header, dict) or not _SECRET_NAME.search(str(header.get("name"))):
        return header
    return {**header, "value": True}
