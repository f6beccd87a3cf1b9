"""The cases, and how each is judged from outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import socket
import sys
import tempfile
from collections.abc import Callable, Collection, Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psutil

from autograder.sandbox.bounds import Bounds, Hit
from autograder.sandbox.confined import Confined, Ending
from autograder.sandbox.conformance import inside
from autograder.sandbox.forked import Forked
from autograder.sandbox.layers import Layer, Prepared
from autograder.sandbox.room import Room
from autograder.sandbox.warm import Warm

# The program itself, libraries included, has to find room in them.
_BOUNDS = Bounds(
    memory_bytes=1_000_000_000,
    cpu_seconds=30,
    processes=40,
    file_bytes=20_000_000,
    disk_bytes=60_000_000,
    inodes=500,
)

_SECONDS = 60

Place = Layer | Warm
"""Where programs run: a layer, or what is forked in one."""

# No space left, or no such place to write.
_NO_ROOM = (os.strerror(28), os.strerror(13))
_MOST_OUTPUT = 100_000
_LOOKS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One promise."""

    name: str
    promise: str
    """In a line."""
    broken: Callable[[Place], Coroutine[Any, Any, str]]
    """Tries it: how the promise was broken, or nothing."""


async def held(case: Case, place: Place) -> bool:
    """Whether a layer keeps a promise here."""
    return not await case.broken(place)


async def _run(place: Place, *command: str, bounds: Bounds = _BOUNDS, seconds: float = _SECONDS) -> tuple[str, Ending]:
    """What a program inside wrote, and how it ended; after ``seconds`` it is ended."""
    program = [sys.executable, "-I", "-m", "autograder.sandbox.conformance.inside", *command]
    room = Room(settings={}, bounds=bounds)
    sandbox: Forked | Confined
    if isinstance(place, Warm):
        sandbox = Forked(place, program, room)
    else:
        sandbox = Confined(place, [*place.inner, *program], room)
    await sandbox.start()
    written = b""
    grace = 10.0
    try:
        async with asyncio.timeout(seconds):
            while len(written) < _MOST_OUTPUT and (part := await sandbox.stdout.read(_MOST_OUTPUT)):
                written += part
    except TimeoutError:
        grace = 0.0
    finally:
        ending = await asyncio.shield(sandbox.end(grace))
    return written.decode("utf-8", "replace"), ending


def _looking(name: str) -> Callable[[Place], Coroutine[Any, Any, str]]:
    async def broken(place: Place) -> str:
        with tempfile.TemporaryDirectory(prefix="autograder-conformance-") as directory:
            # What keeps it is the sandbox, and not its permissions.
            os.chmod(directory, 0o755)
            canary = Path(directory, "canary")
            canary.write_text("x")
            written, ending = await _run(place, "look", str(canary))
        try:
            looks = msgspec.json.decode(written, type=dict[str, bool])
        except msgspec.MsgspecError:
            return f"it did not run: {ending.told or ending.hit or written}"
        return "" if looks.get(name) else "it was possible"

    return broken


def _hitting(
    program: str, hit: Hit, refused: Collection[str] = (), bounds: Bounds = _BOUNDS
) -> Callable[[Place], Coroutine[Any, Any, str]]:
    """A bound is reached: the watch says so, or the system had refused."""

    async def broken(place: Place) -> str:
        written, ending = await _run(place, program, bounds=bounds)
        if ending.hit is hit or written in refused:
            return ""
        return f"it ended with {ending.hit.name if ending.hit else 'no bound reached'}, and wrote {written[:200]!r}"

    return broken


async def _runs_keras(place: Place) -> str:
    written, ending = await _run(place, "keras", bounds=Bounds())
    return "" if written == "8" else f"it did not run: {ending.told or ending.hit or written}"


async def _runs_commands(place: Place) -> str:
    written, ending = await _run(place, "terminal")
    return "" if written == "hello" else f"it did not run: {ending.told or ending.hit or written}"


async def _environment(place: Place) -> str:
    secret = secrets.token_hex(8)
    os.environ["AUTOGRADER_CONFORMANCE_TOKEN"] = secret
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    try:
        written, _ending = await _run(place, "environment")
    finally:
        del os.environ["AUTOGRADER_CONFORMANCE_TOKEN"]
        os.close(reading)
        os.close(writing)
    if secret in written:
        return "a variable of the grader's is there"
    variables, descriptors = json.loads(written)
    return "" if variables and descriptors == 3 else f"{descriptors} descriptors are open"


async def _sockets(place: Place) -> str:
    name = f"autograder-{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(prefix="a-") as directory, contextlib.ExitStack() as stack:
        os.chmod(directory, 0o755)
        path = str(Path(directory, "s"))
        for address in (path, b"\0" + name.encode()):
            one = stack.enter_context(socket.socket(socket.AF_UNIX))
            one.bind(address)
            one.listen()
        os.chmod(path, 0o777)
        written, _ending = await _run(place, "sockets", path, name)
    return "" if written == "[]" else f"it reached {written}"


