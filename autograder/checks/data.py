"""``Prepared``: were the images and labels of a data set prepared as asked?"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, ClassVar, Literal

import numpy as np
import numpy.typing as npt

from autograder.arithmetic import Shape
from autograder.datasets import Dataset
from autograder.grading import ExerciseError, Subject, Unfit, Verdict, partly, passed
from autograder.i18n import _
from autograder.kept import Kept
from autograder.preparation import Preparation, find_preparation

# Images whose preparation is worked out before all of them are compared.
_SAMPLE = 64

_NUMBERS = "fiub"

# To go through all images takes ten times as long as to see that they are those of the student before.
_KNOWN: Kept[tuple[Preparation, npt.NDArray[np.intp] | None]] = Kept(16)


@dataclass(frozen=True)
class Prepared:
    """A pair ``(images, labels)`` holds a data set's images and labels, prepared as asked.

    Half of the points are for the images, half for the labels. Any order of the images will do, as long
    as the labels keep to it.
    """

    dataset: Dataset
    part: Literal["train", "test"]
    shape: Shape = (28, 28, 1)
    """Of one image."""
    between: tuple[float, float] = (0.0, 1.0)
    """What black and white pixels become."""
    one_hot: bool = True
    """Labels as rows of ten numbers, one of them 1; else as integers."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if self.part not in {"train", "test"}:
            raise ExerciseError(f"Prepared(part={self.part!r}): expected 'train' or 'test'")

    @property
    def title(self) -> str:
        """What is checked."""
        if self.part == "train":
            return _("The training images and labels")
        return _("The test images and labels")

    def judge(self, subject: Subject) -> Verdict:
        """Looks at the images, then at the labels."""
        value = subject.value
        if not isinstance(value, tuple) or len(value) != 2:
            raise ExerciseError("grade((images, labels), Prepared(…)): the subject must be a pair")
        real_images, real_labels = self.dataset.load_data()[0 if self.part == "train" else 1]
        images_name, labels_name = f"x_{self.part}", f"y_{self.part}"
        # Until the images say otherwise, they are in the order of the data set.
        order = np.arange(len(real_labels))
        messages = []
        try:
            images = _array(images_name, Subject(value[0]).value)
            preparation, found = self._known(images_name, images, real_images)
            order = order if found is None else found
            self._look_at_preparation(images_name, images, preparation)
        except Unfit as unfit:
            messages.append(str(unfit))
        try:
            labels = _array(labels_name, Subject(value[1]).value)
            self._look_at_labels(labels_name, labels, real_labels[order])
        except Unfit as unfit:
            messages.append(str(unfit))
        if not messages:
            return passed(_("{count:,} images and their labels are as asked.").format(count=len(real_labels)))
        return partly(1 - len(messages) / 2, "\n".join(messages))

    def _known(
        self, name: str, images: npt.NDArray[Any], real: npt.NDArray[np.uint8]
    ) -> tuple[Preparation, npt.NDArray[np.intp] | None]:
        """How the images were made, and of which each was, worked out once for all who have the same."""

        def anew() -> tuple[Preparation, npt.NDArray[np.intp] | None]:
            preparation = self._preparation(name, images, real)
            return preparation, _matched(name, images, preparation, real)

        if images.dtype.kind not in _NUMBERS:
            return anew()
        content = sha256(np.ascontiguousarray(images).data).hexdigest()
        asked = (self.dataset.provenance().fingerprint, self.part, images.shape, str(images.dtype), content)
        return _KNOWN.once(asked, anew)

    def _preparation(self, name: str, images: npt.NDArray[Any], real: npt.NDArray[np.uint8]) -> Preparation:
        """How the images were made; raises :class:`Unfit` if they cannot be those of the data set."""
        if len(images.shape) < 2 or len(images) != len(real) or images.size != real.size:
            raise Unfit(_shape_message(name, images.shape, (len(real), *self.shape)))
        if images.dtype.kind not in _NUMBERS:
            raise Unfit(_("{name}: expected numbers, found dtype {dtype}").format(name=name, dtype=images.dtype))
        places = np.unique(np.linspace(0, len(images) - 1, _SAMPLE).astype(int))
        preparation = find_preparation(images[places], real)
        if preparation is None:
            raise Unfit(self._not_the_images(name, images[places]))
        return preparation

    def _not_the_images(self, name: str, sample: npt.NDArray[Any]) -> str:
        """Why images are not those that were asked for."""
        (train_images, _train_labels), (test_images, _test_labels) = self.dataset.load_data()
        if find_preparation(sample, test_images if self.part == "train" else train_images) is not None:
            return (
                _("{name}: these are the test images, and the training images are asked for.")
                if self.part == "train"
                else _("{name}: these are the training images, and the test images are asked for.")
            ).format(name=name)
        if set(np.unique(sample).tolist()) == {0, 1}:
            return _(
                "{name}: its pixels are whole numbers, 0 or 1, so that every grey is lost: divide with / 255, which"
                " gives fractions, and not with //."
            ).format(name=name)
        return _("{name}: these are not the images of {dataset}, scaled by one number").format(
            name=name, dataset=self.dataset.title
        )

    def _look_at_preparation(self, name: str, images: npt.NDArray[Any], preparation: Preparation) -> None:
        expected = (len(images), *self.shape)
        if images.shape != expected:
            raise Unfit(_shape_message(name, images.shape, expected) + _channel_hint(name, images.shape, expected))
        low, high = self.between
        if not preparation.scales_to(low, high):
            found_low, found_high = preparation.bounds
            raise Unfit(
                _("{name}: expected pixels from {low:g} to {high:g}, found {found_low} to {found_high}").format(
                    name=name, low=low, high=high, found_low=found_low, found_high=found_high
                )
            )

    def _look_at_labels(self, name: str, labels: npt.NDArray[Any], real: npt.NDArray[np.uint8]) -> None:
        expected = (len(real), 10) if self.one_hot else (len(real),)
        if labels.shape != expected:
            hint = ""
            if self.one_hot and labels.shape == (len(real),):
                hint = _(" One-hot labels come from keras.utils.to_categorical({name}, 10).").format(name=name)
            if not self.one_hot and labels.shape == (len(real), 10):
                hint = _(" These are one-hot: leave them as whole numbers.")
            elif self.one_hot and labels.shape[:1] == (len(real),) and labels.ndim == 3:
                hint = _(" They were made one-hot twice: once is enough.")
            raise Unfit(_shape_message(name, labels.shape, expected) + hint)
        if labels.dtype.kind not in _NUMBERS:
            raise Unfit(_("{name}: expected numbers, found dtype {dtype}").format(name=name, dtype=labels.dtype))
        rows = np.eye(10)[real] if self.one_hot else real
        same = (labels == rows).all(axis=1) if self.one_hot else labels == rows
        if not same.all():
            least, most = labels.max(), rows.max()
            if 0 < least < most and np.allclose(labels * (most / least), rows):
                raise Unfit(_("{name}: the labels were scaled, too: leave them as they are").format(name=name))
            others = self.dataset.load_data()[1 if self.part == "train" else 0][1]
            if np.array_equal(labels, np.eye(10)[others] if self.one_hot else others):
                raise Unfit(
                    (
                        _("{name}: these are the labels of the test images.")
                        if self.part == "train"
                        else _("{name}: these are the labels of the training images.")
                    ).format(name=name)
                )
            raise Unfit(
                _(
                    "{name}: {count:,} of {total:,} labels are not those of their images; the first is number {first}"
                ).format(name=name, count=int((~same).sum()), total=len(real), first=int((~same).argmax()))
            )


