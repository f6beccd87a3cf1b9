"""What a report tells of how an exam was held."""

from __future__ import annotations

from autograder.i18n import _
from autograder.sandbox import Layer


def held_without_isolation(layer: Layer) -> list[str]:
    """What is to be known of an exam where nothing kept the student's program apart."""
    if layer.isolates:
        return []
    return [_("This was graded without isolation: the submission was trusted, and could have changed its grade.")]


def audited(score: float, again: float) -> str:
    """What came of training anew what was handed in trained."""
    if score == again:
        return _("Audit: trained anew, the notebook earns the same {score:g} points.").format(score=score)
    return _(
        "Audit: trained anew, the notebook earns {again:g} points instead of {score:g}. Look at how the weights that"
        " were handed in were made."
    ).format(again=again, score=score)
