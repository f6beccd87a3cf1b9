"""Messages over the two walls' pipes, to the examiner and to the student's side: counted parts, each with its length.

The first part is JSON of a type that both sides know, the others are the numbers of arrays, the bytes of files,
or what a student's kernel answered. Of what comes back, nothing is read that is longer than was asked for.
"""

from __future__ import annotations

import asyncio
import os
import struct
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Literal

import msgspec

from autograder.exam.crossing import MAX_ITEMS, Value, marks
from autograder.exam.fits import Fit, Fitted, Predicted
from autograder.exam.limits import Limits
from autograder.report import Outcome

_LENGTH = struct.Struct("<Q")

# A message has one part for each array, and there are at most so many entries in all.
_MOST_PARTS = 2 * MAX_ITEMS


class Fresh(msgspec.Struct, tag="fresh", frozen=True):
    """A new submission begins: forget the last one's names, modules and files. The parts are the new files."""

    limits: Limits
    student: str = ""
    """The name that it is filed under; empty where that is not known."""
    files: list[bytes] = []
    """Their names in the working directory."""
    with_keras: bool = False
    """Whether cells that will be run import Keras: it is imported at once, before anybody waits for it."""


class Setup(msgspec.Struct, tag="setup", frozen=True):
    """A cell of the instructor's is to be run."""

    name: str
    source: str


class Test(msgspec.Struct, tag="test", frozen=True):
    """A test cell is to be run on these values."""

    __test__ = False

    grade_id: str
    source: str
    points: float
    values: Mapping[str, Value]
    predicted: list[Predicted] = []
    """What networks are known to predict, for images that the test may ask about."""


class Returned(msgspec.Struct, tag="returned", frozen=True):
    """What a student's function answered."""

    values: Mapping[str, Value]


class Ready(msgspec.Struct, tag="ready", frozen=True):
    """The examiner is there."""

    versions: dict[str, str]
    data: list[str]
    """The data sets in use, described."""


class Done(msgspec.Struct, tag="done", frozen=True):
    """A cell of the instructor's has run; ``error`` says how it failed."""

    error: str = ""


class Verdict(msgspec.Struct, tag="verdict", frozen=True):
    """A test cell has run."""

    outcomes: list[Outcome]
    output: str = ""


class Call(msgspec.Struct, tag="call", frozen=True):
    """A test cell calls a function of the student's."""

    function: str
    arguments: list[Value]
    keywords: dict[str, Value]
    without: list[str] = []
    """Names of the student's that the test has deleted."""


class Begin(msgspec.Struct, tag="begin", frozen=True):
    """The student's kernel is to be started, with these files in its directory: their bytes are the parts."""

    with_keras: bool
    output_bytes: int
    """What all cells together may print or display."""
    training: Literal["", "canonical", "remembered", "submitted"] = ""
    """How trainings are carried out elsewhere; empty where the notebook trains by itself."""
    files: list[bytes] = []


class Run(msgspec.Struct, tag="run", frozen=True):
    """A cell of the student's is to be run."""

    source: str


class Ask(msgspec.Struct, tag="ask", frozen=True):
    """A :class:`~autograder.exam.crossing.Request` is in the first part, the numbers of its arrays in the others."""


class Train(msgspec.Struct, tag="train", frozen=True):
    """A student's program asks that a training be carried out."""

    fit: Fit


class Wanted(msgspec.Struct, tag="wanted", frozen=True):
    """Nobody remembers it: the numbers of its arrays are needed."""


class Numbers(msgspec.Struct, tag="numbers", frozen=True):
    """They are in the parts."""


class Fitting(msgspec.Struct, tag="fitting", frozen=True):
    """A training has been carried out; the numbers of its arrays are in the parts."""

    fitted: Fitted


class Unfitted(msgspec.Struct, tag="unfitted", frozen=True):
    """It has not, and why."""

    reason: str
    stop: bool = False
    """Whether the exercise allows no such training; otherwise the notebook trains by itself."""


