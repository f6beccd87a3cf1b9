"""Cases made of exercises: the grader judges all of them as it should, and weak tests are found out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autograder.exam.notebook import load
from autograder.exam.trainings import RememberedTrainings
from autograder.verification.made import trials
from autograder.verification.rehearsal import Rehearsal, rehearsed
from autograder.verification.tally import Judged, Stopped, counted
from autograder.verification.trials import Bench
from tests.verification import exercises

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def _course(assignment: str, folder: Path) -> Iterator[Rehearsal]:
    path = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    with rehearsed(load(path), "student-01", RememberedTrainings(folder)) as rehearsal:
        yield rehearsal


def _tiny(tmp_path: Path, test: str, solution: str = exercises.SOLUTION) -> tuple[Bench, list[Judged]]:
    path = exercises.written(exercises.source(test, solution), tmp_path)
    with rehearsed(load(path), "student-01", RememberedTrainings(tmp_path)) as rehearsal:
        bench = Bench("tiny", rehearsal)
        return bench, list(bench.tried(trials(rehearsal, 80, 0)))


@pytest.mark.parametrize("assignment", ["01-dense-dropout", "04-cnn-shapes"])
def test_no_right_answer_is_refused_and_no_wrong_one_let_through(
    assignment: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with _course(assignment, tmp_path_factory.getbasetemp()) as rehearsal:
        bench = Bench(assignment, rehearsal)
        judged = list(bench.tried(trials(rehearsal, 60, 0)))
    assert [one for one in judged if one.wrongly] == []
    counts = counted(judged)
    assert counts.accepted_cases >= 60
    assert counts.rejected_cases >= 60
    assert list(bench.evidence.idle(assignment)) == []


def test_the_same_seed_makes_the_same_cases(tmp_path_factory: pytest.TempPathFactory) -> None:
    with _course("01-dense-dropout", tmp_path_factory.getbasetemp()) as rehearsal:
        first, again, other = ([one.key for one in trials(rehearsal, 40, seed)] for seed in (3, 3, 4))
    assert first == again
    assert len(set(first)) == len(first)
    assert first != other


def test_an_exercise_that_tests_well_has_no_survivors_and_no_idle_tests(tmp_path: Path) -> None:
    bench, judged = _tiny(tmp_path, exercises.TEST)
    assert [one for one in judged if one.wrongly] == []
    assert {one.right for one in judged} == {True, False}
    assert list(bench.evidence.idle("tiny")) == []


def test_a_test_with_too_few_cases_lets_a_slip_through(tmp_path: Path) -> None:
    _bench, judged = _tiny(tmp_path, exercises.TEST.replace("(0,), (7,), (-4,)", "(2,)").replace("(2,), (3,)", "(2,)"))
    survivors = [one for one in judged if one.wrongly]
    assert {(one.origin, one.right) for one in survivors} == {("by heart", False), ("slip", False)}
    # Two times two is two plus two.
    assert any("return x + 2" in one.source for one in survivors)


def test_a_test_that_refuses_another_way_to_write_the_answer_is_found_out(tmp_path: Path) -> None:
    test = exercises.TEST.replace("grade(double", "assert type(answer) is int, 'write a whole number'\ngrade(double")
    _bench, judged = _tiny(tmp_path, test)
    refused = [one for one in judged if one.wrongly and one.right]
    assert {one.wrongly for one in refused} == {"test-work: write a whole number"}


def test_a_test_that_tests_nothing_is_told(tmp_path: Path) -> None:
    bench, _judged = _tiny(tmp_path, "seen = (double, answer)\nassert True, 'never said'\n")
    assert [(one.cell, one.problem) for one in bench.evidence.idle("tiny")] == [
        ("test-work", "it tests nothing: no wrong answer fails it")
    ]


def test_hidden_tests_that_find_no_more_than_the_visible_ones_are_told(tmp_path: Path) -> None:
    bench, _judged = _tiny(tmp_path, exercises.TEST.replace(", (0,), (7,), (-4,)", ""))
    assert [(one.cell, one.problem) for one in bench.evidence.idle("tiny")] == [
        ("test-work", "its hidden tests are pointless: the visible ones refuse the same, and say the same")
    ]


def test_a_solution_that_does_not_run_is_named(tmp_path: Path) -> None:
    with pytest.raises(Stopped) as caught:
        _tiny(tmp_path, exercises.TEST, "def double(x):\n    return x * 2\n\n\nanswer = doubel(21)")
    assert str(caught.value) == "work of the solution stopped with NameError: name 'doubel' is not defined"
