"""Programs as cases: solution cells rewritten, or with a slip, and functions that know the visible cases by heart."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

from autograder.checks import Calls
from autograder.exam.crossing import History, Model
from autograder.exam.unpack import StudentFunction
from autograder.verification import behaviour
from autograder.verification.answer_trials import differ, is_tolerated
from autograder.verification.rehearsal import Rehearsal, Stand, judge
from autograder.verification.rewriting import Program, rewritten
from autograder.verification.slips import slipped
from autograder.verification.tally import Judged
from autograder.verification.trials import HIDDEN, Bench, Trial, drawn
from autograder.verification.values import same_answer


def by_heart_trials(rehearsal: Rehearsal) -> Iterator[Trial]:
    """Functions that know by heart what the visible tests ask, and nothing else: what hidden tests are for."""
    for stand in rehearsal.stands:
        if HIDDEN.search(stand.cell.source) is None:
            continue
        seen = judge(replace(stand.cell, source=HIDDEN.sub("", stand.cell.source)), stand.names, stand.values)[0]
        for grading in seen.gradings:
            cases = [case for check in grading.checks if isinstance(check, Calls) for case in check.cases]
            name = getattr(grading.subject, "__name__", "")
            if cases and name in rehearsal.answers(stand):
                yield Trial("by heart", f"{stand.cell.grade_id} {name}", "", _known(stand, name, cases))


def _known(stand: Stand, name: str, cases: list[tuple[Any, ...]]) -> Any:
    def judge_it(bench: Bench) -> Judged:
        reference = bench.rehearsal.student[name]
        results = [(case, reference(*deepcopy(case))) for case in cases]

        def by_heart(*arguments: Any) -> Any:
            return next((result for case, result in results if same_answer(case, arguments)), results[0][1])

        by_heart.__name__ = name
        values = bench.rehearsal.over({**bench.rehearsal.student, name: by_heart}, [name])
        verdict = bench.say(stand, values)
        return bench.wrong(
            f"{stand.cell.grade_id}: {name} knows the visible cases by heart", "", [(stand, verdict, values)]
        )

    return judge_it


def program_trials(rehearsal: Rehearsal, count: int, seed: int) -> Iterator[Trial]:
    cells = [cell for cell in rehearsal.solutions if rehearsal.asked_of(cell.grade_id)]
    # The same for everybody: what is slow is told by the program and not by the clock.
    weights = {cell.grade_id: 0.2 if rehearsal.is_slow(cell.grade_id) else 1.0 for cell in cells}
    for cell in cells:
        share = weights[cell.grade_id] / sum(weights.values())
        kept = rehearsal.kept_names(cell.grade_id)
        for program in drawn(rewritten(cell.source, kept), max(round(count * share), 5), seed):
            yield Trial(
                "rewriting", f"{cell.grade_id} {program.key}", program.about, _rewriting(cell.grade_id, program)
            )
        if not _tells_slips(rehearsal, cell.grade_id):
            continue
        for program in drawn(slipped(cell.source), max(round(count * share), 5), seed):
            yield Trial("slip", f"{cell.grade_id} {program.key}", program.about, _slip(cell.grade_id, program, seed))


def _rewriting(grade_id: str, program: Program) -> Any:
    def judge(bench: Bench) -> Judged:
        title = f"{grade_id}: {program.about}"
        try:
            verdicts = bench.rehearsal.rewritten(grade_id, program.text)
        except Exception as error:  # noqa: BLE001 - a rewriting that does not run is a fault of ours, and is told
            judged = bench.right(title, program.text, [])
            return replace(judged, wrongly=f"it stops with {type(error).__name__}: {error}", source=program.text)
        return bench.right(title, program.text, [verdict for _stand, verdict, _values in verdicts])

    return judge


def _slip(grade_id: str, program: Program, seed: int) -> Any:
    """A slip is a wrong answer if anything that is asked comes out otherwise, and else another right one."""

    def judge(bench: Bench) -> Judged | None:
        rehearsal = bench.rehearsal
        try:
            names = rehearsal.rerun(grade_id, program.text)
        except Exception:  # noqa: BLE001 - a program that stops is seen to be wrong by whoever runs it
            return None
        said = []
        changed = False
        for stand, asked in _asking(rehearsal, grade_id):
            reference = stand.verdict
            assert reference is not None
            values = rehearsal.over(names, asked)
            verdict = bench.say(stand, values)
            said.append((stand, verdict, values))
            changed |= len(verdict.gradings) != len(reference.gradings)
            functions = [name for name in asked if isinstance(stand.values[name], StudentFunction)]
            apart = [
                behaviour.differs(stand, name, rehearsal.student[name], names.get(name), Random(seed))
                for name in functions
            ]
            if None in apart and True not in apart:
                return None
            changed |= True in apart
            pairs = zip(reference.gradings, verdict.gradings, strict=False)
            others = [pair for pair in pairs if not isinstance(pair[0].subject, StudentFunction) and differ(*pair)]
            if any(is_tolerated(*pair) for pair in others):
                return None
            changed |= bool(others)
        title = f"{grade_id}: {program.about}"
        if changed:
            return bench.wrong(title, program.text, said)
        return bench.right(title, program.text, [verdict for _stand, verdict, _values in said])

    return judge


def _asking(rehearsal: Rehearsal, grade_id: str) -> list[tuple[Stand, list[str]]]:
    """Test cells that ask for what a solution cell makes, and what that is."""
    made = rehearsal.made_by(grade_id)
    found = [(stand, [name for name in rehearsal.answers(stand) if name in made]) for stand in rehearsal.stands]
    return [(stand, asked) for stand, asked in found if asked]


def _tells_slips(rehearsal: Rehearsal, grade_id: str) -> bool:
    """Whether it can be told what a slip in a cell changes: not of networks, nor where tests only assert."""
    asking = _asking(rehearsal, grade_id)
    return bool(asking) and all(
        stand.verdict is not None
        and stand.verdict.gradings
        and not any(isinstance(stand.plain[name], Model | History) for name in stand.asked)
        for stand, _asked in asking
    )
