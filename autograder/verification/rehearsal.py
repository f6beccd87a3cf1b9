"""An exercise rehearsed in this process: thousands of answers made of its own solution, judged in minutes.

Nothing here keeps anything apart, for nothing here is a student's. What reads, carries over, trains and judges is what
does so for students: values cross as plain data, networks are rebuilt, trainings are the trainer's, and the test cells
are those of the source notebook.
"""

from __future__ import annotations

import contextlib
import io
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.exam import Limits, frames
from autograder.exam.crossing import Refused, Value
from autograder.exam.exercise import exercise_of
from autograder.exam.fits import Fit, Fitted, useful_threads
from autograder.exam.fitting import carried_out, evaluated
from autograder.exam.judging import Kept, examine, student_error
from autograder.exam.names import names_of, ownership, python_of
from autograder.exam.notebook import Cell, Notebook
from autograder.exam.pack import Packer, told
from autograder.exam.processors import processors
from autograder.exam.trainer import trained
from autograder.exam.trainings import RememberedTrainings, key_of
from autograder.exam.unpack import Unpacker
from autograder.grading import Report, grade
from autograder.personal import FILED_UNDER
from autograder.report import Outcome, score_of
from autograder.verification.dependence import Dependence
from autograder.verification.tally import Stopped

_LIMITS = Limits()
_SLOW = (".fit(", ".evaluate(", ".predict(")


@dataclass(frozen=True, slots=True)
class Grading:
    """A call of ``grade`` in a test cell."""

    subject: Any
    checks: tuple[Any, ...]
    report: Report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a test cell said."""

    cell: Cell
    outcomes: tuple[Outcome, ...]
    gradings: tuple[Grading, ...]

    @property
    def full(self) -> bool:
        """Whether it gave full marks, and not because it is broken."""
        return score_of(self.outcomes) >= self.cell.points and not self.broken

    @property
    def broken(self) -> bool:
        """Whether it could not judge."""
        return any(one.status == "broken" for one in self.outcomes)


@dataclass(slots=True)
class Stand:
    """A test cell as the reference solution meets it."""

    cell: Cell
    asked: tuple[str, ...]
    names: dict[str, Any]
    """The instructor's names, and what earlier test cells left."""
    values: dict[str, Any]
    """The reference's own answers, as they came over."""
    plain: dict[str, Value]
    """The same, as they crossed."""
    buffers: Sequence[bytes] = ()
    uses: frozenset[str] = frozenset()
    verdict: Verdict | None = None


@contextlib.contextmanager
def rehearsed(source: Notebook, student: str, known: RememberedTrainings) -> Iterator[Rehearsal]:
    """An exercise with its reference solution, run once; until this is closed, every network is trained by it.

    Parameters
    ----------
    source
        The source notebook, with solutions.
    student
        Whose personal numbers are used.
    known
        Trainings that were carried out before, such as those of the solution when it was graded.

    Raises
    ------
    Stopped
        If a cell of the solution raises.
    """
    before = os.environ.get(FILED_UNDER)
    os.environ[FILED_UNDER] = student
    rehearsal = Rehearsal(source, known)
    try:
        with _trained_by(rehearsal.train):
            rehearsal.run_reference()
            yield rehearsal
    finally:
        os.environ.pop(FILED_UNDER)
        if before is not None:
            os.environ[FILED_UNDER] = before


