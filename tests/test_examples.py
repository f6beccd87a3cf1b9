"""The example class: eleven submissions score what their names promise, and are told why."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from autograder.exam import Grader, find_submissions, grade_all, sources
from autograder.report import Outcome, Status, SubmissionReport
from autograder.sandbox import strongest_layer

ROOT = Path(__file__).resolve().parent.parent
SUBMITTED = ROOT / "examples" / "submitted"

# Trained for real, in kernels of their own: minutes.
pytestmark = pytest.mark.course


def _digests() -> dict[Path, str]:
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in SUBMITTED.rglob("*.ipynb")}


@pytest.fixture(scope="module")
def graded() -> dict[str, SubmissionReport]:
    async def run() -> dict[str, SubmissionReport]:
        submissions = find_submissions([SUBMITTED], sources(ROOT / "solutions"))
        return {report.student: report async for report in grade_all(Grader(), submissions)}

    before = _digests()
    reports = asyncio.run(run())
    assert _digests() == before, "a submission's file was changed"
    return reports


def _lost(report: SubmissionReport) -> list[Outcome]:
    return [outcome for cell in report.cells for outcome in cell.outcomes if outcome.status is not Status.PASSED]


def _cell(report: SubmissionReport, grade_id: str) -> tuple[Outcome, ...]:
    return next(cell.outcomes for cell in report.cells if cell.grade_id == grade_id)


@pytest.mark.parametrize(
    ("student", "score", "max_score"),
    [
        ("student-01", 20, 20),
        ("student-02", 20, 20),
        ("student-03", 20, 20),
        ("student-04", 10, 10),
        ("student-05", 19.25, 20),
        ("student-06", 8, 10),
        ("student-07", 17.375, 20),
        ("student-08", 16.5, 20),
        ("student-09", 6, 10),
        ("student-10", 4, 10),
        ("student-11", 7, 20),
    ],
)
def test_each_submission_scores_what_its_name_promises(
    graded: dict[str, SubmissionReport], student: str, score: float, max_score: float
) -> None:
    report = graded[student]
    assert (report.score, report.max_score) == (score, max_score), [outcome.message for outcome in _lost(report)]
    assert report.ungraded == ""
    assert not any(cell.broken for cell in report.cells)


def test_nothing_is_left_out_and_nothing_needs_a_person(graded: dict[str, SubmissionReport]) -> None:
    assert len(graded) == 11
    assert not any(report.needs_review for report in graded.values())


@pytest.mark.parametrize("student", ["student-01", "student-02", "student-03", "student-04"])
def test_every_spelling_of_a_right_answer_passes_every_check(graded: dict[str, SubmissionReport], student: str) -> None:
    assert _lost(graded[student]) == []
    assert graded[student].notices == ()
    assert graded[student].errors == ()


def test_a_wrong_filter_count_is_told_with_both_sums(graded: dict[str, SubmissionReport]) -> None:
    (outcome,) = _lost(graded["student-05"])
    assert outcome.status is Status.PARTIAL
    assert outcome.message == (
        "layer 2 (Conv2D): expected filters=64, found filters=32. It has 9,248 = (3·3·32 + 1)·32 parameters,"
        " expected 18,496 = (3·3·32 + 1)·64."
    )


def test_missing_dropout_is_told_where_it_belongs(graded: dict[str, SubmissionReport]) -> None:
    (outcome,) = _lost(graded["student-06"])
    assert outcome.title == "Dropout after the first hidden layer · 第一個隱藏層之後的 Dropout"
    assert outcome.message == "Dropout(rate=between 0.1 and 0.6) is missing after layer 3 (Dense)."


def test_padding_is_told_with_what_it_does(graded: dict[str, SubmissionReport]) -> None:
    report = graded["student-07"]
    (architecture,) = _cell(report, "test-architecture")
    assert architecture.message == (
        "layer 1 (Conv2D): expected padding='valid', found padding='same'. (1 more difference is in the table.)"
    )
    assert architecture.hint == (
        "padding='same' adds a border of zeros, so the output keeps its input's height and width; without it"
        " (padding='valid', the default) a 3 × 3 kernel takes 2 off each."
    )
    counts, shapes = _cell(report, "test-counts")
    assert counts.message == "entry 3 (Dense): 1,605,760 is not right."
    assert shapes.message.splitlines()[0] == (
        "entry 1 (Conv2D): (28, 28, 32) is not right: without padding the picture becomes smaller: size - kernel + 1."
    )


def test_the_default_of_adadelta_is_told_for_what_it_is(graded: dict[str, SubmissionReport]) -> None:
    report = graded["student-08"]
    hint = (
        "Adadelta()'s default learning rate in Keras 3 is 0.001, with which this network hardly learns; the"
        " lesson's (R) Keras used 1.0. Write keras.optimizers.Adadelta(learning_rate=1.0)."
    )
    (compiled,) = _cell(report, "test-compiled")
    assert (compiled.message, compiled.hint) == ("learning rate: expected at least 0.5, found 0.001.", hint)
    accuracy, reported = _cell(report, "test-accuracy")
    assert (accuracy.status, accuracy.hint) == (Status.FAILED, hint)
    assert reported.status is Status.PASSED


def test_a_cell_that_raises_is_named_with_its_error(graded: dict[str, SubmissionReport]) -> None:
    report = graded["student-09"]
    (error,) = report.errors
    assert error.grade_id == "train-model"
    (training,) = _cell(report, "test-training")
    assert training.message.startswith(
        "“history” is not defined, because the cell “train-model” stopped with ValueError: "
    )
    (accuracy,) = _cell(report, "test-accuracy")
    assert accuracy.hint == "The model was not trained: call model.fit(…) before this cell."


def test_an_unfinished_notebook_keeps_what_it_earned(graded: dict[str, SubmissionReport]) -> None:
    report = graded["student-10"]
    scores = {cell.grade_id: cell.score for cell in report.cells if not cell.manual}
    assert scores == {"test-counts": 0, "test-architecture": 4, "test-training": 0, "test-accuracy": 0}
    (training,) = _cell(report, "test-training")
    assert training.message == "“history” is not defined: the cell “train-model” is not filled in yet."


def test_tampering_with_the_checks_gains_nothing(graded: dict[str, SubmissionReport]) -> None:
    report = graded["student-11"]
    scores = {cell.grade_id: cell.score for cell in report.cells if not cell.manual}
    assert scores == {
        "test-data": 1,
        "test-architecture": 0,
        "test-compiled": 2,
        "test-counts": 0,
        "test-training": 1,
        "test-accuracy": 0,
        "test-mlp": 2,
        "test-comparison": 1,
    }
    reported = _cell(report, "test-accuracy")[1]
    assert "you report 0.999" in reported.message
    assert all(
        outcome.message == "“output_shapes” cannot be graded: an object of type Anything is no plain data."
        or outcome.message == "“parameter_counts” cannot be graded: an object of type Anything is no plain data."
        for outcome in _cell(report, "test-counts")
    )


def test_reports_say_how_they_came_about(graded: dict[str, SubmissionReport]) -> None:
    for report in graded.values():
        assert report.isolation == strongest_layer().name
        assert {"python", "keras", "tensorflow", "numpy", "keras-autograder"} <= set(report.versions)
        assert [data.split(":")[0] for data in report.data] == ["MNIST", "Fashion-MNIST"]
