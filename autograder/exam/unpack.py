"""Plain data → values, on the side that receives them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from autograder.arithmetic import KNOWN_KINDS, ParameterCount, Shape, ShapeError, UnknownLayer, layer_arithmetic
from autograder.arithmetic.digits import plain
from autograder.arithmetic.shapes import MOST_AXES
from autograder.exam.crossing import (
    DTYPES,
    MAX_DEPTH,
    MAX_ITEMS,
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
from autograder.exam.limits import Limits
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts, TrainingFacts
from autograder.grading import Refusal, Unfit
from autograder.i18n import _
from autograder.unbuilt import Known, Unbuilt, is_plain

_MOST_ENDS = 8
"""Inputs and outputs of a network."""
_MOST_METRICS = 100


class Forged(ValueError):
    """Data that the sender's own program would not have sent; the message says what is wrong with it."""


class Unpacker:
    """Makes values of what crossed. ``call`` is how a student's function is called."""

    def __init__(
        self,
        buffers: Sequence[bytes],
        limits: Limits | None = None,
        call: Call | None = None,
    ) -> None:
        self._buffers = buffers
        self._limits = limits or Limits()
        self._call = call
        self._left = self._limits.crossing_bytes

    def value(self, name: str, value: Value) -> Any:
        """The value that ``name`` has; a :class:`~autograder.grading.Refusal` where it could not cross."""
        try:
            match value:
                case Model():
                    return self._model(name, value)
                case History(training, sample):
                    return _history(self._training(training), None if sample is None else self._array(sample))
                case Function(function):
                    return StudentFunction(function, self._call) if self._call else Refusal(name, "")
                case Refused(reason):
                    return Refusal(name, reason)
                case _:
                    return self.plain(value)
        except Forged as error:
            return Refusal(name, str(error))
        except Exception as error:  # noqa: BLE001 - no data of a student's may end the process that judges it
            return Refusal(name, _("it cannot be read: {error}").format(error=type(error).__name__))

    def plain(self, value: Value, depth: int = MAX_DEPTH) -> Any:
        """A value of numbers, texts, containers and arrays.

        Raises
        ------
        Forged
            If it is anything else, or an array does not have the bytes that its shape needs.
        """
        if depth == 0:
            raise Forged(_("it is nested too deeply"))
        match value:
            case Scalar(scalar):
                return _scalar(scalar)
            case NotFinite(number):
                return float(number)
            case Items(kind, items):
                entries = [self.plain(item, depth - 1) for item in items]
                return tuple(entries) if kind == "tuple" else entries
            case Pairs(pairs):
                return {_key(self.plain(key, depth - 1)): self.plain(item, depth - 1) for key, item in pairs}
            case Array():
                return self._array(value)
            case Refused(reason):
                raise Forged(reason)
        raise Forged(_("a {type} stands where plain data was expected").format(type=type(value).__name__))

    def _array(self, array: Array) -> npt.NDArray[Any]:
        if array.dtype not in DTYPES or not 0 <= array.buffer < len(self._buffers):
            raise Forged(_("an array of dtype {dtype!r} cannot be read").format(dtype=array.dtype[:20]))
        dtype = np.dtype(array.dtype).newbyteorder("<")
        data = self._buffers[array.buffer]
        sizes = array.shape
        if (
            len(sizes) > MAX_DEPTH
            or any(not 0 <= size <= self._limits.crossing_bytes for size in sizes)
            or prod(sizes) * dtype.itemsize != len(data)
        ):
            raise Forged(
                _("an array of shape {shape} does not go with {size:,} bytes").format(
                    shape=tuple(array.shape[:8]), size=len(data)
                )
            )
        # One buffer may be named again and again, and each time it is copied.
        self._left -= len(data)
        if self._left < 0:
            raise Forged(_("the arrays are more than {limit:,} bytes").format(limit=self._limits.crossing_bytes))
        return np.frombuffer(data, dtype=dtype).reshape(sizes).astype(dtype.newbyteorder("="))

    def _model(self, name: str, model: Model) -> Any:
        known = Known(
            facts=checked_facts(model.facts, self._limits),
            weights=[[self._array(array) for array in arrays] for arrays in model.weights],
            compiled=_frozen_compiled(model.compiled),
            training=None if model.training is None else self._training(model.training),
            sample=None if model.sample is None else self._array(model.sample),
        )
        if is_plain(known.facts):
            return Unbuilt(known, lambda: _built(known))
        try:
            return _built(known)
        except Unfit as error:
            return Refusal(name, str(error))

    def _training(self, training: Training) -> TrainingFacts:
        curves = {name: self._array(curve) for name, curve in training.curves.items()}
        # As a Python float, a number takes up to thirty times what it does in an array.
        numbers = sum(curve.size for curve in curves.values())
        if (
            training.facts.curves
            or any(curve.ndim != 1 for curve in curves.values())
            or not 0 <= training.facts.epochs <= MAX_ITEMS
            or numbers > MAX_ITEMS
        ):
            raise Forged(_("the curves of a training run are not those that Keras writes"))
        return replace(training.facts, curves={name: tuple(curve.tolist()) for name, curve in curves.items()})


