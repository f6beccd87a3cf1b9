"""Bare operations in a functional model, read as the layers that do the same.

``x / 255`` is a ``Rescaling``, ``keras.ops.relu(x)`` an ``Activation``, ``a + b`` an ``Add``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any

from autograder.arithmetic import Shape
from autograder.facts import Setting
from autograder.keras_facts.settings import activation_call, plain

_ACTIVATIONS: Mapping[str, str] = {
    "ReLU": "relu",
    "Relu": "relu",
    "Relu6": "relu6",
    "Softmax": "softmax",
    "Sigmoid": "sigmoid",
    "Tanh": "tanh",
    "Elu": "elu",
    "Selu": "selu",
    "Gelu": "gelu",
    "Silu": "silu",
    "LeakyRelu": "leaky_relu",
    "Softplus": "softplus",
    "Softsign": "softsign",
    "HardSigmoid": "hard_sigmoid",
    "HardSilu": "hard_silu",
    "LogSigmoid": "log_sigmoid",
    "LogSoftmax": "log_softmax",
    "Mish": "mish",
}
# What an operation above may be told.
_ARGUMENTS = ("negative_slope", "max_value", "threshold", "alpha", "axis", "approximate")
_RESHAPES = frozenset({"Reshape", "ExpandDims", "Squeeze", "Ravel"})
_CONVERSIONS = frozenset({"Cast", "ConvertToTensor"})
_MERGES = frozenset({"Add", "Subtract", "Multiply", "Maximum", "Minimum"})


def layer_of_operation(operation: Any, node: Any, output_shape: Shape) -> tuple[str, dict[str, Setting]]:
    """Kind and settings of the layer that an operation stands for; ``"ops.Name"`` where there is none."""
    name = type(operation).__name__
    if name in _ACTIVATIONS:
        arguments = {key: plain(getattr(operation, key)) for key in _ARGUMENTS if hasattr(operation, key)}
        return "Activation", {"activation": activation_call(_ACTIVATIONS[name], arguments)}
    if name in _RESHAPES and _keeps_images_apart(node, output_shape):
        return "Reshape", {"target_shape": output_shape}
    if name in _CONVERSIONS and (operation.dtype is None or "float" in str(operation.dtype)):
        return "Identity", {}
    if name in _MERGES and len(node.input_tensors) == 2:
        return name, {}
    if name == "Concatenate":
        return name, {"axis": plain(operation.axis)}
    affine = _affine(name, node)
    if affine is not None:
        scale, offset = affine
        return "Rescaling", {"scale": plain(scale), "offset": plain(offset)}
    return f"ops.{name}", {}


def _keeps_images_apart(node: Any, output_shape: Shape) -> bool:
    """Whether a reshaping leaves the batch axis alone."""
    sizes = [[size for size in shape if size is not None] for shape in (node.input_tensors[0].shape[1:], output_shape)]
    return len(sizes[1]) == len(output_shape) and prod(sizes[0]) == prod(sizes[1])


def _affine(name: str, node: Any) -> tuple[float, float] | None:
    """``(scale, offset)`` of an operation on one tensor and one number."""
    arguments = (*node.arguments.args, *node.arguments.kwargs.values())
    if len(arguments) != 2 or len(node.input_tensors) != 1:
        return None
    tensor_first = arguments[0] is node.input_tensors[0]
    number = arguments[1] if tensor_first else arguments[0]
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    match name, tensor_first:
        case (("TrueDivide" | "Divide"), True) if number:
            return 1 / number, 0.0
        case "Multiply", _:
            return float(number), 0.0
        case "Add", _:
            return 1.0, float(number)
        case "Subtract", True:
            return 1.0, -float(number)
        case "Subtract", False:
            return -1.0, float(number)
    return None
