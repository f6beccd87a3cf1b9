"""Wrong sizes and parameter counts of known cause: what a student has most likely left out or mixed up.

The causes are those that the lesson's own exercise provokes. A message names the cause and what is to be
counted, and leaves the sum to the student.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from math import ceil, floor, prod
from typing import Any, TypeAlias

from autograder.arithmetic.digits import grouped
from autograder.arithmetic.layers import layer_arithmetic
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, checked_shape, split_channels
from autograder.i18n import _

Slip: TypeAlias = tuple[Callable[..., Any], str]
"""A function that goes wrong, and its cause, as ``Calls(misconceptions=…)`` takes them."""

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


def input_misconceptions(
    settings: Mapping[str, object], input_shape: Shape, shapes: Iterable[Shape], rates: Iterable[float]
) -> dict[int, str]:
    """Wrong parameter counts of a ``Dense`` layer that is taken to get other inputs than it does.

    ``input_shape`` is what comes in, without the batch axis; ``shapes`` are those elsewhere in the network, whatever
    is taken for this layer's inputs; ``rates`` are those of its ``Dropout`` layers, which are thought to take inputs
    away.
    """
    units, bias = Settings(settings).whole("units"), Settings(settings).flag("use_bias", True)
    inputs = input_shape[-1] or 0
    causes: dict[int, str] = {}
    for rate in rates:
        for left in (floor(inputs * (1 - rate)), ceil(inputs * (1 - rate))):
            cause = _("Dropout takes no numbers away from the next layer: all {inputs} come in")
            causes.setdefault(left, cause.format(inputs=grouped(inputs)))
    for shape in shapes:
        for size in {*(size for size in shape if size is not None), _elements(shape) or 0}:
            cause = _("that would be for {size} numbers that come in; {inputs} come into this layer")
            causes.setdefault(size, cause.format(size=grouped(size), inputs=grouped(inputs)))
    return {
        (size + biases) * units: cause
        for biases in ((0, 1) if bias else (0,))
        for size, cause in causes.items()
        if size not in (0, inputs) and size + biases != inputs + bias
    }


def output_size_slips() -> tuple[Slip, ...]:
    """What goes wrong in a function of ``size, kernel, stride, padding`` that gives a convolution's output size."""
    return (
        (
            _valid(lambda size, kernel, stride: (size - kernel) // stride),
            _("the + 1 is missing: the window's first place counts too"),
        ),
        (
            _valid(lambda size, kernel, stride: (size - kernel + 1) // stride),
            _("the + 1 comes after the division by the stride"),
        ),
        (
            _valid(lambda size, kernel, stride: -((kernel - size) // stride) + 1),
            _("without padding, a last step that does not fit whole is left out: round down"),
        ),
        (
            lambda size, kernel, stride=1, padding="valid": (size - kernel) // stride + 1,
            _("padding='same' is not looked at"),
        ),
        (
            _same(lambda size, stride: size),
            _("with padding='same' the stride still counts: the size is divided by it"),
        ),
        (
            _same(lambda size, stride: size // stride),
            _("with padding='same' the size is divided by the stride and rounded up, not down"),
        ),
        (
            _same(lambda size, stride: size / stride),
            _("a size is a whole number: with padding='same' it is rounded up"),
        ),
        (
            _valid(lambda size, kernel, stride: (size - kernel) / stride + 1),
            _("a size is a whole number: without padding it is rounded down"),
        ),
        (
            lambda size, kernel, stride=1, padding="valid": (
                size / stride if padding == "same" else (size - kernel) / stride + 1
            ),
            _("a size is a whole number: round down without padding, and up with padding='same'"),
        ),
        (
            lambda size, kernel, stride=1, padding="valid": size if padding == "same" else size - kernel + 1,
            _("the stride is missing: the window moves by so many places at once"),
        ),
    )


def pooling_size_slips() -> tuple[Slip, ...]:
    """The same for a pooling layer's ``size, pool, stride=None, padding``, where no stride means ``pool``."""
    by_pool = _("the size is divided by the stride, which is the window's size only where no stride is given")
    return (
        (
            lambda size, pool, stride=None, padding="valid": _right_size(size, pool, stride or 1, padding),
            _("a pooling window moves by its own size where no stride is given"),
        ),
        (lambda size, pool, stride=None, padding="valid": _right_size(size, pool, pool, padding), by_pool),
        (lambda size, pool, stride=None, padding="valid": size // pool, by_pool),
        *((_pooling(wrong), cause) for wrong, cause in output_size_slips()),
    )


def conv2d_parameter_slips() -> tuple[Slip, ...]:
    """What goes wrong in a function of ``kernel, in_channels, filters`` that counts a ``Conv2D``'s parameters."""
    return (
        (_conv2d(lambda k, c, f: k * c * f), _("the bias is missing: each filter has one number more")),
        (
            _conv2d(lambda k, c, f: (k + 1) * f),
            _("the input channels are missing: each filter spans them all"),
        ),
        (
            _conv2d(lambda k, c, f: k * f),
            _("the input channels and the bias are missing: each filter spans all channels and has one bias"),
        ),
        (
            _conv2d(lambda k, c, f: k * c * f + 1),
            _("the bias is not one for the layer: each filter has one of its own"),
        ),
        (
            _conv2d(lambda k, c, f: 2 * k * c * f),
            _("a bias does not belong to a weight: each filter has only one"),
        ),
        (
            _conv2d(lambda k, c, f: (k + 1) * c * f),
            _("a bias does not belong to an input channel: each filter has only one"),
        ),
        (
            _conv2d(lambda k, c, f: k * c * f + c),
            _("a bias does not belong to an input channel: each filter has only one"),
        ),
        (_conv2d(lambda k, c, f: k * c + 1), _("this is one filter alone: the layer has several")),
        (
            lambda kernel, c, f: (kernel[0] * c + 1) * f,
            _("one side of the kernel is missing: it has height times width places"),
        ),
        (
            lambda kernel, c, f: (kernel[0] ** 2 * c + 1) * f,
            _("a kernel need not be square: it has height times width places"),
        ),
        (
            lambda kernel, c, f: (kernel[1] ** 2 * c + 1) * f,
            _("a kernel need not be square: it has height times width places"),
        ),
        (
            lambda kernel, c, f: ((kernel[0] + kernel[1]) * c + 1) * f,
            _("a kernel has height times width places, not height plus width"),
        ),
    )


def dense_parameter_slips() -> tuple[Slip, ...]:
    """What goes wrong in a function of ``inputs, units`` that counts a ``Dense`` layer's parameters."""
    return (
        (lambda inputs, units: inputs * units, _("the bias is missing: each unit has one number more")),
        (
            lambda inputs, units: inputs * units + 1,
            _("the bias is not one for the layer: each unit has one of its own"),
        ),
        (
            lambda inputs, units: 2 * inputs * units,
            _("a bias does not belong to a weight: each unit has only one"),
        ),
        (
            lambda inputs, units: inputs * (units + 1),
            _("a bias does not belong to an input: each unit has one"),
        ),
        (lambda inputs, units: inputs + 1, _("this is one unit alone: the layer has several")),
        (
            lambda inputs, units: inputs + units,
            _("these are the inputs and the units: what is counted is the weights between them"),
        ),
    )


def _right_size(size: int, window: int, stride: int = 1, padding: str = "valid") -> int:
    return -(-size // stride) if padding == "same" else (size - window) // stride + 1


def _valid(wrong: Callable[[int, int, int], Any]) -> Callable[..., Any]:
    """Wrong without padding, and right with it."""

    def size_after(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> Any:
        return _right_size(size, kernel, stride, padding) if padding == "same" else wrong(size, kernel, stride)

    return size_after


def _same(wrong: Callable[[int, int], Any]) -> Callable[..., Any]:
    """Wrong with ``padding="same"``, and right without."""

    def size_after(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> Any:
        return wrong(size, stride) if padding == "same" else _right_size(size, kernel, stride, padding)

    return size_after


def _pooling(wrong: Callable[..., Any]) -> Callable[..., Any]:
    return lambda size, pool, stride=None, padding="valid": wrong(size, pool, stride or pool, padding)


def _conv2d(wrong: Callable[[int, int, int], int]) -> Callable[[tuple[int, int], int, int], int]:
    """A function of the kernel's places, the input channels and the filters, as one of the kernel's two sides."""
    return lambda kernel, in_channels, filters: wrong(prod(kernel), in_channels, filters)


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
    yield weights + inputs, _("a bias does not belong to an input channel: each filter has only one")


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
