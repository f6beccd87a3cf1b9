"""The sizes in ``docs/scaling.md`` are those that the costs come to."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import sizes

DOCUMENT = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("trains", [False, True])
def test_the_document_has_the_tables_that_the_costs_come_to(trains: bool) -> None:
    assert "\n".join(sizes.table(trains=trains)) in DOCUMENT, "make them anew: python benchmarks/sizes.py"


def test_the_document_names_the_costs() -> None:
    for cost in (
        f"{sizes.BUILDING_SECONDS:g} s",
        f"{sizes.REMEMBERED_SECONDS:g} s",
        f"{sizes.TRAINING_SECONDS:g} s",
        f"{sizes.STARTING_SECONDS:g} s",
        f"{sizes.DISTINCT:.0%}".replace("%", " %"),
        f"{sizes.RESULT_BYTES / 1_000:g} kB",
        f"{sizes.TRAINED_BYTES / 1e6:g} MB",
        f"{sizes.LISTED_BYTES} bytes",
    ):
        assert cost in DOCUMENT
