"""``Compiled``: what ``compile`` was told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from autograder.facts import CompileFacts, Configured, Setting
from autograder.grading import ExerciseError, Subject, Verdict, partly, passed
from autograder.i18n import _
from autograder.pattern import AnyOf, Constraint, Wanted, describe, fits

# Keras 3's default, with which Adadelta hardly moves. Measured with the lesson's CNN on 48,000 images:
# test accuracy 0.60 after 3 epochs, 0.9865 with a learning rate of 1.0 (docs/calibration.md).
_ADADELTA_DEFAULT = 0.001

_CROSS_ENTROPIES = ("SparseCategoricalCrossentropy", "CategoricalCrossentropy")
# Learning rates that Keras 3 gives optimizers, and how far from them a network still learns.
_USUAL_RATES = {"SGD": 0.01, **dict.fromkeys(("Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Adagrad"), 0.001)}
_FAR = 50

# Second names that Keras takes, by the first.
_SECOND_NAMES = {
    "acc": "accuracy",
    "binaryaccuracy": "accuracy",
    "categoricalaccuracy": "accuracy",
    "sparsecategoricalaccuracy": "accuracy",
    "mse": "meansquarederror",
    "mae": "meanabsoluteerror",
    "mape": "meanabsolutepercentageerror",
    "msle": "meansquaredlogarithmicerror",
}


@dataclass(frozen=True)
class Compiled:
    """The optimizer, its learning rate, the loss and the metrics. What is not named is not compared."""

    optimizer: str | AnyOf | None = None
    learning_rate: float | Constraint | None = None
    loss: str | AnyOf | None = None
    metrics: tuple[str, ...] = ()
    """Metrics that must be among those given; ``"accuracy"`` for every spelling of it."""
    about: str = ""
    """The title, where a cell asks about several models."""
    points: float = 1
    after: ClassVar[frozenset[str]] = frozenset()

    def __post_init__(self) -> None:
        if not self._asked:
            raise ExerciseError("Compiled(…) needs an optimizer, a learning rate, a loss or metrics")
        if isinstance(self.metrics, str):
            raise ExerciseError(f"Compiled(metrics={self.metrics!r}): give a list or tuple of names")

    @property
    def _asked(self) -> int:
        named = (self.optimizer, self.learning_rate, self.loss)
        return sum(setting is not None for setting in named) + bool(self.metrics)

    @property
    def title(self) -> str:
        """What is checked."""
        return self.about or _("How the model is compiled")

    def judge(self, subject: Subject) -> Verdict:
        """Collects what differs; each right setting earns its share."""
        compiled = subject.compiled
        faults = list(self._faults(compiled))
        if not faults:
            loss = compiled.loss.kind if compiled.loss else None
            return passed(
                _("optimizer {optimizer}, learning rate {rate}, loss {loss}.").format(
                    optimizer=compiled.optimizer.kind, rate=_rate_text(learning_rate(compiled)), loss=loss
                )
            )
        messages, hints = zip(*faults, strict=True)
        hint = next(filter(None, hints), "")
        return partly(1 - len(faults) / self._asked, "\n".join(messages), hint)

    def _faults(self, compiled: CompileFacts) -> Iterator[tuple[str, str]]:
        if self.optimizer is not None and not _is(compiled.optimizer, self.optimizer):
            yield (
                _("optimizer: expected {expected}, found {found}.").format(
                    expected=_wanted_name(self.optimizer), found=_found_name(compiled.optimizer)
                ),
                "",
            )
        rate = learning_rate(compiled)
        if self.learning_rate is not None and not fits(rate, self.learning_rate):
            yield (
                _("learning rate: expected {expected}, found {found}.").format(
                    expected=describe(self.learning_rate), found=_rate_text(rate)
                ),
                rate_hint(compiled),
            )
        if self.loss is not None and (compiled.loss is None or not _is(compiled.loss, self.loss)):
            yield (
                _("loss: expected {expected}, found {found}.").format(
                    expected=_wanted_name(self.loss),
                    found=_found_name(compiled.loss) if compiled.loss else _("none"),
                ),
                _loss_hint(compiled.loss, self.loss),
            )
        # Keras's class Accuracy is none of the spellings of "accuracy".
        given = {_plain(metric) for metric in compiled.metrics if metric != "Accuracy"}
        missing = [metric for metric in self.metrics if _plain(metric) not in given]
        if missing:
            yield (
                _("metrics: expected {expected} among them, found {found}.").format(
                    expected=", ".join(missing), found=", ".join(compiled.metrics) or _("none")
                ),
                _metric_hint(compiled.metrics, missing)
                or _("compile is told by name: metrics=[{metrics}].").format(
                    metrics=", ".join(map(repr, self.metrics))
                ),
            )


def learning_rate(compiled: CompileFacts) -> Setting:
    """The optimizer's learning rate; a schedule's initial one."""
    rate = compiled.optimizer.settings.get("learning_rate")
    if not isinstance(rate, Mapping):
        return rate
    # PiecewiseConstantDecay lists its rates.
    values = rate.get("values")
    return values[0] if isinstance(values, tuple) and values else rate.get("initial_learning_rate")


def rate_hint(compiled: CompileFacts) -> str:
    """What is known of a learning rate that does not learn."""
    rate = learning_rate(compiled)
    if compiled.optimizer.kind == "Adadelta" and fits(rate, _ADADELTA_DEFAULT):
        return _(
            "Adadelta()'s default learning rate in Keras 3 is 0.001, with which this network hardly learns;"
            " the lesson's (R) Keras used 1.0. Write keras.optimizers.Adadelta(learning_rate=1.0)."
        )
    usual = _USUAL_RATES.get(compiled.optimizer.kind)
    if usual is None or not isinstance(rate, float):
        return ""
    optimizer = compiled.optimizer.kind
    if rate * _FAR <= usual:
        return _(
            "The learning rate {rate} is far below {optimizer}'s default, {usual}: each step changes the weights too"
            " little to learn much."
        ).format(rate=_rate_text(rate), optimizer=optimizer, usual=_rate_text(usual))
    if rate >= usual * _FAR:
        return _(
            "The learning rate {rate} is far above {optimizer}'s default, {usual}: each step goes too far."
        ).format(rate=_rate_text(rate), optimizer=optimizer, usual=_rate_text(usual))
    return ""


def _rate_text(rate: Setting) -> str:
    return f"{rate:g}" if isinstance(rate, int | float) else str(rate)


def _loss_hint(found: Configured | None, wanted: str | AnyOf) -> str:
    if found is None or found.custom:
        return ""
    name = _plain(found.kind)
    if name == "sparsecategoricalcrossentropy" and _names("CategoricalCrossentropy", wanted):
        return _("The sparse form takes integer labels; for one-hot labels it is categorical_crossentropy.")
    if name == "categoricalcrossentropy" and _names("SparseCategoricalCrossentropy", wanted):
        return _("This form takes one-hot labels; for integer labels it is sparse_categorical_crossentropy.")
    if not any(_names(cross_entropy, wanted) for cross_entropy in _CROSS_ENTROPIES):
        return ""
    if name in {"binarycrossentropy", "binaryfocalcrossentropy"}:
        return _("That loss is for two classes, or for classes that do not exclude each other.")
    if name in {"meansquarederror", "meanabsoluteerror"}:
        return _("That loss is for numbers; for classes, cross-entropy compares probabilities.")
    return ""


def _metric_hint(found: Sequence[str], missing: Sequence[str]) -> str:
    if "accuracy" in missing and "Accuracy" in found:
        return _(
            "The class Accuracy asks whether numbers are equal, and probabilities hardly ever are: write the text"
            ' "accuracy".'
        )
    return ""


def _is(found: Configured, wanted: Wanted) -> bool:
    """Whether it is Keras's own of that name: what a class of the student's does is not known here."""
    return not found.custom and _names(found.kind, wanted)


def _found_name(found: Configured) -> str:
    return _("your own {name}").format(name=found.kind) if found.custom else found.kind


def _names(kind: str, wanted: Wanted) -> bool:
    values = wanted.values if isinstance(wanted, AnyOf) else (wanted,)
    return _plain(kind) in {_plain(str(value)) for value in values}


def _wanted_name(wanted: Wanted) -> str:
    return _(" or ").join(map(str, wanted.values)) if isinstance(wanted, AnyOf) else str(wanted)


def _plain(name: str) -> str:
    """``"categorical_crossentropy"`` and ``"CategoricalCrossentropy"`` are one name, and so are ``"acc"`` and
    ``"accuracy"``.
    """
    plain = name.replace("_", "").lower()
    return _SECOND_NAMES.get(plain, plain)
