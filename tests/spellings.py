"""Many programs for one network, and many networks that are almost that one.

The network is the lesson's CNN for MNIST. Every program in :data:`SPELLINGS` means it and must be read as
it; every one in :data:`WRONG` has one meaning changed and must not be.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import keras
import tensorflow as tf
from keras import Sequential, activations, layers, ops
from keras.layers import (
    Activation,
    Add,
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    Identity,
    LeakyReLU,
    MaxPooling2D,
    ReLU,
    Reshape,
    Softmax,
    SpatialDropout2D,
    Subtract,
)

IMAGE = (28, 28, 1)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A program that means the lesson's CNN."""

    name: str
    build: Callable[[], Any]
    input_shape: tuple[int, ...] | None = None
    """What the reader must be told, for a model that has not seen its input."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A program that means almost the lesson's CNN."""

    name: str
    build: Callable[[], Any]
    names: str
    """What a message about it must contain: the setting or the layer that is wrong."""


# --- one network ------------------------------------------------------------------------------------------


def plain() -> Any:
    """The lesson's CNN, as the lesson writes it."""
    return Sequential(
        [
            keras.Input(shape=IMAGE),
            Conv2D(32, (3, 3), activation="relu"),
            Conv2D(64, (3, 3), activation="relu"),
            MaxPooling2D((2, 2)),
            Dropout(0.25),
            Flatten(),
            Dense(128, activation="relu"),
            Dropout(0.5),
            Dense(10, activation="softmax"),
        ]
    )


def changed(**changes: Any) -> Any:
    """The lesson's CNN with some of its layers replaced: by another, by several, or by none."""
    parts: dict[str, Any] = {
        "first": [],
        "conv1": Conv2D(32, 3, activation="relu"),
        "conv2": Conv2D(64, 3, activation="relu"),
        "pool": MaxPooling2D(2),
        "drop1": Dropout(0.25),
        "flatten": Flatten(),
        "dense": Dense(128, activation="relu"),
        "drop2": Dropout(0.5),
        "head": Dense(10, activation="softmax"),
        "last": [],
    }
    assert changes.keys() <= parts.keys()
    parts.update(changes)
    model = Sequential([keras.Input(IMAGE)])
    for part in parts.values():
        for layer in part if isinstance(part, list) else [part]:
            model.add(layer)
    return model


def added_one_by_one() -> Any:
    model = Sequential()
    model.add(keras.Input(shape=IMAGE))
    model.add(layers.Conv2D(32, kernel_size=(3, 3), activation="relu"))
    model.add(layers.Conv2D(64, kernel_size=(3, 3), activation="relu"))
    model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Dropout(rate=0.25))
    model.add(layers.Flatten())
    model.add(layers.Dense(units=128, activation="relu"))
    model.add(layers.Dropout(rate=0.5))
    model.add(layers.Dense(units=10, activation="softmax"))
    return model


def input_layer() -> Any:
    model = Sequential([layers.InputLayer(shape=IMAGE)])
    for layer in plain().layers:
        model.add(type(layer).from_config(layer.get_config()))
    return model


def old_input_shape() -> Any:
    with warnings.catch_warnings():
        # Keras advises against input_shape=…, which most tutorials still use.
        warnings.simplefilter("ignore", UserWarning)
        first = Conv2D(32, 3, activation="relu", input_shape=IMAGE)
    return Sequential(
        [
            first,
            Conv2D(64, 3, activation="relu"),
            MaxPooling2D(),
            Dropout(0.25),
            Flatten(),
            Dense(128, "relu"),
            Dropout(0.5),
            Dense(10, "softmax"),
        ]
    )


def without_input() -> Any:
    return Sequential([type(layer).from_config(layer.get_config()) for layer in plain().layers])


def built_without_input() -> Any:
    model = without_input()
    model.build((None, *IMAGE))
    return model


def called_without_input() -> Any:
    model = without_input()
    model(tf.zeros((1, *IMAGE)))
    return model


def functional() -> Any:
    inputs = keras.Input(shape=IMAGE)
    x = Conv2D(32, 3, activation="relu")(inputs)
    x = Conv2D(64, 3, activation="relu")(x)
    x = MaxPooling2D()(x)
    x = Dropout(0.25)(x)
    x = Flatten()(x)
    x = Dense(128, activation="relu")(x)
    x = Dropout(0.5)(x)
    return keras.Model(inputs, Dense(10, activation="softmax")(x))


