"""What ``compile`` was told, read from the model."""

from __future__ import annotations

from typing import Any

import keras
import pytest

from autograder.facts import CompileFacts, Configured
from autograder.keras_facts import attach_compiled, read_compiled

losses, metrics, optimizers = keras.losses, keras.metrics, keras.optimizers


def told(**arguments: Any) -> CompileFacts:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile(**{"optimizer": "sgd", "loss": "mse", **arguments})
    compiled = read_compiled(model)
    assert compiled is not None
    return compiled


def loss_of(loss: Any) -> Configured | None:
    return told(loss=loss).loss


class OwnOptimizer(optimizers.SGD):
    """An optimizer of the student's own."""


class OwnLoss(losses.Loss):
    def call(self, y_true: Any, y_pred: Any) -> Any:
        return y_pred


class OwnMetric(metrics.Mean):
    """A metric of the student's own."""


def accuracy(y_true: Any, y_pred: Any) -> float:
    """A metric that claims to be the accuracy."""
    return 0.999


def test_a_model_that_was_not_compiled_has_no_compile_facts() -> None:
    assert read_compiled(keras.Sequential([keras.layers.Dense(3)])) is None


# --- optimizers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Adam", "SGD", "RMSprop", "Adadelta", "Adagrad", "Nadam"])
def test_an_optimizer_by_name_is_the_one_with_the_defaults(kind: str) -> None:
    compiled = told(optimizer=kind.lower())
    assert compiled == told(optimizer=getattr(optimizers, kind)())
    assert (compiled.optimizer.kind, compiled.optimizer.custom) == (kind, False)


def test_the_default_learning_rate_of_adadelta_is_read_as_keras_has_it() -> None:
    assert told(optimizer="adadelta").optimizer.settings["learning_rate"] == 0.001
    assert told(optimizer=optimizers.Adadelta(1.0)).optimizer.settings["learning_rate"] == 1.0


def test_settings_of_an_optimizer_are_read_without_the_rounding_of_float32() -> None:
    settings = told(optimizer=optimizers.SGD(0.1, momentum=0.9, name="mine")).optimizer.settings
    assert (settings["learning_rate"], settings["momentum"]) == (0.1, 0.9)
    assert not {"name", "dtype", "reduction", "jit_compile", "is_legacy_optimizer"} & set(settings)
    assert not [name for name in settings if name.startswith("_")]


def test_a_schedule_is_read_with_its_settings() -> None:
    schedule = optimizers.schedules.ExponentialDecay(0.1, 1000, 0.96)
    assert told(optimizer=optimizers.SGD(schedule)).optimizer.settings["learning_rate"] == {
        "kind": "ExponentialDecay",
        "initial_learning_rate": 0.1,
        "decay_steps": 1000,
        "decay_rate": 0.96,
        "staircase": False,
    }


def test_a_learning_rate_changed_after_compile_is_the_one_that_counts() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile(optimizer="adam", loss="mse")
    model.optimizer.learning_rate = 0.3
    compiled = read_compiled(model)
    assert compiled is not None
    assert compiled.optimizer.settings["learning_rate"] == 0.3


def test_an_optimizer_in_mixed_precision_is_the_one_inside() -> None:
    scaled = optimizers.LossScaleOptimizer(optimizers.Adam())
    assert told(optimizer=scaled) == told(optimizer="adam")


def test_an_optimizer_of_the_students_own_is_known_by_name_and_base() -> None:
    assert told(optimizer=OwnOptimizer()).optimizer == Configured(
        kind="OwnOptimizer", settings={"base": "SGD"}, custom=True
    )


def test_the_last_compile_counts() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile(optimizer="sgd", loss="mse", metrics=["acc"])
    model.compile(optimizer="adam", loss="mae")
    compiled = read_compiled(model)
    assert compiled is not None
    assert (compiled.optimizer.kind, compiled.metrics) == ("Adam", ())
    assert compiled.loss == Configured(kind="MeanAbsoluteError")


# --- losses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "spellings"),
    [
        ("CategoricalCrossentropy", ["categorical_crossentropy", "CategoricalCrossentropy"]),
        ("SparseCategoricalCrossentropy", ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"]),
        ("BinaryCrossentropy", ["binary_crossentropy", "bce", losses.binary_crossentropy]),
        ("MeanSquaredError", ["mse", "MSE", "mean_squared_error", losses.mean_squared_error]),
        ("MeanAbsoluteError", ["mae", "MAE", ["mae"], ("mae",), {"dense": "mae"}]),
        ("CategoricalHinge", ["categorical_hinge", losses.categorical_hinge]),
        ("LogCosh", ["log_cosh", losses.log_cosh]),
        ("KLDivergence", ["kld", "kl_divergence"]),
        ("Huber", ["huber", losses.huber]),
        ("CategoricalFocalCrossentropy", ["categorical_focal_crossentropy"]),
        ("CTC", ["ctc"]),
    ],
)
def test_a_loss_has_one_reading(kind: str, spellings: list[Any]) -> None:
    reading = loss_of(getattr(losses, kind)())
    assert reading is not None
    assert (reading.kind, reading.custom) == (kind, False)
    for spelling in spellings:
        assert loss_of(spelling) == reading


