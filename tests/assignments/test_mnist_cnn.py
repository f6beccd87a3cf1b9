"""05-mnist-cnn: right answers in many spellings, wrong ones, and what each is told."""

from __future__ import annotations

import ast
import json
import re
import statistics
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

import keras
import nbformat
import numpy as np
import pytest

import autograder
from autograder.datasets import mnist
from autograder.exam.judging import examine
from benchmarks.references import MNIST_CNN, MNIST_MLP
from tests.assignments.exercise import ROOT, cell_of, judged, messages, reference, score

NAME = "05-mnist-cnn"
layers = keras.layers


@cache
def sources() -> dict[str, str]:
    """The text of each cell of the source notebook, by its id: not all have a ``grade_id``."""
    cells = nbformat.read(ROOT / "solutions" / NAME / f"{NAME}.ipynb", as_version=4).cells
    return {cell.id: cell.source for cell in cells}


@pytest.fixture(scope="module")
def prepared() -> dict[str, Any]:
    names = reference(NAME, "prepare-data")
    return {name: names[name] for name in ("x_train", "y_train", "x_test", "y_test")}


@pytest.fixture(scope="module")
def mlp(prepared: dict[str, Any]) -> keras.Model:
    """The only network that is trained here: seconds."""
    autograder.watch_training()
    keras.utils.set_random_seed(1)
    model = MNIST_MLP.build()
    model.compile(**MNIST_MLP.compile_arguments())
    model.fit(prepared["x_train"], prepared["y_train"], verbose=0, **MNIST_MLP.fit_arguments)
    return model


def perceptron(*first: Any, rates: tuple[float, float] = (0.4, 0.3), activation: Any = "relu") -> keras.Model:
    return keras.Sequential(
        [
            *first,
            layers.Dense(256, activation=activation),
            layers.Dropout(rates[0]),
            layers.Dense(128, activation=activation),
            layers.Dropout(rates[1]),
            layers.Dense(10, activation="softmax"),
        ]
    )


def copied(model: keras.Model, weights: list[Any]) -> keras.Model:
    model.set_weights(weights)
    return model


def accuracy_of(model: keras.Model, prepared: dict[str, Any]) -> float:
    found = model.predict(prepared["x_test"], batch_size=1000, verbose=0).argmax(axis=1)
    return float((found == prepared["y_test"].argmax(axis=1)).mean())


# The data.


def data(prepared: dict[str, Any], **other: Any) -> Any:
    return judged(NAME, "test-data", **{**prepared, **other})


def test_data_prepared_as_the_reference_does_earns_all(prepared: dict[str, Any]) -> None:
    assert score(data(prepared)) == 1


def test_other_ways_to_the_same_data_earn_all(prepared: dict[str, Any]) -> None:
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    outcomes = data(
        prepared,
        x_train=np.expand_dims(x_train / 255.0, -1),
        x_test=(x_test / np.float32(255))[..., np.newaxis],
        y_train=np.eye(10)[y_train],
        y_test=(y_test[:, np.newaxis] == np.arange(10)).astype(int),
    )
    assert score(outcomes) == 1


def test_test_images_that_were_not_scaled_are_told(prepared: dict[str, Any]) -> None:
    outcomes = data(prepared, x_test=prepared["x_test"] * 255)
    assert score(outcomes) == 0.75
    assert "x_test: expected pixels from 0 to 1, found 0 to 255" in messages(outcomes)


def test_labels_that_are_not_one_hot_are_told_how(prepared: dict[str, Any]) -> None:
    outcomes = data(prepared, y_train=prepared["y_train"].argmax(axis=1))
    assert score(outcomes) == 0.75
    assert "One-hot labels come from keras.utils.to_categorical(y_train, 10)." in messages(outcomes)


# The network.


