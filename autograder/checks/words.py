"""How layers and what is wrong with them are put into words."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.alignment import Alignment, Difference, Step, differences
from autograder.facts import LayerFacts, Setting
from autograder.i18n import _, ngettext
from autograder.pattern import LayerPattern, describe
from autograder.report import Row

# Settings at these values go without saying.
_USUAL: dict[str, tuple[Setting, ...]] = {
    "padding": ("valid",),
    "dilation_rate": (1, (1,), (1, 1), (1, 1, 1)),
    "groups": (1,),
    "use_bias": (True,),
    "activation": ("linear",),
    "depth_multiplier": (1,),
    "axis": (-1,),
}


def brief(layer: LayerFacts | LayerPattern) -> str:
    """A layer as a line of code: ``Conv2D(filters=32, kernel_size=(3, 3), activation='relu')``."""
    order = ("units", "filters", "kernel_size", "pool_size", "rate", "strides", "padding", "activation")
    settings = dict(sorted(layer.settings.items(), key=lambda item: order.index(item[0]) if item[0] in order else 99))
    if settings.get("strides") in (1, (1,), (1, 1), (1, 1, 1), settings.get("pool_size", ())):
        settings.pop("strides", None)
    shown = [
        f"{name}={describe(value)}"
        for name, value in settings.items()
        if value is not None and value not in _USUAL.get(name, ())
    ]
    return f"{layer.kind}({', '.join(shown)})"


def place_name(layers: Sequence[LayerFacts], place: int) -> str:
    """``layer 2 (Conv2D)``; layers are counted from 1, as the notebook lists them."""
    return _("layer {number} ({kind})").format(number=place + 1, kind=layers[place].kind)


def fault_message(step: Step, layers: Sequence[LayerFacts], reference: LayerFacts | None = None) -> str:
    """What is wrong at one place: where, what was expected, what was found, and what follows from it."""
    if step.found is None and step.expected is not None:
        return _missing_message(step, layers)
    if step.found is None:
        return ""
    where = place_name(layers, step.place)
    if step.expected is None:
        return _("{where}: {layer} is one layer too many").format(where=where, layer=brief(step.found))
    message = _("{where}: {differences}").format(where=where, differences=differences_text(step))
    if reference is not None and step.found.parameters.total != reference.parameters.total:
        return _("{message}. It has {found} parameters, expected {expected}").format(
            message=message, found=step.found.parameters, expected=reference.parameters
        )
    return message


def _missing_message(step: Step, layers: Sequence[LayerFacts]) -> str:
    if step.expected is None:
        return ""
    wanted = brief(step.expected)
    if step.misplaced:
        return _misplaced_message(wanted, step.place, layers)
    if step.place == 0:
        return _("{layer} is missing at the beginning").format(layer=wanted)
    earlier = [index for index, layer in enumerate(layers[:-1]) if not differences(step.expected, layer)]
    if step.place == len(layers) and earlier:
        # As a layer of another part of the pattern it fits where it stands; it is meant as the last one.
        return _("{layer} is not at the end: {where} is one, but {following} follows it").format(
            layer=wanted, where=place_name(layers, earlier[-1]), following=place_name(layers, earlier[-1] + 1)
        )
    return _("{layer} is missing after {where}").format(layer=wanted, where=place_name(layers, step.place - 1))


def _misplaced_message(wanted: str, place: int, layers: Sequence[LayerFacts]) -> str:
    """Both neighbours are named: either of them may be the one that the student thinks of as misplaced."""
    if place == 0:
        return _("{layer} is in the wrong place: it belongs at the beginning, before {following}").format(
            layer=wanted, following=place_name(layers, place)
        )
    if place == len(layers):
        return _("{layer} is in the wrong place: it belongs at the end, after {where}").format(
            layer=wanted, where=place_name(layers, place - 1)
        )
    return _("{layer} is in the wrong place: it belongs between {where} and {following}").format(
        layer=wanted, where=place_name(layers, place - 1), following=place_name(layers, place)
    )


def differences_text(step: Step) -> str:
    """``expected filters=64, found filters=32; expected …``."""
    return _("; ").join(_difference(difference, step) for difference in step.differences)


def _difference(difference: Difference, step: Step) -> str:
    if difference.name == "kind" and step.expected is not None and step.found is not None:
        if step.found.custom:
            return _("expected {expected}, found a class of your own named {found}").format(
                expected=brief(step.expected), found=step.found.kind
            )
        return _("expected {expected}, found {found}").format(expected=brief(step.expected), found=brief(step.found))
    if difference.name == "trainable":
        return (
            _("its weights are frozen (trainable=False), so it cannot learn")
            if difference.found is False
            else _("it is trainable, but was asked to be frozen")
        )
    return _("expected {name}={expected}, found {name}={found}").format(
        name=difference.name, expected=difference.expected, found=describe(difference.found)
    )


def setting_hint(step: Step) -> str:
    """Why the setting that is wrong matters, where a student of the lesson may not see it."""
    for difference in step.differences:
        match difference.name:
            case "padding" if difference.found == "same":
                return _(
                    "padding='same' adds a border of zeros, so the output keeps its input's height and width;"
                    " without it (padding='valid', the default) a 3 × 3 kernel takes 2 off each."
                )
            case "padding":
                return _("padding='valid', the default, adds no border: each output is smaller than its input.")
            case "activation" if difference.expected == repr("softmax"):
                return _("softmax turns the last numbers into probabilities that sum to 1, one for each class.")
            case "activation" if difference.found == "linear":
                return _("Without an activation two layers in a row compute no more than one: name one for the layer.")
            case "use_bias":
                return _("Each unit or filter has one bias of its own unless use_bias=False.")
            case "strides":
                return _("The stride is the step from one window to the next: 2 halves height and width.")
            case "dilation_rate":
                return _("Dilation spreads the kernel's taps apart: another function with as many parameters.")
            case "trainable":
                return _("Remove trainable=False: a frozen layer keeps its random initial weights.")
            case "kernel_regularizer" | "bias_regularizer" | "activity_regularizer":
                return _("A regularizer adds a penalty to the loss; none was asked for.")
            case "training" if difference.found is True:
                return _("With training=True it drops numbers while the model predicts, too: leave training to Keras.")
            case "training" if difference.found is False:
                return _("With training=False it does nothing while the model is trained: leave training to Keras.")
            case "rate":
                return _("The rate of Dropout is the share of numbers that it sets to zero while training.")
    return ""


def rows_of(alignment: Alignment) -> tuple[Row, ...]:
    """The alignment as a table: a row for each layer asked for or found."""
    return tuple(
        Row(
            mark=step.mark,
            expected=brief(step.expected) if step.expected else "",
            found=brief(step.found) if step.found else "",
            remark=_remark(step),
        )
        for step in alignment.steps
    )


def _remark(step: Step) -> str:
    if step.fits:
        return ""
    if step.misplaced:
        return _("in the wrong place")
    if step.found is None:
        return _("missing")
    return differences_text(step) if step.expected else _("too many")


def further(count: int) -> str:
    """``(2 more differences are in the table)``, or nothing."""
    if not count:
        return ""
    return ngettext(
        " ({count} more difference is in the table.)", " ({count} more differences are in the table.)", count
    ).format(count=count)
