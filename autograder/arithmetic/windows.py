"""Layers without weights that change the spatial sizes: pooling, margins, upsampling."""

from __future__ import annotations

from collections.abc import Callable

from autograder.arithmetic.digits import plain
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, join_channels, split_channels, with_axes
from autograder.arithmetic.sizes import output_size
from autograder.arithmetic.space import along_space
from autograder.arithmetic.worked import Worked
from autograder.i18n import _


def max_pooling(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``MaxPooling1D`` to ``3D``: pools of 2 unless told otherwise."""
    return _pooling(settings, shape, rank, settings.sizes("pool_size", rank, 2))


def average_pooling(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``AveragePooling1D`` to ``3D``, which have no default pool size."""
    return _pooling(settings, shape, rank, settings.sizes("pool_size", rank))


def global_pooling(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``GlobalMaxPooling1D`` to ``3D`` and ``GlobalAveragePooling1D`` to ``3D``."""
    first = settings.channels_first
    space, channels = split_channels(with_axes(shape, rank + 1), channels_first=first)
    if not settings.flag("keepdims", False):
        return (channels,)
    return join_channels((1,) * len(space), channels, channels_first=first)


def zero_padding(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``ZeroPadding1D`` to ``3D``."""
    margins = settings.margins("padding", rank, 1)
    return _resized(settings, shape, rank, lambda axis, size: Worked(size + sum(margins[axis])))


def cropping(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``Cropping2D``."""
    margins = settings.margins("cropping", rank, 0)

    def after(axis: int, size: int) -> Worked:
        cut = sum(margins[axis])
        if cut >= size:
            expected = _("to cut less than the {size} there are").format(size=plain(size))
            raise ShapeError("cropping", expected, plain(cut))
        return Worked(size - cut)

    return _resized(settings, shape, rank, after)


def upsampling(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``UpSampling2D``."""
    factors = settings.sizes("size", rank, 2)
    return _resized(settings, shape, rank, lambda axis, size: Worked(size * factors[axis]))


def _pooling(settings: Settings, shape: Shape, rank: int, pool: tuple[int, ...]) -> Shape:
    strides = settings.sizes("strides", rank, pool)
    padding = settings.choice("padding", ("valid", "same"))

    def after(axis: int, size: int) -> Worked:
        return output_size(size, kernel=pool[axis], stride=strides[axis], padding=padding)

    return _resized(settings, shape, rank, after)


def _resized(settings: Settings, shape: Shape, rank: int, after: Callable[[int, int], Worked]) -> Shape:
    _space, channels = split_channels(with_axes(shape, rank + 1), channels_first=settings.channels_first)
    return along_space(settings, shape, after, channels)
