"""A layer's configuration in one form."""

from __future__ import annotations

import functools
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, regularizers
from keras.layers import Conv2D, Dense

from autograder.keras_facts import read_model
from autograder.keras_facts.settings import activation_call, activation_of_layer, builtin_class, plain
from tests.keras_facts.ids import kind_of


def settings_of(layer: Any, shape: tuple[int, ...] = (4,)) -> dict[str, Any]:
    return dict(read_model(keras.Sequential([keras.Input(shape), layer])).layers[-1].settings)


# --- values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("same", "same"),
        (np.bool_(False), False),
        (3, 3),
        (np.int64(3), 3),
        (np.float32(0.001), 0.001),
        (0.1234567891, 0.123457),
        (np.array([[1, 2], [3, 4]]), ((1, 2), (3, 4))),
        ([1, (2.0, None)], (1, (2.0, None))),
        ({"b": [1], "a": np.float32(0.5)}, {"a": 0.5, "b": (1,)}),
        ({2: "x", "1": "y"}, {"1": "y", "2": "x"}),
        (object(), "custom:object"),
        (len, "custom:builtin_function_or_method"),
    ],
)
def test_a_value_is_brought_into_pythons_own_form(value: Any, expected: Any) -> None:
    found = plain(value)
    assert found == expected
    assert type(found) is type(expected)
    if isinstance(found, dict):
        assert list(found) == list(expected)


# --- activations ------------------------------------------------------------------------------------------


def own(x: Any, factor: float = 2.0) -> Any:
    return x * factor


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (functools.partial(keras.activations.relu, max_value=6), "relu6"),
        (functools.partial(keras.activations.relu, negative_slope=0.1), "leaky_relu(negative_slope=0.1)"),
        (functools.partial(keras.activations.elu, alpha=0.5), "elu(alpha=0.5)"),
        (functools.partial(keras.activations.softmax, axis=-1), "softmax"),
        (functools.partial(own, factor=3.0), "custom:own"),
        (layers.PReLU(), "custom:PReLU"),
        (tf.nn.softmax, "softmax"),
        (keras.ops.silu, "silu"),
        ("hard_sigmoid", "hard_sigmoid"),
    ],
)
def test_an_activation_is_read_however_it_is_bound(activation: Any, name: str) -> None:
    assert settings_of(Dense(3, activation=activation))["activation"] == name


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        ("relu", {}, "relu"),
        ("relu", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, "relu"),
        ("relu", {"max_value": 6}, "relu6"),
        ("relu", {"max_value": 6.0, "threshold": 1.0}, "relu(max_value=6.0, threshold=1.0)"),
        ("relu", {"negative_slope": 0.5}, "leaky_relu(negative_slope=0.5)"),
        ("relu", {"negative_slope": 0.5, "max_value": 1.0}, "relu(max_value=1.0, negative_slope=0.5)"),
        ("leaky_relu", {}, "leaky_relu(negative_slope=0.2)"),
        ("leaky_relu", {"negative_slope": 0}, "relu"),
        ("elu", {"alpha": 1.0}, "elu"),
        ("elu", {"alpha": 2.0}, "elu(alpha=2.0)"),
        ("softmax", {"axis": -1}, "softmax"),
        ("softmax", {"axis": 1}, "softmax(axis=1)"),
        ("log_softmax", {"axis": -1}, "log_softmax"),
        ("gelu", {"approximate": False}, "gelu"),
        ("gelu", {"approximate": True}, "gelu(approximate=True)"),
        ("swish", {}, "silu"),
        ("celu", {"alpha": 1.0}, "celu(alpha=1.0)"),
    ],
)
def test_an_activation_is_named_with_the_arguments_that_change_it(
    name: str, arguments: dict[str, Any], text: str
) -> None:
    assert activation_call(name, arguments) == text


class Quiet(layers.ReLU):
    def call(self, inputs: Any) -> Any:
        return inputs


@pytest.mark.parametrize(
    ("layer", "activation"),
    [
        (layers.Activation("tanh"), "tanh"),
        (layers.ReLU(max_value=2.0), "relu(max_value=2.0)"),
        (layers.ReLU(negative_slope=0.5, threshold=1.0), "relu(negative_slope=0.5, threshold=1.0)"),
        (layers.LeakyReLU(negative_slope=0.5), "leaky_relu(negative_slope=0.5)"),
        (layers.ELU(alpha=0.5), "elu(alpha=0.5)"),
        (layers.Softmax(axis=1), "softmax(axis=1)"),
        (layers.PReLU(), None),
        (Dense(3, "relu"), None),
        (Quiet(), None),
    ],
    ids=kind_of,
)
def test_what_a_layer_applies_is_an_activation_where_that_is_all_it_does(layer: Any, activation: str | None) -> None:
    assert activation_of_layer(layer) == activation


