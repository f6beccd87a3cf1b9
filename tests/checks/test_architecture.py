"""``Layers`` and ``SameArchitecture``, and what they say. Without Keras."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from autograder.checks import Layers, SameArchitecture
from autograder.facts import LayerFacts, ModelFacts
from autograder.grading import ExerciseError, Outcome
from autograder.pattern import any_order, between, layer, one_or_more, optional, other_than
from autograder.report import Status
from tests.checks.networks import (
    Told,
    chain,
    cnn,
    cnn_layers,
    conv,
    dense,
    dropout,
    flatten,
    mlp,
    only,
    pool,
    told,
    with_layer,
)


def judged(facts: ModelFacts, reference: ModelFacts | None = None, **options: Any) -> Outcome:
    """What ``SameArchitecture`` says, for 8 points: one for each layer of the lesson's CNN."""
    check = SameArchitecture(reference or cnn(), points=8, **options)
    return only(told(Told(facts), check))


# --- SameArchitecture -------------------------------------------------------------------------------------


def test_the_lessons_network_has_the_lessons_number_of_parameters() -> None:
    assert cnn().total_parameters == 1_199_882


def test_an_equal_network_passes() -> None:
    outcome = judged(cnn())
    assert (outcome.status, outcome.score) == (Status.PASSED, 8)
    assert outcome.message == "The network is the one asked for: 8 layers, 1,199,882 parameters."
    assert [row.mark for row in outcome.rows] == ["ok"] * 8


def test_names_of_layers_do_not_count() -> None:
    named = [replace(one, name=f"mine_{index}") for index, one in enumerate(cnn().layers)]
    assert judged(replace(cnn(), layers=tuple(named))).status is Status.PASSED


ONE_FAULT: dict[str, tuple[ModelFacts, str]] = {
    "wrong filters": (
        cnn(at_1=conv(32)),
        "layer 2 (Conv2D): expected filters=64, found filters=32. It has 9,248 = (3·3·32 + 1)·32 parameters,"
        " expected 18,496 = (3·3·32 + 1)·64.",
    ),
    "wrong units": (
        cnn(at_5=dense(64)),
        "layer 6 (Dense): expected units=128, found units=64. It has 589,888 = (9216 + 1)·64 parameters,"
        " expected 1,179,776 = (9216 + 1)·128.",
    ),
    "no bias": (
        cnn(at_1=conv(64, use_bias=False)),
        "layer 2 (Conv2D): expected use_bias=True, found use_bias=False. It has 18,432 = 3·3·32·64 parameters,"
        " expected 18,496 = (3·3·32 + 1)·64.",
    ),
    "a dropout missing": (cnn(at_3=[]), "Dropout(rate=0.25) is missing after layer 3 (MaxPooling2D)."),
    "the first layer missing": (
        cnn(at_0=[]),
        "Conv2D(filters=32, kernel_size=(3, 3), activation='relu') is missing at the beginning.",
    ),
    "padding": (
        cnn(at_1=conv(64, padding="same")),
        "layer 2 (Conv2D): expected padding='valid', found padding='same'.",
    ),
    "a doubled layer": (
        cnn(at_2=[pool(), pool()]),
        "layer 4 (MaxPooling2D): MaxPooling2D(pool_size=(2, 2)) is one layer too many.",
    ),
    "an extra layer": (
        cnn(at_5=[dense(128), dense(32, "tanh")]),
        "layer 7 (Dense): Dense(units=32, activation='tanh') is one layer too many.",
    ),
    "average pooling": (
        cnn(at_2=pool("AveragePooling2D")),
        "layer 3 (AveragePooling2D): expected MaxPooling2D(pool_size=(2, 2)), found"
        " AveragePooling2D(pool_size=(2, 2)).",
    ),
    "a frozen layer": (
        cnn(at_0=replace(conv(32), trainable=False)),
        "layer 1 (Conv2D): its weights are frozen (trainable=False), so it cannot learn.",
    ),
    "a regularizer": (
        cnn(at_5=dense(128, kernel_regularizer={"l2": 0.01})),
        "layer 6 (Dense): expected kernel_regularizer=None, found kernel_regularizer={'l2': 0.01}.",
    ),
    "sigmoid": (
        cnn(at_1=conv(64, "sigmoid")),
        "layer 2 (Conv2D): expected activation='relu', found activation='sigmoid'.",
    ),
    "two settings of one layer": (
        cnn(at_1=conv(64, "tanh", strides=(2, 2))),
        "layer 2 (Conv2D): expected activation='relu', found activation='tanh'; expected strides=(1, 1), found"
        " strides=(2, 2).",
    ),
    "a dropout that is always on": (
        cnn(at_3=dropout(0.25, training=True)),
        "layer 4 (Dropout): expected training=None, found training=True.",
    ),
    "neighbours swapped": (
        cnn(at_2=dropout(0.25), at_3=pool()),
        "Dropout(rate=0.25) is in the wrong place: it belongs between layer 4 (MaxPooling2D) and layer 5 (Flatten).",
    ),
    "a class of one's own": (
        with_layer(cnn(), 1, kind="MyConv", custom=True, settings={}),
        "layer 2 (MyConv): expected Conv2D(filters=64, kernel_size=(3, 3), activation='relu'), found a class of your"
        " own named MyConv.",
    ),
}


