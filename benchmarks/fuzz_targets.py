"""The readers of what students hand in, each with the inputs that it is to be given.

Kept apart from the harness, which knows of no reader.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from random import Random
from typing import Any

import msgspec
import numpy as np

from autograder.arithmetic import KNOWN_KINDS, ParameterCount, Shape
from autograder.exam.crossing import (
    DTYPES,
    Array,
    Function,
    History,
    Model,
    NotFinite,
    NotPlain,
    Pairs,
    Refused,
    Reply,
    Scalar,
    Training,
    Value,
    checked_reply,
)
from autograder.exam.limits import Limits
from autograder.exam.merge import WrongAssignment, merge
from autograder.exam.notebook import UnreadableNotebook, parse
from autograder.exam.pack import Packer
from autograder.exam.unpack import Forged, Unpacker, checked_facts
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts, TrainingFacts
from autograder.grading import Refusal
from autograder.i18n import _
from benchmarks.fuzzing import Target
from benchmarks.mutations import Mutator

LIMITS = Limits()


def _layer(kind: str, *inputs: int, shares: int | None = None, **settings: Any) -> LayerFacts:
    nothing = ParameterCount(total=0, trainable=0)
    # The reader works shapes and parameters out itself.
    return LayerFacts(
        kind=kind, settings=settings, output_shape=(1,), parameters=nothing, inputs=inputs or (-1,), shares=shares
    )


def _model(*layers: LayerFacts, shape: Shape, front: tuple[LayerFacts, ...] = (), inputs: int = 1) -> ModelFacts:
    return ModelFacts(inputs=(shape,) * inputs, layers=layers, outputs=(len(layers) - 1,), preprocessing=front)


MODELS = (
    _model(
        _layer("Flatten"),
        _layer("Dense", 0, units=16, activation="relu", use_bias=True),
        _layer("Dropout", 1, rate=0.3),
        _layer("Dense", 2, units=10, activation="softmax"),
        shape=(8, 8),
        front=(_layer("Rescaling", scale=1 / 255, offset=0.0),),
    ),
    _model(
        _layer("Conv2D", filters=4, kernel_size=(3, 3), strides=(1, 1), padding="same", groups=1, activation="relu"),
        _layer("BatchNormalization", 0, axis=-1, center=True, scale=True),
        _layer("MaxPooling2D", 1, pool_size=(2, 2), padding="valid"),
        _layer("DepthwiseConv2D", 2, kernel_size=3, depth_multiplier=2, dilation_rate=(1, 1)),
        _layer("GlobalAveragePooling2D", 3, keepdims=False),
        _layer("Dense", 4, units=10, kernel_regularizer={"l1": 0.0, "l2": 0.01}),
        shape=(8, 8, 1),
        front=(_layer("Resizing", height=8, width=8),),
    ),
    _model(
        _layer("Conv2DTranspose", filters=2, kernel_size=(2, 2), strides=(2, 2), output_padding=None),
        _layer("ZeroPadding2D", 0, padding=((1, 1), (1, 1))),
        _layer("Cropping2D", 1, cropping=((1, 1), (1, 1))),
        _layer("UpSampling2D", 2, size=(1, 1)),
        _layer("SeparableConv2D", 3, filters=2, kernel_size=(1, 1)),
        _layer("Add", 3, 4),
        _layer("Reshape", 5, target_shape=(-1, 4)),
        _layer("Permute", 6, dims=(2, 1)),
        _layer("LayerNormalization", 7, axis=(-1,), rms_scaling=False),
        _layer("PReLU", 8, shared_axes=(1,)),
        shape=(4, 4, 2),
    ),
    _model(
        _layer("Dense", units=4),
        _layer("Dense", -2, units=4, shares=0),
        _layer("Concatenate", 0, 1, axis=-1),
        _layer("RepeatVector", 2, n=2),
        shape=(4,),
        inputs=2,
    ),
)

_SETTINGS = sorted({name for model in MODELS for layer in model.layers for name in layer.settings})
_MODEL_WORDS = (*sorted(KNOWN_KINDS), *_SETTINGS, "same", "causal", "channels_first", "data_format", "trainable")

model_inputs = Mutator([msgspec.json.encode(model) for model in MODELS], _MODEL_WORDS)


def read_model(content: bytes) -> bool:
    """A model's configuration, to the sizes that are known before anything is built."""
    _checked_model(content)
    return True


