"""The supervisor's watch over a command and all that comes of it: how much it uses, and how it ends."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import select
import signal
import socket
import time
from pathlib import Path
from typing import Any

from autograder.sandbox.bounds import Hit
from autograder.sandbox.cgroup import ControlGroup
from autograder.sandbox.orders import Orders

# Half of what a fast machine allocates in between is the least that a bound on memory can be overshot by.
_INTERVAL = 0.1
_LONGEST_INTERVAL = 0.5

_SWEEPS = 200
_REST_BYTES = 1_000_000

_SIZE = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE | re.ASCII)


class Watch:
    """Watches the command and all that came of it."""

    def __init__(self, orders: Orders, child: int, channel: int) -> None:
        # The command starts meanwhile.
        import psutil

        self._psutil = psutil
        self._orders = orders
        self._bounds = orders.bounds
        self._child = child
        # Of a pipe that nobody can write to any more this is said unasked.
        self._channel = select.poll()
        self._channel.register(channel, 0)
        self._me = psutil.Process()
        # What a container's engine shows of its own control group; elsewhere there is nothing of the kind inside.
        shown = ("/sys/fs/cgroup", "/sys/fs/cgroup/memory") if orders.owns_ids else ()
        self._group = ControlGroup(tuple(map(Path, shown)))
        with socket.socket(socket.AF_UNIX) as one:
            # The filter keeps it at that.
            self._socket_bytes = one.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)

    def status(self) -> int:
        """Waits until the command ends or a bound is reached, ends everything, and gives the exit status."""
        waited = [signal.SIGCHLD] if self._orders.owns_ids else [signal.SIGCHLD, signal.SIGTERM]
        hit: Hit | None = None
        pause = _INTERVAL
        try:
            while hit is None and not self._reaped() and not self._channel.poll(0):
                hit = self._reached()
                if hit is None:
                    told = signal.sigtimedwait(waited, pause)
                    if told is not None and told.si_signo == signal.SIGTERM:
                        break
                    if told is not None:
                        # Signals come as fast as a hostile program sends them.
                        time.sleep(0.01)
                    pause = min(pause * 1.2, _LONGEST_INTERVAL)
            if hit is None and self._group.ran_out():
                hit = Hit.MEMORY
        finally:
            # Also where the watch fails: nothing may stay that nobody watches.
            self._end_all()
        return 0 if hit is None else int(hit)

    def _reaped(self) -> bool:
        """Takes leave of every process that has ended; whether the command is one of them."""
        gone = False
        while True:
            try:
                pid, _status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return True
            if pid == 0:
                return gone
            gone = gone or pid == self._child

    def _reached(self) -> Hit | None:
        processes = self._processes()
        bounds = self._bounds
        if len(processes) > bounds.processes:
            return Hit.PROCESSES
        seconds = 0.0
        for process in (self._me, *processes):
            with contextlib.suppress(self._psutil.NoSuchProcess):
                times = process.cpu_times()
                seconds += times.user + times.system + times.children_user + times.children_system
        seconds -= time.process_time()
        written, inodes, too_many = self._files()
        elsewhere = written + self._in_sockets()
        if self._group.ran_out() or all(
            elsewhere + sum(_memory(process.pid, exactly=exactly) for process in processes) > bounds.memory_bytes
            for exactly in (False, True)
        ):
            return Hit.MEMORY
        if seconds > bounds.cpu_seconds:
            return Hit.CPU
        if inodes > bounds.inodes:
            return Hit.INODES
        return Hit.DISK if too_many else None

    def _processes(self) -> list[Any]:
        if not self._orders.owns_ids:
            return list(self._me.children(recursive=True))
        return [process for process in self._psutil.process_iter() if process.pid != self._me.pid]

    def _in_sockets(self) -> int:
        """The most that can stand in sockets unread, in memory that is no process's."""
        if not self._orders.owns_ids:
            # The system counts the sockets of a whole network namespace, and it is not the sandbox's own.
            return 0
        try:
            told = Path("/proc/self/net/sockstat").read_text()
        except FileNotFoundError:
            return 0
        return int(told.split(maxsplit=3)[2]) * self._socket_bytes

    def _files(self) -> tuple[int, int, bool]:
        """Bytes that are held in memory, files made, and whether they are more than they may be."""
        if not self._orders.places:
            return self._files_on_disk()
        # File systems of a fixed size: whoever fills one is told so by the system, at the line that does it.
        written = inodes = 0
        for place in self._orders.places:
            found = os.statvfs(place)
            written += (found.f_blocks - found.f_bfree) * found.f_frsize
            inodes += found.f_files - found.f_ffree
        # The bound is on each, and on all of them but for a rest: they have whole pages, and a kernel has files.
        return written, inodes, written > self._bounds.disk_bytes + _REST_BYTES

    def _files_on_disk(self) -> tuple[int, int, bool]:
        """Looks at the files themselves, for as long as they may be more."""
        bounds = self._bounds
        size = inodes = 0
        folders = [self._orders.directory]
        while folders:
            try:
                with os.scandir(folders.pop()) as entries:
                    for entry in entries:
                        inodes += 1
                        size += entry.stat(follow_symlinks=False).st_blocks * 512
                        if entry.is_dir(follow_symlinks=False):
                            folders.append(entry.path)
                        if inodes > bounds.inodes or size > bounds.disk_bytes:
                            return 0, inodes, size > bounds.disk_bytes
            except OSError as error:
                if error.errno == errno.ENAMETOOLONG:
                    # So deep that it cannot be named: nobody needs that, and what is in there could not be counted.
                    return 0, bounds.inodes + 1, False
        return 0, inodes, False

    def _end_all(self) -> None:
        """Ends every process that came of the command. In a namespace of its own that is all there are."""
        if self._orders.owns_ids and os.getpid() == 1:
            # All but this one; there may be none left.
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
        else:
            for _sweep in range(_SWEEPS):
                left = self._processes()
                if not left:
                    break
                # What is stopped cannot start anything while the others are being ended.
                for told in (signal.SIGSTOP, signal.SIGKILL):
                    for process in left:
                        try:
                            process.send_signal(told)
                        except self._psutil.Error:
                            continue
                self._reaped()
        while True:
            try:
                os.waitpid(-1, 0)
            except ChildProcessError:
                return


def _memory(pid: int, *, exactly: bool) -> int:
    """What a process takes up: its pages and the tables that lead to them. Of pages that it shares only its part is
    counted, or (which is told much faster) not ``exactly``: all of them.
    """
    try:
        threads = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return 0
    # The first thread may have ended and hold nothing any more while the others go on.
    for thread in threads:
        folder = f"/proc/{pid}/task/{thread}"
        try:
            status = _sizes(f"{folder}/status")
            if "VmRSS" not in status:
                continue
            pages = status["VmRSS"]
            # A program that nobody may read hides how much it shares: all of it counts.
            with contextlib.suppress(PermissionError):
                pages = _sizes(f"{folder}/smaps_rollup")["Pss"] if exactly else pages
        except (OSError, KeyError):
            continue
        return pages + status["VmPTE"]
    return 0


def _sizes(path: str) -> dict[str, int]:
    """The sizes that a file of the kernel's tells, in bytes by name."""
    # A process gives itself any name it likes, and that stands there too.
    found = _SIZE.findall(Path(path).read_text(errors="replace"))
    return {name: int(size) * 1_024 for name, size in found}
