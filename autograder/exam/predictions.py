"""What a network predicts while the trainer evaluates it, kept for the examiner, which would ask it the same."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from autograder.exam.fits import Fit, Predicted, packed
from autograder.facts import ModelFacts

PREDICTIONS = "predictions"
"""The metric's name among those of an evaluation."""

_MOST = 200_000
"""Numbers: of all test images, with room for twice as many classes."""


def predictions_of(fit: Fit, x: np.ndarray[Any, Any]) -> Any:
    """A metric that keeps what the network predicts for each of the images ``x``; ``None`` where that is too much."""
    shape = tuple(size or 0 for size in fit.facts.exit_shape)
    if not fit.evaluates or x.dtype != np.float32 or not 0 < len(x) * prod(shape) <= _MOST:
        return None
    import keras
    import tensorflow as tf

    class Predictions(keras.metrics.Metric):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__(name=PREDICTIONS)
            self.kept = tf.Variable(tf.zeros((len(x), *shape)))
            self._reached = tf.Variable(0)

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            reached = self._reached + tf.shape(y_pred)[0]
            self.kept[self._reached : reached].assign(y_pred)
            self._reached.assign(reached)

        def reset_state(self) -> None:
            self._reached.assign(0)

        def result(self) -> Any:
            return tf.constant(0.0)

    return Predictions()


def told_of(metric: Any, model: Any, facts: ModelFacts, x: np.ndarray[Any, Any], parts: list[memoryview]) -> Predicted:
    """What the metric has kept, under what the network and the images are known by; the numbers go to the parts."""
    from autograder.inference import fingerprint, images_print

    (numbers,) = packed([metric.kept.numpy()], parts)
    return Predicted(fingerprint((weight.value for weight in model.weights), facts), images_print(x), numbers)
