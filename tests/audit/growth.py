"""How the work of a function grows with its rows, whatever the machine is doing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any


def work(task: Callable[..., object], *arguments: object) -> int:
    """Count the bytecode instructions that a task takes.

    Coverage does not see it, and so mutation testing does not know what it runs: a test
    looks at what a task comes to by itself, too.
    """
    count = 0

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        frame.f_trace_lines = False
        count += event == "opcode"
        return trace

    # Python 3.12 looks only when tracing starts whether any frame wants opcodes.
    sys._getframe().f_trace_opcodes = True
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        task(*arguments)
    finally:
        sys.settrace(before)
    return count


class CountedId(int):
    """An id that makes it work to compare or hash it, in C (``in``, ``set``) too."""

    def __eq__(self, other: object) -> bool:
        """Compare as integers do."""
        return int(self) == other

    def __lt__(self, other: int) -> bool:
        """Compare as integers do."""
        return int(self) < other

    def __hash__(self) -> int:
        """Hash as integers do."""
        return int.__hash__(self)