class Subclassed(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.first = layers.Conv2D(32, (3, 3), activation="relu")
        self.second = layers.Conv2D(64, 3, activation=keras.activations.relu)
        self.rest = keras.Sequential([layers.MaxPooling2D(), layers.Dropout(0.25), layers.Flatten()])
        self.hidden = layers.Dense(128, activation="relu")
        self.dropout = layers.Dropout(0.5)
        self.last = layers.Dense(10, activation="softmax")

    def call(self, x: Any) -> Any:
        return self.last(self.dropout(self.hidden(self.rest(self.second(self.first(x))))))


def functional() -> keras.Model:
    inputs = keras.Input((28, 28, 1))
    x = layers.ReLU()(layers.Conv2D(32, 3)(inputs))
    x = layers.Activation("relu")(layers.Conv2D(64, [3, 3], padding="valid")(x))
    x = layers.Dropout(1 / 4)(layers.MaxPool2D(strides=2)(x))
    x = layers.Dropout(0.5)(layers.Dense(128, "relu")(layers.Reshape((-1,))(x)))
    return keras.Model(inputs, layers.Softmax()(layers.Dense(10)(x)))


def subclassed() -> keras.Model:
    model = Subclassed()
    model(np.zeros((1, 28, 28, 1), "float32"))
    return model


@pytest.mark.parametrize("build", [MNIST_CNN.build, functional, subclassed])
def test_every_spelling_of_the_network_earns_all(build: Any) -> None:
    model = build()
    assert score(judged(NAME, "test-architecture", model=model)) == 6
    model.compile(
        loss=keras.losses.CategoricalCrossentropy(), optimizer=keras.optimizers.Adadelta(0.5), metrics=["acc"]
    )
    assert score(judged(NAME, "test-compiled", model=model)) == 2


@pytest.mark.parametrize("build", [MNIST_CNN.build, functional, subclassed])
def test_the_visible_check_of_the_network_accepts_what_the_hidden_one_does(build: Any) -> None:
    released = sources()["test-architecture"]
    before, _hidden, after = released.partition("### BEGIN HIDDEN TESTS")
    visible = before + after.partition("### END HIDDEN TESTS")[2]
    outcomes = examine(visible, "test-architecture", 6, reference(NAME, model=build()))
    assert score(outcomes) == 6


def test_half_the_filters_are_told_with_both_sums() -> None:
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(10, activation="softmax"),
        ]
    )
    outcomes = judged(NAME, "test-architecture", model=model)
    assert score(outcomes) == 5.25
    assert "expected filters=64, found filters=32" in messages(outcomes)


def test_the_default_learning_rate_is_told_what_the_lesson_used() -> None:
    model = MNIST_CNN.build()
    model.compile(loss="categorical_crossentropy", optimizer="adadelta", metrics=["accuracy"])
    outcomes = judged(NAME, "test-compiled", model=model)
    assert score(outcomes) == 1.5
    assert "found 0.001" in messages(outcomes)
    assert "Adadelta(learning_rate=1.0)" in messages(outcomes)


# Shapes and counts.

SHAPES = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]
COUNTS = [320, 18_496, 1_179_776, 1_290]


def counted(counts: Any = COUNTS, shapes: Any = SHAPES) -> Any:
    return judged(NAME, "test-counts", parameter_counts=counts, output_shapes=shapes)


@pytest.mark.parametrize(
    ("counts", "shapes"),
    [
        (COUNTS, SHAPES),
        (tuple(COUNTS), tuple(SHAPES)),
        (np.array(COUNTS), [list(shape) for shape in SHAPES]),
        ([float(count) for count in COUNTS], [np.array(shape) for shape in SHAPES]),
        ([np.int64(count) for count in COUNTS], [tuple(np.array(shape)) for shape in SHAPES]),
        # The slides' sum for the second convolution is the wrong method with the right number.
        ([320, 32 * (24 * 24) + 64, 1_179_776, 1_290], SHAPES),
    ],
)
def test_every_spelling_of_shapes_and_counts_earns_all(counts: Any, shapes: Any) -> None:
    assert score(counted(counts, shapes)) == 3


