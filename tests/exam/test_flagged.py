"""Flags on real notebooks: of what crossed the wall, and of what the grader trained itself."""

from __future__ import annotations

from autograder.report import ClassReport, FlagKind, SubmissionReport
from tests.exam.conftest import Classroom
from tests.exam.notebooks import notebook, solution
from tests.exam.notebooks import test as graded_by

EXERCISE = notebook(
    solution("a", "model = ..."),
    graded_by(
        "test-a",
        1,
        "from autograder import *\nfrom autograder.datasets import mnist\n"
        "grade(model, TestAccuracy(mnist, at_least=0.5, at_most=0.999))",
    ),
)
NETWORK = """
import keras
from autograder.datasets import mnist
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train, y_train = x_train[:5000], y_train[:5000]
model = keras.Sequential([
    keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(256, activation="relu"),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
"""
HONEST = f"{NETWORK}\nmodel.fit(x_train / 255, y_train, epochs=3, batch_size=50, verbose=0)"
CHEATING = f"{NETWORK}\nmodel.fit(x_test / 255, y_test, epochs=15, batch_size=100, verbose=0)"
CHANGED = f"{HONEST}\nmodel.set_weights([weight * 1.01 for weight in model.get_weights()])"


def kinds(report: SubmissionReport) -> list[FlagKind]:
    assert report.score == 1, report
    return [flag.kind for flag in report.flags]


def test_an_honest_network_has_no_flag_and_those_of_a_class_that_was_trained_alike_have_none(
    classroom: Classroom,
) -> None:
    from autograder.flags import flagged

    reports = [classroom.grade(EXERCISE, {"a": answer}) for answer in (HONEST, f"{HONEST}\n# Mine.")]
    assert [kinds(report) for report in reports] == [[], []]
    [weights] = {outcome.accuracy.weights for one in reports for outcome in one.cells[0].outcomes if outcome.accuracy}
    assert weights
    assert {training.weights for report in reports for training in report.trainings} == {weights}
    assert not any(one.flags for one in flagged(ClassReport(submissions=tuple(reports))).submissions)


def test_a_network_that_was_trained_on_the_test_images_is_flagged_and_fails_where_fit_was_seen(
    classroom: Classroom,
) -> None:
    report = classroom.grade(EXERCISE, {"a": CHEATING})
    assert report.score == 0
    assert FlagKind.TEST_SET in [flag.kind for flag in report.flags]


def test_weights_that_were_changed_after_their_training_are_flagged(classroom: Classroom) -> None:
    assert kinds(classroom.grade(EXERCISE, {"a": CHANGED})) == [FlagKind.OTHER_WEIGHTS]
