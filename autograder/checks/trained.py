"""``Trained``: what ``fit`` was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from math import ceil, floor
from typing import ClassVar

import numpy as np

from autograder.datasets import Dataset
from autograder.facts import Setting, TrainingFacts
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, partly, passed
from autograder.i18n import _, ngettext
from autograder.kept import Kept
from autograder.pattern import Constraint, describe, fits
from autograder.preparation import found_among

_TEST_IMAGES: Kept[bool] = Kept(256)
"""Whether images that a network learnt from are test images: a class learns from the same ones."""


class Unwatched(RuntimeError):
    """``fit`` was not watched, so what it was told is not known: the exercise's fault, not the student's."""


@dataclass(frozen=True)
class Trained:
    """The epochs, batch size, validation split and number of images of the last training. What is not named is not
    compared.
    """

    epochs: int | Constraint | None = None
    batch_size: int | Constraint | None = None
    validation_split: float | Constraint | None = None
    examples: int | Constraint | None = None
    """Images given to ``fit``, those held back included."""
    dataset: Dataset | None = None
    """Whose training images the network must have learnt from: all of them, and none of the test images."""
    about: str = ""
    """The title, where a cell asks about several models."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if not self._asked:
            raise ExerciseError("Trained(…) needs epochs, a batch size, a validation split, examples or a data set")

    @property
    def _asked(self) -> int:
        asked = (self.epochs, self.batch_size, self.validation_split, self.examples, self.dataset)
        return sum(one is not None for one in asked)

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("How the model was trained")

    def judge(self, subject: Subject) -> Verdict:
        """Collects what differs; each right setting earns its share.

        Raises
        ------
        Unwatched
            If the batch size or the split is asked for and the notebook does not begin with
            :func:`autograder.watch_training`.
        """
        training = _training(subject)
        faults = [*self._faults(training), *self._wrong_images(subject, training)]
        if not faults:
            return passed(_told(training))
        return partly(1 - len(faults) / self._asked, "\n".join(faults))

    def _faults(self, training: TrainingFacts) -> Iterator[str]:
        asked: tuple[tuple[str, int | float | Constraint | None, Setting], ...] = (
            (_("epochs"), self.epochs, training.epochs),
            (_("batch size"), self.batch_size, _batch_size(training, self.batch_size)),
            (_("validation split"), self.validation_split, _split(training, self.validation_split)),
            (_("training images"), self.examples, _examples(training, self.examples)),
        )
        for name, wanted, found in asked:
            if wanted is not None and not fits(found, wanted):
                yield _("{name}: expected {expected}, found {found}.").format(
                    name=name, expected=describe(wanted), found=found
                )

    def _wrong_images(self, subject: Subject, training: TrainingFacts) -> Iterator[str]:
        if self.dataset is None:
            return
        asked = self.dataset.provenance().training_images
        if _has_test_images(subject, self.dataset):
            yield _(
                "images: the network learnt from the test images of {dataset}, which are kept to test it with: train it"
                " on the training images."
            ).format(dataset=self.dataset.title)
        elif training.examples is not None and training.examples != asked:
            yield _("images: expected all {expected:,} training images, found {found:,}.").format(
                expected=asked, found=training.examples
            )


def _has_test_images(subject: Subject, dataset: Dataset) -> bool:
    """Whether the images that were seen by ``fit`` are test images, as far as a sample of them tells."""
    sample = subject.sample
    (images, _labels), (test_images, _test_labels) = dataset.load_data()
    if sample is None or sample[0].size != images[0].size or not np.isfinite(sample).all():
        return False

    def looked_up() -> bool:
        # An image may be in both sets.
        return bool((found_among(sample, test_images) & ~found_among(sample, images)).any())

    digest = sha256(np.ascontiguousarray(sample).data).hexdigest()
    return _TEST_IMAGES.once((dataset.provenance().fingerprint, sample.shape, digest), looked_up)


def _training(subject: Subject) -> TrainingFacts:
    value = subject.value
    training = subject.training
    if training is None and isinstance(value, dict):
        raise Unfit(
            _(
                "expected the History that model.fit returns, found a dict: write history = model.fit(…), without"
                " .history"
            )
        )
    if training is None:
        raise Unfit(
            _("expected the History that model.fit returns, found {type}: write history = model.fit(…)").format(
                type="None" if value is None else type(value).__name__
            )
            if not hasattr(value, "fit")
            else _("the model was not trained: call model.fit(…)")
        )
    if not training.epochs:
        # A History that no fit returned has nothing to tell, whether or not fit was watched.
        raise Unfit(_("the model was not trained: call model.fit(…)"))
    return training


def _batch_size(training: TrainingFacts, wanted: object) -> int | None:
    if wanted is not None and training.batch_size is None:
        if not training.watched:
            raise Unwatched("the batch size is not known: call autograder.watch_training() before model.fit")
        # A tf.data set batches itself; the number of its batches is the nearest that can be said.
        raise Unfit(_self_batched())
    return training.batch_size


def _examples(training: TrainingFacts, wanted: object) -> int | None:
    if wanted is not None and training.examples is None:
        if not training.watched:
            raise Unwatched("the number of images is not known: call autograder.watch_training() before model.fit")
        raise Unfit(_self_batched())
    return training.examples


def _self_batched() -> str:
    return _("model.fit was given a data set that batches itself: give it arrays and batch_size=…")


def _split(training: TrainingFacts, wanted: object) -> float | None:
    if wanted is not None and training.validation_split is None:
        raise Unwatched("the validation split is not known: call autograder.watch_training() before model.fit")
    return training.validation_split


def _told(training: TrainingFacts) -> str:
    if training.batch_size is None or training.examples is None or training.validation_split is None:
        return ngettext("{epochs} epoch.", "{epochs} epochs.", training.epochs).format(epochs=training.epochs)
    # As Keras rounds it.
    used = floor(training.examples * (1 - training.validation_split))
    return ngettext(
        "{epochs} epoch of {steps} steps: {used:,} images in batches of {batch}.",
        "{epochs} epochs of {steps} steps: {used:,} images in batches of {batch}.",
        training.epochs,
    ).format(epochs=training.epochs, steps=ceil(used / training.batch_size), used=used, batch=training.batch_size)
