"""``00-keras-basics``: right answers in every spelling get full points, wrong ones are told what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray

from autograder.datasets import fashion_mnist
from tests.assignments.exercise import judged, messages, reference, score

NO_MODEL = (
    "expected a Keras model, found None: the cell that builds it is not finished, or keeps what compile, summary or"
    " add returns, which is nothing"
)

NAME = "00-keras-basics"
CLASSES = fashion_mnist.class_names
layers = keras.layers


def flatten(images: Any) -> Any:
    return images.reshape(len(images), -1)


def title_and_color(predicted: int, true: int) -> tuple[str, str]:
    return f"{CLASSES[predicted]} ({CLASSES[true]})", "#008800" if predicted == true else "#bb0000"


TENSOR = {"my_tensor": np.zeros((2, 3, 4), "float32"), "place": 297, "flatten": flatten}


@pytest.fixture(scope="module")
def images() -> NDArray[np.float32]:
    scaled: NDArray[np.float32] = fashion_mnist.load_data()[1][0].astype("float32") / 255
    return scaled


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """The reference's network, compiled and trained on a few images."""
    built = reference(NAME, "build-model", "compile-model")["model"]
    (some, labels), _test = fashion_mnist.load_data()
    built.fit(some[:64] / np.float32(255), labels[:64], epochs=5, batch_size=32, verbose=0)
    return built


@pytest.fixture(scope="module")
def predictions(model: keras.Model, images: NDArray[np.float32]) -> NDArray[np.float32]:
    found: NDArray[np.float32] = model.predict(images, verbose=0)
    return found


# A first tensor


def test_the_reference_answers_about_tensors_get_full_points() -> None:
    made = reference(NAME, "make-tensor", "write-flatten")
    assert score(judged(NAME, "test-tensor", **{name: made[name] for name in TENSOR})) == 1


@pytest.mark.parametrize(
    "answers",
    [
        {"my_tensor": keras.ops.ones((2, 3, 4))},
        {"my_tensor": keras.ops.convert_to_tensor(np.arange(24).reshape(2, 3, 4), dtype="float32")},
        {"my_tensor": keras.Variable(np.zeros((2, 3, 4), "float32"))},
        {"place": np.int64(297)},
        {"place": 297.0},
        {"place": np.array(297)},
        {"flatten": lambda images: np.reshape(images, (images.shape[0], images.shape[1] * images.shape[2]))},
        {"flatten": lambda images: keras.ops.reshape(images, (len(images), -1))},
        {"flatten": lambda images: [list(np.ravel(image)) for image in images]},
        {"flatten": lambda images: np.array([image.flatten() for image in images]).astype("float32")},
        {"flatten": keras.layers.Flatten()},
    ],
)
def test_every_spelling_about_tensors_gets_full_points(answers: dict[str, Any]) -> None:
    outcomes = judged(NAME, "test-tensor", **{**TENSOR, **answers})
    assert score(outcomes) == 1, messages(outcomes)


