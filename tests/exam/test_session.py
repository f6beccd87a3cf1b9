"""A student's kernel: what goes in, what comes out, and what ends it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.exam.crossing import Array, Function, Items, Refused, Scalar, Value
from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.exam.session import Crossed, KernelFault, StudentSession
from autograder.report import CellError
from autograder.sandbox import Prepared, Room, TrustedProcess, strongest_layer
from tests.exam.conftest import leftovers

LIMITS = Limits(cell_seconds=120, call_seconds=120, output_bytes=100_000)


class Desk:
    """One kernel, asked step by step."""

    def __init__(self, runner: asyncio.Runner, limits: Limits = LIMITS) -> None:
        self._run = runner.run
        self._stack = contextlib.AsyncExitStack()
        self.session = StudentSession(strongest_layer(), limits)
        self._run(self._stack.enter_async_context(self.session.running()))

    def close(self) -> None:
        self._run(self._stack.aclose())

    def cell(self, source: str, position: int = 1, grade_id: str = "") -> CellError | None:
        return self._run(self.session.run(Cell(source=source, position=position, grade_id=grade_id))).error

    def shows(self, source: str) -> Sequence[Mapping[str, Any]]:
        return self._run(self.session.run(Cell(source=source, position=1))).outputs

    def values(self, *names: str) -> Crossed:
        return self._run(self.session.values(names))

    def value(self, name: str) -> Value:
        return self.values(name).values[name]

    def call(self, name: str, *arguments: Value, buffers: Sequence[bytes] = (), **keywords: Value) -> Crossed:
        return self._run(self.session.call(name, list(arguments), keywords, buffers))


@pytest.fixture(scope="module")
def desk(runner: asyncio.Runner, secret: str) -> Iterator[Desk]:
    desk = Desk(runner)
    yield desk
    desk.close()


def test_values_are_those_that_names_have_when_they_are_asked_for(desk: Desk) -> None:
    assert desk.cell("x = 1") is None
    assert desk.value("x") == Scalar(1)
    desk.cell("x = [x, 2.5]")
    assert desk.value("x") == Items("list", [Scalar(1), Scalar(2.5)])
    desk.cell("del x")
    assert desk.value("x") == Refused("", missing=True)


def test_arrays_come_out_with_their_numbers(desk: Desk) -> None:
    desk.cell("import numpy as np\na = np.arange(3, dtype='>i2')\nb = np.empty((0, 2))\nc = np.ones(())")
    crossed = desk.values("a", "b", "c")
    assert crossed.values == {
        "a": Array("int16", [3], 0),
        "b": Array("float64", [0, 2], 1),
        "c": Array("float64", [], 2),
    }
    assert crossed.buffers == [b"\0\0\1\0\2\0", b"", np.ones(1).tobytes()]


def test_one_value_that_has_no_form_takes_no_other_with_it(desk: Desk) -> None:
    desk.cell("good, bad, odd = 1, {'\\ud800': 1}, object()")
    assert desk.values("good", "bad", "odd").values == {
        "good": Scalar(1),
        "bad": Refused("a text with half a character in it"),
        "odd": Refused("an object of type object is no plain data"),
    }


def test_a_cell_that_raises_says_what_and_on_which_line(desk: Desk) -> None:
    assert desk.cell("y = 1\nz = undefined", 7, "a") == CellError(
        grade_id="a", position=7, error="NameError: name 'undefined' is not defined", line=2
    )
    assert desk.cell("raise NotImplementedError()") == CellError(
        grade_id="", position=1, error="NotImplementedError", line=1
    )
    assert desk.cell("def f():\n    return 1 / 0") is None
    assert desk.cell("f()") == CellError(grade_id="", position=1, error="ZeroDivisionError: division by zero", line=1)
    assert desk.value("y") == Scalar(1)


def test_a_syntax_error_and_a_magic_that_fails_are_told(desk: Desk) -> None:
    error = desk.cell("x = (1")
    assert error is not None
    assert error.error.startswith("SyntaxError: ")
    assert error.line == 1
    error = desk.cell("%no_such_magic")
    assert error is None or error.error.startswith("UsageError")


def test_an_error_is_bounded_and_plain_text(desk: Desk) -> None:
    error = desk.cell("raise ValueError('\\x1b[31mred\\x1b[0m \\udc80' + 'x' * 1_000)")
    assert error is not None
    assert error.error.startswith("ValueError: red ")
    assert len(error.error) == 500
    assert error.error.encode()


def test_sys_exit_ends_its_cell_and_not_the_notebook(desk: Desk) -> None:
    error = desk.cell("import sys\nsys.exit(3)")
    assert error is not None
    assert error.error == "SystemExit: 3"
    assert desk.cell("after = 1") is None
    assert desk.value("after") == Scalar(1)


def test_magics_and_displays_work(desk: Desk) -> None:
    assert desk.cell("%who\ndisplay(3)\n!echo hello\n4") is None
    desk.cell("files = !echo a")
    assert desk.value("files") == Items("list", [Scalar("a")])


_COUNTED = """\
import matplotlib.pyplot as plt
from matplotlib.figure import Figure

