"""The student's side of the wall: a real Jupyter kernel, and what speaks with it, both inside the sandbox.

Started as ``python -I -m autograder.exam.kernel [PREFIX…]``, with what the kernel's own command begins with. It takes
orders over its standard input and answers over its standard output (:mod:`autograder.exam.frames`). Nothing here is
trusted: a student's program has the same identity as this one and may end it or answer in its place. So no verdict,
limit or secret is here; whatever comes out is read on the other side as a claim of the student's.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

import autograder.exam.leaner  # noqa: F401 - before Jupyter's

# isort: split
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from autograder.exam import frames
from autograder.exam.files import write_files
from autograder.sandbox.forks import came_of_a_fork
from autograder.sandbox.kernels import ForkedProvisioner, WaitingKernel, kernel_command

if TYPE_CHECKING:
    from nbclient import NotebookClient

    from autograder.exam.errands import Errands

# Of its own: without one, nbclient takes the logger of the program that it runs in.
_SILENT = logging.getLogger("autograder.kernel")
_SILENT.disabled = True

_PRELUDE = (
    "__import__('importlib').import_module('autograder.exam.student').begin(with_keras={with_keras},"
    " training={training!r});"
)

# Importing TensorFlow, once a kernel; a machine under load has been seen to need half a minute.
START_SECONDS = 180

# How often a silent kernel is asked whether it still lives.
_POLL_SECONDS = 1.0

# How often it is looked whether a kernel listens, and how long it is waited at first for what may have been missed.
_LOOK_SECONDS = 0.002
_FIRST_SECONDS = 0.25

_MOST_OUTPUTS = 200
_SHOWN: tuple[Literal["text/plain", "image/png", "image/jpeg"], ...] = ("text/plain", "image/png", "image/jpeg")


def main() -> None:
    """Answers the grader until it closes the pipe."""
    # Where this process was forked, its kernel is too: now, for later there are threads.
    waiting = WaitingKernel() if came_of_a_fork() else None
    asyncio.run(_Desk(*frames.channel(), waiting).serve())


class _Desk:
    """One kernel and its client."""

    def __init__(self, requests: BinaryIO, replies: BinaryIO, waiting: WaitingKernel | None) -> None:
        self._requests = requests
        self._replies = replies
        self._waiting = waiting
        self._client: Any = None
        self._errands: Errands | None = None
        self._cells = 0

    async def serve(self) -> None:
        while (received := frames.read(self._requests, frames.ToStudent)) is not None:
            message, buffers = received
            match message:
                case frames.Begin():
                    try:
                        problem = await self._begin(message, buffers)
                    except (OSError, ValueError) as error:
                        problem = f"{type(error).__name__}: {error}"
                    frames.write(self._replies, frames.Started(problem))
                case frames.Run(source):
                    with self._training():
                        ran = await self._run(source)
                    frames.write(self._replies, ran)
                case frames.Ask():
                    with self._training():
                        answer, parts = await self._ask(buffers)
                    frames.write(self._replies, answer, parts)

    def _training(self) -> contextlib.AbstractContextManager[None]:
        """While this is open the kernel may ask for trainings."""
        return contextlib.nullcontext() if self._errands is None else self._errands.allowed()

    async def _begin(self, begin: frames.Begin, contents: Sequence[bytes]) -> str:
        write_files(dict(zip(begin.files, contents, strict=True)), Path.cwd())
        if begin.training:
            from autograder.exam.errands import Errands

            self._errands = Errands(self._requests, self._replies)
        manager = AsyncKernelManager(
            kernel_spec_manager=_Specs(),
            # Sockets of the file system: there is no network.
            transport="ipc",
            ip=os.path.join(os.environ["TMPDIR"], "ipc"),
            connection_file=os.path.join(os.environ["TMPDIR"], "kernel.json"),
        )
        if self._waiting is not None:
            forked = ForkedProvisioner(kernel_id="", kernel_spec=manager.kernel_spec, parent=manager)
            forked.waiting = self._waiting
            manager.provisioner = forked
        await manager.start_kernel(cwd=os.getcwd(), stdout=DEVNULL, stderr=DEVNULL)
        await _listening(manager)
        channels: Any = manager.client()
        channels.start_channels()
        channels.allow_stdin = False
        # The kernel starts meanwhile: to import this takes as long.
        from nbclient.exceptions import DeadKernelError

        self._client = _client(manager, channels, float(begin.output_bytes))
        try:
            await _ready(channels)
            cell = await self._execute(_PRELUDE.format(with_keras=begin.with_keras, training=begin.training))
        except (RuntimeError, DeadKernelError) as error:
            return str(error)
        problem = next((output for output in cell.outputs if output.output_type == "error"), None)
        return "" if problem is None else f"{problem.ename}: {problem.evalue}"

    async def _run(self, source: str) -> frames.Ran:
        from nbclient.exceptions import DeadKernelError

        ended: frames.Ended = ""
        try:
            await self._execute(source)
        except DeadKernelError:
            ended = "died"
        except Exception:  # noqa: BLE001 - a kernel that a student took over may send any bytes whatever
            ended = "disturbed"
        # What flooded may have ended by itself before it could be stopped.
        if self._client.flooded:
            ended = "flooded"
        return frames.Ran(told(self._client.nb.cells[-1].outputs), ended)

    async def _execute(self, source: str) -> Any:
        from nbformat.v4 import new_code_cell

        cell = new_code_cell(source)
        self._client.nb.cells.append(cell)
        self._cells += 1
        return await self._client.async_execute_cell(cell, self._cells - 1)

    async def _ask(self, buffers: Sequence[bytes]) -> tuple[frames.Answered, Sequence[Any]]:
        """Hands a request to the kernel and waits for its reply."""
        channels = self._client.kc
        comm = uuid.uuid4().hex
        message = channels.session.msg("comm_open", {"comm_id": comm, "target_name": "autograder", "data": {}})
        message["buffers"] = list(buffers)
        channels.shell_channel.send(message)
        answer: Sequence[Any] = ()
        while True:
            try:
                told = await channels.get_iopub_msg(timeout=_POLL_SECONDS)
                kind, content = told["msg_type"], told["content"]
                ours = told["parent_header"].get("msg_id") == message["header"]["msg_id"]
                if ours and kind == "comm_msg" and content.get("comm_id") == comm:
                    # The grader knows which of several is the reply: the last has the last word.
                    answer = told.get("buffers") or answer
                elif ours and kind == "status" and content.get("execution_state") == "idle":
                    return frames.Answered(), answer
                elif self._client.overflows(told):
                    return frames.Answered("flooded"), ()
            except Empty:
                if not await channels.is_alive():
                    return frames.Answered("died"), ()
            except Exception:  # noqa: BLE001 - a kernel that a student took over may send any bytes whatever
                return frames.Answered("disturbed"), ()


class _Specs(KernelSpecManager):
    """Knows one kernel: this interpreter's. What a notebook's metadata ask for is not heard."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one kernel, whatever it is called."""
        argv = [*sys.argv[1:], *kernel_command(sys.executable, "{connection_file}")]
        return KernelSpec(argv=argv, display_name="Python 3", language="python")


