"""``Prepared``, on the real images of MNIST. Without Keras."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Prepared, data
from autograder.datasets import fashion_mnist, mnist
from autograder.grading import ExerciseError, Outcome, Refusal, grade
from autograder.kept import Kept
from autograder.preparation import find_preparation
from autograder.report import Status
from tests.checks.networks import only

Array = npt.NDArray[Any]


@pytest.fixture(scope="module")
def test_set() -> tuple[Array, Array]:
    """The test images and labels, prepared as the exercise asks."""
    _train, (images, labels) = mnist.load_data()
    return images.reshape(-1, 28, 28, 1).astype("float32") / 255, np.eye(10)[labels]


def judged(images: Any, labels: Any, **options: Any) -> Outcome:
    return only(grade((images, labels), Prepared(mnist, "test", points=2, **options)))


def test_what_was_asked_for_passes(test_set: tuple[Array, Array]) -> None:
    outcome = judged(*test_set)
    assert outcome.title == "The test images and labels"
    assert (outcome.status, outcome.score) == (Status.PASSED, 2)
    assert outcome.message == "10,000 images and their labels are as asked."


def test_training_images_are_compared_with_training_images(test_set: tuple[Array, Array]) -> None:
    (images, labels), _test = mnist.load_data()
    prepared = images.reshape(-1, 28, 28, 1) / np.float32(255), np.eye(10)[labels]
    outcome = only(grade(prepared, Prepared(mnist, "train")))
    assert (outcome.title, outcome.status) == ("The training images and labels", Status.PASSED)
    del prepared
    outcome = only(grade(test_set, Prepared(mnist, "train")))
    assert outcome.status is Status.FAILED
    assert outcome.message.splitlines() == [
        "x_train: these are the test images, and the training images are asked for.",
        "y_train: these are the labels of the test images.",
    ]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_numbers_of_every_precision_will_do(test_set: tuple[Array, Array], dtype: str) -> None:
    assert judged(test_set[0].astype(dtype), test_set[1].astype(dtype)).status is Status.PASSED


def test_another_preparation_may_be_asked_for() -> None:
    _train, (images, labels) = mnist.load_data()
    options = {"shape": (784,), "between": (-1.0, 1.0), "one_hot": False}
    assert judged(images.reshape(-1, 784) / 127.5 - 1, labels, **options).status is Status.PASSED
    raw = {"shape": (28, 28), "between": (0, 255), "one_hot": False}
    assert judged(images, labels, **raw).status is Status.PASSED
    assert judged(images.astype(int), labels.astype(int), **raw).status is Status.PASSED


def test_any_order_will_do_as_long_as_the_labels_keep_to_it(test_set: tuple[Array, Array]) -> None:
    order = np.random.default_rng(0).permutation(10_000)
    assert judged(test_set[0][order], test_set[1][order]).status is Status.PASSED


def test_labels_in_another_order_than_their_images_are_told(test_set: tuple[Array, Array]) -> None:
    outcome = judged(test_set[0], test_set[1][::-1])
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)
    wrong = (test_set[1] != test_set[1][::-1]).any(axis=1)
    assert outcome.message == (
        f"y_test: {wrong.sum():,} of 10,000 labels are not those of their images; the first is number {wrong.argmax()}"
    )


def test_images_in_another_order_than_their_labels_are_told(test_set: tuple[Array, Array]) -> None:
    outcome = judged(test_set[0][::-1], test_set[1])
    assert outcome.score == 1
    assert outcome.message.startswith("y_test: ")


def test_one_wrong_label_is_found(test_set: tuple[Array, Array]) -> None:
    labels = test_set[1].copy()
    labels[4321] = np.roll(labels[4321], 1)
    assert judged(test_set[0], labels).message == (
        "y_test: 1 of 10,000 labels are not those of their images; the first is number 4321"
    )


def test_one_wrong_image_is_found(test_set: tuple[Array, Array]) -> None:
    images = test_set[0].copy()
    images[1234] = 0
    assert judged(images, test_set[1]).message == "x_test: 1 of 10,000 images are not those of the data set"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda x: x * 255, "0 to 255"),
        (lambda x: 2 * x - 1, "-1 to 1"),
        (lambda x: 1 - x, "1 to 0"),
        (lambda x: x / 255, "0 to 0.003922"),
    ],
)
def test_another_scale_is_told(test_set: tuple[Array, Array], change: Callable[[Array], Array], found: str) -> None:
    outcome = judged(change(test_set[0]), test_set[1])
    assert outcome.message == f"x_test: expected pixels from 0 to 1, found {found}"
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


def test_shuffled_images_of_another_scale_are_one_fault(test_set: tuple[Array, Array]) -> None:
    order = np.random.default_rng(0).permutation(10_000)
    outcome = judged(test_set[0][order] * 255, test_set[1][order])
    assert outcome.message == "x_test: expected pixels from 0 to 1, found 0 to 255"
    assert outcome.score == 1


def test_a_missing_channel_axis_is_told(test_set: tuple[Array, Array]) -> None:
    outcome = judged(test_set[0][..., 0], test_set[1])
    assert outcome.message == (
        "x_test: expected shape (10000, 28, 28, 1), found (10000, 28, 28). The channel axis is missing:"
        " x_test[..., np.newaxis] or x_test.reshape(-1, 28, 28, 1) adds it."
    )
    assert outcome.score == 1


def test_shuffled_images_without_the_channel_axis_are_one_fault(test_set: tuple[Array, Array]) -> None:
    order = np.random.default_rng(0).permutation(10_000)
    outcome = judged(test_set[0][order, :, :, 0], test_set[1][order])
    assert outcome.message == (
        "x_test: expected shape (10000, 28, 28, 1), found (10000, 28, 28). The channel axis is missing:"
        " x_test[..., np.newaxis] or x_test.reshape(-1, 28, 28, 1) adds it."
    )


def test_a_channel_axis_in_front_is_told(test_set: tuple[Array, Array]) -> None:
    assert judged(np.moveaxis(test_set[0], -1, 1), test_set[1]).message == (
        "x_test: expected shape (10000, 28, 28, 1), found (10000, 1, 28, 28). The channel axis stands last:"
        " x_test.reshape(-1, 28, 28, 1)."
    )


def test_rows_of_pixels_are_told_their_shape_alone(test_set: tuple[Array, Array]) -> None:
    assert judged(test_set[0].reshape(-1, 784), test_set[1]).message == (
        "x_test: expected shape (10000, 28, 28, 1), found (10000, 784)."
    )


def test_training_images_and_labels_in_place_of_test_ones_are_told() -> None:
    (images, labels), _test = mnist.load_data()
    outcome = judged(images[:10_000].reshape(-1, 28, 28, 1) / 255, np.eye(10)[labels[:10_000]])
    assert (
        outcome.message.splitlines()[0] == "x_test: these are the training images, and the test images are asked for."
    )
    assert outcome.score == 0


def test_training_labels_in_place_of_test_ones_are_told(test_set: tuple[Array, Array]) -> None:
    (_images, labels), _test = mnist.load_data()
    message = judged(test_set[0], np.eye(10)[labels[:10_000]]).message
    if len(labels) == 10_000:
        assert message == "y_test: these are the labels of the training images."
    else:
        assert message.startswith("y_test: ")


def test_pixels_divided_as_whole_numbers_are_told(test_set: tuple[Array, Array]) -> None:
    _train, (images, _labels) = mnist.load_data()
    assert judged(images.reshape(-1, 28, 28, 1) // 255, test_set[1]).message == (
        "x_test: its pixels are whole numbers, 0 or 1, so that every grey is lost: divide with / 255, which gives"
        " fractions, and not with //."
    )


def test_labels_that_were_made_one_hot_twice_are_told(test_set: tuple[Array, Array]) -> None:
    twice = np.eye(10)[test_set[1].astype(int)]
    assert judged(test_set[0], twice).message == (
        "y_test: expected shape (10000, 10), found (10000, 10, 10). They were made one-hot twice: once is enough."
    )


def test_integer_labels_are_told_how_to_become_one_hot(test_set: tuple[Array, Array]) -> None:
    outcome = judged(test_set[0], test_set[1].argmax(axis=1))
    assert outcome.message == (
        "y_test: expected shape (10000, 10), found (10000,). One-hot labels come from"
        " keras.utils.to_categorical(y_test, 10)."
    )
    assert outcome.score == 1


def test_one_hot_labels_are_told_where_integers_were_asked_for(test_set: tuple[Array, Array]) -> None:
    assert judged(*test_set, one_hot=False).message == (
        "y_test: expected shape (10000,), found (10000, 10). These are one-hot: leave them as whole numbers."
    )


def test_images_of_the_other_data_set_are_not_these(test_set: tuple[Array, Array]) -> None:
    _train, (images, _labels) = fashion_mnist.load_data()
    outcome = judged(images.reshape(-1, 28, 28, 1) / 255, test_set[1])
    assert outcome.message == "x_test: these are not the images of MNIST, scaled by one number"
    assert outcome.score == 1


def test_images_normalised_one_by_one_are_not_scaled_by_one_number(test_set: tuple[Array, Array]) -> None:
    images = test_set[0] / test_set[0].mean(axis=(1, 2, 3), keepdims=True)
    assert judged(images, test_set[1]).message == "x_test: these are not the images of MNIST, scaled by one number"


def test_half_of_the_images_is_too_few(test_set: tuple[Array, Array]) -> None:
    outcome = judged(test_set[0][:5000], test_set[1][:5000])
    assert outcome.message.splitlines() == [
        "x_test: expected shape (10000, 28, 28, 1), found (5000, 28, 28, 1).",
        "y_test: expected shape (10000, 10), found (5000, 10).",
    ]
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "{name} is None: the cell that makes it is not finished"),
        ([1, 2], "{name}: expected a NumPy array, found list"),
        ("x", "{name}: expected a NumPy array, found str"),
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("x", "it is not defined"), "it is not defined"),
    ],
)
def test_what_is_no_array_is_told_and_the_other_half_still_counts(
    test_set: tuple[Array, Array], value: Any, text: str
) -> None:
    images, labels = judged(value, test_set[1]), judged(test_set[0], value)
    assert (images.message, images.score) == (text.format(name="x_test"), 1)
    assert (labels.message, labels.score) == (text.format(name="y_test"), 1)


def test_arrays_of_texts_and_of_nothing_are_told(test_set: tuple[Array, Array]) -> None:
    texts = np.full((10_000, 28, 28, 1), "a")
    assert judged(texts, test_set[1]).message == "x_test: expected numbers, found dtype <U1"
    assert judged(test_set[0], np.full((10_000, 10), "a")).message == "y_test: expected numbers, found dtype <U1"
    assert judged(np.float32(3), test_set[1]).message == "x_test: expected shape (10000, 28, 28, 1), found ()."
    nothing = np.full((10_000, 28, 28, 1), np.nan, dtype=np.float32)
    assert judged(nothing, test_set[1]).message == "x_test: these are not the images of MNIST, scaled by one number"
    black = np.zeros((10_000, 28, 28, 1), dtype=np.float32)
    assert judged(black, test_set[1]).message == "x_test: these are not the images of MNIST, scaled by one number"


def test_a_part_that_is_none_is_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="expected 'train' or 'test'"):
        Prepared(mnist, "validation")  # type: ignore[arg-type]


def test_a_subject_that_is_no_pair_is_the_authors_mistake(test_set: tuple[Array, Array]) -> None:
    outcome = only(grade(test_set[0], Prepared(mnist, "test")))
    assert outcome.status is Status.BROKEN
    assert "the subject must be a pair" in outcome.detail


def test_images_of_the_other_part_are_told(test_set: tuple[Array, Array]) -> None:
    (train, _labels), _test = mnist.load_data()
    outcome = judged(train[:10_000].reshape(-1, 28, 28, 1) / 255, test_set[1])
    assert outcome.message == "x_test: these are the training images, and the test images are asked for."


def test_labels_that_were_scaled_are_told(test_set: tuple[Array, Array]) -> None:
    _train, (_images, labels) = mnist.load_data()
    outcome = judged(test_set[0], labels / 255, one_hot=False)
    assert outcome.message == "y_test: the labels were scaled, too: leave them as they are"


def test_the_same_images_are_gone_through_once_and_others_again(
    test_set: tuple[Array, Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    images, labels = test_set
    shuffled = np.random.default_rng(1).permutation(len(images))
    changed = images.copy()
    changed[7, 0, 0] = 1.0
    asked: list[Array] = []
    monkeypatch.setattr(data, "_KNOWN", Kept(4))
    monkeypatch.setattr(data, "find_preparation", lambda *sides: asked.append(sides) or find_preparation(*sides))
    check = Prepared(mnist, "test")
    for pair, score in [
        ((images, labels), 1.0),
        ((images.copy(), labels), 1.0),
        ((images[shuffled], labels[shuffled]), 1.0),
        ((images[shuffled], labels), 0.5),
        ((changed, labels), 0.5),
        ((changed, labels), 0.5),
    ]:
        assert grade(pair, check).score == score
    # What fails is looked at again: its message says how.
    assert len(asked) == 4
