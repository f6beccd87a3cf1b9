"""What was called on what: Keras's own record of a network, followed from its outputs to its inputs.

Nested models are opened, and a subclassed model or a layer made of layers is traced by calling it on
symbolic tensors, so that what comes out is one flat list of calls of layers that Keras ships.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import keras

from autograder.arithmetic import Shape
from autograder.facts import Setting, Wire
from autograder.i18n import _
from autograder.keras_facts.operations import layer_of_operation
from autograder.keras_facts.settings import is_keras_class, layer_settings


class UnreadableModel(ValueError):
    """The object is no Keras model, or its network cannot be followed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One layer, called once. Wires below zero are inputs of the network."""

    kind: str
    settings: Mapping[str, Setting]
    inputs: tuple[Wire, ...]
    output_shape: Shape
    trainable: bool = True
    count: int = 0
    """Parameters as Keras counts them."""
    trainable_count: int = 0
    custom: bool = False
    name: str = ""
    layer: Any = None
    """The Keras layer, whose identity says which calls share weights; ``None`` for a bare operation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A network as it was written, nesting opened."""

    inputs: tuple[Shape, ...]
    calls: tuple[Call, ...]
    outputs: tuple[Wire, ...]


def trace(model: Any, input_shape: Shape | None = None) -> Graph:
    """The calls that lead from a model's inputs to its outputs.

    Raises
    ------
    UnreadableModel
        See :func:`autograder.read_model`.
    """
    if not isinstance(model, keras.Model):
        raise UnreadableModel(
            _("expected a Keras model, found a {type}").format(type=type(model).__name__)
            if not isinstance(model, type)
            else _("expected a Keras model, found the class {name}: call it to make a model").format(
                name=model.__name__
            )
        )
    if isinstance(model, keras.Sequential) and not model.layers:
        raise UnreadableModel(_("the model has no layers"))
    symbolic = _symbolic(model, input_shape)
    walk = _Walk()
    wires = {id(_operation(tensor)): -1 - index for index, tensor in enumerate(symbolic.inputs)}
    outputs = tuple(walk.follow(tensor, _Scope(wires, symbolic.always_on)) for tensor in symbolic.outputs)
    return Graph(inputs=tuple(_shape(tensor) for tensor in symbolic.inputs), calls=tuple(walk.calls), outputs=outputs)


@dataclass(frozen=True, slots=True)
class _Symbolic:
    """A model's or a composite layer's inputs and outputs as Keras's symbolic tensors."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    always_on: frozenset[int] = frozenset()
    """Identities of the layers that a traced ``call`` runs in training mode even when not training. In a
    functional model there are none: Keras overrules such a flag when the whole model is called."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """One model on the way: where its inputs come from, and which of its calls were placed already."""

    wires: Mapping[int, Wire]
    always_on: frozenset[int]
    placed: dict[tuple[int, int], tuple[Wire, ...]] = field(default_factory=dict)


class _Walk:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    def follow(self, tensor: Any, scope: _Scope) -> Wire:
        """The wire that carries ``tensor``."""
        operation, node_index, tensor_index = tensor._keras_history
        if id(operation) in scope.wires:
            return scope.wires[id(operation)]
        key = (id(operation), node_index)
        if key not in scope.placed:
            node = operation._inbound_nodes[node_index]
            inputs = tuple(self.follow(source, scope) for source in node.input_tensors)
            scope.placed[key] = self._place(operation, node, inputs, scope)
        outputs = scope.placed[key]
        # A layer with several outputs is one call, and so one wire.
        return outputs[min(int(tensor_index), len(outputs) - 1)]

    def _place(self, operation: Any, node: Any, inputs: tuple[Wire, ...], scope: _Scope) -> tuple[Wire, ...]:
        opened = _opened(operation, node)
        if opened is not None:
            wires = {id(_operation(tensor)): wire for tensor, wire in zip(opened.inputs, inputs, strict=True)}
            inner = _Scope(wires, opened.always_on)
            return tuple(self.follow(tensor, inner) for tensor in opened.outputs)
        self.calls.append(_call(operation, node, inputs, scope.always_on))
        return (len(self.calls) - 1,)


def _call(operation: Any, node: Any, inputs: tuple[Wire, ...], always_on: frozenset[int]) -> Call:
    output_shape = _shape(node.output_tensors[0])
    if not isinstance(operation, keras.layers.Layer):
        kind, settings = layer_of_operation(operation, node, output_shape)
        return Call(
            kind=kind,
            settings=settings,
            inputs=inputs,
            output_shape=output_shape,
            custom=kind.startswith("ops."),
        )
    keras_class = builtin_class(type(operation))
    settings = layer_settings(operation, keras_class) if keras_class else {}
    if id(operation) in always_on:
        settings["training"] = True
    return Call(
        kind=(keras_class or type(operation)).__name__,
        settings=settings,
        inputs=inputs,
        output_shape=output_shape,
        trainable=operation.trainable,
        count=_count(operation.weights),
        trainable_count=_count(operation.trainable_weights),
        custom=keras_class is None,
        name=operation.name,
        layer=operation,
    )


def builtin_class(cls: type) -> type | None:
    """The Keras layer class that ``cls`` is, or is a plain subclass of; ``None`` if it computes its own.

    A subclass that leaves ``call`` and ``build`` alone (to set defaults, say) computes what its base does.
    """
    base = next((base for base in cls.__mro__ if is_keras_class(base)), None)
    if base is None or base in {keras.layers.Layer, keras.Model, keras.Sequential}:
        return None
    same = all(getattr(cls, method) is getattr(base, method) for method in ("call", "build", "__call__"))
    return base if same else None


def _symbolic(model: Any, input_shape: Shape | None) -> _Symbolic:
    functional = _functional(model)
    if functional is not None:
        return _Symbolic(functional.inputs, functional.outputs)
    shape = _seen_shape(model) or input_shape
    if shape is None:
        raise UnreadableModel(
            _(
                "the model does not know the shape of its input yet: begin it with"
                " keras.Input(shape=(28, 28)), or train it, before it is checked"
            )
        )
    if not model.built:
        model = _copy(model)
    try:
        return _traced(model, [keras.Input(shape=shape)])
    except Exception as error:
        raise UnreadableModel(
            _("the model cannot be called on an input of shape {shape}: {error}").format(
                shape=shape, error=_first_line(error)
            )
        ) from error


def _functional(model: Any) -> Any:
    """The functional model that says how ``model`` is wired, if Keras keeps one and it tells the truth."""
    if isinstance(model, keras.Sequential) and type(model).call is keras.Sequential.call:
        return getattr(model, "_functional", None)
    functional_class = type(keras.Model(inputs := keras.Input((1,)), inputs))
    if isinstance(model, functional_class) and type(model).call is functional_class.call:
        return model
    return None


def _seen_shape(model: Any) -> Shape | None:
    shapes = getattr(model, "_build_shapes_dict", None) or {}
    for shape in shapes.values():
        if isinstance(shape, list | tuple) and shape and all(n is None or isinstance(n, int) for n in shape):
            return tuple(shape[1:])
    return None


def _copy(model: Any) -> Any:
    """A copy without weights, so that looking at a model that is not built does not build it."""
    try:
        if type(model) is keras.Sequential:
            return keras.Sequential([type(layer).from_config(layer.get_config()) for layer in model.layers])
        return type(model).from_config(model.get_config())
    except Exception:  # noqa: BLE001 - a student's own get_config may do anything; then the original is used
        return model


def _opened(operation: Any, node: Any) -> _Symbolic | None:
    """The inside of a nested model or of a layer made of layers; ``None`` for a layer to be kept whole."""
    if isinstance(operation, keras.Model):
        functional = _functional(operation)
        if functional is not None:
            return _Symbolic(functional.inputs, functional.outputs)
    elif not isinstance(operation, keras.layers.Layer) or builtin_class(type(operation)) is not None:
        return None
    inputs = [keras.Input(shape=_shape(tensor)) for tensor in node.input_tensors]
    try:
        symbolic = _traced(operation, inputs)
    except Exception:  # noqa: BLE001 - it computes with more than layers: read whole, as the student's own
        return None
    return symbolic if _only_layers(symbolic) else None


def _traced(model: Any, inputs: list[Any]) -> _Symbolic:
    """``model.call`` on symbolic tensors, in training mode: ``if training: x = self.dropout(x)`` counts."""
    argument = inputs[0] if len(inputs) == 1 else inputs
    with _tensorflow_by_keras():
        if "training" not in inspect.signature(model.call).parameters:
            outputs = keras.tree.flatten(model.call(argument))
            return _Symbolic(inputs, outputs)
        idle = keras.tree.flatten(model.call(argument, training=None))
        always_on = frozenset(
            id(operation) for operation, node in _history(idle) if node.arguments.kwargs.get("training") is True
        )
        return _Symbolic(inputs, keras.tree.flatten(model.call(argument, training=True)), always_on)


def _history(tensors: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Every call behind ``tensors``, each once."""
    seen: set[tuple[int, int]] = set()
    waiting = list(tensors)
    while waiting:
        operation, node_index, _tensor_index = waiting.pop()._keras_history
        if (id(operation), node_index) not in seen:
            seen.add((id(operation), node_index))
            node = operation._inbound_nodes[node_index]
            yield operation, node
            waiting.extend(node.input_tensors)


