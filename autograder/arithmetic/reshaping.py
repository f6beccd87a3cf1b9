"""Layers that only rearrange: the same numbers under another shape."""

from __future__ import annotations

from math import prod
from numbers import Integral

from autograder.arithmetic.digits import plain, whole
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import MOST_AXES, Shape, shape_text, with_axes
from autograder.i18n import _


def unchanged(settings: Settings, shape: Shape) -> Shape:
    """Layers that work on each number alone, such as ``Dropout`` and ``Activation``."""
    return shape


def unchanged_space(settings: Settings, shape: Shape, rank: int) -> Shape:
    """``SpatialDropout1D`` to ``3D``, which want ``rank`` spatial axes."""
    return with_axes(shape, rank + 1)


def flatten(settings: Settings, shape: Shape) -> Shape:
    """``Flatten``: one axis, of all sizes multiplied."""
    settings.choice("data_format", ("channels_last", "channels_first"))
    return (_elements(shape),)


def reshape(settings: Settings, shape: Shape) -> Shape:
    """``Reshape``: as Keras does, a target is believed where the input has an unknown size."""
    target = tuple(
        None if size is None else _target_size(size) for size in settings.sequence("target_shape", MOST_AXES)
    )
    if target.count(-1) > 1:
        raise ShapeError("target_shape", _("at most one −1"), shape_text(target))
    elements = _elements(shape)
    if elements is None or None in target:
        return tuple(None if size == -1 else size for size in target)
    return _filled(target, elements)


def permute(settings: Settings, shape: Shape) -> Shape:
    """``Permute``: ``dims`` counts the axes from 1."""
    dims = [whole(dim, "dims") for dim in settings.sequence("dims", MOST_AXES)]
    if sorted(dims) != list(range(1, len(dims) + 1)):
        raise ShapeError("dims", _("each axis once, counted from 1"), shape_text(tuple(dims)))
    with_axes(shape, len(dims))
    return tuple(shape[dim - 1] for dim in dims)


def repeat_vector(settings: Settings, shape: Shape) -> Shape:
    """``RepeatVector``: ``(n, features)``."""
    return (settings.whole("n"), *with_axes(shape, 1))


def _elements(shape: Shape) -> int | None:
    sizes = [size for size in shape if size is not None]
    return prod(sizes) if len(sizes) == len(shape) else None


def _target_size(size: object) -> int:
    return -1 if isinstance(size, Integral) and size == -1 else whole(size, "target_shape")


def _filled(target: Shape, elements: int) -> Shape:
    given = prod(size for size in target if size is not None and size != -1)
    fits = elements % given == 0 if -1 in target else elements == given
    if not fits:
        expected = _("a shape of {elements} elements").format(elements=plain(elements))
        raise ShapeError("target_shape", expected, shape_text(target))
    return tuple(elements // given if size == -1 else size for size in target)
