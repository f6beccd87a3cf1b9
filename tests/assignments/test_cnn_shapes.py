"""``04-cnn-shapes``: numbers that vary with the student, and what is said of wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod
from typing import Any

import numpy as np
import pytest

from autograder.arithmetic import layer_arithmetic
from autograder.personal import Personal
from tests.assignments.exercise import cell_of, judged, messages, reference, score, source_of

NAME = "04-cnn-shapes"
FUNCTIONS = {
    "test-convolve": "convolve",
    "test-max-pool": "max_pool",
    "test-conv2d-output-size": "conv2d_output_size",
    "test-pool-output-size": "pool_output_size",
    "test-conv2d-parameters": "conv2d_parameters",
    "test-dense-parameters": "dense_parameters",
}
ANSWERS = {
    "test-edges": ("horizontal_edges",),
    "test-sizes": ("my_name", "my_sizes"),
    "test-shapes": ("my_name", "my_shapes"),
    "test-counts": ("my_name", "my_counts"),
    "test-slides": ("nodes_after_pooling", "slide_count", "right_count", "they_agree", "my_name"),
}
SOLUTIONS = tuple(cell.grade_id for cell in source_of(NAME).cells if cell.solution and not cell.is_test and cell.code)
STUDENTS = ("student-01", "student-02")


@cache
def right(student: str) -> dict[str, Any]:
    """What the reference solution makes for a student who writes their own name."""
    names = dict(reference(NAME))
    for grade_id in [*SOLUTIONS[: SOLUTIONS.index("write-name")], "show-networks", *SOLUTIONS]:
        if grade_id == "show-networks":
            names["my_name"] = student
        if grade_id != "write-name":
            exec(cell_of(NAME, grade_id).source, names)
    return names


def asked(grade_id: str, student: str = "student-01", **wrong: Any) -> tuple[float, str]:
    """Score and messages for the right answers of the student with some ``wrong`` ones in their place."""
    needed = (FUNCTIONS[grade_id],) if grade_id in FUNCTIONS else ANSWERS[grade_id]
    answers = {name: wrong.get(name, right(student)[name]) for name in needed}
    outcomes = judged(NAME, grade_id, student, **answers)
    return score(outcomes), messages(outcomes)


def points(grade_id: str) -> float:
    return cell_of(NAME, grade_id).points


# --- the reference, and other right spellings --------------------------------------------------------------


@pytest.mark.parametrize("student", [*STUDENTS, "王小明"])
@pytest.mark.parametrize("grade_id", [*FUNCTIONS, *ANSWERS])
def test_the_reference_earns_full_marks_for_every_student(grade_id: str, student: str) -> None:
    assert asked(grade_id, student)[0] == points(grade_id)


def test_the_cells_have_the_points_that_are_promised() -> None:
    graded = {cell.grade_id: cell.points for cell in source_of(NAME).cells if cell.points}
    assert sum(graded.values()) == 20
    assert sum(graded[grade_id] for grade_id in [*FUNCTIONS, *ANSWERS]) == 18
    assert graded["slides-question"] == 2


def as_numpy(value: Any) -> Any:
    return np.int64(value) if isinstance(value, int) else value


SPELLINGS: dict[str, Callable[[list[Any]], Any]] = {
    "tuple": tuple,
    "floats": lambda numbers: [float(one) for one in numbers],
    "numpy numbers": lambda numbers: [np.int64(one) for one in numbers],
    "array": np.array,
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_list_of_numbers_may_be_spelled_otherwise(spelling: str) -> None:
    mine, spell = right("student-01"), SPELLINGS[spelling]
    assert asked("test-sizes", my_sizes=spell(mine["my_sizes"]))[0] == 2
    assert asked("test-counts", my_counts=spell(mine["my_counts"]))[0] == 3


@pytest.mark.parametrize(
    "spell",
    [
        tuple,
        lambda shapes: [list(shape) for shape in shapes],
        lambda shapes: [tuple(np.int64(side) for side in shape) for shape in shapes],
        lambda shapes: [np.array(shape) for shape in shapes],
        lambda shapes: [shape[0] if len(shape) == 1 else shape for shape in shapes],
    ],
    ids=["tuple", "lists", "numpy numbers", "arrays", "bare numbers"],
)
def test_shapes_may_be_spelled_otherwise(spell: Callable[[Any], Any]) -> None:
    assert asked("test-shapes", my_shapes=spell(right("student-01")["my_shapes"]))[0] == 2


@pytest.mark.parametrize("kind", [list, tuple, np.float64])
def test_the_filter_may_be_lists_or_an_array_of_floats(kind: Any) -> None:
    rows = [[-1, -1, -1], [0, 0, 0], [1, 1, 1]]
    spelled = np.array(rows, np.float64) if kind is np.float64 else kind(kind(row) for row in rows)
    assert asked("test-edges", horizontal_edges=spelled)[0] == 1


def test_the_size_of_the_picture_may_stand_in_front() -> None:
    mine = right("student-01")
    assert asked("test-sizes", my_sizes=[mine["my_chain"]["size"], *mine["my_sizes"]])[0] == 2
    assert asked("test-sizes", my_sizes=[mine["my_chain"]["size"] + 1, *mine["my_sizes"]])[0] == 0


def test_numpy_truth_and_numbers_are_accepted_of_the_slides() -> None:
    mine = right("student-01")
    given = {name: as_numpy(mine[name]) for name in ("nodes_after_pooling", "slide_count", "right_count")}
    assert asked("test-slides", **given, they_agree=np.bool_(False))[0] == 2


def sliding(image: Any, kernel: Any) -> Any:
    windows = np.lib.stride_tricks.sliding_window_view(image, np.shape(kernel))
    return np.einsum("rcij,ij->rc", windows, kernel)


@pytest.mark.parametrize(
    ("grade_id", "function"),
    [
        ("test-convolve", sliding),
        ("test-convolve", lambda image, kernel: sliding(image, kernel).tolist()),
        ("test-convolve", lambda image, kernel: sliding(image, kernel).astype("float32")),
        ("test-conv2d-output-size", lambda size, kernel, stride=1, padding="valid": (
            np.ceil(size / stride) if padding == "same" else np.floor((size - kernel) / stride) + 1
        )),
        ("test-conv2d-output-size", lambda size, kernel, stride=1, padding="valid": (
            -(-size // stride) if padding == "same" else -(-(size - kernel + 1) // stride)
        )),
        ("test-conv2d-parameters", lambda kernel, c, f: np.prod(kernel) * c * f + f),
        ("test-dense-parameters", lambda n, m: float(n * m + m)),
    ],
)  # fmt: skip
def test_functions_may_be_written_otherwise(grade_id: str, function: Any) -> None:
    assert asked(grade_id, **{FUNCTIONS[grade_id]: function})[0] == points(grade_id)


# --- numbers that vary with the student --------------------------------------------------------------------


def numbers_of(name: str) -> tuple[Any, ...]:
    made = reference(NAME)
    return made["chain_of"](name), made["cnn_of"](name), made["slide_size_of"](name)


def test_two_students_have_different_numbers_and_each_always_the_same() -> None:
    one, other = map(numbers_of, STUDENTS)
    assert all(first != second for first, second in zip(one, other, strict=True))
    assert numbers_of(" Student-01") == one
    assert right("student-01")["my_counts"] != right("student-02")["my_counts"]


def test_hardly_two_of_many_students_share_a_network() -> None:
    names = [f"b{number:08}" for number in range(1_000)]
    assert len({repr(numbers_of(name)) for name in names}) >= 999
    assert len({repr(numbers_of(name)[1]) for name in names}) > 970


def test_every_students_networks_are_valid_and_full() -> None:
    sizes_of = reference(NAME)["sizes_of"]
    for number in range(1_000):
        chain, cnn, slide_size = numbers_of(f"student-{number}")
        size = chain["size"]
        for kernel, pool in zip(chain["kernels"], chain["pools"], strict=True):
            assert kernel < size
            assert (size - kernel + 1) % pool == 0
            size = (size - kernel + 1) // pool
        assert 3 <= size == sizes_of(chain)[0][-1]
        assert chain["size"] < 100
        # Not the lesson's own: its numbers stand in the notebook.
        assert sizes_of(chain)[0] != [28, 14, 10, 5]
        shape = cnn["input_shape"]
        for kind, settings in cnn["layers"]:
            before = shape
            shape = layer_arithmetic(kind, settings, [shape])[0]
            assert prod(shape) > 0
            if kind == "MaxPooling2D":
                assert before[0] % settings["pool_size"] == 0
        assert cnn["input_shape"][0] < 50
        # Even, so that the pooling's blocks are full, and not the one where the slide's method is right.
        assert slide_size % 2 == 0
        assert 20 <= slide_size < 66
        assert slide_size != 28


# --- wrong numbers are told their cause --------------------------------------------------------------------


def second_convolution(student: str) -> tuple[int, int, int, int, int]:
    """Kernel, input channels, filters, and the output's size and the right count."""
    mine = right(student)
    settings = mine["my_cnn"]["layers"][1][1]
    kernel, filters = settings["kernel_size"], settings["filters"]
    return kernel, mine["my_shapes"][0][2], filters, mine["my_shapes"][1][0], mine["my_counts"][1]


