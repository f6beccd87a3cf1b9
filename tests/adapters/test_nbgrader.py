"""What becomes of a run of nbgrader's that is interrupted."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.exam import notebooks

CONFIG = """
from autograder.adapters.nbgrader import configure
c = get_config()
c.CourseDirectory.course_id = "tiny"
configure(c)
"""


def _runs_a_cell(pid: int) -> bool:
    """Whether a kernel below a process has used more processor time than its start takes."""
    for child in psutil.Process(pid).children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "ipykernel_launcher" in child.cmdline() and child.cpu_times().user > 4:
                return True
    return False


def test_an_interrupted_run_ends_at_once_and_leaves_no_process_behind(tmp_path: Path) -> None:
    source = notebooks.notebook(notebooks.solution("a", "x = 1"), notebooks.test("test-a", 1, "assert x == 1"))
    source.metadata["kernelspec"] = {"name": "python3", "language": "python", "display_name": "Python 3"}
    notebooks.write(source, tmp_path / "source" / "one" / "work.ipynb")
    submission = tmp_path / "submitted" / "student-01" / "one" / "work.ipynb"
    notebooks.write(notebooks.answered(source, {"a": "while True:\n    pass"}), submission)
    (tmp_path / "nbgrader_config.py").write_text(CONFIG)
    binaries = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        # A short one: sockets stand in it.
        "TMPDIR": "/tmp",
    }
    command = [binaries / "nbgrader"]
    subprocess.run(
        [*command, "generate_assignment", "one"], cwd=tmp_path, env=environment, check=True, capture_output=True
    )
    before = submission.read_bytes()
    log = tmp_path / "log"
    with (
        log.open("wb") as stream,
        subprocess.Popen(
            [*command, "autograde", "one"], cwd=tmp_path, env=environment, stderr=stream, stdout=stream
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
