"""Why a model classifies few test images rightly, as far as what it was told tells."""

from __future__ import annotations

from autograder.checks.compiled import rate_hint
from autograder.datasets import Dataset
from autograder.facts import CompileFacts, TrainingFacts
from autograder.grading import Subject, Unfit
from autograder.i18n import _, ngettext

# A share of right answers among ten classes that says that nothing was learnt.
_GUESSING = 0.2


def why_low(subject: Subject, accuracy: float, dataset: Dataset) -> str:
    """The likeliest cause of a share of right answers on the test images, from 0 to 1, that is too low."""
    training = subject.training
    if training is None:
        return _("The model was not trained: call model.fit(…) before this cell.")
    compiled = _compiled(subject)
    told = compiled is not None and (rate_hint(compiled) or _loss_cause(compiled))
    return told or _few_images(training, dataset) or _learnt(training, accuracy) or _epochs(training)


def _compiled(subject: Subject) -> CompileFacts | None:
    try:
        return subject.compiled
    except Unfit:
        return None


def _loss_cause(compiled: CompileFacts) -> str:
    loss = compiled.loss
    if loss is None or loss.custom or loss.kind in {"SparseCategoricalCrossentropy", "CategoricalCrossentropy"}:
        return ""
    return _(
        "The loss is {loss}: to tell classes apart it is sparse_categorical_crossentropy with labels that are whole"
        " numbers, categorical_crossentropy with one-hot labels."
    ).format(loss=loss.kind)


def _few_images(training: TrainingFacts, dataset: Dataset) -> str:
    every = dataset.provenance().training_images
    if training.examples is None or training.examples > every / 2:
        return ""
    return _("It was trained on {images:,} images of {every:,}: more of them teach it more.").format(
        images=training.examples, every=every
    )


def _learnt(training: TrainingFacts, accuracy: float) -> str:
    curve = next((curve for name, curve in training.curves.items() if name in {"accuracy", "acc"}), ())
    if curve and curve[-1] - accuracy > 0.1:
        return _(
            "On the training images it reaches {training:.2%}: it has learnt those by heart, or the test images"
            " are prepared otherwise than the training images."
        ).format(training=curve[-1])
    if curve and curve[-1] < _GUESSING:
        return _(
            "On the training images it reaches {training:.2%}, hardly more than guessing among ten classes. Has each"
            " image its own label, do the labels fit the loss, and were the images scaled?"
        ).format(training=curve[-1])
    if accuracy < _GUESSING:
        return _(
            "That is hardly more than guessing among ten classes. Do the labels fit the loss, and were the"
            " images scaled?"
        )
    return ""


def _epochs(training: TrainingFacts) -> str:
    return ngettext(
        "It was trained for {epochs} epoch: more may help.",
        "It was trained for {epochs} epochs: more may help.",
        training.epochs,
    ).format(epochs=training.epochs)
