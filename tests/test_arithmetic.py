"""Sizes, parameter counts, and the sums that are printed with them. Without Keras."""

from __future__ import annotations

import math
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.arithmetic import (
    KNOWN_KINDS,
    ParameterCount,
    ShapeError,
    UnknownLayer,
    Worked,
    batch_normalization_parameters,
    conv2d_parameters,
    conv_parameters,
    dense_parameters,
    depthwise_parameters,
    input_misconceptions,
    layer_arithmetic,
    layer_normalization_parameters,
    output_size,
    parameter_misconceptions,
    prelu_parameters,
    separable_parameters,
    shape_misconceptions,
    sum_parameters,
    transpose_output_size,
    transpose_parameters,
)
from autograder.arithmetic.misconceptions import (
    conv2d_parameter_slips,
    dense_parameter_slips,
    output_size_slips,
    pooling_size_slips,
)

SIZE = st.integers(1, 10**9)
SMALL = st.integers(1, 12)


@pytest.fixture(autouse=True)
def _messages_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANG", "en")


def evaluated(formula: str) -> Fraction:
    """The value of a printed formula, in exact fractions."""
    text = re.sub(r"\d+", r"Fraction(\g<0>)", formula)
    for sign, python in (("·", "*"), ("−", "-"), ("⌊", "floor("), ("⌋", ")"), ("⌈", "ceil("), ("⌉", ")")):
        text = text.replace(sign, python)
    names = {"Fraction": Fraction, "floor": math.floor, "ceil": math.ceil}
    return eval(text, {"__builtins__": {}}, names)


def refusal(kind: str, layer_settings: dict[str, object], *shapes: Any) -> str:
    with pytest.raises(ShapeError) as caught:
        layer_arithmetic(kind, layer_settings, shapes)
    return str(caught.value)


# numbers with their sums


def test_a_number_is_printed_with_its_sum() -> None:
    assert str(Worked(18496, "(3·3·32 + 1)·64")) == "18,496 = (3·3·32 + 1)·64"
    assert str(Worked(18496)) == "18,496"
    assert str(ParameterCount(total=0, trainable=0)) == "0"


def test_a_worked_size_serves_as_an_int() -> None:
    assert int(output_size(26, kernel=3)) == 24
    assert list(range(30))[output_size(26, kernel=3)] == 24


def test_a_stack_sums_up_the_layers_that_have_parameters() -> None:
    layers = [conv2d_parameters((3, 3), 1, 32), ParameterCount(total=0, trainable=0)]
    assert str(sum_parameters([*layers, batch_normalization_parameters(64)])) == "576 = 320 + 256"
    assert sum_parameters([batch_normalization_parameters(64)]).trainable == 128
    assert str(sum_parameters([])) == "0"


# the lesson's networks


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (lambda: conv2d_parameters(kernel=(3, 3), inputs=1, filters=32), "320 = (3·3·1 + 1)·32"),
        (lambda: conv2d_parameters(kernel=(3, 3), inputs=32, filters=64), "18,496 = (3·3·32 + 1)·64"),
        (lambda: conv2d_parameters((3, 3), 32, 64, bias=False), "18,432 = 3·3·32·64"),
        (lambda: dense_parameters(inputs=9216, units=128), "1,179,776 = (9216 + 1)·128"),
        (lambda: dense_parameters(inputs=128, units=10), "1,290 = (128 + 1)·10"),
        (lambda: dense_parameters(inputs=784, units=128), "100,480 = (784 + 1)·128"),
        (lambda: dense_parameters(784, 128, bias=False), "100,352 = 784·128"),
        (lambda: conv_parameters((3, 3), 32, 64, groups=2), "9,280 = (3·3·(32/2) + 1)·64"),
        (lambda: conv_parameters((5,), 4, 8, bias=False), "160 = 5·4·8"),
        (lambda: transpose_parameters((3, 3), 2, 3), "57 = (3·3·2 + 1)·3"),
        (lambda: transpose_parameters((3, 3), 2, 3, bias=False), "54 = 3·3·2·3"),
        (lambda: depthwise_parameters((3, 3), 32), "320 = (3·3 + 1)·32"),
        (lambda: depthwise_parameters((3, 3), 32, 2, bias=False), "576 = 3·3·32·2"),
        (lambda: separable_parameters((3, 3), 32, 64), "2,400 = 3·3·32 + (32 + 1)·64"),
        (lambda: separable_parameters((3, 3), 32, 64, 2), "4,736 = 3·3·32·2 + (32·2 + 1)·64"),
        (lambda: batch_normalization_parameters(64), "256 = 4·64"),
        (lambda: batch_normalization_parameters(64, center=False), "192 = 3·64"),
        (lambda: layer_normalization_parameters([7, 64]), "896 = 2·7·64"),
        (lambda: layer_normalization_parameters([64], scale=False), "64"),
        (lambda: layer_normalization_parameters([64], center=False, scale=False), "0"),
        (lambda: prelu_parameters([26, 26, 32]), "21,632 = 26·26·32"),
    ],
)
def test_parameters_are_printed_with_their_sum(count: Callable[[], ParameterCount], text: str) -> None:
    assert str(count()) == text


def test_moving_mean_and_variance_are_not_trainable() -> None:
    assert batch_normalization_parameters(64).trainable == 2 * 64
    assert batch_normalization_parameters(64, center=False, scale=False).trainable == 0
    assert batch_normalization_parameters(64, renorm=True) == ParameterCount(total=448, trainable=128, formula="7·64")


def stack(shape: Any, *layers: tuple[str, dict[str, object]]) -> tuple[Any, ParameterCount]:
    counts = []
    for kind, layer_settings in layers:
        shape, count = layer_arithmetic(kind, layer_settings, [shape])
        counts.append(count)
    return shape, sum_parameters(counts)


def test_the_mnist_network_of_the_lesson_has_1199882_parameters() -> None:
    shape, count = stack(
        (28, 28, 1),
        ("Conv2D", {"filters": 32, "kernel_size": (3, 3), "activation": "relu"}),
        ("Conv2D", {"filters": 64, "kernel_size": [3, 3], "activation": "relu"}),
        ("MaxPooling2D", {"pool_size": 2}),
        ("Dropout", {"rate": 0.25}),
        ("Flatten", {}),
        ("Dense", {"units": 128, "activation": "relu"}),
        ("Dropout", {"rate": 0.5}),
        ("Dense", {"units": 10, "activation": "softmax"}),
    )
    assert shape == (10,)
    assert str(count) == "1,199,882 = 320 + 18496 + 1179776 + 1290"


def test_the_fashion_network_of_the_lesson_flattens_to_784() -> None:
    shape, count = stack((28, 28), ("Flatten", {}), ("Dense", {"units": 128}))
    assert (shape, str(count)) == ((128,), "100,480 = (784 + 1)·128")


# sizes


