"""How many numbers a layer learns or keeps, with the sum: ``18,496 = (3·3·32 + 1)·64``.

Each sum follows the weights that Keras's ``build`` of the layer adds.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from autograder.arithmetic.digits import plain, product, whole
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.worked import NO_PARAMETERS, ParameterCount
from autograder.i18n import _


def dense_parameters(inputs: int, units: int, bias: bool = True) -> ParameterCount:
    """A ``Dense`` layer: ``1,290 = (128 + 1)·10``, a weight for each input and a bias, for each unit."""
    return _trained((inputs + bias) * units, f"{_plus_bias(plain(inputs), bias)}·{plain(units)}")


def conv_parameters(
    kernel: tuple[int, ...], inputs: int, filters: int, groups: int = 1, bias: bool = True
) -> ParameterCount:
    """A convolution: ``18,496 = (3·3·32 + 1)·64``, a kernel over all channels and a bias, for each filter.

    ``kernel`` is the size along each spatial axis, ``inputs`` the number of input channels. Of ``groups``
    each sees its own share of the channels: ``(3·3·(32/2) + 1)·64``. Raises :class:`ShapeError` if the groups
    do not divide channels and filters.
    """
    _divides(whole(groups, "groups"), inputs, _("input channels"))
    _divides(groups, filters, _("filters"))
    share = plain(inputs) if groups == 1 else f"({plain(inputs)}/{plain(groups)})"
    weights = f"{product(kernel)}·{share}"
    return _trained(
        (prod(kernel) * (inputs // groups) + bias) * filters, f"{_plus_bias(weights, bias)}·{plain(filters)}"
    )


def conv2d_parameters(
    kernel: tuple[int, int], inputs: int, filters: int, groups: int = 1, bias: bool = True
) -> ParameterCount:
    """:func:`conv_parameters` with ``kernel`` as ``(height, width)``."""
    return conv_parameters(kernel, inputs, filters, groups, bias)


def transpose_parameters(kernel: tuple[int, ...], inputs: int, filters: int, bias: bool = True) -> ParameterCount:
    """A transposed convolution: as many as a convolution of the same settings."""
    return conv_parameters(kernel, inputs, filters, bias=bias)


def depthwise_parameters(
    kernel: tuple[int, ...], inputs: int, multiplier: int = 1, bias: bool = True
) -> ParameterCount:
    """A depthwise convolution: ``320 = (3·3 + 1)·32``, ``multiplier`` kernels for each channel alone."""
    outputs = [inputs, multiplier] if multiplier != 1 else [inputs]
    return _trained(
        (prod(kernel) + bias) * inputs * multiplier, f"{_plus_bias(product(kernel), bias)}·{product(outputs)}"
    )


def separable_parameters(
    kernel: tuple[int, ...], inputs: int, filters: int, multiplier: int = 1, bias: bool = True
) -> ParameterCount:
    """A separable convolution: ``2,400 = 3·3·32 + (32 + 1)·64``, depthwise, then pointwise with the bias."""
    middle = [inputs, multiplier] if multiplier != 1 else [inputs]
    total = (prod(kernel) * inputs * multiplier) + (inputs * multiplier + bias) * filters
    pointwise = f"{_plus_bias(product(middle), bias)}·{plain(filters)}"
    return _trained(total, f"{product(kernel)}·{product(middle)} + {pointwise}")


def batch_normalization_parameters(
    channels: int, center: bool = True, scale: bool = True, renorm: bool = False
) -> ParameterCount:
    """Batch normalization: ``256 = 4·64``, of which offset and scale are trained, mean and variance are not.

    ``renorm`` keeps three numbers more for each channel.
    """
    kept = 5 if renorm else 2
    learned = int(center) + int(scale)
    formula = f"{kept + learned}·{plain(channels)}"
    return ParameterCount(total=(kept + learned) * channels, trainable=learned * channels, formula=formula)


def layer_normalization_parameters(sizes: Sequence[int], center: bool = True, scale: bool = True) -> ParameterCount:
    """Layer normalization: ``128 = 2·64``, an offset and a scale for each place along the ``sizes``."""
    learned = int(center) + int(scale)
    if not learned:
        return NO_PARAMETERS
    return _product_count([learned, *sizes] if learned > 1 else sizes)


def prelu_parameters(sizes: Sequence[int]) -> ParameterCount:
    """``PReLU``: a slope for each place along the ``sizes``, axes that share one slope left out."""
    return _product_count(sizes)


def _product_count(factors: Sequence[int]) -> ParameterCount:
    return _trained(prod(factors), product(factors) if len(factors) > 1 else None)


def _trained(total: int, formula: str | None) -> ParameterCount:
    return ParameterCount(total=total, trainable=total, formula=formula)


def _plus_bias(weights: str, bias: bool) -> str:
    return f"({weights} + 1)" if bias else weights


def _divides(groups: int, number: int, what: str) -> None:
    if number % groups:
        expected = _("a divisor of the {number} {what}").format(number=plain(number), what=what)
        raise ShapeError("groups", expected, plain(groups))
