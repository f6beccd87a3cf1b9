from __future__ import annotations

from pathlib import Path

import pytest

from autograder.exam import NoSource, find_submissions, sources


@pytest.fixture
def course(tmp_path: Path) -> Path:
    for name in ("solutions/one/one.ipynb", "solutions/two/part-a.ipynb", "solutions/two/part-b.ipynb"):
        made(tmp_path / name)
    made(tmp_path / "solutions/.ipynb_checkpoints/one-checkpoint.ipynb")
    return tmp_path


def made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}")
    return path


def found(course: Path, *paths: str) -> list[tuple[str, str, str, str]]:
    known = sources(course / "solutions")
    return [
        (one.student, one.assignment, str(one.path.relative_to(course)), one.source.stem)
        for one in find_submissions([course / path for path in paths], known)
    ]


def test_sources_are_known_by_assignment_and_notebook(course: Path) -> None:
    assert sorted(sources(course / "solutions")) == [("one", "one"), ("two", "part-a"), ("two", "part-b")]


def test_a_tree_of_nbgraders_is_read_at_whatever_depth(course: Path) -> None:
    for name in (
        "submitted/student-01/one/one.ipynb",
        "submitted/student-02/two/part-b.ipynb",
        "deep/er/submitted/cem/one/one.ipynb",
    ):
        made(course / name)
    assert found(course, "submitted") == [
        ("student-01", "one", "submitted/student-01/one/one.ipynb", "one"),
        ("student-02", "two", "submitted/student-02/two/part-b.ipynb", "part-b"),
    ]
    assert found(course, "deep") == [("cem", "one", "deep/er/submitted/cem/one/one.ipynb", "one")]
    assert [one[0] for one in found(course, "submitted", "submitted/student-01", "deep")] == [
        "student-01",
        "student-02",
        "cem",
    ]


def test_a_file_is_told_by_its_folder_or_by_its_name(course: Path) -> None:
    made(course / "student-01/one/one.ipynb")
    made(course / "student-01/one/renamed (1).ipynb")
    made(course / "mail/part-a.ipynb")
    assert found(course, "student-01/one/one.ipynb") == [("student-01", "one", "student-01/one/one.ipynb", "one")]
    assert found(course, "student-01/one/renamed (1).ipynb") == [
        ("student-01", "one", "student-01/one/renamed (1).ipynb", "one")
    ]
    assert found(course, "mail/part-a.ipynb") == [("mail", "two", "mail/part-a.ipynb", "part-a")]


def test_checkpoints_and_other_notebooks_in_a_tree_are_left_out(course: Path) -> None:
    made(course / "submitted/student-01/one/one.ipynb")
    made(course / "submitted/student-01/one/.ipynb_checkpoints/one-checkpoint.ipynb")
    made(course / "submitted/student-01/notes/scratch.ipynb")
    assert found(course, "submitted") == [("student-01", "one", "submitted/student-01/one/one.ipynb", "one")]


def test_a_file_of_no_known_assignment_is_told_what_is_known(course: Path) -> None:
    path = made(course / "student-01/three/three.ipynb")
    with pytest.raises(NoSource) as caught:
        found(course, "student-01/three/three.ipynb")
    assert str(caught.value) == (
        f"{path} answers no known assignment: expected one of one, two, as its folder or its name"
    )
    # Which of the two notebooks it renames is not known.
    made(course / "student-01/two/renamed.ipynb")
    with pytest.raises(NoSource):
        found(course, "student-01/two/renamed.ipynb")


def test_a_tree_without_submissions_is_told_what_was_looked_for(course: Path) -> None:
    (course / "empty").mkdir()
    with pytest.raises(NoSource) as caught:
        found(course, "empty")
    assert str(caught.value) == (
        f"No submission was found in {course / 'empty'}: expected <student>/<assignment>/<notebook>.ipynb, with"
        " one of the assignments one, two"
    )


def test_a_course_without_sources_says_where_they_should_be(tmp_path: Path) -> None:
    with pytest.raises(NoSource) as caught:
        sources(tmp_path)
    assert str(caught.value) == (
        f"There are no source notebooks in {tmp_path}: expected {tmp_path}/<assignment>/<notebook>.ipynb. Run this in"
        " the course's folder, or name the folder of the source notebooks."
    )
