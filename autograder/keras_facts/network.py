"""From calls to canonical facts: what means the same comes out the same.

Each step is a function from a network to a network: spell every layer one way, drop what does nothing,
fold activations into the layer they follow, put the rest in the order in which data flows. None of them
looks at a Keras object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from autograder.arithmetic import ParameterCount, Shape, ShapeError, UnknownLayer, layer_arithmetic
from autograder.facts import CompileFacts, LayerFacts, ModelFacts, Setting, Wire
from autograder.i18n import _
from autograder.keras_facts.graph import Call, Graph

ACTIVATION_LAYERS = frozenset({"Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"})
"""Layers that apply an activation and have no weights."""

COMMUTATIVE = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})

PREPROCESSING = frozenset({"Rescaling", "Normalization", "Resizing", "CenterCrop"})
"""With every ``Random…`` layer: what prepares images and is no part of the network's architecture."""

_NOISE = ("Dropout", "GaussianDropout", "AlphaDropout", *(f"SpatialDropout{n}D" for n in (1, 2, 3)))


@dataclass(frozen=True, slots=True)
class _Network:
    inputs: tuple[Shape, ...]
    calls: tuple[Call, ...]
    outputs: tuple[Wire, ...]
    notes: tuple[str, ...] = field(default=())
    logits_head: bool = False

    def shape(self, wire: Wire) -> Shape:
        return self.calls[wire].output_shape if wire >= 0 else self.inputs[-1 - wire]

    def uses(self) -> Counter[Wire]:
        """How often each wire is read."""
        return Counter([wire for call in self.calls for wire in call.inputs] + list(self.outputs))


def canonical(graph: Graph, compiled: CompileFacts | None) -> tuple[ModelFacts, tuple[Any, ...]]:
    """Facts about a traced network, and the Keras layer behind each of its preprocessing and layers."""
    network = _Network(graph.inputs, graph.calls, graph.outputs)
    network = replace(network, calls=tuple(_spelled(call, network) for call in network.calls))
    network = _without_idle(network)
    network = _commuted(network, _activation_behind)
    network = _with_folded_activations(network)
    network = _with_softmax_head(network, compiled)
    network = _in_order(network)
    front, network = _preprocessing_apart(network)
    network = _commuted(network, _dropout_beside_flatten)
    layers = _layer_facts(network)
    facts = ModelFacts(
        inputs=graph.inputs,
        layers=layers,
        outputs=network.outputs,
        preprocessing=_layer_facts(_Network(graph.inputs, front, (len(front) - 1,))),
        logits_head=network.logits_head,
        notes=(*network.notes, *_uncounted(layers)),
    )
    return facts, tuple(call.layer for call in (*front, *network.calls))


def _spelled(call: Call, network: _Network) -> Call:
    """One spelling for what a single layer does, given what comes in."""
    if call.custom:
        return call
    entering = network.shape(call.inputs[0]) if call.inputs else ()
    settings = {name: value for name, value in call.settings.items() if value != "channels_last"}
    kind = call.kind
    further = {"activity_regularizer": settings["activity_regularizer"]} if settings.get("activity_regularizer") else {}
    if kind == "Reshape" and len(call.output_shape) == 1:
        kind, settings = "Flatten", further
    elif kind == "Reshape":
        settings = {"target_shape": call.output_shape, **further}
    elif kind in ACTIVATION_LAYERS:
        kind, settings = "Activation", {"activation": _activation_of(kind, settings), **further}
    elif kind in {"BatchNormalization", "LayerNormalization", "Concatenate"}:
        settings = {**settings, "axis": _negative_axis(settings.get("axis"), len(entering))}
    if "kernel_size" in settings or "pool_size" in settings:
        settings = _plain_window(settings, entering, call.output_shape)
    if "activation" in settings:
        settings = {**settings, "activation": _last_axis(str(settings["activation"]), call.output_shape)}
    trainable = call.trainable or not call.count
    return replace(call, kind=kind, settings=dict(sorted(settings.items())), trainable=trainable)


def _activation_of(kind: str, settings: Mapping[str, Setting]) -> Setting:
    from autograder.keras_facts.settings import activation_call

    if kind == "Activation":
        return settings["activation"]
    return activation_call({"ReLU": "relu", "LeakyReLU": "leaky_relu"}.get(kind, kind.lower()), settings)


