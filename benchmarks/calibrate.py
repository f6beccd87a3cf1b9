"""Measure what test accuracy a right answer reaches, seed by seed: what thresholds are set by.

    python benchmarks/calibrate.py 05-mnist-cnn                      20 seeds of the reference
    python benchmarks/calibrate.py 05-mnist-cnn --variant rate-0.5 --seeds 5
    python benchmarks/calibrate.py 05-mnist-cnn --data DIRECTORY     the full data, as AUTOGRADER_DATA
    python benchmarks/calibrate.py 05-mnist-cnn --summary            train nothing, print what is known

Each run is added to ``benchmarks/calibration/<assignment>.json`` as it ends. Seeds that are there already,
for the same variant, data and versions, are not trained again: a stopped command goes on where it was.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Literal

import click
import keras
import msgspec
from rich.console import Console
from rich.table import Table

from autograder.datasets.sources import EMBEDDED
from benchmarks import references
from benchmarks.references import Reference

RESULTS = Path(__file__).parent / "calibration"

Run = Callable[[Reference, int], float]
"""Trains a reference from a seed, and gives its test accuracy, 0 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What the runs of a series say about thresholds; all of them accuracies, 0 to 1."""

    mean: float
    sd: float | None
    """Standard deviation of the sample (n − 1 in the denominator); ``None`` for a single run."""
    worst: float
    ceiling: float | None
    """``worst − 2 · sd``: the highest threshold that these runs permit. ``None`` for a single run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Runs that differ in their seed only."""

    variant: str
    training_images: int
    """In the data set, the validation share included: 10,000 in the embedded sample, 60,000 in full."""
    source: Literal["embedded", "directory"]
    fingerprint: str
    """Of the data, as ``Provenance.fingerprint``."""
    versions: dict[str, str]
    """Of Python and the libraries that train, by name."""
    cpus: tuple[str, ...]
    """Models of the CPUs that trained; another CPU may give the same seed other weights."""
    seeds: tuple[int, ...] = ()
    accuracies: tuple[float, ...] = ()
    """On the 10,000 test images, 0 to 1, in the order of ``seeds``."""
    seconds: tuple[float, ...] = ()
    """Of wall time, from building to testing, in the order of ``seeds``."""

    def same_runs(self, other: Series) -> bool:
        """Whether a seed gives the same run in both."""
        return (self.variant, self.training_images, self.fingerprint, self.versions) == (
            other.variant,
            other.training_images,
            other.fingerprint,
            other.versions,
        )

    def summary(self) -> Summary:
        """Of all runs; there must be one at least."""
        return summarise(self.accuracies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """All that is known of an assignment."""

    assignment: str
    series: tuple[Series, ...] = ()


def summarise(accuracies: Iterable[float]) -> Summary:
    """Of one run or more, to six decimals."""
    runs = tuple(accuracies)
    sd = statistics.stdev(runs) if len(runs) > 1 else None
    worst = min(runs)
    return Summary(
        mean=round(statistics.fmean(runs), 6),
        sd=None if sd is None else round(sd, 6),
        worst=worst,
        ceiling=None if sd is None else round(worst - 2 * sd, 6),
    )


def most(accuracies: Iterable[float]) -> float | None:
    """``best + 4 · sd``: what no run of this series is to be expected to exceed; ``None`` for a single run."""
    runs = tuple(accuracies)
    return min(1.0, max(runs) + 4 * statistics.stdev(runs)) if len(runs) > 1 else None


def load(path: Path, assignment: str) -> Calibration:
    """The calibration in a file, without runs if there is none yet.

    Raises msgspec.ValidationError if the file holds something else.
    """
    if not path.exists():
        return Calibration(assignment=assignment)
    return msgspec.json.decode(path.read_bytes(), type=Calibration)


def save(path: Path, calibration: Calibration) -> None:
    """Write a calibration and its summaries; whoever reads meanwhile has the old file or the new one."""
    series = [
        {**msgspec.to_builtins(each), "summary": msgspec.to_builtins(each.summary())} for each in calibration.series
    ]
    content = msgspec.json.encode({"assignment": calibration.assignment, "series": series})
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    unfinished.write_bytes(msgspec.json.format(content, indent=2) + b"\n")
    os.replace(unfinished, path)


def calibrate(
    reference: Reference, series: Series, seeds: Iterable[int], path: Path, run: Run, console: Console
) -> None:
    """Run the seeds that ``path`` does not have for ``series``, and add each to it as it ends.

    ``series`` says what the runs are made with; it has none itself.
    """
    for seed in seeds:
        if seed in _known(load(path, reference.assignment), series).seeds:
            continue
        began = time.perf_counter()
        accuracy = run(reference, seed)
        seconds = time.perf_counter() - began
        # Read again: a command for another variant may have written while this one trained.
        calibration = load(path, reference.assignment)
        known = _known(calibration, series)
        more = replace(
            known,
            cpus=tuple(dict.fromkeys((*known.cpus, *series.cpus))),
            seeds=(*known.seeds, seed),
            # A share of 10,000 images: four decimals are exact, the rest is float32's.
            accuracies=(*known.accuracies, round(accuracy, 4)),
            seconds=(*known.seconds, round(seconds, 1)),
        )
        grown = [more if each is known else each for each in calibration.series]
        if known is series:  # its first run
            grown.append(more)
        save(path, replace(calibration, series=tuple(grown)))
        console.print(
            f"{reference.assignment} {series.variant}, {series.training_images:,} images, seed {seed}:"
            f" {accuracy:.4f} in {seconds:.1f} s"
        )


def _known(calibration: Calibration, series: Series) -> Series:
    return next((each for each in calibration.series if each.same_runs(series)), series)


def trainer(reference: Reference) -> Run:
    """A run on the data that is in use now, prepared once for all seeds."""
    train, test = reference.data.load_data()
    x_train, y_train = reference.prepare(*train)
    x_test, y_test = reference.prepare(*test)

    def run(reference: Reference, seed: int) -> float:
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        model = reference.build()
        model.compile(**reference.compile_arguments())
        model.fit(x_train, y_train, verbose=0, **reference.fit_arguments)
        tested = model.evaluate(x_test, y_test, batch_size=1000, verbose=0, return_dict=True)
        return float(tested["accuracy"])

    return run


def cpu_model() -> str:
    """The CPU's model as the system names it, or its architecture where the system does not."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def table(calibration: Calibration) -> Table:
    """One line a series: accuracies in per cent, the time of a run in seconds."""
    drawn = Table(title=f"{calibration.assignment}: test accuracy, %")
    drawn.add_column("variant")
    for title in ("training images", "seeds", "mean", "sd", "worst", "ceiling", "best", "at most", "s a seed", "Keras"):
        drawn.add_column(title, justify="right")
    for each in calibration.series:
        summary = each.summary()
        drawn.add_row(
            each.variant,
            f"{each.training_images:,}",
            str(len(each.seeds)),
            *map(_percent, (summary.mean, summary.sd, summary.worst, summary.ceiling)),
            *map(_percent, (max(each.accuracies), most(each.accuracies))),
            f"{statistics.median(each.seconds):.1f}",
            each.versions.get("keras", "?"),
        )
    return drawn


