"""Completion, as real shells ask for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

NAMES = ["04-cnn-shapes", "05-mnist-cnn"]
ENVIRONMENT = {**os.environ, "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}


def needs(shell: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(shutil.which(shell) is None, reason=f"{shell} is not installed")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / "source" / name).mkdir(parents=True)
        (tmp_path / "source" / name / f"{name}.ipynb").touch()
    (tmp_path / "source" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "source" / ".ipynb_checkpoints" / "x.ipynb").touch()
    return tmp_path


def asked(course: Path, *words: str) -> list[str]:
    """What the program answers a shell in which Tab was pressed behind the last of these words."""
    done = subprocess.run(
        ["autograder"],
        cwd=course,
        env={
            **ENVIRONMENT,
            "_AUTOGRADER_COMPLETE": "bash_complete",
            "COMP_WORDS": " ".join(["autograder", *words]),
            "COMP_CWORD": str(len(words)),
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert not done.stderr
    return [line.partition(",")[2] for line in done.stdout.split()]


def test_commands_options_choices_and_names_of_assignments_are_completed(course: Path) -> None:
    assert asked(course, "ver") == ["verify"]
    assert asked(course, "grade", "--form") == ["--format"]
    assert asked(course, "grade", "--format", "") == ["table", "json", "lines"]
    assert asked(course, "verify", "") == NAMES
    assert asked(course, "release", "05") == ["05-mnist-cnn"]
    assert asked(course, "report", "out", "--assignment", "0") == NAMES


def test_a_name_that_is_given_already_is_not_offered_again(course: Path) -> None:
    assert asked(course, "verify", "04-cnn-shapes", "0") == ["05-mnist-cnn"]


def test_names_are_those_of_the_folder_that_is_named(course: Path) -> None:
    (course / "other" / "mine").mkdir(parents=True)
    (course / "other" / "mine" / "mine.ipynb").touch()
    assert asked(course, "verify", "--source", "other", "") == ["mine"]
    assert asked(course / "other", "release", "--course", "..", "") == NAMES


def test_to_complete_imports_nothing_that_takes_long() -> None:
    script = (
        "import os, sys\nfrom autograder.cli import main\n"
        "try:\n    main(prog_name='autograder')\nexcept SystemExit:\n    pass\n"
        "print(*({'keras', 'tensorflow', 'nbgrader', 'nbclient', 'numpy', 'rich', 'msgspec'} & set(sys.modules)))"
    )
    environment = {"_AUTOGRADER_COMPLETE": "bash_complete", "COMP_WORDS": "autograder verify 0", "COMP_CWORD": "2"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=Path(__file__).parent.parent,
        env={**ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    *offered, imported = done.stdout.split("\n")[:-1]
    assert len(offered) == 6
    assert imported == ""


def script_of(shell: str, folder: Path) -> Path:
    done = subprocess.run(
        ["autograder", "completion", shell], env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    path = folder / f"completion.{shell}"
    path.write_text(done.stdout, encoding="utf-8")
    return path


@needs("bash")
def test_bash_completes(course: Path, tmp_path: Path) -> None:
    shell = pexpect.spawn(
        "bash", ["--norc", "--noprofile", "-i"], cwd=str(course), env={**ENVIRONMENT, "TERM": "dumb"}, encoding="utf-8"
    )
    _answers(shell, f"source {script_of('bash', tmp_path)}")


@needs("zsh")
def test_zsh_completes(course: Path, tmp_path: Path) -> None:
    shell = pexpect.spawn("zsh", ["-f", "-i"], cwd=str(course), env={**ENVIRONMENT, "TERM": "dumb"}, encoding="utf-8")
    _answers(shell, f"autoload -U compinit; compinit -u -D; source {script_of('zsh', tmp_path)}")


def _answers(shell: pexpect.spawn, setup: str) -> None:
    """Types a command with Tabs into a shell, and reads what it has become."""
    try:
        shell.sendline(f"{setup}; echo re''ady")
        shell.expect_exact("ready\r\n", timeout=60)
        shell.send("autograder veri\t")
        shell.expect_exact("verify", timeout=60)
        shell.send("05\t")
        shell.expect_exact("05-mnist-cnn", timeout=60)
    finally:
        shell.close(force=True)


@needs("fish")
def test_fish_completes(course: Path, tmp_path: Path) -> None:
    script = script_of("fish", tmp_path)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source {script}; complete -C 'autograder verify 0'"],
        cwd=course,
        env={**ENVIRONMENT, "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == NAMES
