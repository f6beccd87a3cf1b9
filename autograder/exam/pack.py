"""Values → plain data, on the side that sends them."""

from __future__ import annotations

import inspect
import math
import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.exam.crossing import (
    DTYPES,
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_TEXT,
    Array,
    Function,
    History,
    Items,
    Model,
    NotFinite,
    Pairs,
    Refused,
    Scalar,
    Training,
    Value,
)
from autograder.facts import TrainingFacts
from autograder.i18n import _


class CannotCross(ValueError):
    """A value that is no plain data; the message says why."""


class Packer:
    """Packs values for one message; ``buffers`` gathers the numbers of their arrays."""

    def __init__(self, limit: int) -> None:
        self.buffers: list[memoryview] = []
        self._left = limit
        self._items = MAX_ITEMS

    def pack(self, value: Any, name: str = "") -> Value:
        """The value, or why it cannot cross."""
        before = len(self.buffers)
        try:
            return self._value(value, name, MAX_DEPTH)
        except CannotCross as refusal:
            del self.buffers[before:]
            return Refused(reason=str(refusal))
        except Exception as error:  # noqa: BLE001 - an object of the student's may do anything when looked at
            del self.buffers[before:]
            return Refused(reason=_("it cannot be read: {error}").format(error=told(error)))

    def _value(self, value: Any, name: str, depth: int) -> Value:
        self._items -= 1
        if depth == 0 or self._items < 0:
            raise CannotCross(_("it is nested too deeply, or has too many entries"))
        if value is None or isinstance(value, bool | np.bool_):
            return Scalar(None if value is None else bool(value))
        if isinstance(value, int | np.integer):
            return _integer(int(value))
        if isinstance(value, float | np.floating):
            number = float(value)
            return Scalar(number) if math.isfinite(number) else NotFinite(_special(number))
        if isinstance(value, str):
            return self._text(str.__str__(value))
        if isinstance(value, list | tuple | set | frozenset):
            items = [self._value(item, "", depth - 1) for item in value]
            return Items("tuple", items) if isinstance(value, tuple) else Items("list", items)
        if isinstance(value, Mapping):
            return Pairs(
                [(self._value(key, "", depth - 1), self._value(item, "", depth - 1)) for key, item in value.items()]
            )
        return self._object(value, name)

    def _object(self, value: Any, name: str) -> Value:
        # Where Keras was never imported there are no models, and to import it takes seconds.
        keras: Any = sys.modules.get("keras")
        if keras is not None and isinstance(value, keras.Model):
            return self._model(value)
        if keras is not None and isinstance(value, keras.callbacks.History):
            from autograder.keras_facts import read_training, sample_of

            training, sample = read_training(value), sample_of(value)
            if training is None:
                raise CannotCross(_("a History that tells of no training"))
            return History(self.training(training), None if sample is None else self._array(sample))
        if hasattr(value, "__array__") and not isinstance(value, type):
            return self._array(np.asarray(value))
        if inspect.ismodule(value):
            raise CannotCross(_("it is a module"))
        if isinstance(value, type):
            raise CannotCross(_("it is the class {name}, and not something made from it").format(name=value.__name__))
        if callable(value) and name:
            return Function(name)
        if value is ...:
            raise CannotCross(_("it is still “...”, or has such dots in it: put your own answer in their place"))
        if keras is not None and isinstance(value, keras.Layer):
            raise CannotCross(
                _("a layer ({kind}) is no model by itself: keras.Sequential([…]) makes one of layers").format(
                    kind=type(value).__name__
                )
            )
        raise CannotCross(_("an object of type {type} is no plain data").format(type=type(value).__name__))

    def _model(self, model: Any) -> Model:
        from autograder.keras_facts import (
            UnreadableModel,
            read_compiled,
            read_training,
            read_weights,
            sample_of,
        )
        from autograder.keras_models import BUILDABLE_KINDS

        try:
            facts, weights = read_weights(model, _shape_in_notebook())
        except UnreadableModel as error:
            raise CannotCross(str(error)) from error
        for index, layer in enumerate(facts.layers):
            if layer.custom or layer.kind not in BUILDABLE_KINDS:
                raise CannotCross(
                    _("layer {number} ({kind}) is not one of Keras's layers that this exercise may use").format(
                        number=index + 1, kind=layer.kind
                    )
                )
        sample, training = sample_of(model), read_training(model)
        return Model(
            facts=facts,
            weights=[[self._array(array) for array in arrays] for arrays in weights],
            compiled=read_compiled(model),
            training=None if training is None else self.training(training),
            sample=None if sample is None else self._array(sample),
        )

    def training(self, training: TrainingFacts) -> Training:
        """What a training came to, its curves as arrays."""
        curves = {name: self._array(np.asarray(curve, np.float64)) for name, curve in training.curves.items()}
        return Training(facts=replace(training, curves={}), curves=curves)

    def _text(self, text: str) -> Scalar:
        if len(text) > MAX_TEXT:
            raise CannotCross(_("a text of {count:,} characters is too long").format(count=len(text)))
        try:
            self._left -= len(text.encode())
        except UnicodeEncodeError:
            raise CannotCross(_("a text with half a character in it")) from None
        if self._left < 0:
            raise CannotCross(_("its texts are too long"))
        return Scalar(text)

    def _array(self, array: np.ndarray[Any, Any]) -> Array:
        if array.dtype.name not in DTYPES:
            raise CannotCross(_("an array of dtype {dtype} holds no plain numbers").format(dtype=array.dtype))
        if array.nbytes > self._left:
            raise CannotCross(
                _("it is too large: an array of {size:,} bytes, and {left:,} are left").format(
                    size=array.nbytes, left=self._left
                )
            )
        self._left -= array.nbytes
        little_endian = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        self.buffers.append(little_endian.reshape(-1).view(np.uint8).data)
        return Array(dtype=array.dtype.name, shape=list(array.shape), buffer=len(self.buffers) - 1)


def told(error: BaseException) -> str:
    """An exception's kind and text, bounded. A student's own class may do anything when it is asked for it."""
    try:
        text = str(error)
    except Exception:  # noqa: BLE001
        text = ""
    name = str(type(error).__name__)
    return f"{name}: {text}"[:300].encode("utf-8", "replace").decode() if text else name


def _integer(number: int) -> Scalar:
    if abs(number) >= 2**63:
        raise CannotCross(_("a whole number of more than 63 bits"))
    return Scalar(number)


def _special(number: float) -> Any:
    return "nan" if math.isnan(number) else ("inf" if number > 0 else "-inf")


def _shape_in_notebook() -> tuple[int, ...] | None:
    """The shape of the images that the notebook holds: what a model that has seen none is meant for."""
    # The shell is asked for by import: outside a cell, no builtin names it.
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    names: Mapping[str, Any] = shell.user_ns if shell is not None else {}
    for name in ("x_train", "x_test", "train_images", "test_images", "X_train", "X_test"):
        value = names.get(name)
        if isinstance(value, np.ndarray) and value.ndim >= 2:
            return tuple(int(size) for size in value.shape[1:])
    return None