class Job(msgspec.Struct, tag="job", frozen=True):
    """A training is to be carried out; the numbers of its arrays are in the parts."""

    fit: Fit
    limits: Limits
    seconds: float
    """That are left for it."""
    seed: int
    """From which everything is drawn that the fit does not give."""
    exact: bool = True
    """Whether it is to come to the bits that it would have come to in the notebook."""


class Started(msgspec.Struct, tag="started", frozen=True):
    """The student's kernel is there; or why it is not."""

    problem: str = ""


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a cell put out, in nbformat's words: of all that it may hold, what is shown to graders."""

    output_type: Literal["stream", "error", "display_data", "execute_result"]
    name: str = ""
    text: str = ""
    ename: str = ""
    evalue: str = ""
    traceback: list[str] = []
    data: dict[Literal["text/plain", "image/png", "image/jpeg"], str] = {}


Ended = Literal["", "died", "disturbed", "flooded"]
"""What became of the student's kernel, where it is no more."""


class Ran(msgspec.Struct, tag="ran", frozen=True):
    """A cell has run."""

    outputs: list[Output] = []
    ended: Ended = ""


class Answered(msgspec.Struct, tag="answered", frozen=True):
    """The first part is a :class:`~autograder.exam.crossing.Reply`; without one there was no answer."""

    ended: Ended = ""


ToExaminer = Fresh | Setup | Test | Returned
FromExaminer = Ready | Done | Verdict | Call
FromTrainer = Fitting | Unfitted
ToProgram = Wanted | Fitting | Unfitted
"""To a student's program that has asked for a training."""
FromProgram = Train | Numbers
ToStudent = Begin | Run | Ask | Wanted | Fitting | Unfitted
FromStudent = Started | Ran | Answered | Train | Numbers


def channel() -> tuple[BinaryIO, BinaryIO]:
    """The standard input and output of a process, for frames alone: whatever else uses them gets nothing.

    Students' programs and TensorFlow must not end up between our frames.
    """
    streams = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    return streams


def write(stream: BinaryIO, message: object, buffers: Sequence[bytes | memoryview] = ()) -> None:
    """Writes a message and flushes."""
    for part in _framed(message, buffers):
        stream.write(part)
    stream.flush()


def read(stream: BinaryIO, kind: Any) -> tuple[Any, list[bytes]] | None:
    """The grader's next message, one of ``kind``; ``None`` when it has closed the pipe."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    parts = []
    for _part in range(_LENGTH.unpack(head)[0]):
        (size,) = _LENGTH.unpack(stream.read(_LENGTH.size))
        parts.append(stream.read(size))
    return msgspec.json.decode(parts[0], type=kind), parts[1:]


async def send(stream: asyncio.StreamWriter, message: object, buffers: Sequence[bytes] = ()) -> None:
    """Writes a message from the grader's side."""
    for part in _framed(message, buffers):
        stream.write(part)
        await stream.drain()


async def receive(
    stream: asyncio.StreamReader, limit: int, kind: Any, most_marks: int | None = None
) -> tuple[Any, list[bytes]]:
    """The next message to the grader, one of ``kind``.

    Parameters
    ----------
    stream, kind
        Where it comes from, and the types of which it must be one.
    limit
        Most bytes that it may have.
    most_marks
        Most commas and brackets of its first part, where its sender is not trusted: ``{},`` takes a hundred times as
        much once it is an object.

    Raises
    ------
    asyncio.IncompleteReadError
        If the other side has ended.
    ValueError
        If the message is larger than it may be, or not one that the grader knows.
    """
    (count,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    if not 1 <= count <= _MOST_PARTS:
        raise ValueError(f"a message of {count:,} parts")
    parts = []
    for _part in range(count):
        (size,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        limit -= size
        if limit < 0:
            raise ValueError("the message is too large")
        parts.append(await stream.readexactly(size))
    if most_marks is not None and marks(parts[0]) > most_marks:
        raise ValueError("the message has too many entries")
    return msgspec.json.decode(parts[0], type=kind), parts[1:]


def _framed(message: object, buffers: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    parts: list[bytes | memoryview] = [msgspec.json.encode(message), *buffers]
    framed: list[bytes | memoryview] = [_LENGTH.pack(len(parts))]
    for part in parts:
        framed += [_LENGTH.pack(len(part)), part]
    return framed