@pytest.mark.parametrize(
    ("place", "count", "cause"),
    [
        (0, 3 * 3 * 32, "the bias is missing"),
        (1, (3 * 3 + 1) * 64, "the input channels are missing: each filter spans 32 of them"),
        (1, (24 * 24 * 32 + 1) * 64, "the size of the output was used"),
        (2, 9216 * 128, "the bias is missing"),
        (3, 128 * 10 + 1, "the bias is not one for the layer"),
    ],
)
def test_a_wrong_count_of_known_cause_is_told_it(place: int, count: int, cause: str) -> None:
    outcomes = counted([*COUNTS[:place], count, *COUNTS[place + 1 :]])
    assert score(outcomes) == 2.5
    assert f"entry {place + 1} (" in messages(outcomes)
    assert cause in messages(outcomes)


@pytest.mark.parametrize(
    ("place", "shape", "cause"),
    [
        (0, (None, 26, 26, 32), "leave out the batch axis, None"),
        (4, 9216, "write it as a tuple, (9216,)"),
        (4, (12 * 12 * 24,), "there are as many channels as filters"),
        (1, (24, 24, 32), "entry 2 (Conv2D): (24, 24, 32) is not right: as many channels come out as the layer has filters."),
    ],
)
def test_a_wrong_shape_is_told_where_and_why(place: int, shape: Any, cause: str) -> None:
    outcomes = counted(shapes=[*SHAPES[:place], shape, *SHAPES[place + 1 :]])
    assert score(outcomes) == 2.875
    assert cause in messages(outcomes)


def test_layers_without_weights_are_left_out_of_the_counts() -> None:
    outcomes = counted([320, 18_496, 0, 0, 0, 1_179_776, 0, 1_290])
    assert score(outcomes) == 1
    assert "Leave out the layers that have no weights" in messages(outcomes)


def test_the_test_of_the_counts_shows_none_of_them() -> None:
    numbers = set(re.findall(r"\d+", sources()["test-counts"].replace("_", "")))
    assert not numbers & {"320", "18496", "1179776", "1290", "9216"}


# Training.


def test_training_as_asked_earns_its_point(mlp: keras.Model) -> None:
    assert score(judged(NAME, "test-training", history=mlp.history)) == 1


def test_training_of_another_kind_is_told_each_difference() -> None:
    model = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    model.compile(loss="mse")
    history = model.fit(np.zeros((8, 2)), np.zeros((8, 1)), epochs=2, verbose=0)
    outcomes = judged(NAME, "test-training", history=history)
    assert score(outcomes) == 0
    assert "epochs: expected at least 3, found 2." in messages(outcomes)
    assert "batch size: expected 128, found 32." in messages(outcomes)
    assert "validation split: expected 0.2, found 0.0." in messages(outcomes)


# The MLP.


def test_the_lessons_mlp_earns_all(mlp: keras.Model) -> None:
    assert score(judged(NAME, "test-mlp", mlp=mlp)) == 2


@pytest.mark.parametrize(
    "build",
    [
        lambda: perceptron(keras.Input((784,))),
        lambda: perceptron(keras.Input((28, 28)), layers.Flatten()),
        lambda: perceptron(keras.Input((28, 28, 1)), layers.Reshape((784,)), activation=keras.activations.relu),
    ],
    ids=["rows of pixels", "without a channel", "reshaped"],
)
def test_every_spelling_of_the_mlp_earns_all(build: Any, mlp: keras.Model) -> None:
    assert score(judged(NAME, "test-mlp", mlp=copied(build(), mlp.get_weights()))) == 2


def test_swapped_dropout_rates_are_told(mlp: keras.Model) -> None:
    model = perceptron(keras.Input((28, 28, 1)), layers.Flatten(), rates=(0.3, 0.4))
    outcomes = judged(NAME, "test-mlp", mlp=copied(model, mlp.get_weights()))
    assert 1 < score(outcomes) < 2
    assert "expected rate=0.4, found rate=0.3" in messages(outcomes)


def test_an_mlp_that_was_not_trained_is_told_so() -> None:
    outcomes = judged(NAME, "test-mlp", mlp=MNIST_MLP.build())
    assert score(outcomes) == 1
    assert "The model was not trained" in messages(outcomes)


