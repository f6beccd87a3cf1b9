"""How Keras programs are spelled: ways to write a network, a compile call or a fit that mean the same.

Names of layers in the source are those of ``keras.layers``; what a solution imports otherwise is left as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

Way = tuple[str, Callable[[], None]]
Fresh = Callable[[str], str]

_FIRST = {
    "Dense": "units",
    "Dropout": "rate",
    "Conv2D": "filters",
    "MaxPooling2D": "pool_size",
    "Activation": "activation",
}
_LOSSES = {
    "sparse_categorical_crossentropy": "keras.losses.SparseCategoricalCrossentropy()",
    "categorical_crossentropy": "keras.losses.CategoricalCrossentropy()",
    "mean_squared_error": "keras.losses.MeanSquaredError()",
}
_OPTIMIZERS = {
    "adam": "keras.optimizers.Adam()",
    "rmsprop": "keras.optimizers.RMSprop(learning_rate=0.001)",
    "sgd": "keras.optimizers.SGD(0.01)",
    "adadelta": "keras.optimizers.Adadelta(learning_rate=0.001)",
}
_ACTIVATIONS = ("relu", "softmax", "tanh", "sigmoid")


def ways(tree: ast.Module, fresh: Fresh) -> Iterator[Way]:
    """All that can be spelled otherwise in a program."""
    if not any(isinstance(node, ast.Name) and node.id == "keras" for node in ast.walk(tree)):
        return
    yield from _whole(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _calls(node)
            if _name_of(node) == "Sequential" and len(node.args) == 1 and isinstance(node.args[0], ast.List):
                yield from _lists(node.args[0], fresh)
    for place, statement in enumerate(tree.body):
        yield from _assigned(tree, place, statement, fresh)


def _whole(tree: ast.Module) -> Iterator[Way]:
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute) and _dotted(node) == "keras.layers"]
    if found and "layers" not in names:

        def short() -> None:
            _Replaced({"keras.layers": "layers"}).visit(tree)
            tree.body.insert(0, ast.parse("from keras import layers").body[0])

        yield "from keras import layers", short
    if found and "tf" not in names:

        def tensorflow() -> None:
            _Replaced({"keras.layers": "tf.keras.layers", "keras.Sequential": "tf.keras.models.Sequential"}).visit(tree)
            tree.body.insert(0, ast.parse("import tensorflow as tf").body[0])

        yield "tf.keras", tensorflow


class _Replaced(ast.NodeTransformer):
    def __init__(self, names: dict[str, str]) -> None:
        self._names = names

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        new = self._names.get(_dotted(node))
        return _expression(new) if new is not None else self.generic_visit(node)


def _calls(call: ast.Call) -> Iterator[Way]:
    name = _name_of(call)
    first = _FIRST.get(name)
    if first is not None and call.args and not any(one.arg == first for one in call.keywords) and len(call.args) == 1:
        yield f"{first}=", lambda: _name_first(call, first)
    if name == "Conv2D" and len(call.args) == 2:
        yield "kernel_size=", lambda: _name_second(call)
    for place, argument in enumerate(call.args):
        if name in {"Conv2D", "MaxPooling2D"} and isinstance(argument, ast.Tuple) and _all_equal(argument.elts):
            yield "one number for both axes", _setting(call.args, place, argument.elts[0])
            yield "a list of both axes", _setting(call.args, place, ast.List(argument.elts, ast.Load()))
    for keyword in call.keywords:
        yield from _keywords(keyword)
    if name in _FIRST and name != "Activation" and not any(one.arg in {"dtype", None} for one in call.keywords):
        yield "dtype=", lambda: call.keywords.append(ast.keyword("dtype", ast.Constant("float32")))
    if name in {"Conv2D", "MaxPooling2D"} and not any(one.arg in {"padding", None} for one in call.keywords):
        yield "padding='valid'", lambda: call.keywords.append(ast.keyword("padding", ast.Constant("valid")))
    if name in {"Dense", "Conv2D"} and not any(one.arg in {"use_bias", None} for one in call.keywords):
        yield "use_bias=True", lambda: call.keywords.append(ast.keyword("use_bias", ast.Constant(True)))
    if name == "fit" and not any(one.arg in {"shuffle", None} for one in call.keywords):
        yield "shuffle=True", lambda: call.keywords.append(ast.keyword("shuffle", ast.Constant(True)))
    if name == "fit" and len(call.args) == 2 and not any(one.arg in {"x", "y", None} for one in call.keywords):
        yield "x=, y=", lambda: _name_both(call)


def _keywords(keyword: ast.keyword) -> Iterator[Way]:
    value = keyword.value
    if not isinstance(value, ast.Constant | ast.List):
        return
    told = value.value if isinstance(value, ast.Constant) else None
    if keyword.arg == "activation" and told in _ACTIVATIONS:
        yield "the activation's function", _setting(keyword, "value", _expression(f"keras.activations.{told}"))
    elif keyword.arg == "loss" and told in _LOSSES:
        yield "the loss's class", _setting(keyword, "value", _expression(_LOSSES[str(told)]))
    elif keyword.arg == "optimizer" and told in _OPTIMIZERS:
        yield "the optimizer's class", _setting(keyword, "value", _expression(_OPTIMIZERS[str(told)]))
    elif keyword.arg == "metrics" and isinstance(value, ast.List) and ast.unparse(value) == "['accuracy']":
        yield "metrics of a tuple", _setting(keyword, "value", _expression("list(('accuracy',))"))


def _lists(layers: ast.List, fresh: Fresh) -> Iterator[Way]:
    items = layers.elts
    for place, item in enumerate(items):
        if not isinstance(item, ast.Call):
            continue
        activation = next((one for one in item.keywords if one.arg == "activation"), None)
        if (
            activation is not None
            and isinstance(activation.value, ast.Constant)
            and _name_of(item) in {"Dense", "Conv2D"}
        ):
            yield from _activations(items, place, item, activation)
        if _name_of(item) == "Flatten":
            yield "Reshape", _setting(items, place, _expression("keras.layers.Reshape((-1,))"))
        if place and _name_of(item) in _FIRST:
            for title, text in _IDLE.items():
                yield title, _inserted(items, place, text)
    inner = [place for place, item in enumerate(items) if place and _name_of(item) in {*_FIRST, "Flatten"}]
    if len(inner) > 2:
        first, last = inner[len(inner) // 3], inner[-1]
        yield "a block within", lambda: _nest(items, first, last)


_IDLE = {
    "Dropout(0)": "keras.layers.Dropout(0)",
    "a linear activation": "keras.layers.Activation('linear')",
    "Identity": "keras.layers.Identity()",
}


def _activations(items: list[ast.expr], place: int, item: ast.Call, activation: ast.keyword) -> Iterator[Way]:
    told = activation.value.value if isinstance(activation.value, ast.Constant) else None
    own = {"relu": "keras.layers.ReLU()", "softmax": "keras.layers.Softmax()"}

    def apart(text: str) -> Callable[[], None]:
        def separate() -> None:
            item.keywords.remove(activation)
            items.insert(place + 1, _expression(text))

        return separate

    if isinstance(told, str):
        yield "Activation", apart(f"keras.layers.Activation({told!r})")
        if told in own:
            yield "a layer for the activation", apart(own[told])


def _nest(items: list[ast.expr], first: int, last: int) -> None:
    block = ast.Call(_expression("keras.Sequential"), [ast.List(items[first : last + 1], ast.Load())], [])
    items[first : last + 1] = [block]


def _assigned(tree: ast.Module, place: int, statement: ast.stmt, fresh: Fresh) -> Iterator[Way]:
    match statement:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Call(args=[ast.List(elts=[_, *_] as items)], keywords=[]) as call
        ) if _name_of(call) == "Sequential" and not any(isinstance(one, ast.Starred) for one in items):

            def become(text: str) -> None:
                tree.body[place : place + 1] = ast.parse(text).body

            added = [f"{name} = keras.Sequential()", *(f"{name}.add({ast.unparse(one)})" for one in items)]
            yield "layers are added", lambda: become("\n".join(added))
            listed = fresh("parts")
            loop = f"{name} = keras.Sequential()\nfor one_of_{listed} in {listed}:\n    {name}.add(one_of_{listed})"
            yield "layers in a list", lambda: become(f"{listed} = {ast.unparse(call.args[0])}\n{loop}")
            if _name_of(items[0]) == "Input" and len(items) > 1:
                inputs, x = fresh("inputs"), fresh("x")
                lines = [f"{inputs} = {ast.unparse(items[0])}", f"{x} = {inputs}"]
                lines += [f"{x} = {ast.unparse(one)}({x})" for one in items[1:]]
                yield "functional", lambda: become("\n".join([*lines, f"{name} = keras.Model({inputs}, {x})"]))
                function = fresh("build")
                body = "\n".join(
                    f"    {line}" for line in [*lines, f"return keras.Model(inputs={inputs}, outputs={x})"]
                )
                yield "a function that builds", lambda: become(f"def {function}():\n{body}\n{name} = {function}()")


def _name_first(call: ast.Call, name: str) -> None:
    call.keywords.insert(0, ast.keyword(name, call.args.pop(0)))


def _name_second(call: ast.Call) -> None:
    call.keywords.insert(0, ast.keyword("kernel_size", call.args.pop(1)))


def _name_both(call: ast.Call) -> None:
    call.keywords[:0] = [ast.keyword("x", call.args[0]), ast.keyword("y", call.args[1])]
    call.args.clear()


def _setting(holder: Any, key: Any, value: ast.expr) -> Callable[[], None]:
    def put() -> None:
        if isinstance(key, str):
            setattr(holder, key, value)
        else:
            holder[key] = value

    return put


def _inserted(items: list[ast.expr], place: int, text: str) -> Callable[[], None]:
    return lambda: items.insert(place, _expression(text))


def _all_equal(items: list[ast.expr]) -> bool:
    return len({ast.dump(one) for one in items}) == 1


def _name_of(node: ast.AST) -> str:
    """``"Dense"`` of ``keras.layers.Dense(…)``."""
    function = node.func if isinstance(node, ast.Call) else None
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return f"{_dotted(node.value)}.{node.attr}" if isinstance(node, ast.Attribute) else "?"


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
