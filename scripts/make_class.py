"""Writes a class of five: ``04-cnn-shapes`` as a learning platform hands it to the instructor.

Each file is the release notebook with one student's answers, whose numbers are that student's own. Run it
again when the assignment changes: ``python scripts/make_class.py`` (``--check`` only compares).
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

import nbformat
from make_examples import ROOT, Example, notebook

from autograder.arithmetic import layer_arithmetic
from autograder.personal import Personal

ASSIGNMENT = "04-cnn-shapes"
CLASS = ROOT / "examples" / "class"

# The locked cells that draw a student's numbers and work out the right ones.
_DRAWS = ("draw-networks", "check-tools")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """What one student is asked for, worked out."""

    sizes: list[int]
    shapes: list[tuple[int, ...]]
    counts: list[int]
    slide_size: int
    layers: list[tuple[Any, ...]]
    """Kind, settings, shape before, shape after, parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One student's notebook: the reference's answers but for those given here."""

    student: str
    shows: str
    answers: Callable[[str], Mapping[str, str]]
    """From the student's name to text by ``grade_id``; ``""`` leaves the cell as it was handed out."""
    deleted: frozenset[str] = field(default=frozenset())
    """Cells that the student took away."""


def numbers_of(student: str) -> Numbers:
    """The right numbers of a student, by the assignment's own cells."""
    source = nbformat.read(ROOT / "solutions" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb", as_version=4)
    cells = {cell.metadata.get("nbgrader", {}).get("grade_id"): cell.source for cell in source.cells}
    names: dict[str, Any] = {"Personal": Personal, "layer_arithmetic": layer_arithmetic}
    for grade_id in _DRAWS:
        exec(compile(cells[grade_id], f"<{grade_id}>", "exec"), names)
    layers = names["layers_of"](names["cnn_of"](student))
    return Numbers(
        sizes=names["sizes_of"](names["chain_of"](student))[0],
        shapes=[layer[3] for layer in layers],
        counts=[layer[4].total for layer in layers if layer[4].total],
        slide_size=names["slide_size_of"](student),
        layers=layers,
    )


def _name(student: str) -> str:
    return f'my_name = "{student}"\n'


def _table(shapes: list[tuple[int, ...]], counts: list[int]) -> str:
    return f"my_shapes = {shapes}\nmy_counts = {counts}\n"


def _slides(nodes: int, slide_count: int) -> str:
    return f"""\
nodes_after_pooling = {nodes}
slide_count = {slide_count}
right_count = {(3 * 3 * 32 + 1) * 64}
they_agree = False
"""


def _perfect(student: str) -> Mapping[str, str]:
    return {"write-name": _name(student), "slides-question": EXPLANATION}


def _slips(student: str) -> Mapping[str, str]:
    """Worked out by hand: pooling by steps of one, channels and bias forgotten, the slide's own slip."""
    mine = numbers_of(student)
    _, _, first, second = mine.sizes
    pool = first // second
    (_, one, before, *_), (_, two, between, *_) = mine.layers[:2]
    counts = [
        (one["kernel_size"] ** 2 + 1) * one["filters"],
        two["kernel_size"] ** 2 * between[2] * two["filters"],
        *mine.counts[2:],
    ]
    if before[2] == 1:
        raise ValueError(f"the pictures of {student} have one channel: to forget it changes no number")
    side = mine.slide_size - 4
    return {
        "write-name": _name(student),
        "work-out-sizes": f"my_sizes = {[*mine.sizes[:3], first - pool + 1]}\n",
        "fill-table": _table(mine.shapes, counts),
        "check-slides": _slides((side // 2) ** 2 * side, 32 * side**2 + 64),
        "slides-question": "The size of the output has nothing to do with the number of weights.\n",
    }


def _unfinished(student: str) -> Mapping[str, str]:
    return {"write-name": _name(student), "write-max-pool": "", "fill-table": "", "slides-question": ""}


def _raises(student: str) -> Mapping[str, str]:
    """The kernel is taken for one number, though the task says that it is a pair."""
    mine = numbers_of(student)
    return {
        "write-conv2d-parameters": SQUARE_ONLY,
        "write-name": _name(student),
        "fill-table": _table(mine.shapes, mine.counts),
        "check-slides": _slides(((mine.slide_size - 4) // 2) ** 2 * 64, 32 * (mine.slide_size - 4) ** 2 + 64),
        "slides-question": "It should be 18,496 for every size.\n",
    }


def _copied(student: str) -> Mapping[str, str]:
    """Another's notebook, name and numbers included."""
    other = "student-01"
    theirs = numbers_of(other)
    pooled = (theirs.slide_size - 4) // 2
    return {
        "write-name": _name(other),
        "work-out-sizes": f"my_sizes = {theirs.sizes}\n",
        "fill-table": _table(theirs.shapes, theirs.counts),
        "check-slides": _slides(prod((pooled, pooled, 64)), 32 * (theirs.slide_size - 4) ** 2 + 64),
        "slides-question": EXPLANATION,
    }


EXPLANATION = """\
A filter has the same 3 · 3 · 32 weights wherever it lies on the picture, so the 24 · 24 places must not be counted.
There are 64 filters with one bias each: (3 · 3 · 32 + 1) · 64. The slide's number is right by chance, because
24 · 24 = 576 = 9 · 64.
"""

SQUARE_ONLY = '''\
def conv2d_parameters(kernel, in_channels, filters):
    """kernel: the size of the filter."""
    return (kernel**2 * in_channels + 1) * filters
'''

SUBMISSIONS = (
    Submission(student="student-01", shows="perfect", answers=_perfect),
    Submission(student="student-02", shows="a few wrong numbers, each of known cause", answers=_slips),
    Submission(student="student-03", shows="three cells left out", answers=_unfinished),
    Submission(
        student="student-04",
        shows="a function that raises, and the test cell that said so is deleted",
        answers=_raises,
        deleted=frozenset({"test-conv2d-parameters"}),
    ),
    Submission(student="student-05", shows="the name and the numbers of student-01", answers=_copied),
)


def submitted(submission: Submission) -> Any:
    """The notebook that was handed in, as ``nbformat`` reads one."""
    made = notebook(
        Example(
            student=submission.student,
            assignment=ASSIGNMENT,
            shows=submission.shows,
            answers=submission.answers(submission.student),
        )
    )
    made.cells = [
        cell for cell in made.cells if cell.metadata.get("nbgrader", {}).get("grade_id") not in submission.deleted
    ]
    return made


def main() -> int:
    """Writes or compares; 1 if a comparison finds a difference."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; say which are out of date")
    check = parser.parse_args().check
    stale = 0
    for submission in SUBMISSIONS:
        file = CLASS / f"{submission.student}_{ASSIGNMENT}.ipynb"
        text = nbformat.writes(submitted(submission)) + "\n"
        if check:
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                stale += 1
                print(f"out of date: {file.relative_to(ROOT)}")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
