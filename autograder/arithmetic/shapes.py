"""Shapes without the batch axis, as they come from anywhere, and their channel axis."""

from __future__ import annotations

from typing import TypeAlias

from autograder.arithmetic.digits import plain, shown, whole
from autograder.arithmetic.errors import ShapeError
from autograder.i18n import _

Shape: TypeAlias = tuple[int | None, ...]
"""``(height, width, channels)`` and the like, without the batch axis; ``None`` is a size not known."""

MOST_AXES = 64
"""NumPy has no array of more axes. A longer shape is an attempt to keep somebody busy."""


def checked_shape(value: object, where: str) -> Shape:
    """``value`` as a shape.

    Raises :class:`ShapeError` unless it is a tuple or list of sizes of at least 1 and ``None``.
    """
    if not isinstance(value, (tuple, list)) or len(value) > MOST_AXES:
        expected = _("a tuple of at most {most} sizes").format(most=MOST_AXES)
        raise ShapeError(where, expected, shown(value))
    return tuple(None if size is None else whole(size, where) for size in value)


def with_axes(shape: Shape, axes: int) -> Shape:
    """``shape``, if it has so many axes. Raises :class:`ShapeError` otherwise."""
    if len(shape) != axes:
        expected = _("{axes} axes besides the batch axis").format(axes=axes)
        raise ShapeError(_("input shape"), expected, shape_text(shape))
    return shape


def known(size: int | None, where: str) -> int:
    """``size``, if it is known. Raises :class:`ShapeError` otherwise: weights need a size."""
    if size is None:
        raise ShapeError(where, _("a known size"), "None")
    return size


def split_channels(shape: Shape, *, channels_first: bool) -> tuple[Shape, int | None]:
    """The spatial axes, and the size of the channel axis."""
    return (shape[1:], shape[0]) if channels_first else (shape[:-1], shape[-1])


def join_channels(spatial: Shape, channels: int | None, *, channels_first: bool) -> Shape:
    """The inverse of :func:`split_channels`."""
    return (channels, *spatial) if channels_first else (*spatial, channels)


def shape_text(shape: Shape) -> str:
    """``(28, 28, None)``."""
    sizes = ["None" if size is None else plain(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"
