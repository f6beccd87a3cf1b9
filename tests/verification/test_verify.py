"""``autograder verify``, as an instructor runs it on an exercise of their own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.verification.verify import written
from tests.verification import exercises

RIGHT = "# With plus.\n# %% work\ndef double(x):\n    return x + x\n\nanswer = 42\n"
WRONG = """\
# The answer is one too many.
# /// reject
# cell = "test-work"
# check = "Answer"
# message = ["43", "not right"]
# ///
# %% work
def double(x):
    return x * 2

answer = 43
"""


def _verify(tmp_path: Path, *arguments: str, answers: dict[str, str] | None = None, test: str = "") -> Result:
    exercises.written(exercises.source(test or exercises.TEST), tmp_path / "solutions")
    for name, text in (answers or {}).items():
        path = tmp_path / "corpus" / "tiny" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    folders = ["--source", str(tmp_path / "solutions"), "--corpus", str(tmp_path / "corpus")]
    return CliRunner().invoke(main, ["verify", *folders, "--fresh", "--jobs", "1", *arguments])


def _told(result: Result) -> Any:
    return json.loads(result.stdout)


def test_the_solution_the_corpus_and_what_is_made_of_the_solution_are_counted(tmp_path: Path) -> None:
    answers = {"accept/plus.py": RIGHT, "reject/one-more.py": WRONG}
    result = _verify(tmp_path, "--cases", "30", "--format", "json", answers=answers)
    told = _told(result)
    assert (result.exit_code, told["survivors"], told["idle"]) == (0, [], []), result.output
    total = told["total"]
    assert total["origins"]["corpus"] == 3
    assert {"answer", "by heart", "no answer", "rewriting", "slip"} <= total["origins"].keys()
    assert total["accepted_cases"] >= 30
    assert total["rejected_cases"] >= 30
    assert (total["false_rejects"], total["false_accepts"], total["unclear_messages"]) == (0, 0, 0)
    assert told["assignments"]["tiny"]["accepted_cases"] == total["accepted_cases"]


def test_survivors_are_shown_with_what_is_wrong(tmp_path: Path) -> None:
    answers = {
        "accept/refused.py": RIGHT.replace("42", "43"),
        "reject/let-through.py": WRONG.replace("43\n", "42\n"),
        "reject/unclear.py": WRONG.replace('["43", "not right"]', '["off by one"]'),
    }
    result = _verify(tmp_path, "--cases", "0", "--format", "json", answers=answers)
    told = _told(result)
    assert result.exit_code == 1
    assert {one["name"]: one["wrongly"] or one["unclear"] for one in told["survivors"]} == {
        "accept/refused": "test-work: 1 of 2. 43 is not right.",
        "reject/let-through": "test-work: full marks, 2 of 2",
        "reject/unclear": "'off by one' not in: 43 is not right.",
    }
    assert told["messages"] == {"tiny": {"reject/unclear": "43 is not right."}}
    counts = told["total"]
    assert (counts["false_rejects"], counts["false_accepts"], counts["unclear_messages"]) == (1, 1, 1)
    table = _verify(tmp_path, "--cases", "0", answers=answers).stdout
    assert "1 of 2 (50.00%)" in table
    assert "tiny · corpus · reject/let-through: wrong, and let through\n    test-work: full marks, 2 of 2\n" in table


@pytest.mark.parametrize(
    ("arguments", "answers", "message"),
    [
        (["nothing"], {}, "There is no assignment “nothing”. The assignments are tiny."),
        ([], {"accept/a.py": "# Nothing.\n"}, "it has no cell: begin one with “# %% <grade_id>”."),
    ],
)
def test_what_cannot_be_verified_is_said(
    arguments: list[str], answers: dict[str, str], message: str, tmp_path: Path
) -> None:
    result = _verify(tmp_path, *arguments, answers=answers)
    assert result.exit_code == 2
    assert message in result.stderr


def test_answers_to_each_exercise_are_spread_over_the_whole_solutions_first(tmp_path: Path) -> None:
    path = exercises.written(exercises.source(exercises.TEST), tmp_path / "solutions")
    for name in ("few/accept/a.py", "many/accept/a.py", "many/accept/b.py", "many/accept/c.py"):
        answer = tmp_path / "corpus" / name
        answer.parent.mkdir(parents=True, exist_ok=True)
        answer.write_text(RIGHT)

    found = written({"few": path, "many": path}, tmp_path / "corpus")

    assert [(assignment, answer.name) for assignment, _path, answer in found] == [
        *(("few", "accept/reference"), ("many", "accept/reference"), ("many", "accept/a")),
        *(("few", "accept/a"), ("many", "accept/b"), ("many", "accept/c")),
    ]
