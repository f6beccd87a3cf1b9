"""What the conformance suite runs inside a sandbox: one function a case, each of which tries what must not work.

    python -I -m autograder.sandbox.conformance.inside NAME [ARGUMENT…]

``look`` runs those that harm nobody and take no time, and says of each whether it held, as JSON.
"""

from __future__ import annotations

import ctypes
import json
import os
import socket
import sys
from collections.abc import Callable
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_PTRACE_ATTACH = 16


def is_not_root(_canary: Path) -> bool:
    """Its identity is not root's, and it has no privilege."""
    status = Path("/proc/self/status").read_text()
    effective = next(line.split()[1] for line in status.splitlines() if line.startswith("CapEff:"))
    return os.getuid() != 0 and os.getgid() != 0 and int(effective, 16) == 0


def reads_no_file_of_the_host(canary: Path) -> bool:
    """A file that everybody on the host may read is not there."""
    return _fails(canary.read_bytes) and _fails(lambda: os.listdir(canary.parent))


def writes_only_in_its_room(canary: Path) -> bool:
    """No file can be made elsewhere."""
    return all(
        _fails(lambda folder=folder: Path(folder, "autograder-was-here").write_text(""))
        for folder in ("/", "/usr", "/etc", "/dev", sys.prefix, str(Path(__file__).parent), str(canary.parent))
    )


def reaches_no_network(_canary: Path) -> bool:
    """No socket but those of the file system can be made."""
    return all(_fails(lambda family=family: socket.socket(family, socket.SOCK_DGRAM)) for family in (2, 10, 16, 17, 40))


def sees_no_other_process(_canary: Path) -> bool:
    """Only the supervisor, and itself."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit()} <= {1, os.getpid()}


def makes_no_namespace(_canary: Path) -> bool:
    """Nor with it become root of one."""
    return ctypes.CDLL(None).unshare(_CLONE_NEWUSER) != 0


def traces_nobody(_canary: Path) -> bool:
    """The supervisor's memory is neither attached to nor read."""
    parent = os.getppid()
    return ctypes.CDLL(None).ptrace(_PTRACE_ATTACH, parent, 0, 0) != 0 and _fails(
        Path(f"/proc/{parent}/mem").read_bytes
    )


def keeps_no_memory_outside(_canary: Path) -> bool:
    """No memory that no bound counts."""
    libc = ctypes.CDLL(None)
    return bool(libc.memfd_create(b"x", 0) < 0 and libc.shmget(0, 4096, 0o1600) < 0)


LOOKS: tuple[Callable[[Path], bool], ...] = (
    is_not_root,
    reads_no_file_of_the_host,
    writes_only_in_its_room,
    reaches_no_network,
    sees_no_other_process,
    makes_no_namespace,
    traces_nobody,
    keeps_no_memory_outside,
)


def _fails(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


def main() -> None:
    """Runs what is asked for."""
    name, *arguments = sys.argv[1:]
    if name == "look":
        sys.stdout.write(json.dumps({look.__name__: look(Path(arguments[0])) for look in LOOKS}))


if __name__ == "__main__":
    main()
