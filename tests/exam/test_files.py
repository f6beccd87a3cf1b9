"""Files beside a notebook: what is copied, and what is not."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from autograder.exam.files import NotAFile, TooManyFiles, no_files, read_file, read_files, together, write_files
from autograder.exam.limits import Limits


def tree(directory: Path, **files: str) -> Path:
    for name, text in files.items():
        path = directory / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


def found(directory: Path) -> dict[str, str]:
    return {str(path.relative_to(directory)): path.read_text() for path in directory.rglob("*") if path.is_file()}


def test_data_and_modules_are_read_and_notebooks_are_not(tmp_path: Path) -> None:
    given = tree(tmp_path / "a", data_csv="1", sub__helper_py="x = 1", a_ipynb="{}")
    tree(given / ".ipynb_checkpoints", old_csv="0")
    tree(given / "__pycache__", helper_pyc="0")
    assert read_files(given, Limits()) == {b"data.csv": b"1", b"sub/helper.py": b"x = 1"}


def test_the_assignments_own_take_the_place_of_the_students_even_where_a_folder_stands_for_a_file() -> None:
    student = {b"data.csv": b"mine", b"x": b"a file", b"y/z": b"in a folder", b"other": b"mine"}
    own = {b"data.csv": b"theirs", b"x/z": b"in a folder", b"y": b"a file"}
    assert together(student, own) == {**own, b"other": b"mine"}


def test_files_are_written_in_place_of_all_others(tmp_path: Path) -> None:
    tree(tmp_path, old_csv="0", folder__old_csv="0")
    (tmp_path / "link").symlink_to("/")
    write_files({b"data.csv": b"1", b"sub/helper.py": b"x = 1", b"\xff": b"odd"}, tmp_path)
    assert found(tmp_path) == {"data.csv": "1", "sub/helper.py": "x = 1", "\udcff": "odd"}


@pytest.mark.parametrize("name", [b"../x", b"/tmp/x", b"a/../../x"])
def test_a_name_that_leads_out_of_the_folder_is_refused(tmp_path: Path, name: bytes) -> None:
    with pytest.raises(ValueError, match=r"^the name of a file leads out of its folder: "):
        write_files({name: b""}, tmp_path)


def test_links_pipes_and_second_names_stay_behind(tmp_path: Path) -> None:
    secret = tree(tmp_path / "secret", key_txt="s")
    given = tree(tmp_path / "a", data_csv="1")
    (given / "key.txt").symlink_to(secret / "key.txt")
    (given / "hard.txt").hardlink_to(secret / "key.txt")
    (given / "folder").symlink_to(secret)
    os.mkfifo(given / "pipe")
    assert read_files(given, Limits()) == {b"data.csv": b"1"}
    assert read_files(given, Limits(), links=True) == {b"data.csv": b"1", b"key.txt": b"s", b"hard.txt": b"s"}
    for name in ("key.txt", "hard.txt", "pipe"):
        with pytest.raises(NotAFile):
            read_file(given / name, 10)
    assert {path.name for path in no_files(given)} == {"key.txt", "hard.txt", "folder", "pipe"}


def test_an_instructors_file_may_be_a_link_and_have_other_names(tmp_path: Path) -> None:
    given = tree(tmp_path, data_csv="1")
    (given / "link").symlink_to("data.csv")
    (given / "second").hardlink_to(given / "data.csv")
    for name in ("data.csv", "link", "second"):
        assert read_file(given / name, 10, links=True) == b"1"
    with pytest.raises(NotAFile):
        read_file(given, 10, links=True)


def test_sockets_and_links_that_lead_nowhere_stay_behind_even_an_instructors(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for links in (False, True):
        assert read_files(tmp_path, Limits(), links=links) == {}


def test_a_file_that_is_larger_than_its_disk_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10**13)
    assert read_file(tmp_path / "sparse", 1_000) is None


@pytest.mark.parametrize("limits", [Limits(files=2), Limits(files_bytes=3)])
def test_more_than_the_limit_is_refused(tmp_path: Path, limits: Limits) -> None:
    given = tree(tmp_path / "a", a_csv="12", b_csv="34", c_csv="56")
    with pytest.raises(TooManyFiles) as caught:
        read_files(given, limits)
    assert str(caught.value) == (
        f"The files beside the notebook are too many: at most {limits.files:,} are used, of {limits.files_bytes:,}"
        " bytes together."
    )