def _only_layers(symbolic: _Symbolic) -> bool:
    entries = {id(_operation(tensor)) for tensor in symbolic.inputs}
    return all(
        isinstance(operation, keras.layers.Layer)
        or not layer_of_operation(operation, node, _shape(node.output_tensors[0]))[0].startswith("ops.")
        for operation, node in _history(symbolic.outputs)
        if id(operation) not in entries
    )


@contextmanager
def _tensorflow_by_keras() -> Iterator[None]:
    """Lets ``tf.nn.relu`` and its like take symbolic tensors, which TensorFlow itself refuses."""
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    names = ("relu", "relu6", "softmax", "sigmoid", "tanh", "elu", "selu", "gelu", "silu", "leaky_relu")
    twins = {name: getattr(keras.ops, name) for name in names}
    with (
        mock.patch.multiple(tf.nn, **twins),
        mock.patch.multiple(tf, reshape=keras.ops.reshape, expand_dims=keras.ops.expand_dims),
    ):
        yield


def _operation(tensor: Any) -> Any:
    return tensor._keras_history.operation


def _shape(tensor: Any) -> Shape:
    return tuple(tensor.shape)[1:]


def _count(weights: Sequence[Any]) -> int:
    total = 0
    for weight in weights:
        size = 1
        for axis in weight.shape:
            size *= int(axis)
        total += size
    return total


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:200] if text else type(error).__name__