def functional_that_made_its_layers_backwards() -> Any:
    head, drop2, dense = Dense(10, activation="softmax"), Dropout(0.5), Dense(128, activation="relu")
    flatten, drop1, pool = Flatten(), Dropout(0.25), MaxPooling2D()
    conv2, conv1 = Conv2D(64, 3, activation="relu"), Conv2D(32, 3, activation="relu")
    inputs = keras.Input(shape=IMAGE)
    Dense(3)(inputs)  # tried, and not used
    return keras.Model(inputs, head(drop2(dense(flatten(drop1(pool(conv2(conv1(inputs)))))))))


class Subclassed(keras.Model):
    """Layers in ``__init__``, used in ``call``."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = Conv2D(32, 3, activation="relu")
        self.conv2 = Conv2D(64, 3, activation="relu")
        self.pool = MaxPooling2D()
        self.drop1 = Dropout(0.25)
        self.flatten = Flatten()
        self.dense = Dense(128, activation="relu")
        self.drop2 = Dropout(0.5)
        self.head = Dense(10, activation="softmax")

    def call(self, x: Any) -> Any:
        x = self.flatten(self.drop1(self.pool(self.conv2(self.conv1(x)))))
        return self.head(self.drop2(self.dense(x)))


class SubclassedWithTraining(Subclassed):
    def call(self, x: Any, training: Any = None) -> Any:
        x = self.drop1(self.pool(self.conv2(self.conv1(x))), training=training)
        return self.head(self.drop2(self.dense(self.flatten(x)), training=training))


class SubclassedWithIfTraining(Subclassed):
    def call(self, x: Any, training: bool = False) -> Any:
        x = self.pool(self.conv2(self.conv1(x)))
        if training:
            x = self.drop1(x)
        x = self.dense(self.flatten(x))
        if training:
            x = self.drop2(x, training=True)
        return self.head(x)


class SubclassedWithTensorFlow(Subclassed):
    def __init__(self) -> None:
        super().__init__()
        self.conv1, self.conv2 = Conv2D(32, 3), Conv2D(64, 3)
        self.dense, self.head = Dense(128), Dense(10)

    def call(self, x: Any) -> Any:
        x = tf.nn.relu(self.conv1(x))
        x = self.drop1(self.pool(tf.nn.relu(self.conv2(x))))
        x = tf.reshape(x, (-1, 9216))
        return tf.nn.softmax(self.head(self.drop2(tf.nn.relu(self.dense(x)))))


class SubclassedWithOps(SubclassedWithTensorFlow):
    def call(self, x: Any) -> Any:
        x = ops.relu(self.conv2(ops.relu(self.conv1(x))))
        x = ops.reshape(self.drop1(self.pool(x)), (-1, 9216))
        return ops.softmax(self.head(self.drop2(ops.relu(self.dense(x)))))


class SubclassedWithActivations(SubclassedWithTensorFlow):
    def call(self, x: Any) -> Any:
        x = activations.relu(self.conv2(activations.relu(self.conv1(x))))
        x = activations.relu(self.dense(self.flatten(self.drop1(self.pool(x)))))
        return activations.softmax(self.head(self.drop2(x)))


class SubclassedWithList(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.steps = without_input().layers

    def call(self, x: Any) -> Any:
        for step in self.steps:
            x = step(x)
        return x


class SubclassedWithSequential(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.net = without_input()

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.net(inputs, training=training)


class SubclassedFunctional(keras.Model):
    def __init__(self) -> None:
        inner = functional()
        super().__init__(inner.inputs, inner.outputs)


class SubclassedSequential(Sequential):
    def __init__(self) -> None:
        super().__init__([keras.Input(IMAGE), *without_input().layers])


class ConvBlock(layers.Layer):
    """A layer made of layers."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.conv1 = Conv2D(32, 3, activation="relu")
        self.conv2 = Conv2D(64, 3, activation="relu")
        self.pool = MaxPooling2D()
        self.drop = Dropout(0.25)

    def call(self, x: Any, training: Any = None) -> Any:
        return self.drop(self.pool(self.conv2(self.conv1(x))), training=training)


class Conv3x3(Conv2D):
    """Only other defaults."""

    def __init__(self, filters: int, **more: Any) -> None:
        super().__init__(filters, kernel_size=3, activation="relu", **more)


