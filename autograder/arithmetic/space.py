"""The spatial axes of an input, one after the other."""

from __future__ import annotations

from collections.abc import Callable

from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, join_channels, split_channels
from autograder.arithmetic.worked import Worked
from autograder.i18n import _


def along_space(settings: Settings, shape: Shape, after: Callable[[int, int], Worked], channels: int | None) -> Shape:
    """``shape`` with its channels replaced and ``after(axis, size)`` of each known spatial size."""
    first = settings.channels_first
    space, _channels = split_channels(shape, channels_first=first)
    changed = tuple(None if size is None else _at_axis(after, axis, size) for axis, size in enumerate(space))
    return join_channels(changed, channels, channels_first=first)


def _at_axis(after: Callable[[int, int], Worked], axis: int, size: int) -> int:
    try:
        return int(after(axis, size))
    except ShapeError as error:
        raise error.within(_("spatial axis {axis}").format(axis=axis + 1)) from None
