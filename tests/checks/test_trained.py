"""``Trained``. Without Keras: how ``fit`` is watched is tested with ``keras_facts``."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from autograder.checks import Trained
from autograder.datasets import mnist
from autograder.facts import TrainingFacts
from autograder.grading import ExerciseError, Outcome
from autograder.pattern import at_least, between
from autograder.report import Status
from tests.checks.networks import Told, only, told

LESSON = Trained(epochs=at_least(3), batch_size=128, validation_split=0.2, points=3)
RUN = TrainingFacts(
    epochs=3,
    curves={"loss": (1.0, 0.5, 0.3)},
    batch_size=128,
    validation_split=0.2,
    examples=60_000,
    steps=375,
    watched=True,
)
UNWATCHED = TrainingFacts(epochs=3, curves={"loss": (1.0, 0.5, 0.3)})


class Model:
    """Looks like a model that may have been trained."""

    def fit(self) -> None: ...


def judged(training: TrainingFacts | None, check: Trained = LESSON, value: Any = "a History") -> Outcome:
    subject = Told(training=training, value=value)
    if training is None:
        subject.__dict__["training"] = None
    return only(told(subject, check))


def test_what_was_asked_for_passes_and_is_told_with_its_steps() -> None:
    outcome = judged(RUN)
    assert (outcome.status, outcome.score) == (Status.PASSED, 3)
    assert outcome.message == "3 epochs of 375 steps: 48,000 images in batches of 128."


def test_one_epoch_is_told_in_the_singular() -> None:
    assert judged(replace(RUN, epochs=1), Trained(epochs=1)).message == (
        "1 epoch of 375 steps: 48,000 images in batches of 128."
    )
    assert judged(replace(UNWATCHED, epochs=1), Trained(epochs=1)).message == "1 epoch."


def test_of_a_training_that_is_known_in_part_the_epochs_are_told() -> None:
    assert judged(replace(RUN, batch_size=None), Trained(epochs=3)).message == "3 epochs."
    assert judged(replace(RUN, examples=None), Trained(epochs=3)).message == "3 epochs."


@pytest.mark.parametrize(
    ("examples", "split", "batch", "text"),
    [
        (10_000, 0.0, 32, "313 steps: 10,000 images"),
        # 10,000 · 0.07 is 700.0000000000001 in binary: rounding that up would hold one image too many back.
        (10_000, 0.07, 128, "73 steps: 9,300 images"),
        (10_001, 0.2, 128, "63 steps: 8,000 images"),
    ],
)
def test_the_images_used_are_counted_as_keras_counts_them(examples: int, split: float, batch: int, text: str) -> None:
    run = replace(RUN, examples=examples, validation_split=split, batch_size=batch)
    assert text in judged(run, Trained(epochs=3)).message


def test_each_right_setting_earns_its_share_and_every_wrong_one_a_line() -> None:
    outcome = judged(replace(RUN, epochs=2, batch_size=32))
    assert outcome.message.splitlines() == [
        "epochs: expected at least 3, found 2.",
        "batch size: expected 128, found 32.",
    ]
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


def test_a_split_given_as_data_is_no_split() -> None:
    outcome = judged(replace(RUN, validation_split=0.0), Trained(validation_split=between(0.1, 0.3)))
    assert outcome.message == "validation split: expected between 0.1 and 0.3, found 0.0."


def test_the_number_of_images_may_be_asked_for() -> None:
    check = Trained(epochs=3, examples=60_000, points=2)
    assert judged(RUN, check).status is Status.PASSED
    outcome = judged(replace(RUN, examples=64), check)
    assert (outcome.score, outcome.message) == (1, "training images: expected 60000, found 64.")
    outcome = judged(replace(RUN, examples=None), check)
    assert outcome.message == "model.fit was given a data set that batches itself: give it arrays and batch_size=…"
    assert judged(UNWATCHED, check).status is Status.BROKEN


def test_nothing_right_is_failed() -> None:
    outcome = judged(replace(RUN, epochs=1, batch_size=32, validation_split=0.5))
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


def test_epochs_are_known_of_a_run_that_was_not_watched() -> None:
    assert judged(UNWATCHED, Trained(epochs=3)).message == "3 epochs."


@pytest.mark.parametrize(
    ("check", "unknown"),
    [
        (Trained(batch_size=128), "Unwatched: the batch size is not known"),
        (Trained(validation_split=0.2), "Unwatched: the validation split is not known"),
        (Trained(examples=60_000), "Unwatched: the number of images is not known"),
        (LESSON, "Unwatched: the batch size is not known"),
    ],
)
def test_a_run_that_should_have_been_watched_is_our_fault(check: Trained, unknown: str) -> None:
    outcome = judged(UNWATCHED, check)
    assert outcome.status is Status.BROKEN
    assert outcome.score == check.points
    assert f"{unknown}: call autograder.watch_training() before model.fit\n" in f"{outcome.detail}\n"
    assert "watch_training" not in outcome.message


def test_a_data_set_that_batches_itself_is_told_what_to_do() -> None:
    outcome = judged(replace(RUN, batch_size=None, examples=None))
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.message == "model.fit was given a data set that batches itself: give it arrays and batch_size=…"
    assert judged(replace(RUN, batch_size=None, examples=None), Trained(epochs=3)).message == "3 epochs."


@pytest.mark.parametrize(("value", "kind"), [(None, "None"), ([0.1], "list"), (3, "int")])
def test_something_else_than_a_history_is_told(value: Any, kind: str) -> None:
    outcome = judged(None, value=value)
    assert outcome.status is Status.FAILED
    assert outcome.message == (
        f"expected the History that model.fit returns, found {kind}: write history = model.fit(…)"
    )


def test_the_curves_alone_are_told_to_be_no_history() -> None:
    assert judged(None, value={"loss": [0.1]}).message == (
        "expected the History that model.fit returns, found a dict: write history = model.fit(…), without .history"
    )


def test_a_model_that_was_not_trained_is_told() -> None:
    assert judged(None, value=Model()).message == "the model was not trained: call model.fit(…)"


def test_a_history_that_no_fit_returned_is_not_our_fault() -> None:
    empty = TrainingFacts(epochs=0, curves={})
    outcome = judged(empty)
    assert (outcome.status, outcome.message) == (Status.FAILED, "the model was not trained: call model.fit(…)")


def test_a_cell_that_is_not_finished_is_told() -> None:
    assert judged(RUN, value=...).message == "the answer is still “...”: put your own in its place"


def test_a_question_that_asks_nothing_is_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError) as caught:
        Trained()
    assert str(caught.value) == ("Trained(…) needs epochs, a batch size, a validation split, examples or a data set")


def test_a_title_may_say_which_training_is_meant() -> None:
    assert judged(RUN, Trained(epochs=3, about="The second run")).title == "The second run"
    assert judged(RUN).title == "How the model was trained"


ALL = Trained(epochs=3, dataset=mnist, points=2)


def learnt_from(images: npt.NDArray[Any] | None, examples: int | None = None) -> Outcome:
    """What is said of a run on so many images, of which these were seen."""
    run = replace(RUN, examples=mnist.provenance().training_images if examples is None else examples)
    return only(told(Told(training=run, value="a History", sample=images), ALL))


def test_all_training_images_are_asked_for() -> None:
    images = mnist.load_data()[0][0][::200]
    assert learnt_from(images / np.float32(255)).status is Status.PASSED
    assert learnt_from(images.reshape(-1, 784).astype("float32")).status is Status.PASSED
    outcome = learnt_from(images / np.float32(255), examples=2_000)
    assert outcome.message == (
        f"images: expected all {mnist.provenance().training_images:,} training images, found 2,000."
    )
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


@pytest.mark.parametrize(
    "prepared", [lambda x: x / 255, lambda x: x.reshape(-1, 28, 28, 1) / 127.5 - 1, lambda x: 255 - x]
)
def test_test_images_among_those_learnt_from_are_told(prepared: Any) -> None:
    (images, _labels), (test_images, _test_labels) = mnist.load_data()
    seen = np.concatenate([images[:60], test_images[-4:]])
    outcome = learnt_from(prepared(seen.astype("float32")))
    assert outcome.message == (
        "images: the network learnt from the test images of MNIST, which are kept to test it with: train it on the"
        " training images."
    )
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


def test_images_that_are_nobodys_or_were_not_seen_are_not_taken_for_test_images() -> None:
    noise = np.random.default_rng(0).random((64, 28, 28), dtype=np.float32)
    for sample in (None, noise, noise[:, :14], np.zeros((64, 784), np.float32), np.full((3, 784), np.nan, np.float32)):
        assert learnt_from(sample).status is Status.PASSED


def test_how_many_images_a_run_had_need_not_be_known() -> None:
    assert only(told(Told(training=UNWATCHED, value="a History"), ALL)).status is Status.PASSED