async def _listening(manager: AsyncKernelManager) -> None:
    """Waits until the kernel's sockets are there: who comes too early tries again only after a tenth of a second."""
    ports = [port for name, port in manager.get_connection_info().items() if name.endswith("_port")]
    missing = [f"{manager.ip}-{port}" for port in ports]
    while missing and await manager.is_alive():
        missing = [path for path in missing if not os.path.exists(path)]
        await asyncio.sleep(_LOOK_SECONDS)


async def _ready(channels: Any) -> None:
    """Waits until the kernel answers and is heard. The client's own way then listens for what else may come."""
    asked, patience = set(), _FIRST_SECONDS
    deadline = monotonic() + START_SECONDS
    while monotonic() < deadline:
        asked.add(channels.kernel_info())
        with contextlib.suppress(Empty):
            while True:
                told = await channels.get_iopub_msg(timeout=patience)
                ours = told["parent_header"].get("msg_id") in asked
                if ours and told["content"].get("execution_state") == "idle":
                    return
        if not await channels.is_alive():
            raise RuntimeError("the kernel ended while it started")
        patience = min(2 * patience, _POLL_SECONDS)
    raise RuntimeError(f"the kernel did not answer within {START_SECONDS} seconds")


def _client(manager: AsyncKernelManager, channels: Any, output_limit: float) -> NotebookClient:
    from nbclient import NotebookClient
    from nbformat.v4 import new_notebook

    class Bounded(NotebookClient):
        """nbclient with a bound on what it will hold: 300 MB printed have made it take up 926 MB."""

        flooded = False
        _received = 0

        def overflows(self, msg: Mapping[str, Any]) -> bool:
            """Counts what a message holds; whether all of them hold too much."""
            if msg["msg_type"] not in {"status", "execute_input"}:
                self._received += _weight(msg["content"]) + sum(len(buffer) for buffer in msg.get("buffers") or ())
            return self._received > output_limit

        def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
            """Counts what a cell puts out, and ends the kernel when it is too much."""
            if not self.overflows(msg):
                return super().process_message(msg, cell, cell_index)
            if not self.flooded:
                self.flooded = True
                self._ending = asyncio.ensure_future(manager.shutdown_kernel(now=True))
            if msg["msg_type"] == "status":
                return super().process_message(msg, cell, cell_index)
            return None

        def handle_comm_msg(self, outs: Any, msg: dict[str, Any], cell_index: int) -> None:
            """Widgets are nobody's answer: nothing is kept of them."""

    client = Bounded(
        new_notebook(),
        km=manager,
        allow_errors=True,
        store_widget_state=False,
        skip_cells_with_tag="",
        timeout=None,
        log=_SILENT,
    )
    client.kc = channels
    client.reset_execution_trackers()
    return client


