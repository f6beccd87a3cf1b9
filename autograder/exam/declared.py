"""A call of ``fit`` as plain data, and how what comes of it gets into the model."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from autograder.exam.alike import as_drawn, as_numbers, with_softmax
from autograder.exam.crossing import DTYPES
from autograder.exam.fits import CALLBACKS, Drawn, Fit, Fitted, Print, array_of, fingerprint
from autograder.facts import CompileFacts, Configured
from autograder.keras_facts import read_compiled, read_layers
from autograder.keras_facts.settings import is_keras_class
from autograder.keras_models import BUILDABLE_KINDS

_ACCURACY = "accuracy"
_OWN_STEPS = (
    *("fit", "train_step", "test_step", "make_train_function", "make_test_function", "compute_loss"),
    *("compute_metrics", "evaluate", "reset_metrics", "compile", "add_loss", "add_metric"),
)
"""What a model that trains in a way of its own has of its own."""


DEFAULT_BATCH_SIZE = 32


class Undeclared(Exception):
    """Something is no plain data; the message says what."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A fit as plain data, and how what comes of it gets into the model."""

    fit: Fit
    model: Any
    arrays: Mapping[Print, np.ndarray[Any, Any]]
    layers: Sequence[Any]
    """The Keras layer of each of the facts' layers; ``None`` where it has no state of its own."""
    names: Mapping[str, str]
    """What the curves are called there → what this program calls them."""
    callbacks: Sequence[Any]
    verbose: bool

    def numbers(self, fit: Fit) -> Sequence[memoryview]:
        return [fingerprint(self.arrays[one])[1] for one in fit.arrays]

    def take(self, fitted: Fitted, parts: Sequence[bytes]) -> Any:
        model, optimizer = self.model, self.model.optimizer
        if not optimizer.built:
            optimizer.build(model.trainable_variables)
        pairs = [
            *_paired([_weights(layer) for layer in self.layers], fitted.weights),
            *_paired([_seeds(layer) for layer in self.layers], fitted.seeds),
            *zip(optimizer.variables, fitted.optimizer, strict=True),
        ]
        for variable, told in pairs:
            variable.assign(array_of(told, parts[told.buffer]))
        curves = {name: array_of(one, parts[one.buffer]).tolist() for name, one in fitted.curves.items()}
        history = keras.callbacks.History()
        history.set_model(model)
        history.set_params({"verbose": int(self.verbose), "epochs": self.fit.epochs, "steps": fitted.steps})
        history.epoch = list(fitted.epoch)
        history.history = {self._named(name): values for name, values in curves.items()}
        for callback, told_of in zip(self.callbacks, fitted.callbacks, strict=True):
            callback.set_model(model)
            for name, value in told_of.items():
                setattr(callback, name, value)
        model.history = history
        model.stop_training = len(fitted.epoch) < self.fit.epochs - self.fit.initial_epoch
        if self.verbose:
            _print(history, self.fit.epochs, fitted.steps)
        return history

    def results(self, fitted: Fitted, parts: Sequence[bytes], *, as_dict: bool) -> Any:
        """As ``evaluate`` gives them."""
        [*values] = [float(array_of(one, parts[one.buffer])[0]) for one in fitted.curves.values()]
        results = dict(zip(map(self._named, fitted.curves), values, strict=True))
        if self.verbose:
            shown = (f"{name}: {value:.4f}" for name, value in sorted(results.items()))
            sys.stdout.write(f"{' - '.join((f'{fitted.steps}/{fitted.steps}', *shown))}\n")
        if as_dict:
            return results
        in_order = [results["loss"], *(results[name] for name in self.names.values())]
        return in_order if len(in_order) > 1 else in_order[0]

    def _named(self, name: str) -> str:
        bare = name.removeprefix("val_")
        return name.removesuffix(bare) + self.names.get(bare, bare)


