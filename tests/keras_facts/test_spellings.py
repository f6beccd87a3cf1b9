"""One network however it is spelled, and no other network taken for it."""

from __future__ import annotations

import pytest

from autograder.facts import ModelFacts
from autograder.keras_facts import read_model
from tests.spellings import PREPARED, SPELLINGS, WRONG, Spelling, Wrong, plain


@pytest.fixture(scope="module")
def reference() -> ModelFacts:
    return read_model(plain())


@pytest.mark.parametrize("spelling", SPELLINGS, ids=lambda spelling: spelling.name)
def test_every_spelling_of_the_lessons_network_has_the_same_facts(spelling: Spelling, reference: ModelFacts) -> None:
    assert read_model(spelling.build(), spelling.input_shape) == reference


@pytest.mark.parametrize(("spelling", "kinds"), PREPARED, ids=lambda value: getattr(value, "name", ""))
def test_preparation_inside_the_network_is_kept_apart(
    spelling: Spelling, kinds: tuple[str, ...], reference: ModelFacts
) -> None:
    facts = read_model(spelling.build(), spelling.input_shape)
    assert facts.layers == reference.layers
    assert facts.outputs == reference.outputs
    assert facts.entry_shape == reference.inputs[0]
    assert tuple(layer.kind for layer in facts.preprocessing) == kinds


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong.name)
def test_a_network_with_one_meaning_changed_has_other_facts(wrong: Wrong, reference: ModelFacts) -> None:
    assert read_model(wrong.build()) != reference


def test_no_two_programs_of_a_list_have_the_same_name() -> None:
    for programs in (SPELLINGS, WRONG):
        names = [program.name for program in programs]
        assert sorted(set(names)) == sorted(names)
