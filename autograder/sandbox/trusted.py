"""No isolation: for programs of people who are trusted."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from autograder.i18n import _
from autograder.sandbox.layers import Prepared, Unavailable
from autograder.sandbox.room import Room, environment
from autograder.sandbox.supervisor import Orders


@dataclass(frozen=True, slots=True)
class TrustedProcess:
    """A process of its own, in an empty folder and with a scrubbed environment. It may read what its user may."""

    name: str = "process"

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("the judge's memory; nothing else, so it is for programs that are trusted")

    @property
    def isolates(self) -> bool:
        """It does not."""
        return False

    @property
    def cannot(self) -> Mapping[str, str]:
        """It promises nothing of the conformance suite's."""
        return {}

    @property
    def inner(self) -> tuple[str, ...]:
        """Nothing: all in there are kept alike."""
        return ()

    def missing(self) -> Unavailable | None:
        """Nothing."""
        return None

    @contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        """See :class:`~autograder.sandbox.layers.Layer`."""
        with tempfile.TemporaryDirectory(prefix="autograder-room-", ignore_cleanup_errors=True) as directory:
            orders = Orders(directory=directory, bounds=room.bounds, filtered=False, owns_ids=False)
            yield Prepared(
                argv=[sys.executable, "-I", "-m", "autograder.sandbox.supervisor", orders.encoded(), *argv],
                environment={**environment(directory), **room.settings},
                gently=True,
            )
