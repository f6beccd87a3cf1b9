"""Reading models: sizes, wiring, sharing, what is custom, and what cannot be read."""

from __future__ import annotations

import math
import warnings
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import Sequential, layers, ops
from keras.layers import (
    LSTM,
    Activation,
    Add,
    BatchNormalization,
    Bidirectional,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    ReLU,
    Subtract,
)

from autograder.facts import LayerFacts, ModelFacts
from autograder.keras_facts import UnreadableModel, read_model, read_weights
from tests.spellings import IMAGE, FrozenAndUnbuilt, Subclassed, called, changed, plain, wholly_frozen, without_input


def chain(*parts: Any, shape: tuple[int, ...] = (4,)) -> Any:
    return Sequential([keras.Input(shape), *parts])


def only(*parts: Any, shape: tuple[int, ...] = (4,)) -> LayerFacts:
    """The last layer of a chain, as it is read."""
    return read_model(chain(*parts, shape=shape)).layers[-1]


def branched(merge: Any, *names: str) -> ModelFacts:
    inputs = keras.Input((4,))
    return read_model(keras.Model(inputs, merge([Dense(3, name)(inputs) for name in names])))


def refusal(model: Any, input_shape: Any = None) -> str:
    with pytest.raises(UnreadableModel) as caught:
        read_model(model, input_shape)
    return str(caught.value)


# --- sizes ------------------------------------------------------------------------------------------------


def test_each_layer_has_its_shape_and_its_parameters_with_the_sum() -> None:
    facts = read_model(plain())
    assert [(layer.output_shape, str(layer.parameters)) for layer in facts.layers] == [
        ((26, 26, 32), "320 = (3·3·1 + 1)·32"),
        ((24, 24, 64), "18,496 = (3·3·32 + 1)·64"),
        ((12, 12, 64), "0"),
        ((12, 12, 64), "0"),
        ((9216,), "0"),
        ((128,), "1,179,776 = (9216 + 1)·128"),
        ((128,), "0"),
        ((10,), "1,290 = (128 + 1)·10"),
    ]
    assert facts.total_parameters == 1_199_882
    assert facts.inputs == (IMAGE,)
    assert facts.is_chain


def test_names_are_the_students_and_not_compared() -> None:
    named, other = (chain(Dense(3, name=name)) for name in ("first", "second"))
    assert read_model(named).layers[0].name == "first"
    assert read_model(named) == read_model(other)


def test_batch_normalization_trains_half_of_what_it_keeps() -> None:
    count = only(Conv2D(64, 3), BatchNormalization(), shape=IMAGE).parameters
    assert (str(count), count.trainable) == ("256 = 4·64", 128)


def test_frozen_layers_train_nothing() -> None:
    facts = read_model(wholly_frozen())
    assert [layer.parameters.trainable for layer in facts.layers] == [0] * 8
    assert [layer.trainable for layer in facts.layers if layer.parameters.total] == [False] * 4
    assert [layer.trainable for layer in facts.layers if not layer.parameters.total] == [True] * 4
    assert facts.total_parameters == 1_199_882


NEIGHBOURS: tuple[tuple[tuple[int, ...], Any, str], ...] = (
    ((4,), lambda: Dense(3), "15 = (4 + 1)·3"),
    ((4,), lambda: Dense(3, use_bias=False), "12 = 4·3"),
    ((8, 8, 4), lambda: Conv2D(6, (3, 2)), "150 = (3·2·4 + 1)·6"),
    ((8, 8, 4), lambda: Conv2D(6, 3, groups=2), "114 = (3·3·(4/2) + 1)·6"),
    ((8, 8, 4), lambda: layers.Conv2DTranspose(6, 3), "222 = (3·3·4 + 1)·6"),
    ((8, 8, 4), lambda: layers.DepthwiseConv2D(3), "40 = (3·3 + 1)·4"),
    ((8, 8, 4), lambda: layers.SeparableConv2D(6, 3), "66 = 3·3·4 + (4 + 1)·6"),
    ((8, 4), lambda: layers.Conv1D(6, 3), "78 = (3·4 + 1)·6"),
    ((4, 4, 4, 2), lambda: layers.Conv3D(3, 2), "51 = (2·2·2·2 + 1)·3"),
    ((8, 8, 4), lambda: BatchNormalization(), "16 = 4·4"),
    ((8, 8, 4), lambda: BatchNormalization(scale=False), "12 = 3·4"),
    ((8, 8, 4), lambda: layers.LayerNormalization(), "8 = 2·4"),
    ((8, 8, 4), lambda: layers.PReLU(shared_axes=[1, 2]), "4"),
    ((8, 8, 4), lambda: layers.PReLU(), "256 = 8·8·4"),
)


