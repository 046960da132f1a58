"""The Linq half: `/api/partner/v3`, its envelope webhook subscriptions, event types and numbers."""

from __future__ import annotations
