"""What networks answer: the same by one graph for an architecture as when each is called, and no more memory."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest
from keras import Sequential
from keras.layers import Activation, BatchNormalization, Conv2D, Dense, Dropout, Flatten, Normalization

from autograder import inference
from autograder.facts import ModelFacts
from autograder.grading import Subject
from autograder.inference import architecture, fingerprint, predict
from autograder.kept import Kept
from autograder.keras_facts import read_model, read_weights
from autograder.keras_models import build_model, rebuilt
from tests.spellings import PREPARED, SPELLINGS, plain

IMAGES = np.random.default_rng(0).random((700, 28, 28, 1), dtype=np.float32)


def called(model: Any, images: Any = IMAGES) -> Any:
    """What the model gives when it is called, all images at once."""
    return np.asarray(model(images, training=False), dtype=np.float64)


def small(*layers: Any, shape: tuple[int, ...] = (28, 28, 1)) -> Any:
    """A network with weights of its own, as the examiner rebuilds it."""
    return again(Sequential([keras.Input(shape), *layers]))


def again(model: Any) -> Any:
    return build_model(*read_weights(model))


def varied(model: Any) -> Any:
    """The model with other weights, whatever they mean."""
    model.set_weights([array + np.float32(0.05) for array in model.get_weights()])
    return model


@pytest.fixture(autouse=True)
def graphs(monkeypatch: pytest.MonkeyPatch) -> Kept[Any]:
    """The graphs that are kept; none at first."""
    kept: Kept[Any] = Kept(3)
    monkeypatch.setattr(inference, "_GRAPHS", kept)
    return kept


class Boasting(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.dense = Dense(2, kernel_initializer="ones")

    def call(self, x: Any) -> Any:
        return self.dense(x)

    def predict(self, *args: Any, **kwargs: Any) -> Any:
        raise AssertionError("predict may have been replaced")


def test_answers_come_from_the_network_and_in_inference_mode() -> None:
    images = np.ones((1500, 3), np.float32)
    assert np.array_equal(predict(Boasting(), images), np.full((1500, 2), 3.0))
    dropping = Sequential([keras.Input((3,)), Dropout(0.9)])
    assert np.array_equal(predict(dropping, images), images)
    dropping = again(dropping)
    assert np.array_equal(predict(dropping, images, read_model(dropping)), images)


@pytest.mark.parametrize(
    "spelling", [*SPELLINGS[:4], *(spelling for spelling, _kinds in PREPARED[:4])], ids=lambda spelling: spelling.name
)
def test_a_graph_answers_as_the_network_does_that_it_was_made_for(spelling: Any, graphs: Kept[Any]) -> None:
    original = spelling.build()
    facts, weights = read_weights(original, spelling.input_shape)
    model = build_model(facts, weights)
    images = np.random.default_rng(0).random((600, *(size or 1 for size in facts.inputs[0])), dtype=np.float32)
    answers = predict(model, images, facts)
    assert answers.dtype == np.float64
    np.testing.assert_allclose(answers, called(model, images), rtol=0, atol=1e-6)


def test_one_graph_serves_all_networks_of_an_architecture_each_with_its_own_weights(graphs: Kept[Any]) -> None:
    first, second = again(plain()), varied(again(plain()))
    for model in (first, second, first):
        keras.backend.clear_session()
        np.testing.assert_allclose(predict(model, IMAGES, read_model(model)), called(model), rtol=0, atol=1e-6)
    assert len(graphs) == 1
    assert not np.allclose(called(first), called(second))


def test_statistics_are_weights_too(graphs: Kept[Any]) -> None:
    for change in (False, True):
        model = small(Conv2D(2, 3), BatchNormalization(), Flatten(), Dense(3))
        if change:
            varied(model)
        np.testing.assert_allclose(predict(model, IMAGES, read_model(model)), called(model), rtol=0, atol=1e-5)
    assert len(graphs) == 1


def test_a_layer_that_keeps_what_it_makes_of_its_weights_gets_no_graph(graphs: Kept[Any]) -> None:
    for mean in (0.1, 0.9):
        layer = Normalization(axis=None)
        layer.adapt(np.float32([mean - 1, mean + 1]))
        model = small(layer, Flatten(), Dense(2, kernel_initializer="ones"))
        np.testing.assert_allclose(predict(model, IMAGES, read_model(model)), called(model), rtol=0, atol=1e-4)
    assert len(graphs) == 0


def test_few_images_are_not_worth_a_graph(graphs: Kept[Any]) -> None:
    model = again(plain())
    assert np.array_equal(predict(model, IMAGES[:64], read_model(model)), called(model, IMAGES[:64]))
    assert len(graphs) == 0


def test_what_a_test_changes_of_a_model_is_seen(graphs: Kept[Any]) -> None:
    model = small(Flatten(), Dense(2))
    before = predict(model, IMAGES, read_model(model))
    model.add(Activation("sigmoid"))
    after = predict(model, IMAGES, read_model(model))
    np.testing.assert_allclose(after, 1 / (1 + np.exp(-before)), rtol=0, atol=1e-6)
    assert len(graphs) == 2


def test_who_asks_a_check_s_subject_gets_the_graph_of_a_rebuilt_network_alone(graphs: Kept[Any]) -> None:
    model = plain()
    np.testing.assert_allclose(Subject(again(model)).predict(IMAGES), called(model), rtol=0, atol=1e-6)
    assert len(graphs) == 1
    # Built by nobody who could say what it does.
    other = Sequential([keras.Input((28, 28, 1)), Flatten(), Dense(3)])
    np.testing.assert_allclose(Subject(other).predict(IMAGES), called(other), rtol=0, atol=1e-6)
    assert len(graphs) == 1


def test_no_more_graphs_are_kept_than_a_few(graphs: Kept[Any]) -> None:
    for units in range(1, 8):
        model = small(Flatten(), Dense(units))
        predict(model, IMAGES, read_model(model))
    assert len(graphs) == 3


def test_a_graph_holds_no_network(graphs: Kept[Any]) -> None:
    import gc
    import weakref

    model = small(Flatten(), Dense(2))
    predict(model, IMAGES, read_model(model))
    gone = weakref.ref(model.layers[-1])
    del model
    keras.backend.clear_session()
    gc.collect()
    assert gone() is None
    assert len(graphs) == 1


@pytest.mark.parametrize(
    ("shape", "images"), [((784,), 1_000), ((1_000, 1_000, 1), 8), ((8_000_000,), 1), ((100_000_000,), 1)]
)
def test_a_batch_is_as_large_as_the_widest_layer_allows(shape: tuple[int, ...], images: int) -> None:
    assert inference.batch_size(ModelFacts(inputs=(shape,), layers=(), outputs=())) == images


def test_a_network_is_told_from_others_by_what_it_computes() -> None:
    model = again(plain())
    facts = read_model(model)
    same = build_model(*read_weights(model))
    assert rebuilt(same)
    assert fingerprint(same.get_weights(), read_model(same)) == fingerprint(model.get_weights(), facts)
    assert fingerprint(varied(same).get_weights(), read_model(same)) != fingerprint(model.get_weights(), facts)
    other = again(Sequential([keras.Input((28, 28, 1)), *plain().layers[:-1], Dense(10, "sigmoid", name="other")]))
    assert architecture(read_model(other)) != architecture(facts)
    assert not rebuilt(plain())


def test_only_the_latest_answers_are_kept() -> None:
    asked: list[int] = []
    kept: Kept[int] = Kept(2)

    def square(number: int) -> int:
        def work_out() -> int:
            asked.append(number)
            return number**2

        return kept.once(number, work_out)

    assert [square(number) for number in (1, 2, 1, 3, 1, 2)] == [1, 4, 1, 9, 1, 4]
    assert asked == [1, 2, 3, 2]
    assert len(kept) == 2


def test_an_answer_that_failed_is_asked_again() -> None:
    kept: Kept[int] = Kept(2)
    with pytest.raises(ZeroDivisionError):
        kept.once("a", lambda: 1 // 0)
    assert kept.once("a", lambda: 5) == 5
