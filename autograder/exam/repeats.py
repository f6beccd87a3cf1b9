"""Second chances: an exam is held again where an accuracy is too low by no more than its uncertainty.

Pure functions on what came of it; who holds the exam is :mod:`autograder.exam.examination`. What a later run may change
is bounded: of the test cells in which an accuracy was that close, and of no other, the run with the most points counts,
the cell's whole report. Points may come of a measured accuracy alone, and of what was skipped because of one, so a
notebook that answers otherwise each time it is run gains nothing by that.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.exam.merge import Exam
from autograder.i18n import _
from autograder.report import CellReport, Outcome, Status

MOST = 2
"""How often an exam is held again."""


def close(cells: Sequence[CellReport]) -> frozenset[str]:
    """Test cells that lost points by an accuracy which is too low by no more than its uncertainty."""
    return frozenset(cell.grade_id for cell in cells if any(map(_is_close, cell.outcomes)))


def seeds(seed: int) -> Iterator[int]:
    """From what is drawn in later runs, by the exercise's seed: the same for all students."""
    for number in range(1, MOST + 1):
        yield int.from_bytes(hashlib.sha256(f"{seed}/again/{number}".encode()).digest()[:4], "little") % 2**31


def until(exam: Exam, cells: frozenset[str]) -> Exam:
    """An exam up to the last of these test cells: what comes after it decides nothing any more."""
    last = max(place for place, cell in enumerate(exam.cells) if cell.is_test and cell.grade_id in cells)
    return replace(exam, cells=exam.cells[: last + 1])


def best(first: Sequence[CellReport], runs: Sequence[Sequence[CellReport]]) -> list[CellReport]:
    """The first run's cells; of those that were close the run's that has the most points, and the earliest of those."""
    counted = []
    for cell, *others in _beside(first, runs):
        fair = [other for other in others if other is not None and _is_fair(cell, other)]
        counted.append(max([cell, *fair], key=lambda one: one.score))
    return counted


def told(first: Sequence[CellReport], runs: Sequence[Sequence[CellReport]]) -> list[str]:
    """What a report says of the runs: the accuracies, and which counts."""
    counted = {cell.grade_id: cell for cell in best(first, runs)}
    return [
        _told(place, cell, others, counted[cell.grade_id])
        for cell, *others in _beside(first, runs)
        for place, outcome in enumerate(cell.outcomes)
        if _is_close(outcome)
    ]


def _told(place: int, cell: CellReport, others: Sequence[CellReport | None], counted: CellReport) -> str:
    accuracy = cell.outcomes[place].accuracy
    assert accuracy is not None
    again = [_share(other, place) for other in others]
    text = _(
        "“{name}”: the accuracy of {share:.2%} ± {uncertainty:.2%} is just under the {least:.2%} asked for, so the"
        " network was trained again from other seeds: {again}."
    ).format(
        name=cell.grade_id,
        share=accuracy.share,
        uncertainty=accuracy.uncertainty,
        least=accuracy.at_least,
        again=", ".join(_("not measured") if share is None else f"{share:.2%}" for share in again),
    )
    if counted is cell:
        return text + " " + _("That earns no more points, so the first run counts.")
    share = _share(counted, place)
    if share is None:
        return text + " " + _("The run with the most points counts.")
    return text + " " + _("The run with {share:.2%} counts.").format(share=share)


def _beside(
    first: Sequence[CellReport], runs: Sequence[Sequence[CellReport]]
) -> Iterator[tuple[CellReport, *tuple[CellReport | None, ...]]]:
    """Each cell of the first run, and the same of the others where it was close."""
    again = close(first)
    by_name = [{cell.grade_id: cell for cell in run} for run in runs]
    for cell in first:
        yield (cell, *(run.get(cell.grade_id) for run in by_name if cell.grade_id in again))


def _is_fair(first: CellReport, again: CellReport) -> bool:
    """Whether a later run's report may count: only what was measured, or skipped, earns more in it."""
    if again.broken:
        # Our own fault: it costs nobody a point, and a person looks.
        return True
    asked = [(outcome.check, outcome.title, outcome.points) for outcome in first.outcomes]
    return asked == [(outcome.check, outcome.title, outcome.points) for outcome in again.outcomes] and all(
        after.score <= before.score or before.accuracy is not None or before.status is Status.SKIPPED
        for before, after in zip(first.outcomes, again.outcomes, strict=True)
    )


def _is_close(outcome: Outcome) -> bool:
    return outcome.accuracy is not None and outcome.accuracy.close


def _share(cell: CellReport | None, place: int) -> float | None:
    outcomes = () if cell is None else cell.outcomes
    accuracy = outcomes[place].accuracy if place < len(outcomes) else None
    return None if accuracy is None else accuracy.share
