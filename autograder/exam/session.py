"""A student's notebook in a real Jupyter kernel: cells go in, values come out as plain data."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
import re
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from queue import Empty
from subprocess import DEVNULL
from time import monotonic
from typing import Any

import msgspec
import zmq
import zmq.asyncio
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook
from traitlets import Float, Instance

from autograder.exam.crossing import NotPlain, Refused, Request, Value, checked_reply
from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.i18n import _
from autograder.report import CellError
from autograder.sandbox import Layer

# Of its own: without one, nbclient takes the logger of the program that it runs in.
_SILENT = logging.getLogger("autograder.kernel")
_SILENT.disabled = True

_PRELUDE = "__import__('importlib').import_module('autograder.exam.student').begin(with_keras={with_keras});"

# Importing TensorFlow, once a kernel; a machine under load has been seen to need half a minute.
_START_SECONDS = 180

# How often a silent kernel is asked whether it still lives.
_POLL_SECONDS = 1.0

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"(?:Cell In\[\d+\], line |^-+> ?)(\d{1,6})\b", re.MULTILINE)
_MAX_TRACEBACK = 100_000


class KernelFault(RuntimeError):
    """The kernel could not be started or did not answer for a reason that is ours."""


@dataclass(frozen=True, slots=True)
class Crossed:
    """What came out of the kernel: values by name, and the numbers of their arrays."""

    values: Mapping[str, Value]
    buffers: Sequence[bytes] = ()


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a cell."""

    error: CellError | None = None
    """How it failed."""
    outputs: Sequence[Mapping[str, Any]] = ()
    """As the kernel sent them: see :func:`autograder.exam.outputs.rebuilt`."""


