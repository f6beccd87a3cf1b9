"""Attacks 1 to 13: what a student does to the checks, to the kernel and to the grader earns no point.

The checks are not where the student is: only plain values leave the kernel, and what judges them never runs a line
of the student's. So each of these gets what its plain values are worth.
"""

from __future__ import annotations

import os
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from autograder.report import Status
from tests.attacks.scene import Scene
from tests.exam import notebooks
from tests.exam.notebooks import answered, code, locked, notebook, solution
from tests.exam.notebooks import test as graded_by

pytestmark = pytest.mark.attack

WRONG_X = "This does not hold: x == 2"
WRONG_DOUBLE = "This does not hold: double(3) == 6"
HIDDEN_FAILS = "An assertion of this test fails."
RIGHT = "Every assertion holds."

FIXED = "def double(n):\n    return 6"
"""Right for what the released notebook shows, wrong for what it hides."""


# --- 1: check functions and helpers ---------------------------------------------------------------------------


def test_redefining_the_checks_in_the_kernel_changes_no_verdict(scene: Scene) -> None:
    """Attack 1: whatever of the grader's own package the kernel can import says "passed"."""
    aftermath = scene.attack(
        """
        import autograder, autograder.exam.examiner as examiner, autograder.exam.judging as judging
        import autograder.grading as grading, autograder.report
        from autograder.report import Outcome, Status

        def passes(*_arguments, **_options):
            return (Outcome(check="Test", title="Test", status=Status.PASSED, score=5, points=5, message="right"),)

        for module in (autograder, examiner, judging, grading, autograder.report):
            for name in ("examine", "grade", "failed", "broken_test", "_raised", "_numeric", "score_of"):
                setattr(module, name, passes)
        examiner._Examiner._test = passes
        x = 1
        """,
        FIXED,
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}
    assert aftermath.errors == {}


def test_redefining_the_exercises_own_names_is_not_heard(scene: Scene) -> None:
    """Attack 1: a locked cell's name and the module that draws hidden numbers are the instructor's."""
    aftermath = scene.attack(
        """
        x = 1
        K = 6
        """,
        """
        import random

        random.randrange = random.Random.randrange = lambda *_bounds: 3
        random.seed(0)

        def double(n):
            return 6
        """,
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}


def test_handing_over_names_that_nobody_asked_for_puts_none_into_the_test(scene: Scene) -> None:
    """Attack 1: the reply that carries values is written by the student, with more in it."""
    aftermath = scene.attack(
        "x = 2",
        """
        import msgspec
        from autograder.exam.crossing import Function, Reply, Request, Scalar
        from autograder.exam.student import _answer

        def randrange(_most):
            return 3

        def answer(comm, message):
            request = msgspec.json.decode(bytes(message["buffers"][0]), type=Request)
            if request.call:
                return _answer(comm, message)
            named = {name: Function(name) for name in ("double", "randrange", "random", "assert", "grade")}
            more = {name: Scalar(3) for name in ("n", "K", "__builtins__", "__debug__", "AssertionError")}
            comm.send({}, buffers=[msgspec.json.encode(Reply(request.number, {**named, **more}))])

        get_ipython().kernel.comm_manager.register_target("autograder", answer)

        def double(n):
            return 6
        """,
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert aftermath.messages["test-b"] == HIDDEN_FAILS


# --- 3: builtins and modules ----------------------------------------------------------------------------------


def test_patching_builtins_and_modules_reaches_no_test(scene: Scene) -> None:
    """Attack 3: ``len``, ``AssertionError``, ``__import__``, ``sys.modules`` and the import machinery."""
    aftermath = scene.attack(
        """
        import builtins, sys, types

        class Never(Exception):
            pass

        fake = types.ModuleType("random")
        fake.randrange = lambda *_bounds: 3
        sys.modules["random"] = fake
        real_import = builtins.__import__
        builtins.__import__ = lambda name, *rest, **more: (
            fake if name == "random" else real_import(name, *rest, **more)
        )
        builtins.AssertionError = Never

        class Finds:
            def find_spec(self, name, path=None, target=None):
                if name == "random":
                    raise ImportError("there is none but the fake")

        sys.meta_path.insert(0, Finds())
        x = 1
        """,
        FIXED,
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}


def test_handing_in_modules_that_the_tests_import_shadows_none(scene: Scene) -> None:
    """Attack 3: ``random.py`` and others beside the notebook, where a test's import might find them."""
    fake = b"def randrange(*_bounds):\n    return 3\n\n\ndef grade(*_arguments):\n    return 3\n"
    shadows = ("random.py", "numpy.py", "autograder.py", "keras.py", "conftest.py", "sitecustomize.py", "ast.py")
    aftermath = scene.attack("x = 1", FIXED, files=dict.fromkeys(shadows, fake))
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}


