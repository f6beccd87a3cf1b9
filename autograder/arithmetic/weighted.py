"""Layers whose weights lie along given axes: dense, normalization, ``PReLU``."""

from __future__ import annotations

from autograder.arithmetic.digits import shown, whole
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.parameters import (
    batch_normalization_parameters,
    dense_parameters,
    layer_normalization_parameters,
    prelu_parameters,
)
from autograder.arithmetic.settings import Settings, canonical_axis
from autograder.arithmetic.shapes import MOST_AXES, Shape, known, shape_text
from autograder.arithmetic.worked import ParameterCount
from autograder.i18n import _


def dense(settings: Settings, shape: Shape) -> tuple[Shape, ParameterCount]:
    """``Dense``: works on the last axis, whatever comes before it."""
    units = settings.whole("units")
    if not shape:
        raise ShapeError(_("input shape"), _("at least one axis besides the batch axis"), shape_text(shape))
    inputs = known(shape[-1], _("last axis of the input"))
    return (*shape[:-1], units), dense_parameters(inputs, units, settings.flag("use_bias", True))


def batch_normalization(settings: Settings, shape: Shape) -> tuple[Shape, ParameterCount]:
    """``BatchNormalization`` along one ``axis``."""
    axis = settings.axis("axis", -1, len(shape) + 1)
    count = batch_normalization_parameters(
        _size_along(shape, axis),
        settings.flag("center", True),
        settings.flag("scale", True),
        settings.flag("renorm", False),
    )
    return shape, count


def layer_normalization(settings: Settings, shape: Shape) -> tuple[Shape, ParameterCount]:
    """``LayerNormalization`` along one ``axis`` or several, each once."""
    axis = settings.values.get("axis")
    given = [-1 if axis is None else axis] if not isinstance(axis, (tuple, list)) else axis
    axes = [canonical_axis(one, "axis", len(shape) + 1) for one in given[: MOST_AXES + 1]]
    if not axes or len(set(axes)) != len(given):
        raise ShapeError("axis", _("at least one axis, each once"), shown(axis))
    # rms_scaling, deprecated in Keras, has a scale whatever `scale` says and never an offset
    rms = settings.flag("rms_scaling", False)
    center = settings.flag("center", True) and not rms
    scale = settings.flag("scale", True) or rms
    sizes = [_size_along(shape, one) for one in axes] if center or scale else []
    return shape, layer_normalization_parameters(sizes, center, scale)


def prelu(settings: Settings, shape: Shape) -> tuple[Shape, ParameterCount]:
    """``PReLU``: one slope for each place, ``shared_axes`` (counted from 1) left out."""
    value = settings.values.get("shared_axes")
    given = () if value is None else value if isinstance(value, (tuple, list)) else (value,)
    # Keras takes `shape[axis - 1]` as it stands, so that 0 is the last axis and −1 the one before
    lowest = 1 - len(shape)
    shared = {whole(axis, "shared_axes", at_least=lowest) - 1 for axis in given}
    if shared and max(shared) >= len(shape):
        expected = _("axes of at most {axes}").format(axes=len(shape))
        raise ShapeError("shared_axes", expected, shown(value))
    apart = [size for at, size in enumerate(shape) if not shared & {at, at - len(shape)}]
    return shape, prelu_parameters([known(size, _("input shape")) for size in apart])


def _size_along(shape: Shape, axis: int) -> int:
    """The size along an axis counted with the batch axis, whose own size is never known."""
    return known(((None, *shape))[axis], "axis")