@pytest.mark.parametrize(
    ("answers", "points", "message"),
    [
        (
            {"my_tensor": [[[0.0] * 4] * 3] * 2},
            0.75,
            "'a list' is not right: a list is no tensor yet: give it to keras.ops.convert_to_tensor"
            " · 串列還不是張量，請交給 keras.ops.convert_to_tensor. Expected 'shape (2, 3, 4), dtype float32'.",
        ),
        (
            {"my_tensor": np.zeros((2, 3, 4))},
            0.75,
            "'shape (2, 3, 4), dtype float64' is not right: NumPy's own kind of numbers: ask for dtype='float32'"
            " · 這是 NumPy 預設的型別，請指定 dtype='float32'. Expected 'shape (2, 3, 4), dtype float32'.",
        ),
        (
            {"my_tensor": np.zeros((4, 3, 2), "float32")},
            0.75,
            "'shape (4, 3, 2), dtype float32' is not right. Expected 'shape (2, 3, 4), dtype float32'.",
        ),
        ({"my_tensor": None}, 0.75, "the answer is None: the cell that gives it is not finished"),
        ({"place": 486}, 0.75, "486 is not right: row and column are swapped · 列和行對調了."),
        ({"place": 298}, 0.75, "298 is not right: places are counted from 0 · 位置從 0 開始數."),
        ({"place": 27}, 0.75, "27 is not right."),
        (
            {"flatten": lambda images: images.reshape(-1)},
            0.5,
            "all pictures ended up in one row: keep the first axis · 所有圖片擠成了一列：請保留第一個軸.",
        ),
        (
            {"flatten": lambda images: images},
            0.5,
            "4 of 4 calls go wrong. flatten(array([[[ 1,  2,  3],\n        [ 4,  5,  6]],\n\n       [[ 7,  8,  9],\n"
            "        [10, 11, 12]]])) gave array([[[ 1,  2,  3],",
        ),
        ({"flatten": lambda images: images}, 0.5, "these are the pictures as they came · 圖片原封不動."),
        ({"flatten": lambda images: images.reshape(-1, 784)}, 0.625, "raised ValueError: cannot reshape array"),
        ({"flatten": lambda images: images.transpose(0, 2, 1).reshape(len(images), -1)}, 0.625, "3 of 4 calls"),
        (
            {"flatten": lambda images: np.array([[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])},
            0.625,
            "3 of 4 calls go wrong.",
        ),
        ({"flatten": np.zeros((2, 6))}, 0.5, "expected a function, found an array of shape (2, 6)"),
    ],
)
def test_a_wrong_answer_about_tensors_is_told_its_cause(answers: dict[str, Any], points: float, message: str) -> None:
    outcomes = judged(NAME, "test-tensor", **{**TENSOR, **answers})
    assert score(outcomes) == points
    assert message in messages(outcomes)


# The lesson's network


def functional() -> keras.Model:
    inputs = keras.Input((784,))
    x = layers.ReLU()(layers.Dense(256)(inputs))
    x = layers.Dense(128, activation=keras.activations.relu)(layers.Dropout(rate=0.4)(x))
    x = layers.Dense(10)(layers.Dropout(0.3)(x))
    return keras.Model(inputs, layers.Softmax()(x))


def added(*, dropouts: tuple[float, float] = (0.4, 0.3), units: int = 256, inputs: tuple[int, ...] = (784,)) -> Any:
    made = keras.Sequential()
    made.add(keras.Input(shape=inputs))
    made.add(layers.Dense(units, "relu"))
    made.add(layers.Dropout(dropouts[0]))
    made.add(layers.Dense(128, "relu"))
    made.add(layers.Dropout(dropouts[1]))
    made.add(layers.Dense(10, "softmax"))
    return made


def not_built() -> keras.Model:
    relu = {"activation": "relu"}
    drop = layers.Dropout
    return keras.Sequential(
        [layers.Dense(256, **relu), drop(0.4), layers.Dense(128, **relu), drop(0.3), layers.Dense(10, "softmax")]
    )


@pytest.mark.parametrize("build", [functional, added])
def test_the_network_may_be_spelled_in_any_way(build: Callable[[], keras.Model]) -> None:
    outcomes = judged(NAME, "test-mnist-model", mnist_model=build())
    assert score(outcomes) == 1, messages(outcomes)


@pytest.mark.parametrize(
    ("answer", "points", "message"),
    [
        (
            added(dropouts=(0.3, 0.4)),
            0.6,
            "layer 2 (Dropout): expected rate=0.4, found rate=0.3. (1 more difference is in the table.)",
        ),
        (
            added(units=512),
            0.8,
            "layer 1 (Dense): expected units=256, found units=512. It has 401,920 = (784 + 1)·512 parameters,"
            " expected 200,960 = (784 + 1)·256.",
        ),
        (added(inputs=(28,)), 0, "layer 1 (Dense): it gives (256,) with 7,424 = (28 + 1)·256 parameters"),
        (not_built(), 0, "the model does not know the shape of its input yet: begin it with keras.Input("),
        (None, 0, NO_MODEL),
        (235_146, 0, "expected a Keras model"),
    ],
)
def test_a_wrong_network_is_told_where(answer: Any, points: float, message: str) -> None:
    outcomes = judged(NAME, "test-mnist-model", mnist_model=answer)
    assert score(outcomes) == points
    assert message in messages(outcomes)


@pytest.mark.parametrize(
    "counts",
    [
        [200_960, 32_896, 1_290],
        (200_960, 32_896, 1_290),
        np.array([200_960, 32_896, 1_290]),
        [np.int64(784 * 256 + 256), 32_896.0, 1_290],
    ],
)
def test_right_counts_get_full_points(counts: Any) -> None:
    assert score(judged(NAME, "test-counts", mnist_model=added(), parameter_counts=counts)) == 1


def test_counts_are_those_of_the_lesson_and_not_of_a_wrong_network() -> None:
    wrong = added(units=512)
    outcomes = judged(NAME, "test-counts", mnist_model=wrong, parameter_counts=[200_960, 32_896, 1_290])
    assert score(outcomes) == 1
    outcomes = judged(NAME, "test-counts", mnist_model=wrong, parameter_counts=[401_920, 65_664, 1_290])
    assert score(outcomes) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("counts", "points", "message"),
    [
        (
            [200_704, 32_768, 1_280],
            0,
            "entry 1 (Dense): 200,704 is not right: the bias is missing: each unit has one number more, 256 in all.",
        ),
        ([200_960, 32_896, 1_281], 2 / 3, "entry 3 (Dense): 1,281 is not right: the bias is not one for the layer"),
        ([200_960, 0, 32_896, 0, 1_290], 0, "Leave out the layers that have no weights"),
        (235_146, 0, "expected a list of 3 entries, found a number."),
    ],
)
def test_a_wrong_count_is_told_its_cause(counts: Any, points: float, message: str) -> None:
    outcomes = judged(NAME, "test-counts", mnist_model=added(), parameter_counts=counts)
    assert score(outcomes) == pytest.approx(points)
    assert message in messages(outcomes)


