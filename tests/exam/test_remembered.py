"""What earlier exams came to, and what makes an exam another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_output

from autograder.exam import Limits
from autograder.exam.notebook import Cell
from autograder.exam.remembered import Circumstances, Remembered, key_of
from autograder.exam.sitting import Sitting
from autograder.report import CellError, CellReport, Outcome, Status, Training

CIRCUMSTANCES = Circumstances(
    layer="bubblewrap",
    limits=Limits(),
    training="canonical",
    threads=0,
    data=["mnist: 1"],
    environment={"LANG": "C.UTF-8"},
)
CELLS = (Cell(source="x = 1", grade_id="a", solution=True), Cell(source="assert x", grade_id="test-a", points=1))

OUTCOME = Outcome(check="Test", title="A test", status=Status.PARTIAL, score=0.5, points=1, message="“x” ✗")
SITTING = Sitting(
    cells=[CellReport(grade_id="test-a", score=0.5, points=1.0, outcomes=(OUTCOME,), output="printed")],
    errors=[CellError(grade_id="a", position=1, error="NameError: x", line=2)],
    notices=["A notice."],
    outputs={0: [new_output("stream", text="a"), new_output("display_data", data={"text/plain": "b"})], 3: []},
    trainings=[Training(how="canonical", epochs=2, seconds=1.5)],
    data=("mnist: 1",),
    versions={"keras": "3"},
)


def key(**changed: Any) -> str:
    parts: dict[str, Any] = {
        "cells": CELLS,
        "source": CELLS,
        "student": "student-01",
        "handed_in": {b"data.csv": b"1"},
        "own": {b"own.py": b"2"},
        "circumstances": CIRCUMSTANCES,
        **changed,
    }
    return key_of(parts.pop("cells"), parts.pop("source"), **parts)


def test_an_exam_comes_back_as_it_was(tmp_path: Path) -> None:
    remembered = Remembered(tmp_path)
    assert remembered.get(key()) is None
    remembered.put(key(), SITTING)
    assert Remembered(tmp_path).get(key()) == SITTING


@pytest.mark.parametrize(
    "changed",
    [
        {"cells": (replace(CELLS[0], source="x = 2"), CELLS[1])},
        {"cells": (replace(CELLS[0], position=2), CELLS[1])},
        {"source": (CELLS[0], replace(CELLS[1], source="assert not x"))},
        {"source": (CELLS[0], replace(CELLS[1], points=2))},
        {"student": "student-02"},
        {"handed_in": {b"data.csv": b"2"}},
        {"handed_in": {}},
        {"own": {b"data.csv": b"1", b"own.py": b"2"}, "handed_in": {}},
        {"circumstances": replace(CIRCUMSTANCES, layer="process")},
        {"circumstances": replace(CIRCUMSTANCES, data=["mnist: 2"])},
        {"circumstances": replace(CIRCUMSTANCES, training="as-written")},
        {"circumstances": replace(CIRCUMSTANCES, threads=1)},
        {"circumstances": replace(CIRCUMSTANCES, limits=Limits(cell_seconds=1))},
        {"circumstances": replace(CIRCUMSTANCES, environment={"LANG": "zh_TW.UTF-8"})},
    ],
)
def test_whatever_decides_an_exam_makes_it_another(changed: dict[str, Any]) -> None:
    assert key(**changed) != key() == key()


def test_limits_are_the_same_however_their_numbers_are_written() -> None:
    circumstances = replace(CIRCUMSTANCES, limits=Limits(cell_seconds=600.0, notebook_seconds=3_600.0))
    assert key(circumstances=circumstances) == key()


def test_a_change_of_the_program_makes_every_exam_another(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key()
    monkeypatch.setattr("autograder.exam.remembered.program", lambda: "another")
    assert key() != before
    monkeypatch.undo()
    monkeypatch.setattr("autograder.exam.remembered.version", lambda _name: "another")
    assert key() != before


@given(st.dictionaries(st.binary(min_size=1), st.binary()), st.dictionaries(st.binary(min_size=1), st.binary()))
def test_files_are_the_same_only_if_their_names_and_bytes_are(
    one: dict[bytes, bytes], other: dict[bytes, bytes]
) -> None:
    assert (key(handed_in=one) == key(handed_in=other)) is (one == other)


def test_what_was_our_own_fault_is_not_kept(tmp_path: Path) -> None:
    broken = replace(OUTCOME, status=Status.BROKEN)
    cells = [CellReport(grade_id="test-a", score=1.0, points=1.0, outcomes=(broken,), manual=True)]
    Remembered(tmp_path).put(key(), replace(SITTING, cells=cells))
    assert Remembered(tmp_path).store.sizes() == []


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def another_kind(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"score":0.5', b'"score":"all"'))


def nothing(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, another_kind, nothing])
def test_a_damaged_file_is_no_result(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    remembered = Remembered(tmp_path)
    remembered.put(key(), SITTING)
    [path] = tmp_path.rglob("*.json")
    damage(path)
    assert remembered.get(key()) is None
    remembered.put(key(), SITTING)
    assert remembered.get(key()) == SITTING


def test_a_folder_that_cannot_be_written_to_costs_no_result(tmp_path: Path) -> None:
    (tmp_path / "results").write_text("")
    Remembered(tmp_path).put(key(), SITTING)
    assert Remembered(tmp_path).get(key()) is None


def test_nobody_else_may_read_what_is_kept(tmp_path: Path) -> None:
    Remembered(tmp_path).put(key(), SITTING)
    [path] = tmp_path.rglob("*.json")
    assert (tmp_path / "results").stat().st_mode & 0o077 == 0
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    assert Remembered(tmp_path).store.clear() == 1
    assert Remembered(tmp_path).store.clear() == 0
