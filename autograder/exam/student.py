"""What runs inside the student's kernel: it hands over values by name and calls functions by name.

Nothing here is trusted. A student may replace any of it, and gains nothing: whatever leaves this process
is read on the other side as a claim of the student's, checked against a closed grammar, and judged there.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import msgspec

from autograder.exam.crossing import Refused, Reply, Request, Value
from autograder.exam.pack import Packer, told
from autograder.exam.unpack import Unpacker
from autograder.grading import Refusal
from autograder.i18n import _

COMM_TARGET = "autograder"


def begin(*, with_keras: bool = True, training: str = "") -> None:
    """Makes the kernel ready: it answers requests, serves the data sets, and keeps what ``fit`` was told.

    Parameters
    ----------
    with_keras
        A notebook that has nothing to do with Keras need not wait until it is imported.
    training
        How trainings are carried out elsewhere; empty where the notebook trains by itself.
    """
    _shell().kernel.comm_manager.register_target(COMM_TARGET, _answer)
    _shell().events.register("post_execute", _show_figures)
    if with_keras:
        _prepare_keras(training)
    # As in every notebook. The kernel starts without it: a file that happens to be called as a module that Jupyter
    # imports must not keep it from starting.
    sys.path.insert(0, "")


def _show_figures() -> None:
    """Shows a cell's figures and closes them, before pyplot comes and draws each that is open: for nobody."""
    inline = sys.modules.get("matplotlib_inline.backend_inline")
    if inline is not None:
        inline.flush_figures()


def _prepare_keras(training: str) -> None:
    import keras

    from autograder.datasets import fashion_mnist, mnist
    from autograder.keras_facts import evaluate_elsewhere, watch_training

    watch_training(_trained_elsewhere(training) if training else None)
    if training:
        evaluate_elsewhere(_evaluated_elsewhere(training))
    # There may be no network here, and the same images must be seen on both sides of the wall.
    modules: list[Any] = [keras.datasets, _module("keras.src.datasets"), _module("keras._tf_keras.keras.datasets")]
    for module in filter(None, modules):
        module.mnist.load_data = _loader(mnist)
        module.fashion_mnist.load_data = _loader(fashion_mnist)


def _trained_elsewhere(training: str) -> Any:
    from autograder.exam.errands import ask
    from autograder.exam.fitting import carried_out, handed_in

    def trained(model: Any, told: Mapping[str, Any]) -> Any:
        history = handed_in(model, told) if training == "submitted" else None
        return history or carried_out(model, told, ask, canonical=training != "remembered")

    return trained


def _evaluated_elsewhere(training: str) -> Any:
    from autograder.exam.errands import ask
    from autograder.exam.fitting import evaluated

    return lambda model, told: evaluated(model, told, ask, canonical=training != "remembered")


def _shell() -> Any:
    from IPython.core.getipython import get_ipython

    return get_ipython()


def _module(name: str) -> Any:
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _loader(dataset: Any) -> Any:
    def load_data(path: str | None = None) -> Any:
        """The data set, from the copy that the grader uses; ``path`` names a cache file and is not needed."""
        return dataset.load_data()

    return load_data


def _answer(comm: Any, message: Mapping[str, Any]) -> None:
    """Answers one request. On both ways the first buffer is JSON, the others the numbers of arrays."""
    text, *buffers = [bytes(buffer) for buffer in message["buffers"]]
    request = msgspec.json.decode(text, type=Request)
    packer = Packer(request.limit)
    values = (
        _called(request, packer, buffers) if request.call else {name: _named(name, packer) for name in request.names}
    )
    comm.send({}, buffers=[_encoded(request.number, values), *packer.buffers])
    comm.close()


def _encoded(number: int, values: Mapping[str, Value]) -> bytes:
    try:
        return msgspec.json.encode(Reply(number, dict(values)))
    except (ValueError, TypeError, OverflowError, RecursionError):
        # One value that JSON has no form for must not take the others with it.
        return msgspec.json.encode(Reply(number, {name: _encodable(value) for name, value in values.items()}))


def _encodable(value: Value) -> Value:
    try:
        msgspec.json.encode(value)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        return Refused(reason=_("it cannot be read: {error}").format(error=told(error)))
    return value


def _named(name: str, packer: Packer) -> Value:
    names: Mapping[str, Any] = _shell().user_ns
    if name not in names:
        return Refused(reason="", missing=True)
    return packer.pack(names[name], name)


def _called(request: Request, packer: Packer, buffers: list[bytes]) -> dict[str, Value]:
    unpacker = Unpacker(buffers)
    arguments = [unpacker.value(request.call, argument) for argument in request.arguments]
    keywords = {name: unpacker.value(request.call, argument) for name, argument in request.keywords.items()}
    for argument in (*arguments, *keywords.values()):
        if isinstance(argument, Refusal):
            return {"raise": Refused(reason=argument.reason)}
    names: dict[str, Any] = _shell().user_ns
    try:
        function = names[request.call]
        hidden = {name: names.pop(name) for name in request.without if name in names}
        try:
            result = function(*arguments, **keywords)
        finally:
            names.update(hidden)
    except BaseException as error:  # noqa: BLE001 - what the student's function raises is its answer
        return {"raise": packer.pack(told(error))}
    return {"return": packer.pack(result)}
