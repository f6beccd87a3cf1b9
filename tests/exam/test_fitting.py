"""``fit`` carried out elsewhere: what is said of it, and that the model comes back as if it had trained itself."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from keras import layers

from autograder.datasets import mnist
from autograder.exam import frames
from autograder.exam.fits import Drawn, Fit, Fitted, Print, array_of, fingerprint, matches
from autograder.exam.fitting import carried_out, evaluated
from autograder.exam.limits import Limits
from autograder.exam.trainer import Spent
from autograder.keras_facts.training import watch_training

(IMAGES, LABELS), _ = mnist.load_data()
X, Y = IMAGES[:1_000] / 255.0, LABELS[:1_000]
SPARSE = "sparse_categorical_crossentropy"


def trainer(fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> tuple[Fitted, Sequence[bytes]]:
    """Has it carried out by the trainer's own process."""
    answer, parts = answered(frames.Job(fit, Limits(), 600.0, 0), numbers(fit))
    assert isinstance(answer, frames.Fitting), answer
    return answer.fitted, parts


def answered(job: frames.Job, parts: Sequence[memoryview]) -> tuple[Any, Sequence[bytes]]:
    request = io.BytesIO()
    frames.write(request, job, parts)
    command = [sys.executable, "-I", "-m", "autograder.exam.trainer"]
    done = subprocess.run(command, input=request.getvalue(), capture_output=True, check=True)
    answer = frames.read(io.BytesIO(done.stdout), frames.FromTrainer)
    assert answer is not None, done.stderr.decode()
    return answer


def told(model: Any, x: Any = X, y: Any = Y, **settings: Any) -> Mapping[str, Any]:
    """The arguments of ``fit``, those with defaults included."""
    import inspect

    fit = getattr(keras.Model.fit, "__wrapped__", keras.Model.fit)
    bound = inspect.signature(fit).bind(model, x, y, **{"verbose": 0, **settings})
    bound.apply_defaults()
    return bound.arguments


