"""Programs that say the same, and programs with a slip."""

from __future__ import annotations

import ast
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.exam.names import python_of
from autograder.verification.rewriting import Program, rewritten
from autograder.verification.slips import slip_of, slipped
from autograder.verification.trials import drawn

SOURCE = """\
def steps(images, batch=32, split=0.0):
    left = int(images * (1 - split))
    if left <= 0:
        return 0
    count, rest = left // batch, left % batch
    for size in (rest,):
        count += 1 if size > 0 else 0
    return count
answers = [steps(100, 32), steps(1_000, batch=128, split=0.2), 2 * 3 ** 2 - 1]
"""
KEPT = frozenset({"steps", "answers"})

slow = settings(suppress_health_check=list(HealthCheck), deadline=None)


def _run(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {"get_ipython": lambda: _Shell()}
    exec(compile(python_of(text), "<cell>", "exec"), names)
    return names


class _Shell:
    def run_line_magic(self, *_arguments: Any) -> None:
        """As ``%matplotlib inline`` does where nothing is drawn."""


@slow
@given(rewritten(SOURCE, KEPT), st.integers(0, 2_000), st.integers(1, 300))
def test_a_program_that_was_rewritten_gives_what_it_gave(program: Program, images: int, batch: int) -> None:
    before, after = _run(SOURCE), _run(program.text)
    assert list(after["answers"]) == before["answers"]
    assert after["steps"](images, batch, 0.25) == before["steps"](images, batch, 0.25)


@slow
@given(slipped(SOURCE))
def test_a_slip_changes_the_text_and_leaves_it_python(program: Program) -> None:
    assert ast.unparse(ast.parse(program.text)) != ast.unparse(ast.parse(SOURCE))


def test_a_slip_says_what_was_changed() -> None:
    program = slip_of("answer = 784 * 128 + 128", 0)
    assert program.text == "answer = 784 * 128 - 128"
    assert program.about == "another operator: answer = 784 * 128 + 128 → answer = 784 * 128 - 128"


def test_the_same_seed_draws_the_same_programs_and_another_seed_others() -> None:
    first, again, other = (drawn(rewritten(SOURCE, KEPT), 30, seed) for seed in (1, 1, 2))
    assert [one.text for one in first] == [one.text for one in again]
    assert len({one.text for one in first}) == 30
    assert {one.text for one in first} != {one.text for one in other}
