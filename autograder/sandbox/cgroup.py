"""A control group of the kernel's around one sandbox, where the system lets us make one.

The kernel then counts everything that the sandbox takes up, its own buffers and tables included, and ends what is
too much at once. Where none can be made, the supervisor's watch stands alone: it looks several times a second.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.sandbox.bounds import Bounds

_ROOT = Path("/sys/fs/cgroup")

_REMOVALS = 50
_REMOVAL_SECONDS = 0.1

# A supervisor and its threads, beside the processes that are counted.
_MORE_TASKS = 256


@dataclass(frozen=True, slots=True)
class _Controller:
    """Where the groups of a controller are, and what its files are called."""

    parent: Path
    bounds: Mapping[str, str]
    """File → which bound stands in it."""


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """The folders of one group: one in version 2, one for each controller in version 1."""

    folders: tuple[Path, ...]

    def around(self, argv: Sequence[str]) -> list[str]:
        """The command that enters the group and then becomes ``argv``."""
        enter = "".join(f'echo $$ > "${number}" && ' for number in range(1, len(self.folders) + 1))
        # $0 is the shell's own name; after the folders' files comes the command.
        script = f'{enter}shift {len(self.folders)} && exec "$@"'
        return ["/bin/sh", "-c", script, "sh", *(str(folder / "cgroup.procs") for folder in self.folders), *argv]

    def enter(self, pid: int) -> None:
        """Puts a process that runs already into the group, and with it what it starts from now on."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(pid))

    def ran_out(self) -> bool:
        """Whether the kernel has ended a process because the group's memory had run out."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                with contextlib.suppress(OSError):
                    counts = dict(line.split() for line in (folder / name).read_text().splitlines())
                    if int(counts.get("oom_kill", 0)):
                        return True
        return False

    def most_memory(self) -> int:
        """Most bytes that the group had at once; 0 where this kernel does not say."""
        for folder in self.folders:
            for name in ("memory.peak", "memory.max_usage_in_bytes"):
                with contextlib.suppress(OSError, ValueError):
                    return int((folder / name).read_text())
        return 0


@contextlib.contextmanager
def control_group(bounds: Bounds) -> Iterator[ControlGroup | None]:
    """A group with these bounds on memory and tasks; ``None`` where the system lets us make none."""
    controllers = delegated()
    if not controllers:
        yield None
        return
    values = _values(bounds)
    name = f"autograder-{secrets.token_hex(8)}"
    folders: list[Path] = []
    try:
        for controller in controllers:
            folder = controller.parent / name
            folder.mkdir()
            folders.append(folder)
            for file, bound in controller.bounds.items():
                (folder / file).write_text(values[bound])
        yield ControlGroup(tuple(folders))
    finally:
        for folder in folders:
            _remove(folder)


@cache
def delegated() -> tuple[_Controller, ...]:
    """The controllers whose groups we may make, found by making one; tried once a process."""
    for controllers in _candidates():
        made: list[Path] = []
        try:
            for controller in controllers:
                folder = controller.parent / f"autograder-{secrets.token_hex(8)}"
                folder.mkdir()
                made.append(folder)
                for file, bound in controller.bounds.items():
                    (folder / file).write_text(_values(Bounds())[bound])
                # To enter a group takes more than to make it: the common ancestor must be ours too.
                if not os.access(folder / "cgroup.procs", os.W_OK) or not os.access(
                    controller.parent / "cgroup.procs", os.W_OK
                ):
                    raise PermissionError(str(controller.parent))
        except OSError:
            continue
        else:
            return controllers
        finally:
            for folder in made:
                _remove(folder)
    return ()


def most_memory(bounds: Bounds) -> int:
    """Bytes at which the kernel steps in: above the bound, so that the watch, which knows whose it is, comes first."""
    return bounds.memory_bytes * 5 // 4


def most_tasks(bounds: Bounds) -> int:
    """Tasks at which the kernel starts no more: it counts threads, of which TensorFlow has many for a processor."""
    return bounds.processes + 32 * (os.cpu_count() or 1) + _MORE_TASKS


def _values(bounds: Bounds) -> dict[str, str]:
    return {"memory": str(most_memory(bounds)), "tasks": str(most_tasks(bounds)), "whole": "1"}


def _candidates() -> Iterator[tuple[_Controller, ...]]:
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    paths = {names: path.lstrip("/") for _number, names, path in (line.split(":", 2) for line in lines)}
    if "memory" in paths and "pids" in paths:
        yield (
            _Controller(_ROOT / "memory" / paths["memory"], {"memory.limit_in_bytes": "memory"}),
            _Controller(_ROOT / "pids" / paths["pids"], {"pids.max": "tasks"}),
        )
    elif "" in paths:
        own = _ROOT / paths[""]
        # A group that has processes may have no groups with bounds inside; its parent may.
        for parent in (own, own.parent):
            yield (_Controller(parent, {"memory.max": "memory", "memory.oom.group": "whole", "pids.max": "tasks"}),)


def _remove(folder: Path) -> None:
    """Removes a group: what was in it has ended, but the kernel may be slow to take leave of it."""
    for _attempt in range(_REMOVALS):
        try:
            folder.rmdir()
        except FileNotFoundError:
            return
        except OSError:
            time.sleep(_REMOVAL_SECONDS)
        else:
            return
