"""How far a sliding window gets: the size of a layer's output along one axis.

The sums are those of ``keras.src.ops.operation_utils.compute_conv_output_shape`` and of
``keras.src.backend.common.backend_utils.compute_conv_transpose_output_shape``, without their floats.
"""

from __future__ import annotations

from autograder.arithmetic.digits import plain, shown, whole
from autograder.arithmetic.errors import ShapeError
from autograder.arithmetic.worked import Worked
from autograder.i18n import _

PADDINGS = ("valid", "same", "causal")


def output_size(size: int, *, kernel: int, stride: int = 1, padding: str = "valid", dilation: int = 1) -> Worked:
    """The size after a convolution or a pooling: ``24 = 26 − 3 + 1``, ``12 = ⌊(24 − 2)/2⌋ + 1``.

    ``padding="same"`` and ``"causal"`` give ``14 = ⌈28/2⌉``. Raises :class:`ShapeError` if the kernel does
    not fit into ``size`` even once, or if an argument is no size.
    """
    size, kernel, stride, dilation = _window(size, kernel, stride, dilation)
    _known_padding(padding, PADDINGS)
    if padding != "valid":
        formula = None if stride == 1 else f"⌈{plain(size)}/{plain(stride)}⌉"
        return Worked(-(-size // stride), formula)
    gap = f"{plain(size)} − {_spread(kernel, dilation)}"
    formula = f"{gap} + 1" if stride == 1 else f"⌊({gap})/{plain(stride)}⌋ + 1"
    return _positive(Worked((size - _effective(kernel, dilation)) // stride + 1, formula))


def transpose_output_size(
    size: int,
    *,
    kernel: int,
    stride: int = 1,
    padding: str = "valid",
    dilation: int = 1,
    output_padding: int | None = None,
) -> Worked:
    """The size after a transposed convolution: ``11 = (5 − 1)·2 + 3``, ``10 = 5·2``.

    Without ``output_padding`` the result is as large as a convolution of the same settings could have come
    from. Raises :class:`ShapeError` if nothing remains, or if an argument is no size.
    """
    size, kernel, stride, dilation = _window(size, kernel, stride, dilation)
    _known_padding(padding, ("valid", "same"))
    reach = _effective(kernel, dilation)
    if output_padding is not None:
        whole(output_padding, "output_padding", at_least=0)
    elif padding == "same" or reach < stride:
        formula = None if stride == 1 else f"{plain(size)}·{plain(stride)}"
        return Worked(size * stride, formula)
    last, last_text = (size - 1) * stride, _last_start(size, stride)
    if padding == "same":
        window, window_text = reach % 2, plain(reach % 2)
    else:
        window, window_text = reach, _spread(kernel, dilation)
    more = "" if output_padding is None else f" + {plain(output_padding)}"
    return _positive(Worked(last + window + (output_padding or 0), f"{last_text} + {window_text}{more}"))


def _window(size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int, int, int]:
    return (
        whole(size, "size"),
        whole(kernel, "kernel"),
        whole(stride, "stride"),
        whole(dilation, "dilation"),
    )


def _known_padding(padding: str, paddings: tuple[str, ...]) -> None:
    if padding not in paddings:
        raise ShapeError("padding", " | ".join(map(repr, paddings)), shown(padding))


def _effective(kernel: int, dilation: int) -> int:
    """The elements from a dilated kernel's first to its last."""
    return dilation * (kernel - 1) + 1


def _spread(kernel: int, dilation: int) -> str:
    return plain(kernel) if dilation == 1 else f"({plain(dilation)}·({plain(kernel)} − 1) + 1)"


def _last_start(size: int, stride: int) -> str:
    return f"{plain(size)} − 1" if stride == 1 else f"({plain(size)} − 1)·{plain(stride)}"


def _positive(worked: Worked) -> Worked:
    if worked.value < 1:
        raise ShapeError(_("output size"), _("at least 1"), str(worked))
    return worked
