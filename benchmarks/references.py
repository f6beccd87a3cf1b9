"""The right answer of each assignment that is graded by test accuracy, and weak or wrong variants of it.

Kept apart from the calibration that trains them: a threshold, a test and a benchmark may each want the
network that an exercise asks for, without a student's notebook around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from autograder.datasets import Dataset, fashion_mnist, mnist
from autograder.preparation import Preparation

CLASSES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A network, and how it is compiled and trained: an answer to an assignment, in full."""

    assignment: str
    """The assignment's directory, e.g. ``"05-mnist-cnn"``."""
    name: str
    """``"reference"``, or the variant's name."""
    data: Dataset
    preparation: Preparation
    """Of the images, before they reach the network."""
    one_hot: bool
    """Whether labels are ``(n, 10)`` of zeros and ones rather than ``(n,)`` of class numbers."""
    build: Callable[[], keras.Model]
    """Makes the network anew, not compiled."""
    compile_arguments: Callable[[], dict[str, Any]]
    """Makes the arguments of ``compile`` anew: an optimizer belongs to one model only."""
    fit_arguments: Mapping[str, Any]
    """Arguments of ``fit`` other than the data. Validation images are a share of the training images."""

    def prepare(
        self, images: NDArray[np.uint8], labels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.generic]]:
        """Real images ``(n, 28, 28)`` and labels ``(n,)``, both as this network takes them."""
        prepared = np.eye(CLASSES, dtype=np.float32)[labels] if self.one_hot else labels
        return self.preparation.apply(images), prepared


def find(assignment: str, name: str) -> Reference:
    """The reference or the variant ``name`` of an assignment.

    Raises KeyError, with the known names, if there is none.
    """
    known = {reference.name: reference for reference in REFERENCES if reference.assignment == assignment}
    if name not in known:
        raise KeyError(f"{assignment} has no variant {name!r}; known: {', '.join(known) or 'none'}")
    return known[name]


def _one_hidden_layer() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _perceptron(*, first_dropout: float = 0.0, second: int = 64, dropout: float = 0.3) -> keras.Model:
    layers = keras.layers
    first = [layers.Dense(128, activation="relu")]
    if first_dropout:
        first.append(layers.Dropout(first_dropout))
    return keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            *first,
            layers.Dense(second, activation="relu"),
            layers.Dropout(dropout),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _convolutional() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.Conv2D(64, (3, 3), activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _mnist_perceptron() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.4),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.3),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )


def _with_adam() -> dict[str, Any]:
    return {
        "optimizer": keras.optimizers.Adam(),
        "loss": keras.losses.SparseCategoricalCrossentropy(),
        "metrics": ["accuracy"],
    }


def _with_adadelta(**settings: float) -> dict[str, Any]:
    return {
        "optimizer": keras.optimizers.Adadelta(**settings),
        "loss": keras.losses.CategoricalCrossentropy(),
        "metrics": ["accuracy"],
    }


def _for_one_hot(optimizer: type[keras.optimizers.Optimizer]) -> dict[str, Any]:
    return {"optimizer": optimizer(), "loss": keras.losses.CategoricalCrossentropy(), "metrics": ["accuracy"]}


KERAS_BASICS = Reference(
    assignment="00-keras-basics",
    name="reference",
    data=fashion_mnist,
    preparation=Preparation((28, 28), 1 / 255, 0.0),
    one_hot=False,
    build=_one_hidden_layer,
    compile_arguments=_with_adam,
    fit_arguments={"batch_size": 32, "epochs": 5},
)
"""The lesson's first network, trained on all images, as the lesson does it."""

DENSE_DROPOUT = Reference(
    assignment="01-dense-dropout",
    name="reference",
    data=fashion_mnist,
    preparation=Preparation((28, 28), 1 / 255, 0.0),
    one_hot=False,
    build=_perceptron,
    compile_arguments=_with_adam,
    fit_arguments={"batch_size": 32, "epochs": 5, "validation_split": 0.2},
)
"""The lesson's Fashion-MNIST perceptron with the dense and the dropout layer that the exercise adds."""

MNIST_CNN = Reference(
    assignment="05-mnist-cnn",
    name="reference",
    data=mnist,
    preparation=Preparation((28, 28, 1), 1 / 255, 0.0),
    one_hot=True,
    build=_convolutional,
    # The default of Adadelta in R's Keras, where the lesson comes from.
    compile_arguments=lambda: _with_adadelta(learning_rate=1.0),
    fit_arguments={"batch_size": 128, "epochs": 3, "validation_split": 0.2},
)
"""The lesson's CNN, trained for 3 of its 12 epochs."""

MNIST_MLP = Reference(
    # A second network of 05-mnist-cnn, with a threshold of its own: its runs are kept in a file of their own.
    assignment="05-mnist-cnn-mlp",
    name="reference",
    data=mnist,
    preparation=Preparation((28, 28, 1), 1 / 255, 0.0),
    one_hot=True,
    build=_mnist_perceptron,
    compile_arguments=lambda: _for_one_hot(keras.optimizers.RMSprop),
    fit_arguments={"batch_size": 128, "epochs": 3, "validation_split": 0.2},
)
"""The lesson's perceptron for MNIST, which 05-mnist-cnn sets beside the CNN."""

REFERENCES = (
    DENSE_DROPOUT,
    # Right answers, but weak ones: a threshold must let them pass too.
    replace(DENSE_DROPOUT, name="strong-dropout", build=lambda: _perceptron(first_dropout=0.6, dropout=0.6)),
    replace(DENSE_DROPOUT, name="narrow", build=lambda: _perceptron(second=16, dropout=0.5)),
    replace(DENSE_DROPOUT, name="batch-128", fit_arguments={**DENSE_DROPOUT.fit_arguments, "batch_size": 128}),
    MNIST_CNN,
    # What a threshold must reject: Keras 3's default learning rate of 0.001 leaves the network untrained.
    replace(MNIST_CNN, name="default-adadelta", compile_arguments=_with_adadelta),
    replace(MNIST_CNN, name="rate-0.5", compile_arguments=lambda: _with_adadelta(learning_rate=0.5)),
    MNIST_MLP,
    # The exercise leaves the choice between the two.
    replace(MNIST_MLP, name="adam", compile_arguments=lambda: _for_one_hot(keras.optimizers.Adam)),
    KERAS_BASICS,
    # Right answers, but weak ones: nothing forbids to hold images back for validation.
    replace(
        KERAS_BASICS, name="validation-split", fit_arguments={**KERAS_BASICS.fit_arguments, "validation_split": 0.2}
    ),
)
"""All of them, assignment by assignment, the reference first."""
