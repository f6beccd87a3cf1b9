"""Answers that are almost another: numbers, texts, lists and settings with one thing changed, or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from autograder.checks import Compiled, Trained
from autograder.facts import CompileFacts, Configured, TrainingFacts
from autograder.pattern import AnyOf, Constraint, fits
from autograder.verification.networks import values_of

OPTIMIZERS = ("SGD", "RMSprop", "Adam", "AdamW", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl")
LOSSES = (
    *("SparseCategoricalCrossentropy", "CategoricalCrossentropy", "BinaryCrossentropy", "MeanSquaredError"),
    *("MeanAbsoluteError", "KLDivergence", "Poisson", "CategoricalHinge", "Huber", "LogCosh"),
)
METRICS = ("MeanSquaredError", "TopKCategoricalAccuracy", "AUC", "CategoricalCrossentropy", "Precision")


@dataclass(frozen=True, slots=True)
class Told:
    """What ``compile`` or ``fit`` was told, and whether that is what is asked for."""

    about: str
    facts: Any
    right: bool

    @property
    def key(self) -> str:
        """The same for what is the same."""
        return repr(self.facts)


@st.composite
def compile_calls(draw: st.DrawFn, facts: CompileFacts, check: Compiled) -> Told:
    """A compile call with one thing changed that is asked for, or with nothing changed but what is not."""
    part = draw(st.sampled_from(["optimizer", "learning_rate", "loss", "metrics", "own", "free"]))
    settings = dict(facts.optimizer.settings)
    if part == "optimizer":
        kind = draw(st.sampled_from(OPTIMIZERS))
        changed = replace(facts, optimizer=Configured(kind=kind, settings={"learning_rate": settings["learning_rate"]}))
    elif part == "learning_rate":
        settings["learning_rate"] = draw(_rates(check.learning_rate))
        changed = replace(facts, optimizer=replace(facts.optimizer, settings=settings))
    elif part == "loss":
        kind = draw(st.sampled_from([one for one in LOSSES if facts.loss is None or one != facts.loss.kind]))
        changed = replace(facts, loss=Configured(kind=kind))
    elif part == "metrics":
        changed = replace(facts, metrics=tuple(draw(st.lists(st.sampled_from(METRICS), max_size=3, unique=True))))
    elif part == "own":
        # A class of the student's own that has Keras's name.
        changed = draw(
            st.sampled_from(
                [
                    replace(facts, optimizer=replace(facts.optimizer, custom=True)),
                    replace(facts, loss=replace(facts.loss, custom=True) if facts.loss else None),
                ]
            )
        )
    else:
        more = tuple(draw(st.lists(st.sampled_from(METRICS), max_size=3, unique=True)))
        changed = replace(facts, metrics=(*facts.metrics, *more))
    assume(changed != facts)
    return Told(f"{part}: {_compile_text(changed)}", changed, _as_asked(changed, check))


def _rates(wanted: Any) -> st.SearchStrategy[Any]:
    free = st.sampled_from([1e-4, 3e-4, 5e-4, 0.001, 0.002, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.7, 1.5, 2.0])
    return st.one_of(free, values_of("learning_rate", wanted)) if isinstance(wanted, Constraint) else free


def _compile_text(facts: CompileFacts) -> str:
    loss = facts.loss
    return (
        f"{facts.optimizer.kind}({facts.optimizer.settings.get('learning_rate')}){' own' * facts.optimizer.custom},"
        f" {loss.kind if loss else None}{' own' * (loss is not None and loss.custom)}, {list(facts.metrics)}"
    )


def _as_asked(facts: CompileFacts, check: Compiled) -> bool:
    """Whether all is there that the check names; told from its fields, as its documentation has them."""
    rate = facts.optimizer.settings.get("learning_rate")
    return (
        (check.optimizer is None or _is_named(facts.optimizer, check.optimizer))
        and (check.learning_rate is None or fits(rate, check.learning_rate))
        and (check.loss is None or (facts.loss is not None and _is_named(facts.loss, check.loss)))
        and set(check.metrics) <= set(facts.metrics)
    )


def _is_named(found: Configured, wanted: str | AnyOf) -> bool:
    names = wanted.values if isinstance(wanted, AnyOf) else (wanted,)
    short = {"mse": "meansquarederror", "mae": "meanabsoluteerror"}
    plain = [str(name).replace("_", "").lower() for name in names]
    return not found.custom and found.kind.lower() in {short.get(name, name) for name in plain}


@st.composite
def trainings(draw: st.DrawFn, facts: TrainingFacts, check: Trained) -> Told:
    """A training run with other settings: some that are asked for, some that are not."""
    epochs, batch, split = facts.epochs, facts.batch_size or 32, facts.validation_split or 0.0
    part = draw(st.sampled_from(["epochs", "batch_size", "validation_split"]))
    if part == "epochs":
        epochs = draw(st.one_of(st.integers(1, 40), _numbers("epochs", check.epochs)))
    elif part == "batch_size":
        sizes = st.sampled_from([1, 8, 16, 31, 32, 33, 50, 64, 100, 127, 128, 129, 200, 256, 500, 512, 1000, 1024])
        batch = draw(st.one_of(sizes, _numbers("batch_size", check.batch_size)))
    else:
        shares = st.integers(0, 19).map(lambda share: share / 20)
        split = draw(st.one_of(shares, _numbers("validation_split", check.validation_split)))
    examples = facts.examples or 10_000
    curves = {name: (curve * (epochs // len(curve) + 1))[:epochs] for name, curve in facts.curves.items() if curve}
    changed = replace(
        facts,
        epochs=epochs,
        batch_size=batch,
        validation_split=split,
        curves=curves,
        steps=-(-int(examples * (1 - split)) // batch),
    )
    assume(changed != facts)
    right = all(
        wanted is None or fits(found, wanted)
        for wanted, found in ((check.epochs, epochs), (check.batch_size, batch), (check.validation_split, split))
    )
    return Told(f"epochs={epochs}, batch_size={batch}, validation_split={split}", changed, right)


def _numbers(name: str, wanted: Any) -> st.SearchStrategy[Any]:
    return st.nothing() if wanted is None else values_of(name, wanted)


@dataclass(frozen=True, slots=True)
class Other:
    """Another answer in the place of the reference's."""

    about: str
    value: Any
    same: bool
    """Whether it says the same in another way."""

    @property
    def key(self) -> str:
        """The same for answers that are written the same."""
        return f"{type(self.value).__name__} {self.value!r}"


