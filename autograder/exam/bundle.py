"""Bundles: what crossed the wall at one exam, as plain data in a file.

So an exam can be cut there: one machine runs the student's cells and writes down what each test cell would have been
given, another has the hidden tests and runs those on it. Whoever reads a bundle trusts nothing in it: it is read within
bounds and into known types, and its values are read again as every reply of a student's kernel is.

A file has counted parts, each with its length: first JSON, then a notebook, replies in the grammar of
:mod:`autograder.exam.crossing`, and the numbers of arrays. What several tests were given stands there once.
"""

from __future__ import annotations

import hashlib
import os
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from autograder.exam.calls import MOST_CALLS, Answer
from autograder.exam.crossing import MAX_ITEMS, NotPlain, Reply, Value, checked_reply, marks
from autograder.exam.files import NotAFile, read_file
from autograder.exam.frames import Output
from autograder.exam.limits import Limits
from autograder.exam.session import Crossed
from autograder.i18n import _
from autograder.report import CellError, Training

MOST_BYTES = 2_000_000_000
"""Of one bundle."""

SUFFIX = ".crossed"

_LENGTH = struct.Struct("<Q")
_MOST_PARTS = 2 * MAX_ITEMS
_MOST_HEADER = 10_000_000
_MOST_MARKS = 200_000
# A character of an output takes up to six as JSON.
_JSON_BYTES = 6
_MOST_ERROR = 2_000
"""Characters of what one cell stopped with."""


