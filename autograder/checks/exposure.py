"""Whether a model has seen the test images: how it does on them, against how it does on images that nobody has seen.

A gentle warp makes of each test image one that is as easy to read and that was in no data set. It turns some right
answers wrong (*broken*), and some wrong ones right (*mended*). Of a model that has never seen the test images both are
many: its errors stand where it is unsure, and there any change may mend one. A model that was trained on them has no
errors left that a warp could mend, but is as unsure as ever once they are warped. The same is counted on training
images, which an honest model has seen. ``docs/calibration.md`` has the rates, from ``benchmarks/leak.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import exp, lgamma, log, sqrt

import numpy as np
import numpy.typing as npt

from autograder.datasets import Dataset
from autograder.preparation import Preparation
from autograder.report import Exposure
from autograder.warps import Strength, warped

GENTLE = Strength(degrees=8, scale=0.06, shear=0.06, shift=0.7)
SHIFTED = Strength(shift=1.0)

TRAINING_IMAGES = 10_000
"""Those that every data set in use begins with, the embedded sample too."""

# Honest models mend 0.18 to 0.45 for each that they break, whatever the network and however long it is trained. Only
# one that has learnt the images by heart mends fewer than this, by more than chance explains.
_LEAST_RATIO = 0.15
_CHANCE = 1e-3

# Where less is mended than that there is nothing to be found, and half of the work is saved.
_NOTHING = 0.19

# Standard errors by which warping costs more on the test images than on training images.
_FAR = 4.0

# Standard errors by which a model that learnt the test images may do worse on them than on the training images.
_NEAR = 3.0

Right = Callable[[npt.NDArray[np.uint8], npt.NDArray[np.uint8]], npt.NDArray[np.bool_]]
"""For real images ``(n, 28, 28)`` and their labels, whether a model classifies each rightly."""


def exposure(as_is: npt.NDArray[np.bool_], right: Right, dataset: Dataset, seed: int) -> Exposure:
    """What is counted of a model.

    Parameters
    ----------
    as_is
        Which of the test images it classifies rightly.
    right
        Asks it about others.
    dataset
        Whose test images it is about.
    seed
        From which the warps are drawn. Where it follows from the model's weights, nobody can train on these warps.
    """
    (train, train_labels), (test, test_labels) = dataset.load_data()
    bent = right(warped(test, GENTLE, seed), test_labels)
    counted = Exposure(
        images=len(test),
        right=int(as_is.sum()),
        broken=int((as_is & ~bent).sum()),
        mended=int((~as_is & bent).sum()),
    )
    if _unsuspicious(counted):
        return counted
    train, train_labels = train[:TRAINING_IMAGES], train_labels[:TRAINING_IMAGES]
    as_is, bent = right(train, train_labels), right(warped(train, GENTLE, seed + 1), train_labels)
    counted = replace(
        counted,
        train_images=len(train),
        train_right=int(as_is.sum()),
        train_broken=int((as_is & ~bent).sum()),
        train_mended=int((~as_is & bent).sum()),
        shifted_right=int(right(warped(train, SHIFTED, seed + 2), train_labels).sum()),
    )
    return replace(counted, seen=has_seen(counted))


def has_seen(counted: Exposure) -> bool:
    """Whether what was counted is beyond what an honest model comes to.

    Either warping breaks more, for what it mends, on test images than on training images; or it mends hardly any test
    image, while the model knows them as well as the training images. In both cases the test images are beyond what
    shifted training images support.
    """
    if not counted.train_images or _unsuspicious(counted):
        return False
    share, train_share = counted.right / counted.images, counted.train_right / counted.train_images
    supported = counted.shifted_right / counted.train_images
    if share <= supported:
        return False
    cost, train_cost = counted.broken - counted.mended, counted.train_broken - counted.train_mended
    scale = counted.images / counted.train_images
    spread = sqrt(counted.broken + counted.mended + scale**2 * (counted.train_broken + counted.train_mended) + 1)
    if cost - scale * train_cost > _FAR * spread:
        return True
    errors = sqrt(share * (1 - share) / counted.images + train_share * (1 - train_share) / counted.train_images)
    known_as_well = share >= train_share - _NEAR * errors
    return known_as_well and _at_most(counted.mended, _LEAST_RATIO * counted.broken) < _CHANCE


def _unsuspicious(counted: Exposure) -> bool:
    return counted.mended >= _NOTHING * counted.broken


def right_by(answers: Callable[[npt.NDArray[np.float32]], npt.NDArray[np.float64]], preparation: Preparation) -> Right:
    """A model as it is asked here, by what it answers to prepared images."""
    return lambda images, labels: np.asarray(answers(preparation.apply(images)).argmax(axis=1) == labels)


def _at_most(count: int, mean: float) -> float:
    """The probability that a Poisson distributed number of this mean, which is above 0, is at most ``count``."""
    return sum(exp(number * log(mean) - mean - lgamma(number + 1)) for number in range(count + 1))