NOTHING: tuple[Any, ...] = (None, ..., "an answer", [], {}, -1, 0.5, True)
"""What stands where an answer was not worked out."""


@st.composite
def other_answers(draw: st.DrawFn, value: Any) -> Other:
    """An answer with one thing changed, or the same in another kind of number or list."""
    if draw(st.integers(0, 2)) == 0:
        other = draw(_same_answers(value))
        assume(_written(other) != _written(value))
        return Other("the same, written in another way", other, same=True)
    places = list(_places(value))
    assume(places)
    place = draw(st.sampled_from(places))
    container, leaf = _at(value, place[:-1]) if place else None, _at(value, place)
    how = draw(st.sampled_from(["leaf", "leaf", "leaf", "swapped", "left out", "added"])) if place else "leaf"
    if how == "leaf" or not isinstance(container, list | tuple):
        new = draw(_other_leaves(leaf))
        return Other(f"{_where(place)}{new!r} instead of {leaf!r}", _with(value, place, new), same=False)
    index = place[-1]
    items = list(container)
    if how == "swapped":
        other = draw(st.integers(0, len(items) - 1))
        assume(not _equal(items[other], items[index]))
        items[index], items[other] = items[other], items[index]
    elif how == "left out":
        del items[index]
    else:
        items.insert(index, items[index])
    changed = _with(value, place[:-1], type(container)(items))
    return Other(f"{_where(place)}{how}", changed, same=False)