def called(model: Any) -> Any:
    """The model after it has seen one image."""
    with warnings.catch_warnings():
        # Keras warns of layers that `call` leaves out.
        warnings.simplefilter("ignore", UserWarning)
        model(tf.zeros((1, *IMAGE)))
    return model


def blocks() -> tuple[Any, Any]:
    features = Sequential(
        [
            keras.Input(IMAGE),
            Conv2D(32, 3, activation="relu"),
            Conv2D(64, 3, activation="relu"),
            MaxPooling2D(),
            Dropout(0.25),
        ]
    )
    classifier = Sequential([Flatten(), Dense(128, "relu"), Dropout(0.5), Dense(10, "softmax")])
    return features, classifier


def sequential_in_sequential() -> Any:
    return Sequential([keras.Input(IMAGE), *blocks()])


def model_in_model() -> Any:
    features, classifier = blocks()
    inputs = keras.Input(IMAGE)
    inner = keras.Model(inputs, features(inputs))
    outer = keras.Input(IMAGE)
    return keras.Model(outer, classifier(inner(outer)))


def grown_from_another_model() -> Any:
    features, classifier = blocks()
    return keras.Model(features.inputs, classifier(features.layers[-1].output))


def layer_of_layers() -> Any:
    _features, classifier = blocks()
    return Sequential([keras.Input(IMAGE), ConvBlock(), classifier])


def with_a_loop() -> Any:
    model = Sequential([keras.Input(IMAGE)])
    for filters in (32, 64):
        model.add(Conv2D(filters, 3, activation="relu"))
    for layer in [MaxPooling2D(), Dropout(0.25), Flatten()]:
        model.add(layer)
    for units, rate in [(128, 0.5)]:
        model.add(Dense(units, "relu"))
        model.add(Dropout(rate))
    model.add(Dense(10, "softmax"))
    return model


def with_factories() -> Any:
    def conv(filters: int) -> Callable[[Any], Any]:
        return lambda x: ReLU()(Conv2D(filters, 3)(x))

    inputs = keras.Input(IMAGE)
    x = Dropout(0.25)(MaxPooling2D()(conv(64)(conv(32)(inputs))))
    x = Dropout(0.5)(Dense(128, "relu")(Flatten()(x)))
    return keras.Model(inputs, Dense(10, "softmax")(x))


def separate(relu: Callable[[], Any], softmax: Callable[[], Any]) -> Any:
    """Activations as layers of their own."""
    return changed(
        conv1=[Conv2D(32, 3), relu()],
        conv2=[Conv2D(64, 3), relu()],
        dense=[Dense(128), relu()],
        head=[Dense(10), softmax()],
    )


def given(relu: Any, softmax: Any) -> Any:
    """Activations as arguments."""
    return changed(
        conv1=Conv2D(32, 3, activation=relu),
        conv2=Conv2D(64, 3, activation=relu),
        dense=Dense(128, activation=relu),
        head=Dense(10, activation=softmax),
    )


def other_beginnings() -> Any:
    return changed(
        conv1=Conv2D(32, 3, activation="relu", kernel_initializer="he_normal", name="first"),
        conv2=Conv2D(64, 3, activation="relu", bias_initializer="ones"),
        dense=Dense(128, "relu", kernel_initializer=keras.initializers.RandomNormal(seed=1)),
        drop2=Dropout(0.5, seed=7, name="drop"),
    )


def mixed_precision() -> Any:
    return changed(
        conv1=Conv2D(32, 3, activation="relu", dtype="mixed_bfloat16"),
        head=Dense(10, activation="softmax", dtype="float32"),
    )


def batch_of(size: int) -> Any:
    inputs = keras.Input(batch_shape=(size, *IMAGE))
    return keras.Model(inputs, Sequential(without_input().layers)(inputs))


