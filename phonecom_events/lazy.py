"""Modules that are imported when something in them is first asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class LazyModule:
    """Stand for a module until a name in it is needed.

    A name in an annotation counts: so `typing.get_type_hints` finds it, where it
    would not find what is imported under `TYPE_CHECKING` only.

    `importlib.util.LazyLoader` is not used because two threads that ask for a name
    at once can get an AttributeError from it, up to Python 3.11.8 and 3.12.2.
    """

    def __init__(self, name: str, package: str) -> None:
        self._name = name
        self._package = package

    def __getattr__(self, name: str) -> Any:
        # Nothing is kept here: import_module is a look-up once it is imported.
        return getattr(import_module(self._name, self._package), name)

    def __repr__(self) -> str:
        return f"<LazyModule {self._name} of {self._package}>"
