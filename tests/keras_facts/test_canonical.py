"""What means the same comes out the same, and what does not, does not."""

from __future__ import annotations

from typing import Any

import keras
import pytest
from keras import Sequential, layers
from keras.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    LayerNormalization,
    MaxPooling2D,
    ReLU,
    Rescaling,
    Reshape,
    SpatialDropout2D,
)

from autograder.facts import LayerFacts, ModelFacts
from autograder.keras_facts import read_layers, read_model
from tests.keras_facts.ids import kind_of

IMAGE = (6, 6, 2)


def read(*parts: Any, shape: tuple[int | None, ...] = IMAGE) -> ModelFacts:
    return read_model(Sequential([keras.Input(shape), *parts]))


def kinds(facts: ModelFacts) -> list[str]:
    return [layer.kind for layer in facts.layers]


def last(*parts: Any, shape: tuple[int | None, ...] = IMAGE) -> LayerFacts:
    return read(*parts, shape=shape).layers[-1]


# --- what does nothing ------------------------------------------------------------------------------------

IDLE: tuple[tuple[Any, str], ...] = (
    (layers.Identity(), ""),
    (Dropout(0.0), "a Dropout layer that drops nothing was left out"),
    (layers.GaussianDropout(0), "a GaussianDropout layer that drops nothing was left out"),
    (layers.AlphaDropout(0), "a AlphaDropout layer that drops nothing was left out"),
    (SpatialDropout2D(0), "a SpatialDropout2D layer that drops nothing was left out"),
    (layers.GaussianNoise(0), ""),
    (Activation("linear"), ""),
    (Reshape(IMAGE), ""),
    (Rescaling(1.0), ""),
    (layers.ZeroPadding2D(0), ""),
    (layers.Cropping2D(0), ""),
)


@pytest.mark.parametrize(("idle", "note"), IDLE, ids=kind_of)
def test_a_layer_that_does_nothing_is_left_out(idle: Any, note: str) -> None:
    # In the middle, where nothing is read as preparation of the images.
    facts = read(Conv2D(2, 1), idle, Dense(3))
    assert facts == read(Conv2D(2, 1), Dense(3))
    assert facts.notes == ((note,) if note else ())


@pytest.mark.parametrize(
    "part",
    [
        Dropout(0.5),
        layers.GaussianNoise(0.1),
        Activation("relu", activity_regularizer="l2"),
        Activation("linear", activity_regularizer="l2"),
        Reshape((3, 12, 2)),
        Rescaling(2.0),
        Rescaling(1.0, offset=1.0),
        layers.ZeroPadding2D(1),
        layers.Cropping2D(1),
    ],
    ids=kind_of,
)
def test_a_layer_that_does_something_is_kept(part: Any) -> None:
    facts = read(Conv2D(2, 1, activity_regularizer="l1"), part, BatchNormalization())
    assert kinds(facts) == ["Conv2D", type(part).__name__, "BatchNormalization"]
    assert facts.notes == ()


def test_several_that_do_nothing_in_a_row_are_all_left_out() -> None:
    facts = read(Conv2D(2, 1), layers.Identity(), Dropout(0), layers.Identity(), Dense(3))
    assert (kinds(facts), [layer.inputs for layer in facts.layers]) == (["Conv2D", "Dense"], [(-1,), (0,)])


# --- activations ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", ["relu", "relu6", "sigmoid", "tanh", "elu", "selu", "softplus", "softsign"])
def test_an_increasing_activation_may_stand_behind_the_pooling(activation: str) -> None:
    inside = read(Conv2D(2, 1, activation=activation), MaxPooling2D())
    assert read(Conv2D(2, 1), MaxPooling2D(), Activation(activation)) == inside
    assert (kinds(inside), inside.layers[0].settings["activation"]) == (["Conv2D", "MaxPooling2D"], activation)


@pytest.mark.parametrize(
    ("between", "activation"),
    [
        (MaxPooling2D(), "gelu"),
        (MaxPooling2D(), "softmax"),
        (AveragePooling2D(2), "relu"),
        (Dropout(0.5), "tanh"),
        (Flatten(), "softmax"),
        (Flatten(), "log_softmax"),
        (BatchNormalization(), "relu"),
        (layers.GaussianNoise(0.1), "relu"),
    ],
    ids=kind_of,
)
def test_an_activation_stays_where_its_place_counts(between: Any, activation: str) -> None:
    facts = read(Conv2D(2, 1), between, Activation(activation))
    assert kinds(facts) == ["Conv2D", type(between).__name__, "Activation"]
    assert [layer.output_shape for layer in facts.layers[1:]] == [facts.layers[1].output_shape] * 2


