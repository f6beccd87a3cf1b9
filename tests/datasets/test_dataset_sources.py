from __future__ import annotations

import gzip
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from autograder.datasets import (
    DatasetError,
    Source,
    contents,
    dataset,
    fashion_mnist,
    idx,
    known_sources,
    mnist,
)
from autograder.datasets.originals import FULL, MNIST, Part, Version

Sample = Callable[[str, Path], Path]
Arrays = dict[str, np.ndarray]
MNIST_FINGERPRINT = "b40ac68fe1ec"
FASHION_FINGERPRINT = "dd3a0c4c8c0f"


def save_archive(path: Path, arrays: Arrays) -> Path:
    path.parent.mkdir(parents=True)
    np.savez(path, **arrays)
    return path


@pytest.mark.parametrize("folder", ["fashion-mnist", "fashion_mnist"])
def test_a_directory_of_gzipped_idx_files(
    folder: str, tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_sample("fashion-mnist", tmp_path / "data" / folder)
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    provenance = fashion_mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.DIRECTORY, str(tmp_path / "data" / folder))
    assert provenance.fingerprint == FASHION_FINGERPRINT


def test_a_directory_of_plain_idx_files(tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in copy_sample("mnist", tmp_path / "data" / "mnist").iterdir():
        file.with_suffix("").write_bytes(gzip.decompress(file.read_bytes()))
        file.unlink()
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    provenance = mnist.provenance()
    assert (provenance.source, provenance.fingerprint) == (Source.DIRECTORY, MNIST_FINGERPRINT)


def test_a_directory_with_an_archive(sample: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = save_archive(tmp_path / "data" / "mnist.npz", sample)
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    provenance = mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.DIRECTORY, str(path))
    assert provenance.fingerprint == MNIST_FINGERPRINT
    assert all(array.flags.writeable for pair in mnist.load_data() for array in pair)


def test_arrays_in_fortran_order_are_the_same_data(
    sample: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fortran = np.asfortranarray(sample["x_train"])
    save_archive(tmp_path / "data" / "mnist.npz", sample | {"x_train": fortran})
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    assert mnist.provenance().fingerprint == MNIST_FINGERPRINT
    (loaded, _), _ = mnist.load_data()
    assert loaded.flags.c_contiguous


def test_a_relative_directory_stays_what_it_was(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_sample("mnist", tmp_path / "data" / "mnist")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_DATA", "data")
    assert mnist.provenance().path == str(tmp_path / "data" / "mnist")


def test_a_directory_without_the_set_is_an_error_and_nothing_else_is_looked_at(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_sample("mnist", tmp_path / "data" / "mnist")
    copy_sample("fashion-mnist", tmp_path / "keras" / "datasets" / "fashion-mnist")
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    with pytest.raises(DatasetError) as caught:
        fashion_mnist.load_data()
    assert str(caught.value) == (
        f"{tmp_path}/data: expected Fashion-MNIST in one of fashion-mnist/, fashion_mnist/, "
        "fashion-mnist.npz, fashion_mnist.npz, found none of them. "
        "Put the data there, or unset AUTOGRADER_DATA to use another source."
    )
    assert {place.source for place in known_sources()} == {Source.DIRECTORY}


def test_a_directory_that_does_not_exist_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "nowhere"))
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        f"{tmp_path}/nowhere: expected MNIST in one of mnist/, mnist.npz, found no such directory. "
        "Put the data there, or unset AUTOGRADER_DATA to use another source."
    )


def test_a_directory_with_some_of_the_files_names_the_others(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_sample("mnist", tmp_path / "data" / "mnist")
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        f"{folder}: expected the four IDX files of MNIST, found no t10k-images-idx3-ubyte, "
        "t10k-labels-idx1-ubyte. Put the data there, or unset AUTOGRADER_DATA to use another source."
    )


def test_an_empty_setting_is_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", "")
    assert mnist.provenance().source is Source.EMBEDDED


def test_the_archive_in_the_keras_cache(sample: Arrays, tmp_path: Path) -> None:
    path = save_archive(tmp_path / "keras" / "datasets" / "mnist.npz", sample)
    provenance = mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.KERAS_CACHE, str(path))
    assert provenance.fingerprint == MNIST_FINGERPRINT


def test_the_idx_files_in_the_keras_cache(tmp_path: Path, copy_sample: Sample) -> None:
    folder = copy_sample("fashion-mnist", tmp_path / "keras" / "datasets" / "fashion-mnist")
    provenance = fashion_mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.KERAS_CACHE, str(folder))


