"""Landlock: rules of the kernel's for one program and what comes of it, and a filter of system calls.

It needs neither namespaces nor privileges, so it works in most containers. It keeps less apart than
namespaces do: see :attr:`Landlock.cannot`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.i18n import _
from autograder.sandbox import seccomp
from autograder.sandbox.bubblewrap import new_identity
from autograder.sandbox.layers import Layer, Prepared, Unavailable
from autograder.sandbox.orders import Orders
from autograder.sandbox.room import Room, closed_folders, environment, readable

# Moving files between folders cannot be forbidden before 2, truncating before 3, TCP before 4; from 6 on
# signals and abstract sockets are kept inside.
_LEAST_ABI = 3
_SCOPED_ABI = 6


class Landlock(Layer):
    """Weaker than namespaces, and needs none."""

    name = "landlock"
    inner = (sys.executable, "-I", "-m", "autograder.sandbox.nested")

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("files, network, other processes' memory; system calls are filtered")

    @property
    def cannot(self) -> Mapping[str, str]:
        """What the conformance suite asks for and Landlock has no means for."""
        return {
            "runs_commands": _("a terminal for “!command” could not be told from those of the user; subprocess works"),
            "sees_no_other_process": _("there is no process namespace: names and command lines can be listed"),
        }

    def missing(self) -> Unavailable | None:
        """Landlock itself, the filter's library, or a way to the interpreter for somebody who is not root."""
        if sys.platform != "linux":
            return Unavailable(reason=_("it needs Linux"), remedy=_("use a container engine, or a Linux machine"))
        lacking = seccomp.unavailable()
        if lacking:
            return Unavailable(reason=lacking, remedy="apt install libseccomp2")
        from landlockpy import abi_version

        found = abi_version()
        if found < _LEAST_ABI:
            return Unavailable(
                reason=_("the kernel's Landlock is of version {found}, {least} or newer is needed").format(
                    found=found, least=_LEAST_ABI
                ),
                remedy=_("use Linux 6.2 or newer, with “landlock” among its security modules"),
            )
        closed = closed_folders(readable(Room(settings={}))) if os.getuid() == 0 else []
        if closed:
            return Unavailable(
                reason=_("only root may pass {folder}, and student code does not run as root").format(folder=closed[0]),
                remedy=_("grade as an ordinary user, or with an interpreter that stands elsewhere"),
            )
        return None

    @contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        """See :class:`~autograder.sandbox.layers.Layer`."""
        from landlockpy import abi_version

        identity = new_identity()
        with tempfile.TemporaryDirectory(prefix="autograder-room-", ignore_cleanup_errors=True) as directory:
            if identity is not None:
                os.chown(directory, identity, identity)
            orders = Orders(
                directory=directory,
                bounds=room.bounds,
                identity=identity,
                signals=abi_version() >= _SCOPED_ABI,
                readable=[str(path) for path in readable(room)],
                owns_ids=False,
            )
            yield Prepared(
                argv=[sys.executable, "-I", "-m", "autograder.sandbox.supervisor", orders.encoded(), *argv],
                environment={**environment(directory), **room.settings},
                gently=True,
            )
            # What a hostile program leaves may be closed to its owner too; as far as it can be, it is opened.
            for folder, _folders, _names in os.walk(directory):
                if not Path(folder).is_symlink():
                    os.chmod(folder, 0o700)
