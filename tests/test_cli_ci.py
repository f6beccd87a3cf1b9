"""The commands that CI gives, on a course of a few cells."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import xmlschema

from autograder.report import ClassReport
from tests.adapters.test_repository import Git
from tests.exam.notebooks import answered, locked, notebook, solution, test, write
from tests.test_cli import autograder_cli

TINY = notebook(
    locked("setup", "K = 2"),
    solution("a", "a = 1"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'\n### BEGIN HIDDEN TESTS\nassert not b\n### END HIDDEN TESTS"),
)


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    git = Git(tmp_path / "course")
    write(TINY, git.folder / "solutions/tiny/tiny.ipynb")
    write(answered(TINY), git.folder / "assignments/tiny/tiny.ipynb")
    for student in ("student-01", "student-02"):
        write(answered(TINY), git.folder / f"submitted/{student}/tiny/tiny.ipynb")
    git.commit()
    git("branch", "base")
    monkeypatch.chdir(git.folder)
    return git


def test_the_names_that_tests_ask_for_are_written_down_and_kept_up_to_date(course: Git) -> None:
    assert autograder_cli("names", "--check").exit_code == 1
    assert autograder_cli("names").stdout == "names.json\n"
    assert json.loads((course.folder / "names.json").read_text()) == {"tiny/tiny": {"test-a": {"names": ["a", "b"]}}}
    assert autograder_cli("names", "--check").stdout == "names.json is up to date.\n"
    write(notebook(solution("a", "a = 1"), test("test-a", 3, "assert a")), course.folder / "solutions/tiny/tiny.ipynb")
    stale = autograder_cli("names", "--check")
    assert (stale.exit_code, stale.stderr) == (1, "names.json is out of date: run “autograder names”.\n")


def test_a_branch_that_changes_no_notebook_of_the_course_is_graded_at_once(course: Git) -> None:
    course.write("submitted/student-03/notes/notes.ipynb", "{}")
    course("rm", "--quiet", "submitted/student-02/tiny/tiny.ipynb")
    write(notebook(), course.folder / "solutions/tiny/tiny.ipynb")
    course.commit()
    done = autograder_cli("grade", "--changed-since", "base", "--summary", "out/summary.md", "--junit", "out/junit.xml")
    assert done.exit_code == 0
    assert done.stderr.splitlines() == [
        "submitted/student-02/tiny/tiny.ipynb was deleted: there is nothing to grade.",
        "submitted/student-03/notes/notes.ipynb answers no assignment of this course: it was not graded.",
        "The branch changes no notebook that is graded.",
    ]
    assert (course.folder / "out/summary.md").read_text() == (
        "### autograder\n\nNo notebook was graded.\n\n"
        "- `submitted/student-02/tiny/tiny.ipynb was deleted: there is nothing to grade.`\n"
        "- `submitted/student-03/notes/notes.ipynb answers no assignment of this course: it was not graded.`\n"
    )
    schema = xmlschema.XMLSchema(Path(__file__).parent / "feedback" / "junit-10.xsd")
    schema.validate(str(course.folder / "out/junit.xml"))


def test_what_a_branch_cannot_be_compared_with_is_told(course: Git) -> None:
    done = autograder_cli("grade", "--changed-since", "nowhere")
    assert done.exit_code == 2
    assert done.stderr.splitlines()[-1] == "Error: There is no commit nowhere here: fetch it first."


def test_a_branch_is_graded_with_all_that_ci_reads(course: Git) -> None:
    """Starts kernels, for the two notebooks that the branch changes."""
    course("mv", "submitted/student-01/tiny/tiny.ipynb", "submitted/student-01/tiny/mine.ipynb")
    write(answered(TINY, {"a": "a = 7"}), course.folder / "submitted/student-03/tiny/tiny.ipynb")
    course.commit()
    done = autograder_cli(
        "grade", "submitted", "--changed-since", "base", "--source", "assignments", "--pass-mark", "50",
        *(part for name in ("json", "junit", "summary") for part in (f"--{name}", f"out/{name}")),
        "--annotations", "out/annotations.json", "--check-run", "out/check-run.json",
    )  # fmt: skip
    assert done.exit_code == 1, done.stderr
    report = msgspec.json.decode((course.folder / "out/json").read_bytes(), type=ClassReport)
    assert [(one.student, one.path, one.score) for one in report.submissions] == [
        ("student-01", "submitted/student-01/tiny/mine.ipynb", 3.0),
        ("student-03", "submitted/student-03/tiny/tiny.ipynb", 0.0),
    ]
    (annotation,) = json.loads((course.folder / "out/annotations.json").read_text())
    assert (annotation["path"], annotation["title"]) == ("submitted/student-03/tiny/tiny.ipynb", "tiny · test-a")
    check = json.loads((course.folder / "out/check-run.json").read_text())
    assert (check["conclusion"], check["output"]["title"]) == ("failure", "tiny: 3/3, tiny: 0/3")
    assert check["output"]["annotations"] == [annotation]
    summary = (course.folder / "out/summary").read_text()
    assert "submitted/student-01/tiny/mine.ipynb was submitted/student-01/tiny/tiny.ipynb before." in summary


def test_damaged_bundles_are_named_and_cost_the_others_nothing(course: Git) -> None:
    bundles = course.folder / "bundles"
    bundles.mkdir()
    (bundles / "00001.crossed").write_bytes(b"no bundle")
    (bundles / "remarks.json").write_text('["A remark.", 3]')
    done = autograder_cli("examine", "bundles", "--json", "report.json")
    assert done.exit_code == 3
    (one,) = msgspec.json.decode((course.folder / "report.json").read_bytes(), type=ClassReport).submissions
    assert one.ungraded.startswith("00001.crossed is no bundle that “autograder execute” has written: ")
