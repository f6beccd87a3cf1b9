"""Every layer whose arithmetic is known, in one table under the names of its Keras class.

Only settings that bear on shapes and parameters are read: what a ``Dropout`` drops or a ``ReLU`` clips is
for others to judge.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from types import MappingProxyType
from typing import TypeVar

from autograder.arithmetic import convolutions, merging, reshaping, weighted, windows
from autograder.arithmetic.digits import shown
from autograder.arithmetic.errors import ShapeError, UnknownLayer
from autograder.arithmetic.settings import Settings
from autograder.arithmetic.shapes import Shape, checked_shape
from autograder.arithmetic.worked import NO_PARAMETERS, ParameterCount
from autograder.i18n import _

_Result = TypeVar("_Result")


def _for_ranks(
    pattern: str, ranks: Sequence[int], of: Callable[[Settings, Shape, int], _Result]
) -> dict[str, Callable[[Settings, Shape], _Result]]:
    """The same layer for inputs of so many spatial axes, under the names of the ``pattern``."""
    return {pattern.format(rank): partial(_at_rank, of, rank) for rank in ranks}


def _at_rank(of: Callable[[Settings, Shape, int], _Result], rank: int, settings: Settings, shape: Shape) -> _Result:
    return of(settings, shape, rank)


_UNCHANGED = (
    *("Dropout", "AlphaDropout", "GaussianDropout", "GaussianNoise"),
    *("Activation", "ReLU", "LeakyReLU", "ELU", "Softmax"),
    *("Rescaling", "Identity"),
)

_WEIGHTLESS: Mapping[str, Callable[[Settings, Shape], Shape]] = MappingProxyType(
    {
        **dict.fromkeys(_UNCHANGED, reshaping.unchanged),
        **_for_ranks("SpatialDropout{}D", (1, 2, 3), reshaping.unchanged_space),
        "Flatten": reshaping.flatten,
        "Reshape": reshaping.reshape,
        "Permute": reshaping.permute,
        "RepeatVector": reshaping.repeat_vector,
        **_for_ranks("MaxPooling{}D", (1, 2, 3), windows.max_pooling),
        **_for_ranks("AveragePooling{}D", (1, 2, 3), windows.average_pooling),
        **_for_ranks("GlobalMaxPooling{}D", (1, 2, 3), windows.global_pooling),
        **_for_ranks("GlobalAveragePooling{}D", (1, 2, 3), windows.global_pooling),
        **_for_ranks("ZeroPadding{}D", (1, 2, 3), windows.zero_padding),
        **_for_ranks("Cropping{}D", (2,), windows.cropping),
        **_for_ranks("UpSampling{}D", (2,), windows.upsampling),
    }
)

_WEIGHTED: Mapping[str, Callable[[Settings, Shape], tuple[Shape, ParameterCount]]] = MappingProxyType(
    {
        "Dense": weighted.dense,
        "BatchNormalization": weighted.batch_normalization,
        "LayerNormalization": weighted.layer_normalization,
        "PReLU": weighted.prelu,
        **_for_ranks("Conv{}D", (1, 2, 3), convolutions.convolution),
        **_for_ranks("DepthwiseConv{}D", (1, 2), convolutions.depthwise),
        **_for_ranks("SeparableConv{}D", (1, 2), convolutions.separable),
        **_for_ranks("Conv{}DTranspose", (1, 2, 3), convolutions.transposed),
    }
)

_MERGING: Mapping[str, Callable[[Settings, Sequence[Shape]], Shape]] = MappingProxyType(
    {
        **dict.fromkeys(("Add", "Multiply", "Average", "Maximum", "Minimum"), merging.elementwise),
        "Subtract": merging.subtract,
        "Concatenate": merging.concatenate,
    }
)

KNOWN_KINDS: frozenset[str] = frozenset({*_WEIGHTLESS, *_WEIGHTED, *_MERGING})
"""The Keras class names that :func:`layer_arithmetic` takes."""


def layer_arithmetic(
    kind: str, settings: Mapping[str, object], input_shapes: Sequence[Shape]
) -> tuple[Shape, ParameterCount]:
    """The output shape and the parameters of a layer, from its settings alone.

    ``kind`` is a Keras class name of :data:`KNOWN_KINDS`; ``settings`` has the names and values of its
    ``get_config()``, missing ones take Keras 3's defaults; ``input_shapes`` has a shape, without the batch
    axis, for each input. Nothing is allocated, however large the sizes. With ``trainable=False`` none of
    the parameters are trainable.

    Raises :class:`UnknownLayer` for another ``kind``, :class:`ShapeError` where Keras could not build the
    layer, where an axis has no elements, and for low-rank adapters and quantized weights, whose numbers are
    not known here.
    """
    if not isinstance(kind, str) or kind not in KNOWN_KINDS:
        raise UnknownLayer(_unknown(kind))
    try:
        _refuse_unaccounted(settings)
        shapes = [checked_shape(shape, _("input shape")) for shape in input_shapes]
        shape, count = _dispatch(kind, Settings(settings), shapes)
        trained = Settings(settings).flag("trainable", True)
    except ShapeError as error:
        raise error.within(kind) from None
    return shape, count if trained else replace(count, trainable=0)


def _dispatch(kind: str, settings: Settings, shapes: Sequence[Shape]) -> tuple[Shape, ParameterCount]:
    if kind in _MERGING:
        if not shapes:
            raise ShapeError(_("inputs"), _("at least 1"), "0")
        return _MERGING[kind](settings, shapes), NO_PARAMETERS
    if len(shapes) != 1:
        raise ShapeError(_("inputs"), "1", str(len(shapes)))
    if kind in _WEIGHTED:
        return _WEIGHTED[kind](settings, shapes[0])
    return _WEIGHTLESS[kind](settings, shapes[0]), NO_PARAMETERS


def _refuse_unaccounted(settings: Mapping[str, object]) -> None:
    for name in ("lora_rank", "quantization_config"):
        if settings.get(name) is not None:
            raise ShapeError(name, "None", shown(settings[name]))
    if _is_quantized(settings.get("dtype")):
        raise ShapeError("dtype", _("a number type without quantization"), shown(settings["dtype"]))


def _is_quantized(dtype: object) -> bool:
    """Whether weights of this type come with scales: ``"int8_from_float32"``, or a policy of that name."""
    if not isinstance(dtype, Mapping):
        return isinstance(dtype, str) and "_from_" in dtype
    config = dtype.get("config")
    name = config.get("name") if isinstance(config, Mapping) else None
    return dtype.get("class_name") != "DTypePolicy" or (isinstance(name, str) and "_from_" in name)


def _unknown(kind: object) -> str:
    # a name is short; comparing takes the square of its length
    near = get_close_matches(kind[:60], sorted(KNOWN_KINDS)) if isinstance(kind, str) else []
    message = _("no arithmetic is known for the layer {kind}").format(kind=shown(kind))
    return message + (_("; did you mean {near}?").format(near=" | ".join(near)) if near else "")