@pytest.mark.parametrize("name", ONE_FAULT)
def test_one_fault_costs_one_layers_share_and_is_told_whole(name: str) -> None:
    facts, message = ONE_FAULT[name]
    outcome = judged(facts)
    assert outcome.message == message
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 7)


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (
            chain([*cnn_layers()[1:4], conv(32), *cnn_layers()[4:]]),
            "Conv2D(filters=32, kernel_size=(3, 3), activation='relu') is in the wrong place: it belongs at the"
            " beginning, before layer 1 (Conv2D).",
        ),
        (
            chain([*cnn_layers()[:6], cnn_layers()[7], cnn_layers()[6]]),
            "Dropout(rate=0.5) is in the wrong place: it belongs between layer 6 (Dense) and layer 7 (Dense).",
        ),
        (
            chain([*cnn_layers()[:5], cnn_layers()[7], *cnn_layers()[5:7]]),
            "Dense(units=10, activation='softmax') is in the wrong place: it belongs at the end, after layer 8"
            " (Dropout).",
        ),
    ],
)
def test_a_misplaced_layer_is_told_where_it_belongs(facts: ModelFacts, message: str) -> None:
    outcome = judged(facts)
    assert outcome.message == message
    assert outcome.score == 7


def test_a_setting_that_is_wrong_comes_with_its_hint() -> None:
    assert judged(cnn(at_1=conv(64, padding="same"))).hint == (
        "padding='same' adds a border of zeros, so the output keeps its input's height and width; without it"
        " (padding='valid', the default) a 3 × 3 kernel takes 2 off each."
    )
    assert judged(cnn(at_3=dropout(0.25, training=True))).hint == (
        "With training=True it drops numbers while the model predicts, too: leave training to Keras."
    )
    assert judged(cnn(at_3=dropout(0.25, training=False))).hint == (
        "With training=False it does nothing while the model is trained: leave training to Keras."
    )
    assert judged(cnn(at_0=replace(conv(32), trainable=False))).hint == (
        "Remove trainable=False: a frozen layer keeps its random initial weights."
    )


def test_what_follows_from_a_fault_is_no_fault_of_its_own() -> None:
    # With padding='same' every later layer has other sizes, and the first Dense other parameters.
    outcome = judged(cnn(at_0=conv(32, padding="same")))
    assert outcome.message == "layer 1 (Conv2D): expected padding='valid', found padding='same'."
    assert [row.mark for row in outcome.rows] == ["wrong"] + ["ok"] * 7


