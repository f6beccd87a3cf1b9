"""The examiner as the grader has it: a process in a sandbox of its own, started when it is first needed.

On the other side stands :mod:`autograder.exam.examiner`.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic

import msgspec

from autograder.exam import frames
from autograder.exam.files import Files
from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.exam.processors import thread_settings
from autograder.exam.session import Crossed, SandboxLost, Student
from autograder.i18n import _
from autograder.sandbox import Confined, Ending, Layer, Room, Sandbox, Warm, started

_EXAMINER = (sys.executable, "-I", "-m", "autograder.exam.examiner")

# One that has closed its side of the channel is about to end, and its end says which bound was reached.
_GRACE_SECONDS = 10.0


class ExaminerFault(RuntimeError):
    """The examiner ended or did not answer: our fault, never the student's."""


class Examiner:
    """The examiner's process, started when it is first needed and again when it was lost."""

    def __init__(self, layer: Layer, limits: Limits, threads: int = 1) -> None:
        self._threads = threads
        self.settings: Mapping[str, str] = {}
        """What its environment holds besides the layer's."""
        self.readable: Sequence[Path] = ()
        """What it may read besides its own program: the images."""
        self._layer = layer
        self._limits = limits
        self._sandbox: Sandbox | None = None
        self.ready: frames.Ready | None = None

    async def start(self, warm: Warm | None = None) -> frames.Ready:
        """Starts the process if there is none, from a ``warm`` one where that is given; what it says of itself."""
        if self._sandbox is not None and self._sandbox.running and self.ready is not None:
            return self.ready
        await self.stop()
        settings = {**self.settings, **thread_settings(self._threads)}
        room = Room(settings=settings, readable=tuple(self.readable), bounds=self._limits.examiner)
        self._sandbox = await started(Confined(self._layer, _EXAMINER, room), warm)
        ready, _buffers = await self._receive(self._limits.test_seconds)
        if not isinstance(ready, frames.Ready):
            raise await self._confused(ready)
        self.ready = ready
        return ready

    async def stop(self, grace: float = 0.0) -> Ending:
        """Ends the process; how it had ended, if it had."""
        sandbox, self._sandbox, self.ready = self._sandbox, None, None
        return Ending() if sandbox is None else await asyncio.shield(sandbox.end(grace))

    async def begin(
        self, student: str = "", files: Files | None = None, *, with_keras: bool = False, warm: Warm | None = None
    ) -> None:
        """Forgets the last submission and its files, and has these; ``with_keras`` imports Keras, unwaited for.

        Where there is no process yet, it is forked from a ``warm`` one, which has ended all that came of it when it
        ends: :class:`~autograder.exam.session.SandboxLost` then.
        """
        await self.start(warm)
        files = files or {}
        await self._send(frames.Fresh(self._limits, student, list(files), with_keras), list(files.values()))

    async def set_up(self, name: str, source: str) -> str:
        """Runs a cell of the instructor's; says how it failed, or nothing."""
        await self._send(frames.Setup(name, source))
        done, _buffers = await self._receive(self._limits.test_seconds)
        if not isinstance(done, frames.Done):
            raise await self._confused(done)
        return done.error

    async def test(self, cell: Cell, crossed: Crossed, session: Student) -> frames.Verdict:
        """Runs a test cell; the student's functions that it calls run in ``session``."""
        buffers, predicted = list(crossed.buffers), []
        for one, numbers in session.predicted():
            array = msgspec.structs.replace(one.predictions, buffer=len(buffers))
            predicted.append(msgspec.structs.replace(one, predictions=array))
            buffers.append(numbers)
        await self._send(frames.Test(cell.grade_id, cell.source, cell.points, crossed.values, predicted), buffers)
        deadline = monotonic() + self._limits.test_seconds
        while True:
            message, buffers = await self._receive(max(deadline - monotonic(), 0.1))
            match message:
                case frames.Verdict():
                    return message
                case frames.Call(function, arguments, keywords, without):
                    began = monotonic()
                    answer = await session.call(function, arguments, keywords, buffers, without)
                    # A slow function uses up its notebook's time: a test that runs out of its own is our fault.
                    deadline += monotonic() - began
                    await self._send(frames.Returned(answer.values), answer.buffers)
                case _:
                    raise await self._confused(message)

    async def _confused(self, message: frames.FromExaminer) -> ExaminerFault:
        await self.stop()
        return ExaminerFault(_("the examiner unexpectedly answered {what}").format(what=type(message).__name__))

    async def _send(self, message: frames.ToExaminer, buffers: Sequence[bytes] = ()) -> None:
        if self._sandbox is None:
            raise ExaminerFault(_("the examiner is not running"))
        try:
            await frames.send(self._sandbox.stdin, message, buffers)
        except OSError as error:
            raise await self._ended() from error

    async def _receive(self, seconds: float) -> tuple[frames.FromExaminer, list[bytes]]:
        if self._sandbox is None:
            raise ExaminerFault(_("the examiner is not running"))
        try:
            async with asyncio.timeout(seconds):
                return await frames.receive(self._sandbox.stdout, self._limits.crossing_bytes, frames.FromExaminer)
        except TimeoutError as error:
            await self.stop()
            raise ExaminerFault(
                _("the examiner did not answer within {seconds:g} seconds").format(seconds=seconds)
            ) from error
        except (asyncio.IncompleteReadError, ValueError, msgspec.MsgspecError) as error:
            raise await self._ended() from error

    async def _ended(self) -> ExaminerFault | SandboxLost:
        ending = await self.stop(_GRACE_SECONDS)
        if ending.lost:
            return SandboxLost("what the examiner was forked from has ended")
        told = ending.told
        if ending.hit is not None:
            told = _("it used more than its bound on {what}").format(what=ending.hit.name.lower())
        return ExaminerFault(_("the examiner ended: {told}").format(told=told) if told else _("the examiner ended"))
