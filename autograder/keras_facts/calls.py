"""A network as calls of layers and wires between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.arithmetic import Shape
from autograder.facts import Wire
from autograder.keras_facts.graph import Call


@dataclass(frozen=True, slots=True)
class Network:
    """Inputs without the batch axis, calls in the order of the program, and which wires leave it."""

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


def removed(network: Network, gone: Mapping[Wire, Wire]) -> Network:
    """The network without the calls in ``gone``, whose readers read instead what the call read."""
    kept = [index for index in range(len(network.calls)) if index not in gone]
    return renumbered(network, kept, gone)


def renumbered(network: Network, order: Sequence[Wire], gone: Mapping[Wire, Wire]) -> Network:
    """The network with only the calls in ``order``, numbered so; ``gone`` says what is read in place of others."""
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
