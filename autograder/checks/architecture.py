"""``Layers`` and ``SameArchitecture``: is this the network that was asked for?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from autograder.alignment import Alignment, Step, align, differences
from autograder.arithmetic.worked import NO_PARAMETERS
from autograder.checks import words
from autograder.facts import LayerFacts, ModelFacts
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, failed, partly, passed
from autograder.i18n import _
from autograder.pattern import LayerPattern, Pattern, sequence

# With fewer than half of the layers right it is another network, and nothing of it earns points.
_LEAST_SHARE = 0.5


@dataclass(frozen=True, init=False)
class Layers:
    """The network's layers, from first to last, fit a pattern.

    Parameters
    ----------
    parts
        Patterns, one after the other: see :mod:`autograder.pattern`.
    partial
        Whether a network that fits in part earns a part: each fault costs one layer's share.
    about
        What the check is about, as its title.
    """

    pattern: Pattern
    points: float
    partial: bool
    about: str
    after: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *parts: Pattern, points: float = 1, partial: bool = True, about: str = "") -> None:
        if not parts:
            raise ExerciseError("Layers(…) needs at least one layer")
        object.__setattr__(self, "pattern", sequence(*parts))
        object.__setattr__(self, "points", points)
        object.__setattr__(self, "partial", partial)
        object.__setattr__(self, "about", about)

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("The layers of the network")

    def judge(self, subject: Subject) -> Verdict:
        """Aligns the network's layers with the pattern."""
        facts = subject.facts
        _need_chain(facts)
        alignment, layers = _best_aligned(self.pattern, _as_flat_input(facts, self.pattern))
        rows = words.rows_of(alignment)
        if alignment.fits:
            message = _("All {count} layers are as asked.").format(count=len(facts.layers))
            return passed(_with_notes(message, facts.notes), rows)
        return _verdict(alignment, layers, facts.notes, self.partial)


@dataclass(frozen=True)
class SameArchitecture:
    """The network computes and trains the same as a reference, however it is spelled.

    Sizes, strides, padding, dilation, groups, bias, activation, rates, regularizers, constraints,
    ``trainable`` and wiring count. Names, initializers, seeds, dtypes and preprocessing do not.
    """

    reference: Any
    """A Keras model, or the :class:`~autograder.facts.ModelFacts` of one."""
    points: float = 1
    partial: bool = True
    """Whether a network that is right in part earns a part."""
    after: ClassVar[frozenset[str]] = frozenset()

    @property
    def title(self) -> str:
        """What is checked."""
        return _("The architecture of the network")

    def judge(self, subject: Subject) -> Verdict:
        """Aligns the network with the reference, then compares wiring and sizes."""
        facts = subject.facts
        reference = self.reference if isinstance(self.reference, ModelFacts) else Subject(self.reference).facts
        if facts.layers == reference.layers and facts.outputs == reference.outputs:
            message = _("The network is the one asked for: {count} layers, {parameters:,} parameters.").format(
                count=len(facts.layers), parameters=facts.total_parameters
            )
            rows = words.rows_of(align(_exactly(reference.layers), facts.layers))
            return passed(_with_notes(message, facts.notes), rows)
        pattern, layers = _comparable(reference, facts)
        alignment, layers = _best_aligned(pattern, layers) if facts.is_chain else (align(pattern, layers), layers)
        if not alignment.fits:
            return _verdict(alignment, layers, facts.notes, self.partial, reference)
        return failed(_other_difference(facts, reference), rows=words.rows_of(alignment))


def _with_notes(message: str, notes: Sequence[str]) -> str:
    """The message, and below it what is worth knowing about how the network was read."""
    return "\n".join([message, *(_("Note: {note}.").format(note=note) for note in notes)])


def _need_chain(facts: ModelFacts) -> None:
    if not facts.is_chain:
        raise Unfit(_("the network branches, and a plain chain of layers was asked for"))


def _best_aligned(pattern: Pattern, layers: tuple[LayerFacts, ...]) -> tuple[Alignment, tuple[LayerFacts, ...]]:
    """The network in the order, of those that mean the same, that fits a pattern best."""
    read = [(align(pattern, order), order) for order in _orders(layers)]
    return min(read, key=lambda one: sum(not step.fits for step in one[0].steps))


def _orders(layers: tuple[LayerFacts, ...]) -> Iterator[tuple[LayerFacts, ...]]:
    """Orders of a chain of layers that mean the same: facts have one, in which Dropout stands in front of Flatten.

    The first is that of the facts.
    """
    yield layers
    kinds = [layer.kind for layer in layers]
    if kinds.count("Flatten") != 1:
        return
    flatten = kinds.index("Flatten")
    first, last = flatten, flatten
    while first > 0 and kinds[first - 1] == "Dropout":
        first -= 1
    while last + 1 < len(kinds) and kinds[last + 1] == "Dropout":
        last += 1
    others = (*layers[first:flatten], *layers[flatten + 1 : last + 1])
    for place in range(len(others), -1, -1):
        if first + place != flatten:
            flat = tuple(replace(other, output_shape=layers[flatten].output_shape) for other in others[place:])
            yield (*layers[:first], *others[:place], layers[flatten], *flat, *layers[last + 1 :])


