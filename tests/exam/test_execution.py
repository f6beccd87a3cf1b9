"""The exam cut at the wall: what is executed here and examined there comes to what grading comes to."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.exam import Grader, calls
from autograder.exam.asked import names_of_course, read_names
from autograder.exam.bundle import Executed, Taken, Unusable, read, write
from autograder.exam.calls import Answer, Call
from autograder.exam.crossing import Array, Function, Scalar
from autograder.exam.examining import examine
from autograder.exam.execution import calls_of, execute
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
from tests.test_assignments import ASSIGNMENTS, ROOT

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

HIDDEN_CALLS = """
assert twice(2) == 4, "twice two"
### BEGIN HIDDEN TESTS
for number in (2, 5, 5):
    assert twice(number) == 2 * number, "a hidden call"
assert list(twice(np.array([21.0, 4711.0]))) == [42.0, 9422.0]
### END HIDDEN TESTS
"""
CALLS = notebook(
    locked("setup", "import numpy as np\nfrom autograder import Calls, grade, student_name\nmine = student_name('')"),
    solution("function", "def twice(x):\n    return 2 * x"),
    test("test-kept", 1, "length = len(mine)\nassert length"),
    test(
        "test-shown",
        2,
        "def right(x):\n    return 2 * x\n\n"
        "grade(twice, Calls(right, [(2,), (2,), (length,), (mine,), (np.ones((2, 2)),)], points=2))",
    ),
    solution("more", "state = 1"),
    test("test-more", 1, "assert state == 1"),
    solution("again", "again = twice"),
    test("test-hidden", 1, HIDDEN_CALLS),
    test("test-last", 1, "assert state == 1\nassert twice(x=1) == again(1) == 2"),
)

FUNCTIONS: Mapping[str, str] = {
    "right": "def twice(x):\n    return 2 * x",
    "wrong": "def twice(x):\n    return x + 2",
    "wrong for whom it does not know": "def twice(x):\n    return 0 if isinstance(x, str) else 2 * x",
    "raises": "def twice(x):\n    raise ValueError(f'no {x}')",
    "raises at some": "def twice(x):\n    return {2: 4, 5: 10}[x]",
    "exits": "import os\ndef twice(x):\n    os._exit(1)",
    "loops for ever": "def twice(x):\n    while True: pass",
    "returns no plain data": "def twice(x):\n    return object()",
    "other things at equal calls": "made = []\ndef twice(x):\n    made.append(x)\n    return 2 * x + len(made) // 2",
    "knows by heart": "twice = lambda *_: 4",
    "is no function": "twice = 4",
    "is not there": "",
    "changes what it is given": "def twice(x):\n    x *= 2\n    return x",
    "changes the notebook": "def twice(x):\n    global state\n    state = 2\n    return 2 * x",
}

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

    def names(self, submission: Submission, *, hidden_calls: bool = False) -> Path:
        """The file of names, made anew."""
        course = (submission.assignment, submission.source.stem)
        told = {}
        if hidden_calls:
            paper = read_paper(replace(submission, student="-", path=submission.source), LIMITS)
            told[course], remarks = self._classroom.run(calls_of(self._classroom.grader, paper))
            assert remarks == []
        path = self._folder / "names.json"
        path.write_text(names_of_course({course: submission.source}, told))
        return path

    def executed(
        self, submission: Submission, tree: Any, *, with_names: bool = True, hidden_calls: bool = False
    ) -> tuple[Executed, Any]:
        name = submission.source.stem
        sources = {(submission.assignment, name): submission.source}
        names = self.names(submission, hidden_calls=hidden_calls)
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
    """A report without the time and the memory that it took."""
    trainings = tuple(replace(training, seconds=0.0) for training in report.trainings)
    # Keras prints how long an epoch took.
    notebook = tuple(replace(cell, text=TIMES.sub("", cell.text)) for cell in report.notebook)
    return replace(report, seconds=0.0, memory_bytes=0, trainings=trainings, notebook=notebook)


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


def shown(report: SubmissionReport) -> list[tuple[str, list[str]]]:
    """What each cell of the notebook showed: its text without times, and prints of its pictures."""
    return [
        (TIMES.sub("", cell.text), [sha256(picture.encode()).hexdigest()[:8] for _kind, picture in cell.images])
        for cell in report.notebook
    ]


TIMES = re.compile(r"\b\d+[mu]?s\b")

OPEN = (
    "This test calls your function “twice”, and no code of yours is run where hidden tests are. Whoever grades"
    " your work runs “autograder grade” for it: the points are still open."
)


@pytest.mark.parametrize("kind", FUNCTIONS)
def test_functions_are_called_where_they_are_and_that_comes_to_what_grading_comes_to(
    kind: str, cut: Cut, classroom: Classroom
) -> None:
    submission = classroom.hand_in(CALLS, answered(CALLS, {"function": FUNCTIONS[kind]}))
    graded = classroom.graded(submission)
    executed, sources = cut.executed(submission, CALLS, hidden_calls=True)
    assert same(cut.examined(executed, sources)) == same(graded)
    assert (graded.score == 6) == (kind in {"right", "changes what it is given"})


@pytest.mark.parametrize("kind", ["right", "wrong", "knows by heart"])
def test_hidden_calls_that_were_not_told_are_left_to_a_person_and_earn_nothing_yet(
    kind: str, cut: Cut, classroom: Classroom
) -> None:
    submission = classroom.hand_in(CALLS, answered(CALLS, {"function": FUNCTIONS[kind]}))
    graded = {cell.grade_id: cell for cell in classroom.graded(submission).cells}
    report = cut.examined(*cut.executed(submission, CALLS))
    cells = {cell.grade_id: cell for cell in report.cells}
    if kind == "wrong":
        # 2 + 2 is 4: the visible call says nothing, and the first hidden one has the same arguments.
        assert cells["test-shown"].outcomes[0].message.startswith("3 of 5 calls go wrong.")
    hidden = cells.pop("test-hidden")
    assert (hidden.score, hidden.manual, hidden.outcomes[0].message) == (0.0, True, OPEN)
    del graded["test-hidden"]
    assert cells == graded


def test_a_call_that_ended_the_notebook_and_that_no_test_came_to_costs_nothing_for_good(
    cut: Cut, classroom: Classroom
) -> None:
    """The solution's second call is made although the test stops at the first: nobody knows that where it is made."""
    answer = "def twice(x):\n    while x == 5: pass\n    return x * x * x"
    source = notebook(
        solution("function", FUNCTIONS["right"]),
        test(
            "test-hidden",
            1,
            "twice\n### BEGIN HIDDEN TESTS\nassert twice(2) == 4\nassert twice(5) == 10\n### END HIDDEN TESTS",
        ),
        solution("more", "state = 1"),
        test("test-more", 1, "assert state == 1"),
    )
    submission = classroom.hand_in(source, answered(source, {"function": answer}))
    graded = classroom.graded(submission)
    assert [cell.score for cell in graded.cells] == [0, 1]
    first, last = cut.examined(*cut.executed(submission, source, hidden_calls=True)).cells
    assert first == graded.cells[0]
    assert (last.score, last.manual) == (0.0, True)
    assert last.outcomes[0].message == (
        "Your notebook was stopped before this test, by a call that the tests turned out not to make (the function"
        " “twice” did not return within 5 seconds). Whoever grades your work runs “autograder grade” for it: the"
        " points are still open."
    )


