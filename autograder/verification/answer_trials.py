"""Answers as cases: another number, text, list or array in the place of the reference's, or none at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograder.checks import Answer, Prepared, Reported
from autograder.exam.unpack import StudentFunction
from autograder.grading import Refusal
from autograder.verification.rehearsal import Grading, Rehearsal, Stand, Verdict
from autograder.verification.tally import Judged
from autograder.verification.trials import Bench, Trial, drawn
from autograder.verification.values import NOTHING, Other, other_answers, same_answer

_MOST_OF_AN_ARRAY = 8
"""Cases that are made of an array of thousands of numbers, which takes longest to look at."""
_LARGE = 5_000

_TOLERATED = 0.01
"""By how much :class:`~autograder.checks.Prepared` lets pixels differ, of the way from black to white."""


def no_answer_trials(rehearsal: Rehearsal) -> Iterator[Trial]:
    for stand in rehearsal.stands:
        for name in rehearsal.answers(stand):
            missing = Refusal(name, f"“{name}” is not defined in the notebook.")
            for value in (missing, *NOTHING):
                if not same_answer(value, stand.values[name]):
                    yield Trial(
                        "no answer",
                        f"{stand.cell.grade_id} {name} {value!r}",
                        "",
                        _answer(stand, name, value, sure=True),
                    )


def answer_trials(rehearsal: Rehearsal, count: int, seed: int) -> Iterator[Trial]:
    asked = [
        (stand, name)
        for stand in rehearsal.stands
        for name in rehearsal.answers(stand)
        if _is_plain(stand.values[name]) and stand.verdict is not None and stand.verdict.gradings
    ]
    for stand, name in asked:
        value = stand.values[name]
        large = isinstance(value, np.ndarray) and value.size > _LARGE
        each = _MOST_OF_AN_ARRAY if large else max(2 * count // max(len(asked), 1), 1)
        for one in drawn(other_answers(value), min(each, count // 2), seed):
            yield Trial("answer", f"{stand.cell.grade_id} {name} {one.key}", one.about, _other(stand, name, one))


def _other(stand: Stand, name: str, one: Other) -> Any:
    return _answer(stand, name, one.value, same=one.same, about=one.about)


def _answer(
    stand: Stand, name: str, value: Any, *, same: bool = False, sure: bool = False, about: str = "nothing usable"
) -> Any:
    """Judges an answer; what the test cell asks of it says whether it is another answer at all.

    ``sure``: where a test cell asks by plain assertions, which do not say what they look at, it is wrong all the same.
    """

    def judge(bench: Bench) -> Judged | None:
        reference = stand.verdict
        assert reference is not None
        verdict = bench.say(stand, {name: value})
        title = f"{stand.cell.grade_id}: {name}, {about if about != 'nothing usable' else repr(value)[:60]}"
        pairs = list(zip(reference.gradings, verdict.gradings, strict=False))
        if any(differ(*pair) and is_tolerated(*pair) for pair in pairs):
            return None
        if not _changes(reference, verdict):
            known = reference.gradings and len(verdict.gradings) == len(reference.gradings)
            if known:
                return bench.right(title, repr(value), [verdict]) if not sure else None
            if not sure:
                return None
        elif same:
            return bench.right(title, repr(value), [verdict]) if _sounds_same(reference, verdict) else None
        return bench.wrong(title, repr(value)[:2_000], [(stand, verdict, {name: value})])

    return judge


def _changes(reference: Verdict, verdict: Verdict) -> bool:
    """Whether something that the test cell asks about is another than the reference's."""
    pairs = list(zip(reference.gradings, verdict.gradings, strict=False))
    if len(reference.gradings) != len(verdict.gradings):
        return bool(reference.gradings)
    return any(differ(one, other) for one, other in pairs)


def differ(one: Grading, other: Grading, within: float = 0.0) -> bool:
    """Whether two gradings ask about something else; of a function or a network, whether it is another object."""
    for check, found in zip(one.checks, other.checks, strict=False):
        if isinstance(check, Reported) and not (
            _close(check.accuracy, found.accuracy, check.tolerance) and _close(check.loss, found.loss, check.tolerance)
        ):
            return True
    if isinstance(one.subject, StudentFunction) or type(one.subject).__module__.startswith("keras"):
        return one.subject is not other.subject
    return not same_answer(one.subject, other.subject, within)


def is_tolerated(one: Grading, other: Grading) -> bool:
    """Whether pixels are so near those asked for that the exercise does not tell them apart: 255 or 256 shades."""
    return any(isinstance(check, Prepared) for check in one.checks) and not differ(one, other, _TOLERATED)


def _close(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float | int) and not isinstance(other, bool):
        return abs(one - other) <= tolerance
    return one is other or (type(one) is type(other) and one == other)


def _sounds_same(reference: Verdict, verdict: Verdict) -> bool:
    """Whether the test cell is still asked about the same, written otherwise; where it was not even asked, it was."""
    return len(reference.gradings) > len(verdict.gradings) or all(
        same_answer(_folded(one.subject), _folded(other.subject))
        for one, other in zip(reference.gradings, verdict.gradings, strict=False)
        if any(isinstance(check, Answer | Prepared) for check in one.checks)
    )


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip().casefold()
    if isinstance(value, list | tuple):
        return [_folded(item) for item in value]
    return value


def _is_plain(value: Any) -> bool:
    return isinstance(value, bool | int | float | str | list | tuple | Mapping | np.ndarray)
