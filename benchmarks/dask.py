"""Audits on a Dask cluster: whether memory grows with findings that were written out.

The command audits N accounts, then five times as many, each of whose listeners is
wrong, on one cluster of real processes, writes a line for each finding, and keeps the
run in a history. Neither the command nor the scheduler, whom all results pass through,
may keep any of them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from attrs import frozen
from distributed import Client

from .dask_processes import Processes, dask_processes
from .outcome import Measure, measures_as_json
from .process import served

TIMES: Final = 5
_MB: Final = 1_000_000
_KIB: Final = 1024
_TOKEN: Final = "made-up"  # noqa: S105 no secret
# What allocators keep for themselves; far less than what is written in between.
_MOST_GROWTH: Final = 3.0  # MB
_MOST_SHARE: Final = 0.1
_ROW: Final = (
    "  {:>7,} accounts: {:>9,} findings, {:>6.1f} MB of NDJSON, {:>6.1f} MB of"
    " history, {:>5.1f} s;"
    " command {:.1f} MB at most, scheduler {:.1f} MB afterwards ({:.1f} at most)"
)


@frozen(kw_only=True)
class Run:
    """Say what one audit wrote, and what memory there was; in MB.

    Attributes:
        accounts: how many were audited.
        findings: how many lines were written.
        written: their size.
        history: that of a new history with this run alone.
        seconds: how long it took.
        command: the most that the command had.
        scheduler: what the scheduler has afterwards.
        scheduler_peak: the most that it has ever had.
    """

    accounts: int
    findings: int
    written: float
    history: float
    seconds: float
    command: float
    scheduler: float
    scheduler_peak: float


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Measure, print and return it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks dask")
    parser.add_argument("--accounts", type=int, default=140, help="of the smaller one")
    parser.add_argument("--listeners", type=int, default=100, help="of each account")
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(argv)
    title = f"audits on Dask, accounts with {options.listeners:,} listeners, all wrong"
    print(f"\n{title}")
    runs, left = _runs(options.accounts, options.listeners, options.workers)
    measures = _measures(*runs, left)
    print(*measures, sep="\n  ")
    return {
        title: {
            "runs": {
                f"{run.accounts:,}": {
                    "findings": run.findings,
                    "written_mb": run.written,
                    "history_mb": run.history,
                    "seconds": run.seconds,
                    "command_peak_mb": run.command,
                    "scheduler_mb": run.scheduler,
                }
                for run in runs
            },
            "measures": measures_as_json(measures),
        }
    }


def _measures(few: Run, many: Run, left: int) -> list[Measure]:
    written = many.written + many.history - few.written - few.history
    grown = {
        "the command's peak": many.command - few.command,
        "the scheduler afterwards": many.scheduler - few.scheduler,
    }
    between = f"{few.accounts:,} to {many.accounts:,} accounts"
    return [
        *(
            Measure(
                what=f"{what}, MB more from {between}",
                value=value,
                sense="at most",
                wanted=_MOST_GROWTH,
            )
            for what, value in grown.items()
        ),
        Measure(
            what=f"the same over the {written:.1f} MB that were written more",
            value=max(grown.values()) / written,
            sense="at most",
            wanted=_MOST_SHARE,
        ),
        Measure(
            what="tasks left at the scheduler", value=left, sense="at most", wanted=0
        ),
    ]


def _runs(accounts: int, listeners: int, workers: int) -> tuple[tuple[Run, Run], int]:
    """Audit, and count the tasks that are left."""
    with (
        served("benchmarks.wrong_accounts", listeners=listeners) as url,
        tempfile.TemporaryDirectory() as name,
        dask_processes(
            Path(name),
            workers=workers,
            environment={"PHONECOM_TOKEN": _TOKEN, "PHONECOM_BASE_URL": url},
        ) as processes,
        Client(processes.url, set_as_default=False) as client,
    ):
        # The first audit has the scheduler import and allocate what it then has.
        for _ in range(2):
            few = _run(processes, url, Path(name), accounts)
        many = _run(processes, url, Path(name), TIMES * accounts)
        time.sleep(1)  # clients tell in passing what they release
        return (few, many), client.run_on_scheduler(_tasks)


def _tasks(dask_scheduler: Any) -> int:
    return len(dask_scheduler.tasks)


def _run(processes: Processes, url: str, folder: Path, accounts: int) -> Run:
    ids, file = folder / "accounts", folder / "findings.ndjson"
    database = folder / "audits.db"
    database.unlink(missing_ok=True)
    ids.write_text("\n".join(map(str, range(1, accounts + 1))))
    began = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 our own command
        [
            *(sys.executable, "-m", "phonecom_events", "audit", "--quiet", "--no-linq"),
            # Else the limits of one address would make it a matter of hours.
            *(f"--dask={processes.url}", "--own-addresses", f"--accounts-from={ids}"),
            *("--format=ndjson", f"--output={file}", f"--history=sqlite:///{database}"),
        ],
        env={**os.environ, "PHONECOM_TOKEN": _TOKEN, "PHONECOM_BASE_URL": url},
    ) as command:
        peak = 0.0
        while command.poll() is None:
            # The kernel keeps the peak, but only as long as the process is there.
            peak = memory_of(command.pid, "VmHWM") or peak
            time.sleep(0.01)
    seconds = time.perf_counter() - began
    if command.returncode:
        raise OSError(f"the audit ended with {command.returncode}")
    with file.open("rb") as lines:
        findings = sum(1 for _ in lines)
    run = Run(
        accounts=accounts,
        findings=findings,
        written=file.stat().st_size / _MB,
        history=database.stat().st_size / _MB,
        seconds=seconds,
        command=peak,
        scheduler=memory_of(processes.scheduler.pid, "VmRSS"),
        scheduler_peak=memory_of(processes.scheduler.pid, "VmHWM"),
    )
    print(_row(run), flush=True)
    return run


def _row(run: Run) -> str:
    counts = (run.accounts, run.findings, run.written, run.history, run.seconds)
    return _ROW.format(*counts, run.command, run.scheduler, run.scheduler_peak)


def memory_of(pid: int, field: str) -> float:
    """Return a field of a process' status in MB; 0 when the process is no more."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = [line.split()[1] for line in lines if line.startswith(f"{field}:")]
    return int(found[0]) * _KIB / _MB if found else 0.0
