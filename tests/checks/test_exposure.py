"""Whether a model has seen the test images: on what was counted of models that were trained for it, and on two here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.checks import exposure as checks_exposure
from autograder.checks.exposure import GENTLE, SHIFTED, exposure, has_seen, right_by
from autograder.datasets import mnist
from autograder.preparation import Preparation
from autograder.report import Exposure
from autograder.warps import warped
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


HALF = {"train_images": 5_000, "train_right": 4_995, "train_broken": 300, "train_mended": 5, "shifted_right": 4_850}
KNOWN_AS_WELL = Exposure(
    images=10_000,
    right=9_980,
    broken=500,
    mended=10,
    train_images=10_000,
    train_right=9_990,
    train_broken=500,
    train_mended=10,
    shifted_right=9_700,
)


@pytest.mark.parametrize(
    ("changes", "seen"),
    [
        ({}, True),
        # By chance, of 75 that an honest model would mend at least, 50 or fewer are mended once in a thousand times.
        ({"mended": 45}, True),
        ({"mended": 60}, False),
        # A fifth of those that are broken: nothing to be found.
        ({"mended": 95}, False),
        # Three standard errors below the share of the training images, and more than that.
        ({"right": 9_975}, True),
        ({"right": 9_965}, False),
        ({"right": 9_700}, False),
        ({"shifted_right": 9_980}, False),
        ({"train_images": 0}, False),
        # Warping costs by four standard errors more on the test images, whether or not they are known as well.
        ({"right": 9_900, "broken": 650}, True),
        ({"right": 9_900, "broken": 620}, False),
        ({"right": 9_900, "broken": 650, "train_broken": 540}, False),
        ({"right": 9_900, "broken": 650, "train_mended": 40}, True),
        # Half as many training images count twice.
        ({"right": 9_900, "broken": 800, **HALF}, True),
        ({"right": 9_900, "broken": 760, **HALF}, False),
    ],
)
def test_what_was_counted_is_beyond_an_honest_model_or_is_not(changes: dict[str, int], seen: bool) -> None:
    assert has_seen(replace(KNOWN_AS_WELL, **changes)) is seen


class Few:
    """The first of a data set's images."""

    def load_data(self) -> Any:
        return tuple(
            (images[:count], labels[:count])
            for (images, labels), count in zip(mnist.load_data(), (90, 60), strict=True)
        )


def counted(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> tuple[Exposure, list[Any]]:
    """What is counted of a model that answers so, one time after the other, and the images that it was asked about."""
    monkeypatch.setattr(checks_exposure, "TRAINING_IMAGES", 80)
    asked: list[Any] = []

    def right(images: Any, labels: Any) -> Any:
        asked.append((images, labels))
        wrong = answers[len(asked)]
        return ~np.isin(np.arange(len(images)), wrong)

    few: Any = Few()
    return exposure(~np.isin(np.arange(60), answers[0]), right, few, 7), asked


def test_what_warping_breaks_and_mends_is_counted_on_both_kinds_of_images(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = counted(monkeypatch, [0, 1], [1, 2, 3, 4, 5, 6, 7, 8], [10], [10, 11, 12], range(5))
    assert found == Exposure(
        images=60,
        right=58,
        broken=7,
        mended=1,
        train_images=80,
        train_right=79,
        train_broken=2,
        train_mended=0,
        shifted_right=75,
    )
    (train, train_labels), (test, test_labels) = Few().load_data()
    expected = [
        (warped(test, GENTLE, 7), test_labels),
        (train[:80], train_labels[:80]),
        (warped(train[:80], GENTLE, 8), train_labels[:80]),
        (warped(train[:80], SHIFTED, 9), train_labels[:80]),
    ]
    assert len(asked) == len(expected)
    for (images, labels), (images_expected, labels_expected) in zip(asked, expected, strict=True):
        assert np.array_equal(images, images_expected)
        assert np.array_equal(labels, labels_expected)


def test_where_a_warp_mends_enough_the_training_images_are_not_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    found, asked = counted(monkeypatch, [0, 1], [2, 3])
    assert found == Exposure(images=60, right=58, broken=2, mended=2)
    assert len(asked) == 1


def test_a_model_is_asked_about_prepared_images_and_answers_with_its_likeliest_class() -> None:
    def answers(images: Any) -> Any:
        assert images.dtype == np.float32
        assert images.shape == (3, 784)
        return np.eye(10)[[4, 5, 6]] * images.max()

    right = right_by(answers, Preparation((784,), 1 / 255, 0.0))
    images = mnist.load_data()[1][0][:3]
    assert right(images, np.array([4, 0, 6], np.uint8)).tolist() == [True, False, True]


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
