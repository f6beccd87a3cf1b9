"""Whole submissions: what each hands in, what it scores, and what it is told.

To start a kernel takes seconds, so a submission shows many things here.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import keras
import nbformat
import pytest

from autograder.exam import Grader
from autograder.exam.run import grade_all
from autograder.report import Status, SubmissionReport
from autograder.sandbox import Prepared, Room, TrustedProcess, strongest_layer
from tests.exam.conftest import Classroom, leftovers
from tests.exam.notebooks import answered, as_bytes, code, locked, notebook, solution, test, written

SETUP = """
import keras
import numpy as np
import autograder
from autograder import Layers, Trained, grade, layer
autograder.watch_training()
HALF = 0.5
def helper(values): return float(np.sum(values)) * HALF
"""

COURSE = notebook(
    code("import math"),
    locked("setup", SETUP),
    solution("numbers", "values = np.arange(4)\ntotal = int(values.sum())"),
    test(
        "test-numbers",
        2,
        "assert total == 6\nassert helper(values) == 3.0\n"
        "### BEGIN HIDDEN TESTS\nassert values.dtype.kind == 'i'\n### END HIDDEN TESTS",
    ),
    solution("function", "def double(x, plus=0):\n    return x * 2 + plus"),
    test("test-function", 2, "assert double(2) == 4\nassert (double(np.ones(2), plus=1) == 3).all()"),
    solution(
        "model",
        """
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, activation="softmax")])
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(np.ones((8, 4), "float32"), np.zeros(8), epochs=2, verbose=0)
        """,
    ),
    test(
        "test-model",
        4,
        "grade(model, Layers(layer('Dense', units=3, activation='softmax'), points=3))"
        " + grade(history, Trained(epochs=2, points=1))",
    ),
    written("why", 0, "Because."),
)


def statuses(report: SubmissionReport) -> dict[str, tuple[Status, float]]:
    return {cell.grade_id: (cell.outcomes[0].status, cell.score) for cell in report.cells if cell.outcomes}


def messages(report: SubmissionReport) -> dict[str, str]:
    return {cell.grade_id: cell.outcomes[0].message for cell in report.cells if cell.outcomes}


def scores(report: SubmissionReport) -> dict[str, float]:
    assert report.ungraded == ""
    assert not report.needs_review, report.cells
    return {cell.grade_id: cell.score for cell in report.cells if cell.outcomes}


FULL = {"test-numbers": 2.0, "test-function": 2.0, "test-model": 4.0}


def test_a_perfect_submission_has_all_points_and_its_file_is_as_it_was(classroom: Classroom) -> None:
    submission = classroom.hand_in(COURSE, answered(COURSE))
    before = hashlib.sha256(submission.path.read_bytes()).hexdigest()
    report = classroom.graded(submission)
    assert scores(report) == FULL
    assert (report.score, report.max_score) == (8.0, 8.0)
    assert (report.notices, report.errors) == ((), ())
    assert [(cell.grade_id, cell.manual) for cell in report.cells if not cell.outcomes] == [("why", True)]
    assert report.isolation == strongest_layer().name
    assert report.versions["keras"] == keras.__version__
    assert len(report.data) == 2
    assert hashlib.sha256(submission.path.read_bytes()).hexdigest() == before
    assert [path.name for path in submission.path.parent.iterdir()] == ["tiny.ipynb"]


def test_what_is_wrong_missing_or_unfinished_is_told_and_costs_its_own_points_only(classroom: Classroom) -> None:
    source = notebook(
        locked("setup", "import numpy as np\nK = 2"),
        solution("a", "a = 1"),
        test("test-a", 1, "assert a == 1"),
        solution("b", "b = 1"),
        test("test-b", 1, "assert b == 1"),
        solution("c", "c = 1"),
        test("test-c", 1, "assert c.shape == (1,), c.shape"),
        solution("d", "d = 1"),
        test("test-d", 1, "assert d == 1"),
        solution("e", "e = 1"),
        test("test-e", 1, "assert e == 1"),
        solution("f", "f = 1"),
        test("test-f", 1, "assert f == K"),
        solution("g", "g = 1"),
        test("test-g", 1, "assert g.count_params() == 3"),
        test("test-a-again", 1, "assert a == 1"),
        test("test-unknown", 1, "assert nobody_makes_this"),
    )
    report = classroom.grade(
        source,
        {
            "a": "a = 1",
            "b": "x = 1\nb = undefined",
            "c": "c = [1]",
            "d": "# YOUR CODE HERE\nraise NotImplementedError()",
            "e": "E = 1",
            "f": "f = 2\nK = 99\ndel np",
            "g": "class Model:\n    def count_params(self): return 3\ng = Model()",
        },
        code("a = 2"),
        code("1 / 0"),
    )
    assert messages(report) == {
        "test-a": "Every assertion holds.",
        "test-b": (
            "“b” is not defined, because the cell “b” stopped with NameError: name 'undefined' is not defined (line 2)."
        ),
        "test-c": "The test stopped with AttributeError: 'list' object has no attribute 'shape'.",
        "test-d": "“d” is not defined: the cell “d” is not filled in yet.",
        "test-e": "“e” is not defined: the cell “e” is to define it.",
        "test-f": "Every assertion holds.",
        "test-g": "“g” cannot be graded: an object of type Model is no plain data.",
        "test-a-again": "Every assertion holds.",
        "test-unknown": (
            "This test could not be carried out, which is not your fault: the points are given for now, and your"
            " instructor is asked to look."
        ),
    }
    assert report.cells[-1].outcomes[0].detail == (
        "it uses nobody_makes_this, which no cell of the source notebook defines"
    )
    assert report.score == 4.0
    assert [(error.grade_id, error.position, error.line) for error in report.errors] == [
        ("b", 4, 2),
        ("d", 8, 2),
        ("", 19, 1),
    ]
    assert report.needs_review


def test_a_release_notebook_knows_which_cell_is_unfilled_too(classroom: Classroom) -> None:
    source = notebook(solution("a", "raise NotImplementedError()"), test("test-a", 1, "assert a == 1"))
    report = classroom.grade(source)
    assert messages(report) == {"test-a": "“a” is not defined: the cell “a” is not filled in yet."}


STEPS = notebook(
    solution("a", "a = 1"),
    test("test-a", 1, "assert a == 1"),
    solution("b", "b = 1"),
    test("test-b", 2, "assert b == 1"),
    test("test-a-later", 4, "assert a == 1"),
)


@pytest.mark.parametrize(
    ("killer", "limits", "reason"),
    [
        ("import os\nos._exit(0)", {}, "the cell “b” ended the kernel, so no later cell could run"),
        ("import os\nos.kill(os.getpid(), 9)", {}, "the cell “b” ended the kernel, so no later cell could run"),
        (
            "b = 1\nwhile True:\n    try:\n        while True: pass\n    except BaseException: pass",
            {"cell_seconds": 4},
            "the cell “b” did not finish within 4 seconds, so the notebook was stopped there",
        ),
        (
            "b = 1\nwhile True: print('x' * 1_000)",
            {},
            "the cell “b” printed more than 200,000 bytes, so the notebook was stopped there",
        ),
        (
            "b = 1\nfor i in range(3_000): display({'text/plain': 'x' * 100}, raw=True, display_id=str(i))",
            {},
            "the cell “b” printed more than 200,000 bytes, so the notebook was stopped there",
        ),
    ],
    ids=["exit", "kill", "loop", "print", "display"],
)
def test_what_was_earned_before_a_notebook_ended_is_kept(
    classroom: Classroom, killer: str, limits: dict[str, Any], reason: str
) -> None:
    report = classroom.grade(STEPS, {"b": killer}, code("a = 1"), **limits)
    assert scores(report) == {"test-a": 1.0, "test-b": 0.0, "test-a-later": 0.0}
    assert messages(report)["test-b"] == f"“b” cannot be graded: {reason}."
    assert messages(report)["test-a-later"] == f"“a” cannot be graded: {reason}."
    (error,) = report.errors
    assert (error.grade_id, error.error) == ("b", reason[0].upper() + reason[1:])


REDEFINED = """
import builtins, sys, os
import numpy, keras, IPython
import autograder, autograder.grading, autograder.exam.student, autograder.exam.pack
from autograder.exam.crossing import Scalar

