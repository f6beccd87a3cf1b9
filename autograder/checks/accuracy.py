"""``TestAccuracy`` and ``Reported``: how well the model does on the real test set, measured here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from hashlib import sha256
from math import prod, sqrt
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from autograder.checks.causes import why_low
from autograder.checks.exposure import exposure, right_by
from autograder.datasets import Dataset
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, failed, partly, passed
from autograder.i18n import _
from autograder.inference import history_print
from autograder.kept import Kept
from autograder.preparation import Preparation, find_preparation, usual_preparations
from autograder.report import Accuracy, Exposure

# Of one submission, the same model is asked about in several cells; and where trainings are repeated alike, students
# have the same one.
_MOST_KEPT = 256


@dataclass(frozen=True, slots=True)
class Measured:
    """A model's answers on a test set, counted."""

    accuracy: float
    """Share of test images whose likeliest class is the right one."""
    loss: float | None
    """Mean categorical cross-entropy in nats; ``None`` where the outputs are no probabilities."""
    preparation: Preparation
    guessed: bool
    """Whether the preparation is a guess, because no images of the student's were seen."""
    images: int
    right: npt.NDArray[np.bool_] = field(compare=False, repr=False)
    """Which of the test images are classified rightly."""
    seen: bool = False
    """Whether ``fit`` was given some of the test images."""


_MEASURED: Kept[Measured] = Kept(_MOST_KEPT)
_PREPARATIONS: Kept[Preparation | None] = Kept(_MOST_KEPT)
_EXPOSURES: Kept[Exposure] = Kept(_MOST_KEPT)


