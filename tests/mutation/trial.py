"""Whether tests notice a mutant: each is tried in a fork.

A process that has collected the tests forks for each mutant, and gives the functions
that exist the changed code. What that cannot change, and what survives, since it may
have run at import, is tried by a process that imports everything with it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib.machinery import SourceFileLoader
from itertools import accumulate
from signal import ITIMER_PROF, setitimer
from time import process_time
from types import CodeType
from typing import Final

import coverage
import pytest
from attrs import frozen

from .forks import Lost, in_fork
from .mutants import Mutant
from .swapping import compiled, swaps

SURVIVED: Final = "survived"
_KILLED: Final = "killed by "
OPTIONS: Final = (
    *("-o", "addopts=", "-m", "not browser", "--numprocesses=0"),
    *("-p", "no:cacheprovider", "-p", "no:terminal", "--assert=plain"),
)

# How often as long as it takes unchanged, and how many seconds more, a test may compute.
_PATIENCE: Final = 10
_MORE: Final = 2.0

# Of tests for each mutant, if it is not to be thorough.
_SECONDS: Final = 2.0


@frozen(eq=False)
class Baseline:
    """Say what a run of the tests without any change told.

    Attributes:
        seconds: that each test took, by its id.
        tests_of: which tests ran a line, by file and line.
        imported: the lines that ran until the tests were collected, by file.
    """

    seconds: Mapping[str, float]
    tests_of: Mapping[str, Mapping[int, Sequence[str]]]
    imported: Mapping[str, set[int]]

    def tests(self, mutant: Mutant) -> list[str]:
        """Return the tests that can notice it."""
        of_file, lines = self.tests_of[str(mutant.path)], set(mutant.lines)
        if not of_file:
            return list(self.seconds)  # nothing but constants, for others
        # What runs at import may be noticed by whatever runs any of the file.
        ran = of_file if lines & self.imported[str(mutant.path)] else lines
        return list({test for line in ran for test in of_file.get(line, ())})

    def some(self, tests: list[str], *, thorough: bool) -> list[str]:
        """Return the first few seconds of tests, or all if it is to be thorough."""
        upto = accumulate(self.seconds[test] for test in tests)
        return [
            test
            for test, seconds in zip(tests, upto, strict=True)
            if thorough or seconds < _SECONDS
        ]

    def limit(self, test: str) -> float:
        """Return the seconds that a test may compute."""
        return _PATIENCE * self.seconds[test] + _MORE

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Have the process end when this test has taken too long."""
        setitimer(ITIMER_PROF, self.limit(nodeid))


class Trials:
    """Take the place of pytest's loop: try mutants, each with tests that can notice.

    Args:
        mutants: to try.
        thorough: with all tests that run the statement; else with a few seconds of
            them, so that a whole area takes minutes, and what survives may be fewer.
        tell: is told what came of each but those that have to be imported.
    """

    def __init__(
        self,
        mutants: Iterable[Mutant],
        tell: Callable[[Mutant, str], None],
        *,
        thorough: bool,
    ) -> None:
        self._mutants = list(mutants)
        self._thorough = thorough
        self._files = sorted({str(mutant.path) for mutant in self._mutants})
        # From now on: conftest.py, which is read first, imports nearly everything.
        self._importing = self._coverage()
        self._importing.start()
        self._tell = tell
        self._failed: list[str] = []
        self._items: dict[str, pytest.Item] = {}
        self._noticed: Counter[str] = Counter()
        self.baseline: Baseline | None = None

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what fails."""
        if report.failed:
            self._failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run all tests once, then each mutant."""
        self._importing.stop()
        self._items = {item.nodeid: item for item in session.items}
        baseline = in_fork(self._measure, 1e6)
        if not isinstance(baseline, Baseline):
            raise pytest.UsageError(f"without any change: {baseline}")
        self.baseline = baseline
        for done, mutant in enumerate(self._mutants):
            if done % 50 == 0:
                print(f"{done} of {len(self._mutants)} tried", file=sys.stderr)
            result = self._try(mutant, baseline)
            if result is not None:
                self._tell(mutant, result)
        return True

    def _try(self, mutant: Mutant, baseline: Baseline) -> str | None:
        changes = swaps(mutant.path, mutant.change())
        if changes is None:
            return None
        # The quickest first, and those that have noticed the most.
        tests = sorted(
            baseline.tests(mutant),
            key=lambda test: baseline.seconds[test] / (1 + self._noticed[test]),
        )
        tests = baseline.some(tests, thorough=self._thorough)

        def trial() -> str:
            for function, code in changes:
                function.__code__ = code
            return self._run(tests, baseline.pytest_runtest_logstart)

        result = in_fork(trial, sum(map(baseline.limit, tests)))
        if result == SURVIVED:
            ran = baseline.imported[str(mutant.path)].intersection(mutant.lines)
            return None if ran else result
        self._noticed[str(result).removeprefix(_KILLED)] += 1
        return _said(result)

    def _run(self, tests: Sequence[str], before: Callable[[str], None]) -> str:
        """Run tests until one fails."""
        items = [self._items[each] for each in tests]
        for item, following in zip(items, [*items, None][1:], strict=True):
            before(item.nodeid)
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._failed:
                return f"{_KILLED}{self._failed[0]}"
        return SURVIVED

    def _measure(self) -> Baseline | str:
        traced, imported = self._coverage(), self._importing.get_data()
        starts: dict[str, float] = {}

        def before(test: str) -> None:
            starts[test] = process_time()
            traced.switch_context(test)

        with traced.collect():
            result = self._run(list(self._items), before)
        if result != SURVIVED:
            return result
        ends = [*starts.values(), process_time()][1:]
        data = traced.get_data()
        return Baseline(
            seconds={
                test: end - start
                for (test, start), end in zip(starts.items(), ends, strict=True)
            },
            tests_of={file: data.contexts_by_lineno(file) for file in self._files},
            imported={file: set(imported.lines(file) or ()) for file in self._files},
        )

    def _coverage(self) -> coverage.Coverage:
        made = coverage.Coverage(data_file=None, include=self._files, config_file=False)
        # Of constants alone nothing runs later on; warnings are errors here.
        made.set_option("run:disable_warnings", ["no-data-collected"])
        return made


def try_anew(mutant: Mutant, baseline: Baseline, *, thorough: bool) -> str:
    """Import everything with the mutant in it; return what came of it."""
    code = compiled(mutant.change(), mutant.path)
    # All: some look at what there is once it is imported, and run none of the file.
    able = list(baseline.seconds) if thorough else baseline.tests(mutant)
    tests = sorted(able, key=baseline.seconds.__getitem__)
    tests = baseline.some(tests, thorough=thorough)
    if not tests:
        return SURVIVED

    def trial() -> str:
        _load(str(mutant.path), code)
        _say_nothing()
        status = pytest.main([*OPTIONS, "--exitfirst", *tests], plugins=[baseline])
        if status == pytest.ExitCode.INTERNAL_ERROR:
            raise RuntimeError("pytest itself has failed")
        return SURVIVED if status == pytest.ExitCode.OK else f"killed: {status.name}"

    return _said(in_fork(trial, sum(map(baseline.limit, tests))))


def _say_nothing() -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)


def _load(path: str, code: CodeType) -> None:
    plain = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> CodeType | None:
        return code if self.path == path else plain(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign]


def _said(result: str | Lost) -> str:
    if isinstance(result, str):
        return result
    return "not tried" if result is Lost.FAILED else f"killed: {result.name.lower()}"
