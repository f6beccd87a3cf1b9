"""Convolutions of every kind: settings and input shape to output shape and parameters."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.arithmetic.digits import product
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.parameters import (
    conv_parameters,
    depthwise_parameters,
    separable_parameters,
    transpose_parameters,
)
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, known, split_channels, with_axes
from autograder.arithmetic.sizes import output_size, transpose_output_size
from autograder.arithmetic.space import along_space
from autograder.arithmetic.worked import ParameterCount, Worked
from autograder.i18n import _


def convolution(settings: Settings, shape: Shape, rank: int) -> tuple[Shape, ParameterCount]:
    """``Conv1D``, ``Conv2D`` and ``Conv3D``."""
    _not_both_spread(settings, rank)
    inputs = input_channels(settings, shape, rank)
    filters = settings.whole("filters")
    kernel = settings.sizes("kernel_size", rank)
    bias = settings.flag("use_bias", True)
    count = conv_parameters(kernel, inputs, filters, settings.whole("groups", 1), bias)
    paddings = ("valid", "same", "causal") if rank == 1 else ("valid", "same")
    return _slid(settings, shape, rank, filters, paddings), count


def depthwise(settings: Settings, shape: Shape, rank: int) -> tuple[Shape, ParameterCount]:
    """``DepthwiseConv1D`` and ``DepthwiseConv2D``."""
    inputs = input_channels(settings, shape, rank)
    multiplier = settings.whole("depth_multiplier", 1)
    kernel = settings.sizes("kernel_size", rank)
    count = depthwise_parameters(kernel, inputs, multiplier, settings.flag("use_bias", True))
    return _slid(settings, shape, rank, inputs * multiplier), count


def separable(settings: Settings, shape: Shape, rank: int) -> tuple[Shape, ParameterCount]:
    """``SeparableConv1D`` and ``SeparableConv2D``."""
    inputs = input_channels(settings, shape, rank)
    filters, multiplier = settings.whole("filters"), settings.whole("depth_multiplier", 1)
    kernel = settings.sizes("kernel_size", rank)
    count = separable_parameters(kernel, inputs, filters, multiplier, settings.flag("use_bias", True))
    return _slid(settings, shape, rank, filters), count


def transposed(settings: Settings, shape: Shape, rank: int) -> tuple[Shape, ParameterCount]:
    """``Conv1DTranspose``, ``Conv2DTranspose`` and ``Conv3DTranspose``."""
    _not_both_spread(settings, rank)
    inputs = input_channels(settings, shape, rank)
    filters = settings.whole("filters")
    kernel, strides = settings.sizes("kernel_size", rank), settings.sizes("strides", rank, 1)
    dilation = settings.sizes("dilation_rate", rank, 1)
    extra = settings.optional_sizes("output_padding", rank)
    _below_strides(extra, strides)
    padding = settings.choice("padding", ("valid", "same"), fold_case=True)

    def after(axis: int, size: int) -> Worked:
        return transpose_output_size(
            size,
            kernel=kernel[axis],
            stride=strides[axis],
            padding=padding,
            dilation=dilation[axis],
            output_padding=extra[axis],
        )

    count = transpose_parameters(kernel, inputs, filters, settings.flag("use_bias", True))
    return along_space(settings, shape, after, filters), count


def input_channels(settings: Settings, shape: Shape, rank: int) -> int:
    """The size of the channel axis of an input with ``rank`` spatial axes, which must be known."""
    _space, channels = split_channels(with_axes(shape, rank + 1), channels_first=settings.channels_first)
    return known(channels, _("input channels"))


def _slid(
    settings: Settings, shape: Shape, rank: int, channels: int, paddings: tuple[str, ...] = ("valid", "same")
) -> Shape:
    kernel, strides = settings.sizes("kernel_size", rank), settings.sizes("strides", rank, 1)
    dilation = settings.sizes("dilation_rate", rank, 1)
    padding = settings.choice("padding", paddings, fold_case=True)

    def after(axis: int, size: int) -> Worked:
        return output_size(size, kernel=kernel[axis], stride=strides[axis], padding=padding, dilation=dilation[axis])

    return along_space(settings, shape, after, channels)


def _not_both_spread(settings: Settings, rank: int) -> None:
    """Keras has no convolution that both strides and is dilated."""
    dilation = settings.sizes("dilation_rate", rank, 1)
    if max(settings.sizes("strides", rank, 1)) > 1 and max(dilation) > 1:
        raise ShapeError("dilation_rate", _("1, since strides are above 1"), product(dilation))


def _below_strides(extra: Iterable[int | None], strides: tuple[int, ...]) -> None:
    for more, stride in zip(extra, strides, strict=True):
        if more is not None and more >= stride:
            expected = _("less than the stride of {stride}").format(stride=product([stride]))
            raise ShapeError("output_padding", expected, product([more]))
