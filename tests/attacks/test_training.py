"""Attacks on the trainer: whoever asks for trainings in a way of their own gains nothing by it and harms nobody."""

from __future__ import annotations

import pytest

from tests.attacks.scene import FULL, Scene
from tests.exam.notebooks import dedent

pytestmark = pytest.mark.attack

NETWORK = """
import os, time, keras, numpy as np
from autograder.exam import declared, errands, fitting, fits, frames
x_train, y_train = np.zeros((50, 4), "float32"), np.zeros(50, "int32")
def network(units=3):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units, activation="softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    return model
x = 2
"""


def late(seconds: int) -> dict[str, str]:
    why = f"the cell “a” did not finish within {seconds} seconds, so the notebook was stopped there"
    return {"test-a": f"“x” cannot be graded: {why}.", "test-b": f"“double” cannot be graded: {why}."}


def attacked(trick: str) -> str:
    return f"{NETWORK}{dedent(trick)}"


def test_asking_for_trainings_for_ever_does_not_stop_the_clock(scene: Scene) -> None:
    """Attack 57 by another way: only what is really trained costs a notebook no time of its own."""
    aftermath = scene.attack(
        attacked(
            """
            declared.Declared.numbers = lambda self, fit: [b""] * len(fit.arrays)
            while True:
                network().fit(x_train, y_train, verbose=0)
            """
        ),
        cell_seconds=15,
    )
    assert aftermath.messages == late(15)
    assert aftermath.seconds < 40


def test_numbers_that_never_come_are_not_waited_for(scene: Scene) -> None:
    """Attack 57: the grader waits for what it has asked for as long as for any value, and no longer."""
    aftermath = scene.attack(
        attacked(
            """
            declared.Declared.numbers = lambda self, fit: time.sleep(1000)
            network().fit(x_train, y_train, verbose=0)
            """
        ),
        crossing_seconds=5,
    )
    assert set(aftermath.scores.values()) == {0.0}
    assert aftermath.seconds < 40


def test_an_answer_that_nobody_reads_is_not_waited_for(scene: Scene) -> None:
    """Attack 61: a full pipe holds the sandbox, and not the grader."""
    aftermath = scene.attack(
        attacked(
            """
            def ask(fit, numbers):
                with open(errands._pipe("fits"), "wb") as out, open(errands._pipe("fitted"), "rb") as back:
                    frames.write(out, frames.Train(fit))
                    frames.read(back, frames.ToProgram)
                    frames.write(out, frames.Numbers(), numbers(fit))
                    time.sleep(1000)
            model = network(400_000)
            told = {"x": x_train, "y": y_train, "batch_size": 10, "epochs": 1, "verbose": 0, "callbacks": None,
                    "validation_split": 0.0, "validation_data": None, "shuffle": True, "class_weight": None,
                    "sample_weight": None, "initial_epoch": 0, "steps_per_epoch": None, "validation_steps": None,
                    "validation_batch_size": None, "validation_freq": 1}
            fitting.carried_out(model, told, ask, canonical=True)
            """
        ),
        crossing_seconds=5,
        cell_seconds=20,
    )
    assert set(aftermath.scores.values()) == {0.0}
    assert aftermath.seconds < 60


@pytest.mark.parametrize(
    "changed",
    [
        "epochs=10**9",
        "epochs=0",
        "batch_size=0",
        "batch_size=-1",
        "validation_split=2.0",
        "seed=-1",
        "weights=()",
        "weights=((fit.x,) * 2,)",
        "optimizer=(fit.x,) * 3",
        "seeds=((fit.x,) * 9,)",
        "metrics=(Configured(kind='get'),)",
        "callbacks=(Configured(kind='BackupAndRestore', settings={'backup_dir': '/'}),)",
        "compiled=replace(fit.compiled, optimizer=Configured(kind='LossScaleOptimizer'))",
        "facts=replace(fit.facts, layers=(replace(fit.facts.layers[0], settings={'units': 10**9}),))",
        "facts=replace(fit.facts, layers=fit.facts.layers * 400)",
    ],
)
def test_a_training_that_nobody_would_write_is_declined(scene: Scene, changed: str) -> None:
    """Attack 40 to 45 by another way: sizes, kinds and shapes are claims like any other."""
    aftermath = scene.attack(
        attacked(
            f"""
            import msgspec
            from dataclasses import replace
            from autograder.facts import Configured
            true = errands.ask
            def ask(fit, numbers):
                forged = msgspec.structs.replace(fit, {changed})
                return true(forged, lambda _fit: [bytes(part) for part in numbers(fit)])
            model = network()
            told = {{"x": x_train, "y": y_train, "batch_size": 10, "epochs": 1, "verbose": 0, "callbacks": None,
                    "validation_split": 0.0, "validation_data": None, "shuffle": True, "class_weight": None,
                    "sample_weight": None, "initial_epoch": 0, "steps_per_epoch": None, "validation_steps": None,
                    "validation_batch_size": None, "validation_freq": 1}}
            try:
                fitting.carried_out(model, told, ask, canonical=True)
            except Exception:
                pass
            """
        )
    )
    # Whatever came of it, the values that were asked for are right.
    assert aftermath.report.score == FULL, aftermath.report
    assert aftermath.seconds < 60
