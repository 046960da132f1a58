"""Ctrl-C, SIGTERM and SIGHUP: what a command does about them."""

from __future__ import annotations

import asyncio
import signal
from functools import partial

import pytest

from phonecom_events.cli.exits import CannotRun, Interrupted
from phonecom_events.cli.running import exit_code
from phonecom_events.cli.signals import run_until_signal


async def signalled(number: signal.Signals) -> None:
    """Receive a signal, and wait for what comes of it."""
    signal.raise_signal(number)
    await asyncio.sleep(60)


async def ended_by(number: signal.Signals) -> int:
    """Receive a signal, and wait for what comes of it."""
    await signalled(number)
    return 0


@pytest.mark.parametrize(
    ("number", "code", "told"),
    [
        (signal.SIGINT, 130, "interrupted"),
        (signal.SIGTERM, 143, "terminated"),
        (signal.SIGHUP, 129, "hung up"),
    ],
)
def test_a_signal_has_its_line_and_code(
    capsys: pytest.CaptureFixture[str], number: signal.Signals, code: int, told: str
) -> None:
    """One line says what happened; the code is the one that shells give it."""
    assert exit_code(lambda: run_until_signal(partial(ended_by, number))) == code
    assert capsys.readouterr().err == f"phonecom-events: {told}\n"


def test_what_is_known_can_be_written_first() -> None:
    """The signal is a cancellation, which may take its time."""
    written: list[str] = []

    async def body() -> None:
        try:
            await signalled(signal.SIGTERM)
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            written.append("what is known")
            raise

    with pytest.raises(Interrupted):
        run_until_signal(body)
    assert written == ["what is known"]


def test_the_signal_counts_more_than_a_failing_write() -> None:
    """After SIGHUP there may be no terminal any more; it is told, and 129."""

    async def body() -> None:
        try:
            await signalled(signal.SIGHUP)
        except asyncio.CancelledError:
            raise CannotRun("cannot write to stdout") from None

    with pytest.raises(Interrupted) as ended:
        run_until_signal(body)
    assert ended.value.number == signal.SIGHUP
    assert ended.value.problem == "cannot write to stdout"


def test_a_signal_before_the_loop_runs_is_not_lost(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The body is not begun then."""

    def body() -> None:
        raise AssertionError

    before = asyncio.Runner.run

    def late(runner: asyncio.Runner, main: object) -> object:
        signal.raise_signal(signal.SIGTERM)
        return before(runner, main)  # type: ignore[arg-type]

    monkeypatch.setattr(asyncio.Runner, "run", late)
    with pytest.raises(Interrupted):
        run_until_signal(body)  # type: ignore[arg-type]


def test_an_ignored_signal_stays_ignored() -> None:
    """Under nohup SIGHUP does nothing; and every handler is put back."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    usual = signal.getsignal(signal.SIGTERM)

    async def body() -> int:
        assert signal.getsignal(signal.SIGTERM) != usual
        signal.raise_signal(signal.SIGHUP)
        await asyncio.sleep(0)
        return 7

    try:
        assert run_until_signal(body) == 7
        assert signal.getsignal(signal.SIGTERM) == usual
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_signal_after_the_work_changes_nothing() -> None:
    """What was done is done, whole; the loop's end is not the work's."""

    async def body() -> int:
        task = asyncio.current_task()
        assert task is not None
        task.add_done_callback(lambda _: signal.raise_signal(signal.SIGTERM))
        return 7

    assert run_until_signal(body) == 7
