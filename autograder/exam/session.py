"""A student's notebook in a sandbox: cells go in, values come out as plain data.

On this side stand the limits and the clock; on the other, :mod:`autograder.exam.kernel` and what the student
makes of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, Literal, Protocol

import msgspec

from autograder.exam import frames
from autograder.exam.crossing import MAX_JSON, NotPlain, Refused, Request, Value, checked_reply
from autograder.exam.endings import Silence, cell_error, cell_name, why_no_values, why_stopped
from autograder.exam.files import Files
from autograder.exam.fits import Fit, Predicted
from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.i18n import _
from autograder.report import CellError, Training
from autograder.sandbox import Confined, Ending, Layer, Room, Sandbox, Warm, started

_KERNEL = (sys.executable, "-I", "-m", "autograder.exam.kernel")

# The kernel's own patience is shorter, and says more.
_START_SECONDS = 240

# A program that has closed its side of the channel is about to end, and its end says which bound was reached.
_GRACE_SECONDS = 10.0

# A character of an output takes up to six as JSON, and outputs are counted before they become that.
_JSON_BYTES = 6
_FRAME_BYTES = 1_000_000

# The kernel's side sends 200 outputs at most, and of each the lines of a traceback.
_MOST_MARKS = 200_000


class KernelFault(RuntimeError):
    """The kernel could not be started or did not answer for a reason that is ours."""


class SandboxLost(KernelFault):
    """The kernel's sandbox ended through no doing of the notebook's: in another one it may run."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """What came out of the kernel: values by name, and the numbers of their arrays."""

    values: Mapping[str, Value]
    buffers: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a cell."""

    error: CellError | None = None
    """How it failed."""
    outputs: Sequence[Mapping[str, Any]] = ()
    """As the kernel sent them: see :func:`autograder.exam.outputs.rebuilt`."""


class Student(Protocol):
    """The student's side, as it stands before a test cell."""

    ended: str

    def predicted(self) -> Sequence[tuple[Predicted, bytes]]:
        """What networks are known to predict, worked out where the student has no hand in it."""

    async def values(self, names: Sequence[str]) -> Crossed:
        """The values that names have now."""

    async def call(
        self,
        name: str,
        arguments: list[Value],
        keywords: Mapping[str, Value],
        buffers: Sequence[bytes],
        without: Sequence[str] = (),
    ) -> Crossed:
        """What a function of the student's gives; see :meth:`StudentSession.call`."""


class TrainingPlace(Protocol):
    """Where the trainings of one notebook are carried out."""

    way: Literal["canonical", "remembered", "submitted"]
    waited: float
    """Seconds for which the notebook waited while something was trained."""
    done: list[Training]
    """What was trained."""
    predicted: list[tuple[Predicted, bytes]]
    """What networks predict that were evaluated, since the last test cell."""

    async def carry_out(
        self, fit: Fit, numbers: Callable[[], Awaitable[Sequence[bytes] | None]]
    ) -> tuple[frames.Fitting | frames.Unfitted, Sequence[bytes]]:
        """What a training comes to; ``numbers`` asks the student's program for those of its arrays."""