def _checked_model(content: bytes) -> ModelFacts:
    try:
        facts = msgspec.json.decode(content, type=ModelFacts)
    except (ValueError, RecursionError) as error:
        # As the reader of replies has it, which reads this first.
        raise NotPlain(str(error)) from error
    checked = checked_facts(facts, LIMITS)
    if checked.total_parameters > LIMITS.parameters or checked_facts(checked, LIMITS) != checked:
        raise AssertionError("what was checked does not stand another look")
    return checked


def _replies() -> tuple[list[bytes], list[bytes]]:
    """Replies as a student's kernel gives them, and the buffers that all of them name."""
    packer = Packer(LIMITS.crossing_bytes)
    plain = {
        "numbers": [1, -2.5, True, None, "text", float("nan"), 2**63 - 1],
        "nested": {"a": [1, (2, {3: "b"})], (1, "x"): []},
        "arrays": [np.arange(6, dtype=dtype).reshape(2, 3) for dtype in ("uint8", "float32", "int64")],
        "image": np.zeros((1, 8, 8, 1), "float32"),
    }
    values: dict[str, Value] = {name: packer.pack(value, name) for name, value in plain.items()}
    curve, *weights = (_array(packer, *shape) for shape in ((2,), (64, 16), (16,), (16, 10), (10,)))
    adam = Configured(kind="Adam", settings={"learning_rate": 0.001})
    model = Model(
        facts=MODELS[0],
        weights=[[], [], weights[:2], [], weights[2:]],
        compiled=CompileFacts(optimizer=adam, loss=Configured(kind="MeanSquaredError"), metrics=("accuracy",)),
        training=Training(facts=TrainingFacts(epochs=2, curves={}), curves={"loss": curve}),
        sample=None,
    )
    history = History(Training(facts=TrainingFacts(epochs=2, curves={}, batch_size=32), curves={"loss": curve}))
    others: dict[str, Value] = {
        "f": Function("f"),
        "g": Refused("no"),
        "h": NotFinite("inf"),
        "p": Pairs([(Scalar("k"), Scalar(1))]),
    }
    replies = [Reply(1, values), *(Reply(2, {name: value}) for name, value in values.items())]
    replies += [Reply(3, {"m": model, "h": history}), Reply(4, others), Reply(5)]
    return [msgspec.json.encode(reply) for reply in replies], [bytes(buffer) for buffer in packer.buffers]


def _array(packer: Packer, *shape: int) -> Array:
    array = packer.pack(np.full(shape, 0.5, "float32"))
    if not isinstance(array, Array):
        raise AssertionError("an array crosses as an array")
    return array


REPLIES, BUFFERS = _replies()
_TAGS = ("scalar", "float", "items", "pairs", "array", "model", "history", "function", "refused")
_FIELDS = ("type", "kind", "value", "items", "buffer", "shape", "dtype", "number", "values")

_model_reply = Mutator(REPLIES[-3:-2], (*_MODEL_WORDS, "Adam", "SGD", "loss", "accuracy"))
_any_reply = Mutator(REPLIES, (*DTYPES, *_TAGS, *_FIELDS, "nan", "tuple", "list"))


def reply_inputs(random: Random) -> bytes:
    """A reply that was tampered with."""
    return _canonical(random, _any_reply(random))


def model_reply_inputs(random: Random) -> bytes:
    """A reply with a model and a history that were tampered with."""
    return _canonical(random, _model_reply(random))


def _canonical(random: Random, content: bytes) -> bytes:
    """Every second reply in its one and only form again: a forger would see to that."""
    if random.random() < 0.5:
        with suppress(ValueError, RecursionError):
            return msgspec.json.encode(msgspec.json.decode(content, type=Reply))
    return content


def read_reply(content: bytes) -> bool:
    """What crosses the wall, and then each value of it that Keras has no part in."""
    reply = checked_reply(content)
    unpacker = _unpacker(content)
    for value in reply.values.values():
        if isinstance(value, Model):
            checked_facts(value.facts, LIMITS)
        elif not isinstance(value, History):
            unpacker.plain(value)
    return True


