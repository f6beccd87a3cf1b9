"""One spelling for what a single layer does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autograder.arithmetic import Shape
from autograder.facts import Setting
from autograder.keras_facts.calls import Network
from autograder.keras_facts.graph import Call

ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"})
"""Layers that apply an activation and have no weights."""


def spelled(call: Call, network: Network) -> Call:
    """One spelling for what a single layer does, given what comes in."""
    if call.custom:
        return call
    entering = network.shape(call.inputs[0]) if call.inputs else ()
    settings = {name: value for name, value in call.settings.items() if value != "channels_last"}
    kind = call.kind
    further = {"activity_regularizer": settings["activity_regularizer"]} if settings.get("activity_regularizer") else {}
    if kind == "Reshape" and len(call.output_shape) == 1:
        kind, settings = "Flatten", further
    elif kind == "Reshape":
        settings = {"target_shape": call.output_shape, **further}
    elif kind in ACTIVATION_LAYERS:
        kind, settings = "Activation", {"activation": _activation_of(kind, settings), **further}
    elif kind in {"BatchNormalization", "LayerNormalization", "Concatenate"}:
        settings = {**settings, "axis": _negative_axis(settings.get("axis"), len(entering))}
    if "kernel_size" in settings or "pool_size" in settings:
        settings = _plain_window(settings, entering, call.output_shape)
    if "activation" in settings:
        settings = {**settings, "activation": _last_axis(str(settings["activation"]), call.output_shape)}
    trainable = call.trainable or not call.count
    return replace(call, kind=kind, settings=dict(sorted(settings.items())), trainable=trainable)


def _activation_of(kind: str, settings: Mapping[str, Setting]) -> Setting:
    from autograder.keras_facts.settings import activation_call

    if kind == "Activation":
        return settings["activation"]
    return activation_call({"ReLU": "relu", "LeakyReLU": "leaky_relu"}.get(kind, kind.lower()), settings)


def _last_axis(activation: str, shape: Shape) -> str:
    """A softmax over the last axis is the softmax, however the axis is numbered."""
    return "softmax" if activation == f"softmax(axis={len(shape)})" else activation


def _negative_axis(axis: Setting, rank: int) -> Setting:
    """Axes counted from the end, as Keras's defaults are; ``rank`` is without the batch axis."""
    if isinstance(axis, tuple):
        axes = tuple(_negative_axis(one, rank) for one in axis)
        return axes[0] if len(axes) == 1 else axes
    return axis - rank - 1 if isinstance(axis, int) and axis > 0 else axis


def _plain_window(settings: Mapping[str, Setting], entering: Shape, leaving: Shape) -> dict[str, Setting]:
    """Padding that adds nothing is no padding; dilating or striding over a single place does nothing."""
    window = settings.get("kernel_size", settings.get("pool_size"))
    if settings.get("data_format") == "channels_first" or not isinstance(window, tuple):
        return dict(settings)
    plain = dict(settings)
    if "dilation_rate" in settings and all(size == 1 for size in window):
        plain["dilation_rate"] = window
    if settings.get("padding") in {"same", "causal"} and not settings.get("output_padding"):
        strides = _axes(settings, "strides") if settings["padding"] == "same" else (1,) * len(window)
        leaving = leaving if settings["padding"] == "same" else entering
        # The last of the entering axes, the channels, has no window.
        axes = zip(window, strides, _axes(plain, "dilation_rate"), entering, leaving, strict=False)
        if all(_padding(*axis) == 0 for axis in axes):
            plain["padding"] = "valid"
    return plain


def _axes(settings: Mapping[str, Setting], name: str) -> tuple[Setting, ...]:
    value = settings.get(name)
    return value if isinstance(value, tuple) else (1,) * 3


def _padding(window: Any, stride: Any, dilation: Any, size: int | None, out: int | None) -> int | None:
    """Rows that ``"same"`` adds along one axis; ``None`` where the size is not known."""
    if size is None or out is None:
        return None
    return max((out - 1) * int(stride) + int(dilation) * (int(window) - 1) + 1 - size, 0)
