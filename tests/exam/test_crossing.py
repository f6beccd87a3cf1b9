"""Values → plain data → values, and what is refused on either side."""

from __future__ import annotations

import contextlib
import json
import math
import resource
import tracemalloc
import types
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import keras
import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.arithmetic import ParameterCount
from autograder.exam import crossing
from autograder.exam.crossing import (
    DTYPES,
    MAX_DEPTH,
    Array,
    Function,
    History,
    Items,
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
from autograder.exam.pack import Packer
from autograder.exam.unpack import Forged, StudentFunction, Unpacker, checked_facts
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts, TrainingFacts
from autograder.grading import Refusal
from autograder.keras_facts import read_compiled, read_model, read_training, sample_of, watch_training

LIMIT = 1_000_000

NUMBERS = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.floats() | st.text()
KEYS = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | st.text() | st.floats(allow_nan=False)
ARRAYS = hnp.arrays(
    dtype=st.sampled_from([*DTYPES, ">f4", ">i8", ">u2", ">f2"]),
    shape=hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
PLAIN = st.recursive(
    NUMBERS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(KEYS | st.tuples(KEYS, KEYS), inner, max_size=3)
    ),
    max_leaves=10,
)


def crossed(value: Any, name: str = "x", limits: Limits | None = None) -> Any:
    """What comes out on the other side, through the bytes that cross."""
    packer = Packer((limits or Limits()).crossing_bytes)
    packed = packer.pack(value, name)
    reply = checked_reply(msgspec.json.encode(Reply(1, {name: packed})))
    return Unpacker([bytes(buffer) for buffer in packer.buffers], limits).value(name, reply.values[name])


def refusal(value: Any, limit: int = LIMIT, name: str = "x") -> str:
    packer = Packer(limit)
    packed = packer.pack(value, name)
    assert isinstance(packed, Refused)
    assert packer.buffers == []
    return packed.reason


def same(left: Any, right: Any) -> bool:
    if isinstance(left, np.ndarray):
        return (
            isinstance(right, np.ndarray)
            and left.dtype.name == right.dtype.name
            and left.shape == right.shape
            and np.array_equal(left, right, equal_nan=left.dtype.kind == "f")
        )
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(map(same, left.values(), right.values()))
    return bool(left == right or (isinstance(left, float) and math.isnan(left) and math.isnan(right)))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAIN)
def test_plain_data_comes_out_as_it_went_in(value: Any) -> None:
    assert same(value, crossed(value))


@pytest.mark.parametrize("dtype", DTYPES)
def test_arrays_of_every_kind_cross_whatever_their_layout(dtype: str) -> None:
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    layouts = [array, array[:, ::-1], array.T, array[..., 1:3], array.astype(array.dtype.newbyteorder(">")), array[:0]]
    for layout in (*layouts, np.asfortranarray(array), array[0, 0, 0:1].reshape(())):
        out = crossed(layout)
        assert same(layout, out)
        assert out.flags.writeable
        assert out.dtype.isnative


def test_numbers_of_numpy_become_pythons() -> None:
    value = [
        np.int8(3),
        np.uint64(7),
        np.float32(0.5),
        np.float16(0.5),
        np.bool_(True),
        np.str_("a"),
        np.float64("nan"),
    ]
    assert same(crossed(value), [3, 7, 0.5, 0.5, True, "a", math.nan])


def test_sets_become_lists_and_other_mappings_dictionaries() -> None:
    assert crossed({3}) == [3]
    assert crossed(OrderedDict(a=1)) == {"a": 1}


def test_tensors_cross_as_arrays() -> None:
    assert same(crossed(keras.ops.arange(3, dtype="float32")), np.arange(3, dtype="float32"))
    assert same(crossed(keras.Variable(np.ones(2, "float32"))), np.ones(2, "float32"))


def test_a_function_stays_and_is_called_by_its_name() -> None:
    calls = []

    def call(name: str, arguments: Any, keywords: Any) -> int:
        calls.append((name, arguments, dict(keywords)))
        return 5

    function = Unpacker([], call=call).value("double", Packer(LIMIT).pack(lambda x: x, "double"))
    assert isinstance(function, StudentFunction)
    assert function(1, b=2) == 5
    assert calls == [("double", (1,), {"b": 2})]
    assert function.__name__ == "double"


