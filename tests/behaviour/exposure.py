"""All that can be seen of an error, where a secret could show."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any, Final

# Whoever makes a client knows the token; what the frames in between know is asked.
_CALLERS: Final = ("/tests/", "/benchmarks/")


def frames(start: TracebackType | None) -> Iterator[Any]:
    """Give the frames of a traceback."""
    while start is not None:
        yield start.tb_frame
        start = start.tb_next


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and those that it holds or came of."""
    while error is not None:
        yield error
        for value in vars(error).values():
            if isinstance(value, BaseException):
                yield from chain(value)
        error = error.__cause__ or error.__context__


def views(error: BaseException) -> Iterator[tuple[str, str]]:
    """Give all that can be seen of an error, its frames' locals included.

    Each has the name of where it is seen: repr, pickle, traceback.
    """
    for link in chain(error):
        for text in (str(link), repr(link), repr(link.args), repr(vars(link))):
            yield "repr", text
        if hasattr(link, "method"):
            yield "pickle", repr(pickle.dumps(link))
        yield "traceback", "".join(traceback.format_exception(link, chain=False))
        for frame in frames(link.__traceback__):
            if not any(part in frame.f_code.co_filename for part in _CALLERS):
                for value in frame.f_locals.values():
                    yield "traceback", repr(value)
                    yield "traceback", str(value)
