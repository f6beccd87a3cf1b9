"""The way of a fit through the sandbox: from the kernel, by pipes with names, to the desk, and on to the grader.

A cell that trains waits for its answer, and its kernel hears nothing on Jupyter's channels meanwhile: hence the pipes.
Both ends are the student's side. Who disturbs them trains for themselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec

from autograder.exam import frames
from autograder.exam.fits import Fit, Fitted

_FROM_KERNEL, _TO_KERNEL = "fits", "fitted"

# The most that anybody may ask for.
_PIPE_BYTES = 1 << 20


class TrainingStopped(RuntimeError):
    """The training would have gone on past what the exercise allows; the message says which setting to lower."""


def _pipe(name: str) -> Path:
    return Path(os.environ["TMPDIR"], name)


def _widen(pipe: BinaryIO) -> None:
    """Weights are megabytes, and a pipe has 64 kB unless it is told otherwise."""
    with contextlib.suppress(AttributeError, OSError):
        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


def ask(fit: Fit, numbers: Callable[[Fit], Sequence[memoryview]]) -> tuple[Fitted, Sequence[bytes]] | None:
    """Has a fit carried out, from within the kernel.

    Raises
    ------
    TrainingStopped
        If the exercise allows no such training.
    """
    try:
        with open(_pipe(_FROM_KERNEL), "wb") as out, open(_pipe(_TO_KERNEL), "rb") as back:
            frames.write(out, frames.Train(fit))
            while (received := frames.read(back, frames.ToProgram)) is not None:
                match received:
                    case frames.Wanted(), _parts:
                        frames.write(out, frames.Numbers(), numbers(fit))
                    case frames.Fitting(fitted), parts:
                        return fitted, parts
                    case frames.Unfitted(reason, True), _parts:
                        raise TrainingStopped(reason)
                    case _:
                        return None
    except (OSError, ValueError, msgspec.MsgspecError):
        return None
    return None


class Errands:
    """The desk's end. It goes to the grader only while the grader waits for what runs in the kernel."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO) -> None:
        self._requests = requests
        self._replies = replies
        self._elsewhere = threading.Lock()
        self._elsewhere.acquire()
        for name in (_FROM_KERNEL, _TO_KERNEL):
            os.mkfifo(_pipe(name), 0o600)
        threading.Thread(target=self._serve, daemon=True).start()

    @contextlib.contextmanager
    def allowed(self) -> Iterator[None]:
        """While this is open; the grader is not spoken with otherwise."""
        self._elsewhere.release()
        try:
            yield
        finally:
            self._elsewhere.acquire()

    def _serve(self) -> None:
        while True:
            # Each waits until the kernel opens the other end.
            with (
                # Whatever it is that a student's program writes there.
                contextlib.suppress(Exception),
                open(_pipe(_FROM_KERNEL), "rb") as asked,
                open(_pipe(_TO_KERNEL), "wb") as back,
                self._elsewhere,
            ):
                for pipe in (asked, back):
                    _widen(pipe)
                self._go(asked, back)

    def _go(self, asked: BinaryIO, back: BinaryIO) -> None:
        while (told := frames.read(asked, frames.FromProgram)) is not None:
            frames.write(self._replies, *told)
            answer = frames.read(self._requests, frames.ToProgram)
            if answer is None:
                return
            frames.write(back, *answer)
            if not isinstance(answer[0], frames.Wanted):
                return
