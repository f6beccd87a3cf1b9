"""Trained networks that are handed in: saved with what they are, and found again by whoever trains the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers

import autograder
from autograder.keras_facts import UnreadableModel
from autograder.saved_models import saved_model

X, Y = np.random.default_rng(0).random((60, 4), np.float32), np.arange(60) % 3


def network(units: int = 5, optimizer: str = "adam", name: str = "mine") -> Any:
    hidden = layers.Dense(units, activation="relu")
    model = keras.Sequential(
        [keras.Input((4,)), hidden, layers.BatchNormalization(), layers.Dense(3, activation="softmax")], name=name
    )
    model.compile(optimizer=optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def same_network() -> Any:
    """As :func:`network`, in other words."""
    values = keras.Input((4,))
    hidden = layers.BatchNormalization(name="norm")(layers.ReLU()(layers.Dense(5, name="a")(values)))
    model = keras.Model(values, layers.Softmax()(layers.Dense(3)(hidden)))
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer=keras.optimizers.Adam(), loss=loss, metrics=["acc"])
    return model


@pytest.fixture
def trained() -> Any:
    autograder.watch_training()
    model = network()
    model.fit(X, Y, epochs=3, batch_size=10, verbose=0)
    return model


def test_a_network_is_found_by_the_same_network_however_it_is_written(trained: Any, tmp_path: Path) -> None:
    path = autograder.save_model(trained, tmp_path / "model.safetensors")
    model = same_network()
    saved = saved_model(model, 3, 10, path.parent)
    assert saved is not None
    history = saved.take(model)
    assert np.array_equal(model.predict(X, verbose=0), trained.predict(X, verbose=0))
    assert history.history == trained.history.history
    assert history.epoch == [0, 1, 2]
    assert model.history is history


def test_the_file_has_the_models_name_where_none_is_given(
    trained: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert autograder.save_model(trained) == Path("mine.safetensors")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.safetensors"]


@pytest.mark.parametrize(
    ("model", "epochs", "batch_size"),
    [(network(units=6), 3, 10), (network(optimizer="sgd"), 3, 10), (network(), 4, 10), (network(), 3, 20)],
    ids=["another network", "another optimizer", "other epochs", "another batch size"],
)
def test_what_was_trained_otherwise_is_passed_over(
    trained: Any, tmp_path: Path, model: Any, epochs: int, batch_size: int
) -> None:
    autograder.save_model(trained, tmp_path / "model.safetensors")
    assert saved_model(model, epochs, batch_size, tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff" * 8, b"\x02\0\0\0\0\0\0\0{}"])
def test_a_file_that_is_none_is_passed_over(trained: Any, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.safetensors").write_bytes(content)
    autograder.save_model(trained, tmp_path / "b.safetensors")
    assert saved_model(network(), 3, 10, tmp_path) is not None
    (tmp_path / "b.safetensors").unlink()
    assert saved_model(network(), 3, 10, tmp_path) is None


def test_what_was_not_trained_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(
        ValueError, match=r"^This model has not been trained: call model\.fit\(…\) before it is saved\.$"
    ):
        autograder.save_model(network(), tmp_path / "model.safetensors")
    with pytest.raises((UnreadableModel, ValueError)):
        autograder.save_model("model", tmp_path / "model.safetensors")
    assert not list(tmp_path.iterdir())