def declared(model: Any, *data: Any, canonical: bool = True, **settings: Any) -> Fit | None:
    """What is said of a fit; ``None`` where it trains where it stands."""
    fits: list[Fit] = []

    def ask(fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> None:
        assert matches(fit.arrays, [bytes(part) for part in numbers(fit)])
        fits.append(fit)

    assert carried_out(model, told(model, *data, **settings), ask, canonical=canonical) is None
    return fits[0] if fits else None


def convolutional() -> Any:
    return keras.Sequential(
        [
            *(keras.Input((28, 28)), layers.Reshape((28, 28, 1)), layers.Conv2D(4, 3, activation="relu")),
            *(layers.MaxPooling2D(2), layers.Dropout(0.3), layers.Flatten(), layers.Dense(16)),
            *(layers.Activation("relu"), layers.BatchNormalization(), layers.Dense(10, activation="softmax")),
        ]
    )


def not_built() -> Any:
    return keras.Sequential(
        [layers.Flatten(), layers.Dense(16, activation=keras.activations.relu), layers.Dropout(0.5), layers.Dense(10)]
    )


class Subclassed(keras.Model):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.flat, self.hidden, self.out = layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(10)
        self.drop = layers.Dropout(0.4)

    def call(self, images: Any, training: bool = False) -> Any:
        hidden = self.hidden(self.flat(images))
        if training:
            hidden = self.drop(hidden, training=training)
        return self.out(hidden)


def branched() -> Any:
    images = keras.Input((28, 28))
    flat = layers.Flatten()(images)
    both = layers.Concatenate()([layers.Dense(8, activation="tanh")(flat), layers.Dense(8, activation="relu")(flat)])
    return keras.Model(images, layers.Dense(10, activation="softmax")(both))


FROM_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
EXAMPLES: dict[str, tuple[Callable[[], Any], Callable[[], dict[str, Any]], Callable[[], dict[str, Any]]]] = {
    "a CNN, with a part held back": (
        convolutional,
        lambda: {"optimizer": "adam", "loss": SPARSE, "metrics": ["acc"]},
        lambda: {"epochs": 2, "batch_size": 64, "validation_split": 0.2},
    ),
    "a network that is built when it trains, stopped early": (
        not_built,
        lambda: {
            "optimizer": keras.optimizers.RMSprop(0.01),
            "loss": FROM_LOGITS,
            "metrics": ["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(k=3)],
        },
        lambda: {
            "epochs": 5,
            "callbacks": [keras.callbacks.EarlyStopping(monitor="accuracy", patience=1, min_delta=0.5)],
        },
    ),
    "a model of the student's own class, weighted": (
        Subclassed,
        lambda: {
            "optimizer": keras.optimizers.SGD(0.05, momentum=0.9, nesterov=True),
            "loss": FROM_LOGITS,
            "metrics": [keras.metrics.SparseCategoricalAccuracy()],
        },
        lambda: {"class_weight": {number: 1.0 + number for number in range(10)}},
    ),
    "branches, in order, with data to validate": (
        branched,
        lambda: {"optimizer": keras.optimizers.Adadelta(1.0), "loss": SPARSE, "metrics": ["accuracy"]},
        lambda: {
            "epochs": 3,
            "shuffle": False,
            "validation_data": (X[:100], Y[:100]),
            "callbacks": keras.callbacks.ReduceLROnPlateau(monitor="val_accuracy", patience=0, min_delta=0.9),
        },
    ),
}


def assert_the_same_bits(
    make: Callable[[], Any],
    compiled: Callable[[], dict[str, Any]],
    settings: Callable[[], dict[str, Any]],
    labels: np.ndarray[Any, Any] = Y,
) -> None:
    """Whether a model and its history are what training itself would have made."""

    def trained(fit: Callable[[Any], Any]) -> tuple[Any, Any]:
        keras.utils.set_random_seed(7)
        model = make()
        model.compile(**compiled())
        # The second goes on where the first stopped.
        fit(model)
        return model, fit(model)

    itself, own = trained(lambda model: model.fit(X, labels, verbose=0, **settings()))
    elsewhere, taken = trained(
        lambda model: carried_out(model, told(model, y=labels, **settings()), trainer, canonical=False)
    )

    assert taken is not None
    for one, other in zip(itself.weights, elsewhere.weights, strict=True):
        assert np.array_equal(one.numpy(), other.numpy()), one.path
    for one, other in zip(itself.optimizer.variables, elsewhere.optimizer.variables, strict=True):
        assert np.array_equal(one.numpy(), other.numpy()), one.path
    assert taken.history == own.history
    assert (taken.epoch, taken.params) == (own.epoch, own.params)
    assert elsewhere.history is taken


# Keras's own callback asks NumPy for what TensorFlow does not know yet.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("example", EXAMPLES)
def test_the_model_and_its_history_are_bit_for_bit_what_training_itself_would_have_made(example: str) -> None:
    assert_the_same_bits(*EXAMPLES[example])


@pytest.mark.parametrize("loss", ["categorical_crossentropy", "mean_squared_error"])
def test_one_number_for_each_class_trains_bit_for_bit_alike_whatever_kind_of_number_it_is(loss: str) -> None:
    _make, _compiled, settings = EXAMPLES["a CNN, with a part held back"]
    one_hot = np.eye(10, dtype=np.int64)[Y]

    assert_the_same_bits(convolutional, lambda: {"loss": loss, "metrics": ["accuracy"]}, settings, one_hot)


@pytest.mark.parametrize("as_dict", [False, True])
@pytest.mark.parametrize("example", ["a CNN, with a part held back", "a model of the student's own class, weighted"])
def test_an_evaluation_gives_bit_for_bit_what_it_would_have_given(example: str, as_dict: bool) -> None:
    make, compiled, _settings = EXAMPLES[example]
    model = make()
    model.compile(**compiled())
    model(X[:1])
    arguments = {"batch_size": 50, "sample_weight": None, "steps": None, "callbacks": None, "kwargs": {}}
    given = {"x": X, "y": Y, "verbose": 0, "return_dict": as_dict, **arguments}
    with pytest.MonkeyPatch.context() as patch:
        assert evaluated(model, given, trainer, canonical=True) is None
        patch.setattr("autograder.exam.fitting._WORTH_TELLING", 0)
        found = evaluated(model, given, trainer, canonical=True)
    assert found == model.evaluate(X, Y, batch_size=50, verbose=0, return_dict=as_dict)
    assert isinstance(found, dict if as_dict else list)


SPELLED = {
    "one after the other": convolutional,
    "with other names": lambda: keras.Sequential(
        [
            *(keras.Input((28, 28), name="in"), layers.Reshape((28, 28, 1)), layers.Conv2D(4, (3, 3))),
            *(layers.ReLU(), layers.MaxPooling2D((2, 2)), layers.Dropout(0.3, seed=5), layers.Flatten(name="f")),
            *(layers.Dense(16, activation=keras.activations.relu), layers.BatchNormalization()),
            *(layers.Dense(10, name="out"), layers.Softmax()),
        ]
    ),
}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("spelling", SPELLED)
def test_the_same_network_with_the_same_settings_says_the_same_however_it_is_written(spelling: str, seed: int) -> None:
    reference = convolutional()
    reference.compile(optimizer="adam", loss=SPARSE, metrics=["accuracy"])
    expected = declared(reference, epochs=3)

    keras.utils.set_random_seed(seed)
    # Layers may be made in any order.
    layers.Dense(3)(np.ones((1, 2)))
    model = SPELLED[spelling]()
    loss = keras.losses.SparseCategoricalCrossentropy()
    model.compile(optimizer=keras.optimizers.Adam(0.001), loss=loss, metrics=["acc"])
    found = declared(model, X.astype(np.float32), Y.astype(np.int64), epochs=3, batch_size=32)

    assert found == expected is not None
    assert found.begins
    assert all(isinstance(one, Drawn) for layer in found.weights for one in layer)


def with_logits(loss: Any = FROM_LOGITS, metrics: Sequence[Any] = ("accuracy",)) -> Any:
    model = keras.Sequential([*convolutional().layers[:-1], layers.Dense(10)])
    model.compile(optimizer="adam", loss=loss, metrics=list(metrics))
    return model


def test_a_head_of_logits_trains_as_the_softmax_that_its_loss_makes_of_it() -> None:
    softmax = convolutional()
    softmax.compile(optimizer="adam", loss=SPARSE, metrics=["accuracy"])

    assert declared(with_logits()) == declared(softmax) is not None

    # Where bits count, and for whatever looks at more than which class is the likeliest, it stays what it is.
    assert declared(with_logits(), canonical=False) != declared(softmax, canonical=False)
    entropy = keras.metrics.SparseCategoricalCrossentropy
    softmax.compile(optimizer="adam", loss=SPARSE, metrics=[entropy()])
    assert declared(with_logits(metrics=[entropy()])) != declared(softmax)


def test_a_head_of_logits_that_trained_as_softmax_gives_logits_still() -> None:
    model = with_logits()
    history = carried_out(model, told(model, epochs=2), trainer, canonical=True)

    answers = model.predict(X, verbose=0)
    assert not np.allclose(answers.sum(axis=1), 1)
    loss, accuracy = model.evaluate(X, Y, verbose=0)
    assert accuracy > 0.5
    assert loss < history.history["loss"][0]


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int64, np.float64])
def test_one_number_for_each_class_says_the_same_in_whatever_kind_of_number(kind: type) -> None:
    def fit(labels: Any) -> Fit | None:
        model = convolutional()
        model.compile(loss="categorical_crossentropy")
        return declared(model, X, labels, validation_data=(X[:10], labels[:10]))

    one_hot = np.eye(10, dtype=np.float32)[Y]
    assert fit(one_hot.astype(kind)) == fit(one_hot) is not None


