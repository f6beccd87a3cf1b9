"""Facts → Keras models, and what is asked of a live model.

A network that crossed the wall is built anew here, from Keras's own classes and nothing else: an
allow-list, so that no Lambda, no file and no code of the student's comes along.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt

from autograder.arithmetic import KNOWN_KINDS
from autograder.facts import IRRELEVANT_SETTINGS, CompileFacts, Configured, LayerFacts, ModelFacts, Setting
from autograder.i18n import _
from autograder.keras_facts import attach_compiled, attach_training

Array: TypeAlias = npt.NDArray[np.generic]
Weights: TypeAlias = Sequence[Sequence[Array]]
"""For each of ``(*facts.preprocessing, *facts.layers)``, its arrays in the order of ``layer.weights``."""

PREPROCESSING_KINDS = frozenset(
    {
        "CenterCrop",
        "Normalization",
        "RandomBrightness",
        "RandomContrast",
        "RandomCrop",
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "Rescaling",
        "Resizing",
    }
)
BUILDABLE_KINDS = KNOWN_KINDS | PREPROCESSING_KINDS
"""Kinds of layers that :func:`build_model` builds."""

_REBUILT = "_autograder_rebuilt"

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_CALL = re.compile(r"([a-z_0-9]+)\((.*)\)")
_ACTIVATIONS = frozenset(name for name in dir(keras.activations) if name.islower()) - {
    "get",
    "serialize",
    "deserialize",
}
_WORDS = {"None": None, "True": True, "False": False}
_REGULARIZERS = frozenset({"OrthogonalRegularizer"})
_CONSTRAINTS = frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"})


class UnbuildableModel(ValueError):
    """Facts that no allowed layer matches; the message names the layer and says why."""


def build_model(facts: ModelFacts, weights: Weights | None = None, compiled: CompileFacts | None = None) -> Any:
    """A Keras model that has these facts, these weights and this compile call.

    Reading it again gives equal facts, of a head of logits if ``compiled`` is given. A chain becomes a
    ``Sequential``, anything else a functional model.

    Raises
    ------
    UnbuildableModel
        If a layer is not on the allow-list, its settings are none that Keras takes, or its weights do not
        have the shapes that it needs. Whether it is too large to build must be known before.
    """
    built = _Builder(facts)
    model = built.model()
    if weights is not None:
        built.set_weights(weights)
    if compiled is not None:
        _compile(model, compiled)
    attach_compiled(model, compiled)
    attach_training(model, None, None)
    setattr(model, _REBUILT, True)
    return model


def build_layers(facts: ModelFacts) -> tuple[Any, list[Any]]:
    """A Keras model that has these facts, with weights as they are first drawn, and its layers, preprocessing first.

    Raises
    ------
    UnbuildableModel
        As :func:`build_model`.
    """
    built = _Builder(facts)
    return built.model(), built.made


class _Builder:
    def __init__(self, facts: ModelFacts) -> None:
        self.facts = facts
        self.all_layers = (*facts.preprocessing, *_as_built(facts))
        self.input_names = [f"input_{index}" for index in range(len(facts.inputs))]
        self.names = set(self.input_names)
        self.made: list[Any] = []
        for index, layer in enumerate(self.all_layers):
            self.made.append(self._made(index, layer) if layer.shares is None else self._shared(index, layer))

    def model(self) -> Any:
        try:
            shapes = zip(self.facts.inputs, self.input_names, strict=True)
            inputs = [keras.Input(shape=shape, name=name) for shape, name in shapes]
            # A Sequential does not take a layer twice.
            if self.facts.is_chain and len({id(layer) for layer in self.made}) == len(self.made):
                return keras.Sequential([*inputs, *self.made])
            # Keras warns where one array is given to a model of a list of one.
            return keras.Model(_alone(inputs), _alone(self._wired(inputs)))
        except Exception as error:  # whatever Keras makes of layers that do not go together
            raise UnbuildableModel(_first_line(error)) from error

    def _wired(self, inputs: list[Any]) -> list[Any]:
        front = len(self.facts.preprocessing)
        tensor = inputs[0]
        for layer in self.made[:front]:
            tensor = layer(tensor)
        entries = [tensor, *inputs[1:]]
        tensors: list[Any] = []
        for facts, layer in zip(self.facts.layers, self.made[front:], strict=True):
            sources = [tensors[wire] if wire >= 0 else entries[-1 - wire] for wire in facts.inputs]
            tensors.append(layer(_alone(sources)))
        return [tensors[wire] if wire >= 0 else entries[-1 - wire] for wire in self.facts.outputs]

    def _shared(self, index: int, facts: LayerFacts) -> Any:
        front = len(self.facts.preprocessing)
        first = front if index >= front else 0
        shared = first + (facts.shares or 0)
        if not first <= shared < index or self.all_layers[shared].kind != facts.kind:
            raise UnbuildableModel(
                _("{where} shares the weights of no layer before it").format(where=_where(index, facts))
            )
        return self.made[shared]

    def _made(self, index: int, facts: LayerFacts) -> Any:
        where = _where(index, facts)
        if facts.custom or facts.kind not in BUILDABLE_KINDS:
            reason = (
                _("is a class of your own: use Keras's own layers here")
                if facts.custom
                else _("is not among the layers that this grader rebuilds")
            )
            raise UnbuildableModel(f"{where} {reason}")
        if "training" in facts.settings:
            raise UnbuildableModel(
                _("{where} is always called with training={mode}, whether the model trains or predicts").format(
                    where=where, mode=bool(facts.settings["training"])
                )
            )
        try:
            cls = getattr(keras.layers, facts.kind)
            unknown = sorted(facts.settings.keys() - _setting_names(cls), key=str)
            if unknown:
                raise UnbuildableModel(
                    _("{where}: there is no setting {setting!r}").format(where=where, setting=str(unknown[0])[:60])
                )
            settings = {name: _argument(name, value, where) for name, value in facts.settings.items()}
            layer = cls(**settings, name=self._name(index, facts.name))
            layer.trainable = bool(facts.trainable)
        except UnbuildableModel:
            raise
        except Exception as error:  # whatever Keras makes of settings that did not come from Keras
            raise UnbuildableModel(f"{where}: {_first_line(error)}") from error
        return layer

    def _name(self, index: int, name: str) -> str:
        """The student's name for a layer, if it can be had; names are unique in a Keras model."""
        if not _NAME.fullmatch(name) or name in self.names:
            name = f"layer_{index + 1}"
            while name in self.names:
                name += "_"
        self.names.add(name)
        return name

    def set_weights(self, weights: Weights) -> None:
        if len(weights) != len(self.all_layers):
            raise UnbuildableModel(
                _("weights for {expected} layers were expected, found {found}").format(
                    expected=len(self.all_layers), found=len(weights)
                )
            )
        for index, (facts, layer, arrays) in enumerate(zip(self.all_layers, self.made, weights, strict=True)):
            if not arrays:
                continue
            expected = [tuple(weight.shape) for weight in layer.weights] if facts.shares is None else []
            found = [array.shape for array in arrays]
            if expected != found:
                raise UnbuildableModel(
                    _("{where}: weights of shapes {expected} were expected, found {found}").format(
                        where=_where(index, facts), expected=expected, found=found
                    )
                )
            try:
                layer.set_weights([np.asarray(array) for array in arrays])
            except (TypeError, ValueError) as error:
                raise UnbuildableModel(f"{_where(index, facts)}: {_first_line(error)}") from error
            if facts.kind == "Normalization":
                layer.finalize_state()


