"""Trainings that the grader carries out in notebooks' places, each of them once.

A training is remembered under everything that decides its result: what ``fit`` was told, with fingerprints of its
arrays, and the circumstances. The student's side tells fingerprints; what is trained and kept is what the numbers
themselves come to, so nobody can put a result under another training's key.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import msgspec
import numpy as np
import safetensors.numpy
from safetensors import SafetensorError

from autograder.exam import frames
from autograder.exam.fits import Fit, Fitted, Predicted, array_of, matches, too_long, useful_threads
from autograder.exam.limits import Limits
from autograder.exam.processors import FreeProcessors, processors, thread_settings
from autograder.exam.remembered import program
from autograder.exam.store import Store, place
from autograder.i18n import _
from autograder.inference import history_print, weights_print
from autograder.report import Training
from autograder.sandbox import Confined, Hit, Layer, Room, Sandbox, Warm, started

Way = Literal["canonical", "remembered", "as-written", "submitted"]
"""How trainings are carried out: see :class:`~autograder.report.Training`; by the notebook itself; or by the student
beforehand, who handed in what came of it, and canonically where there is nothing of the kind."""

_TRAINER = (sys.executable, "-I", "-m", "autograder.exam.trainer")
_TOLD = "told"

# Until TensorFlow is imported. The trainer's own clock starts then, and says more.
_START_SECONDS = 240.0
# How much longer one may take that shares the processors.
_SLOWER = 4
_GRACE_SECONDS = 10.0

_MOST_PREDICTED = 4
"""Networks of which a notebook's next test cell is told what they predict."""

_MOST_POINTS = 500
"""Epochs of a curve that a report tells."""


class RememberedTrainings:
    """What trainings came to, in a cache of this user's or in one that several machines share: safetensors."""

    def __init__(self, cache: str | Path | None = None) -> None:
        self.store = Store(place("trainings", cache), "safetensors")

    def get(self, key: str) -> tuple[Fitted, list[bytes]] | None:
        """What a training came to; ``None`` if it was not carried out, or what is there cannot be read."""
        content = self.store.get(key)
        if content is None:
            return None
        try:
            arrays = safetensors.numpy.load(content)
            fitted = msgspec.json.decode(arrays.pop(_TOLD).tobytes(), type=Fitted)
            return fitted, [arrays[str(number)].tobytes() for number in range(len(arrays))]
        except (SafetensorError, msgspec.MsgspecError, KeyError, ValueError):
            return None

    def put(self, key: str, fitted: Fitted, parts: Sequence[bytes]) -> None:
        """Keeps what a training came to."""
        arrays = {str(number): np.frombuffer(part, np.uint8) for number, part in enumerate(parts)}
        arrays[_TOLD] = np.frombuffer(msgspec.json.encode(fitted), np.uint8)
        self.store.put(key, safetensors.numpy.save(arrays))


Numbers = Callable[[], Awaitable[Sequence[bytes] | None]]
"""Asks the student's side for the numbers of a fit's arrays; ``None`` where it does not give them."""


Claimed = Callable[[str], contextlib.AbstractAsyncContextManager[object]]
"""Held while the training of a key is carried out, where other machines carry out trainings too."""


def unclaimed(_key: str) -> contextlib.AbstractAsyncContextManager[object]:
    """Where there is no other machine."""
    return contextlib.nullcontext()


def key_of(fit: Fit, seed: int, how: Literal["canonical", "remembered"], threads: int) -> str:
    """A digest of everything that decides what a training comes to."""
    parts = {
        "fit": fit,
        "how": how,
        "seed": seed,
        "threads": threads,
        "processor": _processor(),
        "versions": {name: version(name) for name in ("tensorflow", "keras", "numpy")},
        "program": program(),
    }
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