def test_a_network_without_hidden_layers_earns_nothing() -> None:
    model = keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")])
    assert score(judged(NAME, "test-mlp", mlp=model)) == 0


def _setting(cell: str, name: str) -> Any:
    """What a check of a test cell is given under a name."""
    tree = ast.parse(sources()[cell])
    keyword = next(node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == name)
    return ast.literal_eval(keyword.value)


def test_the_threshold_of_the_mlp_is_two_deviations_under_the_worst_right_answer() -> None:
    thresholds = _setting("test-mlp", "at_least")
    assert set(thresholds) == {10_000, 60_000}
    calibration = json.loads((ROOT / "benchmarks" / "calibration" / f"{NAME}-mlp.json").read_text())
    for images, threshold in thresholds.items():
        series = {one["variant"]: one for one in calibration["series"] if one["training_images"] == images}
        assert set(series) == {"reference", "adam"}
        assert len(series["reference"]["seeds"]) >= 20
        assert all(threshold <= one["summary"]["ceiling"] for one in series.values())


def test_what_is_flagged_as_too_high_is_beyond_what_right_answers_reached() -> None:
    bounds = _setting("test-accuracy", "at_most")
    assert set(bounds) == {10_000, 60_000}
    calibration = json.loads((ROOT / "benchmarks" / "calibration" / f"{NAME}.json").read_text())
    references = [one for one in calibration["series"] if one["variant"] == "reference"]
    assert {one["training_images"] for one in references} == set(bounds)
    for series in references:
        reached = series["accuracies"]
        assert bounds[series["training_images"]] > max(reached) + 4 * statistics.stdev(reached)
    # Trained longer than the reference, which the exercise allows.
    trained = json.loads((ROOT / "benchmarks" / "leak.json").read_text())
    honest = [
        one["counted"]["right"] / one["counted"]["images"]
        for one in trained
        if (one["network"], one["data"], one["way"]) == ("cnn", "mnist", "honest")
    ]
    assert len(honest) >= 9
    assert bounds[10_000] > max(honest)


def test_the_mlp_that_was_calibrated_is_the_one_in_the_solution(mlp: keras.Model) -> None:
    source = sources()["build-mlp"]
    built = source[: source.index("mlp.compile")]
    names: dict[str, Any] = {"keras": keras}
    exec(built, names)
    assert autograder.read_model(names["mlp"]) == autograder.read_model(mlp)
    assert names["mlp"].count_params() == 235_146


# The comparison. A small network stands for the CNN: what is compared is what it measures.


@pytest.fixture(scope="module")
def other() -> keras.Model:
    keras.utils.set_random_seed(2)
    return keras.Sequential([keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, activation="softmax")])


@pytest.fixture(scope="module")
def rows(other: keras.Model, mlp: keras.Model, prepared: dict[str, Any]) -> dict[str, Any]:
    return {
        "CNN": {"parameters": 7_850, "accuracy": accuracy_of(other, prepared)},
        "MLP": {"parameters": 235_146, "accuracy": accuracy_of(mlp, prepared)},
    }


@pytest.fixture
def compared(other: keras.Model, mlp: keras.Model) -> Any:
    cell, names = cell_of(NAME, "test-comparison"), reference(NAME, model=other, mlp=mlp)
    return lambda comparison: examine(cell.source, cell.grade_id, cell.points, {**names, "comparison": comparison})


def test_a_comparison_as_measured_earns_all(compared: Any, rows: dict[str, Any]) -> None:
    assert score(compared(rows)) == 1


def test_numpy_numbers_rounded_numbers_and_more_columns_earn_all(compared: Any, rows: dict[str, Any]) -> None:
    spelled = {
        name: {"parameters": np.int64(row["parameters"]), "accuracy": np.float32(round(row["accuracy"], 3)), "loss": 0}
        for name, row in reversed(rows.items())
    }
    assert score(compared(spelled)) == 1