def declare(model: Any, told: Mapping[str, Any], *, canonical: bool, evaluates: bool = False) -> Declared:
    """What a call of ``fit`` asks for, or one of ``evaluate``; :class:`Undeclared` where that is not all plain data."""
    _check_circumstances(model, told, canonical=canonical)
    arrays: dict[Print, np.ndarray[Any, Any]] = {}

    def kept(array: np.ndarray[Any, Any]) -> Print:
        one, _numbers = fingerprint(array)
        arrays[one] = array
        return one

    x, y = array(told["x"]), array(told["y"])
    if len(x) != len(y) or not len(x):
        raise Undeclared("x and y are of different lengths")
    if not evaluates and told["epochs"] <= told["initial_epoch"]:
        raise Undeclared("nothing is trained")
    build(model, x)
    facts, found = read_layers(model)
    if len(facts.inputs) != 1 or len(facts.outputs) != 1:
        raise Undeclared("it has several inputs or outputs")
    compiled = read_compiled(model)
    if compiled is None or compiled.loss is None or compiled.loss.custom or compiled.optimizer.custom:
        raise Undeclared("the loss or the optimizer is no class of Keras's")
    y = as_numbers(y, facts)
    every = (*facts.preprocessing, *facts.layers)
    if any(one.custom or one.kind not in BUILDABLE_KINDS or "training" in one.settings for one in every):
        raise Undeclared("a layer is no class of Keras's")
    layers = [layer if one.shares is None else None for one, layer in zip(every, found, strict=True)]
    _check_layers(model, layers, canonical=canonical)
    names, metrics = _metrics(model)
    if canonical and not evaluates:
        facts, compiled = with_softmax(facts, compiled, metrics)
    callbacks = [one for one in listed(told["callbacks"]) if type(one) is not keras.callbacks.History]
    optimizer = model.optimizer
    used = not evaluates and optimizer.built and int(optimizer.iterations.numpy()) > 0
    draws = canonical and not evaluates
    batch_size = int(told["batch_size"] or DEFAULT_BATCH_SIZE)
    weights = tuple(
        tuple(_given(weight, layer, kept, canonical=draws) for weight in _weights(layer)) for layer in layers
    )
    given, held_out = told["sample_weight"], [array(one) for one in told["validation_data"] or ()]
    held_out[1:2] = [as_numbers(one, facts) for one in held_out[1:2]]
    fit = Fit(
        evaluates=evaluates,
        facts=facts.nameless,
        compiled=compiled if canonical else _exact(compiled, optimizer),
        metrics=metrics,
        x=kept(x),
        y=kept(y),
        sample_weight=None if given is None else kept(array(given)),
        validation=tuple(map(kept, held_out)),
        class_weight=_class_weight(told["class_weight"]),
        batch_size=batch_size,
        epochs=int(told["epochs"]),
        initial_epoch=int(told["initial_epoch"]),
        validation_split=float(told["validation_split"] or 0.0),
        validation_batch_size=int(told["validation_batch_size"] or batch_size),
        validation_freq=int(told["validation_freq"]),
        shuffle=bool(told["shuffle"]),
        callbacks=tuple(_callback(one, {given: name for name, given in names.items()}) for one in callbacks),
        weights=weights,
        optimizer=tuple(kept(variable.numpy()) for variable in optimizer.variables) if used else (),
        seeds=()
        if canonical or evaluates
        else tuple(tuple(kept(state.numpy()) for state in _seeds(layer)) for layer in layers),
        seed=None if canonical or evaluates else _tensorflow_seed(),
        deterministic=not canonical and _is_deterministic(),
    )
    return Declared(fit, model, arrays, layers, names, callbacks, told["verbose"] not in (0, False))


def build(model: Any, x: np.ndarray[Any, Any]) -> None:
    """As ``fit`` does: by calling it on what it is to learn from."""
    if not model.built or not all(layer.built for layer in model.layers):
        model(x[:1])


