"""The first process of a sandbox: it confines itself, starts one command, and watches what that becomes.

Started by a layer as ``python -I -m autograder.sandbox.supervisor ORDERS COMMAND…``. The command has the
channel to the grader as its standard input and output; the supervisor keeps neither. It ends when the command
ends, or when a bound is reached: its exit status says which (:class:`~autograder.sandbox.bounds.Hit`). Either
way it first ends every process that came of the command.

In a pid namespace of its own it is process 1: nothing inside can signal it, and with it everything ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import re
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from autograder.sandbox.bounds import Bounds, Hit
from autograder.sandbox.cgroup import ControlGroup, most_tasks

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

# Half of what a fast machine allocates in between is the least that a bound on memory can be overshot by.
_INTERVAL = 0.1
_LONGEST_INTERVAL = 0.5

FAILED = 70
"""Exit status where the sandbox could not be set up; standard error says why."""

_OPEN_FILES = 1_024
_STACK_BYTES = 64_000_000
_SWEEPS = 200
_REST_BYTES = 1_000_000
_MORE_TASKS = 1_000

_SIZE = re.compile(r"^(\w+):\s+(\d+) kB$", re.MULTILINE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a layer asks of its supervisor."""

    directory: str
    """Where to write; its folders ``work``, ``home`` and ``tmp`` are made."""
    bounds: Bounds
    places: Sequence[str] = ()
    """The file systems that can be written to, where they are the sandbox's own; without any, ``directory`` is all."""
    identity: int | None = None
    """User and group to become; ``None`` keeps those that it was started with."""
    filtered: bool = True
    """Whether system calls are filtered."""
    signals: bool = True
    """Whether the command may send signals."""
    readable: list[str] | None = None
    """What Landlock lets the command read; ``None`` where a mount namespace decides that."""
    owns_ids: bool = True
    """Whether the processes that it sees are its own alone."""

    def encoded(self) -> str:
        """As an argument of the command line."""
        return json.dumps(asdict(self))


def decoded(text: str) -> Orders:
    """The way back from :meth:`Orders.encoded`."""
    tree = json.loads(text)
    return Orders(**{**tree, "bounds": Bounds(**tree["bounds"])})


def main() -> None:
    """Confines, starts, watches; never returns."""
    orders, command = decoded(sys.argv[1]), sys.argv[2:]
    try:
        step_down(orders)
        filter_calls(orders)
        child = _start(orders, command)
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        os._exit(FAILED)
    os._exit(watched(orders, child.pid))


def watched(orders: Orders, child: int) -> int:
    """Watches a command that has started, until it ends or has to: the exit status that says which."""
    # Both ends of the channel are the command's now: when it ends, the grader must see that. Of the one that comes
    # from the grader a copy stays, for its end says that there is no grader any more.
    channel = os.dup(0)
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
    return _Watch(orders, child, channel).status()


def step_down(orders: Orders) -> None:
    """Gives up whatever the supervisor has more than the command may have."""
    # In a namespace of its own no signal from inside reaches it then; Python would have handled this one.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD, *([] if orders.owns_ids else [signal.SIGTERM])])
    if sys.platform == "linux":
        # Where the machine itself runs out of memory, this is what has to go, and what comes of it sooner.
        Path("/proc/self/oom_score_adj").write_text("1000")
    if orders.identity is not None:
        os.setgroups([])
        os.setresgid(orders.identity, orders.identity, orders.identity)
        os.setresuid(orders.identity, orders.identity, orders.identity)
    for folder in ("work", "home", "tmp"):
        Path(orders.directory, folder).mkdir(mode=0o700, exist_ok=True)
    os.chdir(Path(orders.directory, "work"))
    if sys.platform == "linux":
        # Its memory and descriptors are not the command's to read, which has the same identity.
        _prctl(_PR_SET_DUMPABLE, 0)
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        if not orders.owns_ids:
            # No namespace ends with the grader.
            _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def filter_calls(orders: Orders) -> None:
    """Filters this process's system calls from now on, and those of what it starts."""
    if orders.filtered:
        from autograder.sandbox.seccomp import restrict

        # Where it shares the file system with the user who grades, that user's files are its own too.
        restrict(signals=orders.signals, attributes=orders.owns_ids)


def _start(orders: Orders, command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stderr=subprocess.DEVNULL, preexec_fn=confinement(orders))


def confinement(orders: Orders) -> Callable[[], None]:
    """What the command's process has to do before it becomes the command."""
    bounds = orders.bounds
    limits = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: bounds.file_bytes,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        # One process that wants too much gets a MemoryError, which says where; the bound on all is the watch's.
        resource.RLIMIT_DATA: bounds.memory_bytes,
        resource.RLIMIT_STACK: _STACK_BYTES,
        resource.RLIMIT_MEMLOCK: 0,
    }
    # The kernel counts tasks of a whole user. Where that is somebody who runs other programs too, theirs come on top,
    # with room for more of them: the bound on this sandbox is the watch's, but without any a fork bomb outruns it.
    limits[resource.RLIMIT_NPROC] = most_tasks(bounds) + (0 if orders.owns_ids else _tasks_of_this_user() + _MORE_TASKS)
    landlock = _landlock(orders)

    def confine() -> None:
        os.setsid()
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        for limit, value in limits.items():
            _soften(limit, value)
        landlock()

    return confine


def _tasks_of_this_user() -> int:
    found = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == os.getuid():
                found += len(os.listdir(f"/proc/{name}/task"))
        except OSError:
            continue
    return found


def _soften(limit: int, value: int) -> None:
    _soft, hard = resource.getrlimit(limit)
    least = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(limit, (least, least))


def _landlock(orders: Orders) -> Callable[[], None]:
    if orders.readable is None:
        return lambda: None
    from landlockpy import AccessFS, Ruleset, Scope

    reading = AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.EXECUTE
    ruleset = Ruleset(scoped=Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL)
    for path in orders.readable:
        ruleset.allow_path(path, reading if Path(path).is_dir() else AccessFS.READ_FILE | AccessFS.EXECUTE)
    # Python lists the folder that it finds a package in; of a clone of the repository the names can be seen so.
    ruleset.allow_path(Path(__file__).parent.parent.parent, AccessFS.READ_DIR)
    # Whatever is made there is harmless but for devices, which only root can make.
    ruleset.allow_path(orders.directory, ~AccessFS.NONE)
    for device in ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"):
        ruleset.allow_path(device, AccessFS.READ_FILE | AccessFS.WRITE_FILE)
    ruleset.allow_path("/proc", AccessFS.READ_FILE | AccessFS.READ_DIR | AccessFS.WRITE_FILE)
    return ruleset.restrict


def _prctl(option: int, value: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")


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


class _Watch:
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


if __name__ == "__main__":
    main()