def with_second(student: str, count: int) -> tuple[float, str]:
    counts = list(right(student)["my_counts"])
    counts[1] = count
    return asked("test-counts", student, my_counts=counts)


KINDS: dict[str, tuple[Callable[[int, int, int, int], int], str]] = {
    "bias forgotten": (
        lambda k, c, f, s: k * k * c * f,
        "the bias is missing: each filter has one number more",
    ),
    "channels forgotten": (lambda k, c, f, s: (k * k + 1) * f, "the input channels are missing"),
    "output size": (lambda k, c, f, s: s * s * c + f, "the size of the output was used"),
    "a bias per weight": (lambda k, c, f, s: 2 * k * k * c * f, "a bias does not belong to a weight"),
    "activations": (lambda k, c, f, s: s * s * f, "these are the numbers that come out of the layer"),
}


@pytest.mark.parametrize("student", STUDENTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_count_of_known_cause_is_told_it(kind: str, student: str) -> None:
    wrong, cause = KINDS[kind]
    kernel, channels, filters, size, right_count = second_convolution(student)
    count = wrong(kernel, channels, filters, size)
    assert count != right_count
    earned, said = with_second(student, count)
    assert earned == pytest.approx(3 * 3 / 4)
    assert said.startswith(f"entry 2 (Conv2D): {count:,} is not right: {cause}")
    assert f"{right_count:,}" not in said


def coincidence() -> str:
    """A student for whom the output's size in place of the kernel's gives the right count."""
    for number in range(10_000):
        name = f"student-{number}"
        settings = numbers_of(name)[1]["layers"][1][1]
        kernel, filters, size = settings["kernel_size"], settings["filters"], right_size(name)
        if size**2 == kernel**2 * filters:
            return name
    raise AssertionError("no student has this coincidence")


def right_size(name: str) -> int:
    return int(reference(NAME)["layers_of"](numbers_of(name)[1])[1][3][0])


def test_a_right_number_that_a_wrong_method_gives_too_is_right() -> None:
    student = coincidence()
    kernel, channels, filters, size, right_count = second_convolution(student)
    assert size * size * channels + filters == right_count == (kernel * kernel * channels + 1) * filters
    assert with_second(student, right_count) == (3, "All 4 entries are right.")
    assert "the size of the output was used" not in with_second(student, right_count + 1)[1]


def test_the_slide_s_slip_of_the_nodes_is_told_in_shapes_and_counts() -> None:
    mine = right("student-01")
    side, before = mine["my_shapes"][2][0], mine["my_shapes"][1][0]
    shapes = list(mine["my_shapes"])
    shapes[3] = (side * side * before,)
    assert "the last factor is the number of filters" in asked("test-shapes", my_shapes=shapes)[1]
    counts = list(mine["my_counts"])
    counts[2] = (side * side * before + 1) * shapes[4][0]
    assert "the last factor is the number of filters" in asked("test-counts", my_counts=counts)[1]


def test_wrong_shapes_are_told_their_cause() -> None:
    mine = right("student-01")["my_shapes"]
    size, _, filters = mine[1]

    def said(index: int, shape: Any) -> str:
        shapes = list(mine)
        shapes[index] = shape
        earned, text = asked("test-shapes", my_shapes=shapes)
        assert earned == pytest.approx(2 * 5 / 6)
        return text

    assert "the batch axis" in said(1, (None, *mine[1]))
    assert "the + 1 is missing" in said(1, (size - 1, size - 1, filters))
    assert "the channels stand last" in said(1, (filters, size, size))
    assert "the number of filters" in said(1, (size, size, mine[0][2]))
    assert "pooling makes the picture smaller" in said(2, mine[1])
    assert "one axis" in said(3, mine[2])


def test_wrong_sizes_are_told_their_cause() -> None:
    mine = right("student-01")
    first, *rest = mine["my_sizes"]
    assert asked("test-sizes", my_sizes=[first - 1, *rest]) == (
        1.5,
        f"entry 1 (convolution · 卷積 1): {first - 1} is not right: the + 1 is missing · 忘了 + 1.",
    )
    by_one = [first, first - mine["my_chain"]["pools"][0] + 1, *rest[1:]]
    assert "a pooling window moves by its own size" in asked("test-sizes", my_sizes=by_one)[1]


def test_the_slides_two_methods_must_be_told_apart() -> None:
    mine = right("student-01")
    assert mine["right_count"] == 18_496 != mine["slide_count"]
    earned, said = asked("test-slides", right_count=mine["slide_count"])
    assert earned == 1.5
    assert "the size of the output was used" in said
    earned, said = asked("test-slides", slide_count=18_496, they_agree=True, nodes_after_pooling=9_216)
    assert earned == 0.5
    assert said.count("this is for pictures of 28 x 28") == 2
    assert "compare both numbers" in said
    second = mine["my_slide_size"] - 4
    assert (
        "the last factor is the number of filters"
        in asked("test-slides", nodes_after_pooling=(second // 2) ** 2 * second)[1]
    )


def test_the_filter_for_vertical_edges_is_told_apart() -> None:
    assert asked("test-edges", horizontal_edges=[[-1, 0, 1]] * 3)[1].count("the filter for vertical edges") == 3
    earned, said = asked("test-edges", horizontal_edges=[[1] * 3, [0] * 3, [-1] * 3])
    assert earned == pytest.approx(1 / 3)
    assert said.count("bright above and dark below") == 2


# --- another's name ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("grade_id", ["test-sizes", "test-shapes", "test-counts", "test-slides"])
def test_another_students_numbers_are_told_whose_they_are(grade_id: str) -> None:
    others = {name: right("student-02")[name] for name in ANSWERS[grade_id]}
    earned, said = asked(grade_id, "student-01", **others)
    assert earned < points(grade_id)
    assert (
        "this is the number of the network of “student-02”; the submission is filed under “student-01”"
        " · 這是「student-02」的網路的數字；作業登記的名字是「student-01」" in said
    )


def test_the_name_that_is_written_changes_nothing_for_the_right_numbers() -> None:
    for written in ("student-02", " STUDENT-01 ", "", ..., None, 7):
        assert asked("test-counts", my_name=written)[0] == 3
    said = asked("test-counts", my_name="", my_counts=right("student-02")["my_counts"])[1]
    assert "the submission is filed under" not in said


def test_the_report_says_whose_network_it_is() -> None:
    outcomes = judged(
        NAME, "test-sizes", "student-01", **{name: right("student-01")[name] for name in ANSWERS["test-sizes"]}
    )
    assert outcomes[0].title == "The sizes in the network of “student-01” · 「student-01」的網路的大小"


# --- wrong functions --------------------------------------------------------------------------------------


def flipped(image: Any, kernel: Any) -> Any:
    return sliding(image, np.asarray(kernel)[::-1, ::-1])


WRONG_FUNCTIONS: list[tuple[str, Any, str]] = [
    ("test-convolve", flipped, "the filter was turned around"),
    ("test-max-pool", lambda image, size: -right("student-01")["max_pool"](-image, size), "smallest"),
    ("test-max-pool", lambda image, size: right("student-01")["max_pool"](image, 2), "size is not used"),
    ("test-conv2d-output-size", lambda size, kernel, stride=1, padding="valid": (
        -(-size // stride) if padding == "same" else (size - kernel) // stride
    ), "the + 1 is missing"),
    ("test-conv2d-output-size", lambda size, kernel, stride=1, padding="valid": (
        (size - kernel) // stride + 1
    ), "padding='same' is not looked at"),
    ("test-conv2d-output-size", lambda size, kernel, stride=1, padding="valid": (
        size / stride if padding == "same" else (size - kernel) / stride + 1
    ), "a size is a whole number"),
    ("test-pool-output-size", lambda size, pool, stride=None, padding="valid": (
        right("student-01")["conv2d_output_size"](size, pool, stride or 1, padding)
    ), "moves by its own size"),
    ("test-pool-output-size", lambda size, pool, stride=None, padding="valid": size // pool, "divided by the stride"),
    ("test-conv2d-parameters", lambda kernel, c, f: kernel[0] * kernel[1] * c * f, "the bias is missing"),
    ("test-conv2d-parameters", lambda kernel, c, f: (kernel[0] * kernel[1] + 1) * f, "input channels are missing"),
    ("test-conv2d-parameters", lambda kernel, c, f: kernel[0] * kernel[1] * c * f + 1, "not one for the layer"),
    ("test-conv2d-parameters", lambda kernel, c, f: (kernel[0] ** 2 * c + 1) * f, "need not be square"),
    ("test-dense-parameters", lambda inputs, units: inputs * units, "the bias is missing"),
    ("test-dense-parameters", lambda inputs, units: inputs * (units + 1), "does not belong to an input"),
]  # fmt: skip


@pytest.mark.parametrize(("grade_id", "function", "cause"), WRONG_FUNCTIONS)
def test_a_wrong_function_of_known_cause_is_told_it(grade_id: str, function: Any, cause: str) -> None:
    earned, said = asked(grade_id, **{FUNCTIONS[grade_id]: function})
    assert earned <= points(grade_id) * 0.75
    assert cause in said.splitlines()[-1]


@pytest.mark.parametrize("grade_id", FUNCTIONS)
def test_an_answer_looked_up_in_the_visible_calls_earns_a_quarter(grade_id: str) -> None:
    names = dict(reference(NAME))
    released = cell_of(NAME, grade_id).source.split("### BEGIN HIDDEN TESTS")[0]
    exec(released, names)
    hard_coded = names["looked_up"]("f", names["rows"])
    earned, said = asked(grade_id, **{FUNCTIONS[grade_id]: hard_coded})
    assert earned == points(grade_id) / 4
    assert "A hidden call raised" in said


@pytest.mark.parametrize("grade_id", [*FUNCTIONS, *ANSWERS])
@pytest.mark.parametrize("junk", [None, ..., "x", [[1, 2], 3], np.zeros((5, 2))])
def test_junk_earns_nothing_and_breaks_no_check(grade_id: str, junk: Any) -> None:
    name = FUNCTIONS.get(grade_id) or next(name for name in ANSWERS[grade_id] if name != "my_name")
    answers = dict.fromkeys((name,) if grade_id in FUNCTIONS else ANSWERS[grade_id], junk)
    outcomes = judged(NAME, grade_id, **answers)
    assert score(outcomes) == 0, messages(outcomes)
    assert not any(outcome.status == "broken" for outcome in outcomes)


def test_another_assignment_would_draw_other_numbers() -> None:
    many = range(10**9)
    draws = {Personal(assignment, "student-01").one_of("x", many) for assignment in (NAME, "05-mnist-cnn")}
    assert len(draws) == 2
