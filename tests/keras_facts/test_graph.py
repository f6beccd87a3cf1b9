"""What was called on what, in programs that call TensorFlow, override each other or hide layers in layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops
from keras.layers import LSTM, Dense, Dropout

from autograder.facts import ModelFacts
from autograder.keras_facts import UnreadableModel, read_model


class Written(keras.Model):
    """A dense layer, and what is done with it."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        super().__init__()
        self.dense, self.write = Dense(6), write

    def call(self, x: Any) -> Any:
        return self.write(self.dense(x))


def read(write: Callable[[Any], Any]) -> ModelFacts:
    return read_model(Written(write), (4,))


# --- TensorFlow's functions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("write", "activation"),
    [
        (lambda x: tf.nn.relu(x), "relu"),
        (lambda x: tf.nn.relu6(x), "relu6"),
        (lambda x: tf.nn.sigmoid(x), "sigmoid"),
        (lambda x: tf.nn.tanh(x), "tanh"),
        (lambda x: tf.nn.elu(x), "elu"),
        (lambda x: tf.nn.selu(x), "selu"),
        (lambda x: tf.nn.silu(x), "silu"),
        (lambda x: tf.nn.softmax(x), "softmax"),
        (lambda x: tf.nn.softmax(x, axis=-1), "softmax"),
        (lambda x: tf.nn.gelu(x, approximate=True), "gelu(approximate=True)"),
        (lambda x: tf.nn.leaky_relu(x), "leaky_relu(negative_slope=0.2)"),
        (lambda x: tf.sigmoid(x), "sigmoid"),
        (lambda x: tf.tanh(x), "tanh"),
        (lambda x: tf.math.sigmoid(x), "sigmoid"),
        (lambda x: tf.math.tanh(x), "tanh"),
    ],
)
def test_a_function_of_tensorflow_is_the_activation_of_the_layer_before_it(write: Any, activation: str) -> None:
    (layer,) = read(write).layers
    assert (layer.kind, layer.settings["activation"]) == ("Dense", activation)


@pytest.mark.parametrize(
    ("write", "kinds"),
    [
        (lambda x: tf.cast(x, tf.float32), ["Dense"]),
        (lambda x: tf.reshape(x, (-1, 2, 3)), ["Dense", "Reshape"]),
        (lambda x: tf.expand_dims(x, 1), ["Dense", "Reshape"]),
        (lambda x: tf.squeeze(tf.expand_dims(x, 1), 1), ["Dense", "Reshape", "Flatten"]),
        (lambda x: tf.concat([x, x], axis=-1), ["Dense", "Concatenate"]),
    ],
)
def test_a_function_of_tensorflow_that_moves_numbers_is_the_layer_that_does(write: Any, kinds: list[str]) -> None:
    assert [layer.kind for layer in read(write).layers] == kinds


def test_reading_leaves_tensorflow_as_it_was() -> None:
    before = (tf.nn.relu, tf.reshape, tf.math.tanh)
    read(lambda x: tf.nn.relu(x))
    assert (tf.nn.relu, tf.reshape, tf.math.tanh) == before
    with pytest.raises(UnreadableModel):
        read(lambda x: tf.nn.relu(x) and 1 / 0)
    assert (tf.nn.relu, tf.reshape, tf.math.tanh) == before


def test_tensors_that_are_none_of_the_networks_are_left_to_tensorflow() -> None:
    seen = []

    def write(x: Any) -> Any:
        seen.append(tf.nn.relu(tf.constant([-1.0, 2.0])).numpy().tolist())
        return x * tf.nn.relu(tf.constant(2.0)).numpy().item()

    assert [layer.kind for layer in read(write).layers] == ["Dense", "Rescaling"]
    assert seen[0] == [0.0, 2.0]


# --- calls that are overridden ----------------------------------------------------------------------------


class Further(keras.Model):
    """Made of inputs and outputs, but its call does more."""

    def __init__(self) -> None:
        inputs = keras.Input((4,))
        super().__init__(inputs, Dense(3)(inputs))
        self.more = Dense(2)

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        return self.more(super().call(inputs))


class Behind(keras.Sequential):
    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        return super().call(inputs) * 0


def test_a_call_of_ones_own_says_how_a_model_is_wired() -> None:
    further = Further()
    assert [layer.settings["units"] for layer in read_model(further).layers] == [3, 2]
    further(np.zeros((2, 4), np.float32))
    assert [layer.settings["units"] for layer in read_model(further).layers] == [3, 2]
    behind = Behind([keras.Input((4,)), Dense(3)])
    assert [layer.kind for layer in read_model(behind).layers] == ["Dense", "Rescaling"]


# --- layers of layers -------------------------------------------------------------------------------------


