"""What may cross the wall: a small, closed grammar of plain data.

A value is a tree of these structures, written as JSON, beside a list of buffers that hold the numbers of
arrays. msgspec checks the tree against these types as it reads it; nothing that is not named here gets
through, and nothing here can run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, TypeAlias

import msgspec

from autograder.facts import CompileFacts, ModelFacts, TrainingFacts

DTYPES = (
    "bool",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "float16",
    "float32",
    "float64",
)
"""Kinds of numbers that an array may hold."""

MAX_TEXT = 200_000
MAX_ITEMS = 100_000
MAX_DEPTH = 32

MAX_JSON = 50_000_000
"""Bytes of all that one message says beside the numbers of its arrays."""

# What a value of MAX_ITEMS and MAX_DEPTH becomes: each level of it takes a few of JSON's.
_MAX_NODES = 10 * MAX_ITEMS
_MAX_NESTING = 4 * MAX_DEPTH

_UNMARKED = bytes(set(range(256)) - set(b'",[{'))
_CHUNK = 1_000_000


class Scalar(msgspec.Struct, tag="scalar", frozen=True):
    """``None``, a truth value, a number or a text."""

    value: bool | int | float | str | None


class NotFinite(msgspec.Struct, tag="float", frozen=True):
    """A float that JSON has no word for."""

    value: Literal["nan", "inf", "-inf"]


class Items(msgspec.Struct, tag="items", frozen=True):
    """A list or tuple."""

    kind: Literal["list", "tuple"]
    items: list[Value]


class Pairs(msgspec.Struct, tag="pairs", frozen=True):
    """A dictionary, with plain keys."""

    pairs: list[tuple[Value, Value]]


class Array(msgspec.Struct, tag="array", frozen=True):
    """An array or tensor: its numbers are in a buffer, in C order and little endian."""

    dtype: str
    shape: list[int]
    buffer: int
    """Which buffer."""


class Training(msgspec.Struct, frozen=True):
    """What a training run came to. Its curves are arrays, for a loss may be ``nan``, which JSON has no word for."""

    facts: TrainingFacts
    """Without the curves."""
    curves: dict[str, Array]


class Model(msgspec.Struct, tag="model", frozen=True):
    """A Keras model: facts and weights, from which the other side builds its own."""

    facts: ModelFacts
    weights: list[list[Array]]
    compiled: CompileFacts | None
    training: Training | None
    sample: Array | None
    """Some of the images that it was trained on."""


class History(msgspec.Struct, tag="history", frozen=True):
    """What ``fit`` returned."""

    training: Training
    sample: Array | None = None
    """Some of the images that were trained on."""


class Function(msgspec.Struct, tag="function", frozen=True):
    """A function: it stays where it is, and is called through the wall by this name."""

    name: str


class Refused(msgspec.Struct, tag="refused", frozen=True):
    """A value that cannot cross, and why."""

    reason: str
    missing: bool = False
    """Whether there is no such name at all."""


Value: TypeAlias = Scalar | NotFinite | Items | Pairs | Array | Model | History | Function | Refused


class Request(msgspec.Struct, frozen=True):
    """What is asked of the student's kernel: values by name, or a call of a function."""

    number: int
    """Comes back in the reply, so that no reply is taken for another's."""
    names: list[str] = []
    call: str = ""
    arguments: list[Value] = []
    keywords: dict[str, Value] = {}
    without: list[str] = []
    """Names that are not there while the function runs: the test has deleted them."""
    limit: int = 0
    """Most bytes that the reply may hold."""


class Reply(msgspec.Struct, frozen=True):
    """What the student's kernel answers."""

    number: int
    values: dict[str, Value] = {}
    """By name; a call's result is under ``"return"``, an exception's text under ``"raise"``."""


class NotPlain(ValueError):
    """A message that the sender's own program would not have written."""


def checked_reply(text: bytes) -> Reply:
    """Reads a reply; nothing gets through that this package would not have written byte for byte.

    A name given twice, a number that JSON or the other side has no room for, unknown fields and endless
    nesting are all refused, so that every reader after this one reads the same.

    Raises
    ------
    NotPlain
        If the text is anything else than a reply's own form.
    """
    if len(text) > MAX_JSON:
        raise NotPlain(f"{len(text):,} bytes of text, at most {MAX_JSON:,} are read")
    _check_marks(text)
    try:
        reply = msgspec.json.decode(text, type=Reply)
        _check_bounds(reply)
        same = msgspec.json.encode(reply) == text
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotPlain(str(error)[:200]) from error
    if not same:
        raise NotPlain("it is not in its one and only form")
    return reply


def _check_marks(text: bytes) -> None:
    """Refuses what would become too many objects before any of it becomes one: ``[],`` is twenty times itself then."""
    if marks(text) > 3 * _MAX_NODES:
        raise NotPlain("too many entries")


def marks(text: bytes) -> int:
    """Commas and opening brackets outside of texts. No entry takes more than three: its own, and that of its tag."""
    bones = text.replace(rb"\\", b"").replace(rb"\"", b"").translate(None, _UNMARKED)
    found = within = 0
    for start in range(0, len(bones), _CHUNK):
        # Every second piece is within a text.
        pieces = bones[start : start + _CHUNK].split(b'"')
        found += sum(map(len, pieces[within::2]))
        within = (within + len(pieces) - 1) % 2
    return found


def _check_bounds(message: object) -> None:
    left = _MAX_NODES
    level: list[object] = [message]
    for _depth in range(_MAX_NESTING):
        level = [inner for node in level for inner in _inside(node)]
        left -= len(level)
        if left < 0:
            raise NotPlain("too many entries")
        if not level:
            return
    raise NotPlain("nested too deeply")


def _inside(node: object) -> Iterable[Any]:
    if isinstance(node, msgspec.Struct):
        return (getattr(node, name) for name in node.__struct_fields__)
    if is_dataclass(node):
        return (getattr(node, one.name) for one in fields(node))
    if isinstance(node, Mapping):
        return node.values()
    if isinstance(node, list | tuple):
        return node
    # Both sides' programs count in 64 bits.
    if isinstance(node, int) and not -(2**63) < node < 2**63:
        raise NotPlain("a whole number of more than 63 bits")
    return ()
