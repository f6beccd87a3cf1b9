"""Neighbours whose order changes nothing, and the order of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from autograder.facts import Wire
from autograder.keras_facts.calls import Network, renumbered
from autograder.keras_facts.graph import Call

COMMUTATIVE = frozenset({"Add", "Multiply", "Average", "Maximum", "Minimum"})


def commuted(network: Network, should: Callable[[Call, Call], bool]) -> Network:
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
            entering = Network(network.inputs, tuple(calls), ()).shape(first.inputs[0])
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


def activation_behind(first: Call, second: Call) -> bool:
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


def dropout_beside_flatten(first: Call, second: Call) -> bool:
    """Dropout treats each number alike: it stands before a Flatten, but after one that begins the network."""
    if (first.kind, second.kind) == ("Flatten", "Dropout"):
        return first.inputs[0] >= 0
    return (first.kind, second.kind) == ("Dropout", "Flatten") and first.inputs[0] < 0


def in_order(network: Network) -> Network:
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
    return renumbered(replace(network, calls=tuple(calls)), order, {})


def _signatures(network: Network) -> dict[Wire, str]:
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