class Rehearsal:
    """An exercise whose test cells judge answers in this process: see :func:`rehearsed`."""

    def __init__(self, source: Notebook, known: RememberedTrainings) -> None:
        self.source = source
        self.seed = exercise_of(source).seed
        self._known = known
        self._trained: dict[str, tuple[Fitted, Sequence[bytes]]] = {}
        self._owners = ownership(source.cells)
        self._dependence = Dependence(source.cells)
        self.student: dict[str, Any] = _fresh()
        self.stands: list[Stand] = []

    @property
    def solutions(self) -> list[Cell]:
        """The solution cells of code."""
        return [cell for cell in self.source.cells if cell.solution and cell.code]

    def stand(self, grade_id: str) -> Stand:
        """A test cell as the reference meets it."""
        return next(one for one in self.stands if one.cell.grade_id == grade_id)

    def rewritten(self, grade_id: str, text: str) -> list[tuple[Stand, Verdict, dict[str, Any]]]:
        """What the test cells say that have to do with a solution cell, if it has another text, and of which values.

        Raises
        ------
        Exception
            Whatever the cell raises.
        """
        index = self._index(grade_id)
        again, touched = self._dependence.of_change(index, _made(text))
        names = dict(self.student)
        for name in touched:
            names.pop(name, None)
        for place in again:
            cell = self.source.cells[place]
            with _quiet():
                _execute(text if place == index else cell.source, cell.grade_id, names)
        verdicts: list[tuple[Stand, Verdict, dict[str, Any]]] = []
        left: dict[str, Any] = {}
        for stand in self.stands:
            affected = touched & set(stand.asked)
            if stand.cell.index < index or not (affected or left.keys() & stand.uses):
                continue
            values = {**stand.values, **self._crossed(names, affected)[0]}
            verdict, kept = judge(stand.cell, {**stand.names, **left}, values)
            verdicts.append((stand, verdict, values))
            left.update(kept)
        return verdicts

    def rerun(self, grade_id: str, text: str) -> dict[str, Any]:
        """The student's names once a solution cell with another text has run; cells after it are left as they were.

        Raises
        ------
        Exception
            Whatever the cell raises.
        """
        index = self._index(grade_id)
        again, touched = self._dependence.of_change(index, _made(text))
        names = {name: value for name, value in self.student.items() if name not in touched}
        for place in again:
            if place <= index:
                with _quiet():
                    _execute(text if place == index else self.source.cells[place].source, grade_id, names)
        return names

    def over(self, names: Mapping[str, Any], asked: Iterable[str]) -> dict[str, Any]:
        """Values of the student's, as they come over."""
        return self._crossed(names, asked)[0]

    def changes(self, grade_id: str) -> frozenset[str]:
        """Names that a cell makes, or whose object it changes."""
        return self._dependence.of_change(self._index(grade_id))[1]

    def made_by(self, grade_id: str) -> frozenset[str]:
        """Names that a cell makes."""
        return _made(self.source.cells[self._index(grade_id)].source)

    def answers(self, stand: Stand) -> list[str]:
        """Of what a test cell asks for, the names that solution cells are to make."""
        return [name for name in stand.asked if name in self._owners.makers]

    def asked_of(self, grade_id: str) -> frozenset[str]:
        """Test cells that have to do with a solution cell."""
        touched = self.changes(grade_id)
        return frozenset(stand.cell.grade_id for stand in self.stands if touched & set(stand.asked))

    def is_slow(self, grade_id: str) -> bool:
        """Whether networks are trained or asked when a solution cell has another text."""
        again, _touched = self._dependence.of_change(self._index(grade_id))
        return any(word in self.source.cells[place].source for place in again for word in _SLOW)

    def kept_names(self, grade_id: str) -> frozenset[str]:
        """Names of a cell that others use."""
        others = [cell for cell in self.source.cells if cell.code and cell.grade_id != grade_id]
        read = [names_of(cell.source) for cell in others]
        return frozenset(name for one in read if one is not None for name in one.uses | one.builtins)

    def _index(self, grade_id: str) -> int:
        return next(index for index, cell in enumerate(self.source.cells) if cell.grade_id == grade_id)

    def run_reference(self) -> None:
        """Runs the solution, and has the test cells judge it."""
        examiner = _fresh()
        for index, cell in enumerate(self.source.cells):
            if not cell.code:
                continue
            try:
                if cell.is_test:
                    self._meet(cell, examiner)
                    continue
                if index in self._dependence.needed:
                    with _quiet():
                        _execute(cell.source, cell.grade_id, self.student)
                if index in self._owners.instructor_cells and index in self._dependence.needed:
                    with _quiet():
                        _execute(cell.source, cell.grade_id, examiner)
            except Exception as error:
                where = cell.grade_id or f"cell {index + 1}"
                raise Stopped(f"{where} of the solution stopped with {told(error)}") from error

    def _meet(self, cell: Cell, examiner: dict[str, Any]) -> None:
        asked = self._owners.asked.get(cell.grade_id, ())
        values, plain, buffers = self._crossed(self.student, asked)
        read = names_of(cell.source)
        uses = read.uses if read is not None else frozenset()
        stand = Stand(cell, asked, dict(examiner), values, plain, buffers, uses)
        stand.verdict, kept = judge(cell, examiner, values)
        examiner.update(kept)
        self.stands.append(stand)

    def _crossed(
        self, names: Mapping[str, Any], asked: Iterable[str]
    ) -> tuple[dict[str, Any], dict[str, Value], list[bytes]]:
        packer = Packer(_LIMITS.crossing_bytes)
        plain: dict[str, Value] = {
            name: packer.pack(names[name], name) if name in names else Refused(f"“{name}” is not defined.")
            for name in asked
        }
        buffers = [bytes(one) for one in packer.buffers]
        unpacker = Unpacker(buffers, _LIMITS, _caller(names))
        return {name: unpacker.value(name, value) for name, value in plain.items()}, plain, buffers

    def train(self, fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> tuple[Fitted, Sequence[bytes]]:
        """What a training comes to; it is carried out once."""
        key = key_of(fit, self.seed, "canonical", useful_threads(fit, processors()))
        found = self._trained.get(key) or self._known.get(key)
        if found is None:
            parts = [bytes(one) for one in numbers(fit)]
            job = frames.Job(fit, exercise_of(self.source).within(_LIMITS), _LIMITS.training_seconds, self.seed)
            answer, out = trained(job, parts)
            found = answer.fitted, [bytes(one) for one in out]
        self._trained[key] = found
        return found


def judge(cell: Cell, names: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[Verdict, dict[str, Any]]:
    """What a test cell says of values, and the names that it leaves to those after it."""
    gradings: list[Grading] = []

    def recorded(subject: Any, *checks: Any, **settings: Any) -> Report:
        report = grade(subject, *checks, **settings)
        gradings.append(Grading(subject, checks, report))
        return report

    given = {**names, **values}
    if given.get("grade") is grade:
        given["grade"] = recorded
    kept = Kept()
    with _quiet():
        outcomes = examine(cell.source, cell.grade_id, cell.points, given, kept)
    kept.names.pop("grade", None)
    return Verdict(cell, outcomes, tuple(gradings)), kept.names


def _fresh() -> dict[str, Any]:
    return {"__name__": "__main__", "display": lambda *_values, **_options: None, "get_ipython": _NoShell}


class _NoShell:
    """What ``get_ipython()`` gives: every magic does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_arguments, **_options: None


def _made(text: str) -> frozenset[str]:
    read = names_of(text)
    return read.makes if read is not None else frozenset()


def _caller(names: Mapping[str, Any]) -> Callable[[str, Sequence[Any], Mapping[str, Any]], Any]:
    """Calls a student's function as the wall does: arguments and result cross as plain data."""

    def call(name: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        positional = [_over(one) for one in arguments]
        named = {key: _over(one) for key, one in keywords.items()}
        try:
            with _quiet():
                result = names[name](*positional, **named)
        except BaseException as error:  # noqa: BLE001 - what a function raises is its answer
            raise student_error(told(error)) from None
        return _over(result)

    return call


def _over(value: Any) -> Any:
    from autograder.grading import Refusal

    packer = Packer(_LIMITS.crossing_bytes)
    plain = packer.pack(value)
    came = Unpacker([bytes(one) for one in packer.buffers], _LIMITS).value("value", plain)
    if isinstance(came, Refusal):
        raise student_error(f"it cannot be read: {came.reason}")
    return came


def _execute(source: str, name: str, names: dict[str, Any]) -> None:
    exec(compile(python_of(source), f"<{name}>", "exec"), names)


@contextlib.contextmanager
def _quiet() -> Any:
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _trained_by(ask: Callable[..., Any]) -> Iterator[None]:
    """As long as this is open, every ``fit`` and ``evaluate`` of this process asks there."""
    import keras

    from autograder.keras_facts import evaluate_elsewhere, watch_training

    before = keras.Model.fit, keras.Model.evaluate
    keras.Model.fit = getattr(keras.Model.fit, "__wrapped__", keras.Model.fit)
    watch_training(lambda model, arguments: carried_out(model, arguments, ask, canonical=True))
    evaluate_elsewhere(lambda model, arguments: evaluated(model, arguments, ask, canonical=True))
    try:
        yield
    finally:
        keras.Model.fit, keras.Model.evaluate = before
