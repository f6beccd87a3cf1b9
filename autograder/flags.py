"""Flags: what an instructor should look at. They decide nothing, and no student is shown one.

Pure functions over reports.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from autograder.i18n import _
from autograder.report import Accuracy, CellReport, ClassReport, Flag, FlagKind, SubmissionReport

_FAR = 7.5
"""Uncertainties, of two standard errors each, by which two trainings of one network are never apart: in the calibration
their standard deviation is at most four standard errors."""


def flags_of(report: SubmissionReport) -> tuple[Flag, ...]:
    """What one submission's report alone shows."""
    return tuple(
        flag
        for cell, accuracy in _accuracies(report.cells)
        for flag in (*_high(cell, accuracy), *_seen(cell, accuracy), *_other_weights(cell, accuracy, report))
    )


def audit_flags(handed_in: Sequence[CellReport], again: Sequence[CellReport]) -> tuple[Flag, ...]:
    """What training anew shows of networks that were handed in trained."""
    anew = {(cell.grade_id, number): one for number, (cell, one) in enumerate(_accuracies(again))}
    found = []
    for number, (cell, accuracy) in enumerate(_accuracies(handed_in)):
        other = anew.get((cell.grade_id, number))
        if other is not None and accuracy.share - other.share > _FAR * max(accuracy.uncertainty, other.uncertainty):
            evidence = _("“{cell}”: {share:.2%} as handed in, {other:.2%} trained anew.").format(
                cell=cell.grade_id, share=accuracy.share, other=other.share
            )
            message = _("The weights that were handed in do better than the same network with the same settings does.")
            found.append(Flag(kind=FlagKind.OTHER_WEIGHTS, message=message, evidence=evidence))
    return tuple(found)


def flagged(report: ClassReport) -> ClassReport:
    """The report of a run, with the flags that its submissions show beside each other."""
    found = _same_weights(report.submissions)
    return replace(
        report,
        submissions=tuple(
            replace(one, flags=tuple(dict.fromkeys((*one.flags, *found[place]))))
            for place, one in enumerate(report.submissions)
        ),
    )


def _same_weights(reports: Sequence[SubmissionReport]) -> dict[int, list[Flag]]:
    """By the place of a submission. Weights are compared of networks that have learnt what was asked, where the grader
    did not train them, and where the notebook sets no seed: then those of two trainings are never the same.
    """
    owners: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for place, report in enumerate(reports):
        ours = {training.weights for training in report.trainings}
        for cell, accuracy in _accuracies(report.cells):
            if accuracy.weights and accuracy.weights not in ours and accuracy.reached and not report.seeded:
                owners[report.assignment, accuracy.weights].setdefault(place, cell.grade_id)
    found: dict[int, list[Flag]] = defaultdict(list)
    for (_assignment, weights), cells in owners.items():
        names = sorted({reports[place].student for place in cells})
        for place, name in cells.items() if len(names) > 1 else ():
            others = ", ".join(other for other in names if other != reports[place].student)
            evidence = _("“{cell}”: fingerprint {weights}, also of {others}.").format(
                cell=name, weights=weights[:12], others=others
            )
            message = _("The trained weights are, number for number, those of another submission.")
            found[place].append(Flag(kind=FlagKind.SAME_WEIGHTS, message=message, evidence=evidence))
    return found


def _high(cell: CellReport, accuracy: Accuracy) -> Iterator[Flag]:
    if accuracy.at_most is None or accuracy.share <= accuracy.at_most:
        return
    yield Flag(
        kind=FlagKind.HIGH_ACCURACY,
        message=_("The accuracy is higher than any known answer to this exercise reaches."),
        evidence=_("“{cell}”: {share:.2%}, and {most:.2%} is the most that is expected.").format(
            cell=cell.grade_id, share=accuracy.share, most=accuracy.at_most
        ),
    )


def _seen(cell: CellReport, accuracy: Accuracy) -> Iterator[Flag]:
    counted = accuracy.exposure
    if counted is None or not counted.seen:
        return
    yield Flag(
        kind=FlagKind.TEST_SET,
        message=_("The network seems to have been trained on the test images."),
        evidence=_(
            "“{cell}”: {right:,} of {images:,} test images are right as they are, and {bent:,} once each is bent a"
            " little; bending turns {broken:,} wrong and {mended:,} right. Of {train_images:,} training images"
            " {train_right:,} are right, {shifted:,} once shifted; bending turns {train_broken:,} wrong and"
            " {train_mended:,} right."
        ).format(
            cell=cell.grade_id,
            right=counted.right,
            images=counted.images,
            bent=counted.right - counted.broken + counted.mended,
            broken=counted.broken,
            mended=counted.mended,
            train_images=counted.train_images,
            train_right=counted.train_right,
            shifted=counted.shifted_right,
            train_broken=counted.train_broken,
            train_mended=counted.train_mended,
        ),
    )


def _other_weights(cell: CellReport, accuracy: Accuracy, report: SubmissionReport) -> Iterator[Flag]:
    """A model whose history is that of a training of the grader's, and whose weights are not."""
    if not accuracy.weights or not accuracy.history:
        return
    same_history = {training.weights for training in report.trainings if training.history == accuracy.history}
    if not same_history or accuracy.weights in {training.weights for training in report.trainings}:
        return
    yield Flag(
        kind=FlagKind.OTHER_WEIGHTS,
        message=_("The network's weights are not those that its training gave: they were changed afterwards."),
        evidence=_("“{cell}”: fingerprint {found}, the training gave {expected}.").format(
            cell=cell.grade_id,
            found=accuracy.weights[:12],
            expected=", ".join(sorted(weights[:12] for weights in same_history)),
        ),
    )


def _accuracies(cells: Sequence[CellReport]) -> Iterator[tuple[CellReport, Accuracy]]:
    for cell in cells:
        for outcome in cell.outcomes:
            if outcome.accuracy is not None:
                yield cell, outcome.accuracy
