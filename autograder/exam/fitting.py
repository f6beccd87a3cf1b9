"""``fit`` on the student's side: says what was asked, and takes over what came of it elsewhere.

Only what is declared in plain data (:mod:`autograder.exam.declared`) can be carried out elsewhere: Keras's own layers,
optimizer, loss, metrics and callbacks, and arrays. All else trains where it stands. Nothing here is trusted: what a
student's program may say in its place is read as a claim, and trained as it says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.exam.declared import DEFAULT_BATCH_SIZE, array, build, declare, listed
from autograder.exam.fits import Fit, Fitted
from autograder.saved_models import saved_model

# Images × parameters of an evaluation that takes longer than to start a process for it.
_WORTH_TELLING = 100_000_000


Ask = Callable[[Fit, Callable[[Fit], Sequence[memoryview]]], "tuple[Fitted, Sequence[bytes]] | None"]
"""Has a fit carried out; the second argument gives the numbers of its arrays. ``None`` where nobody does."""


def carried_out(model: Any, told: Mapping[str, Any], ask: Ask, *, canonical: bool) -> Any:
    """The ``History`` of a training that was carried out elsewhere; the model is as it is then. ``None`` if it was not.

    Parameters
    ----------
    model, told
        Of a call of ``fit``: the model and the arguments, those with defaults included.
    ask
        Has it carried out.
    canonical
        Whether weights that stand as they were first drawn are drawn anew, from the exercise's seed.
    """
    try:
        declared = declare(model, told, canonical=canonical)
    except Exception:  # noqa: BLE001 - what cannot be told trains where it stands, whatever the reason
        return None
    answer = ask(declared.fit, declared.numbers)
    return None if answer is None else declared.take(*answer)


def evaluated(model: Any, told: Mapping[str, Any], ask: Ask, *, canonical: bool) -> Any:
    """What ``evaluate`` gives, worked out elsewhere; ``None`` if it was not.

    The parameters are as for :func:`carried_out`. What is done sooner than it is told of is not told of.
    """
    if told["steps"] is not None or listed(told["callbacks"]) or told["kwargs"]:
        return None
    try:
        if len(told["x"]) * model.count_params() < _WORTH_TELLING:
            return None
        declared = declare(model, {**_NO_FIT, **told}, canonical=canonical, evaluates=True)
    except Exception:  # noqa: BLE001 - what cannot be told is evaluated where it stands, whatever the reason
        return None
    answer = ask(declared.fit, declared.numbers)
    return None if answer is None else declared.results(*answer, as_dict=bool(told["return_dict"]))


def handed_in(model: Any, told: Mapping[str, Any]) -> Any:
    """The ``History`` of a training whose result was handed in beside the notebook, or ``None``; see ``save_model``."""
    try:
        x = array(told["x"])
        build(model, x)
        saved = saved_model(model, int(told["epochs"]), int(told["batch_size"] or DEFAULT_BATCH_SIZE), Path.cwd())
    except Exception:  # noqa: BLE001 - what cannot be read was not handed in
        return None
    return None if saved is None else saved.take(model)


# What an evaluation has none of.
_NO_FIT: Mapping[str, Any] = {
    "epochs": 0,
    "initial_epoch": 0,
    "validation_data": None,
    "validation_split": 0.0,
    "validation_batch_size": None,
    "validation_freq": 1,
    "validation_steps": None,
    "steps_per_epoch": None,
    "shuffle": False,
    "class_weight": None,
}