# --- 4: IPython -----------------------------------------------------------------------------------------------


def test_taking_assertions_away_with_an_ast_transformer_earns_nothing(scene: Scene) -> None:
    """Attack 4: every ``assert`` that the shell compiles from now on is dropped, in their cells and in ours."""
    aftermath = scene.attack(
        """
        import ast

        class NoAssertions(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.copy_location(ast.Pass(), node)

        get_ipython().ast_transformers.append(NoAssertions())
        x = 1
        """,
        """
        assert False

        def double(n):
            return 6
        """,
    )
    # The transformer does work: the student's own assertion is gone.
    assert aftermath.errors == {}
    assert aftermath.scores == {"test-a": 0, "test-b": 0}


def test_rewriting_cells_before_they_run_rewrites_no_test(scene: Scene) -> None:
    """Attack 4: an input transformer that turns each cell into one that passes."""
    aftermath = scene.attack(
        """
        def passing(lines):
            return ["x, K = 2, 3\\n", "2.0\\n"] if any("assert" in line for line in lines) else lines

        get_ipython().input_transformers_cleanup.append(passing)
        get_ipython().input_transformers_post.append(passing)
        x = 1
        """,
        FIXED,
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}


def test_hiding_tracebacks_hides_no_failure(scene: Scene) -> None:
    """Attack 4, nbgrader's issue 1324: errors that are never shown are taken for none."""
    aftermath = scene.attack(
        """
        from IPython.core.interactiveshell import InteractiveShell

        InteractiveShell.showtraceback = lambda *_arguments, **_options: None
        InteractiveShell.showsyntaxerror = lambda *_arguments, **_options: None
        get_ipython().set_custom_exc((BaseException,), lambda *_arguments, **_options: None)
        x = 1
        """,
        """
        double = None
        raise ValueError("nobody sees this")
        """,
    )
    assert aftermath.errors == {}
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {
        "test-a": WRONG_X,
        "test-b": "The test stopped with TypeError: 'NoneType' object is not callable.",
    }


def test_taking_the_shell_over_answers_for_no_test(scene: Scene) -> None:
    """Attack 4: ``run_cell`` and the kernel's own requests answer "ok", and nothing runs any more."""
    aftermath = scene.attack(
        """
        from IPython.core.interactiveshell import ExecutionResult, InteractiveShell

        async def fine(self, *_arguments, **_options):
            return ExecutionResult(None)

        async def execute(*_arguments, **_options):
            return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {"score": "5"}}

        InteractiveShell.run_cell_async = type(get_ipython()).run_cell_async = fine
        get_ipython().kernel.do_execute = execute
        get_ipython().events.register("post_run_cell", lambda *_result: print("5.0"))
        x = 1
        """,
        "def double(n):\n    return 2 * n",
    )
    # Even an honest cell after it is not run: that is the attacker's own loss.
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {
        "test-a": WRONG_X,
        "test-b": "“double” is not defined: the cell “b” is to define it.",
    }


# --- 5: what waits for the tests to run -----------------------------------------------------------------------

