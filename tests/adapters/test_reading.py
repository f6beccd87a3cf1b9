"""What nbgrader reads of a file that anybody may have made."""

from __future__ import annotations

import io
import json
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_output

from autograder.adapters.reading import BoundedNotebookExporter
from autograder.exam.notebook import UnreadableNotebook
from tests.exam.notebooks import as_bytes, notebook, solution, test


def exported(text: str) -> Any:
    output, _resources = BoundedNotebookExporter().from_file(io.StringIO(text))
    return json.loads(output)


def tiny() -> Any:
    tree = notebook(solution("a", "x = 1"), test("test-a", 1, "assert x == 1"))
    tree.cells[1].outputs = [new_output("stream", text="all tests passed")]
    return tree


def test_all_but_the_outputs_is_as_it_was() -> None:
    tree = tiny()
    found = exported(as_bytes(tree).decode())
    assert [cell["source"] for cell in found["cells"]] == [["x = 1"], ["assert x == 1"]]
    assert [cell["metadata"] for cell in found["cells"]] == [cell.metadata for cell in tree.cells]
    assert [cell["outputs"] for cell in found["cells"]] == [[], []]


def test_a_notebook_of_an_older_format_is_read() -> None:
    cell = {"cell_type": "code", "input": "x = 1", "language": "python", "metadata": {}, "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    assert [cell["source"] for cell in exported(json.dumps(old))["cells"]] == [["x = 1"]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("no JSON", "The file is not JSON "),
        ("{}", "The file is JSON, but no notebook: it has no nbformat. "),
        (
            '{"nbformat": 4, "nbformat_minor": 5, "metadata": {"x": [' + "[]," * 2_000_000 + '[]]}, "cells": []}',
            "The notebook has 4,000,008 entries beside its outputs, at most 1,000,000 are read.",
        ),
        (" " * 50_000_001, "The notebook is too large: at most 50,000,000 bytes are read."),
    ],
    ids=["no-json", "no-notebook", "many-entries", "large"],
)
def test_what_is_no_notebook_that_can_be_graded_is_refused(text: str, message: str) -> None:
    with pytest.raises(UnreadableNotebook) as caught:
        exported(text)
    assert str(caught.value).startswith(message)


def test_outputs_without_end_take_no_more_memory_than_their_text() -> None:
    text = as_bytes(tiny()).decode().replace('"all tests passed"', "[" + "[]," * 10_000_000 + "[]]")
    before = psutil.Process().memory_info().rss
    assert [cell["outputs"] for cell in exported(text)["cells"]] == [[], []]
    assert psutil.Process().memory_info().rss - before < 200_000_000