@pytest.mark.parametrize(("shape", "make", "parameters"), NEIGHBOURS)
def test_the_lessons_neighbours_are_read_with_the_sum_that_keras_agrees_with(
    shape: tuple[int, ...], make: Any, parameters: str
) -> None:
    model = chain(make(), shape=shape)
    (layer,) = read_model(model).layers
    assert str(layer.parameters) == parameters
    assert layer.parameters.total == model.count_params()
    assert (None, *layer.output_shape) == model.output_shape


@pytest.mark.parametrize(
    ("shape", "make"),
    [
        ((5, 4), lambda: LSTM(3)),
        ((5, 4), lambda: layers.GRU(3)),
        ((5, 4), lambda: Bidirectional(LSTM(3))),
        ((5, 4), lambda: layers.GroupNormalization(2)),
        ((4,), lambda: layers.UnitNormalization()),
        ((5, 4), lambda: layers.TimeDistributed(Dense(3))),
    ],
    ids=["LSTM", "GRU", "Bidirectional", "GroupNormalization", "UnitNormalization", "TimeDistributed"],
)
def test_other_layers_of_keras_are_read_with_keras_own_numbers_and_no_sum(shape: tuple[int, ...], make: Any) -> None:
    model, again = chain(make(), shape=shape), chain(make(), shape=shape)
    (layer,) = read_model(model).layers
    assert not layer.custom
    assert layer.parameters.formula is None
    assert layer.parameters.total == model.count_params()
    assert read_model(model) == read_model(again)


def test_an_activation_behind_a_recurrent_layer_is_not_the_one_inside() -> None:
    facts = read_model(chain(LSTM(3, activation="linear"), Activation("tanh"), shape=(5, 4)))
    assert [layer.kind for layer in facts.layers] == ["LSTM", "Activation"]


# --- settings ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("activation", "name"),
    [
        (None, "linear"),
        ("swish", "silu"),
        ("leaky_relu", "leaky_relu(negative_slope=0.2)"),
        (layers.LeakyReLU(), "leaky_relu(negative_slope=0.3)"),
        (layers.ReLU(negative_slope=0.3), "leaky_relu(negative_slope=0.3)"),
        (layers.ReLU(max_value=6), "relu6"),
        (layers.ReLU(max_value=2.5, threshold=1.0), "relu(max_value=2.5, threshold=1.0)"),
        (layers.ELU(0.5), "elu(alpha=0.5)"),
        (layers.Activation("tanh"), "tanh"),
        (tf.nn.relu6, "relu6"),
        (tf.nn.leaky_relu, "leaky_relu(negative_slope=0.2)"),
        (tf.nn.gelu, "gelu"),
        (tf.tanh, "tanh"),
        (keras.activations.gelu, "gelu"),
        (ops.gelu, "gelu(approximate=True)"),
        (ops.sigmoid, "sigmoid"),
    ],
)
def test_an_activation_has_one_name(activation: Any, name: str) -> None:
    assert only(Dense(3, activation=activation)).settings["activation"] == name


class Doubling:
    """Something callable that Keras cannot write down."""

    def __call__(self, x: Any) -> Any:
        return x * 2


def relu(x: Any) -> Any:
    """Named as Keras's own."""
    return x


