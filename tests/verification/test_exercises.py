"""``autograder verify`` over the exercises themselves, in short: the command by itself tries everything."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main

ROOT = Path(__file__).parents[2]
EVERY = 40
"""Of the corpus's answers one of so many is graded: some seventeen, right and wrong, of all exercises."""


@pytest.mark.long
def test_no_right_answer_is_refused_and_no_wrong_one_let_through(tmp_path: Path) -> None:
    for path in sorted((ROOT / "tests" / "corpus").glob("*/*/*.py"))[::EVERY]:
        target = tmp_path / path.relative_to(ROOT / "tests" / "corpus")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    options = ["--source", str(ROOT / "solutions"), "--corpus", str(tmp_path), "--cases", "10", "--fresh"]
    result = CliRunner().invoke(main, ["verify", *options, "--jobs", "2", "--format", "json"])
    told = json.loads(result.stdout)
    assert told["survivors"] == [], result.stderr
    assert told["assignments"].keys() == {path.name for path in (ROOT / "solutions").iterdir() if path.is_dir()}
    assert told["total"]["accepted_cases"] >= 50
    assert told["total"]["rejected_cases"] >= 50