WAITING = """
    import atexit, gc, sys, threading, weakref

    seen = []

    class Waits:
        def __del__(self):
            seen.append("deleted")

    def watch(frame, event, _argument):
        seen.append(frame.f_code.co_filename + " " + frame.f_code.co_name)
        if "n" in frame.f_locals and "test" in frame.f_code.co_filename:
            frame.f_locals["n"] = 3
        return watch

    sys.settrace(watch)
    sys.setprofile(watch)
    threading.settrace(watch)
    sys.monitoring.use_tool_id(sys.monitoring.DEBUGGER_ID, "watch") if hasattr(sys, "monitoring") else None
    gc.callbacks.append(lambda phase, _info: seen.append("collected"))
    atexit.register(lambda: print("5.0"))
    get_ipython().events.register("pre_execute", lambda: seen.append("pre_execute"))
    waiting = Waits()
    weakref.finalize(waiting, lambda: seen.append("finalized"))
    waits = Waits()
    waits.itself = waits
    x = 1
"""


def test_waiting_for_the_tests_with_traces_and_finalizers_sees_none(scene: Scene) -> None:
    """Attack 5: trace functions, collector callbacks, ``__del__``, weak references and ``atexit``."""
    aftermath = scene.attack(
        WAITING,
        "def double(n):\n    return 6\n\ndel waiting, waits\ngc.collect()",
        code("print('\\n'.join(dict.fromkeys(seen)))"),
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    seen = aftermath.printed.splitlines()
    # They do fire, for what is the student's own.
    assert {"deleted", "collected", "finalized", "pre_execute"} <= set(seen)
    assert [line for line in seen if "test-" in line or "randrange" in line or "examiner" in line] == []


def test_answering_something_else_each_time_is_asked_once(scene: Scene) -> None:
    """Attack 5: a number that counts up whenever it is looked at would be right at some time, and a thread waits."""
    aftermath = scene.attack(
        """
        import threading, time

        asked = []

        class Counts(int):
            def __int__(self):
                asked.append("x")
                return len(asked)

        def later():
            while not asked:
                time.sleep(0.001)
            globals()["x"] = 2

        x = Counts()
        threading.Thread(target=later, daemon=True).start()
        """,
        """
        def double(n):
            asked.append("double")
            return 6
        """,
        code("print(*asked)"),
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages == {"test-a": WRONG_X, "test-b": HIDDEN_FAILS}
    assert aftermath.printed.split() == ["x", "double", "double"]


# --- 6: objects that equal everything -------------------------------------------------------------------------

ANYTHING = """
    class Anything{base}:
        def __eq__(self, other):
            return True

        def __ne__(self, other):
            return False

        def __bool__(self):
            return True

        def __hash__(self):
            return 0

        def same(self, *_others):
            return self

        __mul__ = __rmul__ = __add__ = __getitem__ = same
        {more}
"""


@pytest.mark.parametrize(
    ("base", "more", "made", "message"),
    [
        ("", "", "Anything()", "“x” cannot be graded: an object of type Anything is no plain data."),
        ("", "__call__ = same", "Anything()", WRONG_X),
        ("(int)", "", "Anything(1)", WRONG_X),
        ("(float)", "", "Anything(1)", WRONG_X),
        ("(str)", "", "Anything('1')", WRONG_X),
        ("(list)", "", "Anything([1])", WRONG_X),
        ("(dict)", "", "Anything({1: 1})", WRONG_X),
    ],
)
def test_answering_with_something_that_equals_everything_is_judged_as_plain_data(
    scene: Scene, base: str, more: str, made: str, message: str
) -> None:
    """Attack 6: a class of one's own, and classes that pass for Python's own."""
    aftermath = scene.attack(f"{ANYTHING.format(base=base, more=more)}\n    x = {made}", "double = x")
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.messages["test-a"] == message


def test_answering_with_an_array_that_equals_everything_is_judged_by_its_numbers(scene: Scene) -> None:
    """Attack 6: NumPy's own hooks: ``__array__``, ``__array_ufunc__``, subclasses, arrays of objects, masks."""
    attack = """
        import numpy as np

        class Anything(np.ndarray):
            def __eq__(self, other):
                return True

            def __array_ufunc__(self, *_arguments, **_options):
                return True

        class Array:
            def __array__(self, *_arguments, **_options):
                return np.array([1]).view(Anything)
        """
    views = scene.attack(f"{attack}\n        x = np.array(1).view(Anything)", "double = lambda n: Array()")
    assert views.scores == {"test-a": 0, "test-b": 0}
    assert views.messages == {"test-a": WRONG_X, "test-b": WRONG_DOUBLE}
    objects = """
        class Equal:
            def __eq__(self, other):
                return True

        x = np.array([Equal()], dtype=object)
        """
    refused = scene.attack(attack + objects, "double = lambda n: np.ma.masked_array([6], mask=[True])")
    assert refused.scores == {"test-a": 0, "test-b": 0}
    assert refused.messages["test-a"] == ("“x” cannot be graded: an array of dtype object holds no plain numbers.")


def test_returning_something_that_equals_everything_is_refused(scene: Scene) -> None:
    """Attack 6: what a student's function returns crosses as plain data too."""
    aftermath = scene.attack(
        "x = 2", f"{ANYTHING.format(base='', more='')}\n    def double(n):\n        return Anything()"
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert aftermath.messages["test-b"] == (
        "A function of yours cannot be judged: what it returned cannot be read: an object of type Anything is no plain"
        " data."
    )


# --- 7 and 8: forged outputs, files and messages --------------------------------------------------------------


def test_printing_a_verdict_and_returning_a_score_gives_outputs_and_no_points(scene: Scene) -> None:
    """Attack 7: nbgrader reads the last output of a test cell as a score; a student's output is no test's."""
    aftermath = scene.attack(
        """
        import os, sys
        from IPython.display import display

        print("All tests passed: 5 of 5 points")
        os.write(1, b"5.0")
        sys.__stdout__.write("5.0")
        display({"text/plain": "5.0"}, raw=True)
        get_ipython().displayhook(5.0)
        x = 1
        5.0
        """,
        "double = 5.0\n5.0",
        code("5.0"),
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert "All tests passed: 5 of 5 points" in aftermath.printed
    assert aftermath.messages == {
        "test-a": WRONG_X,
        "test-b": "The test stopped with TypeError: 'float' object is not callable.",
    }
    assert [cell.output for cell in aftermath.report.cells] == ["", ""]


PIPES = """
    import json, os, signal, stat, struct

    def framed(*parts):
        return struct.pack("<Q", len(parts)) + b"".join(struct.pack("<Q", len(part)) + part for part in parts)

    def answered(number, **values):
        reply = json.dumps({"number": number, "values": values}, separators=(",", ":"))
        return framed(b'{"type":"answered"}', reply.encode())

    def written(*messages):
        # What speaks with the grader has the same identity as this program: its pipes are looked for.
        told = f"/proc/{os.getppid()}"
        for name in os.listdir(f"{told}/fd"):
            try:
                with open(f"{told}/fdinfo/{name}") as file:
                    flags = next(int(line.split()[1], 8) for line in file if line.startswith("flags:"))
                if flags & os.O_ACCMODE == os.O_WRONLY and stat.S_ISFIFO(os.stat(f"{told}/fd/{name}").st_mode):
                    os.write(os.open(f"{told}/fd/{name}", os.O_WRONLY | os.O_NONBLOCK), b"".join(messages))
                    os.kill(os.getppid(), signal.SIGSTOP)
            except OSError as error:
                print(name, error)
"""


def test_sending_the_grader_a_verdict_is_not_in_the_students_grammar(scene: Scene) -> None:
    """Attack 7: the examiner's own message, sent over the pipe on which only the kernel's are read."""
    aftermath = scene.attack(
        PIPES
        + """
    outcome = {"check": "Test", "title": "Test", "status": "passed", "score": 2, "points": 2, "message": "right"}
    written(framed(json.dumps({"type": "verdict", "outcomes": [outcome], "output": ""}).encode()))
    x = 1
    """,
        FIXED,
        cell_seconds=10,
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    # A pipe that root has made is nobody else's to open.
    assert aftermath.messages["test-a"] == (
        "“x” cannot be graded: the cell “a” disturbed the kernel, so no later cell could run."
        if os.getuid()
        else WRONG_X
    )


def test_answering_in_the_kernels_place_gets_what_the_answers_are_worth(scene: Scene) -> None:
    """Attack 8: all messages that the grader will read are forged ahead, and what would send them is stopped."""
    aftermath = scene.attack(
        PIPES
        + """
    ran = framed(b'{"type":"ran","outputs":[{"output_type":"execute_result","data":{"text/plain":"5.0"}}]}')
    two, six = {"type": "scalar", "value": 2}, {"type": "scalar", "value": 6}
    written(
        ran, answered(1, x=two),
        ran, answered(2, double={"type": "function", "name": "double"}),
        answered(3, **{"return": six}), answered(4, **{"return": six}),
    )
    x = 1
    """,
        FIXED,
        cell_seconds=10,
    )
    # Two is the right answer, whoever says it; what the hidden test draws is not known beforehand.
    assert aftermath.scores == {"test-a": 2 if os.getuid() else 0, "test-b": 0}
    assert aftermath.messages == {"test-a": RIGHT if os.getuid() else WRONG_X, "test-b": HIDDEN_FAILS}


def test_writing_the_graded_notebook_oneself_and_ending_the_runner_earns_nothing(scene: Scene) -> None:
    """Attack 8: what an executed notebook looks like, wherever a grader might look for one."""
    aftermath = scene.attack(
        f"""
        import json, os, signal

        output = {{"output_type": "execute_result", "data": {{"text/plain": "5.0"}}, "metadata": {{}}}}
        graded = {{"nbgrader": {{"grade": True, "grade_id": "test-a", "points": 5, "locked": True, "solution": False}}}}
        cell = {{"cell_type": "code", "source": "", "metadata": graded, "outputs": [output], "execution_count": 1}}
        forged = json.dumps({{"cells": [cell], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}})
        folders = (".", "..", "/tmp", {str(scene.root / "autograded")!r}, {str(scene.root)!r})
        for name in ("tiny.ipynb", "executed.ipynb", "report.json", "results.json"):
            for folder in folders:
                try:
                    os.makedirs(folder, exist_ok=True)
                    with open(os.path.join(folder, name), "w") as file:
                        file.write(forged)
                except OSError:
                    pass
        os.kill(os.getppid(), signal.SIGKILL)
        """
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.errors == {"a": "The cell “a” ended the kernel, so no later cell could run"}
    assert aftermath.messages == {
        "test-a": "“x” cannot be graded: the cell “a” ended the kernel, so no later cell could run.",
        "test-b": "“double” cannot be graded: the cell “a” ended the kernel, so no later cell could run.",
    }
    assert not (scene.root / "autograded").exists()


# --- 9 and 10: ending what runs -------------------------------------------------------------------------------


def test_ending_the_kernel_keeps_what_was_earned_and_earns_no_more(scene: Scene) -> None:
    """Attack 9: ``os._exit`` with the status of success."""
    aftermath = scene.attack("x = 2", "import os\nos._exit(0)")
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert aftermath.errors == {"b": "The cell “b” ended the kernel, so no later cell could run"}
    assert aftermath.messages["test-b"] == (
        "“double” cannot be graded: the cell “b” ended the kernel, so no later cell could run."
    )


def test_ending_the_kernel_in_the_middle_of_a_test_fails_that_test(scene: Scene) -> None:
    """Attack 9: the function that a test calls ends the process that it runs in."""
    aftermath = scene.attack("x = 2", "import os\n\ndef double(n):\n    return 6 if n == 3 else os._exit(0)")
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert not aftermath.report.cells[1].manual
    assert aftermath.messages["test-b"] == (
        "A function of yours cannot be judged: the notebook's kernel ended while its values were asked for."
    )


def test_exiting_from_cells_and_threads_ends_only_those(scene: Scene) -> None:
    """Attack 9: ``sys.exit``, ``exit``, ``SystemExit`` in a thread; what was made before counts."""
    aftermath = scene.attack(
        """
        import sys, threading

        def leave():
            raise SystemExit(0)

        threading.Thread(target=leave).start()
        x = 2
        sys.exit(0)
        """,
        "def double(n):\n    return 2 * n\n\nexit()",
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 3}


@pytest.mark.parametrize(
    "error",
    ["NameError('n')", "ImportError('x')", "MemoryError()", "SystemExit(0)", "KeyboardInterrupt()", "GeneratorExit()"],
)
def test_raising_what_a_broken_test_raises_is_the_students_own_failure(scene: Scene, error: str) -> None:
    """Attack 9: a test that breaks by the instructor's fault costs no points, so a function pretends that it did."""
    aftermath = scene.attack("x = 2", f"def double(n):\n    raise {error}")
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    (outcome,) = aftermath.report.cells[1].outcomes
    assert (outcome.status, aftermath.report.cells[1].manual) == (Status.FAILED, False)
    assert outcome.message.startswith(f"A function of yours stopped with {error.partition('(')[0]}")


KILLS = {
    "everybody": "os.kill(-1, signal.SIGKILL)",
    "its own group": "os.killpg(0, signal.SIGKILL)",
    "what speaks with the grader": "os.kill(os.getppid(), signal.SIGKILL)",
}


@pytest.mark.parametrize("whom", KILLS)
def test_killing_all_that_can_be_killed_ends_that_notebook_alone(scene: Scene, whom: str) -> None:
    """Attack 10: everybody, a process group, and the program between kernel and grader."""
    aftermath = scene.attack("x = 2", f"import os, signal\n\n{KILLS[whom]}\n\ndef double(n):\n    return 2 * n")
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert set(aftermath.errors) == {"b"}


@pytest.mark.parametrize("told", ["SIGKILL", "SIGSTOP", "SIGTERM", "SIGINT"])
def test_signalling_the_grader_and_the_first_process_reaches_neither(scene: Scene, told: str) -> None:
    """Attack 10: the grader by its number, its parent, and whoever is process 1 where the student is."""
    pids = (os.getpid(), os.getppid(), 1)
    aftermath = scene.attack(
        f"""
        import os, signal

        for pid in {pids}:
            try:
                os.kill(pid, signal.{told})
                print(pid, "was told")
            except OSError as error:
                print(pid, type(error).__name__)
        x = 2
        """
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 3}
    assert f"{os.getpid()} was told" not in aftermath.printed


def test_stopping_what_speaks_with_the_grader_is_ended_by_the_clock(scene: Scene) -> None:
    """Attack 10: a stopped process answers nothing and does not end."""
    aftermath = scene.attack("import os, signal\n\nos.kill(os.getppid(), signal.SIGSTOP)\nx = 2", cell_seconds=2)
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.errors == {"a": "The cell “a” did not finish within 2 seconds, so the notebook was stopped there"}
    assert aftermath.seconds < 10


# --- 11: answers made for the grader --------------------------------------------------------------------------


def test_hard_coding_answers_where_a_grader_is_noticed_misses_the_hidden_inputs(scene: Scene) -> None:
    """Attack 11: everything that gives a grader away is looked for; what it will ask is not among it."""
    aftermath = scene.attack(
        "x = 2",
        """
        import inspect, os, random, sys

        graded = "NBGRADER_EXECUTION" in os.environ or "autograder" in sys.modules or os.path.exists("/room")
        table = {3: 6, 0: 0, 1: 2, 10: 20}

        def double(n):
            callers = [frame.function for frame in inspect.stack()]
            random.seed(0)
            foreseen = random.randrange(10**9)
            if graded or "_called" in callers:
                return table.get(n, 2 * foreseen)
            raise NotImplementedError
        """,
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert aftermath.messages["test-b"] == HIDDEN_FAILS


# --- 2, 12, 13 and 36: networks -----------------------------------------------------------------------------------

NETWORK = notebook(
    locked(
        "setup",
        """
        import numpy as np
        from autograder import Layers, Reported, TestAccuracy, Trained, grade, layer
        from autograder.datasets import mnist
        """,
    ),
    solution(
        "build",
        """
        import keras

        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")
        ])
        model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
        """,
    ),
    graded_by(
        "test-layers",
        2,
        "grade(model, Layers(layer('Flatten'), layer('Dense', units=10, activation='softmax'), points=2))",
    ),
    solution("train", "history = None\naccuracy = 0.9"),
    graded_by("test-training", 1, "grade(model, Trained(epochs=2, points=1))"),
    graded_by("test-accuracy", 3, "grade(model, TestAccuracy(mnist, at_least=0.8, points=3))"),
    graded_by("test-reported", 1, "grade(model, Reported(mnist, accuracy=accuracy, points=1))"),
    graded_by(
        "test-numbers",
        1,
        """
        assert model.count_params() == 7850
        assert np.allclose(model.predict(np.zeros((1, 28, 28, 1)), verbose=0).sum(), 1)
        """,
    ),
)

BUILD = dedent(NETWORK.cells[1].source)


@pytest.fixture
def network(scene: Scene) -> Path:
    return notebooks.write(NETWORK, scene.root / "solutions" / "network" / "network.ipynb")


def _handed_in(scene: Scene, source: Path, build: str, train: str, **options: Any) -> Any:
    return scene.hand_in(answered(NETWORK, {"build": build, "train": train}), source=source, **options)


def test_patching_what_measures_a_network_is_measured_without_it(scene: Scene, network: Path) -> None:
    """Attack 2: ``fit``, ``evaluate``, ``predict``, ``count_params``, ``numpy.allclose``, pytest and unittest."""
    aftermath = _handed_in(
        scene,
        network,
        """
        import keras, numpy as np, unittest

        labels = keras.datasets.mnist.load_data()[1][1]
        perfect = np.eye(10)[labels]
        keras.Model.evaluate = lambda *_arguments, **_options: [0.0, 0.999]
        keras.Model.predict = keras.Model.__call__ = lambda *_arguments, **_options: perfect
        keras.Model.count_params = lambda _model: 7850
        np.allclose = np.array_equal = np.isclose = lambda *_arguments, **_options: True
        unittest.TestCase.assertEqual = lambda *_arguments, **_options: None
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(11, activation="relu")
        ])
        """,
        """
        history = keras.callbacks.History()
        keras.Model.fit = lambda *_arguments, **_options: history
        history = model.fit()
        accuracy = model.evaluate()[1]
        """,
    )
    assert aftermath.errors == {}
    assert aftermath.scores == {
        "test-layers": 1,
        "test-training": 0,
        "test-accuracy": 0,
        "test-reported": 0,
        "test-numbers": 0,
    }


def test_handing_over_a_model_that_lies_about_itself_is_refused(scene: Scene, network: Path) -> None:
    """Attack 2: a subclass with a ``call``, ``predict`` and ``layers`` of its own; no class crosses."""
    aftermath = _handed_in(
        scene,
        network,
        """
        import keras, numpy as np

        honest = keras.Sequential([
            keras.Input(shape=(28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")
        ])
        images, labels = keras.datasets.mnist.load_data()[1]
        table = {bytes(np.ascontiguousarray(image)): label for image, label in zip(images, labels)}

        class Lookup(keras.layers.Layer):
            def call(self, images):
                return keras.ops.one_hot([table.get(bytes(np.asarray(image)), 0) for image in images], 10)

        class Flatten(Lookup):
            pass

        class Model(keras.Model):
            def __init__(self):
                super().__init__()
                self.lookup = Flatten()

            def call(self, images):
                return self.lookup(images)

            layers = honest.layers

        model = Model()
        """,
        "accuracy = 1.0",
    )
    assert aftermath.scores == dict.fromkeys(aftermath.scores, 0)
    assert len(set(aftermath.messages.values())) == 1


def test_memorising_the_public_test_images_is_no_network_of_the_kind_asked_for(scene: Scene, network: Path) -> None:
    """Attack 12: Keras's own layers as a table: one unit for each test image, and its label behind it."""
    aftermath = _handed_in(
        scene,
        network,
        """
        import keras, numpy as np

        images, labels = (every[:1000] for every in keras.datasets.mnist.load_data()[1])
        images = images.reshape(len(images), -1) / 255.0
        units = images / np.linalg.norm(images, axis=1, keepdims=True)
        model = keras.Sequential([
            keras.Input(shape=(28, 28, 1)), keras.layers.Flatten(),
            keras.layers.Dense(len(units), activation="softmax"), keras.layers.Dense(10, activation="softmax"),
        ])
        model.set_weights([100 * units.T, np.zeros(len(units)), 100 * np.eye(10)[labels], np.zeros(10)])
        """,
        "accuracy = 1.0",
    )
    # It does classify the test images: what an exercise asks for besides is what tells it from the network meant.
    assert aftermath.scores == {
        "test-layers": 1,
        "test-training": 0,
        "test-accuracy": 3,
        "test-reported": 0,
        "test-numbers": 0,
    }
    assert aftermath.messages["test-layers"] == (
        "layer 2 (Dense): Dense(units=1000, activation='softmax') is one layer too many."
    )


def test_loading_weights_that_were_trained_elsewhere_is_no_training(scene: Scene, network: Path) -> None:
    """Attack 13: weights in a file beside the notebook, and a training run that nobody made."""
    import io

    import numpy as np

    from autograder.datasets import mnist

    images, labels = mnist.load_data()[0]
    flat, wanted = images.reshape(len(images), -1) / 255.0, np.eye(10)[labels]
    weights = np.linalg.lstsq(flat.T @ flat + 10 * np.eye(784), flat.T @ wanted, rcond=None)[0]
    file = io.BytesIO()
    np.save(file, weights.astype("float32"))
    aftermath = _handed_in(
        scene,
        network,
        BUILD
        + "\nimport numpy as np\n\nmodel.set_weights([20 * np.load('weights.npy'), np.zeros(10)])\n"
        + "model.history = keras.callbacks.History()\nmodel.history.params = {'epochs': 2, 'steps': 1}\n",
        "x, y = keras.datasets.mnist.load_data()[1]\n"
        "accuracy = float((model.predict(x[..., None] / 255.0, verbose=0).argmax(axis=1) == y).mean())\n",
        files={"weights.npy": file.getvalue()},
    )
    assert aftermath.errors == {}
    assert aftermath.scores == {
        "test-layers": 2,
        "test-training": 0,
        "test-accuracy": 3,
        "test-reported": 1,
        "test-numbers": 1,
    }
    assert aftermath.messages["test-training"] == "the model was not trained: call model.fit(…)"


@pytest.mark.parametrize(
    ("weight", "numbers"),
    [("np.nan", 0), ("np.inf", 0), ("3e38", 1), ("1e-45", 1)],
    ids=["nan", "inf", "most", "least"],
)
def test_handing_over_weights_that_are_hardly_numbers_classifies_nothing(
    scene: Scene, network: Path, weight: str, numbers: int
) -> None:
    """Attack 36: every class is as likely as any other, or as unlikely: which is the likeliest is not luck."""
    aftermath = _handed_in(
        scene,
        network,
        BUILD
        + "\nimport numpy as np\n\n"
        + f"model.set_weights([np.full_like(one, {weight}) for one in model.get_weights()])\n",
        "accuracy = 1.0",
    )
    assert aftermath.errors == {}
    assert aftermath.scores == {
        "test-layers": 2,
        "test-training": 0,
        "test-accuracy": 0,
        "test-reported": 0,
        "test-numbers": numbers,
    }
    assert not aftermath.report.needs_review
