"""A network that crossed the wall and is not built yet.

To import Keras takes seconds and to build a network a tenth of one, while most of what is asked of a network its facts
say: its layers, shapes and counts, how it was compiled and trained. So it is built when something else is asked.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from autograder.facts import CompileFacts, LayerFacts, ModelFacts, TrainingFacts

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")

# Keras 3's, those that take no settings of their own.
_ACTIVATIONS = frozenset(
    {
        *("linear", "relu", "relu6", "elu", "selu", "gelu", "silu", "sigmoid", "hard_sigmoid", "tanh"),
        *("softmax", "log_softmax", "softplus", "softsign", "exponential", "mish"),
    }
)


def _whole(value: Any) -> bool:
    return type(value) is int and value > 0


def _pair(value: Any) -> bool:
    return type(value) is tuple and len(value) == 2 and all(map(_whole, value))


def _rate(value: Any) -> bool:
    return type(value) is float and isfinite(value) and 0 < value < 1


def _flag(value: Any) -> bool:
    return type(value) is bool


def _activation(value: Any) -> bool:
    return type(value) is str and value in _ACTIVATIONS


def _padding(value: Any) -> bool:
    return value in ("valid", "same")


def _nothing(value: Any) -> bool:
    return value is None


_WEIGHTED: Mapping[str, Callable[[Any], bool]] = {
    "activation": _activation,
    "use_bias": _flag,
    "activity_regularizer": _nothing,
    "bias_constraint": _nothing,
    "bias_regularizer": _nothing,
    "kernel_constraint": _nothing,
    "kernel_regularizer": _nothing,
}
_POOLING: Mapping[str, Callable[[Any], bool]] = {"padding": _padding, "pool_size": _pair, "strides": _pair}
_KINDS: Mapping[str, Mapping[str, Callable[[Any], bool]]] = {
    "AveragePooling2D": _POOLING,
    "Conv2D": {
        **_WEIGHTED,
        "dilation_rate": _pair,
        "filters": _whole,
        "groups": _whole,
        "kernel_size": _pair,
        "padding": _padding,
        "strides": _pair,
    },
    "Dense": {**_WEIGHTED, "units": _whole},
    "Dropout": {"noise_shape": _nothing, "rate": _rate},
    "Flatten": {},
    "GlobalAveragePooling2D": {"keepdims": _flag},
    "GlobalMaxPooling2D": {"keepdims": _flag},
    "MaxPooling2D": _POOLING,
}
"""The lesson's layers, and what each of their settings may be."""


def is_plain(facts: ModelFacts) -> bool:
    """Whether a network is a chain of the lesson's layers, of settings that Keras takes: then it can be built later.

    Of any other it must be seen first whether Keras takes it. The sizes must have been checked before.
    """
    names = [layer.name for layer in facts.layers]
    return (
        facts.is_chain
        and not facts.preprocessing
        and not facts.logits_head
        and len(set(names)) == len(names)
        and all(map(_is_plain, facts.layers))
    )


def _is_plain(layer: LayerFacts) -> bool:
    settings = _KINDS.get(layer.kind)
    return (
        settings is not None
        and layer.settings.keys() == settings.keys()
        and all(holds(layer.settings[name]) for name, holds in settings.items())
        and layer.trainable
        and not layer.custom
        and layer.shares is None
        and _NAME.fullmatch(layer.name) is not None
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a network without building it."""

    facts: ModelFacts
    weights: Sequence[Sequence[npt.NDArray[Any]]]
    """The arrays of each layer, in the order of ``layer.weights``."""
    compiled: CompileFacts | None
    training: TrainingFacts | None
    sample: npt.NDArray[np.float32] | None
    """Some of the images that it was trained on."""


class Unbuilt:
    """Stands for a ``keras.Sequential``, and becomes it when anything is asked of it that is not known.

    Parameters
    ----------
    known
        What is known of it.
    build
        Gives the model. Whatever it raises is raised where the model is asked.
    """

    __slots__ = ("_unbuilt_build", "_unbuilt_known", "_unbuilt_model")

    def __init__(self, known: Known, build: Callable[[], Any]) -> None:
        object.__setattr__(self, "_unbuilt_known", known)
        object.__setattr__(self, "_unbuilt_build", build)
        object.__setattr__(self, "_unbuilt_model", None)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """What ``isinstance`` is told: that of a model, wherever Keras is known at all."""
        return getattr(sys.modules.get("keras"), "Sequential", Unbuilt)

    def count_params(self) -> int:
        """As Keras's."""
        known = known_of(self)
        return known.facts.total_parameters if known is not None else int(model_of(self).count_params())

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return model_of(self)(*arguments, **keywords)

    def __getattr__(self, name: str) -> Any:
        return getattr(model_of(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(model_of(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(model_of(self), name)

    def __dir__(self) -> list[str]:
        return dir(model_of(self))

    def __repr__(self) -> str:
        return repr(model_of(self))


def known_of(value: Any) -> Known | None:
    """What is known of a network that is not built yet; ``None`` of anything else: a model may have changed."""
    if type(value) is not Unbuilt or value._unbuilt_model is not None:
        return None
    known: Known = value._unbuilt_known
    return known


def model_of(value: Any) -> Any:
    """The Keras model that a value stands for, built if it was not; any other value as it is."""
    if type(value) is not Unbuilt:
        return value
    if value._unbuilt_model is None:
        object.__setattr__(value, "_unbuilt_model", value._unbuilt_build())
    return value._unbuilt_model
