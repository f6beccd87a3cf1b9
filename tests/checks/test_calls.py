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
    assert outcome.message == (
        "4 of 4 calls go wrong. output_size(28, 3) gave None, expected 26: it returns nothing: a return is missing."
    )
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


# --- slips of known cause ---------------------------------------------------------------------------------


def parameters(kernel: tuple[int, int], inputs: int, filters: int) -> int:
    """The reference."""
    return (kernel[0] * kernel[1] * inputs + 1) * filters


def no_bias(kernel: tuple[int, int], inputs: int, filters: int) -> int:
    return kernel[0] * kernel[1] * inputs * filters


def no_channels(kernel: tuple[int, int], inputs: int, filters: int) -> int:
    if inputs > 32:
        raise ValueError("no answer")
    return (kernel[0] * kernel[1] + 1) * filters


SLIPS = ((no_bias, "the bias is missing"), (no_channels, "the input channels are missing"))
PARAMETERS = Calls(parameters, [((3, 3), 3, 8), ((3, 3), 1, 32), ((5, 5), 64, 16)], misconceptions=SLIPS, points=3)


def told(function: Any, check: Calls = PARAMETERS) -> str:
    return only(grade(function, check)).message


def test_a_slip_of_known_cause_is_told_its_cause() -> None:
    assert told(no_bias) == (
        "3 of 3 calls go wrong. parameters((3, 3), 3, 8) gave 216, expected 224: the bias is missing."
    )


def test_a_hidden_slip_is_told_its_cause_without_the_case() -> None:
    hidden = Calls(parameters, [((3, 3), 3, 8)], misconceptions=SLIPS, hidden=True)
    assert told(no_bias, hidden) == (
        "1 of 1 calls go wrong. A hidden call gave 216, which is not right: the bias is missing."
    )


def test_what_the_wrong_function_cannot_answer_does_not_speak_against_it() -> None:
    def forgets_channels(kernel: tuple[int, int], inputs: int, filters: int) -> int:
        return (kernel[0] * kernel[1] + 1) * filters

    assert told(forgets_channels) == (
        "2 of 3 calls go wrong. parameters((3, 3), 3, 8) gave 80, expected 224: the input channels are missing."
    )


def test_the_call_that_is_shown_is_one_that_the_cause_explains() -> None:
    check = Calls(parameters, [((5, 5), 64, 16), ((3, 3), 3, 8)], misconceptions=SLIPS)
    assert told(lambda kernel, inputs, filters: 80, check) == (
        "2 of 2 calls go wrong. parameters((3, 3), 3, 8) gave 80, expected 224: the input channels are missing."
    )


def test_a_slip_in_some_calls_only_is_told_its_cause() -> None:
    def without_bias_on_colours(kernel: tuple[int, int], inputs: int, filters: int) -> int:
        return (no_bias if inputs == 3 else parameters)(kernel, inputs, filters)

    assert told(without_bias_on_colours) == (
        "1 of 3 calls go wrong. parameters((3, 3), 3, 8) gave 216, expected 224: the bias is missing."
    )


def test_a_slip_that_does_not_explain_every_wrong_call_is_not_told() -> None:
    def two_slips(kernel: tuple[int, int], inputs: int, filters: int) -> int:
        return (no_bias if inputs == 3 else no_channels)(kernel, min(inputs, 3), filters) - (inputs == 64)

    assert told(two_slips) == "2 of 3 calls go wrong. parameters((3, 3), 3, 8) gave 216, expected 224."


def test_a_call_that_raises_is_no_slip_even_of_a_function_that_gives_none() -> None:
    def nothing(*_arguments: Any) -> None:
        return None

    check = Calls(parameters, [((3, 3), 3, 8)], misconceptions=[(nothing, "nothing is returned")])
    assert told(lambda: 1, check).startswith("1 of 1 calls go wrong. parameters((3, 3), 3, 8) raised TypeError: ")
    assert told(nothing, check).endswith(" gave None, expected 224: nothing is returned.")


