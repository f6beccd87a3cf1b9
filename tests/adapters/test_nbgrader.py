"""What nbgrader need not do again, and what becomes of a run of its that is interrupted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbgrader.api import Gradebook

from tests.exam import notebooks

CONFIG = """
from autograder.adapters.nbgrader import configure
c = get_config()
c.CourseDirectory.course_id = "tiny"
configure(c)
"""


def _runs_a_cell(pid: int) -> bool:
    """Whether something below a process has used more processor time than any start takes."""
    for child in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if child.cpu_times().user > 4:
                return True
    return False


@pytest.fixture
def source(tmp_path: Path) -> Any:
    source = notebooks.notebook(notebooks.solution("a", "x = 1"), notebooks.test("test-a", 1, "assert x == 1"))
    source.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebooks.write(source, tmp_path / "source" / "one" / "work.ipynb")
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    return source


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    binaries = Path(sys.executable).parent
    return {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        # A short one: sockets stand in it.
        "TMPDIR": "/tmp",
    }


def test_what_the_command_line_has_graded_nbgrader_need_not_grade_again(
    tmp_path: Path, source: Any, environment: dict[str, str]
) -> None:
    for number, answer in enumerate(("x = 1", "x = 2"), start=1):
        submitted = tmp_path / "submitted" / f"student-{number:02}" / "one" / "work.ipynb"
        notebooks.write(notebooks.answered(source, {"a": answer}), submitted)

    def run(*command: str) -> set[Path]:
        binary = Path(sys.executable).parent / command[0]
        subprocess.run([binary, *command[1:]], cwd=tmp_path, env=environment, check=True, capture_output=True)
        return set((tmp_path / "cache").rglob("*.json"))

    run("nbgrader", "generate_assignment", "one")
    remembered = run("autograder", "grade", "submitted", "--source", "source", "--jobs", "2")
    assert len(remembered) == 2
    assert run("nbgrader", "autograde", "one") == remembered
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        scores = {one.student.id: one.score for one in gradebook.assignment_submissions("one")}
    assert scores == {"student-01": 1.0, "student-02": 0.0}


def test_an_interrupted_run_ends_at_once_and_leaves_no_process_behind(
    tmp_path: Path, source: Any, environment: dict[str, str]
) -> None:
    submission = tmp_path / "submitted" / "student-01" / "one" / "work.ipynb"
    notebooks.write(notebooks.answered(source, {"a": "while True:\n    pass"}), submission)
    command = [Path(sys.executable).parent / "nbgrader"]
    subprocess.run(
        [*command, "generate_assignment", "one"], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    before = submission.read_bytes()
    log = tmp_path / "log"
    with (
        log.open("wb") as stream,
        # Where the tests run in the background of a shell, it has this signal ignored.
        subprocess.Popen(
            ["env", "--default-signal=INT", *command, "autograde", "one"],
            cwd=tmp_path,
            env=environment,
            stderr=stream,
            stdout=stream,
        ) as running,
    ):
        try:
            deadline = time.monotonic() + 120
            while not _runs_a_cell(running.pid) and time.monotonic() < deadline:
                time.sleep(0.1)
            children = psutil.Process(running.pid).children(recursive=True)
            assert len(children) >= 2, log.read_text()
            running.send_signal(signal.SIGINT)
            running.wait(60)
        finally:
            running.kill()
    assert running.returncode != 0
    assert [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE] == []
    assert submission.read_bytes() == before
    assert not (tmp_path / "autograded" / "student-01" / "one").exists()
