"""Ready-made estates: one with every problem somewhere, one with none anywhere.

Both are the same every time: ids come from counters and times from `now`. Hosts and
companies are the fictitious ones of other vendors' manuals, numbers are from the
range that is kept for fiction.
"""

from __future__ import annotations

from datetime import datetime

from ..server import State
from .builder import (
    Builder,
    Estate,
    build_call_centre,
    build_healthy_linq,
    build_practice,
)
from .problems import (
    plant_callback_problems,
    plant_linq_problems,
    plant_listener_problems,
    plant_profile_problems,
    plant_receiver_problems,
)

__all__ = ["Estate", "clean_estate", "fill_estate"]


def fill_estate(state: State, *, now: datetime) -> Estate:
    """Put accounts with good and bad rows of every kind into *state*.

    Args:
        state: the sandbox, running or not; best an empty one.
        now: the moment that expiry times are counted from; aware.

    Returns:
        Which problems it planted, and in which rows.
    """
    builder = Builder(state, now)
    plant_listener_problems(builder)
    plant_callback_problems(builder)
    plant_profile_problems(builder)
    build_call_centre(builder)
    plant_receiver_problems(builder)
    plant_linq_problems(builder)
    return builder.estate()


def clean_estate(state: State, *, now: datetime) -> Estate:
    """Put accounts into *state* in which nothing is wrong; see `fill_estate`."""
    builder = Builder(state, now)
    build_practice(builder)
    build_call_centre(builder)
    build_healthy_linq(builder)
    return builder.estate()