def _check_circumstances(model: Any, told: Mapping[str, Any], *, canonical: bool) -> None:
    made_by = [next((cls for cls in type(model).__mro__ if name in vars(cls)), keras.Model) for name in _OWN_STEPS]
    if not all(map(is_keras_class, made_by)) or not vars(model).keys().isdisjoint(_OWN_STEPS):
        raise Undeclared("the model trains in a way of its own")
    if told["steps_per_epoch"] is not None or told["validation_steps"] is not None:
        raise Undeclared("an epoch is cut short")
    if told["shuffle"] not in (True, False) or not isinstance(told["validation_freq"], int):
        raise Undeclared("the order of the images, or when they are validated, is said in another way")
    settings = (keras.config.floatx(), keras.config.image_data_format(), keras.config.backend())
    if settings != ("float32", "channels_last", "tensorflow") or keras.config.max_epochs() is not None:
        raise Undeclared("Keras itself is set otherwise")
    compiled = getattr(getattr(model, "_compile_config", None), "config", None)
    if not isinstance(compiled, Mapping):
        raise Undeclared("it is not compiled")
    usual: dict[str, tuple[Any, ...]] = {
        "loss_weights": (None,),
        "weighted_metrics": (None, []),
        "auto_scale_loss": (True,),
        "steps_per_execution": (1,),
        **({} if canonical else {"run_eagerly": (False,), "jit_compile": ("auto", False)}),
    }
    if any(compiled.get(name, values[0]) not in values for name, values in usual.items()):
        raise Undeclared("it is compiled with settings that change how it trains")
    loss = compiled.get("loss")
    if getattr(loss, "reduction", "sum_over_batch_size") not in {"sum_over_batch_size", "auto"}:
        raise Undeclared("the loss is summed up in another way")


def _check_layers(model: Any, layers: Sequence[Any], *, canonical: bool) -> None:
    stateful = [layer for layer in layers if layer is not None]
    if any(layer.dtype_policy.name != "float32" for layer in stateful):
        raise Undeclared("a layer computes in another precision")
    ours = [id(variable) for layer in stateful for variable in layer.trainable_variables]
    if ours != [id(variable) for variable in model.trainable_variables]:
        raise Undeclared("its weights stand in another order")
    if not canonical and not all(_is_exact(layer.get_config()) for layer in stateful):
        raise Undeclared("a setting has more digits than facts have")


