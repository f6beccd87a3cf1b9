"""Facts → Keras models, and what is asked of a live model.

A network that crossed the wall is built anew here, from Keras's own classes and nothing else: an
allow-list, so that no Lambda, no file and no code of the student's comes along.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import keras
import numpy as np
import numpy.typing as npt

from autograder.arithmetic import KNOWN_KINDS
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts, Setting
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

# Images at once: the fastest of those measured (see benchmarks), and small enough for any memory.
_BATCH = 1_000

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_CALL = re.compile(r"([a-z_0-9]+)\((.*)\)")
_ACTIVATIONS = frozenset(name for name in dir(keras.activations) if name.islower()) - {
    "get",
    "serialize",
    "deserialize",
}
_REGULARIZERS = frozenset({"OrthogonalRegularizer"})
_CONSTRAINTS = frozenset({"MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"})


class UnbuildableModel(ValueError):
    """Facts that no allowed layer matches; the message names the layer and says why."""


def build_model(facts: ModelFacts, weights: Weights | None = None, compiled: CompileFacts | None = None) -> Any:
    """A Keras model that has these facts, these weights and this compile call.

    Reading it again gives equal facts. A chain becomes a ``Sequential``, anything else a functional model.

    Raises
    ------
    UnbuildableModel
        If a layer is not on the allow-list, its settings are none that Keras takes, or its weights do not
        have the shapes that it needs.
    """
    built = _Builder(facts)
    model = built.model()
    if weights is not None:
        built.set_weights(weights)
    if compiled is not None:
        _compile(model, compiled)
    attach_compiled(model, compiled)
    attach_training(model, None, None)
    return model


class _Builder:
    def __init__(self, facts: ModelFacts) -> None:
        self.facts = facts
        self.all_layers = (*facts.preprocessing, *facts.layers)
        self.names: set[str] = set()
        self.made: list[list[Any]] = []
        for index, layer in enumerate(self.all_layers):
            own = layer.shares is None
            shared = len(facts.preprocessing) + (layer.shares or 0)
            self.made.append(self._made(index, layer) if own else [self.made[shared][0]])

    def model(self) -> Any:
        inputs = [keras.Input(shape=shape) for shape in self.facts.inputs]
        try:
            if self.facts.is_chain:
                return keras.Sequential([*inputs, *(layer for parts in self.made for layer in parts)])
            return keras.Model(inputs, self._wired(inputs))
        except (TypeError, ValueError) as error:
            raise UnbuildableModel(str(error).splitlines()[0][:300]) from error

    def _wired(self, inputs: list[Any]) -> list[Any]:
        front = len(self.facts.preprocessing)
        tensor = inputs[0]
        for parts in self.made[:front]:
            for part in parts:
                tensor = part(tensor)
        entries = [tensor, *inputs[1:]]
        tensors: list[Any] = []
        for layer, parts in zip(self.facts.layers, self.made[front:], strict=True):
            sources = [tensors[wire] if wire >= 0 else entries[-1 - wire] for wire in layer.inputs]
            tensor = sources[0] if len(sources) == 1 else sources
            for part in parts:
                tensor = part(tensor)
            tensors.append(tensor)
        return [tensors[wire] if wire >= 0 else entries[-1 - wire] for wire in self.facts.outputs]

    def _made(self, index: int, facts: LayerFacts) -> list[Any]:
        """The Keras layer, and the activation that follows it where the layer itself cannot take it."""
        where = _("layer {number} ({kind})").format(number=index + 1, kind=facts.kind)
        if facts.custom or facts.kind not in BUILDABLE_KINDS:
            reason = (
                _("is a class of your own: use Keras's own layers here")
                if facts.custom
                else _("is not among the layers that this grader rebuilds")
            )
            raise UnbuildableModel(f"{where} {reason}")
        if facts.settings.get("training") is True:
            raise UnbuildableModel(
                _("{where} is called with training=True even when the model only predicts").format(where=where)
            )
        settings = {name: _argument(name, value, where) for name, value in facts.settings.items()}
        after = []
        if facts.kind == "Activation":
            return [_activation_layer(str(settings["activation"]), where)]
        activation = settings.get("activation")
        if isinstance(activation, str) and _CALL.fullmatch(activation):
            settings["activation"] = "linear"
            after = [_activation_layer(activation, where)]
        try:
            layer = getattr(keras.layers, facts.kind)(**settings, **self._name(facts.name))
            layer.trainable = facts.trainable
        except (TypeError, ValueError) as error:
            raise UnbuildableModel(f"{where}: {str(error).splitlines()[0][:300]}") from error
        return [layer, *after]

    def _name(self, name: str) -> dict[str, str]:
        if not _NAME.fullmatch(name) or name in self.names:
            return {}
        self.names.add(name)
        return {"name": name}

    def set_weights(self, weights: Weights) -> None:
        if len(weights) != len(self.all_layers):
            raise UnbuildableModel(
                _("weights for {expected} layers were expected, found {found}").format(
                    expected=len(self.all_layers), found=len(weights)
                )
            )
        for index, (facts, parts, arrays) in enumerate(zip(self.all_layers, self.made, weights, strict=True)):
            if not arrays:
                continue
            layer = parts[0]
            expected = [tuple(weight.shape) for weight in layer.weights]
            found = [array.shape for array in arrays]
            if expected != found or facts.shares is not None:
                raise UnbuildableModel(
                    _("layer {number} ({kind}): weights of shapes {expected} were expected, found {found}").format(
                        number=index + 1, kind=facts.kind, expected=expected, found=found
                    )
                )
            layer.set_weights([np.asarray(array) for array in arrays])
            if facts.kind == "Normalization":
                layer.finalize_state()


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
        return str(value)
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


def _activation_layer(activation: str, where: str) -> Any:
    """``relu`` and ``leaky_relu(negative_slope=0.3)`` alike as a layer."""
    call = _CALL.fullmatch(activation)
    if call is None:
        return keras.layers.Activation(activation)
    name, text = call.groups()
    arguments: dict[str, float | int | None] = {}
    for pair in filter(None, text.split(", ")):
        key, _equals, value = pair.partition("=")
        try:
            arguments[key] = None if value == "None" else int(value) if value.lstrip("-").isdigit() else float(value)
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
    try:
        return layers[name](**arguments)
    except (TypeError, ValueError) as error:
        raise UnbuildableModel(f"{where}: {error}") from error


def _compile(model: Any, compiled: CompileFacts) -> None:
    """Compiles so that ``model.evaluate`` works; what is the student's own code is left out."""
    loss = compiled.loss
    optimizer = _configured(keras.optimizers, compiled.optimizer)
    built_loss = _configured(keras.losses, loss) if loss is not None else None
    if optimizer is None or built_loss is None:
        return
    if hasattr(built_loss, "from_logits") or (loss is not None and "from_logits" in loss.settings):
        # A logits head was read as a softmax head, so the rebuilt model gives probabilities.
        settings = {name: value for name, value in (loss.settings if loss else {}).items() if name != "from_logits"}
        built_loss = _configured(keras.losses, Configured(kind=loss.kind if loss else "", settings=settings))
    metrics = [metric for metric in compiled.metrics if metric == "accuracy"]
    model.compile(optimizer=optimizer, loss=built_loss, metrics=metrics)


def _configured(module: Any, configured: Configured) -> Any:
    cls = getattr(module, configured.kind, None)
    if configured.custom or not isinstance(cls, type):
        return None
    settings: dict[str, Any] = {}
    for name, value in configured.settings.items():
        if isinstance(value, Mapping):
            kind = str(value.get("kind"))
            inner = {key: item for key, item in value.items() if key != "kind"}
            settings[name] = _configured(keras.optimizers.schedules, Configured(kind=kind, settings=inner))
        else:
            settings[name] = value
    try:
        return cls(**settings)
    except (TypeError, ValueError):
        return None


def predict(model: Any, images: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """What the model answers in inference mode: ``(n, …)`` for ``n`` images.

    It is called batch by batch and not through ``model.predict``, which a subclass may have replaced.
    """
    batches = range(0, len(images), _BATCH)
    return np.concatenate(
        [np.asarray(model(images[start : start + _BATCH], training=False), dtype=np.float64) for start in batches]
    )


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
