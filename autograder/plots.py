"""Pictures of what a network learns, as the lesson's slides draw them. As a cell's last expression, each is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from autograder.i18n import _

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Of Okabe and Ito's palette, which all kinds of colour vision tell apart.
_TRAINING, _VALIDATION, _RIGHT, _WRONG = "#0072b2", "#d55e00", "#00684a", "#b3151f"

_MOST_MAPS = 64


def plot_history(history: Any) -> Figure:
    """The curves of a training: loss and each metric, of the training images and of those held back.

    Parameters
    ----------
    history
        What ``fit`` returned, its ``history``, or the model that was trained.

    Raises
    ------
    ValueError
        If there was no training.
    """
    from matplotlib.ticker import MaxNLocator

    curves = _curves(history)
    names = [name for name in curves if not name.startswith("val_")]
    figure = _figure(1, len(names), (4.6 * len(names), 3.2))
    for axis, name in zip(figure.axes, names, strict=True):
        for curve, label, colour, style in (
            (name, _("training"), _TRAINING, "o-"),
            (f"val_{name}", _("validation"), _VALIDATION, "s--"),
        ):
            if curve in curves:
                values = curves[curve]
                axis.plot(range(1, len(values) + 1), values, style, color=colour, label=label, markersize=4)
        axis.set_xlabel(_("epoch"))
        axis.set_title(name)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True))
        axis.grid(alpha=0.3)
        axis.legend()
    return figure


def plot_predictions(
    model: Any,
    images: npt.ArrayLike,
    labels: npt.ArrayLike,
    names: Sequence[str] = (),
    *,
    rows: int = 5,
    columns: int = 5,
) -> Figure:
    """The first images in a grid, each with the class that the model takes it for; wrong ones say the right one too.

    Parameters
    ----------
    model
        A Keras model that answers with a number for each class.
    images
        As the model takes them: shape ``(n, 28, 28)``, ``(n, 28, 28, 1)`` or ``(n, 784)``.
    labels
        Classes: shape ``(n,)``, or one-hot ``(n, classes)``.
    names
        What the classes are called; their numbers, where there are none.
    rows, columns
        Of the grid.
    """
    count = rows * columns
    shown = np.asarray(images)[:count]
    right = np.asarray(labels)[:count]
    right = right.argmax(axis=-1) if right.ndim == 2 and right.shape[-1] > 1 else right.reshape(-1)
    found = np.asarray(model.predict(shown, verbose=0)).argmax(axis=-1)
    figure = _figure(rows, columns, (1.7 * columns, 1.95 * rows))
    for axis, picture, guess, label in zip(figure.axes, shown, found, right, strict=False):
        fits = int(guess) == int(label)
        told = (
            f"{_name(names, guess)} ✓"
            if fits
            else _("{found} ✗ ({right})").format(found=_name(names, guess), right=_name(names, label))
        )
        axis.imshow(_as_picture(picture), cmap="gray_r")
        axis.set_title(told, fontsize=9, color=_RIGHT if fits else _WRONG)
    _without_axes(figure)
    return figure


def plot_kernels(model: Any, layer: int | str | None = None, *, channel: int = 0) -> Figure:
    """The kernels of a convolution layer as pictures: blue is below zero, red above.

    Parameters
    ----------
    model
        A Keras model with a ``Conv2D`` layer, which has been built.
    layer
        Which layer, by its place or its name; the first convolution, if none is given.
    channel
        Which of the layer's input channels.

    Raises
    ------
    ValueError
        If there is no such layer.
    """
    chosen = _convolution(model, layer)
    kernels = np.asarray(chosen.get_weights()[0])[:, :, channel, :]
    most = float(np.abs(kernels).max()) or 1.0
    pictures = list(np.moveaxis(kernels, -1, 0))
    return _gallery(pictures, chosen.name, cmap="RdBu_r", vmin=-most, vmax=most)


def plot_feature_maps(model: Any, image: npt.ArrayLike, layer: int | str | None = None) -> Figure:
    """What each filter of a convolution layer makes of one image.

    Parameters
    ----------
    model
        A Sequential or functional Keras model with a ``Conv2D`` layer, which has been built.
    image
        One image, as the model takes it.
    layer
        Which layer, by its place or its name; the first convolution, if none is given.

    Raises
    ------
    ValueError
        If there is no such layer, or its output cannot be reached.
    """
    import keras

    chosen = _convolution(model, layer)
    try:
        upto = keras.Model(model.inputs[0], chosen.output)
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise ValueError(
            _("The output of {layer} cannot be reached: build the model as Sequential or functional.").format(
                layer=chosen.name
            )
        ) from error
    maps = np.asarray(upto(np.asarray(image, np.float32)[None]))[0]
    return _gallery(list(np.moveaxis(maps, -1, 0)), chosen.name, cmap="viridis")


def _curves(history: Any) -> Mapping[str, Sequence[float]]:
    # A model has a History, and that has the curves.
    for _step in range(2):
        history = getattr(history, "history", history)
    if not isinstance(history, Mapping) or not history:
        raise ValueError(_("There was no training: give what model.fit(…) returned."))
    return history


def _convolution(model: Any, layer: int | str | None) -> Any:
    layers = list(model.layers)
    if isinstance(layer, int):
        layers = layers[layer : layer + 1] if layer >= 0 else layers[layer:][:1]
    elif layer is not None:
        layers = [one for one in layers if one.name == layer]
    found = next((one for one in layers if type(one).__name__ == "Conv2D" and one.weights), None)
    if found is None:
        names = [one.name for one in model.layers if type(one).__name__ == "Conv2D" and one.weights]
        raise ValueError(
            _("There is no such convolution layer: expected one of {names}.").format(names=", ".join(names) or "–")
        )
    return found


def _gallery(pictures: list[Any], title: str, **settings: Any) -> Figure:
    pictures = pictures[:_MOST_MAPS]
    columns = min(8, len(pictures))
    rows = ceil(len(pictures) / columns)
    figure = _figure(rows, columns, (1.15 * columns, 1.15 * rows + 0.4))
    for axis, picture in zip(figure.axes, pictures, strict=False):
        axis.imshow(picture, **settings)
    _without_axes(figure)
    figure.suptitle(title)
    return figure


def _figure(rows: int, columns: int, size: tuple[float, float]) -> Figure:
    # With pyplot, a notebook knows how to show a figure; closed, it is shown once.
    import matplotlib.pyplot as plt

    figure, _axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    plt.close(figure)
    return figure


def _without_axes(figure: Figure) -> None:
    for axis in figure.axes:
        axis.axis("off")


def _as_picture(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if image.ndim == 1:
        side = round(sqrt(image.size))
        return image.reshape(side, side)
    return image.squeeze()


def _name(names: Sequence[str], number: Any) -> str:
    return names[int(number)] if int(number) < len(names) else str(int(number))
