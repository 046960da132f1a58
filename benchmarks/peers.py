"""The listener as peers model it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel


class PydanticListener(BaseModel):
    """A listener as a pydantic model."""

    id: int
    voip_id: int
    version: str
    callback_id: int
    created_at: datetime
    extension_id: int | None = None
    expires_at: datetime | None = None


class PydanticPage(BaseModel):
    """A page of listeners as a pydantic model."""

    items: list[PydanticListener]
    limit: int | None = None
    offset: int | None = None
    total: int | None = None
    sort: Any = None
    filters: Any = None
