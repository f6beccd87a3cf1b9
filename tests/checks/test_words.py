"""How layers and what is wrong with them are put into words. Without Keras."""

from __future__ import annotations

from typing import Any

import pytest

from autograder.checks import SameArchitecture, words
from autograder.pattern import layer
from tests.checks.networks import Told, chain, cnn, conv, dense, dropout, flatten, made, only, pool, told, with_layer

SMALLER = "padding='valid', the default, adds no border: each output is smaller than its input."
PENALTY = "A regularizer adds a penalty to the loss; none was asked for."


@pytest.mark.parametrize(
    ("asked", "found", "hint"),
    [
        (conv(64, padding="same"), conv(64), SMALLER),
        (
            conv(64),
            conv(64, use_bias=False),
            "Each unit or filter has one bias of its own unless use_bias=False.",
        ),
        (
            conv(64),
            conv(64, strides=(2, 2)),
            "The stride is the step from one window to the next: 2 halves height and width.",
        ),
        (
            conv(64),
            conv(64, dilation_rate=(2, 2)),
            "Dilation spreads the kernel's taps apart: another function with as many parameters.",
        ),
        (conv(64), conv(64, kernel_regularizer={"l2": 0.1}), PENALTY),
        (conv(64), conv(64, bias_regularizer={"l2": 0.1}), PENALTY),
        (conv(64), conv(64, activity_regularizer={"l2": 0.1}), PENALTY),
        (
            conv(64),
            conv(64, "linear"),
            "Without an activation two layers in a row compute no more than one: name one for the layer.",
        ),
        (conv(64), conv(64, "tanh"), ""),
        (conv(64), conv(32), ""),
    ],
)
def test_the_setting_that_is_wrong_says_why_it_matters(asked: Any, found: Any, hint: str) -> None:
    outcome = only(told(Told(cnn(at_1=found)), SameArchitecture(cnn(at_1=asked))))
    assert outcome.hint == hint


@pytest.mark.parametrize(
    ("one", "text"),
    [
        (conv(32), "Conv2D(filters=32, kernel_size=(3, 3), activation='relu')"),
        (
            conv(32, strides=(2, 2), padding="same", use_bias=False),
            "Conv2D(filters=32, kernel_size=(3, 3), strides=(2, 2), padding='same', activation='relu', use_bias=False)",
        ),
        (
            made("Conv1D", filters=4, kernel_size=(3,), strides=(1,), dilation_rate=(1,)),
            "Conv1D(filters=4, kernel_size=(3,))",
        ),
        (
            made("Conv3D", filters=4, kernel_size=(3, 3, 3), strides=(1, 1, 1), dilation_rate=(1, 1, 1)),
            "Conv3D(filters=4, kernel_size=(3, 3, 3))",
        ),
        (made("Conv2D", strides=1, groups=1, dilation_rate=1), "Conv2D()"),
        (made("Conv2D", groups=2, dilation_rate=(2, 2)), "Conv2D(dilation_rate=(2, 2), groups=2)"),
        (made("DepthwiseConv2D", depth_multiplier=1), "DepthwiseConv2D()"),
        (made("BatchNormalization", axis=-1), "BatchNormalization()"),
        (made("BatchNormalization", axis=1), "BatchNormalization(axis=1)"),
        (pool(), "MaxPooling2D(pool_size=(2, 2))"),
        (made("MaxPooling2D", strides=(1, 1)), "MaxPooling2D(pool_size=(2, 2))"),
        (made("MaxPooling2D", strides=(3, 3)), "MaxPooling2D(pool_size=(2, 2), strides=(3, 3))"),
        (dropout(0.5, training=True), "Dropout(rate=0.5, training=True)"),
        (dense(10, "linear"), "Dense(units=10)"),
        (flatten(), "Flatten()"),
        (layer("Dense", activation="relu", units=3), "Dense(units=3, activation='relu')"),
    ],
)
def test_a_layer_is_a_line_of_code_without_what_goes_without_saying(one: Any, text: str) -> None:
    assert words.brief(one) == text


def test_each_row_of_the_table_says_what_is_wrong_with_it() -> None:
    outcome = only(
        told(Told(cnn(at_0=conv(16), at_3=[], at_7=[dense(10, "softmax"), dense(3)])), SameArchitecture(cnn()))
    )
    assert [(row.mark, row.expected, row.found, row.remark) for row in outcome.rows if row.mark != "ok"] == [
        (
            "wrong",
            "Conv2D(filters=32, kernel_size=(3, 3), activation='relu')",
            "Conv2D(filters=16, kernel_size=(3, 3), activation='relu')",
            "expected filters=32, found filters=16",
        ),
        ("missing", "Dropout(rate=0.25)", "", "missing"),
        ("extra", "", "Dense(units=3, activation='relu')", "too many"),
    ]


def test_a_layer_that_stands_elsewhere_is_in_the_wrong_place_at_both_ends() -> None:
    layers = [conv(32), dropout(0.25), conv(64), pool(), flatten(), dense(128), dropout(0.5), dense(10, "softmax")]
    outcome = only(told(Told(chain(layers)), SameArchitecture(cnn())))
    assert [(row.mark, row.remark) for row in outcome.rows if row.mark != "ok"] == [
        ("extra", "in the wrong place"),
        ("missing", "in the wrong place"),
    ]


def test_a_class_of_ones_own_is_named_as_such() -> None:
    facts = with_layer(cnn(), 3, kind="Mine", custom=True)
    outcome = only(told(Told(facts), SameArchitecture(cnn())))
    assert outcome.message == "layer 4 (Mine): expected Dropout(rate=0.25), found a class of your own named Mine."
