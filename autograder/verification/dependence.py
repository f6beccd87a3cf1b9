"""Which cells of a notebook have to be run again when one of them has changed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache

from autograder.exam.names import names_of, python_of
from autograder.exam.notebook import Cell


class Dependence:
    """What the cells of a notebook make, use and change, read from their syntax."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self._cells = cells
        read = [names_of(cell.source) if cell.code else None for cell in cells]
        self._makes = [one.makes if one else frozenset() for one in read]
        self._uses = [one.uses | one.builtins if one else frozenset() for one in read]
        self._changes = [_changed(cell.source) if one else frozenset() for cell, one in zip(cells, read, strict=True)]

    @cached_property
    def needed(self) -> frozenset[int]:
        """Cells that test cells and solution cells build on: all but pictures and examples."""
        return self.needed_by(index for index, cell in enumerate(self._cells) if cell.code and cell.grade_id)

    def needed_by(self, cells: Iterable[int]) -> frozenset[int]:
        """These cells and those that they build on, which make what they use or change it."""
        needed = set(cells)
        while True:
            wanted = {name for index in needed for name in self._uses[index]}
            more = {
                index
                for index, cell in enumerate(self._cells)
                if cell.code and index not in needed and (self._makes[index] | self._changes[index]) & wanted
            }
            if not more:
                return frozenset(needed)
            needed |= more

    def of_change(self, changed: int, makes: frozenset[str] = frozenset()) -> tuple[list[int], frozenset[str]]:
        """The cells to run again, in order, and the names that may have another value then.

        Run again is all that uses what the changed cell makes or changes, and before it what brings to its former
        state what is changed on the way.
        """
        touched = set(self._makes[changed] | self._changes[changed] | makes)
        again = {changed}
        while True:
            before = (len(touched), len(again))
            for index in sorted(self.needed):
                cell = self._cells[index]
                if cell.is_test or index in again:
                    continue
                later = index > changed and bool((self._uses[index] | self._changes[index]) & touched)
                restores = bool((self._makes[index] | self._changes[index]) & touched)
                if later or restores:
                    again.add(index)
            for index in again:
                touched |= self._makes[index] | self._changes[index]
            if (len(touched), len(again)) == before:
                return sorted(again), frozenset(touched)


@lru_cache(maxsize=512)
def _changed(source: str) -> frozenset[str]:
    """Names whose object a cell may change: a method of it is called as a statement of its own, or an item is set."""
    try:
        tree = ast.parse(python_of(source))
    except SyntaxError:
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in _CHANGING and isinstance(node.func.value, ast.Name):
                found.add(node.func.value.id)
        elif isinstance(node, ast.Subscript | ast.Attribute) and isinstance(node.ctx, ast.Store):
            inner = node.value
            if isinstance(inner, ast.Name):
                found.add(inner.id)
    return frozenset(found)


_CHANGING = frozenset(
    {"add", "append", "build", "clear", "compile", "extend", "fit", "insert", "load_weights", "pop", "remove"}
    | {"set_weights", "setdefault", "sort", "train_on_batch", "update"}
)
"""Methods that change the object that they belong to."""
