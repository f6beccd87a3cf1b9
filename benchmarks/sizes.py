"""What classes of 100, 10,000 and 1,000,000 submissions need, worked out from what one costs.

    python benchmarks/sizes.py

Prints the tables of ``docs/scaling.md``; a test compares them. The costs are those of the other benchmarks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

# Measured on a machine of two processors: a submission that builds the lesson's CNN, when the grader is warm; one of
# 05-mnist-cnn whose trainings are remembered; one whose result is remembered, on a cluster; a training of the CNN, all
# processors working for it; and until a worker is warm.
BUILDING_SECONDS = 0.42
LESSON_SECONDS = 3.5
REMEMBERED_SECONDS = 0.03
TRAINING_SECONDS = 18.0
STARTING_SECONDS = 8.0
# Of the submissions of a class that trains, how many bring a network that nobody had before.
DISTINCT = 0.1
# Kept for a submission and for a training; the client's, for each submission that it is told to grade.
RESULT_BYTES = 136_000
TRAINED_BYTES = 6_800_000
LISTED_BYTES = 700

GIGABYTE = 1e9
WORKERS = {100: 1, 10_000: 16, 1_000_000: 256}


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """A class, and what grading it takes on workers of two processors that grade one submission at a time."""

    submissions: int
    workers: int
    trains: bool

    @property
    def trainings(self) -> float:
        """Trainings that are carried out."""
        return self.submissions * DISTINCT if self.trains else 0.0

    @property
    def seconds(self) -> float:
        """Until all is graded."""
        each = LESSON_SECONDS if self.trains else BUILDING_SECONDS
        work = self.submissions * each + self.trainings * TRAINING_SECONDS
        return STARTING_SECONDS + work / self.workers

    @property
    def again(self) -> float:
        """Until all is graded again, when nothing has changed."""
        return STARTING_SECONDS + self.submissions * REMEMBERED_SECONDS / self.workers

    @property
    def cached(self) -> float:
        """Bytes in the cache."""
        return self.submissions * RESULT_BYTES + self.trainings * TRAINED_BYTES


def table(*, trains: bool) -> Iterator[str]:
    """A table in Markdown."""
    yield "| submissions | workers | processors | graded in | again | cache | client's list |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for submissions, workers in WORKERS.items():
        one = Size(submissions=submissions, workers=workers, trains=trains)
        cells = (
            f"{submissions:,}",
            f"{workers:,}",
            f"{2 * workers:,}",
            spoken(one.seconds),
            spoken(one.again),
            size(one.cached),
            size(submissions * LISTED_BYTES),
        )
        yield f"| {' | '.join(cells)} |"


def spoken(seconds: float) -> str:
    """A time in the unit that suits it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3_600:.1f} h"


def size(count: float) -> str:
    """Bytes in the unit that suits them."""
    return f"{count / GIGABYTE:,.1f} GB" if count >= GIGABYTE / 10 else f"{count / 1e6:,.1f} MB"


def main() -> None:
    """Print both tables."""
    for trains in (False, True):
        print("\n".join(table(trains=trains)), end="\n\n")


if __name__ == "__main__":
    main()
