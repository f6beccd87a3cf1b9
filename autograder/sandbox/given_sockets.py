"""A kernel whose client is outside: on sockets that were made there, and of which no path is seen in here.

Run in a forked process as ``autograder.sandbox.given_sockets``: it reads one line of JSON from its standard input, the
connection's, and has the sockets that it names as descriptors from number 4 on, in the order of :data:`PORTS`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zmq
from ipykernel.heartbeat import Heartbeat
from ipykernel.kernelapp import IPKernelApp

from autograder.sandbox.kernels import become_kernel

PORTS = ("shell_port", "iopub_port", "stdin_port", "control_port", "hb_port")

_FIRST_DESCRIPTOR = 4


def main() -> None:
    """Is the kernel until it is shut down."""
    connection = json.loads(sys.stdin.readline())
    with open(os.devnull, "r+b") as nothing:
        for stream in (0, 1, 2):
            os.dup2(nothing.fileno(), stream)
    path = Path(os.environ["TMPDIR"], "kernel.json")
    path.write_text(json.dumps(connection))
    become_kernel(str(path), _application({connection[name]: _FIRST_DESCRIPTOR + n for n, name in enumerate(PORTS)}))


def _application(given: Mapping[int, int]) -> type[Any]:
    """The kernel's application, with a descriptor for each port."""

    class OnGivenSockets(IPKernelApp):  # type: ignore[misc,unused-ignore]
        name = IPKernelApp.name

        def _try_bind_socket(self, s: Any, port: int) -> int:
            s.setsockopt(zmq.USE_FD, given[port])
            return int(super()._try_bind_socket(s, port))  # type: ignore[no-untyped-call,unused-ignore]

        def init_heartbeat(self) -> None:
            beat: Any = Beating
            self.heartbeat = beat(zmq.Context(), (self.transport, self.ip, self.hb_port))
            self.heartbeat.start()

    class Beating(Heartbeat):  # type: ignore[misc,unused-ignore]
        def _try_bind_socket(self) -> Any:
            self.socket.setsockopt(zmq.USE_FD, given[self.port])
            return super()._try_bind_socket()  # type: ignore[no-untyped-call,unused-ignore]

    return OnGivenSockets


if __name__ == "__main__":
    main()
