"""What is public: sorted, there, documented, and free of what it should not load."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
from importlib.resources import files
from typing import Any

import pytest

import phonecom_events

PUBLIC = [
    "phonecom_events",
    "phonecom_events.audit",
    "phonecom_events.audit.html",
    "phonecom_events.converter",
    "phonecom_events.linq",
    "phonecom_events.pagination",
    "phonecom_events.phonecom",
    "phonecom_events.phonecom.events",
    "phonecom_events.linq.deliveries",
    "phonecom_events.ratelimit",
    "phonecom_events.receiver",
    "phonecom_events.sandbox",
    "phonecom_events.webhooks",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_all_is_there_once(name: str) -> None:
    """Every name in `__all__` exists, and stands there once."""
    module = importlib.import_module(name)

    assert len(set(module.__all__)) == len(module.__all__)
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


def test_all_is_sorted_and_complete() -> None:
    """The package's `__all__` is what it imports, in order."""
    modules = {
        name for name, value in vars(phonecom_events).items() if inspect.ismodule(value)
    }
    names = {name for name in vars(phonecom_events) if not name.startswith("_")}

    assert names - modules <= set(phonecom_events.__all__)
    kinds = [sorted_key(name) for name in phonecom_events.__all__]
    assert kinds == sorted(kinds)


def sorted_key(name: str) -> tuple[int, str]:
    """Sort as linters do: constants, classes, functions."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


@pytest.mark.parametrize("name", PUBLIC)
def test_all_is_documented(name: str) -> None:
    """Every public class and function, and every public method, has a docstring."""
    module = importlib.import_module(name)
    things: list[tuple[str, Any]] = [
        (each, getattr(module, each)) for each in module.__all__
    ]
    for each, thing in list(things):
        if inspect.isclass(thing) and thing.__module__.startswith("phonecom_events"):
            things += [
                (f"{each}.{member}", value)
                for member, value in vars(thing).items()
                if inspect.isfunction(value) and not member.startswith("_")
            ]

    assert [
        each
        for each, thing in things
        if (inspect.isclass(thing) or inspect.isfunction(thing))
        and not inspect.getdoc(thing)
    ] == []


def test_import_is_light() -> None:
    """Importing the package loads neither server, audit nor command line."""
    heavy = ["typer", "rich", "phonecom_events.sandbox", "phonecom_events.audit"]
    heavy += ["phonecom_events.cli", "phonecom_events.receiver"]
    code = f"import sys, phonecom_events; print(*{heavy} & sys.modules.keys())"
    code = code.replace(str(heavy), f"set({heavy})")

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


def test_a_name_that_is_imported_late_is_like_any_other() -> None:
    """What is not imported yet is listed, and a wrong name is an AttributeError."""
    code = """
import sys
from phonecom_events import phonecom
assert "phonecom_events.phonecom.overview" not in sys.modules
assert "Overview" in dir(phonecom)
assert phonecom.accounts.Accounts is phonecom.Accounts
assert "phonecom_events.phonecom.overview" not in sys.modules
assert phonecom.FilterType.__module__ == "phonecom_events.phonecom.listener_filters"
assert not hasattr(phonecom, "Overviews")
from phonecom_events.phonecom import *
print(Overview.__name__)
"""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["Overview"]


def test_typed() -> None:
    """Type checkers are told that the package has types."""
    assert files("phonecom_events").joinpath("py.typed").is_file()
