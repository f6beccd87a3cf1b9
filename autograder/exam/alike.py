"""What trains to the same, said in one form: it is carried out once, for whoever writes it in whichever way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import keras
import numpy as np

from autograder.exam.fits import Drawn
from autograder.facts import CompileFacts, Configured, ModelFacts

_OF_CLASSES = frozenset(("CategoricalCrossentropy", "SparseCategoricalCrossentropy"))


def as_numbers(labels: np.ndarray[Any, Any], facts: ModelFacts) -> np.ndarray[Any, Any]:
    """Labels with a number for each of the model's outputs, in the kind of number in which every loss takes them."""
    each = labels.ndim > 1 and labels.shape[1:] == facts.exit_shape
    return labels.astype(np.float32) if each and labels.dtype.kind in "biu" else labels


def with_softmax(
    facts: ModelFacts, compiled: CompileFacts, metrics: Sequence[Configured]
) -> tuple[ModelFacts, CompileFacts]:
    """A head of logits and the loss that makes probabilities of them, as a softmax head and a loss of probabilities.

    Gradients and likeliest classes are the same, up to the last bits. What other metrics make of logits is not.
    """
    loss = compiled.loss
    counted = all(metric.kind == "accuracy" for metric in metrics)
    if loss is None or not (facts.logits_head and loss.kind in _OF_CLASSES and counted):
        return facts, compiled
    settings = {name: value for name, value in loss.settings.items() if name != "from_logits"}
    return replace(facts, logits_head=False), replace(compiled, loss=replace(loss, settings=settings))


def as_drawn(weight: Any, layer: Any, numbers: np.ndarray[Any, Any]) -> Drawn | None:
    """A weight's initializer, where its numbers are those that this draws: students have drawn by other seeds."""
    initializer = getattr(layer, f"{weight.name}_initializer", None)
    if not isinstance(initializer, keras.initializers.Initializer) or not _draws(initializer, weight, numbers):
        return None
    config: dict[str, Any] = {key: value for key, value in initializer.get_config().items() if key != "seed"}
    if not all(isinstance(value, bool | int | float | str | None) for value in config.values()):
        return None
    return Drawn(Configured(kind=type(initializer).__name__, settings=config))


def _draws(initializer: Any, weight: Any, numbers: np.ndarray[Any, Any]) -> bool:
    # With a whole number as its seed, and without one, it draws the same each time.
    if not isinstance(getattr(initializer, "seed", 0), int):
        return False
    return np.array_equal(keras.ops.convert_to_numpy(initializer(weight.shape, dtype=weight.dtype)), numbers)