def test_weights_that_are_not_as_they_were_first_drawn_are_told_by_their_numbers() -> None:
    model = convolutional()
    kernel = model.layers[1].kernel
    kernel.assign(kernel.numpy() + 1)
    model.compile(loss=SPARSE)
    fit = declared(model)
    assert fit is not None
    assert not fit.begins
    assert [type(one) for one in fit.weights[1]] == [Print, Drawn]
    assert fit.weights[1][0] == fingerprint(kernel.numpy())[0]


def of_its_own(**more: Any) -> type:
    return type("OfItsOwn", (keras.Sequential,), more)


NOT_PLAIN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a loss of the student's": ({"loss": lambda y, p: keras.ops.mean(p)}, {}),
    "a loss that is summed up": ({"loss": keras.losses.SparseCategoricalCrossentropy(reduction="sum")}, {}),
    "a metric of the student's": ({"loss": SPARSE, "metrics": [lambda y, p: keras.ops.mean(p)]}, {}),
    "an optimizer of the student's": ({"loss": SPARSE, "optimizer": type("Mine", (keras.optimizers.SGD,), {})()}, {}),
    "weighted metrics": ({"loss": SPARSE, "weighted_metrics": ["accuracy"]}, {}),
    "a callback of the student's": ({"loss": SPARSE}, {"callbacks": [keras.callbacks.LambdaCallback()]}),
    "a schedule of the student's": (
        {"loss": SPARSE},
        {"callbacks": [keras.callbacks.LearningRateScheduler(lambda epoch: 0.1)]},
    ),
    "a file": ({"loss": SPARSE}, {"callbacks": [keras.callbacks.CSVLogger("log.csv")]}),
    "an epoch cut short": ({"loss": SPARSE}, {"steps_per_epoch": 2}),
    "no epoch at all": ({"loss": SPARSE}, {"epochs": 2, "initial_epoch": 2}),
}


