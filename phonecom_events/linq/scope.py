"""Where Linq's API is, and which version of it this is written for."""

from __future__ import annotations

from typing import Final

from ..resources import Scope

BASE_URL: Final = "https://api.linqapp.com/api/partner"
V3: Final = Scope(path="/v3", template="/v3", expression="linq.{}")
