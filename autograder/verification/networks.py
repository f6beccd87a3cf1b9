"""Networks that are almost another: Hypothesis strategies over ``ModelFacts``, with exactly one thing changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from autograder.exam import Limits
from autograder.exam.unpack import Forged, checked_facts
from autograder.facts import LayerFacts, ModelFacts, Setting

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax", "elu", "selu", "gelu", "silu", "softplus", "softsign")
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Changed:
    """A network with one thing changed."""

    about: str
    """What was changed."""
    facts: ModelFacts

    @property
    def key(self) -> str:
        """The same for networks that are the same."""
        return repr(self.facts.nameless)


@st.composite
def changed_networks(draw: st.DrawFn, facts: ModelFacts) -> Changed:
    """A network with one thing changed: a setting, a layer, the order, the wiring, or what is trained."""
    change = draw(st.sampled_from(_CHANGES))
    about, layers, wires = change(draw, facts)
    found = _network(facts, layers, wires)
    assume(found is not None and found.layers != facts.layers)
    assert found is not None
    return Changed(about, found)


def chained(facts: ModelFacts, layers: Sequence[LayerFacts]) -> ModelFacts | None:
    """The network with these layers in a row; ``None`` where they do not go together."""
    return _network(facts, layers, {})


def _network(
    facts: ModelFacts, layers: Sequence[LayerFacts], wires: Mapping[int, tuple[int, ...]]
) -> ModelFacts | None:
    if not layers:
        return None
    wired = tuple(
        replace(one, inputs=wires.get(place, (place - 1,)), shares=None, name="") for place, one in enumerate(layers)
    )
    try:
        return checked_facts(replace(facts, layers=wired, outputs=(len(wired) - 1,)), _LIMITS)
    except Forged:
        return None


_Change = Callable[[Any, ModelFacts], tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]]


def _setting(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    places = [
        (place, name)
        for place, layer in enumerate(facts.layers)
        for name in layer.settings
        if name in _OTHERS and not (name == "dilation_rate" and set(_tuple(layer.settings["kernel_size"])) == {1})
    ]
    assume(places)
    place, name = draw(st.sampled_from(places))
    layer = facts.layers[place]
    was = layer.settings[name]
    value = draw(_OTHERS[name](was))
    assume(value != was)
    settings = {**layer.settings, name: value}
    if name == "pool_size":
        # As Keras has it: a stride that is not told is the size of the pool.
        settings["strides"] = value
    if name == "strides":
        assume(set(_tuple(layer.output_shape[:-1])) != {1})
    layers = list(facts.layers)
    layers[place] = replace(layer, settings=settings)
    if name == "padding":
        other = chained(facts, layers)
        # Padding that adds nothing is none.
        assume(other is not None and other.layers[place].output_shape != layer.output_shape)
    return f"layer {place + 1} ({layer.kind}): {name}={value!r} instead of {was!r}", layers, {}


def _frozen(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    places = [place for place, layer in enumerate(facts.layers) if layer.parameters.trainable]
    assume(places)
    place = draw(st.sampled_from(places))
    layers = list(facts.layers)
    layers[place] = replace(layers[place], trainable=False)
    return f"layer {place + 1} ({layers[place].kind}) is frozen", layers, {}


def _missing(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    place = draw(st.integers(0, len(facts.layers) - 1))
    layers = [layer for index, layer in enumerate(facts.layers) if index != place]
    return f"layer {place + 1} ({facts.layers[place].kind}) is missing", layers, {}


def _doubled(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    place = draw(st.integers(0, len(facts.layers) - 1))
    layers = [*facts.layers[: place + 1], *facts.layers[place:]]
    return f"layer {place + 1} ({facts.layers[place].kind}) is there twice", layers, {}


def _extra(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    place = draw(st.integers(0, len(facts.layers)))
    kind = draw(st.sampled_from(sorted(templates())))
    settings = dict(templates()[kind].settings)
    for name in ("units", "filters", "rate", "activation"):
        if name in settings:
            settings[name] = draw(_OTHERS[name](None))
    layer = replace(templates()[kind], settings=settings)
    layers = [*facts.layers[:place], layer, *facts.layers[place:]]
    return f"an extra {kind} before layer {place + 1}", layers, {}


def _order(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    assume(len(facts.layers) > 1)
    first = draw(st.integers(0, len(facts.layers) - 2))
    second = draw(st.integers(first + 1, len(facts.layers) - 1))
    layers = list(facts.layers)
    layers[first], layers[second] = layers[second], layers[first]
    return f"layers {first + 1} and {second + 1} have changed places", layers, {}


def _wiring(draw: Any, facts: ModelFacts) -> tuple[str, list[LayerFacts], Mapping[int, tuple[int, ...]]]:
    """An output that is added to itself, or to what the layer was given: no shape and no count changes."""
    place = draw(st.integers(1, len(facts.layers) - 1))
    same = [other for other in range(place) if facts.layers[other].output_shape == facts.layers[place].output_shape]
    other = draw(st.sampled_from([place, *same]))
    kind = draw(st.sampled_from(["Add", "Multiply", "Maximum", "Average", "Subtract"]))
    # The largest and the mean of one number are the number itself.
    assume(other != place or kind in {"Add", "Multiply", "Subtract"})
    merged = replace(facts.layers[place], kind=kind, settings={}, trainable=True)
    layers = [*facts.layers[: place + 1], merged, *facts.layers[place + 1 :]]
    return f"{kind} of layers {place + 1} and {other + 1}", layers, {place + 1: (place, other)}


_CHANGES: list[_Change] = [
    *[_setting] * 6,
    *[_extra] * 3,
    *[_order] * 2,
    *[_wiring] * 2,
    _missing,
    _doubled,
    _frozen,
]


def _counts(was: Setting) -> st.SearchStrategy[Setting]:
    near = [was + 1, was - 1, was * 2, was // 2, was + 10] if isinstance(was, int) else [1]
    return st.one_of(st.sampled_from(near), st.integers(1, 300)).filter(lambda one: one > 0)


def _windows(was: Setting) -> st.SearchStrategy[Setting]:
    axes = len(_tuple(was))
    square = st.integers(1, 7).map(lambda size: (size,) * axes)
    # As many numbers as (3, 3), and as many parameters.
    return st.one_of(square, st.just((1, 9)[:axes]), st.tuples(*[st.integers(1, 6)] * axes))


def _steps(was: Setting) -> st.SearchStrategy[Setting]:
    axes = len(_tuple(was))
    return st.one_of(st.integers(1, 4).map(lambda step: (step,) * axes), st.tuples(*[st.integers(1, 3)] * axes))


def _rates(_was: Setting) -> st.SearchStrategy[Setting]:
    return st.integers(1, 98).map(lambda percent: percent / 100)


_PENALTIES = ({"l2": 0.01}, {"l1": 0.01}, {"l2": 0.0001}, {"l1": 0.001, "l2": 0.001})

_OTHERS: Mapping[str, Callable[[Setting], st.SearchStrategy[Any]]] = {
    "units": _counts,
    "filters": _counts,
    "kernel_size": _windows,
    "pool_size": _windows,
    "strides": _steps,
    "dilation_rate": _steps,
    "padding": lambda was: st.just("same" if was == "valid" else "valid"),
    "activation": lambda _was: st.sampled_from(ACTIVATIONS),
    "use_bias": lambda was: st.just(not was),
    "rate": _rates,
    "kernel_regularizer": lambda _was: st.sampled_from(_PENALTIES),
    "bias_regularizer": lambda _was: st.sampled_from(_PENALTIES),
}
"""What else a setting may be, given what it is."""


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


@cache
def templates() -> Mapping[str, LayerFacts]:
    """A layer of each kind that may be put in, with the settings that Keras gives it."""
    import keras

    from autograder.keras_facts import read_model

    layers = keras.layers
    probe = keras.Sequential(
        [
            keras.Input((16, 16, 3)),
            layers.Conv2D(4, 3),
            layers.BatchNormalization(),
            layers.LayerNormalization(),
            layers.MaxPooling2D(2),
            layers.AveragePooling2D(2),
            layers.SpatialDropout2D(0.2),
            layers.Flatten(),
            layers.Dense(4),
            layers.Dropout(0.2),
        ]
    )
    # To flatten what is flat changes nothing.
    return {one.kind: replace(one, name="") for one in read_model(probe).layers if one.kind != "Flatten"}


@st.composite
def described_networks(draw: st.DrawFn, facts: ModelFacts, pattern: Any) -> Changed:
    """A network that a pattern describes, on the inputs of another."""
    layers = draw(_described(pattern))
    network = chained(facts, layers)
    assume(network is not None)
    assert network is not None
    return Changed("another network that the pattern describes", network)


@st.composite
def _described(draw: st.DrawFn, pattern: Any) -> list[LayerFacts]:
    from autograder.pattern import AnyOrder, Chain, LayerPattern, Maybe, OneOf, OneOrMore

    match pattern:
        case LayerPattern():
            return [draw(_layer(pattern))]
        case Chain(parts):
            return [layer for part in parts for layer in draw(_described(part))]
        case Maybe(part):
            return draw(_described(part)) if draw(st.booleans()) else []
        case OneOrMore(part):
            return [layer for _time in range(draw(st.integers(1, 3))) for layer in draw(_described(part))]
        case OneOf(parts):
            return draw(_described(draw(st.sampled_from(parts))))
        case AnyOrder(parts):
            waiting = [draw(_described(part)) for part in parts]
            found = []
            while left := [one for one in waiting if one]:
                found.append(draw(st.sampled_from(left)).pop(0))
            return found
    raise TypeError(f"{type(pattern).__name__} is no pattern")


@st.composite
def _layer(draw: st.DrawFn, pattern: Any) -> LayerFacts:
    known = {**templates(), "Flatten": replace(templates()["Dropout"], kind="Flatten", settings={})}
    assume(pattern.kind in known)
    template = known[pattern.kind]
    settings = dict(template.settings)
    for name in ("units", "filters", "rate", "activation", "use_bias"):
        if name in settings and name not in pattern.settings:
            settings[name] = draw(_OTHERS[name](settings[name]))
    for name, wanted in pattern.settings.items():
        settings[name] = draw(values_of(name, wanted, settings.get(name)))
    return replace(template, settings=settings, trainable=pattern.trainable is not False)


def values_of(name: str, wanted: Any, usual: Any = None) -> st.SearchStrategy[Any]:
    """What a setting may be that a pattern asks for."""
    from autograder.pattern import AnyOf, Between, OtherThan

    if isinstance(wanted, AnyOf):
        return st.sampled_from(wanted.values).flatmap(lambda one: values_of(name, one, usual))
    if isinstance(wanted, Between):
        return numbers_between(wanted.low, wanted.high)
    if isinstance(wanted, OtherThan):
        return _OTHERS[name](usual).filter(wanted.accepts)
    if isinstance(usual, tuple) and isinstance(wanted, int):
        return st.just((wanted,) * len(usual))
    return st.just(tuple(wanted) if isinstance(wanted, list) else wanted)


def numbers_between(low: float | None, high: float | None) -> st.SearchStrategy[Any]:
    """Numbers within bounds, both included: whole where the bounds are, else of three digits."""
    if all(bound is None or isinstance(bound, int) for bound in (low, high)):
        first = int(low) if low is not None else 1
        return st.integers(first, int(high) if high is not None else first + 60)
    least = float(low) if low is not None else 0.001
    most = float(high) if high is not None else 4 * least + 1
    return st.integers(0, 1000).map(lambda share: round(least + (most - least) * share / 1000, 6))
