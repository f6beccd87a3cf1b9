"""Wrong output shapes of known cause, as :mod:`~autograder.arithmetic.misconceptions` has wrong counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, checked_shape
from autograder.i18n import _


def shape_misconceptions(
    kind: str, settings: Mapping[str, object], input_shape: Shape, output_shape: Shape
) -> dict[Shape, str]:
    """Wrong output shapes of a layer, and what leads to them, for the kinds of layer that the MNIST CNN has.

    Shapes are ``(height, width, channels)`` or ``(units,)``, without the batch axis, and known. The right shape is
    never one of them; other layers have none. Raises :class:`ShapeError` for what is no shape.
    """
    right, before = checked_shape(output_shape, _("output shape")), checked_shape(input_shape, _("input shape"))
    if None in right or None in before:
        return {}
    found: dict[Shape, str] = {}
    for shape, cause in _causes(kind, settings, before, right):
        if shape != right:
            found.setdefault(shape, cause)
    return found


def _causes(kind: str, settings: Mapping[str, object], before: Shape, right: Shape) -> Iterator[tuple[Shape, str]]:
    if len(right) == 3:
        yield right[2:] + right[:2], _("the channels stand last: height, width, channels")
        yield right[:2], _("the channels are missing")
    match kind:
        case "Conv2D" if len(before) == len(right) == 3:
            yield (*right[:2], before[2]), _("as many channels come out as the layer has filters")
            if settings.get("padding", "valid") == "valid":
                yield (*before[:2], right[2]), _("without padding the picture becomes smaller: size - kernel + 1")
            shorter = tuple((size or 0) - 1 for size in right[:2])
            yield (*shorter, right[2]), _("the + 1 is missing: the window's first place counts too")
        case "MaxPooling2D" if len(before) == len(right) == 3:
            window = Settings(settings).sizes("pool_size", 2)
            by_one = tuple((size or 0) - places + 1 for size, places in zip(before[:2], window, strict=True))
            yield before, _("pooling makes the picture smaller")
            yield (*by_one, right[2]), _("a pooling window moves by its own size, not by 1")
            yield (*right[:2], (right[2] or 0) // window[0]), _("pooling leaves the channels as they are")
        case "Flatten" if len(before) == 3:
            yield before, _("Flatten makes one axis of all")
            yield ((before[0] or 0) * (before[1] or 0),), _("the channels count too: height times width times channels")
        case "Dense" if len(before) == 1:
            yield before, _("as many numbers come out as the layer has units")
        case "Dropout":
            rate = settings.get("rate")
            if isinstance(rate, float):
                less = round((before[-1] or 0) * (1 - rate))
                cause = _("Dropout sets numbers to 0 and takes none away: the shape stays as it is")
                yield (*before[:-1], less), cause
