"""A program that runs in a layer: its standard input and output are the channel, and it is ended with all its own."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import psutil

from autograder.sandbox.bounds import Hit
from autograder.sandbox.cgroup import ControlGroup, control_group
from autograder.sandbox.layers import Layer, Prepared
from autograder.sandbox.room import Room

# A pipe's reader holds this much before the other side must wait: whole arrays in a few steps.
PIPE_BYTES = 1 << 24

_MOST_TOLD = 4_096
LOOKING_SECONDS = 0.5
ENDING_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a confined program ended."""

    hit: Hit | None = None
    """The bound that was reached."""
    told: str = ""
    """What the layer itself had to say: why the program could not be started."""
    lost: bool = False
    """Whether it ended through no doing of its own: what it was forked from is no more."""
    memory_bytes: int = field(default=0, compare=False)
    """Most memory that all of it took at once, where the kernel counted; else 0."""


class Sandbox(Protocol):
    """A confined program from its start to its end: a cold one or a warm one."""

    @property
    def running(self) -> bool:
        """Whether it runs."""

    @property
    def pid(self) -> int | None:
        """Of its first process, as it is seen from here; ``None`` where there is none."""

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""

    async def end(self, grace: float = 0.0) -> Ending:
        """Ends it and every process that came of it."""


def hit_of(status: int | None, group: ControlGroup | None) -> Hit | None:
    """The bound behind a program's end, of which its exit status tells or its control group."""
    if status in {int(one) for one in Hit}:
        return Hit(status)
    return Hit.MEMORY if group is not None and group.ran_out() else None


class Confined:
    """One confined program, from :meth:`start` to :meth:`end`."""

    def __init__(self, layer: Layer, argv: Sequence[str], room: Room) -> None:
        self.layer = layer
        self.argv = argv
        self.room = room
        self._kept = contextlib.ExitStack()
        self._prepared: Prepared | None = None
        self._group: ControlGroup | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._told: asyncio.Task[bytes] | None = None
        self._ending: Ending | None = None
        self._looking: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Starts it.

        Raises
        ------
        OSError
            If the layer's own program cannot be started.
        """
        self._prepared = self._kept.enter_context(self.layer.prepared(self.argv, self.room))
        self._group = self._kept.enter_context(control_group(self.room.bounds)) if self._prepared.grouped else None
        argv = self._prepared.argv if self._group is None else self._group.around(self._prepared.argv)
        self._process = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._prepared.environment,
            cwd=self._prepared.directory,
            limit=PIPE_BYTES,
            # Whoever interrupts the grader at its terminal interrupts the grader alone.
            start_new_session=True,
        )
        if self._process.stderr is not None:
            self._told = asyncio.create_task(_all_of(self._process.stderr))
        if self._group is not None:
            self._looking = asyncio.create_task(self._look())

    async def _look(self) -> None:
        """Ends all where the kernel has ended one process, for the memory of all had run out."""
        while self._group is not None and self._process is not None and self._prepared is not None:
            await asyncio.sleep(LOOKING_SECONDS)
            if self._group.ran_out():
                _signal(self._process.pid, gently=self._prepared.gently)
                return

    @property
    def running(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int | None:
        """Of its first process."""
        return None if self._process is None else self._process.pid

    @property
    def stdin(self) -> asyncio.StreamWriter:
        """Its standard input."""
        if self._process is None or self._process.stdin is None:
            raise OSError("the confined program is not running")
        return self._process.stdin

    @property
    def stdout(self) -> asyncio.StreamReader:
        """Its standard output."""
        if self._process is None or self._process.stdout is None:
            raise OSError("the confined program is not running")
        return self._process.stdout

    async def end(self, grace: float = 0.0) -> Ending:
        """Ends it and every process that came of it; says how it had ended, if it had.

        Parameters
        ----------
        grace
            Seconds for which it may end by itself: one that has closed its channel is about to.
        """
        if self._ending is not None:
            return self._ending
        if self._process is None or self._prepared is None:
            return Ending()
        process, prepared = self._process, self._prepared
        status = await _status(process, grace)
        if status is None:
            # Not in a thread: where the whole program is ending there may be none.
            if prepared.end is not None:
                prepared.end()
            _signal(process.pid, gently=prepared.gently)
            if await _status(process, ENDING_SECONDS) is None:
                # Without it, what it watches would go on.
                with contextlib.suppress(psutil.Error):
                    started = psutil.Process(process.pid)
                    for one in (*started.children(recursive=True), started):
                        with contextlib.suppress(psutil.Error):
                            one.kill()
                await process.wait()
        told = b""
        if self._told is not None:
            with contextlib.suppress(TimeoutError):
                told = await asyncio.wait_for(self._told, ENDING_SECONDS)
        if process.stdin is not None:
            process.stdin.close()
        if self._looking is not None:
            self._looking.cancel()
        hit = hit_of(status, self._group)
        most = self._group.most_memory() if self._group is not None else 0
        # Files and groups of the kernel's: what had them has ended.
        self._kept.close()
        self._ending = Ending(hit, told.decode("utf-8", "replace").strip(), memory_bytes=most)
        return self._ending


async def _all_of(stream: asyncio.StreamReader) -> bytes:
    """What a layer says until it ends; the beginning of it is kept."""
    told = b""
    while part := await stream.read(_MOST_TOLD):
        told = (told + part)[:_MOST_TOLD]
    return told


async def _status(process: asyncio.subprocess.Process, seconds: float) -> int | None:
    if process.returncode is None and seconds > 0:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await process.wait()
    return process.returncode


def _signal(pid: int, *, gently: bool) -> None:
    """Ends a sandbox from outside."""
    with contextlib.suppress(psutil.Error):
        started = psutil.Process(pid)
        if gently:
            started.send_signal(signal.SIGTERM)
            return
        # What was started waits for the first process of the namespace, which is gone only when all others are.
        for first in started.children() or [started]:
            first.kill()