@pytest.mark.parametrize(
    ("worked", "text"),
    [
        (lambda: output_size(26, kernel=3), "24 = 26 − 3 + 1"),
        (lambda: output_size(24, kernel=2, stride=2), "12 = ⌊(24 − 2)/2⌋ + 1"),
        (lambda: output_size(28, kernel=3, stride=2, padding="same"), "14 = ⌈28/2⌉"),
        (lambda: output_size(28, kernel=3, padding="same"), "28"),
        (lambda: output_size(28, kernel=3, padding="causal"), "28"),
        (lambda: output_size(26, kernel=3, dilation=2), "22 = 26 − (2·(3 − 1) + 1) + 1"),
        (lambda: output_size(26, kernel=3, dilation=2, stride=3), "8 = ⌊(26 − (2·(3 − 1) + 1))/3⌋ + 1"),
        (lambda: transpose_output_size(5, kernel=3), "7 = 5 − 1 + 3"),
        (lambda: transpose_output_size(5, kernel=3, stride=2), "11 = (5 − 1)·2 + 3"),
        (lambda: transpose_output_size(5, kernel=2, stride=3), "15 = 5·3"),
        (lambda: transpose_output_size(5, kernel=2, stride=3, output_padding=0), "14 = (5 − 1)·3 + 2 + 0"),
        (lambda: transpose_output_size(5, kernel=3, dilation=2), "9 = 5 − 1 + (2·(3 − 1) + 1)"),
        (lambda: transpose_output_size(5, kernel=3, stride=2, padding="same"), "10 = 5·2"),
        (
            lambda: transpose_output_size(5, kernel=3, stride=2, padding="same", output_padding=1),
            "10 = (5 − 1)·2 + 1 + 1",
        ),
        (lambda: transpose_output_size(5, kernel=3, padding="same"), "5"),
    ],
)
def test_sizes_are_printed_with_their_sum(worked: Callable[[], Worked], text: str) -> None:
    assert str(worked()) == text


def test_a_kernel_that_does_not_fit_is_told_with_the_sum() -> None:
    with pytest.raises(ShapeError) as caught:
        output_size(2, kernel=3)
    assert str(caught.value) == "output size: expected at least 1, got 0 = 2 − 3 + 1"


def test_nothing_may_remain_of_a_transposed_convolution() -> None:
    with pytest.raises(ShapeError) as caught:
        transpose_output_size(1, kernel=2, stride=3, padding="same", output_padding=0)
    assert str(caught.value) == "output size: expected at least 1, got 0 = (1 − 1)·3 + 0 + 0"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"stride": 0}, "stride: expected a whole number of at least 1, got 0"),
        ({"dilation": -1}, "dilation: expected a whole number of at least 1, got -1"),
        ({"size": 0}, "size: expected a whole number of at least 1, got 0"),
        ({"kernel": 0}, "kernel: expected a whole number of at least 1, got 0"),
        ({"padding": "full"}, "padding: expected 'valid' | 'same' | 'causal', got 'full'"),
    ],
)
def test_a_size_from_bad_arguments_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        output_size(**{"size": 28, "kernel": 3, **arguments})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"size": 0}, "size: expected a whole number of at least 1, got 0"),
        ({"output_padding": -1}, "output_padding: expected a whole number of at least 0, got -1"),
        ({"padding": "causal"}, "padding: expected 'valid' | 'same', got 'causal'"),
    ],
)
def test_a_transposed_size_from_bad_arguments_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ShapeError) as caught:
        transpose_output_size(**{"size": 28, "kernel": 3, **arguments})
    assert str(caught.value) == message


def test_groups_that_are_no_number_are_refused() -> None:
    with pytest.raises(ShapeError) as caught:
        conv_parameters((3, 3), 4, 4, groups=0)
    assert str(caught.value) == "groups: expected a whole number of at least 1, got 0"


# printed sums


@given(SIZE, SIZE, SIZE, SIZE, st.sampled_from(["valid", "same", "causal"]))
def test_a_printed_size_evaluates_to_itself(size: int, kernel: int, stride: int, dilation: int, padding: str) -> None:
    span = dilation * (kernel - 1) + size
    worked = output_size(span, kernel=kernel, stride=stride, padding=padding, dilation=dilation)
    assert worked.formula is None or evaluated(worked.formula) == worked.value


@given(SIZE, SIZE, SMALL, SIZE, st.sampled_from(["valid", "same"]), st.none() | st.integers(1, 10**6))
def test_a_printed_transposed_size_evaluates_to_itself(
    size: int, kernel: int, stride: int, dilation: int, padding: str, extra: int | None
) -> None:
    worked = transpose_output_size(
        size, kernel=kernel, stride=stride, padding=padding, dilation=dilation, output_padding=extra
    )
    assert worked.formula is None or evaluated(worked.formula) == worked.value


KERNEL = st.lists(SMALL, min_size=1, max_size=3).map(tuple)
COUNTS = st.one_of(
    st.builds(dense_parameters, SIZE, SIZE, st.booleans()),
    st.builds(conv_parameters, KERNEL, SIZE, SIZE, bias=st.booleans()),
    st.builds(
        lambda kernel, share, filters, groups, bias: conv_parameters(
            kernel, share * groups, filters * groups, groups, bias
        ),
        *(KERNEL, SIZE, SIZE, SMALL, st.booleans()),
    ),
    st.builds(depthwise_parameters, KERNEL, SIZE, SMALL, st.booleans()),
    st.builds(separable_parameters, KERNEL, SIZE, SIZE, SMALL, st.booleans()),
    st.builds(batch_normalization_parameters, SIZE, st.booleans(), st.booleans(), st.booleans()),
    st.builds(layer_normalization_parameters, st.lists(SIZE, min_size=1), st.booleans(), st.booleans()),
    st.builds(prelu_parameters, st.lists(SIZE)),
    st.builds(sum_parameters, st.lists(st.builds(dense_parameters, SIZE, SIZE))),
)


@given(COUNTS)
def test_a_printed_count_evaluates_to_itself(count: ParameterCount) -> None:
    assert count.formula is None or evaluated(count.formula) == count.total
    assert 0 <= count.trainable <= count.total
    assert str(count).partition(" = ")[0].replace(",", "") == str(count.total)


def test_a_number_that_python_would_not_print_is_shown_as_a_power_of_two() -> None:
    huge = 2**100_000
    shape, count = layer_arithmetic("Dense", {"units": huge}, [(huge,)])
    assert shape == (huge,)
    assert count.total == (huge + 1) * huge
    assert str(count) == "≈2^200000 = (≈2^100000 + 1)·≈2^100000"
    assert refusal("Dense", {"units": -huge}, (3,)) == (
        "Dense, units: expected a whole number of at least 1, got −≈2^100000"
    )
    most = 2**1024 - 1
    assert refusal("Dense", {"units": -most}, (3,)).endswith(f"got -{most}")
    assert refusal("Dense", {"units": -most - 1}, (3,)).endswith("got −≈2^1024")


# one layer


