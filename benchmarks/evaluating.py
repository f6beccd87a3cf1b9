"""What it costs to evaluate the lesson's CNN on 10,000 images as the examiner does, beside what the processor allows.

    python benchmarks/evaluating.py [--repeat N]
    python benchmarks/evaluating.py --batches          by the size of a batch
    python benchmarks/evaluating.py --networks 1500    whether the process grows, network by network

The processor's float32 peak is that of a large matrix product of TensorFlow's, measured in the same run and in turns
with the evaluations. The network's multiplications and additions are counted from its shapes, two operations each;
at the peak they would take the seconds in the first row.

Asked: no more than 1.5 times that.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from math import prod
from statistics import median
from time import perf_counter
from typing import Any

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.facts import ModelFacts
from benchmarks.judged import verdict

_ASKED = 1.5
_SIDE = 4_096
_IMAGES = 10_000


def operations(facts: ModelFacts) -> int:
    """Floating-point operations for one image in the layers that multiply: a multiplication and an addition each."""
    total = 0
    for layer in facts.layers:
        if not layer.parameters.total:
            continue
        biases = layer.output_shape[-1] or 0
        weights = layer.parameters.total - biases
        # A convolution's weights serve every place of its output.
        places = prod(size or 0 for size in layer.output_shape[:-1])
        total += 2 * weights * places
    return total


@click.command()
@click.option("--repeat", default=7, show_default=True, type=click.IntRange(1))
@click.option("--batches", is_flag=True, help="Compare sizes of a batch instead.")
@click.option("--networks", type=click.IntRange(2), help="Evaluate so many different networks instead; print memory.")
def main(repeat: int, batches: bool, networks: int | None) -> None:
    """Measure what an evaluation of the lesson's CNN takes, and what it would at the processor's peak."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if batches:
        _by_batch(repeat)
        return
    if networks is not None:
        _growth(networks)
        return
    import tensorflow as tf

    from autograder import TestAccuracy, grade
    from autograder.datasets import mnist
    from autograder.inference import predict
    from autograder.keras_facts import attach_training, read_weights
    from autograder.keras_models import build_model
    from benchmarks.references import MNIST_CNN

    facts, weights = read_weights(MNIST_CNN.build())
    (digits, _labels), (images, _test_labels) = mnist.load_data()
    prepared, sample = MNIST_CNN.preparation.apply(images), MNIST_CNN.preparation.apply(digits[:64])
    check: Any = TestAccuracy(mnist, at_least=0.5)
    left, right = tf.random.normal((_SIDE, _SIDE)), tf.random.normal((_SIDE, _SIDE))

    def again() -> Any:
        """A submission's network, as it comes over the wall: made anew, and like no other's."""
        weights[-1][-1][:] = np.random.default_rng().random(len(weights[-1][-1]))
        model = build_model(facts, weights)
        attach_training(model, None, sample)
        return model

    def keras_itself(batch: int, model: Any) -> None:
        model.predict(prepared, batch_size=batch, verbose=0)

    def called(model: Any) -> None:
        predict(model, prepared)

    def by_graph(model: Any) -> None:
        predict(model, prepared, facts)

    def checked(model: Any) -> None:
        grade(model, check)

    ways: dict[str, Callable[[Any], None]] = {
        "Keras's own predict, batches of 32": partial(keras_itself, 32),
        "Keras's own predict, batches of 1,000": partial(keras_itself, 1_000),
        "called batch by batch, as for a model that was not rebuilt": called,
        "predict, as the examiner does": by_graph,
        "TestAccuracy whole, as the examiner does": checked,
        "TestAccuracy for a network that was evaluated before": checked,
    }
    peaks: list[float] = []
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeat + 1):
        peak = 2 * _SIDE**3 / min(_seconds(lambda: tf.matmul(left, right).numpy()) for _product in range(3))
        if turn:
            peaks.append(peak)
        model = None
        for name, way in ways.items():
            model = model if "before" in name else again()
            spent = _seconds(partial(way, model))
            # The first turn reads images and traces graphs.
            if turn:
                seconds[name].append(spent)

    console = Console(width=120)
    console.print(
        f"{operations(facts) * _IMAGES / 1e9:.1f} GFLOP for {_IMAGES:,} images; the peak is"
        f" {max(peaks) / 1e9:.0f} GFLOP/s (median {median(peaks) / 1e9:.0f}) on {os.cpu_count()} processors.",
        highlight=False,
    )
    table = Table("way", title=f"{_IMAGES:,} images, {repeat} turns")
    for title in ("median s", "ratio", "fastest s", "ratio"):
        table.add_column(title, justify="right")
    # Of all peaks the highest: on a machine that others use too, each product is too slow, and none too fast.
    at_peak = operations(facts) * _IMAGES / max(peaks)
    table.add_row("at the peak", f"{at_peak:.3f}", "1.00", f"{at_peak:.3f}", "1.00")
    ratios = {name: median(taken) / at_peak for name, taken in seconds.items()}
    for name, taken in seconds.items():
        fastest = min(taken)
        table.add_row(name, f"{median(taken):.3f}", f"{ratios[name]:.2f}", f"{fastest:.3f}", f"{fastest / at_peak:.2f}")
    console.print(table)
    met = [
        verdict(console, f"{name}: {ratios[name]:.2f} × the time at the peak", ratios[name], at_most=_ASKED)
        for name in ("predict, as the examiner does", "TestAccuracy whole, as the examiner does")
    ]
    sys.exit(not all(met))


