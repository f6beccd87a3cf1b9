"""What a layer asks of its supervisor: plain data, which crosses as text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from autograder.sandbox.bounds import Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a layer asks of its supervisor."""

    directory: str
    """Where to write; its folders ``work``, ``home`` and ``tmp`` are made."""
    bounds: Bounds
    places: Sequence[str] = ()
    """The file systems that can be written to, where they are the sandbox's own; without any, ``directory`` is all."""
    identity: int | None = None
    """User and group to become; ``None`` keeps those that it was started with."""
    filtered: bool = True
    """Whether system calls are filtered."""
    signals: bool = True
    """Whether the command may send signals."""
    readable: list[str] | None = None
    """What Landlock lets the command read; ``None`` where a mount namespace decides that."""
    owns_ids: bool = True
    """Whether the processes that it sees are its own alone."""

    def encoded(self) -> str:
        """As an argument of the command line."""
        return json.dumps(asdict(self))


def decoded(text: str) -> Orders:
    """The way back from :meth:`Orders.encoded`."""
    tree = json.loads(text)
    return Orders(**{**tree, "bounds": Bounds(**tree["bounds"])})
