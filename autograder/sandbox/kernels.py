"""Jupyter kernels that are forked and not started: what ``python -P -m ipykernel_launcher`` is, without the seconds."""

from __future__ import annotations

import os
import signal
import sys
from importlib.util import find_spec
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

_WITHOUT_HISTORY = "--HistoryManager.enabled=False"

_MOST_OF_A_NAME = 4_096
_ALL_DESCRIPTORS = 1 << 20


class WaitingKernel:
    """A process that will be a kernel. It is forked before its client starts a thread, and waits for its file."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        # Nothing of this process may come out of both.
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _wait(reading)
        os.close(reading)

    def becomes_kernel(self, connection_file: str) -> ForkedProcess:
        """It starts, and its client finds it where the file says."""
        os.write(self._writing, connection_file.encode())
        os.close(self._writing)
        return ForkedProcess(self.pid)


class ForkedProcess:
    """A forked process, as :class:`subprocess.Popen` has those that it starts."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit status, once it has one."""
        return self._reaped(os.WNOHANG)

    def wait(self) -> int | None:
        """Its exit status, when it has one."""
        return self._reaped(0)

    def send_signal(self, number: int) -> None:
        """Sends it a signal, where it still runs."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Asks it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it."""
        self.send_signal(signal.SIGKILL)

    def _reaped(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class ForkedProvisioner(LocalProvisioner):
    """Where a kernel manager's kernel is a process that was forked beforehand."""

    waiting: WaitingKernel

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Lets the process that waits be the kernel; the command is what it would be started with."""
        manager: Any = self.parent
        # It has Popen's form.
        self.process = self.waiting.becomes_kernel(manager.connection_file)  # type: ignore[assignment]
        self.pid = self.pgid = self.waiting.pid
        return self.connection_info


def kernel_command(python: str, connection_file: str) -> list[str]:
    """The command of a kernel that is started."""
    # -P: what was handed in beside the notebook is found when it is asked for, and not while the kernel starts.
    return [python, "-P", "-m", "ipykernel_launcher", "-f", connection_file, _WITHOUT_HISTORY]


def become_kernel(connection_file: str, application: Any = None) -> None:
    """Is a kernel in this process until it is shut down; ``application`` may be another class than IPython's own."""
    from ipykernel.kernelapp import IPKernelApp

    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), "-f", connection_file, _WITHOUT_HISTORY]
    (application or IPKernelApp).launch_instance()


def _wait(reading: int) -> None:
    """What the forked process does; it does not return."""
    os.setsid()
    os.dup2(reading, 3)
    os.closerange(4, _ALL_DESCRIPTORS)
    with open(os.devnull, "r+b") as nothing:
        for stream in (0, 1, 2):
            os.dup2(nothing.fileno(), stream)
    connection_file = os.read(3, _MOST_OF_A_NAME).decode()
    os.close(3)
    if connection_file:
        become_kernel(connection_file)
    sys.exit(0)
