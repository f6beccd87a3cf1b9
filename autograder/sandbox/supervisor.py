"""The first process of a sandbox: it confines itself, starts one command, and watches what that becomes.

Started by a layer as ``python -I -m autograder.sandbox.supervisor ORDERS COMMAND…``. The command has the
channel to the grader as its standard input and output; the supervisor keeps neither. It ends when the command
ends, or when a bound is reached: its exit status says which (:class:`~autograder.sandbox.bounds.Hit`). Either
way it first ends every process that came of the command.

In a pid namespace of its own it is process 1: nothing inside can signal it, and with it everything ends.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from autograder.sandbox.cgroup import most_tasks
from autograder.sandbox.orders import Orders, decoded
from autograder.sandbox.watch import Watch

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_SET_CHILD_SUBREAPER = 36
_PR_SET_NO_NEW_PRIVS = 38

FAILED = 70
"""Exit status where the sandbox could not be set up; standard error says why."""

_OPEN_FILES = 1_024
_STACK_BYTES = 64_000_000
_MORE_TASKS = 1_000


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
    return Watch(orders, child, channel).status()


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


if __name__ == "__main__":
    main()