class StudentSession:
    """One sandbox with a kernel. ``ended`` says why it runs no more cells; it is empty while it does."""

    def __init__(
        self,
        layer: Layer,
        limits: Limits,
        settings: Mapping[str, str] | None = None,
        *,
        readable: Sequence[Path] = (),
        with_keras: bool = True,
        training: TrainingPlace | None = None,
        warm: Warm | None = None,
    ) -> None:
        self.ended = ""
        self.memory_bytes = 0
        """Most memory that the sandbox took at once, once it has ended; 0 where nobody counted."""
        self._training = training
        self._with_keras = with_keras
        self._limits = limits
        self._deadline = monotonic() + limits.notebook_seconds
        self._requests = itertools.count(1)
        room = Room(settings=settings or {}, readable=tuple(readable), bounds=limits.student)
        self._cold = Confined(layer, (*_KERNEL, *layer.inner), room)
        self._warm = warm
        self._sandbox: Sandbox = self._cold

    def predicted(self) -> Sequence[tuple[Predicted, bytes]]:
        """What networks predict that the grader evaluated in the notebook's place, since this was last asked for."""
        if self._training is None:
            return ()
        predicted, self._training.predicted = self._training.predicted, []
        return predicted

    @property
    def trained(self) -> Sequence[Training]:
        """What was trained in the notebook's place."""
        return () if self._training is None else self._training.done

    @contextlib.asynccontextmanager
    async def running(self, files: Files | None = None) -> AsyncIterator[StudentSession]:
        """Starts the kernel in a directory with these files, and ends it with all that it made.

        Raises
        ------
        KernelFault, OSError
            If it does not start.
        """
        files = files or {}
        try:
            self._sandbox = await started(self._cold, self._warm)
            way = "" if self._training is None else self._training.way
            begin = frames.Begin(self._with_keras, self._limits.output_bytes, way, list(files))
            answer = await self._exchange(begin, list(files.values()), _START_SECONDS, _FRAME_BYTES)
            problem = _not_started(answer)
            if problem:
                raise KernelFault(_("the student's kernel did not start: {problem}").format(problem=problem))
            self._deadline = monotonic() + self._limits.notebook_seconds
            yield self
        finally:
            # Also where the whole run is being ended: nothing of it may stay.
            ending = await asyncio.shield(self._sandbox.end())
            self.memory_bytes = ending.memory_bytes

    async def run(self, cell: Cell) -> Ran:
        """Runs a cell. What ends the notebook is told in :attr:`ended`."""
        if self.ended or not cell.source.strip():
            return Ran()
        seconds = self._seconds(self._limits.cell_seconds)
        limit = _JSON_BYTES * self._limits.output_bytes + _FRAME_BYTES
        answer = await self._exchange(frames.Run(cell.source), (), seconds, limit)
        if isinstance(answer, Silence):
            return await self._stopped(cell, answer, seconds)
        match answer[0]:
            case frames.Ran(outputs, ""):
                shown = [msgspec.to_builtins(output) for output in outputs]
                problem = next((one for one in shown if one["output_type"] == "error"), None)
                return Ran(cell_error(cell, problem, self._limits) if problem else None, shown)
            case frames.Ran(outputs, ended):
                shown = [msgspec.to_builtins(output) for output in outputs]
                return await self._stopped(cell, await self._silenced(ended), seconds, shown)
            case _:
                return await self._stopped(cell, Silence("disturbed"), seconds)

    async def values(self, names: Sequence[str]) -> Crossed:
        """The values that names have now. All are refused, with the reason, once the notebook has ended."""
        if self.ended:
            return Crossed({name: Refused(reason=self.ended, missing=True) for name in names})
        if not names:
            return Crossed({})
        request = Request(next(self._requests), names=list(names), limit=self._limits.crossing_bytes)
        crossed = await self._request(request, (), self._limits.crossing_seconds)
        if isinstance(crossed, Silence):
            self.ended = why_no_values(crossed, self._limits)
            return await self.values(names)
        return Crossed(
            {name: crossed.values.get(name, Refused(reason="", missing=True)) for name in names}, crossed.buffers
        )

    async def call(
        self,
        name: str,
        arguments: list[Value],
        keywords: Mapping[str, Value],
        buffers: Sequence[bytes],
        without: Sequence[str] = (),
    ) -> Crossed:
        """Calls a function of the student's, with the names ``without`` taken away for as long as it runs.

        The answer is under ``"return"`` or ``"raise"``.
        """
        if self.ended:
            return Crossed({"raise": Refused(reason=self.ended)})
        request = Request(
            next(self._requests),
            call=name,
            arguments=arguments,
            keywords=dict(keywords),
            without=list(without),
            limit=self._limits.crossing_bytes,
        )
        crossed = await self._request(request, buffers, self._seconds(self._limits.call_seconds))
        if not isinstance(crossed, Silence):
            return crossed
        if crossed.reason == "late":
            self.ended = _("the function “{name}” did not return within {seconds:g} seconds").format(
                name=name, seconds=self._limits.call_seconds
            )
        else:
            self.ended = why_no_values(crossed, self._limits)
        return Crossed({"raise": Refused(reason=self.ended)})

    def _seconds(self, most: float) -> float:
        """So long may the next thing take."""
        return min(most, max(self._deadline - monotonic(), 1.0))

    async def _exchange(
        self, message: frames.ToStudent, buffers: Sequence[bytes], seconds: float, limit: int
    ) -> tuple[Any, list[bytes]] | Silence:
        """Sends an order and waits for its answer. Where none comes, everything in the sandbox is ended."""
        start = monotonic()
        try:
            async with asyncio.timeout(seconds) as clock:
                await frames.send(self._sandbox.stdin, message, buffers)
                while True:
                    answer = await frames.receive(self._sandbox.stdout, limit, frames.FromStudent, _MOST_MARKS)
                    if not isinstance(answer[0], frames.Train):
                        return answer
                    clock.reschedule(None)
                    waited = await self._train(answer[0].fit)
                    # Training has a bound of its own, and may have had to wait for another's.
                    self._deadline += waited
                    seconds += waited
                    clock.reschedule(asyncio.get_running_loop().time() + seconds - (monotonic() - start))
        except TimeoutError:
            await self._sandbox.end()
            return Silence("late")
        except (asyncio.IncompleteReadError, OSError):
            ending = await self._end(_GRACE_SECONDS)
            return Silence("died", ending.hit, ending.told)
        except (ValueError, RecursionError, msgspec.MsgspecError):
            await self._sandbox.end()
            return Silence("disturbed")

    async def _train(self, fit: Fit) -> float:
        """Has a training carried out for which the student's program asks; seconds for which that had to wait."""
        training = self._training
        if training is None:
            await self._tell(frames.Unfitted("nobody trains here"))
            return 0.0
        before = training.waited
        await self._tell(*await training.carry_out(fit, self._numbers))
        return training.waited - before

    async def _numbers(self) -> Sequence[bytes] | None:
        """Those of the arrays of the training that is asked for."""
        await self._tell(frames.Wanted())
        async with asyncio.timeout(self._limits.crossing_seconds):
            limit = self._limits.crossing_bytes + _FRAME_BYTES
            answer, parts = await frames.receive(self._sandbox.stdout, limit, frames.FromProgram, _MOST_MARKS)
        return parts if isinstance(answer, frames.Numbers) else None

    async def _tell(self, message: frames.ToProgram, parts: Sequence[bytes] = ()) -> None:
        async with asyncio.timeout(self._limits.crossing_seconds):
            await frames.send(self._sandbox.stdin, message, parts)

    async def _end(self, grace: float = 0.0) -> Ending:
        ending = await self._sandbox.end(grace)
        if ending.lost:
            raise SandboxLost("what the student's kernel was forked from has ended")
        return ending

    async def _silenced(self, ended: frames.Ended) -> Silence:
        """Ends the sandbox of a kernel that is no more: only that tells of a bound that the kernel's end was due to."""
        ending = await self._end()
        return Silence(ended, ending.hit if ended == "died" else None, ending.told)

    async def _request(self, request: Request, buffers: Sequence[bytes], seconds: float) -> Crossed | Silence:
        limit = self._limits.crossing_bytes + MAX_JSON + _FRAME_BYTES
        answer = await self._exchange(frames.Ask(), (msgspec.json.encode(request), *buffers), seconds, limit)
        if isinstance(answer, Silence):
            return answer
        match answer:
            case frames.Answered(""), parts:
                # Without a reply the answering side failed: that is the student's own doing.
                return _crossed(request, parts)
            case frames.Answered(ended), _parts:
                return await self._silenced(ended)
            case _:
                await self._sandbox.end()
                return Silence("disturbed")

    async def _stopped(
        self, cell: Cell, silence: Silence, seconds: float, outputs: Sequence[Mapping[str, Any]] = ()
    ) -> Ran:
        where = cell_name(cell)
        self.ended = why_stopped(silence, where, seconds, self._limits)
        await self._sandbox.end()
        return Ran(CellError(grade_id=cell.grade_id, position=cell.position, error=self.ended), outputs)


def _not_started(answer: tuple[Any, list[bytes]] | Silence) -> str:
    match answer:
        case Silence(reason, hit, told):
            return told or (hit.name.lower() if hit is not None else reason)
        case frames.Started(problem), _parts:
            return problem
        case _:
            return "it answered something else"


def _crossed(request: Request, parts: Sequence[bytes]) -> Crossed:
    """The reply, if it keeps to the grammar and answers this request."""
    if not parts:
        return Crossed({})
    try:
        reply = checked_reply(parts[0])
        if reply.number != request.number:
            raise NotPlain(f"it answers request {reply.number}")
    except NotPlain as error:
        reason = _("what the notebook handed over is not plain data: {error}").format(error=error)
        return Crossed({name: Refused(reason=reason) for name in (*request.names, "raise")})
    return Crossed(reply.values, parts[1:])
