"""The mutants of a file: it with one small change each.

Most changes are mutmut's; its own runner makes none in decorated functions, as all
checks of the audit are, nor in what runs at import. Four that it lacks are below.

Left as they are: annotations, decorators, docstrings, ``__all__``, ``__slots__``, log
calls, and texts for people, which are told by the spaces in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate
from os.path import commonprefix
from pathlib import Path
from textwrap import shorten
from typing import Final

import libcst as cst
import libcst.matchers as m
from attrs import field, frozen
from libcst.metadata import (
    MetadataWrapper,
    ParentNodeProvider,
    PositionProvider,
    WhitespaceInclusivePositionProvider,
)
from mutmut.mutation.mutators import mutation_operators

from .areas import ROOT


@frozen
class Mutant:
    """Say what is changed where.

    Attributes:
        lines: those of the statement, by which tests are chosen.
        change: returns the whole file, changed.
    """

    path: Path
    number: int
    operator: str
    line: int
    lines: range
    before: str
    after: str
    change: Callable[[], str] = field(repr=False)

    @property
    def name(self) -> str:
        """What to ask for it by: file and number."""
        return f"{self.path.relative_to(ROOT / 'phonecom_events')}:{self.number}"

    def __str__(self) -> str:
        """Show it in one line, from a few words before the change on."""
        before, after = (" ".join(text.split()) for text in (self.before, self.after))
        # Of letters: that os.path has it is history.
        same = max(0, len(commonprefix([before, after])) - 40)  # noqa: RUF071
        shown = (("…" if same else "") + each[same:] for each in (before, after))
        before, after = (shorten(each, 100, placeholder=" …") for each in shown)
        return f"{self.name} line {self.line}: {before}  →  {after}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Make every mutant of a file, in the order of their places."""
    text = path.read_text("utf-8")
    wrapper = MetadataWrapper(cst.parse_module(text))
    found = _Finder(text)
    wrapper.visit(found)
    for number, change in enumerate(found.changes, 1):
        yield Mutant(
            path,
            number,
            change.operator,
            change.line,
            change.lines,
            _code(change.old),
            _code(change.new),
            partial(_changed, wrapper.module, text, change),
        )


@frozen
class _Change:
    old: cst.CSTNode
    new: cst.CSTNode
    operator: str
    line: int
    lines: range
    start: int


def _changed(module: cst.Module, text: str, change: _Change) -> str:
    old, start = _code(change.old), change.start
    if text.startswith(old, start) and "\n" not in old:
        return text[:start] + _code(change.new) + text[start + len(old) :]
    # The sure way, which takes as long as many a trial.
    changed = module.deep_replace(change.old, change.new)
    assert isinstance(changed, cst.Module)
    return changed.code


def negate_if(node: cst.If) -> Iterable[cst.If]:
    """Turn a condition round; mutmut does so where it holds an operator only."""
    yield node.with_changes(
        test=cst.UnaryOperation(cst.Not(), node.test.with_changes(**_BRACKETS))
    )


def drop_call(node: cst.Expr) -> Iterable[cst.Pass]:
    """Leave out a call that is made for its effect."""
    if m.matches(node.value, m.Call() | m.Await()):
        yield cst.Pass()


def return_none(node: cst.Return) -> Iterable[cst.Return]:
    """Return nothing in place of something."""
    if node.value is not None and not m.matches(node.value, m.Name("None")):
        yield node.with_changes(
            value=cst.Name("None"), whitespace_after_return=cst.SimpleWhitespace(" ")
        )


def less_by_one(node: cst.Integer | cst.Float) -> Iterable[cst.CSTNode]:
    """Take one from a number; mutmut adds one."""
    value = node.evaluated_value - 1
    changed = node.with_changes(value=repr(abs(value)))
    yield (
        cst.UnaryOperation(cst.Minus(), changed, **_BRACKETS) if value < 0 else changed
    )


_BRACKETS: Final = {"lpar": [cst.LeftParen()], "rpar": [cst.RightParen()]}
_OPERATORS: Final = (
    *mutation_operators,
    (cst.If, negate_if),
    (cst.Expr, drop_call),
    (cst.Return, return_none),
    ((cst.Integer, cst.Float), less_by_one),
)
_LEFT_ALONE: Final = (
    m.Annotation()
    | m.Decorator()
    | m.Expr(m.SimpleString() | m.ConcatenatedString())
    | m.Import()
    | m.ImportFrom()
    | m.Call(func=m.Attribute(value=m.Name("_log")))
    | m.If(test=m.Name("TYPE_CHECKING"))
    | m.Assign(targets=[m.AssignTarget(m.Name("__all__") | m.Name("__slots__"))])
    | m.AnnAssign(annotation=m.Annotation(m.Name("TypeAlias")))
)


_EMPTY: Final = cst.Module([])


class _Finder(cst.CSTVisitor):
    METADATA_DEPENDENCIES = (
        PositionProvider,
        WhitespaceInclusivePositionProvider,
        ParentNodeProvider,
    )

    def __init__(self, text: str) -> None:
        super().__init__()
        self.changes: list[_Change] = []
        self._starts = [0, *accumulate(map(len, text.splitlines(keepends=True)))]

    def on_visit(self, node: cst.CSTNode) -> bool:
        if m.matches(node, _LEFT_ALONE) or _is_text(node):
            return False
        for kind, operator in _OPERATORS:
            if isinstance(node, kind):
                self.changes += (
                    _Change(node, new, operator.__name__, *self._place(node))
                    for new in operator(node)
                    if _matters(node, new)
                )
        return True

    def _place(self, node: cst.CSTNode) -> tuple[int, range, int]:
        """Return the line of a node, those of its statement, and where it begins."""
        itself = self.get_metadata(PositionProvider, node, None)
        span = self.get_metadata(WhitespaceInclusivePositionProvider, node, None)
        start = self._starts[span.start.line - 1] + span.start.column if span else -1
        while not isinstance(node, cst.SimpleStatementLine | cst.BaseCompoundStatement):
            node = self.get_metadata(ParentNodeProvider, node)
        whole = self.get_metadata(PositionProvider, node)
        first, last = whole.start.line, whole.end.line
        if isinstance(node, cst.BaseCompoundStatement):
            # A change in its head: what is in its body has been seen to by itself.
            body = self.get_metadata(PositionProvider, node.body)
            last = max(first, body.start.line - 1)
        return (itself.start.line if itself else first), range(first, last + 1), start


def _is_text(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleString) and " " in node.value


def _matters(old: cst.CSTNode, new: cst.CSTNode) -> bool:
    """Whether more than a text for people is changed."""
    if isinstance(old, cst.Call) and isinstance(new, cst.Call):
        texts = [arg for arg in old.args if _is_message(arg.value)]
        return all(any(text is arg for arg in new.args) for text in texts)
    return True


def _is_message(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.BaseString) and " " in _code(value)


def _code(node: cst.CSTNode) -> str:
    return _EMPTY.code_for_node(node)
