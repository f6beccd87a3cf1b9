"""What the examiner is told before the first test cell."""

from __future__ import annotations

import pytest

from autograder.exam.marking import imports_keras
from autograder.exam.names import ownership
from tests.exam.notebooks import locked, notebook, read, solution, test


@pytest.mark.parametrize(
    ("setup", "answer", "asked", "expected"),
    [
        ("import keras", "a = 1", "assert a", True),
        ("import numpy\nfrom tensorflow import nn", "a = 1", "assert a", True),
        ("K = 1", "a = 1", "if a:\n    import keras.ops\nassert a", True),
        ("K = 1", "import keras\na = 1", "assert a", False),
        ("# import keras\nK = 'keras'", "a = 1", "assert a, 'import keras'", False),
        ("import keras_tuner_of_ours as K", "a = 1", "assert a", False),
    ],
)
def test_keras_is_imported_early_where_a_cell_of_the_instructors_will(
    setup: str, answer: str, asked: str, expected: bool
) -> None:
    source = read(notebook(locked("setup", setup), solution("a", answer), test("test-a", 1, asked)))
    assert imports_keras(source, ownership(source.cells)) is expected
