"""Images bent and moved a little: what nobody has seen, and everybody who can read digits still reads.

In NumPy alone, and the same for the same seed on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Images that are worked on at once: 28 × 28 coordinates of each, in float32, are some 30 MB with all that is made.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """How much an image is changed. Of each kind between a half and the whole of it, to either side."""

    degrees: float = 0.0
    """Turned, around the middle."""
    scale: float = 0.0
    """Made larger or smaller, as a share, in height and in width each by its own."""
    shear: float = 0.0
    """Columns for each row."""
    shift: float = 0.0
    """Pixels, down and across each by its own."""


def warped(images: npt.NDArray[np.uint8], strength: Strength, seed: int) -> npt.NDArray[np.uint8]:
    """Each image changed in a way of its own.

    Parameters
    ----------
    images
        ``(n, height, width)``, pixels from 0 to 255. What comes in from beyond the edge is 0.
    strength
        How much.
    seed
        From which the ways are drawn.
    """
    drawn = np.random.default_rng(seed)
    count = len(images)

    def amounts(most: float) -> npt.NDArray[np.float64]:
        return drawn.choice([-1.0, 1.0], count) * drawn.uniform(0.5, 1.0, count) * most

    angle = np.deg2rad(amounts(strength.degrees))
    shear = amounts(strength.shear)
    tall, wide = 1 + amounts(strength.scale), 1 + amounts(strength.scale)
    # From a place in the new image to the one in the old: turned, sheared, scaled.
    matrices = np.empty((count, 2, 2))
    matrices[:, 0, 0], matrices[:, 0, 1] = np.cos(angle) / tall, -np.sin(angle) / wide
    matrices[:, 1, 0], matrices[:, 1, 1] = (np.sin(angle) + shear) / tall, np.cos(angle) / wide
    shifts = np.stack([amounts(strength.shift), amounts(strength.shift)], axis=1)
    chunks = [slice(start, start + _CHUNK) for start in range(0, count, _CHUNK)]
    return np.concatenate(
        [_sampled(images[chunk], matrices[chunk], shifts[chunk]) for chunk in chunks] or [images.copy()]
    )


def _sampled(
    images: npt.NDArray[np.uint8], matrices: npt.NDArray[np.float64], shifts: npt.NDArray[np.float64]
) -> npt.NDArray[np.uint8]:
    """Bilinear: of the four pixels around the place that each new pixel comes from."""
    count, height, width = images.shape
    middle = np.array([(height - 1) / 2, (width - 1) / 2])
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij")).reshape(2, -1)
    places = matrices @ (grid - middle[:, None]) + (middle + shifts)[:, :, None]
    low = np.floor(places).astype(np.intp)
    share = places - low
    # A frame of zeros, in which whatever lies farther out is found too.
    framed = np.zeros((count, height + 2, width + 2), np.float64)
    framed[:, 1:-1, 1:-1] = images
    which = np.arange(count)[:, None]
    found = np.zeros((count, height * width))
    for down in (0, 1):
        for across in (0, 1):
            rows = np.clip(low[:, 0] + 1 + down, 0, height + 1)
            columns = np.clip(low[:, 1] + 1 + across, 0, width + 1)
            weight = np.abs(1 - down - share[:, 0]) * np.abs(1 - across - share[:, 1])
            found += weight * framed[which, rows, columns]
    return np.rint(found).astype(np.uint8).reshape(images.shape)
