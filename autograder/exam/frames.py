"""Messages between the grader and the examiner, over pipes: counted parts, each with its length.

The first part is JSON of a type that both sides know, the others are the numbers of arrays.
"""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Mapping, Sequence
from typing import BinaryIO

import msgspec

from autograder.exam.crossing import Value
from autograder.exam.limits import Limits
from autograder.report import Outcome

_LENGTH = struct.Struct("<Q")


class Fresh(msgspec.Struct, tag="fresh", frozen=True):
    """A new submission begins: forget the last one's names and modules."""

    limits: Limits
    student: str = ""
    """The name that it is filed under; empty where that is not known."""


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


ToExaminer = Fresh | Setup | Test | Returned
FromExaminer = Ready | Done | Verdict | Call


def write(stream: BinaryIO, message: object, buffers: Sequence[bytes | memoryview] = ()) -> None:
    """Writes a message and flushes."""
    for part in _framed(message, buffers):
        stream.write(part)
    stream.flush()


def read(stream: BinaryIO) -> tuple[ToExaminer, list[bytes]] | None:
    """The next message to the examiner; ``None`` when the grader has closed the pipe."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    parts = []
    for _part in range(_LENGTH.unpack(head)[0]):
        (size,) = _LENGTH.unpack(stream.read(_LENGTH.size))
        parts.append(stream.read(size))
    return msgspec.json.decode(parts[0], type=ToExaminer), parts[1:]


async def send(stream: asyncio.StreamWriter, message: object, buffers: Sequence[bytes] = ()) -> None:
    """Writes a message from the grader's side."""
    for part in _framed(message, buffers):
        stream.write(part)
        await stream.drain()


async def receive(stream: asyncio.StreamReader, limit: int) -> tuple[FromExaminer, list[bytes]]:
    """The next message from the examiner.

    Raises
    ------
    asyncio.IncompleteReadError
        If the examiner has ended.
    ValueError
        If the message is larger than ``limit`` bytes, or not one that the grader knows.
    """
    (count,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
    parts = []
    for _part in range(count):
        (size,) = _LENGTH.unpack(await stream.readexactly(_LENGTH.size))
        limit -= size
        if limit < 0:
            raise ValueError("the examiner's message is too large")
        parts.append(await stream.readexactly(size))
    return msgspec.json.decode(parts[0], type=FromExaminer), parts[1:]


def _framed(message: object, buffers: Sequence[bytes | memoryview]) -> list[bytes | memoryview]:
    parts: list[bytes | memoryview] = [msgspec.json.encode(message), *buffers]
    framed: list[bytes | memoryview] = [_LENGTH.pack(len(parts))]
    for part in parts:
        framed += [_LENGTH.pack(len(part)), part]
    return framed
