"""``Trained``: what ``fit`` was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor
from typing import ClassVar

from autograder.facts import Setting, TrainingFacts
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, partly, passed
from autograder.i18n import _, ngettext
from autograder.pattern import Constraint, describe, fits


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
    about: str = ""
    """The title, where a cell asks about several models."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if not self._asked:
            raise ExerciseError("Trained(…) needs epochs, a batch size, a validation split or examples")

    @property
    def _asked(self) -> int:
        return sum(s is not None for s in (self.epochs, self.batch_size, self.validation_split, self.examples))

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
        faults = list(self._faults(training))
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


def _training(subject: Subject) -> TrainingFacts:
    value = subject.value
    training = subject.training
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
