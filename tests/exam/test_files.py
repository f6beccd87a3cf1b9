"""Files beside a notebook: what is copied, and what is not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.exam.files import TooManyFiles, copy_files
from autograder.exam.limits import Limits


def tree(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def found(directory: Path) -> dict[str, str]:
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    here = tmp_path / "here"
    here.mkdir()
    return here


def test_data_and_modules_are_copied_and_notebooks_are_not(tmp_path: Path, here: Path) -> None:
    given = tree(tmp_path / "a", data_csv="1", sub__helper_py="x = 1", a_ipynb="{}")
    tree(given / ".ipynb_checkpoints", old_csv="0")
    tree(given / "__pycache__", helper_pyc="0")
    copy_files(given, here, Limits())
    assert found(here) == {"data.csv": "1", "sub/helper.py": "x = 1"}


def test_the_later_copy_takes_the_place_of_the_earlier_even_where_a_folder_stands_for_a_file(
    tmp_path: Path, here: Path
) -> None:
    copy_files(tree(tmp_path / "a", data_csv="mine", x="a file", y__z="a folder"), here, Limits())
    (here / "data.csv").chmod(0o444)
    copy_files(tree(tmp_path / "b", data_csv="theirs", x__z="a folder", y="a file"), here, Limits())
    assert found(here) == {"data.csv": "theirs", "x/z": "a folder", "y": "a file"}


def test_links_and_pipes_stay_behind(tmp_path: Path, here: Path) -> None:
    secret = tree(tmp_path / "secret", key_txt="s")
    given = tree(tmp_path / "a", data_csv="1")
    (given / "key.txt").symlink_to(secret / "key.txt")
    (given / "folder").symlink_to(secret)
    os.mkfifo(given / "pipe")
    copy_files(given, here, Limits())
    assert found(here) == {"data.csv": "1"}


@pytest.mark.parametrize("limits", [Limits(files=2), Limits(files_bytes=3)])
def test_more_than_the_limit_is_refused(tmp_path: Path, here: Path, limits: Limits) -> None:
    given = tree(tmp_path / "a", a_csv="12", b_csv="34", c_csv="56")
    with pytest.raises(TooManyFiles) as caught:
        copy_files(given, here, limits)
    assert str(caught.value) == (
        f"The files beside the notebook are too many: at most {limits.files:,} are used, of {limits.files_bytes:,}"
        " bytes together."
    )
