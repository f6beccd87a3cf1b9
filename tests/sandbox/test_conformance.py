"""Every layer that runs here keeps what it promises, and cannot what it says that it cannot."""

from __future__ import annotations

import asyncio

import pytest

from autograder.sandbox import Layer, TrustedProcess, every_layer, tried
from autograder.sandbox.conformance import CASES, Case, held

pytestmark = pytest.mark.attack

HERE = [layer for layer in every_layer() if tried(layer).unavailable is None]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("layer", HERE, ids=lambda layer: layer.name)
def test_a_layer_keeps_every_promise_but_those_that_it_says_it_cannot(layer: Layer, case: Case) -> None:
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
