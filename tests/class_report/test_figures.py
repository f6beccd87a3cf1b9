"""Figures of a class, counted by hand."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

from autograder import report as reported
from autograder.class_report.figures import (
    checks,
    curves,
    entries,
    histogram,
    misconceptions,
    numbers,
    parts,
)
from autograder.class_report.flags import flags
from autograder.report import ClassReport
from tests.class_report.classes import graded, outcome, small_class


def test_a_class_in_a_few_numbers() -> None:
    found = numbers(small_class())
    assert (found.submissions, found.students, found.graded, found.review, found.median) == (5, 5, 4, 2, 50.0)


def test_what_is_ungraded_or_broken_comes_first() -> None:
    assert [entry.student for entry in entries(small_class())] == [
        *("student-05", "student-04", "student-01", "student-02", "student-03")
    ]


def test_the_best_network_of_a_notebook_is_the_one_that_counts() -> None:
    submission = graded("s", outcome("a", 1, accuracy=0.5), outcome("b", 1, accuracy=0.9))
    (entry,) = entries(ClassReport(submissions=(submission,)))
    assert (entry.accuracy, entry.parameters) == (0.9, 1900)


def test_a_test_cell_is_counted_by_what_it_came_to() -> None:
    (part,) = parts(small_class())
    assert part.counts == {"right": 1, "partly": 2, "wrong": 0, "person": 1}
    assert part.mean == 1.12


def test_a_check_names_whom_it_did_not_pass_and_most_missed_comes_first() -> None:
    found = [(one.title, one.passed, one.missed, one.skipped) for one in checks(small_class())]
    assert found == [
        ("Counts", 1, ("student-02", "student-03"), 1),
        ("Accuracy", 2, ("student-03",), 1),
    ]


def test_a_check_of_a_students_own_numbers_is_one_check() -> None:
    mine = [graded(name, outcome(f"The sizes of “{name}” · 「{name}」", 0)) for name in ("student-01", "student-02")]
    (check,) = checks(ClassReport(submissions=tuple(mine)))
    assert check.title == "The sizes of “…” · 「…」"


def test_a_misconception_is_told_once_with_all_who_have_it() -> None:
    first, second = misconceptions(small_class())
    assert (first.cause, first.known, first.students) == ("the bias is missing", True, ("student-02", "student-03"))
    assert first.places == ("05-mnist-cnn · test-counts",)
    assert (second.cause, second.known, second.students) == ("Accuracy came to 0.", False, ("student-03",))


def test_curves_are_points_of_each_training() -> None:
    points = list(curves(small_class()))
    assert len(points) == 4 * 4
    assert (points[1].training, points[1].curve, points[1].epoch, points[1].value) == (
        *("student-01 · 05-mnist-cnn · 1", "loss"),
        *(2, 0.5),
    )


def test_full_marks_are_counted_with_the_nineties() -> None:
    assert histogram(small_class()) == {("05-mnist-cnn", 90): 1, ("05-mnist-cnn", 50): 2, ("05-mnist-cnn", 20): 1}


def prints(seed: str, count: int) -> list[bytes]:
    return sorted(hashlib.sha256(f"{seed}{number}".encode()).digest()[:6] for number in range(count))


def test_likeness_is_flagged_within_an_assignment_only() -> None:
    def submission(student: str, assignment: str, text: str) -> object:
        own = base64.b64encode(b"".join(prints(text, 20))).decode()
        return replace(graded(student, outcome("a", 1), assignment=assignment), prints=own)

    names = [f"student-{number:02}" for number in range(1, 8)]
    here = [submission(name, "a", "copied" if name in names[:2] else name) for name in names]
    there = [submission(name, "b", "copied" if name == names[2] else f"other {name}") for name in names]
    (flag,) = flags(ClassReport(submissions=(*here, *there)))  # type: ignore[arg-type]
    assert (flag.students, flag.assignment) == (("student-01", "student-02"), "a")
    assert flag.reason == (
        "Of what the shorter of the two notebooks says beyond the exercise, 100% is in the other too (20 passages)."
    )


def test_the_same_trained_weights_are_flagged() -> None:
    one, two, three = (
        replace(graded(name, outcome("a", 1)), weights=weights)
        for name, weights in (("a", ("w1", "w2")), ("b", ("w2",)), ("c", ("w3",)))
    )
    (flag,) = flags(ClassReport(submissions=(one, two, three)))
    assert flag.students == ("a", "b")
    assert flag.reason == "They handed in the same trained weights, number for number."


def test_the_flags_of_a_submission_are_told_with_whose_it_is() -> None:
    told = reported.Flag(kind=reported.FlagKind.HIGH_ACCURACY, message="Higher than known.", evidence="“test”: 99.9%.")
    one = replace(graded("student-01", outcome("a", 1)), flags=(told,))
    (flag,) = flags(ClassReport(submissions=(one,)))
    assert (flag.students, flag.reason) == (("student-01",), "Higher than known. “test”: 99.9%.")
