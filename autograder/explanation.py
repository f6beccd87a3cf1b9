"""``explain(model)``: a network as a diagram, with each layer's output shape and the sum behind its parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from autograder.arithmetic import Shape
from autograder.checks.words import brief
from autograder.facts import LayerFacts, ModelFacts
from autograder.feedback import one_line
from autograder.i18n import _

_WIDTH, _BOX, _GAP = 620, 54, 26
_EDGE = 14

# Room for wires that pass layers by, at the right.
_LANE = 14

_STYLE = """
.bg { fill: #fff; } .box { fill: #f5f8fc; stroke: #8fa3b8; } .has { fill: #e8f2ec; stroke: #3b8a5c; }
.end { fill: #fff; stroke: #8fa3b8; stroke-dasharray: 4 3; }
text { font: 13px system-ui, sans-serif; fill: #1f2328; } .kind { font-weight: 600; } .sum { fill: #24603d; }
.shape { font: 12.5px ui-monospace, monospace; fill: #57606a; }
.wire { stroke: #57606a; fill: none; stroke-width: 1.4; } .tip { fill: #57606a; }
@media (prefers-color-scheme: dark) {
.bg { fill: #14191f; } .box { fill: #1c242d; stroke: #5b6b7c; } .has { fill: #17301f; stroke: #56c271; }
.end { fill: #14191f; } text { fill: #e6edf3; } .sum { fill: #7fd79a; }
.shape { fill: #a9b4bf; } .wire { stroke: #a9b4bf; } .tip { fill: #a9b4bf; }
}
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A network, explained: a notebook shows the diagram, a terminal the lines."""

    facts: ModelFacts

    @property
    def text(self) -> str:
        """A line for each layer: what it is, the shape that it gives, and its parameters as a sum."""
        every = self._layers
        rows = [("", _("input"), str(shape), "") for shape in self.facts.inputs]
        rows += [
            (str(number), one_line(brief(layer)), str(layer.output_shape), _parameters(layer))
            for number, layer in enumerate(every, 1)
        ]
        wide = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = [
            f"{number:>{wide[0]}}  {layer:<{wide[1]}}  {shape:<{wide[2]}}  {total}".rstrip()
            for number, layer, shape, total in rows
        ]
        return "\n".join([*lines, self._total, *(f"! {one_line(note)}" for note in self.facts.notes)])

    @property
    def svg(self) -> str:
        """The diagram."""
        return str(_svg(self.facts, self._layers, self._total))

    @property
    def _layers(self) -> tuple[LayerFacts, ...]:
        return (*self.facts.preprocessing, *self.facts.layers)

    @property
    def _total(self) -> str:
        return _("{total:,} parameters in all").format(total=self.facts.total_parameters)

    def __repr__(self) -> str:
        return self.text

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text)


def explain(model: Any, input_shape: Shape | None = None) -> Explanation:
    """Explains a network, as the last expression of a cell.

    Parameters
    ----------
    model
        A Keras model of any style.
    input_shape
        Shape of one input, without the batch axis, for a model that has not seen any input yet.

    Raises
    ------
    UnreadableModel
        If it is no Keras model, or its network cannot be followed.
    """
    from autograder.keras_facts import read_model

    return Explanation(read_model(model, input_shape))


def _parameters(layer: LayerFacts) -> str:
    return str(layer.parameters) if layer.parameters.total else "0"


def _svg(facts: ModelFacts, every: Sequence[LayerFacts], total: str) -> Markup:
    wires = list(_wires(facts))
    lanes = sum(target - source > 1 for source, target in wires)
    width = _WIDTH + _LANE * lanes
    height = (len(every) + 1) * (_BOX + _GAP) + 2 * _EDGE + 10
    parts = [_end(facts)]
    for number, layer in enumerate(every, 1):
        parts.append(_box(number, layer))
    lane = 0
    for source, target in wires:
        lane += target - source > 1
        parts.append(_wire(source, target, lane))
    title = _("The network: {total}").format(total=total)
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        ' role="img" aria-label="{title}"><style>{style}</style><rect class="bg" width="100%" height="100%" rx="8"/>'
        '{parts}<text x="{x}" y="{y}">{total}</text></svg>'
    ).format(
        width=width,
        height=height,
        title=title,
        style=Markup(_STYLE),
        parts=Markup().join(parts),
        x=_EDGE + 4,
        y=height - _EDGE,
        total=total,
    )


def _top(place: int) -> int:
    """Of the box at a place; the input's is 0."""
    return _EDGE + place * (_BOX + _GAP)


def _end(facts: ModelFacts) -> Markup:
    shapes = ", ".join(map(str, facts.inputs))
    return Markup(
        '<rect class="end" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
        '<text class="kind" x="{left}" y="{line}">{name}</text>'
        '<text class="shape" x="{left}" y="{second}">{shape}</text>'
    ).format(
        x=_EDGE,
        y=_top(0),
        width=_WIDTH - 2 * _EDGE,
        height=_BOX,
        left=_EDGE + 12,
        line=_top(0) + 22,
        second=_top(0) + 42,
        name=_("input"),
        shape=shapes,
    )


def _box(number: int, layer: LayerFacts) -> Markup:
    top = _top(number)
    sum_ = (
        Markup('<text class="sum" x="{x}" y="{y}" text-anchor="end">{text}</text>').format(
            x=_WIDTH - _EDGE - 12, y=top + 42, text=_("{count} parameters").format(count=_parameters(layer))
        )
        if layer.parameters.total
        else Markup()
    )
    name = one_line(brief(layer))
    return Markup(
        '<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="6"/>'
        '<text class="kind" x="{left}" y="{line}">{name}</text>'
        '<text class="shape" x="{left}" y="{second}">{shape}</text>{sum}'
    ).format(
        kind="has" if layer.parameters.total else "box",
        x=_EDGE,
        y=top,
        width=_WIDTH - 2 * _EDGE,
        height=_BOX,
        left=_EDGE + 12,
        line=top + 22,
        second=top + 42,
        name=name if len(name) <= 84 else f"{name[:83]}…",
        shape=f"→ {layer.output_shape}",
        sum=sum_,
    )


def _wires(facts: ModelFacts) -> Iterator[tuple[int, int]]:
    """From which place to which: 0 is the input, 1 the first layer."""
    front = len(facts.preprocessing)
    yield from ((place, place + 1) for place in range(front))
    for index, layer in enumerate(facts.layers):
        # What comes from the first input comes through what prepares it.
        sources = {front if wire == -1 else 0 if wire < 0 else front + wire + 1 for wire in layer.inputs}
        yield from ((source, front + index + 1) for source in sorted(sources))


def _wire(source: int, target: int, lane: int) -> Markup:
    """Straight down to the next layer; past others at the right."""
    start, end = _top(source) + _BOX, _top(target)
    middle = _WIDTH // 2
    if target - source == 1:
        path = f"M {middle} {start} V {end - 7}"
        tip = f"M {middle - 4} {end - 8} h 8 l -4 8 z"
    else:
        right = _WIDTH - _EDGE + _LANE * lane
        above, below = _top(source) + _BOX // 2, _top(target) + _BOX // 2
        path = f"M {_WIDTH - _EDGE} {above} H {right} V {below} H {_WIDTH - _EDGE + 7}"
        tip = f"M {_WIDTH - _EDGE + 8} {below - 4} v 8 l -8 -4 z"
    return escape(Markup('<path class="wire" d="{path}"/><path class="tip" d="{tip}"/>').format(path=path, tip=tip))