@st.composite
def _same_answers(draw: st.DrawFn, value: Any) -> Any:
    """The same numbers as other kinds of numbers, the same lists as tuples or arrays, texts in other letters."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return draw(st.sampled_from([value, float(value), np.int64(value), np.float64(value), np.array(value)]))
    if isinstance(value, float):
        return draw(st.sampled_from([value, np.float64(value), value * (1 + 1e-9)]))
    if isinstance(value, str):
        return draw(st.sampled_from([value, value.upper(), f" {value} ", value.title()]))
    if isinstance(value, list | tuple):
        items = [draw(_same_answers(item)) for item in value]
        return draw(st.sampled_from([list, tuple]))(items)
    if isinstance(value, Mapping):
        pairs = draw(st.permutations(list(value.items())))
        return {key: draw(_same_answers(item)) for key, item in pairs}
    if isinstance(value, np.ndarray):
        kinds = [np.float64, np.float32] if value.dtype.kind == "f" else [np.float64, np.float32, np.int32, np.int64]
        if value.size < 100 and draw(st.booleans()):
            return value.tolist()
        return value.astype(draw(st.sampled_from(kinds)))
    return value


def _other_leaves(leaf: Any) -> st.SearchStrategy[Any]:
    if isinstance(leaf, bool | np.bool_):
        return st.sampled_from([not leaf, None, "yes"])
    if isinstance(leaf, int | np.integer):
        number = int(leaf)
        near = {number + 1, number - 1, 2 * number, number // 2, -number, number + 10, number * 10, 0}
        exact = sorted(near - {number})
        return st.one_of(st.sampled_from([*exact, number + 0.5, None, str(number)]), st.integers(1, 10**6)).filter(
            lambda one: one != number
        )
    if isinstance(leaf, float | np.floating):
        real = float(leaf)
        others = [real * 1.1, real * 0.9, real + 0.01, 100 * real, -real, 0.0, None, 1 - real]
        return st.sampled_from(others).filter(lambda one: not isinstance(one, float) or abs(one - real) > 1e-4)
    if isinstance(leaf, str):
        return st.sampled_from(["", "x" + leaf, leaf[1:] + "s", None, 1])
    if isinstance(leaf, np.ndarray) and leaf.size and leaf.dtype.kind in "iuf":
        return _other_arrays(leaf)
    return st.sampled_from([None, "", 1])


@st.composite
def _other_arrays(draw: st.DrawFn, array: Any) -> Any:
    how = draw(st.sampled_from(["number", "sign", "axes", "row", "order", "all"]))
    changed = array.copy()
    if how == "number":
        place = tuple(draw(st.integers(0, size - 1)) for size in array.shape)
        changed[place] = array[place] + draw(st.integers(1, 9))
    elif how == "sign":
        changed = np.asarray(-array.astype(np.float64))
    elif how == "axes":
        changed = np.ascontiguousarray(array.T)
    elif how == "row":
        changed = array[:-1] if array.ndim else array
    elif how == "order":
        changed = array[::-1].copy() if array.ndim else array
    else:
        changed = np.asarray(array.astype(np.float64) + draw(st.integers(1, 255)))
    assume(not _equal(changed, array))
    return changed


def _places(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _places(item, (*before, index))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _places(item, (*before, key))
    else:
        yield before


def _at(value: Any, place: Sequence[Any]) -> Any:
    for key in place:
        value = value[key]
    return value


def _with(value: Any, place: Sequence[Any], new: Any) -> Any:
    if not place:
        return new
    first, *rest = place
    if isinstance(value, Mapping):
        return {**value, first: _with(value[first], rest, new)}
    items = [*value[:first], _with(value[first], rest, new), *value[first + 1 :]]
    return tuple(items) if isinstance(value, tuple) else items


def _where(place: Sequence[Any]) -> str:
    return "".join(f"[{key!r}]" for key in place) + ": " if place else ""


def _written(value: Any) -> str:
    return f"{type(value)} {value!r}"


def _equal(one: Any, other: Any) -> bool:
    return same_answer(one, other)


def same_answer(one: Any, other: Any, within: float = 0.0) -> bool:
    """Whether two answers say the same: numbers to the eighth digit, or within so much of each other."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(same_answer(*pair, within) for pair in zip(one, other, strict=True))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same_answer(one[key], other[key], within) for key in one)
    if isinstance(one, bool | str | None) or isinstance(other, bool | str | None):
        return type(one) is type(other) and bool(one == other)
    try:
        first, second = np.asarray(one), np.asarray(other)
        # Half a parameter more is another number, however many there are.
        exact = first.dtype.kind in "iu" or second.dtype.kind in "iu"
        bounds = (within, within) if within else (0.0, 0.0) if exact else (1e-8, 1e-12)
        return first.shape == second.shape and bool(np.allclose(first, second, rtol=bounds[0], atol=bounds[1]))
    except (TypeError, ValueError):
        return one is other
