"""The assignments: what is handed out agrees with its source, and asks for what was measured."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder import read_model
from autograder.adapters.release import assignments_of, differences
from autograder.exam.notebook import load
from benchmarks.references import find

ROOT = Path(__file__).resolve().parent.parent
ASSIGNMENTS = (
    "00-keras-basics",
    "01-dense-dropout",
    "02-epochs-batch-size",
    "03-optimizer-loss",
    "04-cnn-shapes",
    "05-mnist-cnn",
)
CALIBRATED = ("00-keras-basics", "01-dense-dropout", "05-mnist-cnn")

# What a right answer may look like; the other variants are wrong on purpose.
WRONG_VARIANTS = {"default-adadelta"}


def _source(assignment: str) -> Path:
    return ROOT / "solutions" / assignment / f"{assignment}.ipynb"


def _cells(path: Path) -> dict[str, Any]:
    notebook = nbformat.read(path, as_version=4)
    return {cell.metadata.nbgrader.grade_id: cell for cell in notebook.cells if "nbgrader" in cell.metadata}


@pytest.mark.filterwarnings("default")
def test_what_is_handed_out_is_what_nbgrader_makes_of_the_sources() -> None:
    assert assignments_of(ROOT) == list(ASSIGNMENTS)
    assert differences(ROOT, ASSIGNMENTS) == [], "run `make examples` and commit assignments/ and examples/"


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_nothing_that_is_handed_out_shows_a_solution_or_a_hidden_test(assignment: str) -> None:
    text = (ROOT / "assignments" / assignment / f"{assignment}.ipynb").read_text()
    assert "BEGIN SOLUTION" not in text
    assert "HIDDEN TESTS" not in text
    assert "SameArchitecture(" not in text


def test_the_test_cells_have_the_points_that_the_course_promises() -> None:
    points = {
        assignment: {cell.grade_id: cell.points for cell in load(_source(assignment)).cells if cell.is_test}
        for assignment in ("01-dense-dropout", "05-mnist-cnn")
    }
    assert points == {
        "01-dense-dropout": {
            "test-counts": 2,
            "test-architecture": 4,
            "test-training": 1,
            "test-accuracy": 3,
        },
        "05-mnist-cnn": {
            "test-data": 1,
            "test-architecture": 6,
            "test-compiled": 2,
            "test-counts": 3,
            "test-training": 1,
            "test-accuracy": 4,
            "test-mlp": 2,
            "test-comparison": 1,
        },
    }


def test_each_assignment_has_the_points_that_the_course_promises_and_a_question_for_a_person() -> None:
    sources = {assignment: load(_source(assignment)) for assignment in ASSIGNMENTS}
    assert {assignment: source.max_score for assignment, source in sources.items()} == {
        "00-keras-basics": 10,
        "01-dense-dropout": 10,
        "02-epochs-batch-size": 10,
        "03-optimizer-loss": 15,
        "04-cnn-shapes": 20,
        "05-mnist-cnn": 20,
    }
    assert all(any(cell.is_manual for cell in source.cells) for source in sources.values())


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_what_speaks_to_the_student_speaks_both_languages(assignment: str) -> None:
    notebook = nbformat.read(_source(assignment), as_version=4)
    words = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    assert [text for text in words if not (re.search(r"[\u4e00-\u9fff]", text) and re.search(r"[a-z]{4}", text))] == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_a_notebook_holds_no_outputs_and_names_its_cells(assignment: str) -> None:
    notebook = nbformat.read(_source(assignment), as_version=4)
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    assert all(cell.metadata.nbgrader.grade_id == cell.id for cell in notebook.cells if "nbgrader" in cell.metadata)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


@pytest.mark.parametrize("assignment", CALIBRATED)
def test_the_network_that_was_calibrated_is_the_one_in_the_solution(assignment: str) -> None:
    import keras

    names: dict[str, Any] = {"keras": keras}
    exec(_cells(_source(assignment))["build-model"].source, names)
    assert read_model(names["model"]) == read_model(find(assignment, "reference").build())


@pytest.mark.parametrize("assignment", CALIBRATED)
def test_each_threshold_is_two_deviations_under_the_worst_right_answer(assignment: str) -> None:
    calibration = json.loads((ROOT / "benchmarks" / "calibration" / f"{assignment}.json").read_text())
    for images, threshold in _thresholds(assignment).items():
        series = [one for one in calibration["series"] if one["training_images"] == images]
        right = [one for one in series if one["variant"] not in WRONG_VARIANTS]
        assert len(next(one for one in right if one["variant"] == "reference")["seeds"]) >= 20
        ceilings = {one["variant"]: one["summary"]["ceiling"] for one in right}
        assert all(threshold <= ceiling for ceiling in ceilings.values()), ceilings
        wrong = [one for one in series if one["variant"] in WRONG_VARIANTS]
        assert all(max(one["accuracies"]) < threshold for one in wrong)


def _thresholds(assignment: str) -> dict[int, float]:
    tree = ast.parse(_cells(_source(assignment))["test-accuracy"].source)
    keyword = next(node for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "at_least")
    thresholds = ast.literal_eval(keyword.value)
    assert set(thresholds) == {10_000, 60_000}
    return thresholds