class StudentSession:
    """One kernel. ``ended`` says why it runs no more cells; it is empty while it does."""

    def __init__(
        self, layer: Layer, limits: Limits, settings: Mapping[str, str] | None = None, *, with_keras: bool = True
    ) -> None:
        self.ended = ""
        self._with_keras = with_keras
        self._layer = layer
        self._limits = limits
        self._settings = settings or {}
        self._deadline = monotonic() + limits.notebook_seconds
        self._numbers = itertools.count(1)
        self._cells = itertools.count(1)
        self._client: _BoundedClient | None = None
        self._work: Path | None = None

    @property
    def work(self) -> Path:
        """The directory that the student's cells run in. Only while the session runs."""
        if self._work is None:
            raise KernelFault("the session is used before it runs")
        return self._work

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[StudentSession]:
        """Starts the kernel in an empty directory, and ends it and all its files."""
        with tempfile.TemporaryDirectory(prefix="autograder-") as directory, _context(self._limits) as context:
            # The homes of Keras and Jupyter are not where the student works: that is empty.
            room = Path(directory) / "room"
            self._work = work = room / "work"
            work.mkdir(parents=True)
            manager = AsyncKernelManager(
                kernel_spec_manager=_Specs(self._layer, room),
                # Sockets in a directory of our own: ports of a machine are shared, and have been raced for.
                transport="ipc",
                ip=str(Path(directory) / "ipc"),
                connection_file=str(Path(directory) / "kernel.json"),
            )
            channels: Any = None
            try:
                await manager.start_kernel(
                    cwd=str(work),
                    env={**self._layer.environment(room), **self._settings},
                    stdout=DEVNULL,
                    stderr=DEVNULL,
                )
                channels = manager.client(context=context)
                channels.start_channels()
                channels.allow_stdin = False
                self._client = _BoundedClient(
                    new_notebook(),
                    km=manager,
                    kc=channels,
                    allow_errors=True,
                    store_widget_state=False,
                    skip_cells_with_tag="",
                    output_limit=float(self._limits.output_bytes),
                    log=_SILENT,
                )
                self._client.reset_execution_trackers()
                await self._prepare(channels)
                self._deadline = monotonic() + self._limits.notebook_seconds
                yield self
            finally:
                if channels is not None:
                    channels.stop_channels()
                await manager.shutdown_kernel(now=True)
                if self._client is not None:
                    await self._client.settled()

    async def _prepare(self, channels: Any) -> None:
        try:
            await channels.wait_for_ready(timeout=_START_SECONDS)
            cell = await self._execute(_PRELUDE.format(with_keras=self._with_keras), _START_SECONDS)
        except (RuntimeError, CellTimeoutError, DeadKernelError) as error:
            _stay_cancelled()
            raise KernelFault(f"the student's kernel did not start: {error}") from error
        problem = next((output for output in cell.outputs if output.output_type == "error"), None)
        if problem is not None:
            raise KernelFault(f"the student's kernel is not ready: {problem.ename}: {problem.evalue}")

    async def run(self, cell: Cell) -> Ran:
        """Runs a cell. What ends the notebook is told in :attr:`ended`."""
        if self.ended or not cell.source.strip():
            return Ran()
        left = self._deadline - monotonic()
        seconds = min(self._limits.cell_seconds, max(left, 1.0))
        where = _cell_name(cell)
        try:
            await self._execute(cell.source, seconds)
        except CellTimeoutError:
            self.ended = _(
                "{cell} did not finish within {seconds:g} seconds, so the notebook was stopped there"
            ).format(cell=where, seconds=seconds)
        except DeadKernelError:
            _stay_cancelled()
            self.ended = _("{cell} ended the kernel, so no later cell could run").format(cell=where)
        except Exception:  # noqa: BLE001 - a kernel that a student took over may send any bytes whatever
            self.ended = _("{cell} disturbed the kernel, so no later cell could run").format(cell=where)
        # What flooded may have ended by itself before it could be stopped.
        if self._running.flooded:
            self.ended = _("{cell} printed more than {limit:,} bytes, so the notebook was stopped there").format(
                cell=where, limit=self._limits.output_bytes
            )
        outputs = list(self._running.nb.cells[-1].outputs)
        if not self.ended:
            problem = next((one for one in outputs if one.get("output_type") == "error"), None)
            return Ran(_cell_error(cell, problem) if problem else None, outputs)
        await self._kill()
        return Ran(CellError(grade_id=cell.grade_id, position=cell.position, error=self.ended), outputs)

    async def values(self, names: Sequence[str]) -> Crossed:
        """The values that names have now. All are refused, with the reason, once the notebook has ended."""
        if self.ended:
            return Crossed({name: Refused(reason=self.ended, missing=True) for name in names})
        if not names:
            return Crossed({})
        request = Request(next(self._numbers), names=list(names), limit=self._limits.crossing_bytes)
        crossed = await self._request(request, (), self._limits.crossing_seconds)
        if crossed is None:
            await self._kill()
            self.ended = self.ended or _("the notebook's kernel did not hand over its values")
            return await self.values(names)
        return Crossed(
            {name: crossed.values.get(name, Refused(reason="", missing=True)) for name in names}, crossed.buffers
        )

    async def call(
        self,
        name: str,
        arguments: list[Value],
        keywords: Mapping[str, Value],
        buffers: Sequence[bytes],
        without: Sequence[str] = (),
    ) -> Crossed:
        """Calls a function of the student's, with the names ``without`` taken away for as long as it runs.

        The answer is under ``"return"`` or ``"raise"``.
        """
        if self.ended:
            return Crossed({"raise": Refused(reason=self.ended)})
        request = Request(
            next(self._numbers),
            call=name,
            arguments=arguments,
            keywords=dict(keywords),
            without=list(without),
            limit=self._limits.crossing_bytes,
        )
        left = self._deadline - monotonic()
        crossed = await self._request(request, buffers, min(self._limits.call_seconds, max(left, 1.0)))
        if crossed is None:
            await self._kill()
            self.ended = self.ended or _("the function “{name}” did not return within {seconds:g} seconds").format(
                name=name, seconds=self._limits.call_seconds
            )
            return Crossed({"raise": Refused(reason=self.ended)})
        return crossed

    async def _execute(self, source: str, seconds: float) -> Any:
        client = self._running
        client.timeout = ceil(seconds)
        cell = new_code_cell(source)
        index = next(self._cells) - 1
        client.nb.cells.append(cell)
        return await client.async_execute_cell(cell, index)

    async def _request(self, request: Request, buffers: Sequence[bytes], seconds: float) -> Crossed | None:
        """Sends a request and waits for its reply; ``None`` if none came in time or the kernel died."""
        client = self._running
        channels: Any = client.kc
        comm = uuid.uuid4().hex
        message = channels.session.msg("comm_open", {"comm_id": comm, "target_name": "autograder", "data": {}})
        message["buffers"] = [msgspec.json.encode(request), *buffers]
        channels.shell_channel.send(message)
        deadline = monotonic() + seconds
        crossed = None
        while monotonic() < deadline:
            try:
                answer = await channels.get_iopub_msg(timeout=_POLL_SECONDS)
                kind, content = answer["msg_type"], answer["content"]
                ours = answer["parent_header"].get("msg_id") == message["header"]["msg_id"]
                if ours and kind == "comm_msg" and content.get("comm_id") == comm:
                    crossed = _crossed(request, answer.get("buffers") or []) or crossed
                elif ours and kind == "status" and content.get("execution_state") == "idle":
                    # Without a reply the answering side failed: that is the student's own doing.
                    return crossed or Crossed({})
                elif client.overflows(answer):
                    self.ended = _("the notebook went on printing: more than {limit:,} bytes").format(
                        limit=self._limits.output_bytes
                    )
                    return None
            except Empty:
                if not await channels.is_alive():
                    self.ended = _("the notebook's kernel ended while its values were asked for")
                    return None
            except Exception:  # noqa: BLE001 - a kernel that a student took over may send any bytes whatever
                self.ended = _("the notebook's kernel was disturbed, so that it hands over no values")
                return None
        return None

    async def _kill(self) -> None:
        await self._running.km.shutdown_kernel(now=True)

    @property
    def _running(self) -> _BoundedClient:
        if self._client is None:
            raise KernelFault("the session is used before it runs")
        return self._client


