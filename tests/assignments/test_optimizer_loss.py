"""``03-optimizer-loss``: answers that must get their points, and answers that must be told what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.facts import TrainingFacts
from autograder.report import Outcome
from tests.assignments.exercise import judged, messages, reference, score

NAME = "03-optimizer-loss"
SPARSE = "sparse_categorical_crossentropy"


@pytest.fixture(scope="module", autouse=True)
def _no_figure_is_left_open() -> Iterator[None]:
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def asked(grade_id: str, **answers: Any) -> tuple[Outcome, ...]:
    return judged(NAME, grade_id, **answers)


def test_the_reference_gets_all_points_where_nothing_is_trained() -> None:
    cells = ("write-errors", "write-entropy", "write-gradient", "write-descent", "compile-models")
    made = reference(NAME, *cells, "convert-labels", "match-labels", "sort-losses")
    points = {"errors": 3, "entropy": 2, "gradient": 1, "optimizers": 1, "labels": 2, "kinds": 1}
    for name, most in points.items():
        assert score(asked(f"test-{name}", **made)) == pytest.approx(most)
    assert score(asked("test-descent", **made, what_happens=WHAT_HAPPENS)) == 2


# --- losses for numbers -----------------------------------------------------------------------------------

ERRORS: dict[str, Callable[[Any, Any], Any]] = {
    "sum_of_squared_errors": lambda t, p: ((t - p) ** 2).sum(),
    "mean_absolute_error": lambda t, p: np.abs(t - p).mean(),
    "root_mean_squared_error": lambda t, p: np.mean((t - p) ** 2) ** 0.5,
}


def by_loop(t: Any, p: Any) -> float:
    return sum((one - other) ** 2 for one, other in zip(t.ravel().tolist(), p.ravel().tolist(), strict=True))


def with_keras(t: Any, p: Any) -> Any:
    import keras

    return keras.ops.mean(keras.ops.abs(t - p))


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"sum_of_squared_errors": by_loop},
        {"sum_of_squared_errors": lambda t, p: np.dot((p - t).ravel(), (p - t).ravel())},
        {"mean_absolute_error": with_keras},
        {"root_mean_squared_error": lambda t, p: np.float32(np.linalg.norm(t - p) / np.sqrt(t.size))},
    ],
)
def test_every_way_to_write_the_errors_gets_all_points(others: dict[str, Any]) -> None:
    assert score(asked("test-errors", **ERRORS | others)) == 3


@pytest.mark.parametrize(
    ("name", "function", "cause"),
    [
        ("sum_of_squared_errors", lambda t, p: np.mean((t - p) ** 2), "that is the mean; the sum is asked for"),
        ("sum_of_squared_errors", lambda t, p: np.sum((t - p) ** 2) / 2, "leave out the factor 1/2"),
        ("sum_of_squared_errors", lambda t, p: np.sum(t - p) ** 2, "square each error before the sum, not the sum"),
        ("sum_of_squared_errors", lambda t, p: np.sum(np.abs(t - p)), "these are the absolute errors"),
        ("mean_absolute_error", lambda t, p: np.sum(np.abs(t - p)), "that is the sum; divide by the number of values"),
        ("mean_absolute_error", lambda t, p: np.mean(t - p), "errors of opposite signs cancel out"),
        ("mean_absolute_error", lambda t, p: np.mean((t - p) ** 2), "these are the squared errors"),
        ("root_mean_squared_error", lambda t, p: np.mean((t - p) ** 2), "the square root is missing"),
        ("root_mean_squared_error", lambda t, p: np.sum((t - p) ** 2) ** 0.5, "that is the root of the sum"),
        ("root_mean_squared_error", lambda t, p: np.mean(np.abs(t - p)), "take the mean first, then the root"),
    ],
)
def test_a_slip_in_an_error_is_told_in_both_parts_and_costs_only_its_own_points(
    name: str, function: Any, cause: str
) -> None:
    outcomes = asked("test-errors", **ERRORS | {name: function})
    assert 2 <= score(outcomes) < 2.5
    wrong = [outcome for outcome in outcomes if outcome.score < outcome.points]
    assert len(wrong) == 2
    assert all(cause in outcome.message for outcome in wrong)


def test_the_examples_learnt_by_heart_earn_nothing_on_the_hidden_arrays() -> None:
    _shown, hidden, *_others = asked(
        "test-errors", **ERRORS | {"sum_of_squared_errors": lambda t, p: 5.0 if t.size == 3 else 5.25}
    )
    assert (_shown.score, hidden.score) == (0.5, 0)


# --- cross-entropy ----------------------------------------------------------------------------------------


def of_entropy(function: Any) -> tuple[Outcome, ...]:
    return asked("test-entropy", categorical_crossentropy=function)


def keras_entropy(t: Any, p: Any) -> Any:
    import keras

    return keras.ops.mean(keras.losses.categorical_crossentropy(t, p))


@pytest.mark.parametrize(
    "function",
    [
        lambda t, p: -np.sum(t * np.log(np.clip(p, 1e-7, 1))) / len(t),
        lambda t, p: -np.mean(np.sum(t * np.log(p + 1e-7), axis=-1)),
        lambda t, p: np.mean(-np.log(np.maximum(p[np.arange(len(p)), t.argmax(axis=1)], 1e-7))),
        lambda t, p: -np.mean(np.log(np.clip(p, 1e-7, 1 - 1e-7))[t == 1]),
        keras_entropy,
    ],
)
def test_every_way_to_bound_the_logarithm_gets_all_points(function: Any) -> None:
    assert score(of_entropy(function)) == 2


def entropies(t: Any, p: Any, log: Any = np.log) -> Any:
    return -np.sum(t * log(np.clip(p, 1e-7, 1)), axis=1)


@pytest.mark.parametrize(
    ("function", "cause", "most"),
    [
        (lambda t, p: entropies(t, p).sum(), "that is the sum over the batch; the mean is asked for", 1),
        (lambda t, p: entropies(t, p).mean() / t.shape[1], "it divides by the number of all entries", 0),
        (lambda t, p: -entropies(t, p).mean(), "the minus sign is missing: a loss is positive", 0),
        (lambda t, p: entropies(t, p, np.log10).mean(), "use the natural logarithm, np.log", 0),
        (entropies, "that is a loss for each example; their mean is asked for", 0),
        (lambda t, p: np.mean((t - p) ** 2), "that is the squared error", 0),
    ],
)
def test_a_slip_in_cross_entropy_is_told(function: Any, cause: str, most: float) -> None:
    outcomes = of_entropy(function)
    assert score(outcomes) <= most
    assert all(cause in outcome.message for outcome in outcomes)


def test_zeros_that_are_not_bounded_cost_points() -> None:
    def unbounded(t: Any, p: Any) -> Any:
        with np.errstate(all="ignore"):
            return -np.mean(np.sum(t * np.log(p), axis=1))

    outcomes = of_entropy(unbounded)
    assert score(outcomes) < 1.5
    assert "gave nan, expected 0.693147" in outcomes[0].message


# --- gradient descent -------------------------------------------------------------------------------------


def gradient(w: float, b: float, x: Any, y: Any) -> tuple[Any, Any]:
    error = w * x + b - y
    return 2 * np.mean(error * x), 2 * np.mean(error)


def step(w: float, b: float, x: Any, y: Any, learning_rate: float) -> tuple[Any, Any]:
    dw, db = gradient(w, b, x, y)
    return w - learning_rate * dw, b - learning_rate * db


def descend(w: float, b: float, x: Any, y: Any, learning_rate: float, steps: int) -> list[tuple[Any, Any]]:
    way = [(w, b)]
    for _step in range(steps):
        way.append(step(*way[-1], x, y, learning_rate))
    return way


WHAT_HAPPENS = {0.001: "slow", 0.1: "arrives", 0.2: "diverges"}


def of_descent(**others: Any) -> tuple[Outcome, ...]:
    return asked("test-descent", **{"step": step, "descend": descend, "what_happens": WHAT_HAPPENS} | others)


@pytest.mark.parametrize(
    "function",
    [
        gradient,
        lambda *case: list(gradient(*case)),
        lambda *case: np.array(gradient(*case)),
        lambda w, b, x, y: (2 / len(x) * np.dot(w * x + b - y, x), 2 / len(x) * np.sum(w * x + b - y)),
    ],
)
def test_the_gradient_may_be_a_tuple_a_list_or_an_array(function: Any) -> None:
    assert score(asked("test-gradient", gradient=function)) == 1


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (lambda *case: tuple(part / 2 for part in gradient(*case)), "the factor 2 of the square's derivative"),
        (lambda w, b, x, y: tuple(len(x) * part for part in gradient(w, b, x, y)), "that is the sum over the points"),
        (lambda *case: tuple(-part for part in gradient(*case)), "the sign is wrong: the error is w·x + b − y"),
        (lambda *case: gradient(*case)[::-1], "the order is (dw, db)"),
        (lambda *case: (gradient(*case)[1],) * 2, "the derivative by w has a factor x: 2·e·x"),
    ],
)
def test_a_slip_in_the_gradient_is_told(function: Any, cause: str) -> None:
    outcomes = asked("test-gradient", gradient=function)
    assert score(outcomes) < 0.5
    assert all(cause in outcome.message for outcome in outcomes)


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"step": lambda *case: list(step(*case))},
        {"descend": lambda *case: np.array(descend(*case))},
        {"descend": lambda *case: tuple(map(list, descend(*case)))},
        {"what_happens": {0.2: "Diverges", 0.1: "arrives ", 0.001: "SLOW"}},
        {"what_happens": ["slow", "arrives", "diverges"]},
        {"what_happens": ("slow", "arrives", "diverges")},
    ],
)
def test_every_form_of_the_descent_gets_all_points(others: dict[str, Any]) -> None:
    assert score(of_descent(**others)) == 2


def new_w_first(w: float, b: float, x: Any, y: Any, rate: float) -> tuple[Any, Any]:
    w = step(w, b, x, y, rate)[0]
    return w, step(w, b, x, y, rate)[1]


def from_the_start_again(w: float, b: float, x: Any, y: Any, rate: float, steps: int) -> list[tuple[Any, Any]]:
    return [(w, b), *[step(w, b, x, y, rate)] * steps]


@pytest.mark.parametrize(
    ("others", "cause"),
    [
        ({"step": lambda w, b, x, y, rate: step(w, b, x, y, -rate)}, "it goes uphill: subtract the gradient"),
        ({"step": new_w_first}, "b is changed with the gradient at the new w; take both at the old weights"),
        ({"step": lambda w, b, x, y, rate: step(w, b, x, y, 1)}, "the learning rate is missing"),
        ({"descend": lambda *case: descend(*case)[1:]}, "the start is missing: it comes first"),
        ({"descend": lambda *case: descend(*case)[:-1]}, "the last step is missing: there are steps + 1 pairs"),
        ({"descend": lambda *case: descend(*case)[-1]}, "that is the last pair only; the whole way is asked for"),
        ({"descend": from_the_start_again}, "every step starts from the same place"),
        ({"what_happens": WHAT_HAPPENS | {0.2: "arrives"}}, "look at the last pairs: they get larger and larger"),
        ({"what_happens": WHAT_HAPPENS | {0.001: "arrives"}}, "after 50 steps the weights are still far from w = 2"),
        ({"what_happens": {0.1: "arrives"}}, "entry 3 (learning rate 0.2): None is not right: there is no answer"),
    ],
)
def test_a_slip_in_the_descent_is_told(others: dict[str, Any], cause: str) -> None:
    outcomes = of_descent(**others)
    assert score(outcomes) < 1.9
    assert cause in messages(outcomes)


# --- optimizers -------------------------------------------------------------------------------------------


def network(last_activation: str | None = "softmax") -> Any:
    return reference(NAME)["make_model"](last_activation)


def compiled(optimizer: Any, loss: Any = SPARSE, metrics: Any = ("accuracy",)) -> Any:
    model = network()
    model.compile(optimizer=optimizer, loss=loss, metrics=list(metrics))
    return model


def five() -> dict[str, Any]:
    from keras.losses import SparseCategoricalCrossentropy
    from keras.optimizers import SGD, Adadelta, Adam

    return {
        "sgd_model": compiled(SGD(0.1), SparseCategoricalCrossentropy()),
        "rmsprop_model": compiled("RMSprop", metrics=["acc"]),
        "adam_model": compiled(Adam(learning_rate=0.001), metrics=[SPARSE.replace("crossentropy", "accuracy")]),
        "adadelta_model": compiled(Adadelta(1.0), "SparseCategoricalCrossentropy"),
        "slow_adadelta_model": compiled(Adadelta()),
    }


def test_optimizers_by_name_and_as_objects_get_all_points() -> None:
    assert score(asked("test-optimizers", **five())) == pytest.approx(1)


def test_the_default_learning_rate_of_adadelta_is_explained_where_another_was_asked() -> None:
    outcomes = asked("test-optimizers", **five() | {"adadelta_model": compiled("adadelta")})
    assert score(outcomes) == pytest.approx(0.95)
    assert "learning rate: expected 1.0, found 0.001." in messages(outcomes)
    assert "the lesson's (R) Keras used 1.0" in messages(outcomes)


def test_another_optimizer_and_another_loss_are_told() -> None:
    outcomes = asked("test-optimizers", **five() | {"rmsprop_model": compiled("adam", "mse")})
    assert score(outcomes) == pytest.approx(0.9)
    assert outcomes[1].message.splitlines() == [
        "optimizer: expected RMSprop, found Adam.",
        "loss: expected sparse_categorical_crossentropy, found MeanSquaredError.",
    ]


def trained(epochs: int = 5, batch_size: int = 64, examples: int = 4000) -> Any:
    """A model that looks as one does after ``fit``, without the fit."""
    from autograder.keras_facts import attach_training

    model = network()
    facts = TrainingFacts(
        epochs=epochs,
        curves={"loss": (1.0,) * epochs},
        batch_size=batch_size,
        validation_split=0.0,
        examples=examples,
        watched=True,
    )
    attach_training(model, facts, None)
    return model


def test_training_is_checked_for_each_of_the_five_models() -> None:
    good = trained()
    names = ("sgd_model", "rmsprop_model", "adam_model", "adadelta_model", "slow_adadelta_model")
    right = dict.fromkeys(names, good)
    assert score(asked("test-training", **right)) == pytest.approx(1)
    outcomes = asked(
        "test-training", **right | {"adam_model": trained(3), "sgd_model": network(), "adadelta_model": trained(5, 32)}
    )
    assert score(outcomes) == pytest.approx(2 / 3)
    assert [outcome.message for outcome in outcomes if outcome.score < outcome.points] == [
        "the model was not trained: call model.fit(…)",
        "epochs: expected 5, found 3.",
        "batch size: expected 64, found 32.",
    ]


# --- labels, loss and last layer --------------------------------------------------------------------------


def logits(from_logits: bool = True, last_activation: str | None = None) -> Any:
    from keras.losses import SparseCategoricalCrossentropy

    model = network(last_activation)
    model.compile(optimizer="adam", loss=SparseCategoricalCrossentropy(from_logits=from_logits))
    return model


def of_labels(**others: Any) -> tuple[Outcome, ...]:
    right = {
        "to_one_hot": lambda labels, classes: np.eye(classes)[labels],
        "to_integers": lambda one_hot: np.argmax(one_hot, axis=-1),
        "integer_model": compiled("adam"),
        "one_hot_model": compiled("sgd", "categorical_crossentropy"),
        "logits_model": logits(),
        "squared_model": compiled("adam", "mse"),
    }
    return asked("test-labels", **right | others)


def one_hot_by_loop(labels: Any, classes: int) -> list[list[int]]:
    return [[int(label == one) for one in range(classes)] for label in labels]


def with_to_categorical(labels: Any, classes: int) -> Any:
    import keras

    return keras.utils.to_categorical(labels, classes)


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"to_one_hot": with_to_categorical},
        {"to_one_hot": one_hot_by_loop},
        {"to_one_hot": lambda labels, classes: labels[:, None] == np.arange(classes)},
        {"to_integers": lambda one_hot: [int(row.argmax()) for row in one_hot]},
        {"to_integers": lambda one_hot: np.where(one_hot == 1)[1]},
        {"to_integers": lambda one_hot: one_hot @ np.arange(one_hot.shape[1])},
    ],
)
def test_every_way_to_convert_labels_gets_all_points(others: dict[str, Any]) -> None:
    assert score(of_labels(**others)) == pytest.approx(2)


def test_losses_as_objects_get_all_points() -> None:
    from keras.losses import CategoricalCrossentropy, MeanSquaredError

    outcomes = of_labels(
        integer_model=logits(from_logits=False, last_activation="softmax"),
        one_hot_model=compiled("adam", CategoricalCrossentropy()),
        squared_model=compiled("adam", MeanSquaredError()),
    )
    assert score(outcomes) == pytest.approx(2)


@pytest.mark.parametrize(
    ("others", "cause"),
    [
        ({"to_one_hot": lambda labels, classes: np.eye(max(labels) + 1)[labels]}, "as many columns as classes"),
        ({"to_one_hot": lambda labels, classes: np.eye(classes)[labels].T}, "rows and columns are swapped"),
        ({"to_integers": lambda one_hot: one_hot.argmax()}, "that is one number for the whole array: name the axis"),
        ({"to_integers": lambda one_hot: one_hot.max(axis=1)}, "that is the largest number; its place is asked for"),
    ],
)
def test_a_slip_in_converting_labels_is_told(others: dict[str, Any], cause: str) -> None:
    outcomes = of_labels(**others)
    assert score(outcomes) < 1.9
    assert cause in messages(outcomes)


@pytest.mark.parametrize(
    ("model", "cause"),
    [
        (lambda: logits(from_logits=False), "the loss is not told from_logits=True"),
        (lambda: logits(last_activation="softmax"), "softmax is applied twice"),
        (lambda: compiled("adam"), "the last layer still has softmax: make_model(last_activation=None)"),
    ],
)
def test_a_head_and_a_loss_that_do_not_fit_are_told(model: Callable[[], Any], cause: str) -> None:
    outcomes = of_labels(logits_model=model())
    assert score(outcomes) == pytest.approx(1.95)
    assert cause in messages(outcomes)


@pytest.mark.parametrize("name", ["integer_model", "one_hot_model", "squared_model"])
@pytest.mark.parametrize(
    ("last_activation", "cause"),
    [
        (None, "the last layer has no softmax: make_model()"),
        ("sigmoid", "the last layer has sigmoid: the table asks for softmax or for no activation"),
    ],
)
def test_a_model_that_is_to_have_softmax_is_told_what_it_has(
    name: str, last_activation: str | None, cause: str
) -> None:
    losses = {"integer_model": SPARSE, "one_hot_model": "categorical_crossentropy", "squared_model": "mse"}
    model = network(last_activation)
    model.compile(optimizer="adam", loss=losses[name])
    outcomes = of_labels(**{name: model})
    assert score(outcomes) == pytest.approx(1.95)
    assert cause in messages(outcomes)


def test_a_training_on_a_part_of_the_images_is_told() -> None:
    outcomes = asked(
        "test-training",
        **dict.fromkeys(("sgd_model", "rmsprop_model", "adam_model", "adadelta_model"), trained()),
        slow_adadelta_model=trained(examples=64),
    )
    assert outcomes[-1].message == "training images: expected 4000, found 64."


def test_losses_for_the_other_form_of_labels_are_told() -> None:
    outcomes = of_labels(
        integer_model=compiled("adam", "categorical_crossentropy"), one_hot_model=compiled("adam", SPARSE)
    )
    assert score(outcomes) == pytest.approx(1.6)
    assert [outcome.hint for outcome in outcomes if outcome.hint] == [
        "This form takes one-hot labels; for integer labels it is sparse_categorical_crossentropy.",
        "The sparse form takes integer labels; for one-hot labels it is categorical_crossentropy.",
    ]


# --- kinds of losses --------------------------------------------------------------------------------------

KINDS: dict[str, Any] = {
    "sum_of_squared_errors": False,
    "mean_absolute_error": False,
    "root_mean_squared_error": False,
    "mean_squared_error": False,
    "categorical_crossentropy": True,
    "sparse_categorical_crossentropy": True,
}


@pytest.mark.parametrize("answer", [KINDS, {name: np.bool_(value) for name, value in KINDS.items()} | {"more": True}])
def test_the_losses_for_classification_only_get_all_points(answer: dict[str, Any]) -> None:
    assert score(asked("test-kinds", classification_only=answer)) == 1


def test_each_wrong_kind_of_loss_is_told_its_reason() -> None:
    answer = KINDS | {"mean_absolute_error": True, "categorical_crossentropy": False}
    outcomes = asked("test-kinds", classification_only=answer)
    assert score(outcomes) == pytest.approx(4 / 6)
    assert messages(outcomes).splitlines() == [
        "entry 2 (mean_absolute_error): True is not right: it takes the distance of any two numbers, a price or a"
        " temperature too · 它取任意兩數的距離，價格、溫度也可以.",
        "entry 5 (categorical_crossentropy): False is not right: it compares probabilities with a one-hot label; a"
        " price has none · 它拿機率和 one-hot 標籤比較，價格沒有機率.",
    ]


@pytest.mark.parametrize("answer", [{}, "all", dict.fromkeys(KINDS, "yes"), dict.fromkeys(KINDS, 1)])
def test_what_is_no_true_or_false_earns_nothing(answer: Any) -> None:
    assert score(asked("test-kinds", classification_only=answer)) == 0
