"""The command `phonecom-events`, also ``python -m phonecom_events``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Final

_EXTRA: Final = frozenset({"click", "rich", "typer"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, and return its exit code.

    Args:
        argv: what follows the command's name; by default the process's own.
    """
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
    return run_app(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
