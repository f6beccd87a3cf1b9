"""Cases made of an exercise's own solution, judged: right answers that must pass, wrong ones that must not."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable

from autograder.grading import Refusal
from autograder.report import Status
from autograder.verification.evidence import Evidence
from autograder.verification.rehearsal import Rehearsal, Stand, Verdict, judge
from autograder.verification.tally import Judged

HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS.*?^[ \t]*### END HIDDEN TESTS[^\n]*\n?", re.MULTILINE | re.DOTALL)

_SECONDS = 60
"""Of the processor, for one case; a slip may make a program that runs for ever."""

_CLEARED = 20
"""After so many cases, what Keras keeps of networks is cleared: that takes a moment."""

_Keyed = TypeVar("_Keyed", bound=Any)


@dataclass(frozen=True, slots=True)
class Trial:
    """One case, ready to be tried."""

    origin: str
    key: str
    about: str
    judge: Callable[[Bench], Judged | None]
    """``None`` where it turns out to be no case: nothing changes that is asked for."""


class Bench:
    """Tries cases of one exercise, and gathers what they show of its tests."""

    def __init__(self, assignment: str, rehearsal: Rehearsal) -> None:
        self.assignment = assignment
        self.rehearsal = rehearsal
        self.evidence = Evidence()
        for stand in rehearsal.stands:
            if stand.verdict is not None:
                self.evidence.tests |= {(stand.cell.grade_id, one.title) for one in stand.verdict.outcomes}
            if HIDDEN.search(stand.cell.source):
                self.evidence.hidden.add(stand.cell.grade_id)

    def tried(self, trials: Iterable[Trial]) -> Iterator[Judged]:
        """What becomes of each case; what is none is left out."""
        for number, trial in enumerate(trials):
            _tidy(number)
            began = monotonic()
            try:
                with _limited():
                    judged = trial.judge(self)
            except _TooLong:
                continue
            if judged is not None:
                yield replace(judged, origin=trial.origin, seconds=monotonic() - began)

    def say(self, stand: Stand, values: Mapping[str, Any]) -> Verdict:
        """What a test cell says of some values in the place of the reference's."""
        return judge(stand.cell, stand.names, {**stand.values, **values})[0]

    def right(self, name: str, source: str, verdicts: Iterable[Verdict]) -> Judged:
        """A right answer: every test cell must give full marks."""
        verdicts = list(verdicts)
        lost = [f"{one.cell.grade_id}: {_first(one)}" for one in verdicts if not one.full]
        return self._judged(name, source, verdicts, right=True, wrongly="\n".join(lost))

    def wrong(
        self,
        name: str,
        source: str,
        verdicts: Iterable[tuple[Stand, Verdict, Mapping[str, Any]]],
        accepted: str | None = None,
    ) -> Judged:
        """A wrong answer: some test cell must not give full marks.

        Parameters
        ----------
        name, source
            What it is, for whoever reads of it.
        verdicts
            What test cells said, and of which values.
        accepted
            What the checks that are asked let through; told from the whole cell where it is not given.
        """
        verdicts = list(verdicts)
        for stand, verdict, values in verdicts:
            self.learn(stand, verdict, values)
        said = [verdict for _stand, verdict, _values in verdicts]
        if accepted is None:
            full = all(one.full or one.broken for one in said)
            accepted = ", ".join(f"{one.cell.grade_id}: {_first(one) or 'full marks'}" for one in said) if full else ""
        return self._judged(name, source, said, right=False, wrongly=accepted)

    def learn(self, stand: Stand, verdict: Verdict, values: Mapping[str, Any]) -> None:
        """Takes in what a wrong answer shows of the tests of a cell."""
        cell = stand.cell
        # Where there is no answer at all, a test does not even run.
        if verdict.full or any(isinstance(value, Refusal) for value in values.values()):
            return
        self.evidence.failed |= {
            (cell.grade_id, one.title) for one in verdict.outcomes if one.status is not Status.PASSED
        }
        if cell.grade_id in self.evidence.hidden - self.evidence.useful:
            visible = replace(cell, source=HIDDEN.sub("", cell.source))
            seen = judge(visible, stand.names, {**stand.values, **values})[0]
            if seen.full or _first(seen) != _first(verdict):
                self.evidence.useful.add(cell.grade_id)

    def _judged(self, name: str, source: str, verdicts: list[Verdict], *, right: bool, wrongly: str) -> Judged:
        return Judged(
            assignment=self.assignment,
            name=name,
            origin="",
            right=right,
            cells=tuple(one.cell.grade_id for one in verdicts),
            wrongly=wrongly,
            source=source if wrongly else "",
        )


def _first(verdict: Verdict) -> str:
    """The first message of a test cell that did not pass."""
    first = next((one for one in verdict.outcomes if one.status is not Status.PASSED), None)
    return f"{first.message} {first.detail[-600:]}".strip() if first is not None else ""


def drawn(strategy: st.SearchStrategy[_Keyed], count: int, seed: int) -> list[_Keyed]:
    """So many different examples of a strategy, or as many as it has; the same each time."""
    found: dict[str, _Keyed] = {}
    if count <= 0:
        return []

    @seeded(seed)
    @settings(
        max_examples=2 * count + 10,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(one: _Keyed) -> None:
        found.setdefault(one.key, one)

    try:
        collect()
    except Unsatisfiable:
        return []
    return list(found.values())[:count]


def _tidy(number: int) -> None:
    """What programs draw and build stays in memory until it is cleared."""
    plots, keras = sys.modules.get("matplotlib.pyplot"), sys.modules.get("keras")
    if plots is not None:
        plots.close("all")
    if keras is not None and number % _CLEARED == 0:
        keras.backend.clear_session()


class _TooLong(BaseException):
    """A case takes too long; no ``except Exception`` of a program's may catch this."""


@contextmanager
def _limited() -> Iterator[None]:
    def stop(_signal: int, _frame: Any) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
