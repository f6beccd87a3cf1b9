"""What ``fit`` was told and what came of it, as plain data: a training that somebody else can carry out.

A :class:`Fit` crosses the wall with the fingerprints of its arrays; their numbers follow only where nobody remembers
what came of them. What is in it decides the result, with the circumstances that the grader adds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from math import prod

import msgspec
import numpy as np
import numpy.typing as npt

from autograder.exam.crossing import DTYPES, Array
from autograder.facts import CompileFacts, Configured, ModelFacts
from autograder.i18n import _

CALLBACKS: Mapping[str, tuple[str, ...]] = {
    "EarlyStopping": (
        *("monitor", "min_delta", "patience", "mode", "baseline", "restore_best_weights", "start_from_epoch"),
    ),
    "ReduceLROnPlateau": ("monitor", "factor", "patience", "mode", "min_delta", "cooldown", "min_lr"),
    "TerminateOnNaN": (),
}
"""Callbacks of Keras's that are declared in plain data → what they are told."""


class Print(msgspec.Struct, tag="print", frozen=True):
    """An array by its fingerprint."""

    dtype: str
    shape: tuple[int, ...]
    digest: str
    """SHA-256 of its numbers, little endian and in C order."""


class Drawn(msgspec.Struct, tag="drawn", frozen=True):
    """A weight as it is first drawn."""

    initializer: Configured


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """A call of ``fit``: the network, where it stands, what it learns from and how; or one of ``evaluate``."""

    evaluates: bool = False
    """Whether nothing is learnt: the network is evaluated on ``x`` and ``y`` as it stands."""
    facts: ModelFacts
    compiled: CompileFacts
    metrics: tuple[Configured, ...] = ()
    """Each by its Keras class; every spelling of classification accuracy is ``"accuracy"``."""
    x: Print
    y: Print
    sample_weight: Print | None = None
    validation: tuple[Print, ...] = ()
    """Images, labels, and weights where there are any."""
    class_weight: tuple[tuple[int, float], ...] = ()
    batch_size: int
    epochs: int
    initial_epoch: int = 0
    validation_split: float = 0.0
    validation_batch_size: int
    validation_freq: int = 1
    shuffle: bool = True
    callbacks: tuple[Configured, ...] = ()
    weights: tuple[tuple[Print | Drawn, ...], ...]
    """For each of the facts' layers, preprocessing first, its weights in Keras's order: the numbers, or how
    they are drawn anew."""
    optimizer: tuple[Print, ...] = ()
    """Its variables, where it has been used before."""
    seeds: tuple[tuple[Print, ...], ...] = ()
    """For each layer, the state of its random numbers; without any they are drawn from the exercise's seed."""
    seed: int | None = None
    """TensorFlow's, from which the order of the images comes."""
    deterministic: bool = False
    """Whether TensorFlow is to keep to operations that give the same bits each time."""

    @property
    def arrays(self) -> tuple[Print, ...]:
        """Every array once, in the order in which their numbers cross."""
        given: list[Print | Drawn | None] = [self.x, self.y, self.sample_weight, *self.validation, *self.optimizer]
        given += [one for layer in (*self.weights, *self.seeds) for one in layer]
        return tuple(dict.fromkeys(one for one in given if isinstance(one, Print)))

    @property
    def begins(self) -> bool:
        """Whether it is the first training of this network."""
        return not self.optimizer and not any(isinstance(one, Print) for layer in self.weights for one in layer)


class Predicted(msgspec.Struct, frozen=True):
    """What a network predicts for images, worked out where no student's program is."""

    network: str
    images: str
    """By :func:`~autograder.inference.fingerprint` and :func:`~autograder.inference.images_print`."""
    predictions: Array


class Fitted(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a training; the numbers of its arrays are in the parts beside it.

    Of an evaluation there is a curve of one point for the loss and for each metric, and nothing else.
    """

    epoch: tuple[int, ...] = ()
    curves: dict[str, Array]
    steps: int
    weights: tuple[tuple[Array, ...], ...] = ()
    optimizer: tuple[Array, ...] = ()
    seeds: tuple[tuple[Array, ...], ...] = ()
    callbacks: tuple[dict[str, float | int | None], ...] = ()
    """What each callback would tell of itself."""
    seconds: float = 0.0
    """From its process's start to its end."""
    processing: float = 0.0
    """Seconds that count against what the exercise allows: its processors' time, shared out among its threads. What
    else the machine had to do meanwhile is not in it."""
    predicted: Predicted | None = None
    """Of an evaluation; the last of the parts. The student's program does not get it."""


def fingerprint(array: npt.NDArray[np.generic]) -> tuple[Print, memoryview]:
    """An array's fingerprint, and its numbers as they cross."""
    little_endian = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
    numbers = little_endian.reshape(-1).view(np.uint8).data
    return Print(array.dtype.name, array.shape, hashlib.sha256(numbers).hexdigest()), numbers


def matches(prints: Sequence[Print], parts: Sequence[bytes]) -> bool:
    """Whether these are the numbers of these arrays."""
    return len(prints) == len(parts) and all(
        _fits(one, part) and hashlib.sha256(part).hexdigest() == one.digest
        for one, part in zip(prints, parts, strict=True)
    )


def array_of(one: Print | Array, part: bytes) -> npt.NDArray[np.generic]:
    """An array from its numbers.

    Raises
    ------
    ValueError
        If they are not as many as its shape needs.
    """
    if not _fits(one, part):
        raise ValueError(f"{len(part):,} bytes are no {one.dtype} array of shape {one.shape}")
    return np.frombuffer(part, dtype=np.dtype(one.dtype).newbyteorder("<")).reshape(one.shape)


def packed(arrays: Iterable[npt.NDArray[np.generic]], parts: list[memoryview]) -> tuple[Array, ...]:
    """Arrays as they cross; their numbers are added to ``parts``."""
    told = []
    for array in arrays:
        one, numbers = fingerprint(array)
        told.append(Array(dtype=one.dtype, shape=list(one.shape), buffer=len(parts)))
        parts.append(numbers)
    return tuple(told)


def too_long(fit: Fit, seconds: float, reached: int) -> str:
    """What a student is told whose training took too long, after so many epochs."""
    advice = (
        _("Lower epochs to at most {epochs:,}.").format(epochs=fit.initial_epoch + reached)
        if reached
        else _("Raise batch_size (it is {size:,}), or take a smaller network.").format(size=fit.batch_size)
    )
    return _(
        "The training was stopped: it would take longer than the {seconds:,.0f} seconds that are left of what the"
        " exercise allows. It got through {reached:,} of {epochs:,} epochs. {advice}"
    ).format(seconds=seconds, reached=reached, epochs=fit.epochs - fit.initial_epoch, advice=advice)


def _fits(one: Print | Array, part: bytes) -> bool:
    if one.dtype not in DTYPES or any(size < 0 for size in one.shape):
        return False
    return prod(one.shape) * np.dtype(one.dtype).itemsize == len(part)


_ONE_THREAD = frozenset(("Dense", "BatchNormalization", "LayerNormalization", "PReLU"))
"""Layers with weights of which a second thread makes nothing faster."""


def useful_threads(fit: Fit, most: int) -> int:
    """Threads that make a training faster. Two take as long as one where the network has dense layers alone: see
    ``benchmarks/training_threads.py``.
    """
    weighted = {one.kind for one in (*fit.facts.preprocessing, *fit.facts.layers) if one.parameters.total}
    return most if weighted - _ONE_THREAD else 1