@pytest.mark.parametrize(
    ("activation", "name"),
    [(relu, "custom:relu"), (Doubling(), "custom:Doubling"), (eval("lambda x: x"), "custom:<lambda>")],
)
def test_an_activation_of_the_students_own_is_marked(activation: Any, name: str) -> None:
    layer = only(Dense(3, activation=activation))
    assert (layer.settings["activation"], layer.settings["units"]) == (name, 3)
    assert str(layer.parameters) == "15 = (4 + 1)·3"


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda x: tf.nn.gelu(x), "gelu"),
        (lambda x: ops.gelu(x), "gelu(approximate=True)"),
        (lambda x: tf.nn.leaky_relu(x, alpha=0.1), "leaky_relu(negative_slope=0.1)"),
        (lambda x: tf.math.sigmoid(x), "sigmoid"),
        (lambda x: tf.nn.softmax(x, axis=1), "softmax"),
        (lambda x: keras.activations.relu(x, max_value=6), "relu6"),
        (lambda x: keras.activations.hard_sigmoid(x), "hard_sigmoid"),
    ],
)
def test_a_function_called_on_a_layers_output_is_its_activation(call: Any, name: str) -> None:
    class Net(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = Dense(3)

        def call(self, x: Any) -> Any:
            return call(self.dense(x))

    (layer,) = read_model(Net(), (4,)).layers
    assert (layer.kind, layer.settings["activation"]) == ("Dense", name)


def test_a_layer_may_have_an_activity_regularizer_or_none() -> None:
    assert only(Dense(3)).settings["activity_regularizer"] is None
    assert only(Dense(3, activity_regularizer="l2")).settings["activity_regularizer"] == {"l2": 0.01}


def test_an_activity_regularizer_looks_at_the_activation_that_it_stands_with() -> None:
    inside = chain(Dense(3, "relu", activity_regularizer="l2"))
    behind = chain(Dense(3), Activation("relu", activity_regularizer="l2"))
    before = chain(Dense(3, activity_regularizer="l2"), Activation("relu"))
    assert read_model(inside) == read_model(behind)
    assert read_model(inside) != read_model(before)


def test_causal_padding_adds_something_whatever_the_strides() -> None:
    causal = only(layers.Conv1D(3, 2, strides=2, padding="causal"), shape=(4, 1))
    assert causal.settings["padding"] == "causal"
    assert only(layers.Conv1D(3, 1, strides=2, padding="causal"), shape=(4, 1)).settings["padding"] == "valid"


def test_a_reshaping_that_mixes_images_is_no_flatten() -> None:
    inputs = keras.Input((4, 4))
    facts = read_model(keras.Model(inputs, ops.reshape(inputs, (-1, 4))))
    assert [(layer.kind, layer.custom) for layer in facts.layers] == [("ops.Reshape", True)]


# --- wiring -----------------------------------------------------------------------------------------------


def test_branches_keep_their_wiring() -> None:
    facts = branched(Concatenate(), "relu", "tanh")
    assert [(layer.kind, layer.inputs) for layer in facts.layers] == [
        ("Dense", (-1,)),
        ("Dense", (-1,)),
        ("Concatenate", (0, 1)),
    ]
    assert facts.outputs == (2,)
    assert not facts.is_chain


def test_the_order_in_which_branches_are_added_changes_nothing() -> None:
    assert branched(Add(), "relu", "tanh") == branched(Add(), "tanh", "relu")


@pytest.mark.parametrize("merge", [Subtract, Concatenate])
def test_the_order_of_other_branches_counts(merge: Any) -> None:
    assert branched(merge(), "relu", "tanh") != branched(merge(), "tanh", "relu")


def test_a_sum_written_with_a_plus_is_an_addition() -> None:
    assert branched(lambda both: both[0] + both[1], "relu", "tanh") == branched(Add(), "relu", "tanh")


def test_several_inputs_and_outputs_are_told_apart() -> None:
    first, second = keras.Input((4,)), keras.Input((5,))
    facts = read_model(keras.Model([first, second], [Dense(2)(second), Dense(3)(first)]))
    assert facts.inputs == ((4,), (5,))
    assert [(layer.settings["units"], layer.inputs) for layer in facts.layers] == [(2, (-2,)), (3, (-1,))]
    assert facts.outputs == (0, 1)


def test_a_layer_called_twice_shares_its_weights_and_they_count_once() -> None:
    inputs, dense = keras.Input((4,)), Dense(4, "relu")
    model = keras.Model(inputs, dense(dense(inputs)))
    facts = read_model(model)
    assert [(layer.shares, layer.parameters.total) for layer in facts.layers] == [(None, 20), (0, 0)]
    assert facts.total_parameters == model.count_params()
    assert facts != read_model(chain(Dense(4, "relu"), Dense(4, "relu")))


def test_a_model_used_twice_shares_all_its_layers() -> None:
    inputs, inner = keras.Input((4,)), chain(Dense(4, "relu"), Dropout(0.5), Dense(4))
    facts = read_model(keras.Model(inputs, inner(inner(inputs))))
    assert [layer.kind for layer in facts.layers] == ["Dense", "Dropout", "Dense"] * 2
    assert [layer.shares for layer in facts.layers] == [None, None, None, 0, None, 2]


def test_an_activation_behind_a_shared_layer_stays_where_it_is() -> None:
    inputs, dense = keras.Input((4,)), Dense(4)
    facts = read_model(keras.Model(inputs, dense(ReLU()(dense(inputs)))))
    assert [layer.kind for layer in facts.layers] == ["Dense", "Activation", "Dense"]


def test_an_activation_that_only_one_reader_sees_stays_where_it_is() -> None:
    inputs = keras.Input((4,))
    dense = Dense(4)(inputs)
    facts = read_model(keras.Model(inputs, Add()([dense, ReLU()(dense)])))
    assert sorted(layer.kind for layer in facts.layers) == ["Activation", "Add", "Dense"]


def test_a_residual_network_of_many_blocks_is_read_at_once() -> None:
    x = inputs = keras.Input((4,))
    for _block in range(60):
        x = Add()([x, ReLU()(x)])
    assert len(read_model(keras.Model(inputs, x)).layers) == 120


def test_a_network_deeper_than_pythons_stack_is_read() -> None:
    x = inputs = keras.Input((4,))
    for _layer in range(450):
        x = ReLU()(x)
    assert len(read_model(keras.Model(inputs, x)).layers) == 450


def test_a_network_without_end_is_refused() -> None:
    x = inputs = keras.Input((4,))
    for _layer in range(501):
        x = ReLU()(x)
    assert refusal(keras.Model(inputs, x)) == "the model has more than 500 layers"


# --- training ---------------------------------------------------------------------------------------------


class Telling(keras.Model):
    def __init__(self, training: bool | None, *parts: Any) -> None:
        super().__init__()
        self.parts, self.told = list(parts), {} if training is None else {"training": training}

    def call(self, x: Any) -> Any:
        for part in self.parts:
            x = part(x, **self.told)
        return x


@pytest.mark.parametrize(("told", "expected"), [(None, None), (True, True), (False, False)])
def test_a_layer_that_is_always_told_how_to_run_says_so(told: bool | None, expected: bool | None) -> None:
    facts = read_model(Telling(told, Dense(3), BatchNormalization(), Dropout(0.5)), (4,))
    dense, *others = facts.layers
    assert "training" not in dense.settings
    assert [layer.settings.get("training") for layer in others] == [expected] * 2


def test_a_block_that_is_always_told_how_to_run_says_so_in_all_its_layers() -> None:
    block = chain(Dropout(0.5), chain(Dropout(0.25)))
    facts = read_model(Telling(True, block), (4,))
    assert [layer.settings.get("training") for layer in facts.layers] == [True, True]


def test_a_dropout_that_drops_nothing_is_noted() -> None:
    facts = read_model(chain(Dense(3), Dropout(0)))
    assert [layer.kind for layer in facts.layers] == ["Dense"]
    assert facts.notes == ("a Dropout layer that drops nothing was left out",)


def test_a_head_of_logits_is_noted() -> None:
    model = chain(Dense(3))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    facts = read_model(model)
    assert facts == read_model(chain(Dense(3, "softmax")))
    assert facts.notes == (
        "the output layer gives logits and the loss has from_logits=True: read as an output layer with softmax",
    )


def test_a_single_logit_is_a_sigmoid() -> None:
    model = chain(Dense(1))
    model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True))
    assert read_model(model) == read_model(chain(Dense(1, "sigmoid")))