def logits() -> Any:
    model = changed(head=Dense(10))
    model.compile(
        optimizer="adadelta",
        loss=keras.losses.CategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model


def compiled() -> Any:
    model = plain()
    model.compile(optimizer="adadelta", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def everything_spelled_out() -> Any:
    return changed(
        conv1=Conv2D(
            filters=32,
            kernel_size=[3, 3],
            strides=(1, 1),
            padding="VALID",
            data_format="channels_last",
            dilation_rate=1,
            groups=1,
            use_bias=True,
            activation="relu",
            kernel_regularizer=None,
        ),
        conv2=Conv2D(64, 3, strides=1, dilation_rate=(1, 1), activation="relu"),
        pool=MaxPooling2D(pool_size=2, strides=2, padding="valid"),
        flatten=Flatten(data_format="channels_last"),
    )


def unfrozen_again() -> Any:
    model = plain()
    model.trainable = False
    model.trainable = True
    return model


def loaded_from_its_configuration() -> Any:
    return keras.models.model_from_json(functional().to_json())


def cloned() -> Any:
    return keras.models.clone_model(plain())


def ended_with_softmax_over(axis: int) -> Any:
    return changed(head=[Dense(10), Softmax(axis=axis)])


def flattened_with(layer: Any) -> Any:
    return changed(flatten=layer)


def relu_behind(*between: str) -> Any:
    """The relu of the second convolution after the layers that leave it the same."""
    parts = {
        "pool": [MaxPooling2D()],
        "drop1": [Dropout(0.25)],
        "flatten": [Flatten()],
    }
    parts[between[-1]].append(ReLU())
    return changed(conv2=Conv2D(64, 3), **parts)


SPELLINGS: tuple[Spelling, ...] = (
    Spelling("a list of layers", plain),
    Spelling("layers added one by one", added_one_by_one),
    Spelling("an InputLayer", input_layer),
    Spelling("the old input_shape argument", old_input_shape),
    Spelling("no input shape in the program", without_input, IMAGE),
    Spelling("built afterwards", built_without_input),
    Spelling("called afterwards", called_without_input),
    Spelling("functional", functional),
    Spelling("functional, layers made backwards", functional_that_made_its_layers_backwards),
    Spelling("subclassed", lambda: called(Subclassed())),
    Spelling("subclassed, not built", Subclassed, IMAGE),
    Spelling("subclassed, with training", lambda: called(SubclassedWithTraining())),
    Spelling("subclassed, with training, not built", SubclassedWithTraining, IMAGE),
    Spelling("subclassed, if training", lambda: called(SubclassedWithIfTraining())),
    Spelling("subclassed, tf.nn", lambda: called(SubclassedWithTensorFlow())),
    Spelling("subclassed, keras.ops", lambda: called(SubclassedWithOps())),
    Spelling("subclassed, keras.activations", lambda: called(SubclassedWithActivations())),
    Spelling("subclassed, a list of layers", lambda: called(SubclassedWithList())),
    Spelling("subclassed, a Sequential inside", lambda: called(SubclassedWithSequential())),
    Spelling("subclassed, a Sequential inside, not built", SubclassedWithSequential, IMAGE),
    Spelling("subclassed, given inputs and outputs", SubclassedFunctional),
    Spelling("subclassed Sequential", SubclassedSequential),
    Spelling("Sequential in Sequential", sequential_in_sequential),
    Spelling("Model in Model", model_in_model),
    Spelling("grown from another model", grown_from_another_model),
    Spelling("a layer made of layers", layer_of_layers),
    Spelling("a loop that adds layers", with_a_loop),
    Spelling("factory functions", with_factories),
    Spelling("Activation layers", lambda: separate(partial(Activation, "relu"), partial(Activation, "softmax"))),
    Spelling("ReLU and Softmax layers", lambda: separate(ReLU, Softmax)),
    Spelling("a softmax over axis 1", lambda: ended_with_softmax_over(1)),
    Spelling("activations as functions", lambda: given(activations.relu, activations.softmax)),
    Spelling("activations as layers", lambda: given(ReLU(), Softmax())),
    Spelling("activations as layers, axis counted from the front", lambda: given(ReLU(), Softmax(axis=1))),
    Spelling("activations of tf.nn", lambda: given(tf.nn.relu, tf.nn.softmax)),
    Spelling("activations of keras.ops", lambda: given(ops.relu, ops.softmax)),
    Spelling("Reshape for Flatten", lambda: flattened_with(Reshape((9216,)))),
    Spelling("Reshape for Flatten, size left open", lambda: flattened_with(Reshape((-1,)))),
    Spelling("Flatten twice", lambda: flattened_with([Flatten(), Flatten()])),
    Spelling("everything spelled out", everything_spelled_out),
    Spelling("padding where none is needed", lambda: changed(pool=MaxPooling2D(2, padding="same"))),
    Spelling("MaxPool2D", lambda: changed(pool=layers.MaxPool2D())),
    Spelling("Convolution2D", lambda: changed(conv1=layers.Convolution2D(32, 3, activation="relu"))),
    Spelling("Dropout(0)", lambda: changed(conv1=[Conv2D(32, 3, activation="relu"), Dropout(0)])),
    Spelling("a linear Activation", lambda: changed(conv1=[Conv2D(32, 3), Activation("linear"), ReLU()])),
    Spelling("Identity", lambda: changed(last=Identity())),
    Spelling("other names, initializers and seeds", other_beginnings),
    Spelling("mixed precision", mixed_precision),
    Spelling("a fixed batch size", lambda: batch_of(32)),
    Spelling("compiled", compiled),
    Spelling("logits", logits),
    Spelling("a subclass of Conv2D", lambda: changed(conv1=Conv3x3(32), conv2=Conv3x3(64))),
    Spelling("L2(0)", lambda: changed(dense=Dense(128, "relu", kernel_regularizer=keras.regularizers.L2(0.0)))),
    Spelling("relu behind the pooling", lambda: relu_behind("pool")),
    Spelling("relu behind the dropout", lambda: relu_behind("drop1")),
    Spelling("relu behind the flattening", lambda: relu_behind("flatten")),
    Spelling("Dropout after Flatten", lambda: changed(drop1=[], flatten=[Flatten(), Dropout(0.25)])),
    Spelling("unfrozen again", unfrozen_again),
    Spelling("from its own configuration", loaded_from_its_configuration),
    Spelling("cloned", cloned),
)


# --- preparation in the network ---------------------------------------------------------------------------


def after(*front: Any, shape: tuple[int, ...] = IMAGE) -> Any:
    """The lesson's CNN behind layers that prepare the images."""
    return Sequential([keras.Input(shape), *front, *without_input().layers])


def divided() -> Any:
    inputs = keras.Input(IMAGE)
    return keras.Model(inputs, without_input()(inputs / 255))


def expanded() -> Any:
    inputs = keras.Input((28, 28))
    return keras.Model(inputs, without_input()(ops.expand_dims(inputs, -1)))


class Preparing(Subclassed):
    def call(self, x: Any) -> Any:
        return super().call(tf.expand_dims(tf.cast(x, tf.float32) / 255.0, -1))


def preparing() -> Any:
    model = Preparing()
    model(tf.zeros((1, 28, 28)))
    return model


def normalized() -> Any:
    return after(layers.Normalization(mean=0.13, variance=0.09))


PREPARED: tuple[tuple[Spelling, tuple[str, ...]], ...] = (
    (Spelling("Rescaling", lambda: after(layers.Rescaling(1 / 255))), ("Rescaling",)),
    (Spelling("x / 255", divided), ("Rescaling",)),
    (Spelling("expand_dims", expanded), ("Reshape",)),
    (Spelling("a channel axis", lambda: after(Reshape(IMAGE), shape=(28, 28))), ("Reshape",)),
    (Spelling("cast, x / 255 and expand_dims in call", preparing), ("Rescaling", "Reshape")),
    (Spelling("Normalization", normalized), ("Normalization",)),
    (Spelling("RandomRotation", lambda: after(layers.RandomRotation(0.1))), ("RandomRotation",)),
    (
        Spelling("several", lambda: after(layers.Rescaling(1 / 255), layers.RandomZoom(0.1))),
        ("Rescaling", "RandomZoom"),
    ),
)
"""Each with the kinds that must be read as its preprocessing."""


# --- almost that network ----------------------------------------------------------------------------------


def frozen(*numbers: int) -> Any:
    model = plain()
    for number in numbers:
        model.layers[number].trainable = False
    return model


def wholly_frozen() -> Any:
    model = plain()
    model.trainable = False
    return model


class FrozenAndUnbuilt(Subclassed):
    def __init__(self) -> None:
        super().__init__()
        self.conv1.trainable = False


def frozen_after_it_was_made() -> Any:
    model = Subclassed()
    model.conv2.trainable = False
    return called(model)


def linear_head_with_probabilities() -> Any:
    model = changed(head=Dense(10))
    model.compile(optimizer="adadelta", loss="categorical_crossentropy", metrics=["accuracy"])
    return model


def wired(dense: Callable[[Any], Any]) -> Any:
    """The lesson's CNN with its fully connected part replaced by ``dense``."""
    inputs = keras.Input(IMAGE)
    x = Conv2D(64, 3, activation="relu")(Conv2D(32, 3, activation="relu")(inputs))
    x = Flatten()(Dropout(0.25)(MaxPooling2D()(x)))
    return keras.Model(inputs, Dense(10, "softmax")(Dropout(0.5)(dense(x))))


def residual(x: Any) -> Any:
    x = Dense(128, "relu")(x)
    return Add()([x, x])


def branches(swapped: bool) -> Callable[[Any], Any]:
    def dense(x: Any) -> Any:
        both = [Dense(128, "relu")(x), Dense(128, "tanh")(x)]
        return Subtract()(both[::-1] if swapped else both)

    return dense


def in_a_row(shared: bool) -> Callable[[Any], Any]:
    def dense(x: Any) -> Any:
        middle = Dense(128, "relu")
        x = middle(Dense(128, "relu")(x))
        return middle(x) if shared else Dense(128, "relu")(x)

    return dense


class WithoutDropout(Subclassed):
    def call(self, x: Any) -> Any:
        x = self.flatten(self.pool(self.conv2(self.conv1(x))))
        return self.head(self.drop2(self.dense(x)))


class AlwaysDropping(Subclassed):
    def call(self, x: Any) -> Any:
        x = self.flatten(self.drop1(self.pool(self.conv2(self.conv1(x))), training=True))
        return self.head(self.drop2(self.dense(x)))


class AlwaysDroppingDespiteTraining(Subclassed):
    def call(self, x: Any, training: Any = None) -> Any:
        x = self.flatten(self.drop1(self.pool(self.conv2(self.conv1(x))), training=training))
        return self.head(self.drop2(self.dense(x), training=True))


class NeverDropping(Subclassed):
    def call(self, x: Any) -> Any:
        x = self.flatten(self.drop1(self.pool(self.conv2(self.conv1(x))), training=False))
        return self.head(self.drop2(self.dense(x)))


class AlwaysTrainingInside(SubclassedWithSequential):
    def call(self, inputs: Any, training: bool | None = None) -> Any:
        return self.net(inputs, training=True)


class Zeroed(Subclassed):
    def call(self, x: Any) -> Any:
        return super().call(x) * 0


class FlattenOfZeros(Flatten):
    def call(self, inputs: Any) -> Any:
        return super().call(inputs) * 0


FlattenOfZeros.__name__ = FlattenOfZeros.__qualname__ = "Flatten"


class OwnConvolution(Conv2D):
    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        return super().convolution_op(inputs, kernel * 0)


OwnConvolution.__name__ = OwnConvolution.__qualname__ = "Conv2D"


class NoReLU(ReLU):
    def call(self, inputs: Any) -> Any:
        return inputs


NoReLU.__name__ = NoReLU.__qualname__ = "ReLU"


class Halved(keras.regularizers.L2):
    def __call__(self, x: Any) -> Any:
        return 1e6 * super().__call__(x)


def regularized(**more: Any) -> Any:
    return changed(dense=Dense(128, "relu", **more))


def conv2(*args: Any, **more: Any) -> Any:
    return changed(conv2=Conv2D(*args, **{"activation": "relu", **more}))


WRONG: tuple[Wrong, ...] = (
    Wrong("fewer filters", lambda: conv2(32, 3), "filters"),
    Wrong(
        "filters the other way round",
        lambda: changed(conv1=Conv2D(64, 3, activation="relu"), conv2=Conv2D(32, 3, activation="relu")),
        "filters",
    ),
    Wrong("a larger kernel", lambda: conv2(64, 5), "kernel_size"),
    Wrong("a kernel of one row", lambda: conv2(64, (1, 9)), "kernel_size"),
    Wrong(
        "a kernel of one row, cropped to the same shape",
        lambda: changed(
            conv1=[
                layers.ZeroPadding2D(((0, 0), (3, 3))),
                Conv2D(32, (1, 9), activation="relu"),
                layers.Cropping2D(((1, 1), (0, 0))),
            ]
        ),
        "ZeroPadding2D",
    ),
    Wrong("strides", lambda: conv2(64, 3, strides=2), "strides"),
    Wrong("padding", lambda: conv2(64, 3, padding="same"), "padding"),
    Wrong("dilation", lambda: conv2(64, 3, dilation_rate=2), "dilation_rate"),
    Wrong("groups", lambda: conv2(64, 3, groups=2), "groups"),
    Wrong("no bias", lambda: conv2(64, 3, use_bias=False), "use_bias"),
    Wrong("no bias in the output layer", lambda: changed(head=Dense(10, "softmax", use_bias=False)), "use_bias"),
    Wrong("sigmoid", lambda: conv2(64, 3, activation="sigmoid"), "activation"),
    Wrong("tanh", lambda: conv2(64, 3, activation="tanh"), "activation"),
    Wrong("leaky_relu", lambda: conv2(64, 3, activation="leaky_relu"), "activation"),
    Wrong("relu6", lambda: conv2(64, 3, activation="relu6"), "activation"),
    Wrong("no activation", lambda: conv2(64, 3, activation=None), "activation"),
    Wrong("no activation in the dense layer", lambda: changed(dense=Dense(128)), "activation"),
    Wrong("sigmoid as a layer", lambda: changed(dense=[Dense(128), Activation("sigmoid")]), "activation"),
    Wrong("LeakyReLU as a layer", lambda: changed(dense=[Dense(128), LeakyReLU()]), "activation"),
    Wrong("a bounded ReLU as a layer", lambda: changed(dense=[Dense(128), ReLU(max_value=1)]), "activation"),
    Wrong("an activation of one's own", lambda: changed(dense=[Dense(128), Activation(lambda x: x)]), "activation"),
    Wrong("average pooling", lambda: changed(pool=AveragePooling2D(2)), "AveragePooling2D"),
    Wrong(
        "relu behind average pooling",
        lambda: changed(conv2=Conv2D(64, 3), pool=[AveragePooling2D(2), ReLU()]),
        "activation",
    ),
    Wrong("a larger pool", lambda: changed(pool=MaxPooling2D(3)), "pool_size"),
    Wrong("an overlapping pool", lambda: changed(pool=MaxPooling2D(3, strides=2, padding="same")), "pool_size"),
    Wrong("pooling that does not shrink", lambda: changed(pool=MaxPooling2D(2, strides=1)), "strides"),
    Wrong("the first dropout rate", lambda: changed(drop1=Dropout(0.5)), "rate"),
    Wrong("the second dropout rate", lambda: changed(drop2=Dropout(0.25)), "rate"),
    Wrong("no dropout", lambda: changed(drop1=[]), "Dropout"),
    Wrong("a dropout that drops nothing", lambda: changed(drop1=Dropout(0)), "Dropout"),
    Wrong(
        "a further dropout",
        lambda: changed(conv1=[Conv2D(32, 3, activation="relu"), Dropout(0.25)]),
        "Dropout",
    ),
    Wrong("a doubled dropout", lambda: changed(drop2=[Dropout(0.5), Dropout(0.5)]), "Dropout"),
    Wrong("SpatialDropout2D", lambda: changed(drop1=SpatialDropout2D(0.25)), "SpatialDropout2D"),
    Wrong("GaussianDropout", lambda: changed(drop2=layers.GaussianDropout(0.5)), "GaussianDropout"),
    Wrong("global average pooling", lambda: changed(flatten=GlobalAveragePooling2D()), "GlobalAveragePooling2D"),
    Wrong("global max pooling", lambda: changed(flatten=GlobalMaxPooling2D()), "GlobalMaxPooling2D"),
    Wrong("no Flatten", lambda: changed(flatten=[], last=Flatten()), "Flatten"),
    Wrong("no pooling", lambda: changed(pool=[]), "MaxPooling2D"),
    Wrong("pooling twice", lambda: changed(pool=[MaxPooling2D(), MaxPooling2D()]), "MaxPooling2D"),
    Wrong(
        "pooling between the convolutions",
        lambda: changed(conv1=[Conv2D(32, 3, activation="relu"), MaxPooling2D()], pool=[]),
        "Conv2D",
    ),
    Wrong("dropout before pooling", lambda: changed(pool=[], drop1=[Dropout(0.25), MaxPooling2D()]), "MaxPooling2D"),
    Wrong("one convolution", lambda: changed(conv1=[]), "Conv2D"),
    Wrong(
        "three convolutions",
        lambda: changed(conv2=[Conv2D(64, 3, activation="relu"), Conv2D(64, 3, activation="relu")]),
        "Conv2D",
    ),
    Wrong(
        "a transposed convolution",
        lambda: changed(conv2=Conv2DTranspose(64, 3, activation="relu")),
        "Conv2DTranspose",
    ),
    Wrong(
        "a depthwise convolution",
        lambda: changed(conv2=DepthwiseConv2D(3, depth_multiplier=2, activation="relu")),
        "DepthwiseConv2D",
    ),
    Wrong(
        "a separable convolution",
        lambda: changed(conv2=layers.SeparableConv2D(64, 3, activation="relu")),
        "SeparableConv2D",
    ),
    Wrong("a frozen layer", lambda: frozen(0), "trainable"),
    Wrong("a frozen head", lambda: frozen(7), "trainable"),
    Wrong("every layer frozen", wholly_frozen, "trainable"),
    Wrong("a frozen layer in a subclass", lambda: called(FrozenAndUnbuilt()), "trainable"),
    Wrong("a layer frozen after it was made", frozen_after_it_was_made, "trainable"),
    Wrong("L2", lambda: regularized(kernel_regularizer=keras.regularizers.L2(0.01)), "kernel_regularizer"),
    Wrong("l2 as text", lambda: regularized(kernel_regularizer="l2"), "kernel_regularizer"),
    Wrong(
        "a regularizer of one's own",
        lambda: regularized(kernel_regularizer=Halved(0.0)),
        "kernel_regularizer",
    ),
    Wrong("a bias regularizer", lambda: regularized(bias_regularizer="l1"), "bias_regularizer"),
    Wrong("an activity regularizer", lambda: regularized(activity_regularizer="l2"), "activity_regularizer"),
    Wrong("max-norm", lambda: regularized(kernel_constraint=keras.constraints.MaxNorm(1)), "kernel_constraint"),
    Wrong("a constraint on the bias", lambda: regularized(bias_constraint="non_neg"), "bias_constraint"),
    Wrong("softmax over the places", lambda: changed(conv2=[Conv2D(64, 3), Softmax(axis=1)]), "activation"),
    Wrong("sigmoid head", lambda: changed(head=Dense(10, "sigmoid")), "activation"),
    Wrong("a head without softmax", lambda: changed(head=Dense(10)), "activation"),
    Wrong("a head without softmax for a loss of probabilities", linear_head_with_probabilities, "activation"),
    Wrong("softmax twice", lambda: changed(last=Softmax()), "softmax"),
    Wrong("fewer units", lambda: changed(dense=Dense(64, "relu")), "units"),
    Wrong("more outputs", lambda: changed(head=Dense(11, "softmax")), "units"),
    Wrong("no hidden dense layer", lambda: changed(dense=[], drop2=[]), "Dense"),
    Wrong("two hidden dense layers", lambda: changed(dense=[Dense(128, "relu"), Dense(128, "relu")]), "Dense"),
    Wrong("an addition of a layer to itself", lambda: wired(residual), "Add"),
    Wrong("a difference of branches", lambda: wired(branches(swapped=False)), "Dense"),
    Wrong("a shared layer", lambda: wired(in_a_row(shared=True)), "Dense"),
    Wrong(
        "batch normalization",
        lambda: changed(conv1=[Conv2D(32, 3, activation="relu"), BatchNormalization()]),
        "BatchNormalization",
    ),
    Wrong(
        "a smaller image",
        lambda: changed(first=layers.Cropping2D(0), conv1=[layers.Cropping2D(2), Conv2D(32, 3, activation="relu")]),
        "Cropping2D",
    ),
    Wrong("a layer that call leaves out", lambda: called(WithoutDropout()), "Dropout"),
    Wrong("a dropout that is always on", lambda: called(AlwaysDropping()), "Dropout"),
    Wrong(
        "a dropout that is always on despite training",
        lambda: called(AlwaysDroppingDespiteTraining()),
        "Dropout",
    ),
    Wrong("a dropout that is never on", lambda: called(NeverDropping()), "Dropout"),
    Wrong("an inner model that always trains", lambda: called(AlwaysTrainingInside()), "Dropout"),
    Wrong("an output of zeros", lambda: called(Zeroed()), "Rescaling"),
    Wrong("a Flatten of zeros", lambda: changed(flatten=FlattenOfZeros()), "Rescaling"),
    Wrong("a Conv2D of one's own", lambda: changed(conv2=OwnConvolution(64, 3, activation="relu")), "Conv2D"),
    Wrong("a ReLU that does nothing", lambda: changed(dense=[Dense(128), NoReLU()]), "activation"),
    Wrong("a ReLU that does nothing, as an argument", lambda: changed(dense=Dense(128, NoReLU())), "activation"),
)
