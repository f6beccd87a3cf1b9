"""What ``fit`` was told and what came of it.

Keras's ``History`` keeps the curves and the number of epochs but neither the batch size, nor the
validation split, nor how the images were prepared. :func:`watch_training` makes ``fit`` write those down
beside the ``History``, where :func:`read_training` finds them.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias, TypeGuard

import keras
import numpy as np
import numpy.typing as npt

from autograder.facts import TrainingFacts

InputSample: TypeAlias = npt.NDArray[np.float32]
"""Some of the images that ``fit`` was given, just as it was given them: ``(n, …)``, n ≤ 64."""

SAMPLE_SIZE = 64

_TRAINING = "_autograder_training"
_SAMPLE = "_autograder_sample"
_WATCHED = "_autograder_watched"

# What Keras takes when an array is given without a batch size.
_DEFAULT_BATCH_SIZE = 32


Elsewhere: TypeAlias = Callable[[Any, Mapping[str, Any]], Any]
"""Called with a model and the arguments of ``fit`` or ``evaluate`` before anything is done; gives what that would have
given, or ``None``."""


def evaluate_elsewhere(elsewhere: Elsewhere) -> None:
    """Makes ``evaluate`` of every Keras model ask there first."""
    original = keras.Model.evaluate

    @functools.wraps(original)
    def evaluate(self: Any, *args: Any, **kwargs: Any) -> Any:
        told: Mapping[str, Any] = {}
        # Arguments that do not fit Keras itself complains of.
        with contextlib.suppress(TypeError):
            told = _arguments(original, self, *args, **kwargs)
        results = elsewhere(self, told) if told else None
        return original(self, *args, **kwargs) if results is None else results

    keras.Model.evaluate = evaluate


def watch_training(elsewhere: Elsewhere | None = None) -> None:
    """Makes ``fit`` of every Keras model keep what it was told. Calling it again does nothing.

    Parameters
    ----------
    elsewhere
        Where trainings may be carried out: gives the ``History``.
    """
    original = keras.Model.fit
    if getattr(original, _WATCHED, False):
        return

    @functools.wraps(original)
    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        told: Mapping[str, Any] = {}
        history = None
        if elsewhere is not None:
            # Arguments that do not fit Keras itself complains of.
            with contextlib.suppress(TypeError):
                told = _arguments(original, self, *args, **kwargs)
            history = elsewhere(self, told) if told else None
        if history is None:
            history = original(self, *args, **kwargs)
        told = told or _arguments(original, self, *args, **kwargs)
        training, sample = _told(_from_history(history), told), _sample(told.get("x"))
        attach_training(self, training, sample)
        attach_training(history, training, sample)
        return history

    setattr(fit, _WATCHED, True)
    keras.Model.fit = fit


def _arguments(function: Any, *args: Any, **kwargs: Any) -> Mapping[str, Any]:
    bound = inspect.signature(function).bind(*args, **kwargs)
    bound.apply_defaults()
    return bound.arguments


def attach_training(carrier: Any, training: TrainingFacts | None, sample: InputSample | None) -> None:
    """Writes a training run down on the model or ``History`` that it belongs to."""
    setattr(carrier, _TRAINING, training)
    setattr(carrier, _SAMPLE, sample)


def read_training(carrier: Any) -> TrainingFacts | None:
    """The last training run of a model, or the one that a ``History`` tells of.

    ``None`` if there is none, or it ended before its first epoch did: Keras gives a model its ``History``
    before it trains.
    """
    attached = getattr(carrier, _TRAINING, None)
    if isinstance(attached, TrainingFacts):
        return attached
    history = carrier if isinstance(carrier, keras.callbacks.History) else getattr(carrier, "history", None)
    if not isinstance(history, keras.callbacks.History):
        return None
    training = _from_history(history)
    return training if training.epochs else None


def sample_of(carrier: Any) -> InputSample | None:
    """Some of the images that a model was last trained on, or that a ``History`` tells of; ``None`` where ``fit`` was
    not watched.
    """
    sample = getattr(carrier, _SAMPLE, None)
    # What crossed the wall may be of any shape.
    return sample if isinstance(sample, np.ndarray) and sample.ndim >= 2 and sample.size else None


def _from_history(history: Any) -> TrainingFacts:
    curves = {str(name): tuple(float(value) for value in values) for name, values in history.history.items()}
    params: Mapping[str, Any] = getattr(history, "params", None) or {}
    steps = params.get("steps")
    return TrainingFacts(
        epochs=len(getattr(history, "epoch", None) or next(iter(curves.values()), ())),
        curves=curves,
        steps=steps if isinstance(steps, int) else None,
    )


def _told(training: TrainingFacts, told: Mapping[str, Any]) -> TrainingFacts:
    x, batch_size = told.get("x"), told.get("batch_size")
    is_array = _is_array(x)
    return replace(
        training,
        batch_size=int(batch_size) if batch_size else (_DEFAULT_BATCH_SIZE if is_array else None),
        validation_split=float(told.get("validation_split") or 0.0),
        examples=int(x.shape[0]) if _is_array(x) else None,
        watched=True,
    )


def _is_array(x: Any) -> TypeGuard[Any]:
    return hasattr(x, "shape") and hasattr(x, "__array__") and len(x.shape) >= 2


def _sample(x: Any) -> InputSample | None:
    if not _is_array(x):
        return None
    if hasattr(x, "iloc"):
        # A table of pandas, which is indexed by its columns.
        x = np.asarray(x)
    count = int(x.shape[0])
    # Spread over the whole array: the first images may be the ones held back, or all of one class.
    places = np.unique(np.linspace(0, count - 1, min(count, SAMPLE_SIZE)).astype(int))
    return np.stack([np.asarray(x[int(place)], dtype=np.float32) for place in places])
