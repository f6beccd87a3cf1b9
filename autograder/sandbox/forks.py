"""The parent of warm sandboxes: it has imported what they need, and forks itself once for each.

Started inside bubblewrap, it does nothing else: no order, name or value of anybody's ever comes to it. For each sandbox
it is handed descriptors and a number; what is to run there, and in which environment, the fork itself is told over
them. The fork takes namespaces of its own, so that it sees neither the parent nor its siblings, and then goes on as the
supervisor of any other sandbox (:mod:`autograder.sandbox.supervisor`). Only what it watches is forked too.

The first process of a fork's namespaces says so over its *line* to the grader, reads its :class:`Order` there, and
tells at last how it ended.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import json
import os
import runpy
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import import_module

from autograder.sandbox import namespaces, supervisor
from autograder.sandbox.orders import Orders, decoded

REQUEST = struct.Struct("<i")
"""What the parent is told beside the descriptors: the identity that a fork takes, or −1 for its own."""

READY = b"ready"
HERE = b"here"

MOST_BYTES = 100_000
"""Of an order, and of what is told at the end."""

_CAP_SETGID = 6
_CAP_SETUID = 7

_LINE = 3
"""The descriptor of the line; those for the command itself come after it."""
_MOST_DESCRIPTORS = 16

_LOOKS = 100
_LOOK_SECONDS = 0.01
_ALL_DESCRIPTORS = 1 << 20

_came_of_a_fork = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the parent is started with."""

    imports: Sequence[str]
    kept: Sequence[str]
    """Folders in places to write that are none."""
    as_root: bool

    def encoded(self) -> str:
        """As an argument of the command line."""
        return json.dumps(asdict(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a fork is told."""

    orders: Orders
    argv: Sequence[str]
    environment: Mapping[str, str]

    def encoded(self) -> bytes:
        """As one message."""
        return json.dumps({**asdict(self), "orders": self.orders.encoded()}).encode()


def came_of_a_fork() -> bool:
    """Whether this process has imported all that a warm one has, and may fork further ones."""
    return _came_of_a_fork


def main() -> None:
    """Imports, and forks when it is asked to, until nobody is there to ask."""
    plan = Plan(**json.loads(sys.argv[1]))
    if plan.as_root:
        namespaces.fresh_proc()
        namespaces.keep(_CAP_SETGID, _CAP_SETUID)
    # Nobody reads its memory; and who has ended is nobody's concern here, for the grader sees that itself.
    namespaces.readable_by_its_kind(False)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # Imports make much and throw little away: to look for it again and again is a fifth of their time.
    gc.disable()
    for name in plan.imports:
        import_module(name)
    gc.enable()
    gc.collect()
    # What is never looked at by a collection stays shared.
    gc.freeze()
    _serve(plan)()


def _serve(plan: Plan) -> Callable[[], None]:
    """Forks for each request; returns in a process that is to be a command, with what that does."""
    channel = socket.socket(fileno=0)
    channel.send(READY)
    looked_up = False
    while True:
        request, descriptors, _flags, _address = socket.recv_fds(channel, REQUEST.size, _MOST_DESCRIPTORS)
        if not request:
            os._exit(0)
        if not _alone():
            # A fork could hang for good on what another thread held.
            sys.exit("The warm process has other threads, so it is not forked: one of its imports has started them")
        if os.fork() == 0:
            channel.detach()
            return _forked(plan, REQUEST.unpack(request)[0], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        if not looked_up:
            # A traceback asks for the module of each frame, and the first that does goes through all there are. Here
            # it is once for all kernels; and now, for nobody waits while the first is at work.
            inspect.getmodule(_serve.__code__)
            gc.freeze()
            looked_up = True


def _alone() -> bool:
    """Whether this process has one thread. An import may have had another, which is about to end."""
    for _look in range(_LOOKS):
        if len(os.listdir("/proc/self/task")) == 1:
            return True
        time.sleep(_LOOK_SECONDS)
    return False


def _forked(plan: Plan, identity: int, descriptors: Sequence[int]) -> Callable[[], None]:
    line = _with_these_alone(descriptors)
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if identity >= 0:
            namespaces.become(identity)
        # Only what is its own it may change in /proc.
        namespaces.readable_by_its_kind(True)
        namespaces.leave()
        if os.fork():
            os._exit(0)
        return _first(plan, line)
    except BaseException as error:  # noqa: BLE001 - whatever it was, nothing may go on here as the parent
        _tell(line, supervisor.FAILED, f"{type(error).__name__}: {error}")
        os._exit(supervisor.FAILED)


def _first(plan: Plan, line: socket.socket) -> Callable[[], None]:
    """Becomes the supervisor; returns in the command's process."""
    namespaces.settle()
    line.send(HERE)
    told = line.recv(MOST_BYTES)
    if not told:
        os._exit(supervisor.FAILED)
    tree = json.loads(told)
    orders = decoded(tree["orders"])
    namespaces.cover(orders.places, orders.bounds.disk_bytes, plan.kept)
    namespaces.close()
    # Beside it stands what imports have set: TensorFlow does.
    os.environ.update(tree["environment"])
    time.tzset()
    _seed_anew()
    supervisor.step_down(orders)
    child = os.fork()
    if child == 0:
        line.close()
        namespaces.readable_by_its_kind(True)
        supervisor.confinement(orders)()
        supervisor.filter_calls(orders)
        return _program(tree["argv"])
    os.closerange(_LINE + 1, _ALL_DESCRIPTORS)
    supervisor.filter_calls(orders)
    _tell(line, supervisor.watched(orders, child))
    os._exit(0)


def _with_these_alone(descriptors: Sequence[int]) -> socket.socket:
    """Closes every other descriptor: standard input and output, the line to the grader, and those for the command."""
    with open(os.devnull, "wb") as nothing:
        os.dup2(nothing.fileno(), 2)
    for number, descriptor in zip((0, 1, *range(_LINE, _MOST_DESCRIPTORS)), descriptors, strict=False):
        # They come in ascending order, above the first three: none takes the place of a later one.
        os.dup2(descriptor, number)
    os.closerange(len(descriptors) + 1, _ALL_DESCRIPTORS)
    os.set_inheritable(_LINE, False)
    return socket.socket(fileno=_LINE)


def _tell(line: socket.socket, status: int, told: str = "") -> None:
    with contextlib.suppress(OSError):
        line.send(json.dumps({"status": status, "told": told[:1_000]}).encode())


def _seed_anew() -> None:
    """Two forks must not draw the same numbers. Python's own generator sees to that itself."""
    numbers = sys.modules.get("numpy.random")
    if numbers is not None:
        numbers.seed()


def _program(argv: Sequence[str]) -> Callable[[], None]:
    """What the command does in this process: a module of Python's is run as it stands, all else is started."""
    python = (sys.executable, "-I", "-m")
    if tuple(argv[: len(python)]) != python:
        return lambda: os.execvp(argv[0], list(argv))
    module, *arguments = argv[len(python) :]

    def run() -> None:
        global _came_of_a_fork
        _came_of_a_fork = True
        sys.argv = [module, *arguments]
        runpy.run_module(module, run_name="__main__", alter_sys=True)

    return run
