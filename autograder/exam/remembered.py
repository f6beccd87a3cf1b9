"""What earlier exams came to, kept under everything that decides it.

An exam whose every part is as it was gives what it gave: the same cells, files, tests, images, versions, limits and
name. So a class in which three notebooks changed costs three notebooks. Only the grader writes here, after an exam;
no sandbox ever sees it. Nothing that was our own fault is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from platform import python_version
from typing import Any

import msgspec

from autograder.exam.files import Files
from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.exam.sitting import Sitting
from autograder.exam.store import Store, place
from autograder.report import CellError, CellReport, Flag, Training

_FORMAT = 3
_DISTRIBUTIONS = ("tensorflow", "keras", "numpy", "ipython", "ipykernel")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What decides an exam besides the notebook: the same for all submissions of a run."""

    layer: str
    limits: Limits
    training: str
    """How trainings are carried out."""
    threads: int
    """That a notebook has to train with; 0 where it does not."""
    data: Sequence[str]
    """The images, described: with their fingerprints."""
    environment: Mapping[str, str]
    """Of the programs in the sandbox: the interpreter, the language, the clock."""


class Remembered:
    """Results by key, in a cache of this user's or in one that several machines share."""

    def __init__(self, cache: str | Path | None = None) -> None:
        self.store = Store(place("results", cache), "json")

    def get(self, key: str) -> Sitting | None:
        """What an exam came to; ``None`` if it was not held, or what is there cannot be read."""
        content = self.store.get(key)
        if content is None:
            return None
        try:
            kept = msgspec.json.decode(content, type=_Kept)
        except msgspec.MsgspecError:
            return None
        outputs = {int(place): many for place, many in kept.outputs.items()}
        return Sitting(
            cells=kept.cells,
            errors=kept.errors,
            notices=kept.notices,
            outputs=outputs,
            trainings=kept.trainings,
            flags=kept.flags,
            data=kept.data,
            versions=kept.versions,
            memory_bytes=kept.memory_bytes,
        )

    def put(self, key: str, sitting: Sitting) -> None:
        """Keeps what an exam came to, unless some of it was our own fault. A full disk costs only the memory of it."""
        if sitting.broken:
            return
        kept = _Kept(
            cells=sitting.cells,
            errors=sitting.errors,
            notices=sitting.notices,
            outputs={str(place): many for place, many in sitting.outputs.items()},
            trainings=sitting.trainings,
            flags=sitting.flags,
            data=sitting.data,
            versions=sitting.versions,
            memory_bytes=sitting.memory_bytes,
        )
        self.store.put(key, msgspec.json.encode(kept))


class _Kept(msgspec.Struct, kw_only=True):
    cells: list[CellReport]
    errors: list[CellError]
    notices: list[str]
    outputs: dict[str, list[dict[str, Any]]]
    trainings: list[Training]
    flags: list[Flag]
    data: tuple[str, ...]
    versions: dict[str, str]
    memory_bytes: int
    format: int = _FORMAT


def key_of(
    cells: Iterable[Cell],
    source: Iterable[Cell],
    *,
    student: str,
    handed_in: Files,
    own: Files,
    circumstances: Circumstances,
) -> str:
    """A digest of everything that decides what an exam comes to."""
    parts = {
        "format": _FORMAT,
        "program": program(),
        "versions": {"python": python_version(), **{name: version(name) for name in _DISTRIBUTIONS}},
        "cells": [asdict(cell) for cell in cells],
        "source": [asdict(cell) for cell in source],
        "student": student,
        "handed in": _digests(handed_in),
        "own": _digests(own),
        # 600 seconds are 600.0, whoever says so.
        "circumstances": msgspec.convert(msgspec.to_builtins(circumstances), Circumstances),
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def _digests(files: Files) -> Mapping[str, str]:
    return {name.hex(): hashlib.sha256(content).hexdigest() for name, content in files.items()}


@cache
def program() -> str:
    """A digest of this package's own code: what judges otherwise, or says it otherwise, must not give what it gave
    before.
    """
    import autograder

    root = Path(autograder.__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*root.rglob("*.py"), *root.rglob("*.mo")]):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
