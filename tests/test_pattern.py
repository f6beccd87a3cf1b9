"""Patterns of layers, and how they are laid beside a network. Without Keras."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from autograder.alignment import Alignment, Difference, align, differences
from autograder.arithmetic import ParameterCount
from autograder.facts import LayerFacts
from autograder.pattern import (
    AnyOf,
    LayerPattern,
    OneOf,
    PatternError,
    any_order,
    at_least,
    at_most,
    between,
    describe,
    fits,
    layer,
    one_of,
    one_or_more,
    optional,
    other_than,
    sequence,
)

USUAL: Mapping[str, Mapping[str, Any]] = {
    "Dense": {"units": 10, "activation": "relu", "use_bias": True},
    "Dropout": {"rate": 0.5},
    "Flatten": {},
    "Conv2D": {"filters": 32, "kernel_size": (3, 3), "strides": (1, 1), "activation": "relu"},
    "Activation": {"activation": "relu"},
}


def has(kind: str, *, trainable: bool = True, custom: bool = False, **changes: Any) -> LayerFacts:
    """A layer of a network."""
    return LayerFacts(
        kind=kind,
        settings={**USUAL.get(kind, {}), **changes},
        output_shape=(10,),
        parameters=ParameterCount(total=0, trainable=0),
        trainable=trainable,
        custom=custom,
    )


def marks(alignment: Alignment) -> str:
    """``"ok missing ok"``, a layer in the wrong place with a star."""
    return " ".join(step.mark + "*" * step.misplaced for step in alignment.steps)


def first_differences(alignment: Alignment) -> tuple[Difference, ...]:
    assert alignment.first_fault is not None
    return alignment.first_fault.differences


MLP = sequence(
    layer("Flatten"),
    one_or_more(layer("Dense", activation="relu"), optional(layer("Dropout", rate=between(0.1, 0.6)))),
    layer("Dense", units=10, activation="softmax"),
)
HEAD = has("Dense", activation="softmax")


# --- alignment --------------------------------------------------------------------------------------------


def test_a_network_that_is_what_was_asked_for_fits_in_every_place() -> None:
    alignment = align(MLP, [has("Flatten"), has("Dense"), has("Dropout"), has("Dense"), HEAD])
    assert marks(alignment) == "ok ok ok ok ok"
    assert (alignment.fits, alignment.share, alignment.first_fault) == (True, 1.0, None)
    assert [step.place for step in alignment.steps] == [0, 1, 2, 3, 4]


def test_a_missing_layer_is_missing_where_it_belongs() -> None:
    alignment = align(sequence(layer("Flatten"), layer("Dense"), layer("Dropout")), [has("Flatten"), has("Dropout")])
    assert marks(alignment) == "ok missing ok"
    assert alignment.first_fault is not None
    assert (alignment.first_fault.place, alignment.first_fault.expected) == (1, layer("Dense"))
    assert alignment.share == pytest.approx(2 / 3)


def test_a_missing_last_layer_is_missing_behind_the_end() -> None:
    alignment = align(sequence(layer("Flatten"), layer("Dense")), [has("Flatten")])
    assert marks(alignment) == "ok missing"
    assert alignment.steps[1].place == 1


def test_a_layer_too_many_costs_one_share() -> None:
    alignment = align(
        sequence(layer("Flatten"), layer("Dense"), layer("Dense")),
        [has("Flatten"), has("Dropout"), has("Dense"), has("Dense")],
    )
    assert marks(alignment) == "ok extra ok ok"
    assert alignment.share == pytest.approx(2 / 3)


def test_a_wrong_setting_names_what_was_asked_for_and_what_was_found() -> None:
    alignment = align(MLP, [has("Flatten"), has("Dense", activation="sigmoid"), HEAD])
    assert marks(alignment) == "ok wrong ok"
    assert first_differences(alignment) == (Difference("activation", "'relu'", "sigmoid"),)


def test_all_wrong_settings_of_a_layer_are_named() -> None:
    asked = layer("Conv2D", filters=64, kernel_size=5, activation="relu")
    assert differences(asked, has("Conv2D")) == (
        Difference("filters", "64", 32),
        Difference("kernel_size", "5", (3, 3)),
    )


def test_settings_that_were_not_asked_about_may_be_anything() -> None:
    assert differences(layer("Dense"), has("Dense", units=7, activation="tanh", use_bias=False)) == ()


def test_a_layer_of_another_class_is_one_wrong_layer() -> None:
    alignment = align(sequence(layer("Flatten"), layer("Dense")), [has("Conv2D"), has("Dense")])
    assert marks(alignment) == "wrong ok"
    assert first_differences(alignment) == (Difference("kind", "Flatten", "Conv2D"),)


def test_a_class_of_the_students_own_is_not_the_keras_class_of_its_name() -> None:
    alignment = align(layer("Flatten"), [has("Flatten", custom=True)])
    assert not alignment.fits
    assert first_differences(alignment) == (Difference("kind", "Flatten", "Flatten"),)


def test_a_misplaced_layer_is_one_fault_that_shows_twice() -> None:
    pattern = sequence(layer("Dropout"), layer("Flatten"), layer("Dense"), layer("Dense", activation="softmax"))
    alignment = align(pattern, [has("Flatten"), has("Dense"), HEAD, has("Dropout")])
    assert marks(alignment) == "missing* ok ok ok extra*"
    assert alignment.share == pytest.approx(3 / 4)


def test_an_extra_layer_with_another_setting_is_not_the_missing_one() -> None:
    pattern = sequence(layer("Dropout", rate=0.25), layer("Flatten"), layer("Dense"))
    alignment = align(pattern, [has("Flatten"), has("Dense"), has("Dropout", rate=0.5)])
    assert marks(alignment) == "missing ok ok extra"


def test_each_misplaced_layer_is_paired_once() -> None:
    pattern = sequence(layer("Dropout"), layer("Dropout"), layer("Flatten"), layer("Dense"), layer("Conv2D"))
    alignment = align(pattern, [has("Flatten"), has("Dense"), has("Conv2D"), has("Dropout")])
    assert marks(alignment) == "missing* missing ok ok ok extra*"


def test_the_first_fault_is_the_one_nearest_the_input() -> None:
    alignment = align(MLP, [has("Flatten"), has("Dense", activation="tanh"), has("Dense", activation="relu")])
    assert marks(alignment) == "ok wrong wrong"
    assert alignment.first_fault is alignment.steps[1]


def test_an_empty_network_misses_all_that_is_not_optional() -> None:
    alignment = align(MLP, [])
    assert marks(alignment) == "missing missing missing"
    assert alignment.share == 0.0


def test_a_share_is_never_below_zero() -> None:
    assert align(layer("Dense"), [has("Flatten"), has("Dropout"), has("Dropout"), has("Conv2D")]).share == 0.0


def test_nothing_where_nothing_is_needed_fits_wholly() -> None:
    alignment = align(optional(layer("Dropout")), [])
    assert (alignment.fits, alignment.share, alignment.steps) == (True, 1.0, ())


def test_something_where_nothing_was_asked_for_earns_nothing() -> None:
    alignment = align(optional(layer("Dropout")), [has("Dense")])
    assert (marks(alignment), alignment.share) == ("extra", 0.0)


# --- combinations -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        ([has("Dense")], "ok"),
        ([has("Dropout"), has("Dense")], "ok ok"),
        ([has("Dropout"), has("Dropout"), has("Dense")], "ok extra ok"),
    ],
)
def test_an_optional_layer_may_be_there_once_or_not(network: list[LayerFacts], expected: str) -> None:
    found = marks(align(sequence(optional(layer("Dropout")), layer("Dense")), network))
    assert sorted(found.split()) == sorted(expected.split())


def test_a_repeated_group_must_be_there_once() -> None:
    assert marks(align(one_or_more(layer("Dense")), [])) == "missing"
    assert marks(align(one_or_more(layer("Dense")), [has("Dense")] * 4)) == "ok ok ok ok"


def test_a_repeated_group_keeps_its_order() -> None:
    pair = one_or_more(layer("Conv2D"), layer("Dropout"))
    assert align(pair, [has("Conv2D"), has("Dropout")] * 3).fits
    assert not align(pair, [has("Conv2D"), has("Conv2D"), has("Dropout"), has("Dropout")]).fits


def test_patterns_in_any_order_may_interleave() -> None:
    either = any_order(one_or_more(layer("Dense")), one_or_more(layer("Dropout")))
    assert align(either, [has("Dropout"), has("Dense"), has("Dropout"), has("Dense"), has("Dense")]).fits
    assert align(either, [has("Dense"), has("Dropout")]).fits
    assert marks(align(either, [has("Dense"), has("Dense")])).count("missing") == 1


def test_a_part_of_any_order_keeps_its_own_order() -> None:
    either = any_order(sequence(layer("Dense"), layer("Flatten")), layer("Dropout"))
    assert align(either, [has("Dense"), has("Dropout"), has("Flatten")]).fits
    assert not align(either, [has("Flatten"), has("Dropout"), has("Dense")]).fits


def test_long_patterns_may_interleave() -> None:
    kinds = ["Dense", "Dropout", "Flatten", "Conv2D", "Activation"]
    groups = [one_or_more(*[layer(kind)] * 4) for kind in kinds[:3]]
    network = [has(kind) for _round in range(4) for kind in kinds[:3]]
    assert align(any_order(*groups), network).fits


def test_five_patterns_may_come_in_any_order() -> None:
    assert align(any_order(*[layer("Flatten")] * 5), [has("Flatten")] * 5).fits


def test_six_patterns_in_any_order_are_refused() -> None:
    with pytest.raises(PatternError) as caught:
        any_order(*[layer("Dense")] * 6)
    assert str(caught.value) == "any_order takes at most 5 patterns, got 6"


def test_one_of_a_few_layers_is_enough() -> None:
    either = one_of(layer("Flatten"), sequence(layer("Conv2D"), layer("Dropout")))
    assert isinstance(either, OneOf)
    assert align(either, [has("Flatten")]).fits
    assert align(either, [has("Conv2D"), has("Dropout")]).fits
    assert not align(either, [has("Flatten"), has("Dropout")]).fits


def test_one_of_a_few_values_is_enough() -> None:
    either = one_of("relu", "tanh")
    assert isinstance(either, AnyOf)
    assert str(either) == "one of 'relu', 'tanh'"
    assert align(layer("Dense", activation=either), [has("Dense", activation="tanh")]).fits
    wrong = align(layer("Dense", activation=either), [has("Dense", activation="elu")])
    assert first_differences(wrong) == (Difference("activation", "one of 'relu', 'tanh'", "elu"),)


# --- values -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, 3),
        ((3, 3), 3),
        ((3, 3), (3, 3)),
        ((3, 3), [3, 3]),
        ((3, 3), between(1, 3)),
        ((3, 3), one_of(3, 5)),
        (0.1, 0.10000000149),
        (0.25, 1 / 4),
        (1, 1.0),
        (1e-13, 0),
        (None, None),
        (True, True),
        ("relu", "relu"),
        (10, at_least(10)),
        (10, at_most(10)),
        (0.6, between(0.1, 0.6)),
        (0.60000002384, between(0.1, 0.6)),
        ("relu", other_than("linear")),
        ((2, 1), other_than(1)),
    ],
)
def test_a_setting_fits(value: Any, wanted: Any) -> None:
    assert fits(value, wanted)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (3, 5),
        ((3, 5), 3),
        ((3, 3), (3, 3, 3)),
        (3, (3, 3)),
        (("a",), "a"),
        ((1, 9), (3, 3)),
        ((1, 9), between(3, 3)),
        ((), 3),
        ((), at_least(0)),
        (0.1, 0.11),
        (1, True),
        (True, 1),
        ((1, 1), True),
        (None, 0),
        ("relu", "tanh"),
        ("relu", at_least(1)),
        (True, at_least(0)),
        (9, at_least(10)),
        (11, at_most(10)),
        (0.61, between(0.1, 0.6)),
        ("linear", other_than("linear")),
        ((1, 1), other_than(1)),
    ],
)
def test_a_setting_does_not_fit(value: Any, wanted: Any) -> None:
    assert not fits(value, wanted)


@pytest.mark.parametrize(
    ("wanted", "text"),
    [
        ("relu", "'relu'"),
        ((3, 3), "(3, 3)"),
        (at_least(10), "at least 10"),
        (at_most(0.5), "at most 0.5"),
        (between(0.1, 0.6), "between 0.1 and 0.6"),
        (one_of(3, 5), "one of 3, 5"),
        (other_than("linear", "sigmoid"), "other than 'linear', 'sigmoid'"),
        (other_than(at_most(3)), "other than at most 3"),
    ],
)
def test_what_was_asked_for_reads_as_words(wanted: Any, text: str) -> None:
    assert describe(wanted) == text


def test_bounds_are_included_and_open_on_the_side_that_is_not_given() -> None:
    assert [fits(units, at_least(10)) for units in (9, 10, 11, 10**9)] == [False, True, True, True]
    assert [fits(units, at_most(10)) for units in (-(10**9), 9, 10, 11)] == [True, True, True, False]
    assert [fits(units, between(10, 10)) for units in (9, 10, 11)] == [False, True, False]


def test_bounds_forgive_the_rounding_of_float32_on_both_sides() -> None:
    rate = 0.1
    assert fits(rate * (1 - 1e-7), at_least(rate))
    assert fits(rate * (1 + 1e-7), at_most(rate))
    assert not fits(rate * (1 - 1e-5), at_least(rate))
    assert not fits(rate * (1 + 1e-5), at_most(rate))


def test_any_value_but_a_few_is_right() -> None:
    anything_else = other_than("linear", "tanh")
    assert [fits(name, anything_else) for name in ("linear", "relu", "tanh")] == [False, True, False]
    assert str(anything_else) == "other than 'linear', 'tanh'"


def test_bounds_the_wrong_way_round_are_the_authors_fault() -> None:
    with pytest.raises(PatternError) as caught:
        between(0.6, 0.1)
    assert str(caught.value) == "between(0.6, 0.1): the first bound must not be above the second"


def test_a_misnamed_setting_is_the_authors_fault_and_names_those_there_are() -> None:
    with pytest.raises(PatternError) as caught:
        align(layer("Dense", unit=10), [has("Dense")])
    assert str(caught.value) == ("layer('Dense', unit=…): it has no such setting; it has: activation, units, use_bias")


def test_a_setting_of_a_layer_that_has_none_is_the_authors_fault() -> None:
    with pytest.raises(PatternError) as caught:
        align(layer("Flatten", units=10), [has("Flatten")])
    assert str(caught.value) == "layer('Flatten', units=…): it has no such setting; it has: none"


def test_a_data_format_that_goes_without_saying_may_be_asked_for() -> None:
    assert differences(layer("Conv2D", data_format="channels_last"), has("Conv2D")) == ()
    assert differences(layer("Conv2D", data_format="channels_first"), has("Conv2D")) == (
        Difference("data_format", "'channels_first'", "channels_last"),
    )


# --- layers -----------------------------------------------------------------------------------------------


def test_a_frozen_layer_is_not_what_was_asked_for() -> None:
    assert differences(layer("Dense"), has("Dense", trainable=False)) == (Difference("trainable", "True", False),)
    assert differences(layer("Dense", trainable=None), has("Dense", trainable=False)) == ()
    assert differences(layer("Dense", trainable=False), has("Dense")) == (Difference("trainable", "False", True),)


@pytest.mark.parametrize(
    ("kind", "settings", "found"),
    [
        ("Convolution2D", {}, has("Conv2D")),
        ("MaxPool2D", {}, has("MaxPooling2D")),
        ("AvgPool2D", {}, has("AveragePooling2D")),
        ("GlobalAvgPool2D", {}, has("GlobalAveragePooling2D")),
        ("GlobalMaxPool1D", {}, has("GlobalMaxPooling1D")),
        ("ReLU", {}, has("Activation", activation="relu")),
        ("Softmax", {}, has("Activation", activation="softmax")),
        ("ELU", {}, has("Activation", activation="elu")),
        ("LeakyReLU", {}, has("Activation", activation="leaky_relu(negative_slope=0.3)")),
        ("LeakyReLU", {"negative_slope": 0.1}, has("Activation", activation="leaky_relu(negative_slope=0.1)")),
        ("Dense", {"activation": "leaky_relu"}, has("Dense", activation="leaky_relu(negative_slope=0.2)")),
        ("Dense", {"activation": "swish"}, has("Dense", activation="silu")),
        ("Dense", {"activation": None}, has("Dense", activation="linear")),
    ],
)
def test_a_layer_may_be_asked_for_by_any_of_its_names(kind: str, settings: dict[str, Any], found: LayerFacts) -> None:
    assert differences(layer(kind, **settings), found) == ()


@pytest.mark.parametrize("kind", ["Dense", "ReLU", "LeakyReLU"])
@pytest.mark.parametrize("trainable", [True, False, None])
def test_a_layer_of_any_name_may_be_asked_for_frozen(kind: str, trainable: bool | None) -> None:
    assert layer(kind, trainable=trainable).trainable is trainable


def test_a_layer_pattern_reads_as_the_code_for_it() -> None:
    asked = layer("Dropout", rate=between(0.1, 0.6))
    assert str(asked) == "Dropout(rate=between 0.1 and 0.6)"
    assert str(layer("Dense", units=at_least(10), use_bias=False)) == "Dense(units=at least 10, use_bias=False)"


# --- properties -------------------------------------------------------------------------------------------

KINDS = st.sampled_from(["Dense", "Dropout", "Flatten", "Conv2D"])
LAYERS = st.one_of(
    st.builds(lambda units, name: has("Dense", units=units, activation=name), st.integers(1, 4), st.sampled_from("ab")),
    st.builds(lambda rate: has("Dropout", rate=rate), st.sampled_from([0.25, 0.5])),
    st.just(has("Flatten")),
)
NETWORKS = st.lists(LAYERS, min_size=1, max_size=7)


def exactly(network: list[LayerFacts]) -> Any:
    return sequence(*(LayerPattern(found.kind, dict(found.settings), found.trainable) for found in network))


@st.composite
def patterns(draw: st.DrawFn, depth: int = 2) -> Any:
    """A pattern, and a network that it asks for."""
    choice = draw(
        st.sampled_from(["layer", "sequence", "optional", "more", "order", "of"]) if depth else st.just("layer")
    )
    if choice == "layer":
        found = draw(LAYERS)
        wanted = draw(st.dictionaries(st.sampled_from(sorted(found.settings) or ["-"]), st.none(), max_size=2))
        return layer(found.kind, **{name: found.settings[name] for name in wanted if name != "-"}), [found]
    if choice == "more":
        part, network = draw(patterns(depth=depth - 1))
        return one_or_more(part), network * draw(st.integers(1, 3))
    if choice == "optional":
        part, network = draw(patterns(depth=depth - 1))
        return optional(part), network if draw(st.booleans()) else []
    parts = draw(st.lists(patterns(depth=depth - 1), min_size=1, max_size=3))
    if choice == "of":
        return one_of(*(part for part, _network in parts)), draw(st.sampled_from([network for _part, network in parts]))
    if choice == "sequence":
        return sequence(*(part for part, _network in parts)), [found for _part, network in parts for found in network]
    left = [list(network) for _part, network in parts]
    mixed = []
    while any(left):
        mixed.append(draw(st.sampled_from([network for network in left if network])).pop(0))
    return any_order(*(part for part, _network in parts)), mixed


@settings(max_examples=300, deadline=None)
@given(patterns())
def test_a_network_made_to_a_pattern_fits_it(made: tuple[Any, list[LayerFacts]]) -> None:
    pattern, network = made
    alignment = align(pattern, network)
    assert alignment.fits
    assert alignment.share == 1.0
    assert [step.found for step in alignment.steps] == network


@settings(max_examples=300, deadline=None)
@given(NETWORKS, LAYERS, st.data())
def test_a_changed_layer_never_fits_and_the_first_fault_is_not_behind_it(
    network: list[LayerFacts], other: LayerFacts, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(network) - 1))
    assume(network[place] != other)
    alignment = align(exactly(network), [*network[:place], other, *network[place + 1 :]])
    assert not alignment.fits
    assert alignment.first_fault is not None
    assert alignment.first_fault.place <= place


@settings(max_examples=300, deadline=None)
@given(NETWORKS, st.data())
def test_a_layer_left_out_is_one_layer_missing(network: list[LayerFacts], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(network) - 1))
    alignment = align(exactly(network), [*network[:place], *network[place + 1 :]])
    assert [step.mark for step in alignment.steps].count("missing") == 1
    assert alignment.share == pytest.approx(1 - 1 / len(network))


@settings(max_examples=300, deadline=None)
@given(patterns(), NETWORKS)
def test_an_alignment_accounts_for_every_layer_in_order(
    made: tuple[Any, list[LayerFacts]], network: list[LayerFacts]
) -> None:
    alignment = align(made[0], network)
    assert [step.found for step in alignment.steps if step.found is not None] == network
    places = [step.place for step in alignment.steps]
    assert places == sorted(places)
    assert 0.0 <= alignment.share <= 1.0
    assert (alignment.share == 1.0) == alignment.fits
    assert sum(step.misplaced for step in alignment.steps) % 2 == 0
