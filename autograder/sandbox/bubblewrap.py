"""Bubblewrap: namespaces of its own for files, processes, network, users and messages, and a filter of system calls."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from autograder.i18n import _
from autograder.sandbox import seccomp
from autograder.sandbox.layers import Layer, Prepared, Unavailable
from autograder.sandbox.orders import Orders
from autograder.sandbox.room import Room, environment, readable

DIRECTORY = "/room"
"""The place to write, inside."""

PLACES = (DIRECTORY, "/tmp", "/dev/shm")
"""All file systems that can be written to, each in memory and of a fixed size."""

_PROC = ("--proc", "/proc")
_TO_STEP_DOWN = ("CAP_SETUID", "CAP_SETGID")

_SANDBOXES = itertools.count()


class Bubblewrap(Layer):
    """Started by an ordinary user it needs user namespaces; started by root it gives that identity up."""

    name = "bubblewrap"
    forks = True

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("files, processes, network, users, memory, disk; system calls are filtered")

    def missing(self) -> Unavailable | None:
        """The program, or the library that it needs."""
        if sys.platform != "linux":
            return Unavailable(reason=_("it needs Linux"), remedy=_("use a container engine, or a Linux machine"))
        if shutil.which("bwrap") is None:
            return Unavailable(reason=_("the program bwrap is not installed"), remedy="apt install bubblewrap")
        lacking = seccomp.unavailable()
        return Unavailable(reason=lacking, remedy="apt install libseccomp2") if lacking else None

    @contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        """See :class:`~autograder.sandbox.layers.Layer`."""
        orders = Orders(directory=DIRECTORY, bounds=room.bounds, places=PLACES, identity=new_identity())
        program = (sys.executable, "-I", "-m", "autograder.sandbox.supervisor", orders.encoded(), *argv)
        yield Prepared(argv=_command(_privileges(), _PROC, room, program), environment={})


def around_forks(room: Room, program: Sequence[str]) -> list[str]:
    """The command of a sandbox whose program makes further ones, of processes that it forks."""
    if os.getuid() == 0:
        # Bubblewrap started by root covers parts of /proc, and below a covered one the kernel shows no fresh one. So
        # the program itself puts it there, gives that privilege up, and keeps two to give each fork an identity.
        capabilities = ("CAP_SYS_ADMIN", *_TO_STEP_DOWN)
        return _command(_given(capabilities), ["--perms", "0555", "--dir", "/proc"], room, program)
    return _command(["--unshare-user", "--cap-drop", "ALL"], _PROC, room, program)


def _command(privileges: Sequence[str], proc: Sequence[str], room: Room, program: Sequence[str]) -> list[str]:
    variables = {**environment(DIRECTORY), **room.settings}
    return [
        shutil.which("bwrap") or "bwrap",
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"),
        *("--hostname", "room", "--new-session", "--die-with-parent", "--as-pid-1", "--clearenv"),
        *privileges,
        *proc,
        *_files(room),
        *(part for name, value in variables.items() for part in ("--setenv", name, value)),
        *("--chdir", DIRECTORY, "--"),
        *program,
    ]


def new_identity() -> int | None:
    """For root, a user and group that nobody has, another one for each sandbox; for anybody else none is needed."""
    # systemd's range for services' users of the moment: no account of the system's is in it. The system bounds what a
    # user has of threads and pipes, so two sandboxes of one user could starve each other.
    return 61_184 + (os.getpid() * 101 + next(_SANDBOXES)) % 4_000 if os.getuid() == 0 else None


def _privileges() -> list[str]:
    if os.getuid() == 0:
        # A user namespace of root's would map its identity to root's outside. So there is none: the supervisor
        # becomes somebody else before anything of a student's is started.
        return _given(_TO_STEP_DOWN)
    return ["--unshare-user", "--disable-userns", "--cap-drop", "ALL"]


def _given(capabilities: Iterable[str]) -> list[str]:
    return ["--cap-drop", "ALL", *(part for name in capabilities for part in ("--cap-add", name))]


def folders_kept(room: Room) -> list[str]:
    """Folders that stand in a place to write and are none: what is bound below them, as from a clone in /tmp."""
    return sorted({str(place / path.relative_to(place).parts[0]) for path in readable(room) for place in _above(path)})


def _files(room: Room) -> list[str]:
    size = str(room.bounds.disk_bytes)
    options = ["--dev", "/dev"]
    # First of all, for they would hide what is bound below them.
    for writable in PLACES:
        options += ["--perms", "1777", "--size", size, "--tmpfs", writable]
    paths = readable(room)
    closed = folders_kept(room)
    for folder in closed:
        options += ["--perms", "0755", "--tmpfs", folder]
    # Bubblewrap would close them to everybody but the one who starts it.
    made = {folder for path in paths for folder in path.parents} - {Path("/"), *map(Path, (*PLACES, *closed))}
    for parent in sorted(made):
        options += ["--perms", "0755", "--dir", str(parent)]
    for path in paths:
        if path.is_symlink():
            options += ["--symlink", os.readlink(path), str(path)]
        else:
            options += ["--ro-bind", str(path), str(path)]
    for folder in (*closed, "/dev", "/"):
        options += ["--remount-ro", folder]
    return options


def _above(path: Path) -> list[Path]:
    """The place to write that a path stands deeper in than directly."""
    return [place for place in map(Path, PLACES) if place in path.parents and path.parent != place]
