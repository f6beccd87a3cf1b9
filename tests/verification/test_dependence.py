"""Which cells others build on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from autograder.exam.notebook import parse
from autograder.verification.answers import Rejection, WrittenAnswer, handed_in
from autograder.verification.corpus import needed_for
from autograder.verification.dependence import Dependence
from tests.exam.notebooks import as_bytes, code, locked, notebook, solution, test

EXERCISE = notebook(
    locked("setup", "import numpy as np\nimages = np.zeros((2, 4))"),
    code("print(images.sum())"),
    solution("scale", "scaled = images / 255"),
    test("test-scale", 1, "assert scaled.max() <= 1"),
    solution("network", "model = keras.Sequential([])"),
    solution("train", "model.compile('sgd')\nhistory = model.fit(scaled)"),
    test("test-train", 1, "assert history"),
    solution("count", "count = 28 * 28"),
    test("test-count", 1, "assert count == 784"),
    test("test-model", 1, "assert model.optimizer"),
)
CELLS = parse(as_bytes(EXERCISE)).cells
PLACES = {cell.grade_id: index for index, cell in enumerate(CELLS) if cell.grade_id}


@pytest.mark.parametrize(
    ("cell", "others"),
    [
        ("test-count", ["count"]),
        ("test-scale", ["setup", "scale"]),
        # What trains a network changes it.
        ("test-model", ["setup", "scale", "network", "train"]),
        ("setup", []),
    ],
)
def test_a_cell_builds_on_those_that_make_or_change_what_it_uses(cell: str, others: Sequence[str]) -> None:
    needed = Dependence(CELLS).needed_by([PLACES[cell]])
    assert needed == {PLACES[name] for name in (cell, *others)}


def test_all_cells_but_pictures_are_needed_for_a_right_answer() -> None:
    right = WrittenAnswer(path=Path("accept/count.py"), about="", cells={"count": "count = 784"})
    assert needed_for(CELLS, right) == set(PLACES.values())


def test_a_wrong_answer_is_handed_in_with_what_its_verdict_builds_on() -> None:
    wrong = WrittenAnswer(
        path=Path("reject/count.py"),
        about="",
        cells={"count": "count = 28 + 28"},
        rejection=Rejection(cell="test-count", check="", message=[]),
    )
    handed = parse(handed_in(wrong, as_bytes(EXERCISE), needed_for(CELLS, wrong)))
    assert [(cell.grade_id, cell.source) for cell in handed.cells] == [
        ("count", "count = 28 + 28"),
        ("test-count", "assert count == 784"),
    ]
