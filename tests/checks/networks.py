"""Facts of the lesson's networks, built by arithmetic alone: a test of a check needs no Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy.typing as npt

from autograder.arithmetic import ParameterCount, Shape, layer_arithmetic
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts, TrainingFacts
from autograder.grading import Check, Outcome, Report, Subject, _outcome

_PLAIN_WEIGHTS = {
    "activity_regularizer": None,
    "bias_constraint": None,
    "bias_regularizer": None,
    "kernel_constraint": None,
    "kernel_regularizer": None,
}
_USUAL: Mapping[str, Mapping[str, Any]] = {
    "Conv2D": {
        "activation": "linear",
        "dilation_rate": (1, 1),
        "groups": 1,
        "padding": "valid",
        "strides": (1, 1),
        "use_bias": True,
        **_PLAIN_WEIGHTS,
    },
    "Dense": {"activation": "linear", "use_bias": True, **_PLAIN_WEIGHTS},
    "MaxPooling2D": {"padding": "valid", "pool_size": (2, 2), "strides": (2, 2)},
    "AveragePooling2D": {"padding": "valid", "pool_size": (2, 2), "strides": (2, 2)},
}


def made(kind: str, *, trainable: bool = True, **settings: Any) -> LayerFacts:
    """A layer that is in no network yet: its sizes are settled by :func:`chain`."""
    return LayerFacts(
        kind=kind,
        settings={**_USUAL.get(kind, {}), **settings},
        output_shape=(),
        parameters=ParameterCount(total=0, trainable=0),
        trainable=trainable,
    )


def conv(filters: int, activation: str = "relu", **settings: Any) -> LayerFacts:
    return made("Conv2D", **{"filters": filters, "kernel_size": (3, 3), "activation": activation, **settings})


def dense(units: int, activation: str = "relu", **settings: Any) -> LayerFacts:
    return made("Dense", **{"units": units, "activation": activation, **settings})


def dropout(rate: float, **settings: Any) -> LayerFacts:
    return made("Dropout", rate=rate, **settings)


def pool(kind: str = "MaxPooling2D") -> LayerFacts:
    return made(kind)


def flatten() -> LayerFacts:
    return made("Flatten")


def cnn_layers() -> list[LayerFacts]:
    """The lesson's CNN for MNIST: 1,199,882 parameters."""
    return [
        conv(32),
        conv(64),
        pool(),
        dropout(0.25),
        flatten(),
        dense(128),
        dropout(0.5),
        dense(10, "softmax"),
    ]


def mlp_layers() -> list[LayerFacts]:
    """The lesson's multi-layer perceptron for Fashion-MNIST, with the layers that exercise 01 adds."""
    return [flatten(), dense(128), dense(64), dropout(0.3), dense(10, "softmax")]


def chain(layers: Sequence[LayerFacts], input_shape: Shape = (28, 28, 1)) -> ModelFacts:
    """A network of layers one after the other, with the shapes and sums that go with them."""
    shape, settled = input_shape, []
    for index, layer in enumerate(layers):
        settings = {name: value for name, value in layer.settings.items() if value is not None}
        shape, parameters = layer_arithmetic(layer.kind, settings, [shape])
        if not layer.trainable:
            parameters = replace(parameters, trainable=0)
        settled.append(replace(layer, output_shape=shape, parameters=parameters, inputs=(index - 1,)))
    return ModelFacts(inputs=(input_shape,), layers=tuple(settled), outputs=(len(settled) - 1,))


def cnn(**changes: Any) -> ModelFacts:
    """The lesson's CNN; ``at_1=…`` puts a layer, a list of layers or nothing in the place of its second."""
    layers: list[LayerFacts] = []
    for index, layer in enumerate(cnn_layers()):
        change = changes.get(f"at_{index}", layer)
        layers += change if isinstance(change, list) else [change]
    return chain(layers)


def mlp(input_shape: Shape = (28, 28)) -> ModelFacts:
    return chain(mlp_layers(), input_shape)


def with_layer(facts: ModelFacts, index: int, **changes: Any) -> ModelFacts:
    """The same network, one of its layers changed where it stands: nothing else follows from it."""
    layers = list(facts.layers)
    layers[index] = replace(layers[index], **changes)
    return replace(facts, layers=tuple(layers))


class Told(Subject):
    """A subject whose facts are given: no Keras is asked."""

    def __init__(
        self,
        facts: ModelFacts | None = None,
        *,
        compiled: CompileFacts | None = None,
        training: TrainingFacts | None = None,
        sample: npt.NDArray[Any] | None = None,
        value: Any = "a model",
    ) -> None:
        super().__init__(value)
        self._seen = sample
        # What a cached property of Subject would have worked out.
        for name, known in (("facts", facts), ("compiled", compiled), ("training", training)):
            if known is not None:
                self.__dict__[name] = known

    @property
    def sample(self) -> npt.NDArray[Any] | None:
        """The images that it is said to have been trained on."""
        return self._seen


def told(subject: Subject, *checks: Check) -> Report:
    """What ``grade`` does, with a subject that is one already."""
    outcomes: list[Outcome] = []
    for check in checks:
        outcomes.append(_outcome(check, subject, outcomes))
    return Report(tuple(outcomes))


def only(report: Report) -> Outcome:
    """The outcome of a report that has one."""
    (outcome,) = report.outcomes
    return outcome


def adadelta(rate: float = 1.0) -> CompileFacts:
    """How the lesson's CNN is compiled."""
    return CompileFacts(
        optimizer=Configured(kind="Adadelta", settings={"learning_rate": rate}),
        loss=Configured(kind="CategoricalCrossentropy"),
        metrics=("accuracy",),
    )