# The data


def prepared(**changed: Any) -> dict[str, Any]:
    made = reference(NAME, "scale-data")
    return {name: made[name] for name in ("x_train", "y_train", "x_test", "y_test")} | changed


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scaled_images_get_full_points(dtype: str) -> None:
    right = prepared()
    outcomes = judged(NAME, "test-data", **{name: values.astype(dtype) for name, values in right.items()})
    assert score(outcomes) == 1, messages(outcomes)


@pytest.mark.parametrize(
    ("change", "points", "message"),
    [
        (lambda x: x * 255, 0.75, "x_test: expected pixels from 0 to 1, found 0 to 255"),
        (lambda x: x / 255, 0.75, "x_test: expected pixels from 0 to 1, found 0 to 0.003922"),
        (lambda x: x.reshape(-1, 784), 0.75, "x_test: expected shape (10000, 28, 28), found (10000, 784)."),
        (lambda x: x * 0, 0.75, "x_test: these are not the images of Fashion-MNIST, scaled by one number"),
    ],
)
def test_images_that_are_not_scaled_so_are_told_how_they_are(
    change: Callable[[Any], Any], points: float, message: str
) -> None:
    right = prepared()
    outcomes = judged(NAME, "test-data", **{**right, "x_test": change(right["x_test"])})
    assert score(outcomes) == points
    assert message in messages(outcomes)


# The network for clothes


def test_the_reference_network_for_clothes_gets_full_points(model: keras.Model) -> None:
    assert score(judged(NAME, "test-model", model=model)) == 1


@pytest.mark.parametrize(
    ("optimizer", "loss", "metric"),
    [
        (keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy(), "acc"),
        ("Adam", keras.losses.sparse_categorical_crossentropy, keras.metrics.SparseCategoricalAccuracy()),
    ],
)
def test_compile_may_be_told_by_name_or_by_object(optimizer: Any, loss: Any, metric: Any) -> None:
    inputs = keras.Input((28, 28))
    x = layers.Dense(128, "relu")(layers.Reshape((784,))(inputs))
    spelled = keras.Model(inputs, layers.Dense(10, "softmax")(x))
    spelled.compile(optimizer=optimizer, loss=loss, metrics=[metric])
    outcomes = judged(NAME, "test-model", model=spelled)
    assert score(outcomes) == 1, messages(outcomes)


def test_a_network_that_is_not_compiled_is_told_so() -> None:
    outcomes = judged(NAME, "test-model", model=reference(NAME, "build-model")["model"])
    assert [outcome.score for outcome in outcomes] == [0.5, 0]
    assert outcomes[1].message == "the model was not compiled: call model.compile(…) before it is trained"


def test_a_loss_for_one_hot_labels_is_told_which_it_must_be() -> None:
    wrong = reference(NAME, "build-model")["model"]
    wrong.compile(optimizer="sgd", loss="categorical_crossentropy", metrics=["accuracy"])
    outcomes = judged(NAME, "test-model", model=wrong)
    assert outcomes[1].score == pytest.approx(0.5 / 3)
    assert outcomes[1].message == (
        "optimizer: expected adam, found SGD.\n"
        "loss: expected sparse_categorical_crossentropy, found CategoricalCrossentropy."
    )
    assert outcomes[1].hint == (
        "This form takes one-hot labels; for integer labels it is sparse_categorical_crossentropy."
    )


