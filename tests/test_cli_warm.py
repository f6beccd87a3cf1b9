"""``autograder warm``: what it keeps, and who uses it."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psutil
import pytest
from platformdirs import user_cache_path

from autograder.report import ClassReport
from autograder.sandbox import strongest_layer
from tests.exam.notebooks import answered, notebook, solution, test, write

pytestmark = pytest.mark.skipif(
    strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"
)

PROGRAM = Path(sys.executable).parent / "autograder"
READY = "Ready: autograder's commands and kernels start from here until Ctrl-C.\n"
KERAS = notebook(
    solution("a", "import keras\na = keras.ops.size(keras.ops.ones(3))"), test("test-a", 1, "assert a == 3")
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write(KERAS, tmp_path / "solutions" / "keras" / "keras.ipynb")
    write(answered(KERAS), tmp_path / "submitted" / "student-01" / "keras" / "keras.ipynb")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture
def keeper(course: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [PROGRAM, "warm"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as keeper:
        assert keeper.stdout is not None
        assert keeper.stdout.readline() == READY
        yield keeper
        keeper.terminate()


def parents_of_forks(command: int) -> list[int]:
    """The processes that imported for a command, and are forked."""
    found = []
    for process in psutil.Process(command).children(recursive=True):
        try:
            if any("sandbox.forks import main" in word for word in process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_command_forks_what_is_kept_and_its_end_leaves_nothing(
    keeper: subprocess.Popen[str], ending: signal.Signals
) -> None:
    kept = psutil.Process(keeper.pid).children(recursive=True)
    seen: list[int] = []
    with subprocess.Popen(
        [PROGRAM, "grade", "submitted", "--fresh", "--format", "json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as command:
        while command.poll() is None:
            try:
                command.wait(0.05)
            except subprocess.TimeoutExpired:
                seen += parents_of_forks(command.pid)
        assert command.stdout is not None
        (report,) = msgspec.json.decode(command.stdout.read(), type=ClassReport).submissions
    assert (report.score, report.isolation) == (1, "bubblewrap")
    assert seen == []
    assert all(process.is_running() for process in kept)
    keeper.send_signal(ending)
    assert keeper.wait(20) == 0
    _gone, alive = psutil.wait_procs(kept, 10)
    assert alive == []
    assert list((user_cache_path("autograder") / "warm").iterdir()) == []


def test_who_would_keep_it_too_is_told(keeper: subprocess.Popen[str]) -> None:
    second = subprocess.run([PROGRAM, "warm"], capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 3
    assert second.stderr == "Error: Nothing can be kept warm here: another program keeps it already.\n"
