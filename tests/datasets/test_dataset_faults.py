"""Damaged and wrong files: each is named, and none is passed over for the next source."""

from __future__ import annotations

import gzip
import pickle
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import DatasetError, fashion_mnist, idx, mnist
from autograder.datasets.contents import checksum

Sample = Callable[[str, Path], Path]
Arrays = dict[str, np.ndarray]
DIRECTORY_REMEDY = "Put the published file in its place, or unset AUTOGRADER_DATA."
CACHE_REMEDY = "Delete it, so that Keras downloads it anew or another source is used."
TRAIN_IMAGES = "train-images-idx3-ubyte.gz"
TRAIN_LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TEST_LABELS = "t10k-labels-idx1-ubyte.gz"


@pytest.fixture
def folder(tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound copy of MNIST in AUTOGRADER_DATA, for a test to damage."""
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    return copy_sample("mnist", tmp_path / "data" / "mnist")


def message() -> str:
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    return str(caught.value)


def write(path: Path, array: np.ndarray) -> None:
    path.write_bytes(gzip.compress(idx.encode(array), 1))


def test_a_truncated_gzip_file(folder: Path) -> None:
    path = folder / TRAIN_IMAGES
    path.write_bytes(path.read_bytes()[:100_000])
    assert message() == (f"{path}: expected a complete gzip file, found one that ends too early. {DIRECTORY_REMEDY}")


def test_a_gzip_file_whose_checksum_is_wrong(folder: Path) -> None:
    path = folder / TEST_LABELS
    data = bytearray(path.read_bytes())
    crc = int.from_bytes(data[-8:-4], "little")
    data[-8] ^= 1
    path.write_bytes(data)
    assert message() == (
        f"{path}: expected an undamaged gzip file, found CRC check failed {crc ^ 1:#x} != {crc:#x}. {DIRECTORY_REMEDY}"
    )


def test_a_flipped_bit_in_the_compressed_data_is_noticed(folder: Path) -> None:
    path = folder / TEST_IMAGES
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)
    # What zlib says differs from release to release.
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert caught.value.path == str(path)
    assert caught.value.expected in (
        "an undamaged gzip file",
        "a complete gzip file",
        "at most 7,840,016 bytes",
    )


def test_a_file_that_is_not_gzip(folder: Path) -> None:
    path = folder / TEST_LABELS
    path.write_bytes(b"<html>Not found</html>")
    assert message() == (
        f"{path}: expected an undamaged gzip file, found Not a gzipped file (b'<h'). {DIRECTORY_REMEDY}"
    )


def test_an_empty_file(folder: Path) -> None:
    path = folder / TRAIN_LABELS
    path.write_bytes(b"")
    assert message() == f"{path}: expected a header of 8 bytes, found 0 bytes in all. {DIRECTORY_REMEDY}"


def test_trailing_bytes(folder: Path) -> None:
    path = folder / TRAIN_LABELS
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + b"\0", 1))
    assert message() == (
        f"{path}: expected 10,008 bytes for an array of shape (10000,), found 10,009 bytes. {DIRECTORY_REMEDY}"
    )


def test_images_and_labels_swapped(folder: Path) -> None:
    images, labels, aside = folder / TRAIN_IMAGES, folder / TRAIN_LABELS, folder / "aside"
    images.replace(aside)
    labels.replace(images)
    aside.replace(labels)
    assert message() == (
        f"{images}: expected the magic number 2051 of images, found the magic number 2049 of labels. {DIRECTORY_REMEDY}"
    )


def test_training_and_test_set_swapped(sample: Arrays, folder: Path) -> None:
    (folder / TEST_IMAGES).replace(folder / TRAIN_IMAGES)
    write(folder / TEST_IMAGES, sample["x_train"])
    assert message() == (
        f"{folder / TRAIN_IMAGES}: expected the published training images, found the test images of MNIST. "
        f"{DIRECTORY_REMEDY}"
    )


def test_one_set_under_the_name_of_another(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_sample("mnist", tmp_path / "data" / "fashion-mnist")
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    with pytest.raises(DatasetError) as caught:
        fashion_mnist.load_data()
    assert str(caught.value) == (
        f"{tmp_path}/data/fashion-mnist/{TRAIN_IMAGES}: expected the published training images, "
        f"found the training images of MNIST. {DIRECTORY_REMEDY}"
    )


def test_one_changed_pixel(sample: Arrays, folder: Path) -> None:
    images = sample["x_test"].copy()
    images[5000, 14, 14] ^= 1
    write(folder / TEST_IMAGES, images)
    assert message() == (
        f"{folder / TEST_IMAGES}: expected the published test images, "
        f"found other data ({checksum(images, 'md5')}). {DIRECTORY_REMEDY}"
    )


def test_a_smaller_test_set(sample: Arrays, folder: Path) -> None:
    write(folder / TEST_IMAGES, sample["x_test"][:5000])
    assert message() == (
        f"{folder / TEST_IMAGES}: expected test images as uint8 of shape (10000, 28, 28), "
        f"found uint8 of shape (5000, 28, 28). {DIRECTORY_REMEDY}"
    )


def test_a_training_set_of_another_size(sample: Arrays, folder: Path) -> None:
    write(folder / TRAIN_IMAGES, sample["x_train"][:9999])
    assert message() == (
        f"{folder / TRAIN_IMAGES}: expected training images as uint8 of shape "
        "(60000, 28, 28) or (10000, 28, 28), "
        f"found uint8 of shape (9999, 28, 28). {DIRECTORY_REMEDY}"
    )


def test_a_label_that_is_no_digit(sample: Arrays, folder: Path) -> None:
    labels = sample["y_test"].copy()
    labels[17] = 12
    write(folder / TEST_LABELS, labels)
    assert message() == (f"{folder / TEST_LABELS}: expected labels from 0 to 9, found a label 12. {DIRECTORY_REMEDY}")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Where Keras keeps MNIST, for a test to put something there."""
    path = tmp_path / "keras" / "datasets" / "mnist.npz"
    path.parent.mkdir(parents=True)
    return path


def test_a_pickle_in_place_of_an_archive_is_not_unpickled(sample: Arrays, archive: Path) -> None:
    archive.write_bytes(pickle.dumps(sample))
    assert message() == (
        f"{archive}: expected a sound .npz archive of four uint8 arrays, found File is not a zip file. {CACHE_REMEDY}"
    )


def test_an_array_of_objects_in_an_archive_is_not_unpickled(sample: Arrays, archive: Path) -> None:
    np.savez(archive, **(sample | {"x_train": np.array([print], dtype=object)}))
    assert message() == (
        f"{archive}: expected a sound .npz archive of four uint8 arrays, "
        f"found Object arrays cannot be loaded when allow_pickle=False. {CACHE_REMEDY}"
    )


def test_an_array_that_is_not_in_the_archive(archive: Path) -> None:
    np.savez(archive, images=np.zeros(3), labels=np.zeros(3))
    assert message() == (f"{archive}: expected a member x_train.npy, found only images.npy, labels.npy. {CACHE_REMEDY}")


def test_an_array_of_another_type(sample: Arrays, archive: Path) -> None:
    np.savez(archive, **(sample | {"y_train": sample["y_train"].astype(np.int64)}))
    assert message() == (
        f"{archive}: expected training labels as uint8 of shape (60000,) or (10000,), "
        f"found int64 of shape (10000,). {CACHE_REMEDY}"
    )


def test_normalised_images_are_not_the_published_ones(sample: Arrays, archive: Path) -> None:
    np.savez(archive, **(sample | {"x_train": (sample["x_train"] / 255).astype(np.float16)}))
    assert message() == (
        f"{archive}: expected training images as uint8 of shape (60000, 28, 28) or (10000, 28, 28), "
        f"found float16 of shape (10000, 28, 28). {CACHE_REMEDY}"
    )


def test_an_archive_cut_short(sample: Arrays, archive: Path) -> None:
    np.savez(archive, **sample)
    archive.write_bytes(archive.read_bytes()[:-1000])
    assert message() == (
        f"{archive}: expected a sound .npz archive of four uint8 arrays, found File is not a zip file. {CACHE_REMEDY}"
    )


def test_a_flipped_bit_in_an_archive(sample: Arrays, archive: Path) -> None:
    np.savez(archive, **sample)
    data = bytearray(archive.read_bytes())
    data[1_000_000] ^= 1
    archive.write_bytes(data)
    assert message() == (
        f"{archive}: expected a sound .npz archive of four uint8 arrays, "
        f"found Bad CRC-32 for file 'x_train.npy'. {CACHE_REMEDY}"
    )


def test_a_member_that_is_far_too_large_is_not_unpacked(sample: Arrays, archive: Path) -> None:
    np.savez_compressed(archive, **(sample | {"y_train": np.zeros(10**6, np.uint8)}))
    assert message() == (f"{archive}: expected at most 484,160 bytes in y_train.npy, found 1,000,128. {CACHE_REMEDY}")


def test_the_fault_is_also_there_in_parts(folder: Path) -> None:
    path = folder / TRAIN_LABELS
    path.write_bytes(b"")
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    error: DatasetError = pickle.loads(pickle.dumps(caught.value))
    assert (error.path, error.expected, error.found, error.remedy) == (
        str(path),
        "a header of 8 bytes",
        "0 bytes in all",
        DIRECTORY_REMEDY,
    )


def test_a_fault_that_was_mended_is_forgotten(folder: Path) -> None:
    path = folder / TRAIN_LABELS
    sound = path.read_bytes()
    path.write_bytes(b"")
    assert message().startswith(str(path))
    path.write_bytes(sound)
    assert mnist.provenance().training_images == 10_000