def _last_axis(activation: str, shape: Shape) -> str:
    """A softmax over the last axis is the softmax, however the axis is numbered."""
    return "softmax" if activation == f"softmax(axis={len(shape)})" else activation


def _negative_axis(axis: Setting, rank: int) -> Setting:
    """Axes counted from the end, as Keras's defaults are; ``rank`` is without the batch axis."""
    if isinstance(axis, tuple):
        axes = tuple(_negative_axis(one, rank) for one in axis)
        return axes[0] if len(axes) == 1 else axes
    return axis - rank - 1 if isinstance(axis, int) and axis > 0 else axis


def _plain_window(settings: Mapping[str, Setting], entering: Shape, leaving: Shape) -> dict[str, Setting]:
    """Padding that adds nothing is no padding; dilating or striding over a single place does nothing."""
    window = settings.get("kernel_size", settings.get("pool_size"))
    if settings.get("data_format") == "channels_first" or not isinstance(window, tuple):
        return dict(settings)
    plain = dict(settings)
    if "dilation_rate" in settings and all(size == 1 for size in window):
        plain["dilation_rate"] = window
    if settings.get("padding") in {"same", "causal"} and not settings.get("output_padding"):
        strides = _axes(settings, "strides") if settings["padding"] == "same" else (1,) * len(window)
        leaving = leaving if settings["padding"] == "same" else entering
        # The last of the entering axes, the channels, has no window.
        axes = zip(window, strides, _axes(plain, "dilation_rate"), entering, leaving, strict=False)
        if all(_padding(*axis) == 0 for axis in axes):
            plain["padding"] = "valid"
    return plain


def _axes(settings: Mapping[str, Setting], name: str) -> tuple[Setting, ...]:
    value = settings.get(name)
    return value if isinstance(value, tuple) else (1,) * 3


def _padding(window: Any, stride: Any, dilation: Any, size: int | None, out: int | None) -> int | None:
    """Rows that ``"same"`` adds along one axis; ``None`` where the size is not known."""
    if size is None or out is None:
        return None
    return max((out - 1) * int(stride) + int(dilation) * (int(window) - 1) + 1 - size, 0)


def _without_idle(network: _Network) -> _Network:
    notes = []
    gone: dict[Wire, Wire] = {}
    for index, call in enumerate(network.calls):
        entering = gone.get(call.inputs[0], call.inputs[0]) if call.inputs else None
        if entering is None or not _is_idle(call, network.shape(entering)):
            continue
        gone[index] = entering
        if call.kind in _NOISE:
            notes.append(_("a {kind} layer that drops nothing was left out").format(kind=call.kind))
    return _removed(replace(network, notes=(*network.notes, *notes)), gone)


def _is_idle(call: Call, entering: Shape) -> bool:
    """Whether a layer passes on just what it gets."""
    settings = call.settings
    if settings.get("activity_regularizer") is not None:
        return False
    match call.kind:
        case "Identity":
            return True
        case kind if kind in _NOISE:
            return settings.get("rate") == 0
        case "GaussianNoise":
            return settings.get("stddev") == 0
        case "Activation":
            return settings.get("activation") == "linear"
        case "Reshape" | "Flatten":
            return call.output_shape == entering
        case "Rescaling":
            return settings.get("scale") == 1 and settings.get("offset") == 0
        case kind if kind.startswith(("ZeroPadding", "Cropping")):
            return call.output_shape == entering
    return False


def _commuted(network: _Network, should: Callable[[Call, Call], bool]) -> _Network:
    """Swaps neighbours whose order changes nothing into the one order that all such networks get."""
    calls = list(network.calls)
    uses = network.uses()
    # A chain of n layers is sorted after n sweeps at most.
    for _sweep in calls:
        swapped = False
        for index, second in enumerate(calls):
            before = second.inputs[0] if len(second.inputs) == 1 else -1
            if before < 0 or uses[before] != 1 or not should(calls[before], second):
                continue
            first = calls[before]
            entering = _Network(network.inputs, tuple(calls), ()).shape(first.inputs[0])
            shapes = (entering, second.output_shape) if first.kind == "Flatten" else (second.output_shape,) * 2
            if second.kind == "Activation":
                shapes = (entering, first.output_shape)
            calls[before] = replace(second, inputs=first.inputs, output_shape=shapes[0])
            calls[index] = replace(first, inputs=second.inputs, output_shape=shapes[1])
            swapped = True
        if not swapped:
            break
    return replace(network, calls=tuple(calls))


