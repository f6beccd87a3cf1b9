"""A verification, whole: which exercises, which cases, and what came of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from autograder.exam import Grader, sources
from autograder.exam.notebook import load
from autograder.exam.submissions import no_assignment
from autograder.i18n import _
from autograder.verification.answers import WrittenAnswer, answers_in, reference
from autograder.verification.corpus import STUDENT, judged_answers
from autograder.verification.evidence import Evidence
from autograder.verification.made import Done, Share, carried_out, processes
from autograder.verification.tally import Judged, Verification

Written: TypeAlias = tuple[str, Path, WrittenAnswer]
"""An assignment, its source notebook, and an answer to it."""


def sources_of(directory: Path, assignments: Sequence[str]) -> dict[str, Path]:
    """Assignments and their source notebooks: all that there are, unless some are named.

    Raises
    ------
    LookupError
        If one that is named has no source notebook, or several.
    """
    known: dict[str, list[Path]] = {}
    for (assignment, _name), path in sources(directory).items():
        known.setdefault(assignment, []).append(path)
    unknown = [name for name in assignments if name not in known]
    if unknown:
        raise LookupError(no_assignment(unknown, known))
    wanted = {name: known[name] for name in assignments or known}
    several = [name for name, paths in wanted.items() if len(paths) > 1]
    if several:
        raise LookupError(
            _("{assignments} has several notebooks: one notebook an assignment can be verified").format(
                assignments=", ".join(several)
            )
        )
    return {name: paths[0] for name, paths in wanted.items()}


def written(exercises: Mapping[str, Path], corpus: Path, only: str = "") -> list[Written]:
    """The exercises' own solutions and the answers of the corpus; of these, those that have ``only`` in their name.

    Those of each exercise are spread over the whole: answers to one often train the same network, and would wait for
    each other.

    Raises
    ------
    UnusableAnswer
        If one of them cannot be used.
    """
    of_each = [
        [
            (assignment, path, answer)
            for answer in (reference(path), *answers_in(corpus, assignment, load(path)))
            if only in answer.name
        ]
        for assignment, path in exercises.items()
    ]
    places = [(place / len(answers), one) for answers in of_each for place, one in enumerate(answers)]
    return [one for _place, one in sorted(places, key=itemgetter(0))]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How many cases are made of each exercise, beside those of the corpus."""

    count: int
    """Right ones and wrong ones, about; none are made where it is 0."""
    seed: int = 0
    """The same cases are made for the same seed."""
    only: str = ""
    jobs: int = 1
    """Processes that try them, beside those in which answers are graded."""
    known: str | Path | None = None
    """The cache in which the grader remembers trainings: this user's, unless another is named."""


async def verified(
    exercises: Mapping[str, Path],
    answers: Sequence[Written],
    grader: Grader,
    made: Made,
    tell: Callable[[Judged], None],
) -> Verification:
    """Judges all cases; ``tell`` hears of each as it is done.

    Raises
    ------
    Stopped
        If the solution of an exercise does not run.
    """
    began = monotonic()
    found: list[Judged] = []
    evidence: dict[str, Evidence] = {name: Evidence() for name in exercises}
    # What the trainings of a solution came to is there for the cases that are made of it.
    solutions = {
        (assignment, answer.name): asyncio.Event() for assignment, path, answer in answers if answer == reference(path)
    }

    def told(one: Judged) -> None:
        tell(one)
        found.append(one)

    async def grade_answers() -> None:
        async for one in judged_answers(grader, answers, evidence):
            told(one)
            if (graded := solutions.get((one.assignment, one.name))) is not None:
                graded.set()

    async def try_made() -> None:
        graded = {assignment: event for (assignment, _name), event in solutions.items()}
        async for assignment, done in _made(exercises, made, graded):
            evidence[assignment].add(done.evidence)
            for one in done.judged:
                told(one)

    both = [*([grade_answers()] if answers else []), *([try_made()] if made.count else [])]
    await _all_done(both)
    found.sort(key=lambda one: (one.assignment, one.origin, not one.right, one.name))
    idle = [one for name in exercises for one in evidence[name].idle(name)] if made.count and not made.only else []
    return Verification(
        judged=tuple(found), idle=tuple(idle), assignments=tuple(exercises), seconds=round(monotonic() - began, 1)
    )


async def _all_done(work: Iterable[Coroutine[None, None, None]]) -> None:
    """Does it at the same time; where one part fails, the others are ended."""
    tasks = list(map(asyncio.create_task, work))
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _made(
    exercises: Mapping[str, Path], made: Made, graded: Mapping[str, asyncio.Event]
) -> AsyncIterator[tuple[str, Done]]:
    """What comes of the cases that are made, a share at a time; each in a process that has done nothing else.

    ``graded``: is set when an exercise's solution was graded, where it is.
    """
    # To run a solution and to draw its cases takes as long as to try many of them: exercises are divided only where
    # processes would have nothing to do.
    parts = max(made.jobs // max(len(exercises), 1), 1)
    shares = [
        Share(
            assignment=assignment,
            source=path,
            student=STUDENT,
            count=made.count,
            seed=made.seed,
            number=number,
            of=parts,
            known=made.known,
            only=made.only,
        )
        for number in range(parts)
        for assignment, path in exercises.items()
    ]
    with processes(made.jobs) as pool:
        loop = asyncio.get_running_loop()

        async def carry_out(share: Share) -> tuple[str, Done]:
            if share.assignment in graded:
                await graded[share.assignment].wait()
            return share.assignment, await loop.run_in_executor(pool, carried_out, share)

        tasks = [asyncio.create_task(carry_out(share)) for share in shares]
        try:
            for one in asyncio.as_completed(tasks):
                yield await one
        finally:
            # Of what nobody waits for, nobody is to hear that it was ended.
            for task in tasks:
                task.cancel()
