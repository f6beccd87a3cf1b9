"""Fuzz what reads a student's data: generated inputs, of which none may crash, hang or fill the memory.

    python benchmarks/fuzz.py                                       200,000 inputs for each reader
    python benchmarks/fuzz.py --target notebook --seconds 60        one reader, a minute
    python benchmarks/fuzz.py --target crossing --replay FILE       one input that was saved

An input follows from the seed and its number alone. What is found is saved in ``reports/fuzz``, and the exit code is
then 1. An input that ends the process itself is in the ``.last`` file that it leaves there.
"""

from __future__ import annotations

import faulthandler
import signal
import sys
from collections.abc import Iterable
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from benchmarks.fuzz_targets import TARGETS
from benchmarks.fuzzing import MEGABYTE, Result, fuzz


def table(results: Iterable[Result], seed: int) -> Table:
    """One line a reader."""
    drawn = Table(title=f"Fuzzing, seed {seed}")
    drawn.add_column("reader")
    for title in ("inputs", "accepted", "inputs/s", "slowest, ms", "peak, MB", "growth, MB", "found"):
        drawn.add_column(title, justify="right")
    for one in results:
        drawn.add_row(
            one.target,
            f"{one.inputs:,}",
            f"{one.accepted:,}",
            f"{one.inputs / one.seconds:,.0f}",
            f"{one.slowest * 1_000:,.0f}",
            f"{one.peak / MEGABYTE:,.0f}",
            f"{one.growth / MEGABYTE:,.1f}",
            str(len(one.findings)),
        )
    return drawn


@click.command()
@click.option("--target", "names", multiple=True, help="A reader; may be given again. All of them if not given.")
@click.option("--count", type=click.IntRange(min=1), help="Inputs for each reader; each one's own if not given.")
@click.option("--seed", default=0, show_default=True, help="What the inputs follow from.")
@click.option("--seconds", type=float, default=float("inf"), help="Stop a reader's run after so many; endless.")
@click.option("--replay", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read this input only.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports/fuzz"),
    show_default=True,
    help="Where inputs are saved that did what none may.",
)
def main(
    names: tuple[str, ...], count: int | None, seed: int, seconds: float, replay: Path | None, folder: Path
) -> None:
    """Give each reader of students' data inputs that are none, and tell which it does not survive."""
    known = {target.name: target for target in TARGETS}
    unknown = sorted(set(names) - set(known))
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r}; known: {', '.join(known)}", param_hint="--target")
    console = Console(soft_wrap=True)
    if replay is not None:
        for name in names or known:
            console.print(f"{name}: {'used' if known[name].read(replay.read_bytes()) else 'read'}")
        return
    results = []
    for name in names or known:
        target = known[name]
        result = fuzz(target, folder, count=count or target.count, seed=seed, seconds=seconds)
        for finding in result.findings:
            console.print(f"{name}: {finding.kind}: {finding.path or ''}\n{finding.text}", markup=False)
        results.append(result)
    console.print(table(results, seed))
    sys.exit(any(result.findings for result in results))


if __name__ == "__main__":
    faulthandler.enable()
    # What the harness sends where its alarm is not heard: the process is to say where it was.
    faulthandler.register(signal.SIGPROF, chain=True)
    main()
