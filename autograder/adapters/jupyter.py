"""Warm kernels for programs that start kernels themselves: nbclient, papermill, nbgrader, JupyterLab.

A kernel specification asks for them with the metadata ``{"kernel_provisioner": {"provisioner_name":
"autograder-warm"}}``; ``python -m autograder.adapters.jupyter`` installs one, called ``autograder-warm``. The kernel
runs in a sandbox (:mod:`autograder.sandbox.warm`), in an empty folder of its own: it sees no file that stands beside
the notebook. Its client listens at sockets in a folder that the kernel does not see; it is handed them open.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import click
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Bool, List, Unicode

from autograder.exam.warmed import edition, imports
from autograder.sandbox import Forked, NotWarm, Room, Warm
from autograder.sandbox.given_sockets import PORTS

NAME = "autograder-warm"

_KERNEL = (sys.executable, "-I", "-m", "autograder.sandbox.given_sockets")

# The kernel is asked to end for so long before it is ended.
_GRACE_SECONDS = 2.0


class WarmProvisioner(LocalProvisioner):
    """Forks kernels of this process's warm one, which is started with the first of them."""

    with_keras: Any = Bool(True, help="Whether Keras is imported beforehand.").tag(config=True)
    readable: Any = List(Unicode(), help="Files and folders that the kernel may read.").tag(config=True)

    _folder: Path | None = None
    _sandbox: Forked | None = None

    @property
    def has_process(self) -> bool:
        """Whether there is a kernel, or what is left of one."""
        return self._sandbox is not None

    async def poll(self) -> int | None:
        """``None`` while the kernel runs."""
        if self._sandbox is not None and self._sandbox.running:
            return None
        # Not every client takes leave of a kernel that ended by itself.
        return await self.wait()

    async def wait(self) -> int | None:
        """Waits until the kernel has ended, and everything that came of it."""
        sandbox, self._sandbox = self._sandbox, None
        if sandbox is not None:
            await sandbox.end(_GRACE_SECONDS)
        return 0

    async def send_signal(self, signum: int) -> None:
        """Interrupts the kernel; every other signal that a client sends is to end it."""
        if self._sandbox is None:
            return
        if signum == signal.SIGINT:
            self._sandbox.interrupt()
        elif signum:
            self._sandbox.kill()

    async def kill(self, restart: bool = False) -> None:
        """Ends the kernel."""
        await self.send_signal(signal.SIGKILL)

    async def terminate(self, restart: bool = False) -> None:
        """Ends the kernel."""
        await self.send_signal(signal.SIGTERM)

    async def cleanup(self, restart: bool = False) -> None:
        """Takes the sockets away."""
        await self.wait()
        if not restart and self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Chooses where the kernel and its client meet."""
        manager: Any = self.parent
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="autograder-kernel-"))
            weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
            # Sockets of the file system: there is no network in there. They have numbers in place of ports.
            manager.cache_ports = False
            manager.transport, manager.ip = "ipc", str(self._folder / "k")
            for number, name in enumerate(PORTS, 1):
                setattr(manager, name, number)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Forks the kernel.

        Raises
        ------
        RuntimeError
            If kernels cannot be warm here.
        """
        sockets = [_listening(f"{self.connection_info['ip']}-{self.connection_info[name]}") for name in PORTS]  # type: ignore[literal-required]
        room = Room(settings=dict(self.kernel_spec.env), readable=tuple(map(Path, self.readable)))
        warm = _warm(self.with_keras, room.readable)
        sandbox = Forked(warm, _KERNEL, room, [one.fileno() for one in sockets])
        try:
            await sandbox.start()
        except NotWarm as error:
            raise RuntimeError(
                f"Kernel “{self.kernel_spec.display_name}”: a warm kernel cannot be started here: {error}. “autograder"
                " doctor” says more; a kernel specification without “kernel_provisioner” works, without a sandbox."
            ) from error
        finally:
            for one in sockets:
                one.close()
        self._sandbox = sandbox
        told = {name: _text(value) for name, value in self.connection_info.items()}
        sandbox.stdin.write(json.dumps(told).encode() + b"\n")
        await sandbox.stdin.drain()
        return self.connection_info


@cache
def _warm(with_keras: bool, readable: tuple[Path, ...]) -> Warm:
    """The process that is forked: one for all kernels that this process starts."""
    warm = Warm(imports(with_keras=with_keras), readable, edition())
    atexit.register(warm.close)
    return warm


def _listening(path: str) -> socket.socket:
    # A kernel that was there before is no more.
    Path(path).unlink(missing_ok=True)
    one = socket.socket(socket.AF_UNIX)
    one.bind(path)
    one.listen()
    # As the kernel's own sockets are: what listens there must never wait for one client.
    one.setblocking(False)
    return one


def _text(value: Any) -> Any:
    return value.decode() if isinstance(value, bytes) else value


@click.command()
@click.option("--user/--environment", default=False, help="For this user, or for this Python environment.")
def main(user: bool) -> None:
    """Installs a kernel specification whose kernels are warm and in a sandbox."""
    specification = {
        "argv": ["python", "-P", "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (autograder, warm)",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": NAME}},
    }
    with tempfile.TemporaryDirectory(prefix="autograder-") as folder:
        os.chmod(folder, 0o755)
        Path(folder, "kernel.json").write_text(json.dumps(specification, indent=1))
        place = {"user": True} if user else {"prefix": sys.prefix}
        click.echo(KernelSpecManager().install_kernel_spec(folder, NAME, **place))


if __name__ == "__main__":
    main()