def _as_flat_input(facts: ModelFacts, pattern: Pattern) -> tuple[LayerFacts, ...]:
    """Images that arrive as rows of pixels are flat already: a Flatten asked for at the front is done."""
    parts = getattr(pattern, "parts", (pattern,))
    first = parts[0] if parts else None
    wants_flat = isinstance(first, LayerPattern) and first.kind == "Flatten"
    if not wants_flat or len(facts.entry_shape) != 1 or not facts.layers or facts.layers[0].kind == "Flatten":
        return facts.layers
    done = LayerFacts(
        kind="Flatten",
        settings={},
        output_shape=facts.entry_shape,
        parameters=NO_PARAMETERS,
    )
    return (done, *facts.layers)


def _exactly(layers: Sequence[LayerFacts]) -> Pattern:
    """The pattern that only these layers fit."""
    return sequence(*(LayerPattern(layer.kind, dict(layer.settings), layer.trainable) for layer in layers))


def _comparable(reference: ModelFacts, facts: ModelFacts) -> tuple[Pattern, tuple[LayerFacts, ...]]:
    """The reference as a pattern, and the network's layers: a setting that only one side has is None on the other.

    ``training`` is such a setting: a layer has it only where the program called it so.
    """
    names: dict[str, dict[str, None]] = {}
    for layer in (*reference.layers, *facts.layers):
        names.setdefault(layer.kind, {}).update(dict.fromkeys(layer.settings))
    sides = [
        tuple(replace(layer, settings={**names[layer.kind], **layer.settings}) for layer in side.layers)
        for side in (reference, facts)
    ]
    return _exactly(sides[0]), sides[1]


def _verdict(
    alignment: Alignment,
    layers: Sequence[LayerFacts],
    notes: Sequence[str],
    partial: bool,
    reference: ModelFacts | None = None,
) -> Verdict:
    step = _first_fault(alignment)
    wanted = None
    if reference is not None and step.expected is not None:
        asked = [other for other in alignment.steps if other.expected is not None]
        wanted = reference.layers[asked.index(step)]
    message = words.fault_message(step, layers, wanted)
    # A misplaced layer shows twice, as missing here and as too many there: one difference to mend.
    faults = sum(not other.fits and not (other.misplaced and other.found is not None) for other in alignment.steps)
    message = _with_notes(_("{text}.").format(text=message) + words.further(max(faults - 1, 0)), notes)
    share = alignment.share if partial and alignment.share >= _LEAST_SHARE else 0.0
    cause = words.fault_message(step, layers)
    return partly(share, message, words.setting_hint(step), words.rows_of(alignment), (cause,))


def _first_fault(alignment: Alignment) -> Step:
    """The first fault; of a layer in the wrong place, the end that says where it belongs."""
    step = alignment.first_fault
    if step is None:
        raise AssertionError("an alignment that does not fit has a fault")
    if not step.misplaced or step.found is None:
        return step
    found = step.found
    return next(
        other
        for other in alignment.steps
        if other.misplaced and other.found is None and other.expected and not differences(other.expected, found)
    )


def _other_difference(facts: ModelFacts, reference: ModelFacts) -> str:
    """Where two networks of the same layers differ all the same."""
    for index, (found, expected) in enumerate(zip(facts.layers, reference.layers, strict=True)):
        where = words.place_name(facts.layers, index)
        if found.inputs != expected.inputs:
            return _("{where}: it gets its input from {found}, expected {expected}.").format(
                where=where,
                found=_sources(found.inputs, facts),
                expected=_sources(expected.inputs, reference),
            )
        if found.shares != expected.shares:
            return (
                _("{where}: it uses the weights of an earlier layer again, expected weights of its own.").format(
                    where=where
                )
                if found.shares is not None
                else _("{where}: it has weights of its own, expected those of an earlier layer again.").format(
                    where=where
                )
            )
        if found.output_shape != expected.output_shape or found.parameters != expected.parameters:
            return _(
                "{where}: it gives {found} with {found_parameters} parameters, expected {expected} with"
                " {expected_parameters}: the shape of the network's input is {found_input}, expected {expected_input}."
            ).format(
                where=where,
                found=found.output_shape,
                found_parameters=found.parameters,
                expected=expected.output_shape,
                expected_parameters=expected.parameters,
                found_input=_(" and ").join(map(str, facts.inputs)),
                expected_input=_(" and ").join(map(str, reference.inputs)),
            )
    return _("The network's output is taken from {found}, expected {expected}.").format(
        found=_sources(facts.outputs, facts), expected=_sources(reference.outputs, reference)
    )


def _sources(wires: tuple[int, ...], facts: ModelFacts) -> str:
    return _(" and ").join(words.place_name(facts.layers, wire) if wire >= 0 else _("the input") for wire in wires)
