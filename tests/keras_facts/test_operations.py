"""Bare operations are read as the layers that do the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import pytest
from keras import layers, ops

from autograder.facts import LayerFacts
from autograder.keras_facts import read_model


def read(write: Callable[[Any], Any], shape: tuple[int, ...] = (4,)) -> LayerFacts:
    """What stands behind the input of a functional model."""
    inputs = keras.Input(shape)
    facts = read_model(keras.Model(inputs, write(inputs)))
    (layer,) = (*facts.preprocessing, *facts.layers)
    return layer


@pytest.mark.parametrize(
    ("write", "scale", "offset"),
    [
        (lambda x: x / 4, 0.25, 0.0),
        (lambda x: ops.divide(x, 4), 0.25, 0.0),
        (lambda x: x * 3, 3.0, 0.0),
        (lambda x: 3 * x, 3.0, 0.0),
        (lambda x: x + 2, 1.0, 2.0),
        (lambda x: 2.5 + x, 1.0, 2.5),
        (lambda x: x - 2, 1.0, -2.0),
        (lambda x: 2 - x, -1.0, 2.0),
        (lambda x: ops.subtract(x, x2=2), 1.0, -2.0),
    ],
)
def test_a_sum_with_a_number_is_a_rescaling(write: Callable[[Any], Any], scale: float, offset: float) -> None:
    layer = read(write)
    assert (layer.kind, dict(layer.settings), layer.custom) == (
        "Rescaling",
        {"offset": offset, "scale": scale},
        False,
    )
    assert all(type(value) is float for value in layer.settings.values())


@pytest.mark.parametrize(
    ("write", "kind"),
    [
        (lambda x: 4 / x, "ops.TrueDivide"),
        (lambda x: x / 0, "ops.TrueDivide"),
        (lambda x: x**2, "ops.Power"),
        (lambda x: x * True, "ops.Multiply"),
        (lambda x: ops.cast(x, "int32"), "ops.Cast"),
        (lambda x: ops.convert_to_tensor(x, dtype="int32"), "ops.ConvertToTensor"),
        (lambda x: ops.ravel(x), "ops.Ravel"),
        (lambda x: ops.reshape(x, (2, -1)), "ops.Reshape"),
    ],
)
def test_an_operation_that_no_layer_does_is_marked(write: Callable[[Any], Any], kind: str) -> None:
    layer = read(write)
    assert (layer.kind, dict(layer.settings), layer.custom) == (kind, {}, True)


@pytest.mark.parametrize(
    ("write", "activation"),
    [
        (ops.relu, "relu"),
        (ops.relu6, "relu6"),
        (ops.softmax, "softmax"),
        (lambda x: ops.softmax(x, axis=1), "softmax"),
        (ops.sigmoid, "sigmoid"),
        (ops.tanh, "tanh"),
        (ops.elu, "elu"),
        (lambda x: ops.elu(x, alpha=0.5), "elu(alpha=0.5)"),
        (ops.selu, "selu"),
        (ops.gelu, "gelu(approximate=True)"),
        (lambda x: ops.gelu(x, approximate=False), "gelu"),
        (ops.silu, "silu"),
        (ops.leaky_relu, "leaky_relu(negative_slope=0.2)"),
        (lambda x: ops.leaky_relu(x, 0), "relu"),
        (ops.softplus, "softplus"),
        (ops.softsign, "softsign"),
        (ops.hard_sigmoid, "hard_sigmoid"),
        (ops.hard_silu, "hard_silu"),
        (ops.log_sigmoid, "log_sigmoid"),
        (ops.log_softmax, "log_softmax"),
        (lambda x: keras.activations.relu(x, negative_slope=0.1), "leaky_relu(negative_slope=0.1)"),
        (lambda x: keras.activations.relu(x, max_value=6.0), "relu6"),
        (lambda x: keras.activations.relu(x, threshold=0.5), "relu(threshold=0.5)"),
    ],
)
def test_an_activation_function_is_an_activation(write: Callable[[Any], Any], activation: str) -> None:
    layer = read(write)
    assert (layer.kind, dict(layer.settings), layer.custom) == ("Activation", {"activation": activation}, False)


@pytest.mark.parametrize(
    ("write", "shape", "target"),
    [
        (lambda x: ops.reshape(x, (-1, 2, 2)), (4,), (2, 2)),
        (lambda x: ops.expand_dims(x, 1), (4,), (1, 4)),
        (lambda x: ops.squeeze(x, 1), (1, 4, 2), (4, 2)),
    ],
)
def test_a_reshaping_of_each_image_is_a_reshape(
    write: Callable[[Any], Any], shape: tuple[int, ...], target: tuple[int, ...]
) -> None:
    layer = read(write, shape)
    assert (layer.kind, dict(layer.settings), layer.output_shape) == ("Reshape", {"target_shape": target}, target)


@pytest.mark.parametrize(
    "convert",
    [lambda x: ops.cast(x, "float16"), ops.convert_to_tensor, lambda x: ops.convert_to_tensor(x, dtype="float16")],
)
def test_a_conversion_to_a_kind_of_float_does_nothing(convert: Callable[[Any], Any]) -> None:
    inputs = keras.Input((4,))
    facts = read_model(keras.Model(inputs, layers.Dense(3)(convert(inputs))))
    assert [layer.kind for layer in (*facts.preprocessing, *facts.layers)] == ["Dense"]


@pytest.mark.parametrize("kind", ["Add", "Subtract", "Multiply", "Maximum", "Minimum"])
def test_an_operation_on_two_branches_is_the_layer_that_merges_them(kind: str) -> None:
    def merged(merge: Callable[[Any, Any], Any]) -> Any:
        inputs = keras.Input((4,))
        first, second = layers.Dense(3, "relu")(inputs), layers.Dense(3, "tanh")(inputs)
        return read_model(keras.Model(inputs, merge(first, second)))

    written = merged(getattr(ops, kind.lower()))
    assert written == merged(lambda first, second: getattr(keras.layers, kind)()([first, second]))
    assert (written.layers[-1].kind, dict(written.layers[-1].settings)) == (kind, {})


def test_joined_branches_are_a_concatenation_along_the_same_axis() -> None:
    def joined(join: Callable[[Any], Any]) -> Any:
        inputs = keras.Input((2, 4))
        return read_model(keras.Model(inputs, join([layers.Dense(3)(inputs), layers.Dense(3, "relu")(inputs)])))

    by_channel, by_row = joined(layers.Concatenate()), joined(layers.Concatenate(axis=1))
    assert by_channel != by_row
    for axis, joint in ((-1, by_channel), (2, by_channel), (1, by_row), (-2, by_row)):
        assert joined(lambda both, axis=axis: ops.concatenate(both, axis=axis)) == joint
