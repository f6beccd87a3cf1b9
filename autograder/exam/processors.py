"""The processors, and how many of them a program uses."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")


def processors() -> int:
    """How many processors this program may use: those it may run on, or less, where a container has a share."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(round(min(count, share(_own_group(), _GROUPS))), 1)


def share(group: str, groups: Path) -> float:
    """Processors' worth of time that a control group and those above it have; endless where there is no bound."""
    least = float("inf")
    inside = Path(group.lstrip("/"))
    for folder in (inside, *inside.parents):
        with contextlib.suppress(OSError, ValueError):
            quota, period = (groups / folder / "cpu.max").read_text().split()
            least = min(least, int(quota) / int(period))
    return least


def _own_group() -> str:
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text().splitlines():
            if line.startswith("0::"):
                return line.removeprefix("0::")
    return ""


def thread_settings(threads: int) -> Mapping[str, str]:
    """Environment variables with which TensorFlow uses so many threads: several programs at once would fight."""
    return {"TF_NUM_INTRAOP_THREADS": str(threads), "TF_NUM_INTEROP_THREADS": str(threads)}


class FreeProcessors:
    """So many processors, which are handed out some at a time."""

    def __init__(self, count: int) -> None:
        self._free = asyncio.Semaphore(count)
        self._next = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def taken(self, count: int) -> AsyncIterator[None]:
        """Held while so many are busy. Whoever asks first is served first, however many it needs."""
        async with contextlib.AsyncExitStack() as held:
            # One after another: two that had half of what they need would wait for each other.
            async with self._next:
                for _processor in range(count):
                    await held.enter_async_context(self._free)
            yield
