"""What ``fit`` was told and what came of it."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from autograder.facts import TrainingFacts
from autograder.keras_facts import attach_training, evaluate_elsewhere, read_training, sample_of, watch_training
from autograder.keras_facts.training import _WATCHED, _sample

X = np.arange(80, dtype=np.uint8).reshape(20, 4)
Y = np.zeros((20, 1), np.float32)


def net() -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse", metrics=["mae"], run_eagerly=True)
    return model


def told(carrier: Any) -> TrainingFacts:
    training = read_training(carrier)
    assert training is not None
    return training


@pytest.fixture(autouse=True)
def unwatched(monkeypatch: pytest.MonkeyPatch) -> None:
    """``fit`` as Keras has it, whatever an earlier test did to it; what it was is put back in the end."""
    fit = keras.Model.fit
    monkeypatch.setattr(keras.Model, "fit", fit.__wrapped__ if hasattr(fit, _WATCHED) else fit)


@pytest.fixture
def watched(unwatched: None) -> None:
    watch_training()


def test_a_model_that_was_not_trained_has_no_training_facts() -> None:
    assert read_training(net()) is None
    assert sample_of(net()) is None
    assert read_training(None) is None


def test_without_watching_a_history_tells_of_curves_and_epochs_only() -> None:
    model = net()
    history = model.fit(X, Y, epochs=2, batch_size=5, validation_split=0.25, verbose=0)
    training = told(history)
    assert training == told(model)
    assert (training.epochs, training.steps, training.watched) == (2, 3, False)
    assert (training.batch_size, training.validation_split, training.examples) == (None, None, None)
    assert sorted(training.curves) == ["loss", "mae", "val_loss", "val_mae"]
    assert training.curves["loss"] == tuple(history.history["loss"])


def test_a_history_that_was_not_used_tells_of_no_training() -> None:
    assert read_training(keras.callbacks.History()) is None


@pytest.mark.usefixtures("watched")
def test_a_watched_training_keeps_what_fit_was_told() -> None:
    model = net()
    history = model.fit(X, Y, epochs=2, batch_size=5, validation_split=0.25, verbose=0)
    training = told(model)
    assert training == told(history)
    assert (training.epochs, training.batch_size, training.steps) == (2, 5, 3)
    assert (training.validation_split, training.examples, training.watched) == (0.25, 20, True)
    assert len(training.curves["val_loss"]) == 2


@pytest.mark.usefixtures("watched")
def test_what_fit_was_not_told_is_what_keras_takes() -> None:
    model = net()
    model.fit(X, Y, verbose=0)
    training = told(model)
    assert (training.epochs, training.batch_size, training.validation_split) == (1, 32, 0.0)


@pytest.mark.usefixtures("watched")
def test_arguments_by_position_are_read_too() -> None:
    model = net()
    model.fit(X, Y, 4, 3, 0)
    training = told(model)
    assert (training.batch_size, training.epochs) == (4, 3)


@pytest.mark.usefixtures("watched")
def test_the_last_training_counts() -> None:
    model = net()
    first = model.fit(X, Y, batch_size=10, verbose=0)
    model.fit(X[:8], Y[:8], batch_size=4, epochs=2, verbose=0)
    assert (told(model).batch_size, told(model).examples, told(model).epochs) == (4, 8, 2)
    assert (told(first).batch_size, told(first).examples, told(first).epochs) == (10, 20, 1)


@pytest.mark.usefixtures("watched")
def test_epochs_that_were_not_run_do_not_count() -> None:
    model = net()
    model.fit(X, Y, epochs=9, verbose=0, callbacks=[keras.callbacks.EarlyStopping("loss", baseline=-1.0, patience=1)])
    assert told(model).epochs == len(told(model).curves["loss"]) < 9


@pytest.mark.usefixtures("watched")
def test_a_data_set_batches_itself() -> None:
    model = net()
    model.fit(tf.data.Dataset.from_tensor_slices((X, Y)).batch(5), verbose=0, shuffle=False)
    training = told(model)
    assert (training.batch_size, training.examples, training.steps, training.watched) == (None, None, 4, True)
    assert sample_of(model) is None


@pytest.mark.usefixtures("watched")
def test_tensors_are_examples_as_arrays_are() -> None:
    model = net()
    model.fit(tf.constant(X), tf.constant(Y), verbose=0)
    assert (told(model).examples, told(model).batch_size) == (20, 32)
    assert sample_of(model) is not None


class Table:
    """As pandas has it: indexed by its columns, an array on request."""

    iloc = None

    def __init__(self, values: Any) -> None:
        self.values, self.shape = values, values.shape

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.asarray(self.values, dtype=dtype)

    def __getitem__(self, column: Any) -> Any:
        raise KeyError(column)


def test_a_table_is_sampled_by_its_rows() -> None:
    sample = _sample(Table(X))
    assert sample is not None
    assert np.array_equal(sample, X)


@pytest.mark.usefixtures("watched")
def test_the_sample_is_what_fit_was_given_from_the_first_to_the_last() -> None:
    model = net()
    model.fit(X, Y, verbose=0)
    sample = sample_of(model)
    assert sample is not None
    assert sample.dtype == np.float32
    assert np.array_equal(sample, X)


@pytest.mark.usefixtures("watched")
def test_a_sample_of_many_images_is_spread_over_all_of_them() -> None:
    many = np.arange(1000, dtype=np.float32).reshape(-1, 1) * np.ones((1, 4), np.float32)
    model = net()
    model.fit(many, many[:, :1], batch_size=1000, verbose=0)
    sample = sample_of(model)
    assert sample is not None
    assert sample.shape == (64, 4)
    assert (sample[0, 0], sample[-1, 0]) == (0.0, 999.0)


@pytest.mark.usefixtures("watched")
def test_watching_twice_is_watching_once() -> None:
    once = keras.Model.fit
    watch_training()
    assert keras.Model.fit is once


@pytest.mark.usefixtures("watched")
def test_a_training_that_fails_is_not_kept_and_raises_as_ever() -> None:
    model = net()
    with pytest.raises(ValueError, match="incompatible"):
        model.fit(X[:, :3], Y, verbose=0)
    assert read_training(model) is None


def test_a_training_that_was_attached_answers() -> None:
    model = net()
    training = TrainingFacts(epochs=3, curves={"loss": (3.0, 2.0, 1.0)}, batch_size=64, watched=True)
    attach_training(model, training, X.astype(np.float32))
    assert told(model) == training
    assert np.array_equal(sample_of(model), X)
    attach_training(model, None, None)
    assert read_training(model) is None


# --- elsewhere --------------------------------------------------------------------------------------------


def history(curves: dict[str, list[float]], **more: Any) -> Any:
    made = keras.callbacks.History()
    made.history = curves
    for name, value in more.items():
        setattr(made, name, value)
    return made


class Elsewhere:
    """Is asked, and gives what it was made with."""

    def __init__(self, given: Any) -> None:
        self.given, self.asked = given, []

    def __call__(self, model: Any, told: Any) -> Any:
        self.asked.append((model, told["batch_size"], told.get("epochs")))
        return self.given


def test_a_training_may_be_carried_out_elsewhere() -> None:
    elsewhere = Elsewhere(history({"loss": [0.5, 0.25]}, epoch=[0, 1], params={"steps": 4}))
    watch_training(elsewhere)
    model = net()
    before = model.get_weights()
    assert model.fit(X, Y, epochs=2, batch_size=5) is elsewhere.given
    assert elsewhere.asked == [(model, 5, 2)]
    expected = TrainingFacts(
        epochs=2,
        curves={"loss": (0.5, 0.25)},
        steps=4,
        batch_size=5,
        validation_split=0.0,
        examples=20,
        watched=True,
    )
    assert told(model) == told(elsewhere.given) == expected
    assert np.array_equal(sample_of(elsewhere.given), X)
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_training_that_nobody_carries_out_elsewhere_is_carried_out_here() -> None:
    elsewhere = Elsewhere(None)
    watch_training(elsewhere)
    model = net()
    model.fit(X, Y, batch_size=10, verbose=0)
    assert elsewhere.asked == [(model, 10, 1)]
    assert (told(model).steps, told(model).batch_size) == (2, 10)


def test_of_arguments_that_do_not_fit_keras_itself_complains() -> None:
    elsewhere = Elsewhere(history({}))
    watch_training(elsewhere)
    with pytest.raises(TypeError, match="no_such"):
        net().fit(X, Y, no_such=1)
    assert elsewhere.asked == []


def test_a_model_may_be_evaluated_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    own = keras.Model.evaluate
    monkeypatch.setattr(keras.Model, "evaluate", own)
    elsewhere = Elsewhere([0.5, 0.25])
    evaluate_elsewhere(elsewhere)
    assert keras.Model.evaluate.__name__ == "evaluate"
    model = net()
    assert model.evaluate(X, Y, batch_size=5) == [0.5, 0.25]
    elsewhere.given = None
    assert model.evaluate(X, Y, 10, verbose=0) == own(model, X, Y, batch_size=10, verbose=0)
    assert elsewhere.asked == [(model, 5, None), (model, 10, None)]
    with pytest.raises(TypeError, match="positional"):
        model.evaluate(*range(20))
    assert len(elsewhere.asked) == 2


# --- what may be missing ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("carrier", "epochs", "steps"),
    [
        (history({"loss": [0.5, 0.25]}, epoch=[0, 1], params={"steps": 4}), 2, 4),
        (history({"loss": [0.5, 0.25, 0.125]}, epoch=[]), 3, None),
        (history({"loss": [0.5]}, epoch=[0], params={"steps": None}), 1, None),
        (history({"loss": [0.5]}, epoch=[0], params=None), 1, None),
        (history({"loss": [0.5]}, epoch=[0], params={"steps": "4"}), 1, None),
    ],
)
def test_a_history_tells_what_it_has(carrier: Any, epochs: int, steps: int | None) -> None:
    assert told(carrier) == TrainingFacts(epochs=epochs, curves={"loss": tuple(carrier.history["loss"])}, steps=steps)


@pytest.mark.parametrize("sample", [np.zeros(3), np.zeros((0, 4)), "no array", None])
def test_what_is_no_sample_of_images_is_none(sample: Any) -> None:
    model = net()
    attach_training(model, None, sample)
    assert sample_of(model) is None


@pytest.mark.usefixtures("watched")
def test_rows_of_single_numbers_are_no_images() -> None:
    model = keras.Sequential([keras.Input(()), keras.layers.Reshape((1,)), keras.layers.Dense(1)])
    model.compile(optimizer="sgd", loss="mse", run_eagerly=True)
    model.fit(np.zeros(6, np.float32), np.zeros((6, 1), np.float32), verbose=0)
    assert (told(model).examples, told(model).batch_size, sample_of(model)) == (None, None, None)
