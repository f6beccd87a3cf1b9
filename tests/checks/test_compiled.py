"""``Compiled``. Without Keras: how compile calls are read is tested with ``keras_facts``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from autograder.checks import Compiled
from autograder.checks.compiled import rate_hint
from autograder.facts import CompileFacts, Configured
from autograder.grading import ExerciseError, Outcome
from autograder.pattern import at_least, between, one_of
from autograder.report import Status
from tests.checks.networks import Told, adadelta, only, told

LESSON = Compiled(
    optimizer="Adadelta",
    learning_rate=at_least(0.1),
    loss="categorical_crossentropy",
    metrics=("accuracy",),
    points=4,
)
RATE_HINT = (
    "Adadelta()'s default learning rate in Keras 3 is 0.001, with which this network hardly learns; the lesson's (R)"
    " Keras used 1.0. Write keras.optimizers.Adadelta(learning_rate=1.0)."
)


def judged(compiled: CompileFacts, check: Compiled = LESSON) -> Outcome:
    return only(told(Told(compiled=compiled), check))


def loss(kind: str, *, custom: bool = False) -> CompileFacts:
    return replace(adadelta(), loss=Configured(kind=kind, custom=custom))


def optimizer(kind: str, *, custom: bool = False, **settings: Any) -> CompileFacts:
    return replace(adadelta(), optimizer=Configured(kind=kind, settings=settings, custom=custom))


def test_what_was_asked_for_passes() -> None:
    outcome = judged(adadelta())
    assert (outcome.status, outcome.score) == (Status.PASSED, 4)
    assert outcome.message == "optimizer Adadelta, learning rate 1, loss CategoricalCrossentropy."


@pytest.mark.parametrize("name", ["CategoricalCrossentropy", "categorical_crossentropy", "categoricalcrossentropy"])
def test_a_loss_is_one_name_with_underscores_and_without(name: str) -> None:
    assert judged(adadelta(), Compiled(loss=name)).status is Status.PASSED
    assert judged(loss(name), Compiled(loss="categorical_crossentropy")).status is Status.PASSED


@pytest.mark.parametrize("name", ["Adadelta", "adadelta", "ADADELTA"])
def test_an_optimizer_is_one_name_in_capitals_and_small_letters(name: str) -> None:
    assert judged(adadelta(), Compiled(optimizer=name)).status is Status.PASSED


@pytest.mark.parametrize(
    ("name", "kind"),
    [("mse", "MeanSquaredError"), ("mean_squared_error", "MeanSquaredError"), ("mae", "MeanAbsoluteError")],
)
def test_an_author_may_use_keras_short_names(name: str, kind: str) -> None:
    assert judged(loss(kind), Compiled(loss=name)).status is Status.PASSED


@pytest.mark.parametrize("name", ["accuracy", "acc", "categorical_accuracy", "SparseCategoricalAccuracy"])
def test_every_name_of_accuracy_asks_for_accuracy(name: str) -> None:
    assert judged(adadelta(), Compiled(metrics=(name,))).status is Status.PASSED


def test_one_of_several_optimizers_and_losses_will_do() -> None:
    check = Compiled(optimizer=one_of("adam", "adadelta"), loss=one_of("mse", "categorical_crossentropy"))
    assert judged(adadelta(), check).status is Status.PASSED
    sgd = replace(adadelta(), optimizer=Configured(kind="SGD"))
    assert judged(sgd, check).message == "optimizer: expected adam or adadelta, found SGD."


def test_what_is_not_named_is_not_compared() -> None:
    bare = CompileFacts(optimizer=Configured(kind="SGD"), loss=None, metrics=())
    assert judged(bare, Compiled(optimizer="sgd")).status is Status.PASSED


def test_keras_3s_default_rate_of_adadelta_is_told_in_full() -> None:
    outcome = judged(adadelta(0.001))
    assert outcome.message == "learning rate: expected at least 0.1, found 0.001."
    assert outcome.hint == RATE_HINT
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 3)


@pytest.mark.parametrize(("kind", "rate"), [("Adadelta", 0.01), ("Adam", 0.001)])
def test_another_rate_that_is_too_small_has_no_hint_about_a_default(kind: str, rate: float) -> None:
    outcome = judged(optimizer(kind, learning_rate=rate), Compiled(learning_rate=at_least(0.1)))
    assert (outcome.status, outcome.hint) == (Status.FAILED, "")
    assert outcome.message == f"learning rate: expected at least 0.1, found {rate:g}."


@pytest.mark.parametrize(
    "schedule",
    [
        {"kind": "ExponentialDecay", "initial_learning_rate": 1.0, "decay_rate": 0.9},
        {"kind": "PiecewiseConstantDecay", "boundaries": (100,), "values": (1.0, 0.5)},
    ],
)
def test_a_schedule_is_judged_by_its_initial_rate(schedule: Mapping[str, Any]) -> None:
    outcome = judged(optimizer("Adadelta", learning_rate=schedule), Compiled(learning_rate=between(0.9, 1.1)))
    assert outcome.status is Status.PASSED
    assert "learning rate 1," in outcome.message


def test_a_rate_that_is_not_known_is_not_taken_for_right() -> None:
    outcome = judged(optimizer("Adadelta", learning_rate="custom:warmup"), Compiled(learning_rate=1.0))
    assert outcome.message == "learning rate: expected 1.0, found custom:warmup."


@pytest.mark.parametrize(
    ("found", "wanted", "hint"),
    [
        (
            "SparseCategoricalCrossentropy",
            "categorical_crossentropy",
            "The sparse form takes integer labels; for one-hot labels it is categorical_crossentropy.",
        ),
        (
            "CategoricalCrossentropy",
            "sparse_categorical_crossentropy",
            "This form takes one-hot labels; for integer labels it is sparse_categorical_crossentropy.",
        ),
        (
            "MeanSquaredError",
            "categorical_crossentropy",
            "That loss is for numbers; for classes, cross-entropy compares probabilities.",
        ),
        ("Hinge", "categorical_crossentropy", ""),
    ],
)
def test_a_wrong_loss_of_known_cause_is_told_its_cause(found: str, wanted: str, hint: str) -> None:
    outcome = judged(loss(found), Compiled(loss=wanted))
    assert outcome.message == f"loss: expected {wanted}, found {found}."
    assert outcome.hint == hint


def test_no_loss_is_told() -> None:
    outcome = judged(replace(adadelta(), loss=None), Compiled(loss="mse"))
    assert outcome.message == "loss: expected mse, found none."


def test_a_loss_of_ones_own_is_not_keras_of_the_same_name() -> None:
    outcome = judged(loss("CategoricalCrossentropy", custom=True), Compiled(loss="categorical_crossentropy"))
    assert outcome.message == "loss: expected categorical_crossentropy, found your own CategoricalCrossentropy."
    assert (outcome.score, outcome.hint) == (0, "")


def test_an_optimizer_of_ones_own_is_not_keras_of_the_same_name() -> None:
    own = optimizer("Adadelta", custom=True, learning_rate=1.0)
    outcome = judged(own, Compiled(optimizer="Adadelta"))
    assert outcome.message == "optimizer: expected Adadelta, found your own Adadelta."
    assert outcome.score == 0


@pytest.mark.parametrize(("metrics", "found"), [((), "none"), (("AUC", "F1Score"), "AUC, F1Score")])
def test_metrics_that_are_missing_are_told(metrics: tuple[str, ...], found: str) -> None:
    outcome = judged(replace(adadelta(), metrics=metrics))
    assert outcome.message == f"metrics: expected accuracy among them, found {found}."
    assert outcome.hint == "compile is told by name: metrics=['accuracy']."
    assert outcome.score == 3


def test_several_metrics_that_are_missing_are_all_told() -> None:
    outcome = judged(adadelta(), Compiled(metrics=("accuracy", "mae", "AUC")))
    assert outcome.message == "metrics: expected mae, AUC among them, found accuracy."
    assert outcome.hint == "compile is told by name: metrics=['accuracy', 'mae', 'AUC']."


def test_a_title_may_say_which_model_is_meant() -> None:
    assert judged(adadelta(), Compiled(loss="mse", about="The second model")).title == "The second model"
    assert judged(adadelta(), Compiled(loss="mse")).title == "How the model is compiled"


def test_a_model_without_a_loss_is_told_so_where_none_is_asked_for() -> None:
    assert judged(replace(adadelta(), loss=None), Compiled(optimizer="Adadelta")).message == (
        "optimizer Adadelta, learning rate 1, loss None."
    )


def test_further_metrics_do_no_harm() -> None:
    assert judged(replace(adadelta(), metrics=("AUC", "accuracy"))).status is Status.PASSED


def test_a_metric_of_ones_own_named_accuracy_is_not_accuracy() -> None:
    assert judged(replace(adadelta(), metrics=("custom:accuracy",)), Compiled(metrics=["accuracy"])).score == 0


def test_each_right_setting_earns_its_share_and_every_wrong_one_a_line() -> None:
    wrong = CompileFacts(
        optimizer=Configured(kind="Adam", settings={"learning_rate": 0.001}),
        loss=Configured(kind="MeanSquaredError"),
        metrics=("accuracy",),
    )
    outcome = judged(wrong)
    assert outcome.message.splitlines() == [
        "optimizer: expected Adadelta, found Adam.",
        "learning rate: expected at least 0.1, found 0.001.",
        "loss: expected categorical_crossentropy, found MeanSquaredError.",
    ]
    assert outcome.hint == "That loss is for numbers; for classes, cross-entropy compares probabilities."
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


def test_nothing_right_is_failed() -> None:
    wrong = CompileFacts(optimizer=Configured(kind="Adam", settings={"learning_rate": 0.01}), loss=None, metrics=())
    outcome = judged(wrong)
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Compiled(), "Compiled(…) needs an optimizer, a learning rate, a loss or metrics"),
        (lambda: Compiled(metrics=()), "Compiled(…) needs an optimizer, a learning rate, a loss or metrics"),
        (lambda: Compiled(metrics="accuracy"), "Compiled(metrics='accuracy'): give a list or tuple of names"),
    ],
)
def test_a_question_that_asks_nothing_is_the_authors_mistake(make: Callable[[], Compiled], message: str) -> None:
    with pytest.raises(ExerciseError) as caught:
        make()
    assert str(caught.value) == message


def test_a_hint_about_classes_is_only_for_who_was_asked_for_cross_entropy() -> None:
    squared, absolute = Compiled(loss="mean_squared_error"), loss("MeanAbsoluteError")
    assert judged(absolute, squared).hint == ""
    assert judged(loss("BinaryCrossentropy"), squared).hint == ""
    either = Compiled(loss=one_of("mse", "sparse_categorical_crossentropy"))
    assert (
        judged(absolute, either).hint == "That loss is for numbers; for classes, cross-entropy compares probabilities."
    )


def test_the_class_that_asks_for_equal_numbers_is_no_accuracy() -> None:
    outcome = judged(replace(adadelta(), metrics=("Accuracy",)))
    assert outcome.message == "metrics: expected accuracy among them, found Accuracy."
    assert outcome.hint == (
        "The class Accuracy asks whether numbers are equal, and probabilities hardly ever are: write the text"
        ' "accuracy".'
    )
    assert judged(replace(adadelta(), metrics=("Accuracy", "accuracy"))).status is Status.PASSED


def test_the_loss_of_two_classes_is_told_to_be_that() -> None:
    for kind in ("BinaryCrossentropy", "BinaryFocalCrossentropy"):
        assert judged(loss(kind)).hint == "That loss is for two classes, or for classes that do not exclude each other."


@pytest.mark.parametrize(
    ("kind", "rate", "hint"),
    [
        (
            "SGD",
            0.0002,
            "The learning rate 0.0002 is far below SGD's default, 0.01: each step changes the weights too little to"
            " learn much.",
        ),
        ("SGD", 0.0003, ""),
        (
            "Adam",
            0.1,
            "The learning rate 0.1 is far above Adam's default, 0.001: each step goes too far.",
        ),
        ("Adam", 0.05, "The learning rate 0.05 is far above Adam's default, 0.001: each step goes too far."),
        ("AdamW", 0.05, "The learning rate 0.05 is far above AdamW's default, 0.001: each step goes too far."),
        ("RMSprop", 0.05, "The learning rate 0.05 is far above RMSprop's default, 0.001: each step goes too far."),
        ("Adam", 0.04, ""),
        ("SGD", 0.1, ""),
        ("SGD", "custom:warmup", ""),
        ("SGD", {"kind": "PiecewiseConstantDecay", "values": ()}, ""),
        ("Adadelta", 5.0, ""),
        ("Ftrl", 5.0, ""),
    ],
)
def test_a_rate_far_from_the_usual_one_is_told(kind: str, rate: Any, hint: str) -> None:
    assert rate_hint(optimizer(kind, learning_rate=rate)) == hint
