"""Keeping results: in results.json, and the measures as tables in both README.md."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

_HERE: Final = Path(__file__).parent
RESULTS: Final = _HERE / "results.json"
_README: Final = _HERE / "README.md"
_FRONT: Final = _HERE.parent / "README.md"
_MARK: Final = "<!-- results -->\n"
# What whoever chooses a library asks for.
_ON_FRONT: Final = ("scan", "calls", "decode", "audit", "stalls", "import", "startup")
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


def keep(name: str, numbers: Mapping[str, Any]) -> None:
    """Write the numbers of one benchmark beside those of the others."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[name] = {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "versions": versions(),
        "numbers": numbers,
    }
    RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    for path, text in ((_README, table(results)), (_FRONT, front(results))):
        before, _, after = path.read_text().split(_MARK)
        path.write_text(f"{before}{_MARK}{text}{_MARK}{after}")


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
    """Write what stands in the README of the project: what was found, and where."""
    lines = ["", "| measure | found | wanted | |", "|---|---|---|---|"]
    machines = set()
    for name in _ON_FRONT:
        if name in results:
            lines += _rows(results[name]["numbers"])
            machines.add(results[name]["machine"])
    return "\n".join([*lines, "", *sorted(machines), "", ""])


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
