"""Trained networks that students hand in beside their notebooks: safetensors, weights and what they were trained with.

A file says which network its weights belong to, by the network's facts, and with which settings they were trained.
Whoever trains the same again finds them there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import keras
import msgspec
import numpy as np
import safetensors
import safetensors.numpy

from autograder.facts import CompileFacts, ModelFacts, TrainingFacts
from autograder.i18n import _
from autograder.keras_facts import read_compiled, read_layers, read_model, read_training

_ABOUT = "autograder"


class _About(msgspec.Struct, frozen=True):
    """What a file says of itself."""

    facts: ModelFacts
    compiled: CompileFacts | None
    training: TrainingFacts
    curves: list[str]


@dataclass(frozen=True, slots=True)
class Saved:
    """A network as it was handed in."""

    weights: Mapping[str, np.ndarray[Any, Any]]
    training: TrainingFacts

    def take(self, model: Any) -> Any:
        """Gives the model these weights; the ``History`` that was saved with them."""
        for name, weight in _named_weights(model).items():
            weight.assign(self.weights[name])
        history = keras.callbacks.History()
        history.set_model(model)
        history.set_params({"epochs": self.training.epochs, "steps": self.training.steps, "verbose": 0})
        history.epoch = list(range(self.training.epochs))
        history.history = {name: list(values) for name, values in self.training.curves.items()}
        model.history = history
        return history


def save_model(model: Any, path: str | Path | None = None) -> Path:
    """Saves a trained model to hand it in beside the notebook.

    Parameters
    ----------
    model
        A Keras model that ``fit`` has trained.
    path
        The file; by default one of the model's name with the ending ``.safetensors`` in the notebook's folder.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    ValueError
        If the model has not been trained.
    UnreadableModel
        If it is no Keras model, or its network cannot be followed.
    """
    training = read_training(model)
    if training is None:
        raise ValueError(_("This model has not been trained: call model.fit(…) before it is saved."))
    path = Path(f"{model.name}.safetensors" if path is None else path)
    about = _About(
        read_model(model).nameless, read_compiled(model), replace(training, curves={}), list(training.curves)
    )
    arrays = {name: np.asarray(weight.numpy()) for name, weight in _named_weights(model).items()}
    # A loss may be nan, which JSON has no word for.
    arrays |= {f"curve {name}": np.asarray(values, np.float64) for name, values in training.curves.items()}
    path.write_bytes(safetensors.numpy.save(arrays, metadata={_ABOUT: msgspec.json.encode(about).decode()}))
    return path


def saved_model(model: Any, epochs: int, batch_size: int, folder: Path) -> Saved | None:
    """The network in a folder that belongs to this one and was trained with the same settings; else ``None``.

    Files that are none, or that are about another network, are passed over.
    """
    facts, compiled = read_model(model).nameless, read_compiled(model)
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with safetensors.safe_open(path, framework="numpy") as file:
                told = (file.metadata() or {}).get(_ABOUT, "")
                about = msgspec.json.decode(told, type=_About)
                # Facts from JSON have lists where they had tuples.
                same = msgspec.to_builtins((about.facts, about.compiled)) == msgspec.to_builtins((facts, compiled))
                told_size = about.training.batch_size
                if not same or about.training.epochs != epochs or told_size not in (None, batch_size):
                    continue
                arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        except (OSError, safetensors.SafetensorError, msgspec.MsgspecError):
            continue
        weights = _named_weights(model)
        if any(name not in arrays or arrays[name].shape != tuple(one.shape) for name, one in weights.items()):
            continue
        curves = {name: tuple(arrays[f"curve {name}"].tolist()) for name in about.curves}
        return Saved({name: arrays[name] for name in weights}, replace(about.training, curves=curves))
    return None


def _named_weights(model: Any) -> dict[str, Any]:
    """The network's weights by their places, which are the same however the layers are called."""
    facts, layers = read_layers(model)
    every = (*facts.preprocessing, *facts.layers)
    return {
        f"{place} {weight.name}": weight
        for place, (one, layer) in enumerate(zip(every, layers, strict=True))
        if layer is not None and one.shares is None
        for weight in layer.weights
    }