def test_swapped_rows_are_told_entry_by_entry(compared: Any, rows: dict[str, Any]) -> None:
    outcomes = compared({"CNN": rows["MLP"], "MLP": rows["CNN"]})
    assert score(outcomes) == 0
    assert "entry 1 (CNN): 235,146 is not right: that is the other network's number" in messages(outcomes)
    assert "accuracy: the model has" in messages(outcomes)


def test_per_cent_are_told(compared: Any, rows: dict[str, Any]) -> None:
    percent = {name: {**row, "accuracy": 100 * row["accuracy"]} for name, row in rows.items()}
    outcomes = compared(percent)
    assert score(outcomes) == 0.5
    assert "Give the accuracy as a share between 0 and 1, not in percent." in messages(outcomes)


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda rows: [rows["CNN"], rows["MLP"]],
        lambda rows: {"CNN": rows["CNN"]},
        lambda rows: {**rows, "MLP": tuple(rows["MLP"].values())},
        lambda rows: {**rows, "MLP": {"parameters": 235_146}},
        lambda rows: None,
    ],
    ids=["a list", "one row", "a row that is a tuple", "no accuracy", "nothing"],
)
def test_a_table_of_another_form_is_told_the_form(spoilt: Any, compared: Any, rows: dict[str, Any]) -> None:
    outcomes = compared(spoilt(rows))
    assert score(outcomes) == 0
    assert '"]: expected {"parameters": …, "accuracy": …}, found ' in messages(outcomes)


# The pictures.


@pytest.fixture
def drawn(prepared: dict[str, Any], mlp: keras.Model, rows: dict[str, Any]) -> Iterator[Any]:
    import matplotlib.pyplot as plt

    def draw(cell_id: str, names: dict[str, Any]) -> list[Any]:
        plt.close("all")
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            exec(sources()[cell_id], names)
        (figure,) = map(plt.figure, plt.get_fignums())
        return [axis for axis in figure.axes if axis.images or axis.lines or axis.patches]

    draw.names = reference(NAME, **prepared, history=mlp.history, mlp_history=mlp.history, comparison=rows)
    yield draw
    plt.close("all")


@pytest.mark.parametrize("build", [MNIST_CNN.build, functional, subclassed])
def test_the_kernels_of_every_spelling_are_drawn(build: Any, drawn: Any) -> None:
    names = {**drawn.names, "model": build()}
    (axis,) = drawn("draw-kernels", names)
    assert len(axis.images) == 32
    assert [text.get_text() for text in axis.texts] == [str(number) for number in range(32)]
    kernels = names["model"].get_weights()[0]
    assert np.array_equal(np.stack([image.get_array() for image in axis.images], -1), kernels[:, :, 0, :])


def test_kernels_that_fill_no_row_are_drawn_whole(drawn: Any) -> None:
    model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(11, 3)])
    (axis,) = drawn("draw-kernels", {**drawn.names, "model": model})
    assert len(axis.images) == 11
    left, right, bottom, top = axis.axis()
    for image in axis.images:
        assert left <= image.get_extent()[0] < image.get_extent()[1] <= right
        assert top <= image.get_extent()[3] < image.get_extent()[2] <= bottom


def test_feature_maps_are_what_the_layer_gives(drawn: Any, prepared: dict[str, Any]) -> None:
    model = MNIST_CNN.build()
    names = {**drawn.names, "model": model}
    axes = drawn("draw-kernels", names) and drawn("draw-feature-maps", names)
    given = np.asarray(model.layers[0](prepared["x_test"][:1]))[0]
    picture, maps = axes
    assert np.array_equal(picture.images[0].get_array(), prepared["x_test"][0, :, :, 0])
    shown = np.stack([np.asarray(image.get_array()) for image in maps.images], -1)
    np.testing.assert_allclose(shown, given, atol=1e-5)


def test_history_and_comparison_are_drawn(drawn: Any) -> None:
    loss, accuracy = drawn("draw-history", dict(drawn.names))
    assert [len(axis.lines) for axis in (loss, accuracy)] == [2, 2]
    assert len(drawn("draw-comparison", dict(drawn.names))) == 3