def test_further_faults_are_counted_and_stand_in_the_table() -> None:
    two = judged(cnn(at_1=conv(32), at_6=dropout(0.25)))
    assert two.score == 6
    assert two.message == (
        "layer 2 (Conv2D): expected filters=64, found filters=32. It has 9,248 = (3·3·32 + 1)·32 parameters,"
        " expected 18,496 = (3·3·32 + 1)·64. (1 more difference is in the table.)"
    )
    assert [row.remark for row in two.rows if row.mark == "wrong"] == [
        "expected filters=64, found filters=32",
        "expected rate=0.5, found rate=0.25",
    ]
    three = judged(cnn(at_1=conv(32), at_3=[], at_6=dropout(0.25)))
    assert three.message.endswith(" (2 more differences are in the table.)")
    assert three.score == 5


def test_exactly_half_of_the_layers_right_earns_half_and_less_earns_nothing() -> None:
    frozen = [replace(one, trainable=False) if one.kind in {"Conv2D", "Dense"} else one for one in cnn_layers()]
    assert judged(chain(frozen)).score == 4
    worse = list(frozen)
    worse[3] = dropout(0.3)
    outcome = judged(chain(worse))
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


def test_another_network_altogether_earns_nothing() -> None:
    outcome = judged(mlp())
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.rows


def test_no_layers_at_all_earn_nothing() -> None:
    nothing = ModelFacts(inputs=((28, 28, 1),), layers=(), outputs=(-1,))
    outcome = judged(nothing)
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.message == (
        "Conv2D(filters=32, kernel_size=(3, 3), activation='relu') is missing at the beginning."
        " (7 more differences are in the table.)"
    )


def test_without_partial_credit_one_fault_costs_all() -> None:
    assert judged(cnn(at_3=[]), partial=False).score == 0


def test_other_wiring_is_told_and_earns_nothing() -> None:
    outcome = judged(with_layer(cnn(), 6, inputs=(4,)))
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)
    assert outcome.message == ("layer 7 (Dropout): it gets its input from layer 5 (Flatten), expected layer 6 (Dense).")


def test_several_inputs_of_a_layer_are_all_named() -> None:
    outcome = judged(with_layer(cnn(), 6, inputs=(-1, 4)))
    assert outcome.message == (
        "layer 7 (Dropout): it gets its input from the input and layer 5 (Flatten), expected layer 6 (Dense)."
    )


def test_shared_weights_are_told_either_way() -> None:
    shared, own = with_layer(cnn(), 5, shares=1), cnn()
    assert judged(shared).message == (
        "layer 6 (Dense): it uses the weights of an earlier layer again, expected weights of its own."
    )
    assert judged(own, shared).message == (
        "layer 6 (Dense): it has weights of its own, expected those of an earlier layer again."
    )


def test_a_difference_of_wiring_is_shown_beside_layers_that_are_all_right() -> None:
    assert [row.mark for row in judged(with_layer(cnn(), 5, shares=1)).rows] == ["ok"] * 8


def test_the_cause_of_a_fault_is_told_without_the_parameters_that_follow_from_it() -> None:
    assert judged(cnn(at_1=conv(32))).causes == ("layer 2 (Conv2D): expected filters=64, found filters=32",)


def test_a_missing_layer_between_two_dropouts_is_named_whatever_order_facts_have() -> None:
    # Facts have every Dropout in front of the Flatten, as they have it where Flatten stands between the two.
    layers = [conv(32), conv(64), pool(), dropout(0.25), dropout(0.5), flatten(), dense(10, "softmax")]
    outcome = judged(chain(layers))
    assert outcome.message == "Dense(units=128, activation='relu') is missing after layer 5 (Flatten)."
    assert [row.mark for row in outcome.rows] == ["ok"] * 5 + ["missing", "ok", "ok"]


def test_a_pattern_may_ask_for_dropout_behind_a_flatten() -> None:
    facts = chain([pool(), dropout(0.25), flatten(), dense(10, "softmax")])
    asked = (layer("MaxPooling2D"), layer("Flatten"), layer("Dropout", rate=0.25), layer("Dense", units=10))
    assert only(told(Told(facts), Layers(*asked))).status is Status.PASSED
    outcome = only(told(Told(facts), Layers(*asked[:2], layer("Dropout", rate=0.5), asked[3])))
    assert outcome.message == "layer 3 (Dropout): expected rate=0.5, found rate=0.25."


