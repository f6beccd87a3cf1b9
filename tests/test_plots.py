"""Pictures of what a network learns: what is on them."""

from __future__ import annotations

import os

os.environ.setdefault("MPLBACKEND", "agg")

import keras
import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder import plot_feature_maps, plot_history, plot_kernels, plot_predictions


@pytest.fixture(scope="module")
def model() -> keras.Model:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(6, 3, name="first"),
            keras.layers.Conv2D(4, 3, name="second"),
            keras.layers.Flatten(),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images = np.random.default_rng(0).random((30, 8, 8, 1), np.float32)
    model.fit(images, np.arange(30) % 3, epochs=3, validation_split=0.2, verbose=0)
    return model


def test_a_history_has_a_picture_for_the_loss_and_one_for_each_metric(model: keras.Model) -> None:
    for told in (model, model.history, model.history.history):
        figure = plot_history(told)
        assert [axis.get_title() for axis in figure.axes] == ["accuracy", "loss"]
        for axis in figure.axes:
            training, validation = axis.lines
            assert (training.get_label(), validation.get_label()) == ("training", "validation")
            assert list(training.get_xdata()) == [1, 2, 3]
    loss = figure.axes[1].lines[0].get_ydata()
    assert list(loss) == model.history.history["loss"]


def test_without_a_training_there_is_no_picture_of_it() -> None:
    with pytest.raises(ValueError, match=r"There was no training: give what model.fit\(…\) returned."):
        plot_history(None)


def test_predictions_stand_in_a_grid_and_say_which_are_wrong(model: keras.Model) -> None:
    images = np.random.default_rng(1).random((30, 8, 8, 1), np.float32)
    found = model.predict(images, verbose=0).argmax(axis=-1)
    labels = found.copy()
    labels[1] = (found[1] + 1) % 3
    names = ["boot", "bag", "coat"]
    for right in (labels, keras.utils.to_categorical(labels, 3)):
        figure = plot_predictions(model, images, right, names)
        assert len(figure.axes) == 25
        assert figure.axes[0].get_title() == f"{names[found[0]]} ✓"
        assert figure.axes[1].get_title() == f"{names[found[1]]} ✗ ({names[labels[1]]})"


def test_kernels_are_those_of_the_layer_that_is_asked_for(model: keras.Model) -> None:
    first = plot_kernels(model)
    pictures = [axis.images[0].get_array() for axis in first.axes if axis.images]
    assert np.array_equal(np.stack(pictures, -1), model.get_layer("first").get_weights()[0][:, :, 0, :])
    second = plot_kernels(model, "second", channel=5)
    pictures = [axis.images[0].get_array() for axis in second.axes if axis.images]
    assert np.array_equal(np.stack(pictures, -1), model.get_layer("second").get_weights()[0][:, :, 5, :])
    with pytest.raises(ValueError, match="There is no such convolution layer: expected one of first, second"):
        plot_kernels(model, 3)


def test_feature_maps_are_what_the_layer_gives(model: keras.Model) -> None:
    image = np.random.default_rng(2).random((8, 8, 1), np.float32)
    figure = plot_feature_maps(model, image, 1)
    shown = np.stack([axis.images[0].get_array() for axis in figure.axes if axis.images], -1)
    expected = model.layers[1](model.layers[0](image[None]))[0]
    assert np.allclose(shown, expected, atol=1e-5)


def test_no_picture_is_left_open(model: keras.Model) -> None:
    plot_history(model)
    assert plt.get_fignums() == []
