"""Keeping results: in results.json, the measures and the aims in both README.md.

All measures stand in that of the benchmarks, as the last run found them; in that of the
project the aims, with what the last runs did.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from . import aims
from .aims import values_of

_HERE: Final = Path(__file__).parent
RESULTS: Final = _HERE / "results.json"
_README: Final = _HERE / "README.md"
_FRONT: Final = _HERE.parent / "README.md"
_MARK: Final = "<!-- results -->\n"
_PEERS: Final = (
    "aiohttp",
    "aiolimiter",
    "attrs",
    "cattrs",
    "httpx",
    "linq-python",
    "msgspec",
    "orjson",
    "pydantic",
    "pyrate-limiter",
)


def keep(name: str, numbers: Mapping[str, Any], *, whole: bool) -> None:
    """Write the numbers of one benchmark beside those of the others.

    Args:
        whole: it had no options, such as fewer rows, so that its aims are comparable.
    """
    results = kept()
    before = results.get(name, {}).get("aims", {})
    results[name] = {
        "aims": _with_latest(before, values_of(numbers)) if whole else before,
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "versions": versions(),
        "numbers": numbers,
    }
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    for path, text in ((_README, table(results)), (_FRONT, front(results))):
        before, _, after = path.read_text().split(_MARK)
        path.write_text(f"{before}{_MARK}{text}{_MARK}{after}")


def kept() -> dict[str, Any]:
    """Return what was kept, by benchmarks."""
    return json.loads(RESULTS.read_text()) if RESULTS.exists() else {}


def _with_latest(
    before: Mapping[str, Sequence[float]], latest: Mapping[str, float]
) -> dict[str, list[float]]:
    return {
        aim: [*before.get(aim, ()), value][-aims.RUNS :]
        for aim, value in latest.items()
    }


def machine() -> str:
    """Say what this runs on, in general words."""
    cores = os.cpu_count()
    system = f"{platform.system()} {platform.machine()}"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{_processor()}, {cores} cores, {system}, {python}"


def versions() -> dict[str, str]:
    """Return the versions of what is measured."""
    return {name: metadata.version(name) for name in _PEERS if _installed(name)}


def table(results: Mapping[str, Any]) -> str:
    """Write all measures as a Markdown table."""
    lines = ["", "| benchmark | measure | found | wanted | |", "|---|---|---|---|---|"]
    for name, result in sorted(results.items()):
        lines += [f"| `{name}` {row}" for row in _rows(result["numbers"])]
    return "\n".join([*lines, "", ""])


def front(results: Mapping[str, Any]) -> str:
    """Write what stands in the README of the project: the aims, and where they are met."""
    measured = [result for result in results.values() if result.get("aims")]
    machines = sorted({result["machine"] for result in measured})
    return "\n".join(["", *aims.lines(results), "", *machines, "", ""])


def _rows(numbers: Mapping[str, Any]) -> Iterator[str]:
    for title, measure in _measures(numbers):
        yield (
            f"| {title}: {measure['what']} | {measure['value']:.3g}"
            f" | {measure['sense']} {measure['wanted']:g}"
            f" | {'reached' if measure['met'] else '**not reached**'} |"
        )


def _measures(numbers: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for title, outcome in numbers.items():
        for measure in outcome.get("measures", ()):
            yield title, measure


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    models = [line.partition(":")[2].strip() for line in lines if "model name" in line]
    return models[0] if models else platform.processor()


def _installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