def test_a_pattern_may_ask_for_dropout_in_front_of_a_flatten_that_begins_the_network() -> None:
    facts = chain([flatten(), dropout(0.25), dropout(0.5), dense(10, "softmax")], (28, 28))
    quarter, half, dense_10 = layer("Dropout", rate=0.25), layer("Dropout", rate=0.5), layer("Dense", units=10)
    for asked in (
        [quarter, layer("Flatten"), half],
        [quarter, half, layer("Flatten")],
        [layer("Flatten"), quarter, half],
    ):
        assert only(told(Told(facts), Layers(*asked, dense_10))).status is Status.PASSED
    assert only(told(Told(facts), Layers(half, layer("Flatten"), quarter, dense_10))).status is not Status.PASSED


def test_the_shapes_of_several_inputs_are_all_told() -> None:
    several = replace(chain(cnn_layers(), (28, 28, 3)), inputs=((28, 28, 3), (5,)))
    assert judged(several, replace(cnn(), inputs=((28, 28, 1), (4,)))).message == (
        "layer 1 (Conv2D): it gives (26, 26, 32) with 896 = (3·3·3 + 1)·32 parameters, expected (26, 26, 32) with 320"
        " = (3·3·1 + 1)·32: the shape of the network's input is (28, 28, 3) and (5,), expected (28, 28, 1) and (4,)."
    )


def test_another_input_shape_is_told_with_both_sums() -> None:
    assert judged(chain(cnn_layers(), (28, 28, 3))).message == (
        "layer 1 (Conv2D): it gives (26, 26, 32) with 896 = (3·3·3 + 1)·32 parameters, expected (26, 26, 32) with 320"
        " = (3·3·1 + 1)·32: the shape of the network's input is (28, 28, 3), expected (28, 28, 1)."
    )


def test_an_output_taken_elsewhere_is_told() -> None:
    outcome = judged(replace(cnn(), outputs=(5,)))
    assert outcome.message == "The network's output is taken from layer 6 (Dense), expected layer 8 (Dense)."
    assert outcome.score == 0


def test_a_second_output_is_told() -> None:
    assert judged(replace(cnn(), outputs=(7, 5))).message == (
        "The network's output is taken from layer 8 (Dense) and layer 6 (Dense), expected layer 8 (Dense)."
    )


def test_preprocessing_inside_the_network_does_not_count() -> None:
    rescaling = LayerFacts(
        kind="Rescaling",
        settings={"scale": 1 / 255, "offset": 0.0},
        output_shape=(28, 28, 1),
        parameters=flatten().parameters,
    )
    assert judged(replace(cnn(), preprocessing=(rescaling,))).status is Status.PASSED


def test_what_only_the_reference_asks_for_is_told_and_not_our_fault() -> None:
    always_on = cnn(at_3=dropout(0.25, training=True))
    outcome = judged(cnn(), always_on)
    assert outcome.message == "layer 4 (Dropout): expected training=True, found training=None."
    assert outcome.status is Status.PARTIAL
    assert judged(always_on, always_on).status is Status.PASSED


# --- Layers: the patterns of exercise 01 ------------------------------------------------------------------

HIDDEN = layer("Dense", activation=other_than("linear"))
OUTPUT = layer("Dense", units=10, activation="softmax")
SECOND_HIDDEN = Layers(
    layer("Flatten"),
    HIDDEN,
    any_order(one_or_more(HIDDEN), optional(one_or_more(layer("Dropout")))),
    OUTPUT,
    about="A second hidden Dense layer",
    partial=False,
    points=2,
)
DROPOUT = Layers(
    layer("Flatten"),
    HIDDEN,
    any_order(optional(one_or_more(HIDDEN)), one_or_more(layer("Dropout", rate=between(0.1, 0.6)))),
    OUTPUT,
    about="Dropout after the first hidden layer",
    partial=False,
    points=2,
)
HEAD = dense(10, "softmax")


