"""Every layer that runs here keeps what it promises, and cannot what it says that it cannot."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.exam.warmed import edition, imports
from autograder.sandbox import Layer, TrustedProcess, Warm, every_layer, tried
from autograder.sandbox.conformance import CASES, Case, held

pytestmark = pytest.mark.attack

HERE = [layer for layer in every_layer() if tried(layer).unavailable is None]
# As the grader has it: what it has imported is what its forks share.
WARM = [Warm(imports(with_keras=True))] if any(layer.name == "bubblewrap" for layer in HERE) else []
# And as `autograder warm` keeps it for commands.
KEPT = [Warm(imports(with_keras=True), (), edition()) for _warm in WARM]


@pytest.fixture(scope="module", autouse=True)
def _closed() -> Iterator[None]:
    yield
    for warm in (*WARM, *KEPT):
        warm.close()


@pytest.fixture(scope="module")
def _kept() -> Iterator[None]:
    program = Path(sys.executable).parent / "autograder"
    with subprocess.Popen([program, "warm"], stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == "Ready: autograder's commands and kernels start from here until Ctrl-C.\n"
        yield
        assert all(warm.ready and warm.pid is None for warm in KEPT)
        keeper.terminate()


@pytest.mark.usefixtures("_kept")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("layer", KEPT, ids=["bubblewrap, kept warm"] * len(KEPT))
def test_what_is_kept_for_commands_keeps_every_promise_too(layer: Warm, case: Case) -> None:
    assert asyncio.run(case.broken(layer)) == ""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("layer", [*HERE, *WARM], ids=lambda layer: layer.name)
def test_a_layer_keeps_every_promise_but_those_that_it_says_it_cannot(layer: Layer | Warm, case: Case) -> None:
    problem = asyncio.run(case.broken(layer))
    if case.name in layer.cannot:
        assert problem, f"{layer.name} can: take it out of what it cannot"
    else:
        assert problem == ""


def test_some_layer_runs_here() -> None:
    assert HERE


@pytest.mark.parametrize(
    "name", ["reads_no_file_of_the_host", "has_a_bare_environment", "reaches_no_socket_of_the_host"]
)
def test_the_suite_can_fail(name: str) -> None:
    """A process that is not kept apart breaks what the layers keep, but its environment is bare all the same."""
    case = next(case for case in CASES if case.name == name)
    assert asyncio.run(held(case, TrustedProcess())) is (name == "has_a_bare_environment")


def test_what_a_layer_cannot_is_named_as_the_suite_names_it() -> None:
    names = {case.name for case in CASES}
    for layer in every_layer():
        assert set(layer.cannot) <= names
        assert all(layer.cannot.values())
