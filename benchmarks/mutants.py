"""Whether the tests notice when the program is changed: mutmut's mutants, by module.

    pip install -e '.[mutants]'
    python -m benchmarks.mutants autograder.pattern              # all of a module
    python -m benchmarks.mutants autograder.arithmetic --sample 150

What mutmut found is kept in mutants/ and not tried again while neither the code nor its tests change.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from math import sqrt
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.table import Column, Table

KEPT = Path("mutants")
# Exit codes of a mutant's tests, as mutmut keeps them. A code that is none of these is no proof: a survivor.
KILLED = (1, 3)
TIMEOUT = (24, 36, -24, 152)
NOT_BEGUN = 255
"""Tests named one by one were not found: that may be the mutant's doing, if a module of tests stops as it is read."""


class Tried(msgspec.Struct):
    """What mutmut keeps of a file."""

    exit_code_by_key: dict[str, int | None]


def tried(package: str) -> dict[str, int | None]:
    """The mutants below a package or module, by name, with the exit code of their tests; ``None`` if not tried."""
    return {name: code for name, code in _all() if name.startswith(f"{package}.")}


def _all() -> Iterator[tuple[str, int | None]]:
    for path in sorted(KEPT.glob("autograder/**/*.meta")):
        yield from msgspec.json.decode(path.read_bytes(), type=Tried).exit_code_by_key.items()


def uncertainty(killed: int, of: int) -> float:
    """One standard error of the share of mutants that are killed."""
    share = killed / of
    return sqrt(share * (1 - share) / of)


def stops_collection(name: str) -> bool:
    """Whether a module of tests cannot even be read with a mutant, which pytest says where it is asked for them all."""
    selection = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["mutmut"]
    tests = selection["pytest_add_cli_args_test_selection"]
    command = (sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *tests)
    environment = {**os.environ, "MUTANT_UNDER_TEST": name}
    return subprocess.run(command, cwd=KEPT, env=environment, capture_output=True, check=False).returncode != 0


def mutmut(*names: str) -> None:
    """Tries mutants one at a time; their tests' failures are what is wanted, so mutmut's own exit code says nothing."""
    subprocess.run([sys.executable, "-m", "mutmut", "run", "--max-children", "1", *names], check=False)


@click.command()
@click.argument("packages", nargs=-1, required=True)
@click.option("--sample", type=click.IntRange(1), help="Try only so many mutants of each package, the same each time.")
@click.option("--seed", default=7, show_default=True, help="Another seed is another sample: one that nobody read.")
@click.option("--survivors", is_flag=True, help="Name those that no test noticed.")
@click.option("--told/--try", "told", default=False, help="Only tell what was found before.")
def main(packages: tuple[str, ...], sample: int | None, seed: int, survivors: bool, told: bool) -> None:
    """Tries the mutants of PACKAGES and prints how many of them the tests killed."""
    table = Table(Column("module", no_wrap=True), *("mutants", "tried", "killed", "survived", "timeouts", "share"))
    console = Console()
    for package in packages:
        if not told and not tried(package):
            mutmut(f"{package}.no_mutant_has_this_name")  # has mutmut write them down
        names = sorted(tried(package))
        if sample is not None:
            names = random.Random(seed).sample(names, min(sample, len(names)))
        if not told:
            mutmut(*(names if sample is not None else [f"{package}.*"]))
        codes = tried(package)
        known = {name: codes[name] for name in names if codes[name] is not None}
        told_of = {name: _told(code) for name, code in known.items()}
        for name in known:
            if known[name] == NOT_BEGUN and stops_collection(name):
                told_of[name] = "killed"
        count = Counter(told_of.values())
        killed = count["killed"] + count["timeouts"]
        share = f"{killed / len(known):.1%} ± {uncertainty(killed, len(known)):.1%}" if known else "–"
        counts = (len(codes), len(known), count["killed"], count["survived"], count["timeouts"])
        table.add_row(package, *map(str, counts), share)
        if survivors:
            left = (name for name, told_as in told_of.items() if told_as == "survived")
            console.print(*left, sep="\n", highlight=False, markup=False)
    console.print(table)


def _told(code: int | None) -> str:
    return "killed" if code in KILLED else "timeouts" if code in TIMEOUT else "survived"


if __name__ == "__main__":
    main()