def exercise_01(*layers: LayerFacts, input_shape: tuple[int, ...] = (28, 28)) -> tuple[Outcome, Outcome]:
    first, second = told(Told(chain(layers, input_shape)), SECOND_HIDDEN, DROPOUT).outcomes
    return first, second


@pytest.mark.parametrize(
    "layers",
    [
        [dense(128), dense(64), dropout(0.3)],
        [dense(128), dropout(0.3), dense(64)],
        [dense(128), dropout(0.3), dense(64), dropout(0.3)],
        [dense(128), dropout(0.1), dropout(0.6), dense(64, "tanh"), dense(32, "elu")],
        [dense(8, "sigmoid"), dense(8, "gelu"), dense(8, "leaky_relu(negative_slope=0.3)"), dropout(0.5)],
    ],
)
def test_hidden_layers_and_dropout_in_any_order_pass(layers: list[LayerFacts]) -> None:
    assert [outcome.status for outcome in exercise_01(flatten(), *layers, HEAD)] == [Status.PASSED] * 2


def test_rows_of_pixels_need_no_flatten() -> None:
    first, second = exercise_01(dense(128), dense(64), dropout(0.3), HEAD, input_shape=(784,))
    assert (first.status, second.status) == (Status.PASSED, Status.PASSED)
    assert first.message == "All 4 layers are as asked."


def test_images_that_are_not_flattened_are_told_so() -> None:
    first, _second = exercise_01(dense(128), dense(64), dropout(0.3), HEAD)
    assert first.message == "Flatten() is missing at the beginning."
    assert first.score == 0


def test_a_missing_hidden_layer_is_named_and_the_dropout_still_earns_its_points() -> None:
    first, second = exercise_01(flatten(), dense(128), dropout(0.3), HEAD)
    assert first.title == "A second hidden Dense layer"
    assert first.message == "Dense(activation=other than 'linear') is missing after layer 3 (Dropout)."
    assert (first.score, second.score) == (0, 2)


def test_a_missing_dropout_is_named_and_the_hidden_layer_still_earns_its_points() -> None:
    first, second = exercise_01(flatten(), dense(128), dense(64), HEAD)
    assert second.message == "Dropout(rate=between 0.1 and 0.6) is missing after layer 3 (Dense)."
    assert (first.score, second.score) == (2, 0)


@pytest.mark.parametrize("rate", [0.05, 0.7, 0.99])
def test_a_rate_out_of_bounds_is_told(rate: float) -> None:
    first, second = exercise_01(flatten(), dense(128), dense(64), dropout(rate), HEAD)
    assert second.message == f"layer 4 (Dropout): expected rate=between 0.1 and 0.6, found rate={rate}."
    assert second.hint == "The rate of Dropout is the share of numbers that it sets to zero while training."
    assert (first.score, second.score) == (2, 0)


def test_a_linear_hidden_layer_is_told_why_it_is_none() -> None:
    first, _second = exercise_01(flatten(), dense(128), dense(64, "linear"), dropout(0.3), HEAD)
    assert first.message == "layer 3 (Dense): expected activation=other than 'linear', found activation='linear'."
    assert first.hint == "Without an activation two layers in a row compute no more than one: name one for the layer."


def test_dropout_before_the_first_hidden_layer_is_not_after_it() -> None:
    _first, second = exercise_01(flatten(), dropout(0.3), dense(128), dense(64), HEAD)
    assert second.status is Status.FAILED
    assert second.message == "Dense(activation=other than 'linear') is missing after layer 1 (Flatten)."


def test_a_head_of_another_size_or_activation_is_told() -> None:
    assert exercise_01(flatten(), dense(128), dense(64), dropout(0.3), dense(9, "softmax"))[0].message == (
        "layer 5 (Dense): expected units=10, found units=9."
    )
    assert exercise_01(flatten(), dense(128), dense(64), dropout(0.3), dense(10, "sigmoid"))[0].message == (
        "layer 5 (Dense): expected activation='softmax', found activation='sigmoid'."
    )


