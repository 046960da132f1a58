"""Headless Chromium, driven by its command line alone."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A browser that looks for updates and accounts would fail where there is no network,
# and would hide a page that goes there.
_QUIET = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--enable-logging=stderr",
    "--log-level=0",
)
_DARK = "--blink-settings=preferredColorScheme=0"
_TIMEOUT = 60


class Chromium:
    """Open pages in a browser that has never been used.

    Attributes:
        messages: what pages wrote to the console, errors among it.

    Args:
        home: an empty folder for its profile.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._program = _program()
        self.messages: list[str] = []

    def dom(self, url: str, *, dark: bool = False, scripts: int = 0) -> str:
        """Open a page, and return its DOM as HTML once it has loaded.

        Args:
            url: of the page.
            dark: whether the reader likes pages dark.
            scripts: milliseconds, of the page's own time, to let its scripts run for.
        """
        budget = [f"--virtual-time-budget={scripts}"] if scripts else []
        return self._run(*budget, "--dump-dom", url, dark=dark)

    def _run(self, *arguments: str, dark: bool) -> str:
        scheme = [_DARK] if dark else []
        done = subprocess.run(  # noqa: S603
            [
                self._program,
                *_QUIET,
                *scheme,
                f"--user-data-dir={self._home}",
                *arguments,
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=_TIMEOUT,
        )
        self.messages += [
            line for line in done.stderr.splitlines() if "CONSOLE" in line
        ]
        return done.stdout


def _program() -> str:
    """Find the browser: CHROMIUM if that is set, else by its usual names."""
    named = os.environ.get("CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), None)
    assert found, "these tests need Chromium: install it, or set CHROMIUM to its path"
    return found
