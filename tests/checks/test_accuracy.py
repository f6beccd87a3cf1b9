"""``TestAccuracy`` and ``Reported``, on real Keras models and the real test images of MNIST."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.checks import Reported, TestAccuracy
from autograder.checks import accuracy as checks_accuracy
from autograder.checks.accuracy import _are_test_images, uncertainty
from autograder.datasets import fashion_mnist, mnist
from autograder.facts import TrainingFacts
from autograder.grading import ExerciseError, Outcome, Refusal, Subject, grade
from autograder.kept import Kept
from autograder.keras_facts import read_weights, watch_training
from autograder.keras_models import build_model
from autograder.preparation import Preparation
from autograder.report import Status
from tests.checks.centroids import UNIT, accuracy, classifier, loss, sample, watched
from tests.checks.networks import only

NO_MODEL = (
    "expected a Keras model, found None: the cell that builds it is not finished, or keeps what compile, summary or"
    " add returns, which is nothing"
)

LEAST = TestAccuracy(mnist, at_least=0.5, points=3)
TOO_MUCH = TestAccuracy(mnist, at_least=0.99, points=3)


def judged(model: Any, check: TestAccuracy = LEAST) -> Outcome:
    return only(grade(model, check))


def measured(outcome: Outcome) -> float:
    """The accuracy that a message tells."""
    found = re.match(r"(\d+\.\d+)% ± \d\.\d\d% of 10,000 test images are classified rightly", outcome.message)
    assert found, outcome.message
    return float(found[1]) / 100


def classified() -> str:
    """What is said of the classifier of these tests."""
    spread = 2 * np.sqrt(accuracy() * (1 - accuracy()) / 10_000)
    return f"{accuracy():.2%} ± {spread:.2%} of 10,000 test images are classified rightly"


# --- thresholds and margins -------------------------------------------------------------------------------


def test_the_margin_is_shown_above_and_below() -> None:
    model = watched(classifier(), sample(UNIT))
    assert 0.75 < accuracy() < 0.95
    above = judged(model)
    assert above.title == "Accuracy on the test images of MNIST"
    assert (above.status, above.score) == (Status.PASSED, 3)
    assert above.message == (f"{classified()}: {accuracy() - 0.5:.2%} above the 50.00% asked for.")
    below = judged(model, TestAccuracy(mnist, at_least=0.99, points=3))
    assert (below.status, below.score) == (Status.FAILED, 0)
    assert below.message == (f"{classified()}: {0.99 - accuracy():.2%} below the 99.00% asked for.")
    assert below.hint == "It was trained for 3 epochs: more may help."


@pytest.mark.parametrize(
    ("share", "images", "expected"),
    [(0.928, 10_000, 0.00517), (0.5, 10_000, 0.01), (0.9, 100, 0.06), (0.0, 10_000, 0.0), (1.0, 10_000, 0.0)],
)
def test_the_uncertainty_is_two_standard_errors(share: float, images: int, expected: float) -> None:
    assert uncertainty(share, images) == pytest.approx(expected, abs=5e-6)


@given(right=st.integers(200, 9_800), drawn=st.integers(0, 2**32))
@settings(max_examples=20, deadline=None)
def test_a_share_lies_within_its_uncertainty_for_some_95_of_100_samples(right: int, drawn: int) -> None:
    share = right / 10_000
    samples = np.random.default_rng(drawn).binomial(1_000, share, size=2_000) / 1_000
    assert np.mean(np.abs(samples - share) <= uncertainty(share, 1_000) + 1e-9) > 0.92


@pytest.mark.parametrize(("above", "close"), [(0.0, False), (1e-4, True), (0.007, True), (0.008, False), (-0.1, False)])
def test_what_is_too_low_by_less_than_its_uncertainty_is_close(above: float, close: bool) -> None:
    outcome = judged(watched(classifier(), sample(UNIT)), TestAccuracy(mnist, at_least=accuracy() + above))
    assert 0.007 < uncertainty(accuracy(), 10_000) < 0.008
    assert outcome.accuracy is not None
    assert outcome.accuracy.share == accuracy()
    assert outcome.accuracy.close is close
    assert (outcome.status is Status.PASSED) is (above <= 0)


def test_the_threshold_itself_is_enough() -> None:
    assert judged(watched(classifier(), sample(UNIT)), TestAccuracy(mnist, at_least=accuracy())).score == 1


def thresholds(images: int) -> list[tuple[Mapping[int, float], float]]:
    return [
        ({images: 0.3}, 0.3),
        ({images - 1: 0.2, images + 1: 0.9}, 0.2),
        ({1: 0.1, images: 0.3, images + 1: 0.9}, 0.3),
        # No entry is for so few images: the least demanding one is the nearest.
        ({images + 1: 0.4, images + 2: 0.9}, 0.4),
    ]


@pytest.mark.parametrize("case", range(4))
def test_a_threshold_goes_by_the_number_of_training_images_at_hand(case: int) -> None:
    at_least, expected = thresholds(mnist.provenance().training_images)[case]
    outcome = judged(watched(classifier(), sample(UNIT)), TestAccuracy(mnist, at_least=at_least))
    assert f"above the {expected:.2%} asked for" in outcome.message


def test_no_threshold_is_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="at least one number of images"):
        TestAccuracy(mnist, at_least={})


# --- how the images were prepared -------------------------------------------------------------------------

PREPARATIONS = {
    "from 0 to 1": UNIT,
    "raw": Preparation((28, 28), 1.0, 0.0),
    "from -1 to 1": Preparation((28, 28), 2 / 255, -1.0),
    "inverted": Preparation((28, 28), -1 / 255, 1.0),
    "standardised": Preparation((28, 28), 1 / 78.57, -33.32 / 78.57),
    "rows of pixels": Preparation((784,), 1 / 255, 0.0),
    "with a channel axis": Preparation((28, 28, 1), 1 / 255, 0.0),
    "a channel axis, from -1 to 1": Preparation((28, 28, 1), 2 / 255, -1.0),
}


@pytest.mark.parametrize("name", PREPARATIONS)
def test_a_model_is_tested_on_images_prepared_as_it_was_trained_on(name: str) -> None:
    preparation = PREPARATIONS[name]
    outcome = judged(watched(classifier(preparation), sample(preparation)))
    assert measured(outcome) == pytest.approx(accuracy(), abs=0.002)
    assert "guess" not in outcome.message


@pytest.mark.parametrize("name", ["from 0 to 1", "from -1 to 1"])
def test_half_precision_images_are_recognised(name: str) -> None:
    preparation = PREPARATIONS[name]
    outcome = judged(watched(classifier(preparation), sample(preparation).astype(np.float16)))
    assert measured(outcome) == pytest.approx(accuracy(), abs=0.002)
    assert "guess" not in outcome.message


def test_images_given_without_the_channel_axis_that_the_model_has_are_recognised() -> None:
    with_axis = PREPARATIONS["with a channel axis"]
    outcome = judged(watched(classifier(with_axis), sample(UNIT)))
    assert measured(outcome) == pytest.approx(accuracy(), abs=0.002)
    assert "guess" not in outcome.message


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("from 0 to 1", "28 × 28, pixels from 0 to 1"),
        ("raw", "28 × 28, pixels from 0 to 255"),
        ("from -1 to 1", "28 × 28, pixels from -1 to 1"),
        ("rows of pixels", "784, pixels from 0 to 1"),
    ],
)
def test_where_fit_was_not_watched_the_preparation_is_guessed_and_said_so(name: str, shown: str) -> None:
    outcome = judged(classifier(PREPARATIONS[name]))
    assert outcome.message == (
        f"{classified()} (images as {shown}, a guess): {accuracy() - 0.5:.2%} above the 50.00% asked for."
    )


def test_images_that_are_not_of_the_data_set_leave_a_guess() -> None:
    noise = np.random.default_rng(0).random((64, 28, 28))
    outcome = judged(watched(classifier(), noise))
    assert measured(outcome) == pytest.approx(accuracy(), abs=0.002)
    assert "(images as 28 × 28, pixels from 0 to 1, a guess)" in outcome.message


def test_rescaling_inside_the_model_is_left_to_the_model() -> None:
    raw = PREPARATIONS["raw"]
    model = classifier(UNIT, keras.layers.Rescaling(1 / 255))
    for subject in (watched(model, sample(raw)), classifier(UNIT, keras.layers.Rescaling(1 / 255))):
        assert measured(judged(subject)) == pytest.approx(accuracy(), abs=0.002)


def test_a_fixed_batch_size_is_no_hindrance() -> None:
    model = watched(classifier(batch_size=32), sample(UNIT))
    assert measured(judged(model)) == pytest.approx(accuracy(), abs=0.002)


def test_a_head_of_logits_is_as_good() -> None:
    model = watched(classifier(activation="linear"), sample(UNIT))
    assert measured(judged(model)) == pytest.approx(accuracy(), abs=0.002)


def test_a_watched_fit_shows_how_the_images_were_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keras.Model, "fit", keras.Model.fit)
    watch_training()
    (images, labels), _test = mnist.load_data()
    model = classifier(PREPARATIONS["inverted"])
    model.compile(optimizer=keras.optimizers.SGD(1e-6), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(PREPARATIONS["inverted"].apply(images[:256]), labels[:256], epochs=1, verbose=0)
    outcome = judged(model)
    assert "guess" not in outcome.message
    assert measured(outcome) == pytest.approx(accuracy(), abs=0.002)


# --- models that cannot do it -----------------------------------------------------------------------------


def ruined(change: Callable[[np.ndarray], np.ndarray]) -> Any:
    model = watched(classifier(), sample(UNIT))
    model.set_weights([change(array) for array in model.get_weights()])
    return model


def test_nan_weights_classify_nothing() -> None:
    outcome = judged(ruined(lambda array: np.full_like(array, np.nan)))
    assert measured(outcome) == 0


def test_a_constant_output_classifies_nothing() -> None:
    outcome = judged(ruined(np.zeros_like))
    assert measured(outcome) == 0


def test_guessing_is_told_from_learning_by_heart_and_from_too_few_epochs() -> None:
    def hint(curve: tuple[float, ...], *, good: bool, epochs: int = 3) -> str:
        training = TrainingFacts(epochs=epochs, curves={"accuracy": curve}, watched=True)
        model = classifier() if good else ruined(np.negative)
        return judged(watched(model, sample(UNIT), training), TestAccuracy(mnist, at_least=0.999)).hint

    assert hint((0.8, 0.99), good=True) == (
        "On the training images it reaches 99.00%: it has learnt those by heart, or the test images are prepared"
        " otherwise than the training images."
    )
    assert hint((0.1,), good=False) == (
        "On the training images it reaches 10.00%, hardly more than guessing among ten classes. Has each image its own"
        " label, do the labels fit the loss, and were the images scaled?"
    )
    assert hint((), good=False) == (
        "That is hardly more than guessing among ten classes. Do the labels fit the loss, and were the images scaled?"
    )
    assert hint((0.8,), good=True, epochs=1) == "It was trained for 1 epoch: more may help."


def test_a_model_that_was_not_trained_is_told_so() -> None:
    untrained = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    outcome = judged(untrained, TestAccuracy(mnist, at_least=0.99))
    assert outcome.hint == "The model was not trained: call model.fit(…) before this cell."


def test_keras_3s_default_rate_of_adadelta_is_the_likeliest_cause() -> None:
    model = watched(classifier(), sample(UNIT))
    model.compile(optimizer="adadelta", loss="sparse_categorical_crossentropy")
    outcome = judged(model, TestAccuracy(mnist, at_least=0.99))
    assert outcome.hint.startswith("Adadelta()'s default learning rate in Keras 3 is 0.001")


@pytest.mark.parametrize(
    ("optimizer", "loss", "cause"),
    [
        (
            keras.optimizers.Adam(1.0),
            None,
            "The learning rate 1 is far above Adam's default, 0.001: each step goes too far.",
        ),
        (
            keras.optimizers.SGD(1e-5),
            None,
            "The learning rate 1e-05 is far below SGD's default, 0.01: each step changes the weights too little to"
            " learn much.",
        ),
        (keras.optimizers.SGD(0.1), None, "It was trained for 3 epochs: more may help."),
        (keras.optimizers.Adadelta(1.0), None, "It was trained for 3 epochs: more may help."),
        (
            "adam",
            "mse",
            "The loss is MeanSquaredError: to tell classes apart it is sparse_categorical_crossentropy with labels that"
            " are whole numbers, categorical_crossentropy with one-hot labels.",
        ),
    ],
)
def test_what_compile_was_told_may_be_the_cause(optimizer: Any, loss: str | None, cause: str) -> None:
    model = watched(classifier(), sample(UNIT))
    model.compile(optimizer, loss or "sparse_categorical_crossentropy")
    assert judged(model, TestAccuracy(mnist, at_least=0.99)).hint == cause


def test_few_training_images_may_be_the_cause() -> None:
    every = mnist.provenance().training_images
    training = TrainingFacts(epochs=3, curves={"accuracy": (0.99,)}, examples=100, watched=True)
    hint = judged(watched(classifier(), sample(UNIT), training), TestAccuracy(mnist, at_least=0.99)).hint
    assert hint == f"It was trained on 100 images of {every:,}: more of them teach it more."


@pytest.mark.parametrize("preparation", [UNIT, Preparation((784,), 2 / 255, -1.0)])
@pytest.mark.parametrize("seen", [1, 64])
def test_a_model_that_was_trained_on_test_images_shows_nothing_with_them(preparation: Preparation, seen: int) -> None:
    _train, (images, _labels) = mnist.load_data()
    given = sample(preparation).copy()
    given[-seen:] = preparation.apply(images[:seen])
    outcome = judged(watched(classifier(preparation), given))
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.message == (
        "The model was trained on test images, so they cannot show how good it is: train it on the training images"
        " alone, x_train and y_train."
    )


def test_an_image_that_both_sets_have_says_nothing() -> None:
    (train, _labels), (images, _test_labels) = mnist.load_data()
    assert not _are_test_images(images[:3], np.concatenate([train, images[:3]]), images)
    assert _are_test_images(images[:3], np.concatenate([train, images[:2]]), images)


@pytest.mark.parametrize("shape", [(32, 32, 1), (28, 28, 3), (10,), (None, 28)])
def test_inputs_of_another_size_are_refused(shape: tuple[int | None, ...]) -> None:
    inputs = keras.Input(shape)
    pooled = inputs if len(shape) == 1 else keras.layers.GlobalMaxPooling2D()(inputs) if len(shape) == 3 else None
    if pooled is None:
        pooled = keras.layers.GlobalMaxPooling1D()(inputs)
    outcome = judged(keras.Model(inputs, keras.layers.Dense(10)(pooled)))
    assert outcome.status is Status.FAILED
    assert outcome.message == (
        f"the model takes inputs of shape {shape}, and the images are 28 × 28: (28, 28), (28, 28, 1) or (784,)"
    )


@pytest.mark.parametrize(
    ("layers", "found"),
    [([keras.layers.Flatten, lambda: keras.layers.Dense(5)], "(10000, 5)"), ([], "(10000, 28, 28)")],
)
def test_outputs_of_another_shape_are_refused(layers: list[Any], found: str) -> None:
    made = [make() for make in layers] or [keras.layers.Activation("relu")]
    outcome = judged(keras.Sequential([keras.Input((28, 28)), *made]))
    assert outcome.status is Status.FAILED
    assert outcome.message == (
        f"the model answers with shape {found} for 10,000 images, expected (10000, 10): one number a class"
    )


def test_two_outputs_are_the_models_fault_and_not_ours() -> None:
    inputs = keras.Input((784,))
    outcome = judged(keras.Model(inputs, [keras.layers.Dense(10)(inputs), keras.layers.Dense(5)(inputs)]))
    assert (outcome.status, outcome.message) == (Status.FAILED, "the model has 2 outputs, expected one")


def test_two_inputs_are_refused() -> None:
    inputs = [keras.Input((784,)), keras.Input((784,))]
    outcome = judged(keras.Model(inputs, keras.layers.Dense(10)(keras.layers.Add()(inputs))))
    assert outcome.status is Status.FAILED
    assert outcome.message.startswith("the model takes inputs of shape (784,)")


class Boasting(keras.Sequential):
    """Says the best of itself."""

    def predict(self, x: Any, *args: Any, **kwargs: Any) -> Any:
        _train, (_images, labels) = mnist.load_data()
        return np.eye(10)[labels]

    def evaluate(self, *args: Any, **kwargs: Any) -> Any:
        return [0.0, 1.0]

    def predict_on_batch(self, x: Any) -> Any:
        return self.predict(x)


def test_what_a_model_says_of_itself_is_not_believed() -> None:
    model = Boasting([keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, "softmax")])
    model.set_weights([np.zeros_like(array) for array in model.get_weights()])
    assert measured(judged(model)) == 0
    assert only(grade(model, Reported(mnist, accuracy=1.0))).status is Status.FAILED


def test_a_model_for_the_other_data_set_is_measured_as_it_is() -> None:
    outcome = judged(watched(classifier(), sample(UNIT)), TestAccuracy(fashion_mnist, at_least=0.5))
    assert outcome.title == "Accuracy on the test images of Fashion-MNIST"
    assert outcome.status is Status.FAILED
    assert "a guess" in outcome.message


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        (None, NO_MODEL),
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("model", "model is not defined"), "model is not defined"),
    ],
)
def test_no_model_is_told(subject: Any, message: str) -> None:
    assert judged(subject).message == message


# --- Reported ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> Any:
    return watched(classifier(), sample(UNIT))


def reported(model: Any, **numbers: Any) -> Outcome:
    return only(grade(model, Reported(mnist, points=2, **numbers)))


def test_the_right_numbers_pass(model: Any) -> None:
    outcome = reported(model, accuracy=accuracy(), loss=loss())
    assert (outcome.status, outcome.score) == (Status.PASSED, 2)
    assert outcome.message == (f"What you report is what was measured: accuracy {accuracy():.4f}, loss {loss():.4f}.")


def test_the_loss_of_a_head_of_logits_is_measured_too() -> None:
    model = watched(classifier(activation="linear"), sample(UNIT))
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    assert reported(model, accuracy=accuracy(), loss=loss()).message == (
        f"What you report is what was measured: accuracy {accuracy():.4f}, loss {loss():.4f}."
    )


def test_the_numbers_that_keras_itself_gives_pass(model: Any) -> None:
    _train, (images, labels) = mnist.load_data()
    model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    test_loss, test_accuracy = model.evaluate(UNIT.apply(images), labels, batch_size=500, verbose=0)
    assert reported(model, accuracy=test_accuracy, loss=test_loss).status is Status.PASSED


@pytest.mark.parametrize("convert", [float, np.float32, np.float64, np.array, keras.ops.convert_to_tensor])
def test_a_number_is_right_in_every_type(model: Any, convert: Callable[[float], Any]) -> None:
    assert reported(model, accuracy=convert(accuracy())).status is Status.PASSED


def test_rounding_does_no_harm(model: Any) -> None:
    assert reported(model, accuracy=round(accuracy(), 3), loss=round(loss(), 3)).status is Status.PASSED


def test_a_wrong_number_is_told_beside_the_right_one(model: Any) -> None:
    outcome = reported(model, accuracy=0.99, loss=loss())
    assert outcome.message == f"accuracy: the model has {accuracy():.4f}, you report 0.9900."
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 1)


def test_a_wrong_loss_of_unknown_cause_has_no_hint(model: Any) -> None:
    outcome = reported(model, accuracy=accuracy(), loss=2 * loss())
    assert outcome.message == f"loss: the model has {loss():.4f}, you report {2 * loss():.4f}."
    assert (outcome.status, outcome.score, outcome.hint) == (Status.PARTIAL, 1, "")


def test_swapped_numbers_are_told_to_be_swapped(model: Any) -> None:
    outcome = reported(model, accuracy=loss(), loss=accuracy())
    assert outcome.hint == "The two are swapped: model.evaluate returns the loss first, then the accuracy."
    assert outcome.message.splitlines() == [
        f"accuracy: the model has {accuracy():.4f}, you report {loss():.4f}.",
        f"loss: the model has {loss():.4f}, you report {accuracy():.4f}.",
    ]
    assert outcome.score == 0


def test_the_accuracy_on_the_training_images_is_told_to_be_that(model: Any) -> None:
    (images, labels), _test = mnist.load_data()
    right = float((model.predict(UNIT.apply(images), verbose=0).argmax(axis=1) == labels).mean())
    check = Reported(mnist, accuracy=right, tolerance=abs(right - accuracy()) / 2)
    outcome = only(grade(model, check))
    assert outcome.hint == (
        "That is the accuracy on the training images: model.evaluate(x_test, y_test) measures on the others."
    )


def test_a_number_in_a_text_is_told_to_be_a_text(model: Any) -> None:
    assert reported(model, accuracy=f"{accuracy():.4f}").hint == "Give a number, not a text."


def test_percent_is_told_to_be_percent(model: Any) -> None:
    outcome = reported(model, accuracy=100 * accuracy())
    assert outcome.hint == "Give the accuracy as a share between 0 and 1, not in percent."
    assert outcome.score == 0


def test_an_accuracy_on_other_images_is_told_whose_it_is() -> None:
    curves = {"accuracy": (0.5, 0.71), "val_accuracy": (0.6, 0.64)}
    model = watched(classifier(), sample(UNIT), TrainingFacts(epochs=2, curves=curves, watched=True))
    for number, whose in ((0.64, "validation"), (0.71, "training")):
        assert reported(model, accuracy=number).hint == (
            f"That is the accuracy on the {whose} images: model.evaluate(x_test, y_test) measures on the others."
        )
    assert reported(model, accuracy=0.123).hint == ""


def test_the_title_may_say_whose_accuracy_is_reported(model: Any) -> None:
    assert reported(model, accuracy=accuracy(), about="The accuracy of the MLP").title == "The accuracy of the MLP"


def test_nothing_reported_earns_nothing(model: Any) -> None:
    outcome = reported(model, accuracy=None, loss=None)
    assert outcome.message == "expected numbers for the test loss and accuracy, found none."
    assert outcome.score == 0


def test_one_number_missing_costs_its_half(model: Any) -> None:
    outcome = reported(model, accuracy=None, loss=loss())
    assert outcome.message == f"accuracy: the model has {accuracy():.4f}, you report None."
    assert outcome.score == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [("0.82", "'0.82'"), ("high", "'high'"), ([0.1], "[0.1]"), (float("nan"), "nan"), (True, "True")],
)
def test_what_is_no_number_is_shown_as_it_is(model: Any, value: Any, shown: str) -> None:
    assert reported(model, accuracy=value).message == f"accuracy: the model has {accuracy():.4f}, you report {shown}."


def test_the_right_number_as_text_is_no_number(model: Any) -> None:
    assert reported(model, accuracy=str(accuracy())).score == 0


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("test_accuracy", "test_accuracy is not defined"), "test_accuracy is not defined"),
    ],
)
def test_a_number_that_is_not_there_is_told(model: Any, value: Any, message: str) -> None:
    assert reported(model, accuracy=value).message == message


def test_the_loss_of_a_model_without_probabilities_is_not_compared() -> None:
    logits = watched(classifier(activation="linear"), sample(UNIT))
    assert reported(logits, accuracy=accuracy(), loss=12345.0).status is Status.PASSED
    assert reported(logits, loss=12345.0).message == (
        "The loss of a model whose outputs are no probabilities is not compared."
    )


def test_a_report_of_nothing_is_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="needs an accuracy or a loss"):
        Reported(mnist)


# --- measured once ----------------------------------------------------------------------------------------


@pytest.fixture
def predictions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many images each prediction was about, from now on."""
    sizes: list[int] = []
    original = Subject.predict

    def predict(self: Subject, images: Any) -> Any:
        sizes.append(len(images))
        return original(self, images)

    monkeypatch.setattr(Subject, "predict", predict)
    monkeypatch.setattr(checks_accuracy, "_MEASURED", Kept(8))
    monkeypatch.setattr(checks_accuracy, "_EXPOSURES", Kept(8))
    return sizes


