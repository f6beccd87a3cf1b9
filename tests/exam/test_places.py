"""Where cells stand in the file of a notebook."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.exam.places import places_of
from tests.exam.notebooks import answered, code, notebook, solution, test

TREE = notebook(solution("a", "a = 1\nb = 2\nc = 3"), test("test-a", 1, "assert a\nassert b"), code("x = 1"))


def laid_out(tree: Any, indent: int | None, *, sort_keys: bool = True) -> bytes:
    cells = [{**cell, "source": cell["source"].splitlines(keepends=True)} for cell in tree["cells"]]
    return json.dumps({**tree, "cells": cells}, indent=indent, sort_keys=sort_keys).encode()


def test_each_cell_and_each_of_its_lines_is_found() -> None:
    content = laid_out(TREE, 1)
    lines = content.decode().splitlines()
    first, second, third = places_of(content)
    assert (first.grade_id, second.grade_id, third.grade_id) == ("a", "test-a", "")
    assert [place.position for place in (first, second, third)] == [1, 2, 3]
    assert [lines[line - 1].strip().rstrip(",") for line in first.lines] == ['"a = 1\\n"', '"b = 2\\n"', '"c = 3"']
    for place in (first, second, third):
        assert lines[place.first - 1].strip() == "{"
        assert lines[place.last - 1].strip().rstrip(",") == "}"


def test_a_cell_that_looks_like_the_fields_of_a_notebook_misleads_nobody() -> None:
    tree = notebook(code('"cells": [], "source": ["x"]'), code("y = 2"))
    tree["metadata"] = {"cells": [], "source": ["y = 2"]}
    content = laid_out(tree, 2)
    lines = content.decode().splitlines()
    places = places_of(content)
    assert [lines[place.lines[0] - 1].strip() for place in places] == [
        '"\\"cells\\": [], \\"source\\": [\\"x\\"]"',
        '"y = 2"',
    ]


def test_a_notebook_on_one_line_has_all_its_cells_there_and_what_is_no_notebook_has_none() -> None:
    assert {(place.first, place.last) for place in places_of(laid_out(TREE, None))} == {(1, 1)}
    for content in (b"", b"{}", b"[]", b"\xff", b'{"nbformat": 4, "cells": 3}', b"[" * 10_000):
        assert places_of(content) == []


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.text(max_size=10), max_size=4), max_size=4), st.integers(0, 3), st.booleans())
def test_whatever_is_in_a_cell_its_lines_are_those_of_the_file(
    sources: list[list[str]], indent: int, sort_keys: bool
) -> None:
    tree = answered(notebook(*(code("x") for _source in sources)))
    for cell, source in zip(tree["cells"], sources, strict=True):
        cell["source"] = source
    content = json.dumps(tree, indent=indent, sort_keys=sort_keys).encode()
    lines = content.decode().split("\n")
    for place, source in zip(places_of(content), sources, strict=True):
        assert [json.loads(lines[line - 1].strip().rstrip(",")) for line in place.lines] == source
