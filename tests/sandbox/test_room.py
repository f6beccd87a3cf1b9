"""What stands in the room that a confined program runs in."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import autograder
from autograder.sandbox import Room, closed_folders
from autograder.sandbox.room import environment, readable


@pytest.fixture
def hostile_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "A_TOKEN": "secret",
        "PYTHONPATH": "/elsewhere",
        "PYTHONSTARTUP": "/elsewhere/start.py",
        "LD_PRELOAD": "/elsewhere/lib.so",
        "AUTOGRADER_DATA": "relative",
        "AUTOGRADER_DOWNLOAD": "1",
        "KERAS_HOME": "/elsewhere",
        "PATH": "/elsewhere",
        "HOME": "/elsewhere",
        "AUTOGRADER_LANG": "zh_TW",
        "LC_ALL": "C.UTF-8",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("hostile_environment")
def test_the_environment_holds_nothing_of_the_graders_but_its_language() -> None:
    found = environment("/room")
    assert set(found) <= {
        *("PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "TZ", "AUTOGRADER_LANG"),
        *("USER", "LOGNAME", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"),
        *("KERAS_HOME", "KERAS_BACKEND", "MPLCONFIGDIR", "TF_CPP_MIN_LOG_LEVEL", "CUDA_VISIBLE_DEVICES"),
        *("NBGRADER_EXECUTION", "PYTHONDONTWRITEBYTECODE", "OPENBLAS_NUM_THREADS"),
    }
    assert (found["AUTOGRADER_LANG"], found["LC_ALL"]) == ("zh_TW", "C.UTF-8")
    assert not [value for value in found.values() if "elsewhere" in value or "secret" in value]


def test_every_home_is_inside_the_room() -> None:
    homes = {name: value for name, value in environment("/room").items() if name.endswith(("HOME", "DIR"))}
    assert len(homes) == 8
    assert all(value.startswith("/room/") for value in homes.values())


def test_the_interpreters_own_programs_are_on_the_path() -> None:
    assert environment("/room")["PATH"].startswith(str(Path(sys.executable).parent))


def test_the_interpreter_and_the_package_can_be_read_and_what_stands_beside_them_cannot(tmp_path: Path) -> None:
    paths = readable(Room(settings={}, readable=(tmp_path, tmp_path / "inside", tmp_path / "not-there")))
    package = Path(autograder.__file__).parent

    def covered(path: Path) -> bool:
        return any(path.is_relative_to(one) for one in paths)

    assert covered(package / "__init__.py")
    assert covered(Path(sys.executable))
    assert covered(tmp_path / "x")
    assert paths.count(tmp_path) == 1
    assert tmp_path / "inside" not in paths
    for beside in ("solutions", "tests", "gradebook.db", ".git", "pyproject.toml"):
        assert not covered(package.parent / beside)
    for elsewhere in ("/", "/root/.ssh", "/home", "/etc/passwd", "/etc/shadow", "/var", "/run", "/tmp/x"):
        assert not covered(Path(elsewhere))


def test_folders_that_only_their_owner_may_pass_are_found(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "inner"
    inner.mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    inner.chmod(0o755)
    assert tmp_path / "closed" in closed_folders([inner / "file"])
    (tmp_path / "closed").chmod(0o711)
    assert tmp_path / "closed" not in closed_folders([inner / "file"])
    assert inner not in closed_folders([inner / "file"])