def _built(known: Known) -> Any:
    """The Keras model; :class:`~autograder.grading.Unfit` where it cannot be built."""
    from autograder.keras_facts import attach_training
    from autograder.keras_models import UnbuildableModel, build_model

    try:
        built = build_model(known.facts, known.weights, known.compiled)
    except UnbuildableModel as error:
        raise Unfit(str(error)) from error
    attach_training(built, known.training, known.sample)
    return built


Call: TypeAlias = Callable[[str, Sequence[Any], Mapping[str, Any]], Any]
"""Calls a function of the student's: its name, arguments and keyword arguments."""


class StudentFunction:
    """Stands for a function of the student's: calling it calls the function on the other side."""

    def __init__(self, name: str, call: Call) -> None:
        self.__name__ = name
        self._call = call

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """What the student's function returns; raises ``RuntimeError`` with the text of what it raises."""
        return self._call(self.__name__, arguments, keywords)


def _history(training: TrainingFacts, sample: np.ndarray[Any, Any] | None) -> Any:
    import keras

    from autograder.keras_facts import attach_training

    history = keras.callbacks.History()
    history.history = {name: list(values) for name, values in training.curves.items()}
    history.epoch = list(range(training.epochs))
    history.params = {"epochs": training.epochs, "steps": training.steps}
    attach_training(history, training, sample)
    return history


def checked_facts(facts: ModelFacts, limits: Limits) -> ModelFacts:
    """Facts whose wiring, shapes and sizes were worked out again here, in integers alone.

    Nothing is allocated for a network before its sizes are known to be within the limits.

    Raises
    ------
    Forged
        If the network is too large, or is not what its facts claim.
    """
    every = (*facts.preprocessing, *facts.layers)
    if len(every) > limits.layers:
        raise Forged(
            _("the model has {found:,} layers, at most {limit} are read").format(found=len(every), limit=limits.layers)
        )
    if not 1 <= len(facts.inputs) <= _MOST_ENDS or not facts.layers or not facts.outputs:
        raise Forged(_("the model has no layers, or no input or output"))
    if len(facts.outputs) > _MOST_ENDS or any(len(layer.inputs) > limits.layers for layer in every):
        raise Forged(_("the model has too many outputs, or a layer too many inputs"))
    # What a layer gives is multiplied out: of a million axes, that takes minutes.
    if any(len(shape) > MOST_AXES for shape in facts.inputs):
        raise Forged(_("the model's input has more than {most} axes").format(most=MOST_AXES))
    entries = [tuple(shape) for shape in facts.inputs]
    front: list[LayerFacts] = []
    for layer in facts.preprocessing:
        front.append(_checked_layer(layer, [entries[0]], limits, shared=None))
        entries[0] = front[-1].output_shape
    layers: list[LayerFacts] = []
    for index, layer in enumerate(facts.layers):
        if not layer.inputs or not all(-len(entries) <= wire < index for wire in layer.inputs):
            raise Forged(_("layer {number} gets its input from nowhere").format(number=index + 1))
        if layer.shares is not None and not 0 <= layer.shares < index:
            raise Forged(_("layer {number} shares the weights of no layer").format(number=index + 1))
        sources = [layers[wire].output_shape if wire >= 0 else entries[-1 - wire] for wire in layer.inputs]
        shared = layers[layer.shares] if layer.shares is not None else None
        layers.append(_checked_layer(layer, sources, limits, shared))
    if not all(-len(entries) <= wire < len(layers) for wire in facts.outputs):
        raise Forged(_("the model's output comes from nowhere"))
    total = sum(layer.parameters.total for layer in (*front, *layers))
    if total > limits.parameters:
        raise Forged(
            _("the model has {found} parameters, at most {limit:,} are read").format(
                found=ParameterCount(total=total, trainable=total), limit=limits.parameters
            )
        )
    return replace(
        facts,
        inputs=tuple(tuple(shape) for shape in facts.inputs),
        preprocessing=tuple(front),
        layers=tuple(layers),
        outputs=tuple(facts.outputs),
        notes=(),
    )


