"""Where cells stand in the file of a notebook: the lines of its JSON, for who points at them.

A file of a student's: read with the bounds of :mod:`autograder.exam.notebook`, and what it does not tell is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import Raw

from autograder.exam.limits import Limits
from autograder.exam.notebook import UnreadableNotebook, parse
from autograder.feedback import Place


class _Cells(msgspec.Struct, frozen=True):
    cells: Raw


class _Source(msgspec.Struct, frozen=True):
    source: Raw = Raw(b'""')


def places_of(content: bytes, limits: Limits | None = None) -> list[Place]:
    """The cells of a notebook of the newest format, in order; none of a file that cannot be read."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        read = parse(content, limits)
        cells = msgspec.json.decode(content, type=_Cells).cells
        start = _value(content, b"cells", bytes(cells))
        raws = msgspec.json.decode(cells, type=list[Raw])
        lines = _Lines(content)
        return [
            Place(
                grade_id=cell.grade_id,
                position=cell.position,
                first=lines.at(where),
                last=lines.at(where + len(raw) - 1),
                lines=tuple(lines.at(where + one) for one in _source_lines(raw)),
            )
            for cell, (where, raw) in zip(read.cells, _found(content, start, raws), strict=True)
        ]
    except (UnreadableNotebook, msgspec.MsgspecError, ValueError):
        return []


class _Lines:
    """Counts lines; asked for places that mostly come one after the other, it looks at no byte twice."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place, self._line = 0, 1

    def at(self, place: int) -> int:
        if place < self._place:
            self._line -= self._content.count(b"\n", place, self._place)
        else:
            self._line += self._content.count(b"\n", self._place, place)
        self._place = place
        return self._line


def _value(content: bytes, name: bytes, value: bytes) -> int:
    """Where the value of a field begins. A field's name stands in no text: there its quotes are escaped."""
    for match in re.finditer(rb'"' + name + rb'"\s*:\s*', content):
        if content.startswith(value, match.end()):
            return match.end()
    raise ValueError(f"no field {name.decode()}")


def _found(content: bytes, start: int, raws: list[Raw]) -> Iterator[tuple[int, bytes]]:
    """Where the entries of a list stand that begins at ``start``: between two there are only commas and spaces."""
    for raw in raws:
        entry = bytes(raw)
        start = content.index(entry, start)
        yield start, entry
        start += len(entry)


def _source_lines(cell: bytes) -> list[int]:
    source = bytes(msgspec.json.decode(cell, type=_Source).source)
    start = _value(cell, b"source", source)
    if not source.startswith(b"["):
        return []
    return [where for where, _line in _found(cell, start, msgspec.json.decode(source, type=list[Raw]))]
