"""Whether a pattern describes a chain of layers: the grader and what verifies it must agree."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder import any_order, between, layer, one_of, one_or_more, optional
from autograder.alignment import align
from autograder.arithmetic import ParameterCount
from autograder.facts import LayerFacts
from autograder.pattern import sequence
from autograder.verification.language import describes, meaning


def _layer(kind: str, **settings: Any) -> LayerFacts:
    return LayerFacts(kind=kind, settings=settings, output_shape=(4,), parameters=ParameterCount(total=0, trainable=0))


LAYERS = st.one_of(
    st.builds(lambda units: _layer("Dense", units=units), st.integers(1, 3)),
    st.builds(lambda rate: _layer("Dropout", rate=rate / 10), st.integers(1, 9)),
    st.just(_layer("Flatten")),
)
LEAVES = st.sampled_from(
    [
        layer("Dense"),
        layer("Dense", units=2),
        layer("Dropout", rate=between(0.2, 0.5)),
        layer("Dropout"),
        layer("Flatten"),
    ]
)
PATTERNS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: sequence(*parts)),
        inner.map(optional),
        inner.map(one_or_more),
        st.lists(inner, min_size=1, max_size=2).map(lambda parts: any_order(*parts)),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: one_of(*parts)),
    ),
    max_leaves=5,
)


@given(PATTERNS, st.lists(LAYERS, max_size=5))
def test_a_pattern_describes_just_those_layers_that_align_with_it(pattern: Any, layers: list[LayerFacts]) -> None:
    assert describes(pattern, layers) == align(pattern, layers).fits


def test_what_changes_nothing_has_no_part_in_the_meaning() -> None:
    dense, drop, flat = _layer("Dense", units=2), _layer("Dropout", rate=0.5), _layer("Flatten")
    assert meaning([drop, flat, flat, dense, _layer("Dropout", rate=0)]) == [flat, drop, dense]
