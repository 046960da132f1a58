"""The command `phonecom-events`, also ``python -m phonecom_events``."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Final

from .version import __version__

_VERSION: Final = "--version"
_EXTRA: Final = frozenset({"click", "rich", "typer"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code.

    Args:
        argv: what follows the command's name; by default the process's own.
    """
    argv = sys.argv[1:] if argv is None else argv
    if list(argv) == [_VERSION] and _show_version():
        return 0
    try:
        from .cli import run_app  # noqa: PLC0415 - what it needs is an extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _EXTRA:
            raise
        sys.stderr.write(
            "phonecom-events: the command line is an extra; install it with:"
            " pip install 'phonecom-events[cli]'\n"
        )
        return 2
    return run_app(argv)


def _show_version() -> bool:
    """Write it, before anything is imported that takes time; False if that failed.

    The command line then tries again, and says what is wrong as it does for all else.
    """
    line = f"phonecom-events {__version__}{os.linesep}"
    try:
        sys.stdout.flush()
        # Past the buffer, in which a line that cannot be written would stay.
        os.write(sys.stdout.fileno(), line.encode())
    # One that is closed is None, and what stands for one may have no descriptor.
    except (AttributeError, OSError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
