"""What was called on what: Keras's own record of a network, followed from its outputs to its inputs.

Nested models are opened, and a subclassed model or a layer made of layers is traced by calling it on
symbolic tensors, so that what comes out is one flat list of calls of layers that Keras ships.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

import keras

from autograder.arithmetic import Shape
from autograder.facts import Setting, Wire
from autograder.i18n import _
from autograder.keras_facts.operations import layer_of_operation
from autograder.keras_facts.settings import builtin_class, layer_settings

MOST_CALLS = 500
"""A longer network is nobody's exercise, and reading it keeps others waiting."""


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
    outputs = tuple(walk.follow(tensor, _Scope(wires, symbolic.fixed)) for tensor in symbolic.outputs)
    return Graph(inputs=tuple(_shape(tensor) for tensor in symbolic.inputs), calls=tuple(walk.calls), outputs=outputs)


@dataclass(frozen=True, slots=True)
class _Symbolic:
    """A model's or a composite layer's inputs and outputs as Keras's symbolic tensors."""

    inputs: Sequence[Any]
    outputs: Sequence[Any]
    fixed: Mapping[int, bool] = field(default_factory=dict)
    """By their identities, the layers that a traced ``call`` always runs in training mode (``True``) or
    never (``False``). In a functional model there are none: Keras overrules such a flag when the whole
    model is called."""


@dataclass(frozen=True, slots=True)
class _Scope:
    """One model on the way: where its inputs come from, and which of its calls were placed already."""

    wires: Mapping[int, Wire]
    fixed: Mapping[int, bool]
    throughout: bool | None = None
    """Whether this model itself always runs in training mode, or never."""
    placed: dict[tuple[int, int], tuple[Wire, ...]] = field(default_factory=dict)


class _Walk:
    def __init__(self) -> None:
        self.calls: list[Call] = []

    def follow(self, tensor: Any, scope: _Scope) -> Wire:
        """The wire that carries ``tensor``."""
        # Not by recursion: a network may be deeper than Python's stack.
        waiting = [tensor]
        while waiting:
            operation, node_index, _tensor_index = waiting[-1]._keras_history
            node = operation._inbound_nodes[node_index]
            if _wire(waiting[-1], scope) is not None:
                waiting.pop()
                continue
            before = [(source, _wire(source, scope)) for source in node.input_tensors]
            further = [source for source, wire in before if wire is None]
            if further:
                waiting.extend(reversed(further))
                continue
            inputs = tuple(wire for _source, wire in before if wire is not None)
            scope.placed[id(operation), node_index] = self._place(operation, node, inputs, scope)
        found = _wire(tensor, scope)
        assert found is not None, "everything before a placed operation was placed"
        return found

    def _place(self, operation: Any, node: Any, inputs: tuple[Wire, ...], scope: _Scope) -> tuple[Wire, ...]:
        training = scope.fixed.get(id(operation), scope.throughout)
        opened = _opened(operation, node)
        if opened is not None:
            wires = {id(_operation(tensor)): wire for tensor, wire in zip(opened.inputs, inputs, strict=True)}
            inner = _Scope(wires, opened.fixed, training)
            return tuple(self.follow(tensor, inner) for tensor in opened.outputs)
        if len(self.calls) >= MOST_CALLS:
            raise UnreadableModel(_("the model has more than {most} layers").format(most=MOST_CALLS))
        self.calls.append(_call(operation, node, inputs, training))
        return (len(self.calls) - 1,)


def _wire(tensor: Any, scope: _Scope) -> Wire | None:
    """The wire that carries ``tensor``, if what gives it was placed already."""
    operation, node_index, tensor_index = tensor._keras_history
    if id(operation) in scope.wires:
        return scope.wires[id(operation)]
    outputs = scope.placed.get((id(operation), node_index))
    # A layer with several outputs is one call, and so one wire.
    return None if outputs is None else outputs[min(int(tensor_index), len(outputs) - 1)]


def _call(operation: Any, node: Any, inputs: tuple[Wire, ...], training: bool | None) -> Call:
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
    if training is not None and _trains_differently(operation, settings):
        settings["training"] = training
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


def _trains_differently(layer: Any, settings: Mapping[str, Setting]) -> bool:
    """Whether a layer does something else in training than it does afterwards."""
    if settings.get("rate") == 0 or isinstance(layer, keras.layers.Dense | keras.layers.EinsumDense):
        return False
    return "training" in inspect.signature(layer.call).parameters


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
    if isinstance(model, keras.Sequential) and _calls_as(model, keras.Sequential):
        return getattr(model, "_functional", None)
    functional_class = type(keras.Model(inputs := keras.Input((1,)), inputs))
    if isinstance(model, functional_class) and _calls_as(model, functional_class):
        return model
    return None