@pytest.mark.course
@pytest.mark.parametrize("assignment", ASSIGNMENTS)
def test_the_course_is_graded_in_two_halves_as_in_one(assignment: str, runner: asyncio.Runner, tmp_path: Path) -> None:
    """With the release notebooks as they are handed out, and hidden calls told."""
    source = ROOT / "solutions" / assignment / f"{assignment}.ipynb"
    release = ROOT / "assignments" / assignment / f"{assignment}.ipynb"
    handed_in = Submission(student="student-01", assignment=assignment, path=source, source=source)

    async def halves() -> tuple[SubmissionReport, SubmissionReport]:
        async with Grader().open() as grader:
            course = {(assignment, assignment): source}
            told, remarks = await calls_of(grader, read_paper(replace(handed_in, student="-"), grader.limits))
            assert remarks == []
            names = tmp_path / "names.json"
            names.write_text(names_of_course(course, {(assignment, assignment): told}))
            graded = await grader.grade(handed_in)
            paper = read_paper(replace(handed_in, source=release), grader.limits)
            write(await execute(grader, paper, read_names(names)), tmp_path / "one.crossed")
            return graded, await examine(grader, read(tmp_path / "one.crossed"), course)

    graded, examined = runner.run(halves())
    # Beforehand and apart, so that a difference is not lost among the texts of all cells.
    assert shown(examined) == shown(graded)
    assert same(examined) == same(graded)
    assert all(cell.manual or cell.score == cell.points for cell in graded.cells)
    assert not any(cell.manual and cell.outcomes for cell in examined.cells)


