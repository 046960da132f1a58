"""The Phone.com half: `/v4`, its envelopes, its list conventions, its resources."""

from __future__ import annotations
