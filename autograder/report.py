"""Reports: what the checks found, as plain data.

An :class:`Outcome` is one check's answer; a :class:`CellReport` gathers those of a test cell, a
:class:`SubmissionReport` those of a notebook, a :class:`ClassReport` those of a run. Rendering is
elsewhere: this is what is stored, sent and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

_MAX_REMARK = 300

SCHEMA_VERSION = 1
"""Of the JSON form of :class:`ClassReport`. Raised when a field is removed or changes its meaning."""


class Status(StrEnum):
    """A check's answer in one word."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    SKIPPED = "skipped"
    """What it depends on failed: no points, and no second message about one cause."""
    BROKEN = "broken"
    """A fault of the grader's or the exercise's: the points are given, and a person is asked to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the table that compares what was asked for with what was handed in."""

    mark: str
    """``"ok"``, ``"wrong"``, ``"missing"`` or ``"extra"``."""
    expected: str
    found: str
    remark: str = ""


class FlagKind(StrEnum):
    """What a flag is about."""

    HIGH_ACCURACY = "high-accuracy"
    """Higher than the exercise's best known run."""
    SAME_WEIGHTS = "same-weights"
    """The trained weights of another submission."""
    OTHER_WEIGHTS = "other-weights"
    """Weights that the training which is claimed does not give."""
    TEST_SET = "test-set"
    """Trained on the test images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """What an instructor should look at. It decides nothing, and is not shown to students."""

    kind: FlagKind
    message: str
    """What was noticed, in plain words."""
    evidence: str
    """Where, and the numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """How a model does on test images as they are and bent a little: see :mod:`autograder.checks.exposure`.

    All but ``seen`` are numbers of images. Training images are counted only where the test images gave reason to.
    """

    images: int
    """Test images."""
    right: int
    """Of them classified rightly."""
    broken: int
    """Of them right as they are and wrong once bent."""
    mended: int
    """Of them wrong as they are and right once bent."""
    train_images: int = 0
    train_right: int = 0
    train_broken: int = 0
    train_mended: int = 0
    shifted_right: int = 0
    """Training images that are classified rightly once moved by a pixel."""
    seen: bool = False
    """Whether that is beyond what a model comes to that was not trained on the test images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accuracy:
    """The share of test images that a model classifies rightly, as it was measured, and what was asked for."""

    share: float
    """From 0 to 1, as the others here."""
    uncertainty: float
    """Two standard errors of the share: see :func:`autograder.checks.accuracy.uncertainty`."""
    at_least: float
    """The share asked for."""
    at_most: float | None = None
    """The share that no known answer exceeds, where the exercise says one."""
    weights: str = ""
    """Fingerprint of the model's weights; only where it was rebuilt from plain data, as those that follow."""
    history: str = ""
    """Fingerprint of the losses that the model's last training went through."""
    exposure: Exposure | None = None
    """Counted of models that reach what is asked for."""

    @property
    def reached(self) -> bool:
        """Whether it is what was asked for."""
        return self.share >= self.at_least

    @property
    def close(self) -> bool:
        """Whether it is too low by no more than its uncertainty: another training might reach what is asked for."""
        return self.at_least - self.uncertainty <= self.share < self.at_least


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One check's answer, with its reason."""

    check: str
    """Name of the check's class, such as ``"SameArchitecture"``."""
    title: str
    """What was checked, in the reader's language."""
    status: Status
    score: float
    points: float
    """What the check is worth; ``0 ≤ score ≤ points``."""
    message: str
    """Where, what was expected, what was found, and why. Plain text."""
    hint: str = ""
    """What to do next, where that is known."""
    rows: tuple[Row, ...] = ()
    detail: str = ""
    """For the instructor: the traceback behind a ``BROKEN`` outcome."""
    causes: tuple[str, ...] = ()
    """Known misconceptions that explain what is wrong, each once."""
    measures: Mapping[str, float] = field(default_factory=dict)
    """What was measured, by name: ``"accuracy"`` from 0 to 1 on the test images, ``"parameters"``."""
    accuracy: Accuracy | None = None
    """What was measured, where a test accuracy was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellReport:
    """One graded cell."""

    grade_id: str
    score: float
    points: float
    outcomes: tuple[Outcome, ...] = ()
    manual: bool = False
    """Whether a person grades it: an answer in words, or a test cell whose verdict is ``BROKEN``."""
    output: str = ""
    """What the test cell printed, bounded."""

    @property
    def broken(self) -> bool:
        """Whether some outcome is a fault of ours."""
        return any(outcome.status is Status.BROKEN for outcome in self.outcomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class CellError:
    """A student's cell that did not run to its end."""

    grade_id: str
    """Of the solution cell, or ``""`` for a cell that the student added."""
    position: int
    """Which code cell of the submitted notebook, counted from 1."""
    error: str
    """``"NameError: name 'x' is not defined"`` and the like: plain text, bounded, no terminal codes."""
    line: int | None = None
    """The line of the cell, counted from 1, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """A training that the grader carried out in a notebook's place."""

    how: str
    """``"canonical"``: initial weights and the order of the images are drawn from the exercise's seed, so that luck
    has no part in the result. ``"remembered"``: just as the notebook would have trained."""
    epochs: int
    """Epochs that were run."""
    seconds: float
    """Wall time that the training took, when it was carried out."""
    remembered: bool = False
    """Whether it had been carried out before."""
    weights: str = ""
    """Fingerprint of the weights that it gave."""
    history: str = ""
    """Fingerprint of the losses that it went through."""
    curves: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    """A value an epoch for each of ``loss``, ``accuracy``, ``val_loss``, …; what is not finite is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell of the notebook as it was graded, for whoever reads the report in its place."""

    source: str
    """Without hidden tests."""
    code: bool = True
    grade_id: str = ""
    theirs: bool = False
    """Whether the text is the student's."""
    text: str = ""
    """What it printed, bounded; a traceback where it stopped."""
    images: tuple[tuple[str, str], ...] = ()
    """Pictures that it drew: kind, ``"image/png"`` or ``"image/jpeg"``, and base64."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionReport:
    """One notebook, graded or named as not gradable."""

    student: str
    assignment: str
    path: str
    """As it was given on the command line."""
    score: float | None
    """``None`` when the notebook could not be graded."""
    max_score: float
    cells: tuple[CellReport, ...] = ()
    notices: tuple[str, ...] = ()
    """What the reader should know: cells put back, duplicated or missing, a time limit reached."""
    errors: tuple[CellError, ...] = ()
    ungraded: str = ""
    """Why it could not be graded; empty when it was."""
    trainings: tuple[Training, ...] = ()
    """What the grader trained in the notebook's place; what is not here was trained by the notebook itself."""
    isolation: str = ""
    """The layer that kept the student's code apart, such as ``"process"``."""
    data: tuple[str, ...] = ()
    """The data sets used, each with its size, origin and fingerprint."""
    versions: Mapping[str, str] = field(default_factory=dict)
    remembered: bool = False
    """Whether the result of an earlier run was used, of which everything was the same."""
    seconds: float = 0.0
    """Wall time that grading this notebook took."""
    memory_bytes: int = 0
    """Most memory that the student's side took at once; 0 where nobody counted."""
    prints: str = ""
    """Fingerprints of what the student wrote: see :mod:`autograder.likeness`."""
    weights: tuple[str, ...] = ()
    """Fingerprints of the trained weights that were handed in beside the notebook."""
    notebook: tuple[ShownCell, ...] = ()
    """The notebook as it was graded. For the student's page: left out of the JSON of a class."""
    flags: tuple[Flag, ...] = ()
    """For the instructor: what to look at."""
    seeded: bool = False
    """Whether the notebook speaks of a seed: then it is no wonder if two trainings of its give the same weights."""

    @property
    def first_remark(self) -> str:
        """What to mend first: why it is ungraded, or the first line about what did not pass; no long one."""
        if self.ungraded:
            return _brief(self.ungraded)
        for cell in self.cells:
            for outcome in cell.outcomes:
                if outcome.status is not Status.PASSED and outcome.message:
                    return _brief(outcome.message.splitlines()[0])
        return ""

    @property
    def needs_review(self) -> bool:
        """Whether a person must look: ungraded, or a verdict that is our own fault."""
        return bool(self.ungraded) or any(cell.broken for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassReport:
    """One run of the grader."""

    submissions: tuple[SubmissionReport, ...]
    schema: int = SCHEMA_VERSION


def _brief(text: str) -> str:
    return text if len(text) <= _MAX_REMARK else f"{text[:_MAX_REMARK]} …"


def score_of(outcomes: Iterable[Outcome]) -> float:
    """Points earned, summed; what is nearer to a multiple of 1e-9 than to anything else is that multiple.

    Shares such as 7/8 of 6 points are exact in binary; thirds are not, and three of them must give one.
    """
    return round(sum(outcome.score for outcome in outcomes), 9)


def points_of(outcomes: Iterable[Outcome]) -> float:
    """Points that could be earned, summed as :func:`score_of` does."""
    return round(sum(outcome.points for outcome in outcomes), 9)