def rebuilt(change: float = 0.0) -> Any:
    """A model as it comes over the wall."""
    facts, weights = read_weights(classifier())
    return watched(build_model(facts, [[array + change for array in arrays] for arrays in weights]), sample(UNIT))


def test_models_that_answer_alike_are_measured_once(predictions: list[int]) -> None:
    first, second = judged(rebuilt(), TOO_MUCH), judged(rebuilt(), TOO_MUCH)
    assert first == second
    assert predictions == [10_000]


def test_other_weights_or_images_or_preparations_are_measured_anew(predictions: list[int]) -> None:
    judged(rebuilt(), TOO_MUCH)
    # Its answers stay, for all classes change alike.
    judged(rebuilt(0.001), TOO_MUCH)
    judged(watched(rebuilt(), sample(Preparation((28, 28), 1.0, 0.0))), TOO_MUCH)
    # These images are not those that it was trained on, so three preparations are tried.
    judged(rebuilt(), TestAccuracy(fashion_mnist, at_least=0.99))
    assert predictions == [10_000] * 6


def test_a_model_whose_class_may_do_anything_is_measured_each_time(predictions: list[int]) -> None:
    model = watched(classifier(), sample(UNIT))
    assert judged(model) == judged(model)
    assert predictions == [10_000] * 2


