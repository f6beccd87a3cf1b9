"""What a network answers, fast: in batches that suit a processor's cache, and by one graph for an architecture.

Kept apart from how networks are rebuilt: a graph outlives the model that it was traced from, and serves every other
model of the same architecture. It takes the weights as arguments, so it holds none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograder.facts import ModelFacts
from autograder.kept import Kept

Answer: TypeAlias = Callable[[npt.NDArray[np.float32]], Any]
"""What a model gives for a batch of images, as a tensor."""

# Numbers that the widest layer gives for one batch, 32 MB: larger batches leave the caches, smaller ones are mostly
# overhead (benchmarks/evaluating.py). It bounds the memory too, whatever the network is.
_BATCH_NUMBERS = 8_000_000
_MOST_IMAGES = 1_000

# To trace a graph takes as long as these few images do without one.
_FEW_IMAGES = 500

# A class has few architectures at a time. What TensorFlow itself keeps of a graph, some 0.2 MB, is bounded by its own
# caches of 1,024 entries.
_MOST_GRAPHS = 8

# Layers that keep what they make of their weights: a graph would keep one student's.
_NOT_OF_WEIGHTS_ALONE = frozenset({"Normalization"})

_GRAPHS: Kept[Any] = Kept(_MOST_GRAPHS)

# A notebook evaluates a network or two.
_MOST_PREDICTED = 16

_PREDICTED: Kept[npt.NDArray[np.float64]] = Kept(_MOST_PREDICTED)


def predict(model: Any, images: npt.NDArray[np.float32], facts: ModelFacts | None = None) -> npt.NDArray[np.float64]:
    """What the model answers in inference mode: ``(n, …)`` for ``n`` images.

    It is called batch by batch and not through ``model.predict``, which a subclass may have replaced.

    ``facts`` are given of a model that was rebuilt from facts: what it computes is known then, and done by a graph.
    Any other is called just as it is, for its class may do what no graph can.
    """
    size = batch_size(facts)
    if facts is not None and len(images) >= _FEW_IMAGES and _computes_by_weights_alone(facts):
        answer = _by_graph(model, facts, images.shape[1:])
    else:
        answer = partial(model, training=False)
    batches = range(0, len(images), size)
    return np.concatenate([np.asarray(answer(images[start : start + size]), dtype=np.float64) for start in batches])


def images_print(images: npt.NDArray[Any]) -> str:
    """A digest of images as a network takes them, single numbers of 32 bits; empty for others."""
    if images.dtype != np.float32:
        return ""
    return f"{images.shape} {hashlib.sha256(np.ascontiguousarray(images).data).hexdigest()}"


def keep_predictions(network: str, images: str, predictions: npt.NDArray[Any]) -> None:
    """Keeps what a network predicted elsewhere, where nobody could have a hand in it, for images.

    Parameters
    ----------
    network, images
        By :func:`fingerprint` and :func:`images_print`.
    predictions
        ``(n, …)`` for ``n`` images.
    """
    _PREDICTED.once((network, images), lambda: predictions.astype(np.float64))


def kept_predictions(network: str | None, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float64] | None:
    """What a network of this :func:`fingerprint` predicts for the very same images, where that is kept."""
    return _PREDICTED.get((network, images_print(images))) if network and len(_PREDICTED) else None


def architecture(facts: ModelFacts) -> str:
    """A digest of everything that decides what a rebuilt network computes, besides its weights."""

    def nameless(layers: Any) -> list[Any]:
        return [replace(layer, name="") for layer in layers]

    # As it is written, and not as JSON, which has one word for all that is no number.
    parts = (facts.inputs, nameless(facts.preprocessing), nameless(facts.layers), facts.outputs, facts.logits_head)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def fingerprint(weights: Iterable[Any], facts: ModelFacts) -> str:
    """A digest of what a rebuilt network computes, by its ``model.weights``: the same for all that answer alike."""
    digest = hashlib.sha256(architecture(facts).encode())
    for weight in weights:
        digest.update(np.ascontiguousarray(weight).data)
    return digest.hexdigest()


def weights_print(weights: Iterable[Any]) -> str:
    """A digest of a network's weights, whatever order they are in; empty where there are none."""
    prints = sorted(hashlib.sha256(np.ascontiguousarray(weight).data).hexdigest() for weight in weights)
    return hashlib.sha256("".join(prints).encode()).hexdigest() if prints else ""


def history_print(losses: Iterable[float]) -> str:
    """A digest of the losses of a training, an epoch each; empty where there are none, or one is not finite."""
    values = np.asarray(tuple(losses), np.float64)
    return hashlib.sha256(values.data).hexdigest() if values.size and np.isfinite(values).all() else ""


def batch_size(facts: ModelFacts | None) -> int:
    """Images that are asked about at once, by which a processor is used best."""
    if facts is None:
        return _MOST_IMAGES
    every = (*facts.inputs, *(layer.output_shape for layer in (*facts.preprocessing, *facts.layers)))
    widest = max(prod(size or 1 for size in shape) for shape in every)
    return min(max(_BATCH_NUMBERS // max(widest, 1), 1), _MOST_IMAGES)


def _computes_by_weights_alone(facts: ModelFacts) -> bool:
    every = (*facts.preprocessing, *facts.layers)
    return len(facts.inputs) == 1 and not any(layer.kind in _NOT_OF_WEIGHTS_ALONE for layer in every)


def _by_graph(model: Any, facts: ModelFacts, shape: tuple[int, ...]) -> Answer:
    import tensorflow as tf

    trained = [variable.value for variable in model.trainable_variables]
    others = [variable.value for variable in model.non_trainable_variables]
    signature = [[tf.TensorSpec(value.shape, value.dtype) for value in values] for values in (trained, others)]

    def traced() -> Any:
        def answer(trained: Any, others: Any, images: Any) -> Any:
            return model.stateless_call(trained, others, images, training=False)[0]

        images = tf.TensorSpec((None, *shape), tf.float32)
        return tf.function(answer, autograph=False).get_concrete_function(*signature, images)

    # The signature too: an instructor's test may have changed what the facts do not tell, such as a type of number.
    graph = _GRAPHS.once((architecture(facts), shape, str(signature)), traced)
    return lambda batch: graph(trained, others, tf.constant(batch, tf.float32))
