"""From calls to canonical facts: what means the same comes out the same.

Each step is a function from a network to a network: spell every layer one way, drop what does nothing,
fold activations into the layer they follow, put the rest in the order in which data flows. None of them
looks at a Keras object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograder.arithmetic import ParameterCount, Shape, ShapeError, UnknownLayer, layer_arithmetic
from autograder.facts import CompileFacts, LayerFacts, ModelFacts, Wire
from autograder.i18n import _
from autograder.keras_facts.calls import Network, removed, renumbered
from autograder.keras_facts.graph import Call, Graph
from autograder.keras_facts.order import activation_behind, commuted, dropout_beside_flatten, in_order
from autograder.keras_facts.spelling import spelled

PREPROCESSING = frozenset({"Rescaling", "Normalization", "Resizing", "CenterCrop"})
"""With every ``Random…`` layer: what prepares images and is no part of the network's architecture."""

_NOISE = ("Dropout", "GaussianDropout", "AlphaDropout", *(f"SpatialDropout{n}D" for n in (1, 2, 3)))


def canonical(graph: Graph, compiled: CompileFacts | None) -> tuple[ModelFacts, tuple[Any, ...]]:
    """Facts about a traced network, and the Keras layer behind each of its preprocessing and layers."""
    network = Network(graph.inputs, graph.calls, graph.outputs)
    network = replace(network, calls=tuple(spelled(call, network) for call in network.calls))
    network = _without_idle(network)
    network = commuted(network, activation_behind)
    network = _with_folded_activations(network)
    network = _with_softmax_head(network, compiled)
    network = in_order(network)
    front, network = _preprocessing_apart(network)
    network = commuted(network, dropout_beside_flatten)
    layers = _layer_facts(network)
    facts = ModelFacts(
        inputs=graph.inputs,
        layers=layers,
        outputs=network.outputs,
        preprocessing=_layer_facts(Network(graph.inputs, front, (len(front) - 1,))),
        logits_head=network.logits_head,
        notes=(*network.notes, *_uncounted(layers)),
    )
    return facts, tuple(call.layer for call in (*front, *network.calls))


def _without_idle(network: Network) -> Network:
    notes = []
    gone: dict[Wire, Wire] = {}
    for index, call in enumerate(network.calls):
        entering = gone.get(call.inputs[0], call.inputs[0]) if call.inputs else None
        if entering is None or not _is_idle(call, network.shape(entering)):
            continue
        gone[index] = entering
        if call.kind in _NOISE:
            notes.append(_("a {kind} layer that drops nothing was left out").format(kind=call.kind))
    return removed(replace(network, notes=(*network.notes, *notes)), gone)


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


def _with_folded_activations(network: Network) -> Network:
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
    return removed(replace(network, calls=tuple(calls)), gone)


def _ends_with_activation(call: Call) -> bool:
    """Whether a layer's activation is the last thing it does; a recurrent layer's is not."""
    return call.kind in {"Dense", "EinsumDense"} or ("Conv" in call.kind and "LSTM" not in call.kind)


def _with_softmax_head(network: Network, compiled: CompileFacts | None) -> Network:
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


def _preprocessing_apart(network: Network) -> tuple[tuple[Call, ...], Network]:
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
    return network.calls[:front], renumbered(
        replace(network, inputs=(entry,) if entry is not None else network.inputs), list(rest), gone
    )


def _prepares(call: Call) -> bool:
    if call.kind in PREPROCESSING or call.kind.startswith("Random"):
        return True
    # Laying the pixels out another way: giving images their channel axis, or rows of pixels their shape.
    return call.kind == "Reshape"


def _layer_facts(network: Network) -> tuple[LayerFacts, ...]:
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


def _parameters(call: Call, network: Network) -> ParameterCount:
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