def test_training_is_judged_by_what_fit_was_told(model: keras.Model) -> None:
    assert score(judged(NAME, "test-training", history=model.history)) == 0.5
    other = reference(NAME, "build-model", "compile-model")["model"]
    history = other.fit(np.zeros((64, 28, 28)), np.zeros(64), epochs=1, batch_size=64, verbose=0)
    outcomes = judged(NAME, "test-training", history=history)
    assert score(outcomes) == 0
    assert messages(outcomes) == "epochs: expected at least 5, found 1.\nbatch size: expected 32, found 64."
    assert "expected the History that model.fit returns" in messages(judged(NAME, "test-training", history=None))


def test_the_accuracy_is_measured_and_not_believed(model: keras.Model) -> None:
    outcomes = judged(NAME, "test-accuracy", model=model, test_accuracy=0.99)
    assert score(outcomes) == 0
    assert "below the 77.00% asked for" in outcomes[0].message
    assert "you report 0.9900" in outcomes[1].message


def test_the_reported_accuracy_may_be_rounded_and_swapping_it_with_the_loss_is_told(
    model: keras.Model, images: NDArray[np.float32]
) -> None:
    loss, accuracy = model.evaluate(images, fashion_mnist.load_data()[1][1], batch_size=1000, verbose=0)
    assert judged(NAME, "test-accuracy", model=model, test_accuracy=round(accuracy, 3))[1].score == 0.5
    swapped = judged(NAME, "test-accuracy", model=model, test_accuracy=loss)[1]
    assert swapped.score == 0
    assert swapped.hint == "The two are swapped: model.evaluate returns the loss first, then the accuracy."


# Predictions


def test_predictions_may_be_of_any_kind_of_array(model: keras.Model, predictions: NDArray[np.float32]) -> None:
    classes = predictions.argmax(axis=1)
    for rows, likeliest in (
        (predictions, classes),
        (keras.ops.convert_to_tensor(predictions), keras.ops.argmax(predictions, axis=-1)),
        (predictions.astype("float64"), [int(one) for one in classes]),
        (predictions.astype("float64"), classes.astype("uint8")),
    ):
        outcomes = judged(NAME, "test-predictions", model=model, predictions=rows, predicted_classes=likeliest)
        assert score(outcomes) == 0.5, messages(outcomes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: {"predictions": p.argmax(axis=1)}, "predictions: expected shape (10000, 10)"),
        (lambda p: {"predictions": np.log(p)}, "the numbers of a row do not sum to one"),
        (lambda p: {"predictions": np.full_like(p, 0.1)}, "these are not what model gives for the test images"),
        (lambda p: {"predictions": p[::-1]}, "these are not what model gives for the test images"),
        (lambda p: {"predictions": None}, "predictions: expected shape (10000, 10)"),
        (lambda p: {"predicted_classes": p.argmax(axis=0)}, "found (10,): np.argmax looks in each row with axis=1"),
        (lambda p: {"predicted_classes": p.argmax()}, "found (): np.argmax looks in each row with axis=1"),
        (lambda p: {"predicted_classes": p.argmin(axis=1)}, "not always the place of the largest number"),
        (lambda p: {"predicted_classes": ...}, "predicted_classes: expected shape (10000,)"),
    ],
)
def test_wrong_predictions_are_told_what_they_are(
    model: keras.Model,
    predictions: NDArray[np.float32],
    change: Callable[[NDArray[np.float32]], dict[str, Any]],
    message: str,
) -> None:
    right = {"predictions": predictions, "predicted_classes": predictions.argmax(axis=1)}
    outcomes = judged(NAME, "test-predictions", model=model, **{**right, **change(predictions)})
    assert score(outcomes) == 0
    assert message in messages(outcomes)


# Titles


def test_titles_and_colours_get_full_points_in_any_spelling() -> None:
    def as_a_list(predicted: int, true: int) -> list[str]:
        color = "#bb0000"
        if predicted == true:
            color = "#008800"
        return [CLASSES[predicted] + " (" + CLASSES[true] + ")", color.upper()]

    for function in (reference(NAME, "write-title")["title_and_color"], title_and_color, as_a_list):
        assert score(judged(NAME, "test-title", title_and_color=function)) == 1


