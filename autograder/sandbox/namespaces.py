"""Namespaces of its own for a process that was forked and not started: what bubblewrap does for one that is started.

Nothing here is of Python's own library before 3.12, and mounts are not in there at all: these are the kernel's calls.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
from collections.abc import Sequence
from pathlib import Path

_NEW_MOUNTS = 0x00020000
_NEW_CGROUP = 0x02000000
_NEW_NAMES = 0x04000000
_NEW_MESSAGES = 0x08000000
_NEW_USERS = 0x10000000
_NEW_PROCESSES = 0x20000000
_NEW_NETWORK = 0x40000000

_NO_SET_ID = 0x2
_NO_DEVICES = 0x4
_NO_PROGRAMS = 0x8
_BIND = 0x1000
_WITH_ALL_BELOW = 0x4000
_PRIVATE = 0x40000

_PR_CAPBSET_DROP = 24
_PR_SET_DUMPABLE = 4
_PR_SET_PDEATHSIG = 1
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_CLEAR_ALL = 4

_CAPABILITIES_VERSION_3 = 0x20080522
_MOST_CAPABILITIES = 64

_LIMITS = "/proc/sys/user"

_LIBC = ctypes.CDLL(None, use_errno=True)


def prctl(option: int, *values: int) -> None:
    """The kernel's call of that name.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    _done("prctl", _LIBC.prctl(option, *(*values, 0, 0, 0, 0)[:4]))


def readable_by_its_kind(readable: bool) -> None:
    """Whether processes of the same identity may look into this one, and whether its files in ``/proc`` are its own."""
    prctl(_PR_SET_DUMPABLE, int(readable))


def ends_with_its_parent(number: int) -> None:
    """Sends this process a signal when the process that started it ends. A change of identity forgets that."""
    prctl(_PR_SET_PDEATHSIG, number)


def fresh_proc() -> None:
    """Shows the processes of this process's own namespace in ``/proc``."""
    _mount("proc", "/proc", "proc", _NO_SET_ID | _NO_DEVICES | _NO_PROGRAMS)


def become(identity: int) -> None:
    """A user and a group of this number and no other; for root alone."""
    os.setgroups([])
    os.setresgid(identity, identity, identity)
    os.setresuid(identity, identity, identity)


def leave() -> None:
    """Namespaces of its own for this process, and one of processes for what it forks. Its identity stays what it is."""
    user, group = os.getuid(), os.getgid()
    everything = _NEW_USERS | _NEW_MOUNTS | _NEW_MESSAGES | _NEW_PROCESSES | _NEW_NETWORK | _NEW_NAMES
    _done("unshare", _LIBC.unshare(everything))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def settle() -> None:
    """Makes the first process of the new namespaces see its own processes and terminals alone."""
    os.setsid()
    socket.sethostname("room")
    _mount("", "/", "", _WITH_ALL_BELOW | _PRIVATE)
    fresh_proc()
    # Others' terminals would have the same identity's.
    _mount("devpts", "/dev/pts", "devpts", _NO_SET_ID | _NO_PROGRAMS, "newinstance,ptmxmode=0666,mode=620")


def cover(places: Sequence[str], size: int, kept: Sequence[str]) -> None:
    """Puts an empty file system of a fixed size over each of ``places``; folders ``kept`` below them stay."""
    held = {folder: os.open(folder, os.O_PATH | os.O_DIRECTORY) for folder in kept}
    for place in places:
        _mount("tmpfs", place, "tmpfs", _NO_SET_ID | _NO_DEVICES, f"mode=1777,size={size}")
    for folder, descriptor in held.items():
        os.mkdir(folder, 0o755)
        _mount(f"/proc/self/fd/{descriptor}", folder, "", _BIND | _WITH_ALL_BELOW)
        os.close(descriptor)


def close() -> None:
    """No further namespace, and no privilege in those that there are; there is no way back."""
    # Where control groups have no namespaces there is nothing to hide.
    _LIBC.unshare(_NEW_CGROUP)
    for name in os.listdir(_LIMITS):
        if name.startswith("max_") and name.endswith("_namespaces"):
            Path(_LIMITS, name).write_text("0")

    for number in range(_MOST_CAPABILITIES):
        try:
            prctl(_PR_CAPBSET_DROP, number)
        except OSError as error:
            # The kernel knows fewer than there is room for.
            if error.errno != errno.EINVAL:
                raise
            break
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    keep()


def keep(*capabilities: int) -> None:
    """Gives up every privilege but these."""
    mask = sum(1 << number for number in capabilities)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    head = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION_3, 0)
    data = (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)
    _done("capset", _LIBC.capset(head, data))


def _mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    told = [text.encode() or None for text in (source, target, kind)]
    _done(f"mount of {target}", _LIBC.mount(*told, ctypes.c_ulong(flags), options.encode() or None))


def _done(what: str, answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