class _BoundedClient(NotebookClient):
    """nbclient with a bound on what it will hold: 300 MB printed have made it take up 926 MB."""

    output_limit = Float()
    km: Any = Instance(AsyncKernelManager)

    def __init__(self, nb: Any, km: Any, kc: Any, **traits: Any) -> None:
        super().__init__(nb, km, **traits)
        self.kc = kc
        self.flooded = False
        self._received = 0
        self._ending: asyncio.Future[Any] | None = None

    def overflows(self, msg: Mapping[str, Any]) -> bool:
        """Counts what a message holds; whether all of them hold too much."""
        if msg["msg_type"] not in {"status", "execute_input"}:
            self._received += _weight(msg["content"]) + sum(len(buffer) for buffer in msg.get("buffers") or ())
        return self._received > self.output_limit

    def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
        """Counts what a cell puts out, and ends the kernel when it is too much."""
        if not self.overflows(msg):
            return super().process_message(msg, cell, cell_index)
        if not self.flooded:
            self.flooded = True
            self._ending = asyncio.ensure_future(self.km.shutdown_kernel(now=True))
        if msg["msg_type"] == "status":
            return super().process_message(msg, cell, cell_index)
        return None

    def handle_comm_msg(self, outs: Any, msg: dict[str, Any], cell_index: int) -> None:
        """Widgets are nobody's answer: nothing is kept of them."""

    async def settled(self) -> None:
        """Waits for what was begun to end a flood."""
        if self._ending is not None:
            await asyncio.wait([self._ending])


class _Specs(KernelSpecManager):
    """Knows one kernel: this interpreter's, inside the layer. What a notebook's metadata ask for is not heard."""

    def __init__(self, layer: Layer, directory: Path) -> None:
        super().__init__()
        self._layer = layer
        self._directory = directory

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The one kernel, whatever it is called."""
        argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", "--HistoryManager.enabled=False"]
        return KernelSpec(argv=self._layer.command(argv, self._directory), display_name="Python 3", language="python")


@contextlib.contextmanager
def _context(limits: Limits) -> Any:
    context = zmq.asyncio.Context()
    # A message that is larger is not even received: the grader's memory is not the student's to fill.
    context.setsockopt(zmq.MAXMSGSIZE, limits.crossing_bytes + 1_000_000)
    try:
        yield context
    finally:
        context.destroy(linger=0)


def _crossed(request: Request, buffers: Sequence[Any]) -> Crossed | None:
    """The reply, if it keeps to the grammar and answers this request."""
    if not buffers:
        return Crossed({})
    try:
        reply = checked_reply(bytes(buffers[0]))
    except NotPlain as error:
        reason = _("what the notebook handed over is not plain data: {error}").format(error=error)
        return Crossed({name: Refused(reason=reason) for name in (*request.names, "raise")})
    if reply.number != request.number:
        return None
    return Crossed(reply.values, [bytes(buffer) for buffer in buffers[1:]])


def _weight(value: Any) -> int:
    """About how many bytes a message's content takes up."""
    if isinstance(value, str | bytes):
        return len(value)
    if isinstance(value, Mapping):
        return sum(_weight(item) for item in value.values())
    if isinstance(value, list):
        return sum(_weight(item) for item in value)
    return 8


def _cell_name(cell: Cell) -> str:
    if cell.grade_id:
        return _("The cell “{name}”").format(name=cell.grade_id)
    return _("Code cell {number}").format(number=cell.position)


def _cell_error(cell: Cell, problem: Any) -> CellError:
    traceback = _ESCAPES.sub("", "\n".join(str(line) for line in problem["traceback"])[:_MAX_TRACEBACK])
    line = _LINE.search(traceback)
    text = str(problem["evalue"])[:2_000]
    error = _ESCAPES.sub("", f"{str(problem['ename'])[:200]}: {text}" if text else str(problem["ename"])[:200])
    return CellError(
        grade_id=cell.grade_id,
        position=cell.position,
        # Half a character is no text: it could be neither shown nor stored.
        error=error.strip()[:500].encode("utf-8", "replace").decode(),
        line=int(line[1]) if line else None,
    )


def _stay_cancelled() -> None:
    """Raises again what nbclient takes for a dead kernel: that the whole run is being ended."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