_INCREASING = frozenset({"relu", "relu6", "sigmoid", "tanh", "elu", "selu", "softplus", "softsign"})


def _activation_behind(first: Call, second: Call) -> bool:
    """An activation that might as well come before the layer that it follows.

    The largest of a window stays the largest under an increasing function; a Flatten moves numbers and
    changes none; what Dropout multiplies by is not negative, and relu keeps such a factor.
    """
    if second.kind != "Activation" or any(call.settings.get("activity_regularizer") for call in (first, second)):
        return False
    activation = str(second.settings["activation"])
    if first.kind.startswith("MaxPooling"):
        return activation in _INCREASING
    if first.kind == "Flatten":
        return not activation.startswith(("softmax", "log_softmax", "custom:"))
    return first.kind in {"Dropout", "SpatialDropout2D"} and activation == "relu"


def _dropout_beside_flatten(first: Call, second: Call) -> bool:
    """Dropout treats each number alike: it stands before a Flatten, but after one that begins the network."""
    if (first.kind, second.kind) == ("Flatten", "Dropout"):
        return first.inputs[0] >= 0
    return (first.kind, second.kind) == ("Dropout", "Flatten") and first.inputs[0] < 0


def _with_folded_activations(network: _Network) -> _Network:
    calls = list(network.calls)
    uses = network.uses()
    layers = Counter(id(call.layer) for call in calls if call.layer is not None)
    gone: dict[Wire, Wire] = {}
    for index, call in enumerate(calls):
        if call.kind != "Activation":
            continue
        before = gone.get(call.inputs[0], call.inputs[0])
        if before < 0 or uses[call.inputs[0]] != 1:
            continue
        host = calls[before]
        alone = host.layer is not None and layers[id(host.layer)] == 1
        if alone and _ends_with_activation(host) and host.settings.get("activation") == "linear":
            # An activity regularizer looks at the layer's output before an activation of its own.
            if host.settings.get("activity_regularizer") is not None:
                continue
            calls[before] = replace(host, settings={**host.settings, **call.settings})
            gone[index] = before
    return _removed(replace(network, calls=tuple(calls)), gone)


def _ends_with_activation(call: Call) -> bool:
    """Whether a layer's activation is the last thing it does; a recurrent layer's is not."""
    return call.kind in {"Dense", "EinsumDense"} or ("Conv" in call.kind and "LSTM" not in call.kind)


def _with_softmax_head(network: _Network, compiled: CompileFacts | None) -> _Network:
    """A head without softmax whose loss says ``from_logits=True`` means a softmax head."""
    loss = compiled.loss if compiled else None
    if loss is None or loss.settings.get("from_logits") is not True or len(network.outputs) != 1:
        return network
    head = network.outputs[0]
    call = network.calls[head] if head >= 0 else None
    if call is not None and call.settings.get("activation") in {"softmax", "sigmoid"}:
        note = _("the output layer gives probabilities and the loss has from_logits=True: they are squashed twice")
        return replace(network, notes=(*network.notes, note))
    if call is None or call.settings.get("activation") != "linear":
        return network
    activation = "sigmoid" if loss.kind.startswith("Binary") else "softmax"
    calls = list(network.calls)
    calls[head] = replace(call, settings={**call.settings, "activation": activation})
    note = _(
        "the output layer gives logits and the loss has from_logits=True: read as an output layer with {activation}"
    ).format(activation=activation)
    return replace(network, calls=tuple(calls), notes=(*network.notes, note), logits_head=True)


def _uncounted(layers: Sequence[LayerFacts]) -> tuple[str, ...]:
    """Which counts are Keras's own, with no sum to show for them."""
    return tuple(
        _("layer {number} ({kind}): its {count:,} parameters are Keras's own count; no formula is known here").format(
            number=index + 1, kind=layer.kind, count=layer.parameters.total
        )
        for index, layer in enumerate(layers)
        if layer.parameters.total and layer.parameters.formula is None
    )


