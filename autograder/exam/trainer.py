"""The trainer: a process of its own that carries out one training in a student's place, and ends.

It runs nobody's code: what it gets is plain data (:class:`~autograder.exam.fits.Fit`), from which it builds Keras's
own layers, optimizer, loss, metrics and callbacks. Started as ``python -I -m autograder.exam.trainer``; it speaks with
the grader over its standard input and output (:mod:`autograder.exam.frames`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Mapping, Sequence
from time import process_time
from typing import Any

import numpy as np

from autograder.exam import frames
from autograder.exam.crossing import Array
from autograder.exam.fits import CALLBACKS, Fit, Fitted, Print, array_of, packed, too_long, useful_threads
from autograder.exam.predictions import PREDICTIONS, predictions_of, told_of
from autograder.exam.unpack import Forged, checked_facts
from autograder.facts import Configured, LayerFacts
from autograder.i18n import _

_MOST_EPOCHS = 1_000_000

_AT_ONCE = 32
_SHORT = 30_000_000
"""Images × parameters of a step that takes some milliseconds, in a network of dense layers."""

# What callbacks tell of themselves afterwards.
_TOLD = ("wait", "best", "best_epoch", "stopped_epoch", "cooldown_counter")


class _TooMuch(Exception):
    """The exercise allows no such training; the message says which setting to lower."""


class _Declined(Exception):
    """It cannot be carried out here."""


def main() -> None:
    """Carries out one training."""
    requests, replies = frames.channel()
    received = frames.read(requests, frames.Job)
    if received is None:
        return
    job, parts = received
    answer: frames.Fitting | frames.Unfitted
    told: Sequence[memoryview] = ()
    try:
        answer, told = trained(job, parts)
    except _TooMuch as error:
        answer = frames.Unfitted(str(error), stop=True)
    except Exception as error:  # noqa: BLE001 - where it cannot be carried out here the notebook does it itself
        answer = frames.Unfitted(f"{type(error).__name__}: {error}"[:500])
    frames.write(replies, answer, told)


def trained(job: frames.Job, parts: Sequence[bytes]) -> tuple[frames.Fitting, list[memoryview]]:
    """Carries a training out in this process; the numbers of what came of it are in the parts."""
    fit = job.fit
    arrays = {one: array_of(one, part) for one, part in zip(fit.arrays, parts, strict=True)}
    _check(job, len(arrays[fit.x]))
    import keras
    import tensorflow as tf

    from autograder.inference import batch_size
    from autograder.keras_models import build_layers

    if fit.deterministic:
        tf.config.experimental.enable_op_determinism()
    facts = checked_facts(fit.facts, job.limits)
    model, layers = build_layers(facts)
    own = [layer if one.shares is None else None for one, layer in zip(_every(fit), layers, strict=True)]
    _begin(fit, own, arrays, job.seed)
    predictions = predictions_of(fit, arrays[fit.x])
    model.compile(
        optimizer=_made(keras.optimizers, fit.compiled.optimizer),
        loss=_made(keras.losses, _loss(fit)),
        metrics=[
            *(
                "accuracy" if one.kind == "accuracy" else _made(keras.metrics, one, name=f"metric_{index}")
                for index, one in enumerate(fit.metrics)
            ),
            *([] if predictions is None else [predictions]),
        ],
        steps_per_execution=_steps_at_once(fit),
    )
    optimizer = model.optimizer
    optimizer.build(model.trainable_variables)
    for variable, one in zip(optimizer.variables, fit.optimizer, strict=bool(fit.optimizer)):
        variable.assign(arrays[one])
    tf.random.set_seed(job.seed if fit.seed is None else fit.seed)
    callbacks = [_made(keras.callbacks, one) for one in fit.callbacks if one.kind in CALLBACKS]
    if len(callbacks) != len(fit.callbacks):
        raise _Declined("a callback is not known here")
    spent = Spent()
    end_at_once()
    weights = None if fit.sample_weight is None else arrays[fit.sample_weight]
    out: list[memoryview] = []
    if fit.evaluates:
        told = model.evaluate(
            arrays[fit.x],
            arrays[fit.y],
            batch_size=fit.batch_size if job.exact else max(fit.batch_size, batch_size(facts)),
            sample_weight=weights,
            verbose=0,
            callbacks=[_clock(job, spent)],
            return_dict=True,
        )
        values = [np.asarray([value], np.float64) for name, value in told.items() if name != PREDICTIONS]
        fitted = Fitted(
            curves=dict(zip((name for name in told if name != PREDICTIONS), packed(values, out), strict=True)),
            steps=-(-len(arrays[fit.x]) // fit.batch_size),
            processing=spent.seconds,
            predicted=None if predictions is None else told_of(predictions, model, facts, arrays[fit.x], out),
        )
        return frames.Fitting(fitted), out
    history = model.fit(
        arrays[fit.x],
        arrays[fit.y],
        batch_size=fit.batch_size,
        epochs=fit.epochs,
        verbose=0,
        callbacks=[*callbacks, _clock(job, spent)],
        validation_split=fit.validation_split,
        validation_data=tuple(arrays[one] for one in fit.validation) or None,
        shuffle=fit.shuffle,
        class_weight=dict(fit.class_weight) or None,
        sample_weight=weights,
        initial_epoch=fit.initial_epoch,
        validation_batch_size=fit.validation_batch_size,
        validation_freq=fit.validation_freq,
    )
    curves = packed((np.asarray(values, np.float64) for values in history.history.values()), out)
    fitted = Fitted(
        epoch=tuple(history.epoch),
        curves=dict(zip(history.history, curves, strict=True)),
        steps=int(history.params["steps"]),
        weights=tuple(_packed(() if layer is None else layer.weights, out) for layer in own),
        optimizer=_packed(optimizer.variables, out),
        seeds=tuple(_packed(_states(layer), out) for layer in own),
        callbacks=tuple(_of_itself(callback) for callback in callbacks),
        processing=spent.seconds,
    )
    return frames.Fitting(fitted), out


def _every(fit: Fit) -> tuple[LayerFacts, ...]:
    return (*fit.facts.preprocessing, *fit.facts.layers)


def _steps_at_once(fit: Fit) -> int:
    """Steps between two looks at the clock. They come to the same bits, and short ones take a third less time."""
    if fit.evaluates:
        return _AT_ONCE
    parameters = sum(layer.parameters.total for layer in _every(fit))
    short = fit.batch_size * parameters <= _SHORT and useful_threads(fit, 2) == 1
    return _AT_ONCE if short else 1


def _check(job: frames.Job, images: int) -> None:
    fit, limits = job.fit, job.limits
    parameters = sum(layer.parameters.total for layer in _every(fit))
    epochs = fit.epochs - fit.initial_epoch
    sizes = min(fit.batch_size, fit.validation_batch_size)
    if sizes <= 0 or not (fit.evaluates or 0 < epochs <= _MOST_EPOCHS):
        raise _Declined("no such training")
    if fit.evaluates:
        return
    work = epochs * images * max(parameters, 1)
    if work > limits.training_work:
        fitting = int(limits.training_work / (images * max(parameters, 1)))
        raise _TooMuch(
            _(
                "This training is larger than the exercise allows: {epochs:,} epochs × {images:,} images ×"
                " {parameters:,} parameters = {work:.1e}, at most {limit:.1e}. {advice}"
            ).format(
                epochs=epochs,
                images=images,
                parameters=parameters,
                work=work,
                limit=limits.training_work,
                advice=_("Lower epochs to at most {epochs:,}.").format(epochs=fitting)
                if fitting
                else _("Lower the number of parameters or of images."),
            )
        )


class Spent:
    """Seconds that a training has had: its processors' time, shared out among its threads, so that others at the same
    time take nothing of it.
    """

    def __init__(self) -> None:
        self._threads = int(os.environ.get("TF_NUM_INTRAOP_THREADS", "1"))
        self._began = process_time()

    @property
    def seconds(self) -> float:
        return round((process_time() - self._began) / self._threads, 3)


def end_at_once() -> None:
    """Has the data sets that Keras makes of arrays end without a wait.

    Where TensorFlow's autotuning looks after one, the end of each epoch waits for it: up to seconds, now and then, in
    which nothing is done. What comes of a training is the same, for arrays have nothing to be tuned.
    """
    import tensorflow as tf

    # No public part of Keras: where another version has it elsewhere, it only takes longer.
    with contextlib.suppress(ImportError, AttributeError):
        from keras.src.trainers.data_adapters.array_data_adapter import ArrayDataAdapter

        made = ArrayDataAdapter.get_tf_dataset

        def untuned(adapter: Any) -> Any:
            options = tf.data.Options()
            options.autotune.enabled = False
            return made(adapter).with_options(options)

        if made.__name__ != untuned.__name__:
            ArrayDataAdapter.get_tf_dataset = untuned


def _clock(job: frames.Job, spent: Spent) -> Any:
    """Ends a training that takes longer than it may, with the reason."""
    import keras

    fit = job.fit

    class Clock(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if spent.seconds > job.seconds:
                raise _TooMuch(too_long(fit, job.seconds, self.reached))

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            if spent.seconds > job.seconds:
                raise _TooMuch(too_long(fit, job.seconds, 0))

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.reached = epoch - fit.initial_epoch

    return Clock()


def _begin(fit: Fit, layers: Sequence[Any], arrays: Mapping[Print, Any], seed: int) -> None:
    """Brings weights and random numbers to where the training begins.

    What is drawn anew depends on the seed, the place of the layer and the name of the weight alone.
    """
    import keras

    salt = "" if fit.begins else hashlib.sha256(repr(fit.weights).encode()).hexdigest()
    for place, (layer, given) in enumerate(zip(layers, fit.weights, strict=True)):
        for weight, one in zip(() if layer is None else layer.weights, given, strict=True):
            if isinstance(one, Print):
                value = arrays[one]
            else:
                initializer = _initializer(one.initializer, _number(seed, place, weight.name))
                value = initializer(weight.shape, dtype=weight.dtype)
            weight.assign(value)
        if layer is not None and isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
        states = _states(layer)
        if fit.seeds:
            for state, told in zip(states, fit.seeds[place], strict=True):
                state.assign(arrays[told])
        else:
            for index, state in enumerate(states):
                state.assign(np.asarray([_number(seed, place, f"random numbers {index} {salt}"), 0]))


def _states(layer: Any) -> list[Any]:
    return [] if layer is None else [generator.state for generator in getattr(layer, "_seed_generators", ())]


def _number(seed: int, place: int, name: str) -> int:
    """A seed of its own for each thing that is drawn."""
    digest = hashlib.sha256(f"{seed}/{place}/{name}".encode()).digest()
    return int.from_bytes(digest[:4], "little") % 2**31


def _initializer(told: Configured, seed: int) -> Any:
    import inspect

    import keras

    cls = getattr(keras.initializers, told.kind, None)
    if not (isinstance(cls, type) and issubclass(cls, keras.initializers.Initializer)):
        raise _Declined(f"{told.kind} is no initializer")
    drawn = {"seed": seed} if "seed" in inspect.signature(cls).parameters else {}
    return cls(**dict(told.settings), **drawn)


def _loss(fit: Fit) -> Configured:
    if fit.compiled.loss is None:
        raise _Declined("there is no loss")
    return fit.compiled.loss


def _made(module: Any, told: Configured, **more: Any) -> Any:
    from autograder.keras_models import configured

    made = configured(module, Configured(kind=told.kind, settings={**told.settings, **more}))
    if made is None:
        raise _Declined(f"{told.kind} cannot be made")
    return made


def _packed(variables: Sequence[Any], parts: list[memoryview]) -> tuple[Array, ...]:
    return packed((np.asarray(variable.numpy()) for variable in variables), parts)


def _of_itself(callback: Any) -> dict[str, float | int | None]:
    told = {name: getattr(callback, name) for name in _TOLD if hasattr(callback, name)}
    return {
        name: value if value is None or isinstance(value, int) else float(value)
        for name, value in told.items()
        # JSON has no word for what is not finite.
        if value is None or np.isfinite(value)
    }


if __name__ == "__main__":
    try:
        main()
    except (BrokenPipeError, Forged):
        sys.exit(1)
    # TensorFlow takes its time to end.
    os._exit(0)
