"""What has come of an exam: plain data."""

from __future__ import annotations

from dataclasses import dataclass, field

from autograder.exam.outputs import Output
from autograder.report import CellError, CellReport, Flag, Training


@dataclass(frozen=True, slots=True)
class Sitting:
    """What has come of an exam."""

    cells: list[CellReport] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    outputs: dict[int, list[Output]] = field(default_factory=dict)
    """What the student's cells put out, by their place in the exam: text and images only."""
    trainings: list[Training] = field(default_factory=list)
    """What the grader trained for the notebook."""
    flags: list[Flag] = field(default_factory=list)
    """What training anew showed."""
    data: tuple[str, ...] = ()
    """The data sets used, each with its size, origin and fingerprint."""
    versions: dict[str, str] = field(default_factory=dict)
    """Of what decides a verdict."""

    memory_bytes: int = 0
    """Most memory that the student's side took at once; 0 where nobody counted."""

    remembered: bool = False
    """Whether an earlier run's result was used."""

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(cell.score for cell in self.cells), 9)

    @property
    def broken(self) -> bool:
        """Whether some verdict is a fault of ours."""
        return any(cell.broken for cell in self.cells)