@pytest.mark.parametrize("activation", ["linear", "sigmoid", "relu"])
def test_a_head_without_softmax_is_told_what_softmax_does(activation: str) -> None:
    assert exercise_01(flatten(), dense(128), dense(64), dropout(0.3), dense(10, activation))[0].hint == (
        "softmax turns the last numbers into probabilities that sum to 1, one for each class."
    )


def test_an_activation_of_ones_own_counts_as_other_than_linear() -> None:
    first, second = exercise_01(flatten(), dense(128), dense(64, "custom:mine"), dropout(0.3), HEAD)
    assert (first.status, second.status) == (Status.PASSED, Status.PASSED)


def test_a_branching_network_is_refused_once() -> None:
    facts = with_layer(chain([flatten(), dense(128), dense(128), dropout(0.3), HEAD], (28, 28)), 3, inputs=(1,))
    first, second = told(Told(facts), SECOND_HIDDEN, DROPOUT).outcomes
    assert (first.status, second.status) == (Status.FAILED, Status.SKIPPED)
    assert first.message == "the network branches, and a plain chain of layers was asked for"
    assert second.message == "Not checked, because “A second hidden Dense layer” did not pass: mend that first."


def test_layers_with_partial_credit_take_off_a_share_for_each_fault() -> None:
    check = Layers(layer("Flatten"), HIDDEN, layer("Dropout", rate=0.3), OUTPUT, points=4)
    report = told(Told(chain([flatten(), dense(128), dropout(0.2), HEAD], (28, 28))), check)
    assert report.score == 3
    assert only(report).message == "layer 3 (Dropout): expected rate=0.3, found rate=0.2."


def test_layers_without_a_pattern_are_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match=r"^Layers\(…\) needs at least one layer$"):
        Layers()


# --- layers that are always, or never, as in training -----------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "hint"),
    [
        (True, "With training=True it drops numbers while the model predicts, too: leave training to Keras."),
        (False, "With training=False it does nothing while the model is trained: leave training to Keras."),
    ],
)
def test_a_pattern_fits_no_dropout_whose_mode_is_fixed(mode: bool, hint: str) -> None:
    fixed = with_layer(mlp(), 3, settings={**mlp().layers[3].settings, "training": mode})
    pattern = (layer("Flatten"), one_or_more(layer("Dense")), layer("Dropout"), layer("Dense"))
    outcome = only(told(Told(fixed), Layers(*pattern)))
    assert outcome.message == f"layer 4 (Dropout): expected training=None, found training={mode}."
    assert outcome.hint == hint
    assert only(told(Told(fixed), Layers(*pattern[:2], layer("Dropout", training=mode), pattern[3]))).score == 1


def test_what_was_left_out_is_told_where_something_is_missing() -> None:
    facts = replace(
        chain([flatten(), dense(10, "softmax")]), notes=("a Dropout layer that drops nothing was left out",)
    )
    outcome = only(told(Told(facts), Layers(layer("Flatten"), layer("Dropout"), layer("Dense"))))
    assert outcome.message.splitlines() == [
        "Dropout() is missing after layer 1 (Flatten).",
        "Note: a Dropout layer that drops nothing was left out.",
    ]


def test_a_last_layer_with_another_behind_it_is_told_so() -> None:
    hidden = layer("Dense", activation=other_than("linear"))
    pattern = (layer("Flatten"), one_or_more(hidden), layer("Dropout"), layer("Dense", units=10, activation="softmax"))
    facts = chain([flatten(), dense(64), dense(10, "softmax"), dropout(0.3)], (28, 28))
    assert only(told(Told(facts), Layers(*pattern))).message == (
        "Dense(units=10, activation='softmax') is not at the end: layer 3 (Dense) is one, but layer 4 (Dropout) follows"
        " it."
    )