def _array(name: str, value: Any) -> npt.NDArray[Any]:
    if value is None:
        raise Unfit(_("{name} is None: the cell that makes it is not finished").format(name=name))
    if not hasattr(value, "__array__"):
        raise Unfit(_("{name}: expected a NumPy array, found {type}").format(name=name, type=type(value).__name__))
    return np.asarray(value)


def _shape_message(name: str, found: Shape, expected: Shape) -> str:
    return _("{name}: expected shape {expected}, found {found}.").format(name=name, expected=expected, found=found)


def _channel_hint(name: str, found: Shape, expected: Shape) -> str:
    """What to do about a channel axis that is missing or stands first."""
    if expected[-1:] != (1,):
        return ""
    if found == expected[:-1]:
        return _(" The channel axis is missing: {name}[..., np.newaxis] or {name}.reshape{shape} adds it.").format(
            name=name, shape=(-1, *expected[1:])
        )
    if found == (expected[0], 1, *expected[1:-1]):
        return _(" The channel axis stands last: {name}.reshape{shape}.").format(name=name, shape=(-1, *expected[1:]))
    return ""


def _matched(
    name: str, images: npt.NDArray[Any], preparation: Preparation, real: npt.NDArray[np.uint8]
) -> npt.NDArray[np.intp] | None:
    """For each image the index of the real one that it is; ``None`` where they are in the same order."""
    back = preparation.undone(images.reshape(len(images), -1))
    originals = real.reshape(len(real), -1)
    if (back == originals).all():
        return None
    # Shuffled, perhaps: pair both sides in sorted order. Equal images have equal labels in both data sets
    # or are told apart by neither side.
    found, wanted = np.lexsort(back.T), np.lexsort(originals.T)
    if not (back[found] == originals[wanted]).all():
        wrong = int((back != originals).any(axis=1).sum())
        raise Unfit(
            _("{name}: {count:,} of {total:,} images are not those of the data set").format(
                name=name, count=wrong, total=len(real)
            )
        )
    order = np.empty(len(real), dtype=np.intp)
    order[found] = wanted
    return order
