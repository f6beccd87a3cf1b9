"""How many processors there are to use."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.exam.processors import processors, share


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("max 100000", "max 100000", float("inf")),
        ("200000 100000", "max 100000", 2.0),
        ("max 100000", "150000 100000", 1.5),
        ("400000 100000", "50000 100000", 0.5),
        ("not a number", "", float("inf")),
    ],
)
def test_a_containers_share_of_the_processors_is_what_its_control_groups_leave(
    tmp_path: Path, inner: str, outer: str, expected: float
) -> None:
    (tmp_path / "pods" / "one").mkdir(parents=True)
    (tmp_path / "pods" / "one" / "cpu.max").write_text(f"{inner}\n")
    (tmp_path / "pods" / "cpu.max").write_text(f"{outer}\n")
    assert share("/pods/one", tmp_path) == expected


def test_there_is_a_processor() -> None:
    assert processors() >= 1