def _calls_as(model: Any, base: type) -> bool:
    return all(getattr(type(model), name) is getattr(base, name) for name in ("call", "__call__"))


def _seen_shape(model: Any) -> Shape | None:
    shapes = getattr(model, "_build_shapes_dict", None) or {}
    for shape in shapes.values():
        if isinstance(shape, list | tuple) and shape and all(n is None or isinstance(n, int) for n in shape):
            return tuple(shape[1:])
    # One that was made of inputs and outputs and overrides its call has no shapes written down.
    inputs = getattr(model, "inputs", None)
    if isinstance(inputs, list) and len(inputs) == 1 and isinstance(inputs[0], keras.KerasTensor):
        return _shape(inputs[0])
    return None


def _copy(model: Any) -> Any:
    """A copy without weights, so that looking at a model that is not built does not build it."""
    try:
        if type(model) is keras.Sequential:
            return keras.Sequential([type(layer).from_config(layer.get_config()) for layer in model.layers])
        # What Keras noted of the arguments that the model was made with; without notes, its configuration.
        noted = getattr(model, "_auto_config", None)
        copy = type(model)(**noted.config) if noted else type(model).from_config(model.get_config())
        for layer, own in zip(model._flatten_layers(), copy._flatten_layers(), strict=True):
            own.trainable = layer.trainable
        return copy if _make(copy) == _make(model) else model
    except Exception:  # noqa: BLE001 - a student's own get_config may do anything; then the original is used
        return model


def _make(model: Any) -> list[Any]:
    """What a model is made of: one whose layers were changed afterwards is not remade by its class."""
    layers = [(type(layer), builtin_class(type(layer)), layer) for layer in model._flatten_layers()]
    return [
        (cls, layer.trainable, keras_class and layer_settings(layer, keras_class)) for cls, keras_class, layer in layers
    ]


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
    idle, busy = _outputs(model, inputs, training=False), _outputs(model, inputs, training=True)
    # Called in one mode, a layer that was told the other one is always told so.
    fixed = {
        id(operation): mode
        for outputs, mode in ((idle, True), (busy, False))
        for operation, node in _history(outputs)
        if node.arguments.kwargs.get("training") is mode
    }
    return _Symbolic(inputs, busy, fixed)


def _outputs(model: Any, inputs: list[Any], *, training: bool) -> list[Any]:
    """What ``model.call`` gives, called as Keras calls it in training or afterwards."""
    arguments = {"training": training} if "training" in inspect.signature(model.call).parameters else {}
    context = model._get_call_context()
    context.set_value("training", training)
    try:
        with _tensorflow_by_keras():
            outputs = model.call(inputs[0] if len(inputs) == 1 else inputs, **arguments)
    finally:
        model._maybe_reset_call_context()
    return list(keras.tree.flatten(outputs))


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

    ops = keras.ops
    activations = ("relu", "relu6", "sigmoid", "tanh", "elu", "selu", "silu")
    twins = {
        tf: {"sigmoid": ops.sigmoid, "tanh": ops.tanh, "cast": ops.cast, "concat": ops.concatenate}
        | {name: getattr(ops, name) for name in ("reshape", "expand_dims", "squeeze")},
        tf.math: {"sigmoid": ops.sigmoid, "tanh": ops.tanh},
        # Those with arguments that have names and defaults of their own are put into Keras's.
        tf.nn: {name: getattr(ops, name) for name in activations}
        | {
            "softmax": lambda logits, axis=None: ops.softmax(logits, -1 if axis is None else axis),
            "gelu": lambda features, approximate=False: ops.gelu(features, approximate),
            "leaky_relu": lambda features, alpha=0.2: ops.leaky_relu(features, alpha),
        },
    }
    with ExitStack() as patches:
        for module, functions in twins.items():
            for name, twin in functions.items():
                patches.enter_context(mock.patch.object(module, name, _either(getattr(module, name), twin)))
        yield


def _either(own: Callable[..., Any], twin: Callable[..., Any]) -> Callable[..., Any]:
    """``twin`` for symbolic tensors, ``own`` for all others: Keras itself calls TensorFlow's functions."""

    @functools.wraps(own)
    def call(*args: Any, **kwargs: Any) -> Any:
        symbolic = any(isinstance(item, keras.KerasTensor) for item in keras.tree.flatten((args, kwargs)))
        return (twin if symbolic else own)(*args, **kwargs)

    return call


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
