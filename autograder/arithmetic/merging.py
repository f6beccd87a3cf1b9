"""Layers that make one output of several inputs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, shape_text
from autograder.i18n import _


def elementwise(settings: Settings, shapes: Sequence[Shape]) -> Shape:
    """``Add``, ``Multiply``, ``Average``, ``Maximum`` and ``Minimum``: an axis of size 1 is repeated."""
    return reduce(_broadcast, shapes)


def subtract(settings: Settings, shapes: Sequence[Shape]) -> Shape:
    """``Subtract``, of exactly two."""
    if len(shapes) != 2:
        raise ShapeError(_("inputs"), "2", str(len(shapes)))
    return _broadcast(shapes[0], shapes[1])


def concatenate(settings: Settings, shapes: Sequence[Shape]) -> Shape:
    """``Concatenate``: the sizes along ``axis`` add up, the others agree. Axis 0 is the batch."""
    first = shapes[0]
    axis = settings.axis("axis", -1, len(first) + 1) - 1
    known = first
    for shape in shapes[1:]:
        known = _agreed(known, shape, axis)
    if axis < 0:
        return first
    return (*first[:axis], _sum([shape[axis] for shape in shapes]), *first[axis + 1 :])


def _broadcast(left: Shape, right: Shape) -> Shape:
    longer, shorter = (left, right) if len(left) >= len(right) else (right, left)
    extra = len(longer) - len(shorter)
    pairs = zip(longer[extra:], shorter, strict=True)
    return (*longer[:extra], *(_broadcast_size(a, b, longer, shorter) for a, b in pairs))


def _broadcast_size(a: int | None, b: int | None, left: Shape, right: Shape) -> int | None:
    if a is None or b is None:
        return None
    if a != b and 1 not in (a, b):
        raise _disagreement(left, right)
    return b if a == 1 else a


def _agreed(known: Shape, shape: Shape, axis: int) -> Shape:
    """``known`` with the sizes that ``shape`` knows besides, if they agree on all axes but one."""
    if len(known) != len(shape):
        raise _disagreement(known, shape)
    for at, (a, b) in enumerate(zip(known, shape, strict=True)):
        if at != axis and a is not None and b is not None and a != b:
            raise _disagreement(known, shape)
    return tuple(b if a is None else a for a, b in zip(known, shape, strict=True))


def _disagreement(first: Shape, other: Shape) -> ShapeError:
    expected = _("shapes that go with {shape}").format(shape=shape_text(first))
    return ShapeError(_("inputs"), expected, shape_text(other))


def _sum(sizes: Sequence[int | None]) -> int | None:
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None
