"""``Answer``: numbers, words and lists that a student worked out. Without Keras."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.arithmetic import Worked, conv2d_parameters
from autograder.checks import Answer
from autograder.checks.values import is_list
from autograder.grading import ExerciseError, Outcome, Refusal, grade
from autograder.report import Status
from tests.checks.networks import cnn, only

RIGHT, WRONG = Status.PASSED, Status.FAILED


def judged(answer: Any, check: Answer) -> Outcome:
    return only(grade(answer, check))


def is_right(answer: Any, expected: Any) -> bool:
    outcome = judged(answer, Answer(expected))
    assert outcome.status is not Status.BROKEN, outcome.detail
    return outcome.status is RIGHT


# --- one value --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [320, 320.0, np.int64(320), np.uint16(320), np.float32(320), np.array(320), conv2d_parameters((3, 3), 1, 32)],
)
def test_a_whole_number_is_right_in_every_type(answer: Any) -> None:
    assert is_right(answer, 320)


@pytest.mark.parametrize("answer", [321, 320.001, -320, "320", [320], (320,), True, {320}, math.inf, math.nan, 10**400])
def test_a_whole_number_is_exact(answer: Any) -> None:
    assert not is_right(answer, 320)


@pytest.mark.parametrize("answer", [0.1, 0.1000000001, np.float32(0.1), np.float64(0.1), np.array(0.1)])
def test_a_float_is_right_within_its_tolerance(answer: Any) -> None:
    assert is_right(answer, 0.1)


@pytest.mark.parametrize("answer", [0.11, 0.100001, 0, "0.1", math.nan, math.inf, 10**400, None])
def test_a_float_beyond_its_tolerance_is_wrong(answer: Any) -> None:
    assert not is_right(answer, 0.1)


def test_the_tolerance_may_be_wider() -> None:
    assert judged(0.33, Answer(1 / 3, tolerance=0.02)).status is RIGHT
    assert judged(0.30, Answer(1 / 3, tolerance=0.02)).status is WRONG


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        (True, True, True),
        (np.True_, True, True),
        (1, True, False),
        (True, 1, False),
        (0, False, False),
        (1.0, True, False),
        (False, 0.0, False),
    ],
)
def test_a_truth_value_is_no_number(answer: Any, expected: Any, right: bool) -> None:
    assert is_right(answer, expected) is right


@pytest.mark.parametrize("answer", ["relu", " ReLU ", "RELU\n", np.str_("relu")])
def test_a_text_is_compared_without_case_and_outer_spaces(answer: str) -> None:
    assert is_right(answer, "relu")


@pytest.mark.parametrize("answer", ["re lu", "", b"relu", ["relu"], 3])
def test_another_text_is_wrong(answer: Any) -> None:
    assert not is_right(answer, "relu")


@pytest.mark.parametrize(
    ("answer", "expected", "message"),
    [
        (321, 320, "321 is not right."),
        (18_496, 320, "18,496 is not right."),
        (0.25, 0.5, "0.25 is not right."),
        ("tanh", "relu", "'tanh' is not right."),
        (False, True, "False is not right."),
        ("320", 320, "expected a number, found a text."),
        (True, 1, "expected a number, found True or False."),
        (3, "relu", "expected a text, found a number."),
        ([320], 320, "expected a number, found a list."),
        (np.zeros((2, 3)), 320, "expected a number, found an array of shape (2, 3)."),
        (object, 320, "expected a number, found a type."),
        (10**400, 320, "a number of > 15 digits is not right."),
    ],
)
def test_a_wrong_answer_says_what_was_found(answer: Any, expected: Any, message: str) -> None:
    outcome = judged(answer, Answer(expected))
    assert outcome.message == message
    assert (outcome.status, outcome.score) == (WRONG, 0)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (None, "the answer is None: the cell that gives it is not finished"),
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("count", "count is not defined"), "count is not defined"),
    ],
)
def test_an_answer_that_is_not_there_is_told_so(answer: Any, message: str) -> None:
    assert judged(answer, Answer(320)).message == message


def test_a_right_answer_shows_its_sum() -> None:
    outcome = judged(18_496, Answer(conv2d_parameters((3, 3), 32, 64)))
    assert outcome.message == "18,496 = (3·3·32 + 1)·64 is right."
    assert judged(26, Answer(Worked(26, "28 − 3 + 1"))).message == "26 = 28 − 3 + 1 is right."


def test_a_wrong_answer_shows_the_right_sum_only_where_the_author_says_so() -> None:
    expected = conv2d_parameters((3, 3), 32, 64)
    assert judged(640, Answer(expected)).message == "640 is not right."
    assert judged(640, Answer(expected, reveal=True)).message == (
        "640 is not right. Expected 18,496 = (3·3·32 + 1)·64."
    )


# --- misconceptions ---------------------------------------------------------------------------------------


def test_a_wrong_number_of_known_cause_is_told_its_cause() -> None:
    check = Answer(320, misconceptions={288: "the bias is missing"})
    assert judged(288, check).message == "288 is not right: the bias is missing."
    assert judged(288.0, check).message == "288 is not right: the bias is missing."
    assert judged(289, check).message == "289 is not right."


def test_a_right_number_is_never_told_a_cause() -> None:
    check = Answer(18_496, misconceptions={18_496: "the size of the output was used"})
    assert judged(18_496, check).message == "18,496 is right."


@pytest.mark.parametrize("index", range(4))
def test_no_cause_of_the_lessons_network_is_told_for_a_right_count(index: int) -> None:
    facts = cnn()
    counts = [layer.parameters for layer in facts.weighted]
    outcome = judged([count.total for count in counts], Answer(counts, misconceptions=facts.misconceptions))
    assert outcome.status is RIGHT
    assert counts[index].total not in facts.misconceptions[index]


def test_a_list_of_causes_for_a_single_answer_is_the_authors_mistake() -> None:
    outcome = judged(1, Answer(2, misconceptions=[{1: "one too few"}]))
    assert outcome.status is Status.BROKEN
    assert ExerciseError.__name__ in outcome.detail


# --- lists ------------------------------------------------------------------------------------------------

COUNTS = [320, 18_496, 1_179_776, 1_290]
KINDS = ["Conv2D", "Conv2D", "Dense", "Dense"]


@pytest.mark.parametrize(
    "answer", [COUNTS, tuple(COUNTS), np.array(COUNTS), np.array(COUNTS, dtype=float), [np.int32(n) for n in COUNTS]]
)
def test_a_list_is_right_in_every_type(answer: Any) -> None:
    outcome = judged(answer, Answer(COUNTS))
    assert (outcome.status, outcome.message) == (RIGHT, "All 4 entries are right.")


def test_a_number_of_any_library_is_no_list() -> None:
    class Number:
        def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
            return np.array(320)

    assert only(grade(Number(), Answer(320))).status is Status.PASSED
    assert not is_list(np.array(320))
    assert is_list(np.array([320]))


def test_each_right_entry_earns_its_share_and_every_wrong_one_a_line() -> None:
    facts = cnn()
    check = Answer(
        [layer.parameters for layer in facts.weighted], misconceptions=facts.misconceptions, labels=KINDS, points=4
    )
    outcome = judged([320, 18_432, 1_179_776, "1290"], check)
    assert outcome.message.splitlines() == [
        "entry 2 (Conv2D): 18,432 is not right: the bias is missing: each filter has one number more, 64 in all.",
        "entry 4 (Dense): expected a number, found a text.",
    ]
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 2)


def test_entries_without_labels_are_told_by_number() -> None:
    assert judged([1, 3], Answer([1, 2])).message == "entry 2: 3 is not right."
    assert judged([1, 3], Answer([1, 2], labels=["first"])).message == "entry 2: 3 is not right."


def test_entries_not_yet_filled_in_are_told_so() -> None:
    outcome = judged([320, None, ..., 1_290], Answer(COUNTS, points=4))
    assert outcome.message.splitlines() == [
        "entry 2: expected a number, found None.",
        "entry 3: expected a number, found “...”.",
    ]
    assert outcome.score == 2


def test_no_entry_right_is_failed() -> None:
    assert judged([1, 2], Answer([3, 4])).status is WRONG


def test_another_length_is_told() -> None:
    outcome = judged([320, 18_496], Answer(COUNTS))
    assert (outcome.message, outcome.hint) == ("expected 4 entries, found 2.", "")
    assert outcome.score == 0


def test_zeros_for_layers_without_weights_are_told_to_be_left_out() -> None:
    outcome = judged([320, 18_496, 0, 0, 0, 1_179_776, 0, 1_290], Answer(COUNTS))
    assert outcome.message == "expected 4 entries, found 8."
    assert outcome.hint == "Leave out the layers that have no weights: their zeros are not asked for."


@pytest.mark.parametrize(
    ("answer", "kind"), [(320, "a number"), ("320", "a text"), ({"a": 1}, "a dict"), (iter([1]), "a list_iterator")]
)
def test_no_list_at_all_is_told(answer: Any, kind: str) -> None:
    assert judged(answer, Answer(COUNTS)).message == f"expected a list of 4 entries, found {kind}."


def test_shapes_may_be_tuples_or_lists_and_nest() -> None:
    shapes = [(26, 26, 32), (9216,)]
    assert is_right(shapes, shapes)
    assert is_right([[26, 26, 32], [9216]], shapes)
    assert is_right(((26, 26, 32), (9216,)), [[26, 26, 32], [9216]])
    assert is_right([np.array([26, 26, 32]), np.array([9216])], shapes)
    outcome = judged([(26, 26, 32), 9216], Answer(shapes, misconceptions=[{}, {(None, 9216): "no batch axis"}]))
    assert outcome.message == "entry 2: expected a list, found a number."
    outcome = judged([(26, 26, 32), (None, 9216)], Answer(shapes, misconceptions=[{}, {(None, 9216): "no batch axis"}]))
    assert outcome.message == "entry 2: (None, 9216) is not right: no batch axis."


def test_one_mapping_of_causes_serves_every_entry() -> None:
    outcome = judged([0, 0], Answer([1, 2], misconceptions={0: "nothing was counted"}))
    assert outcome.message.splitlines() == [
        "entry 1: 0 is not right: nothing was counted.",
        "entry 2: 0 is not right: nothing was counted.",
    ]


def test_arrays_are_compared_by_shape_and_numbers() -> None:
    expected = [np.eye(2)]
    assert is_right([np.eye(2) + 1e-9], expected)
    assert is_right([[[1, 0], [0, 1]]], expected)
    assert not is_right([np.eye(3)], expected)
    assert not is_right([np.zeros((2, 2))], expected)
    assert not is_right([[[1], [0, 1]]], expected)
    assert not is_right([[["1", "0"], ["0", "1"]]], expected)


@pytest.mark.parametrize(
    ("answer", "expected", "right"),
    [
        ({"a": 1, "b": [2.0]}, {"b": [2], "a": 1.0}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({1, 2}, {2, 1}, True),
        ({1, 2}, {1, 3}, False),
        (frozenset({"x"}), {"x"}, True),
        (2 + 1j, 2 + 1j, True),
        (b"x", b"x", True),
    ],
)
def test_other_plain_values_are_compared_by_their_members(answer: Any, expected: Any, right: bool) -> None:
    assert is_right(answer, expected) is right


# --- what a student may come up with ----------------------------------------------------------------------


class Agreeable:
    """Equal to everything, and whatever is asked of it."""

    __class__ = int  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return hash("relu")

    def __len__(self) -> int:
        return 4

    def __float__(self) -> float:
        return 320.0

    def __bool__(self) -> bool:
        return True


class Liar:
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        raise RuntimeError

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise RuntimeError


class AgreeableInt(int):
    __eq__ = Agreeable.__eq__
    __hash__ = int.__hash__

    def __int__(self) -> int:
        return 320

    def __repr__(self) -> str:
        raise RuntimeError


class AgreeableFloat(float):
    __eq__ = Agreeable.__eq__
    __hash__ = float.__hash__

    def __float__(self) -> float:
        return 320.0


class AgreeableText(str):
    __eq__ = Agreeable.__eq__
    __hash__ = str.__hash__

    def strip(self, *args: Any) -> Any:
        return self

    def casefold(self) -> Any:
        return self


class AgreeableList(list):  # type: ignore[type-arg]
    __eq__ = Agreeable.__eq__
    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return 4

    def __iter__(self) -> Any:
        return iter(COUNTS)


class AgreeableArray(np.ndarray):  # type: ignore[type-arg]
    def __eq__(self, other: object) -> Any:
        return True

    __hash__ = None  # type: ignore[assignment]


HOSTILE: list[Callable[[], Any]] = [
    Agreeable,
    Liar,
    lambda: AgreeableInt(7),
    lambda: AgreeableFloat(7),
    lambda: AgreeableText("x"),
    lambda: AgreeableList([7]),
    lambda: np.zeros(3).view(AgreeableArray),
]


@pytest.mark.parametrize("expected", [320, 0.5, "relu", True, COUNTS, (1, 2), {"a": 1}, {"relu"}, np.eye(2)])
@pytest.mark.parametrize("make", HOSTILE)
def test_an_object_that_says_it_is_equal_is_not(make: Callable[[], Any], expected: Any) -> None:
    assert not is_right(make(), expected)
    assert not is_right([make()], [expected])
    assert not is_right({"a": make()}, {"a": expected})
    assert not is_right((make(), make()), (expected, expected))


def test_the_value_of_a_subclass_is_what_counts() -> None:
    assert is_right(AgreeableInt(320), 320)
    assert is_right(AgreeableList(COUNTS), COUNTS)
    assert is_right(AgreeableText("relu"), "relu")


@pytest.mark.parametrize("make", HOSTILE)
def test_a_wrong_object_is_described_whatever_it_says_of_itself(make: Callable[[], Any]) -> None:
    outcome = judged(make(), Answer(320))
    assert outcome.status is WRONG
    assert outcome.message.startswith(("expected a number, found a", "7 is not right"))


def test_integers_too_long_to_print_are_no_fault_of_ours() -> None:
    outcome = judged([[10**5000]], Answer([[1]]))
    assert (outcome.status, outcome.message) == (WRONG, "entry 1: a list is not right.")


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.tuples(inner) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(deadline=None)
@given(answer=PLAIN, expected=PLAIN)
def test_no_plain_answer_is_our_fault(answer: Any, expected: Any) -> None:
    outcome = judged(answer, Answer(expected))
    assert outcome.status is not Status.BROKEN, outcome.detail
    assert 0 <= outcome.score <= outcome.points


@settings(deadline=None)
@given(expected=PLAIN.filter(lambda value: value is not None and value == value and "nan" not in repr(value)))
def test_every_plain_value_is_its_own_right_answer(expected: Any) -> None:
    assert is_right(expected, expected)


def test_a_sum_behind_the_entries_is_told_to_be_left_out() -> None:
    outcome = judged([*COUNTS, sum(COUNTS)], Answer(COUNTS))
    assert (outcome.message, outcome.hint) == (
        "expected 4 entries, found 5.",
        "Leave out the sum at the end: it is not asked for.",
    )
    assert judged([*COUNTS, 1], Answer(COUNTS)).hint == ""
    assert judged(["a", "b", "ab"], Answer(["a", "b"])).hint == ""


def test_right_entries_in_another_order_are_told_so() -> None:
    assert judged(COUNTS[::-1], Answer(COUNTS)).hint == "These are the numbers asked for, in another order."
    assert judged([320, 18_496, 1_290, 5], Answer(COUNTS)).hint == ""
    # Of truth values, and of numbers of which some are alike, that would say how often each is right.
    assert judged([True, False], Answer([False, True])).hint == ""
    assert judged([2, 1, 1], Answer([1, 1, 2])).hint == ""
