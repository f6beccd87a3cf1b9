"""What the conformance suite runs inside a sandbox: programs that try what must not work.

    python -I -m autograder.sandbox.conformance.inside NAME [ARGUMENT…]

``look`` tries everything that harms nobody and takes no time, and says of each whether it held, as JSON. The
others are one attack each; whether it was held is judged from outside.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_PTRACE_ATTACH = 16

_FAMILIES = (2, 10, 16, 17, 40)
"""Internet, its version 6, netlink, raw packets, and the hypervisor's own."""


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
    package = str(Path(__file__).parent)
    return all(
        _fails(lambda folder=folder: Path(folder, "autograder-was-here").write_text(""))  # type: ignore[misc]
        for folder in ("/", "/usr", "/etc", "/dev", sys.prefix, package, str(canary.parent))
    )


def changes_no_file_elsewhere(canary: Path) -> bool:
    """Neither the mode nor the times of a file of the host's, its owner's though it be."""
    mode = canary.stat() if canary.exists() else None
    for attempt in (lambda: canary.chmod(0), lambda: os.utime(canary, (0, 0))):
        _fails(attempt)
    return mode is None or (canary.stat().st_mode, canary.stat().st_mtime) == (mode.st_mode, mode.st_mtime)


def writes_in_its_room(_canary: Path) -> bool:
    """Where programs expect to be able to: here, at home, and where temporary files go."""
    folders = (Path.cwd(), Path.home(), Path(tempfile.gettempdir()))
    return not any(_fails(lambda folder=folder: (folder / "mine").write_text("")) for folder in folders)  # type: ignore[misc]


def reaches_no_network(_canary: Path) -> bool:
    """No socket but those of the file system can be made."""
    return all(
        _fails(lambda family=family: socket.socket(family, socket.SOCK_DGRAM))  # type: ignore[misc]
        for family in _FAMILIES
    )


def sees_no_other_process(_canary: Path) -> bool:
    """Only the supervisor, and itself."""
    return {int(name) for name in os.listdir("/proc") if name.isdigit()} <= {1, os.getpid()}


def makes_no_namespace(_canary: Path) -> bool:
    """Nor with it become root of one."""
    return bool(ctypes.CDLL(None).unshare(_CLONE_NEWUSER))


def traces_nobody(_canary: Path) -> bool:
    """The supervisor's memory is neither attached to nor read."""
    parent = os.getppid()
    attached = ctypes.CDLL(None).ptrace(_PTRACE_ATTACH, parent, 0, 0) == 0
    return not attached and _fails(Path(f"/proc/{parent}/mem").read_bytes)


def keeps_no_memory_outside(_canary: Path) -> bool:
    """No memory that no bound counts."""
    libc = ctypes.CDLL(None)
    return bool(libc.memfd_create(b"x", 0) < 0 and libc.shmget(0, 4096, 0o1600) < 0)


LOOKS: tuple[Callable[[Path], bool], ...] = (
    is_not_root,
    reads_no_file_of_the_host,
    writes_only_in_its_room,
    changes_no_file_elsewhere,
    writes_in_its_room,
    reaches_no_network,
    sees_no_other_process,
    makes_no_namespace,
    traces_nobody,
    keeps_no_memory_outside,
)


def look(canary: str) -> None:
    """All of :data:`LOOKS`."""
    _say(json.dumps({one.__name__: one(Path(canary)) for one in LOOKS}))


def keras() -> None:
    """What every student's program needs."""
    import keras

    _say(str(keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)]).count_params()))


def terminal() -> None:
    """What ``!command`` in a notebook needs."""
    import pexpect

    _say(pexpect.run("echo hello").decode().strip())


def environment() -> None:
    """Its environment, and its descriptors besides the one that lists them."""
    _say(json.dumps([sorted(os.environ.items()), len(os.listdir("/proc/self/fd")) - 1]))


def sockets(path: str, name: str) -> None:
    """Sockets of the host's: one of its file system, one without a file."""
    reached = []
    for address in (path, b"\0" + name.encode()):
        try:
            with socket.socket(socket.AF_UNIX) as one:
                one.connect(address)
            reached.append(str(address))
        except OSError:
            continue
    _say(json.dumps(reached))


def leaves(mark: str) -> None:
    """Leaves processes behind that have cut every tie."""
    for _one in range(3):
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                subprocess.Popen(_sleeper(mark), start_new_session=True)
            os._exit(0)
    time.sleep(0.5)
    _say("left")


def stays(mark: str) -> None:
    """Will not be ended: it hears no signal, and others wait for it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    leaves(mark)
    while True:
        time.sleep(60)


def kills() -> None:
    """Sends its supervisor every signal there is, and then uses processor time without end."""
    for number in range(1, 65):
        try:
            os.kill(os.getppid(), number)
        except OSError:
            continue
    _say("sent")
    while True:
        pass


def memory() -> None:
    """Memory of several processes, each within its own bound."""
    for _one in range(8):
        if os.fork() == 0:
            _kept = bytearray(os.urandom(1_000) * 200_000)
            time.sleep(60)
    time.sleep(60)


def files_in_memory() -> None:
    """Memory as files that are held in memory."""
    _fill(Path("/dev/shm"), 50_000_000)


def disk() -> None:
    """More than its disk holds."""
    _fill(Path.cwd(), 10_000_000)


def one_file() -> None:
    """A file that is too large, where there is room for it."""
    with Path("large").open("wb") as file:
        try:
            while True:
                file.write(bytes(1_000_000))
                file.flush()
        except OSError as error:
            _say(os.strerror(error.errno or 0))


def inodes() -> None:
    """Files without end, with nothing in them."""
    for number in range(10**9):
        Path(str(number)).touch()


def processes() -> None:
    """A fork bomb."""
    while True:
        try:
            os.fork()
        except OSError:
            time.sleep(0.01)


def cpu() -> None:
    """Two processes that calculate, one of which has cut every tie."""
    if os.fork() == 0:
        os.setsid()
    while True:
        pass


def hides() -> None:
    """Memory of programs that nobody may look into."""
    # Of a program whose file its owner may not read the kernel shows nobody what it holds.
    hidden = Path("hidden").absolute()
    hidden.write_bytes(Path("/bin/sh").read_bytes())
    hidden.chmod(0o111)
    # Where modes cannot be changed, there is none.
    shell = hidden if os.access(hidden, os.X_OK) else Path("/bin/sh")
    for _one in range(8):
        subprocess.Popen([shell, "-c", "x=y; while :; do x=$x$x; [ ${#x} -gt 100000000 ] && sleep 60; done"])
    time.sleep(60)


def _fill(folder: Path, part: int) -> None:
    try:
        for number in range(1_000):
            Path(folder, str(number)).write_bytes(bytes(part))
    except OSError as error:
        _say(os.strerror(error.errno or 0))
    # Long enough for a watch to look.
    time.sleep(3)


def _sleeper(mark: str) -> list[str]:
    return [sys.executable, "-I", "-c", "import signal, time\nsignal.signal(15, signal.SIG_IGN)\ntime.sleep(600)", mark]


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def _fails(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except OSError:
        return True
    return False


PROGRAMS: dict[str, Callable[..., None]] = {
    program.__name__: program
    for program in (
        look,
        keras,
        terminal,
        environment,
        sockets,
        leaves,
        stays,
        kills,
        memory,
        files_in_memory,
        disk,
        one_file,
        inodes,
        processes,
        cpu,
        hides,
    )
}


if __name__ == "__main__":
    PROGRAMS[sys.argv[1]](*sys.argv[2:])
