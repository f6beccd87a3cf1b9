"""``Calls``: functions that a student wrote. Without Keras."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks import Calls
from autograder.grading import ExerciseError, Outcome, Refusal, grade
from autograder.report import Status
from tests.checks.networks import only


def output_size(size: int, kernel: int) -> int:
    """The reference."""
    return size - kernel + 1


CASES = [(28, 3), (26, 3), (5, 5), (7, 1)]


def judged(function: Any, **options: Any) -> Outcome:
    return only(grade(function, Calls(output_size, CASES, points=4, **options)))


def test_a_right_function_passes() -> None:
    outcome = judged(lambda size, kernel: 1 + size - kernel)
    assert outcome.title == "The function output_size"
    assert (outcome.message, outcome.score) == ("All 4 calls give the right result.", 4)


def test_each_right_call_earns_its_share_and_the_first_wrong_one_is_shown() -> None:
    outcome = judged(lambda size, kernel: size - 2)
    assert outcome.message == "2 of 4 calls go wrong. output_size(5, 5) gave 3, expected 1."
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 2)


def test_a_function_that_is_always_wrong_earns_nothing() -> None:
    outcome = judged(lambda size, kernel: None)
    assert outcome.message == "4 of 4 calls go wrong. output_size(28, 3) gave None, expected 26."
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


def test_a_call_that_raises_shows_the_error() -> None:
    assert judged(lambda size, kernel: size // (kernel - 3)).message.startswith(
        "4 of 4 calls go wrong. output_size(28, 3) raised ZeroDivisionError: "
    )


def test_wrong_arguments_are_the_students_error() -> None:
    assert "raised TypeError: " in judged(lambda size: size).message


def test_a_call_that_exits_is_the_students_error() -> None:
    def leave(size: int, kernel: int) -> int:
        raise SystemExit(0)

    assert judged(leave).message == "4 of 4 calls go wrong. output_size(28, 3) raised SystemExit: 0."


def test_an_error_with_a_long_text_is_cut() -> None:
    def talk(size: int, kernel: int) -> int:
        raise ValueError("x" * 10_000)

    assert len(judged(talk).message) < 300


def test_hidden_calls_keep_their_arguments_and_results_to_themselves() -> None:
    assert judged(lambda size, kernel: size, hidden=True).message == (
        "3 of 4 calls go wrong. A hidden call gave 28, which is not right."
    )
    assert judged(lambda size, kernel: [][1], hidden=True).message == (
        "4 of 4 calls go wrong. A hidden call raised IndexError: list index out of range."
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "expected a function, found a number"),
        ("f", "expected a function, found a text"),
        (None, "expected a function, found None"),
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("f", "f is not defined"), "f is not defined"),
    ],
)
def test_something_else_than_a_function_is_told(value: Any, message: str) -> None:
    outcome = judged(value)
    assert (outcome.status, outcome.message) == (Status.FAILED, message)


def test_numpy_results_count_as_numbers_and_lists() -> None:
    assert judged(lambda size, kernel: np.int64(size - kernel + 1)).score == 4
    check = Calls(lambda n: [n, n + 1], [(1,), (2,)])
    assert grade(lambda n: np.arange(n, n + 2), check).score == 1
    assert grade(lambda n: np.arange(n), check).score == 0
    normalised = Calls(lambda x: x / x.max(), [(np.array([1.0, 2.0]),)])
    assert grade(lambda x: x / 2, normalised).score == 1
    assert only(grade(lambda x: x, normalised)).message == (
        "1 of 1 calls go wrong. <lambda>(array([1., 2.])) gave array([1., 2.]), expected array([0.5, 1. ])."
    )


def test_a_function_may_change_its_arguments_without_harm() -> None:
    cases = [([3, 1, 2],), ([2, 1],)]

    def reference(numbers: list[int]) -> list[int]:
        return sorted(numbers)

    def sort(numbers: list[int]) -> list[int]:
        numbers.sort()
        return numbers

    check = Calls(reference, cases)
    assert [grade(sort, check).score for _again in range(2)] == [1, 1]
    assert cases == [([3, 1, 2],), ([2, 1],)]


# --- a reference that raises ------------------------------------------------------------------------------


def refuse(size: int) -> int:
    """Refuses what is not positive."""
    if size <= 0:
        raise ValueError("size must be positive")
    return size


REFUSING = Calls(refuse, [(0,), (1,)], points=2)


class StudentError(RuntimeError):
    """As a function on the other side of the wall raises it."""


def raising(error: BaseException) -> Any:
    def function(size: int) -> int:
        if size > 0:
            return size
        raise error

    return function


@pytest.mark.parametrize(
    "error", [ValueError("no"), UnicodeDecodeError("utf-8", b"", 0, 0, "no"), StudentError("ValueError: no")]
)
def test_an_exception_is_right_where_the_reference_raises_it(error: Exception) -> None:
    assert grade(raising(error), REFUSING).score == 2


def test_a_result_is_wrong_where_the_reference_raises() -> None:
    outcome = only(grade(lambda size: size, REFUSING))
    assert outcome.message == "1 of 2 calls go wrong. refuse(0) gave 0, expected it to raise ValueError."
    assert outcome.score == 1
    hidden = only(grade(lambda size: size, Calls(refuse, [(0,)], hidden=True)))
    assert hidden.message == "1 of 1 calls go wrong. A hidden call gave 0, which is not right."


def test_another_exception_is_wrong_where_the_reference_raises() -> None:
    assert only(grade(raising(KeyError("size")), REFUSING)).message == (
        "1 of 2 calls go wrong. refuse(0) raised KeyError: 'size', expected it to raise ValueError."
    )
    assert only(grade(raising(StudentError("KeyError: 'size'")), REFUSING)).message == (
        "1 of 2 calls go wrong. refuse(0) raised KeyError: 'size', expected it to raise ValueError."
    )


def test_calls_without_cases_are_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="at least one case"):
        Calls(output_size, [])
