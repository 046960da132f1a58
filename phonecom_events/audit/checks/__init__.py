"""The checks: pure functions from a snapshot to problems, one file per family.

A new check is one decorated function; a new family is one file, and its name here.
"""

from . import (
    callbacks,
    fallbacks,
    linq,
    listeners,
    profiles,
    reading,
    receivers,
    repeats,
)
from .check import Check, Checks, Problem, account_checks, linq_checks

__all__ = [
    "Check",
    "Checks",
    "Problem",
    "account_checks",
    "callbacks",
    "fallbacks",
    "linq",
    "linq_checks",
    "listeners",
    "profiles",
    "reading",
    "receivers",
    "repeats",
]
