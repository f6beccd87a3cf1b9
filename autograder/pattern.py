"""Patterns of layers: what a network is asked to be.

A pattern is a regular expression over layers: ``layer("Dense", units=at_least(10))`` for one of them,
``optional``, ``one_or_more``, ``any_order`` and ``one_of`` to combine them. How well a network fits one is
told by :mod:`autograder.alignment`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isclose
from typing import Any, Protocol, TypeAlias, overload, runtime_checkable

from autograder.facts import Setting
from autograder.i18n import _


class PatternError(ValueError):
    """The author of a pattern asked for something that no layer can have."""


@runtime_checkable
class Constraint(Protocol):
    """What a setting may be, where more than one value is right."""

    def accepts(self, value: Setting) -> bool: ...

    def __str__(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Between:
    """A number from ``low`` to ``high``, both included; ``None`` leaves a side open."""

    low: float | None
    high: float | None

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is a number within the bounds, give or take a float's rounding, or such a tuple."""
        if isinstance(value, tuple):
            return bool(value) and all(map(self.accepts, value))
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        above = self.low is None or value >= self.low or isclose(value, self.low, rel_tol=1e-6)
        below = self.high is None or value <= self.high or isclose(value, self.high, rel_tol=1e-6)
        return above and below

    def __str__(self) -> str:
        if self.low is None:
            return _("at most {high}").format(high=self.high)
        if self.high is None:
            return _("at least {low}").format(low=self.low)
        return _("between {low} and {high}").format(low=self.low, high=self.high)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of a few values."""

    values: tuple[Wanted, ...]

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is one of them."""
        return any(fits(value, wanted) for wanted in self.values)

    def __str__(self) -> str:
        return _("one of {values}").format(values=", ".join(describe(value) for value in self.values))


@dataclass(frozen=True, slots=True)
class OtherThan:
    """Anything but a few values."""

    values: tuple[Wanted, ...]

    def accepts(self, value: Setting) -> bool:
        """Whether ``value`` is none of them."""
        return not any(fits(value, wanted) for wanted in self.values)

    def __str__(self) -> str:
        return _("other than {values}").format(values=", ".join(describe(value) for value in self.values))


Wanted: TypeAlias = "Setting | Constraint | list[Any]"


def at_least(low: float) -> Between:
    """A number not below ``low``."""
    return Between(low, None)


def at_most(high: float) -> Between:
    """A number not above ``high``."""
    return Between(None, high)


def between(low: float, high: float) -> Between:
    """A number from ``low`` to ``high``, both included."""
    if low > high:
        raise PatternError(f"between({low}, {high}): the first bound must not be above the second")
    return Between(low, high)


def other_than(*values: Wanted) -> OtherThan:
    """Any value but these: ``activation=other_than("linear")``."""
    return OtherThan(values)


def fits(value: Setting, wanted: Wanted) -> bool:
    """Whether a setting is what was asked for: ``3`` asks for ``(3, 3)`` too, ``0.1`` for 0.1 in float32."""
    if isinstance(wanted, Constraint):
        return wanted.accepts(value)
    if isinstance(wanted, list):
        wanted = tuple(wanted)
    if isinstance(value, tuple) and isinstance(wanted, int | float):
        return bool(value) and all(fits(item, wanted) for item in value)
    if isinstance(value, tuple) and isinstance(wanted, tuple):
        return len(value) == len(wanted) and all(map(fits, value, wanted))
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, int | float) and isinstance(wanted, int | float):
        return isclose(value, wanted, rel_tol=1e-5, abs_tol=1e-12)
    return value == wanted


def describe(wanted: Wanted) -> str:
    """A setting, or what was asked of one, as Keras code shows it."""
    return str(wanted) if isinstance(wanted, Constraint) else repr(wanted)


# --- patterns ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LayerPattern:
    """One layer: its kind, and the settings that matter. Settings not named may be anything."""

    kind: str
    settings: Mapping[str, Wanted] = field(default_factory=dict)
    trainable: bool | None = True
    """Whether training must change its weights; ``None`` for either."""

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={describe(wanted)}" for name, wanted in self.settings.items())
        return f"{self.kind}({settings})"