async def _leaves(place: Place) -> str:
    mark = secrets.token_hex(8)
    written, _ending = await _run(place, "leaves", mark)
    return _left(mark) or ("" if written == "left" else f"it wrote {written[:200]!r}")


async def _stays(place: Place) -> str:
    mark = secrets.token_hex(8)
    written, _ending = await _run(place, "stays", mark, seconds=4)
    return _left(mark) or ("" if written == "left" else f"it wrote {written[:200]!r}")


# It has the other end of the channel, and so does nobody else.
_GRADER = """
import subprocess, sys
started = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
sys.stdout.write(started.stdout.read(4).decode())
sys.stdout.flush()
started.wait()
"""
_WARM_GRADER = """
import asyncio, sys
from autograder.sandbox import Bounds, Forked, Room, Warm

async def main():
    sandbox = Forked(Warm(["psutil"]), sys.argv[1:], Room(settings={}, bounds=Bounds(cpu_seconds=60)))
    await sandbox.start()
    sys.stdout.write((await sandbox.stdout.read(4)).decode())
    sys.stdout.flush()
    await asyncio.sleep(600)

asyncio.run(main())
"""


async def _survives_its_grader(place: Place) -> str:
    """Another process is the grader here, and is killed without notice."""
    mark = secrets.token_hex(8)
    program = [sys.executable, "-I", "-m", "autograder.sandbox.conformance.inside", "stays", mark]
    with contextlib.ExitStack() as stack:
        if isinstance(place, Warm):
            prepared = Prepared(argv=program, environment={**os.environ})
            script = _WARM_GRADER
        else:
            room = Room(settings={}, bounds=Bounds(cpu_seconds=60))
            prepared = stack.enter_context(place.prepared([*place.inner, *program], room))
            script = _GRADER
        grader = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-c", script, *prepared.argv),
            env=prepared.environment,
            cwd=prepared.directory,
            stdout=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(_SECONDS):
            written = await grader.stdout.read(4) if grader.stdout else b""
        before = _left(mark)
        grader.kill()
        await grader.wait()
        for _look in range(_LOOKS):
            if not _left(mark):
                break
            await asyncio.sleep(0.5)
        if prepared.end is not None and _left(mark):
            prepared.end()
            return "it went on"
    if written != b"left" or not before:
        return f"it did not run: {written!r}"
    return _left(mark)


async def _kills(place: Place) -> str:
    bounds = Bounds(cpu_seconds=3)
    written, ending = await _run(place, "kills", bounds=bounds)
    if written == "sent" and ending.hit is Hit.CPU:
        return ""
    return f"after {written!r} it ended with {ending.hit.name if ending.hit else 'no bound reached'}"


def _left(mark: str) -> str:
    left = [process.pid for process in psutil.process_iter() if mark in _words(process)]
    return f"{len(left)} processes are left" if left else ""


def _words(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def _cases() -> Iterator[Case]:
    for one in inside.LOOKS:
        yield Case(name=one.__name__, promise=str(one.__doc__).strip(), broken=_looking(one.__name__))
    for name, promise, broken in (
        ("runs_keras", "What students' programs need works.", _runs_keras),
        ("runs_commands", "What “!command” in a notebook needs works.", _runs_commands),
        ("has_a_bare_environment", "No variable and no descriptor of the grader's is there.", _environment),
        ("reaches_no_socket_of_the_host", "Neither a socket in a file nor one without.", _sockets),
        ("ends_with_its_command", "Processes that have cut every tie end with it.", _leaves),
        ("ends_when_it_is_ended", "Processes that hear no signal end too.", _stays),
        ("ends_with_its_grader", "Nothing goes on when the grader is killed without notice.", _survives_its_grader),
        ("outlives_attacks_on_the_supervisor", "Signals from inside do not stop the watch.", _kills),
        ("bounds_memory", "Of all processes together.", _hitting("memory", Hit.MEMORY)),
        ("bounds_memory_that_hides", "Of programs that nobody may look into.", _hitting("hides", Hit.MEMORY)),
        (
            "bounds_files_in_memory",
            "Files that are held in memory are memory.",
            _hitting("files_in_memory", Hit.MEMORY, _NO_ROOM, _HALF),
        ),
        ("bounds_disk", "Of all files together.", _hitting("disk", Hit.DISK, _NO_ROOM)),
        ("bounds_a_file", "One file.", _hitting("one_file", Hit.DISK, (os.strerror(27),))),
        ("bounds_inodes", "Files with nothing in them.", _hitting("inodes", Hit.INODES)),
        ("bounds_processes", "A fork bomb ends itself.", _hitting("processes", Hit.PROCESSES)),
        ("bounds_cpu", "Processor time of all processes together.", _hitting("cpu", Hit.CPU, bounds=_BRIEF)),
    ):
        yield Case(name=name, promise=promise, broken=broken)


_HALF = Bounds(memory_bytes=400_000_000, disk_bytes=1_000_000_000)
_BRIEF = Bounds(cpu_seconds=3)

CASES: tuple[Case, ...] = tuple(_cases())
