"""A network that crossed the wall answers by its facts, and is built when that is not enough."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from textwrap import dedent
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder import Compiled, Layers, grade, layer, read_model
from autograder.exam.crossing import Reply, checked_reply
from autograder.exam.pack import Packer
from autograder.exam.unpack import Unpacker
from autograder.facts import LayerFacts, ModelFacts
from autograder.grading import Refusal, Subject
from autograder.keras_facts import read_weights
from autograder.report import Status
from autograder.unbuilt import Known, Unbuilt, is_plain, known_of, model_of
from tests.spellings import SPELLINGS, Spelling


def crossed(model: Any) -> Any:
    """What comes out on the other side."""
    import msgspec

    packer = Packer(100_000_000)
    packed = packer.pack(model, "model")
    reply = checked_reply(msgspec.json.encode(Reply(1, {"model": packed})))
    return Unpacker([bytes(buffer) for buffer in packer.buffers]).value("model", reply.values["model"])


def small() -> Any:
    model = keras.Sequential(
        [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
    )
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


SMALL = read_model(small())


@pytest.fixture(scope="module")
def lesson() -> Any:
    return small()


@pytest.mark.parametrize("spelling", [one for one in SPELLINGS if one.input_shape is None], ids=lambda one: one.name)
def test_the_facts_of_a_network_are_those_that_it_has_when_it_is_built(spelling: Spelling) -> None:
    value = crossed(spelling.build())
    known = known_of(value)
    if known is None:
        return
    built = read_model(model_of(value))
    assert known.facts == built
    assert [one.parameters for one in known.facts.layers] == [one.parameters for one in built.layers]
    assert known.facts.notes == built.notes
    assert known.facts.total_parameters == model_of(value).count_params()


def test_most_spellings_of_the_lessons_network_are_not_built() -> None:
    values = [crossed(one.build()) for one in SPELLINGS[:20] if one.input_shape is None]
    assert sum(known_of(value) is not None for value in values) > len(values) / 2


def test_what_its_facts_say_does_not_build_it(lesson: Any) -> None:
    value = crossed(lesson)
    report = grade(
        value,
        Layers(layer("Flatten"), layer("Dense", units=10), points=1),
        Compiled(optimizer="SGD", points=1),
    )
    assert report.score == 2
    assert value.count_params() == 7_850
    assert isinstance(value, keras.Model)
    assert isinstance(value, keras.Sequential)
    assert not isinstance(value, Refusal)
    assert read_model(value) == read_model(lesson)
    assert Subject(value).training is None
    assert Subject(value).sample is None
    assert known_of(value) is not None


def test_anything_else_is_asked_of_the_model(lesson: Any) -> None:
    value = crossed(lesson)
    assert [type(one).__name__ for one in value.layers] == ["Flatten", "Dense"]
    assert known_of(value) is None
    images = np.random.default_rng(1).random((5, 28, 28), dtype=np.float32)
    np.testing.assert_array_equal(np.asarray(value(images)), np.asarray(lesson(images)))
    assert value.evaluate(images, np.arange(5), verbose=0) == lesson.evaluate(images, np.arange(5), verbose=0)
    value.trainable = False
    assert model_of(value).trainable is False
    assert "count_params" in dir(value)
    assert repr(value) == repr(model_of(value))
    assert keras.models.clone_model(value).count_params() == value.count_params() == 7_850


def test_what_a_test_changes_of_a_model_is_seen_by_the_next_check(lesson: Any) -> None:
    value = crossed(lesson)
    before = Subject(value).fingerprint
    value.set_weights([np.zeros_like(array) for array in value.get_weights()])
    assert Subject(value).fingerprint != before
    value.add(keras.layers.Dense(3))
    assert len(Subject(value).facts.layers) == 3


def test_a_network_is_the_same_before_and_after_it_is_built(lesson: Any) -> None:
    value = crossed(lesson)
    before = Subject(value).fingerprint
    assert model_of(value) is model_of(value)
    assert Subject(value).fingerprint == before
    assert model_of(lesson) is lesson


def test_one_that_cannot_be_built_earns_nothing() -> None:
    """The weights of a forged network may be of any shapes: nobody has looked at them yet."""
    facts, _weights = read_weights(small())
    from autograder.exam.unpack import _built

    known = Known(facts=facts, weights=[[], [np.zeros(3)]], compiled=None, training=None, sample=None)
    value = Unbuilt(known, lambda: _built(known))

    class Asks:
        points = 1.0
        after: frozenset[str] = frozenset()
        title = "asks"

        def judge(self, subject: Subject) -> Any:
            return subject.predict(np.zeros((1, 28, 28), np.float32))

    (outcome,) = grade(value, Asks()).outcomes
    assert outcome.status is Status.FAILED
    assert outcome.message == "layer 2 (Dense): weights of shapes [(784, 10), (10,)] were expected, found [(3,)]"


def changed(facts: ModelFacts, index: int, **changes: Any) -> ModelFacts:
    layers = list(facts.layers)
    layers[index] = replace(layers[index], **changes)
    return replace(facts, layers=tuple(layers))


ODD = st.one_of(
    st.none(),
    st.text(),
    st.integers(max_value=0),
    st.floats(),
    st.tuples(st.text()),
    st.lists(st.integers()),
    st.binary(),
)


@settings(deadline=None)
@given(odd=ODD, setting=st.sampled_from(["units", "activation", "use_bias", "kernel_regularizer", "more"]))
def test_a_setting_that_is_none_of_the_lessons_is_looked_at_by_keras(odd: Any, setting: str) -> None:
    facts = SMALL
    assert is_plain(facts)
    before = facts.layers[1].settings
    after = {**before, setting: odd}
    known = setting == "kernel_regularizer" and odd is None
    assert is_plain(changed(facts, 1, settings=after)) is known


@pytest.mark.parametrize(
    "changes",
    [
        {"custom": True},
        {"trainable": False},
        {"shares": 0},
        {"kind": "LSTM"},
        {"name": "../../etc"},
        {"name": ""},
        {"settings": {}},
    ],
    ids=str,
)
def test_a_layer_that_is_none_of_the_lessons_is_looked_at_by_keras(changes: Any) -> None:
    assert not is_plain(changed(SMALL, 1, **changes))


def test_a_network_of_another_form_is_looked_at_by_keras() -> None:
    facts = SMALL
    front = LayerFacts(kind="Rescaling", settings={}, output_shape=(28, 28), parameters=facts.layers[0].parameters)
    assert not is_plain(replace(facts, preprocessing=(front,)))
    assert not is_plain(replace(facts, logits_head=True))
    assert not is_plain(replace(facts, outputs=(0,)))
    assert not is_plain(changed(facts, 0, name=facts.layers[1].name))


def test_to_judge_by_facts_needs_no_keras() -> None:
    program = """
        import sys
        from autograder import Compiled, Layers, grade, layer
        from autograder.arithmetic import layer_arithmetic
        from autograder.facts import LayerFacts, ModelFacts
        from autograder.unbuilt import Known, Unbuilt

        shape, parameters = layer_arithmetic("Dense", {"units": 10, "use_bias": True}, [(784,)])
        dense = LayerFacts(kind="Dense", settings={"units": 10}, output_shape=shape, parameters=parameters)
        facts = ModelFacts(inputs=((784,),), layers=(dense,), outputs=(0,))
        model = Unbuilt(Known(facts=facts, weights=(), compiled=None, training=None, sample=None), lambda: 1 / 0)
        print(grade(model, Layers(layer("Dense", units=10), points=3)).score, model.count_params())
        print("keras" in sys.modules, isinstance(model, int))
    """
    done = subprocess.run([sys.executable, "-c", dedent(program)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3.0 7850\nFalse False\n", "")