# --- the student's own ------------------------------------------------------------------------------------


class Scaled(layers.Layer):
    """A layer with a weight and arithmetic of its own."""

    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(shape[-1],), name="scale")

    def call(self, x: Any) -> Any:
        return x * self.scale


def test_a_layer_of_the_students_own_is_marked_and_counted() -> None:
    layer = only(Scaled(), shape=(4,))
    assert (layer.kind, layer.custom, dict(layer.settings)) == ("Scaled", True, {})
    assert (str(layer.parameters), layer.parameters.trainable) == ("4", 4)


def test_a_lambda_layer_is_read_as_keras_own() -> None:
    layer = only(layers.Lambda(ops.abs))
    assert (layer.kind, layer.custom) == ("Lambda", False)


def test_an_operation_without_a_layer_is_marked() -> None:
    inputs = keras.Input((4,))
    facts = read_model(keras.Model(inputs, ops.square(Dense(3)(inputs))))
    assert [(layer.kind, layer.custom) for layer in facts.layers] == [("Dense", False), ("ops.Square", True)]


# --- models that are not built ----------------------------------------------------------------------------


@pytest.mark.parametrize("build", [without_input, Subclassed], ids=["Sequential", "subclassed"])
def test_reading_a_model_that_is_not_built_does_not_build_it(build: Any) -> None:
    model = build()
    facts = read_model(model, IMAGE)
    assert facts == read_model(plain())
    assert not model.built
    assert not any(layer.built for layer in model.layers if layer.weights)
    assert not model.weights


