"""Warped images: the same for the same seed, and what was asked for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.datasets import mnist
from autograder.warps import Strength, warped

EVERYTHING = Strength(degrees=8, scale=0.06, shear=0.06, shift=0.7)
IMAGES = st.integers(0, 2**32).map(
    lambda seed: np.random.default_rng(seed).integers(0, 256, (5, 9, 7)).astype(np.uint8)
)


@given(images=IMAGES, seed=st.integers(0, 2**48))
@settings(deadline=None)
def test_no_strength_changes_nothing(images: np.ndarray, seed: int) -> None:
    assert np.array_equal(warped(images, Strength(), seed), images)


@given(images=IMAGES, seed=st.integers(0, 2**48))
@settings(deadline=None)
def test_the_same_seed_gives_the_same_and_no_pixel_is_brighter_than_before(images: np.ndarray, seed: int) -> None:
    first = warped(images, EVERYTHING, seed)
    assert np.array_equal(first, warped(images, EVERYTHING, seed))
    assert first.shape == images.shape
    assert first.dtype == np.uint8
    assert first.max() <= images.max()


def test_each_image_is_changed_in_a_way_of_its_own_in_chunks_too() -> None:
    _train, (images, _labels) = mnist.load_data()
    same = np.repeat(images[:1], 2_500, axis=0)
    assert len(np.unique(warped(same, EVERYTHING, 1), axis=0)) == 2_500


@pytest.mark.parametrize("height", [9, 28])
def test_a_shift_moves_every_pixel_by_half_of_it_to_the_whole(height: int) -> None:
    image = np.zeros((200, height, height), np.uint8)
    middle = height // 2
    image[:, middle, middle] = 200
    moved = warped(image, Strength(shift=2), 3).astype(float)
    assert np.allclose(moved.sum(axis=(1, 2)), 200, atol=2)
    rows, columns = (moved.sum(axis=axis) @ np.arange(height) / moved.sum(axis=(1, 2)) - middle for axis in (2, 1))
    for distances in (np.abs(rows), np.abs(columns)):
        assert 0.95 < distances.min() < 1.1
        assert 1.9 < distances.max() < 2.05
    assert rows.min() < 0 < rows.max()


def test_a_turn_keeps_the_middle_and_moves_the_edge() -> None:
    image = np.zeros((50, 29, 29), np.uint8)
    image[:, 14, :] = 255
    turned = warped(image, Strength(degrees=20), 1).astype(float)
    assert (turned[:, 14, 14] == 255).all()
    heights = turned[:, :, 26].argmax(axis=1) - 14
    assert set(np.abs(heights)) <= {2, 3, 4}
    assert {np.sign(height) for height in heights} == {-1, 1}
