"""Whether a model has seen the test images: on what was counted of models that were trained for it, and on two here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.checks.exposure import exposure, has_seen
from autograder.datasets import mnist
from autograder.report import Exposure
from benchmarks.leak import Count, load

COUNTS = load()


def groups() -> list[tuple[str, str]]:
    return sorted({(one.network, one.data) for one in COUNTS})


def of(way: str) -> list[Count]:
    return [one for one in COUNTS if one.way == way]


def test_no_honest_model_of_the_benchmark_is_said_to_have_seen_the_test_images() -> None:
    assert len(of("honest")) >= 40
    assert {(one.network, one.data) for one in of("honest")} == set(groups())
    assert [one for one in of("honest") if has_seen(one.counted)] == []


def test_honest_models_keep_a_distance_from_where_they_would_be() -> None:
    """Either of the two reasons for a flag is far off, and nothing hangs on a few images."""
    for one in of("honest"):
        counted = one.counted
        assert counted.mended > 0.15 * counted.broken
        cost, train_cost = counted.broken - counted.mended, counted.train_broken - counted.train_mended
        changed = counted.broken + counted.mended + counted.train_broken + counted.train_mended
        assert cost - train_cost < 2.5 * changed**0.5


@pytest.mark.parametrize("way", ["test", "both"])
def test_perceptrons_that_learnt_the_test_images_by_heart_are_all_found(way: str) -> None:
    by_heart = [one for one in of(way) if one.network != "cnn" and one.epochs == 30]
    assert len(by_heart) >= 8
    assert all(has_seen(one.counted) for one in by_heart)


def test_where_training_images_were_not_counted_nothing_is_said() -> None:
    assert not has_seen(Exposure(images=10_000, right=10_000, broken=500, mended=0))


def test_a_model_that_does_no_better_than_on_shifted_training_images_is_not_flagged() -> None:
    counted = Exposure(
        images=10_000,
        right=9_500,
        broken=500,
        mended=0,
        train_images=10_000,
        train_right=9_500,
        train_broken=500,
        train_mended=0,
        shifted_right=9_500,
    )
    assert not has_seen(counted)


def nearest(known: Any, known_labels: Any) -> Any:
    """A model that learns by heart: the label of the known image that correlates most."""

    def rows(images: Any) -> Any:
        flat = images.reshape(len(images), -1).astype(np.float32)
        return flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1)

    learnt = rows(known)

    def right(images: Any, labels: Any) -> Any:
        found = [
            (rows(images[start : start + 1000]) @ learnt.T).argmax(axis=1) for start in range(0, len(images), 1000)
        ]
        return known_labels[np.concatenate(found)] == labels

    return right


def test_the_nearest_neighbour_is_honest_on_training_images_and_found_out_on_test_images() -> None:
    (train, train_labels), (test, test_labels) = mnist.load_data()
    honest = nearest(train[:3_000], train_labels[:3_000])
    cheating = nearest(test, test_labels)
    verdicts = [exposure(model(test, test_labels), model, mnist, 7) for model in (honest, cheating)]
    assert [one.seen for one in verdicts] == [False, True]
    assert verdicts[1].right > 9_990
