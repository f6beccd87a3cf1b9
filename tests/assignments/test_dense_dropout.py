"""``01-dense-dropout``: the networks that it must accept and those that it must not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from autograder.datasets import fashion_mnist
from tests.assignments.exercise import judged, messages, reference, score

NO_MODEL = (
    "expected a Keras model, found None: the cell that builds it is not finished, or keeps what compile, summary or"
    " add returns, which is nothing"
)

NAME = "01-dense-dropout"
SECOND = "A second hidden Dense layer · 第二個隱藏的 Dense 層"
DROPOUT = "Dropout after the first hidden layer · 第一個隱藏層之後的 Dropout"
layers = keras.layers


def network(*between: Any, first: Any = None, output: Any = None, shape: tuple[int, ...] = (28, 28)) -> keras.Model:
    """The lesson's network with layers in between."""
    first = first or layers.Dense(128, activation="relu")
    output = output or layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input(shape), layers.Flatten(), first, *between, output])


def functional() -> keras.Model:
    inputs = keras.Input((28, 28))
    x = layers.Reshape((-1,))(inputs)
    for units in (200, 100, 50):
        x = layers.Dropout(0.2)(layers.ELU()(layers.Dense(units)(x)))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: reference(NAME, "build-model")["model"],
        lambda: network(layers.Dropout(0.3), layers.Dense(64, "relu")),
        lambda: network(layers.Dense(1, "tanh"), layers.Dropout(0.1)),
        lambda: network(layers.Dropout(0.6), layers.Dense(32, "gelu"), layers.Dropout(0.6), layers.Dense(16, "elu")),
        lambda: network(layers.Dense(64), layers.Activation("relu"), layers.Dropout(0.5), shape=(28, 28, 1)),
        lambda: network(keras.Sequential([layers.Dense(64, activation=keras.activations.selu), layers.Dropout(0.25)])),
        functional,
    ],
)
def test_every_network_that_the_task_allows_gets_full_points(build: Callable[[], keras.Model]) -> None:
    outcomes = judged(NAME, "test-architecture", model=build())
    assert score(outcomes) == 4, messages(outcomes)
    assert [outcome.title for outcome in outcomes] == [SECOND, DROPOUT]


@pytest.mark.parametrize(
    ("build", "points", "message"),
    [
        (lambda: network(), (0, 0), "is missing after layer 2 (Dense)"),
        (lambda: network(layers.Dropout(0.3)), (0, 2), "is missing after layer 3 (Dropout)"),
        (
            lambda: network(layers.Dense(64, "relu")),
            (2, 0),
            "Dropout(rate=between 0.1 and 0.6) is missing after layer 3 (Dense).",
        ),
        (lambda: network(layers.Dense(64, "relu"), layers.Dropout(0.7)), (2, 0), "found rate=0.7"),
        (lambda: network(layers.Dense(64, "relu"), layers.Dropout(0)), (2, 0), "is missing after layer 3 (Dense)."),
        (
            lambda: network(layers.Dense(64), layers.Dropout(0.3)),
            (0, 0),
            "Without an activation two layers in a row compute no more than one: name one for the layer.",
        ),
        (
            lambda: network(layers.Dense(64, "relu"), layers.Dropout(0.3), output=layers.Dense(10, "sigmoid")),
            (0, 0),
            "layer 5 (Dense): expected activation='softmax', found activation='sigmoid'.",
        ),
        (
            lambda: network(layers.Dense(64, "relu", trainable=False), layers.Dropout(0.3)),
            (0, 0),
            "its weights are frozen (trainable=False), so it cannot learn",
        ),
        (
            lambda: network(layers.Dense(64, "relu"), layers.BatchNormalization(), layers.Dropout(0.3)),
            (0, 0),
            "layer 4 (BatchNormalization)",
        ),
        (lambda: None, (0, 0), NO_MODEL),
    ],
)
def test_a_network_that_is_not_as_asked_is_told_where(
    build: Callable[[], Any], points: tuple[float, float], message: str
) -> None:
    outcomes = judged(NAME, "test-architecture", model=build())
    assert tuple(outcome.score for outcome in outcomes) == points, messages(outcomes)
    assert message in messages(outcomes)


@pytest.mark.parametrize(
    "counts",
    [
        [100_480, 8_256, 650],
        (100_480, 8_256, 650),
        np.array([100_480, 8_256, 650]),
        [100_480.0, np.int32(8_256), np.array(650)],
    ],
)
def test_right_counts_get_full_points_however_they_are_written(counts: Any) -> None:
    model = reference(NAME, "build-model")["model"]
    outcomes = judged(NAME, "test-counts", model=model, parameter_counts=counts)
    assert score(outcomes) == 2
    assert outcomes[0].title == "The number of parameters of each layer · 各層的參數數量"


def test_counts_are_those_of_the_students_own_network() -> None:
    model = network(layers.Dropout(0.3), layers.Dense(32, "relu", use_bias=False))
    assert score(judged(NAME, "test-counts", model=model, parameter_counts=[100_480, 4_096, 330])) == 2
    outcomes = judged(NAME, "test-counts", model=model, parameter_counts=[100_480, 4_128, 330])
    assert score(outcomes) == pytest.approx(4 / 3)
    assert messages(outcomes) == (
        "entry 2 (Dense): 4,128 is not right: a bias was counted, but this layer has none: use_bias is False."
    )


@pytest.mark.parametrize(
    ("counts", "points", "message"),
    [
        (
            [100_352, 8_192, 640],
            0,
            "entry 1 (Dense): 100,352 is not right: the bias is missing: each unit has one number more, 128 in all.",
        ),
        ([100_480, 8_256, 0, 650], 0, "Leave out the layers that have no weights: their zeros are not asked for."),
        ([100_480, 8_256, 651], 4 / 3, "entry 3 (Dense): 651 is not right."),
        (109_386, 0, "expected a list of 3 entries, found a number."),
        (..., 0, "the answer is still “...”: put your own in its place"),
    ],
)
def test_wrong_counts_are_told_their_cause(counts: Any, points: float, message: str) -> None:
    model = reference(NAME, "build-model")["model"]
    outcomes = judged(NAME, "test-counts", model=model, parameter_counts=counts)
    assert score(outcomes) == pytest.approx(points)
    assert message in messages(outcomes)


def test_training_counts_epochs_and_an_accuracy_is_measured() -> None:
    model = reference(NAME, "build-model")["model"]
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    (images, labels), _test = fashion_mnist.load_data()
    few = images[:32] / np.float32(255), labels[:32]
    history = model.fit(*few, epochs=4, verbose=0)
    outcomes = judged(NAME, "test-training", history=history)
    assert (score(outcomes), messages(outcomes)) == (0, "epochs: expected at least 5, found 4.")
    history = model.fit(*few, epochs=6, verbose=0)
    assert score(judged(NAME, "test-training", history=history)) == 1
    outcomes = judged(NAME, "test-accuracy", model=model)
    assert score(outcomes) == 0
    assert "below the 74.00% asked for" in messages(outcomes)
