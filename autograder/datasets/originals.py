"""The published data sets, as data: their files, shapes and checksums.

A checksum is that of the uncompressed IDX file, so that an IDX file, a gzipped one and Keras's ``.npz`` of
the same data have the same. The full sets' MD5 sums are the ones by which the published files are known;
those of the first 10,000 training images are this package's own.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.i18n import _

FULL = 60_000
"""Training images in a full set."""
SAMPLE = 10_000
"""Training images in the embedded sample: the first ones."""
TEST = 10_000
"""Test images, always all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One accepted content of a part."""

    count: int
    """Images, or labels, in it."""
    checksum: str
    """Algorithm and hexadecimal digest of the uncompressed IDX file, e.g. ``"md5:6bbc…"``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One of the four arrays of a set."""

    key: str
    """Its name in Keras's archive: ``x_train``, ``y_train``, ``x_test`` or ``y_test``."""
    file: str
    """The published name of its IDX file, without ``.gz``."""
    item_shape: tuple[int, ...]
    """``(28, 28)``, height and width in pixels, for images; ``()`` for labels."""
    versions: tuple[Version, ...]
    """What it may hold."""

    def title(self) -> str:
        """What a reader calls it."""
        return {
            "x_train": _("training images"),
            "y_train": _("training labels"),
            "x_test": _("test images"),
            "y_test": _("test labels"),
        }[self.key]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """One published data set."""

    name: str
    """Its name in ``keras.datasets``."""
    title: str
    """Its name in a sentence."""
    folders: tuple[str, ...]
    """Names of a folder that holds its four IDX files."""
    archives: tuple[str, ...]
    """Names of an ``.npz`` file that holds its four arrays."""
    packages: tuple[str, ...] = ()
    """Folders in which an operating system's package puts its four IDX files."""
    parts: tuple[Part, ...]
    """``x_train``, ``y_train``, ``x_test``, ``y_test``."""


def _parts(
    train_images: str,
    train_labels: str,
    test_images: str,
    test_labels: str,
    sample_images: str,
    sample_labels: str,
) -> tuple[Part, ...]:
    image = (28, 28)
    return (
        Part(
            key="x_train",
            file="train-images-idx3-ubyte",
            item_shape=image,
            versions=(
                Version(count=FULL, checksum=train_images),
                Version(count=SAMPLE, checksum=sample_images),
            ),
        ),
        Part(
            key="y_train",
            file="train-labels-idx1-ubyte",
            item_shape=(),
            versions=(
                Version(count=FULL, checksum=train_labels),
                Version(count=SAMPLE, checksum=sample_labels),
            ),
        ),
        Part(
            key="x_test",
            file="t10k-images-idx3-ubyte",
            item_shape=image,
            versions=(Version(count=TEST, checksum=test_images),),
        ),
        Part(
            key="y_test",
            file="t10k-labels-idx1-ubyte",
            item_shape=(),
            versions=(Version(count=TEST, checksum=test_labels),),
        ),
    )


MNIST = Original(
    name="mnist",
    title="MNIST",
    folders=("mnist",),
    archives=("mnist.npz",),
    parts=_parts(
        train_images="md5:6bbc9ace898e44ae57da46a324031adb",
        train_labels="md5:a25bea736e30d166cdddb491f175f624",
        test_images="md5:2646ac647ad5339dbf082846283269ea",
        test_labels="md5:27ae3e4e09519cfbb04c329615203637",
        sample_images="sha256:2889698e6bc3614913e76901316712919d1998fc2b44512451bfe65bc1e668b1",
        sample_labels="sha256:651e38e2ac0632f5113ec18f1df4977117f953197819034009971a6675a0df78",
    ),
)

FASHION_MNIST = Original(
    name="fashion_mnist",
    title="Fashion-MNIST",
    folders=("fashion-mnist", "fashion_mnist"),
    archives=("fashion-mnist.npz", "fashion_mnist.npz"),
    packages=("/usr/share/dataset-fashion-mnist",),
    parts=_parts(
        train_images="md5:f4a8712d7a061bf5bd6d2ca38dc4d50a",
        train_labels="md5:9018921c3c673c538a1fc5bad174d6f9",
        test_images="md5:8181f5470baa50b63fa0f6fddb340f0a",
        test_labels="md5:15d484375f8d13e6eb1aabb0c3f46965",
        sample_images="sha256:ed2e37ed5a3a57d212141a69fe0a0de5a7126ffba14ac3f7e76f5f52cc04b1f0",
        sample_labels="sha256:a69f2dad024ca220a8c4d85f621fdf929042d40c444abde2868903e9220ad517",
    ),
)

ORIGINALS = (MNIST, FASHION_MNIST)
