"""Warm sandboxes: forked from a process that has imported already what takes seconds to import.

A :class:`Warm` is such a process in bubblewrap (:mod:`autograder.sandbox.forks`), started when it is first needed and
again when it is lost, or one that another program keeps (:mod:`autograder.sandbox.keeper`). What it forks is kept apart
as in :class:`~autograder.sandbox.bubblewrap.Bubblewrap`; where that does not hold, or there is no parent, a program is
started cold instead: nobody's grade depends on which it was.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec

from autograder.i18n import _
from autograder.sandbox import forks, keeper
from autograder.sandbox.bounds import Bounds
from autograder.sandbox.bubblewrap import Bubblewrap, around_forks, folders_kept
from autograder.sandbox.forked import FORK_SECONDS, Forked, NotWarm
from autograder.sandbox.layers import leaks
from autograder.sandbox.pipes import received
from autograder.sandbox.room import Room

_IMPORT_SECONDS = 180.0

# Only what is imported may write anything there, such as a list of fonts.
_ROOM_OF_THE_PARENT = Bounds(disk_bytes=50_000_000)


class Warm:
    """A process that has imported modules, from which sandboxes are forked.

    Parameters
    ----------
    imports
        The modules. None of them may start a thread or use TensorFlow when it is imported.
    readable
        What every room may read besides the interpreter.
    edition
        A digest of what is imported. With it, a process that another program keeps is used, where there is one.
    """

    name = "bubblewrap, warm"
    cannot: Mapping[str, str] = {}
    """Cases of the conformance suite that it does not hold → why."""

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("what bubblewrap does")

    def __init__(self, imports: Sequence[str], readable: Sequence[Path] = (), edition: str = "") -> None:
        self._imports = tuple(imports)
        self._readable = tuple(readable)
        self._edition = edition
        self._process: subprocess.Popen[bytes] | None = None
        self._told: IO[bytes] | None = None
        self._channel: socket.socket | None = None
        self._ready = False
        self._starting = asyncio.Lock()
        self.wanted = False
        """Whether somebody has it started already, so that whoever else needs it only waits."""
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
        return self._channel is None or _has_ended(self._channel)

    @property
    def pid(self) -> int | None:
        """Of the process that makes its sandbox; ``None`` where there is none, or another program keeps it."""
        return None if self._process is None else self._process.pid

    async def start(self) -> None:
        """Starts it where there is none, and waits until it has imported all.

        Raises
        ------
        NotWarm
            If it cannot be used here.
        """
        async with self._one_at_a_time():
            if self.ready:
                return
            self.close()
            if self.refusal:
                raise NotWarm(self.refusal)
            try:
                if not await self._handed():
                    await self._start()
            except NotWarm as error:
                # It would not go better the next time, and each costs seconds.
                self.refusal = self._failure(str(error))
                raise NotWarm(self.refusal) from error

    async def at_hand(self) -> bool:
        """Whether it can be forked without a wait for its imports: it is there, or another program keeps it."""
        async with self._one_at_a_time():
            return self.ready or (not self.refusal and await self._handed())

    def _one_at_a_time(self) -> asyncio.Lock:
        if not self._starting.locked():
            # A lock is of one event loop, and another may be running than the last time.
            self._starting = asyncio.Lock()
        return self._starting

    async def _handed(self) -> bool:
        """Whether another program keeps one, which is used then."""
        if not self._edition or Bubblewrap().missing() is not None:
            return False
        self.close()
        self._channel = await keeper.handed(keeper.address(self.command, self._edition))
        if self._channel is None:
            return False
        with contextlib.suppress(NotWarm):
            await self._look()
            return True
        # It is not as it should be, so it is not used.
        self.close()
        return False

    async def _start(self) -> None:
        missing = Bubblewrap().missing()
        if missing is not None:
            raise NotWarm(missing.reason)
        try:
            self._channel = self._started()
            ready = await asyncio.wait_for(received(self._channel), _IMPORT_SECONDS)
        except (OSError, TimeoutError) as error:
            raise NotWarm(str(error)) from error
        if ready != forks.READY:
            raise NotWarm("")
        await self._look()

    async def _look(self) -> None:
        """Has a program inside look whether everything holds; :class:`NotWarm` if it does not."""
        self._ready = True
        looks = self.looks or await self._looked()
        leaking = leaks(Bubblewrap(), looks)
        if leaking:
            raise NotWarm(leaking)
        self.looks = looks

    async def prepare(self) -> None:
        """Starts it where that can be; whoever needs it later is told why not."""
        with contextlib.suppress(NotWarm):
            await self.start()

    def end(self) -> None:
        """Ends it, and all that it has forked, whoever keeps it."""
        if self._channel is not None:
            with contextlib.suppress(OSError):
                self._channel.shutdown(socket.SHUT_RDWR)
        self.close()

    def close(self) -> None:
        """Ends it, and all that it has forked; or takes leave of one that another program keeps."""
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

    def fork(self, identity: int | None, descriptors: Sequence[int]) -> Callable[[], bool]:
        """Asks for a fork that has these descriptors; says later whether the process that was asked has ended since.

        Raises
        ------
        OSError
            If it has ended.
        """
        if self._channel is None:
            raise NotWarm(_("the warm process has ended"))
        channel = self._channel
        socket.send_fds(channel, [forks.REQUEST.pack(-1 if identity is None else identity)], descriptors)
        return lambda: _has_ended(channel)

    def hand_to(self, other: socket.socket, saying: bytes) -> None:
        """Gives somebody else what it is asked over, besides who has it already.

        Raises
        ------
        OSError
            If it has ended, or nobody listens.
        """
        if self._channel is None:
            raise NotWarm(_("the warm process has ended"))
        socket.send_fds(other, [saying], [self._channel.fileno()])

    @property
    def command(self) -> Sequence[str]:
        """What starts it."""
        room = Room(settings={}, readable=self._readable, bounds=_ROOM_OF_THE_PARENT)
        plan = forks.Plan(imports=self._imports, kept=folders_kept(room), as_root=os.getuid() == 0)
        # Not -I, for a kernel is to be as one that was started: those have the folders that -I keeps out.
        program = (sys.executable, "-P", "-c", "from autograder.sandbox.forks import main; main()", plan.encoded())
        return around_forks(room, program)

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._told = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the process
        with theirs:
            self._process = subprocess.Popen(
                self.command,
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
                written = await asyncio.wait_for(trial.stdout.read(), FORK_SECONDS)
            except TimeoutError as error:
                raise NotWarm(_("a program inside did not answer")) from error
            finally:
                ending = await trial.end(1.0)
        try:
            return msgspec.json.decode(written, type=dict[str, bool])
        except msgspec.MsgspecError as error:
            raise NotWarm(ending.told or _("a program inside did not answer")) from error


def _has_ended(channel: socket.socket) -> bool:
    """Whether there is nobody any more to be asked over it; nor is there, once it is closed here."""
    try:
        return channel.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
