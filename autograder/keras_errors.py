"""What an error of Keras's or NumPy's means, in the lesson's words.

Such errors name shapes and ranks where a student has to think of labels, losses and layers. Only those are told that
students of the lesson meet, and only where their text leaves no doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.i18n import _

_SHAPES = r"Received: target\.shape=\((?P<target>[\d, None]*)\), output\.shape=\((?P<output>[\d, None]*)\)"


def meaning(error: str) -> str:
    """What lies behind an error, as a sentence, by its kind and text; empty where that is not known."""
    for pattern, told in _KNOWN:
        found = re.search(pattern, error, re.DOTALL)
        if found and (text := told(found)):
            return text
    return ""


def _ranks(found: re.Match[str]) -> str:
    labels, answers = _rank(found["target"]), _rank(found["output"])
    if (labels, answers) == (1, 2):
        return _(
            "The labels are whole numbers, and the loss takes one-hot labels: for whole numbers it is"
            " sparse_categorical_crossentropy"
        )
    return _not_flat() if answers > 2 else ""


def _sparse_ranks(found: re.Match[str]) -> str:
    labels, answers = _rank(found["target"]), _rank(found["output"])
    if answers > 2:
        return _not_flat()
    if (labels, answers) == (2, 2):
        return _(
            "The labels are one-hot, and the loss takes whole numbers: for one-hot labels it is"
            " categorical_crossentropy"
        )
    return ""


def _widths(found: re.Match[str]) -> str:
    labels, answers = found["target"].split(", ")[-1], found["output"].split(", ")[-1]
    return _("The labels have {labels} columns, one a class, and the network gives {answers} numbers").format(
        labels=labels, answers=answers
    )


def _not_flat() -> str:
    return _("The network answers for each row of pixels: a Flatten is missing before its Dense layers")


def _inputs(found: re.Match[str]) -> str:
    expected, given = found["expected"].split(", "), found["given"].split(", ")
    text = _("The network takes images of shape ({expected}), and is given ({given})").format(
        expected=", ".join(expected[1:]), given=", ".join(given[1:])
    )
    if expected[1:] == given:
        text = _("The batch axis is missing: x[:1] keeps it, and np.expand_dims(x[0], 0) puts it back")
    return text


def _rank(shape: str) -> int:
    return len([size for size in shape.split(",") if size.strip()])


_KNOWN: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"`target` and `output` must have the same rank.*" + _SHAPES, _ranks),
    (r"`output` must have rank \(ndim\) `target\.ndim - 1`.*" + _SHAPES, _sparse_ranks),
    (r"`target` and `output` must have the same shape.*" + _SHAPES, _widths),
    (
        r"Dimensions must be equal.*node compile_loss/",
        lambda _found: _(
            "The loss compares labels and answers number by number, and the labels are not one-hot: for classes as"
            " whole numbers the loss is sparse_categorical_crossentropy"
        ),
    ),
    (
        r"Expected shape \((?P<expected>[\d, None]+)\), but input has incompatible shape \((?P<given>[\d, None]+)\)",
        _inputs,
    ),
    (
        r"conv\w*'? is incompatible with the layer: expected min_ndim=4",
        lambda _found: _("A convolution needs images with a channel axis: shape (28, 28, 1)"),
    ),
    (
        r"contain the same number of samples",
        lambda _found: _("There are not as many labels as images"),
    ),
    (
        r"Argument\(s\) not recognized: \{'lr'",
        lambda _found: _("The argument is called learning_rate"),
    ),
    (
        r"ufunc 'bitwise_xor' not supported|unsupported operand type\(s\) for \^",
        lambda _found: _("In Python, ^ is no power: write **"),
    ),
)
