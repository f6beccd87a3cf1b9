"""The corpus's format: Python files in Jupytext's percent format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.exam.notebook import load
from autograder.verification.answers import OwnCell, Rejection, UnusableAnswer, answers_in, handed_in, read_answer
from tests.verification import exercises

WRONG = """\
# Three times is
# not twice.
# /// reject
# cell = "test-work"
# check = "Calls"
# message = ["double(2)", "6"]
# ///
# %% +before work
%matplotlib inline
# %% work
def double(x):
    return x * 3

answer = 42
# %% +after work
print(double(4))
"""


def _file(folder: Path, text: str, name: str = "reject/three-times.py") -> Path:
    path = folder / "tiny" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_a_wrong_answer_says_what_it_is_which_cells_it_has_and_what_must_refuse_it(tmp_path: Path) -> None:
    answer = read_answer(_file(tmp_path, WRONG))
    assert answer.name == "reject/three-times"
    assert answer.about == "Three times is not twice."
    assert answer.cells == {"work": "def double(x):\n    return x * 3\n\nanswer = 42"}
    assert answer.own == (
        OwnCell("before", "work", "%matplotlib inline"),
        OwnCell("after", "work", "print(double(4))"),
    )
    assert answer.rejection == Rejection(cell="test-work", check="Calls", message=["double(2)", "6"])


def test_a_notebook_is_handed_in_with_the_answers_cells_up_to_the_test_that_must_refuse_it(tmp_path: Path) -> None:
    source = exercises.written(exercises.source(), tmp_path)
    answer = read_answer(_file(tmp_path, WRONG.replace('cell = "test-work"', 'cell = "work"')))
    cells = json.loads(handed_in(answer, source.read_bytes()))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == [
        exercises.SETUP,
        "%matplotlib inline",
        "def double(x):\n    return x * 3\n\nanswer = 42",
        "print(double(4))",
    ]


def test_a_right_answer_keeps_the_solutions_that_it_does_not_name(tmp_path: Path) -> None:
    source = exercises.written(exercises.source(), tmp_path)
    answer = read_answer(_file(tmp_path, "# Looks around.\n# %% +after work\nanswer\n", "accept/looks-around.py"))
    cells = json.loads(handed_in(answer, source.read_bytes()))["cells"]
    assert ["".join(cell["source"]) for cell in cells] == [
        exercises.SETUP,
        exercises.SOLUTION,
        "answer",
        exercises.TEST,
    ]


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("accept/a.py", "# %% work\nx = 1\n", "it does not begin with a comment that says what the answer is"),
        ("accept/a.py", "# An answer.\n", "it has no cell: begin one with “# %% <grade_id>”"),
        ("reject/a.py", "# Wrong.\n# %% work\nx = 1\n", "a wrong answer needs a block “# /// reject”"),
        ("accept/a.py", WRONG, "a block “# /// reject” belongs to answers in the folder reject"),
        (
            "reject/a.py",
            WRONG.replace("check =", "chek ="),
            "its block “# /// reject” cannot be read: Object contains unknown field `chek`",
        ),
        (
            "accept/a.py",
            "# Twice.\n# %% work\nx = 1\n# %% work\nx = 2\n",
            "“# %% work” names no cell, or one that was there already",
        ),
        (
            "accept/a.py",
            "# No such cell.\n# %% wrok\nx = 1\n",
            "there is no solution cell wrok: expected one of work",
        ),
        (
            "reject/a.py",
            WRONG.replace('cell = "test-work"', 'cell = "work"'),
            "there is no test cell work: expected one of test-work",
        ),
        (
            "accept/a.py",
            "# No such place.\n# %% +after nowhere\nx = 1\n",
            "there is no cell nowhere: expected one of setup, work, test-work",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_to_mend(
    name: str, text: str, problem: str, tmp_path: Path
) -> None:
    source = load(exercises.written(exercises.source(), tmp_path / "solutions"))
    path = _file(tmp_path, text, name)
    with pytest.raises(UnusableAnswer) as caught:
        answers_in(tmp_path, "tiny", source)
    assert str(caught.value) == f"{path} cannot be used: {problem}."
