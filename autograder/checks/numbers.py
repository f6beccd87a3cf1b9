"""``OutputShapes`` and ``Parameters``: the sizes of a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from autograder.arithmetic import Shape
from autograder.checks import words
from autograder.facts import ModelFacts
from autograder.grading import ExerciseError, Subject, Verdict, failed, partly, passed
from autograder.i18n import _
from autograder.pattern import Constraint, Wanted, describe, fits

_ARCHITECTURE = frozenset({"Layers", "SameArchitecture"})


@dataclass(frozen=True)
class OutputShapes:
    """The shape that each layer gives, in order and without the batch axis."""

    expected: Sequence[Shape]
    points: float = 1
    after: ClassVar[frozenset[str]] = _ARCHITECTURE

    @property
    def title(self) -> str:
        """What is checked."""
        return _("The output shapes of the layers")

    def judge(self, subject: Subject) -> Verdict:
        """Compares shape by shape."""
        layers = subject.facts.layers
        expected = [tuple(shape) for shape in self.expected]
        if len(layers) != len(expected):
            return failed(
                _("expected {expected} layers, found {found}.").format(expected=len(expected), found=len(layers))
            )
        wrong = [index for index, shape in enumerate(expected) if layers[index].output_shape != shape]
        if not wrong:
            return passed(_("Every layer gives the shape asked for."))
        first = wrong[0]
        message = _("{where}: expected output shape {expected}, found {found}.").format(
            where=words.place_name(layers, first), expected=expected[first], found=layers[first].output_shape
        )
        return partly(1 - len(wrong) / len(expected), message)


@dataclass(frozen=True)
class Parameters:
    """How many parameters the network has."""

    expected: int | Constraint | None = None
    at_most: int | None = None
    at_least: int | None = None
    trainable: int | None = None
    """How many of them training may change; ``None``: not compared."""
    points: float = 1
    after: ClassVar[frozenset[str]] = _ARCHITECTURE

    def __post_init__(self) -> None:
        if (self.expected, self.at_most, self.at_least, self.trainable) == (None,) * 4:
            raise ExerciseError("Parameters(…) needs a number: expected, at_most, at_least or trainable")

    @property
    def title(self) -> str:
        """What is checked."""
        return _("The number of parameters")

    def judge(self, subject: Subject) -> Verdict:
        """Compares the sum over all layers."""
        facts = subject.facts
        total = facts.total_parameters
        trainable = sum(layer.parameters.trainable for layer in (*facts.preprocessing, *facts.layers))
        if self.expected is not None and not fits(total, self.expected):
            expected: Wanted = self.expected
            text = f"{expected:,}" if isinstance(expected, int) else describe(expected)
            return failed(
                _("expected {expected} parameters, found {found:,}:\n{sums}").format(
                    expected=text, found=total, sums=_sums(facts)
                )
            )
        if self.at_most is not None and total > self.at_most:
            return failed(
                _("expected at most {expected:,} parameters, found {found:,}:\n{sums}").format(
                    expected=self.at_most, found=total, sums=_sums(facts)
                )
            )
        if self.at_least is not None and total < self.at_least:
            return failed(
                _("expected at least {expected:,} parameters, found {found:,}:\n{sums}").format(
                    expected=self.at_least, found=total, sums=_sums(facts)
                )
            )
        if self.trainable is not None and trainable != self.trainable:
            return failed(
                _("expected {expected:,} trainable parameters, found {found:,} of {total:,}.").format(
                    expected=self.trainable, found=trainable, total=total
                )
            )
        return passed(_("{total:,} parameters.").format(total=total))


def _sums(facts: ModelFacts) -> str:
    """A line for each layer that has parameters; what prepares the images is counted too, and so is shown."""
    front = [(_("preprocessing ({kind})").format(kind=layer.kind), layer) for layer in facts.preprocessing]
    named = [(words.place_name(facts.layers, index), layer) for index, layer in enumerate(facts.layers)]
    return "\n".join(
        _("{where}: {told}").format(where=where, told=layer.parameters)
        for where, layer in (*front, *named)
        if layer.parameters.total
    )