def _by_batch(repeat: int) -> None:
    """The CNN and the lesson's MLP by a graph, in batches of several sizes."""
    from unittest.mock import patch

    from autograder import inference
    from autograder.keras_facts import read_weights
    from autograder.keras_models import build_model
    from benchmarks.references import MNIST_CNN, MNIST_MLP

    table = Table("images a batch", "CNN, s", "MLP, s", title=f"{_IMAGES:,} images by a graph, median of {repeat}")
    images = np.random.default_rng(0).random((_IMAGES, 28, 28, 1), dtype=np.float32)
    networks = [read_weights(reference.build()) for reference in (MNIST_CNN, MNIST_MLP)]
    models = [(build_model(facts, weights), facts) for facts, weights in networks]
    for size in (25, 50, 100, 200, 250, 500, 1_000, 2_000, 5_000):
        with patch.object(inference, "batch_size", lambda _facts, size=size: size):
            row = []
            for model, facts in models:
                taken = [_seconds(partial(inference.predict, model, images, facts)) for _turn in range(repeat + 1)]
                row.append(f"{median(taken[1:]):.3f}")
        table.add_row(f"{size:,}", *row)
    Console(width=120).print(table)


def _growth(networks: int) -> None:
    """The memory of this process alone, after ever more networks, each of another architecture."""
    import keras
    import psutil

    from autograder.inference import predict
    from autograder.keras_facts import read_weights
    from autograder.keras_models import build_model

    layers = keras.layers
    images = np.random.default_rng(0).random((600, 28, 28, 1), dtype=np.float32)
    table = Table("networks", "MB", title="Memory of a process that evaluates different networks")
    for number in range(networks + 1):
        # As the examiner does at a submission's beginning.
        keras.backend.clear_session()
        network = [keras.Input((28, 28, 1)), layers.Conv2D(8, 3, activation="relu"), layers.MaxPooling2D(2)]
        network += [layers.Flatten(), layers.Dense(16 + number, activation="relu"), layers.Dense(10)]
        facts, weights = read_weights(keras.Sequential(network))
        predict(build_model(facts, weights), images, facts)
        if number % max(networks // 10, 1) == 0:
            table.add_row(f"{number:,}", f"{psutil.Process().memory_full_info().uss / 1e6:,.0f}")
    Console(width=120).print(table)


def _seconds(work: Callable[[], Any]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


if __name__ == "__main__":
    main()
