"""Which names a cell uses and which it makes, read from its syntax alone."""

from __future__ import annotations

import ast
import builtins
import contextlib
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograder.exam.notebook import Cell

BUILTINS = frozenset(dir(builtins)) | {"__name__", "display", "get_ipython"}


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell takes from the cells before it, and what it leaves to those after it."""

    uses: frozenset[str]
    """Without the builtins."""
    makes: frozenset[str]
    imports: frozenset[str] = frozenset()
    """Those of :attr:`makes` that are imported and nothing else."""
    builtins: frozenset[str] = frozenset()
    """Builtins that it uses, unless a cell before it gave their names to something else."""


def python_of(source: str) -> str:
    """A cell with its magics (``%matplotlib inline``, ``!ls``) spelled out as the calls that IPython makes.

    What is no Python even so is given back as it is.
    """
    try:
        ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager

        with warnings.catch_warnings(), contextlib.suppress(SyntaxError):
            # Of text that is no Python, IPython may warn before it gives up.
            warnings.simplefilter("ignore")
            return str(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
    return source


def names_of(source: str) -> Names | None:
    """The names of a cell; ``None`` if it is no Python even with its magics spelled out."""
    try:
        return _names_of(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


# The cells of a source notebook are the same for a whole class.
@lru_cache(maxsize=512)
def _names_of(source: str) -> Names:
    tree = ast.parse(python_of(source))
    scope = _Scope()
    scope.run(tree.body)
    return Names(
        uses=frozenset(scope.uses - BUILTINS),
        makes=frozenset(scope.bound),
        imports=frozenset(scope.imported & scope.bound),
        builtins=frozenset(scope.uses & BUILTINS),
    )


@dataclass(frozen=True, slots=True)
class Ownership:
    """Which side each cell of a source notebook runs on besides the student's, and who owns a name."""

    instructor_cells: frozenset[int]
    """Indices of locked cells that use instructor names only: the examiner runs them too."""
    asked: Mapping[str, tuple[str, ...]]
    """``grade_id`` of a test cell → the names that it takes from the student."""
    makers: Mapping[str, str]
    """Student's name → ``grade_id`` of the solution cell that is meant to make it."""
    nobodys: frozenset[str] = frozenset()
    """Names that test cells ask for and no cell makes: slips of the author's. Known only of a source notebook
    whose solutions are there and all are Python."""


def ownership(cells: Sequence[Cell]) -> Ownership:
    """Divides the names of a source notebook between the instructor and the student.

    A name belongs to whoever gave it its last value above the cell that uses it, as the source notebook
    with its solutions has it.
    """
    instructor_cells: set[int] = set()
    asked: dict[str, tuple[str, ...]] = {}
    instructors: set[str] = set()
    students: set[str] = set()
    makers: dict[str, str] = {}
    made_by_any: set[str] = set()
    complete = True
    for index, cell in enumerate(cells):
        names = names_of(cell.source) if cell.code else None
        if names is None:
            complete = complete and not cell.code
            continue
        made_by_any |= names.makes
        complete = complete and not (cell.solution and "NotImplementedError" in cell.source) and "*" not in names.makes
        if cell.is_test:
            asked[cell.grade_id] = tuple(sorted((names.uses | (names.builtins & students)) - instructors))
            instructors |= names.makes
            students -= names.makes
            continue
        if (cell.locked or not cell.grade_id) and not cell.solution and names.uses <= instructors:
            instructor_cells.add(index)
            instructors |= names.makes
            students -= names.makes
            continue
        # To import once more what the instructor imported makes it no other thing.
        made = names.makes - (names.imports & instructors)
        instructors -= made
        students |= made
        if cell.solution:
            makers.update({name: cell.grade_id for name in made if name not in makers})
    nobodys = {name for used in asked.values() for name in used} - made_by_any if complete else set()
    return Ownership(frozenset(instructor_cells), asked, makers, frozenset(nobodys))


