"""Why a model classifies few test images rightly. Without Keras."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.checks.causes import why_low
from autograder.datasets import mnist
from autograder.facts import CompileFacts, Configured, TrainingFacts
from tests.checks.networks import Told, adadelta

EVERY = mnist.provenance().training_images
RUN = TrainingFacts(epochs=3, curves={"loss": (1.0, 0.5), "accuracy": (0.5, 0.8)}, examples=EVERY, watched=True)

BY_HEART = (
    "On the training images it reaches {:.2%}: it has learnt those by heart, or the test images are prepared otherwise"
    " than the training images."
)
GUESSING = (
    "On the training images it reaches {:.2%}, hardly more than guessing among ten classes. Has each image its own"
    " label, do the labels fit the loss, and were the images scaled?"
)
GUESSED = "That is hardly more than guessing among ten classes. Do the labels fit the loss, and were the images scaled?"
EPOCHS = "It was trained for 3 epochs: more may help."


def why(training: TrainingFacts, accuracy: float = 0.75, compiled: CompileFacts | None = None) -> str:
    return why_low(Told(training=training, compiled=compiled or adadelta()), accuracy, mnist)


def curve(name: str, *shares: float) -> TrainingFacts:
    return replace(RUN, curves={"loss": (0.1,), name: shares})


@pytest.mark.parametrize(
    ("training", "accuracy", "cause"),
    [
        (RUN, 0.75, EPOCHS),
        (curve("accuracy", 0.1, 0.875), 0.5, BY_HEART.format(0.875)),
        (curve("acc", 0.1, 0.875), 0.5, BY_HEART.format(0.875)),
        (curve("val_accuracy", 0.875), 0.5, EPOCHS),
        (curve("accuracy", 0.625), 0.5, BY_HEART.format(0.625)),
        (curve("accuracy", 0.5625), 0.5, EPOCHS),
        (curve("accuracy", 0.9, 0.1875), 0.25, GUESSING.format(0.1875)),
        (curve("accuracy", 0.1, 0.2), 0.2, EPOCHS),
        (curve("accuracy", 0.1, 0.2), 0.1875, GUESSED),
        (curve("loss", 0.1), 0.1875, GUESSED),
        (curve("loss", 0.1), 0.2, EPOCHS),
        (curve("accuracy"), 0.3, EPOCHS),
    ],
)
def test_the_curve_of_the_training_tells_the_cause(training: TrainingFacts, accuracy: float, cause: str) -> None:
    assert why(training, accuracy) == cause


@pytest.mark.parametrize(
    ("examples", "told"), [(EVERY, False), (EVERY // 2 + 1, False), (EVERY // 2, True), (1_000, True), (None, False)]
)
def test_half_of_the_training_images_or_fewer_are_few(examples: int | None, told: bool) -> None:
    few = f"It was trained on {examples or 0:,} images of {EVERY:,}: more of them teach it more."
    assert why(replace(RUN, examples=examples)) == (few if told else EPOCHS)


@pytest.mark.parametrize(
    ("loss", "told"),
    [
        (Configured(kind="MeanSquaredError"), True),
        (Configured(kind="MeanSquaredError", custom=True), False),
        (Configured(kind="SparseCategoricalCrossentropy"), False),
        (Configured(kind="CategoricalCrossentropy"), False),
        (None, False),
    ],
)
def test_a_loss_that_does_not_tell_classes_apart_is_the_cause(loss: Configured | None, told: bool) -> None:
    cause = (
        "The loss is MeanSquaredError: to tell classes apart it is sparse_categorical_crossentropy with labels that are"
        " whole numbers, categorical_crossentropy with one-hot labels."
    )
    assert why(RUN, compiled=replace(adadelta(), loss=loss)) == (cause if told else EPOCHS)


def test_the_learning_rate_comes_before_the_loss_and_the_loss_before_the_images() -> None:
    wrong = replace(adadelta(0.001), loss=Configured(kind="MeanSquaredError"))
    few = replace(RUN, examples=10)
    assert why(few, compiled=wrong).startswith("Adadelta()'s default learning rate in Keras 3 is 0.001")
    assert why(few, compiled=replace(wrong, optimizer=adadelta().optimizer)).startswith("The loss is MeanSquaredError")
    assert why(few, 0.1).startswith("It was trained on 10 images")


def test_one_epoch_is_told_in_the_singular() -> None:
    assert why(replace(RUN, epochs=1)) == "It was trained for 1 epoch: more may help."
