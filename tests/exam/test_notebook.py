from __future__ import annotations

import contextlib
import json
import time
import tracemalloc
import warnings
from pathlib import Path
from typing import Any

import msgspec
import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exam import Limits
from autograder.exam.notebook import Notebook, UnreadableNotebook, load, parse
from tests.exam.notebooks import code, notebook, solution, test, written

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
KEYS = st.sampled_from(["nbformat", "nbformat_minor", "cells", "worksheets", "metadata", "signature"])
CELL_KEYS = st.sampled_from(
    ["cell_type", "source", "input", "code", "text", "metadata", "outputs", "language", "level"]
)
CELLS = st.lists(st.dictionaries(CELL_KEYS, JSON | st.sampled_from(["code", "markdown", "raw", "html"])) | JSON)
ALMOST = st.fixed_dictionaries(
    {"nbformat": st.integers(0, 5) | JSON},
    optional={
        "cells": CELLS,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": CELLS}) | JSON),
        "metadata": JSON,
        "nbformat_minor": JSON,
    },
)

NOT_JSON = "so it is no notebook: hand in the .ipynb file that Jupyter saves."
NO_NOTEBOOK = "The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves."
EMPTY = "The file is empty: save the notebook and hand it in again."


def encoded(tree: Any) -> bytes:
    return json.dumps(tree).encode()