# --- regularizers, constraints, layers inside -------------------------------------------------------------


class Halved(regularizers.L2):
    """A regularizer of the student's own."""


@pytest.mark.parametrize(
    ("regularizer", "setting"),
    [
        (None, None),
        ("l1", {"l1": 0.01}),
        (regularizers.L1(0.5), {"l1": 0.5}),
        (regularizers.L2(0.25), {"l2": 0.25}),
        (regularizers.L1L2(l1=0.5, l2=0.25), {"l1": 0.5, "l2": 0.25}),
        (regularizers.L1L2(l1=0.0, l2=0.25), {"l2": 0.25}),
        (regularizers.L2(0.0), None),
        (
            regularizers.OrthogonalRegularizer(factor=0.5),
            {"kind": "OrthogonalRegularizer", "factor": 0.5, "mode": "rows"},
        ),
        (Halved(0.5), "custom:Halved"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_regularizer_is_read_by_its_strengths(regularizer: Any, setting: Any) -> None:
    for name in ("kernel_regularizer", "bias_regularizer", "activity_regularizer"):
        assert settings_of(Dense(3, **{name: regularizer}))[name] == setting


def test_a_constraint_is_read_by_its_class_and_settings() -> None:
    assert settings_of(Dense(3, kernel_constraint="non_neg"))["kernel_constraint"] == {"kind": "NonNeg"}
    assert settings_of(Dense(3, bias_constraint=keras.constraints.MaxNorm(2)))["bias_constraint"] == {
        "kind": "MaxNorm",
        "axis": 0,
        "max_value": 2,
    }
    assert settings_of(Dense(3))["kernel_constraint"] is None


def test_a_layer_inside_a_layer_is_read_by_its_class_and_what_is_relevant() -> None:
    inside = settings_of(layers.TimeDistributed(Dense(3, "relu", name="mine", kernel_initializer="zeros")), (5, 4))[
        "layer"
    ]
    assert (inside["kind"], inside["units"], inside["activation"]) == ("Dense", 3, "relu")
    assert not {"name", "dtype", "kernel_initializer", "bias_initializer"} & set(inside)
    assert list(inside) == ["kind", *sorted(set(inside) - {"kind"})]


def test_names_initializers_and_seeds_are_no_settings() -> None:
    found = settings_of(Conv2D(2, 1, name="mine", kernel_initializer="zeros", bias_initializer="ones"), (4, 4, 1))
    assert not {"name", "dtype", "kernel_initializer", "bias_initializer"} & set(found)
    assert (found["filters"], found["kernel_size"], found["strides"]) == (2, (1, 1), (1, 1))
    assert "seed" not in settings_of(layers.Dropout(0.5, seed=3))


# --- whose class it is ------------------------------------------------------------------------------------


class Wide(Dense):
    """Only other defaults."""

    def __init__(self, **more: Any) -> None:
        super().__init__(512, **more)

    def get_config(self) -> dict[str, Any]:
        return {}

    def __repr__(self) -> str:
        return "Wide()"


class Doubled(Dense):
    def call(self, inputs: Any) -> Any:
        return 2 * super().call(inputs)


class DoubledAgain(Doubled):
    """Overrides nothing itself."""


class Named(Dense):
    """Brings something along that Keras does not have."""

    language = "en"

    def greeting(self) -> str:
        return "hello"


class Own(layers.Layer):
    """Nothing of Keras's but the beginning."""


class Net(keras.Model):
    """A model."""


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (Dense, Dense),
        (Wide, Dense),
        (Named, Dense),
        (Doubled, None),
        (DoubledAgain, None),
        (Own, None),
        (Net, None),
        (keras.Model, None),
        (keras.Sequential, None),
        (layers.Layer, None),
        (object, None),
    ],
)
def test_a_subclass_that_computes_nothing_else_is_its_base(cls: type, expected: type | None) -> None:
    assert builtin_class(cls) is expected


def test_a_subclass_with_a_configuration_of_its_own_is_read_by_its_base() -> None:
    found = settings_of(Wide(activation="relu"))
    assert (found["units"], found["activation"]) == (512, "relu")
