"""What Keras's errors mean: each is provoked, so that a text that Keras changes is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from autograder.keras_errors import meaning

IMAGES = np.zeros((64, 28, 28), dtype="float32")
LABELS = np.zeros(64, dtype="uint8")
ONE_HOT = keras.utils.to_categorical(LABELS, 10)


def _trained(loss: str, labels: Any, *middle: Any, units: int = 10, shape: tuple[int, ...] = (28, 28)) -> None:
    model = keras.Sequential([keras.Input(shape), *middle, layers.Dense(units, activation="softmax")])
    model.compile("sgd", loss)
    model.fit(IMAGES, labels, epochs=1, verbose=0)


NOT_FLAT = "The network answers for each row of pixels: a Flatten is missing before its Dense layers"

ERRORS: dict[str, tuple[Callable[[], Any], str]] = {
    "whole numbers, one-hot loss": (
        lambda: _trained("categorical_crossentropy", LABELS, layers.Flatten()),
        "The labels are whole numbers, and the loss takes one-hot labels: for whole numbers it is"
        " sparse_categorical_crossentropy",
    ),
    "one-hot labels, sparse loss": (
        lambda: _trained("sparse_categorical_crossentropy", ONE_HOT, layers.Flatten()),
        "The labels are one-hot, and the loss takes whole numbers: for one-hot labels it is categorical_crossentropy",
    ),
    "no Flatten, sparse loss": (lambda: _trained("sparse_categorical_crossentropy", LABELS), NOT_FLAT),
    "no Flatten, one-hot loss": (lambda: _trained("categorical_crossentropy", ONE_HOT), NOT_FLAT),
    "nine units": (
        lambda: _trained("categorical_crossentropy", ONE_HOT, layers.Flatten(), units=9),
        "The labels have 10 columns, one a class, and the network gives 9 numbers",
    ),
    "squared error of class numbers": (
        lambda: _trained("mse", LABELS, layers.Flatten()),
        "The loss compares labels and answers number by number, and the labels are not one-hot: for classes as whole"
        " numbers the loss is sparse_categorical_crossentropy",
    ),
    "rows asked for, pictures given": (
        lambda: _trained("mse", ONE_HOT, shape=(784,)),
        "The network takes images of shape (784), and is given (28, 28)",
    ),
    "one picture": (
        lambda: keras.Sequential([keras.Input((28, 28)), layers.Flatten()]).predict(IMAGES[0], verbose=0),
        "The batch axis is missing: x[:1] keeps it, and np.expand_dims(x[0], 0) puts it back",
    ),
    "no channel axis": (
        lambda: keras.Sequential([keras.Input((28, 28)), layers.Conv2D(8, 3)]),
        "A convolution needs images with a channel axis: shape (28, 28, 1)",
    ),
    "labels of other images": (
        lambda: _trained("sparse_categorical_crossentropy", LABELS[:10], layers.Flatten()),
        "There are not as many labels as images",
    ),
    "lr": (lambda: keras.optimizers.Adam(lr=0.1), "The argument is called learning_rate"),
    "a power with ^": (lambda: IMAGES ^ 2, "In Python, ^ is no power: write **"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_is_told_in_the_lessons_words(name: str) -> None:
    provoke, expected = ERRORS[name]
    with pytest.raises((ValueError, TypeError)) as caught:
        provoke()
    assert meaning(f"{caught.type.__name__}: {caught.value}") == expected


@pytest.mark.parametrize(
    "error",
    [
        "",
        "ValueError: something of the student's own",
        "ValueError: Arguments `target` and `output` must have the same rank (ndim)."
        " Received: target.shape=(32, 4, 10), output.shape=(32, 10)",
        "ValueError: Argument `output` must have rank (ndim) `target.ndim - 1`."
        " Received: target.shape=(32, 4, 10), output.shape=(32, 10)",
    ],
)
def test_of_other_errors_nothing_is_said(error: str) -> None:
    assert meaning(error) == ""