@pytest.mark.parametrize("between", [Dropout(0.5), SpatialDropout2D(0.5), Flatten(), MaxPooling2D()], ids=kind_of)
def test_relu_passes_what_only_drops_moves_or_picks_numbers(between: Any) -> None:
    facts = read(Conv2D(2, 1), between, ReLU())
    assert facts == read(Conv2D(2, 1, activation="relu"), type(between).from_config(between.get_config()))
    assert kinds(facts) == ["Conv2D", type(between).__name__]


def test_an_activation_before_the_place_of_another_layer_has_the_shape_that_comes_in() -> None:
    facts = read(BatchNormalization(), MaxPooling2D(), ReLU(), Flatten())
    assert [(layer.kind, layer.output_shape) for layer in facts.layers] == [
        ("BatchNormalization", (6, 6, 2)),
        ("Activation", (6, 6, 2)),
        ("MaxPooling2D", (3, 3, 2)),
        ("Flatten", (18,)),
    ]


def test_an_activity_regularizer_keeps_an_activation_where_it_is() -> None:
    facts = read(Conv2D(2, 1), MaxPooling2D(), Activation("relu", activity_regularizer="l2"))
    assert kinds(facts) == ["Conv2D", "MaxPooling2D", "Activation"]


@pytest.mark.parametrize(
    ("layer", "activation"),
    [
        (ReLU(), "relu"),
        (ReLU(max_value=6.0), "relu6"),
        (layers.LeakyReLU(negative_slope=0.1), "leaky_relu(negative_slope=0.1)"),
        (layers.LeakyReLU(negative_slope=0.0), "relu"),
        (layers.ELU(), "elu"),
        (layers.ELU(alpha=0.5), "elu(alpha=0.5)"),
        (layers.Softmax(), "softmax"),
        (layers.Softmax(axis=3), "softmax"),
        (layers.Softmax(axis=1), "softmax(axis=1)"),
        (Activation("swish"), "silu"),
    ],
    ids=kind_of,
)
def test_a_layer_of_an_activation_is_that_activation(layer: Any, activation: str) -> None:
    facts = read(Conv2D(2, 1), layer)
    assert (kinds(facts), facts.layers[0].settings["activation"]) == (["Conv2D"], activation)


@pytest.mark.parametrize(
    "host", [lambda: Dense(3), lambda: layers.DepthwiseConv2D(1), lambda: layers.Conv2DTranspose(2, 1)]
)
def test_a_layer_that_ends_with_an_activation_takes_the_next_one_in(host: Any) -> None:
    assert kinds(read(host(), Activation("tanh"))) == [type(host()).__name__]


@pytest.mark.parametrize("host", [lambda: BatchNormalization(), lambda: Conv2D(2, 1, activation="tanh")])
def test_a_layer_without_an_activation_or_with_one_takes_none_in(host: Any) -> None:
    assert kinds(read(host(), Activation("relu"))) == [type(host()).__name__, "Activation"]


# --- order ------------------------------------------------------------------------------------------------


def test_dropout_stands_before_a_flatten_and_behind_one_that_begins_the_network() -> None:
    facts = read(Conv2D(2, 1), Flatten(), Dropout(0.5), Dense(3))
    assert [(layer.kind, layer.output_shape) for layer in facts.layers] == [
        ("Conv2D", (6, 6, 2)),
        ("Dropout", (6, 6, 2)),
        ("Flatten", (72,)),
        ("Dense", (3,)),
    ]
    begun = read(Dropout(0.5), Flatten(), Dense(3))
    assert begun == read(Flatten(), Dropout(0.5), Dense(3))
    assert [(layer.kind, layer.output_shape) for layer in begun.layers[:2]] == [("Flatten", (72,)), ("Dropout", (72,))]


def test_several_dropouts_pass_a_flatten_in_their_order() -> None:
    facts = read(Conv2D(2, 1), Flatten(), Dropout(0.1), Dropout(0.2))
    assert [(layer.kind, layer.settings.get("rate")) for layer in facts.layers] == [
        ("Conv2D", None),
        ("Dropout", 0.1),
        ("Dropout", 0.2),
        ("Flatten", None),
    ]


