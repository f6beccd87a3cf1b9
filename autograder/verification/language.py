"""Whether a chain of layers is one that a pattern describes: yes or no, by derivatives of regular expressions.

Grading finds the cheapest alignment (:mod:`autograder.alignment`). This is another way to the same answer, and so says
of a generated network whether it is right without asking what is being verified.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from autograder.facts import LayerFacts
from autograder.pattern import (
    AnyOrder,
    Chain,
    LayerPattern,
    Maybe,
    OneOf,
    OneOrMore,
    Pattern,
    fits,
)

_NOTHING = Chain(())


def describes(pattern: Pattern, layers: Sequence[LayerFacts]) -> bool:
    """Whether the layers, one after the other, are what the pattern asks for."""
    left: list[Pattern] = [pattern]
    for layer in layers:
        left = _distinct(rest for one in left for rest in _after(one, layer))
    return any(map(_may_end, left))


def meaning(layers: Iterable[LayerFacts]) -> list[LayerFacts]:
    """The layers in one order of those whose order changes nothing, without those that pass on what they get.

    To flatten and to drop numbers can be done in either order; what is flat already is flattened by nothing.
    """
    told = [one for one in layers if not (one.kind == "Dropout" and one.settings["rate"] == 0)]
    for _sweep in told:
        for place in range(len(told) - 1):
            if (told[place].kind, told[place + 1].kind) == ("Dropout", "Flatten"):
                told[place : place + 2] = told[place + 1], told[place]
    flat = False
    kept = []
    for one in told:
        if not (flat and one.kind == "Flatten"):
            kept.append(one)
        flat = flat or one.kind == "Flatten"
    return kept


def _after(pattern: Pattern, layer: LayerFacts) -> Iterator[Pattern]:
    """What may follow once the layer has been read."""
    match pattern:
        case LayerPattern():
            if _is(pattern, layer):
                yield _NOTHING
        case Chain(parts):
            for place, part in enumerate(parts):
                for rest in _after(part, layer):
                    yield Chain((rest, *parts[place + 1 :]))
                if not _may_end(part):
                    return
        case Maybe(part):
            yield from _after(part, layer)
        case OneOrMore(part):
            for rest in _after(part, layer):
                yield Chain((rest, Maybe(pattern)))
        case OneOf(parts):
            for part in parts:
                yield from _after(part, layer)
        case AnyOrder(parts):
            for place, part in enumerate(parts):
                for rest in _after(part, layer):
                    yield AnyOrder((*parts[:place], rest, *parts[place + 1 :]))


def _may_end(pattern: Pattern) -> bool:
    match pattern:
        case LayerPattern():
            return False
        case Chain(parts) | AnyOrder(parts):
            return all(map(_may_end, parts))
        case Maybe():
            return True
        case OneOrMore(part):
            return _may_end(part)
        case OneOf(parts):
            return any(map(_may_end, parts))


def _is(pattern: LayerPattern, layer: LayerFacts) -> bool:
    return (
        layer.kind == pattern.kind
        and not layer.custom
        and (pattern.trainable is None or pattern.trainable == layer.trainable)
        and all(fits(layer.settings.get(name), wanted) for name, wanted in pattern.settings.items())
    )


def _distinct(patterns: Iterable[Pattern]) -> list[Pattern]:
    """Without the first of equal ones: there are as many ways to read a chain as it has layers, and more."""
    found: list[Pattern] = []
    for one in patterns:
        if one not in found:
            found.append(one)
    return found