def _alone(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


def _where(index: int, facts: LayerFacts) -> str:
    return _("layer {number} ({kind})").format(number=index + 1, kind=str(facts.kind)[:60])


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def _setting_names(cls: Any) -> frozenset[str]:
    """What a layer may be told: nothing that names another type of number, a weight's beginning or itself."""
    names = {*inspect.signature(cls.__init__).parameters, "activity_regularizer", "rms_scaling"}
    names -= {"self", "args", "kwargs"} | IRRELEVANT_SETTINGS
    return frozenset(name for name in names if not name.endswith("_initializer"))


def _as_built(facts: ModelFacts) -> tuple[LayerFacts, ...]:
    """The layers, a head of logits without the activation that its loss stands for."""
    if not facts.logits_head or len(facts.outputs) != 1 or not 0 <= facts.outputs[0] < len(facts.layers):
        return facts.layers
    layers = list(facts.layers)
    head = layers[facts.outputs[0]]
    layers[facts.outputs[0]] = replace(head, settings={**head.settings, "activation": "linear"})
    return tuple(layers)


def _argument(name: str, value: Setting, where: str) -> Any:
    if isinstance(value, str) and value.startswith("custom:"):
        raise UnbuildableModel(
            _("{where}: {setting} is code of your own ({code}): use one of Keras's own").format(
                where=where, setting=name, code=value.removeprefix("custom:")
            )
        )
    if name == "activation":
        base = str(value).split("(")[0]
        if base not in _ACTIVATIONS:
            raise UnbuildableModel(
                _("{where}: there is no activation {name!r}").format(where=where, name=str(value)[:60])
            )
        return _activation(str(value), where)
    if isinstance(value, Mapping):
        return _helper(name, value, where)
    return value


def _helper(name: str, value: Mapping[str, Setting], where: str) -> Any:
    """A regularizer or constraint."""
    if name.endswith("_regularizer") and "kind" not in value:
        return keras.regularizers.L1L2(l1=float(_number(value.get("l1"))), l2=float(_number(value.get("l2"))))
    kind = value.get("kind")
    arguments = {key: item for key, item in value.items() if key != "kind"}
    if name.endswith("_regularizer") and kind in _REGULARIZERS:
        return getattr(keras.regularizers, str(kind))(**arguments)
    if name.endswith("_constraint") and kind in _CONSTRAINTS:
        return getattr(keras.constraints, str(kind))(**arguments)
    raise UnbuildableModel(
        _("{where}: {setting} {kind!r} is not known here").format(where=where, setting=name, kind=kind)
    )


def _number(value: Setting) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _activation(activation: str, where: str) -> Any:
    """``relu`` as it stands; ``leaky_relu(negative_slope=0.3)`` as the layer that does it."""
    call = _CALL.fullmatch(activation)
    if call is None:
        return activation
    name, text = call.groups()
    arguments: dict[str, float | int | bool | None] = {}
    for pair in filter(None, text.split(", ")):
        key, _equals, value = pair.partition("=")
        try:
            arguments[key] = (
                _WORDS[value] if value in _WORDS else int(value) if value.lstrip("-").isdigit() else float(value)
            )
        except ValueError:
            raise UnbuildableModel(f"{where}: {activation[:60]!r}") from None
    layers = {
        "relu": keras.layers.ReLU,
        "leaky_relu": keras.layers.LeakyReLU,
        "elu": keras.layers.ELU,
        "softmax": keras.layers.Softmax,
    }
    if name not in layers:
        raise UnbuildableModel(
            _("{where}: {activation} with settings of its own is not known here").format(where=where, activation=name)
        )
    return layers[name](**arguments)


def _compile(model: Any, compiled: CompileFacts) -> None:
    """Compiles so that ``model.evaluate`` works; what is the student's own code is left out."""
    loss = compiled.loss
    optimizer = configured(keras.optimizers, compiled.optimizer)
    built_loss = configured(keras.losses, loss) if loss is not None else None
    if optimizer is None or built_loss is None:
        return
    metrics = [metric for metric in compiled.metrics if metric == "accuracy"]
    model.compile(optimizer=optimizer, loss=built_loss, metrics=metrics)


def configured(module: Any, told: Configured) -> Any:
    """An object of a class of ``module``'s from its settings; ``None`` where there is no such class, or it refuses."""
    cls = getattr(module, told.kind, None)
    if told.custom or not isinstance(cls, type):
        return None
    settings: dict[str, Any] = {}
    for name, value in told.settings.items():
        if isinstance(value, Mapping):
            kind = str(value.get("kind"))
            inner = {key: item for key, item in value.items() if key != "kind"}
            settings[name] = configured(keras.optimizers.schedules, Configured(kind=kind, settings=inner))
        else:
            settings[name] = value
    try:
        return cls(**settings)
    except Exception:  # noqa: BLE001 - settings that did not come from Keras; nothing is compiled with them
        return None


def rebuilt(model: Any) -> bool:
    """Whether a model was built by :func:`build_model`, so that its facts say all of it but the weights."""
    return getattr(model, _REBUILT, None) is True


def gradient_sizes(model: Any, images: npt.NDArray[np.float32]) -> list[tuple[str, float]]:
    """For each layer that training may change, the largest gradient that reaches one of its weights.

    The gradient is that of a fixed random projection of the outputs, so that no loss is needed and no
    saturated loss hides a layer. Returns ``(layer's class, largest absolute gradient)``; TensorFlow only.
    """
    import tensorflow as tf

    generator = np.random.default_rng(0)
    layers = [layer for layer in model._flatten_layers(include_self=False) if _has_own_weights(layer)]
    with tf.GradientTape() as tape:
        outputs = model(images, training=False)
        projection = tf.reduce_sum(outputs * generator.normal(size=outputs.shape).astype(np.float32))
    variables = [[weight.value for weight in layer.trainable_weights] for layer in layers]
    gradients = tape.gradient(projection, variables)
    return [
        (
            type(layer).__name__,
            max((float(tf.reduce_max(tf.abs(g))) for g in group if g is not None), default=0.0),
        )
        for layer, group in zip(layers, gradients, strict=True)
    ]


def _has_own_weights(layer: Any) -> bool:
    return bool(layer.trainable_weights) and not getattr(layer, "layers", None)
