from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from autograder.datasets import idx
from autograder.datasets.errors import ContentError

LABELS = idx.encode(np.arange(10, dtype=np.uint8))


def fault(data: bytes, dimensions: int = 1) -> tuple[str, str]:
    with pytest.raises(ContentError) as caught:
        idx.decode(data, dimensions=dimensions)
    return caught.value.expected, caught.value.found


@given(arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6)))
def test_decoding_what_was_encoded_gives_it_back(array: np.ndarray) -> None:
    decoded = idx.decode(idx.encode(array), dimensions=array.ndim)
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, array)


@given(st.binary(max_size=40), st.sampled_from([1, 3]))
def test_any_bytes_are_an_array_or_a_content_error(data: bytes, dimensions: int) -> None:
    try:
        array = idx.decode(data, dimensions=dimensions)
    except ContentError:
        return
    assert idx.encode(array) == data


def test_the_header_is_as_published() -> None:
    assert idx.encode(np.zeros((2, 1, 3), np.uint8)).hex() == "00000803000000020000000100000003" + "00" * 6


def test_labels_in_place_of_images_are_told_apart() -> None:
    assert fault(LABELS, dimensions=3) == (
        "the magic number 2051 of images",
        "the magic number 2049 of labels",
    )


def test_other_types_of_file_show_their_first_bytes() -> None:
    assert fault(gzip.compress(LABELS, mtime=0)) == (
        "the magic number 2049 of labels",
        "the magic number 0x1F8B0800",
    )


def test_a_header_cut_short_is_a_fault() -> None:
    assert fault(LABELS[:6]) == ("a header of 8 bytes", "6 bytes in all")
    assert fault(b"") == ("a header of 8 bytes", "0 bytes in all")


@pytest.mark.parametrize(("data", "found"), [(LABELS[:-1], "17 bytes"), (LABELS + b"\0", "19 bytes")])
def test_a_byte_too_few_or_too_many_is_a_fault(data: bytes, found: str) -> None:
    assert fault(data) == ("18 bytes for an array of shape (10,)", found)


def test_a_shape_that_would_not_fit_in_memory_is_not_allocated() -> None:
    huge = idx.header((0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF))
    expected, found = fault(huge, dimensions=3)
    assert expected == (
        "79,228,162,458,924,105,385,300,197,391 bytes for an array of shape (4294967295, 4294967295, 4294967295)"
    )
    assert found == "16 bytes"


def test_reading_stops_soon_after_what_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(bytes(10_000_000)))
    with pytest.raises(ContentError) as caught:
        idx.read(path, at_most=1_000)
    assert (caught.value.expected, caught.value.found) == ("at most 1,000 bytes", "more")


def test_exactly_what_is_allowed_is_read(tmp_path: Path) -> None:
    path = tmp_path / "labels"
    path.write_bytes(LABELS)
    assert idx.read(path, at_most=len(LABELS)) == LABELS


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(ContentError) as caught:
        idx.read(tmp_path, at_most=1)
    assert (caught.value.expected, caught.value.found) == ("a readable file", "Is a directory")