class Pair(layers.Layer):
    """Two layers in one."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.first, self.second = Dense(5, "relu"), Dense(3)

    def call(self, x: Any) -> Any:
        return self.second(self.first(x))


class Squared(Pair):
    """And something that no layer does."""

    def call(self, x: Any) -> Any:
        return ops.square(super().call(x))


class Picky(Pair):
    """Looks at numbers, which a symbolic tensor has not."""

    def call(self, x: Any) -> Any:
        return super().call(x) if np.asarray(x).sum() > 0 else x


def test_a_layer_made_of_layers_is_opened() -> None:
    facts = read_model(keras.Sequential([keras.Input((4,)), Pair(), Dropout(0.5)]))
    assert [(layer.kind, layer.inputs) for layer in facts.layers] == [
        ("Dense", (-1,)),
        ("Dense", (0,)),
        ("Dropout", (1,)),
    ]
    assert facts.total_parameters == 4 * 5 + 5 + 5 * 3 + 3


def test_a_layer_that_does_more_than_its_layers_is_read_whole() -> None:
    facts = read_model(keras.Sequential([keras.Input((4,)), Squared(name="mine"), Dropout(0.5)]))
    first = facts.layers[0]
    assert [layer.kind for layer in facts.layers] == ["Squared", "Dropout"]
    assert (first.custom, first.name, dict(first.settings), first.output_shape) == (True, "mine", {}, (3,))
    assert str(first.parameters) == "43"


class Halves(keras.Model):
    """Takes two inputs and gives two outputs."""

    def __init__(self) -> None:
        super().__init__()
        self.left, self.right = Dense(2), Dense(3)

    def call(self, both: Any) -> Any:
        first, second = both
        return self.left(second), self.right(first)


def test_an_inner_model_of_several_inputs_and_outputs_is_opened_with_its_wires() -> None:
    first, second = keras.Input((4,)), keras.Input((5,))
    facts = read_model(keras.Model([first, second], Halves()([first, second])))
    assert [(layer.settings["units"], layer.inputs) for layer in facts.layers] == [(2, (-2,)), (3, (-1,))]
    assert facts.outputs == (0, 1)


def test_a_layer_of_several_outputs_is_one_layer() -> None:
    inputs = keras.Input((5, 4))
    sequence, state, _carry = LSTM(3, return_sequences=True, return_state=True)(inputs)
    facts = read_model(keras.Model(inputs, layers.Concatenate()([layers.Flatten()(sequence), state])))
    assert [(layer.kind, layer.inputs) for layer in facts.layers] == [
        ("LSTM", (-1,)),
        ("Flatten", (0,)),
        ("Concatenate", (1, 0)),
    ]


# --- what goes wrong --------------------------------------------------------------------------------------


def refusal(call: Callable[[Any], Any]) -> str:
    with pytest.raises(UnreadableModel) as caught:
        read(call)
    return str(caught.value)


def failing(error: BaseException) -> Callable[[Any], Any]:
    def call(x: Any) -> Any:
        raise error

    return call


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (ValueError("first\nsecond"), "first"),
        (ValueError("  padded  "), "padded"),
        (ValueError(""), "ValueError"),
        (KeyError(), "KeyError"),
        (ValueError("x" * 300), "x" * 200),
    ],
    ids=["two lines", "padded", "empty", "none", "long"],
)
def test_a_call_that_fails_is_told_with_what_it_says_first(error: BaseException, told: str) -> None:
    assert refusal(failing(error)) == f"the model cannot be called on an input of shape (4,): {told}"


# --- models that are not built ----------------------------------------------------------------------------


class Sized(keras.Model):
    """Made with arguments, which Keras notes."""

    def __init__(self, units: int, rate: float = 0.5) -> None:
        super().__init__()
        self.dense, self.drop = Dense(units), Dropout(rate)

    def call(self, x: Any) -> Any:
        return self.drop(self.dense(x))


def test_a_model_made_with_arguments_is_read_with_them() -> None:
    model = Sized(7, rate=0.25)
    model.dense.trainable = False
    facts = read_model(model, (4,))
    assert [layer.settings.get("units", layer.settings.get("rate")) for layer in facts.layers] == [7, 0.25]
    assert [layer.trainable for layer in facts.layers] == [False, True]


def test_a_sequential_of_ones_own_that_is_not_built_is_read() -> None:
    class Mine(keras.Sequential):
        def __init__(self) -> None:
            super().__init__([Dense(3), Dropout(0.5)])

    facts = read_model(Mine(), (4,))
    assert [layer.kind for layer in facts.layers] == ["Dense", "Dropout"]


def test_what_a_model_has_seen_counts_more_than_what_the_reader_is_told() -> None:
    model = Written(lambda x: x)
    model(np.zeros((2, 4), np.float32))
    assert read_model(model, (9,)).inputs == ((4,),)
