"""Wrong parameter counts of known cause: what a student has most likely left out or mixed up.

The causes are those that the lesson's own exercise provokes. A message names the cause and what is to be
counted, and leaves the sum to the student.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import prod

from autograder.arithmetic.digits import grouped
from autograder.arithmetic.layers import layer_arithmetic
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, checked_shape, split_channels
from autograder.i18n import _

_RANKS = {"Conv1D": 1, "Conv2D": 2, "Conv3D": 3}


def parameter_misconceptions(
    kind: str, settings: Mapping[str, object], input_shape: Shape, output_shape: Shape
) -> dict[int, str]:
    """Wrong parameter counts of a ``Dense`` or convolution layer, and what leads to them.

    Settings and shapes are as :func:`layer_arithmetic` takes and gives them. The right count is never among
    them, even where a wrong sum happens to give it; a count of several causes has the first. Other layers
    have none. Raises what :func:`layer_arithmetic` raises.
    """
    _shape, right = layer_arithmetic(kind, settings, [input_shape])
    output = checked_shape(output_shape, _("output shape"))
    if kind == "Dense":
        causes = _dense(Settings(settings), input_shape, output)
    elif kind in _RANKS:
        causes = _convolution(Settings(settings), input_shape, output, _RANKS[kind])
    else:
        return {}
    found: dict[int, str] = {}
    for count, cause in causes:
        if count != right.total:
            found.setdefault(count, cause)
    return found


def _dense(settings: Settings, input_shape: Shape, output_shape: Shape) -> Iterator[tuple[int, str]]:
    inputs, units = input_shape[-1] or 0, settings.whole("units")
    weights, all_units = inputs * units, grouped(units)
    if settings.flag("use_bias", True):
        yield (
            weights,
            _("the bias is missing: each unit has one number more, {units} in all").format(units=all_units),
        )
        yield weights + 1, _("the bias is not one for the layer: each unit has one of its own")
        yield 2 * weights, _("a bias does not belong to a weight: each unit has only one")
        yield weights + inputs, _("a bias does not belong to an input: each unit has one")
        yield inputs + 1, _("this is one unit alone: the layer has {units} of them").format(units=all_units)
    else:
        yield weights + units, _("a bias was counted, but this layer has none: use_bias is False")
    if len(input_shape) > 1 and (everything := _elements(input_shape)) is not None:
        cause = _("a Dense layer works on the last axis of its input only: the same weights serve all others")
        yield (everything + settings.flag("use_bias", True)) * units, cause
    if (activations := _elements(output_shape)) is not None:
        yield activations, _activations_cause()
    yield inputs + units, _("these are the inputs and the units: what is counted is the weights between them")


def _convolution(settings: Settings, input_shape: Shape, output_shape: Shape, rank: int) -> Iterator[tuple[int, str]]:
    first = settings.channels_first
    channels = split_channels(input_shape, channels_first=first)[1] or 0
    inputs = channels // settings.whole("groups", 1)
    kernel, filters = prod(settings.sizes("kernel_size", rank)), settings.whole("filters")
    bias = settings.flag("use_bias", True)
    yield from _bias_causes(kernel, inputs, filters, bias)
    yield (kernel + bias) * filters, _channels_cause(inputs)
    if bias:
        cause = _("the input channels and the bias are missing: each filter spans {channels} input channels")
        yield kernel * filters, cause.format(channels=grouped(inputs))
    space = _elements(split_channels(output_shape, channels_first=first)[0])
    if space is not None:
        yield from _output_causes(space, inputs, filters, bias)
    one = _("this is one filter alone: the layer has {filters} of them").format(filters=grouped(filters))
    yield kernel * inputs + bias, one
    yield kernel * inputs, one


def _bias_causes(kernel: int, inputs: int, filters: int, bias: bool) -> Iterator[tuple[int, str]]:
    weights = kernel * inputs * filters
    if not bias:
        yield weights + filters, _("a bias was counted, but this layer has none: use_bias is False")
        return
    missing = _("the bias is missing: each filter has one number more, {filters} in all")
    yield weights, missing.format(filters=grouped(filters))
    yield weights + 1, _("the bias is not one for the layer: each filter has one of its own")
    yield 2 * weights, _("a bias does not belong to a weight: each filter has only one")
    yield (
        (kernel + 1) * inputs * filters,
        _("a bias does not belong to an input channel: each filter has only one"),
    )


def _output_causes(space: int, inputs: int, filters: int, bias: bool) -> Iterator[tuple[int, str]]:
    """``32·(24·24) + 64``, the second of them, is a slip of the lesson's slides."""
    size = _("the size of the output was used: a filter's weights are as many as its kernel has places")
    yield (space * inputs + bias) * filters, size
    yield space * inputs + bias * filters, size
    yield space * filters, _activations_cause()


def _channels_cause(inputs: int) -> str:
    cause = _("the input channels are missing: each filter spans {channels} of them")
    return cause.format(channels=grouped(inputs))


def _activations_cause() -> str:
    return _("these are the numbers that come out of the layer: what is counted is the weights it learns")


def _elements(shape: Shape) -> int | None:
    sizes = [size for size in shape if size is not None]
    return prod(sizes) if len(sizes) == len(shape) else None