@pytest.mark.parametrize(
    ("kind", "layer_settings", "shapes", "shape", "total"),
    [
        ("Conv1D", {"filters": 8, "kernel_size": 3, "padding": "causal"}, [(10, 4)], (10, 8), 104),
        ("Conv2D", {"filters": 4, "kernel_size": 3, "padding": "SAME"}, [(5, None, 2)], (5, None, 4), 76),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 2, "data_format": "channels_first"},
            [(2, 5, 6)],
            (3, 4, 5),
            27,
        ),
        ("Conv3D", {"filters": 2, "kernel_size": (1, 2, 3)}, [(4, 4, 4, 1)], (4, 3, 2, 2), 14),
        ("DepthwiseConv2D", {"kernel_size": 3, "depth_multiplier": 2}, [(5, 5, 3)], (3, 3, 6), 60),
        ("SeparableConv1D", {"filters": 4, "kernel_size": 3}, [(5, 2)], (3, 4), 18),
        ("Conv2DTranspose", {"filters": 3, "kernel_size": 3, "strides": 2}, [(5, 4, 2)], (11, 9, 3), 57),
        ("MaxPooling2D", {}, [(5, None, 2)], (2, None, 2), 0),
        ("AveragePooling1D", {"pool_size": 2, "strides": 1, "padding": "same"}, [(5, 2)], (5, 2), 0),
        ("GlobalAveragePooling2D", {}, [(5, 5, 2)], (2,), 0),
        ("GlobalMaxPooling2D", {"keepdims": True}, [(5, 5, 2)], (1, 1, 2), 0),
        ("Subtract", {}, [(3, 1), (3, 4)], (3, 4), 0),
        ("Subtract", {}, [(4,), (3, 1)], (3, 4), 0),
        ("Concatenate", {"axis": 1}, [(5, None), (3, 4)], (8, None), 0),
        ("PReLU", {}, [(3, 4)], (3, 4), 12),
        ("PReLU", {"shared_axes": 1}, [(3, 4)], (3, 4), 4),
        ("PReLU", {"shared_axes": (2,)}, [(3, 4)], (3, 4), 3),
        ("PReLU", {"shared_axes": 0}, [(3, 4)], (3, 4), 3),
        ("PReLU", {"shared_axes": [-1]}, [(3, 4)], (3, 4), 4),
        ("Flatten", {}, [(3, None)], (None,), 0),
        ("Flatten", {}, [()], (1,), 0),
        ("Reshape", {"target_shape": [-1, 2]}, [(3, 4)], (6, 2), 0),
        ("Reshape", {"target_shape": (-1, 2)}, [(None, 4)], (None, 2), 0),
        ("Permute", {"dims": (2, 1)}, [(3, 4)], (4, 3), 0),
        ("RepeatVector", {"n": 3}, [(4,)], (3, 4), 0),
        ("SpatialDropout2D", {"rate": 0.5}, [(5, 5, 2)], (5, 5, 2), 0),
        ("PReLU", {"shared_axes": [1, 2]}, [(None, None, 3)], (None, None, 3), 3),
        ("LayerNormalization", {"axis": [1, 2]}, [(3, 4, 5)], (3, 4, 5), 24),
        ("ZeroPadding1D", {"padding": (1, 2)}, [(5, 2)], (8, 2), 0),
        ("ZeroPadding2D", {"padding": (1, 2)}, [(5, 5, 2)], (7, 9, 2), 0),
        ("ZeroPadding2D", {"padding": ((1, 2), 3)}, [(5, 5, 2)], (8, 11, 2), 0),
        ("Cropping2D", {"cropping": 1}, [(5, None, 2)], (3, None, 2), 0),
        ("UpSampling2D", {}, [(5, 5, 2)], (10, 10, 2), 0),
        ("Add", {}, [(3, 4), (4,), (1, 1)], (3, 4), 0),
        ("Add", {}, [(None, 4), (3, 4)], (None, 4), 0),
        ("Concatenate", {}, [(3, 4), (3, 5)], (3, 9), 0),
        ("Concatenate", {"axis": 1}, [(3, 4), (None, 4)], (None, 4), 0),
        ("Concatenate", {}, [(None, 4), (3, 5)], (None, 9), 0),
        ("Concatenate", {"axis": 0}, [(3, 4), (3, 4)], (3, 4), 0),
    ],
)
def test_a_layer_gives_its_output_shape_and_parameters(
    kind: str, layer_settings: dict[str, object], shapes: Any, shape: Any, total: int
) -> None:
    found, count = layer_arithmetic(kind, layer_settings, shapes)
    assert (found, count.total) == (shape, total)


POLICY = "DTypePolicy"


@pytest.mark.parametrize(
    ("kind", "layer_settings", "given_shape", "shape", "sum_text"),
    [
        ("Dense", {"units": 2, "use_bias": False}, (5, 3), (5, 2), "6 = 3·2"),
        ("Dense", {"units": 2, "dtype": {"class_name": POLICY, "config": {"name": "float16"}}}, (1,), (2,), None),
        ("Dense", {"units": 2, "dtype": {"class_name": POLICY, "config": {"name": 16}}}, (1,), (2,), None),
        ("Dense", {"units": 2, "dtype": {"class_name": POLICY}}, (1,), (2,), None),
        ("Conv1D", {"filters": 2, "kernel_size": 3, "padding": "same", "strides": 2}, (9, 1), (5, 2), None),
        ("Conv1D", {"filters": 4, "kernel_size": 3, "dilation_rate": 2}, (9, 2), (5, 4), "28 = (3·2 + 1)·4"),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3, "groups": 2, "use_bias": False},
            (5, 5, 6),
            (3, 3, 4),
            "108 = 3·3·(6/2)·4",
        ),
        (
            "DepthwiseConv2D",
            {"kernel_size": (2, 3), "depth_multiplier": 2, "use_bias": False},
            (5, 5, 3),
            (4, 3, 6),
            "36 = 2·3·3·2",
        ),
        ("DepthwiseConv1D", {"kernel_size": 3}, (5, 3), (3, 3), "12 = (3 + 1)·3"),
        (
            "SeparableConv2D",
            {"filters": 4, "kernel_size": 3, "depth_multiplier": 2, "use_bias": False},
            (5, 5, 3),
            (3, 3, 4),
            "78 = 3·3·3·2 + 3·2·4",
        ),
        ("SeparableConv1D", {"filters": 4, "kernel_size": 3, "strides": 2}, (7, 2), (3, 4), "18 = 3·2 + (2 + 1)·4"),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": (3, 2), "dilation_rate": (2, 3), "use_bias": False},
            (5, 4, 2),
            (9, 7, 3),
            "36 = 3·2·2·3",
        ),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": 3, "strides": 2, "padding": "SAME"},
            (5, 4, 2),
            (10, 8, 3),
            "57 = (3·3·2 + 1)·3",
        ),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": 3, "strides": (2, 3), "output_padding": (0, 2)},
            (5, 4, 2),
            (11, 14, 3),
            "57 = (3·3·2 + 1)·3",
        ),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": 3, "data_format": "channels_first"},
            (2, 5, 4),
            (3, 7, 6),
            "57 = (3·3·2 + 1)·3",
        ),
        ("BatchNormalization", {}, (3, 4), (3, 4), "16 = 4·4"),
        ("BatchNormalization", {"axis": 1}, (3, 4), (3, 4), "12 = 4·3"),
        ("BatchNormalization", {"center": False}, (3, 4), (3, 4), "12 = 3·4"),
        ("BatchNormalization", {"scale": False}, (3, 4), (3, 4), "12 = 3·4"),
        ("BatchNormalization", {"renorm": True}, (3, 4), (3, 4), "28 = 7·4"),
        ("LayerNormalization", {}, (3, 4), (3, 4), "8 = 2·4"),
        ("LayerNormalization", {"axis": 1}, (3, 4), (3, 4), "6 = 2·3"),
        ("LayerNormalization", {"axis": (1, -1), "center": False}, (3, 4), (3, 4), "12 = 3·4"),
        ("LayerNormalization", {"scale": False}, (3, 4), (3, 4), "4"),
        ("LayerNormalization", {"center": False, "scale": False}, (3, None), (3, None), "0"),
        ("LayerNormalization", {"rms_scaling": True}, (3, 4), (3, 4), "4"),
        ("LayerNormalization", {"rms_scaling": True, "scale": False}, (3, 4), (3, 4), "4"),
        ("PReLU", {"shared_axes": (-2, 3)}, (3, 4, 5), (3, 4, 5), "4"),
        ("PReLU", {"shared_axes": -1}, (3, 4, 5), (3, 4, 5), "15 = 3·5"),
        ("MaxPooling2D", {"pool_size": (2, 3), "data_format": "channels_first"}, (2, 6, 7), (2, 3, 2), "0"),
        ("MaxPooling2D", {"pool_size": 3, "strides": 1, "padding": "same"}, (5, 6, 2), (5, 6, 2), "0"),
        ("AveragePooling2D", {"pool_size": 3, "strides": (1, 2)}, (5, 7, 2), (3, 3, 2), "0"),
        ("GlobalMaxPooling2D", {"data_format": "channels_first"}, (2, 5, 6), (2,), "0"),
        ("GlobalAveragePooling1D", {"keepdims": True, "data_format": "channels_first"}, (2, 5), (2, 1), "0"),
        ("ZeroPadding1D", {}, (5, 2), (7, 2), "0"),
        ("ZeroPadding1D", {"padding": 0}, (5, 2), (5, 2), "0"),
        ("ZeroPadding2D", {}, (5, 6, 2), (7, 8, 2), "0"),
        ("ZeroPadding2D", {"padding": [(0, 3), 0]}, (5, 6, 2), (8, 6, 2), "0"),
        ("ZeroPadding2D", {"data_format": "channels_first"}, (5, 6, 2), (5, 8, 4), "0"),
        ("Cropping2D", {}, (5, 6, 2), (5, 6, 2), "0"),
        ("Cropping2D", {"cropping": ((0, 1), (2, 3))}, (5, 6, 2), (4, 1, 2), "0"),
        ("UpSampling2D", {"size": (1, 3)}, (5, 6, 2), (5, 18, 2), "0"),
        ("Reshape", {"target_shape": (6, 2)}, (3, 4), (6, 2), "0"),
        ("Reshape", {"target_shape": (6, -1)}, (3, 4), (6, 2), "0"),
        ("Reshape", {"target_shape": (None, 2)}, (3, 4), (None, 2), "0"),
        ("Permute", {"dims": (3, 1, 2)}, (5, 6, 2), (2, 5, 6), "0"),
    ],
)
def test_a_layer_tells_the_sum_of_its_parameters(
    kind: str, layer_settings: dict[str, object], given_shape: Any, shape: Any, sum_text: str | None
) -> None:
    found, count = layer_arithmetic(kind, layer_settings, [given_shape])
    assert found == shape
    assert all(size is None or type(size) is int for size in found)
    if sum_text is not None:
        assert str(count) == sum_text