class Always:
    __array__ = None
    def __init__(self, *args, **kwargs): pass
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __hash__ = None
    def __getattr__(self, name): return Always()
    def __call__(self, *args, **kwargs): return Always()
    def __bool__(self): return True
    def __float__(self): return 8.0
    def __repr__(self): return "8.0"

np = Always()
grade = helper = Layers = Trained = layer = autograder.grade = autograder.grading.grade = Always()
HALF = 10 ** 6
numpy.allclose = numpy.sum = numpy.array_equal = lambda *args, **kwargs: True
keras.Model.count_params = lambda self: 15
keras.Model.evaluate = keras.Model.predict = lambda self, *args, **kwargs: [0.0, 1.0]
keras.Model.get_config = lambda self: {}
keras.Model.__eq__ = lambda self, other: True
AssertionError = Always
len = sum = float = print = int = isinstance = Always()
autograder.exam.student._named = lambda name, packer: Scalar(True)

import ast
class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node): return ast.Pass()
shell = get_ipython()
shell.ast_transformers.append(NoAsserts())
shell.input_transformers_cleanup.append(lambda lines: ["8.0\\n"] if any("assert" in line for line in lines) else lines)
shell.user_ns.update(total=Always(), values=Always(), double=Always(), model=Always(), history=Always())
sys.stdout.write("test-numbers: 2.0/2.0\\n")
get_ipython().display_pub.publish({"text/plain": "8.0", "text/html": "<b>8.0</b>"})
raise SystemExit(0)
"""


BUILTINS = """
import builtins
builtins.AssertionError = type("AssertionError", (Exception,), {})
builtins.print = lambda *args, **kwargs: None
builtins.sum = builtins.len = lambda *args: 6
"""


@pytest.mark.parametrize("attack", [REDEFINED, BUILTINS], ids=["names", "builtins"])
def test_who_overwrites_what_judges_gains_nothing(classroom: Classroom, attack: str) -> None:
    answers = {"numbers": attack, "function": "double = Always()", "model": "model = Always()"}
    # A kernel without its builtins may never answer again.
    report = classroom.grade(COURSE, answers, cell_seconds=20)
    assert scores(report) == {"test-numbers": 0.0, "test-function": 0.0, "test-model": 0.0}
    assert report.score == 0.0


def test_the_honest_part_of_a_dishonest_submission_scores_what_it_deserves(classroom: Classroom) -> None:
    report = classroom.grade(
        COURSE,
        {
            "numbers": "values = np.arange(4)\ntotal = int(values.sum())\n"
            "np.sum = lambda *_: 0\nhelper = lambda *_: 3.0\nHALF = 0\nnp = keras = None",
            "function": "class Always:\n    def __eq__(self, other): return self\n    all = lambda self: True\n"
            "def double(*args, **kwargs): return Always()",
            "model": "import keras, numpy\n"
            "class Cheat(keras.Sequential):\n    pass\n"
            "model = Cheat([keras.Input((4,)), keras.layers.Dense(4, activation='softmax')])\n"
            "for name in ('layers', 'count_params', 'summary'):\n"
            "    setattr(Cheat, name, property(lambda self: 3))\n"
            "history = keras.callbacks.History()\n"
            "history.history, history.epoch, history.params = {'loss': [0.1, 0.1]}, [0, 1], {'epochs': 2}",
        },
    )
    found = statuses(report)
    assert found["test-numbers"] == (Status.PASSED, 2.0)
    assert found["test-function"] == (Status.FAILED, 0.0)
    assert found["test-model"][0] is Status.FAILED
    assert messages(report)["test-function"] == (
        "A function of yours cannot be judged: what it returned cannot be read: an object of type Always is no plain"
        " data."
    )
    # A history can be invented where training is not watched: it is the student's own word.
    assert report.score is not None
    assert report.score <= 3.0


def test_the_notebooks_own_kernel_tags_and_outputs_are_not_heard(classroom: Classroom) -> None:
    source = notebook(solution("a", "a = 1"), test("test-a", 1, "assert a == 1"))
    submission = answered(source, {"a": "a = 2"})
    submission.metadata["kernelspec"] = {"name": "bash", "language": "bash", "display_name": "Bash"}
    submission.metadata["language_info"] = {"name": "bash"}
    for cell in submission.cells:
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]
        cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1.0"}, execution_count=1)]
        cell.execution_count = 1
    report = classroom.graded(classroom.hand_in(source, submission))
    assert statuses(report) == {"test-a": (Status.FAILED, 0.0)}


SCRATCH = """
import hashlib, json, os
import keras
def digest(sets): return hashlib.sha256(b"".join(part.tobytes() for pair in sets for part in pair)).hexdigest()
found = [digest(keras.datasets.mnist.load_data()), digest(keras.datasets.fashion_mnist.load_data("f.npz"))]
environment = json.dumps(dict(os.environ))
files = os.listdir()
open("mine.txt", "w").write("x")
"""


def test_both_sides_see_the_same_images_and_nothing_of_the_graders(classroom: Classroom, secret: str) -> None:
    source = notebook(
        locked("setup", "import hashlib\nfrom autograder.datasets import fashion_mnist, mnist"),
        solution("a", "found = environment = files = 1"),
        test(
            "test-data",
            1,
            "def digest(sets): return hashlib.sha256(b''.join(p.tobytes() for s in sets for p in s)).hexdigest()\n"
            "assert found == [digest(mnist.load_data()), digest(fashion_mnist.load_data())]",
        ),
        test("test-files", 1, "assert files == [], files"),
        test("test-environment", 1, f"assert {secret!r} not in environment\nprint(environment)"),
    )
    for _ in range(2):
        # The second time as the first: what the one before wrote is gone.
        report = classroom.grade(source, {"a": SCRATCH})
        assert scores(report) == {"test-data": 1.0, "test-files": 1.0, "test-environment": 1.0}


def test_a_function_raises_what_it_raises_in_the_students_kernel(classroom: Classroom) -> None:
    source = notebook(
        solution("f", "def f(n): return n"),
        test(
            "test-kind",
            1,
            "try:\n    f(-1)\nexcept ValueError as error:\n    assert 'negative' in str(error)\nelse:\n    assert 0",
        ),
        test(
            "test-own-kind",
            1,
            "try:\n    f(0)\nexcept Exception as error:\n    assert not isinstance(error, ValueError)",
        ),
        test("test-not-the-authors", 1, "assert f(1) == 1"),
        test("test-odd", 1, "assert f(2) == 2"),
    )
    answer = """
