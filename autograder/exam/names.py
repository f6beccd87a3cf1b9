"""Which names a cell uses and which it makes, read from its syntax alone."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autograder.exam.notebook import Cell

BUILTINS = frozenset(dir(builtins)) | {"__name__", "display"}


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell takes from the cells before it, and what it leaves to those after it."""

    uses: frozenset[str]
    makes: frozenset[str]


def names_of(source: str) -> Names | None:
    """The names of a cell of Python; ``None`` if it is not plain Python (a magic, a syntax error)."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    scope = _Scope()
    scope.run(tree.body)
    return Names(frozenset(scope.uses - BUILTINS), frozenset(scope.bound))


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which side each cell of a source notebook runs on besides the student's, and who owns a name."""

    instructor_cells: frozenset[int]
    """Indices of locked cells that use instructor names only: the examiner runs them too."""
    instructor_names: frozenset[str]
    makers: dict[str, str]
    """Student's name → ``grade_id`` of the solution cell that is meant to make it."""


def ownership(cells: Sequence[Cell]) -> Ownership:
    """Divides the names of a source notebook between the instructor and the student."""
    instructor_cells: set[int] = set()
    instructor_names: set[str] = set()
    makers: dict[str, str] = {}
    for index, cell in enumerate(cells):
        names = names_of(cell.source) if cell.code else None
        if names is None:
            continue
        if cell.solution:
            makers.update({name: cell.grade_id for name in names.makes if name not in makers})
        elif cell.is_test:
            instructor_names |= names.makes
        elif (cell.locked or not cell.grade_id) and names.uses <= instructor_names:
            instructor_cells.add(index)
            instructor_names |= names.makes
    return Ownership(frozenset(instructor_cells), frozenset(instructor_names), makers)


class _Scope(ast.NodeVisitor):
    """One scope, visited in the order in which Python evaluates it."""

    def __init__(self) -> None:
        self.bound: set[str] = set()
        self.uses: set[str] = set()
        self.later: list[ast.AST] = []

    def run(self, body: Iterable[ast.AST]) -> None:
        """Visits the statements, then the bodies of functions, which run when all is bound."""
        for node in body:
            self.visit(node)
        for function in self.later:
            inner = _Scope()
            inner.bound |= _parameters(function)
            content = function.body  # type: ignore[attr-defined]
            inner.run(content if isinstance(content, list) else [content])
            self.uses |= inner.uses - _local_names(function) - self.bound

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            if node.id not in self.bound:
                self.uses.add(node.id)
        else:
            self.bound.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self.visit_Name(ast.Name(node.target.id, ast.Load()))
        self.visit(node.target)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for child in (*node.body, *node.orelse):
            self.visit(child)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for outside in (*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(outside)
        self.bound.add(node.name)
        self.later.append(node)

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in (*node.args.defaults, *filter(None, node.args.kw_defaults)):
            self.visit(default)
        self.later.append(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for outside in (*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords)):
            self.visit(outside)
        inner = _Scope()
        inner.bound |= self.bound
        inner.run(node.body)
        self.uses |= inner.uses
        self.bound.add(node.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self.bound.add(node.name)
        self.generic_visit(node)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        inner = _Scope()
        inner.bound |= self.bound
        for generator in node.generators:
            inner.visit(generator.iter)
            inner.visit(generator.target)
            for condition in generator.ifs:
                inner.visit(condition)
        results = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        for result in results:
            inner.visit(result)
        self.later.extend(inner.later)
        self.uses |= inner.uses

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension  # noqa: N815


def _parameters(function: ast.AST) -> set[str]:
    arguments: ast.arguments = function.args  # type: ignore[attr-defined]
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return {argument.arg for argument in (*every, arguments.vararg, arguments.kwarg) if argument}


def _local_names(function: ast.AST) -> set[str]:
    """Names that the function binds itself: they are its own wherever in it they stand."""
    shared = {name for node in ast.walk(function) if isinstance(node, ast.Global | ast.Nonlocal) for name in node.names}
    stored = {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }
    return stored - shared
