"""The examiner: a process of its own that runs test cells on values that crossed the wall.

It runs the instructor's code and never the student's. It speaks with the grader over its standard input
and output (:mod:`autograder.exam.frames`) and has no other business. Started as
``python -I -m autograder.exam.examiner``.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import io
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from autograder.exam import frames
from autograder.exam.crossing import Refused, Value
from autograder.exam.files import Files, write_files
from autograder.exam.fits import array_of
from autograder.exam.judging import Kept, StudentError, examine, run, student_error
from autograder.exam.limits import Limits
from autograder.exam.pack import Packer, told
from autograder.exam.unpack import Unpacker
from autograder.grading import ExerciseError, Refusal
from autograder.i18n import _
from autograder.inference import keep_predictions
from autograder.personal import FILED_UNDER

_MAX_OUTPUT = 20_000
_BETWEEN_COLLECTIONS = 20
"""Exams from one look at all objects to the next."""


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
                case frames.Fresh(limits, student, files, with_keras):
                    self._limits = limits
                    self._begin(student, dict(zip(files, buffers, strict=True)))
                    if with_keras:
                        _import_keras()
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
        self._begun += 1
        if self._begun % _BETWEEN_COLLECTIONS == 0:
            gc.unfreeze()
        gc.collect()
        gc.freeze()

    def _set_up(self, name: str, source: str) -> str:
        with _captured():
            try:
                run(source, name, self._kept.names)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the author is told whatever it is
                return told(error)
        return ""

    def _test(self, test: frames.Test, buffers: Sequence[bytes]) -> frames.Verdict:
        for one in test.predicted:
            keep_predictions(one.network, one.images, array_of(one.predictions, buffers[one.predictions.buffer]))
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


def _import_keras() -> None:
    # Where it cannot be imported, the cell that does so says why.
    with _captured(), contextlib.suppress(Exception):
        importlib.import_module("keras")


class _Abandoned(BaseException):
    """The grader has gone, or speaks of something else: there is nobody to answer."""


def _returned(values: Mapping[str, Value], unpacker: Unpacker) -> Any:
    if "return" in values:
        result = unpacker.value("return", values["return"])
        if isinstance(result, Refusal):
            raise StudentError(_("what it returned cannot be read: {reason}").format(reason=result.reason))
        return result
    raised = unpacker.value("raise", values["raise"]) if "raise" in values else _("it gave no answer")
    raise student_error(raised.reason if isinstance(raised, Refusal) else str(raised))


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
