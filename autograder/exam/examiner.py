"""The examiner: a process of its own that runs test cells on values that crossed the wall.

It runs the instructor's code and never the student's. It speaks with the grader over its standard input
and output (:mod:`autograder.exam.frames`) and has no other business. Started as
``python -I -m autograder.exam.examiner``.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import gc
import importlib
import io
import os
import platform
import sys
import traceback
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import msgspec
import numpy as np

from autograder.datasets import DatasetError
from autograder.exam import frames
from autograder.exam.crossing import Refused, Value
from autograder.exam.faults import broken_test
from autograder.exam.files import Files, write_files
from autograder.exam.limits import Limits
from autograder.exam.names import names_of, python_of
from autograder.exam.pack import Packer, told
from autograder.exam.unpack import Unpacker
from autograder.grading import ExerciseError, Refusal, Report, Unfit
from autograder.i18n import _
from autograder.pattern import PatternError
from autograder.personal import FILED_UNDER
from autograder.report import Outcome, Status

_MAX_OUTPUT = 20_000
_MAX_STATEMENT = 300
_BETWEEN_COLLECTIONS = 20
"""Exams from one look at all objects to the next."""

# Errors that a value of the student's cannot cause: the exercise itself is at fault.
_AUTHORS_FAULTS = (ExerciseError, PatternError, DatasetError, ImportError, NameError, MemoryError, SystemExit)


def main() -> None:
    """Answers the grader until it closes the pipe."""
    requests, replies = frames.channel()
    frames.write(replies, frames.Ready(versions(), _data_in_use()))
    _Examiner(requests, replies).serve()


def versions() -> dict[str, str]:
    """Versions of what decides a verdict."""
    from importlib.metadata import version

    return {
        "python": platform.python_version(),
        **{name: version(name) for name in ("keras-autograder", "tensorflow", "keras", "numpy")},
    }


def _data_in_use() -> list[str]:
    from autograder.datasets import describe

    return [str(provenance) for provenance in describe()]


class _Examiner:
    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._limits = Limits()
        self._kept = Kept()
        self._asked: frozenset[str] = frozenset()
        self._test_names: dict[str, Any] = {}
        self._begun = 0

    def serve(self) -> None:
        while (received := frames.read(self._requests, frames.ToExaminer)) is not None:
            message, buffers = received
            match message:
                case frames.Fresh(limits, student, files):
                    self._limits = limits
                    self._begin(student, dict(zip(files, buffers, strict=True)))
                case frames.Setup(name, source):
                    frames.write(self._replies, frames.Done(self._set_up(name, source)))
                case frames.Test():
                    frames.write(self._replies, self._test(message, buffers))

    def _begin(self, student: str, files: Files) -> None:
        self._kept = Kept()
        if "keras" in sys.modules:
            sys.modules["keras"].backend.clear_session(free_memory=False)
        if "matplotlib.pyplot" in sys.modules:
            # What exercises draw stays in memory until it is closed.
            sys.modules["matplotlib.pyplot"].close("all")
        self._collect_garbage()
        os.environ[FILED_UNDER] = student
        write_files(files, Path.cwd())
        _forget_modules_of(Path.cwd())
        self._kept = Kept({"__name__": "__main__", "display": _display, "get_ipython": _NoShell})

    def _collect_garbage(self) -> None:
        """Frees what the last exam left. What outlives an exam, TensorFlow's objects above all, mostly stays: to look
        through all of it takes most of a second, so that is done in one exam of many.
        """
        if self._begun % _BETWEEN_COLLECTIONS == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._begun += 1

    def _set_up(self, name: str, source: str) -> str:
        with _captured():
            try:
                _run(source, name, self._kept.names)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the author is told whatever it is
                return told(error)
        return ""

    def _test(self, test: frames.Test, buffers: Sequence[bytes]) -> frames.Verdict:
        unpacker = Unpacker(buffers, self._limits, self._call)
        values = {name: unpacker.value(name, value) for name, value in test.values.items()}
        self._asked, self._test_names = frozenset(values), {**self._kept.names, **values}
        with _captured() as output:
            outcomes = examine(test.source, test.grade_id, test.points, self._test_names, self._kept)
        return frames.Verdict(list(outcomes), output.getvalue())

    def _call(self, function: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
        packer = Packer(self._limits.crossing_bytes)
        packed = [packer.pack(argument) for argument in arguments]
        named = {name: packer.pack(argument) for name, argument in keywords.items()}
        for argument in (*packed, *named.values()):
            if isinstance(argument, Refused):
                raise ExerciseError(f"an argument for {function}() cannot be handed over: {argument.reason}")
        deleted = sorted(self._asked - set(self._test_names))
        frames.write(self._replies, frames.Call(function, packed, named, deleted), packer.buffers)
        received = frames.read(self._requests, frames.ToExaminer)
        if received is None:
            raise _Abandoned
        message, buffers = received
        if not isinstance(message, frames.Returned):
            raise _Abandoned
        return _returned(message.values, Unpacker(buffers, self._limits))


def _forget_modules_of(directory: Path) -> None:
    """Modules that stand beside an exercise: the next one's may have the same names."""
    inside = f"{directory}{os.sep}"
    for name, module in list(sys.modules.items()):
        if (getattr(module, "__file__", None) or "").startswith(inside):
            del sys.modules[name]
    sys.path[:] = [path for path in sys.path if path != str(directory)]
    if any(directory.iterdir()):
        # The instructor's files, and none of the student's. Last, for what they are called is no matter then.
        sys.path.append(str(directory))
    importlib.invalidate_caches()


class _Abandoned(BaseException):
    """The grader has gone, or speaks of something else: there is nobody to answer."""


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


def _returned(values: Mapping[str, Value], unpacker: Unpacker) -> Any:
    if "return" in values:
        result = unpacker.value("return", values["return"])
        if isinstance(result, Refusal):
            raise StudentError(_("what it returned cannot be read: {reason}").format(reason=result.reason))
        return result
    raised = unpacker.value("raise", values["raise"]) if "raise" in values else _("it gave no answer")
    raise student_error(raised.reason if isinstance(raised, Refusal) else str(raised))


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
        value = _run(source, grade_id, names)
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


def _run(source: str, name: str, names: dict[str, Any]) -> Any:
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
        return failed(str(error).strip()[:_MAX_OUTPUT] or _unexplained(error, test))
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


def _display(*values: Any, **_options: Any) -> None:
    """What ``display`` is where there is no notebook: the plain form."""
    for value in values:
        sys.stdout.write(f"{value!r}\n")


class _NoShell:
    """What ``get_ipython()`` gives where there is no IPython: every magic does nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_arguments, **_options: None


class _Bounded(io.StringIO):
    """Keeps the beginning of what is written."""

    def write(self, text: str) -> int:
        super().write(text[: max(_MAX_OUTPUT - self.tell(), 0)])
        return len(text)


@contextlib.contextmanager
def _captured() -> Any:
    output = _Bounded()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
        yield output


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, msgspec.MsgspecError, _Abandoned):
        sys.exit(1)
