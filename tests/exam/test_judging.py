"""Test cells, and what they come to."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.datasets import DatasetError
from autograder.exam.judging import Kept, examine
from autograder.grading import Refusal, Unfit
from autograder.report import Outcome, Status

HOLDS = "Every assertion holds."
NOT_YOUR_FAULT = (
    "This test could not be carried out, which is not your fault: the points are given for now, and your"
    " instructor is asked to look."
)


def examined(source: str, points: float = 2, **names: Any) -> Outcome:
    (outcome,) = examine(source, "test-a", points, names)
    assert (outcome.check, outcome.title, outcome.points) == ("Test", "The instructor's test", points)
    return outcome


def verdict(source: str, points: float = 2, **names: Any) -> tuple[Status, float, str]:
    outcome = examined(source, points, **names)
    return outcome.status, outcome.score, outcome.message


def test_assertions_that_hold_give_all_points() -> None:
    assert verdict("assert x == 1", x=1) == (Status.PASSED, 2.0, HOLDS)
    assert verdict("", x=1) == (Status.PASSED, 2.0, HOLDS)


def test_an_assertion_that_fails_gives_none_and_its_message() -> None:
    assert verdict("assert x == 1, f'x is {x}'", x=2) == (Status.FAILED, 0.0, "x is 2")
    assert verdict("assert x == 1", x=2) == (Status.FAILED, 0.0, "This does not hold: x == 1")


@pytest.mark.parametrize("number", ["1.5", "np.float32(1.5)", "np.float64(1.5)", "3 / 2"])
def test_a_number_is_partial_credit(number: str) -> None:
    assert verdict(number, np=np) == (Status.PARTIAL, 1.5, "The test gives 1.5 of 2 points.")


def test_the_whole_number_of_points_passes_and_none_fails() -> None:
    assert verdict("np.sum(x)", np=np, x=np.ones(2, int)) == (Status.PASSED, 2.0, "The test gives 2 of 2 points.")
    assert verdict("x * 2", x=0) == (Status.FAILED, 0.0, "The test gives 0 of 2 points.")


@pytest.mark.parametrize("number", ["2.5", "-1", "float('nan')", "float('inf')"])
def test_a_number_that_the_cell_has_no_points_for_is_the_authors_fault(number: str) -> None:
    outcome = examined(number)
    assert (outcome.status, outcome.score, outcome.message) == (Status.BROKEN, 2.0, NOT_YOUR_FAULT)
    assert outcome.detail.startswith("the test gives ")


def test_a_report_is_its_outcomes() -> None:
    source = "from autograder import Answer, grade\ngrade(x, Answer(3, points=1)) + grade(y, Answer(4, points=1))"
    first, second = examine(source, "test-a", 2, {"x": 3, "y": 5})
    assert [(one.check, one.status, one.score) for one in (first, second)] == [
        ("Answer", Status.PASSED, 1.0),
        ("Answer", Status.FAILED, 0.0),
    ]


def test_checks_that_do_not_add_up_to_the_cells_points_are_the_authors_fault() -> None:
    answer, broken = examine("from autograder import Answer, grade\ngrade(x, Answer(3, points=1))", "t", 2, {"x": 3})
    assert answer.status is Status.PASSED
    assert (broken.status, broken.points, broken.message) == (Status.BROKEN, 0.0, NOT_YOUR_FAULT)
    assert broken.detail == "the checks add up to 1 points and the cell has 2"


@pytest.mark.parametrize(
    "source",
    [
        "undefined",
        "import no_such_module",
        "x = (",
        "%matplotlib inline",
        "from autograder import grade\ngrade(1)",
        "from autograder import Layers, layer, one_or_more\nlayer('Dens')\nLayers()",
        "raise MemoryError",
        "import sys\nsys.exit(0)",
        "raise DatasetError('mnist', 'a', 'b', 'c')",
    ],
)
def test_what_no_value_of_a_students_can_cause_is_the_authors_fault(source: str) -> None:
    outcome = examined(source, DatasetError=DatasetError)
    assert (outcome.status, outcome.score, outcome.message) == (Status.BROKEN, 2.0, NOT_YOUR_FAULT)
    assert outcome.detail


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x.shape", "The test stopped with AttributeError: 'int' object has no attribute 'shape'."),
        ("len(x)", "The test stopped with TypeError: object of type 'int' has no len()."),
        ("[][x]", "The test stopped with IndexError: list index out of range."),
        ("raise ValueError", "The test stopped with ValueError."),
        ("raise Unfit('x is too small')", "x is too small."),
        ("eval('1 +')", "The test stopped with SyntaxError: invalid syntax (<string>, line 1)."),
    ],
)
def test_what_a_value_can_cause_costs_the_points(source: str, message: str) -> None:
    assert verdict(source, x=1, Unfit=Unfit) == (Status.FAILED, 0.0, message)


@pytest.mark.parametrize(
    "source",
    [
        "assert x",
        "x is not None",
        "x != 3",
        "assert x.shape == 3",
        "x()",
        "x\n2",
        "print(x)\nassert False, 'no'",
        "undefined(x)",
    ],
)
def test_a_value_that_could_not_cross_costs_the_points_whatever_the_test_makes_of_it(source: str) -> None:
    assert verdict(source, x=Refusal("x", "x is a module")) == (Status.FAILED, 0.0, "x is a module.")


def test_a_refusal_that_the_cell_does_not_use_is_no_concern_of_it() -> None:
    assert verdict("assert y == 1", x=Refusal("x", "no"), y=1)[0] is Status.PASSED
    assert verdict("undefined", x=Refusal("x", "no"))[0] is Status.BROKEN


def test_names_that_a_cell_makes_are_kept_and_those_that_it_deletes_are_not_missed() -> None:
    kept = Kept({"n": 1})
    examine("m = n + x\nn = 5\ndel x", "test-a", 2, {**kept.names, "x": 3}, kept)
    assert kept.names == {**kept.names, "m": 4, "n": 5}
    assert "x" not in kept.names


def test_a_name_that_a_cell_puts_back_is_there_for_the_next() -> None:
    kept = Kept()
    examine("was = f\ndel f\ntry:\n    assert was(0), 'no'\nfinally:\n    f = was", "test-a", 2, {"f": abs}, kept)
    assert kept.names["f"] is abs


def test_what_a_stopped_test_did_not_make_is_not_the_authors_fault_in_the_next() -> None:
    kept = Kept()
    examine("early = 1\nassert x == 1, 'no'\nlate = 2", "test-a", 2, {"x": 0}, kept)
    (outcome,) = examine("assert early == 1\nassert late == 2", "test-b", 2, {**kept.names}, kept)
    assert (outcome.status, outcome.message) == (
        Status.FAILED,
        "This test builds on the test “test-a”, which stopped: mend that first.",
    )


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("for i in range(3):\n    assert (i +\n        x) != 4", "This does not hold: i + x != 4"),
        ("def same(a, b):\n    assert a == b\nsame(x, 2)", "This does not hold: same(x, 2)"),
        ("raise AssertionError", "An assertion of this test fails."),
        ("assert x\n### BEGIN HIDDEN TESTS\nassert x == 7\n### END HIDDEN TESTS", "An assertion of this test fails."),
        ("### BEGIN HIDDEN TESTS\nassert x\n### END HIDDEN TESTS\nassert x == 7", "This does not hold: x == 7"),
    ],
)
def test_an_assertion_without_words_is_shown_unless_it_is_hidden(source: str, message: str) -> None:
    assert verdict(source, x=3) == (Status.FAILED, 0.0, message)


# The examiner's process.