def test_a_frozen_layer_trains_nothing() -> None:
    _shape, count = layer_arithmetic("Dense", {"units": 2, "trainable": False}, [(3,)])
    assert count == ParameterCount(total=8, trainable=0, formula="(3 + 1)·2")


@pytest.mark.parametrize(
    ("kind", "layer_settings", "shapes", "message"),
    [
        ("Dense", {}, [(3,)], "Dense, units: expected a value, got none"),
        ("Dense", {"units": 2.0}, [(3,)], "Dense, units: expected a whole number of at least 1, got 2.0"),
        ("Dense", {"units": True}, [(3,)], "Dense, units: expected a whole number of at least 1, got True"),
        ("Dense", {"units": 2}, [(None,)], "Dense, last axis of the input: expected a known size, got None"),
        (
            "Dense",
            {"units": 2},
            [()],
            "Dense, input shape: expected at least one axis besides the batch axis, got ()",
        ),
        ("Dense", {"units": 2}, [(3,), (3,)], "Dense, inputs: expected 1, got 2"),
        ("Dense", {"units": 2}, [(0,)], "Dense, input shape: expected a whole number of at least 1, got 0"),
        ("Dense", {"units": 2, "use_bias": "no"}, [(3,)], "Dense, use_bias: expected True | False, got 'no'"),
        ("Dense", {"units": 2, "lora_rank": 4}, [(3,)], "Dense, lora_rank: expected None, got 4"),
        (
            "Dense",
            {"units": 2, "dtype": "int8_from_float32"},
            [(3,)],
            "Dense, dtype: expected a number type without quantization, got 'int8_from_float32'",
        ),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": (3, 3, 3)},
            [(5, 5, 1)],
            "Conv2D, kernel_size: expected one size or 2, got (3, 3, 3)",
        ),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3},
            [(5, 2, 1)],
            "Conv2D, spatial axis 2, output size: expected at least 1, got 0 = 2 − 3 + 1",
        ),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3},
            [(28, 28)],
            "Conv2D, input shape: expected 3 axes besides the batch axis, got (28, 28)",
        ),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3, "groups": 2},
            [(5, 5, 3)],
            "Conv2D, groups: expected a divisor of the 3 input channels, got 2",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 3, "groups": 2},
            [(5, 5, 4)],
            "Conv2D, groups: expected a divisor of the 3 filters, got 2",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 3, "strides": 2, "dilation_rate": (1, 2)},
            [(9, 9, 4)],
            "Conv2D, dilation_rate: expected 1, since strides are above 1, got 1·2",
        ),
        (
            "Conv2D",
            {"filters": 3, "kernel_size": 3, "padding": "causal"},
            [(9, 9, 4)],
            "Conv2D, padding: expected 'valid' | 'same', got 'causal'",
        ),
        (
            "Conv2DTranspose",
            {"filters": 3, "kernel_size": 3, "strides": 2, "output_padding": 2},
            [(9, 9, 4)],
            "Conv2DTranspose, output_padding: expected less than the stride of 2, got 2",
        ),
        ("AveragePooling2D", {}, [(9, 9, 4)], "AveragePooling2D, pool_size: expected a value, got none"),
        (
            "Cropping2D",
            {"cropping": 2},
            [(4, 9, 1)],
            "Cropping2D, spatial axis 1, cropping: expected to cut less than the 4 there are, got 4",
        ),
        (
            "Reshape",
            {"target_shape": (5, -1)},
            [(3, 4)],
            "Reshape, target_shape: expected a shape of 12 elements, got (5, -1)",
        ),
        (
            "Reshape",
            {"target_shape": (-1, -1)},
            [(3, 4)],
            "Reshape, target_shape: expected at most one −1, got (-1, -1)",
        ),
        (
            "Permute",
            {"dims": (2, 2)},
            [(3, 4)],
            "Permute, dims: expected each axis once, counted from 1, got (2, 2)",
        ),
        (
            "BatchNormalization",
            {"axis": 3},
            [(3, 4)],
            "BatchNormalization, axis: expected an axis below 3, got 3",
        ),
        (
            "BatchNormalization",
            {"axis": 0},
            [(3, 4)],
            "BatchNormalization, axis: expected a known size, got None",
        ),
        (
            "LayerNormalization",
            {"axis": [1, -2]},
            [(3, 4)],
            "LayerNormalization, axis: expected at least one axis, each once, got [1, -2]",
        ),
        ("PReLU", {"shared_axes": 3}, [(3, 4)], "PReLU, shared_axes: expected axes of at most 2, got 3"),
        (
            "PReLU",
            {"shared_axes": -1},
            [(4,)],
            "PReLU, shared_axes: expected a whole number of at least 0, got -1",
        ),
        ("PReLU", {}, [(None, 4)], "PReLU, input shape: expected a known size, got None"),
        (
            "LayerNormalization",
            {"axis": -4},
            [(3, 4)],
            "LayerNormalization, axis: expected a whole number of at least -3, got -4",
        ),
        (
            "LayerNormalization",
            {"axis": []},
            [(3, 4)],
            "LayerNormalization, axis: expected at least one axis, each once, got []",
        ),
        (
            "Dense",
            {"units": 2, "quantization_config": "int8"},
            [(3,)],
            "Dense, quantization_config: expected None, got 'int8'",
        ),
        (
            "Dense",
            {"units": 2, "dtype": {"class_name": POLICY, "config": {"name": "int8_from_float32"}}},
            [(3,)],
            "Dense, dtype: expected a number type without quantization, "
            "got {'class_name': 'DTypePolicy', 'config': {'name': 'int8_from_float32'}}",
        ),
        (
            "Dense",
            {"units": 2, "dtype": {"class_name": "QuantizedDTypePolicy"}},
            [(3,)],
            "Dense, dtype: expected a number type without quantization, got {'class_name': 'QuantizedDTypePolicy'}",
        ),
        (
            "Conv2D",
            {"filters": 4, "kernel_size": 3},
            [(5, 5, None)],
            "Conv2D, input channels: expected a known size, got None",
        ),
        (
            "Conv2DTranspose",
            {"filters": 4, "kernel_size": 3, "strides": (1, 2), "dilation_rate": 2},
            [(5, 5, 1)],
            "Conv2DTranspose, dilation_rate: expected 1, since strides are above 1, got 2·2",
        ),
        (
            "Conv2DTranspose",
            {"filters": 4, "kernel_size": 3, "padding": "causal"},
            [(5, 5, 1)],
            "Conv2DTranspose, padding: expected 'valid' | 'same', got 'causal'",
        ),
        (
            "Conv1D",
            {"filters": 4, "kernel_size": 3, "padding": "full"},
            [(5, 1)],
            "Conv1D, padding: expected 'valid' | 'same' | 'causal', got 'full'",
        ),
        (
            "MaxPooling2D",
            {"padding": "SAME"},
            [(5, 5, 1)],
            "MaxPooling2D, padding: expected 'valid' | 'same', got 'SAME'",
        ),
        (
            "MaxPooling2D",
            {"pool_size": 0},
            [(5, 5, 1)],
            "MaxPooling2D, pool_size: expected a whole number of at least 1, got 0",
        ),
        (
            "GlobalMaxPooling2D",
            {},
            [(5, 5)],
            "GlobalMaxPooling2D, input shape: expected 3 axes besides the batch axis, got (5, 5)",
        ),
        (
            "GlobalMaxPooling1D",
            {},
            [(5, None, 2)],
            "GlobalMaxPooling1D, input shape: expected 2 axes besides the batch axis, got (5, None, 2)",
        ),
        (
            "SpatialDropout1D",
            {"rate": 0.5},
            [(5,)],
            "SpatialDropout1D, input shape: expected 2 axes besides the batch axis, got (5,)",
        ),
        (
            "ZeroPadding2D",
            {"padding": (1, 2, 3)},
            [(5, 5, 1)],
            "ZeroPadding2D, padding: expected one size or 2, got (1, 2, 3)",
        ),
        (
            "ZeroPadding2D",
            {"padding": (1, (2, -1))},
            [(5, 5, 1)],
            "ZeroPadding2D, padding: expected a whole number of at least 0, got -1",
        ),
        (
            "ZeroPadding1D",
            {"padding": (1, 2, 3)},
            [(5, 1)],
            "ZeroPadding1D, padding: expected one size or 2, got (1, 2, 3)",
        ),
        (
            "Flatten",
            {"data_format": "last"},
            [(5, 5)],
            "Flatten, data_format: expected 'channels_last' | 'channels_first', got 'last'",
        ),
        (
            "Reshape",
            {"target_shape": 12},
            [(3, 4)],
            "Reshape, target_shape: expected a tuple of at most 64 entries, got 12",
        ),
        (
            "Reshape",
            {"target_shape": (0, 12)},
            [(3, 4)],
            "Reshape, target_shape: expected a whole number of at least 1, got 0",
        ),
        (
            "Reshape",
            {"target_shape": (3, 3)},
            [(3, 4)],
            "Reshape, target_shape: expected a shape of 12 elements, got (3, 3)",
        ),
        (
            "Reshape",
            {"target_shape": (3, 2)},
            [(3, 4)],
            "Reshape, target_shape: expected a shape of 12 elements, got (3, 2)",
        ),
        ("Permute", {"dims": (1, 0)}, [(3, 4)], "Permute, dims: expected a whole number of at least 1, got 0"),
        (
            "Permute",
            {"dims": (2, 1)},
            [(3,)],
            "Permute, input shape: expected 2 axes besides the batch axis, got (3,)",
        ),
        (
            "RepeatVector",
            {"n": 2},
            [(3, 4)],
            "RepeatVector, input shape: expected 1 axes besides the batch axis, got (3, 4)",
        ),
        ("Add", {}, [(3, 4), (3, 5)], "Add, inputs: expected shapes that go with (3, 4), got (3, 5)"),
        (
            "Concatenate",
            {},
            [(3, 4), (None, 4), (2, 4)],
            "Concatenate, inputs: expected shapes that go with (3, 4), got (2, 4)",
        ),
        ("Subtract", {}, [(3,)], "Subtract, inputs: expected 2, got 1"),
        ("Subtract", {}, [(3,)] * 3, "Subtract, inputs: expected 2, got 3"),
        ("Concatenate", {}, [(3, 4), (3,)], "Concatenate, inputs: expected shapes that go with (3, 4), got (3,)"),
        (
            "Concatenate",
            {},
            [(None, 4), (3, 4), (2, 4)],
            "Concatenate, inputs: expected shapes that go with (3, 4), got (2, 4)",
        ),
        ("Add", {}, [], "Add, inputs: expected at least 1, got 0"),
        ("Add", {}, [(3, 4), (5,)], "Add, inputs: expected shapes that go with (3, 4), got (5,)"),
        (
            "Concatenate",
            {},
            [(3, 4), (2, 4)],
            "Concatenate, inputs: expected shapes that go with (3, 4), got (2, 4)",
        ),
    ],
)
def test_a_layer_that_cannot_be_built_is_told_where_expected_and_found(
    kind: str, layer_settings: dict[str, object], shapes: Any, message: str
) -> None:
    assert refusal(kind, layer_settings, *shapes) == message


