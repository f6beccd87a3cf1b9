"""The price of a kernel: seconds from its start to its first answer, and memory, forked and started.

    python benchmarks/warm.py [--repeat N]

A session of the grader's own: it starts the student's side, runs a cell, then one that builds the lesson's CNN and
counts its parameters, and ends it. Memory is that of all processes of the sandbox: by how much it grows what all
processes below this one take up, pages that they share counted once; and what each process has for itself alone.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import click
import psutil
from rich.console import Console
from rich.table import Table

from autograder.exam import Limits
from autograder.exam.notebook import Cell
from autograder.exam.session import StudentSession
from autograder.exam.warmed import imports
from autograder.sandbox import Warm, strongest_layer
from benchmarks.notebooks import CNN

_CNN = f"{CNN}\nassert model.count_params() == 1_199_882"


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of one kernel."""

    first_answer: float
    """Seconds until the first cell has run."""
    built: float
    """Seconds until the CNN is there."""
    whole: float
    """Seconds until everything has ended."""
    added: int
    private: int
    processes: int


@click.command()
@click.option("--repeat", type=click.IntRange(1), default=5, show_default=True, help="Kernels of each kind.")
def main(repeat: int) -> None:
    """Measure what a kernel costs, warm and cold."""
    console = Console()
    started, warm, cold = asyncio.run(_measured(repeat))
    columns = ("", "First cell", "CNN counted", "All ended", "Memory added", "Private", "Processes")
    table = Table(*columns, title="A student's kernel")
    for name, prices in (("warm", warm), ("cold", cold)):
        seconds = [median(getattr(price, part) for price in prices) for part in ("first_answer", "built", "whole")]
        memory = [median(getattr(price, part) for price in prices) for part in ("added", "private")]
        table.add_row(
            name,
            *(f"{value:.2f} s" for value in seconds),
            *(f"{value / 1e6:,.0f} MB" for value in memory),
            str(prices[0].processes),
        )
    console.print(table)
    console.print(f"What is forked: {started[0]:.1f} s to start, once; {started[1] / 1e6:,.0f} MB resident.")


async def _measured(repeat: int) -> tuple[tuple[float, int], list[Price], list[Price]]:
    warm = Warm(imports(with_keras=True))
    began = time.monotonic()
    await warm.start()
    seconds = time.monotonic() - began
    (parent,) = psutil.Process(warm.pid).children()
    resident = parent.memory_info().rss
    try:
        # In turn, so that a machine that slows down slows both.
        pairs = [(await _price(warm), await _price(None)) for _turn in range(repeat)]
    finally:
        warm.close()
    return (seconds, resident), [one for one, _other in pairs], [other for _one, other in pairs]


async def _price(warm: Warm | None) -> Price:
    before = _memory(_below())
    session = StudentSession(strongest_layer(), Limits(), warm=warm)
    began = time.monotonic()
    async with session.running():
        ran = await session.run(Cell(source="1 + 1", position=1))
        first_answer = time.monotonic() - began
        built = await session.run(Cell(source=_CNN, position=2))
        seconds = time.monotonic() - began
        assert ran.error is None
        assert built.error is None
        after = _memory(_below())
        measured = time.monotonic() - began - seconds
    whole = time.monotonic() - began - measured
    return Price(
        first_answer=first_answer,
        built=seconds,
        whole=whole,
        added=sum(full.pss for full in after.values()) - sum(full.pss for full in before.values()),
        private=sum(full.uss for pid, full in after.items() if pid not in before),
        processes=len(after) - len(before),
    )


def _below() -> list[psutil.Process]:
    return psutil.Process(os.getpid()).children(recursive=True)


def _memory(processes: Sequence[psutil.Process]) -> dict[int, Any]:
    return {process.pid: process.memory_full_info() for process in processes}


if __name__ == "__main__":
    main()
