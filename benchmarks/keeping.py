"""Keeping results: in results.json, and the measures as a table in README.md."""

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
_RESULTS: Final = _HERE / "results.json"
_README: Final = _HERE / "README.md"
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


def keep(name: str, numbers: Mapping[str, Any]) -> None:
    """Write the numbers of one benchmark beside those of the others."""
    results = json.loads(_RESULTS.read_text()) if _RESULTS.exists() else {}
    results[name] = {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": machine(),
        "versions": versions(),
        "numbers": numbers,
    }
    _RESULTS.write_text(json.dumps(results, indent=2, sort_keys=True) + "\n")
    before, _, after = _README.read_text().split(_MARK)
    _README.write_text(f"{before}{_MARK}{table(results)}{_MARK}{after}")


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
        for title, measure in _measures(result["numbers"]):
            lines.append(
                f"| `{name}` | {title}: {measure['what']} | {measure['value']:.3g}"
                f" | {measure['sense']} {measure['wanted']:g}"
                f" | {'reached' if measure['met'] else '**not reached**'} |"
            )
    return "\n".join([*lines, "", ""])


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