def _in_order(network: _Network) -> _Network:
    """Calls in the order in which the outputs need them, whatever order the program made them in."""
    signatures = _signatures(network)
    calls = [
        replace(call, inputs=tuple(sorted(call.inputs, key=lambda wire: signatures[wire])))
        if call.kind in COMMUTATIVE
        else call
        for call in network.calls
    ]
    order: list[Wire] = []
    placed: set[Wire] = set()

    # Not by recursion: a network may be deeper than Python's stack.
    waiting = list(reversed(network.outputs))
    while waiting:
        wire = waiting[-1]
        further = [source for source in calls[wire].inputs if source >= 0 and source not in placed] if wire >= 0 else []
        if further and wire not in placed:
            waiting.extend(reversed(further))
            continue
        waiting.pop()
        if wire >= 0 and wire not in placed:
            placed.add(wire)
            order.append(wire)
    return _renumbered(replace(network, calls=tuple(calls)), order, {})


def _signatures(network: _Network) -> dict[Wire, str]:
    """A text for each wire that stands for all that leads to it, to sort the inputs of an ``Add`` by."""
    signatures = {-1 - index: f"input {index}" for index in range(len(network.inputs))}
    for index, call in enumerate(network.calls):
        behind = [signatures[wire] for wire in call.inputs]
        if call.kind in COMMUTATIVE:
            behind.sort()
        text = f"{call.kind}{sorted(call.settings.items())}{call.trainable}({', '.join(behind)})"
        # In a residual network, the text itself would double with every addition.
        signatures[index] = sha256(text.encode()).hexdigest()
    return signatures


def _preprocessing_apart(network: _Network) -> tuple[tuple[Call, ...], _Network]:
    front = 0
    if len(network.inputs) == 1:
        uses = network.uses()
        wire: Wire = -1
        while front < len(network.calls) and uses[wire] == 1:
            call = network.calls[front]
            if call.inputs != (wire,) or not _prepares(call):
                break
            wire = front
            front += 1
    rest = range(front, len(network.calls))
    gone = dict.fromkeys(range(front), -1)
    entry = network.shape(front - 1) if front else None
    return network.calls[:front], _renumbered(
        replace(network, inputs=(entry,) if entry is not None else network.inputs), list(rest), gone
    )


def _prepares(call: Call) -> bool:
    if call.kind in PREPROCESSING or call.kind.startswith("Random"):
        return True
    # Laying the pixels out another way: giving images their channel axis, or rows of pixels their shape.
    return call.kind == "Reshape"


def _layer_facts(network: _Network) -> tuple[LayerFacts, ...]:
    first: dict[int, int] = {}
    facts = []
    for index, call in enumerate(network.calls):
        shares = first.get(id(call.layer)) if call.layer is not None else None
        if call.layer is not None:
            first.setdefault(id(call.layer), index)
        facts.append(
            LayerFacts(
                kind=call.kind,
                settings=call.settings,
                output_shape=call.output_shape,
                parameters=_parameters(call, network) if shares is None else ParameterCount(total=0, trainable=0),
                inputs=call.inputs,
                trainable=call.trainable,
                shares=shares if call.count else None,
                custom=call.custom,
                name=call.name,
            )
        )
    return tuple(facts)


def _parameters(call: Call, network: _Network) -> ParameterCount:
    """Our own sum where it agrees with Keras's count, else Keras's numbers alone."""
    counted = ParameterCount(total=call.count, trainable=call.trainable_count)
    entering = [network.shape(wire) for wire in call.inputs]
    try:
        shape, worked = layer_arithmetic(call.kind, call.settings, entering)
    except (UnknownLayer, ShapeError):
        return counted
    if call.custom or shape != call.output_shape or worked.total != call.count:
        return counted
    return replace(worked, trainable=call.trainable_count)


def _removed(network: _Network, gone: Mapping[Wire, Wire]) -> _Network:
    """The network without the calls in ``gone``, whose readers read instead what the call read."""
    kept = [index for index in range(len(network.calls)) if index not in gone]
    return _renumbered(network, kept, gone)


def _renumbered(network: _Network, order: Sequence[Wire], gone: Mapping[Wire, Wire]) -> _Network:
    position = {old: new for new, old in enumerate(order)}

    def wire(old: Wire) -> Wire:
        while old in gone:
            old = gone[old]
        return position[old] if old >= 0 else old

    rewire: Callable[[Sequence[Wire]], tuple[Wire, ...]] = lambda wires: tuple(wire(old) for old in wires)  # noqa: E731
    return replace(
        network,
        calls=tuple(replace(network.calls[old], inputs=rewire(network.calls[old].inputs)) for old in order),
        outputs=rewire(network.outputs),
    )