def test_an_unknown_layer_is_told_its_nearest_names() -> None:
    with pytest.raises(UnknownLayer) as caught:
        layer_arithmetic("Convv2D", {}, [(3,)])
    assert str(caught.value) == (
        "no arithmetic is known for the layer 'Convv2D'; did you mean Conv2D | Conv3D | Conv1D?"
    )


def test_a_layer_of_no_known_likeness_is_just_named() -> None:
    with pytest.raises(UnknownLayer) as caught:
        layer_arithmetic("zzz", {}, [(3,)])
    assert str(caught.value) == "no arithmetic is known for the layer 'zzz'"


def test_a_refusal_survives_pickling() -> None:
    error = ShapeError("units", "a whole number of at least 1", "-3").within("Dense")
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == str(error) == "Dense, units: expected a whole number of at least 1, got -3"
    assert again.args == ("Dense, units", "a whole number of at least 1", "-3")


def test_a_shape_may_have_as_many_axes_as_an_array() -> None:
    most, more = (1,) * 64, (1,) * 65
    assert layer_arithmetic("Reshape", {"target_shape": most}, [most])[0] == most
    assert refusal("Reshape", {"target_shape": more}, most) == (
        "Reshape, target_shape: expected a tuple of at most 64 entries, got (1, 1, 1, 1, 1, 1, ...)"
    )
    assert refusal("Flatten", {}, more) == (
        "Flatten, input shape: expected a tuple of at most 64 sizes, got (1, 1, 1, 1, 1, 1, ...)"
    )


