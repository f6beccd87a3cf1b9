"""A layer's configuration in one form.

``"relu"``, ``keras.activations.relu``, ``tf.nn.relu`` and a ``ReLU()`` layer mean one thing; so do
``"l2"`` and ``L2(0.01)``, ``2`` and ``(2, 2)``. Here each meaning gets one spelling.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from autograder.facts import IRRELEVANT_SETTINGS, Setting

LINEAR = "linear"

# Six significant digits: float32 holds seven, so 0.001 read back from an optimizer is 0.001 again.
_DIGITS = 6


def layer_settings(layer: Any, keras_class: type) -> dict[str, Setting]:
    """The settings of ``layer`` that decide what it computes, by the names of its Keras class.

    The configuration is asked of ``keras_class`` and not of the object, whose own ``get_config`` a
    subclass may have left incomplete.
    """
    config = _config(layer, keras_class)
    settings: dict[str, Setting] = {}
    for name, value in config.items():
        if name in IRRELEVANT_SETTINGS or name.endswith("_initializer"):
            continue
        if name.endswith("activation"):
            settings[name] = activation_name(getattr(layer, name, value))
        elif name.endswith("_regularizer"):
            settings[name] = _regularizer(getattr(layer, name, None))
        elif name.endswith("_constraint"):
            settings[name] = _object(getattr(layer, name, None))
        else:
            settings[name] = _nested(value)
    if "kernel_regularizer" in settings:
        # Dense names it only where there is one, Conv2D always.
        settings.setdefault("activity_regularizer", None)
    return settings


def _config(layer: Any, keras_class: Any) -> Mapping[str, Any]:
    try:
        config: Mapping[str, Any] = keras_class.get_config(layer)
    except Exception:  # noqa: BLE001 - Keras cannot write down every function that it takes as an activation
        names = inspect.signature(keras_class.__init__).parameters
        return {name: getattr(layer, name) for name in names if name != "self" and hasattr(layer, name)}
    return config


def _nested(value: Any) -> Setting:
    """As :func:`plain`; a layer inside a layer, as Keras writes it down, without what is irrelevant."""
    if not isinstance(value, Mapping) or not isinstance(config := value.get("config"), Mapping):
        return plain(value)
    relevant = {
        name: _nested(item)
        for name, item in sorted(config.items())
        if name not in IRRELEVANT_SETTINGS and not name.endswith("_initializer")
    }
    return {"kind": str(value.get("class_name")), **relevant}


def builtin_class(cls: type) -> type | None:
    """The Keras layer class that ``cls`` is, or is a plain subclass of; ``None`` if it computes its own.

    A subclass that overrides nothing of its base but how it is made (to set defaults, say) computes what
    its base does.
    """
    base = next((base for base in cls.__mro__ if is_keras_class(base)), None)
    if base is None or base in {keras.layers.Layer, keras.Model, keras.Sequential}:
        return None
    own = cls.__mro__[: cls.__mro__.index(base)]
    overridden = {name for one in own for name in vars(one) if hasattr(base, name)}
    return base if overridden <= _HARMLESS else None


# What a subclass of a layer may bring along without changing what it computes.
_HARMLESS = frozenset(
    {"__init__", "__module__", "__doc__", "__qualname__", "__annotations__", "__weakref__", "__dict__"}
    | {"__firstlineno__", "__static_attributes__", "__repr__", "__str__"}
    | {"get_config", "from_config", "compute_output_shape"}
)


def plain(value: Any) -> Setting:
    """``value`` as a setting: numbers of Python's own, tuples, sorted mappings."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(f"{float(value):.{_DIGITS}g}")
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, list | tuple):
        return tuple(plain(item) for item in value)
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value, key=str)}
    return f"custom:{type(value).__name__}"


