"""What may cross the wall: a small, closed grammar of plain data.

A value is a tree of these structures, written as JSON, beside a list of buffers that hold the numbers of
arrays. msgspec checks the tree against these types as it reads it; nothing that is not named here gets
through, and nothing here can run.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

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


class Model(msgspec.Struct, tag="model", frozen=True):
    """A Keras model: facts and weights, from which the other side builds its own."""

    facts: ModelFacts
    weights: list[list[Array]]
    compiled: CompileFacts | None
    training: TrainingFacts | None
    sample: Array | None
    """Some of the images that it was trained on."""


class History(msgspec.Struct, tag="history", frozen=True):
    """What ``fit`` returned."""

    training: TrainingFacts


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
    limit: int = 0
    """Most bytes that the reply may hold."""


class Reply(msgspec.Struct, frozen=True):
    """What the student's kernel answers."""

    number: int
    values: dict[str, Value] = {}
    """By name; a call's result is under ``"return"``, an exception's text under ``"raise"``."""
