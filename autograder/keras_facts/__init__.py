"""Keras objects → facts: the reader of models, compile calls and training runs.

``graph`` follows Keras's own record of which layer was called on what, ``settings`` brings a layer's
configuration into one form, ``network`` turns both into canonical facts, ``compiled`` and ``training``
read what ``compile`` and ``fit`` were told. With :mod:`autograder.keras_models` these are the only
modules of the core that import Keras.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.arithmetic import Shape
from autograder.facts import ModelFacts
from autograder.keras_facts.compiled import attach_compiled, read_compiled
from autograder.keras_facts.graph import UnreadableModel, trace
from autograder.keras_facts.network import canonical
from autograder.keras_facts.training import (
    InputSample,
    attach_training,
    evaluate_elsewhere,
    read_training,
    sample_of,
    watch_training,
)
from autograder.unbuilt import known_of, model_of

__all__ = [
    "InputSample",
    "UnreadableModel",
    "attach_compiled",
    "attach_training",
    "evaluate_elsewhere",
    "read_compiled",
    "read_layers",
    "read_model",
    "read_training",
    "read_weights",
    "sample_of",
    "watch_training",
]


def read_model(model: Any, input_shape: Shape | None = None) -> ModelFacts:
    """Canonical facts about a Keras model.

    Parameters
    ----------
    model
        Sequential, functional or subclassed, built or not; it is not changed.
    input_shape
        Shape of one input, without the batch axis. Needed only for a model that has not seen any input.

    Raises
    ------
    UnreadableModel
        If it is no Keras model, or has neither an input shape nor a ``call`` that Keras can follow.
    """
    known = known_of(model)
    if known is not None:
        return known.facts
    facts, _layers = _read(model, input_shape)
    return facts


def read_weights(
    model: Any, input_shape: Shape | None = None
) -> tuple[ModelFacts, tuple[tuple[npt.NDArray[np.generic], ...], ...]]:
    """Facts, and the weights of ``(*facts.preprocessing, *facts.layers)``, one tuple a layer.

    The arrays stand in the order of Keras's ``layer.weights`` (kernel, bias; gamma, beta, mean,
    variance). A layer without weights, not built, or sharing another's has ``()``.

    Raises
    ------
    UnreadableModel
        As :func:`read_model`.
    """
    facts, layers = _read(model, input_shape)
    arrays = []
    for layer_facts, layer in zip((*facts.preprocessing, *facts.layers), layers, strict=True):
        own = layer is not None and layer_facts.shares is None
        arrays.append(tuple(np.asarray(weight.numpy()) for weight in layer.weights) if own else ())
    return facts, tuple(arrays)


def read_layers(model: Any, input_shape: Shape | None = None) -> tuple[ModelFacts, tuple[Any, ...]]:
    """Facts, and the Keras layer behind each of ``(*facts.preprocessing, *facts.layers)``.

    There is ``None`` for a bare operation; a layer that is called twice stands there twice.

    Raises
    ------
    UnreadableModel
        As :func:`read_model`.
    """
    return _read(model, input_shape)


def _read(model: Any, input_shape: Shape | None) -> tuple[ModelFacts, tuple[Any, ...]]:
    with warnings.catch_warnings():
        # What Keras has to say about a program it says when the program runs.
        warnings.simplefilter("ignore")
        model = model_of(model)
        return canonical(trace(model, input_shape), read_compiled(model))
