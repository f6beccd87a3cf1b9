"""Figures of a class: pure functions from reports to rows that charts and tables show."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from statistics import median

from autograder.report import CellReport, ClassReport, Outcome, Status, SubmissionReport

_MOST_CAUSE = 200
"""Characters of a cause."""

RESULTS = ("right", "partly", "wrong", "person")
"""What a test cell came to; the last where a person still has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A class in a few numbers."""

    submissions: int
    students: int
    graded: int
    review: int
    """Submissions that are ungraded, or of which a verdict is a fault of ours."""
    median: float | None
    """Of the scores, in percent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One submission."""

    student: str
    assignment: str
    score: float | None
    max_score: float
    percent: float | None
    seconds: float
    memory_bytes: int
    accuracy: float | None
    """The best that was measured on test images, from 0 to 1."""
    parameters: int | None
    """Of the network that reached it."""
    remark: str
    review: bool
    """Whether a person has to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A test cell, and what the class made of it."""

    assignment: str
    grade_id: str
    counts: dict[str, int]
    """Submissions by one of :data:`RESULTS`."""
    points: float
    mean: float
    """Points earned on average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A check, and whom it did not pass."""

    assignment: str
    grade_id: str
    title: str
    passed: int
    missed: tuple[str, ...]
    """Students for whom it failed or passed in part."""
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A cause that explains what went wrong for somebody."""

    cause: str
    known: bool
    """Whether the exercise or the check names it; otherwise it is what the check said of this one notebook."""
    places: tuple[str, ...]
    students: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A value of a training curve."""

    student: str
    assignment: str
    training: str
    curve: str
    epoch: int
    value: float


@dataclass(slots=True)
class _Asking:
    passed: int = 0
    skipped: int = 0
    missed: list[str] = field(default_factory=list)


def numbers(report: ClassReport) -> Numbers:
    """The class in a few numbers."""
    percents = [entry.percent for entry in entries(report) if entry.percent is not None]
    return Numbers(
        submissions=len(report.submissions),
        students=len({one.student for one in report.submissions}),
        graded=sum(one.score is not None for one in report.submissions),
        review=sum(one.needs_review for one in report.submissions),
        median=round(median(percents), 1) if percents else None,
    )


def entries(report: ClassReport) -> list[Entry]:
    """Every submission; those that a person has to look at come first."""
    found = [_entry(one) for one in report.submissions]
    return sorted(found, key=lambda entry: (not entry.review, entry.score is not None))


def parts(report: ClassReport) -> list[Part]:
    """Every graded cell, as the notebooks have them."""
    cells: dict[tuple[str, str], list[CellReport]] = defaultdict(list)
    for submission in report.submissions:
        for cell in submission.cells:
            cells[submission.assignment, cell.grade_id].append(cell)
    return [
        Part(
            assignment=assignment,
            grade_id=grade_id,
            counts={result: sum(_result(cell) == result for cell in many) for result in RESULTS},
            points=many[0].points,
            mean=round(sum(cell.score for cell in many) / len(many), 2),
        )
        for (assignment, grade_id), many in sorted(cells.items(), key=lambda item: item[0][0])
    ]


def checks(report: ClassReport) -> list[Asked]:
    """Every check; those that most students miss come first."""
    found: dict[tuple[str, str, str], _Asking] = defaultdict(_Asking)
    for submission, cell, outcome in _outcomes(report):
        asking = found[submission.assignment, cell.grade_id, _common(outcome.title, submission)]
        match outcome.status:
            case Status.PASSED:
                asking.passed += 1
            case Status.FAILED | Status.PARTIAL:
                asking.missed.append(submission.student)
            case _:
                asking.skipped += 1
    asked = [
        Asked(
            assignment=assignment,
            grade_id=grade_id,
            title=title,
            passed=asking.passed,
            missed=tuple(dict.fromkeys(asking.missed)),
            skipped=asking.skipped,
        )
        for (assignment, grade_id, title), asking in found.items()
    ]
    return sorted(asked, key=lambda one: -len(one.missed))


def misconceptions(report: ClassReport) -> list[Misconception]:
    """What went wrong, by its cause; what most students share comes first."""
    students: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    places: dict[tuple[str, bool], dict[str, None]] = defaultdict(dict)
    for submission, cell, outcome in _outcomes(report):
        if outcome.status in (Status.FAILED, Status.PARTIAL):
            for cause in _causes(outcome, submission):
                students[cause][submission.student] = None
                places[cause][f"{submission.assignment} · {cell.grade_id}"] = None
    found = [
        Misconception(cause=cause, known=known, places=tuple(places[cause, known]), students=tuple(names))
        for (cause, known), names in students.items()
    ]
    return sorted(found, key=lambda one: (not one.known, -len(one.students), one.cause))


def curves(report: ClassReport) -> Iterator[Point]:
    """Every value of every training that the grader carried out."""
    for submission in report.submissions:
        for number, training in enumerate(submission.trainings, 1):
            for name, values in training.curves.items():
                for epoch, value in enumerate(values, 1):
                    yield Point(
                        student=submission.student,
                        assignment=submission.assignment,
                        training=f"{submission.student} · {submission.assignment} · {number}",
                        curve=name,
                        epoch=epoch,
                        value=value,
                    )


def _entry(one: SubmissionReport) -> Entry:
    measured = [outcome.measures for cell in one.cells for outcome in cell.outcomes if "accuracy" in outcome.measures]
    best = max(measured, key=lambda measures: measures["accuracy"], default={})
    parameters = best.get("parameters")
    return Entry(
        student=one.student,
        assignment=one.assignment,
        score=one.score,
        max_score=one.max_score,
        percent=round(100 * one.score / one.max_score, 1) if one.score is not None and one.max_score else None,
        seconds=one.seconds,
        memory_bytes=one.memory_bytes,
        accuracy=best.get("accuracy"),
        parameters=None if parameters is None else int(parameters),
        remark=one.first_remark,
        review=one.needs_review,
    )


def _outcomes(report: ClassReport) -> Iterator[tuple[SubmissionReport, CellReport, Outcome]]:
    for submission in report.submissions:
        for cell in submission.cells:
            for outcome in cell.outcomes:
                yield submission, cell, outcome


def _causes(outcome: Outcome, submission: SubmissionReport) -> Iterable[tuple[str, bool]]:
    """The causes that the exercise names, else what the check advises; else the first line of what it says."""
    known = outcome.causes or ((outcome.hint,) if outcome.hint else ())
    texts = known or outcome.message.splitlines()[:1]
    return [(_shortened(_common(text, submission)), bool(known)) for text in texts if text]


def _shortened(text: str) -> str:
    return text if len(text) <= _MOST_CAUSE else f"{text[:_MOST_CAUSE]} …"


def _common(text: str, submission: SubmissionReport) -> str:
    """A text without the student's name, where an exercise gives each student numbers of their own."""
    name = submission.student
    return text.replace(f"“{name}”", "“…”").replace(f"「{name}」", "「…」") if name else text


def _result(cell: CellReport) -> str:
    if cell.manual or cell.broken:
        return "person"
    if cell.score >= cell.points:
        return "right"
    return "partly" if cell.score > 0 else "wrong"


def histogram(report: ClassReport) -> Counter[tuple[str, int]]:
    """Submissions by assignment and by tens of percent; full marks are with the nineties."""
    return Counter(
        (entry.assignment, min(int(entry.percent // 10) * 10, 90))
        for entry in entries(report)
        if entry.percent is not None
    )