# --- what tells an instructor more ------------------------------------------------------------------------


def test_a_model_that_passes_is_asked_about_warped_images_too_and_once(predictions: list[int]) -> None:
    first, second = judged(rebuilt()), judged(rebuilt())
    assert first == second
    assert first.accuracy is not None
    counted = first.accuracy.exposure
    assert counted is not None
    assert (counted.images, counted.right, counted.seen) == (10_000, round(accuracy() * 10_000), False)
    assert predictions[:2] == [10_000] * 2
    assert len(predictions) <= 5


def test_a_model_in_a_students_own_kernel_leaves_no_traces() -> None:
    found = judged(watched(classifier(), sample(UNIT))).accuracy
    assert found is not None
    assert (found.weights, found.exposure) == ("", None)


def test_the_same_weights_leave_the_same_trace() -> None:
    first, second, other = (judged(model, TOO_MUCH).accuracy for model in (rebuilt(), rebuilt(), rebuilt(0.001)))
    assert first is not None
    assert second is not None
    assert other is not None
    assert first.weights == second.weights != other.weights


def test_the_most_goes_by_the_number_of_training_images_too_and_costs_nothing() -> None:
    images = mnist.provenance().training_images
    outcome = judged(
        watched(classifier(), sample(UNIT)),
        TestAccuracy(mnist, at_least=0.5, at_most={images: 0.6, images + 1: 0.9}, points=3),
    )
    assert (outcome.status, outcome.score) == (Status.PASSED, 3)
    assert outcome.accuracy is not None
    assert outcome.accuracy.at_most == 0.6
    with pytest.raises(ExerciseError, match=r"TestAccuracy\(at_most=\{\}\)"):
        TestAccuracy(mnist, at_least=0.5, at_most={})