@dataclass(frozen=True)
class TestAccuracy:
    """The model classifies enough of the real test images rightly.

    The model itself is asked; no number of the student's is believed. The images are prepared as those
    that the model was trained on were.
    """

    dataset: Dataset
    at_least: float | Mapping[int, float]
    """The least share of right answers; or, by number of training images, what they allow: the entry for
    the largest number not above those that were at hand is taken."""
    at_most: float | Mapping[int, float] | None = None
    """A share that no right answer is known to exceed, in the same form. More than that costs nothing: it is a flag for
    the instructor."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()
    __test__: ClassVar[bool] = False
    """Not a test case, whatever pytest makes of the name."""

    def __post_init__(self) -> None:
        for name, given in (("at_least", self.at_least), ("at_most", self.at_most)):
            if isinstance(given, Mapping) and not given:
                raise ExerciseError(f"TestAccuracy({name}={{}}): give at least one number of images and its threshold")

    @property
    def title(self) -> str:
        """What is checked."""
        return _("Accuracy on the test images of {dataset}").format(dataset=self.dataset.title)

    def judge(self, subject: Subject) -> Verdict:
        """Measures, and shows the margin."""
        measured = measure(subject, self.dataset)
        accuracy = Accuracy(
            share=measured.accuracy,
            uncertainty=uncertainty(measured.accuracy, measured.images),
            at_least=self._at_hand(self.at_least),
            at_most=None if self.at_most is None else self._at_hand(self.at_most),
            weights=subject.weights_print,
            history=_history_print(subject),
        )
        if accuracy.reached and accuracy.weights:
            accuracy = replace(accuracy, exposure=_exposure(subject, self.dataset, measured))
        measures = {"accuracy": round(measured.accuracy, 4), "parameters": subject.facts.total_parameters}
        return replace(self._verdict(subject, measured, accuracy), accuracy=accuracy, measures=measures)

    def _verdict(self, subject: Subject, measured: Measured, accuracy: Accuracy) -> Verdict:
        if measured.seen:
            return failed(
                _(
                    "The model was trained on test images, so they cannot show how good it is: train it on the training"
                    " images alone, x_train and y_train."
                )
            )
        least = accuracy.at_least
        margin = accuracy.share - least
        found = _("{accuracy:.2%} ± {uncertainty:.2%} of {images:,} test images are classified rightly").format(
            accuracy=accuracy.share, uncertainty=accuracy.uncertainty, images=measured.images
        )
        if measured.guessed:
            found += _(" (images as {preparation}, a guess)").format(preparation=measured.preparation)
        if margin >= 0:
            return passed(
                _("{found}: {margin:.2%} above the {least:.2%} asked for.").format(
                    found=found, margin=margin, least=least
                )
            )
        message = _("{found}: {margin:.2%} below the {least:.2%} asked for.").format(
            found=found, margin=-margin, least=least
        )
        return failed(message, why_low(subject, measured.accuracy, self.dataset))

    def _at_hand(self, given: float | Mapping[int, float]) -> float:
        if not isinstance(given, Mapping):
            return given
        images = self.dataset.provenance().training_images
        at_hand = [number for number in given if number <= images]
        return given[max(at_hand) if at_hand else min(given)]


class _NotAsked(Enum):
    """Stands for a number that an exercise does not ask for; ``None`` is what an unfinished cell reports."""

    NOT_ASKED = "not asked"


_NOT_ASKED = _NotAsked.NOT_ASKED


@dataclass(frozen=True)
class Reported:
    """The loss and accuracy that the student reports are those that the model really has."""

    dataset: Dataset
    accuracy: Any = _NOT_ASKED
    """The student's number; not compared where it is left out."""
    loss: Any = _NOT_ASKED
    tolerance: float = 0.002
    """Largest difference that rounding and another batch size explain."""
    about: str = ""
    """The title, where a cell asks about several models."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if self.accuracy is _NOT_ASKED and self.loss is _NOT_ASKED:
            raise ExerciseError("Reported(dataset, …) needs an accuracy or a loss")

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("The test loss and accuracy that you report")

    def judge(self, subject: Subject) -> Verdict:
        """Compares each number with the one measured."""
        accuracy, loss = Subject(self.accuracy).value, Subject(self.loss).value
        measured = measure(subject, self.dataset)
        asked = [(_("accuracy"), accuracy, measured.accuracy), (_("loss"), loss, measured.loss)]
        asked = [(name, found, real) for name, found, real in asked if found is not _NOT_ASKED]
        if all(found is None for _name, found, _real in asked):
            return failed(_("expected numbers for the test loss and accuracy, found none."))
        # The loss of a model whose outputs are no probabilities is not known here.
        compared = [(name, found, real) for name, found, real in asked if real is not None]
        if not compared:
            return passed(_("The loss of a model whose outputs are no probabilities is not compared."))
        wrong = [
            _("{name}: the model has {real:.4f}, you report {found}.").format(name=name, real=real, found=_shown(found))
            for name, found, real in compared
            if not _near(found, real, self.tolerance)
        ]
        if not wrong:
            numbers = ", ".join(f"{name} {real:.4f}" for name, _found, real in compared)
            return passed(_("What you report is what was measured: {numbers}.").format(numbers=numbers))
        hint = ""
        if measured.loss is not None and _near(accuracy, measured.loss, self.tolerance):
            hint = _("The two are swapped: model.evaluate returns the loss first, then the accuracy.")
        elif _near(accuracy, 100 * measured.accuracy, 100 * self.tolerance):
            hint = _("Give the accuracy as a share between 0 and 1, not in percent.")
        elif isinstance(accuracy, str):
            hint = _("Give a number, not a text.")
        elif not _near(accuracy, measured.accuracy, self.tolerance):
            hint = _of_other_images(accuracy, subject, measured, self.dataset)
        return partly(1 - len(wrong) / len(compared), "\n".join(wrong), hint)


def _of_other_images(accuracy: Any, subject: Subject, measured: Measured, dataset: Dataset) -> str:
    """Whether an accuracy is one that the model has on images that it was not to be measured on."""
    if not _near(accuracy, 0.5, 0.5):
        return ""
    curves = subject.training.curves if subject.training is not None else {}
    last = {name: curve[-1] for name, curve in curves.items() if curve}
    if any(_near(accuracy, last[name], 1e-4) for name in ("val_accuracy", "val_acc") if name in last):
        return _(
            "That is the accuracy on the validation images: model.evaluate(x_test, y_test) measures on the others."
        )
    images, labels = dataset.load_data()[0]
    on_training = [last[name] for name in ("accuracy", "acc") if name in last]
    if not any(_near(accuracy, one, 1e-4) for one in on_training):
        on_training = [_measured(subject, measured.preparation, images, labels, measured.guessed).accuracy]
    if any(_near(accuracy, one, 5e-4) for one in on_training):
        return _("That is the accuracy on the training images: model.evaluate(x_test, y_test) measures on the others.")
    return ""


def uncertainty(share: float, images: int) -> float:
    """Two standard errors of a share measured on so many test images, both from 0 to 1.

    The test images are a sample of all that might be drawn. Of n of them the number of right answers is binomially
    distributed, so the standard error of their share p is √(p·(1 − p)/n); in 95 of 100 such samples the share lies
    within about two of them (the Wald interval: L. D. Brown, T. T. Cai, A. DasGupta, “Interval Estimation for a
    Binomial Proportion”, Statistical Science 16, 2001). How far trainings differ by their seeds is not in it.
    """
    return 2 * sqrt(share * (1 - share) / images)


def measure(subject: Subject, dataset: Dataset) -> Measured:
    """The model's answers on the whole test set, counted; asked once, however many checks want to know.

    Raises
    ------
    Unfit
        If the model takes no such images, or does not answer with one number for each class.
    """
    return subject.once(f"measured on {dataset.name}", lambda: _measure(subject, dataset))


def _measure(subject: Subject, dataset: Dataset) -> Measured:
    facts = subject.facts
    (train_images, _train_labels), (images, labels) = dataset.load_data()
    shape = facts.inputs[0]
    if len(facts.outputs) != 1:
        raise Unfit(_("the model has {count} outputs, expected one").format(count=len(facts.outputs)))
    if len(facts.inputs) != 1 or None in shape or prod(size or 0 for size in shape) != images[0].size:
        raise Unfit(
            _(
                "the model takes inputs of shape {found}, and the images are 28 × 28: (28, 28), (28, 28, 1) or (784,)"
            ).format(found=shape)
        )
    sample = subject.sample
    data = dataset.provenance().fingerprint
    known = None
    if sample is not None and sample.shape[1:] != shape and sample[0].size == images[0].size:
        sample = sample.reshape(len(sample), *(size or 1 for size in shape))
    if sample is not None:
        asked = (data, sample.shape, str(sample.dtype), sha256(np.ascontiguousarray(sample).data).hexdigest())
        known = _PREPARATIONS.once(asked, lambda: find_preparation(sample, np.concatenate([train_images, images])))
    candidates = (known,) if known is not None else usual_preparations(tuple(shape))
    seen = known is not None and sample is not None and _are_test_images(known.undone(sample), train_images, images)

    def measured(preparation: Preparation) -> Measured:
        def anew() -> Measured:
            return _measured(subject, preparation, images, labels, known is None)

        if subject.fingerprint is None:
            return anew()
        return _MEASURED.once((data, subject.fingerprint, preparation, known is None), anew)

    best = max(map(measured, candidates), key=lambda measured: measured.accuracy)
    return replace(best, seen=seen)


def _are_test_images(
    sample: npt.NDArray[np.uint8], train_images: npt.NDArray[np.uint8], images: npt.NDArray[np.uint8]
) -> bool:
    """Whether any of a few images is one of the test set, and is not in the training set as well."""
    rows, tested = sample.reshape(len(sample), -1), images.reshape(len(images), -1)
    among = {row.tobytes() for row in tested}
    found = [row for row in rows if row.tobytes() in among]
    trained = train_images.reshape(len(train_images), -1)
    return any(not (trained == row).all(axis=1).any() for row in found)


def _measured(
    subject: Subject,
    preparation: Preparation,
    images: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.uint8],
    guessed: bool,
) -> Measured:
    answers = subject.predict(preparation.apply(images))
    classes = int(labels.max()) + 1
    if answers.shape != (len(images), classes):
        raise Unfit(
            _(
                "the model answers with shape {found} for {images:,} images, expected {expected}: one number a class"
            ).format(found=answers.shape, images=len(images), expected=(len(images), classes))
        )
    finite = np.asarray(np.isfinite(answers).all(axis=1))
    usable = np.where(finite.reshape(-1, 1), answers, 0.0)
    # An image whose answer is not a number, or is the same for all classes, is not classified at all.
    right = (usable.argmax(axis=1) == labels) & (usable.max(axis=1) > usable.min(axis=1))
    return Measured(
        accuracy=float(right.mean()),
        loss=_cross_entropy(_softmax(answers) if subject.facts.logits_head else answers, labels),
        preparation=preparation,
        guessed=guessed,
        images=len(images),
        right=right,
    )


def _history_print(subject: Subject) -> str:
    training = subject.training
    return "" if training is None else history_print(training.curves.get("loss", ()))


def _exposure(subject: Subject, dataset: Dataset, measured: Measured) -> Exposure:
    """Asked once of models that answer alike."""
    fingerprint, preparation = subject.fingerprint or "", measured.preparation

    def anew() -> Exposure:
        # A seed that nobody knows before the weights are what they are.
        return exposure(
            measured.right, right_by(subject.predict, preparation), dataset, int(fingerprint[:12] or "0", 16)
        )

    return _EXPOSURES.once((dataset.provenance().fingerprint, fingerprint, preparation), anew)


def _softmax(logits: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Rows as probabilities; rows that are not finite stay so."""
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities: npt.NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return probabilities


def _cross_entropy(answers: npt.NDArray[np.float64], labels: npt.NDArray[np.uint8]) -> float | None:
    if not np.isfinite(answers).all() or (answers < 0).any() or not np.allclose(answers.sum(axis=1), 1, atol=1e-3):
        return None
    # Keras bounds probabilities by the same number (keras.config.epsilon).
    return float(-np.log(np.clip(answers[np.arange(len(labels)), labels], 1e-7, 1.0)).mean())


def _near(found: Any, real: float, tolerance: float) -> bool:
    if isinstance(found, str | bytes | bool):
        return False
    try:
        return abs(float(found) - real) <= tolerance
    except (TypeError, ValueError):
        return False


def _shown(found: Any) -> str:
    return f"{found:.4f}" if isinstance(found, float) else repr(found)[:80]