class Unusable(ValueError):
    """A bundle that cannot be examined; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one test cell is given: the values that its names had when the notebook stood before it."""

    values: Mapping[str, Value]
    buffers: Sequence[bytes] = ()
    ended: str = ""
    """Why the notebook ran no further; empty while it did."""
    calls: Sequence[Answer] = ()
    """What the calls came to that the test makes of the student's functions, in order."""

    @property
    def crossed(self) -> Crossed:
        """The values, as a session hands them over."""
        return Crossed(self.values, self.buffers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Executed:
    """What there is to say of a notebook whose cells have run."""

    student: str
    assignment: str
    notebook: str
    """Name of the source notebook, without its suffix."""
    path: str
    content: bytes = b""
    """The notebook, as it was handed in."""
    problem: str = ""
    """Why its cells were not run."""
    notices: tuple[str, ...] = ()
    errors: tuple[CellError, ...] = ()
    outputs: Mapping[tuple[str, int], Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    """What cells put out, by ``grade_id`` and position: see :func:`autograder.exam.outputs.rebuilt`."""
    trainings: tuple[Training, ...] = ()
    isolation: str = ""
    memory_bytes: int = 0
    """Most that the sandbox took at once; 0 where nobody counted."""
    weights: tuple[str, ...] = ()
    """Fingerprints of weights that were handed in."""
    tests: Mapping[str, Taken] = field(default_factory=dict)
    """By the ``grade_id`` of the test cell."""


_Name = Annotated[str, Meta(max_length=1_000)]
_Path = Annotated[str, Meta(max_length=10_000)]
_Text = Annotated[str, Meta(max_length=5_000)]


class _Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, array_like=True):
    key: _Name
    reply: int
    buffers: list[int]
    ended: _Text = ""


class _Test(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    grade_id: _Name
    reply: int
    buffers: list[int]
    ended: _Text = ""
    calls: Annotated[list[_Answer], Meta(max_length=MOST_CALLS)] = []


class _Outputs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one cell."""

    grade_id: _Name
    position: int
    outputs: list[Output]


class _Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: Literal[1] = 1
    student: _Name
    assignment: _Name
    notebook: _Name
    path: _Path
    content: int
    problem: _Text = ""
    notices: Annotated[tuple[_Text, ...], Meta(max_length=100)] = ()
    errors: Annotated[tuple[CellError, ...], Meta(max_length=10_000)] = ()
    trainings: Annotated[tuple[Training, ...], Meta(max_length=10_000)] = ()
    isolation: _Name = ""
    memory_bytes: Annotated[int, Meta(ge=0, lt=2**53)] = 0
    weights: Annotated[tuple[_Name, ...], Meta(max_length=1_000)] = ()
    outputs: int
    tests: Annotated[tuple[_Test, ...], Meta(max_length=10_000)] = ()


def write(executed: Executed, path: Path) -> None:
    """Writes a bundle.

    Raises
    ------
    Unusable
        If it has more bytes than are read.
    OSError
        If it cannot be written.
    """
    parts: list[bytes] = []
    places: dict[bytes, int] = {}

    def part(content: bytes) -> int:
        digest = hashlib.sha256(content).digest()
        if digest not in places:
            parts.append(content)
            places[digest] = len(parts)
        return places[digest]

    def reply(values: Mapping[str, Value]) -> int:
        return part(msgspec.json.encode(Reply(0, dict(values))))

    header = _Header(
        student=executed.student[:1_000],
        assignment=executed.assignment[:1_000],
        notebook=executed.notebook[:1_000],
        path=executed.path[:10_000],
        content=part(executed.content),
        problem=executed.problem[:5_000],
        notices=tuple(notice[:5_000] for notice in executed.notices[:100]),
        errors=executed.errors,
        trainings=executed.trainings,
        isolation=executed.isolation,
        memory_bytes=executed.memory_bytes,
        weights=executed.weights[:1_000],
        outputs=part(
            msgspec.json.encode(
                [
                    _Outputs(grade_id, position, msgspec.convert(outputs, list[Output]))
                    for (grade_id, position), outputs in executed.outputs.items()
                ]
            )
        ),
        tests=tuple(
            _Test(
                grade_id,
                reply(taken.values),
                [part(buffer) for buffer in taken.buffers],
                taken.ended[:5_000],
                [
                    _Answer(one.key, reply(one.values), [part(buffer) for buffer in one.buffers], one.ended[:5_000])
                    for one in taken.calls
                ],
            )
            for grade_id, taken in executed.tests.items()
        ),
    )
    framed = [msgspec.json.encode(header), *parts]
    size = sum(_LENGTH.size + len(part) for part in framed)
    if size + _LENGTH.size > MOST_BYTES:
        raise Unusable(
            _("what its tests ask for comes to {size:,} bytes, at most {most:,} are carried").format(
                size=size, most=MOST_BYTES
            )
        )
    with path.open("wb") as file:
        file.write(_LENGTH.pack(len(framed)))
        for content in framed:
            file.write(_LENGTH.pack(len(content)))
            file.write(content)


def read(path: Path, limits: Limits | None = None) -> Executed:
    """Reads a bundle that anybody may have made.

    Raises
    ------
    Unusable
        If it is none, or more than is read.
    """
    try:
        content = read_file(path, MOST_BYTES)
        if content is None:
            raise Unusable(_("more than {most:,} bytes").format(most=MOST_BYTES))
        framed = list(_parts(memoryview(content)))
        header = _header(bytes(framed[0]))
        parts = _Parts(framed, limits or Limits())
        return Executed(
            student=header.student,
            assignment=header.assignment,
            notebook=header.notebook,
            path=header.path,
            content=parts.content(header.content),
            problem=header.problem,
            notices=header.notices,
            errors=header.errors,
            trainings=header.trainings,
            isolation=header.isolation,
            memory_bytes=header.memory_bytes,
            weights=header.weights,
            tests={test.grade_id: parts.taken(test) for test in header.tests},
            outputs=parts.outputs(header.outputs),
        )
    except (Unusable, NotPlain, NotAFile, msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        name = os.fsencode(path.name).decode("utf-8", "replace")
        raise Unusable(
            _("{name} is no bundle that “autograder execute” has written: {error}").format(
                name=name, error=str(error)[:300]
            )
        ) from error


def _parts(content: memoryview) -> Iterator[memoryview]:
    place = 0

    def length() -> int:
        nonlocal place
        if place + _LENGTH.size > len(content):
            raise Unusable(_("it ends too early"))
        (number,) = _LENGTH.unpack(content[place : place + _LENGTH.size])
        place += _LENGTH.size
        return int(number)

    count = length()
    if not 1 <= count <= _MOST_PARTS:
        raise Unusable(_("{count:,} parts").format(count=count))
    for _number in range(count):
        size = length()
        if size > len(content) - place:
            raise Unusable(_("it ends too early"))
        yield content[place : place + size]
        place += size
    if place != len(content):
        raise Unusable(_("something follows its end"))


def _header(text: bytes) -> _Header:
    if len(text) > _MOST_HEADER or marks(text) > _MOST_MARKS:
        raise Unusable(_("its first part is too large"))
    header = msgspec.json.decode(text, type=_Header)
    names = [test.grade_id for test in header.tests]
    if len(set(names)) != len(names):
        raise Unusable(_("a test cell is there twice"))
    for error in header.errors:
        if len(error.error) > _MOST_ERROR or len(error.grade_id) > _MOST_ERROR:
            raise Unusable(_("an error of {count:,} characters").format(count=len(error.error)))
    return header


class _Parts:
    """The parts after the first. One that is named often is made into an object once."""

    def __init__(self, parts: Sequence[memoryview], limits: Limits) -> None:
        self._parts = parts
        self._most = limits.crossing_bytes
        self._most_output = _JSON_BYTES * limits.output_bytes + _MOST_HEADER
        self.content = cache(self._content)
        self._reply = cache(lambda place: checked_reply(self.content(place)))

    def _content(self, place: int) -> bytes:
        if not 1 <= place < len(self._parts):
            raise Unusable(_("a part that is not there"))
        return bytes(self._parts[place])

    def taken(self, test: _Test) -> Taken:
        """What a test cell is given."""
        return Taken(
            values=self._reply(test.reply).values,
            buffers=self._buffers(test.buffers),
            ended=test.ended,
            calls=tuple(
                Answer(
                    key=one.key,
                    values=self._reply(one.reply).values,
                    buffers=self._buffers(one.buffers),
                    ended=one.ended,
                )
                for one in test.calls
            ),
        )

    def outputs(self, place: int) -> Mapping[tuple[str, int], Sequence[Mapping[str, Any]]]:
        """What cells put out."""
        text = self.content(place)
        if len(text) > self._most_output or marks(text) > _MOST_MARKS:
            raise Unusable(_("its cells put out too much"))
        cells = msgspec.json.decode(text, type=list[_Outputs])
        return {(cell.grade_id, cell.position): msgspec.to_builtins(cell.outputs) for cell in cells}

    def _buffers(self, places: Sequence[int]) -> list[bytes]:
        if len(places) > MAX_ITEMS:
            raise Unusable(_("{count:,} arrays").format(count=len(places)))
        buffers = [self.content(place) for place in places]
        size = sum(map(len, buffers))
        if size > self._most:
            raise Unusable(_("{size:,} bytes of arrays for one test").format(size=size))
        return buffers
