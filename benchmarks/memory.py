"""What memory a command takes, look by look and at its highest: its own process, and everything that it starts.

Shared pages are counted once (PSS), as the kernel tells it of each process. Whatever was seen below the command once is
looked at until it ends, whoever its parent is by then; so other programs of this machine do not count.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

import psutil

_SECONDS_BETWEEN = 0.25

LOOKING = 0.03
"""Of a processor's time, at most: to look at a process takes milliseconds, and holds it up as well."""

# A moment later than the command may end what it started.
_GRACE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Look:
    """Bytes at one moment."""

    seconds: float
    """Since the first of them could have been."""
    own: int
    """Of the command's own process."""
    all: int
    """Of everything together."""


@dataclass(slots=True)
class Peak:
    """Bytes at the highest of all looks."""

    own: int = 0
    """Of the command's own process."""
    all: int = 0
    """Of everything together."""
    looks: list[Look] = field(default_factory=list)
    left: tuple[int, ...] = ()
    """Processes that were there two seconds after the command had ended."""
    seen: set[psutil.Process] = field(default_factory=set)


@contextlib.contextmanager
def repeated(look: Callable[[], None], seconds: float, looking: float = LOOKING) -> Iterator[None]:
    """Looks again and again until the block ends, so many seconds apart, or more: looking takes no more than that share
    of a processor's time.
    """
    over = threading.Event()

    def keep_looking() -> None:
        took = 0.0
        while not over.wait(max(seconds, took / looking)):
            began = monotonic()
            look()
            took = monotonic() - began

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def watched(pid: int, looking: float = LOOKING) -> Iterator[Peak]:
    """Looks at a process and at all below it until the block ends; at nothing where looking may take no time."""
    if not looking:
        yield Peak()
        return
    command, peak, began = psutil.Process(pid), Peak(), monotonic()

    def look() -> None:
        with contextlib.suppress(psutil.Error):
            peak.seen.update(command.children(recursive=True))
        # A number may be another process's by now.
        peak.seen = {process for process in peak.seen if process.is_running()}
        own = _pss(pid)
        found = Look(monotonic() - began, own, own + sum(_pss(process.pid) for process in peak.seen))
        peak.looks.append(found)
        peak.own, peak.all = max(peak.own, found.own), max(peak.all, found.all)

    try:
        with repeated(look, _SECONDS_BETWEEN, looking):
            yield peak
    finally:
        deadline = monotonic() + _GRACE_SECONDS
        while (left := [process.pid for process in peak.seen if _runs(process)]) and monotonic() < deadline:
            sleep(0.1)
        peak.left = tuple(left)


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.Error):
        # One that has ended may still stand in the list, where nobody asks how.
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def _pss(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0
