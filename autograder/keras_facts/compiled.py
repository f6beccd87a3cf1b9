"""What ``compile`` was told: the optimizer, loss and metrics, each by its class and settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras

from autograder.facts import CompileFacts, Configured, Setting
from autograder.keras_facts.settings import is_keras_class, plain

ACCURACIES = frozenset(
    {
        "acc",
        "accuracy",
        "binary_accuracy",
        "categorical_accuracy",
        "sparse_categorical_accuracy",
        "BinaryAccuracy",
        "CategoricalAccuracy",
        "SparseCategoricalAccuracy",
    }
)
"""Keras picks among these by the shape of the labels when told ``"accuracy"``. Its class ``Accuracy``,
which asks for equality of numbers, is not among them."""

_ATTACHED = "_autograder_compiled"

# Settings of an optimizer or loss that say nothing about how it trains.
_SILENT = frozenset({"name", "dtype", "reduction", "jit_compile", "is_legacy_optimizer"})


def attach_compiled(model: Any, compiled: CompileFacts | None) -> None:
    """Lets a model that was rebuilt from facts answer for the compile call of the original."""
    setattr(model, _ATTACHED, compiled)


def read_compiled(model: Any) -> CompileFacts | None:
    """What ``compile`` was told, or ``None`` if it was not called."""
    if hasattr(model, _ATTACHED):
        attached: CompileFacts | None = getattr(model, _ATTACHED)
        return attached
    if not getattr(model, "compiled", False):
        return None
    config = model._compile_config.config
    return CompileFacts(
        optimizer=_optimizer(model.optimizer),
        loss=_loss(config.get("loss")),
        metrics=tuple(_metric(metric) for metric in keras.tree.flatten(config.get("metrics") or [])),
    )


def _optimizer(optimizer: Any) -> Configured:
    # Mixed precision wraps the optimizer that the student named.
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)
    return _configured(optimizer)


def _loss(loss: Any) -> Configured | None:
    losses = keras.tree.flatten(loss) if isinstance(loss, list | tuple | dict) else [loss]
    if len(losses) != 1 or losses[0] is None:
        return None
    (loss,) = losses
    if isinstance(loss, str):
        try:
            loss = keras.losses.get(loss)
        except ValueError:
            # Keras looks a name up only when training begins.
            return Configured(kind=loss, custom=True)
    if isinstance(loss, type):
        return Configured(kind=loss.__name__, custom=True)
    if not isinstance(loss, keras.losses.Loss):
        name = str(getattr(loss, "__name__", type(loss).__name__))
        cls = getattr(keras.losses, _camel(name), None)
        if str(getattr(loss, "__module__", "")).split(".")[0] != "keras" or cls is None:
            return Configured(kind=name, custom=True)
        # A function such as keras.losses.categorical_crossentropy has the class's defaults.
        loss = cls()
    configured = _configured(loss)
    # Huber leaves its delta out of its configuration.
    settings = {**configured.settings, **_settings(getattr(loss, "_fn_kwargs", {}))}
    settings = {name: value for name, value in settings.items() if value not in (None, False, 0.0) and name != "axis"}
    return Configured(kind=configured.kind, settings=settings, custom=configured.custom)


def _metric(metric: Any) -> str:
    if isinstance(metric, keras.metrics.MeanMetricWrapper) and type(metric) is keras.metrics.MeanMetricWrapper:
        metric = metric._fn
    if isinstance(metric, str):
        return _named_metric(metric)
    if isinstance(metric, type) or not hasattr(metric, "get_config"):
        name = str(getattr(metric, "__name__", type(metric).__name__))
        module = str(getattr(metric, "__module__", ""))
    else:
        name, module = type(metric).__name__, type(metric).__module__
    if module.split(".")[0] != "keras":
        return f"custom:{name}"
    return name if name == "Accuracy" else _named_metric(name)


def _named_metric(name: str) -> str:
    # Keras takes these two in any case; the class Accuracy it takes for another thing.
    if name in ACCURACIES or name.lower() in {"acc", "accuracy"}:
        return "accuracy"
    try:
        return type(keras.metrics.get(name)).__name__
    except (TypeError, ValueError):
        # One that Keras does not know, that it chooses by the labels ("ce"), or that needs arguments.
        return name


def _configured(value: Any) -> Configured:
    if not is_keras_class(type(value)):
        base = next(cls.__name__ for cls in type(value).__mro__ if is_keras_class(cls) or cls is object)
        return Configured(kind=type(value).__name__, settings={"base": base}, custom=True)
    return Configured(kind=type(value).__name__, settings=_settings(value.get_config()))


def _settings(config: Mapping[str, Any]) -> dict[str, Setting]:
    settings: dict[str, Setting] = {}
    for name, value in config.items():
        if name in _SILENT or name.startswith("_"):
            continue
        if isinstance(value, Mapping) and "class_name" in value:
            # A learning-rate schedule, as Keras writes it down.
            inner = value.get("config") or {}
            settings[name] = {"kind": str(value["class_name"]), **_settings(inner)}
        else:
            settings[name] = plain(value)
    return settings


_KNOWN_INITIALS = {"kl_divergence": "KLDivergence", "ctc": "CTC"}


def _camel(name: str) -> str:
    """The class that goes with a loss function's name."""
    return _KNOWN_INITIALS.get(name) or "".join(part.capitalize() for part in name.split("_"))
