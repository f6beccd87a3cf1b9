"""Programs that say the same: a solution rewritten as other people write it. Each rewriting keeps its meaning."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from autograder.exam.names import names_of, python_of
from autograder.verification import spelling


@dataclass(frozen=True, slots=True)
class Program:
    """A solution cell, rewritten."""

    text: str
    about: str
    """What was done to it."""

    @property
    def key(self) -> str:
        """The same for the same text."""
        return self.text


@dataclass(slots=True)
class Draft:
    """A program that is being rewritten."""

    tree: ast.Module
    kept: frozenset[str]
    """Names that others use and that stay as they are."""
    count: int = 0
    """How many names were made up so far."""
    done: list[str] = field(default_factory=list)

    def fresh(self, stem: str) -> str:
        """A name that the program does not have."""
        self.count += 1
        return f"{stem}_{self.count}"


@st.composite
def rewritten(draw: st.DrawFn, source: str, kept: frozenset[str]) -> Program:
    """A cell rewritten one to five times; ``kept`` are the names that other cells and tests use."""
    draft = Draft(ast.parse(python_of(source)), kept)
    for _time in range(draw(st.integers(1, 5))):
        ways = list(_ways(draft))
        assume(ways)
        name, rewrite = draw(st.sampled_from(ways))
        rewrite()
        draft.done.append(name)
    text = ast.unparse(ast.fix_missing_locations(draft.tree))
    decoration = draw(
        st.sampled_from(["", "", "%matplotlib inline\n", "# my answer\n", "\n\n", "%config Completer.x = 1\n"])
    )
    return Program(decoration + text, ", ".join(draft.done))


Way = tuple[str, Callable[[], None]]


def _ways(draft: Draft) -> Iterator[Way]:
    """All that can be done to a program, each with its name."""
    yield from _expressions(draft)
    yield from _statements(draft)
    yield from spelling.ways(draft.tree, draft.fresh)


def _expressions(draft: Draft) -> Iterator[Way]:
    fixed = _fixed(draft.tree)
    for parent in ast.walk(draft.tree):
        for name, value in ast.iter_fields(parent):
            nodes = value if isinstance(value, list) else [value]
            for place, node in enumerate(nodes):
                if isinstance(node, ast.expr) and id(node) not in fixed:
                    for title, make in _same_expressions(node):
                        yield title, _replacing(parent, name, place if isinstance(value, list) else None, make)


def _replacing(parent: ast.AST, name: str, place: int | None, make: Callable[[], ast.expr]) -> Callable[[], None]:
    def replace() -> None:
        if place is None:
            setattr(parent, name, make())
        else:
            getattr(parent, name)[place] = make()

    return replace


def _fixed(tree: ast.AST) -> set[int]:
    """Nodes that are no plain expressions: targets, texts within texts, slices, documentation, annotations."""
    fixed: set[int] = set()
    for node in ast.walk(tree):
        inner: list[ast.AST | None] = []
        if isinstance(node, ast.JoinedStr | ast.Subscript):
            inner = [node if isinstance(node, ast.JoinedStr) else node.slice]
        elif isinstance(node, ast.arg):
            inner = [node.annotation]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inner = [node.value]
        elif isinstance(node, ast.Delete):
            inner = list(node.targets)
        fixed |= {id(below) for one in inner if one is not None for below in ast.walk(one)}
        if isinstance(getattr(node, "ctx", None), ast.Store):
            fixed.add(id(node))
    return fixed


def _same_expressions(node: ast.expr) -> Iterator[tuple[str, Callable[[], ast.expr]]]:
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            yield "factors swapped", lambda: ast.BinOp(right, ast.Mult(), left)
        case ast.BinOp(left=left, op=ast.Add(), right=right) if _is_number(left) or _is_number(right):
            yield "terms swapped", lambda: ast.BinOp(right, ast.Add(), left)
        case ast.BinOp(left=left, op=ast.Sub(), right=right) if not _is_number(left):
            yield "minus as plus", lambda: ast.BinOp(left, ast.Add(), ast.UnaryOp(ast.USub(), right))
        case ast.BinOp(left=ast.Name() as base, op=ast.Pow(), right=ast.Constant(value=2)):
            yield "square as product", lambda: ast.BinOp(base, ast.Mult(), copy.deepcopy(base))
        case ast.Constant(value=bool()):
            return
        case ast.Constant(value=int() as number) if number >= 2:
            yield "number as sum", lambda: ast.BinOp(ast.Constant(number - 1), ast.Add(), ast.Constant(1))
            yield "number as int(…)", lambda: ast.Call(ast.Name("int", ast.Load()), [ast.Constant(number)], [])
            if number % 2 == 0:
                yield "number as product", lambda: ast.BinOp(ast.Constant(2), ast.Mult(), ast.Constant(number // 2))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _TURNED:
            yield "comparison turned", lambda: ast.Compare(right, [_TURNED[type(op)]()], [left])
        case ast.IfExp(test=test, body=body, orelse=other):
            yield "if turned", lambda: ast.IfExp(ast.UnaryOp(ast.Not(), test), other, body)
        case ast.List(elts=[_, *_] as items, ctx=ast.Load()):
            yield "list of a tuple", lambda: ast.Call(ast.Name("list", ast.Load()), [ast.Tuple(items, ast.Load())], [])
        case ast.Tuple(elts=[_, *_] as items, ctx=ast.Load()):
            yield "tuple of a list", lambda: ast.Call(ast.Name("tuple", ast.Load()), [ast.List(items, ast.Load())], [])
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np"), attr=name)) if name in _NUMPY:
            yield f"np.{_NUMPY[name]}", lambda: _called(node, _NUMPY[name])
        case ast.Call(func=function, args=given, keywords=[_, *_] as named) if all(one.arg for one in named):
            yield "keywords turned", lambda: ast.Call(function, given, named[::-1])
            yield "keywords of a dictionary", lambda: ast.Call(function, given, [ast.keyword(None, _dictionary(named))])


_TURNED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
    ast.Lt: ast.Gt,
    ast.Gt: ast.Lt,
    ast.LtE: ast.GtE,
    ast.GtE: ast.LtE,
}
_NUMPY = {"abs": "absolute", "absolute": "abs", "max": "amax", "min": "amin"}


def _called(node: Any, name: str) -> ast.expr:
    return ast.Call(ast.Attribute(ast.Name("np", ast.Load()), name, ast.Load()), node.args, node.keywords)


def _dictionary(named: list[ast.keyword]) -> ast.expr:
    return ast.Dict([ast.Constant(one.arg) for one in named], [one.value for one in named])


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)


def _statements(draft: Draft) -> Iterator[Way]:
    for body in _bodies(draft.tree):
        for place, statement in enumerate(body):
            first = 1 if _is_text(body[0]) else 0
            if place >= first:
                yield "a line that does nothing", _inserting(draft, body, place)
            yield from _same_statements(draft, body, place, statement)
    yield from _renamings(draft)
    if not any(isinstance(node, ast.Global | ast.Nonlocal) for node in ast.walk(draft.tree)):
        yield (
            "all under an if",
            lambda: setattr(draft.tree, "body", [ast.If(ast.Constant(True), draft.tree.body or [ast.Pass()], [])]),
        )


def _bodies(tree: ast.AST) -> Iterator[list[ast.stmt]]:
    for node in ast.walk(tree):
        for name in ("body", "orelse"):
            body = getattr(node, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt) and not isinstance(node, ast.ClassDef):
                yield body


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _inserting(draft: Draft, body: list[ast.stmt], place: int) -> Callable[[], None]:
    def insert() -> None:
        draft.count += 1
        lines = ("print('step', {n})", "note_{n} = {n}", "pass", "import math", "'here I go on'", "assert True")
        body.insert(place, ast.parse(lines[(draft.count + place) % len(lines)].format(n=draft.count)).body[0])

    return insert


def _same_statements(draft: Draft, body: list[ast.stmt], place: int, statement: ast.stmt) -> Iterator[Way]:
    def become(*others: ast.stmt) -> None:
        body[place : place + 1] = others

    match statement:
        case ast.Assign(targets=[ast.Name(id=made)], value=value):
            name = draft.fresh("first")
            yield "through another name", lambda: become(_assign(name, value), _assign(made, _load(name)))
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if _are_apart(targets, values):
            pairs = list(zip(targets, values, strict=True))
            yield "one after the other", lambda: become(*(ast.Assign([one], other) for one, other in pairs))
        case ast.Return(value=ast.expr() as value):
            name = draft.fresh("result")
            yield "the result has a name", lambda: become(_assign(name, value), ast.Return(_load(name)))
        case ast.If(test=test, body=then, orelse=[_, *_] as other):
            yield "branches turned", lambda: become(ast.If(ast.UnaryOp(ast.Not(), test), other, then))
        case ast.If(test=test, body=[*then, ast.Return() as end], orelse=[]) if body[place + 1 :]:
            rest = body[place + 1 :]

            def else_branch() -> None:
                body[place:] = [ast.If(test, [*then, end], rest)]

            yield "the rest as else", else_branch
        case ast.AugAssign(target=ast.Name(id=name), op=op, value=value):
            yield "written out", lambda: become(_assign(name, ast.BinOp(_load(name), op, value)))
        case ast.For(target=target, iter=sequence, body=inner, orelse=[]):
            listed = ast.Call(_load("list"), [sequence], [])
            yield "over a list", lambda: become(ast.For(target, listed, inner, []))


def _assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _load(name: str) -> ast.expr:
    return ast.Name(name, ast.Load())


def _are_apart(targets: list[ast.expr], values: list[ast.expr]) -> bool:
    made = {node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)}
    used = {node.id for value in values for node in ast.walk(value) if isinstance(node, ast.Name)}
    return len(targets) == len(values) and not made & used and all(isinstance(one, ast.Name) for one in targets)


def _renamings(draft: Draft) -> Iterator[Way]:
    """Other names for variables of functions, and for those of the cell that nobody else uses."""
    read = names_of(ast.unparse(ast.fix_missing_locations(draft.tree)))
    taken = {node.id for node in ast.walk(draft.tree) if isinstance(node, ast.Name)}
    parameters = {node.arg for node in ast.walk(draft.tree) if isinstance(node, ast.arg)}
    if read is None:
        return
    imported = {
        (alias.asname or alias.name).split(".")[0]
        for node in ast.walk(draft.tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    functions = {node.name for node in ast.walk(draft.tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    stored = {n.id for n in ast.walk(draft.tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for name in sorted(stored - draft.kept - parameters - imported - functions - read.uses):
        new = f"my_{name}"
        if new not in taken:
            yield f"{name} is called {new}", _renaming(draft.tree, name, new)


def _renaming(tree: ast.AST, name: str, new: str) -> Callable[[], None]:
    def rename() -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == name:
                node.id = new

    return rename
