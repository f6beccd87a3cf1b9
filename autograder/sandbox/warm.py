"""Warm sandboxes: forked from a process that has imported already what takes seconds to import.

A :class:`Warm` is such a process in bubblewrap (:mod:`autograder.sandbox.forks`), started when it is first needed and
again when it is lost. What it forks is kept apart as in :class:`~autograder.sandbox.bubblewrap.Bubblewrap`; where that
does not hold, or there is no parent, a program is started cold instead: nobody's grade depends on which it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

import msgspec
import psutil

from autograder.i18n import _
from autograder.sandbox import forks
from autograder.sandbox.bounds import Bounds, Hit
from autograder.sandbox.bubblewrap import DIRECTORY, PLACES, Bubblewrap, around_forks, folders_kept, new_identity
from autograder.sandbox.cgroup import ControlGroup, control_group
from autograder.sandbox.confined import ENDING_SECONDS, LOOKING_SECONDS, PIPE_BYTES, Confined, Ending
from autograder.sandbox.layers import leaks
from autograder.sandbox.room import Room, environment
from autograder.sandbox.supervisor import Orders

_IMPORT_SECONDS = 180.0
_FORK_SECONDS = 60.0

# Only what is imported may write anything there, such as a list of fonts.
_ROOM_OF_THE_PARENT = Bounds(disk_bytes=50_000_000)

# The three numbers of SCM_CREDENTIALS: process, user, group.
_CREDENTIALS = struct.Struct("3i")


class NotWarm(OSError):
    """There is no warm process here; the message says why."""


class Sandbox(Protocol):
    """A confined program from its start to its end: a cold one or a warm one."""

    @property
    def running(self) -> bool:
        """Whether it runs."""

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""

    async def end(self, grace: float = 0.0) -> Ending:
        """Ends it and every process that came of it."""


class Warm:
    """A process that has imported modules, from which sandboxes are forked.

    Parameters
    ----------
    imports
        The modules. None of them may start a thread or use TensorFlow when it is imported.
    readable
        What every room may read besides the interpreter.
    """

    name = "bubblewrap, warm"
    cannot: Mapping[str, str] = {}
    """Cases of the conformance suite that it does not hold → why."""

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("what bubblewrap does")

    def __init__(self, imports: Sequence[str], readable: Sequence[Path] = ()) -> None:
        self._imports = tuple(imports)
        self._readable = tuple(readable)
        self._process: subprocess.Popen[bytes] | None = None
        self._told: IO[bytes] | None = None
        self._channel: socket.socket | None = None
        self._ready = False
        self._starting = asyncio.Lock()
        self.looks: Mapping[str, bool] = {}
        """What a program inside found to hold, by case of the conformance suite."""
        self.refusal = ""
        """Why it cannot be used here."""

    @property
    def ready(self) -> bool:
        """Whether it can be forked at once."""
        return self._ready and not self.lost

    @property
    def lost(self) -> bool:
        """Whether it ended, and with it all that it had forked."""
        if self._channel is None:
            return True
        try:
            return self._channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    @property
    def pid(self) -> int | None:
        """Of the process that makes its sandbox."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Starts it where there is none, and waits until it has imported all.

        Raises
        ------
        NotWarm
            If it cannot be used here.
        """
        if not self._starting.locked():
            # A lock is of one event loop, and another may be running than the last time.
            self._starting = asyncio.Lock()
        async with self._starting:
            if self.ready:
                return
            self.close()
            if self.refusal:
                raise NotWarm(self.refusal)
            try:
                await self._start()
            except NotWarm as error:
                # It would not go better the next time, and each costs seconds.
                self.refusal = self._failure(str(error))
                raise NotWarm(self.refusal) from error

    async def _start(self) -> None:
        missing = Bubblewrap().missing()
        if missing is not None:
            raise NotWarm(missing.reason)
        try:
            self._channel = self._started()
            ready = await asyncio.wait_for(_received(self._channel), _IMPORT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise NotWarm(str(error)) from error
        if ready != forks.READY:
            raise NotWarm("")
        self._ready = True
        if not self.looks:
            self.looks = await self._looked()
        leaking = leaks(Bubblewrap(), self.looks)
        if leaking:
            raise NotWarm(leaking)

    async def prepare(self) -> None:
        """Starts it where that can be; whoever needs it later is told why not."""
        with contextlib.suppress(NotWarm):
            await self.start()

    def close(self) -> None:
        """Ends it, and all that it has forked."""
        self._ready = False
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            # It ends when there is nobody to ask; where it is still importing, it is ended.
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if self._told is not None:
            self._told.close()
        self._channel = self._process = self._told = None

    def serves(self, room: Room) -> bool:
        """Whether a room is one of those that it can make: what may be read is bound before it is forked."""
        return set(room.readable) <= set(self._readable)

    def fork(self, identity: int | None, descriptors: Sequence[int]) -> None:
        """Asks for a fork that has these descriptors.

        Raises
        ------
        OSError
            If it has ended.
        """
        if self._channel is None:
            raise NotWarm(_("the warm process has ended"))
        socket.send_fds(self._channel, [forks.REQUEST.pack(-1 if identity is None else identity)], descriptors)

    def _started(self) -> socket.socket:
        room = Room(settings={}, readable=self._readable, bounds=_ROOM_OF_THE_PARENT)
        plan = forks.Plan(imports=self._imports, kept=folders_kept(room), as_root=os.getuid() == 0)
        # Not -I, for a kernel is to be as one that was started: those have the folders that -I keeps out.
        program = (sys.executable, "-P", "-c", "from autograder.sandbox.forks import main; main()", plan.encoded())
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the process
        with theirs:
            self._process = subprocess.Popen(
                around_forks(room, program),
                env={},
                cwd="/",
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=self._told,
                start_new_session=True,
            )
        ours.setblocking(False)
        return ours

    def _failure(self, reason: str) -> str:
        """What the process had to say of its end; ends it."""
        told = ""
        if self._process is not None and self._told is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
            self._told.seek(0)
            told = self._told.read().decode("utf-8", "replace").strip()
        self.close()
        return told.splitlines()[-1][:300] if told else reason or _("the warm process ended while it started")

    async def _looked(self) -> Mapping[str, bool]:
        """What a program inside finds to hold."""
        with tempfile.TemporaryDirectory(prefix="autograder-trial-") as directory:
            # Whoever could read anything of the host's could read this.
            os.chmod(directory, 0o755)
            canary = Path(directory, "canary")
            canary.write_text("")
            program = (sys.executable, "-I", "-m", "autograder.sandbox.conformance.inside", "look", str(canary))
            trial = Forked(self, program, Room(settings={}))
            written = b""
            try:
                await trial.begin()
                written = await asyncio.wait_for(trial.stdout.read(), _FORK_SECONDS)
            except TimeoutError as error:
                raise NotWarm(_("a program inside did not answer")) from error
            finally:
                ending = await trial.end(1.0)
        try:
            return msgspec.json.decode(written, type=dict[str, bool])
        except msgspec.MsgspecError as error:
            raise NotWarm(ending.told or _("a program inside did not answer")) from error


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

    def __init__(self, warm: Warm, argv: Sequence[str], room: Room, descriptors: Sequence[int] = ()) -> None:
        self._warm = warm
        self._argv = argv
        self._room = room
        self._descriptors = descriptors
        self._kept = contextlib.ExitStack()
        self._group: ControlGroup | None = None
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
            async with asyncio.timeout(_FORK_SECONDS):
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
                self._warm.fork(new_identity(), [from_us, to_us, theirs.fileno(), *self._descriptors])
        finally:
            os.close(from_us)
            os.close(to_us)
            self._stdin = await _writer(to_it)
            self._receiving, self._stdout = await _reader(from_it)
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
        await _until_readable(self._line.fileno())
        said, beside, _flags, _address = self._line.recvmsg(
            forks.MOST_BYTES, socket.CMSG_SPACE(_CREDENTIALS.size), socket.MSG_PEEK
        )
        if said != forks.HERE:
            raise NotWarm(_("the fork ended before it began"))
        self._line.recv(forks.MOST_BYTES)
        ((_level, _kind, numbers),) = beside
        return int(_CREDENTIALS.unpack(numbers)[0])

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
        return self._process is not None and not _is_readable(self._process)

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
                self._warm.close()
                await self._gone(ENDING_SECONDS)
        lost = self._warm.lost
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
        hit = Hit(status) if status in {int(one) for one in Hit} else None
        if hit is None and self._group is not None and self._group.ran_out():
            hit = Hit.MEMORY
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
        if not _is_readable(self._process) and seconds > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_until_readable(self._process), seconds)
        return _is_readable(self._process)

    def _said(self) -> tuple[int, str]:
        """The status that it told at its end, and what there was to say."""
        if self._line is None:
            return 0, ""
        try:
            said = json.loads(self._line.recv(forks.MOST_BYTES) or b"{}")
        except (OSError, ValueError):
            return 0, ""
        return int(said.get("status", 0)), str(said.get("told", ""))


async def started(cold: Confined, warm: Warm | None) -> Sandbox:
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


def _is_readable(descriptor: int) -> bool:
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


async def _until_readable(descriptor: int) -> None:
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    loop.add_reader(descriptor, told.set)
    try:
        await told.wait()
    finally:
        loop.remove_reader(descriptor)


async def _received(channel: socket.socket) -> bytes:
    await _until_readable(channel.fileno())
    return channel.recv(forks.MOST_BYTES)


async def _writer(descriptor: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(descriptor, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)


async def _reader(descriptor: int) -> tuple[asyncio.ReadTransport, asyncio.StreamReader]:
    reader = asyncio.StreamReader(limit=PIPE_BYTES)
    transport, _protocol = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(descriptor, "rb", 0)
    )
    return transport, reader
