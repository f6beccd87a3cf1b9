"""What nbformat brings along and no notebook needs is left out, in the grader's own processes."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["autograder.exam.kernel", "autograder.exam.readied"])
def test_the_students_side_makes_no_grammar_of_addresses(module: str) -> None:
    program = f"import sys, {module}, nbformat; print('rfc3987_syntax' in sys.modules, 'jsonschema' in sys.modules)"
    assert _said(program) == "False True\n"


def test_the_grader_needs_no_nbformat_to_grade() -> None:
    assert _said("import sys, autograder.exam.examination; print('nbformat' in sys.modules)") == "False\n"


def test_whoever_wants_the_checker_has_it() -> None:
    assert _said("import autograder.exam.leaner, rfc3987_syntax; print(rfc3987_syntax.__name__)") == "rfc3987_syntax\n"


def test_what_was_imported_before_stays() -> None:
    program = "import sys, rfc3987_syntax, autograder.exam.leaner; print(sys.modules['rfc3987_syntax'].__name__)"
    assert _said(program) == "rfc3987_syntax\n"


def _said(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
