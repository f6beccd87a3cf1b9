from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.notebook import Cell, Notebook
from tests.exam.notebooks import answered, code, locked, notebook, read, solution, test, written

SOURCE = notebook(
    code("import math"),
    locked("setup", "RATE = 2"),
    solution("a", "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
    test("test-a", 1, "assert x\n### BEGIN HIDDEN TESTS\nassert x == 1\n### END HIDDEN TESTS"),
    solution("b", "y = 2"),
    test("test-b", 2, "assert y == 2"),
    written("why", 3, "Because."),
)
READ = read(SOURCE)
ANSWERS = {"a": "x = 1", "b": "y = 2", "why": "I think so."}

Change = Callable[[list[Any]], Any]


def handed_in(change: Change | None = None) -> Any:
    tree = answered(SOURCE, ANSWERS)
    if change:
        change(tree.cells)
    return tree


def merged(change: Change | None = None) -> Exam:
    return merge(READ, read(handed_in(change)))


def index(cells: list[Any], grade_id: str) -> int:
    return next(i for i, cell in enumerate(cells) if cell.metadata.get("nbgrader", {}).get("grade_id") == grade_id)


def texts(exam: Exam) -> list[str]:
    return [cell.source for cell in exam.cells]


ALL = ["import math", "RATE = 2", "x = 1", READ.cells[3].source, "y = 2", "assert y == 2", "I think so."]


def test_an_untouched_submission_has_the_students_answers_and_the_sources_tests() -> None:
    exam = merged()
    assert texts(exam) == ALL
    assert exam.notices == ()


def test_hidden_tests_that_are_not_in_the_release_are_no_change() -> None:
    def keep_hidden(cells: list[Any]) -> None:
        cells[index(cells, "test-a")].source = READ.cells[3].source + "  \n\n"

    assert merged(keep_hidden).notices == ()


def remove(grade_id: str) -> Change:
    return lambda cells: cells.pop(index(cells, grade_id))


def double(grade_id: str) -> Change:
    return lambda cells: cells.append(cells[index(cells, grade_id)])


@pytest.mark.parametrize(
    ("grade_id", "notice"),
    [
        ("setup", "The cell “setup” was missing and was put back."),
        ("test-a", "The cell “test-a” was missing and was put back."),
        ("a", "The solution cell “a” is missing: it counts as empty."),
        ("why", "The solution cell “why” is missing: it counts as empty."),
    ],
)
def test_a_missing_cell_is_put_back_and_told(grade_id: str, notice: str) -> None:
    exam = merged(remove(grade_id))
    expected = [
        "" if text in {"x = 1", "I think so."} and grade_id == cell.grade_id else text
        for text, cell in zip(ALL, READ.cells, strict=True)
    ]
    assert texts(exam) == expected
    assert exam.notices == (notice,)


@pytest.mark.parametrize("grade_id", ["setup", "test-b"])
def test_a_copy_of_a_locked_cell_is_left_out(grade_id: str) -> None:
    exam = merged(double(grade_id))
    assert texts(exam) == ALL
    assert exam.notices == (f"The cell “{grade_id}” is there more than once; the first one counts.",)


def test_the_first_of_two_answers_counts_and_the_other_runs_where_it_stands() -> None:
    def again(cells: list[Any]) -> None:
        cells.insert(index(cells, "test-b"), solution("a", "x = 99"))

    exam = merged(again)
    assert texts(exam) == [*ALL[:5], "x = 99", *ALL[5:]]
    assert exam.cells[5] == Cell(source="x = 99", position=6, index=5)
    assert exam.notices == ("The cell “a” is there more than once; the first one counts.",)


def test_the_order_is_the_sources() -> None:
    exam = merged(lambda cells: cells.reverse())
    assert [cell.grade_id for cell in exam.cells if cell.grade_id] == ["setup", "a", "test-a", "b", "test-b", "why"]
    assert exam.notices == ("Cells were moved; they were run in the original order.",)


def test_a_changed_test_is_replaced_and_told() -> None:
    def soften(cells: list[Any]) -> None:
        cells[index(cells, "test-b")].source = "assert True"

    exam = merged(soften)
    assert texts(exam) == ALL
    assert exam.notices == ("The cell “test-b” was changed; the original was used.",)


def test_points_and_roles_in_the_students_metadata_are_not_read() -> None:
    def flip(cells: list[Any]) -> None:
        for cell in cells:
            if "nbgrader" in cell.metadata:
                cell.metadata["nbgrader"].update(
                    {"points": 1_000, "grade": True, "solution": True, "locked": False, "task": True}
                )
        cells[index(cells, "test-a")].metadata["nbgrader"].update({"grade": False})

    exam = merged(flip)
    assert exam.cells[1:] == merged().cells[1:]
    assert exam.notices == ()


def test_a_cell_that_forges_a_name_of_the_source_is_no_test() -> None:
    def forge(cells: list[Any]) -> None:
        cells.insert(0, test("test-b", 100, "100"))
        cells.insert(0, test("test-z", 100, "100"))

    exam = merged(forge)
    tests = [cell for cell in exam.cells if cell.is_test]
    assert [(cell.grade_id, cell.points, cell.source) for cell in tests] == [
        ("test-a", 1.0, READ.cells[3].source),
        ("test-b", 2.0, "assert y == 2"),
    ]
    assert exam.cells[0] == Cell(source="100", position=1, index=0)
    assert exam.notices == (
        "The cell “test-b” was changed; the original was used.",
        "The cell “test-b” is there more than once; the first one counts.",
        "Cells were moved; they were run in the original order.",
    )


def test_cells_of_the_students_own_keep_their_places() -> None:
    def more(cells: list[Any]) -> None:
        cells.append(code("last = 1"))
        cells.insert(index(cells, "test-b"), code("between = 1"))
        cells.insert(index(cells, "a"), code("before_a = 1"))
        cells.insert(0, code("first = 1"))
        cells.insert(0, code("   "))

    assert texts(merged(more)) == [
        *("first = 1", "import math", "RATE = 2", "before_a = 1", "x = 1", ALL[3]),
        *("y = 2", "between = 1", "assert y == 2", "I think so.", "last = 1"),
    ]


def test_a_cell_of_the_source_without_a_name_is_the_students_to_change() -> None:
    def change(cells: list[Any]) -> None:
        cells[0].source = "import cmath"

    assert texts(merged(change)) == ["import cmath", *ALL[1:]]
    assert texts(merged(lambda cells: cells.pop(0))) == ALL[1:]


def test_another_notebook_is_refused() -> None:
    with pytest.raises(WrongAssignment) as caught:
        merge(READ, read(notebook(code("x = 1"), solution("other", "x = 1"))))
    assert str(caught.value) == (
        "The notebook has none of this assignment's cells: it is another notebook, or its cells were copied"
        " into a new one. Copy the answers into the notebook that was handed out."
    )


def test_a_source_without_names_takes_any_notebook() -> None:
    assert texts(merge(read(notebook(code("a = 1"))), read(notebook(code("b = 2"))))) == ["b = 2"]


EXTRA = Cell(source="extra = 1", position=9)
FORGED = replace(READ.cells[3], source="assert True", points=100.0, solution=True)


@given(st.lists(st.sampled_from([*READ.cells, EXTRA, FORGED]), max_size=20))
def test_whatever_was_done_to_the_cells_each_test_is_there_once_in_order_and_verbatim(cells: list[Cell]) -> None:
    try:
        exam = merge(READ, Notebook(tuple(cells)))
    except WrongAssignment:
        assert not [cell for cell in cells if cell.grade_id]
        return
    assert [cell for cell in exam.cells if cell.is_test] == [cell for cell in READ.cells if cell.is_test]
    assert [cell for cell in exam.cells if cell.locked] == [cell for cell in READ.cells if cell.locked]
    known = [cell for cell in exam.cells if cell.grade_id]
    assert [cell.grade_id for cell in known] == [cell.grade_id for cell in READ.cells if cell.grade_id]
    assert sum(cell.points for cell in exam.cells) == READ.max_score
    assert [replace(cell, source="", position=0, index=-1) for cell in known] == [
        replace(cell, source="", position=0, index=-1) for cell in READ.cells if cell.grade_id
    ]
    # Nothing of the student's own is lost, and nothing is run that nobody wrote.
    assert sum(cell == EXTRA for cell in exam.cells) == cells.count(EXTRA)
    assert {cell.source for cell in exam.cells} <= {"", *(cell.source for cell in (*cells, *READ.cells))}
