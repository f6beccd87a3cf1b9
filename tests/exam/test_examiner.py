"""Test cells and their verdicts; the examiner as a process."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import numpy as np
import psutil
import pytest

from autograder.datasets import DatasetError
from autograder.exam import Limits
from autograder.exam.crossing import Refused, Scalar, Value
from autograder.exam.examiner import Kept, examine
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.notebook import Cell
from autograder.exam.session import Crossed
from autograder.grading import Refusal, Unfit
from autograder.report import Outcome, Status
from autograder.sandbox import strongest_layer
from tests.exam.notebooks import locked, notebook, solution, test

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

CELL = Cell(source="", grade_id="test-a", points=2.0)


class Alone:
    """An examiner with no student."""

    def __init__(self, runner: asyncio.Runner, limits: Limits) -> None:
        self.run = runner.run
        self.examiner = Examiner(strongest_layer(), limits)
        self.run(self.examiner.begin())

    def verdict(self, source: str, points: float = 2, **values: Value) -> Any:
        cell = Cell(source=source, grade_id="test-a", points=points)
        return self.run(self.examiner.test(cell, Crossed(values), None))  # type: ignore[arg-type]

    def set_up(self, source: str) -> str:
        return str(self.run(self.examiner.set_up("setup", source)))

    def process(self) -> psutil.Process:
        assert self.examiner._sandbox is not None
        assert self.examiner._sandbox._process is not None
        return psutil.Process(self.examiner._sandbox._process.pid)


@pytest.fixture(scope="module")
def alone(runner: asyncio.Runner, secret: str) -> Any:
    alone = Alone(runner, Limits(test_seconds=120, crossing_bytes=1_000_000))
    yield alone
    runner.run(alone.examiner.stop())


def test_the_process_runs_isolated_from_its_directory_and_environment(alone: Alone) -> None:
    assert alone.process().cmdline()[-3:] == ["-I", "-m", "autograder.exam.examiner"]
    verdict = alone.verdict(
        """
import os, sys
assert sys.flags.isolated
assert "" not in sys.path and os.getcwd() not in sys.path
assert os.listdir() in ([], ['.keras'])
assert "A_TOKEN" not in os.environ
assert not {"autograder.exam.student", "autograder.exam.session", "ipykernel", "nbclient"} & set(sys.modules)
"""
    )
    assert [(one.status, one.message) for one in verdict.outcomes] == [(Status.PASSED, HOLDS)]


def test_what_a_test_prints_is_kept_apart_and_bounded(alone: Alone) -> None:
    verdict = alone.verdict("import sys\nprint('é' * 50_000)\nprint('noise', file=sys.stderr)\ndisplay(3)")
    assert verdict.output == "é" * 20_000
    assert verdict.outcomes[0].status is Status.PASSED
    assert alone.verdict("display('a', 2)\nimport os\nos.write(1, b'x' * 100)\nNone").output == "'a'\n2\n"


def test_instructors_names_are_kept_until_the_next_submission(alone: Alone) -> None:
    assert alone.set_up("K = 3\ndef helper(x): return x * K") == ""
    assert alone.verdict("y = helper(x)\nassert y == 6", x=Scalar(2)).outcomes[0].status is Status.PASSED
    assert alone.verdict("assert y == 6").outcomes[0].status is Status.PASSED
    alone.run(alone.examiner.begin())
    assert alone.verdict("assert y == 6").outcomes[0].status is Status.BROKEN


def test_what_a_submission_leaves_is_freed_before_the_next(alone: Alone) -> None:
    large = "class Large:\n    def __del__(self): builtins.freed = True\nlarge = Large()\nlarge.itself = large"
    assert alone.set_up(f"import builtins\n{large}") == ""
    alone.run(alone.examiner.begin())
    assert [one.message for one in alone.verdict("import builtins\nassert builtins.freed").outcomes] == [HOLDS]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("x = (", "ExerciseError: the cell is no plain Python: '(' was never closed (<setup>, line 1)"),
    ],
)
def test_a_cell_of_the_instructors_that_fails_says_how(alone: Alone, source: str, error: str) -> None:
    assert alone.set_up(source) == error


def test_magics_of_the_instructors_do_nothing_in_the_examiner(alone: Alone) -> None:
    assert alone.set_up("%matplotlib inline\nimport math\nlisting = !ls") == ""
    assert alone.verdict("assert math.isclose(x, math.pi)", x=Scalar(3.141592653589793)).outcomes[0].score > 0


def test_refused_values_are_told(alone: Alone) -> None:
    verdict = alone.verdict("assert x == 1", x=Refused("“x” is not defined in the notebook."))
    assert [(one.status, one.message) for one in verdict.outcomes] == [
        (Status.FAILED, "“x” is not defined in the notebook.")
    ]


def test_after_a_crash_another_takes_its_place(alone: Alone) -> None:
    first = alone.process().pid
    with pytest.raises(ExaminerFault, match=r"^the examiner ended$"):
        alone.verdict("import os\nos.kill(os.getpid(), 9)")
    alone.run(alone.examiner.begin())
    assert alone.process().pid != first
    assert alone.verdict("assert True").outcomes[0].status is Status.PASSED


def test_a_verdict_too_large_to_read_is_a_fault_and_no_mixed_up_answer(alone: Alone) -> None:
    with pytest.raises(ExaminerFault):
        alone.verdict(
            "from autograder.report import Outcome, Status\nfrom autograder.grading import Report\n"
            "Report((Outcome(check='', title='', status=Status.PASSED, score=2, points=2, message='x' * 2_000_000),))"
        )
    alone.run(alone.examiner.begin())
    assert alone.verdict("assert True").outcomes[0].status is Status.PASSED


# Through a whole submission.


def test_an_examiner_that_dies_costs_no_points_and_stops_nobody(classroom: Any) -> None:
    source = notebook(
        locked("setup", "K = 3"),
        solution("a", "x = 1"),
        test("test-a", 2, "assert x * K == 3"),
        test("test-b", 3, f"import os, signal\nos.kill(os.getpid(), {int(signal.SIGKILL)})"),
        test("test-c", 1, "assert x * K == 4"),
    )
    report = classroom.grade(source)
    assert [(cell.score, cell.outcomes[0].status) for cell in report.cells] == [
        (2.0, Status.PASSED),
        (3.0, Status.BROKEN),
        (0.0, Status.FAILED),
    ]
    assert report.cells[1].outcomes[0].message == NOT_YOUR_FAULT
    assert report.cells[1].outcomes[0].detail == "the examiner ended"
    assert report.needs_review
    assert report.ungraded == ""
