"""A verification, whole: which exercises, which cases, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import TypeAlias

from autograder.exam import Grader, sources
from autograder.exam.notebook import load
from autograder.i18n import _
from autograder.verification.answers import WrittenAnswer, answers_in
from autograder.verification.corpus import judged_answers
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
        raise LookupError(
            _("There is no source of {unknown}: expected one of {known}").format(
                unknown=", ".join(unknown), known=", ".join(known)
            )
        )
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
    """The answers of the corpus, of which those are taken that have ``only`` in their name.

    Raises
    ------
    UnusableAnswer
        If one of them cannot be used.
    """
    return [
        (assignment, path, answer)
        for assignment, path in exercises.items()
        for answer in answers_in(corpus, assignment, load(path))
        if only in answer.name
    ]


async def verified(
    assignments: Sequence[str], answers: Sequence[Written], grader: Grader, tell: Callable[[Judged], None]
) -> Verification:
    """Judges all cases; ``tell`` hears of each as it is done."""
    began = monotonic()
    found: list[Judged] = []
    async for one in judged_answers(grader, answers):
        tell(one)
        found.append(one)
    found.sort(key=lambda one: (one.assignment, one.origin, not one.right, one.name))
    return Verification(judged=tuple(found), assignments=tuple(assignments), seconds=monotonic() - began)
