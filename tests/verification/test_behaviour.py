"""Whether two functions do the same, on what an exercise may ask."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from random import Random
from typing import Any

import pytest

from autograder import Calls, grade
from autograder.exam.notebook import Cell
from autograder.verification.behaviour import differs
from autograder.verification.rehearsal import Grading, Stand, Verdict


def steps(images: int, batch: int) -> int:
    """What is asked for: a batch that was begun is one, too."""
    return ceil(images / batch)


def _stand(*cases: tuple[Any, ...]) -> Stand:
    cell = Cell(source="", grade_id="test-steps", graded=True, points=1)
    checks = (Calls(steps, cases),)
    report = grade(steps, *checks)
    verdict = Verdict(cell, report.outcomes, (Grading(steps, checks, report),))
    return Stand(cell, ("steps",), {}, {"steps": steps}, {}, verdict=verdict)


@pytest.mark.parametrize(
    ("other", "found"),
    [
        (lambda images, batch: -(-images // batch), False),
        (lambda images, batch: images // batch, True),
        (lambda images, batch: images // batch + 1, True),
        # Wrong for one number of images that no test asks about, and not always.
        (lambda images, batch: 0 if images == 98 else ceil(images / batch), None),
        ("no function", True),
    ],
)
def test_a_function_is_compared_on_the_cases_and_on_others_like_those(
    other: Callable[..., Any] | str, found: bool | None
) -> None:
    assert differs(_stand((100, 30), (64, 32)), "steps", steps, other, Random(0)) is found