def _checked_layer(
    layer: LayerFacts, sources: Sequence[Shape], limits: Limits, shared: LayerFacts | None
) -> LayerFacts:
    settings = {name: _frozen(value) for name, value in layer.settings.items()}
    if shared is not None and (shared.kind, shared.settings, shared.shares) != (layer.kind, settings, None):
        raise Forged(_("a {kind} layer shares the weights of another kind of layer").format(kind=layer.kind[:60]))
    shape, parameters = _sizes(layer, settings, sources)
    if (
        any(size is None or size > limits.activations for size in shape)
        or prod(size or 0 for size in shape) > limits.activations
    ):
        raise Forged(
            _("a {kind} layer gives {shape} numbers for one image, at most {limit:,} are computed").format(
                kind=layer.kind[:60], shape=" × ".join(_short(size) for size in shape), limit=limits.activations
            )
        )
    if shared is not None:
        parameters = ParameterCount(total=0, trainable=0)
    return replace(
        layer,
        settings=settings,
        output_shape=shape,
        parameters=parameters,
        inputs=tuple(layer.inputs),
    )


def _sizes(layer: LayerFacts, settings: Mapping[str, Any], sources: Sequence[Shape]) -> tuple[Shape, ParameterCount]:
    if layer.kind in KNOWN_KINDS:
        try:
            return layer_arithmetic(layer.kind, settings, sources)
        except (ShapeError, UnknownLayer) as error:
            raise Forged(str(error)[:300]) from error
    # What else is on the allow-list prepares images: it changes their size at most.
    shape = sources[0]
    height, width = settings.get("height"), settings.get("width")
    if isinstance(height, int) and isinstance(width, int) and len(shape) == 3:
        shape = (height, width, shape[2])
    return shape, ParameterCount(total=0, trainable=0)


def _short(size: int | None) -> str:
    return "None" if size is None else plain(size)[:12]


def _frozen(value: Any) -> Any:
    """JSON's lists as tuples again, as facts have them."""
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return {name: _frozen(item) for name, item in value.items()}
    return value


def _frozen_compiled(compiled: CompileFacts | None) -> CompileFacts | None:
    if compiled is None:
        return None
    if len(compiled.metrics) > _MOST_METRICS:
        raise Forged(_("the model is compiled with more than {most} metrics").format(most=_MOST_METRICS))

    def frozen(configured: Configured) -> Configured:
        return replace(configured, settings=_frozen(dict(configured.settings)))

    loss = compiled.loss
    return replace(compiled, optimizer=frozen(compiled.optimizer), loss=frozen(loss) if loss is not None else None)


def _scalar(value: Any) -> Any:
    if isinstance(value, int) and not -(2**63) < value < 2**63:
        raise Forged(_("a whole number of more than 63 bits"))
    return value


def _key(key: Any) -> Any:
    if isinstance(key, str | int | float | bool | None):
        return key
    if isinstance(key, tuple):
        return tuple(_key(part) for part in key)
    raise Forged(_("a dictionary's key must be a number or a text"))