@pytest.mark.parametrize("merge", ["Add", "Multiply", "Average", "Maximum", "Minimum"])
def test_branches_that_may_be_swapped_are_in_one_order_however_deep_they_differ(merge: str) -> None:
    def branches(*rates: float) -> ModelFacts:
        inputs = keras.Input((4,))
        ends = [Dense(3)(Dropout(rate)(Dense(3)(inputs))) for rate in rates]
        return read_model(keras.Model(inputs, getattr(layers, merge)()(ends)))

    assert branches(0.1, 0.2, 0.3) == branches(0.3, 0.1, 0.2)
    assert branches(0.1, 0.2) != branches(0.1, 0.3)


def test_frozen_branches_are_told_apart() -> None:
    def branches(*trainable: bool) -> ModelFacts:
        inputs = keras.Input((4,))
        ends = [Dense(3, trainable=one)(inputs) for one in trainable]
        return read_model(keras.Model(inputs, Add()(ends)))

    assert branches(True, False) == branches(False, True) != branches(True, True)


# --- one spelling -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "shape", "settings"),
    [
        (Conv2D(2, 1, padding="same"), IMAGE, {"padding": "valid"}),
        (Conv2D(2, 1, dilation_rate=2), IMAGE, {"dilation_rate": (1, 1)}),
        (Conv2D(2, (1, 2), dilation_rate=2), IMAGE, {"dilation_rate": (2, 2)}),
        (Conv2D(2, 3, padding="same"), IMAGE, {"padding": "same"}),
        (Conv2D(2, 2, strides=2, padding="same"), IMAGE, {"padding": "valid"}),
        (Conv2D(2, 2, strides=2, padding="same"), (5, 6, 2), {"padding": "same"}),
        (Conv2D(2, 2, strides=2, padding="same"), (6, 5, 2), {"padding": "same"}),
        (Conv2D(2, 2, strides=2, padding="same"), (None, 6, 2), {"padding": "same"}),
        (Conv2D(2, 2, dilation_rate=2, padding="same"), (6, 6, 2), {"padding": "same"}),
        (MaxPooling2D(2, padding="same"), IMAGE, {"padding": "valid"}),
        (MaxPooling2D(2, padding="same"), (5, 5, 2), {"padding": "same"}),
        (MaxPooling2D(2, strides=1, padding="same"), IMAGE, {"padding": "same"}),
        (layers.Conv1D(2, 1, padding="causal"), (6, 2), {"padding": "valid"}),
        (layers.Conv1D(2, 2, padding="causal"), (6, 2), {"padding": "causal"}),
        (BatchNormalization(axis=3), IMAGE, {"axis": -1}),
        (BatchNormalization(axis=1), IMAGE, {"axis": -3}),
        (LayerNormalization(axis=[3]), IMAGE, {"axis": -1}),
        (LayerNormalization(axis=[2, 3]), IMAGE, {"axis": (-2, -1)}),
        (LayerNormalization(axis=-2), IMAGE, {"axis": -2}),
    ],
)
def test_a_setting_that_changes_nothing_is_spelled_as_the_usual_one(
    part: Any, shape: tuple[int | None, ...], settings: dict[str, Any]
) -> None:
    found = last(part, shape=shape).settings
    assert {name: found[name] for name in settings} == settings


def test_reshaping_to_one_axis_is_a_flatten_and_to_several_names_them() -> None:
    flat = last(Conv2D(2, 1), Reshape((-1,)))
    assert (flat.kind, dict(flat.settings)) == ("Flatten", {})
    other = last(Conv2D(2, 1), Reshape((-1, 12)))
    assert (other.kind, dict(other.settings)) == ("Reshape", {"target_shape": (6, 12)})


def test_settings_stand_in_alphabetical_order() -> None:
    names = list(last(Conv2D(2, 1)).settings)
    assert names == sorted(names)


def test_a_layer_without_weights_is_as_good_as_trainable() -> None:
    assert last(Conv2D(2, 1), Dropout(0.5, trainable=False)).trainable
    assert not last(Conv2D(2, 1, trainable=False)).trainable


# --- the head ---------------------------------------------------------------------------------------------


def headed(*parts: Any, loss: Any = "SparseCategoricalCrossentropy") -> ModelFacts:
    model = Sequential([keras.Input((4,)), *parts])
    model.compile(loss=getattr(keras.losses, loss)(from_logits=True))
    return read_model(model)


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_probabilities_for_a_loss_of_logits_are_noted(activation: str) -> None:
    facts = headed(Dense(3, activation))
    assert facts.layers[0].settings["activation"] == activation
    assert (facts.logits_head, facts.notes) == (
        False,
        ("the output layer gives probabilities and the loss has from_logits=True: they are squashed twice",),
    )


