"""Warm kernels for plain nbclient, which knows nothing of this package."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from click.testing import CliRunner
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from autograder.adapters import jupyter
from autograder.sandbox import strongest_layer
from autograder.sandbox.bubblewrap import DIRECTORY

pytestmark = pytest.mark.skipif(
    strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"
)

CNN = """
import keras
model = keras.Sequential([
    keras.Input((28, 28, 1)), keras.layers.Conv2D(32, 3, activation="relu"),
    keras.layers.Conv2D(64, 3, activation="relu"), keras.layers.MaxPooling2D(2), keras.layers.Dropout(0.25),
    keras.layers.Flatten(), keras.layers.Dense(128, activation="relu"), keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])
print(model.count_params())
"""


@pytest.fixture(scope="module", autouse=True)
def _kernels(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A kernel specification of a user's own; and nothing is left when the last kernel has ended."""
    folder = tmp_path_factory.mktemp("jupyter")
    before = os.environ.get("JUPYTER_DATA_DIR")
    os.environ["JUPYTER_DATA_DIR"] = str(folder)
    asked = CliRunner().invoke(jupyter.main, ["--user"])
    assert asked.exit_code == 0, asked.output
    yield
    jupyter._warm(True, ()).close()
    if before is None:
        del os.environ["JUPYTER_DATA_DIR"]
    else:
        os.environ["JUPYTER_DATA_DIR"] = before


@pytest.fixture(autouse=True)
def _nothing_left(tmp_path: Path) -> Iterator[None]:
    before = _below()
    yield
    deadline = time.monotonic() + 10
    # The process that is forked stays for the next.
    while (left := _below() - before) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(left) <= 2, left


def _below() -> set[int]:
    return {child.pid for child in psutil.Process().children(recursive=True)}


def executed(*sources: str, **settings: Any) -> list[str]:
    book = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(book, kernel_name=jupyter.NAME, **{"timeout": 60, **settings}).execute()
    return ["".join(str(one.get("text", one.get("ename"))) for one in cell.outputs) for cell in book.cells]


def test_a_notebook_is_run_in_a_sandbox() -> None:
    where = "import os; print(os.getcwd(), os.environ['HOME'], os.listdir('.'), os.path.exists('/home'))"
    said = executed(CNN, where, "!echo hello")
    assert said[0] == "1199882\n"
    assert said[1] == f"{DIRECTORY}/work {DIRECTORY}/home [] False\n"
    assert said[2].strip() == "hello"


def test_a_kernel_that_crashes_is_told_and_the_next_starts() -> None:
    with pytest.raises(DeadKernelError):
        executed("import os; os._exit(1)")
    assert executed("print(1)") == ["1\n"]


def test_a_cell_that_goes_on_is_interrupted() -> None:
    said = executed("while True: pass", "print(2)", timeout=2, interrupt_on_timeout=True, allow_errors=True)
    assert said == ["KeyboardInterrupt", "2\n"]


def test_it_is_restarted_with_the_same_connection() -> None:
    manager = KernelManager(kernel_name=jupyter.NAME)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    address = manager.ip
    client.execute_interactive("x = 1", timeout=20)
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=60)
    assert client.execute_interactive("x", timeout=20)["content"]["ename"] == "NameError"
    assert manager.ip == address
    manager.restart_kernel()
    client.wait_for_ready(timeout=60)
    assert client.execute_interactive("1", timeout=20)["content"]["status"] == "ok"
    client.stop_channels()
    manager.shutdown_kernel()
    assert not Path(address).parent.exists()


def test_the_specification_is_what_the_documentation_shows() -> None:
    specification = KernelSpecManager().get_kernel_spec(jupyter.NAME)
    told = json.loads(Path(specification.resource_dir, "kernel.json").read_text())
    assert told["metadata"] == {"kernel_provisioner": {"provisioner_name": "autograder-warm"}}