def test_a_shape_of_a_million_axes_is_refused_at_once() -> None:
    assert refusal("Flatten", {}, (7,) * 10**6) == (
        "Flatten, input shape: expected a tuple of at most 64 sizes, got (7, 7, 7, 7, 7, 7, ...)"
    )


SETTING_NAMES = (
    *("units", "use_bias", "filters", "kernel_size", "strides", "padding", "dilation_rate", "groups"),
    *("depth_multiplier", "pool_size", "target_shape", "rate", "axis", "center", "scale", "output_padding"),
    *(
        "keepdims",
        "data_format",
        "shared_axes",
        "dims",
        "n",
        "size",
        "cropping",
        "trainable",
        "renorm",
        "dtype",
    ),
    *("rms_scaling", "lora_rank", "quantization_config"),
)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 6)
    | st.integers()
    | st.just(2**2000)
    | st.floats()
    | st.text(max_size=4)
    | st.binary(max_size=3)
    | st.complex_numbers()
    | st.sampled_from(["valid", "same", "causal", "channels_first"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.sampled_from(["class_name", "config", "name", ""]), inner, max_size=2)
        | st.sets(st.integers(), max_size=2)
    ),
    max_leaves=5,
)
PLAUSIBLE_SHAPES = st.lists(st.none() | SMALL | st.just(2**2000), max_size=5).map(tuple)
JUNK_SHAPES = st.lists(PLAUSIBLE_SHAPES | JUNK, max_size=3)


@settings(max_examples=800, deadline=None)
@given(
    st.sampled_from(sorted(KNOWN_KINDS)) | JUNK,
    st.dictionaries(st.sampled_from(SETTING_NAMES), JUNK, max_size=8),
    JUNK_SHAPES,
)
def test_junk_gives_a_result_or_a_named_refusal(kind: Any, junk: dict[str, object], shapes: Any) -> None:
    try:
        shape, count = layer_arithmetic(kind, junk, shapes)
    except (ShapeError, UnknownLayer) as refused:
        message = str(refused)
    else:
        assert all(size is None or (type(size) is int and size >= 1) for size in shape)
        assert 0 <= count.trainable <= count.total
        message = str(count)
    assert len(message) < 3000


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["Dense", "Conv1D", "Conv2D", "Conv3D", "Flatten"]),
    st.dictionaries(st.sampled_from(SETTING_NAMES[:8]), JUNK, max_size=8),
    JUNK,
    JUNK,
)
def test_misconceptions_about_junk_are_a_dict_or_a_named_refusal(
    kind: str, junk: dict[str, object], input_shape: Any, output_shape: Any
) -> None:
    try:
        found = parameter_misconceptions(kind, junk, input_shape, output_shape)
    except ShapeError:
        return
    assert all(type(count) is int and cause for count, cause in found.items())


# misconceptions


CONV_64 = {"filters": 64, "kernel_size": (3, 3)}


def test_wrong_counts_of_a_convolution_are_told_their_cause() -> None:
    assert parameter_misconceptions("Conv2D", CONV_64, (28, 28, 32), (26, 26, 64)) == {
        18_432: "the bias is missing: each filter has one number more, 64 in all",
        18_433: "the bias is not one for the layer: each filter has one of its own",
        36_864: "a bias does not belong to a weight: each filter has only one",
        18_464: "a bias does not belong to an input channel: each filter has only one",
        20_480: "a bias does not belong to an input channel: each filter has only one",
        640: "the input channels are missing: each filter spans 32 of them",
        576: "the input channels and the bias are missing: each filter spans 32 input channels",
        1_384_512: "the size of the output was used: a filter's weights are as many as its kernel has places",
        21_696: "the size of the output was used: a filter's weights are as many as its kernel has places",
        43_264: "these are the numbers that come out of the layer: what is counted is the weights it learns",
        289: "this is one filter alone: the layer has 64 of them",
        288: "this is one filter alone: the layer has 64 of them",
    }


def test_the_channels_of_a_convolution_may_stand_first() -> None:
    first = {**CONV_64, "data_format": "channels_first"}
    assert parameter_misconceptions("Conv2D", first, (32, 28, 28), (64, 26, 26)) == parameter_misconceptions(
        "Conv2D", CONV_64, (28, 28, 32), (26, 26, 64)
    )


def test_a_group_of_filters_spans_its_own_share_of_the_channels() -> None:
    found = parameter_misconceptions("Conv1D", {"filters": 4, "kernel_size": 3, "groups": 2}, (9, 6), (7, 4))
    assert found == {
        36: "the bias is missing: each filter has one number more, 4 in all",
        37: "the bias is not one for the layer: each filter has one of its own",
        72: "a bias does not belong to a weight: each filter has only one",
        48: "a bias does not belong to an input channel: each filter has only one",
        39: "a bias does not belong to an input channel: each filter has only one",
        16: "the input channels are missing: each filter spans 3 of them",
        12: "the input channels and the bias are missing: each filter spans 3 input channels",
        88: "the size of the output was used: a filter's weights are as many as its kernel has places",
        25: "the size of the output was used: a filter's weights are as many as its kernel has places",
        28: "these are the numbers that come out of the layer: what is counted is the weights it learns",
        10: "this is one filter alone: the layer has 4 of them",
        9: "this is one filter alone: the layer has 4 of them",
    }


def test_wrong_counts_of_a_layer_without_bias_are_told_their_cause() -> None:
    bare = {**CONV_64, "use_bias": False}
    assert parameter_misconceptions("Conv2D", bare, (28, 28, 32), (26, 26, 64)) == {
        18_496: "a bias was counted, but this layer has none: use_bias is False",
        576: "the input channels are missing: each filter spans 32 of them",
        1_384_448: "the size of the output was used: a filter's weights are as many as its kernel has places",
        21_632: "the size of the output was used: a filter's weights are as many as its kernel has places",
        43_264: "these are the numbers that come out of the layer: what is counted is the weights it learns",
        288: "this is one filter alone: the layer has 64 of them",
    }
    shared = "a Dense layer works on the last axis of its input only: the same weights serve all others"
    assert parameter_misconceptions("Dense", {"units": 10, "use_bias": False}, (28, 7), (28, 10)) == {
        80: "a bias was counted, but this layer has none: use_bias is False",
        1_960: shared,
        280: "these are the numbers that come out of the layer: what is counted is the weights it learns",
        17: "these are the inputs and the units: what is counted is the weights between them",
    }


def test_wrong_counts_are_asked_about_shapes_only() -> None:
    with pytest.raises(ShapeError) as caught:
        parameter_misconceptions("Dense", {"units": 10}, (7,), (0,))
    assert str(caught.value) == "output shape: expected a whole number of at least 1, got 0"


