"""The price of isolation: seconds and memory a submission in each layer that works here, beside none.

    python benchmarks/isolation.py [--repeat N]

Three notebooks, each graded in every layer in turn, so that a machine that slows down slows all: one without Keras,
one that builds the lesson's CNN and counts its parameters, and one that trains a small network. The examiner is
started before the clock. Beside them nbclient alone runs all cells, tests too, in one kernel, as nbgrader does: no
sandbox and no wall. Memory is that of everything which was started for the submission, shared pages counted once, at
its highest of ten looks a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from subprocess import DEVNULL

import click
import nbformat
import psutil
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console
from rich.table import Table

from autograder.exam import Grader, Submission
from autograder.sandbox import Layer, TrustedProcess, every_layer, tried
from benchmarks.memory import repeated
from benchmarks.notebooks import CNN

_TRAINED = """import keras
from autograder.datasets import mnist
from keras import layers
(x_train, y_train), _ = mnist.load_data()
model = keras.Sequential([
    keras.Input((28, 28)), layers.Rescaling(1 / 255), layers.Flatten(),
    layers.Dense(64, activation="relu"), layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=2, batch_size=128, verbose=0)"""

_ALONE = "nbclient alone"

# What each notebook answers and what its test asks.
_NOTEBOOKS = {
    "no Keras": ("x = 2", "assert x == 2"),
    "builds the CNN": (CNN, "assert model.count_params() == 1_199_882"),
    "trains an MLP": (_TRAINED, "assert history.history['accuracy'][-1] > 0.8"),
}


@dataclass(frozen=True, slots=True)
class Price:
    """Of one submission."""

    seconds: float
    peak: int
    """Bytes."""


@click.command()
@click.option("--repeat", default=7, show_default=True, type=click.IntRange(1))
def main(repeat: int) -> None:
    """Grade three notebooks in every layer that works here, and print what each costs."""
    layers: list[Layer] = [TrustedProcess(), *(one for one in every_layer() if tried(one).unavailable is None)]
    with tempfile.TemporaryDirectory(prefix="autograder-benchmark-") as directory:
        submissions = {name: _submission(Path(directory), name) for name in _NOTEBOOKS}
        prices = asyncio.run(_measured(layers, submissions, repeat))
    for name in _NOTEBOOKS:
        table = Table("layer", "s a submission", "fastest", "more s", "peak MB", title=f"{name}, median of {repeat}")
        base = median(price.seconds for price in prices["process", name])
        told = {"process": "no isolation"}
        for layer in (_ALONE, *(layer.name for layer in layers)):
            seconds = [price.seconds for price in prices[layer, name]]
            peak = median(price.peak for price in prices[layer, name]) / 1e6
            numbers = (median(seconds), min(seconds), median(seconds) - base)
            table.add_row(told.get(layer, layer), *(f"{number:.2f}" for number in numbers), f"{peak:.0f}")
        Console(width=100).print(table)


async def _measured(
    layers: list[Layer], submissions: dict[str, Submission], repeat: int
) -> dict[tuple[str, str], list[Price]]:
    prices: dict[tuple[str, str], list[Price]] = {}
    async with contextlib.AsyncExitStack() as stack:
        graders = [(layer, await stack.enter_async_context(Grader(layer).open())) for layer in layers]
        for turn in range(repeat + 1):
            for name, submission in submissions.items():
                alone = await _nbclient(submission)
                if turn:
                    prices.setdefault((_ALONE, name), []).append(alone)
                for layer, grader in graders:
                    await grader._examiners[0].start()
                    before = {child.pid for child in psutil.Process().children(recursive=True)}
                    began = time.perf_counter()
                    with _watching(before) as peak:
                        report = await grader.grade(submission)
                    seconds = time.perf_counter() - began
                    if report.score != report.max_score:
                        raise click.ClickException(f"{layer.name}, {name}: {report}")
                    # The first turn fills the system's caches, and the examiner's.
                    if turn:
                        prices.setdefault((layer.name, name), []).append(Price(seconds, max(peak)))
    return prices


async def _nbclient(submission: Submission) -> Price:
    notebook = nbformat.read(submission.path, as_version=4)
    began = time.perf_counter()
    with _watching(set()) as peak:
        await NotebookClient(notebook, timeout=600, kernel_name="python3").async_execute(stderr=DEVNULL)
    return Price(time.perf_counter() - began, max(peak))


@contextlib.contextmanager
def _watching(before: set[int]) -> Iterator[list[int]]:
    """Looks at the memory of all that is started meanwhile. A container is not below this process, but has its user."""
    peak = [0]
    known = {process.pid for process in psutil.process_iter()}

    def look() -> None:
        total = 0
        for process in psutil.process_iter():
            if process.pid in known or process.pid in before:
                continue
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        peak.append(total)

    # Of a run of a second, too, the highest moment is to be seen.
    with repeated(look, 0.1, looking=1.0):
        yield peak


def _submission(directory: Path, name: str) -> Submission:
    answer, question = _NOTEBOOKS[name]
    roles = {
        "answer": {"grade": False, "solution": True, "locked": False, "points": 0},
        "test": {"grade": True, "solution": False, "locked": True, "points": 1},
    }
    cells = [new_code_cell(source) for source in (answer, question)]
    for cell, (grade_id, role) in zip(cells, roles.items(), strict=True):
        cell.metadata["nbgrader"] = {"grade_id": grade_id, "task": False, "schema_version": 3, **role}
    folder = directory / name.replace(" ", "-")
    for place in ("solutions", "submitted"):
        (folder / place).mkdir(parents=True)
        nbformat.write(new_notebook(cells=cells), folder / place / "tiny.ipynb")
    return Submission(
        student="student-01",
        assignment="tiny",
        path=folder / "submitted" / "tiny.ipynb",
        source=folder / "solutions" / "tiny.ipynb",
    )


if __name__ == "__main__":
    main()
