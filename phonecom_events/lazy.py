"""Modules that are imported when something in them is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any


def late_names(
    namespace: dict[str, Any], names: Mapping[str, Sequence[str]]
) -> Callable[[str], Any]:
    """Return the `__getattr__` of a package that imports some of its names late.

    Args:
        namespace: the package's ``globals()``, which keep what was asked for.
        names: by the module in the package that has them.
    """
    package = namespace["__name__"]

    def late(name: str) -> Any:
        for module, held in names.items():
            if name == module:
                return import_module(f".{module}", package)
            if name in held:
                found = getattr(import_module(f".{module}", package), name)
                return namespace.setdefault(name, found)
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return late


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