def test_wrong_counts_of_a_dense_layer_are_told_their_cause() -> None:
    assert parameter_misconceptions("Dense", {"units": 128}, (784,), (128,)) == {
        100_352: "the bias is missing: each unit has one number more, 128 in all",
        100_353: "the bias is not one for the layer: each unit has one of its own",
        200_704: "a bias does not belong to a weight: each unit has only one",
        101_136: "a bias does not belong to an input: each unit has one",
        785: "this is one unit alone: the layer has 128 of them",
        128: "these are the numbers that come out of the layer: what is counted is the weights it learns",
        912: "these are the inputs and the units: what is counted is the weights between them",
    }


def test_other_inputs_of_a_dense_layer_are_told_with_those_that_come_in() -> None:
    found = input_misconceptions({"units": 64}, (128,), [(28, 28), (784,), (128,), (64,)], [0.3])
    pixels = "that would be for 784 numbers that come in; 128 come into this layer"
    assert found[785 * 64] == found[784 * 64] == pixels
    assert found[29 * 64] == "that would be for 28 numbers that come in; 128 come into this layer"
    dropped = "Dropout takes no numbers away from the next layer: all 128 come in"
    assert found[90 * 64] == found[91 * 64] == dropped
    assert not {128 * 64, 129 * 64} & set(found)
    assert set(input_misconceptions({"units": 3, "use_bias": False}, (4,), [(2, 5)], [])) == {6, 15, 30}


def test_what_a_dense_layer_would_have_for_other_inputs_is_counted_with_and_without_its_bias() -> None:
    found = input_misconceptions({"units": 10}, (128,), [(None, 5), (129,), (130,), (127,)], [0.3])
    dropped = "Dropout takes no numbers away from the next layer: all 128 come in"

    def instead(size: int) -> str:
        return f"that would be for {size} numbers that come in; 128 come into this layer"

    assert found == {
        **dict.fromkeys((890, 900, 910), dropped),
        **dict.fromkeys((50, 60), instead(5)),
        1300: instead(129),
        1310: instead(130),
        **dict.fromkeys((1270, 1280), instead(127)),
    }


def test_a_layer_without_bias_is_told_of_the_bias_that_was_counted() -> None:
    cause = "a bias was counted, but this layer has none: use_bias is False"
    dense = parameter_misconceptions("Dense", {"units": 10, "use_bias": False}, (7,), (10,))
    conv = parameter_misconceptions("Conv2D", {**CONV_64, "use_bias": False}, (28, 28, 32), (26, 26, 64))
    assert (dense[80], conv[18_496]) == (cause, cause)


def test_a_dense_layer_on_an_image_is_told_of_the_axes_it_shares() -> None:
    found = parameter_misconceptions("Dense", {"units": 10}, (28, 28), (28, 10))
    assert found[7850] == ("a Dense layer works on the last axis of its input only: the same weights serve all others")


def test_the_slip_of_the_slides_is_no_misconception_where_it_gives_the_right_number() -> None:
    right = int(conv2d_parameters((3, 3), 32, 64).total)
    assert right == 32 * (24 * 24) + 64
    assert right not in parameter_misconceptions("Conv2D", CONV_64, (26, 26, 32), (24, 24, 64))


def test_unknown_sizes_leave_out_the_causes_that_need_them() -> None:
    found = parameter_misconceptions("Conv2D", CONV_64, (None, None, 32), (None, None, 64))
    assert set(found) == {18_432, 18_433, 36_864, 18_464, 20_480, 640, 576, 289, 288}


def test_wrong_shapes_are_told_their_cause() -> None:
    assert shape_misconceptions("Conv2D", CONV_64, (26, 26, 32), (24, 24, 64)) == {
        (64, 24, 24): "the channels stand last: height, width, channels",
        (24, 24): "the channels are missing",
        (24, 24, 32): "as many channels come out as the layer has filters",
        (26, 26, 64): "without padding the picture becomes smaller: size - kernel + 1",
        (23, 23, 64): "the + 1 is missing: the window's first place counts too",
    }
    assert shape_misconceptions("MaxPooling2D", {"pool_size": 2}, (24, 24, 64), (12, 12, 64)) == {
        (64, 12, 12): "the channels stand last: height, width, channels",
        (12, 12): "the channels are missing",
        (24, 24, 64): "pooling makes the picture smaller",
        (23, 23, 64): "a pooling window moves by its own size, not by 1",
        (12, 12, 32): "pooling leaves the channels as they are",
    }
    assert shape_misconceptions("Flatten", {}, (12, 12, 64), (9216,)) == {
        (12, 12, 64): "Flatten makes one axis of all",
        (144,): "the channels count too: height times width times channels",
    }
    assert shape_misconceptions("Dense", {"units": 128}, (9216,), (128,)) == {
        (9216,): "as many numbers come out as the layer has units",
    }
    assert shape_misconceptions("Dropout", {"rate": 0.5}, (128,), (128,)) == {
        (64,): "Dropout sets numbers to 0 and takes none away: the shape stays as it is",
    }


def test_wrong_shapes_are_told_their_cause_where_height_and_width_differ() -> None:
    pooled = shape_misconceptions("MaxPooling2D", {"pool_size": (2, 3)}, (24, 12, 64), (12, 4, 64))
    assert pooled == {
        (64, 12, 4): "the channels stand last: height, width, channels",
        (12, 4): "the channels are missing",
        (24, 12, 64): "pooling makes the picture smaller",
        (23, 10, 64): "a pooling window moves by its own size, not by 1",
        (12, 4, 32): "pooling leaves the channels as they are",
    }
    assert all(isinstance(size, int) for shape in pooled for size in shape)
    assert shape_misconceptions("Flatten", {}, (3, 5, 2), (30,)) == {
        (3, 5, 2): "Flatten makes one axis of all",
        (15,): "the channels count too: height times width times channels",
    }
    assert shape_misconceptions("Dropout", {"rate": 0.2}, (4, 6, 10), (4, 6, 10)) == {
        (10, 4, 6): "the channels stand last: height, width, channels",
        (4, 6): "the channels are missing",
        (4, 6, 8): "Dropout sets numbers to 0 and takes none away: the shape stays as it is",
    }


def test_a_shape_that_is_right_or_not_known_has_no_cause() -> None:
    same = {**CONV_64, "padding": "same"}
    halved = {**same, "strides": 2}
    assert (26, 26, 64) not in shape_misconceptions("Conv2D", halved, (26, 26, 32), (13, 13, 64))
    assert (26, 26, 64) not in shape_misconceptions("Conv2D", same, (26, 26, 32), (26, 26, 64))
    assert shape_misconceptions("Conv2D", CONV_64, (None, None, 32), (None, None, 64)) == {}
    assert shape_misconceptions("Flatten", {}, (784,), (784,)) == {}
    assert shape_misconceptions("Flatten", {}, (None, 28, 1), (784,)) == {}
    assert shape_misconceptions("Flatten", {}, (28, 28, 1), (None,)) == {}


def test_what_is_no_shape_is_refused_with_which_of_the_two_it_is() -> None:
    with pytest.raises(ShapeError) as caught:
        shape_misconceptions("Flatten", {}, (12, -1), (784,))
    assert str(caught.value) == "input shape: expected a whole number of at least 1, got -1"
    with pytest.raises(ShapeError) as caught:
        shape_misconceptions("Flatten", {}, (12, 1), (0,))
    assert str(caught.value) == "output shape: expected a whole number of at least 1, got 0"


def test_layers_that_are_not_asked_about_have_no_misconceptions() -> None:
    assert parameter_misconceptions("Flatten", {}, (28, 28), (784,)) == {}