@dataclass(frozen=True, slots=True)
class Chain:
    """Patterns one after the other."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """A pattern or nothing."""

    part: Pattern


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """A pattern, again and again."""

    part: Pattern


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """Patterns interleaved in whatever order."""

    parts: tuple[Pattern, ...]


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few patterns."""

    parts: tuple[Pattern, ...]


Pattern: TypeAlias = LayerPattern | Chain | Maybe | OneOrMore | AnyOrder | OneOf
_PATTERNS = (LayerPattern, Chain, Maybe, OneOrMore, AnyOrder, OneOf)

# Keras's second names for its own classes.
_ALIASES = {
    **{f"Convolution{n}D": f"Conv{n}D" for n in (1, 2, 3)},
    **{f"MaxPool{n}D": f"MaxPooling{n}D" for n in (1, 2, 3)},
    **{f"AvgPool{n}D": f"AveragePooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalMaxPool{n}D": f"GlobalMaxPooling{n}D" for n in (1, 2, 3)},
    **{f"GlobalAvgPool{n}D": f"GlobalAveragePooling{n}D" for n in (1, 2, 3)},
}
_ACTIVATION_KINDS = {
    "ReLU": "relu",
    "Softmax": "softmax",
    "ELU": "elu",
}
# Activations whose name in Keras is not the one in facts. The layer LeakyReLU and the function leaky_relu
# have slopes of their own.
_ACTIVATION_NAMES = {None: "linear", "swish": "silu", "leaky_relu": "leaky_relu(negative_slope=0.2)"}


def layer(kind: str, *, trainable: bool | None = True, **settings: Wanted) -> LayerPattern:
    """One layer of a Keras class, with the settings that matter by Keras's own names.

    ``layer("Dense", units=10, activation="softmax")``, ``layer("Dropout", rate=between(0.1, 0.6))``. It
    must be trainable unless ``trainable`` says otherwise: a frozen layer is not what an exercise asks for.
    """
    if (activation := settings.get("activation", ...)) is None or isinstance(activation, str):
        settings["activation"] = _ACTIVATION_NAMES.get(activation, activation)
    if kind == "LeakyReLU":
        slope = settings.pop("negative_slope", 0.3)
        return LayerPattern("Activation", {"activation": f"leaky_relu(negative_slope={slope})", **settings}, trainable)
    if kind in _ACTIVATION_KINDS:
        return LayerPattern("Activation", {"activation": _ACTIVATION_KINDS[kind], **settings}, trainable)
    return LayerPattern(_ALIASES.get(kind, kind), settings, trainable)


def sequence(*parts: Pattern) -> Pattern:
    """Patterns one after the other."""
    return parts[0] if len(parts) == 1 else Chain(parts)


def optional(*parts: Pattern) -> Maybe:
    """These layers, or none of them."""
    return Maybe(sequence(*parts))


def one_or_more(*parts: Pattern) -> OneOrMore:
    """These layers in this order, once or again and again."""
    return OneOrMore(sequence(*parts))


def any_order(*parts: Pattern) -> AnyOrder:
    """All of these, interleaved in whatever order.

    ``any_order(one_or_more(layer("Dense")), one_or_more(layer("Dropout")))`` fits Dropout, Dense, Dropout.
    """
    if len(parts) > 5:
        raise PatternError(f"any_order takes at most 5 patterns, got {len(parts)}")
    return AnyOrder(parts)


@overload
def one_of(*choices: Pattern) -> OneOf: ...
@overload
def one_of(*choices: Setting) -> AnyOf: ...
def one_of(*choices: Any) -> OneOf | AnyOf:
    """One of a few layers, or, for a setting, one of a few values."""
    if choices and all(isinstance(choice, _PATTERNS) for choice in choices):
        return OneOf(choices)
    return AnyOf(choices)
