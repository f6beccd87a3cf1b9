"""How images were prepared is read off the images themselves."""

from __future__ import annotations

from functools import cache
from math import isclose
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.datasets import fashion_mnist, mnist
from autograder.preparation import Preparation, find_preparation, usual_preparations

SETS = {"mnist": mnist, "fashion_mnist": fashion_mnist}
SHAPES = [(28, 28), (28, 28, 1), (1, 28, 28), (784,), (784, 1), (14, 56)]


@cache
def images(name: str = "mnist") -> npt.NDArray[np.uint8]:
    """Few enough to compare quickly, and real."""
    (train, _labels), _test = SETS[name].load_data()
    return train[:2000]


def same(found: Preparation | None, expected: Preparation) -> bool:
    """Equal to what float32 can tell, as a share of the range of the pixels."""
    if found is None or found.shape != expected.shape:
        return False
    width = abs(255 * expected.scale)
    return all(
        isclose(one, other, abs_tol=1e-3 * width)
        for one, other in ((found.low, expected.low), (found.high, expected.high))
    )


@st.composite
def preparations(draw: st.DrawFn) -> Preparation:
    width = draw(st.floats(1e-3, 1e4)) * draw(st.sampled_from([1, -1]))
    # In float32, pixels far from zero for their range would be rounded to steps.
    offset = draw(st.floats(-3, 3)) * abs(width)
    return Preparation(draw(st.sampled_from(SHAPES)), width / 255, offset)


@settings(deadline=None, max_examples=60)
@given(
    preparation=preparations(),
    name=st.sampled_from(sorted(SETS)),
    places=st.lists(st.integers(0, 1999), min_size=2, max_size=32),
)
def test_what_was_applied_is_found(preparation: Preparation, name: str, places: list[int]) -> None:
    sample = preparation.apply(images(name)[places])
    assert same(find_preparation(sample, images(name)), preparation)


@settings(deadline=None, max_examples=20)
@given(preparation=preparations(), seed=st.integers(0, 2**32 - 1))
def test_noise_is_no_image(preparation: Preparation, seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (16, 28, 28), dtype=np.uint8)
    assert find_preparation(preparation.apply(noise), images()) is None


@settings(deadline=None, max_examples=20)
@given(preparation=preparations(), seed=st.integers(0, 2**32 - 1))
def test_images_of_the_other_set_are_not_found(preparation: Preparation, seed: int) -> None:
    places = np.random.default_rng(seed).integers(0, 2000, 16)
    assert find_preparation(preparation.apply(images("fashion_mnist")[places]), images()) is None
    assert find_preparation(preparation.apply(images("mnist")[places]), images("fashion_mnist")) is None


@settings(deadline=None, max_examples=20)
@given(name=st.sampled_from(sorted(SETS)), seed=st.integers(0, 2**32 - 1))
def test_images_normalised_one_by_one_have_no_common_scale(name: str, seed: int) -> None:
    sample = images(name)[np.random.default_rng(seed).integers(0, 2000, 16)].astype(np.float32)
    sample -= sample.mean(axis=(1, 2), keepdims=True)
    sample /= sample.std(axis=(1, 2), keepdims=True)
    assert find_preparation(sample, images(name)) is None


@pytest.mark.parametrize("preparation", [*usual_preparations((28, 28)), Preparation((28, 28), -1 / 255, 1.0)], ids=str)
@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_every_precision_is_recognised(preparation: Preparation, dtype: str) -> None:
    sample = preparation.apply(images()[100:164]).astype(dtype)
    assert same(find_preparation(sample, images()), preparation)


def test_integers_and_a_rounded_255th_are_recognised() -> None:
    raw = Preparation((28, 28), 1.0, 0.0)
    assert same(find_preparation(images()[:64], images()), raw)
    assert same(find_preparation(images()[:64].astype(int), images()), raw)
    rounded = np.round(images()[:64] / 255, 3)
    assert same(find_preparation(rounded, images()), Preparation((28, 28), 1 / 255, 0.0))


def test_a_few_augmented_images_among_the_real_ones_do_no_harm() -> None:
    preparation = Preparation((28, 28), 1 / 255, 0.0)
    sample = preparation.apply(images()[:64])
    sample[::4] = np.roll(sample[::4], 2, axis=2)
    assert same(find_preparation(sample, images()), preparation)
    sample[:48] = np.roll(sample[:48], 3, axis=1)
    assert find_preparation(sample, images()) is None


def test_thresholded_or_resized_images_are_not_found() -> None:
    assert find_preparation((images()[:64] > 127).astype(float), images()) is None
    assert find_preparation(images()[:64, ::2, ::2].astype(float), images()) is None


@pytest.mark.parametrize(
    "sample",
    [
        np.zeros((0, 28, 28)),
        np.zeros((4, 28, 28)),
        np.full((4, 28, 28), np.nan),
        np.full((4, 28, 28), np.inf),
        np.zeros(784),
        np.array(1.0),
        np.zeros((4, 10)),
    ],
)
def test_what_holds_no_image_is_not_found(sample: npt.NDArray[Any]) -> None:
    assert find_preparation(sample, images()) is None


def test_one_pixel_that_is_no_number_spoils_the_sample() -> None:
    sample = images()[:8].astype(float)
    sample[3, 4, 5] = np.nan
    assert find_preparation(sample, images()) is None


def test_images_are_found_beyond_the_first_chunk_of_real_ones() -> None:
    (train, _labels), (test, _test_labels) = mnist.load_data()
    found = find_preparation(test[-8:] / 255, np.concatenate([train[:10_000], test]))
    assert same(found, Preparation((28, 28), 1 / 255, 0.0))


def test_a_preparation_says_what_it_is() -> None:
    assert str(Preparation((28, 28, 1), 2 / 255, -1.0)) == "28 × 28 × 1, pixels from -1 to 1"
    assert str(Preparation((784,), 1 / 255, 0.0)) == "784, pixels from 0 to 1"


@pytest.mark.parametrize(
    ("preparation", "between", "right"),
    [
        (Preparation((28, 28), 1 / 255, 0.0), (0, 1), True),
        (Preparation((28, 28), 1 / 256, 0.0), (0, 1), True),
        (Preparation((28, 28), -1 / 255, 1.0), (0, 1), False),
        (Preparation((28, 28), 1.0, 0.0), (0, 1), False),
        (Preparation((28, 28), 2 / 255, -1.0), (-1, 1), True),
        (Preparation((28, 28), 1.0, 0.0), (0, 255), True),
    ],
)
def test_a_scale_is_right_within_a_hundredth(
    preparation: Preparation, between: tuple[float, float], right: bool
) -> None:
    assert preparation.scales_to(*between) is right


@pytest.mark.parametrize(
    "written",
    [
        lambda pixels: pixels.astype("float32") / 255,
        lambda pixels: pixels / 255.0,
        lambda pixels: pixels.astype("float32"),
        lambda pixels: pixels.astype("float32") / 127.5 - 1,
    ],
)
def test_what_students_usually_write_is_done_again_to_the_last_bit(written: Any) -> None:
    prepared = written(images()).astype(np.float32)
    found = find_preparation(prepared[:16], images())
    assert found is not None
    assert found in usual_preparations((28, 28))
    assert found.apply(images()).tobytes() == prepared.tobytes()