@given(st.sampled_from([1, 2, 3]), st.data())
def test_the_right_count_is_never_a_misconception(rank: int, data: st.DataObject) -> None:
    kind = f"Conv{rank}D"
    groups = data.draw(st.integers(1, 3))
    layer_settings: dict[str, object] = {
        "filters": groups * data.draw(SMALL),
        "kernel_size": data.draw(st.integers(1, 5)),
        "groups": groups,
        "use_bias": data.draw(st.booleans()),
    }
    shape = (*data.draw(st.lists(st.integers(5, 9), min_size=rank, max_size=rank)), groups * data.draw(SMALL))
    output, right = layer_arithmetic(kind, layer_settings, [shape])
    assert right.total not in parameter_misconceptions(kind, layer_settings, shape, output)


def test_arithmetic_imports_neither_keras_nor_numpy() -> None:
    code = "import sys, autograder.arithmetic; print({'keras', 'tensorflow', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


# --------------------------------------------------------------------------------------------------
# slips: functions that go wrong


def right_size(size: int, kernel: int, stride: int = 1, padding: str = "valid") -> int:
    return int(output_size(size, kernel=kernel, stride=stride, padding=padding))


def right_pooled_size(size: int, pool: int, stride: int | None = None, padding: str = "valid") -> int:
    return right_size(size, pool, stride or pool, padding)


def right_conv2d(kernel: tuple[int, int], inputs: int, filters: int) -> int:
    return conv2d_parameters(kernel, inputs, filters).total


def right_dense(inputs: int, units: int) -> int:
    return dense_parameters(inputs, units).total


SIZES = [(28, 3), (28, 4, 3), (29, 5, 2), (29, 4, 2), (30, 7, 4), (29, 5, 2, "same"), (28, 3, 3, "same")]
SLIPS: list[tuple[Any, Any, list[Any]]] = [
    (output_size_slips, right_size, SIZES),
    (pooling_size_slips, right_pooled_size, [*SIZES, (25, 2), (25, 3, None, "same")]),
    (conv2d_parameter_slips, right_conv2d, [((3, 3), 1, 32), ((3, 5), 32, 64), ((2, 1), 3, 4)]),
    (dense_parameter_slips, right_dense, [(784, 128), (3, 5)]),
]


@pytest.mark.parametrize(("slips", "right", "cases"), SLIPS)
def test_a_slip_goes_wrong_somewhere_and_each_in_its_own_way(slips: Any, right: Any, cases: list[Any]) -> None:
    rights = tuple(right(*case) for case in cases)
    results = [tuple(function(*case) for case in cases) for function, _cause in slips()]
    assert rights not in results
    assert len(set(results)) == len(results)
    for _function, cause in slips():
        assert cause[0].islower()
        assert not cause.endswith(".")


def test_what_a_slip_gives_is_what_its_cause_says() -> None:
    def told(slips: Any, *case: Any) -> dict[float, str]:
        return {function(*case): cause for function, cause in reversed(slips())}

    sizes = told(output_size_slips, 28, 4, 3)
    assert sizes[8] == "the + 1 is missing: the window's first place counts too"
    assert sizes[25] == "the stride is missing: the window moves by so many places at once"
    rounded = told(output_size_slips, 29, 5, 2, "same")
    assert rounded[13] == "padding='same' is not looked at"
    assert rounded[14] == "with padding='same' the size is divided by the stride and rounded up, not down"
    assert rounded[29] == "with padding='same' the stride still counts: the size is divided by it"
    assert told(pooling_size_slips, 24, 2)[23] == "a pooling window moves by its own size where no stride is given"
    assert told(conv2d_parameter_slips, (3, 5), 32, 64) == {
        30_720: "the bias is missing: each filter has one number more",
        1_024: "the input channels are missing: each filter spans them all",
        960: "the input channels and the bias are missing: each filter spans all channels and has one bias",
        30_721: "the bias is not one for the layer: each filter has one of its own",
        61_440: "a bias does not belong to a weight: each filter has only one",
        32_768: "a bias does not belong to an input channel: each filter has only one",
        30_752: "a bias does not belong to an input channel: each filter has only one",
        481: "this is one filter alone: the layer has several",
        6_208: "one side of the kernel is missing: it has height times width places",
        18_496: "a kernel need not be square: it has height times width places",
        51_264: "a kernel need not be square: it has height times width places",
        16_448: "a kernel has height times width places, not height plus width",
    }
    assert told(dense_parameter_slips, 784, 128) == {
        100_352: "the bias is missing: each unit has one number more",
        100_353: "the bias is not one for the layer: each unit has one of its own",
        200_704: "a bias does not belong to a weight: each unit has only one",
        101_136: "a bias does not belong to an input: each unit has one",
        785: "this is one unit alone: the layer has several",
        912: "these are the inputs and the units: what is counted is the weights between them",
    }


def test_without_padding_a_size_that_is_rounded_up_is_one_too_large() -> None:
    wrong, cause = next((f, cause) for f, cause in output_size_slips() if "round down" in cause)
    assert cause == "without padding, a last step that does not fit whole is left out: round down"
    assert [wrong(29, 4, 2), wrong(28, 4, 2), wrong(29, 4, 2, "same")] == [14, 13, 15]
    assert [right_size(29, 4, 2), right_size(28, 4, 2)] == [13, 13]


def told_of(slips: Any, cases: list[Any]) -> list[tuple[list[float], str]]:
    return [([function(*case) for case in cases], cause) for function, cause in slips()]


def test_each_slip_of_an_output_size_gives_the_sum_that_its_cause_tells() -> None:
    # right are 9, 13, 15 and 26
    assert told_of(output_size_slips, [(28, 4, 3), (29, 4, 2), (29, 4, 2, "same"), (28, 3)]) == [
        ([8, 12, 15, 25], "the + 1 is missing: the window's first place counts too"),
        ([8, 13, 15, 26], "the + 1 comes after the division by the stride"),
        ([9, 14, 15, 26], "without padding, a last step that does not fit whole is left out: round down"),
        ([9, 13, 13, 26], "padding='same' is not looked at"),
        ([9, 13, 29, 26], "with padding='same' the stride still counts: the size is divided by it"),
        ([9, 13, 14, 26], "with padding='same' the size is divided by the stride and rounded up, not down"),
        ([9, 13, 14.5, 26], "a size is a whole number: with padding='same' it is rounded up"),
        ([9, 13.5, 15, 26], "a size is a whole number: without padding it is rounded down"),
        ([9, 13.5, 14.5, 26], "a size is a whole number: round down without padding, and up with padding='same'"),
        ([25, 26, 29, 26], "the stride is missing: the window moves by so many places at once"),
    ]


def test_each_slip_of_a_pooling_size_gives_the_sum_that_its_cause_tells() -> None:
    cases = [(29, 4, 3), (29, 4, 3, "same"), (29, 4), (29, 4, None, "same")]
    by_pool = "the size is divided by the stride, which is the window's size only where no stride is given"
    # right are 9, 10, 7 and 8
    told = told_of(pooling_size_slips, cases)
    assert told[:3] == [
        ([9, 10, 26, 29], "a pooling window moves by its own size where no stride is given"),
        ([7, 8, 7, 8], by_pool),
        ([7, 7, 7, 7], by_pool),
    ]
    assert told[3:] == told_of(output_size_slips, [(29, 4, 3), (29, 4, 3, "same"), (29, 4, 4), (29, 4, 4, "same")])