def rebuild(content: bytes) -> bool:
    """What crosses the wall, to the values that a test is given: models and histories, which take Keras to make."""
    reply = checked_reply(content)
    _clear_session()
    unpacker = _unpacker(content)
    values = [unpacker.value(name, value) for name, value in reply.values.items()]
    refusals = [value for value in values if isinstance(value, Refusal)]
    guarded = _("it cannot be read: {error}").format(error="")
    for refusal in refusals:
        # What no check foresaw is refused as well, and should not be left to that.
        if refusal.reason.startswith(guarded):
            raise AssertionError(refusal.reason)
    return len(values) > len(refusals)


def _clear_session() -> None:
    # Imported late: it takes seconds, and no other reader needs it.
    import keras

    keras.backend.clear_session()


def _unpacker(content: bytes) -> Unpacker:
    """Has the buffers of :data:`REPLIES`, some of another size: which follows from the input, to be read again."""
    random = Random(zlib.crc32(content))
    buffers = [buffer if random.random() < 0.9 else random.randbytes(random.randrange(64)) for buffer in BUFFERS]
    return Unpacker(buffers, LIMITS)


def _cell(source: object, kind: str = "code", **nbgrader: Any) -> dict[str, Any]:
    metadata = {"nbgrader": {"schema_version": 3, **nbgrader}} if nbgrader else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, "outputs": [{"output_type": "stream"}]}


def _notebook(version: int, *cells: Any) -> bytes:
    content = {"cells": cells} if version in (1, 4) else {"worksheets": [{"cells": cells}]}
    return msgspec.json.encode({"nbformat": version, "nbformat_minor": 0, "metadata": {}, **content})


_CELLS = (
    _cell("import keras", grade_id="setup", locked=True),
    _cell(["x = 1\n", "y = 2"], grade_id="answer", solution=True, grade=False, task=False),
    _cell("assert x\n### BEGIN HIDDEN TESTS\nassert y\n### END HIDDEN TESTS", grade_id="t", grade=True, points=2),
    _cell("Why?", "markdown", grade_id="words", grade=True, solution=True, points=1.5),
    _cell("Do it.", "markdown", grade_id="task", task=True, points=3),
    _cell("%matplotlib inline"),
)
NOTEBOOKS = (
    _notebook(4, *_CELLS),
    _notebook(4, *_CELLS[1:3]),
    _notebook(3, *({**cell, "input": cell["source"]} for cell in _CELLS), _cell("Title", "heading") | {"level": 2}),
    _notebook(2, {"cell_type": "code", "input": "x = 1"}, {"cell_type": "html", "source": "<b>"}),
    _notebook(1, {"cell_type": "code", "code": "x = 1"}, {"cell_type": "text", "text": "Hi"}),
)
_ROLES = ("setup", "answer", "t", "words", "task", "code", "markdown", "raw", "heading")
_FIELDS_OF_CELLS = ("cells", "worksheets", "source", "input", "metadata", "nbgrader", "grade_id", "points", "level")
_SOURCE = parse(NOTEBOOKS[0])

notebook_inputs = Mutator(NOTEBOOKS, (*_ROLES, *_FIELDS_OF_CELLS, "### BEGIN HIDDEN TESTS"))


def read_notebook(content: bytes) -> bool:
    """A submission, from its bytes to the exam that it sits."""
    submission = parse(content)
    if not 0 <= submission.max_score < float("inf"):
        raise AssertionError("points that are no number")
    merge(_SOURCE, submission)
    return True


TARGETS = (
    Target(name="crossing", make=reply_inputs, read=read_reply, refusals=(NotPlain, Forged)),
    Target(name="notebook", make=notebook_inputs, read=read_notebook, refusals=(UnreadableNotebook, WrongAssignment)),
    Target(name="model", make=model_inputs, read=read_model, refusals=(NotPlain, Forged)),
    Target(
        name="rebuilding",
        make=model_reply_inputs,
        read=rebuild,
        refusals=(NotPlain,),
        # Keras builds some thirty models a second.
        count=3_000,
        prepare=_clear_session,
    ),
)
