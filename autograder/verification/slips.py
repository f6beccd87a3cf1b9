"""Programs that say almost the same: a solution with one slip. Whether it matters is found out by running it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

from hypothesis import assume
from hypothesis import strategies as st

from autograder.exam.names import python_of
from autograder.verification.rewriting import Program

_OPERATORS: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.FloorDiv),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult, ast.Mod),
    ast.Pow: (ast.Mult, ast.Add),
    ast.Mod: (ast.FloorDiv,),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
_FUNCTIONS = {
    "mean": ("sum", "max", "median"),
    "sum": ("mean", "max"),
    "max": ("min", "mean", "sum"),
    "min": ("max", "mean"),
    "argmin": ("argmax",),
    "argmax": ("argmin",),
    "ceil": ("floor", "round"),
    "floor": ("ceil",),
    "log": ("log2", "log10", "exp"),
    "sqrt": ("square", "abs"),
    "zeros": ("ones",),
    "eye": ("ones",),
    "to_categorical": ("one_hot",),
}
_WRAPPERS = frozenset({"abs", "sqrt", "log", "ceil", "int", "round", "clip", "sum", "mean", "asarray", "max"})


@st.composite
def slipped(draw: st.DrawFn, source: str) -> Program:
    """A cell with one slip: another operator, number, function, name, axis, text, branch or order, or a line less."""
    tree = ast.parse(python_of(source))
    count = sum(1 for _slip in _slips(tree))
    assume(count)
    program = slip_of(source, draw(st.integers(0, count - 1)))
    # To leave out one of two equal lines, or to exchange equal ones, is no slip.
    assume(program.text != ast.unparse(tree))
    return program


def slip_of(source: str, index: int) -> Program:
    """The slip of this number, of all that can be made in a cell."""
    tree = ast.parse(python_of(source))
    name, change = list(_slips(tree))[index]
    before = ast.unparse(tree)
    change()
    text = ast.unparse(ast.fix_missing_locations(tree))
    return Program(text, f"{name}: {_difference(before, text)}")


def _difference(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    gone = [line.strip() for line in old if line not in new]
    come = [line.strip() for line in new if line not in old]
    return f"{' | '.join(gone[:2]) or 'nothing'} → {' | '.join(come[:2]) or 'nothing'}"[:300]


Slip = tuple[str, Callable[[], object]]


def _slips(tree: ast.Module) -> Iterator[Slip]:
    fixed = _texts(tree)
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            nodes = value if isinstance(value, list) else [value]
            for place, node in enumerate(nodes):
                if not isinstance(node, ast.expr) or id(node) in fixed:
                    continue
                for name, other in _others(node):
                    yield name, _put(parent, field, place if isinstance(value, list) else None, other)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from _swapped_names(node)
        for field in ("body", "orelse"):
            body = getattr(node, field, None)
            if isinstance(body, list) and len(body) > 1 and isinstance(body[0], ast.stmt):
                for place, statement in enumerate(body):
                    if (
                        not isinstance(statement, ast.FunctionDef | ast.Import | ast.ImportFrom)
                        and id(statement) not in fixed
                    ):
                        yield "a line is left out", _leave_out(body, place)
        if isinstance(node, ast.If) and node.orelse:
            yield "branches exchanged", _exchange(node)
        if isinstance(node, ast.Return) and node.value is not None:
            yield "nothing is returned", _put(node, "value", None, ast.Constant(None))


def _texts(tree: ast.AST) -> set[int]:
    """Documentation, and what is printed or drawn: it means nothing to a test."""
    fixed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or _shows(node.value)):
            fixed.add(id(node))
            fixed |= {id(below) for below in ast.walk(node)}
        if isinstance(node, ast.keyword) and node.arg in {"verbose", "layout", "figsize", "label", "marker"}:
            fixed |= {id(below) for below in ast.walk(node)}
        if isinstance(getattr(node, "ctx", None), ast.Store):
            fixed.add(id(node))
    return fixed


def _shows(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    text = ast.unparse(node.func)
    return text == "print" or text.startswith(("plt.", "axis.", "axes", "figure."))


def _others(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            for other in _OPERATORS.get(type(op), ()):
                yield "another operator", ast.BinOp(left, other(), right)
            yield "a part is left out", left
            yield "a part is left out", right
            if isinstance(op, ast.Sub | ast.Div | ast.FloorDiv | ast.Pow):
                yield "operands exchanged", ast.BinOp(right, op, left)
        case ast.UnaryOp(operand=operand):
            yield "a sign is left out", operand
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            for compared in _COMPARISONS.get(type(op), ()):
                yield "another comparison", ast.Compare(left, [compared()], [right])
        case ast.IfExp(test=test, body=body, orelse=other):
            yield "branches exchanged", ast.IfExp(test, other, body)
        case ast.Constant(value=bool() as truth):
            yield "true and false exchanged", ast.Constant(not truth)
        case ast.Constant(value=int() as number):
            for near in sorted({number + 1, abs(number - 1), 2 * number, 0} - {number}):
                yield "another number", ast.Constant(near)
        case ast.Constant(value=float() as number):
            for factor in (0.5, 2.0, 10.0):
                yield "another number", ast.Constant(number * factor)
        case ast.Constant(value=str() as text) if text:
            for other_text in _WORDS.get(text, (f"{text}x",)):
                yield "another word", ast.Constant(other_text)
        case ast.Call():
            yield from _other_calls(node)
        case ast.List(elts=[_, _, *_] as items) | ast.Tuple(elts=[_, _, *_] as items):
            yield "the order turned", type(node)(items[::-1], ast.Load())
            yield "the first is left out", type(node)(items[1:], ast.Load())
            yield "the last is left out", type(node)(items[:-1], ast.Load())
            yield "the last comes twice", type(node)([*items, items[-1]], ast.Load())


_WORDS = {
    "float32": ("float64", "int32"),
    "valid": ("same",),
    "same": ("valid",),
    "val_loss": ("loss",),
    "val_accuracy": ("accuracy",),
    "accuracy": ("val_accuracy",),
    "fits": ("overfits", "underfits"),
    "overfits": ("fits", "underfits"),
    "underfits": ("fits", "overfits"),
    "slow": ("arrives", "diverges"),
    "arrives": ("slow", "diverges"),
    "diverges": ("slow", "arrives"),
    "#008800": ("green", "#bb0000"),
    "#bb0000": ("red", "#008800"),
}


def _other_calls(call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    for other in _FUNCTIONS.get(name, ()):
        function = copy.deepcopy(call.func)
        if isinstance(function, ast.Attribute):
            function.attr = other
        elif isinstance(function, ast.Name):
            function.id = other
        yield f"{other} for {name}", ast.Call(function, call.args, call.keywords)
    if name in _WRAPPERS and call.args:
        yield f"{name} is left out", call.args[0]
    if (
        name in {"sum", "mean", "max", "min", "copy", "astype"}
        and isinstance(call.func, ast.Attribute)
        and not call.args
    ):
        yield f"{name} is left out", call.func.value
    if len(call.args) == 2:
        yield "arguments exchanged", ast.Call(call.func, call.args[::-1], call.keywords)
    for keyword in call.keywords:
        if keyword.arg in {"axis", "validation_split", "batch_size", "dtype"}:
            rest = [one for one in call.keywords if one is not keyword]
            yield f"{keyword.arg} is left out", ast.Call(call.func, call.args, rest)


def _swapped_names(function: ast.FunctionDef) -> Iterator[Slip]:
    parameters = [one.arg for one in function.args.args]
    uses = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in parameters
    ]
    for node in uses:
        for other in parameters:
            if other != node.id:
                yield f"{other} for {node.id}", _rename(node, other)


def _put(parent: ast.AST, field: str, place: int | None, other: ast.expr) -> Callable[[], object]:
    def change() -> None:
        if place is None:
            setattr(parent, field, other)
        else:
            getattr(parent, field)[place] = other

    return change


def _leave_out(body: list[ast.stmt], place: int) -> Callable[[], object]:
    return lambda: body.pop(place)


def _exchange(node: ast.If) -> Callable[[], object]:
    def change() -> None:
        node.body, node.orelse = node.orelse, node.body

    return change


def _rename(node: ast.Name, name: str) -> Callable[[], object]:
    return lambda: setattr(node, "id", name)
