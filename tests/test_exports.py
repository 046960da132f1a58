"""What is public: sorted, there, documented, and free of what it should not load."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cached_property
from importlib.resources import files
from importlib.util import find_spec
from types import ModuleType
from typing import Any, get_type_hints

import pytest

import phonecom_events
from phonecom_events import phonecom
from phonecom_events.lazy import LazyModule

PUBLIC = [
    "phonecom_events",
    "phonecom_events.audit",
    "phonecom_events.audit.html",
    "phonecom_events.converter",
    "phonecom_events.frames",
    "phonecom_events.linq",
    "phonecom_events.pagination",
    "phonecom_events.phonecom",
    "phonecom_events.phonecom.events",
    "phonecom_events.probe",
    "phonecom_events.linq.deliveries",
    "phonecom_events.ratelimit",
    "phonecom_events.receiver",
    "phonecom_events.sandbox",
    "phonecom_events.sandbox.deliveries",
    "phonecom_events.telemetry",
    "phonecom_events.webhooks",
]


@pytest.mark.parametrize("name", PUBLIC)
def test_all_is_there_once(name: str) -> None:
    """Every name in `__all__` exists, and stands there once."""
    module = importlib.import_module(name)

    assert len(set(module.__all__)) == len(module.__all__)
    assert [each for each in module.__all__ if not hasattr(module, each)] == []


def imported_for_checkers(name: str) -> dict[str, str]:
    """Return what a package imports for type checkers alone: from which of its modules."""
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    return {
        alias.name: node.module or ""
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_all_is_sorted_and_complete() -> None:
    """The package's `__all__` is what type checkers see in it, in order."""
    names = {*imported_for_checkers("phonecom_events"), "__version__"}

    assert names == set(phonecom_events.__all__)
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


@pytest.mark.parametrize("name", PUBLIC)
def test_a_late_name_is_what_checkers_take_it_for(name: str) -> None:
    """What is imported late comes from the module that type checkers are shown."""
    package = importlib.import_module(name)

    for each, module in imported_for_checkers(name).items():
        source = importlib.import_module(f".{module or each}", name)
        assert getattr(package, each) is (getattr(source, each) if module else source)


# What cannot be imported without what its extra installs; .ci/run extras has it all.
OF_EXTRAS = {
    "phonecom_events.audit.dask": "distributed",
    "phonecom_events.cli.audit.on_dask": "distributed",
    "phonecom_events.history": "sqlalchemy",
    "phonecom_events.ratelimit.redis": "redis",
}


def modules() -> Iterator[ModuleType]:
    """Import every module but the one that is a program, and those of other extras."""
    left_out = tuple(
        name for name, needed in OF_EXTRAS.items() if find_spec(needed) is None
    )
    for found in pkgutil.walk_packages(phonecom_events.__path__, "phonecom_events."):
        # Alembic runs the last, and nobody imports it.
        program = found.name.endswith(("__main__", "migrations.env"))
        if not program and not found.name.startswith(left_out):
            yield importlib.import_module(found.name)


def plain(value: Any) -> Any:
    """Return the function that a member of a class is made of, if it is one."""
    wrappers = {
        classmethod: "__func__",
        staticmethod: "__func__",
        property: "fget",
        cached_property: "func",
    }
    inner = wrappers.get(type(value))
    return getattr(value, inner) if inner else value


def annotated(module: ModuleType) -> Iterator[Any]:
    """Yield the public functions, classes and methods that a module defines."""
    for name, thing in vars(module).items():
        if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
            continue
        if inspect.isclass(thing) or inspect.isfunction(thing):
            yield thing
        if inspect.isclass(thing):
            for member, value in inspect.getmembers_static(thing):
                public = not member.startswith("_") or member == "__init__"
                function = plain(value)
                if not public or not inspect.isfunction(function):
                    continue
                # What is inherited from another package is that one's matter.
                if function.__module__.startswith("phonecom_events"):
                    yield function


def test_type_hints_can_be_read() -> None:
    """All public classes, methods, properties and functions have hints that resolve."""
    unreadable = []
    for module in modules():
        for thing in annotated(module):
            try:
                get_type_hints(thing, include_extras=True)
            except (NameError, TypeError, AttributeError) as error:
                unreadable.append(f"{module.__name__}.{thing.__qualname__}: {error}")

    assert unreadable == []


@pytest.mark.parametrize(
    ("thing", "expected"),
    [
        (phonecom.Account.overview, phonecom.Overview),
        (phonecom.Extension.overview, phonecom.Overview),
        (phonecom.Account.extensions, phonecom.Extensions),
        (phonecom.PhoneComClient.accounts, phonecom.Accounts),
        (phonecom.AccountListeners.filters, phonecom.ListenerFilters),
    ],
)
def test_a_hint_is_the_class_itself(thing: Any, expected: type) -> None:
    """What is imported late is hinted at by the class that the call returns."""
    hints = get_type_hints(getattr(thing, "func", thing))

    assert hints["return"] is expected


def test_a_late_module_says_which_it_is() -> None:
    """What stands for a module says so, and has no names that the module has not."""
    late = LazyModule(".overview", "phonecom_events.phonecom")

    assert repr(late) == "<LazyModule .overview of phonecom_events.phonecom>"
    assert late.Overview is phonecom.Overview
    assert not hasattr(late, "Overviews")


def test_import_is_light() -> None:
    """Importing the package loads neither server, audit nor command line."""
    heavy = ["typer", "rich", "phonecom_events.sandbox", "phonecom_events.audit"]
    heavy += ["phonecom_events.cli", "phonecom_events.receiver"]
    heavy += ["phonecom_events.telemetry", "opentelemetry"]
    heavy += ["phonecom_events.frames", "phonecom_events.display.html", "pandas"]
    code = f"import sys, phonecom_events; print(*{heavy} & sys.modules.keys())"
    code = code.replace(str(heavy), f"set({heavy})")

    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []


@pytest.mark.parametrize(
    ("imported", "late"),
    [
        (
            "LinqClient, PhoneComClient",
            [
                "cattrs",
                "phonecom_events.client_statistics",
                "phonecom_events.linq.event_types",
                "phonecom_events.linq.webhook_subscriptions",
                "phonecom_events.pagination.report",
                "phonecom_events.phonecom.overview",
                "phonecom_events.reconcile",
            ],
        ),
        ("LinqClient", ["phonecom_events.pagination", "phonecom_events.ratelimit"]),
    ],
)
def test_a_client_imports_what_it_needs(imported: str, late: list[str]) -> None:
    """What only some calls need is there, and is not imported with the clients."""
    code = f"""
import sys
from importlib.util import find_spec
from phonecom_events import {imported}
LinqClient("made-up")
print(*set({late}) & sys.modules.keys(), *(each for each in {late} if not find_spec(each)))
"""
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
from phonecom_events import linq
assert "phonecom_events.linq.phone_numbers" not in sys.modules
assert "PhoneNumber" in dir(linq)
from phonecom_events.linq import *
print(PhoneNumber.__name__)
"""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == ["Overview", "PhoneNumber"]


def test_typed() -> None:
    """Type checkers are told that the package has types."""
    assert files("phonecom_events").joinpath("py.typed").is_file()
