"""No isolation: for programs of people who are trusted."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from autograder.i18n import _
from autograder.sandbox.layers import Layer, Prepared
from autograder.sandbox.orders import Orders
from autograder.sandbox.room import Room, environment


class TrustedProcess(Layer):
    """A process of its own, in an empty folder and with a scrubbed environment. It may read what its user may."""

    name = "process"
    isolates = False

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("the judge's memory; nothing else, so it is for programs that are trusted")

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