def activation_name(activation: Any) -> str:
    """One spelling for an activation: ``"relu"``, ``"leaky_relu(negative_slope=0.3)"``, ``"custom:f"``."""
    if activation is None:
        return LINEAR
    if isinstance(activation, str):
        return activation_name(keras.activations.get(activation))
    if isinstance(activation, keras.layers.Layer):
        return activation_of_layer(activation) or f"custom:{type(activation).__name__}"
    if isinstance(activation, functools.partial):
        name = activation_name(activation.func)
        if name.startswith("custom:"):
            return name
        # Bound by name, so that relu(max_value=6) is read however it was written.
        bound = inspect.signature(activation.func).bind_partial(None, *activation.args, **activation.keywords)
        arguments = {name: plain(value) for name, value in list(bound.arguments.items())[1:]}
        return activation_call(name.split("(")[0], arguments)
    name = str(getattr(activation, "__name__", type(activation).__name__))
    root, *inner = str(getattr(activation, "__module__", "")).split(".")
    if root == "tensorflow":
        # TensorFlow calls tf.nn.softmax softmax_v2.
        name = name.removesuffix("_v2")
    if root in {"keras", "tensorflow"} and hasattr(keras.activations, name):
        # keras.ops.gelu approximates unless told otherwise; keras.activations.gelu does not.
        return activation_call(
            name, {"approximate": True} if name == "gelu" and inner[1:2] == ["ops"] and root == "keras" else {}
        )
    return f"custom:{name}"


def activation_of_layer(layer: Any) -> str | None:
    """The activation that a layer of its own applies; ``None`` if it is no such layer, or has weights."""
    layers = keras.layers
    if builtin_class(type(layer)) is None:
        return None
    match layer:
        case layers.Activation():
            return activation_name(layer.activation)
        case layers.ReLU():
            arguments = {name: plain(getattr(layer, name)) for name in ("max_value", "negative_slope", "threshold")}
            return activation_call("relu", arguments)
        case layers.LeakyReLU():
            return activation_call("leaky_relu", {"negative_slope": plain(layer.negative_slope)})
        case layers.ELU():
            return activation_call("elu", {"alpha": plain(layer.alpha)})
        case layers.Softmax():
            return activation_call("softmax", {"axis": plain(layer.axis)})
    return None


# What an activation function takes and the values that change nothing.
_DEFAULTS: Mapping[str, Mapping[str, Setting]] = {
    "relu": {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
    "elu": {"alpha": 1.0},
    "softmax": {"axis": -1},
    "log_softmax": {"axis": -1},
    "gelu": {"approximate": False},
}


def activation_call(name: str, arguments: Mapping[str, Setting]) -> str:
    if name == "leaky_relu":
        slope = arguments.get("negative_slope", 0.2)
        return "relu" if slope == 0 else f"leaky_relu(negative_slope={slope})"
    defaults = _DEFAULTS.get(name, {})
    changed = {key: value for key, value in sorted(arguments.items()) if value != defaults.get(key)}
    if name == "relu":
        if set(changed) == {"negative_slope"}:
            return activation_call("leaky_relu", changed)
        if changed == {"max_value": 6} or changed == {"max_value": 6.0}:
            return "relu6"
    if not changed:
        return {"swish": "silu"}.get(name, name)
    return f"{name}({', '.join(f'{key}={value}' for key, value in changed.items())})"


def _regularizer(regularizer: Any) -> Setting:
    if regularizer is None:
        return None
    if type(regularizer) in {keras.regularizers.L1, keras.regularizers.L2, keras.regularizers.L1L2}:
        strengths = {name: plain(float(getattr(regularizer, name, 0.0))) for name in ("l1", "l2")}
        strengths = {name: strength for name, strength in strengths.items() if strength}
        return strengths or None
    return _object(regularizer)


def _object(value: Any) -> Setting:
    """A Keras object by its class and configuration; one of the student's own by its class alone."""
    if value is None:
        return None
    if not is_keras_class(type(value)):
        return f"custom:{type(value).__name__}"
    config = plain(value.get_config())
    return {"kind": type(value).__name__, **(config if isinstance(config, Mapping) else {})}


def is_keras_class(cls: type) -> bool:
    """Whether ``cls`` is Keras's own and not a student's."""
    return cls.__module__.split(".")[0] == "keras"
