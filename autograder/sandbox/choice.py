"""Which layer is used: the strongest that holds on this system."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from autograder.i18n import _
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.container import Container
from autograder.sandbox.landlock import Landlock
from autograder.sandbox.layers import Layer, Trial, tried
from autograder.sandbox.trusted import TrustedProcess


class NoLayer(RuntimeError):
    """No layer holds here; the message says what is missing for each, and what to do."""

    def __init__(self, trials: Sequence[Trial]) -> None:
        super().__init__(
            _(
                "Student code cannot be kept apart on this system, so nothing is graded.\n{layers}\n"
                "Make one of them available (“autograder doctor” tells more), or, if you would let every one of"
                " these students run programs as yourself on this machine, grade with --trust-submissions."
            ).format(layers="\n".join(_line(trial) for trial in trials))
        )
        self.trials = tuple(trials)


def every_layer() -> tuple[Layer, ...]:
    """The layers that isolate, strongest first."""
    return (Bubblewrap(), Container("podman"), Container("docker"), Landlock())


@cache
def strongest_layer() -> Layer:
    """The strongest layer that works here, found by trying; tried once a process.

    Raises
    ------
    NoLayer
        If there is none.
    """
    trials = []
    for layer in every_layer():
        trial = tried(layer)
        if trial.unavailable is None:
            return layer
        trials.append(trial)
    raise NoLayer(trials)


def layer_for(*, trusted: bool) -> Layer:
    """The strongest layer, or none where all that is graded is trusted."""
    return TrustedProcess() if trusted else strongest_layer()


def _line(trial: Trial) -> str:
    unavailable = trial.unavailable
    if unavailable is None:
        return f"  {trial.layer.name}"
    remedy = f" → {unavailable.remedy}" if unavailable.remedy else ""
    return f"  {trial.layer.name}: {unavailable.reason}{remedy}"
