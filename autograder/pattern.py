"""Patterns of layers, and how well a network fits one.

A pattern is a regular expression over layers: ``layer("Dense", units=at_least(10))`` for one of them,
``optional``, ``one_or_more``, ``any_order`` and ``one_of`` to combine them. Matching never answers just
yes or no: it gives an :class:`Alignment`, the cheapest way to turn the pattern into the network, which
says what is missing, extra, misplaced or wrongly set. It is found by Dijkstra's algorithm on the product
of the pattern's automaton and the list of layers.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from math import isclose
from typing import Any, Protocol, TypeAlias, overload, runtime_checkable

from autograder.facts import LayerFacts, Setting
from autograder.i18n import _


class PatternError(ValueError):
    """The author of a pattern asked for something that no layer can have."""


@runtime_checkable
class Constraint(Protocol):
    """What a setting may be, where more than one value is right."""

    def accepts(self, value: Setting) -> bool: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Between:
    """A number from ``low`` to ``high``, both included; ``None`` leaves a side open."""

    low: float | None
    high: float | None

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is a number within the bounds, give or take a float's rounding, or such a tuple."""
        if isinstance(value, tuple):
            return bool(value) and all(map(self.accepts, value))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        above = self.low is None or value >= self.low or isclose(value, self.low, rel_tol=1e-6)
        below = self.high is None or value <= self.high or isclose(value, self.high, rel_tol=1e-6)
        return above and below

    def __str__(self) -> str:
        if self.low is None:
            return _("at most {high}").format(high=self.high)
        if self.high is None:
            return _("at least {low}").format(low=self.low)
        return _("between {low} and {high}").format(low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of a few values."""

    values: tuple[Wanted, ...]

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is one of them."""
        return any(fits(value, wanted) for wanted in self.values)

    def __str__(self) -> str:
        return _("one of {values}").format(values=", ".join(describe(value) for value in self.values))


@dataclass(frozen=True, slots=True)
class OtherThan:
    """Anything but a few values."""

    values: tuple[Wanted, ...]

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is none of them."""
        return not any(fits(value, wanted) for wanted in self.values)

    def __str__(self) -> str:
        return _("other than {values}").format(values=", ".join(describe(value) for value in self.values))


Wanted: TypeAlias = "Setting | Constraint | list[Any]"


def at_least(low: float) -> Between:
    """A number not below ``low``."""
    return Between(low, None)


def at_most(high: float) -> Between:
    """A number not above ``high``."""
    return Between(None, high)


def between(low: float, high: float) -> Between:
    """A number from ``low`` to ``high``, both included."""
    if low > high:
        raise PatternError(f"between({low}, {high}): the first bound must not be above the second")
    return Between(low, high)


def other_than(*values: Wanted) -> OtherThan:
    """Any value but these: ``activation=other_than("linear")``."""
    return OtherThan(values)


def fits(value: Setting, wanted: Wanted) -> bool:
    """Whether a setting is what was asked for: ``3`` asks for ``(3, 3)`` too, ``0.1`` for 0.1 in float32."""
    if isinstance(wanted, Constraint):
        return wanted.accepts(value)
    if isinstance(wanted, list):
        wanted = tuple(wanted)
    if isinstance(value, tuple) and isinstance(wanted, int | float):
        return bool(value) and all(fits(item, wanted) for item in value)
    if isinstance(value, tuple) and isinstance(wanted, tuple):
        return len(value) == len(wanted) and all(map(fits, value, wanted))
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return isclose(value, wanted, rel_tol=1e-5, abs_tol=1e-12)
    return value == wanted


def describe(wanted: Wanted) -> str:
    """A setting, or what was asked of one, as Keras code shows it."""
    return str(wanted) if isinstance(wanted, Constraint) else repr(wanted)


# --- patterns ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LayerPattern:
    """One layer: its kind, and the settings that matter. Settings not named may be anything."""

    kind: str
    settings: Mapping[str, Wanted] = field(default_factory=dict)
    trainable: bool | None = True
    """Whether training must change its weights; ``None`` for either."""

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={describe(wanted)}" for name, wanted in self.settings.items())
        return f"{self.kind}({settings})"


@dataclass(frozen=True, slots=True)
class Chain:
    """Patterns one after the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A pattern or nothing."""

    part: Pattern


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A pattern, again and again."""

    part: Pattern


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Patterns interleaved in whatever order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few patterns."""

    parts: tuple[Pattern, ...]


Pattern: TypeAlias = LayerPattern | Chain | Maybe | OneOrMore | AnyOrder | OneOf
_PATTERNS = (LayerPattern, Chain, Maybe, OneOrMore, AnyOrder, OneOf)

# Keras's second names for its own classes.
_ALIASES = {
    **{f"Convolution{n}D": f"Conv{n}D" for n in (1, 2, 3)},
    **{f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
}
_ACTIVATION_KINDS = {
    "ReLU": "relu",
    "Softmax": "softmax",
    "ELU": "elu",
}
# Activations whose name in Keras is not the one in facts. The layer LeakyReLU and the function leaky_relu
# have slopes of their own.
_ACTIVATION_NAMES = {None: "linear", "swish": "silu", "leaky_relu": "leaky_relu(negative_slope=0.2)"}


def layer(kind: str, *, trainable: bool | None = True, **settings: Wanted) -> LayerPattern:
    """One layer of a Keras class, with the settings that matter by Keras's own names.

    ``layer("Dense", units=10, activation="softmax")``, ``layer("Dropout", rate=between(0.1, 0.6))``. It
    must be trainable unless ``trainable`` says otherwise: a frozen layer is not what an exercise asks for.
    """
    if (activation := settings.get("activation", ...)) is None or isinstance(activation, str):
        settings["activation"] = _ACTIVATION_NAMES.get(activation, activation)
    if kind == "LeakyReLU":
        slope = settings.pop("negative_slope", 0.3)
        return LayerPattern("Activation", {"activation": f"leaky_relu(negative_slope={slope})", **settings}, trainable)
    if kind in _ACTIVATION_KINDS:
        return LayerPattern("Activation", {"activation": _ACTIVATION_KINDS[kind], **settings}, trainable)
    return LayerPattern(_ALIASES.get(kind, kind), settings, trainable)


def sequence(*parts: Pattern) -> Pattern:
    """Patterns one after the other."""
    return parts[0] if len(parts) == 1 else Chain(parts)


def optional(*parts: Pattern) -> Maybe:
    """These layers, or none of them."""
    return Maybe(sequence(*parts))


def one_or_more(*parts: Pattern) -> OneOrMore:
    """These layers in this order, once or again and again."""
    return OneOrMore(sequence(*parts))


def any_order(*parts: Pattern) -> AnyOrder:
    """All of these, interleaved in whatever order.

    ``any_order(one_or_more(layer("Dense")), one_or_more(layer("Dropout")))`` fits Dropout, Dense, Dropout.
    """
    if len(parts) > 5:
        raise PatternError(f"any_order takes at most 5 patterns, got {len(parts)}")
    return AnyOrder(parts)


@overload
def one_of(*choices: Pattern) -> OneOf: ...
@overload
def one_of(*choices: Setting) -> AnyOf: ...
def one_of(*choices: Any) -> OneOf | AnyOf:
    """One of a few layers, or, for a setting, one of a few values."""
    if choices and all(isinstance(choice, _PATTERNS) for choice in choices):
        return OneOf(choices)
    return AnyOf(choices)


# --- alignment --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that is not what was asked for."""

    name: str
    """The setting's name; ``"kind"`` where the layer is of another class."""
    expected: str
    found: Setting


@dataclass(frozen=True, slots=True)
class Step:
    """One place of an alignment: a layer asked for, a layer found, or both."""

    expected: LayerPattern | None
    found: LayerFacts | None
    place: int
    """Index in the network: of the layer found, or of where the missing one belongs."""
    differences: tuple[Difference, ...] = ()
    misplaced: bool = False
    """A missing layer that stands elsewhere, or an extra one that belongs elsewhere."""

    @property
    def fits(self) -> bool:
        """Whether what was found is what was asked for."""
        return self.expected is not None and self.found is not None and not self.differences

    @property
    def mark(self) -> str:
        """``"ok"``, ``"wrong"``, ``"missing"`` or ``"extra"``."""
        if self.fits:
            return "ok"
        if self.found is None:
            return "missing"
        return "extra" if self.expected is None else "wrong"


@dataclass(frozen=True, slots=True)
class Alignment:
    """The cheapest way to read a network as a pattern, place by place."""

    steps: tuple[Step, ...]

    @property
    def fits(self) -> bool:
        """Whether the network is what the pattern asks for."""
        return all(step.fits for step in self.steps)

    @property
    def first_fault(self) -> Step | None:
        """The first place that does not fit: the cause, of which later ones may be consequences."""
        return next((step for step in self.steps if not step.fits), None)

    @property
    def share(self) -> float:
        """How much of the pattern is there: 1 less a share for each fault, not below 0."""
        expected = sum(step.expected is not None for step in self.steps)
        # A misplaced layer is one fault, though it shows as one missing and one extra.
        faults = sum(not step.fits and not (step.misplaced and step.found is not None) for step in self.steps)
        return max(0.0, 1 - faults / expected) if expected else float(self.fits)


def align(pattern: Pattern, layers: Sequence[LayerFacts]) -> Alignment:
    """The cheapest alignment of a chain of layers with a pattern.

    Raises
    ------
    PatternError
        If the pattern names a setting that the layer it names does not have.
    """
    automaton = _Automaton()
    start, accept = automaton.add(pattern)
    return Alignment(_with_misplaced(_cheapest(automaton, start, accept, layers)))


def differences(expected: LayerPattern, found: LayerFacts) -> tuple[Difference, ...]:
    """What is wrong with one layer, read as another."""
    if found.kind != expected.kind or found.custom:
        return (Difference("kind", expected.kind, found.kind),)
    wrong = []
    # Facts leave the data format out where it is the usual one.
    settings = {"data_format": "channels_last", **found.settings}
    for name, wanted in expected.settings.items():
        if name not in settings:
            names = ", ".join(sorted(found.settings)) or "none"
            raise PatternError(f"layer({expected.kind!r}, {name}=…): it has no such setting; it has: {names}")
        if not fits(settings[name], wanted):
            wrong.append(Difference(name, describe(wanted), settings[name]))
    if expected.trainable is not None and found.trainable != expected.trainable:
        wrong.append(Difference("trainable", repr(expected.trainable), found.trainable))
    return tuple(wrong)


# A layer that is there with a wrong setting is likelier than one missing and another extra, and that is
# likelier than a layer of another class: these weights only rank the readings.
_MISSING = _EXTRA = 2.0
_EACH_SETTING = 0.01
_WRONG_SETTING, _FURTHER_SETTING, _WRONG_KIND = 1.0, 0.2, 3.5


def _misfit(wrong: Sequence[Difference]) -> float:
    if not wrong:
        return 0.0
    if wrong[0].name == "kind":
        return _WRONG_KIND
    return min(_WRONG_SETTING + _FURTHER_SETTING * (len(wrong) - 1), _WRONG_KIND - 0.1)


class _Automaton:
    """A nondeterministic automaton; an edge without a layer is free."""

    def __init__(self) -> None:
        self.edges: list[list[tuple[LayerPattern | None, int]]] = []

    def state(self) -> int:
        self.edges.append([])
        return len(self.edges) - 1

    def connect(self, source: int, target: int, over: LayerPattern | None = None) -> None:
        self.edges[source].append((over, target))

    def add(self, pattern: Pattern) -> tuple[int, int]:
        """Start and accepting state of a pattern's part of the automaton."""
        match pattern:
            case Chain(parts):
                return self._chain(parts)
            case AnyOrder(parts):
                return self._interleaved(parts)
        start, accept = self.state(), self.state()
        match pattern:
            case LayerPattern():
                self.connect(start, accept, pattern)
            case OneOf(parts):
                for part in parts:
                    first, last = self.add(part)
                    self.connect(start, first)
                    self.connect(last, accept)
            case Maybe(part) | OneOrMore(part):
                first, last = self.add(part)
                self.connect(start, first)
                self.connect(last, accept)
                if isinstance(pattern, Maybe):
                    self.connect(start, accept)
                else:
                    self.connect(last, first)
        return start, accept

    def _chain(self, parts: Iterable[Pattern]) -> tuple[int, int]:
        start = last = self.state()
        for part in parts:
            first, end = self.add(part)
            self.connect(last, first)
            last = end
        return start, last

    def _interleaved(self, parts: Sequence[Pattern]) -> tuple[int, int]:
        """The shuffle of the parts: a state is where each of them stands."""
        inner = _Automaton()
        ends = [inner.add(part) for part in parts]
        start, accept = tuple(first for first, _last in ends), tuple(last for _first, last in ends)
        numbers = {start: self.state()}
        waiting = [start]
        while waiting:
            places = waiting.pop()
            for index, place in enumerate(places):
                for over, target in inner.edges[place]:
                    moved = (*places[:index], target, *places[index + 1 :])
                    if moved not in numbers:
                        numbers[moved] = self.state()
                        waiting.append(moved)
                    self.connect(numbers[places], numbers[moved], over)
        return numbers[start], numbers[accept]


def _cheapest(automaton: _Automaton, start: int, accept: int, layers: Sequence[LayerFacts]) -> list[Step]:
    goal = (len(layers), accept)
    tie = count()
    # Path as a linked list: (step, rest of the path), the last step first.
    queue: list[tuple[float, int, tuple[int, int], Any]] = [(0.0, next(tie), (0, start), None)]
    done: set[tuple[int, int]] = set()
    while queue:
        cost, _tie, node, path = heapq.heappop(queue)
        if node in done:
            continue
        done.add(node)
        if node == goal:
            return _unwound(path)
        place, state = node
        found = layers[place] if place < len(layers) else None
        moves: list[tuple[float, tuple[int, int], Step | None]] = []
        for over, target in automaton.edges[state]:
            if over is None:
                moves.append((0.0, (place, target), None))
                continue
            if found is not None:
                wrong = differences(over, found)
                moves.append((_misfit(wrong), (place + 1, target), Step(over, found, place, wrong)))
            # Of two readings, the one that misses the layer of which less was said is the likelier.
            price = _MISSING + _EACH_SETTING * len(over.settings)
            moves.append((price, (place, target), Step(over, None, place)))
        if found is not None:
            moves.append((_EXTRA, (place + 1, state), Step(None, found, place)))
        for price, target_node, step in moves:
            if target_node not in done:
                further = path if step is None else (step, path)
                heapq.heappush(queue, (cost + price, next(tie), target_node, further))
    raise AssertionError("every pattern can be reached by leaving layers out")


def _unwound(path: Any) -> list[Step]:
    steps = []
    while path is not None:
        step, path = path
        steps.append(step)
    return steps[::-1]


def _with_misplaced(steps: list[Step]) -> tuple[Step, ...]:
    """Pairs a missing layer with an extra one that is just what is missing."""
    steps = list(steps)
    extras = [index for index, step in enumerate(steps) if step.expected is None]
    for index, step in enumerate(steps):
        if step.found is not None or step.expected is None:
            continue
        for extra in extras:
            found = steps[extra].found
            if found is not None and not differences(step.expected, found):
                steps[index] = replace(step, misplaced=True)
                steps[extra] = replace(steps[extra], misplaced=True)
                extras.remove(extra)
                break
    return tuple(steps)
