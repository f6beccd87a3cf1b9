"""The arithmetic against Keras itself: random layers, what they keep and what they give."""

from __future__ import annotations

import math
from typing import Any

import keras
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.arithmetic import KNOWN_KINDS, ShapeError, layer_arithmetic, sum_parameters

modest = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# What Keras raises for settings and shapes that do not go together; TypeError and IndexError where it does
# not look before it leaps.
REFUSALS = (ValueError, TypeError, IndexError)

SMALL = st.integers(1, 4)
PADDINGS = st.sampled_from(["valid", "same"])
FORMATS = st.sampled_from(["channels_last", "channels_first"])


def sizes(rank: int, most: int = 4, least: int = 1) -> st.SearchStrategy[Any]:
    """As Keras takes sizes: one for all axes, a tuple or a list."""
    each = st.integers(least, most)
    several = st.lists(each, min_size=rank, max_size=rank)
    return each | several | several.map(tuple)


def some(**strategies: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Settings of which each may be missing."""
    return st.fixed_dictionaries({}, optional=strategies)


def shapes(axes: int, most: int = 9) -> st.SearchStrategy[tuple[int | None, ...]]:
    """Mostly known sizes."""
    size = st.integers(1, most)
    one = st.sampled_from([None, *range(1, most + 1)]) if axes > 1 else size
    return st.tuples(*[one] * (axes - 1), size)


def convolution(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    paddings = st.sampled_from(["valid", "same", "causal"]) if rank == 1 else PADDINGS
    required = {"filters": st.integers(1, 6), "kernel_size": sizes(rank)}
    window = {"strides": sizes(rank, 3), "padding": paddings, "dilation_rate": sizes(rank, 2)}
    optional = {**window, "groups": st.integers(1, 3), "use_bias": st.booleans(), "data_format": FORMATS}
    return st.fixed_dictionaries(required, optional=optional)


def without(strategy: st.SearchStrategy[dict[str, Any]], *names: str) -> st.SearchStrategy[dict[str, Any]]:
    return strategy.map(lambda drawn: {name: drawn[name] for name in drawn if name not in names})


def depthwise(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    given_settings = without(convolution(rank), "filters", "groups")
    return st.builds(lambda drawn, more: {**drawn, **more}, given_settings, some(depth_multiplier=SMALL))


def separable(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    given_settings = without(convolution(rank), "groups")
    return st.builds(lambda drawn, more: {**drawn, **more}, given_settings, some(depth_multiplier=SMALL))


def transposed(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    more = some(output_padding=st.none() | sizes(rank, 2, 0))
    given_settings = without(convolution(rank), "groups")
    return st.builds(lambda drawn, extra: {**drawn, **extra}, given_settings, more)


def pooling(rank: int) -> st.SearchStrategy[dict[str, Any]]:
    optional = {"strides": st.none() | sizes(rank, 3), "padding": PADDINGS, "data_format": FORMATS}
    return st.fixed_dictionaries({"pool_size": sizes(rank)}, optional=optional)


def margins(name: str, rank: int) -> st.SearchStrategy[dict[str, Any]]:
    margin = st.integers(0, 3)
    pairs = st.tuples(margin, margin) if rank == 1 else st.tuples(*[margin | st.tuples(margin, margin)] * rank)
    return some(**{name: margin | pairs, "data_format": FORMATS})


RANKED: dict[str, tuple[tuple[int, ...], Any]] = {
    "Conv{}D": ((1, 2, 3), convolution),
    "DepthwiseConv{}D": ((1, 2), depthwise),
    "SeparableConv{}D": ((1, 2), separable),
    "Conv{}DTranspose": ((1, 2, 3), transposed),
    "MaxPooling{}D": ((1, 2, 3), pooling),
    "AveragePooling{}D": ((1, 2, 3), pooling),
    "GlobalMaxPooling{}D": ((1, 2, 3), lambda rank: some(keepdims=st.booleans(), data_format=FORMATS)),
    "GlobalAveragePooling{}D": ((1, 2, 3), lambda rank: some(keepdims=st.booleans(), data_format=FORMATS)),
    "ZeroPadding{}D": ((1, 2, 3), lambda rank: margins("padding", rank)),
    "Cropping{}D": ((2,), lambda rank: margins("cropping", rank)),
    "UpSampling{}D": ((2,), lambda rank: some(size=sizes(rank), data_format=FORMATS)),
    "SpatialDropout{}D": ((1, 2, 3), lambda rank: st.just({"rate": 0.5})),
}
SPATIAL = {pattern.format(rank): (rank, of(rank)) for pattern, (ranks, of) in RANKED.items() for rank in ranks}

AXES = st.integers(-4, 4)
PERMUTATIONS = st.integers(1, 3).flatmap(lambda axes: st.permutations(range(1, axes + 1)))
SHAPED: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "Dense": st.fixed_dictionaries({"units": SMALL}, optional={"use_bias": st.booleans()}),
    "Flatten": some(data_format=FORMATS),
    "Reshape": st.fixed_dictionaries({"target_shape": st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6]), max_size=3)}),
    "Permute": st.fixed_dictionaries({"dims": PERMUTATIONS}),
    "RepeatVector": st.fixed_dictionaries({"n": SMALL}),
    "BatchNormalization": some(
        axis=AXES, center=st.booleans(), scale=st.booleans(), renorm=st.booleans(), trainable=st.booleans()
    ),
    "LayerNormalization": some(
        axis=AXES | st.lists(st.integers(1, 4), min_size=1, max_size=3, unique=True),
        center=st.booleans(),
        scale=st.booleans(),
    ),
    "PReLU": some(shared_axes=st.none() | AXES | st.lists(AXES, max_size=3)),
    "Dropout": st.just({"rate": 0.5}),
    "AlphaDropout": st.just({"rate": 0.5}),
    "GaussianDropout": st.just({"rate": 0.5}),
    "GaussianNoise": st.just({"stddev": 0.5}),
    "Activation": st.just({"activation": "relu"}),
    "Rescaling": st.just({"scale": 0.5}),
    **dict.fromkeys(("ReLU", "LeakyReLU", "ELU", "Softmax", "Identity"), st.just({})),
}

MERGED_SHAPES = st.lists(st.sampled_from([None, 1, 1, 3]), min_size=1, max_size=3).map(tuple)
ELEMENTWISE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def in_keras(kind: str, layer_settings: dict[str, Any], shape: Any) -> tuple[Any, int, int] | None:
    """Output shape, parameters and trainable ones as Keras has them; ``None`` if it refuses."""
    full = [(None, *one) for one in shape] if isinstance(shape, list) else (None, *shape)
    try:
        layer = getattr(keras.layers, kind)(**layer_settings)
        axes = layer.input_spec.ndim if layer.input_spec else None
        layer.build(full)
        output = layer.compute_output_shape(full)
    except REFUSALS:
        return None
    # Keras looks at the number of axes in a call only, and lets a transposed convolution lose everything
    if axes not in (None, len(full)) or 0 in output:
        return None
    return tuple(output[1:]), layer.count_params(), trainable(layer)


def trainable(layer: Any) -> int:
    """The trainable parameters of a layer or model: Keras has no method for them alone."""
    return sum(math.prod(weight.shape) for weight in layer.trainable_weights)


def in_arithmetic(kind: str, layer_settings: dict[str, Any], shape: Any) -> tuple[Any, int, int] | None:
    try:
        output, count = layer_arithmetic(kind, layer_settings, shape if isinstance(shape, list) else [shape])
    except ShapeError:
        return None
    return output, count.total, count.trainable


def agree(kind: str, layer_settings: dict[str, Any], shape: Any) -> None:
    expected = in_keras(kind, layer_settings, shape)
    assert in_arithmetic(kind, layer_settings, shape) == expected
    if expected is not None:
        complete = getattr(keras.layers, kind)(**layer_settings).get_config()
        assert in_arithmetic(kind, complete, shape) == expected


def test_every_known_layer_is_compared_here() -> None:
    assert {*SPATIAL, *SHAPED, *ELEMENTWISE, "Concatenate"} == KNOWN_KINDS


@pytest.mark.parametrize("kind", sorted(SPATIAL))
@modest
@given(st.data())
def test_a_spatial_layer_agrees_with_keras(kind: str, data: st.DataObject) -> None:
    rank, strategy = SPATIAL[kind]
    agree(kind, data.draw(strategy), data.draw(shapes(rank + 1)))


@pytest.mark.parametrize("kind", sorted(SHAPED))
@modest
@given(st.data())
def test_a_layer_of_any_rank_agrees_with_keras(kind: str, data: st.DataObject) -> None:
    agree(kind, data.draw(SHAPED[kind]), data.draw(st.integers(1, 3).flatmap(shapes)))


@pytest.mark.parametrize("kind", ELEMENTWISE)
@modest
@given(st.lists(MERGED_SHAPES, min_size=2, max_size=3))
def test_an_elementwise_merge_agrees_with_keras(kind: str, inputs: list[Any]) -> None:
    agree(kind, {}, inputs)


@modest
@given(st.data())
def test_a_concatenation_agrees_with_keras(data: st.DataObject) -> None:
    axes = data.draw(st.integers(1, 3))
    axis = data.draw(st.integers(-axes, axes))
    first = list(data.draw(shapes(axes, 3)))
    inputs = [tuple(first)]
    for _ in range(data.draw(st.integers(0, 2))):
        other = list(first)
        other[data.draw(st.integers(0, axes - 1)) if axis == 0 else axis - (axis > 0)] = data.draw(SMALL)
        inputs.append(tuple(other))
    agree("Concatenate", {"axis": axis}, inputs)


STEPS = st.one_of(
    st.tuples(
        st.just("Conv2D"),
        st.fixed_dictionaries(
            {"filters": SMALL, "kernel_size": sizes(2, 3)},
            optional={"padding": PADDINGS, "strides": sizes(2, 2), "use_bias": st.booleans()},
        ),
    ),
    st.tuples(st.just("MaxPooling2D"), st.fixed_dictionaries({"pool_size": sizes(2, 2)})),
    st.tuples(st.just("BatchNormalization"), some(center=st.booleans(), trainable=st.booleans())),
    st.tuples(st.just("SeparableConv2D"), st.fixed_dictionaries({"filters": SMALL, "kernel_size": SMALL})),
    st.tuples(st.just("Conv2DTranspose"), st.fixed_dictionaries({"filters": SMALL, "kernel_size": SMALL})),
    st.tuples(st.just("Dropout"), st.just({"rate": 0.25})),
)
HEADS = st.lists(st.tuples(st.just("Dense"), SHAPED["Dense"]), min_size=1, max_size=3)


@settings(modest, max_examples=40)
@given(st.lists(STEPS, max_size=4), HEADS)
def test_a_stack_agrees_with_the_model_that_keras_builds(steps: list[Any], heads: list[Any]) -> None:
    shape: Any = (12, 12, 1)
    model = keras.Sequential([keras.Input(shape)])
    counts = []
    for kind, layer_settings in [*steps, ("Flatten", {}), *heads]:
        try:
            shape, count = layer_arithmetic(kind, layer_settings, [shape])
        except ShapeError:
            with pytest.raises(ValueError, match="zero or negative"):
                model.add(getattr(keras.layers, kind)(**layer_settings))
            return
        model.add(getattr(keras.layers, kind)(**layer_settings))
        counts.append(count)
    total = sum_parameters(counts)
    assert (None, *shape) == model.output_shape
    assert total.total == model.count_params()
    assert total.trainable == trainable(model)