def counted(figure, *arguments, draw=Figure.draw):
    drawn.append(figure)
    return draw(figure, *arguments)

drawn, Figure.draw = [], counted
"""


def test_a_line_that_the_kernel_sends_in_two_parts_is_shown_as_one(desk: Desk) -> None:
    slowly = "for part in ('0.126', ' 0.961', '\\n'): print(part, end='', flush=True)"
    assert desk.shows(slowly) == [{"output_type": "stream", "name": "stdout", "text": "0.126 0.961\n"}]


def test_an_error_after_many_outputs_and_a_picture_after_many_lines_are_told(desk: Desk) -> None:
    many = "from IPython.display import display\nfor number in range(300): display(number)\n1 / 0"
    error = "ZeroDivisionError: division by zero"
    assert desk.cell(many) == CellError(grade_id="", position=1, error=error, line=3)
    lines = "for number in range(300): print(number, flush=True)\ndisplay('last')"
    assert [output["output_type"] for output in desk.shows(lines)] == ["stream", "display_data"]


def test_a_figure_is_shown_once_and_not_drawn_again_for_nobody(desk: Desk) -> None:
    assert desk.cell(_COUNTED) is None
    (shown,) = desk.shows("figure, axis = plt.subplots()")
    assert set(shown["data"]) == {"text/plain", "image/png"}
    # To print it, Matplotlib measures it first.
    assert desk.cell("times, left = drawn.count(figure), plt.get_fignums()") is None
    assert desk.values("times", "left").values == {"times": Scalar(2), "left": Items("list", [])}


def test_functions_are_called_with_plain_data_and_answer_with_it(desk: Desk) -> None:
    desk.cell(
        "import numpy as np\n"
        "def double(x, plus=0): return x * 2 + plus\n"
        "def fails(x): raise KeyError(x)\n"
        "def exits(): raise SystemExit(2)\n"
        "def junk(): return object()\n"
        "def mutters(): print('text'); return None"
    )
    assert desk.value("double") == Function("double")
    assert desk.call("double", Scalar(4)).values == {"return": Scalar(8)}
    assert desk.call("double", Scalar(4), plus=Scalar(1)).values == {"return": Scalar(9)}
    doubled = desk.call("double", Array("float64", [2], 0), buffers=[np.ones(2).tobytes()])
    assert doubled.values == {"return": Array("float64", [2], 0)}
    assert doubled.buffers == [np.full(2, 2.0).tobytes()]
    assert desk.call("fails", Scalar("k")).values == {"raise": Scalar("KeyError: 'k'")}
    assert desk.call("exits").values == {"raise": Scalar("SystemExit: 2")}
    assert desk.call("junk").values == {"return": Refused("an object of type object is no plain data")}
    assert desk.call("mutters").values == {"return": Scalar(None)}
    assert desk.call("double").values["raise"].value.startswith("TypeError: double() missing 1 required")  # type: ignore[union-attr]
    assert desk.call("gone").values == {"raise": Scalar("KeyError: 'gone'")}


def test_forged_arguments_are_the_callers_error(desk: Desk) -> None:
    desk.cell("def double(x): return x * 2")
    forged = desk.call("double", Array("float64", [3], 0), buffers=[b"12"])
    assert forged.values == {"raise": Refused("an array of shape (3,) does not go with 2 bytes")}


def test_the_directory_is_the_students_own_and_the_environment_bare(desk: Desk, secret: str) -> None:
    desk.cell("import os\nnames, here, files = sorted(os.environ), os.getcwd(), os.listdir()")
    desk.cell("home, mine = os.environ['HOME'], os.getenv('A_TOKEN')")
    crossed = desk.values("names", "here", "home", "mine", "files").values
    assert crossed["mine"] == Scalar(None)
    assert crossed["files"] == Items("list", [])
    assert crossed["home"] == Scalar(crossed["here"].value.replace("/work", "/home"))  # type: ignore[union-attr]
    assert secret not in str(crossed)


def test_an_empty_cell_is_no_cell(desk: Desk) -> None:
    assert desk.cell("  \n ") is None


def test_what_a_kernel_says_out_of_turn_is_passed_over(desk: Desk) -> None:
    desk.cell(
        "from autograder.exam import student\n"
        "honest = student._answer\n"
        "x = 1\n"
        "def twice(comm, message):\n"
        '    comm.send({}, buffers=[b\'{"number":999,"values":{"x":{"type":"scalar","value":7}}}\'])\n'
        "    comm.send({}, buffers=[])\n"
        "    honest(comm, message)\n"
        "get_ipython().kernel.comm_manager.register_target('autograder', twice)"
    )
    assert desk.value("x") == Scalar(1)
    for reply in ("b'[' * 100_000", "b'{}'", "b'\\xff'", "b'{\"number\":1' + b'0' * 300 + b'}'"):
        desk.cell(
            "def forged(comm, message):\n"
            f"    comm.send({{}}, buffers=[{reply}])\n"
            "get_ipython().kernel.comm_manager.register_target('autograder', forged)"
        )
        refused = desk.value("x")
        assert isinstance(refused, Refused)
        assert refused.reason.startswith("what the notebook handed over is not plain data: ")
    desk.cell("get_ipython().kernel.comm_manager.register_target('autograder', lambda comm, message: 1 / 0)")
    assert desk.value("x") == Refused("", missing=True)
    desk.cell("get_ipython().kernel.comm_manager.register_target('autograder', honest)")
    assert desk.value("x") == Scalar(1)


def test_a_kernel_that_breaks_the_protocol_is_stopped_and_told(desk: Desk) -> None:
    """Last of those that share the kernel, for it ends it."""
    error = desk.cell(
        "import time\n"
        "kernel = get_ipython().kernel\n"
        "for content in (b'[]', b'3', b'{}', b'null'):\n"
        "    for kind in ('stream', 'error', 'status', 'comm_msg', 'clear_output', 'execute_result'):\n"
        "        kernel.session.send(kernel.iopub_socket, kind, content, parent=kernel.get_parent())\n"
        "time.sleep(0.1)",
        3,
    )
    assert error is not None
    assert error.error == "Code cell 3 disturbed the kernel, so no later cell could run"
    assert desk.session.ended == error.error
    assert desk.cell("x = 1") is None
    assert desk.value("x") == Refused(error.error, missing=True)
    assert desk.call("x").values == {"raise": Refused(error.error)}


class Instead(TrustedProcess):
    """A layer that starts something else."""

    def __init__(self, program: str) -> None:
        self.program = program

    @contextlib.contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        yield Prepared(argv=[self.program], environment={})


@pytest.mark.parametrize("layer", [Instead("false"), Instead("/no/such/program")])
def test_a_kernel_that_does_not_start_is_a_fault_of_ours(runner: asyncio.Runner, layer: Any) -> None:
    async def start() -> None:
        async with StudentSession(layer, LIMITS).running():
            pass

    before = leftovers()
    with pytest.raises((KernelFault, OSError)):
        runner.run(start())
    assert leftovers() == before


def test_a_run_that_is_cancelled_ends_its_kernel_and_all_that_it_started(runner: asyncio.Runner) -> None:
    async def run() -> None:
        async with StudentSession(strongest_layer(), LIMITS).running() as session:
            await session.run(Cell(source="import subprocess\nsubprocess.Popen(['sleep', '600'])"))
            task = asyncio.current_task()
            assert task is not None
            asyncio.get_running_loop().call_later(1.0, task.cancel)
            await session.run(Cell(source="while True:\n    pass"))

    before = leftovers()
    with pytest.raises(asyncio.CancelledError):
        runner.run(run())
    assert leftovers() == before


def test_a_kernel_that_prints_on_while_its_values_are_asked_for_is_stopped(runner: asyncio.Runner) -> None:
    desk = Desk(runner, replace(LIMITS, output_bytes=20_000, crossing_seconds=120))
    try:
        desk.cell(
            "import threading, time\n"
            "def mutter():\n"
            "    while True:\n"
            "        print('x' * 1_000, flush=True)\n"
            "        time.sleep(0.01)\n"
            "def slow(): time.sleep(120)\n"
            "threading.Thread(target=lambda: (time.sleep(0.5), mutter()), daemon=True).start()"
        )
        assert desk.call("slow").values == {"raise": Refused("the notebook went on printing: more than 20,000 bytes")}
    finally:
        desk.close()


# What a notebook may use.


def test_what_the_system_refuses_names_the_limit_behind_it(runner: asyncio.Runner) -> None:
    limits = replace(LIMITS, memory_bytes=2_500_000_000, file_bytes=1_000_000, disk_bytes=2_000_000)
    desk = Desk(runner, limits)
    try:
        errors = [
            desk.cell("x = bytearray(3_000_000_000)"),
            desk.cell("open('x', 'wb').write(b'x' * 1_500_000)"),
            desk.cell("for name in 'abc': open(name, 'wb').write(b'x' * 900_000)"),
            desk.cell("y = 1"),
        ]
        assert [error and error.error for error in errors] == [
            "MemoryError (a notebook may use at most 2,500,000,000 bytes of memory)",
            "OSError: [Errno 27] File too large (a file may have at most 1,000,000 bytes)",
            "OSError: [Errno 28] No space left on device (a notebook may write at most 2,000,000 bytes to files)",
            None,
        ]
        assert desk.value("y") == Scalar(1)
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("source", "limits", "ended"),
    [
        (
            "import os, time\nfor _ in range(4):\n    if os.fork() == 0:\n        x = b'x' * 800_000_000\n"
            "        time.sleep(60)\ntime.sleep(60)",
            {"memory_bytes": 2_500_000_000},
            "used more than 2,500,000,000 bytes of memory",
        ),
        ("while True: pass", {"cpu_seconds": 15.0}, "used more than 15 seconds of processor time"),
        (
            "import subprocess, time\nall = [subprocess.Popen(['sleep', '60']) for _ in range(30)]\ntime.sleep(60)",
            {"processes": 20},
            "started more than 20 processes",
        ),
        (
            "import os, time\nfor n in range(300): os.mkdir(str(n))\ntime.sleep(60)",
            {"inodes": 200},
            "made more than 200 files",
        ),
    ],
)
def test_a_limit_that_is_reached_ends_the_notebook_and_is_named(
    runner: asyncio.Runner, source: str, limits: dict[str, float], ended: str
) -> None:
    desk = Desk(runner, replace(LIMITS, **limits))
    try:
        assert desk.cell("x = 1") is None
        error = desk.cell(source, 2, "a")
        assert error is not None
        assert error.error == f"The cell “a” {ended}, so the notebook was stopped there"
        assert desk.value("x") == Refused(error.error, missing=True)
    finally:
        desk.close()
