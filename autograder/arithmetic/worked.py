"""Numbers that carry the sum that gives them: ``18,496 = (3·3·32 + 1)·64``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autograder.arithmetic.digits import grouped, plain


@dataclass(frozen=True, slots=True)
class Worked:
    """A size with its sum."""

    value: int
    """The size, in elements along one axis."""
    formula: str | None = None
    """The sum, with plain digits, ``·``, ``−``, ``⌊ ⌋`` and ``⌈ ⌉``; ``None`` where nothing is added up."""

    def __int__(self) -> int:
        return self.value

    def __index__(self) -> int:
        return self.value

    def __str__(self) -> str:
        return _equation(self.value, self.formula)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterCount:
    """How many numbers a layer, or a whole network, keeps."""

    total: int
    """All weights, trained or not: Keras's ``count_params()``."""
    trainable: int
    """Those that training changes."""
    formula: str | None = None
    """The sum that gives ``total``; ``None`` where nothing is added up."""

    def __str__(self) -> str:
        return _equation(self.total, self.formula)


NO_PARAMETERS = ParameterCount(total=0, trainable=0)


def sum_parameters(counts: Iterable[ParameterCount]) -> ParameterCount:
    """The parameters of a stack of layers: ``21,802 = 320 + 20192 + 1290``.

    Layers without parameters are left out of the sum; a single one that has some keeps its own.
    """
    counted = [count for count in counts if count.total]
    if len(counted) == 1:
        return counted[0]
    return ParameterCount(
        total=sum(count.total for count in counted),
        trainable=sum(count.trainable for count in counted),
        formula=" + ".join(plain(count.total) for count in counted) if counted else None,
    )


def _equation(value: int, formula: str | None) -> str:
    return grouped(value) if formula is None else f"{grouped(value)} = {formula}"
