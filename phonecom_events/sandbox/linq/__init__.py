"""The Linq half: `/api/partner/v3`, its envelope and its webhook subscriptions."""

from __future__ import annotations
