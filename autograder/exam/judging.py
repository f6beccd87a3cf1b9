"""A test cell, run on values that crossed the wall: what it says of them, in full or as nbgrader scores it."""

from __future__ import annotations

import ast
import builtins
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from autograder.datasets import DatasetError
from autograder.exam.faults import broken_test
from autograder.exam.names import names_of, python_of
from autograder.exam.pack import told
from autograder.grading import ExerciseError, Refusal, Report, Unfit
from autograder.i18n import _
from autograder.pattern import PatternError
from autograder.report import Outcome, Status

_MAX_MESSAGE = 20_000
_MAX_STATEMENT = 300

# Errors that a value of the student's cannot cause: the exercise itself is at fault.
_AUTHORS_FAULTS = (ExerciseError, PatternError, DatasetError, ImportError, NameError, MemoryError, SystemExit)


class StudentError(Exception):
    """A function of the student's raised this. It is of Python's own kind too, where the student's was of one."""

    def __init__(self, text: str) -> None:
        Exception.__init__(self, text)
        self._text = text

    def __str__(self) -> str:
        return self._text


def student_error(text: str) -> StudentError:
    """What is raised for what a student's function raised: ``"ValueError: no such size"``."""
    kind = getattr(builtins, text.partition(":")[0], None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        return StudentError(text)
    # So that a test may write "except ValueError".
    both = type(StudentError.__name__, (StudentError, kind), {})
    error: StudentError = both(text)
    return error


@dataclass(frozen=True, slots=True)
class Kept:
    """What test cells leave to the test cells after them."""

    names: dict[str, Any] = field(default_factory=dict)
    lost: dict[str, str] = field(default_factory=dict)
    """Names that a test cell was to make and did not, because it stopped → its ``grade_id``."""

    def keep(self, grade_id: str, made: Iterable[str], before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Keeps what a cell has changed, and what it has made even if that was there before."""
        for name in made:
            if name not in after:
                self.lost[name] = grade_id
        for name, value in after.items():
            if name in made or name not in before or before[name] is not value:
                self.names[name] = value
                self.lost.pop(name, None)


def examine(
    source: str, grade_id: str, points: float, names: dict[str, Any], kept: Kept | None = None
) -> tuple[Outcome, ...]:
    """Runs a test cell and reads its verdict.

    Parameters
    ----------
    source, grade_id, points
        The cell, as the source notebook has it.
    names
        What the cell may use, the instructor's names and the student's values. The cell changes it.
    kept
        What the test cells before it have left, and where this one's names are left for those after it.

    Returns
    -------
    tuple[Outcome, ...]
        Of the report that is its last expression; or one outcome for plain assertions and for a number,
        as nbgrader scores them.
    """
    kept = kept or Kept()
    before = dict(names)
    read = names_of(source)
    used = sorted(read.uses | read.builtins) if read else []
    refused = [names[name] for name in used if isinstance(names.get(name), Refusal)]
    try:
        value = run(source, grade_id, names)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - each kind is told apart below
        return (_raised(error, _Test(source, grade_id, points), refused, kept.lost),)
    finally:
        kept.keep(grade_id, read.makes if read else (), before, names)
    if isinstance(value, Report):
        if abs(value.max_score - points) > 1e-6:
            problem = _("the checks add up to {found:g} points and the cell has {points:g}").format(
                found=value.max_score, points=points
            )
            return (*value.outcomes, broken_test(0.0, problem))
        return value.outcomes
    if refused:
        # In the student's own kernel the cell would have stopped at this name.
        return (_outcome(Status.FAILED, 0.0, points, _sentence(refused[0].reason)),)
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        return (_numeric(float(value), points),)
    return (_outcome(Status.PASSED, points, points, _("Every assertion holds.")),)


def run(source: str, name: str, names: dict[str, Any]) -> Any:
    """Runs a cell; the value of its last line, if that is an expression."""
    try:
        tree = ast.parse(python_of(source), filename=f"<{name}>")
    except (SyntaxError, ValueError) as error:
        raise ExerciseError(f"the cell is no plain Python: {error}") from error
    last = tree.body[-1] if tree.body else None
    tail = tree.body.pop() if isinstance(last, ast.Expr) else None
    exec(compile(tree, f"<{name}>", "exec"), names)
    if isinstance(tail, ast.Expr):
        return eval(compile(ast.Expression(tail.value), f"<{name}>", "eval"), names)
    return None


class _Test(NamedTuple):
    source: str
    grade_id: str
    points: float


def _raised(error: BaseException, test: _Test, refused: Sequence[Refusal], lost: Mapping[str, str]) -> Outcome:
    def failed(message: str) -> Outcome:
        return _outcome(Status.FAILED, 0.0, test.points, message)

    if isinstance(error, Unfit) or type(error).__name__ == "UnreadableModel":
        return failed(_sentence(str(error)))
    if refused:
        return failed(_sentence(refused[0].reason))
    if isinstance(error, StudentError):
        text = str(error).rstrip(".")
        if text.partition(":")[0].isidentifier():
            return failed(_("A function of yours stopped with {error}.").format(error=text))
        return failed(_("A function of yours cannot be judged: {reason}.").format(reason=text))
    if isinstance(error, NameError) and error.name is not None and error.name in lost:
        return failed(
            _("This test builds on the test “{name}”, which stopped: mend that first.").format(name=lost[error.name])
        )
    if isinstance(error, _AUTHORS_FAULTS):
        return broken_test(test.points, "".join(traceback.format_exception(error)))
    if isinstance(error, AssertionError):
        return failed(str(error).strip()[:_MAX_MESSAGE] or _unexplained(error, test))
    return failed(_("The test stopped with {error}.").format(error=told(error)))


def _unexplained(error: BaseException, test: _Test) -> str:
    """What to say of an assertion that says nothing itself: the assertion, unless it is hidden."""
    lines = [
        frame.lineno
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename == f"<{test.grade_id}>" and frame.lineno
    ]
    # Of an assertion in a function of the test's, the call that is asked about says more than the function.
    statement = next((text for line in lines[:1] if (text := _statement(test.source, line))), "")
    if not statement:
        return _("An assertion of this test fails.")
    return _("This does not hold: {assertion}").format(assertion=statement)


def _statement(source: str, line: int) -> str:
    """The assertion or call at a line; nothing for one that stands between the marks of hidden tests."""
    before = source.splitlines()[:line]
    marks = [text.strip() for text in before if text.strip().startswith(("### BEGIN HIDDEN", "### END HIDDEN"))]
    if marks and marks[-1].startswith("### BEGIN"):
        return ""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Assert | ast.Expr) and node.lineno <= line <= (node.end_lineno or line)
    ]
    if not found:
        return ""
    node = found[-1]
    text = ast.unparse(node.test if isinstance(node, ast.Assert) else node.value)
    return text[:_MAX_STATEMENT]


def _numeric(value: float, points: float) -> Outcome:
    if not 0 <= value <= points:
        return broken_test(
            points, _("the test gives {value:g} points and the cell has {points:g}").format(value=value, points=points)
        )
    status = Status.PASSED if value == points else Status.PARTIAL if value else Status.FAILED
    return _outcome(
        status, value, points, _("The test gives {value:g} of {points:g} points.").format(value=value, points=points)
    )


def _outcome(status: Status, score: float, points: float, message: str) -> Outcome:
    return Outcome(
        check="Test",
        title=_("The instructor's test"),
        status=status,
        score=score,
        points=points,
        message=message,
    )


def _sentence(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?", "。", "！", "？")) else _("{text}.").format(text=text)
