"""Keras models of MNIST that are good at it without any training: each class is told by its mean image."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras
import numpy as np
import numpy.typing as npt

from autograder.arithmetic import Shape
from autograder.datasets import mnist
from autograder.facts import TrainingFacts
from autograder.keras_facts import attach_training
from autograder.preparation import Preparation

UNIT = Preparation((28, 28), 1 / 255, 0.0)

RUN = TrainingFacts(epochs=3, curves={"accuracy": (0.7, 0.8, 0.82)}, watched=True)


@cache
def weights() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Kernel and bias with which a linear layer scores pixels from 0 to 1 by their distance from each mean."""
    (images, labels), _test = mnist.load_data()
    pixels = images.reshape(len(images), -1) / 255
    means = np.stack([pixels[labels == digit].mean(axis=0) for digit in range(10)])
    return 0.2 * means.T, -0.1 * (means**2).sum(axis=1)


def classifier(preparation: Preparation = UNIT, *front: Any, input_shape: Shape | None = None, **options: Any) -> Any:
    """A model that classifies images prepared so; ``front`` comes before its Flatten."""
    kernel, bias = weights()
    width = 255 * preparation.scale
    kernel, bias = kernel / width, bias - kernel.sum(axis=0) * preparation.offset / width
    shape = input_shape or preparation.shape
    head = keras.layers.Dense(10, activation=options.pop("activation", "softmax"))
    model = keras.Sequential([keras.Input(shape, **options), *front, keras.layers.Flatten(), head])
    head.set_weights([kernel, bias])
    return model


def watched(model: Any, sample: npt.NDArray[Any] | None, training: TrainingFacts = RUN) -> Any:
    """The model as if a watched ``fit`` had been given such images."""
    attach_training(model, training, None if sample is None else np.asarray(sample, dtype=np.float32))
    return model


def sample(preparation: Preparation, count: int = 64) -> npt.NDArray[np.float32]:
    """Training images, prepared."""
    (images, _labels), _test = mnist.load_data()
    return preparation.apply(images[:count])


@cache
def accuracy() -> float:
    """What every one of these models reaches, worked out without Keras."""
    _train, (images, labels) = mnist.load_data()
    kernel, bias = weights()
    scores = images.reshape(len(images), -1) / 255 @ kernel + bias
    return float((scores.argmax(axis=1) == labels).mean())


@cache
def loss() -> float:
    """Mean cross-entropy of every one of these models."""
    _train, (images, labels) = mnist.load_data()
    kernel, bias = weights()
    scores = images.reshape(len(images), -1) / 255 @ kernel + bias
    scores -= scores.max(axis=1, keepdims=True)
    logs = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    return float(-logs[np.arange(len(labels)), labels].mean())
