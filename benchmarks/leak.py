"""Measure whether a model that was trained on the test images can be told from one that was not.

    python benchmarks/leak.py perceptron                 train, seed by seed, and keep what is counted
    python benchmarks/leak.py cnn --seeds 3
    python benchmarks/leak.py --summary                  train nothing; rates, of what is known

Each run is added to ``benchmarks/leak.json`` as it ends; what is there is not trained again. *Honest* models are
trained on the first 10,000 training images, for few epochs and for far too many; *both* on those and the test images,
*test* on the test images alone, *tuned* on the test images for one epoch after an honest training.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import keras
import msgspec
import numpy as np
from rich.console import Console
from rich.table import Table

from autograder.checks.exposure import GENTLE, SHIFTED, TRAINING_IMAGES, has_seen
from autograder.datasets import Dataset, fashion_mnist, mnist
from autograder.datasets.sources import EMBEDDED
from autograder.preparation import Preparation
from autograder.report import Exposure
from autograder.warps import warped

RESULTS = Path(__file__).parent / "leak.json"
WAYS = ("honest", "both", "test", "tuned")
BATCH = 128


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """Of one model after some epochs: how many of the images it classifies rightly, as they are and changed."""

    network: str
    data: str
    way: str
    seed: int
    epochs: int
    counted: Exposure


def _perceptron() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(256, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def _plain() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


def _cnn() -> Any:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, (3, 3), activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(32, (3, 3), activation="relu"),
            layers.MaxPooling2D(2),
            layers.Dropout(0.25),
            layers.Flatten(),
            layers.Dense(64, activation="relu"),
            layers.Dense(10, activation="softmax"),
        ]
    )


NETWORKS: Mapping[str, Callable[[], Any]] = {"perceptron": _perceptron, "plain": _plain, "cnn": _cnn}
STAGES: Mapping[str, tuple[int, ...]] = {"perceptron": (3, 10, 30), "plain": (3, 10, 30), "cnn": (3, 8, 16)}
"""After how many epochs is counted."""


class Laboratory:
    """The images of one data set, prepared and warped once."""

    def __init__(self, data: Dataset) -> None:
        (self.train, self.train_labels), (self.test, self.test_labels) = data.load_data()
        self.train, self.train_labels = self.train[:TRAINING_IMAGES], self.train_labels[:TRAINING_IMAGES]
        self._prepare = Preparation((28, 28, 1), 1 / 255, 0.0).apply
        self.test_warped = self._prepare(warped(self.test, GENTLE, 1))
        self.train_warped = self._prepare(warped(self.train, GENTLE, 2))
        self.shifted = self._prepare(warped(self.train, SHIFTED, 3))
        self.x_train, self.x_test = self._prepare(self.train), self._prepare(self.test)

    def counts(self, network: str, data: str, way: str, seed: int) -> Iterator[Count]:
        """Trains a model, and counts after each stage."""
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        model = NETWORKS[network]()
        model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
        images, labels = {
            "both": (
                np.concatenate([self.x_train, self.x_test]),
                np.concatenate([self.train_labels, self.test_labels]),
            ),
            "test": (self.x_test, self.test_labels),
        }.get(way, (self.x_train, self.train_labels))
        done = 0
        for epochs in STAGES[network]:
            model.fit(images, labels, batch_size=BATCH, epochs=epochs - done, verbose=0)
            done = epochs
            if way == "tuned":
                kept = model.get_weights()
                model.fit(self.x_test, self.test_labels, batch_size=BATCH, epochs=1, verbose=0)
            yield self._count(model, network=network, data=data, way=way, seed=seed, epochs=epochs)
            if way == "tuned":
                model.set_weights(kept)

    def _count(self, model: Any, **about: Any) -> Count:
        def right(images: Any, labels: Any) -> Any:
            return model.predict(images, batch_size=1000, verbose=0).argmax(axis=1) == labels

        test, bent = right(self.x_test, self.test_labels), right(self.test_warped, self.test_labels)
        train, train_bent = right(self.x_train, self.train_labels), right(self.train_warped, self.train_labels)
        counted = Exposure(
            images=len(test),
            right=int(test.sum()),
            broken=int((test & ~bent).sum()),
            mended=int((~test & bent).sum()),
            train_images=len(train),
            train_right=int(train.sum()),
            train_broken=int((train & ~train_bent).sum()),
            train_mended=int((~train & train_bent).sum()),
            shifted_right=int(right(self.shifted, self.train_labels).sum()),
        )
        return Count(**about, counted=counted)


def load() -> list[Count]:
    """What was counted so far."""
    return msgspec.json.decode(RESULTS.read_bytes(), type=list[Count]) if RESULTS.exists() else []


def save(counts: list[Count]) -> None:
    """Writes all counts, a line each."""
    lines = ",\n".join(msgspec.json.encode(one).decode() for one in counts)
    unfinished = RESULTS.with_suffix(f".{os.getpid()}.part")
    unfinished.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    os.replace(unfinished, RESULTS)


def table(counts: list[Count]) -> Table:
    """Of how many models it is said that they have seen the test images; accuracies in per cent."""
    drawn = Table(title="Trained on the test images?")
    for title in ("network", "data", "way", "epochs"):
        drawn.add_column(title)
    for title in ("models", "flagged", "test accuracy", "once bent", "mended : broken"):
        drawn.add_column(title, justify="right")
    groups: dict[tuple[str, str, str, int], list[Exposure]] = {}
    for one in counts:
        groups.setdefault((one.network, one.data, one.way, one.epochs), []).append(one.counted)
    for (network, data, way, epochs), many in sorted(groups.items()):
        right, broken, mended = (
            sum(getattr(one, name) for one in many) / len(many) for name in ("right", "broken", "mended")
        )
        ratios = [one.mended / max(one.broken, 1) for one in many]
        drawn.add_row(
            *(network, data, way, str(epochs), str(len(many)), str(sum(map(has_seen, many)))),
            f"{right / many[0].images:.2%}",
            f"{(right - broken + mended) / many[0].images:.2%}",
            f"{min(ratios):.3f} to {max(ratios):.3f}",
        )
    return drawn


def rates(counts: list[Count]) -> str:
    """Flagged of all, by what the network is and how long it was trained."""
    lines = []
    for way in WAYS:
        for kind, networks in (("perceptrons", ("plain", "perceptron")), ("cnn", ("cnn",))):
            many = [one for one in counts if one.way == way and one.network in networks]
            told = []
            for stage in range(3):
                those = [has_seen(one.counted) for one in many if STAGES[one.network].index(one.epochs) == stage]
                told.append(f"{sum(those)} of {len(those)}")
            lines.append(f"{way}, {kind}, after few, more, many epochs: {', '.join(told)}")
    return "\n".join(lines)


@click.command()
@click.argument("network", type=click.Choice(sorted(NETWORKS)), required=False)
@click.option("--seeds", default=5, show_default=True, type=click.IntRange(min=1), help="Seeds 0, 1, 2 …")
@click.option("--summary", is_flag=True, help="Train nothing; print what is known.")
def main(network: str | None, seeds: int, summary: bool) -> None:
    """Count what honest and cheating models do on warped images."""
    if summary:
        console = Console(soft_wrap=True)
        console.print(table(load()))
        console.print(rates(load()))
        return
    if network is None:
        raise click.MissingParameter(param_hint="'NETWORK'", param_type="argument")
    os.environ["AUTOGRADER_DATA"] = str(EMBEDDED)
    laboratories = {one.name: Laboratory(one) for one in (mnist, fashion_mnist)}
    for seed in range(seeds):
        for data, laboratory in laboratories.items():
            for way in WAYS:
                if any((one.network, one.data, one.way, one.seed) == (network, data, way, seed) for one in load()):
                    continue
                found = list(laboratory.counts(network, data, way, seed))
                save([*load(), *found])
                for one in found:
                    click.echo(one)


if __name__ == "__main__":
    main()
