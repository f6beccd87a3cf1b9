"""Facts → models: what is built has the same facts and gives the same answers, and nothing else is built."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keras import Sequential, layers, ops
from keras.layers import (
    Activation,
    Add,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Flatten,
    LeakyReLU,
    MaxPooling2D,
    PReLU,
    ReLU,
    Rescaling,
    Subtract,
)

from autograder.arithmetic import ParameterCount
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts
from autograder.keras_facts import read_compiled, read_model, read_training, read_weights
from autograder.keras_models import BUILDABLE_KINDS, UnbuildableModel, build_model, gradient_sizes
from tests.spellings import PREPARED, WRONG, Spelling, Wrong, plain


def small(*parts: Any, shape: tuple[int, ...] = (6, 6, 1)) -> Any:
    return Sequential([keras.Input(shape), *parts])


def branches() -> Any:
    inputs = keras.Input((6, 6, 1))
    left = Conv2D(3, 3, padding="same", activation="relu")(inputs)
    right = Conv2D(3, 1, activation=LeakyReLU(0.1))(inputs)
    merged = Concatenate()([Subtract()([left, right]), Add()([left, right, inputs])])
    return keras.Model(inputs, Dense(3, "softmax")(Flatten()(merged)))


def shared() -> Any:
    inputs, dense = keras.Input((4,)), Dense(4, activation=LeakyReLU(0.3))
    return keras.Model(inputs, Dense(2)(dense(dense(inputs))))


def shared_inside() -> Any:
    inputs, block = keras.Input((6, 6, 1)), small(Rescaling(2.0), Conv2D(1, 3, padding="same"), BatchNormalization())
    return keras.Model(inputs, Add()([block(inputs), block(inputs), inputs]))


def two_of_each() -> Any:
    first, second = keras.Input((4,)), keras.Input((5,))
    both = Concatenate()([Dense(3)(first), Dense(3, "tanh")(second)])
    return keras.Model([first, second], [Dense(2)(both), Dense(1)(first)])


def frozen() -> Any:
    model = small(Conv2D(2, 3), BatchNormalization(), Flatten(), Dense(3))
    model.layers[0].trainable = model.layers[1].trainable = False
    return model


def normalized() -> Any:
    normalization = layers.Normalization()
    normalization.adapt(np.random.default_rng(0).normal(3.0, 2.0, (20, 6, 6, 1)))
    return small(normalization, Flatten(), Dense(3, "softmax"))


def held() -> Any:
    return small(
        Flatten(),
        Dense(
            3,
            kernel_regularizer=keras.regularizers.L1L2(0.1, 0.01),
            bias_regularizer="l1",
            activity_regularizer=keras.regularizers.L2(0.5),
            kernel_constraint=keras.constraints.MaxNorm(2),
            bias_constraint="non_neg",
        ),
        ReLU(),
        Dense(2, kernel_regularizer=keras.regularizers.OrthogonalRegularizer(0.02)),
    )


def parametric() -> Any:
    return small(
        Conv2D(2, 3, activation=ReLU(max_value=5.0)),
        Activation("tanh"),
        LeakyReLU(0.1),
        layers.ELU(0.5),
        PReLU(shared_axes=[1, 2]),
        Conv2D(2, 1, activation=layers.Softmax(axis=1)),
        Flatten(),
        Dense(3, "leaky_relu"),
        Dense(3, "relu6"),
        layers.Softmax(),
    )


def badly_named() -> Any:
    """Names that Keras would give again, and names that are no names."""
    return small(
        Flatten(name="my layer!"), Dense(3, name="flatten"), Dense(3, name="layer_1"), Dense(2, name="input_0")
    )


def many_kinds() -> Any:
    return small(
        layers.ZeroPadding2D(1),
        layers.SeparableConv2D(2, 3, depth_multiplier=2),
        layers.DepthwiseConv2D(2, activation="relu"),
        layers.Conv2DTranspose(2, 2, strides=2, output_padding=0),
        layers.UpSampling2D(2, interpolation="bilinear"),
        layers.AveragePooling2D(2),
        layers.SpatialDropout2D(0.1),
        layers.GaussianNoise(0.1),
        layers.LayerNormalization(axis=[1, 2]),
        layers.Cropping2D(((1, 0), (0, 1))),
        layers.Permute((3, 1, 2)),
        layers.Reshape((-1, 2)),
        layers.Conv1D(2, 2, padding="causal", dilation_rate=2),
        layers.GlobalMaxPooling1D(),
        layers.RepeatVector(2),
        layers.GlobalAveragePooling1D(keepdims=True),
    )


MODELS = (
    plain,
    branches,
    shared,
    shared_inside,
    two_of_each,
    frozen,
    normalized,
    held,
    parametric,
    badly_named,
    many_kinds,
)


# --- the same facts and the same answers ------------------------------------------------------------------


@pytest.mark.parametrize("build", MODELS)
def test_a_rebuilt_model_has_the_same_facts_and_gives_the_same_answers(build: Any) -> None:
    model, generator = build(), np.random.default_rng(1)
    if build is not normalized:
        # As if trained: at the beginning a batch normalization does nothing, and biases are all alike.
        model.set_weights([generator.uniform(0.05, 0.3, weight.shape) for weight in model.get_weights()])
    facts, weights = read_weights(model)
    rebuilt = build_model(facts, weights)
    assert read_model(rebuilt) == facts
    images = [generator.normal(size=(5, *shape)).astype(np.float32) for shape in facts.inputs]
    given_images = images[0] if len(images) == 1 else images
    answers, again = (keras.tree.flatten(net(given_images, training=False)) for net in (model, rebuilt))
    for answer, other in zip(answers, again, strict=True):
        assert np.allclose(answer, other, atol=1e-5)


@pytest.mark.parametrize(("spelling", "_kinds"), PREPARED, ids=lambda value: getattr(value, "name", ""))
def test_preparation_is_rebuilt_too(spelling: Spelling, _kinds: Any) -> None:
    facts = read_model(spelling.build())
    assert read_model(build_model(facts)) == facts


REFUSED = {
    "an activation of one's own": "layer 6 (Dense): activation is code of your own (<lambda>): use one of Keras's own",
    "a regularizer of one's own": "layer 6 (Dense): kernel_regularizer is code of your own (Halved): use one of"
    " Keras's own",
    "a dropout that is always on": "layer 4 (Dropout) is always called with training=True, whether the model trains"
    " or predicts",
    "a dropout that is always on despite training": "layer 7 (Dropout) is always called with training=True, whether"
    " the model trains or predicts",
    "a dropout that is never on": "layer 4 (Dropout) is always called with training=False, whether the model trains"
    " or predicts",
    "an inner model that always trains": "layer 4 (Dropout) is always called with training=True, whether the model"
    " trains or predicts",
    "a Conv2D of one's own": "layer 2 (Conv2D) is a class of your own: use Keras's own layers here",
    "a ReLU that does nothing, as an argument": "layer 6 (Dense): activation is code of your own (ReLU): use one of"
    " Keras's own",
}


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_wrong_network_is_rebuilt_as_it_is_or_refused(wrong: Wrong) -> None:
    facts = read_model(wrong.build())
    if wrong.name in REFUSED:
        assert refusal(facts) == REFUSED[wrong.name]
    else:
        assert read_model(build_model(facts)) == facts


def test_a_rebuilt_model_answers_for_the_originals_compile_call_and_for_no_training() -> None:
    model = small(Flatten(), Dense(3))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["acc"])
    compiled = read_compiled(model)
    facts, weights = read_weights(model)
    rebuilt = build_model(facts, weights, compiled)
    assert read_compiled(rebuilt) == compiled
    assert read_model(rebuilt) == facts
    assert read_training(rebuilt) is None
    images, labels = np.zeros((4, 6, 6, 1), np.float32), np.zeros(4)
    assert facts.logits_head
    assert np.allclose(rebuilt.predict(images, verbose=0), model.predict(images, verbose=0))
    assert np.allclose(rebuilt.evaluate(images, labels, verbose=0), model.evaluate(images, labels, verbose=0))


@pytest.mark.parametrize(
    "compiled",
    [
        CompileFacts(
            optimizer=Configured(kind="Mine", custom=True), loss=Configured(kind="MeanSquaredError"), metrics=()
        ),
        CompileFacts(optimizer=Configured(kind="Adam"), loss=Configured(kind="mine", custom=True), metrics=()),
        CompileFacts(optimizer=Configured(kind="Adam"), loss=None, metrics=()),
        CompileFacts(optimizer=Configured(kind="schedules"), loss=Configured(kind="get"), metrics=("custom:f",)),
        CompileFacts(
            optimizer=Configured(kind="SGD", settings={"learning_rate": {"kind": "Mine", "x": 1}}),
            loss=Configured(kind="Huber", settings={"delta": ("junk",), "unknown": 3}),
            metrics=(),
        ),
    ],
)
def test_a_compile_call_that_cannot_be_repeated_is_told_all_the_same(compiled: CompileFacts) -> None:
    rebuilt = build_model(read_model(small(Flatten(), Dense(3))), compiled=compiled)
    assert read_compiled(rebuilt) == compiled


def test_a_schedule_is_compiled_again() -> None:
    schedule = keras.optimizers.schedules.ExponentialDecay(0.5, 10, 0.9)
    model = small(Flatten(), Dense(3))
    model.compile(keras.optimizers.SGD(schedule), "mse")
    rebuilt = build_model(read_model(model), compiled=read_compiled(model))
    assert float(rebuilt.optimizer.learning_rate) == 0.5


# --- refusals ---------------------------------------------------------------------------------------------


def refusal(facts: ModelFacts, weights: Any = None) -> str:
    with pytest.raises(UnbuildableModel) as caught:
        build_model(facts, weights)
    return str(caught.value)


class Own(layers.Layer):
    def call(self, x: Any) -> Any:
        return ops.square(x)


@pytest.mark.parametrize(
    ("layer", "message"),
    [
        (Own(), "layer 2 (Own) is a class of your own: use Keras's own layers here"),
        (layers.Lambda(ops.abs), "layer 2 (Lambda) is not among the layers that this grader rebuilds"),
        (layers.UnitNormalization(), "layer 2 (UnitNormalization) is not among the layers that this grader rebuilds"),
        (
            Dense(3, activation=lambda x: x),
            "layer 2 (Dense): activation is code of your own (<lambda>): use one of Keras's own",
        ),
        (
            Dense(3, activation=ops.gelu),
            "layer 2 (Dense): gelu with settings of its own is not known here",
        ),
    ],
)
@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
def test_what_is_not_keras_own_is_refused(layer: Any, message: str) -> None:
    assert refusal(read_model(small(Flatten(), layer))) == message


def dense(**changes: Any) -> ModelFacts:
    """A network of one Dense layer of two units, of which something is changed."""
    facts = read_model(small(Dense(2), shape=(4,)))
    return replace(facts, layers=(replace(facts.layers[0], **changes),))


def with_setting(name: str, value: Any) -> ModelFacts:
    return dense(settings={**dense().layers[0].settings, name: value})


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (dense(kind="TFSMLayer"), "layer 1 (TFSMLayer) is not among the layers that this grader rebuilds"),
        (with_setting("activation", "os.system"), "layer 1 (Dense): there is no activation 'os.system'"),
        (with_setting("activation", "get"), "layer 1 (Dense): there is no activation 'get'"),
        (with_setting("activation", "relu(x=__import__)"), "layer 1 (Dense): 'relu(x=__import__)'"),
        (with_setting("unit", 3), "layer 1 (Dense): there is no setting 'unit'"),
        (with_setting("name", "mine"), "layer 1 (Dense): there is no setting 'name'"),
        (with_setting("dtype", "float16"), "layer 1 (Dense): there is no setting 'dtype'"),
        (with_setting("kernel_initializer", "zeros"), "layer 1 (Dense): there is no setting 'kernel_initializer'"),
        (
            with_setting("kernel_regularizer", {"kind": "Mine"}),
            "layer 1 (Dense): kernel_regularizer 'Mine' is not known here",
        ),
        (
            with_setting("kernel_constraint", {"kind": "get"}),
            "layer 1 (Dense): kernel_constraint 'get' is not known here",
        ),
        (
            with_setting("units", {"class_name": "Lambda", "config": {}}),
            "layer 1 (Dense): units None is not known here",
        ),
        (dense(shares=0), "layer 1 (Dense) shares the weights of no layer before it"),
        (dense(shares=-3), "layer 1 (Dense) shares the weights of no layer before it"),
        (
            with_setting("training", False),
            "layer 1 (Dense) is always called with training=False, whether the model trains or predicts",
        ),
    ],
)
def test_settings_that_no_network_has_are_refused(facts: ModelFacts, message: str) -> None:
    assert refusal(facts) == message


def test_settings_that_keras_refuses_are_told_in_its_words() -> None:
    message = refusal(with_setting("units", -1))
    assert message.startswith("layer 1 (Dense): Received an invalid value for `units`")


@pytest.mark.parametrize(
    "facts",
    [
        dense(inputs=(3,)),
        dense(inputs=(-9,)),
        dense(inputs=()),
        dense(inputs=(0,)),
        replace(dense(), inputs=()),
        replace(dense(), inputs=(("junk",),)),
        replace(dense(), inputs=((-4,),)),
        replace(dense(), outputs=(7,)),
        replace(dense(), outputs=()),
    ],
)
def test_wiring_that_leads_nowhere_is_refused(facts: ModelFacts) -> None:
    assert refusal(facts)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([], "weights for 1 layers were expected, found 0"),
        (
            [[np.zeros((4, 3)), np.zeros(3)]],
            "layer 1 (Dense): weights of shapes [(4, 2), (2,)] were expected, found [(4, 3), (3,)]",
        ),
        ([[np.zeros((4, 2))]], "layer 1 (Dense): weights of shapes [(4, 2), (2,)] were expected, found [(4, 2)]"),
    ],
)
def test_weights_of_other_shapes_are_refused(weights: Any, message: str) -> None:
    assert refusal(dense(), weights) == message


def test_a_layer_that_shares_weights_brings_none() -> None:
    facts, weights = read_weights(shared())
    message = refusal(facts, [weights[0], weights[0], weights[2]])
    assert message == "layer 2 (Dense): weights of shapes [] were expected, found [(4, 4), (4,)]"


# --- hostile settings -------------------------------------------------------------------------------------

# None of these sizes can be allocated: a size that can must be refused before anything is built.
NUMBERS = st.sampled_from(
    [0, -1, 1, 2, -(10**20), 10**20, 2**63, 10**400, 0.5, -1.0, 1e308, float("nan"), float("inf")]
)
ATOMS = st.none() | st.booleans() | NUMBERS | st.text(max_size=8) | st.sampled_from(["relu", "same", "custom:x", "l2"])
JUNK = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(
            st.sampled_from(["kind", "class_name", "config", "l1", "max_value", "axis"]), inner, max_size=3
        )
    ),
    max_leaves=5,
)
KNOWN_NAMES = sorted(
    {
        *("units", "filters", "kernel_size", "strides", "padding", "activation", "rate", "pool_size", "axis", "factor"),
        *("target_shape", "use_bias", "kernel_regularizer", "kernel_constraint", "dilation_rate", "groups", "height"),
        *(
            "width",
            "mean",
            "variance",
            "scale",
            "size",
            "dims",
            "data_format",
            "dtype",
            "name",
            "training",
            "trainable",
        ),
    }
)


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(sorted(BUILDABLE_KINDS)) | st.text(max_size=8),
    st.dictionaries(st.sampled_from(KNOWN_NAMES) | st.text(max_size=4), JUNK, max_size=5),
    st.sampled_from([(4,), (6, 6, 1), ()]),
    st.text(max_size=5),
)
def test_hostile_settings_give_a_model_or_a_refusal(
    kind: str, hostile: dict[str, Any], shape: tuple[int, ...], name: str
) -> None:
    layer = LayerFacts(
        kind=kind, settings=hostile, output_shape=(1,), parameters=ParameterCount(total=0, trainable=0), name=name
    )
    message = "built"
    try:
        build_model(ModelFacts(inputs=(shape,), layers=(layer,), outputs=(0,)))
    except UnbuildableModel as refused:
        message = str(refused)
    assert 0 < len(message) < 1000


# --- what is asked of a live model ------------------------------------------------------------------------


def test_gradients_reach_each_layer_that_training_may_change() -> None:
    model = small(Conv2D(2, 3, activation="relu"), MaxPooling2D(), Flatten(), Dense(4), Dense(3, "softmax"))
    model.layers[3].trainable = False
    images = np.random.default_rng(0).normal(size=(8, 6, 6, 1)).astype(np.float32)
    sizes = gradient_sizes(model, images)
    assert [kind for kind, _size in sizes] == ["Conv2D", "Dense"]
    assert all(size > 0 for _kind, size in sizes)


def test_no_gradient_passes_a_zeroed_layer() -> None:
    model = small(Flatten(), Dense(4), Dense(3, kernel_initializer="zeros"))
    images = np.ones((2, 6, 6, 1), np.float32)
    assert [size > 0 for _kind, size in gradient_sizes(model, images)] == [False, True]