def of_cells(cells: Any) -> bytes:
    return encoded({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


def graded(points: str) -> bytes:
    return of_cells(
        [{"cell_type": "code", "source": "", "metadata": {"nbgrader": {"grade": True, "points": "POINTS"}}}]
    ).replace(b'"POINTS"', points.encode())


def refusal(content: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableNotebook) as caught:
        parse(content, limits)
    return str(caught.value)


@pytest.mark.parametrize("content", [b"", b"   \n\t ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file_is_said_to_be_empty(content: bytes) -> None:
    assert refusal(content) == EMPTY


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04",
        b"print(1)",
        b"\xff\xfe\x00",
        b'{"nbformat": 4',
        b'{"nbformat": 4, "cells": [NaN]}',
        b"[" * 100_000,
    ],
)
def test_what_is_not_json_is_refused(content: bytes) -> None:
    message = refusal(content)
    assert message.startswith("The file is not JSON (")
    assert message.endswith(NOT_JSON)


@pytest.mark.parametrize(
    "tree", [[], {}, 4, None, "4", {"cells": []}, {"nbformat": "4"}, {"nbformat": True}, {"nbformat": 4.5}]
)
def test_json_that_is_no_notebook_is_refused(tree: Any) -> None:
    assert refusal(encoded(tree)) == NO_NOTEBOOK


@pytest.mark.parametrize("version", [0, -1, 5, 99, 10**30])
def test_an_unknown_format_is_named(version: int) -> None:
    assert (
        refusal(encoded({"nbformat": version, "cells": []}))
        == f"The notebook's format is {version}; formats 1 to 4 are read. Save it with JupyterLab."
    )


@pytest.mark.parametrize("cells", [None, "", {}, {"a": 1}, [1], [[]], "code", [None], "missing"])
def test_cells_that_are_no_list_of_cells_are_refused(cells: Any) -> None:
    tree = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}
    if cells == "missing":
        del tree["cells"]
    message = refusal(encoded(tree))
    assert message.startswith("The notebook is damaged and cannot be read: ")
    assert message.endswith(". Open it in JupyterLab and save it again.")


def test_deep_nesting_is_refused_wherever_it_stands() -> None:
    for depth in (100, 300, 500, 900, 5_000):
        nested = b"[" * depth + b"]" * depth
        for key in (b"metadata", b"cells", b"nbformat", b"other"):
            with contextlib.suppress(UnreadableNotebook):
                parse(b'{"nbformat": 4, "cells": [], "' + key + b'": ' + nested + b"}")


@pytest.mark.parametrize(
    "tree",
    [
        {"nbformat": 1, "cells": [{"cell_type": "code", "code": "x = 1"}, {"cell_type": "text", "text": "Hi"}]},
        {
            "nbformat": 2,
            "worksheets": [
                {
                    "cells": [
                        {"cell_type": "code", "input": "x = 1", "outputs": [], "language": "python"},
                        {"cell_type": "markdown", "source": "Hi"},
                    ]
                }
            ],
        },
        {
            "nbformat": 3,
            "nbformat_minor": 0,
            "metadata": {"name": ""},
            "worksheets": [
                {
                    "cells": [
                        {
                            "cell_type": "code",
                            "input": ["x ", "= 1"],
                            "outputs": [],
                            "language": "python",
                            "metadata": {},
                        },
                        {"cell_type": "markdown", "source": "Hi", "metadata": {}},
                    ]
                }
            ],
        },
        {
            "nbformat": 4,
            "cells": [{"cell_type": "code", "source": ["x ", "= 1"]}, {"cell_type": "markdown", "source": "Hi"}],
        },
    ],
    ids=lambda tree: f"format {tree['nbformat']}",
)
def test_every_format_ever_used_is_read(tree: Any) -> None:
    cells = parse(encoded(tree)).cells
    assert [(cell.source, cell.code, cell.position) for cell in cells] == [("x = 1", True, 1), ("Hi", False, 0)]


def test_a_byte_order_mark_is_passed_over() -> None:
    assert parse(b"\xef\xbb\xbf" + of_cells([])) == Notebook(())


def test_metadata_and_kernelspec_need_not_be_there() -> None:
    assert parse(b'{"nbformat": 4, "cells": []}') == Notebook(())
    assert parse(b'{"nbformat": 4, "metadata": {"kernelspec": 3}, "cells": []}') == Notebook(())


def test_a_cell_without_source_or_metadata_is_empty() -> None:
    (cell,) = parse(of_cells([{"cell_type": "code"}])).cells
    assert (cell.source, cell.grade_id, cell.points) == ("", "", 0.0)


@pytest.mark.parametrize(
    ("points", "read"),
    [
        ("2", 2.0),
        ("2.5", 2.5),
        ("-3", 0.0),
        ("-1e300", 0.0),
        ('"4"', 0.0),
        ("true", 0.0),
        ("null", 0.0),
        ("[]", 0.0),
        ("1" + "0" * 400, 1000000.0),
    ],
)
def test_points_are_a_number_that_is_not_negative(points: str, read: float) -> None:
    assert parse(graded(points)).max_score == read


def test_points_that_json_has_no_number_for_make_the_file_no_json() -> None:
    assert refusal(graded("NaN")).endswith(NOT_JSON)
    assert refusal(graded("1e999")).endswith(NOT_JSON)


def test_flags_and_names_of_the_wrong_type_are_not_believed() -> None:
    nbgrader = {"grade_id": ["a"], "grade": 1, "solution": "yes", "locked": "true", "points": "9"}
    (cell,) = parse(of_cells([{"cell_type": "code", "source": 7, "metadata": {"nbgrader": nbgrader}}])).cells
    assert (cell.grade_id, cell.graded, cell.solution, cell.locked, cell.source) == ("", False, False, False, "")


def test_roles_are_read() -> None:
    tree = notebook(code("a"), solution("s", "b"), test("t", 2, "c"), written("w", 3, "d"))
    free, answer, tested, manual = parse(nbformat.writes(tree).encode()).cells
    assert (free.is_test, free.is_manual) == (False, False)
    assert (answer.is_test, answer.is_manual) == (False, False)
    assert (tested.is_test, tested.is_manual) == (True, False)
    assert (manual.is_test, manual.is_manual) == (False, True)


def test_too_many_cells_are_refused() -> None:
    content = of_cells([{"cell_type": "code", "source": ""}] * 11)
    assert refusal(content, Limits(cells=10)) == "The notebook has 11 cells, at most 10 are read."
    assert len(parse(content, Limits(cells=11)).cells) == 11


TYPES = st.sampled_from(["code", "markdown", "raw", "html", "heading"])


@pytest.mark.parametrize("version", [2, 3])
@given(st.lists(st.tuples(TYPES, st.text(), st.integers(1, 6)), max_size=6), st.integers(0, 6))
def test_old_formats_are_read_as_nbformat_converts_them(
    version: int, written: list[tuple[str, str, int]], split: int
) -> None:
    cells = [
        {"cell_type": kind, "input": text, "outputs": []}
        if kind == "code"
        else {"cell_type": kind, "source": text, "level": level}
        for kind, text, level in written
    ]
    sheets = [{"cells": cells[:split]}, {"cells": cells[split:]}]
    tree = {"nbformat": version, "nbformat_minor": 0, "metadata": {}, "worksheets": sheets}
    content = msgspec.json.encode(tree)
    with warnings.catch_warnings():
        # nbformat finds fault with cells of "html", which it makes itself.
        warnings.simplefilter("ignore")
        converted = nbformat.convert(nbformat.from_dict(tree), 4).cells
    assert [(cell.source, cell.code) for cell in parse(content).cells] == [
        (cell.source, cell.cell_type == "code") for cell in converted
    ]


def test_format_3_without_worksheets_has_no_cells() -> None:
    assert parse(b'{"nbformat": 3}') == Notebook(())


def test_a_heading_is_never_deeper_than_markdown_has_them() -> None:
    cells = [{"cell_type": "heading", "source": "Hi", "level": level} for level in (10**9, 0, "x", True)]
    read = parse(encoded({"nbformat": 3, "worksheets": [{"cells": cells}]})).cells
    assert [cell.source for cell in read] == ["###### Hi", "# Hi", "# Hi", "# Hi"]


LONG = (
    "Cell 2 is too long: at most 1,000,000 bytes are read of a cell of code, and 10,000,000 of all cells."
    " Remove data and pictures that were pasted into it."
)


def test_a_cell_of_a_megabyte_of_code_is_refused_and_such_a_text_is_not() -> None:
    short, long = ({"cell_type": "code", "source": "x" * size} for size in (999_998, 999_999))
    assert len(parse(of_cells([short])).cells[0].source) == 999_998
    assert refusal(of_cells([short, long])) == LONG
    assert len(parse(of_cells([{**long, "cell_type": "markdown"}])).cells[0].source) == 999_999


def test_what_all_cells_say_is_bounded() -> None:
    text = {"cell_type": "markdown", "source": "x" * 5_000_000}
    assert refusal(of_cells([text, text])) == LONG


def test_lines_that_are_no_text_leave_the_cell_empty() -> None:
    assert parse(of_cells([{"cell_type": "code", "source": ["a", 1]}])).cells[0].source == ""


def test_what_is_wrong_in_an_output_concerns_nobody() -> None:
    content = of_cells([{"cell_type": "code", "source": "x", "outputs": "OUTPUTS"}])
    for output in (b"1" + b"0" * 5_000, b"1e999", b'"\xff"'):
        assert parse(content.replace(b'"OUTPUTS"', output)).cells[0].source == "x"


MANY = 10_000_000  # Bytes of a file. Made into objects, as json makes them, each costs from 250 MB to 2 GB.
LISTS = b"[" + b"[]," * (MANY // 3) + b"[]]"
OBJECTS = b"[" + b"{}," * (MANY // 3) + b"{}]"
CODE = b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": "x", "%s": %s}]}'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (CODE % (b"outputs", LISTS), "1"),
        (CODE % (b"outputs", b"[" + (b"[" * 30 + b"]" * 30 + b",") * (MANY // 61) + b"[]]"), "1"),
        (CODE % (b"metadata", b'{"nbgrader": {"points": %s}}' % LISTS), "1"),
        (CODE % (b"metadata", b'{"nbgrader": {"grade_id": %s}}' % OBJECTS), "1"),
        (CODE % (b"cell_type", LISTS), "1"),
        (CODE % (b"source", LISTS), "Cell 1 is too long"),
        (b'{"nbformat": 4, "cells": [], "metadata": {"x": %s}}' % LISTS, "0"),
        (b'{"nbformat": 4, "cells": %s}' % OBJECTS, "The notebook has 3,333,334 cells, at most 1,000 are read."),
        (b'{"nbformat": 3, "worksheets": %s}' % OBJECTS, "it has more worksheets than cells are read"),
        (b'{"nbformat": 3, "worksheets": [{"cells": [{"outputs": %s}]}]}' % LISTS, "1"),
        (b'{"nbformat": %s}' % LISTS, NO_NOTEBOOK),
        (b'{"nbformat": %s}' % (b"9" * 10**6), "The file is not JSON (Integer value out of range)"),
        (b"[" * 200_000 + b"]" * 200_000, "The file is not JSON (maximum recursion depth exceeded"),
        (LISTS, NO_NOTEBOOK),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_not_read_costs_neither_memory_nor_time(content: bytes, expected: str) -> None:
    # Of this process alone: the machine may have more to do.
    began = time.process_time()
    tracemalloc.start()
    try:
        try:
            result = str(len(parse(content).cells))
        except UnreadableNotebook as error:
            result = str(error)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert expected in result
    # Ten objects of JSON cost 30 bytes of file and 240 of memory while they are counted.
    assert peak < 10 * MANY
    assert time.process_time() - began < 10


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "huge.ipynb"
    path.write_bytes(b"x" * 1_001)
    with pytest.raises(UnreadableNotebook) as caught:
        load(path, Limits(notebook_bytes=1_000))
    assert str(caught.value) == (
        "The notebook is too large: 1,001 bytes, at most 1,000 are read. Clear its outputs"
        " (Edit ▸ Clear Outputs of All Cells) and hand it in again."
    )


def test_a_file_that_is_not_there_or_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableNotebook, match=r"^The file cannot be read: No such file or directory$"):
        load(tmp_path / "none.ipynb")
    (tmp_path / "folder.ipynb").mkdir()
    told = r"^folder\.ipynb is no ordinary file: hand in the notebook itself, and no folder or link\.$"
    with pytest.raises(UnreadableNotebook, match=told):
        load(tmp_path / "folder.ipynb")


def test_reading_changes_no_byte(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    content = encoded({"nbformat": 3, "worksheets": [{"cells": []}]})
    path.write_bytes(content)
    before = path.stat().st_mtime_ns
    load(path)
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (content, before)
    assert [one.name for one in tmp_path.iterdir()] == ["old.ipynb"]


@given(st.binary(max_size=200) | JSON.map(encoded) | st.dictionaries(KEYS, JSON).map(encoded) | ALMOST.map(encoded))
def test_whatever_the_bytes_there_is_a_notebook_or_a_reason(content: bytes) -> None:
    read: Notebook | None
    reason = ""
    try:
        read = parse(content)
    except UnreadableNotebook as error:
        read = None
        reason = str(error)
    assert reason if read is None else read.max_score >= 0
