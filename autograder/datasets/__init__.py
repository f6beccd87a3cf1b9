"""MNIST and Fashion-MNIST, with no network and no Keras needed.

``mnist.load_data()`` and ``fashion_mnist.load_data()`` stand in for those of ``keras.datasets``. The data
comes from the first source that has it: the directory ``AUTOGRADER_DATA``, Keras's cache, the system's
files, a download through Keras if ``AUTOGRADER_DOWNLOAD=1``, and last the sample embedded in this package,
which has all 10,000 test images and the first 10,000 training images. ``provenance()`` says which it was.
"""

from autograder.datasets.dataset import (
    Dataset,
    Provenance,
    describe,
    fashion_mnist,
    known_sources,
    mnist,
)
from autograder.datasets.errors import DatasetError
from autograder.datasets.sources import Place, Source

__all__ = [
    "Dataset",
    "DatasetError",
    "Place",
    "Provenance",
    "Source",
    "describe",
    "fashion_mnist",
    "known_sources",
    "mnist",
]