@pytest.mark.parametrize(
    ("loss", "settings"),
    [
        (losses.CategoricalCrossentropy(), {}),
        (losses.CategoricalCrossentropy(from_logits=True), {"from_logits": True}),
        (losses.SparseCategoricalCrossentropy(from_logits=True), {"from_logits": True}),
        (losses.CategoricalCrossentropy(label_smoothing=0.1), {"label_smoothing": 0.1}),
        (losses.CategoricalCrossentropy(reduction="sum", name="mine"), {}),
        (losses.Huber(delta=5.0), {"delta": 5.0}),
    ],
)
def test_settings_of_a_loss_that_change_it_are_read(loss: Any, settings: dict[str, Any]) -> None:
    assert loss_of(loss) == Configured(kind=type(loss).__name__, settings=settings)


@pytest.mark.parametrize(
    ("loss", "kind"),
    [(accuracy, "accuracy"), (lambda y, p: p, "<lambda>"), ("no_such_loss", "no_such_loss"), (OwnLoss, "OwnLoss")],
)
def test_a_loss_that_is_not_keras_own_is_marked(loss: Any, kind: str) -> None:
    assert loss_of(loss) == Configured(kind=kind, custom=True)


def test_a_loss_class_of_the_students_own_is_known_by_name_and_base() -> None:
    assert loss_of(OwnLoss()) == Configured(kind="OwnLoss", settings={"base": "Loss"}, custom=True)


def test_no_loss_and_several_losses_are_none() -> None:
    assert loss_of(None) is None
    assert loss_of([None]) is None
    assert loss_of({"dense": "mse", "other": "mae"}) is None
    assert loss_of(["mse", "mae"]) is None


# --- metrics ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "metric",
    [
        "acc",
        "accuracy",
        "categorical_accuracy",
        "SparseCategoricalAccuracy",
        metrics.CategoricalAccuracy(),
        metrics.SparseCategoricalAccuracy(name="mine"),
        metrics.BinaryAccuracy(),
        metrics.categorical_accuracy,
        metrics.sparse_categorical_accuracy,
    ],
)
def test_every_classification_accuracy_is_the_accuracy(metric: Any) -> None:
    assert told(metrics=[metric]).metrics == ("accuracy",)


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("mae", "MeanAbsoluteError"),
        ("mean_absolute_error", "MeanAbsoluteError"),
        (metrics.MeanAbsoluteError(), "MeanAbsoluteError"),
        (metrics.mean_absolute_error, "MeanAbsoluteError"),
        (metrics.TopKCategoricalAccuracy(), "TopKCategoricalAccuracy"),
        (metrics.Accuracy(), "Accuracy"),
        ("ce", "ce"),
        (accuracy, "custom:accuracy"),
        (OwnMetric(name="accuracy"), "custom:OwnMetric"),
        (metrics.MeanMetricWrapper(accuracy), "custom:accuracy"),
        (metrics.MeanMetricWrapper(metrics.categorical_accuracy), "accuracy"),
        (metrics.AUC, "AUC"),
        (OwnMetric, "custom:OwnMetric"),
        ("no_such_metric", "no_such_metric"),
        ("ACC", "accuracy"),
        ("Accuracy", "accuracy"),
        ("AUC", "AUC"),
        (eval("lambda y, p: 0.0"), "custom:<lambda>"),
    ],
)
def test_another_metric_has_the_name_of_its_class(metric: Any, name: str) -> None:
    assert told(metrics=[metric]).metrics == (name,)


def test_metrics_keep_their_order() -> None:
    assert told(metrics=["mse", "acc"]).metrics == ("MeanSquaredError", "accuracy")
    assert told(metrics=[["mse", "acc"]]).metrics == ("MeanSquaredError", "accuracy")
    assert told(metrics=None).metrics == ()


# --- models that were built anew --------------------------------------------------------------------------


def test_a_rebuilt_model_answers_for_the_original() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    compiled = told(optimizer="adam", metrics=["acc"])
    attach_compiled(model, compiled)
    assert read_compiled(model) == compiled
    attach_compiled(model, None)
    assert read_compiled(model) is None
