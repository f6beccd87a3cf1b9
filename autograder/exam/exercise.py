"""What an exercise sets for its trainings: in the metadata of its source notebook, under ``autograder``.

"metadata": {"autograder": {"seed": 1, "training_seconds": 300}}
"""

from __future__ import annotations

from dataclasses import replace

import msgspec

from autograder.exam.limits import Limits
from autograder.exam.notebook import Notebook, UnreadableNotebook
from autograder.i18n import _


class Exercise(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of one exercise; what it does not set is as the limits have it."""

    seed: int = 0
    """From which initial weights and the order of the images are drawn, where trainings are canonical."""
    training_seconds: float | None = None
    training_work: float | None = None
    """Epochs × images × parameters of one training."""
    training_memory_bytes: int | None = None

    def within(self, limits: Limits) -> Limits:
        """The limits, with what the exercise sets."""
        names = ("training_seconds", "training_work", "training_memory_bytes")
        told = {name: value for name in names if (value := getattr(self, name)) is not None}
        return replace(limits, **told)


def exercise_of(source: Notebook) -> Exercise:
    """The settings of a source notebook.

    Raises
    ------
    UnreadableNotebook
        If they are none; the message names the field.
    """
    if not source.settings:
        return Exercise()
    try:
        exercise = msgspec.json.decode(source.settings, type=Exercise)
        if any(value is not None and value < 0 for value in msgspec.structs.astuple(exercise)):
            raise msgspec.ValidationError("a number below 0")
    except msgspec.MsgspecError as error:
        raise UnreadableNotebook(
            _("The exercise's settings (metadata ▸ autograder) cannot be used: {error}. Expected {names}.").format(
                error=error, names=", ".join(Exercise.__struct_fields__)
            )
        ) from error
    return exercise
