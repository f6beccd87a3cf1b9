"""The examiner, as a process."""

from __future__ import annotations

import asyncio
import signal
from typing import Any

import psutil
import pytest

from autograder.exam import Limits
from autograder.exam.calls import Replayed
from autograder.exam.crossing import Refused, Scalar, Value
from autograder.exam.examiner_session import Examiner, ExaminerFault
from autograder.exam.notebook import Cell
from autograder.exam.session import Crossed
from autograder.report import Status
from autograder.sandbox import strongest_layer
from tests.exam.notebooks import locked, notebook, solution, test

HOLDS = "Every assertion holds."
NOT_YOUR_FAULT = (
    "This test could not be carried out, which is not your fault: the points are given for now, and your"
    " instructor is asked to look."
)
CELL = Cell(source="", grade_id="test-a", points=2.0)


class Alone:
    """An examiner with no student."""

    def __init__(self, runner: asyncio.Runner, limits: Limits) -> None:
        self.run = runner.run
        self.examiner = Examiner(strongest_layer(), limits)
        self.run(self.examiner.begin())

    def verdict(self, source: str, points: float = 2, **values: Value) -> Any:
        cell = Cell(source=source, grade_id="test-a", points=points)
        return self.run(self.examiner.test(cell, Crossed(values), Replayed(Crossed({}))))

    def set_up(self, source: str) -> str:
        return str(self.run(self.examiner.set_up("setup", source)))

    def process(self) -> psutil.Process:
        assert self.examiner._sandbox is not None
        return psutil.Process(self.examiner._sandbox.pid)


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


def test_keras_is_imported_before_a_cell_asks_for_it_where_one_will(alone: Alone) -> None:
    imported = "import sys\nassert 'keras' in sys.modules"
    assert alone.verdict(imported).outcomes[0].status is Status.FAILED
    alone.run(alone.examiner.begin(with_keras=True))
    assert alone.verdict(imported).outcomes[0].status is Status.PASSED
    alone.run(alone.examiner.stop())
    alone.run(alone.examiner.begin())


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
