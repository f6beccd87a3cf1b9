"""A layer's settings under the names of Keras's ``get_config``, read with Keras's defaults.

What a reader asks for it gets as a plain Python value, or a :class:`ShapeError` that names the setting.
``None`` stands for a setting that is missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.arithmetic.digits import shown, whole
from autograder.arithmetic.errors import ShapeError
from autograder.i18n import _


@dataclass(frozen=True, slots=True)
class Settings:
    """Reads one layer's settings."""

    values: Mapping[str, object]

    def whole(self, name: str, default: int | None = None) -> int:
        """A number of at least 1; without a ``default`` it must be there."""
        return whole(self._required(name, default), name)

    def axis(self, name: str, default: int, axes: int) -> int:
        """An axis of a shape of ``axes`` axes, the batch axis among them: 0 to ``axes − 1``."""
        return canonical_axis(self._required(name, default), name, axes)

    def sizes(
        self, name: str, count: int, default: int | tuple[int, ...] | None = None, *, at_least: int = 1
    ) -> tuple[int, ...]:
        """``count`` sizes; one number stands for all."""
        return _sizes(self._required(name, default), name, count, at_least)

    def optional_sizes(self, name: str, count: int, *, at_least: int = 0) -> tuple[int | None, ...]:
        """As :meth:`sizes`, or ``None`` for each where the setting is missing."""
        if self.values.get(name) is None:
            return (None,) * count
        return self.sizes(name, count, at_least=at_least)

    def margins(self, name: str, count: int, default: int) -> tuple[tuple[int, ...], ...]:
        """What is added to or cut off ``count`` axes, ``(before, after)`` each.

        As in Keras: one number for all sides; with one axis a pair is ``(before, after)``; with more, each
        entry is a number or a pair.
        """
        value = self._required(name, default)
        if count == 1:
            return (_sizes(value, name, 2, 0),)
        entries = [value] * count if not isinstance(value, (tuple, list)) else value
        if len(entries) != count:
            raise _not_sizes(name, count, value)
        return tuple(_sizes(entry, name, 2, 0) for entry in entries)

    def flag(self, name: str, default: bool) -> bool:
        """Yes or no."""
        value = self._required(name, default)
        if not isinstance(value, int):
            raise ShapeError(name, "True | False", shown(value))
        return bool(value)

    def choice(self, name: str, choices: Sequence[str], *, fold_case: bool = False) -> str:
        """One of the ``choices``, of which the first is the default."""
        value = self._required(name, choices[0])
        found = value.lower() if fold_case and isinstance(value, str) else value
        if not isinstance(found, str) or found not in choices:
            raise ShapeError(name, " | ".join(map(repr, choices)), shown(value))
        return found

    def sequence(self, name: str, most: int) -> Sequence[object]:
        """A tuple or list of at most ``most`` entries, which must be there."""
        value = self._required(name, None)
        if not isinstance(value, (tuple, list)) or len(value) > most:
            raise ShapeError(name, _("a tuple of at most {most} entries").format(most=most), shown(value))
        return value

    @property
    def channels_first(self) -> bool:
        """Whether the channel axis comes before the spatial axes."""
        return self.choice("data_format", ("channels_last", "channels_first")) == "channels_first"

    def _required(self, name: str, default: object) -> object:
        value = self.values.get(name)
        value = default if value is None else value
        if value is None:
            raise ShapeError(name, _("a value"), _("none"))
        return value


def canonical_axis(value: object, name: str, axes: int) -> int:
    """``value``, which may count from the end, as 0 to ``axes − 1``."""
    axis = whole(value, name, at_least=-axes)
    if axis >= axes:
        expected = _("an axis below {axes}").format(axes=axes)
        raise ShapeError(name, expected, shown(value))
    return axis % axes


def _sizes(value: object, name: str, count: int, at_least: int) -> tuple[int, ...]:
    if not isinstance(value, (tuple, list)):
        return (whole(value, name, at_least=at_least),) * count
    if len(value) != count:
        raise _not_sizes(name, count, value)
    return tuple(whole(size, name, at_least=at_least) for size in value)


def _not_sizes(name: str, count: int, value: object) -> ShapeError:
    return ShapeError(name, _("one size or {count}").format(count=count), shown(value))
