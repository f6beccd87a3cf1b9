"""Facts: plain, frozen data about a network, a compile call and a training run.

Checks read facts and never live Keras objects, so the same check works in a student's notebook, behind
the wall and in a test that has no Keras at all. Facts compare by meaning: two programs that describe the
same network have equal facts, whatever their layers are called.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from autograder.arithmetic import ParameterCount, Shape, input_misconceptions, parameter_misconceptions

if TYPE_CHECKING:
    Setting: TypeAlias = "bool | int | float | str | tuple[Setting, ...] | Mapping[str, Setting] | None"
else:
    # msgspec, which reads facts from JSON, does not follow a type that names itself.
    Setting = Any

Wire: TypeAlias = int
"""Where a layer's input comes from: the index of another layer, or ``-1`` for the network's first input,
``-2`` for its second, and so on."""

# What a layer's settings must not hold to keep equal facts equal: none of these changes the function
# that a trained network computes or what is trained.
IRRELEVANT_SETTINGS = frozenset(
    {"name", "dtype", "trainable", "seed", "lora_rank", "lora_alpha", "quantization_config"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerFacts:
    """One layer as it stands in a network: what it is, what it gives, and what feeds it."""

    kind: str
    """Keras class name, such as ``"Conv2D"``. An activation that stands alone is an ``"Activation"``."""
    settings: Mapping[str, Setting]
    """What decides the function computed, by Keras's own names. Initializers, seeds, names and dtypes are
    left out."""
    output_shape: Shape
    """``(height, width, channels)`` and the like, without the batch axis."""
    parameters: ParameterCount
    """Trainable and not, with the sum that gives them where one is known."""
    inputs: tuple[Wire, ...] = (-1,)
    """What feeds this layer, in order."""
    trainable: bool = True
    """Whether training changes its weights; true for a layer that has none."""
    shares: int | None = None
    """The index of the earlier layer whose weights this one uses again."""
    custom: bool = False
    """Whether it is a class of the student's own, whose function is not known here."""
    name: str = field(default="", compare=False)
    """The student's name for it. Not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """A network: its inputs, its layers in the order in which data flows, and its outputs."""

    inputs: tuple[Shape, ...]
    """The shape of each input, without the batch axis."""
    layers: tuple[LayerFacts, ...]
    outputs: tuple[Wire, ...]
    preprocessing: tuple[LayerFacts, ...] = ()
    """Layers at the front that prepare the images (``Rescaling`` and the like), kept apart because the
    same preparation may as well be done outside the network."""
    logits_head: bool = field(default=False, compare=False)
    """Whether the output layer gives logits, which the loss makes probabilities of. Its activation is
    then given as the one that this amounts to. Not compared."""
    notes: tuple[str, ...] = field(default=(), compare=False)
    """What a reader should know about how the network was read. Not compared."""

    @property
    def nameless(self) -> ModelFacts:
        """The same network without what changes nothing: two programs that mean one network say the same then."""
        front, layers = (tuple(replace(one, name="") for one in some) for some in (self.preprocessing, self.layers))
        return replace(self, preprocessing=front, layers=layers, notes=())

    @property
    def total_parameters(self) -> int:
        """All parameters, trainable and not, preprocessing included."""
        return sum(layer.parameters.total for layer in (*self.preprocessing, *self.layers))

    @property
    def weighted(self) -> tuple[LayerFacts, ...]:
        """The layers that have weights: those whose parameters an exercise asks to be counted."""
        return tuple(layer for layer in self.layers if layer.parameters.total)

    @property
    def misconceptions(self) -> tuple[Mapping[int, str], ...]:
        """For each of :attr:`weighted`, wrong counts of known cause: number → cause."""
        return tuple(map(self._misconceptions, self.weighted))

    def _misconceptions(self, layer: LayerFacts) -> Mapping[int, str]:
        entering = self._shape(layer.inputs[0])
        known = parameter_misconceptions(layer.kind, layer.settings, entering, layer.output_shape)
        if layer.kind != "Dense":
            return known
        shapes = [self.entry_shape, *(other.output_shape for other in self.layers)] if len(self.inputs) == 1 else []
        rates = [rate for other in self.layers if isinstance(rate := other.settings.get("rate"), float)]
        # What the layer's own settings explain is the likelier cause.
        return {**input_misconceptions(layer.settings, entering, shapes, rates), **known}

    def _shape(self, wire: Wire) -> Shape:
        if wire >= 0:
            return self.layers[wire].output_shape
        return self.entry_shape if wire == -1 else self.inputs[-1 - wire]

    @property
    def is_chain(self) -> bool:
        """Whether each layer feeds just the next one."""
        wires = [layer.inputs for layer in self.layers]
        return (
            len(self.inputs) == 1
            and wires == [(index - 1,) for index in range(len(wires))]
            and self.outputs == (len(wires) - 1,)
        )

    @property
    def entry_shape(self) -> Shape:
        """The shape that reaches the first layer, after preprocessing and without the batch axis."""
        return self.preprocessing[-1].output_shape if self.preprocessing else self.inputs[0]

    @property
    def exit_shape(self) -> Shape:
        """The shape of the first output, without the batch axis."""
        return self._shape(self.outputs[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Configured:
    """An optimizer, loss, metric or learning-rate schedule: its Keras class and its settings."""

    kind: str
    """Keras class name, such as ``"Adadelta"``; a function's name where it is the student's own."""
    settings: Mapping[str, Setting] = field(default_factory=dict)
    custom: bool = False
    """Whether it is the student's own code, which is known here by name only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CompileFacts:
    """What ``compile`` was told."""

    optimizer: Configured
    loss: Configured | None
    metrics: tuple[str, ...]
    """``"accuracy"`` for every spelling of classification accuracy, else the metric's Keras name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFacts:
    """What ``fit`` was told and what came of it."""

    epochs: int
    """Epochs that were run."""
    curves: Mapping[str, tuple[float, ...]]
    """``History.history``: a value an epoch for each of ``loss``, ``accuracy``, ``val_loss``, …"""
    steps: int | None = None
    """Batches an epoch."""
    batch_size: int | None = None
    """Images a batch; ``None`` where ``fit`` was not watched or was given a data set that batches itself."""
    validation_split: float | None = None
    """The share of the training images held back; ``None`` where ``fit`` was not watched."""
    examples: int | None = None
    """Images given to ``fit``, those held back included."""
    watched: bool = False
    """Whether the arguments of ``fit`` were seen, and not only its ``History``."""