class Mine(Exception): pass
def f(n):
    if n < 0: raise ValueError("negative")
    if n == 0: raise Mine("mine")
    if n == 2: b"\\xff".decode()
    return undefined
"""
    report = classroom.grade(source, {"f": answer})
    assert statuses(report)["test-kind"] == (Status.PASSED, 1.0)
    assert statuses(report)["test-own-kind"] == (Status.PASSED, 1.0)
    assert messages(report)["test-not-the-authors"] == (
        "A function of yours stopped with NameError: name 'undefined' is not defined."
    )
    assert messages(report)["test-odd"] == (
        "A function of yours stopped with UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0:"
        " invalid start byte."
    )
    assert not report.needs_review, report.cells


def test_a_name_that_a_test_deletes_is_gone_for_the_students_functions_too(classroom: Classroom) -> None:
    source = notebook(
        solution("f", "def f(n): return n"),
        solution("g", "def g(n): return f(n)"),
        test(
            "test-uses-f",
            1,
            """
            was = f
            del f
            try:
                g(1)
            except NameError:
                pass
            else:
                raise AssertionError("g does not use f")
            finally:
                f = was
            """,
        ),
        test("test-after", 1, "assert g(1) == f(1) == 1"),
    )
    assert scores(classroom.grade(source, {})) == {"test-uses-f": 1.0, "test-after": 1.0}
    report = classroom.grade(source, {"g": "def g(n): return n"})
    assert scores(report) == {"test-uses-f": 0.0, "test-after": 1.0}
    assert messages(report)["test-uses-f"] == "g does not use f"


def test_files_beside_the_notebook_are_there_and_the_exercises_own_take_the_students_place(
    classroom: Classroom,
) -> None:
    source = notebook(
        solution("read", "rows = mine = 0"),
        test("test-rows", 1, "import limits\nassert rows == open('data.csv').read() and limits.MOST == 3"),
        test("test-mine", 1, "assert mine == 'mine'\nimport os\nassert not os.path.exists('mine.txt')"),
        test("test-module", 1, "assert seen == 3"),
    )
    answer = "import limits\nseen = limits.MOST\nrows = open('data.csv').read()\nmine = open('mine.txt').read()"
    submission = classroom.hand_in(source, answered(source, {"read": answer}))
    submission = replace(submission, files=submission.path.parent)
    for folder, most, text in ((submission.source.parent, 3, "1,2"), (submission.path.parent, 999, "9,9")):
        (folder / "limits.py").write_text(f"MOST = {most}")
        (folder / "data.csv").write_text(text)
    (submission.path.parent / "mine.txt").write_text("mine")
    assert scores(classroom.graded(submission)) == {"test-rows": 1.0, "test-mine": 1.0, "test-module": 1.0}
    # Another exercise's module of the same name is another one.
    later = classroom.hand_in(source, answered(source, {"read": answer}))
    (later.source.parent / "limits.py").write_text("MOST = 4")
    (later.source.parent / "data.csv").write_text("")
    assert scores(classroom.graded(later)) == {"test-rows": 0.0, "test-mine": 0.0, "test-module": 0.0}


@pytest.mark.parametrize(("name", "seen"), [("Student-07", "student-07"), ("-", "written")])
def test_numbers_are_those_of_the_name_that_the_submission_is_filed_under(
    classroom: Classroom, name: str, seen: str
) -> None:
    source = notebook(
        locked("setup", "import autograder"),
        solution("name", "my_name = 'written'"),
        locked("show", "here = autograder.student_name(my_name)"),
        test("test-there", 1, f"assert autograder.student_name(my_name) == {seen!r}"),
        test("test-here", 1, f"assert here == {seen!r}, here"),
    )
    submission = replace(classroom.hand_in(source, answered(source)), student=name)
    assert scores(classroom.graded(submission)) == {"test-there": 1.0, "test-here": 1.0}


def test_functions_are_judged_by_what_they_answer(classroom: Classroom) -> None:
    source = notebook(
        locked("setup", "import numpy as np"),
        solution("f", "def f(x): return x + 1"),
        test("test-right", 1, "assert f(1) == 2 and (f(np.zeros(3)) == 1).all()"),
        test("test-kept", 1, "g = f\nassert g(4) == 5"),
        test("test-wrapped", 1, "assert [g(x) for x in (1, 2)] == [2, 3]"),
        test("test-argument", 1, "assert f(object()) == 3"),
        solution("later", "def f(x): return 0"),
        test("test-now", 1, "assert f(1) == 0"),
        solution("raising", "def r(x): return 0"),
        test("test-raising", 1, "assert r(1) == 0"),
        solution("loop", "def loop(x): return 0"),
        test("test-loop", 1, "assert loop(1) == 0"),
        test("test-after", 1, "assert f(1) == 0"),
    )
    report = classroom.grade(
        source,
        {
            "raising": "def r(x):\n    raise ValueError('no ' + str(x))",
            "loop": "def loop(x):\n    while True:\n        pass",
        },
    )
    assert {name: status for name, (status, _score) in statuses(report).items()} == {
        "test-right": Status.PASSED,
        "test-kept": Status.PASSED,
        "test-wrapped": Status.PASSED,
        "test-argument": Status.BROKEN,
        "test-now": Status.PASSED,
        "test-raising": Status.FAILED,
        "test-loop": Status.FAILED,
        "test-after": Status.FAILED,
    }
    assert messages(report)["test-raising"] == "A function of yours stopped with ValueError: no 1."
    assert messages(report)["test-loop"] == (
        "A function of yours cannot be judged: the function “loop” did not return within 5 seconds."
    )
    assert messages(report)["test-after"] == (
        "“f” cannot be graded: the function “loop” did not return within 5 seconds."
    )


def test_a_submission_that_cannot_be_read_is_told_so_and_left_as_it_is(classroom: Classroom) -> None:
    for content, reason in [
        (b"", "The file is empty: save the notebook and hand it in again."),
        (
            as_bytes(notebook(code("x = 1"))),
            "The notebook has none of this assignment's cells: it is another notebook, or its cells were copied"
            " into a new one. Copy the answers into the notebook that was handed out.",
        ),
    ]:
        submission = classroom.hand_in(STEPS, content)
        report = classroom.graded(submission)
        assert (report.score, report.max_score, report.ungraded) == (None, 7.0, reason)
        assert report.needs_review
        assert submission.path.read_bytes() == content


def test_a_source_that_cannot_be_read_is_not_said_to_be_the_students_fault(classroom: Classroom) -> None:
    submission = classroom.hand_in(STEPS, answered(STEPS))
    submission.source.write_bytes(b"")
    assert classroom.graded(submission).ungraded == (
        f"The source notebook {submission.source} cannot be used. The file is empty: save the notebook and"
        " hand it in again."
    )


def test_a_path_that_is_no_text_is_reported_all_the_same(classroom: Classroom) -> None:
    submission = classroom.hand_in(STEPS, b"")
    odd = submission.path.parent.parent / "student-\udcff" / "tiny.ipynb"
    odd.parent.mkdir()
    submission.path.rename(odd)
    report = classroom.graded(replace(submission, student=odd.parent.name, path=odd))
    assert report.student == "student-?"
    assert report.path.encode()


class Never(TrustedProcess):
    @contextlib.contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        yield Prepared(argv=["false"], environment={})


def test_a_kernel_that_does_not_start_leaves_the_submission_ungraded_for_a_person(classroom: Classroom) -> None:
    grader = Grader(layer=Never())
    grader.share(classroom.grader)
    report = classroom.run(grader.grade(classroom.hand_in(STEPS, answered(STEPS))))
    assert report.score is None
    assert report.ungraded.startswith(
        "A fault of the grader's, not of the notebook's: the student's kernel did not start"
    )
    assert report.needs_review


def test_a_fault_that_nobody_foresaw_ends_one_submission_and_not_the_run(
    classroom: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autograder.exam.examination.merge", lambda *_: 1 / 0)
    report = classroom.grade(STEPS)
    assert report.ungraded == "A fault of the grader's, not of the notebook's: ZeroDivisionError: division by zero"


def test_a_run_leaves_no_process_and_no_file_behind(classroom: Classroom) -> None:
    """With an examiner of its own, whose end is looked at; and in the order in which they were handed in."""
    before = leftovers()
    children = answered(STEPS, {"b": "import os, subprocess\nsubprocess.Popen(['sleep', '600'])\nos._exit(0)"})
    submissions = [
        classroom.hand_in(STEPS, children),
        classroom.hand_in(STEPS, b"[]"),
        classroom.hand_in(STEPS, answered(STEPS)),
    ]

    async def run() -> list[SubmissionReport]:
        async with contextlib.aclosing(grade_all(Grader(), submissions)) as reports:
            return [report async for report in reports]

    reports = classroom.run(run())
    assert [report.score for report in reports] == [1.0, None, 7.0]
    assert [report.student for report in reports] == [submission.student for submission in submissions]
    assert leftovers() == before
