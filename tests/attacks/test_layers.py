"""A submission is graded in every layer that runs here, and gets what it gets in any other."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from autograder.exam import Grader
from autograder.sandbox import Layer, every_layer, tried
from tests.attacks.scene import FULL, LIMITS, Scene

pytestmark = pytest.mark.attack

HERE = [layer for layer in every_layer() if tried(layer).unavailable is None]

KERAS = """
import keras
(x_train, y_train), _ = keras.datasets.mnist.load_data()
model = keras.Sequential([
    keras.Input((28, 28)), keras.layers.Rescaling(1 / 255), keras.layers.Flatten(),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train[:512], y_train[:512], epochs=1, verbose=0)
listing = !ls
import subprocess, matplotlib.pyplot as plt
plt.plot([1, 2]); plt.show()
open("mine.txt", "w").write(subprocess.run(["echo", "2"], capture_output=True, text=True).stdout)
x = int(open("mine.txt").read())
assert model.count_params() == 7_850 and len(history.history["accuracy"]) == 1
"""


@pytest.fixture(scope="module", params=HERE, ids=lambda layer: layer.name)
def place(
    request: Any, attack_runner: asyncio.Runner, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Layer, Scene]]:
    stack = contextlib.AsyncExitStack()
    grader = attack_runner.run(stack.enter_async_context(Grader(request.param, LIMITS).open()))
    scene = Scene(attack_runner, grader, tmp_path_factory.mktemp("course"))
    yield request.param, scene
    scene.close()
    attack_runner.run(stack.aclose())


def test_an_honest_notebook_that_trains_draws_and_runs_commands_earns_full_marks(place: tuple[Layer, Scene]) -> None:
    layer, scene = place
    aftermath = scene.attack(KERAS)
    assert aftermath.errors == {}
    assert aftermath.report.score == FULL
    assert aftermath.report.isolation == layer.name
    assert aftermath.report.notices == ()


def test_a_notebook_that_ends_its_kernel_keeps_what_it_had_earned(place: tuple[Layer, Scene]) -> None:
    _layer, scene = place
    aftermath = scene.attack(b="import os\nos._exit(0)")
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.errors == {"b": "The cell “b” ended the kernel, so no later cell could run"}


def test_a_notebook_that_will_not_end_is_ended(place: tuple[Layer, Scene]) -> None:
    _layer, scene = place
    aftermath = scene.attack(
        b="import os, signal, subprocess\nfor n in (2, 15): signal.signal(n, signal.SIG_IGN)\n"
        "subprocess.Popen(['sleep', '600'], start_new_session=True)\nwhile True: pass",
        cell_seconds=4,
    )
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.errors == {"b": "The cell “b” did not finish within 4 seconds, so the notebook was stopped there"}


def test_a_notebook_that_looks_for_the_course_finds_nothing(place: tuple[Layer, Scene]) -> None:
    _layer, scene = place
    aftermath = scene.attack(
        f"import os, urllib.request\nfor path in ({str(scene.gradebook)!r}, {str(scene.other)!r}):\n"
        "    try: print(open(path, 'rb').read())\n    except OSError as error: print(type(error).__name__)\n"
        f"try: print(urllib.request.urlopen('http://127.0.0.1:{scene.port}', timeout=3).read())\n"
        "except OSError as error: print('no network')\n"
        "print(os.environ.get('GITHUB_TOKEN'))\nx = 2"
    )
    assert aftermath.report.score == FULL
    assert set(aftermath.printed.split()) <= {"FileNotFoundError", "PermissionError", "no", "network", "None"}
    assert scene.times_asked == 0