class Trainings:
    """Carries out trainings, each in a process of its own and as many at once as there are processors for, and
    remembers them.
    """

    def __init__(
        self,
        layer: Layer,
        way: Way,
        remembered: RememberedTrainings | None,
        threads: int,
        claimed: Claimed = unclaimed,
    ) -> None:
        self.way = way
        self._how: Literal["canonical", "remembered"] = "remembered" if way == "remembered" else "canonical"
        self._layer = layer
        self.remembered = remembered
        self._threads = threads
        self._claimed = claimed
        self.warm: Warm | None = None
        """What the trainer's process is forked from, where that is possible."""
        # One that has all processors leaves a part of their time unused, two leave little.
        self._processors = FreeProcessors(2 * max(threads, processors()))
        self._underway: dict[str, asyncio.Lock] = {}

    def of_notebook(self, limits: Limits, seed: int, *, anew: bool = False) -> NotebookTrainings | None:
        """For one notebook; ``None`` where notebooks train by themselves. ``anew``: whatever was handed in."""
        way: Way = "canonical" if anew else self.way
        return None if way == "as-written" else NotebookTrainings(self, way, self._how, limits, seed)

    async def known(self, key: str) -> tuple[Fitted, Sequence[bytes]] | None:
        """What a training came to that was carried out before."""
        return None if self.remembered is None else await asyncio.to_thread(self.remembered.get, key)

    @contextlib.asynccontextmanager
    async def alone(self, key: str) -> AsyncIterator[tuple[Fitted, Sequence[bytes]] | None]:
        """Held by whoever carries out this training, for several notebooks may ask for it at the same time, here and
        on other machines; gives what it came to, where it was carried out before.
        """
        async with self._underway.setdefault(key, asyncio.Lock()):
            known = await self.known(key)
            if known is not None:
                yield known
                return
            async with self._claimed(key):
                yield await self.known(key)

    def key(self, fit: Fit, seed: int) -> str:
        """A digest of everything that decides a result."""
        return key_of(fit, seed, self._how, self._threads_for(fit))

    def _threads_for(self, fit: Fit) -> int:
        # Where bits count, as many as the notebook has.
        return self._threads if self._how == "remembered" else useful_threads(fit, self._threads)

    async def train(
        self, job: frames.Job, parts: Sequence[bytes], key: str
    ) -> tuple[frames.Fitting | frames.Unfitted, Sequence[bytes]]:
        """Carries a training out, and keeps what it came to under its key."""
        fit, limits = job.fit, job.limits
        threads = self._threads_for(fit)
        async with self._processors.taken(threads):
            began = monotonic()
            room = Room(settings=thread_settings(threads), bounds=limits.trainer)
            cold = Confined(self._layer, _TRAINER, room)
            sandbox: Sandbox = cold
            try:
                sandbox = await started(cold, self.warm)
                async with asyncio.timeout(_SLOWER * job.seconds + _START_SECONDS):
                    await frames.send(sandbox.stdin, job, parts)
                    answer, told = await frames.receive(sandbox.stdout, limits.crossing_bytes, frames.FromTrainer)
            except TimeoutError:
                return frames.Unfitted(too_long(fit, job.seconds, 0), stop=True), ()
            except (OSError, asyncio.IncompleteReadError, ValueError, msgspec.MsgspecError):
                ending = await sandbox.end(_GRACE_SECONDS)
                if ending.hit is Hit.MEMORY:
                    return frames.Unfitted(_too_much_memory(fit, limits), stop=True), ()
                return frames.Unfitted(f"the trainer ended: {ending.told}"), ()
            finally:
                await asyncio.shield(sandbox.end())
            if isinstance(answer, frames.Unfitted):
                return answer, ()
            fitted = msgspec.structs.replace(answer.fitted, seconds=round(monotonic() - began, 3))
        if self.remembered is not None:
            await asyncio.to_thread(self.remembered.put, key, fitted, told)
        return frames.Fitting(fitted), told


@dataclass(slots=True)
class NotebookTrainings:
    """The trainings of one notebook: what is left to it, and what was carried out."""

    trainings: Trainings
    way: Literal["canonical", "remembered", "submitted"]
    how: Literal["canonical", "remembered"]
    limits: Limits
    seed: int
    """The exercise's, from which everything is drawn that is not given."""
    waited: float = 0.0
    """Seconds for which the notebook waited while something was trained."""
    spent: float = 0.0
    """Seconds that its trainings and evaluations took."""
    done: list[Training] = field(default_factory=list)
    predicted: list[tuple[Predicted, bytes]] = field(default_factory=list)
    """What networks predict that were evaluated, since the last test cell."""

    @property
    def left(self) -> float:
        """Seconds that are left of what a notebook's trainings may take."""
        return self.limits.training_seconds - self.spent

    async def carry_out(self, fit: Fit, numbers: Numbers) -> tuple[frames.Fitting | frames.Unfitted, Sequence[bytes]]:
        """What a training comes to; from memory, where it was carried out before."""
        key = self.trainings.key(fit, self.seed)
        began = monotonic()
        async with self.trainings.alone(key) as known:
            self.waited += monotonic() - began
            remembered = known is not None
            if known is None:
                parts = await numbers()
                if parts is None or not await asyncio.to_thread(matches, fit.arrays, parts):
                    return frames.Unfitted("the arrays are not those that were told of"), ()
                # What had no seed could have come to anything; this is one of the things.
                seed = self.seed if self.how == "canonical" else int(key[:7], 16)
                began = monotonic()
                job = frames.Job(fit, self.limits, max(self.left, 0.0), seed, exact=self.how == "remembered")
                answer, told = await self.trainings.train(job, parts, key)
                self.waited += monotonic() - began
                if isinstance(answer, frames.Unfitted):
                    return answer, ()
                known = answer.fitted, told
        fitted, told = known
        # Whoever comes second has no more time than whoever comes first.
        if fitted.processing > self.left + _GRACE_SECONDS:
            return frames.Unfitted(too_long(fit, self.left, 0), stop=True), ()
        self.spent += fitted.processing
        if fitted.predicted is not None:
            *told, predictions = told
            self.predicted = [*self.predicted[1 - _MOST_PREDICTED :], (fitted.predicted, predictions)]
            fitted = msgspec.structs.replace(fitted, predicted=None)
        if not fit.evaluates:
            arrays = (array_of(one, told[one.buffer]) for layer in fitted.weights for one in layer)
            losses = fitted.curves.get("loss")
            training = Training(
                how=self.how,
                epochs=len(fitted.epoch),
                seconds=fitted.seconds,
                remembered=remembered,
                curves={name: _points(array_of(curve, told[curve.buffer])) for name, curve in fitted.curves.items()},
                weights=weights_print(arrays),
                history="" if losses is None else history_print(array_of(losses, told[losses.buffer]).tolist()),
            )
            self.done.append(training)
        return frames.Fitting(fitted), told


def _points(curve: np.ndarray[Any, Any]) -> tuple[float, ...]:
    """The values of a curve that JSON has a word for."""
    return tuple(round(float(value), 4) for value in curve[:_MOST_POINTS] if np.isfinite(value))


def _too_much_memory(fit: Fit, limits: Limits) -> str:
    return _(
        "The training was stopped: it used more than the {limit:,} bytes of memory that the exercise allows. Lower"
        " batch_size (it is {size:,}), or take a smaller network."
    ).format(limit=limits.training_memory_bytes, size=fit.batch_size)


def _processor() -> str:
    """The kind of processor: another may round otherwise."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    import platform

    return platform.processor()
