"""What a second thread gains a training: networks of dense layers, and the lesson's CNN.

    python -m benchmarks.training_threads

Each training is a process of its own; the first epoch, in which TensorFlow prepares, is not counted. Where a second
thread gains nothing, the grader gives each training one, and carries out two at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import click
from rich.console import Console
from rich.table import Table

# Hidden units of two dense layers; 0 is the lesson's CNN.
_NETWORKS = ((128, 32), (128, 128), (512, 32), (512, 128), (1024, 128), (0, 128))


@click.command()
@click.option("--images", default=6_000, show_default=True)
@click.argument("one", required=False, hidden=True)
def main(images: int, one: str | None) -> None:
    """Trains each network with one thread and with two."""
    if one is not None:
        units, batch_size = json.loads(one)
        sys.stdout.write(json.dumps(_trained(units, batch_size, images)))
        return
    table = Table("network", "batch size", "1 thread, s", "2 threads, s", "gain", "processor time, ratio")
    for units, batch_size in _NETWORKS:
        (alone, used), (both, used_by_both) = (_run(units, batch_size, images, threads) for threads in (1, 2))
        name = f"Dense({units}) twice" if units else "the lesson's CNN"
        row = (f"{alone:.2f}", f"{both:.2f}", f"{alone / both:.2f}", f"{used_by_both / used:.2f}")
        table.add_row(name, str(batch_size), *row)
    Console().print(table)


def _run(units: int, batch_size: int, images: int, threads: int) -> tuple[float, float]:
    count = str(threads)
    settings = {"TF_NUM_INTRAOP_THREADS": count, "TF_NUM_INTEROP_THREADS": count, "TF_CPP_MIN_LOG_LEVEL": "3"}
    program = (sys.executable, "-m", "benchmarks.training_threads", "--images", str(images))
    ran = subprocess.run(
        [*program, json.dumps([units, batch_size])], env={**os.environ, **settings}, stdout=subprocess.PIPE, check=True
    )
    seconds, used = json.loads(ran.stdout)
    return seconds, used


def _trained(units: int, batch_size: int, images: int) -> tuple[float, float]:
    """Seconds of two epochs, and those of the processors."""
    import keras
    import numpy as np
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
    keras.utils.set_random_seed(1)
    layers = keras.layers
    hidden = (
        (layers.Flatten(), *(layers.Dense(units, activation="relu") for _layer in range(2)))
        if units
        else (
            layers.Conv2D(32, 3, activation="relu"),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
        )
    )
    model = keras.Sequential([keras.Input((28, 28, 1)), *hidden, layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    generator = np.random.default_rng(1)
    x = generator.random((images, 28, 28, 1), np.float32)
    y = generator.integers(0, 10, images)
    model.fit(x, y, batch_size=batch_size, verbose=0)
    began, used = time.perf_counter(), time.process_time()
    model.fit(x, y, batch_size=batch_size, epochs=2, verbose=0)
    return time.perf_counter() - began, time.process_time() - used


if __name__ == "__main__":
    main()