def test_a_layer_frozen_before_the_model_is_built_is_frozen() -> None:
    facts = read_model(FrozenAndUnbuilt(), IMAGE)
    assert [layer.trainable for layer in facts.layers] == [False] + [True] * 7


def test_a_model_changed_after_it_was_made_is_read_as_it_stands() -> None:
    model = Subclassed()
    model.conv2.trainable = False
    model.drop2.rate = 0.9
    model.head = Dense(7)
    facts = read_model(model, IMAGE)
    assert not facts.layers[1].trainable
    assert facts.layers[6].settings["rate"] == 0.9
    assert facts.layers[7].settings["units"] == 7


def test_a_model_that_has_seen_its_input_knows_its_shape() -> None:
    assert read_model(called(Subclassed()), (5, 5, 1)) == read_model(plain())


def test_reading_twice_gives_the_same_facts_and_changes_no_weight() -> None:
    model = Subclassed()
    model(np.zeros((1, *IMAGE), np.float32))
    before = [weight.numpy() for weight in model.weights]
    first, second = read_model(model), read_model(model)
    assert first == second
    assert all(np.array_equal(old, new.numpy()) for old, new in zip(before, model.weights, strict=True))
    assert len(model.weights) == len(before)


def test_reading_warns_of_nothing() -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        read_model(chain(Dense(3, activation=lambda x: x)))
    assert not caught


# --- what cannot be read ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (None, "expected a Keras model, found a NoneType"),
        ([Dense(3)], "expected a Keras model, found a list"),
        (Dense(3), "expected a Keras model, found a Dense"),
        (Subclassed, "expected a Keras model, found the class Subclassed: call it to make a model"),
    ],
)
def test_what_is_no_model_is_refused(model: Any, message: str) -> None:
    assert refusal(model) == message


def test_an_empty_sequential_is_refused() -> None:
    assert refusal(Sequential()) == "the model has no layers"
    assert refusal(Sequential([keras.Input((4,))])) == "the model has no layers"


@pytest.mark.parametrize("build", [without_input, Subclassed], ids=["Sequential", "subclassed"])
def test_a_model_that_does_not_know_its_input_is_refused(build: Any) -> None:
    assert refusal(build()) == (
        "the model does not know the shape of its input yet: begin it with keras.Input(shape=(28, 28)), or"
        " train it, before it is checked"
    )