def _is_exact(value: Any) -> bool:
    """Whether facts, which have six digits of each number, tell it all the same."""
    if isinstance(value, Mapping):
        return all(_is_exact(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_exact(item) for item in value)
    if isinstance(value, float):
        return bool(np.float32(float(f"{value:.6g}")) == np.float32(value))
    return True


def _exact(compiled: CompileFacts, optimizer: Any) -> CompileFacts:
    if not _is_exact({key: value for key, value in optimizer.get_config().items() if key != "learning_rate"}):
        raise Undeclared("a setting has more digits than facts have")
    if optimizer.built and not _is_exact(float(optimizer.learning_rate.numpy())):
        raise Undeclared("the learning rate has more digits than facts have")
    return compiled


def array(value: Any) -> np.ndarray[Any, Any]:
    """Data as Keras would take them, of a kind that can cross; :class:`Undeclared` where they are no numbers."""
    if not isinstance(value, np.ndarray):
        tensorflow = sys.modules.get("tensorflow")
        if tensorflow is None or not tensorflow.is_tensor(value):
            raise Undeclared("the data are no arrays")
        value = np.asarray(value.numpy())
    if value.dtype == np.float64:
        # As Keras does with it.
        value = value.astype(np.float32)
    elif value.dtype.kind in "iu":
        # What labels are counted in changes nothing; a small kind of number says the same as a large one.
        small = value.astype(np.int32)
        value = small if value.ndim <= 2 and np.array_equal(small, value) else value
    if value.dtype.name not in DTYPES or value.ndim == 0:
        raise Undeclared("the data are no numbers")
    return np.asarray(value)


def _weights(layer: Any) -> list[Any]:
    return [] if layer is None else list(layer.weights)


def _seeds(layer: Any) -> list[Any]:
    return [] if layer is None else [generator.state for generator in getattr(layer, "_seed_generators", ())]


def _given(weight: Any, layer: Any, kept: Callable[[Any], Print], *, canonical: bool) -> Print | Drawn:
    numbers = weight.numpy()
    return (as_drawn(weight, layer, numbers) if canonical else None) or kept(numbers)


def _metrics(model: Any) -> tuple[dict[str, str], tuple[Configured, ...]]:
    """What each metric's curve is called by the trainer → by this program; and the metrics."""
    config = model._compile_config.config.get("metrics")
    if isinstance(config, Mapping):
        raise Undeclared("metrics by the name of an output")
    names: dict[str, str] = {}
    metrics = []
    facts = read_compiled(model)
    read = facts.metrics if facts is not None else ()
    for index, (metric, kind) in enumerate(zip(keras.tree.flatten(config or []), read, strict=True)):
        own = metric if isinstance(metric, str) else getattr(metric, "name", getattr(metric, "__name__", ""))
        if kind == _ACCURACY and _ACCURACY not in names:
            names[_ACCURACY] = own
            metrics.append(Configured(kind=_ACCURACY))
            continue
        if kind.startswith("custom:") or not hasattr(keras.metrics, kind):
            raise Undeclared("a metric is no class of Keras's")
        settings = {} if isinstance(metric, str) or not hasattr(metric, "get_config") else metric.get_config()
        settings = {name: value for name, value in settings.items() if name not in {"name", "dtype"}}
        if not all(isinstance(value, bool | int | float | str | None) for value in settings.values()):
            raise Undeclared("a metric has settings that are no plain data")
        names[f"metric_{index}"] = own
        metrics.append(Configured(kind=kind, settings=settings))
    if len(set(names.values()) - {"", "loss"}) != len(metrics):
        raise Undeclared("two metrics have one name")
    return names, tuple(metrics)


def listed(callbacks: Any) -> list[Any]:
    """The callbacks of a call, in whichever way it names them."""
    if callbacks is None:
        return []
    if not isinstance(callbacks, list | tuple):
        return [callbacks]
    return list(callbacks)


def _callback(callback: Any, names: Mapping[str, str]) -> Configured:
    kind = type(callback).__name__
    if type(callback) is not getattr(keras.callbacks, kind, None) or kind not in CALLBACKS:
        raise Undeclared("a callback is no plain data")
    settings = {name: getattr(callback, name) for name in CALLBACKS[kind]}
    if "min_delta" in settings:
        # Keras turns its sign around for what is to fall.
        settings["min_delta"] = abs(settings["min_delta"])
    if "monitor" in settings:
        bare = str(settings["monitor"]).removeprefix("val_")
        settings["monitor"] = str(settings["monitor"]).removesuffix(bare) + names.get(bare, bare)
    if not all(isinstance(value, bool | int | float | str | None) for value in settings.values()):
        raise Undeclared("a callback has settings that are no plain data")
    return Configured(kind=kind, settings=settings)


def _class_weight(weights: Any) -> tuple[tuple[int, float], ...]:
    if weights is None:
        return ()
    if not isinstance(weights, Mapping):
        raise Undeclared("the weights of the classes are no dictionary")
    return tuple(sorted((int(label), float(weight)) for label, weight in weights.items()))


def _tensorflow_seed() -> int | None:
    from tensorflow.python.eager import context

    seed = context.global_seed()
    return None if seed is None else int(seed)


def _is_deterministic() -> bool:
    from tensorflow.python.framework import config

    return bool(config.is_op_determinism_enabled())


def _paired(variables: Iterable[Sequence[Any]], told: Iterable[Sequence[Any]]) -> Iterator[tuple[Any, Any]]:
    for some, others in zip(variables, told, strict=True):
        yield from zip(some, others, strict=True)


def _print(history: Any, epochs: int, steps: int) -> None:
    """What Keras would have shown at the end of each epoch, but for the time."""
    for place, epoch in enumerate(history.epoch):
        parts = (
            f"{name}: {values[place]:.4f}"
            for name, values in sorted(history.history.items())
            # Where not every epoch is validated, Keras's curves are shorter.
            if len(values) == len(history.epoch)
        )
        sys.stdout.write(f"Epoch {epoch + 1}/{epochs}\n{' - '.join((f'{steps}/{steps}', *parts))}\n")
