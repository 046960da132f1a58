"""A bar: drawn again and again, and gone in the end, however that comes."""

from __future__ import annotations

import asyncio
import io
import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from phonecom_events import Listener, Paginator, PhoneComClient, RateLimits, Window
from phonecom_events.audit import RowsRead, audit
from phonecom_events.display import bar
from phonecom_events.sandbox import Sandbox

ACCOUNT = 1000002
LATENCY = 0.02


class Terminal(io.StringIO):
    """Stand for a terminal."""

    def isatty(self) -> bool:
        return True


class Cell:
    """Stand for the output of a cell in a notebook."""

    def __init__(self) -> None:
        self.shown: list[dict[str, str]] = []

    def __call__(self, bundle: dict[str, str], *, raw: bool, display_id: bool) -> Any:
        assert raw
        assert display_id
        self.shown.append(bundle)
        return self

    def update(self, bundle: dict[str, str], *, raw: bool) -> None:
        assert raw
        self.shown.append(bundle)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on stderr, and a bar that is drawn often."""
    monkeypatch.setattr(bar, "REFRESHED", 0.005)
    found = Terminal()
    # Not sys itself: pytest puts its own stderr there when the test begins.
    monkeypatch.setattr(bar, "sys", SimpleNamespace(stderr=found, modules={}))
    return found


@pytest.fixture
def cell(monkeypatch: pytest.MonkeyPatch) -> Cell:
    """A notebook's cell, as IPython in a kernel gives it."""
    monkeypatch.setattr(bar, "REFRESHED", 0.005)
    found = Cell()
    ipython, display = ModuleType("IPython"), ModuleType("IPython.display")
    ipython.__dict__["get_ipython"] = lambda: SimpleNamespace(kernel=object())
    display.__dict__["display"] = found
    monkeypatch.setitem(sys.modules, "IPython", ipython)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return found


def listing(sandbox: Sandbox, phonecom: PhoneComClient) -> Paginator[Listener]:
    """Fill an account, and return its listeners, in several pages."""
    for _ in range(20):
        sandbox.add_listener(ACCOUNT, callback_id=1)
    return phonecom.account(ACCOUNT).listeners.list(page_size=10)


async def test_a_scan_tells_how_far_it_is(terminal: Terminal) -> None:
    """On a terminal it is one line, which is empty in the end."""
    async with Sandbox(latency=LATENCY) as sandbox, sandbox_client(sandbox) as phonecom:
        assert len(await listing(sandbox, phonecom).collect(progress=True)) == 20

    lines = terminal.getvalue().split("\r\x1b[K")
    assert any("listeners of account 1000002" in line for line in lines)
    assert lines[-1] == ""
    assert "\n" not in terminal.getvalue()


async def test_a_cell_keeps_nothing_of_it(cell: Cell) -> None:
    """In a notebook the same place is drawn anew, and emptied."""
    async with Sandbox(latency=LATENCY) as sandbox, sandbox_client(sandbox) as phonecom:
        await listing(sandbox, phonecom).collect(progress=True)

    assert any("<progress" in each["text/html"] for each in cell.shown)
    assert cell.shown[-1] == {"text/html": "", "text/plain": ""}


async def test_a_cancelled_scan_leaves_nothing_behind(terminal: Terminal) -> None:
    """No line, no timer, no task."""
    async with Sandbox(latency=30) as sandbox, sandbox_client(sandbox) as phonecom:
        before = asyncio.all_tasks()
        scan = asyncio.ensure_future(listing(sandbox, phonecom).collect(progress=True))
        async with asyncio.timeout(5):
            while not terminal.getvalue():
                await asyncio.sleep(0.005)
        scan.cancel()
        with pytest.raises(asyncio.CancelledError):
            await scan
        drawn = terminal.getvalue()
        await asyncio.sleep(0.02)

        assert drawn.endswith("\r\x1b[K")
        assert terminal.getvalue() == drawn
        assert not any("collect" in repr(task) for task in asyncio.all_tasks() - before)


async def test_what_a_scan_waits_for_is_named(cell: Cell) -> None:
    """The rate limit that holds it up, and for how long."""
    limits = RateLimits(account=(Window(1, 0.2),), endpoint=(Window(1, 0.2),))
    async with (
        Sandbox() as sandbox,
        PhoneComClient(
            sandbox.token, base_url=sandbox.phonecom_url, rate_limits=limits
        ) as phonecom,
    ):
        await listing(sandbox, phonecom).collect(progress=True)

    assert any("waiting 1 s for the" in each["text/plain"] for each in cell.shown)


async def test_an_audit_tells_how_far_it_is(cell: Cell) -> None:
    """With what is being read; the functions of the caller are called as well."""
    read: list[RowsRead] = []
    done: list[Any] = []
    async with Sandbox(latency=LATENCY) as sandbox, sandbox_client(sandbox) as phonecom:
        listing(sandbox, phonecom)
        report = await audit(
            phonecom,
            [ACCOUNT],
            progress=True,
            on_rows=read.append,
            on_progress=done.append,
        )

    texts = [each["text/plain"] for each in cell.shown]
    assert any("0 of 1 accounts" in text for text in texts)
    assert texts[-1] == ""
    assert (len(done), bool(read)) == (1, True)
    assert len(report.findings) > 0


async def test_a_log_gets_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no terminal is not drawn on."""
    monkeypatch.setattr(bar, "REFRESHED", 0.005)
    log = io.StringIO()
    monkeypatch.setattr(bar, "sys", SimpleNamespace(stderr=log, modules={}))
    async with Sandbox(latency=LATENCY) as sandbox, sandbox_client(sandbox) as phonecom:
        await listing(sandbox, phonecom).collect(progress=True)

    assert log.getvalue() == ""


def test_a_line_is_no_wider_than_the_terminal(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or what is left of it would stay in the line above."""
    monkeypatch.setenv("COLUMNS", "30")
    bar.TerminalBar().draw(bar.Step(done=1, total=2, text="x" * 100))

    assert len(terminal.getvalue().removeprefix("\r\x1b[K")) == 29
    assert "[##########..........]" in terminal.getvalue()


def sandbox_client(sandbox: Sandbox) -> PhoneComClient:
    """Return a client of the sandbox."""
    return PhoneComClient(sandbox.token, base_url=sandbox.phonecom_url)