class HostileArray:
    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("no array")


class HostileList(list):  # type: ignore[type-arg]
    def __iter__(self) -> Any:
        raise RuntimeError("no iterator")

    def __len__(self) -> int:
        raise RuntimeError("no length")


class HostileName(type):
    @property
    def __name__(cls) -> str:  # type: ignore[override]
        raise RuntimeError


class HostileError(Exception):
    def __str__(self) -> str:
        raise RuntimeError


class Unspeakable:
    def __array__(self) -> Any:
        raise HostileError


class TableLike:
    def __array__(self, *_: Any, **__: Any) -> Any:
        return np.array([[1, "a"], [None, 2.0]], dtype=object)


class Liar(str):
    def __str__(self) -> str:
        return "x" * 1_000_000

    def __len__(self) -> int:
        return 1


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


def recursive() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (2**63, "a whole number of more than 63 bits"),
        (-(2**80), "a whole number of more than 63 bits"),
        (np.uint64(2**63), "a whole number of more than 63 bits"),
        (object(), "an object of type object is no plain data"),
        (..., "it is still “...”, or has such dots in it: put your own answer in their place"),
        ({0.1: ...}, "it is still “...”, or has such dots in it: put your own answer in their place"),
        (
            [keras.layers.Flatten()],
            "a layer (Flatten) is no model by itself: keras.Sequential([…]) makes one of layers",
        ),
        (1j, "an object of type complex is no plain data"),
        (b"bytes", "an object of type bytes is no plain data"),
        (math, "it is a module"),
        (HostileArray, "it is the class HostileArray, and not something made from it"),
        ((i for i in ()), "an object of type generator is no plain data"),
        ([len], "an object of type builtin_function_or_method is no plain data"),
        (np.array([object()]), "an array of dtype object holds no plain numbers"),
        (np.array(["a"]), "an array of dtype <U1 holds no plain numbers"),
        (np.array(["2020-01-01"], "M8[D]"), "an array of dtype datetime64[D] holds no plain numbers"),
        (np.zeros(2, "c8"), "an array of dtype complex64 holds no plain numbers"),
        (np.zeros(2, [("a", "i4")]), "an array of dtype [('a', '<i4')] holds no plain numbers"),
        (TableLike(), "an array of dtype object holds no plain numbers"),
        (recursive(), "it is nested too deeply, or has too many entries"),
        (nested(MAX_DEPTH), "it is nested too deeply, or has too many entries"),
        ([None] * 100_001, "it is nested too deeply, or has too many entries"),
        ("x" * 200_001, "a text of 200,001 characters is too long"),
        (["x" * 200_000] * 6, "its texts are too long"),
        ("half \ud800", "a text with half a character in it"),
        (np.zeros(LIMIT, "f8"), "it is too large: an array of 8,000,000 bytes, and 1,000,000 are left"),
        (HostileArray(), "it cannot be read: RuntimeError: no array"),
        (HostileList([1]), "it cannot be read: RuntimeError: no iterator"),
        (Unspeakable(), "it cannot be read: HostileError"),
        (keras.callbacks.History(), "a History that tells of no training"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_plain_data_is_refused_with_the_reason(value: Any, reason: str) -> None:
    assert refusal(value) == reason


def test_a_text_that_lies_about_itself_crosses_as_what_it_holds() -> None:
    assert crossed(Liar("honest")) == "honest"


def test_what_is_refused_leaves_nothing_of_itself_behind() -> None:
    packer = Packer(LIMIT)
    packer.pack([np.zeros(3), object()])
    packed = packer.pack(np.ones(2), "y")
    assert packed == Array("float64", [2], 0)
    assert len(packer.buffers) == 1


# What may arrive, well typed and otherwise whatever a forger likes.
SMALL = st.integers(-3, 40)
FREE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
SETTINGS = st.dictionaries(
    st.sampled_from(["units", "filters", "kernel_size", "activation", "rate", "padding", "strides", "groups", "height"])
    | st.text(max_size=5),
    FREE | SMALL | st.sampled_from(["relu", "same", "softmax", "custom:f", "channels_first"]),
    max_size=4,
)
KINDS = st.sampled_from(
    ["Dense", "Conv2D", "Flatten", "Dropout", "Add", "Resizing", "Lambda", "Reshape", "Normalization"]
)
LAYERS = st.builds(
    LayerFacts,
    kind=KINDS | st.text(max_size=5),
    settings=SETTINGS,
    output_shape=st.lists(st.none() | SMALL, max_size=3).map(tuple),
    parameters=st.builds(ParameterCount, total=SMALL, trainable=SMALL),
    inputs=st.lists(SMALL, max_size=2).map(tuple),
    trainable=st.booleans(),
    shares=st.none() | SMALL,
    custom=st.booleans(),
    name=st.text(max_size=5),
)
FACTS = st.builds(
    ModelFacts,
    inputs=st.lists(st.lists(st.none() | SMALL, max_size=3).map(tuple), max_size=2).map(tuple),
    layers=st.lists(LAYERS, max_size=3).map(tuple),
    outputs=st.lists(SMALL, max_size=2).map(tuple),
    preprocessing=st.lists(LAYERS, max_size=1).map(tuple),
)
ARRAY_VALUES = st.builds(
    Array,
    dtype=st.sampled_from([*DTYPES, "object", "float128", ">f4", ""]),
    shape=st.lists(SMALL | st.integers() | st.just(0), max_size=40),
    buffer=SMALL,
)
TRAININGS = st.builds(
    Training,
    facts=st.builds(TrainingFacts, epochs=SMALL, curves=st.just({})),
    curves=st.dictionaries(st.text(max_size=5), ARRAY_VALUES, max_size=2),
)
CONFIGURED = st.builds(Configured, kind=st.sampled_from(["Adam", "SGD", "MeanSquaredError", "os"]), settings=SETTINGS)
COMPILED = st.builds(CompileFacts, optimizer=CONFIGURED, loss=st.none() | CONFIGURED, metrics=st.just(("accuracy",)))
VALUES: st.SearchStrategy[Value] = st.recursive(
    st.builds(Scalar, st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text())
    | st.builds(NotFinite, st.sampled_from(["nan", "inf", "-inf"]))
    | ARRAY_VALUES
    | st.builds(Function, st.text())
    | st.builds(Refused, st.text(), st.booleans())
    | st.builds(History, TRAININGS, st.none() | ARRAY_VALUES)
    | st.builds(
        Model,
        facts=FACTS,
        weights=st.lists(st.lists(ARRAY_VALUES, max_size=2), max_size=3),
        compiled=st.none() | COMPILED,
        training=st.none() | TRAININGS,
        sample=st.none() | ARRAY_VALUES,
    ),
    lambda inner: (
        st.builds(Items, st.sampled_from(["list", "tuple"]), st.lists(inner, max_size=3))
        | st.builds(Pairs, st.lists(st.tuples(inner, inner), max_size=3))
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
@given(VALUES, st.lists(st.binary(max_size=40), max_size=3))
def test_whatever_arrives_becomes_a_value_or_a_refusal(value: Value, buffers: list[bytes]) -> None:
    Unpacker(buffers).value("x", value)
    with contextlib.suppress(Forged):
        Unpacker(buffers).plain(value)


def unpacked(value: Value, *buffers: bytes, limits: Limits | None = None) -> Any:
    return Unpacker(buffers, limits).value("x", value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (Array("float32", [3], 0), "an array of shape (3,) does not go with 8 bytes"),
        (Array("float32", [-1, -2], 0), "an array of shape (-1, -2) does not go with 8 bytes"),
        (Array("int8", [1] * 40 + [8], 0), "an array of shape (1, 1, 1, 1, 1, 1, 1, 1) does not go with 8 bytes"),
        (Array("int8", [0, 10**30], 1), f"an array of shape (0, {10**30}) does not go with 0 bytes"),
        (Array("float32", [2], 2), "an array of dtype 'float32' cannot be read"),
        (Array("float32", [2], -1), "an array of dtype 'float32' cannot be read"),
        (Array("object", [1], 0), "an array of dtype 'object' cannot be read"),
        (Scalar(2**64), "a whole number of more than 63 bits"),
        (Pairs([(Items("list", []), Scalar(1))]), "a dictionary's key must be a number or a text"),
        (
            Pairs([(Items("tuple", [Items("list", [])]), Scalar(1))]),
            "a dictionary's key must be a number or a text",
        ),
        (Items("list", [Function("f")]), "a Function stands where plain data was expected"),
        (Items("list", [Refused("no")]), "no"),
    ],
)
def test_forged_data_is_refused_with_the_reason(value: Value, reason: str) -> None:
    assert unpacked(value, b"12345678", b"") == Refusal("x", reason)


def test_endless_nesting_is_refused() -> None:
    value: Value = Scalar(1)
    for _ in range(500):
        value = Items("list", [value])
    assert unpacked(value) == Refusal("x", "it is nested too deeply")


def test_one_buffer_named_again_and_again_counts_each_time() -> None:
    value = Items("list", [Array("int8", [400], 0)] * 3)
    assert unpacked(value, b"x" * 400, limits=Limits(crossing_bytes=1_000)) == Refusal(
        "x", "the arrays are more than 1,000 bytes"
    )


def reply_text(**values: Value) -> bytes:
    return msgspec.json.encode(Reply(1, values))


def test_a_reply_is_read_in_its_own_form_only() -> None:
    text = reply_text(x=Scalar(1), y=Array("int8", [1], 0))
    assert checked_reply(text) == Reply(1, {"x": Scalar(1), "y": Array("int8", [1], 0)})


@pytest.mark.parametrize(
    "text",
    [
        b'{"number":1,"values":{"x":{"type":"scalar","value":1},"x":{"type":"scalar","value":2}}}',
        b'{"number":1,"values":{"x":{"type":"scalar","value":1,"value":2}}}',
        b'{"number":1,"number":1,"values":{}}',
        b'{"number":1,"values":{},"more":0}',
        b'{"number":1, "values":{}}',
        b'{"number":1,"values":{"x":{"type":"scalar","value":NaN}}}',
        b'{"number":1,"values":{"x":{"type":"scalar","value":1e999}}}',
        b'{"number":1,"values":{"x":{"type":"scalar","value":18446744073709551616}}}',
        b'{"number":1,"values":{"x":{"type":"pickle","value":""}}}',
        b'{"number":1,"values":{"x":{"type":"scalar","value":"\\ud800"}}}',
        b'{"number":1' + b"0" * 400 + b',"values":{}}',
        b"[]",
        b"",
        b"\xff",
        b"[" * 100_000,
        reply_text(x=Scalar(1)).replace(b'"scalar"', b'"\\u0073calar"'),
    ],
)
def test_a_reply_that_its_program_would_not_have_written_is_refused(text: bytes) -> None:
    with pytest.raises(NotPlain):
        checked_reply(text)


@pytest.mark.parametrize("depth", [100, 150, 300, 600, 900, 3_000])
def test_a_reply_is_bounded_in_depth(depth: int) -> None:
    text = b'{"type":"items","kind":"list","items":[' * depth + b"]}" * depth
    with pytest.raises(NotPlain):
        checked_reply(b'{"number":1,"values":{"x":' + text + b"}}")


def test_a_reply_is_bounded_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "_MAX_NODES", 1_000)
    with pytest.raises(NotPlain, match="too many entries"):
        checked_reply(reply_text(x=Items("list", [Scalar(None)] * 1_001)))
    monkeypatch.setattr(crossing, "MAX_JSON", 100)
    with pytest.raises(NotPlain, match="101 bytes of text, at most 100 are read"):
        checked_reply(b" " * 101)


def model_text(**facts: bytes) -> bytes:
    """A reply with a model of which nothing is there but these facts."""
    fields = b",".join(b'"%s":%s' % (name.encode(), value) for name, value in facts.items())
    facts_text = b'{"inputs":[],"layers":[],"outputs":[],%s}' % fields
    model = b'{"type":"model","facts":%s,"weights":[],"compiled":null,"training":null,"sample":null}' % facts_text
    return b'{"number":1,"values":{"m":%s}}' % model


@pytest.mark.parametrize("entry", [b"[]", b"{}", b"1", b"[[]]", b'{"":0}'])
def test_a_reply_of_too_many_entries_is_refused_before_they_are_made(entry: bytes) -> None:
    entries = b"[" + (entry + b",") * (20_000_000 // (len(entry) + 1)) + b"0]"
    layers = b'[{"kind":"","settings":{"x":%s},"output_shape":[],"parameters":{"total":0,"trainable":0}}]' % entries
    text = model_text(layers=layers)
    tracemalloc.start()
    try:
        with pytest.raises(NotPlain, match=r"^too many entries$"):
            checked_reply(text)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # They would be 500 MB and more; copies of the text are made.
    assert peak < 100_000_000


def test_marks_in_a_text_are_no_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crossing, "_MAX_NODES", 20)
    monkeypatch.setattr(crossing, "_CHUNK", 7)
    text = reply_text(**{",[": Scalar('{"[,' * 100 + "\\" + "," * 100 + '\\"')})
    assert msgspec.json.encode(checked_reply(text)) == text


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(VALUES)
def test_what_is_no_more_than_allowed_has_no_more_marks_than_that(value: Value) -> None:
    nodes, level = 0, [Reply(1, {"x": value})]
    # Whole numbers of any length are among the values, and are refused.
    with contextlib.suppress(NotPlain, OverflowError):
        text = msgspec.json.encode(level[0])
        while level:
            level = [inner for node in level for inner in crossing._inside(node)]
            nodes += len(level)
        assert crossing.marks(text) <= 3 * nodes


@given(st.binary(max_size=100))
def test_random_bytes_are_no_reply(text: bytes) -> None:
    with pytest.raises(NotPlain):
        checked_reply(text)


def dense(units: Any = 3, **more: Any) -> LayerFacts:
    given: dict[str, Any] = {"kind": "Dense", "settings": {"units": units}, "inputs": (-1,), **more}
    return LayerFacts(output_shape=(1,), parameters=ParameterCount(total=0, trainable=0), **given)


def conv(filters: int, size: Any = 3, **more: Any) -> LayerFacts:
    given = {"kind": "Conv2D", "settings": {"filters": filters, "kernel_size": size, **more}, "inputs": (-1,)}
    return LayerFacts(output_shape=(1,), parameters=ParameterCount(total=0, trainable=0), **given)  # type: ignore[arg-type]


def chain(*layers: LayerFacts, shape: tuple[Any, ...] = (4,)) -> ModelFacts:
    wired = tuple(replace(layer, inputs=(index - 1,)) for index, layer in enumerate(layers))
    return ModelFacts(inputs=(shape,), layers=wired, outputs=(len(wired) - 1,))


def wired(*layers: LayerFacts, outputs: tuple[int, ...] = (0,), inputs: Any = ((4,),)) -> ModelFacts:
    return ModelFacts(inputs=inputs, layers=layers, outputs=outputs)


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        (chain(dense(10**9)), "a Dense layer gives 1000000000 numbers for one image, at most 1,000,000 are computed"),
        (chain(dense(10**6), dense(10**6)), "the model has 1,000,006,000,000 parameters, at most 50,000,000 are read"),
        (
            chain(conv(10**11), shape=(28, 28, 1)),
            "a Conv2D layer gives 26 × 26 × 100000000000 numbers for one image, at most 1,000,000 are computed",
        ),
        (chain(*[dense()] * 3_000), "the model has 3,000 layers, at most 128 are read"),
        (wired(dense(inputs=(0,))), "layer 1 gets its input from nowhere"),
        (wired(dense(inputs=(1,)), dense()), "layer 1 gets its input from nowhere"),
        (wired(dense(inputs=(-2,))), "layer 1 gets its input from nowhere"),
        (wired(dense(inputs=())), "layer 1 gets its input from nowhere"),
        (wired(dense(), outputs=(1,)), "the model's output comes from nowhere"),
        (wired(dense(), outputs=(-2,)), "the model's output comes from nowhere"),
        (wired(dense(), outputs=(0,) * 9), "the model has too many outputs, or a layer too many inputs"),
        (wired(dense(inputs=(-1,) * 129)), "the model has too many outputs, or a layer too many inputs"),
        (wired(dense(kind="RandomFlip"), inputs=((999_999,) * 100_000,)), "the model's input has more than 64 axes"),
        (wired(dense(kind="Flatten"), inputs=((10**4_000,) * 2,)), None),
        (wired(dense(), outputs=()), "the model has no layers, or no input or output"),
        (wired(outputs=(-1,)), "the model has no layers, or no input or output"),
        (wired(dense(), inputs=()), "the model has no layers, or no input or output"),
        (wired(dense(), inputs=((4,),) * 9), "the model has no layers, or no input or output"),
        (wired(dense(shares=0)), "layer 1 shares the weights of no layer"),
        (wired(dense(), dense(shares=-1)), "layer 2 shares the weights of no layer"),
        (wired(dense(), dense(5, shares=0)), "a Dense layer shares the weights of another kind of layer"),
        (wired(dense(), inputs=((None,),)), None),
        (wired(dense(), inputs=((-4,),)), None),
        (wired(dense(), inputs=((10**8,),)), "the model has 300,000,003 parameters, at most 50,000,000 are read"),
        (chain(dense(-3)), None),
        (chain(dense("3")), None),
        (chain(dense(None)), None),
        (chain(dense(True)), None),
        (chain(conv(3, (10**9, 10**9), padding="same"), shape=(28, 28, 1)), None),
        (chain(conv(3, [3, 3, 3]), shape=(28, 28, 1)), None),
        (chain(dense(kind="Flatten", settings={}), shape=(10**4, 10**4)), None),
        (chain(dense(kind="Resizing", settings={"height": 10**6, "width": 10**6}), shape=(2, 2, 1)), None),
        (chain(dense(kind="Reshape", settings={"target_shape": [10**12]})), None),
        (chain(dense(kind="UpSampling2D", settings={"size": 10**9}), shape=(2, 2, 1)), None),
    ],
)
def test_a_network_too_large_or_ill_wired_is_refused_before_anything_is_allocated(
    facts: ModelFacts, reason: str | None
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Forged) as caught:
        checked_facts(facts, Limits())
    assert reason is None or str(caught.value) == reason
    assert isinstance(unpacked(Model(facts, [], None, None, None)), Refusal)
    # Kilobytes. The smallest of these networks that counts would take up gigabytes.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000