def told(outputs: Iterable[Mapping[str, Any]]) -> list[frames.Output]:
    """What a cell put out, as it may cross: the first 200, among them the error that ended the cell.

    A kernel sends what is printed as often as its clock says, in the middle of a line or of a progress bar, too: parts
    of a stream that follow each other are one output, as Jupyter shows them.
    """
    # nbclient's coalesce_streams joins those before and after a picture, too, and none of a cell that ends its kernel.
    joined = _joined(map(_output, outputs))
    first = list(islice(joined, _MOST_OUTPUTS))
    error = [output for output in joined if output.output_type == "error"][:1]
    return first[: _MOST_OUTPUTS - len(error)] + error


def _joined(outputs: Iterable[frames.Output]) -> Iterator[frames.Output]:
    for (kind, name), parts in groupby(outputs, key=lambda output: (output.output_type, output.name)):
        if kind == "stream":
            yield frames.Output("stream", name, "".join(part.text for part in parts))
        else:
            yield from parts


def _output(output: Mapping[str, Any]) -> frames.Output:
    """Of an output what may cross, as text that JSON has a form for."""
    kind = output.get("output_type")
    data = output.get("data")
    lines = output.get("traceback")
    return frames.Output(
        output_type=kind if kind in {"stream", "error", "display_data"} else "execute_result",
        **{name: _text(output.get(name, "")) for name in ("name", "text", "ename", "evalue")},
        traceback=[_text(line) for line in lines] if isinstance(lines, list) else [],
        data={kind: _text(data[kind]) for kind in _SHOWN if kind in data} if isinstance(data, Mapping) else {},
    )


def _text(value: Any) -> str:
    text = "".join(map(str, value)) if isinstance(value, list) else str(value)
    return text.encode("utf-8", "replace").decode()


def _weight(value: Any) -> int:
    """About how many bytes a message's content takes up."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        # An empty output is not nothing: there may be millions.
        return sum(_weight(name) + _weight(item) for name, item in value.items())
    if isinstance(value, list):
        return sum(_weight(item) for item in value)
    return 8


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
