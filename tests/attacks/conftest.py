"""One course and one examiner for all attacks of a worker: as in a class, where one student comes after the other.

The attacks are mounted on the strongest layer that runs here, or on the one that AUTOGRADER_ATTACKED_LAYER names.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator

import pytest

from autograder.exam import Grader
from autograder.sandbox import every_layer, strongest_layer
from tests.attacks.scene import LIMITS, Scene


@pytest.fixture(scope="session")
def attack_runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def scene(attack_runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    stack = contextlib.AsyncExitStack()
    named = os.environ.get("AUTOGRADER_ATTACKED_LAYER")
    layer = next(one for one in every_layer() if one.name == named) if named else strongest_layer()
    grader = attack_runner.run(stack.enter_async_context(Grader(layer, LIMITS).open()))
    scene = Scene(attack_runner, grader, tmp_path_factory.mktemp("course"))
    yield scene
    scene.close()
    attack_runner.run(stack.aclose())