def test_without_keras_home_the_cache_is_in_the_home_directory(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = copy_sample("fashion-mnist", tmp_path / ".keras" / "datasets" / "fashion-mnist")
    assert fashion_mnist.provenance().path == str(folder)


def test_a_download_that_was_interrupted_does_not_have_the_set(tmp_path: Path, copy_sample: Sample) -> None:
    folder = copy_sample("fashion-mnist", tmp_path / "keras" / "datasets" / "fashion-mnist")
    (folder / "t10k-images-idx3-ubyte.gz").unlink()
    assert fashion_mnist.provenance().source is Source.EMBEDDED
    (place,) = [place for place in known_sources() if place.path == str(folder)]
    assert (place.found, place.incomplete, place.missing) == (False, True, ("t10k-images-idx3-ubyte",))


def test_the_files_of_the_system(tmp_path: Path, copy_sample: Sample) -> None:
    folder = copy_sample("mnist", tmp_path / "share" / "autograder" / "mnist")
    provenance = mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.SYSTEM, str(folder))


def test_the_files_of_a_package_of_their_own(
    tmp_path: Path, copy_sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copy_sample("mnist", tmp_path / "dataset-mnist")
    monkeypatch.setattr(dataset, "ORIGINALS", (replace(MNIST, packages=(str(folder),)),))
    provenance = mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.SYSTEM, str(folder))


def test_the_keras_cache_goes_before_the_system(tmp_path: Path, copy_sample: Sample) -> None:
    copy_sample("mnist", tmp_path / "share" / "autograder" / "mnist")
    copy_sample("mnist", tmp_path / "keras" / "datasets" / "mnist")
    assert mnist.provenance().source is Source.KERAS_CACHE


def full_set(sample: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """60,000 black images, with recorded checksums of their own: they go the full set's way."""
    black = {"x_train": np.zeros((FULL, 28, 28), np.uint8), "y_train": np.zeros(FULL, np.uint8)}
    arrays = sample | black
    folder = tmp_path / "data" / "mnist"
    folder.mkdir(parents=True)

    def recorded(part: Part) -> Part:
        array = arrays[part.key]
        (folder / f"{part.file}.gz").write_bytes(gzip.compress(idx.encode(array), 1))
        version = Version(count=len(array), checksum=contents.checksum(array, "md5"))
        return replace(part, versions=(version, *part.versions[1:]))

    original = replace(MNIST, parts=tuple(recorded(part) for part in MNIST.parts))
    monkeypatch.setattr(dataset, "ORIGINALS", (original,))
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path / "data"))
    return folder


def test_a_full_training_set_is_used_in_full(sample: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full_set(sample, tmp_path, monkeypatch)
    assert mnist.provenance().training_images == FULL
    (x_train, y_train), _ = mnist.load_data()
    assert (x_train.shape, y_train.shape) == ((FULL, 28, 28), (FULL,))


def test_full_images_with_the_labels_of_the_sample_are_an_error(
    sample: Arrays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, copy_sample: Sample
) -> None:
    folder = full_set(sample, tmp_path, monkeypatch)
    copy = copy_sample("mnist", tmp_path / "sample")
    (copy / "train-labels-idx1-ubyte.gz").replace(folder / "train-labels-idx1-ubyte.gz")
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        f"{folder}: expected as many training labels as images, found 10,000 labels for 60,000 images. "
        "Put the published file in its place, or unset AUTOGRADER_DATA."
    )


def keras_that(load_data: Callable[[], object]) -> SimpleNamespace:
    return SimpleNamespace(datasets=SimpleNamespace(mnist=SimpleNamespace(load_data=load_data)))


def test_nothing_is_downloaded_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keras", keras_that(lambda: pytest.fail("downloaded")))
    assert mnist.provenance().source is Source.EMBEDDED


def test_a_download_that_was_asked_for_goes_before_the_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    arrays = mnist.load_data()
    monkeypatch.setitem(sys.modules, "keras", keras_that(lambda: arrays))
    monkeypatch.setenv("AUTOGRADER_DOWNLOAD", "1")
    provenance = mnist.provenance()
    assert (provenance.source, provenance.path) == (Source.DOWNLOAD, "keras.datasets.mnist.load_data")
    assert provenance.fingerprint == MNIST_FINGERPRINT


def test_a_failed_download_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise Exception("URL fetch failure on mnist.npz: None -- no network")

    monkeypatch.setitem(sys.modules, "keras", keras_that(fail))
    monkeypatch.setenv("AUTOGRADER_DOWNLOAD", "1")
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        "keras.datasets.mnist.load_data: expected a download of MNIST, "
        "found URL fetch failure on mnist.npz: None -- no network. "
        "Unset AUTOGRADER_DOWNLOAD to use the embedded sample, or try again later."
    )


def test_a_download_of_other_data_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    fashion = fashion_mnist.load_data()
    monkeypatch.setitem(sys.modules, "keras", keras_that(lambda: fashion))
    monkeypatch.setenv("AUTOGRADER_DOWNLOAD", "1")
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        "keras.datasets.mnist.load_data: expected the published training images, "
        "found the training images of Fashion-MNIST. "
        "Unset AUTOGRADER_DOWNLOAD to use the embedded sample, or try again later."
    )
