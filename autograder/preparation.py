"""How images were prepared before they reached a network: their layout and the scale of their pixels.

It is read off the images themselves, by finding each among the real ones, so that a model trained on
pixels from -1 to 1 is tested on pixels from -1 to 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isclose, prod
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from autograder.arithmetic import Shape
from autograder.i18n import _

Images: TypeAlias = npt.NDArray[np.uint8]
"""Real images: ``(n, 28, 28)``, pixels from 0 to 255."""

# A prepared image differs from its original by a scale and an offset, so the two correlate perfectly up
# to rounding. Different images do not: among the first 10,000 of each set the closest two reach 0.9866
# (MNIST) and 0.99946 (Fashion-MNIST).
_SAME_IMAGE = 0.9999

# Rows of real images that are compared at once: bounds the memory for the full 60,000.
_CHUNK = 10_000

# Largest deviation from a straight line that float16 rounding or a rounded 1/255 explains, as a share of
# the range of the pixels.
_ROUNDING = 2e-3


@dataclass(frozen=True, slots=True)
class Preparation:
    """``prepared = scale · pixel + offset``, in a layout of its own."""

    shape: Shape
    """Of one image, without the batch axis: ``(28, 28)``, ``(28, 28, 1)``, ``(784,)``."""
    scale: float
    offset: float

    @property
    def low(self) -> float:
        """What a black pixel (0) becomes."""
        return self.offset

    @property
    def high(self) -> float:
        """What a white pixel (255) becomes."""
        return 255 * self.scale + self.offset

    def apply(self, images: Images) -> npt.NDArray[np.float32]:
        """Real images ``(n, 28, 28)`` prepared: ``(n, *shape)``."""
        prepared = images.reshape(len(images), *self.shape).astype(np.float32)
        # Divided, as students write it, to the last bit: / 255.
        prepared /= np.float32(1 / self.scale)
        prepared += np.float32(self.offset)
        return prepared

    def undone(self, prepared: npt.NDArray[np.generic]) -> Images:
        """The real images that these were made of, in whatever layout: each pixel the nearest whole number."""
        pixels: npt.NDArray[np.float32] = (prepared.astype(np.float32) - self.offset) / self.scale
        return np.clip(np.rint(pixels), 0, 255).astype(np.uint8)

    def scales_to(self, low: float, high: float) -> bool:
        """Whether pixels run from ``low`` to ``high``."""
        width = abs(high - low)
        return isclose(self.low, low, abs_tol=0.01 * width) and isclose(self.high, high, abs_tol=0.01 * width)

    def rounds_to(self, other: Preparation) -> bool:
        """Whether float32 explains how they differ."""
        most = 1e-6 * abs(other.high - other.low)
        return isclose(self.low, other.low, abs_tol=most) and isclose(self.high, other.high, abs_tol=most)

    @property
    def bounds(self) -> tuple[str, str]:
        """:attr:`low` and :attr:`high` as text, without the rounding errors of having been worked out."""
        step = 1e-6 * abs(255 * self.scale) or 1.0
        # A zero added makes -0 a 0.
        low, high = (f"{round(bound / step) * step + 0.0:.4g}" for bound in (self.low, self.high))
        return low, high

    def __str__(self) -> str:
        low, high = self.bounds
        return _("{shape}, pixels from {low} to {high}").format(
            shape=" × ".join(map(str, self.shape)), low=low, high=high
        )


def usual_preparations(shape: Shape) -> tuple[Preparation, ...]:
    """What students do to images: divide by 255, nothing, or stretch them from -1 to 1."""
    return (
        Preparation(shape, 1 / 255, 0.0),
        Preparation(shape, 1.0, 0.0),
        Preparation(shape, 2 / 255, -1.0),
    )


def find_preparation(sample: npt.NDArray[np.generic], images: Images) -> Preparation | None:
    """How ``sample`` was made from some of ``images``, or ``None`` if it was not.

    Parameters
    ----------
    sample
        Prepared images, ``(n, …)``, in any order.
    images
        The real images they may come from.
    """
    if sample.ndim < 2 or prod(sample.shape[1:]) != prod(images.shape[1:]) or not len(sample):
        return None
    values = np.asarray(sample, dtype=np.float64).reshape(len(sample), -1)
    if not np.isfinite(values).all():
        return None
    places, likeness = _closest(values, images)
    same = likeness > _SAME_IMAGE
    if same.mean() < 0.5:
        return None
    pixels = images.reshape(len(images), -1)[places[same]].astype(np.float64).ravel()
    prepared = values[same].ravel()
    scale, offset = np.polyfit(pixels, prepared, 1)
    if np.abs(scale * pixels + offset - prepared).max() > _ROUNDING * abs(255 * scale):
        return None
    found = Preparation(tuple(sample.shape[1:]), float(scale), float(offset))
    # What the numbers came to in float32 is not how it was meant.
    return next(filter(found.rounds_to, usual_preparations(found.shape)), found)


def found_among(sample: npt.NDArray[np.generic], images: Images) -> npt.NDArray[np.bool_]:
    """For each image of ``sample``, however it was prepared, whether it is one of ``images``.

    Parameters
    ----------
    sample
        Prepared images, ``(n, …)``, of as many pixels as the real ones.
    images
        The real images they may be.
    """
    _places, likeness = _closest(np.asarray(sample, dtype=np.float64).reshape(len(sample), -1), images)
    found: npt.NDArray[np.bool_] = likeness > _SAME_IMAGE
    return found


def _closest(values: npt.NDArray[np.float64], images: Images) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
    """For each row, the real image that it correlates with most, and how much (0 to 1)."""
    rows = _standardised(values)
    best = np.zeros(len(rows), dtype=np.intp)
    likeness = np.full(len(rows), -1.0)
    for start in range(0, len(images), _CHUNK):
        chunk = images[start : start + _CHUNK].reshape(-1, values.shape[1])
        # An inverted image correlates with its original as -1.
        correlations = np.abs(rows @ _standardised(chunk).T)
        place = correlations.argmax(axis=1)
        found = correlations[np.arange(len(rows)), place]
        better = found > likeness
        best[better] = place[better] + start
        likeness[better] = found[better]
    return best, likeness


def _standardised(rows: npt.NDArray[np.generic]) -> npt.NDArray[np.float32]:
    """Rows with mean 0 and length 1; a row of one value stays 0."""
    centred = rows.astype(np.float32)
    centred -= centred.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    np.divide(centred, length, out=centred, where=length > 0)
    return centred
