"""What earlier runs came to: results and trainings."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autograder.exam.remembered import Remembered
from autograder.exam.trainings import RememberedTrainings


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What earlier runs came to."""

    results: Remembered
    trainings: RememberedTrainings

    @classmethod
    def at(cls, cache: str | Path | None = None) -> Memory:
        """In this user's cache, or in a folder that several machines share: a path, or an address of fsspec's."""
        return cls(results=Remembered(cache), trainings=RememberedTrainings(cache))