@pytest.mark.parametrize("case", NOT_PLAIN)
def test_what_is_no_plain_data_trains_where_it_stands(case: str) -> None:
    compiled, settings = NOT_PLAIN[case]
    model = convolutional()
    model.compile(**compiled)
    assert declared(model, **settings) is None


def test_models_layers_and_data_of_the_students_own_train_where_they_stand() -> None:
    class Odd(layers.Layer):  # type: ignore[misc]
        def call(self, images: Any) -> Any:
            return keras.ops.cumsum(images, axis=-1)

    for model in (
        of_its_own(train_step=lambda self, data: {})([layers.Flatten(), layers.Dense(10)]),
        of_its_own(fit=lambda self, *a, **k: None)([layers.Flatten(), layers.Dense(10)]),
        keras.Sequential([layers.Flatten(), Odd(), layers.Dense(10)]),
        keras.Sequential([layers.Flatten(), layers.Dense(10, dtype="mixed_bfloat16")]),
    ):
        model.compile(loss=SPARSE)
        assert declared(model) is None, model
    model = convolutional()
    model.compile(loss=SPARSE)
    for data in ((zip([X], [Y], strict=True), None), (X.tolist(), Y.tolist()), (X, Y[:-1])):
        assert declared(model, *data) is None


def test_a_setting_of_more_digits_than_facts_have_is_not_rounded_where_bits_count() -> None:
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dropout(1 / 3), layers.Dense(10)])
    model.compile(loss=SPARSE)
    assert declared(model, canonical=False) is None
    assert declared(model, canonical=True) is not None


@pytest.fixture
def small() -> Any:
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(10, activation="softmax")])
    model.compile(loss=SPARSE)
    return model