@pytest.mark.parametrize(
    "kind", ["Lambda", "TFSMLayer", "Functional", "InputLayer", "StringLookup", "", "os.system", "x" * 10**5]
)
def test_a_layer_that_is_not_on_the_list_is_refused(kind: str) -> None:
    result = unpacked(Model(chain(dense(kind=kind, settings={})), [[]], None, None, None))
    assert isinstance(result, Refusal)
    assert len(result.reason) < 300


def test_sizes_are_worked_out_again_and_not_believed() -> None:
    facts = checked_facts(chain(dense(3), dense(2)), Limits())
    assert [(layer.output_shape, layer.parameters.total) for layer in facts.layers] == [((3,), 15), ((2,), 8)]


def trained_model() -> tuple[Any, Any, Any]:
    watch_training()
    keras.utils.set_random_seed(3)
    images = np.random.default_rng(0).random((40, 8, 8, 1), dtype=np.float32)
    model = keras.Sequential(
        [
            keras.Input((8, 8, 1)),
            keras.layers.Conv2D(3, 3, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile(keras.optimizers.Adadelta(0.5), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(images, np.arange(40) % 10, epochs=2, batch_size=8, validation_split=0.25, verbose=0)
    return model, history, images


@pytest.fixture(scope="module")
def trained() -> tuple[Any, Any, Any]:
    return trained_model()


def test_a_model_crosses_with_its_weights_compile_call_training_and_sample(trained: tuple[Any, Any, Any]) -> None:
    model, _history, images = trained
    out = crossed(model)
    assert out is not model
    assert read_model(out) == read_model(model)
    np.testing.assert_allclose(out(images), model(images), rtol=1e-5, atol=1e-7)
    assert read_compiled(out) == read_compiled(model)
    assert read_training(out) == read_training(model)
    assert read_training(out).batch_size == 8
    np.testing.assert_array_equal(sample_of(out), sample_of(model))


def test_a_history_crosses_with_what_fit_was_told(trained: tuple[Any, Any, Any]) -> None:
    _model, history, _images = trained
    out = crossed(history)
    assert isinstance(out, keras.callbacks.History)
    assert out.history == history.history
    assert (out.epoch, len(out.history["val_loss"])) == ([0, 1], 2)
    assert read_training(out) == read_training(history)
    assert read_training(out).validation_split == 0.25
    np.testing.assert_array_equal(sample_of(out), sample_of(history))


def test_a_training_that_came_to_nothing_crosses_with_its_nans() -> None:
    history = keras.callbacks.History()
    history.history = {"loss": [1.5, math.nan, math.inf]}
    history.epoch, history.params = [0, 1, 2], {"steps": 4}
    assert same(crossed(history).history, history.history)


def test_a_head_of_logits_crosses_as_one() -> None:
    keras.utils.set_random_seed(3)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    images = np.random.default_rng(0).random((5, 4), dtype=np.float32)
    out = crossed(model)
    assert read_model(out) == read_model(model)
    assert read_compiled(out) == read_compiled(model)
    np.testing.assert_allclose(out(images), model(images), rtol=1e-5)


@pytest.mark.parametrize(
    ("epochs", "curves"),
    [
        (2**62, {}),
        (50_000_000, {}),
        (-1, {}),
        (1, {"loss": Array("int8", [100_001], 0)}),
        (1, dict.fromkeys("ab", Array("int8", [50_001], 1))),
        (1, {"loss": Array("int8", [1, 50_001], 1)}),
    ],
)
def test_a_training_that_is_too_long_is_refused_before_it_is_written_out(epochs: int, curves: dict[str, Array]) -> None:
    training = Training(TrainingFacts(epochs=epochs, curves={}), curves)
    reason = "the curves of a training run are not those that Keras writes"
    assert unpacked(History(training), bytes(100_001), bytes(50_001)) == Refusal("x", reason)


def test_a_model_with_metrics_without_end_is_refused() -> None:
    compiled = CompileFacts(optimizer=Configured(kind="Adam"), loss=None, metrics=("accuracy",) * 101)
    result = unpacked(Model(chain(dense()), [[]], compiled, None, None))
    assert result == Refusal("x", "the model is compiled with more than 100 metrics")


class Mine(keras.layers.Layer):  # type: ignore[misc]
    def build(self, shape: Any) -> None:
        self.scale = self.add_weight(shape=(1,), name="scale")

    def call(self, x: Any) -> Any:
        return keras.ops.sin(x) * self.scale


@pytest.mark.parametrize(("layer", "kind"), [(Mine, "Mine"), (lambda: keras.layers.Lambda(lambda x: x), "Lambda")])
def test_a_model_with_a_layer_that_is_not_keras_own_is_refused_by_its_name(layer: Any, kind: str) -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3), layer()])
    assert refusal(model) == f"layer 2 ({kind}) is not one of Keras's layers that this exercise may use"


def test_weights_of_other_shapes_than_the_layers_are_refused(trained: tuple[Any, Any, Any]) -> None:
    packer = Packer(LIMIT)
    packed = packer.pack(trained[0])
    assert isinstance(packed, Model)
    buffers = [bytes(buffer) for buffer in packer.buffers]
    for weights in ([], packed.weights[::-1], packed.weights[:-1], [[*packed.weights[0], packed.weights[0][0]]]):
        assert isinstance(Unpacker(buffers).value("m", msgspec.structs.replace(packed, weights=weights)), Refusal)
    assert not isinstance(Unpacker(buffers).value("m", packed), Refusal)


def test_a_module_made_to_look_like_a_model_is_refused() -> None:
    class Pretender(types.ModuleType):
        @property
        def __class__(self) -> Any:
            return keras.Model

    assert refusal(Pretender("x"))


def test_json_numbers_survive_in_64_bits() -> None:
    for number in (2**63 - 1, -(2**63) + 1, 0.1, 1e-320, 1.7976931348623157e308):
        assert json.loads(reply_text(x=Scalar(number)))["values"]["x"]["value"] == number
        assert same(crossed(number), number)
