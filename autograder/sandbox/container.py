"""A container engine, Podman or Docker: namespaces and cgroups of its making, and a filter of system calls.

The image is empty: the host's interpreter is bound into it, read-only, as in every other layer. So nothing has
to be fetched, built or kept up to date.
"""

from __future__ import annotations

import io
import os
import resource
import secrets
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from autograder.i18n import _
from autograder.sandbox import seccomp
from autograder.sandbox.bubblewrap import DIRECTORY, PLACES
from autograder.sandbox.cgroup import most_memory, most_tasks
from autograder.sandbox.layers import Layer, Prepared, Unavailable
from autograder.sandbox.orders import Orders
from autograder.sandbox.room import Room, environment, readable

_IMAGE = "autograder-empty:2"
_IN_THE_IMAGE = (DIRECTORY, "/tmp")
_SECONDS = 60
_OPEN_FILES = 1_024
_IDENTITY = 61_184


class Container(Layer):
    """An engine, by its program: ``podman`` or ``docker``."""

    def __init__(self, engine: str) -> None:
        self.name = self.engine = engine

    @property
    def protects(self) -> str:
        """What it keeps apart."""
        return _("files, processes, network, users, memory, disk; system calls are filtered")

    def missing(self) -> Unavailable | None:
        """The program, its service, or the library that the filter needs."""
        if shutil.which(self.engine) is None:
            return Unavailable(
                reason=_("the program {name} is not installed").format(name=self.engine),
                remedy=_("install Podman (apt install podman) or Docker"),
            )
        lacking = seccomp.unavailable()
        if lacking:
            return Unavailable(reason=lacking, remedy="apt install libseccomp2")
        problem = _without_image(self.engine)
        return Unavailable(reason=problem, remedy=_("start its service")) if problem else None

    @contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        """See :class:`~autograder.sandbox.layers.Layer`."""
        name = f"autograder-{secrets.token_hex(8)}"
        orders = Orders(directory=DIRECTORY, bounds=room.bounds, places=PLACES)
        variables = {**environment(DIRECTORY), **room.settings}
        command = [
            *_engine(self.engine),
            *("run", "--rm", "--interactive", "--name", name, "--label", "autograder", "--pull", "never"),
            *("--network", "none", "--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"),
            *("--user", f"{_IDENTITY}:{_IDENTITY}", "--hostname", "room", "--log-driver", "none"),
            *("--stop-timeout", "0", "--entrypoint", ""),
            # Otherwise it makes more places to write, one of them over the room's own.
            *(("--read-only-tmpfs=false",) if self.engine == "podman" else ()),
            *_bounds(room),
            *_files(room),
            *(part for name, value in variables.items() for part in ("--env", f"{name}={value}")),
            *("--workdir", DIRECTORY, _IMAGE),
            *(sys.executable, "-I", "-m", "autograder.sandbox.supervisor", orders.encoded(), *argv),
        ]
        # Podman's monitor leaves a file where it runs when memory has run out.
        with tempfile.TemporaryDirectory(prefix="autograder-container-") as directory:
            yield Prepared(
                argv=command,
                environment=dict(os.environ),
                directory=directory,
                grouped=False,
                end=lambda: _remove(self.engine, name),
            )


def _bounds(room: Room) -> list[str]:
    memory = str(most_memory(room.bounds))
    _soft, files = resource.getrlimit(resource.RLIMIT_NOFILE)
    _soft, threads = resource.getrlimit(resource.RLIMIT_NPROC)
    return [
        *("--pids-limit", str(most_tasks(room.bounds))),
        *("--memory", memory, "--memory-swap", memory),
        # Podman asks for more than an ordinary system allows, unless it is told.
        *("--ulimit", f"nofile={_least(_OPEN_FILES, files)}", "--ulimit", f"nproc={_least(8_192, threads)}"),
    ]


def _least(wanted: int, hard: int) -> str:
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    return f"{most}:{most}"


def _files(room: Room) -> list[str]:
    size = room.bounds.disk_bytes
    options = ["--shm-size", str(size)]
    for place in _IN_THE_IMAGE:
        options += ["--tmpfs", f"{place}:rw,exec,nosuid,nodev,size={size},mode=1777"]
    for path in readable(room):
        # Not --volume: Docker would make on the host what is not there. File systems mounted below stay out, for
        # they would not be read-only.
        options += ["--mount", f"type=bind,source={path},target={path},readonly,bind-nonrecursive=true"]
    return options


@cache
def _engine(name: str) -> tuple[str, ...]:
    """The engine's command. Podman may be set up with a runtime that does not run here, beside one that does."""
    if name == "podman" and shutil.which("runc") is not None and not _works(("podman",)):
        return ("podman", "--runtime", shutil.which("runc") or "runc")
    return (name,)


def _works(engine: Sequence[str]) -> bool:
    """Whether it starts anything at all: what is asked for is not in the image, and that is what it has to say."""
    done = subprocess.run(
        [
            *(*engine, "run", "--rm", "--network", "none", "--pull", "never", "--entrypoint", ""),
            *("--ulimit", "nofile=64:64", "--ulimit", "nproc=64:64", _IMAGE, "/nothing"),
        ],
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    # Podman's and Docker's status for a command that is not there.
    return done.returncode == 127


@cache
def _without_image(engine: str) -> str:
    """Makes the empty image, unless there is one; why it cannot be made."""
    try:
        found = subprocess.run([engine, "image", "inspect", _IMAGE], capture_output=True, timeout=_SECONDS, check=False)
        if found.returncode == 0:
            return ""
        made = subprocess.run(
            [engine, "import", "-", _IMAGE], input=_empty(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    told = made.stderr.decode("utf-8", "replace").strip().splitlines()
    return "" if made.returncode == 0 else (told[-1][:300] if told else _("it does not answer"))


def _empty() -> bytes:
    """An image with nothing in it but the places to write: runtimes give a file system the mode of its folder."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for place in _IN_THE_IMAGE:
            folder = tarfile.TarInfo(place.strip("/"))
            folder.type, folder.mode = tarfile.DIRTYPE, 0o1777
            tar.addfile(folder)
    return archive.getvalue()


def _remove(engine: str, name: str) -> None:
    """Ends a container and all in it. One that is only being made is not there yet, so it is asked again."""
    force = ("--time", "0") if engine == "podman" else ()
    for _attempt in range(20):
        subprocess.run(
            [*_engine(engine), "rm", "--force", *force, name], capture_output=True, timeout=_SECONDS, check=False
        )
        left = subprocess.run(
            [*_engine(engine), "ps", "--all", "--quiet", "--filter", f"name={name}"],
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
        if not left.stdout.strip():
            return
