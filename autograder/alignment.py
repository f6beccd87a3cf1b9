"""How well a network fits a pattern.

Matching never answers just yes or no: it gives an :class:`Alignment`, the cheapest way to turn the pattern
into the network, which says what is missing, extra, misplaced or wrongly set. It is found by Dijkstra's
algorithm on the product of the pattern's automaton and the list of layers.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from autograder.facts import LayerFacts, Setting
from autograder.pattern import (
    AnyOrder,
    Chain,
    LayerPattern,
    Maybe,
    OneOf,
    OneOrMore,
    Pattern,
    PatternError,
    describe,
    fits,
)


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
    if "training" not in expected.settings and (mode := found.settings.get("training")) is not None:
        # Nobody asks for a layer that is always, or never, as in training.
        wrong.append(Difference("training", "None", mode))
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
