"""Networks, compile calls and trainings as cases: facts with one thing changed, as they come over the wall."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from typing import Any

import msgspec
import numpy as np

from autograder.checks import Compiled, Layers, SameArchitecture, TestAccuracy, Trained
from autograder.exam.crossing import History, Model, Training
from autograder.exam.pack import Packer
from autograder.exam.unpack import Unpacker
from autograder.facts import ModelFacts
from autograder.grading import Subject
from autograder.report import Status
from autograder.verification.language import describes, meaning
from autograder.verification.networks import Changed, changed_networks, described_networks
from autograder.verification.rehearsal import Grading, Rehearsal, Stand, Verdict
from autograder.verification.tally import Judged
from autograder.verification.trials import Bench, Trial, drawn
from autograder.verification.values import compile_calls, same_answer, trainings

_MOST_WORK = 20
"""Times that what the reference computes for an image: to measure the accuracy of a larger network takes too long."""

_WITH_COUNTS = 10
"""Networks that are tried together with their numbers of parameters."""


def told_trials(rehearsal: Rehearsal, count: int, seed: int) -> Iterator[Trial]:
    found = [
        (stand, grading, name)
        for stand in rehearsal.stands
        for grading in (stand.verdict.gradings if stand.verdict else ())
        for name in stand.asked
        if stand.values[name] is grading.subject
    ]
    for stand, grading, name in found:
        plain = stand.plain[name]
        each = max(count // max(len(found), 1), 1)
        if isinstance(plain, Model) and any(isinstance(check, Layers | SameArchitecture) for check in grading.checks):
            changed = drawn(changed_networks(plain.facts), 2 * each, seed)
            yield from _networks(stand, grading, name, plain, changed, seed)
            yield from _with_counts(rehearsal, name, plain, changed)
        for check in grading.checks:
            if isinstance(check, Compiled) and isinstance(plain, Model) and plain.compiled is not None:
                for told in drawn(compile_calls(plain.compiled, check), each, seed):
                    value = _model(stand, plain, plain.facts, compiled=told.facts)
                    yield _told_trial("compile call", stand, name, told, value, Compiled)
            if isinstance(check, Trained) and (training := _training_of(plain)) is not None:
                facts = training.facts
                curves = {key: tuple(map(float, _array(stand, one))) for key, one in training.curves.items()}
                for told in drawn(trainings(replace(facts, curves=curves), check), each, seed):
                    yield _told_trial("training", stand, name, told, _trained(stand, plain, told.facts), Trained)


def _networks(
    stand: Stand, grading: Grading, name: str, plain: Model, changed: list[Changed], seed: int
) -> Iterator[Trial]:
    found = list(changed)
    for check in grading.checks:
        if isinstance(check, Layers):
            found += drawn(described_networks(plain.facts, check.pattern), len(changed) // 3, seed)
    most = _MOST_WORK * _work(plain.facts)
    for one in found:
        if _work(one.facts) > most:
            continue
        yield Trial("network", f"{stand.cell.grade_id} {name} {one.key}", one.about, _network(stand, name, plain, one))


def _work(facts: ModelFacts) -> int:
    """Multiplications for an image, about: the numbers of the weights, at each place where they are applied."""
    return sum(prod(size or 1 for size in one.output_shape[:-1]) * one.parameters.total for one in facts.layers)


def _with_counts(rehearsal: Rehearsal, name: str, plain: Model, changed: list[Changed]) -> Iterator[Trial]:
    """Other networks, with the numbers of parameters that go with them, wherever both are asked for.

    Whether that is right only the exercise knows: it shows what hidden tests are for, and is no case.
    """
    counts = [layer.parameters.total for layer in plain.facts.weighted]
    for stand in rehearsal.stands:
        listed = [one for one in rehearsal.answers(stand) if same_answer(stand.values[one], counts)]
        if name not in stand.asked or not listed:
            continue
        for one in changed[:_WITH_COUNTS]:
            yield Trial(
                "counts of another network",
                f"{stand.cell.grade_id} {one.key}",
                one.about,
                _counted(stand, name, listed, plain, one),
            )


def _counted(stand: Stand, name: str, listed: list[str], plain: Model, one: Changed) -> Any:
    def judge(bench: Bench) -> None:
        counts = [layer.parameters.total for layer in one.facts.weighted]
        values = {name: _model(stand, plain, one.facts), **dict.fromkeys(listed, counts)}
        bench.learn(stand, bench.say(stand, values), values)

    return judge


def _network(stand: Stand, name: str, plain: Model, one: Changed) -> Any:
    def judge(bench: Bench) -> Judged:
        value = _model(stand, plain, one.facts)
        verdict = bench.say(stand, {name: value})
        asked = list(_asked(verdict, value, Layers, SameArchitecture))
        wanted = [_is_right(check, one.facts) for check, _outcome in asked]
        title = f"{stand.cell.grade_id}: {name}, {one.about}"
        refused = [
            f"{o.title}: {o.message}" for (_c, o), right in zip(asked, wanted, strict=True) if right and not _ok(o)
        ]
        let_by = [
            f"{o.title}: {o.message}" for (_c, o), right in zip(asked, wanted, strict=True) if not right and _ok(o)
        ]
        source = f"{one.facts.nameless.layers}"
        if not asked:
            broken = "; ".join(outcome.message for outcome in verdict.outcomes)
            return bench.wrong(title, source, [(stand, verdict, {name: value})], "" if not verdict.full else broken)
        if all(wanted):
            return _right_told(bench, title, source, verdict, refused)
        return bench.wrong(title, source, [(stand, verdict, {name: value})], "; ".join([*let_by, *refused]))

    return judge


def _right_told(bench: Bench, title: str, source: str, verdict: Verdict, refused: list[str]) -> Judged:
    judged = bench.right(title, source, [])
    return replace(judged, cells=(verdict.cell.grade_id,), wrongly="; ".join(refused), source=source if refused else "")


def _is_right(check: Any, facts: ModelFacts) -> bool:
    """Whether a network is what a check asks for, told without asking it."""
    if isinstance(check, Layers):
        return facts.is_chain and describes(check.pattern, meaning(facts.layers))
    reference = check.reference if isinstance(check.reference, ModelFacts) else Subject(check.reference).facts
    if not facts.is_chain or facts.inputs != reference.inputs:
        return False
    told, wanted = meaning(facts.layers), meaning(reference.layers)
    return [(one.kind, dict(one.settings), one.trainable) for one in told] == [
        (one.kind, dict(one.settings), one.trainable) for one in wanted
    ]


def _told_trial(origin: str, stand: Stand, name: str, told: Any, value: Any, kind: type) -> Trial:
    def judge(bench: Bench) -> Judged:
        verdict = bench.say(stand, {name: value})
        outcomes = [outcome for _check, outcome in _asked(verdict, value, kind)]
        title = f"{stand.cell.grade_id}: {name}, {told.about}"
        if told.right:
            return _right_told(
                bench,
                title,
                repr(told.facts),
                verdict,
                [one.message for one in outcomes if not _ok(one)] if outcomes else ["not asked"],
            )
        passed = [one.message for one in outcomes if _ok(one)]
        accepted = "; ".join(passed) if len(passed) == len(outcomes) else ""
        return bench.wrong(title, repr(told.facts), [(stand, verdict, {name: value})], accepted)

    return Trial(origin, f"{stand.cell.grade_id} {name} {told.key}", told.about, judge)


def _asked(verdict: Verdict, subject: Any, *kinds: type) -> Iterator[tuple[Any, Any]]:
    """The checks of some kinds that were asked about a value, with their outcomes."""
    for grading in verdict.gradings:
        if grading.subject is subject:
            for check, outcome in zip(grading.checks, grading.report.outcomes, strict=True):
                if isinstance(check, kinds):
                    yield check, outcome


def _ok(outcome: Any) -> bool:
    return bool(outcome.status is Status.PASSED)


def _model(stand: Stand, plain: Model, facts: ModelFacts, **more: Any) -> Any:
    """A model of these facts as it comes over; its weights are as they are first drawn."""
    empty: list[list[Any]] = [[] for _layer in (*facts.preprocessing, *facts.layers)]
    return Unpacker(stand.buffers).value("model", msgspec.structs.replace(plain, facts=facts, weights=empty, **more))


def _training_of(plain: Any) -> Training | None:
    return plain.training if isinstance(plain, Model | History) else None


def _array(stand: Stand, array: Any) -> Any:
    return np.frombuffer(stand.buffers[array.buffer], np.dtype(array.dtype).newbyteorder("<"))


def _trained(stand: Stand, plain: Any, facts: Any) -> Any:
    """A ``History`` or a model with another training, as it comes over."""
    packer = Packer(10**8)
    training = packer.training(facts)
    moved = {
        name: msgspec.structs.replace(one, buffer=one.buffer + len(stand.buffers))
        for name, one in training.curves.items()
    }
    training = msgspec.structs.replace(training, curves=moved)
    buffers = [*stand.buffers, *map(bytes, packer.buffers)]
    changed = msgspec.structs.replace(plain, training=training)
    if isinstance(changed, Model):
        changed = msgspec.structs.replace(changed, weights=[[] for _layer in changed.weights])
    return Unpacker(buffers).value("training", changed)


def untrained_trials(rehearsal: Rehearsal) -> Iterator[Trial]:
    """Networks that were never trained, wherever accuracy is measured."""
    for stand in rehearsal.stands:
        for grading in stand.verdict.gradings if stand.verdict else ():
            for name in stand.asked:
                plain = stand.plain[name]
                measured = any(isinstance(check, TestAccuracy) for check in grading.checks)
                if not measured or not isinstance(plain, Model) or stand.values[name] is not grading.subject:
                    continue

                def judge(bench: Bench, stand: Stand = stand, name: str = name, plain: Model = plain) -> Judged:
                    value = _model(stand, plain, plain.facts, training=None)
                    verdict = bench.say(stand, {name: value})
                    return bench.wrong(
                        f"{stand.cell.grade_id}: {name} was not trained", "", [(stand, verdict, {name: value})]
                    )

                yield Trial("untrained network", f"{stand.cell.grade_id} {name}", "not trained", judge)
