from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import (
    Dataset,
    DatasetError,
    Provenance,
    Source,
    describe,
    fashion_mnist,
    known_sources,
    mnist,
    sources,
)

both = pytest.mark.parametrize("dataset", [mnist, fashion_mnist], ids=lambda dataset: dataset.name)


@both
def test_arrays_are_like_those_of_keras(dataset: Dataset) -> None:
    (x_train, y_train), (x_test, y_test) = dataset.load_data()
    assert (x_train.shape, y_train.shape) == ((10_000, 28, 28), (10_000,))
    assert (x_test.shape, y_test.shape) == ((10_000, 28, 28), (10_000,))
    for array in (x_train, y_train, x_test, y_test):
        assert array.dtype == np.uint8
        assert array.flags.c_contiguous
    assert set(y_train) == set(y_test) == set(range(10))


def test_first_labels_are_the_published_ones() -> None:
    (_, mnist_labels), (_, mnist_test) = mnist.load_data()
    (_, fashion_labels), (_, fashion_test) = fashion_mnist.load_data()
    assert mnist_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist_test[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert fashion_labels[:10].tolist() == [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]
    assert fashion_test[:10].tolist() == [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]


@both
def test_changing_the_arrays_in_place_changes_nothing_for_the_next_reader(dataset: Dataset) -> None:
    before = dataset.provenance()
    for pair in dataset.load_data():
        for array in pair:
            array[:] = 0
    assert all(array.any() for pair in dataset.load_data() for array in pair)
    assert dataset.provenance() == before


@both
def test_there_are_ten_class_names(dataset: Dataset) -> None:
    assert len(set(dataset.class_names)) == 10


def test_class_names_go_with_their_labels() -> None:
    assert mnist.class_names[7] == "7"
    assert (fashion_mnist.class_names[0], fashion_mnist.class_names[9]) == ("T-shirt/top", "Ankle boot")


def test_provenance_of_the_embedded_sample() -> None:
    assert mnist.provenance() == Provenance(
        name="mnist",
        source=Source.EMBEDDED,
        path=str(sources.EMBEDDED / "mnist"),
        training_images=10_000,
        test_images=10_000,
        fingerprint="b40ac68fe1ec",
    )


def test_provenance_reads_as_a_line() -> None:
    assert [str(provenance) for provenance in describe()] == [
        "MNIST: 10,000 training and 10,000 test images, embedded sample, fingerprint b40ac68fe1ec",
        "Fashion-MNIST: 10,000 training and 10,000 test images, embedded sample, fingerprint dd3a0c4c8c0f",
    ]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("directory", "from AUTOGRADER_DATA"),
        ("keras-cache", "Keras's cache"),
        ("system", "system files"),
        ("download", "downloaded through Keras"),
        ("embedded", "embedded sample"),
    ],
)
def test_every_source_has_words(source: str, words: str) -> None:
    provenance = Provenance(
        name="mnist",
        source=Source(source),
        path="/data/mnist",
        training_images=60_000,
        test_images=10_000,
        fingerprint="06b0d1f124c4",
    )
    assert str(provenance) == (f"MNIST: 60,000 training and 10,000 test images, {words}, fingerprint 06b0d1f124c4")


def test_loading_imports_neither_keras_nor_tensorflow() -> None:
    program = (
        "import sys; from autograder.datasets import describe; describe();"
        "sys.exit(bool({'keras', 'tensorflow'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_places_are_listed_in_the_order_of_the_sources() -> None:
    for name in ("mnist", "fashion_mnist"):
        order = [place.source for place in known_sources() if place.name == name]
        assert list(dict.fromkeys(order)) == list(Source)[1:]


def test_only_the_embedded_sample_is_found_on_a_bare_machine() -> None:
    assert [(place.name, place.source) for place in known_sources() if place.found] == [
        ("mnist", Source.EMBEDDED),
        ("fashion_mnist", Source.EMBEDDED),
    ]


def test_an_installation_without_its_sample_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sources, "EMBEDDED", tmp_path / "embedded")
    with pytest.raises(DatasetError) as caught:
        mnist.load_data()
    assert str(caught.value) == (
        f"{tmp_path}/embedded/mnist: expected the embedded sample of MNIST, "
        "found no train-images-idx3-ubyte, train-labels-idx1-ubyte, "
        "t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte. "
        "Reinstall this package: the sample is a part of it."
    )
