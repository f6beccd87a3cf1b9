"""The harness that gives a reader generated inputs, and tells which of them it does not survive.

It knows of no reader, so that a test can give it readers that crash, hang and grow.
"""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psutil

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A reader and what it is given."""

    name: str
    make: Callable[[Random], bytes]
    read: Callable[[bytes], bool]
    """Whether there was something in the input that could be used."""
    refusals: tuple[type[Exception], ...]
    """What it may raise; anything else is a crash."""
    count: int = 200_000
    """Inputs of a whole run."""
    prepare: Callable[[], object] = bool
    """What is done once, before the time of an input counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What no input may take more of."""

    seconds: float = 5
    """For one input."""
    growth: int = 100 * MEGABYTE
    """Bytes by which memory may be larger at the end than after the warm-up, or by which one input may raise its
    peak."""
    warm_up: int = 1_000
    """Inputs before memory is first looked at: caches fill."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What an input did that none may."""

    kind: str
    """``"crash"``, ``"hang"`` or ``"growth"``."""
    text: str
    path: Path | None = None
    """The input; ``None`` where all of them together did it."""


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a run."""

    target: str
    inputs: int = 0
    accepted: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    """Seconds that the slowest input took."""
    peak: int = 0
    """Most memory that the process had after the warm-up, in bytes."""
    growth: int = 0
    """Bytes of memory from the warm-up to the end."""
    findings: list[Finding] = field(default_factory=list)


class _Hang(BaseException):
    """The time for an input is over. No ``except Exception`` of the reader's may take it for one of its own."""


def fuzz(
    target: Target,
    folder: Path,
    *,
    count: int,
    seed: int,
    seconds: float = float("inf"),
    bounds: Bounds | None = None,
) -> Result:
    """Gives a reader ``count`` inputs, or as many as it takes in ``seconds``; findings are saved in ``folder``.

    Findings of one kind from one place are told once.
    """
    bounds = bounds or Bounds()
    target.prepare()
    warm_up = min(bounds.warm_up, count // 2)
    result = Result(target=target.name)
    process = psutil.Process()
    warm = 0
    known: set[str] = set()
    began = time.perf_counter()
    with _kept(folder / f"{target.name}.last") as keep:
        for number in range(count):
            if number == warm_up:
                warm = process.memory_info().rss
                _forget_peak()
            if time.perf_counter() - began > seconds:
                break
            content = target.make(Random(f"{target.name}:{seed}:{number}"))
            keep(content)
            result.inputs += 1
            for kind, place, text in _read(target, content, bounds, result, warm=warm > 0):
                if f"{kind} {place}" not in known:
                    known.add(f"{kind} {place}")
                    path = folder / f"{target.name}-{kind}-{hashlib.sha256(content).hexdigest()[:12]}"
                    path.write_bytes(content)
                    result.findings.append(Finding(kind=kind, text=text, path=path))
    result.seconds = time.perf_counter() - began
    result.peak = _peak()
    result.growth = process.memory_info().rss - warm if warm else 0
    if result.growth > bounds.growth:
        text = f"{result.growth / MEGABYTE:,.0f} MB more at the end than after the warm-up"
        result.findings.append(Finding(kind="growth", text=text))
    return result


def _read(
    target: Target, content: bytes, bounds: Bounds, result: Result, *, warm: bool
) -> Iterator[tuple[str, str, str]]:
    """Reads one input; yields what is to be found fault with: its kind, its place, and what to tell."""
    peak = _peak()
    began = time.perf_counter()
    try:
        with _alarm(bounds.seconds):
            result.accepted += target.read(content)
    except target.refusals:
        pass
    except _Hang:
        yield "hang", "", f"more than {bounds.seconds:g} s:\n{traceback.format_exc(limit=-3)}"
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        place = traceback.extract_tb(error.__traceback__)[-1]
        yield "crash", f"{type(error).__name__} {place.filename} {place.lineno}", traceback.format_exc(limit=-5)
    result.slowest = max(result.slowest, time.perf_counter() - began)
    if warm and (risen := _peak() - peak) > bounds.growth:
        yield "growth", "", f"{risen / MEGABYTE:,.0f} MB for one input"


def _forget_peak() -> None:
    """What was read and imported before does not count; where the system keeps the old peak, less is seen."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak() -> int:
    """The most memory that this process has had, in bytes."""
    # Linux counts kilobytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_signal: int, _frame: Any) -> None:
        raise _Hang

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    # Code that never gets back to Python hears no alarm: this one ends the process.
    signal.setitimer(signal.ITIMER_PROF, 10 * seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _kept(path: Path) -> Iterator[Callable[[bytes], None]]:
    """A file that has the input at which the process is; it stays where the process does not live to remove it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb", buffering=0) as file:

        def keep(content: bytes) -> None:
            os.pwrite(file.fileno(), content, 0)
            file.truncate(len(content))

        yield keep
    path.unlink()
