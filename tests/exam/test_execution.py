"""The exam cut at the wall: what is executed here and examined there comes to what grading comes to."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.exam import Grader
from autograder.exam.asked import names_of_course, read_names
from autograder.exam.bundle import Executed, Taken, Unusable, read, write
from autograder.exam.crossing import Array, Scalar
from autograder.exam.examining import examine
from autograder.exam.execution import execute
from autograder.exam.papers import read as read_paper
from autograder.exam.submissions import Submission
from autograder.report import CellError, SubmissionReport, Training
from tests.exam.conftest import LIMITS, Classroom
from tests.exam.notebooks import (
    HIDDEN,
    answered,
    as_bytes,
    code,
    locked,
    notebook,
    solution,
    test,
    written,
)
from tests.exam.notebooks import write as write_notebook

COURSE = notebook(
    locked("setup", "import numpy as np\nK = 2"),
    solution("a", "a = 1\nb = [1, 2.5, float('nan')]"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'"),
    solution("more", "c = np.arange(6).reshape(2, 3) * 1.5\nsecret = 7"),
    test(
        "test-more",
        2,
        "assert c.shape == (2, 3)\n### BEGIN HIDDEN TESTS\nassert secret == 7, 'the hidden one'\n### END HIDDEN TESTS",
    ),
    written("words", 4, "Because."),
    solution("function", "def twice(x):\n    return 2 * x"),
    test("test-function", 1, "assert callable(twice)"),
)
CALLS = notebook(
    solution("function", "def twice(x):\n    return 2 * x"), test("test-function", 1, "assert twice(2) == 4")
)

ANSWERS: Mapping[str, Mapping[str, str]] = {
    "right": {},
    "wrong": {"a": "a = 3"},
    "hidden": {"more": "c = np.zeros((2, 3))\nsecret = 8"},
    "stopped": {"a": "a = 1 / 0", "more": "c = undefined"},
    "ended": {"more": "import os\nos._exit(3)"},
    "no plain data": {"a": "a = object()"},
    "a model instead": {"a": "import keras\na = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])"},
    "not filled in": {"more": "raise NotImplementedError()"},
}


def released(tree: Any) -> Any:
    """The release version: no solutions, no hidden tests."""
    cells = []
    for cell in answered(tree, {}).cells:
        cell.source = HIDDEN.sub("", cell.source)
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = "raise NotImplementedError()"
        cells.append(cell)
    return notebook(*cells)


class Cut:
    """Executes with the release version and examines with the source, as two machines would."""

    def __init__(self, classroom: Classroom, folder: Path) -> None:
        self._classroom = classroom
        self._folder = folder

    def executed(self, submission: Submission, tree: Any, *, with_names: bool = True) -> tuple[Executed, Any]:
        name = submission.source.stem
        sources = {(submission.assignment, name): submission.source}
        names = self._folder / "names.json"
        names.write_text(names_of_course(sources))
        release = write_notebook(released(tree), self._folder / "release" / submission.student / f"{name}.ipynb")
        paper = read_paper(replace(submission, source=release), LIMITS)
        told = read_names(names) if with_names else {}
        executed = self._classroom.run(execute(self._classroom.grader, paper, told))
        path = self._folder / f"{submission.student}.crossed"
        write(executed, path)
        return read(path, LIMITS), sources

    def examined(self, executed: Executed, sources: Any) -> SubmissionReport:
        return self._classroom.run(examine(self._classroom.grader, executed, sources))


@pytest.fixture
def cut(classroom: Classroom, tmp_path: Path) -> Cut:
    return Cut(classroom, tmp_path)


def same(report: SubmissionReport) -> SubmissionReport:
    """A report without the time that it took."""
    return replace(report, seconds=0.0)


@pytest.mark.parametrize("kind", ANSWERS)
def test_executed_and_examined_is_graded(kind: str, cut: Cut, classroom: Classroom) -> None:
    extra = code("extra = 1\nextra +")
    submission = classroom.hand_in(COURSE, answered(COURSE, ANSWERS[kind], extra))
    graded = classroom.graded(submission)
    executed, sources = cut.executed(submission, COURSE)
    assert same(cut.examined(executed, sources)) == same(graded)
    assert graded.cells


def test_what_is_no_notebook_is_told_the_same_by_both(cut: Cut, classroom: Classroom) -> None:
    for content in (b"", b"{}", b"not json", as_bytes(notebook(code("a = 1")))):
        submission = classroom.hand_in(COURSE, content)
        graded = classroom.graded(submission)
        executed, sources = cut.executed(submission, COURSE)
        assert replace(same(cut.examined(executed, sources)), isolation=graded.isolation) == same(graded)
        assert graded.ungraded


def test_a_test_that_calls_a_function_is_left_to_a_person_and_earns_nothing_yet(cut: Cut, classroom: Classroom) -> None:
    for answer in ("def twice(x):\n    return 2 * x", "twice = lambda *_: 4"):
        submission = classroom.hand_in(CALLS, answered(CALLS, {"function": answer}))
        assert classroom.graded(submission).score == 1.0
        report = cut.examined(*cut.executed(submission, CALLS))
        (cell,) = report.cells
        assert (cell.score, cell.manual, report.score) == (0.0, True, 0.0)
        assert cell.outcomes[0].message == (
            "This test calls your function “twice”, and no code of yours is run where hidden tests are. Whoever grades"
            " your work runs “autograder grade” for it: the points are still open."
        )


def test_without_the_file_of_names_hidden_tests_are_not_guessed_at(cut: Cut, classroom: Classroom) -> None:
    submission = classroom.hand_in(COURSE, answered(COURSE))
    report = cut.examined(*cut.executed(submission, COURSE, with_names=False))
    assert report.score is None
    assert report.ungraded == (
        "It was executed without what its tests ask for (test-more: secret): make names.json anew with “autograder"
        " names”, and execute the notebook again."
    )


def test_no_hidden_test_and_no_solution_is_in_a_bundle(cut: Cut, classroom: Classroom, tmp_path: Path) -> None:
    submission = classroom.hand_in(COURSE, answered(COURSE, {"a": "a = 1", "more": "c = 1", "function": ""}))
    cut.executed(submission, COURSE)
    content = (tmp_path / f"{submission.student}.crossed").read_bytes()
    assert b"the hidden one" not in content
    assert b"secret = 7" not in content


# What anybody may have made of a bundle.

EXECUTED = Executed(
    student="student-01",
    assignment="tiny",
    notebook="tiny",
    path="student-01/tiny/tiny.ipynb",
    content=b"{}",
    notices=("A notice.",),
    errors=(CellError(grade_id="a", position=1, error="NameError: x", line=2),),
    trainings=(Training(how="canonical", epochs=3, seconds=1.5),),
    isolation="bubblewrap",
    tests={
        "test-a": Taken(values={"a": Scalar(1)}, buffers=[]),
        "test-b": Taken(
            values={"b": Array("float64", [3], 0), "c": Array("float64", [3], 1)},
            buffers=[np.arange(3.0).tobytes()] * 2,
            ended="the kernel ended",
        ),
    },
)


def test_what_is_written_is_read_and_what_is_the_same_stands_there_once(tmp_path: Path) -> None:
    path = tmp_path / "one.crossed"
    write(EXECUTED, path)
    assert read(path) == EXECUTED
    assert path.read_bytes().count(np.arange(3.0).tobytes()) == 1


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_bytes_that_were_changed_are_read_as_a_bundle_or_refused(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "one.crossed"
    write(EXECUTED, path)
    content = bytearray(path.read_bytes())
    for _change in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path.write_bytes(content)
    with contextlib.suppress(Unusable):
        assert isinstance(read(path), Executed)


def framed(*parts: bytes) -> bytes:
    sizes = [len(parts).to_bytes(8, "little")]
    for part in parts:
        sizes += [len(part).to_bytes(8, "little"), part]
    return b"".join(sizes)


HEADER: dict[str, Any] = {
    "format": 1, "student": "s", "assignment": "tiny", "notebook": "tiny", "path": "p", "content": 1,
}  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ([b"[]"], "Expected `object`, got `array`"),
        ([msgspec.json.encode({**HEADER, "format": 2}), b""], "Invalid enum value 2 - at `$.format`"),
        ([msgspec.json.encode({**HEADER, "more": 1}), b""], "Object contains unknown field `more`"),
        ([msgspec.json.encode({**HEADER, "content": 2}), b""], "a part that is not there"),
        ([msgspec.json.encode({**HEADER, "content": 0}), b""], "a part that is not there"),
        ([msgspec.json.encode({**HEADER, "content": -1}), b""], "a part that is not there"),
        (
            [msgspec.json.encode({**HEADER, "problem": "x" * 5_001}), b""],
            "Expected `str` of length <= 5000 - at `$.problem`",
        ),
        (
            [msgspec.json.encode({**HEADER, "tests": [{"grade_id": "t", "reply": 1, "buffers": []}] * 2}), b"{}"],
            "a test cell is there twice",
        ),
        (
            [
                msgspec.json.encode({**HEADER, "tests": [{"grade_id": "t", "reply": 1, "buffers": [2] * 600}]}),
                b'{"number":0,"values":{}}',
                b"x" * 1_000_000,
            ],
            "600,000,000 bytes of arrays for one test",
        ),
        (
            [
                msgspec.json.encode({**HEADER, "tests": [{"grade_id": "t", "reply": 1, "buffers": []}]}),
                b'{"number": 0}',
            ],
            "it is not in its one and only form",
        ),
        ([b" " * 10_000_001, b""], "its first part is too large"),
        ([b"[" + b"[]," * 200_000 + b"[]]", b""], "its first part is too large"),
    ],
)
def test_a_forged_bundle_is_refused_and_says_why(parts: list[bytes], problem: str, tmp_path: Path) -> None:
    path = tmp_path / "forged.crossed"
    path.write_bytes(framed(*parts))
    with pytest.raises(Unusable) as caught:
        read(path)
    assert str(caught.value) == f"forged.crossed is no bundle that “autograder execute” has written: {problem}"


def test_a_bundle_is_a_file_and_no_link_to_one(tmp_path: Path) -> None:
    write(EXECUTED, tmp_path / "one.crossed")
    (tmp_path / "link.crossed").symlink_to("one.crossed")
    with pytest.raises(Unusable):
        read(tmp_path / "link.crossed")
    for content in (b"", b"\0", (2**63).to_bytes(8, "little"), framed(b"{}") + b"more"):
        (tmp_path / "two.crossed").write_bytes(content)
        with pytest.raises(Unusable):
            read(tmp_path / "two.crossed")


def test_values_that_were_forged_are_judged_as_a_notebooks_values(cut: Cut, classroom: Classroom) -> None:
    submission = classroom.hand_in(COURSE, answered(COURSE, {"a": "a = 3"}))
    executed, sources = cut.executed(submission, COURSE)
    forged = replace(executed, tests={**executed.tests, "test-a": Taken(values={"a": Array("float64", [10**9], 5)})})
    report = cut.examined(forged, sources)
    assert report.cells[0].score == 0
    assert report.cells[0].outcomes[0].message == "an array of dtype 'float64' cannot be read."


def test_a_bundle_for_another_course_is_named_as_not_graded(cut: Cut, classroom: Classroom) -> None:
    report = cut.examined(EXECUTED, {("other", "other"): Path("other.ipynb")})
    assert (report.score, report.ungraded) == (None, "It answers no known assignment: expected one of other.")
    assert isinstance(classroom.grader, Grader)
