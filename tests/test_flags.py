"""Flags: what an instructor is told to look at, and what no honest student is told of."""

from __future__ import annotations

from dataclasses import replace

from autograder.feedback import class_json, class_page, submission_page, submission_text
from autograder.flags import audit_flags, flagged, flags_of
from autograder.report import (
    Accuracy,
    CellReport,
    ClassReport,
    Exposure,
    Flag,
    FlagKind,
    Outcome,
    Status,
    SubmissionReport,
    Training,
)

HONEST = Accuracy(share=0.95, uncertainty=0.004, at_least=0.9, weights="w1" * 32, history="h1" * 32)


def cell(accuracy: Accuracy) -> CellReport:
    outcome = Outcome(
        check="TestAccuracy", title="", status=Status.PASSED, score=1, points=1, message="", accuracy=accuracy
    )
    return CellReport(grade_id="test-cnn", score=1, points=1, outcomes=(outcome,))


def report(accuracy: Accuracy, student: str = "student-01", *trainings: Training) -> SubmissionReport:
    return SubmissionReport(
        student=student,
        assignment="05-mnist-cnn",
        path="x",
        score=1.0,
        max_score=1.0,
        cells=(cell(accuracy),),
        trainings=trainings,
    )


def training(weights: str = HONEST.weights, history: str = HONEST.history) -> Training:
    return Training(how="canonical", epochs=3, seconds=1, weights=weights, history=history)


def test_an_honest_submission_has_no_flag() -> None:
    counted = Exposure(images=10_000, right=9_500, broken=400, mended=100)
    accuracy = replace(HONEST, at_most=0.95, exposure=counted)
    assert flags_of(report(accuracy, "student-01", training())) == ()
    assert flags_of(report(replace(accuracy, weights="", history="", exposure=None))) == ()


def test_an_accuracy_beyond_the_most_is_flagged() -> None:
    assert flags_of(report(replace(HONEST, at_most=0.94))) == (
        Flag(
            kind=FlagKind.HIGH_ACCURACY,
            message="The accuracy is higher than any known answer to this exercise reaches.",
            evidence="“test-cnn”: 95.00%, and 94.00% is the most that is expected.",
        ),
    )


def test_a_model_that_has_seen_the_test_images_is_flagged_with_the_counts() -> None:
    counted = Exposure(
        images=10_000,
        right=9_990,
        broken=500,
        mended=3,
        train_images=10_000,
        train_right=9_600,
        train_broken=520,
        train_mended=120,
        shifted_right=9_100,
        seen=True,
    )
    assert flags_of(report(replace(HONEST, exposure=counted))) == (
        Flag(
            kind=FlagKind.TEST_SET,
            message="The network seems to have been trained on the test images.",
            evidence="“test-cnn”: 9,990 of 10,000 test images are right as they are, and 9,493 once each is bent a"
            " little; bending turns 500 wrong and 3 right. Of 10,000 training images 9,600 are right, 9,100 once"
            " shifted; bending turns 520 wrong and 120 right.",
        ),
    )


def test_weights_that_are_not_those_of_the_training_that_is_claimed_are_flagged() -> None:
    changed = report(HONEST, "student-01", training("w2" * 32))
    assert flags_of(changed) == (
        Flag(
            kind=FlagKind.OTHER_WEIGHTS,
            message="The network's weights are not those that its training gave: they were changed afterwards.",
            evidence="“test-cnn”: fingerprint w1w1w1w1w1w1, the training gave w2w2w2w2w2w2.",
        ),
    )
    # One that the notebook trained by itself has a history of its own.
    assert flags_of(report(HONEST, "student-01", training("w2" * 32, "h2" * 32))) == ()


def test_an_audit_flags_what_does_better_than_its_own_training_and_not_what_luck_explains() -> None:
    handed_in = [cell(HONEST)]
    assert audit_flags(handed_in, [cell(replace(HONEST, share=0.93))]) == ()
    assert audit_flags(handed_in, [cell(replace(HONEST, share=0.99))]) == ()
    assert audit_flags(handed_in, []) == ()
    assert audit_flags(handed_in, [cell(replace(HONEST, share=0.9))]) == (
        Flag(
            kind=FlagKind.OTHER_WEIGHTS,
            message="The weights that were handed in do better than the same network with the same settings does.",
            evidence="“test-cnn”: 95.00% as handed in, 90.00% trained anew.",
        ),
    )


def test_the_same_weights_in_two_submissions_are_flagged_in_both() -> None:
    run = ClassReport(
        submissions=(
            report(HONEST, "student-01"),
            report(replace(HONEST, weights="w2" * 32), "student-02"),
            report(HONEST, "student-03"),
        )
    )
    first, second, third = (one.flags for one in flagged(run).submissions)
    message = "The trained weights are, number for number, those of another submission."
    found = "“test-cnn”: fingerprint w1w1w1w1w1w1, also of"
    assert first == (Flag(kind=FlagKind.SAME_WEIGHTS, message=message, evidence=f"{found} student-03."),)
    assert second == ()
    assert third == (Flag(kind=FlagKind.SAME_WEIGHTS, message=message, evidence=f"{found} student-01."),)
    assert flagged(flagged(run)) == flagged(run)


def test_the_same_weights_are_no_wonder_from_one_trainer_one_seed_one_student_or_without_learning() -> None:
    def none_of(*reports: SubmissionReport) -> bool:
        return not any(one.flags for one in flagged(ClassReport(submissions=reports)).submissions)

    first, second = report(HONEST, "student-01"), report(HONEST, "student-02")
    assert not none_of(first, second)
    assert none_of(report(HONEST, "student-01", training()), report(HONEST, "student-02", training()))
    assert none_of(replace(first, seeded=True), replace(second, seeded=True))
    assert none_of(first, first)
    assert none_of(first, replace(second, assignment="another"))
    untrained = replace(HONEST, share=0.1)
    assert none_of(report(untrained, "student-01"), report(untrained, "student-02"))
    unread = replace(HONEST, weights="")
    assert none_of(report(unread, "student-01"), report(unread, "student-02"))


def test_flags_are_on_the_instructors_faces_and_not_on_the_students() -> None:
    flag = Flag(kind=FlagKind.TEST_SET, message="Look <here>.", evidence="9 of 10.")
    one = replace(report(HONEST), flags=(flag,))
    run = ClassReport(submissions=(one, report(HONEST, "student-02")))
    page = class_page(run, ["a.html", "b.html"])
    assert "<li><bdi>student-01</bdi>, 05-mnist-cnn: Look &lt;here&gt;. 9 of 10.</li>" in page
    assert page.count("<li>") == 1
    assert '"kind": "test-set"' in class_json(run)
    for shown in (submission_text(one), submission_page(one)):
        assert "Look" not in shown
        assert "9 of 10" not in shown
    assert "To look at" not in class_page(flagged(ClassReport(submissions=(report(HONEST),))), ["a.html"])
