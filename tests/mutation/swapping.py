"""Changed code for functions that exist, and that others may hold."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from types import CodeType, FunctionType

Swap = tuple[FunctionType, CodeType]


def swaps(path: Path, changed: str) -> list[Swap] | None:
    """Return which functions to give which code, for a file to be as *changed*.

    None if that is not enough: for what runs at import, such as constants, defaults
    and fields, and for what needs other variables of the function around it.
    """
    old, functions = _live(path)
    new = compiled(changed, path)
    if _body(old) != _body(new):
        return None
    pairs = {_place(before): after for before, after in _differing(old, new)}
    found = [
        (each, pairs[_place(each.__code__)])
        for each in functions
        if _place(each.__code__) in pairs
    ]
    fitting = all(each.__code__.co_freevars == code.co_freevars for each, code in found)
    return found if found and fitting else None


def compiled(text: str, path: Path) -> CodeType:
    """Return the code of a file, were *text* in it."""
    code: CodeType = compile(text, path, "exec", dont_inherit=True)
    return code


@cache
def _live(path: Path) -> tuple[CodeType, Sequence[FunctionType]]:
    """Return the code of a file, and all functions that were made by it."""
    functions = [
        each
        for each in gc.get_objects()
        if type(each) is FunctionType and each.__code__.co_filename == str(path)
    ]
    return compiled(path.read_text("utf-8"), path), functions


def _differing(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Go through functions and what is in them, but for those that are the same."""
    for before, after in zip(_inner(old), _inner(new), strict=False):
        if _whole(before) != _whole(after):
            yield before, after
            yield from _differing(before, after)


def _place(code: CodeType) -> tuple[str, int]:
    return code.co_qualname, code.co_firstlineno


def _inner(code: CodeType) -> list[CodeType]:
    return [each for each in code.co_consts if isinstance(each, CodeType)]


def _body(code: CodeType) -> object:
    """What a module does when it is imported, classes included; without any lines."""
    # Only functions have fast local variables.
    classes = [
        _body(each) for each in _inner(code) if not each.co_flags & inspect.CO_OPTIMIZED
    ]
    return (*_own(code), classes)


def _whole(code: CodeType) -> object:
    return (*_own(code), [_whole(each) for each in _inner(code)])


def _own(code: CodeType) -> tuple[object, ...]:
    constants = [
        each.co_name if isinstance(each, CodeType) else repr(each)
        for each in code.co_consts
    ]
    return (
        code.co_name,
        code.co_code,
        constants,
        code.co_names,
        code.co_varnames,
        code.co_freevars,
        code.co_cellvars,
        code.co_flags,
        code.co_exceptiontable,
    )