def test_hidden_calls_are_in_the_file_of_names_only_where_they_are_asked_for(cut: Cut, classroom: Classroom) -> None:
    submission = classroom.hand_in(CALLS, answered(CALLS))
    assert cut.names(submission).read_text().count("calls") == 0
    (tests,) = read_names(cut.names(submission, hidden_calls=True)).values()
    assert {name: made.calls is not None for name, made in tests.items()} == {
        "test-kept": False, "test-shown": False, "test-more": False, "test-hidden": True, "test-last": False,
    }  # fmt: skip
    made = tests["test-hidden"].calls or ()
    assert [call.function for call in made] == ["twice"] * 5
    assert [call.arguments for call in made[:4]] == [[Scalar(2)], [Scalar(2)], [Scalar(5)], [Scalar(5)]]
    assert made[4].buffers == [np.array([21.0, 4711.0]).tobytes()]


def test_no_argument_of_a_hidden_call_is_in_a_bundle(cut: Cut, classroom: Classroom, tmp_path: Path) -> None:
    submission = classroom.hand_in(CALLS, answered(CALLS, {"function": "def twice(x):\n    return 4"}))
    executed, _sources = cut.executed(submission, CALLS, hidden_calls=True)
    assert len(executed.tests["test-hidden"].calls) == 5
    content = (tmp_path / f"{submission.student}.crossed").read_bytes()
    assert np.array([21.0, 4711.0]).tobytes() not in content


def test_more_calls_than_are_written_down_are_left_to_a_person(
    cut: Cut, classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calls, "MOST_CALLS", 3)
    submission = classroom.hand_in(CALLS, answered(CALLS))
    report = cut.examined(*cut.executed(submission, CALLS))
    assert report.cells[1].outcomes[0].message == OPEN


ANSWER = Answer(key=Call("twice", [Scalar(2)]).key, values={"return": Scalar(4)}, buffers=[])


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ([], 0),
        ([ANSWER], 1),
        ([replace(ANSWER, key="forged")], 0),
        ([replace(ANSWER, values={"return": Array("float64", [10**9], 5)})], 0),
        ([replace(ANSWER, values={})], 0),
        ([replace(ANSWER, values={"return": Function("print")})], 0),
    ],
)
def test_answers_that_were_forged_are_judged_as_a_functions_answers(
    answers: list[Answer], score: float, cut: Cut, classroom: Classroom
) -> None:
    source = notebook(solution("function", FUNCTIONS["right"]), test("test-a", 1, "assert twice(2) == 4"))
    executed, sources = cut.executed(classroom.hand_in(source, answered(source)), source)
    assert executed.tests["test-a"].calls == (ANSWER,)
    forged = replace(executed.tests["test-a"], calls=answers)
    assert cut.examined(replace(executed, tests={"test-a": forged}), sources).score == score


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
    outputs={("a", 1): [{"output_type": "stream", "name": "stdout", "text": "seen"}]},
    isolation="bubblewrap",
    memory_bytes=123,
    weights=("0123456789abcdef",),
    tests={
        "test-a": Taken(values={"a": Scalar(1)}, buffers=[]),
        "test-b": Taken(
            values={"b": Array("float64", [3], 0), "c": Array("float64", [3], 1)},
            buffers=[np.arange(3.0).tobytes()] * 2,
            ended="the kernel ended",
            calls=(
                Answer(key="1f", values={"return": Array("float64", [3], 0)}, buffers=[np.arange(3.0).tobytes()]),
                Answer(key="2f", values={"raise": Scalar("ValueError: no")}, buffers=[], ended="it took too long"),
            ),
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
    "format": 1, "student": "s", "assignment": "tiny", "notebook": "tiny", "path": "p", "content": 1, "outputs": 1,
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
        (
            [
                msgspec.json.encode(
                    {**HEADER, "tests": [{"grade_id": "t", "reply": 2, "buffers": [], "calls": [["k", 2, []]] * 1_001}]}
                ),
                b"[]",
                b'{"number":0,"values":{}}',
            ],
            "Expected `array` of length <= 1000 - at `$.tests[0].calls`",
        ),
        ([msgspec.json.encode(HEADER), b"[" + b"[]," * 200_000 + b"[]]"], "its cells put out too much"),
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
