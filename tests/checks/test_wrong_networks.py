"""``SameArchitecture`` on real Keras models: every spelling passes, every wrong network is told why."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checks import SameArchitecture
from autograder.facts import ModelFacts
from autograder.grading import Outcome, grade
from autograder.report import Status

# Where the first cause stands elsewhere than what the program's author had in mind: the message speaks of
# the first, and the table has the rest.
FIRST_CAUSES = {
    "relu behind average pooling": "layer 2 (Conv2D): expected activation='relu', found activation='linear'.",
    "a difference of branches": "layer 7 (Dense): Dense(units=128, activation='tanh') is one layer too many.",
    "a Flatten of zeros": "layer 6 (Rescaling): Rescaling(offset=0.0, scale=0.0) is one layer too many.",
    "a ReLU that does nothing": "layer 6 (Dense): expected activation='relu', found activation='linear'.",
}


@pytest.fixture(scope="module")
def reference() -> ModelFacts:
    from autograder.keras_facts import read_model
    from tests.spellings import plain

    return read_model(plain())


def judged(program: Any, reference: ModelFacts) -> Outcome:
    shape = getattr(program, "input_shape", None)
    (outcome,) = grade(program.build(), SameArchitecture(reference), input_shape=shape).outcomes
    return outcome


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    # Here and not at the top: the programs import Keras, which the other tests of checks do without.
    if "wrong" in metafunc.fixturenames:
        from tests.spellings import WRONG

        metafunc.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
    if "right" in metafunc.fixturenames:
        from tests.spellings import PREPARED, SPELLINGS

        programs = (*SPELLINGS, *(spelling for spelling, _kinds in PREPARED))
        metafunc.parametrize("right", programs, ids=lambda right: right.name)


def test_every_spelling_passes(right: Any, reference: ModelFacts) -> None:
    outcome = judged(right, reference)
    assert (outcome.status, outcome.score) == (Status.PASSED, 1), outcome.message


def test_the_reference_may_be_a_keras_model() -> None:
    from tests.spellings import WRONG, plain

    check = SameArchitecture(plain())
    assert [one.status for one in grade(plain(), check).outcomes] == [Status.PASSED]
    assert [one.status for one in grade(WRONG[0].build(), check).outcomes] != [Status.PASSED]


def test_every_wrong_network_is_told_what_is_wrong(wrong: Any, reference: ModelFacts) -> None:
    outcome = judged(wrong, reference)
    assert outcome.status in {Status.FAILED, Status.PARTIAL}, outcome
    assert outcome.score < 1
    assert FIRST_CAUSES.get(wrong.name, wrong.names) in outcome.message
    assert outcome.message.endswith((".", ")"))