class Broken(keras.Model):
    def call(self, x: Any) -> Any:
        raise RuntimeError("not today\nnor tomorrow")


def test_a_call_that_fails_is_told_with_its_first_line() -> None:
    assert refusal(Broken(), (4,)) == "the model cannot be called on an input of shape (4,): not today"


def test_a_model_without_a_call_is_refused() -> None:
    class Nothing(keras.Model):
        pass

    message = refusal(Nothing(), (4,))
    assert message.startswith("the model cannot be called on an input of shape (4,): ")


# --- weights ----------------------------------------------------------------------------------------------


def test_weights_stand_beside_the_layers_that_own_them() -> None:
    inputs, dense = keras.Input((4,)), Dense(4, "relu")
    model = keras.Model(inputs, Dense(2)(Dropout(0.5)(dense(dense(inputs)))))
    facts, arrays = read_weights(model)
    assert facts == read_model(model)
    assert [tuple(array.shape for array in group) for group in arrays] == [((4, 4), (4,)), (), (), ((4, 2), (2,))]
    assert np.array_equal(arrays[0][0], dense.kernel.numpy())


# --- properties -------------------------------------------------------------------------------------------

STEPS = st.sampled_from(
    [
        ("Conv2D", {"filters": 2, "kernel_size": 3, "padding": "same", "activation": "relu"}),
        ("Conv2D", {"filters": 3, "kernel_size": 2, "use_bias": False}),
        ("DepthwiseConv2D", {"kernel_size": 2}),
        ("SeparableConv2D", {"filters": 2, "kernel_size": 1}),
        ("BatchNormalization", {}),
        ("BatchNormalization", {"trainable": False}),
        ("LayerNormalization", {}),
        ("PReLU", {"shared_axes": [1, 2]}),
        ("ReLU", {}),
        ("Dropout", {"rate": 0.25}),
        ("MaxPooling2D", {"pool_size": 1}),
        ("Dense", {"units": 3, "kernel_regularizer": "l2"}),
    ]
)
WITH_KERNELS = {"Conv2D", "Dense"}


def stack(steps: list[tuple[str, dict[str, Any]]], **more: Any) -> Any:
    parts = [
        getattr(layers, kind)(**given_settings, **(more if kind in WITH_KERNELS else {}))
        for kind, given_settings in steps
    ]
    for number, part in enumerate(parts):
        if more:
            part.name = f"layer_number_{number}"
    return Sequential([keras.Input((12, 12, 1)), *parts, Flatten(), Dense(2)])


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(st.lists(STEPS, max_size=5))
def test_a_stack_counts_as_keras_counts_it_whatever_its_names_and_beginnings(
    steps: list[tuple[str, dict[str, Any]]],
) -> None:
    model = stack(steps)
    facts = read_model(model)
    assert facts.total_parameters == model.count_params()
    trainable = sum(layer.parameters.trainable for layer in facts.layers)
    assert trainable == sum(math.prod(weight.shape) for weight in model.trainable_weights)
    assert all(layer.parameters.formula for layer in facts.layers if layer.parameters.total > 4)
    assert facts == read_model(stack(steps, kernel_initializer="zeros", dtype="float64"))


@settings(max_examples=15, deadline=None, derandomize=True, database=None)
@given(st.lists(STEPS, min_size=1, max_size=4), st.data())
def test_a_stack_without_one_of_its_layers_is_another(
    steps: list[tuple[str, dict[str, Any]]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(steps) - 1))
    # relu of relu is relu, and Keras's pooling of one place is none: such layers may be left out.
    if steps[place][0] in {"ReLU", "MaxPooling2D"}:
        return
    assert read_model(stack(steps)) != read_model(stack([*steps[:place], *steps[place + 1 :]]))


def test_the_lessons_changed_helper_makes_the_lessons_network() -> None:
    assert read_model(changed()) == read_model(plain())
    assert MaxPooling2D().pool_size == (2, 2)