@pytest.mark.parametrize(
    ("loss", "activation"),
    [
        ("BinaryCrossentropy", "sigmoid"),
        ("CategoricalCrossentropy", "softmax"),
        ("SparseCategoricalCrossentropy", "softmax"),
    ],
)
def test_a_head_of_logits_is_read_with_what_its_loss_does(loss: str, activation: str) -> None:
    facts = headed(Dense(5, "relu"), Dense(3), loss=loss)
    assert [layer.settings["activation"] for layer in facts.layers] == ["relu", activation]
    assert facts.layers[1].settings["units"] == 3
    assert (facts.logits_head, facts.notes) == (
        True,
        (
            "the output layer gives logits and the loss has from_logits=True: read as an output layer with"
            f" {activation}",
        ),
    )


def test_a_head_of_neither_is_left_as_it_is() -> None:
    facts = headed(Dense(3, "relu"))
    assert (facts.layers[0].settings["activation"], facts.logits_head, facts.notes) == ("relu", False, ())


def test_a_network_of_nothing_but_its_input_has_no_head() -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, layers.Identity()(inputs))
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    facts = read_model(model)
    assert (facts.layers, facts.outputs, facts.logits_head, facts.notes) == ((), (-1,), False, ())


def test_counts_without_a_formula_are_noted_with_their_place() -> None:
    facts = read(Dense(2), layers.LSTM(3), shape=(5, 4))
    assert facts.notes == ("layer 2 (LSTM): its 72 parameters are Keras's own count; no formula is known here",)


# --- preparation ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part",
    [
        Rescaling(0.5),
        layers.Normalization(mean=0.1, variance=0.2),
        layers.Resizing(6, 6),
        layers.CenterCrop(4, 4),
        layers.RandomFlip(),
        Reshape((3, 12, 2)),
    ],
    ids=kind_of,
)
def test_what_prepares_images_stands_apart_only_at_the_front(part: Any) -> None:
    facts = read(part, Conv2D(2, 1))
    assert [layer.kind for layer in facts.preprocessing] == [type(part).__name__]
    assert (kinds(facts), facts.layers[0].inputs, facts.inputs) == (["Conv2D"], (-1,), (IMAGE,))
    assert facts.entry_shape == facts.preprocessing[0].output_shape
    behind = read(Conv2D(2, 1), type(part).from_config(part.get_config()))
    assert (kinds(behind), behind.preprocessing) == (["Conv2D", type(part).__name__], ())


def test_preparations_in_a_row_stand_apart_in_their_order() -> None:
    facts = read(Rescaling(0.5), layers.RandomFlip(), Conv2D(2, 1), Rescaling(2.0))
    assert [(layer.kind, layer.inputs) for layer in facts.preprocessing] == [("Rescaling", (-1,)), ("RandomFlip", (0,))]
    assert [(layer.kind, layer.inputs) for layer in facts.layers] == [("Conv2D", (-1,)), ("Rescaling", (0,))]
    assert facts.outputs == (1,)


def test_what_only_one_of_two_readers_gets_is_no_preparation() -> None:
    inputs = keras.Input((4,))
    facts = read_model(keras.Model(inputs, Add()([Rescaling(0.5)(inputs), inputs])))
    assert (facts.preprocessing, sorted(kinds(facts))) == ((), ["Add", "Rescaling"])


def test_each_layer_of_facts_has_its_keras_layer_behind_it() -> None:
    rescaling, dense, relu = Rescaling(0.5), Dense(3), ReLU()
    facts, behind = read_layers(Sequential([keras.Input((4,)), rescaling, dense, relu, layers.Identity()]))
    assert behind == (rescaling, dense)
    assert [layer.kind for layer in (*facts.preprocessing, *facts.layers)] == ["Rescaling", "Dense"]


def test_an_activation_after_a_dense_layer_of_any_axes_is_its_own() -> None:
    apart = last(layers.EinsumDense("ab,bc->ac", output_shape=3), Activation("relu"), shape=(4,))
    within = last(layers.EinsumDense("ab,bc->ac", output_shape=3, activation="relu"), shape=(4,))
    assert apart == within


def test_padding_is_left_as_it_is_written_where_channels_come_first() -> None:
    layer = last(Conv2D(2, 1, padding="same", data_format="channels_first"), shape=(2, 6, 6))
    assert (layer.settings["padding"], layer.output_shape) == ("same", (2, 6, 6))
