"""``Learns``, on real Keras models too small to take time."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

from autograder.checks import Learns
from autograder.grading import Outcome, Subject, grade
from autograder.report import Status
from tests.checks.networks import only, told

NO_MODEL = (
    "expected a Keras model, found None: the cell that builds it is not finished, or keeps what compile, summary or"
    " add returns, which is nothing"
)


def judged(model: Any) -> Outcome:
    return only(grade(model, Learns()))


def chain(*parts: Any, shape: tuple[int | None, ...] = (4, 4)) -> Any:
    return keras.Sequential([keras.Input(shape), *parts])


def healthy() -> Any:
    return chain(layers.Flatten(), layers.Dense(8, "relu"), layers.Dropout(0.5), layers.Dense(3, "softmax"))


@pytest.fixture(autouse=True)
def _seeded() -> None:
    keras.utils.set_random_seed(1)


def test_a_healthy_network_learns() -> None:
    outcome = judged(healthy())
    assert (outcome.status, outcome.score) == (Status.PASSED, 1)
    assert outcome.message == "Every layer receives a gradient, and the output depends on the input."


def test_a_network_of_images_learns() -> None:
    model = chain(
        *(layers.Conv2D(2, 3, activation="relu"), layers.BatchNormalization(), layers.MaxPooling2D()),
        *(layers.Flatten(), layers.Dense(3, "softmax")),
        shape=(8, 8, 1),
    )
    assert judged(model).status is Status.PASSED


def test_a_head_of_zeros_gives_one_answer() -> None:
    model = healthy()
    model.layers[-1].set_weights([np.zeros((8, 3)), np.ones(3)])
    outcome = judged(model)
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.message == "The network gives the same answer whatever image it is shown."


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_told(value: float) -> None:
    model = healthy()
    model.layers[-1].set_weights([np.full((8, 3), value), np.zeros(3)])
    outcome = judged(model)
    assert outcome.message == (
        "The network answers with numbers that are not finite (NaN or infinity): training diverged."
    )
    assert outcome.hint == "A smaller learning rate usually helps; so do pixels scaled to [0, 1]."


def test_a_network_without_trainable_layers_cannot_learn() -> None:
    frozen = healthy()
    frozen.trainable = False
    for model in (frozen, chain(layers.Flatten(), layers.Activation("softmax"))):
        assert judged(model).message == "No layer can learn: none has weights that training may change."


def test_a_layer_that_no_gradient_reaches_is_named() -> None:
    inputs = keras.Input((4, 4))
    flat = layers.Flatten()(inputs)
    dead = layers.Dense(8, "relu", bias_initializer=keras.initializers.Constant(-1000.0))(flat)
    outputs = layers.Dense(3, "softmax")(layers.Concatenate()([layers.Dense(8, "tanh")(flat), dead]))
    assert judged(keras.Model(inputs, outputs)).message == (
        "No gradient reaches Dense: training cannot change its weights."
    )


def test_a_frozen_layer_needs_no_gradient() -> None:
    model = healthy()
    model.layers[1].trainable = False
    assert judged(model).status is Status.PASSED


class Doubling(keras.Model):
    """Calls its head as it should while it is being read, and not afterwards."""

    def __init__(self) -> None:
        super().__init__()
        self.flatten, self.head, self.factor = layers.Flatten(), layers.Dense(3, "softmax"), 1.0

    def call(self, x: Any) -> Any:
        probabilities = self.head(self.flatten(x))
        return probabilities if self.factor == 1.0 else self.factor * probabilities


def test_probabilities_that_do_not_sum_to_one_are_told() -> None:
    model = Doubling()
    model(np.zeros((1, 4, 4), dtype=np.float32))
    subject = Subject(model)
    assert subject.facts.layers[-1].settings["activation"] == "softmax"
    model.factor = 2.0
    assert only(told(subject, Learns())).message == (
        "The network's outputs do not sum to one, as probabilities of classes must."
    )


def test_outputs_that_claim_no_probabilities_need_not_sum_to_one() -> None:
    assert judged(chain(layers.Flatten(), layers.Dense(3, "sigmoid"))).status is Status.PASSED
    assert judged(chain(layers.Flatten(), layers.Dense(3))).status is Status.PASSED


def test_a_head_of_logits_is_no_false_claim() -> None:
    model = chain(layers.Flatten(), layers.Dense(3))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert judged(model).status is Status.PASSED


def test_a_compiled_head_of_probabilities_is_still_a_claim() -> None:
    model = healthy()
    model.compile(loss="sparse_categorical_crossentropy")
    assert judged(model).status is Status.PASSED


def test_several_inputs_or_an_unknown_size_are_refused() -> None:
    inputs = [keras.Input((4,)), keras.Input((4,))]
    two = keras.Model(inputs, layers.Dense(3)(layers.Add()(inputs)))
    assert judged(two).message == "expected one input of a known shape, found ((4,), (4,))."
    unknown = chain(layers.GlobalMaxPooling1D(), layers.Dense(3), shape=(None, 4))
    assert judged(unknown).message == "expected one input of a known shape, found ((None, 4),)."


def test_several_outputs_are_the_models_fault_and_not_ours() -> None:
    inputs = keras.Input((4,))
    outcome = judged(keras.Model(inputs, [layers.Dense(3)(inputs), layers.Dense(2)(inputs)]))
    assert (outcome.status, outcome.message) == (Status.FAILED, "expected one output, found 2.")


def test_no_model_is_told() -> None:
    assert judged(None).message == NO_MODEL
    assert judged("model").status is Status.FAILED