@pytest.mark.parametrize(
    ("function", "points", "message"),
    [
        (
            lambda p, t: (title_and_color(p, t)[0], "#bb0000" if p == t else "#008800"),
            0,
            "10 of 10 calls go wrong. A hidden call gave ('Dress (Dress)', '#bb0000'), which is not right:"
            " the colours are swapped: green is for right · 顏色對調了：猜對用綠色.",
        ),
        (
            lambda p, t: title_and_color(t, p),
            0.5,
            "the names are swapped: the predicted one comes first · 名稱對調了：先寫預測的.",
        ),
        (
            lambda p, t: (f"{p} ({t})", title_and_color(p, t)[1]),
            0,
            "these are the numbers of the classes: class_names has their names · 這是類別編號，名稱在 class_names 裡.",
        ),
        (
            lambda p, t: (title_and_color(p, t)[0], "green" if p == t else "red"),
            0,
            "the colours are written #008800 and #bb0000 · 顏色要寫成 #008800 和 #bb0000.",
        ),
        (lambda p, t: title_and_color(p, t)[::-1], 0, "first the text, then the colour · 先文字、後顏色."),
        (lambda p, t: None, 0, "nothing is returned: end with return text, color · 沒有回傳值"),
        (lambda p, t: title_and_color(9, 9), 0, "10 of 10 calls go wrong."),
        (lambda p: title_and_color(p, p), 0, "10 of 10 calls go wrong. A hidden call raised TypeError"),
        (("Ankle boot (Ankle boot)", "#008800"), 0, "expected a function, found a list"),
    ],
)
def test_a_wrong_title_is_told_its_cause(function: Any, points: float, message: str) -> None:
    outcomes = judged(NAME, "test-title", title_and_color=function)
    assert score(outcomes) == points
    assert message in messages(outcomes)


# One picture


def test_one_picture_may_keep_or_get_its_batch_axis(images: NDArray[np.float32]) -> None:
    for one in (
        images[:1],
        images[[0]],
        images[0][None],
        np.expand_dims(images[0], 0).astype(float),
        keras.ops.array(images[:1]),
    ):
        outcomes = judged(NAME, "test-one-image", one_image=one)
        assert score(outcomes) == 0.5, messages(outcomes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda x: x[0],
            "one_image: expected shape (1, 28, 28), found (28, 28): the batch axis is missing. x_test[:1] keeps it, and"
            " np.expand_dims(x_test[0], 0) puts it back · one_image 的形狀應為 (1, 28, 28)，現在是 (28, 28)："
            "少了批次的軸。x_test[:1] 會保留它，np.expand_dims(x_test[0], 0) 可以補回來",
        ),
        (lambda x: x[0][..., None], "expected shape (1, 28, 28), the batch axis first, found (28, 28, 1)"),
        (lambda x: x[1:2], "this is not the first test image"),
        (lambda x: x[:1] * 255, "this is not the first test image, x_test[0], scaled to 0–1"),
        (lambda x: None, "the batch axis first, found ()"),
    ],
)
def test_one_picture_without_its_batch_axis_is_told_so(
    images: NDArray[np.float32], change: Callable[[Any], Any], message: str
) -> None:
    outcomes = judged(NAME, "test-one-image", one_image=change(images))
    assert score(outcomes) == 0
    assert message in messages(outcomes)


def test_one_prediction_may_be_made_by_predict_or_by_a_call(model: keras.Model, images: NDArray[np.float32]) -> None:
    for answer in (model.predict(images[:1], verbose=0), model(images[:1]), model.predict_on_batch(images[:1])):
        outcomes = judged(NAME, "test-one-prediction", model=model, one_prediction=answer)
        assert score(outcomes) == 0.5, messages(outcomes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda p: p[0], "one_prediction: expected shape (1, 10), found (10,): the batch axis is missing"),
        (lambda p: p[0].argmax(), "expected shape (1, 10), one row of ten probabilities, found ()"),
        (lambda p: p, "expected shape (1, 10), one row of ten probabilities, found (10000, 10)"),
        (lambda p: p[1:2], "this is not what model gives for the first test image"),
    ],
)
def test_a_wrong_prediction_of_one_picture_is_told_so(
    model: keras.Model, predictions: NDArray[np.float32], change: Callable[[Any], Any], message: str
) -> None:
    outcomes = judged(NAME, "test-one-prediction", model=model, one_prediction=change(predictions))
    assert score(outcomes) == 0
    assert message in messages(outcomes)