class _Scope(ast.NodeVisitor):
    """One scope, visited in the order in which Python evaluates it."""

    def __init__(self, outer: frozenset[str] = frozenset()) -> None:
        self.bound: set[str] = set()
        self.imported: set[str] = set()
        self.uses: set[str] = set()
        self._outer = outer
        self._later: list[tuple[ast.AST, frozenset[str]]] = []

    def run(self, body: Iterable[ast.AST]) -> None:
        """Visits the statements, then the bodies of functions, which run when all is bound."""
        for node in body:
            self.visit(node)
        for function, around in self._later:
            inner = _Scope()
            inner.bound |= _parameters(function)
            content = function.body  # type: ignore[attr-defined]
            inner.run(content if isinstance(content, list) else [content])
            stored, shared = _stored_in(function), _said_in(function, ast.Global)
            self.bound |= stored & shared
            own = stored - shared - _said_in(function, ast.Nonlocal)
            self.uses |= inner.uses - own - self.bound - around

    def _use(self, name: str) -> None:
        if name not in self.bound and name not in self._outer:
            self.uses.add(name)

    def _bind(self, name: str | None) -> None:
        if name:
            self.bound.add(name)
            self.imported.discard(name)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self._bind(node.id)
            return
        self._use(node.id)
        if isinstance(node.ctx, ast.Del):
            self.bound.discard(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._visit_all(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._visit_all(node.annotation, node.value)
        # An annotation alone gives its name no value.
        if node.value is not None or not isinstance(node.target, ast.Name):
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        if isinstance(node.target, ast.Name):
            self._use(node.target.id)
        self.visit(node.target)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._visit_all(node.value, node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._visit_all(node.iter, node.target, *node.body, *node.orelse)

    visit_AsyncFor = visit_For  # noqa: N815

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        names = {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        self.imported |= names - self.bound
        self.bound |= names

    visit_ImportFrom = visit_Import  # noqa: N815

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._visit_all(*node.decorator_list, *_outside(node.args), node.returns)
        self._bind(node.name)
        self._later.append((node, frozenset()))

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._visit_all(*_outside(node.args))
        self._later.append((node, frozenset()))

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(*node.decorator_list, *node.bases, *(keyword.value for keyword in node.keywords))
        inner = _Scope(frozenset(self.bound) | self._outer)
        inner._visit_all(*node.body)
        self.uses |= inner.uses
        # A class's own names are not seen by its methods.
        self._later.extend(inner._later)
        self._bind(node.name)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        self._bind(node.name)
        self._visit_all(*node.body)
        if node.name:
            self.bound.discard(node.name)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        self.generic_visit(node)
        self._bind(node.name)

    def visit_MatchStar(self, node: ast.MatchStar) -> None:
        self._bind(node.name)

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        self.generic_visit(node)
        self._bind(node.rest)

    def _comprehension(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> None:
        inner = _Scope(frozenset(self.bound) | self._outer)
        for generator in node.generators:
            inner._visit_all(generator.iter, generator.target, *generator.ifs)
        inner._visit_all(*((node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)))
        self.uses |= inner.uses
        self._later.extend((function, around | inner.bound) for function, around in inner._later)
        # What := names inside is the scope's around it.
        for walrus in ast.walk(node):
            if isinstance(walrus, ast.NamedExpr):
                self._bind(walrus.target.id)

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _comprehension  # noqa: N815

    def _visit_all(self, *nodes: ast.AST | None) -> None:
        for node in nodes:
            if node is not None:
                self.visit(node)


def _outside(arguments: ast.arguments) -> list[ast.expr | None]:
    """What is evaluated where a function is defined: defaults and annotations."""
    every = _every(arguments)
    return [*arguments.defaults, *arguments.kw_defaults, *(argument.annotation for argument in every)]


def _every(arguments: ast.arguments) -> list[ast.arg]:
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return [*named, *(argument for argument in (arguments.vararg, arguments.kwarg) if argument)]


def _parameters(function: ast.AST) -> set[str]:
    arguments: ast.arguments = function.args  # type: ignore[attr-defined]
    return {argument.arg for argument in _every(arguments)}


def _stored_in(function: ast.AST) -> set[str]:
    """Names that the function binds, wherever in it they stand."""
    return {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del)
    }


def _said_in(function: ast.AST, statement: type[ast.Global] | type[ast.Nonlocal]) -> set[str]:
    """Names that the function says are another scope's."""
    return {name for node in ast.walk(function) if isinstance(node, statement) for name in node.names}
