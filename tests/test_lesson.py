"""``docs/lesson.md``: every place that it names exists, and every figure is the one that was measured."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest

from autograder.arithmetic import conv2d_parameters, dense_parameters
from benchmarks import calibrate

ROOT = Path(__file__).resolve().parent.parent
TEXT = (ROOT / "docs" / "lesson.md").read_text(encoding="utf-8")

# `notebook`: *Heading*, `cell`, `cell`
PLACE = re.compile(r"`(\d\d-[a-z0-9-]+)`: \*([^*]+)\*((?:, `[a-z0-9-]+`)*)")


def table(heading: str) -> list[list[str]]:
    """The rows of all tables below a heading, without their heads."""
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split(" |")] for line in section.splitlines() if line[:1] == "|"]
    return [row for index, row in enumerate(rows) if not _is_head(rows, index)]


def _is_head(rows: list[list[str]], index: int) -> bool:
    return any(set(row[0]) == {"-"} for row in rows[index : index + 2] if row[0])


@cache
def cells(notebook: str) -> list[Any]:
    path = ROOT / "solutions" / notebook / f"{notebook}.ipynb"
    return list(nbformat.read(path, as_version=4).cells)


def headings(notebook: str) -> set[str]:
    """The English halves of a notebook's headings, without their numbers."""
    lines = [line for cell in cells(notebook) if cell.cell_type == "markdown" for line in cell.source.splitlines()]
    found = [re.match(r"#+ (?:\d+\. )?(.*)", line) for line in lines]
    return {match[1].split(" · ")[0].strip() for match in found if match}


def test_every_listing_has_its_place() -> None:
    rows = table("Listings")
    assert len(rows) > 30
    assert [row[0] for row in rows if len(row) != 4 or not PLACE.search(row[3])] == []


@pytest.mark.parametrize(("notebook", "heading", "named"), sorted(set(PLACE.findall(TEXT))))
def test_every_place_exists(notebook: str, heading: str, named: str) -> None:
    assert heading in headings(notebook)
    assert set(re.findall(r"`([a-z0-9-]+)`", named)) <= {cell.id for cell in cells(notebook)}


def test_every_notebook_of_the_course_is_named() -> None:
    assert {place[0] for place in PLACE.findall(TEXT)} == {path.stem for path in (ROOT / "solutions").glob("*/*.ipynb")}


FIGURES = [row for row in table("Figures") if len(row) == 5]


def test_there_are_figures_and_each_says_where_it_is_from() -> None:
    assert len(FIGURES) >= 10
    assert all(re.fullmatch(r"`[a-z0-9-]+`, `[a-z0-9.-]+`, [\d,]+", row[4]) for row in FIGURES)


@pytest.mark.parametrize("row", FIGURES, ids=lambda row: row[4].replace("`", ""))
def test_every_figure_is_the_one_that_was_measured(row: list[str]) -> None:
    assignment, variant, images = row[4].replace("`", "").split(", ")
    calibration = calibrate.load(calibrate.RESULTS / f"{assignment}.json", assignment)
    (mean,) = (
        series.summary().mean
        for series in calibration.series
        if (series.variant, series.training_images) == (variant, int(images.replace(",", "")))
    )
    digits = len(row[2].removeprefix("."))
    assert row[2] == f"{mean:.{digits}f}".removeprefix("0")


def test_the_counts_that_are_stated_are_right() -> None:
    mlp = sum(dense_parameters(inputs=n, units=m).total for n, m in ((784, 256), (256, 128), (128, 10)))
    cnn = (
        conv2d_parameters(kernel=(3, 3), inputs=1, filters=32).total
        + conv2d_parameters(kernel=(3, 3), inputs=32, filters=64).total
        + dense_parameters(inputs=12 * 12 * 64, units=128).total
        + dense_parameters(inputs=128, units=10).total
    )
    assert f"{mlp:,} parameters of the MLP,\n{cnn:,} of the CNN" in TEXT
    assert "375 = ⌈48,000 / 128⌉" in TEXT
