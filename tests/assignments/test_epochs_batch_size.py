"""``02-epochs-batch-size``: answers that must get their points, and answers that must be told what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Any

import numpy as np
import pytest

from autograder.facts import TrainingFacts
from autograder.report import Outcome
from tests.assignments.exercise import judged, messages, reference, score

NAME = "02-epochs-batch-size"
SETTINGS = [(2, 64), (2, 1024), (8, 64), (8, 1024)]
IMAGES = 10_000


@pytest.fixture(scope="module", autouse=True)
def _no_figure_is_left_open() -> Iterator[None]:
    yield
    import matplotlib.pyplot as plt

    plt.close("all")


def asked(grade_id: str, **answers: Any) -> tuple[Outcome, ...]:
    return judged(NAME, grade_id, **answers)


def test_the_reference_gets_all_points_where_nothing_is_trained() -> None:
    made = reference(NAME, "count-steps", "steps-function", "read-curves", "best-epoch-function")
    assert score(asked("test-steps", steps_by_hand=made["steps_by_hand"])) == 1
    assert score(asked("test-function", steps_per_epoch=made["steps_per_epoch"])) == 2
    assert score(asked("test-curves", verdicts=made["verdicts"], best_epoch=made["best_epoch"])) == 2


# --- steps by hand ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        [469, 375, 94, 940],
        (469, 375.0, 94, 940),
        np.array([469, 375, 94, 940]),
        [np.int64(469), np.float64(375), np.int32(94), 940],
    ],
)
def test_the_right_steps_are_right_as_a_list_a_tuple_or_an_array(answer: Any) -> None:
    assert score(asked("test-steps", steps_by_hand=answer)) == 1


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ([468, 375, 94, 940], "entry 1 (batch_size=128): 468 is not right: the last, smaller batch is a step too"),
        ([469, 469, 94, 940], "entry 2 (batch_size=128, split): 469 is not right: the validation split is forgotten"),
        ([469, 375, 24, 940], "entry 3 (batch_size=512, split): 24 is not right: that counts the images held back"),
        ([469, 375, 93.75, 940], "entry 3 (batch_size=512, split): 93.75 is not right: a step is a whole batch"),
        ([469, 375, 94, 938], "entry 4 (10 epochs): 938 is not right: round up in each epoch, then multiply"),
        ([469, 375, 94, 94], "entry 4 (10 epochs): 94 is not right: these are the steps of one epoch"),
    ],
)
def test_a_wrong_number_of_steps_is_told_its_cause(answer: list[float], cause: str) -> None:
    outcomes = asked("test-steps", steps_by_hand=answer)
    assert score(outcomes) == 0.75
    assert messages(outcomes).startswith(cause)


# --- the function -----------------------------------------------------------------------------------------


def by_whole_numbers(images: int, batch_size: int, validation_split: float = 0) -> int:
    held_back = round(images * validation_split)
    return -(-(images - held_back) // batch_size)


def with_numpy(images: int, batch_size: int, validation_split: float = 0.0) -> Any:
    return np.ceil(np.floor(images * (1 - validation_split)) / batch_size)


def by_remainder(images: int, batch_size: int, validation_split: float = 0.0) -> int:
    images = int(images * (1 - validation_split))
    steps, rest = divmod(images, batch_size)
    return steps + (1 if rest else 0)


def by_counting(images: int, batch_size: int, validation_split: float = 0.0) -> int:
    return len(range(0, images - int(images * validation_split), batch_size))


@pytest.mark.parametrize("function", [by_whole_numbers, with_numpy, by_remainder, by_counting])
def test_every_way_to_round_up_gets_all_points(function: Any) -> None:
    assert score(asked("test-function", steps_per_epoch=function)) == 2


@pytest.mark.parametrize(
    ("function", "cause", "most"),
    [
        (lambda images, batch, split=0.0: int(images * (1 - split)) // batch, "it rounds down", 1.0),
        (lambda images, batch, split=0.0: round(images * (1 - split)) // batch + 1, "it adds a batch even where", 1.7),
        (lambda images, batch, split=0.0: ceil(images / batch), "it leaves the validation split out of account", 1.2),
        (lambda images, batch, split=0.0: ceil(images * (split or 1) / batch), "it counts the images held back", 1.4),
        (lambda images, batch, split=0.0: images * (1 - split) / batch, "the number of steps must be whole", 1.0),
    ],
)
def test_a_known_slip_is_told_and_loses_points_in_both_parts(function: Any, cause: str, most: float) -> None:
    outcomes = asked("test-function", steps_per_epoch=function)
    assert score(outcomes) <= most
    assert all(outcome.score < outcome.points and cause in outcome.message for outcome in outcomes)


def test_results_learnt_by_heart_earn_nothing_on_the_hidden_calls() -> None:
    by_heart = {(1_000, 300): 4, (1_000, 300, 0.2): 3, (960, 32): 30, (60_000, 128, 0.2): 375}
    visible, hidden = asked("test-function", steps_per_epoch=lambda *case: by_heart.get(case, 0))
    assert (visible.score, hidden.score) == (1, 0)
    assert "7 of 7 calls go wrong" in hidden.message


# --- curves -----------------------------------------------------------------------------------------------

VERDICTS = {"A": "overfits", "B": "underfits", "C": "fits", "D": "overfits"}


def with_argmin(history: dict[str, list[float]]) -> Any:
    return np.argmin(history["val_loss"]) + 1


def with_index(history: dict[str, list[float]]) -> int:
    losses = history["val_loss"]
    return losses.index(min(losses)) + 1


@pytest.mark.parametrize("function", [with_argmin, with_index])
@pytest.mark.parametrize(
    "verdicts",
    [
        VERDICTS,
        dict(reversed(VERDICTS.items())),
        {"A": "Overfitting", "B": " underfit ", "C": "fit", "D": "OVERFITS"},
        list(VERDICTS.values()),
        tuple(VERDICTS.values()),
    ],
)
def test_the_right_words_are_right_in_every_form(verdicts: Any, function: Any) -> None:
    assert score(asked("test-curves", verdicts=verdicts, best_epoch=function)) == 2


def test_a_wrong_word_is_told_what_the_curve_shows() -> None:
    outcomes = asked("test-curves", verdicts=VERDICTS | {"A": "fits", "C": "overfits"}, best_epoch=with_index)
    assert score(outcomes) == 1.5
    assert messages(outcomes).splitlines()[:2] == [
        "entry 1 (A): 'fits' is not right: look at the validation loss: from some epoch on it rises"
        " · 看驗證損失：從某個週期起它回升了.",
        "entry 3 (C): 'overfits' is not right: the validation loss never rises again · 驗證損失沒有回升.",
    ]


def test_a_curve_without_a_word_is_named() -> None:
    outcomes = asked("test-curves", verdicts={"A": "overfits"}, best_epoch=with_index)
    assert score(outcomes) == 1.25
    assert "entry 2 (B): None is not right: there is no answer for this one" in messages(outcomes)


@pytest.mark.parametrize(
    ("function", "cause"),
    [
        (lambda history: int(np.argmin(history["val_loss"])), "epochs are counted from 1, and Python counts from 0"),
        (lambda history: int(np.argmin(history["loss"])) + 1, "that is the lowest training loss"),
        (lambda history: len(history["loss"]), "that is the last epoch, not the best"),
        (lambda history: min(history["val_loss"]), "that is the loss itself"),
    ],
)
def test_a_wrong_best_epoch_is_told_its_cause(function: Any, cause: str) -> None:
    outcomes = asked("test-curves", verdicts=VERDICTS, best_epoch=function)
    assert score(outcomes) < 1.5
    assert cause in outcomes[1].message


def test_the_first_rise_is_not_always_the_best_epoch() -> None:
    def first_rise(history: dict[str, list[float]]) -> int:
        losses = history["val_loss"]
        return next((place for place in range(1, len(losses)) if losses[place] > losses[place - 1]), len(losses))

    _words, visible, hidden = asked("test-curves", verdicts=VERDICTS, best_epoch=first_rise)
    assert visible.score == 0.5
    assert hidden.score < 0.5
    assert "it stops at the first rise; the lowest loss may come later" in hidden.message


# --- training ---------------------------------------------------------------------------------------------


def history(epochs: int, batch_size: int, split: float = 0.2, first: float = 1.0) -> Any:
    """A ``History`` as a fit on 10,000 images leaves it, without the fit."""
    import keras

    from autograder.keras_facts import attach_training

    at = np.arange(epochs)
    curves = {
        "loss": first * 0.8**at,
        "accuracy": 0.7 + 0.02 * at,
        "val_loss": first * 0.85**at,
        "val_accuracy": 0.72 + 0.015 * at + batch_size / 1e5,
    }
    if not split:
        curves = {name: curve for name, curve in curves.items() if not name.startswith("val")}
    made = keras.callbacks.History()
    made.history = {name: curve.tolist() for name, curve in curves.items()}
    made.epoch = list(range(epochs))
    facts = TrainingFacts(
        epochs=epochs,
        curves={name: tuple(curve) for name, curve in made.history.items()},
        batch_size=batch_size,
        validation_split=split,
        examples=IMAGES,
        watched=True,
    )
    attach_training(made, facts, None)
    return made


def all_histories() -> list[Any]:
    return [history(epochs, batch_size) for epochs, batch_size in SETTINGS]


def test_four_trainings_as_asked_get_all_points() -> None:
    assert score(asked("test-training", history_of=all_histories().__getitem__)) == pytest.approx(1)


def test_fresh_networks_need_not_begin_alike_to_the_last_digit() -> None:
    trainings = [history(epochs, size, first=1 + 0.1 * (epochs == 2)) for epochs, size in SETTINGS]
    assert score(asked("test-training", history_of=trainings.__getitem__)) == pytest.approx(1)


def test_epochs_that_are_always_the_same_are_told() -> None:
    trainings = [history(2, batch_size) for _epochs, batch_size in SETTINGS]
    outcomes = asked("test-training", history_of=trainings.__getitem__)
    assert score(outcomes) == pytest.approx(1 - 2 * 0.2 / 4)
    assert [outcome.message for outcome in outcomes[2:4]] == ["epochs: expected 8, found 2."] * 2


def test_a_network_that_is_trained_on_is_no_fresh_one() -> None:
    trainings = [history(epochs, size, first=1 - 0.05 * epochs) for epochs, size in SETTINGS]
    outcomes = asked("test-training", history_of=trainings.__getitem__)
    assert score(outcomes) == pytest.approx(0.8)
    assert "the first epoch begins where an earlier training ended" in outcomes[-1].message


def test_a_function_without_return_is_told_so() -> None:
    outcomes = asked("test-training", history_of=lambda number: None)
    assert score(outcomes) == 0
    assert "expected the History that model.fit returns, found None" in messages(outcomes)


# --- the table --------------------------------------------------------------------------------------------


def table() -> list[dict[str, Any]]:
    return [
        {
            "epochs": epochs,
            "batch_size": batch_size,
            "steps": ceil(IMAGES * 4 // 5 / batch_size),
            "accuracy": made.history["accuracy"][-1],
            "val_accuracy": made.history["val_accuracy"][-1],
        }
        for (epochs, batch_size), made in zip(SETTINGS, all_histories(), strict=True)
    ]


def of_table(results: Any, history_of: Any = None) -> tuple[Outcome, ...]:
    # The numbers of this file go with 10,000 training images, whatever is at hand.
    images = np.zeros(IMAGES)
    return asked("test-results", results=results, history_of=history_of or all_histories().__getitem__, x_train=images)


@pytest.mark.parametrize(
    "results",
    [
        table(),
        tuple(table()),
        table()[::-1],
        [row | {"seconds": 1.5, "val_accuracy": np.float32(row["val_accuracy"])} for row in table()],
        [row | {"accuracy": round(row["accuracy"], 4), "steps": float(row["steps"])} for row in table()],
        [*table(), {"epochs": 5, "batch_size": 64, "steps": 125, "accuracy": 0.5, "val_accuracy": 0.5}],
    ],
)
def test_a_right_table_is_right_in_any_order_and_with_more_in_it(results: Any) -> None:
    assert score(of_table(results)) == 1


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (lambda row: {"accuracy": 100 * row["accuracy"]}, "give a share from 0 to 1, not percent"),
        (lambda row: {"accuracy": row["val_accuracy"]}, "that is the row's val_accuracy"),
        (lambda row: {"accuracy": 0.7}, "that is the first epoch's; the last one's is asked for"),
        (lambda row: {"steps": ceil(IMAGES / row["batch_size"])}, "the validation split is forgotten"),
        (lambda row: {"steps": 8_000 // row["batch_size"]}, "the last, smaller batch is a step too"),
        (lambda row: {"steps": row["steps"] * row["epochs"]}, "the steps of one epoch are asked for"),
        (lambda row: {"val_accuracy": None}, "`results` has no row of this setting, or it lacks this key"),
    ],
)
def test_a_wrong_column_is_told_its_cause(change: Any, cause: str) -> None:
    outcomes = of_table([row | change(row) for row in table()])
    assert score(outcomes) < 1
    assert cause in messages(outcomes)


def test_a_table_that_is_none_is_told_so() -> None:
    outcomes = of_table("a table")
    assert score(outcomes) == 0
    assert outcomes[0].message == "expected a list of 4 entries, found a text."


def test_without_trainings_there_is_nothing_to_compare_the_table_with() -> None:
    empty = [row | {"accuracy": None, "val_accuracy": None} for row in table()]
    outcomes = of_table(empty, history_of=lambda number: None)
    assert score(outcomes) == 0
    assert messages(outcomes).startswith("There are no four trainings with validation to compare with")


# --- the choice -------------------------------------------------------------------------------------------


def highest() -> dict[str, Any]:
    return max(table(), key=lambda row: row["val_accuracy"])


@pytest.mark.parametrize(
    "best", [highest(), highest() | {"seconds": 3}, {"epochs": 8, "batch_size": 1024}, {"epochs": 8.0} | highest()]
)
def test_the_row_of_highest_validation_accuracy_is_the_best(best: dict[str, Any]) -> None:
    assert score(asked("test-best", results=table(), best=best)) == 1


def test_either_of_two_equally_good_rows_may_be_chosen() -> None:
    results = [row | {"val_accuracy": 0.85} for row in table()]
    assert all(score(asked("test-best", results=results, best=row)) == 1 for row in results)


def test_a_row_that_is_not_the_best_is_told_both_numbers() -> None:
    results = [row | {"val_accuracy": share} for row, share in zip(table(), (0.80, 0.81, 0.83, 0.84), strict=True)]
    outcomes = asked("test-best", results=results, best=results[1])
    assert score(outcomes) == 0
    assert messages(outcomes) == (
        "You chose epochs=2, batch_size=1024 with a validation accuracy of 0.8100, and a row of `results` has 0.8400."
        " · 你選的 epochs=2, batch_size=1024 驗證準確率是 0.8100，但 `results` 裡有一列是 0.8400。"
    )


def test_a_choice_by_training_accuracy_is_told_so() -> None:
    results = [row | {"val_accuracy": share} for row, share in zip(table(), (0.80, 0.84, 0.82, 0.83), strict=True)]
    results[2]["accuracy"] = 0.99
    assert "It has the highest training accuracy, which does not choose." in messages(
        asked("test-best", results=results, best=results[2])
    )


@pytest.mark.parametrize(
    ("best", "cause"),
    [
        (2, "`best` must be one row of `results`, a dict with epochs and batch_size; found 2"),
        (0.84, "`best` must be one row of `results`"),
        ({"epochs": 3, "batch_size": 64}, "`results` has no row of epochs=3, batch_size=64"),
    ],
)
def test_a_choice_that_is_no_row_is_told_so(best: Any, cause: str) -> None:
    outcomes = asked("test-best", results=table(), best=best)
    assert score(outcomes) == 0
    assert messages(outcomes).startswith(cause)