def test_a_wrong_method_that_gives_the_right_number_is_never_a_cause() -> None:
    # (24·24·32 + 64) of the slides: right for this one case.
    def slides(kernel: tuple[int, int], inputs: int, filters: int) -> int:
        return inputs * 24 * 24 + filters

    check = Calls(parameters, [((3, 3), 32, 64), ((3, 3), 3, 8)], misconceptions=[(slides, "the output's size")])
    assert told(slides, check) == (
        "1 of 2 calls go wrong. parameters((3, 3), 3, 8) gave 1,736, expected 224: the output's size."
    )
    right_there = Calls(parameters, [((3, 3), 32, 64)], misconceptions=[(slides, "the output's size")])
    assert told(lambda *_: 1, right_there) == (
        "1 of 1 calls go wrong. parameters((3, 3), 32, 64) gave 1, expected 18,496."
    )


def test_a_slip_where_the_reference_raises_is_told_its_cause() -> None:
    slips = [(lambda size: size, "a size that is not positive is accepted")]
    assert told(lambda size: size, Calls(refuse, [(0,), (1,)], misconceptions=slips)) == (
        "1 of 2 calls go wrong. refuse(0) gave 0, expected it to raise ValueError:"
        " a size that is not positive is accepted."
    )
    assert told(lambda size: size, Calls(refuse, [(0,)], misconceptions=slips, hidden=True)) == (
        "1 of 1 calls go wrong. A hidden call gave 0, which is not right: a size that is not positive is accepted."
    )


def test_a_wrong_function_may_change_its_arguments_without_harm() -> None:
    def shuffles(numbers: list[int]) -> list[int]:
        numbers.reverse()
        return numbers

    cases = [([3, 1, 2],)]
    check = Calls(sorted, cases, misconceptions=[(shuffles, "reversed, not sorted")])
    for _again in range(2):
        assert "reversed, not sorted" in told(lambda numbers: numbers[::-1], check)
    assert cases == [([3, 1, 2],)]


def test_an_error_of_known_meaning_is_told_in_plain_words() -> None:
    def power(kernel: Any, inputs: int, filters: int) -> Any:
        return np.array([1.5]) ^ 2

    assert told(power).endswith(". In Python, ^ is no power: write **.")


def test_a_slip_that_gives_no_number_is_told_its_cause() -> None:
    def nan(*_arguments: Any) -> float:
        return float("nan")

    check = Calls(parameters, [((3, 3), 3, 8)], misconceptions=[(nan, "0·ln 0 is no number")])
    assert told(nan, check).endswith(" gave nan, expected 224: 0·ln 0 is no number.")
    assert only(grade(nan, Calls(nan, [(1,)]))).score == 1


def test_of_two_slips_the_one_is_told_that_is_right_where_the_students_is() -> None:
    def halves(size: int) -> int:
        return -(-size // 2)

    slips = [(lambda size: size // 2, "rounded down"), (lambda size: round(size / 2 + 0.01), "rounded to the nearest")]
    check = Calls(halves, [(1,), (3,), (5,)], misconceptions=slips)
    assert told(lambda size: round(size / 2 + 0.01) - (size == 5), check).endswith(
        "halves(5) gave 2, expected 3: rounded down."
    )
    thirds = Calls(
        lambda size: -(-size // 3),
        [(4,), (5,)],
        misconceptions=[
            (lambda size: size // 3, "rounded down"),
            (lambda size: round(size / 3), "rounded to the nearest"),
        ],
    )
    assert told(lambda size: round(size / 3), thirds).endswith("(4) gave 1, expected 2: rounded to the nearest.")
    assert told(lambda size: size // 3, thirds).endswith("(4) gave 1, expected 2: rounded down.")


def test_a_function_that_gives_nothing_in_some_calls_only_is_not_told_to_return() -> None:
    assert judged(lambda size, kernel: None if size == 5 else 0).message == (
        "4 of 4 calls go wrong. output_size(28, 3) gave 0, expected 26."
    )


def test_an_array_of_another_shape_is_told_its_shape() -> None:
    def halved(numbers: Any) -> Any:
        return numbers[::2]

    cases = [(np.arange(4),)]
    assert told(lambda numbers: numbers, Calls(halved, cases)) == (
        "1 of 1 calls go wrong. halved(array([0, 1, 2, 3])) gave array([0, 1, 2, 3]), expected array([0, 2]):"
        " its shape is (4,), and not (2,)."
    )
    assert told(lambda numbers: numbers, Calls(halved, cases, hidden=True)) == (
        "1 of 1 calls go wrong. A hidden call gave array([0, 1, 2, 3]), which is not right:"
        " its shape is (4,), which is not the right one."
    )
    assert told(lambda numbers: numbers[1::2], Calls(halved, cases)).endswith(
        " gave array([1, 3]), expected array([0, 2])."
    )
