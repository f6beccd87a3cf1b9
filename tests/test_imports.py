"""What importing this package costs, and which module may import which."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import autograder

ROOT = Path(__file__).parents[1]
PACKAGE = Path(autograder.__file__).parent
HEAVY = ("tensorflow", "keras", "jax", "torch")


def run(*command: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "program",
    [
        "import autograder",
        "import autograder.cli",
        "from autograder import grade, layer, Answer, Layers, SameArchitecture, TestAccuracy, Trained",
        "import autograder.exam, autograder.feedback, autograder.datasets",
        "from autograder.cli import main; main(['--help'], standalone_mode=False)",
        "from autograder.cli import main; main(['grade', '--help'], standalone_mode=False)",
        "import autograder; autograder.grade(3, autograder.Answer(3))",
    ],
)
def test_no_model_no_keras(program: str) -> None:
    tell = f"import sys; print(); print([name for name in {HEAVY} if name in sys.modules])"
    done = run(sys.executable, "-c", f"{program}\n{tell}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_model_is_what_keras_is_imported_for() -> None:
    # Shows that the test above can fail.
    done = run(sys.executable, "-c", "import sys, autograder; autograder.read_model; print('keras' in sys.modules)")
    assert done.stdout.split()[-1:] == ["True"]


def test_every_name_that_is_offered_is_there() -> None:
    for name in autograder.__all__:
        if name not in {"UnreadableModel", "read_model", "watch_training"}:
            assert getattr(autograder, name).__name__
    assert set(autograder.__all__) <= set(dir(autograder))
    with pytest.raises(AttributeError, match="has no attribute 'Grade'"):
        autograder.Grade  # noqa: B018


# --- imports only go down ---------------------------------------------------------------------------------


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache", folder=folder)


def test_imports_only_go_down() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "imports only go down KEPT" in done.stdout


def test_an_import_that_goes_up_is_found(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "autograder", ignore=shutil.ignore_patterns("embedded", "__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / "autograder" / "facts.py").open("a", encoding="utf-8") as facts:
        facts.write("\nfrom autograder.checks import Answer as Upward\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "imports only go down BROKEN" in done.stdout
    assert "autograder.facts is not allowed to import autograder.checks" in done.stdout
