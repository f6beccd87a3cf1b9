"""Images bent and moved a little: what nobody has seen, and everybody who can read digits still reads.

In NumPy alone, and the same for the same seed on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

# Images that are worked on at once: what is made of them, some 5 MB, stays in the processor's caches.
_CHUNK = 100


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
    low = np.floor(places)
    share = places - low
    # A frame of zeros, two wide, in which both neighbours of whatever lies farther out are found too.
    framed = np.zeros((count, height + 4, width + 4), np.float64)
    framed[:, 2:-2, 2:-2] = images
    row = framed.shape[2]
    rows, columns = np.clip(low[:, 0], -2, height) + 2, np.clip(low[:, 1], -2, width) + 2
    # Numbers of pixels through all images: to look them up in one row takes half of the time.
    upper_left = (np.arange(count)[:, None] * framed[0].size + rows * row + columns).astype(np.intp)
    pixels = framed.reshape(-1)
    found = np.zeros((count, height * width))
    for down in (0, 1):
        vertical = np.abs(1 - down - share[:, 0])
        for across in (0, 1):
            found += vertical * np.abs(1 - across - share[:, 1]) * pixels.take(upper_left + down * row + across)
    return np.rint(found).astype(np.uint8).reshape(images.shape)
