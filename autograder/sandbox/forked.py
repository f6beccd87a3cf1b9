"""One program in a sandbox that is forked from a warm process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Protocol

import psutil

from autograder.i18n import _
from autograder.sandbox import forks
from autograder.sandbox.bubblewrap import DIRECTORY, PLACES, new_identity
from autograder.sandbox.cgroup import ControlGroup, control_group
from autograder.sandbox.confined import ENDING_SECONDS, LOOKING_SECONDS, Confined, Ending, Sandbox, hit_of
from autograder.sandbox.orders import Orders
from autograder.sandbox.pipes import CREDENTIALS, is_readable, reader, until_readable, writer
from autograder.sandbox.room import Room, environment

FORK_SECONDS = 60.0


class NotWarm(OSError):
    """There is no warm process here; the message says why."""


class Parent(Protocol):
    """What is forked: a process that has imported already what takes seconds to import."""

    def serves(self, room: Room) -> bool:
        """Whether a room is one of those that it can make."""

    async def start(self) -> None:
        """Starts it where there is none, and waits until it can be forked; :class:`NotWarm` where it cannot be."""

    def fork(self, identity: int | None, descriptors: Sequence[int]) -> Callable[[], bool]:
        """Asks for a fork that has these descriptors; :class:`OSError` if it has ended.

        What it gives says later whether the parent that was asked has ended, even where it was started again since.
        """

    def end(self) -> None:
        """Ends it, and all that it has forked."""


class Forked:
    """One program in a warm sandbox, from :meth:`start` to :meth:`end`.

    Parameters
    ----------
    warm
        What it is forked from.
    argv
        What it runs. ``python -I -m MODULE …`` is run in the forked process, all else is started there.
    room
        What it gets.
    descriptors
        What it has open besides its standard streams, from number 4 on. They stay the caller's.
    """

    def __init__(self, warm: Parent, argv: Sequence[str], room: Room, descriptors: Sequence[int] = ()) -> None:
        self._warm = warm
        self._argv = argv
        self._room = room
        self._descriptors = descriptors
        self._kept = contextlib.ExitStack()
        self._group: ControlGroup | None = None
        self._lost: Callable[[], bool] = lambda: False
        self._line: socket.socket | None = None
        self._process: int | None = None
        """Of the first process of its namespace: a descriptor, for numbers are given again."""
        self._pid = 0
        self._stdin: asyncio.StreamWriter | None = None
        self._stdout: asyncio.StreamReader | None = None
        self._receiving: asyncio.ReadTransport | None = None
        self._looking: asyncio.Task[None] | None = None
        self._ending: Ending | None = None

    async def start(self) -> None:
        """Starts it.

        Raises
        ------
        NotWarm
            If it cannot be warm.
        """
        if not self._warm.serves(self._room):
            raise NotWarm(_("the warm process may read something else"))
        await self._warm.start()
        await self.begin()

    async def begin(self) -> None:
        """Starts it from a parent that is there."""
        try:
            async with asyncio.timeout(FORK_SECONDS):
                await self._begin()
        except (OSError, TimeoutError) as error:
            ending = await self.end()
            raise NotWarm(ending.told or str(error) or _("the warm process did not answer")) from error

    async def _begin(self) -> None:
        # What is to run and where is told to the fork: its parent could be read by those that it forks later.
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.setblocking(False)
        self._line.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        from_us, to_it = os.pipe()
        from_it, to_us = os.pipe()
        try:
            with theirs:
                self._lost = self._warm.fork(new_identity(), [from_us, to_us, theirs.fileno(), *self._descriptors])
        finally:
            os.close(from_us)
            os.close(to_us)
            self._stdin = await writer(to_it)
            self._receiving, self._stdout = await reader(from_it)
        pid = await self._first_process()
        # It waits for its order, so that the number is still its own.
        self._process, self._pid = os.pidfd_open(pid), pid
        self._group = self._kept.enter_context(control_group(self._room.bounds))
        if self._group is not None:
            self._group.enter(pid)
            self._looking = asyncio.create_task(self._look())
        orders = Orders(directory=DIRECTORY, bounds=self._room.bounds, places=PLACES)
        variables = {**environment(DIRECTORY), **self._room.settings}
        self._line.send(forks.Order(orders=orders, argv=self._argv, environment=variables).encoded())

    async def _first_process(self) -> int:
        """The number that it has here; the kernel says it, for inside it has another."""
        if self._line is None:
            raise NotWarm(_("the warm process has ended"))
        await until_readable(self._line.fileno())
        said, beside, _flags, _address = self._line.recvmsg(
            forks.MOST_BYTES, socket.CMSG_SPACE(CREDENTIALS.size), socket.MSG_PEEK
        )
        if said != forks.HERE:
            raise NotWarm(_("the fork ended before it began"))
        self._line.recv(forks.MOST_BYTES)
        ((_level, _kind, numbers),) = beside
        return int(CREDENTIALS.unpack(numbers)[0])

    async def _look(self) -> None:
        """Ends all where the kernel has ended one process, for the memory of all had run out."""
        while self._group is not None:
            await asyncio.sleep(LOOKING_SECONDS)
            if self._group.ran_out():
                self.kill()
                return

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and not is_readable(self._process)

    @property
    def pid(self) -> int | None:
        """Of the first process of its namespace, as it is seen from here."""
        return None if self._process is None else self._pid

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""
        if self._stdin is None:
            raise OSError("the confined program is not running")
        return self._stdin

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""
        if self._stdout is None:
            raise OSError("the confined program is not running")
        return self._stdout

    async def end(self, grace: float = 0.0) -> Ending:
        """Ends it and every process that came of it; says how it had ended, if it had.

        Parameters
        ----------
        grace
            Seconds for which it may end by itself: one that has closed its channel is about to.
        """
        if self._ending is not None:
            return self._ending
        if self._process is not None and not await self._gone(grace):
            self.kill()
            if not await self._gone(ENDING_SECONDS):
                # Nothing survives its namespace.
                self._warm.end()
                await self._gone(ENDING_SECONDS)
        lost = self._lost()
        status, told = self._said()
        if self._looking is not None:
            self._looking.cancel()
        if self._stdin is not None and not self._stdin.transport.is_closing():
            # What was not read is for nobody.
            self._stdin.transport.abort()
        if self._receiving is not None:
            self._receiving.close()
        if self._line is not None:
            self._line.close()
        if self._process is not None:
            os.close(self._process)
            self._process = None
        hit = hit_of(status, self._group)
        most = self._group.most_memory() if self._group is not None else 0
        # Groups of the kernel's: what was in them has ended.
        self._kept.close()
        self._ending = Ending(hit, told, lost=lost, memory_bytes=most)
        return self._ending

    def interrupt(self) -> None:
        """Interrupts the program alone, not what it has started."""
        with contextlib.suppress(psutil.Error):
            # What its parent has left behind came later.
            children = psutil.Process(self._pid).children() if self.running else []
            for program in sorted(children, key=psutil.Process.create_time)[:1]:
                program.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """Ends it and every process that came of it, without waiting for that."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._process, signal.SIGKILL)

    async def _gone(self, seconds: float) -> bool:
        """Whether the first process has ended, and with it all others of its namespace."""
        if self._process is None:
            return True
        if not is_readable(self._process) and seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(until_readable(self._process), seconds)
        return is_readable(self._process)

    def _said(self) -> tuple[int, str]:
        """The status that it told at its end, and what there was to say."""
        if self._line is None:
            return 0, ""
        try:
            said = json.loads(self._line.recv(forks.MOST_BYTES) or b"{}")
        except (OSError, ValueError):
            return 0, ""
        return int(said.get("status", 0)), str(said.get("told", ""))


async def started(cold: Confined, warm: Parent | None) -> Sandbox:
    """Starts a program: warm where that is possible, and else as it is.

    Raises
    ------
    OSError
        If the layer's own program cannot be started.
    """
    if warm is not None and cold.layer.forks:
        forked = Forked(warm, cold.argv, cold.room)
        try:
            await forked.start()
        except NotWarm:
            pass
        else:
            return forked
    await cold.start()
    return cold