def _percent(accuracy: float | None) -> str:
    return "–" if accuracy is None else f"{100 * accuracy:.2f}"


def _series(reference: Reference, source: Literal["embedded", "directory"]) -> Series:
    provenance = reference.data.provenance()
    libraries = {name: version(name) for name in ("keras", "numpy", "tensorflow")}
    return Series(
        variant=reference.name,
        training_images=provenance.training_images,
        source=source,
        fingerprint=provenance.fingerprint,
        versions={"python": platform.python_version(), **libraries},
        cpus=(cpu_model(),),
    )


@click.command()
@click.argument("assignment", type=click.Choice(sorted({each.assignment for each in references.REFERENCES})))
@click.option("--variant", default="reference", show_default=True, help="Which network to train.")
@click.option("--seeds", default=20, show_default=True, type=click.IntRange(min=1), help="Seeds 0, 1, 2 …")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory with the data, as AUTOGRADER_DATA; the embedded sample if not given.",
)
@click.option("--summary", is_flag=True, help="Train nothing; print what is known.")
def main(assignment: str, variant: str, seeds: int, data: Path | None, summary: bool) -> None:
    """Measure what test accuracy the reference of ASSIGNMENT reaches."""
    console = Console(soft_wrap=True)
    path = RESULTS / f"{assignment}.json"
    if not summary:
        try:
            reference = references.find(assignment, variant)
        except KeyError as error:
            raise click.BadParameter(error.args[0], param_hint="--variant") from error
        # The sample by name: with no setting at all, Keras's cache would go first.
        os.environ["AUTOGRADER_DATA"] = str(data or EMBEDDED)
        series = _series(reference, "directory" if data else "embedded")
        calibrate(reference, series, range(seeds), path, trainer(reference), console)
    console.print(table(load(path, assignment)))


if __name__ == "__main__":
    main()
