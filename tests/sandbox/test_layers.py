from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autograder.sandbox import SeparateProcess, strongest_layer


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
def test_the_environment_holds_nothing_of_the_graders_but_its_language(tmp_path: Path) -> None:
    environment = SeparateProcess().environment(tmp_path)
    assert set(environment) <= {
        *("PATH", "HOME", "TMPDIR", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "TZ", "AUTOGRADER_LANG"),
        *("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "KERAS_HOME", "KERAS_BACKEND", "MPLCONFIGDIR"),
        *("TF_CPP_MIN_LOG_LEVEL", "NBGRADER_EXECUTION", "PYTHONDONTWRITEBYTECODE"),
    }
    assert (environment["AUTOGRADER_LANG"], environment["LC_ALL"]) == ("zh_TW", "C.UTF-8")
    assert not [value for value in environment.values() if "elsewhere" in value or "secret" in value]


@pytest.mark.usefixtures("hostile_environment")
def test_every_home_is_inside_the_directory(tmp_path: Path) -> None:
    environment = SeparateProcess().environment(tmp_path)
    homes = [name for name in environment if name.endswith(("HOME", "DIR")) or name == "MPLCONFIGDIR"]
    assert len(homes) == 7
    assert all(Path(environment[name]).is_relative_to(tmp_path) for name in homes)


def test_the_interpreters_own_programs_are_on_the_path(tmp_path: Path) -> None:
    assert SeparateProcess().environment(tmp_path)["PATH"].startswith(str(Path(sys.executable).parent))


def test_a_separate_process_runs_the_command_as_it_stands(tmp_path: Path) -> None:
    argv = ("python", "-m", "ipykernel_launcher", "-f", "{connection_file}")
    assert SeparateProcess().command(argv, tmp_path) == list(argv)


def test_the_layer_in_force_has_a_name() -> None:
    assert strongest_layer().name == "process"
