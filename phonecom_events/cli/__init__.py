"""The command line; it needs the extra ``cli``.

Results go to stdout, everything else to stderr. Exit codes: 0 it ran; 1 the audit
found something as bad as --fail-on; 2 it could not run or write its results, or an
account could not be read; 130, 143, 129 it was ended by SIGINT, SIGTERM, SIGHUP; 141
whoever read stdout stopped reading.
"""

from .app import run_app

__all__ = ["run_app"]
