"""All faults, by name, in the order of an exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .fault import Fault, Faults
from .fault_answers import heads, statuses
from .fault_bodies import bodies
from .fault_connections import connecting, cutting, stalling


def _all() -> Mapping[str, Fault]:
    faults = Faults()
    for add in (connecting, cutting, stalling, heads, statuses, bodies):
        add(faults)
    return faults.found


FAULTS: Final = _all()
