"""The corpus, graded as a class is: by kernels, behind the wall."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autograder.exam import Grader, Limits
from autograder.exam.notebook import Cell, parse
from autograder.exam.papers import Paper, read_beside
from autograder.i18n import language
from autograder.report import CellReport, Status, SubmissionReport
from autograder.verification.answers import Rejection, WrittenAnswer, handed_in
from autograder.verification.dependence import Dependence
from autograder.verification.evidence import Evidence
from autograder.verification.tally import Judged

STUDENT = "student-01"
"""Under whose name answers are handed in; numbers that vary with the student are theirs."""


async def judged_answers(
    grader: Grader, exercises: Iterable[tuple[str, Path, WrittenAnswer]], evidence: Mapping[str, Evidence]
) -> AsyncIterator[Judged]:
    """What becomes of answers, each with its assignment and source notebook; as many at once as the grader grades.

    ``evidence`` takes in, by assignment, what wrong answers show of tests.
    """
    waiting = iter(exercises)

    async def grade(assignment: str, source: Path, answer: WrittenAnswer) -> Judged:
        report = await grader.mark(_paper(assignment, source, answer))
        if answer.rejection is not None:
            evidence[assignment].failed |= _failed(answer.rejection, report)
        return judged(assignment, answer, report)

    async with grader.open():
        underway: set[asyncio.Task[Judged]] = set()
        try:
            while True:
                while len(underway) < grader.jobs and (exercise := next(waiting, None)) is not None:
                    underway.add(asyncio.create_task(grade(*exercise)))
                if not underway:
                    return
                done, underway = await asyncio.wait(underway, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        finally:
            for task in underway:
                task.cancel()
            await asyncio.gather(*underway, return_exceptions=True)


def judged(assignment: str, answer: WrittenAnswer, report: SubmissionReport) -> Judged:
    """What the report on an answer says of the grader."""
    if report.ungraded:
        wrongly, unclear = report.ungraded, ""
    elif answer.rejection is None:
        wrongly, unclear = _lost(report), ""
    else:
        wrongly, unclear = _refused(answer.rejection, report)
    tested = [cell.grade_id for cell in report.cells if cell.outcomes]
    return Judged(
        assignment=assignment,
        name=answer.name,
        origin="corpus",
        right=answer.rejection is None,
        cells=tuple(tested) if answer.rejection is None else (answer.rejection.cell,),
        wrongly=wrongly,
        message="" if answer.rejection is None else _message(answer.rejection, report),
        unclear=unclear,
        source=str(answer.path),
        seconds=report.seconds,
    )


def _paper(assignment: str, source: Path, answer: WrittenAnswer) -> Paper:
    content = source.read_bytes()
    needed = needed_for(_answered(parse(content).cells, answer), answer) if answer.cells or answer.own else None
    unanswered = replace(answer, cells={}, own=())
    return Paper(
        student=STUDENT,
        assignment=assignment,
        path=str(answer.path),
        source_path=str(source),
        source=handed_in(unanswered, content, needed),
        notebook=handed_in(answer, content, needed),
        beside=read_beside(None, source.parent, Limits()),
    )


def needed_for(cells: Sequence[Cell], answer: WrittenAnswer) -> frozenset[int]:
    """The cells that an answer is to be graded with. What nothing builds on takes most of the time, pictures and
    trainings: only the exercise's own solution has all of it.
    """
    dependence = Dependence(cells)
    if answer.rejection is None:
        return dependence.needed
    written = {answer.rejection.cell, *answer.cells, *(one.grade_id for one in answer.own)}
    return dependence.needed_by(index for index, cell in enumerate(cells) if cell.code and cell.grade_id in written)


def _answered(cells: Sequence[Cell], answer: WrittenAnswer) -> list[Cell]:
    """The cells with what is written in them or next to them: that may build on a picture, too."""
    beside: dict[str, str] = {}
    for one in answer.own:
        beside[one.grade_id] = f"{beside.get(one.grade_id, '')}\n{one.source}"
    return [
        replace(cell, source=answer.cells.get(cell.grade_id, cell.source) + beside.get(cell.grade_id, ""))
        for cell in cells
    ]


def _failed(rejection: Rejection, report: SubmissionReport) -> set[tuple[str, str]]:
    """Which checks a wrong answer has failed in the cell that is to refuse it."""
    outcomes = (one for cell in report.cells if cell.grade_id == rejection.cell for one in cell.outcomes)
    return {(rejection.cell, one.title) for one in outcomes if one.status is not Status.PASSED}


def _lost(report: SubmissionReport) -> str:
    """Where a right answer lost points, and why."""
    lost = [cell for cell in report.cells if cell.outcomes and (cell.score < cell.points or cell.broken)]
    told = [f"{cell.grade_id}: {cell.score:g} of {cell.points:g}. {_first_message(cell)}" for cell in lost]
    stopped = [f"{one.grade_id or 'a cell of its own'} stopped with {one.error}" for one in report.errors]
    return "\n".join([*told, *stopped]) if lost else ""


def _refused(rejection: Rejection, report: SubmissionReport) -> tuple[str, str]:
    """What is wrong with how a wrong answer was judged, and what its message lacks."""
    cell = _cell(rejection, report)
    asked = [one for one in cell.outcomes if one.check == (rejection.check or "Test")]
    if not asked:
        checks = ", ".join(sorted({one.check for one in cell.outcomes}))
        return f"{cell.grade_id} has no {rejection.check or 'assertions'}: it has {checks}", ""
    if cell.broken:
        return f"{cell.grade_id} is broken: {_first_message(cell)}", ""
    if cell.score >= cell.points:
        return f"{cell.grade_id}: full marks, {cell.score:g} of {cell.points:g}", ""
    if all(one.status is Status.PASSED for one in asked):
        return f"{cell.grade_id}: {rejection.check} passes. {_first_message(cell)}", ""
    message = _first_message(cell)
    if language() != "en":
        # What a message must have in it is written in English.
        return "", ""
    lacking = [word for word in rejection.message if word.casefold() not in message.casefold()]
    return "", f"{', '.join(map(repr, lacking))} not in: {message}" if lacking else ""


def _message(rejection: Rejection, report: SubmissionReport) -> str:
    return "" if report.ungraded else _first_message(_cell(rejection, report))


def _cell(rejection: Rejection, report: SubmissionReport) -> CellReport:
    return next(cell for cell in report.cells if cell.grade_id == rejection.cell)


def _first_message(cell: CellReport) -> str:
    """What the student reads first about a cell."""
    first = next((one for one in cell.outcomes if one.status is not Status.PASSED), None)
    return "\n".join(filter(None, [first.message, first.hint, first.detail])) if first is not None else ""