def job(model: Any, limits: Limits, seconds: float = 600.0, **settings: Any) -> tuple[Any, Sequence[bytes]]:
    answers: list[Any] = []

    def ask(fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> None:
        answers.append(answered(frames.Job(fit, limits, seconds, 0), numbers(fit)))

    carried_out(model, told(model, **settings), ask, canonical=True)
    [answer] = answers
    return answer[0]


def test_a_training_that_is_too_large_is_refused_before_it_begins(small: Any) -> None:
    assert job(small, Limits(training_work=5e7), epochs=7) == frames.Unfitted(
        "This training is larger than the exercise allows: 7 epochs × 1,000 images × 7,850 parameters = 5.5e+07, at"
        " most 5.0e+07. Lower epochs to at most 6.",
        stop=True,
    )
    assert job(small, Limits(training_work=5e5), epochs=7) == frames.Unfitted(
        "This training is larger than the exercise allows: 7 epochs × 1,000 images × 7,850 parameters = 5.5e+07, at"
        " most 5.0e+05. Lower the number of parameters or of images.",
        stop=True,
    )


def test_a_training_that_takes_too_long_is_stopped_with_the_setting_to_lower(small: Any) -> None:
    answer = job(small, Limits(), seconds=0.0, epochs=3, batch_size=1)
    assert answer == frames.Unfitted(
        "The training was stopped: it would take longer than the 0 seconds that are left of what the exercise allows."
        " It got through 0 of 3 epochs. Raise batch_size (it is 1), or take a smaller network.",
        stop=True,
    )


def test_nothing_is_built_that_is_none_of_keras_own_or_too_large(small: Any) -> None:
    fit = declared(small)
    assert fit is not None
    parts = [fingerprint(one)[1] for one in (X.astype(np.float32), Y.astype(np.int32))]

    def refused(**changed: Any) -> str:
        answer, _parts = answered(frames.Job(msgspec.structs.replace(fit, **changed), Limits(), 60.0, 0), parts)
        assert isinstance(answer, frames.Unfitted)
        assert not answer.stop
        return answer.reason

    from dataclasses import replace

    from autograder.facts import Configured

    flat, dense = fit.facts.layers
    huge = replace(dense, settings={**dense.settings, "units": 10**6})
    assert "parameters" in refused(facts=replace(fit.facts, layers=(flat, huge)))
    custom = replace(dense, kind="Lambda")
    assert "Lambda" in refused(facts=replace(fit.facts, layers=(flat, custom)))
    assert "callback" in refused(callbacks=(Configured(kind="ModelCheckpoint", settings={"filepath": "x"}),))
    assert "initializer" in refused(weights=((), (Drawn(Configured(kind="get")),) * 2))


def test_fit_of_every_model_asks_before_it_trains() -> None:
    history = keras.callbacks.History()
    history.history, history.epoch = {"loss": [0.5]}, [0]
    asked: list[Mapping[str, Any]] = []

    def elsewhere(_model: Any, arguments: Mapping[str, Any]) -> Any:
        asked.append(arguments)
        return history

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keras.Model, "fit", getattr(keras.Model.fit, "__wrapped__", keras.Model.fit))
        watch_training(elsewhere)
        model = convolutional()
        before = model.get_weights()
        assert model.fit(X, Y, batch_size=7) is history
        assert [arguments["batch_size"] for arguments in asked] == [7]
        assert all(map(np.array_equal, before, model.get_weights()))


def test_what_else_the_machine_does_is_no_time_of_a_trainings(monkeypatch: pytest.MonkeyPatch) -> None:
    from time import process_time, sleep

    monkeypatch.setenv("TF_NUM_INTRAOP_THREADS", "2")
    spent = Spent()
    sleep(0.3)
    assert spent.seconds < 0.1
    until = process_time() + 0.3
    while process_time() < until:
        pass
    assert 0.15 <= spent.seconds < 0.3


def test_nothing_that_tunes_data_sets_is_waited_for_at_the_end_of_an_epoch() -> None:
    program = """
from autograder.exam.trainer import end_at_once
end_at_once()
end_at_once()
import numpy as np
from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter
data = ArrayDataAdapter(np.zeros((8, 2)), np.zeros(8), batch_size=4, shuffle=True).get_tf_dataset()
print(data.options().autotune.enabled, [x.shape[0] for x, y in data], str(data).count("Options"))
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True)
    assert done.stdout == "False [4, 4] 1\n"


def test_an_evaluation_comes_to_the_same_in_batches_that_use_a_processor_best() -> None:
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten(), layers.Dense(200), layers.Dense(10)])
    model.compile(loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    results: list[Any] = []

    def ask(fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> tuple[Fitted, Sequence[bytes]]:
        for exact in (True, False):
            answer, parts = answered(frames.Job(fit, Limits(), 600.0, 0, exact), numbers(fit))
            results.append((answer.fitted, parts))
        return results[0]

    asked = {"x": X, "y": Y, "batch_size": None, "verbose": 0, "sample_weight": None, "steps": None}
    few = {**asked, "callbacks": None, "return_dict": True, "kwargs": {}}
    written = evaluated(model, few, ask, canonical=True)
    (exact, exact_parts), (quick, quick_parts) = results
    assert exact.steps == quick.steps == 32
    found = {name: array_of(one, quick_parts[one.buffer])[0] for name, one in quick.curves.items()}
    assert {name: float(value) for name, value in found.items()} == pytest.approx(written, rel=1e-6)
    predicted = [
        array_of(one.predicted.predictions, parts[one.predicted.predictions.buffer])
        for one, parts in ((exact, exact_parts), (quick, quick_parts))
    ]
    np.testing.assert_allclose(*predicted, atol=1e-5)
    np.testing.assert_allclose(predicted[0], model.predict(X, verbose=0), atol=1e-5)
    assert exact.predicted.network == quick.predicted.network
