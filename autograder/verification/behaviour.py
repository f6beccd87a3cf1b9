"""Whether two functions do the same, found out by calling them: on the cases of the tests, and on many like those."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

import numpy as np

from autograder.checks import Calls
from autograder.verification.rehearsal import Stand
from autograder.verification.values import same_answer

_MORE = 60
"""Calls beside those of the tests."""

_FEW = 0.1
"""The share of those calls below which a difference is seldom."""


def differs(stand: Stand, name: str, reference: Callable[..., Any], other: Any, random: Random) -> bool | None:
    """Whether a function gives something else than the reference on what the exercise may ask.

    ``None`` where the tests' own cases do not show it and few others do: it is open whether the exercise asks for that,
    such as how a number of images is rounded that the tests leave whole.
    """
    if not callable(other):
        return True
    cases = list(_cases(stand, name))
    results = [_result(reference, case) for case in cases]
    signs = {sign for result in results for sign in _signs(result)}
    more = [_like(random, cases) for _time in range(_MORE)] if cases else []
    # What gives numbers of a sign that no case gives is no question that the exercise asks: a kernel that does not fit.
    asked = [
        case
        for case in more
        if (result := _result(reference, case))[1] is None and set(_signs(result)) <= signs and _is_finite(result[0])
    ]
    if any(not _same(_result(reference, case), _result(other, case)) for case in cases):
        return True
    wrong = sum(not _same(_result(reference, case), _result(other, case)) for case in asked)
    return None if 0 < wrong < _FEW * len(asked) else wrong > 0


def _cases(stand: Stand, name: str) -> Iterator[tuple[Any, ...]]:
    for grading in stand.verdict.gradings if stand.verdict else ():
        if getattr(grading.subject, "__name__", "") == name:
            for check in grading.checks:
                if isinstance(check, Calls):
                    yield from check.cases


def _like(random: Random, cases: list[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Arguments like those of a case: other numbers, in arrays of the same shapes."""
    return tuple(_near(random, argument) for argument in random.choice(cases))


def _near(random: Random, value: Any) -> Any:
    if isinstance(value, bool | str | None):
        return value
    if isinstance(value, int):
        return max(value + random.choice((-2, -1, 0, 0, 1, 2, 5)), 1 if value > 0 else value)
    if isinstance(value, float):
        return value * random.choice((0.5, 0.9, 1.0, 1.1, 2.0))
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        total = value.sum(axis=-1) if value.ndim == 2 else None
        mixed = np.array(random.sample(list(value), len(value))) if value.ndim else value
        # Rows of probabilities stay so.
        return mixed if total is not None and np.allclose(total, 1) else mixed * random.choice((0.5, 1.0, 1.5))
    if isinstance(value, np.ndarray):
        return np.array(random.sample(list(value), len(value)), dtype=value.dtype) if value.ndim else value
    return value


def _result(function: Callable[..., Any], case: tuple[Any, ...]) -> tuple[Any, str | None]:
    try:
        return function(*deepcopy(case)), None
    except Exception as error:  # noqa: BLE001 - a function may raise anything
        return None, type(error).__name__


def _same(one: tuple[Any, str | None], other: tuple[Any, str | None]) -> bool:
    return one[1] == other[1] and same_answer(_plain(one[0]), _plain(other[0]))


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _numbers(value: Any) -> list[float]:
    if isinstance(value, list | tuple):
        return [number for item in value for number in _numbers(item)]
    if isinstance(value, str | bool | None):
        return []
    return [float(number) for number in np.asarray(value, dtype=float).reshape(-1)]


def _signs(result: tuple[Any, str | None]) -> list[int]:
    try:
        return [(number > 0) - (number < 0) for number in _numbers(result[0])]
    except (TypeError, ValueError):
        return []


def _is_finite(value: Any) -> bool:
    try:
        return all(map(math.isfinite, _numbers(value)))
    except (TypeError, ValueError):
        return True
