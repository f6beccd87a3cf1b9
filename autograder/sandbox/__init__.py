"""Where programs run that are not trusted: students' code, and what judges values that students made.

A :class:`Layer` says how a program is started so that it is kept apart; :func:`strongest_layer` finds the
best one that holds here, by trying. Inside stands a supervisor (:mod:`autograder.sandbox.supervisor`), which
confines what it starts and watches its bounds. The only way in and out is the program's standard input and
output (:class:`Confined`).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from autograder.sandbox.bounds import Bounds, Hit
from autograder.sandbox.room import Room, closed_folders

if TYPE_CHECKING:
    from autograder.sandbox.choice import NoLayer, every_layer, layer_for, strongest_layer
    from autograder.sandbox.confined import Confined, Ending, Sandbox
    from autograder.sandbox.forked import Forked, NotWarm, started
    from autograder.sandbox.layers import Layer, Prepared, Trial, Unavailable, tried
    from autograder.sandbox.trusted import TrustedProcess
    from autograder.sandbox.warm import Warm

__all__ = [
    "Bounds",
    "Confined",
    "Ending",
    "Forked",
    "Hit",
    "Layer",
    "NoLayer",
    "NotWarm",
    "Prepared",
    "Room",
    "Sandbox",
    "Trial",
    "TrustedProcess",
    "Unavailable",
    "Warm",
    "closed_folders",
    "every_layer",
    "layer_for",
    "started",
    "strongest_layer",
    "tried",
]

# The supervisor is of this package too and needs none of these: it has to start at once.
_HOMES = {
    "Confined": "confined",
    "Ending": "confined",
    "Forked": "forked",
    "Layer": "layers",
    "NoLayer": "choice",
    "NotWarm": "forked",
    "Prepared": "layers",
    "Sandbox": "confined",
    "Trial": "layers",
    "TrustedProcess": "trusted",
    "Unavailable": "layers",
    "Warm": "warm",
    "every_layer": "choice",
    "layer_for": "choice",
    "started": "forked",
    "strongest_layer": "choice",
    "tried": "layers",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
