"""Warm processes that outlive commands: one program keeps them, others of the same user fork them.

To import TensorFlow takes most of what a small class costs. Whoever grades again and again lets one program keep the
processes that have done so (:func:`kept`); a command that would start the very same one, of the same code and packages,
is handed its channel instead (:func:`handed`). What is kept is what a command starts itself: it runs nothing, holds no
data, and is asked for forks alone. A command that ends takes its sandboxes with it, for their channels end with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from platformdirs import user_cache_path

from autograder.i18n import _
from autograder.sandbox import forks
from autograder.sandbox.forked import NotWarm
from autograder.sandbox.pipes import CREDENTIALS, until_readable

if TYPE_CHECKING:
    from autograder.sandbox.warm import Warm

# One that is there answers at once; one whose process was lost starts it again, which takes longer than this.
_PATIENCE_SECONDS = 1.0


class AlreadyKept(OSError):
    """Another program keeps it; the message says so."""


def address(command: Sequence[str], edition: str) -> Path:
    """Where a process is kept that was started by this command.

    Parameters
    ----------
    command
        What starts it: its imports, and what it may read, are in there.
    edition
        A digest of the code and the packages that it imports.
    """
    digest = hashlib.sha256(msgspec.json.encode([edition, *command])).hexdigest()
    return user_cache_path("autograder") / "warm" / digest[:16]


async def handed(path: Path) -> socket.socket | None:
    """The channel of the process that is kept there, as it is: ready. ``None`` where there is none."""
    try:
        with _own_folder(path.parent) as folder, socket.socket(socket.AF_UNIX) as asking:
            asking.setblocking(False)
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await asyncio.get_running_loop().sock_connect(asking, f"{folder}/{path.name}")
                if not _is_mine(asking):
                    return None
                await until_readable(asking.fileno())
            _said, descriptors, _flags, _address = socket.recv_fds(asking, len(forks.HERE), 1)
    except (OSError, TimeoutError):
        return None
    if not descriptors:
        return None
    os.set_inheritable(descriptors[0], False)
    channel = socket.socket(fileno=descriptors[0])
    channel.setblocking(False)
    return channel


@contextlib.asynccontextmanager
async def kept(warm: Warm, edition: str) -> AsyncIterator[None]:
    """Starts a process, and hands its channel to every command that asks for as long as this is open; then ends it.

    Raises
    ------
    NotWarm
        If it cannot be used here.
    AlreadyKept
        If another program keeps such a one.
    OSError
        If there is no place for the socket.
    """
    try:
        await warm.start()
        with _listening(address(warm.command, edition)) as listening:
            answering = asyncio.create_task(_answer(warm, listening))
            try:
                yield
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)
    finally:
        warm.end()


async def _answer(warm: Warm, listening: socket.socket) -> None:
    while True:
        asking, _address = await asyncio.get_running_loop().sock_accept(listening)
        with asking, contextlib.suppress(OSError):
            if _is_mine(asking):
                await warm.start()
                warm.hand_to(asking, forks.HERE)


@contextlib.contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _own_folder(path.parent) as folder, socket.socket(socket.AF_UNIX) as listening:
        name = f"{folder}/{path.name}"
        with socket.socket(socket.AF_UNIX) as asking, contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
            asking.connect(name)
            raise AlreadyKept(_("another program keeps it already"))
        # One that is left of a program that was killed.
        path.unlink(missing_ok=True)
        listening.bind(name)
        listening.listen()
        listening.setblocking(False)
        try:
            yield listening
        finally:
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _own_folder(path: Path) -> Iterator[str]:
    """A folder, by a name that is short whatever it is called: a socket's has 107 bytes at most.

    Raises
    ------
    NotWarm
        If others may enter it.
    OSError
        If there is none.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        found = os.fstat(descriptor)
        if found.st_uid != os.getuid() or found.st_mode & 0o077:
            raise NotWarm(_("{folder} is not this user's alone").format(folder=path))
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


def _is_mine(other: socket.socket) -> bool:
    """Whether who is at the other end is this user."""
    told = other.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return int(CREDENTIALS.unpack(told)[1]) == os.getuid()
