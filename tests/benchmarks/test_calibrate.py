from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from click.testing import CliRunner
from rich.console import Console

from benchmarks import calibrate, references
from benchmarks.calibrate import Calibration, Series, Summary
from benchmarks.references import DENSE_DROPOUT, MNIST_CNN, REFERENCES, Reference

SERIES = Series(
    variant="reference",
    training_images=10_000,
    source="embedded",
    fingerprint="0123456789ab",
    versions={"keras": "3.15.1", "python": "3.11.2"},
    cpus=("A CPU",),
)


class Runs:
    """Runs that train nothing, and remember their seeds."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.seeds: list[int] = []
        self.stop_at = stop_at

    def __call__(self, reference: Reference, seed: int) -> float:
        if seed == self.stop_at:
            raise KeyboardInterrupt
        self.seeds.append(seed)
        # As Keras gives it: a float32 a little off.
        return float(np.float32(0.9 + seed / 100))


def ran(path: Path, seeds: int, series: Series = SERIES, stop_at: int | None = None) -> list[int]:
    """The seeds that really ran."""
    runs = Runs(stop_at)
    calibrate.calibrate(MNIST_CNN, series, range(seeds), path, runs, Console(quiet=True))
    return runs.seeds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calibration" / "05-mnist-cnn.json"


def test_ceiling_is_two_sample_deviations_under_the_worst() -> None:
    # Deviations −0.02, 0, 0.02 from 0.92: 0.0008 / (3 − 1), of which the root is 0.02.
    expected = Summary(mean=0.92, sd=0.02, worst=0.9, ceiling=0.86)
    assert calibrate.summarise([0.94, 0.9, 0.92]) == expected


def test_one_run_has_no_deviation_and_permits_no_threshold() -> None:
    assert calibrate.summarise([0.9]) == Summary(mean=0.9, sd=None, worst=0.9, ceiling=None)


def test_each_run_is_kept_with_its_seed_to_four_decimals(path: Path) -> None:
    ran(path, 3)
    (series,) = calibrate.load(path, "05-mnist-cnn").series
    assert series == replace(SERIES, seeds=(0, 1, 2), accuracies=(0.9, 0.91, 0.92), seconds=series.seconds)
    assert len(series.seconds) == 3


def test_a_stopped_command_goes_on_where_it_was(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        ran(path, 5, stop_at=2)
    assert ran(path, 5) == [2, 3, 4]
    assert ran(path, 5) == []
    (series,) = calibrate.load(path, "05-mnist-cnn").series
    assert series.seeds == (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    "other",
    [
        replace(SERIES, variant="rate-0.5"),
        replace(SERIES, training_images=60_000),
        replace(SERIES, fingerprint="ba9876543210"),
        replace(SERIES, versions={**SERIES.versions, "keras": "3.16.0"}),
    ],
    ids=["variant", "images", "data", "versions"],
)
def test_what_differs_in_more_than_the_seed_is_another_series(path: Path, other: Series) -> None:
    ran(path, 2)
    assert ran(path, 2, other) == [0, 1]
    assert ran(path, 3) == [2]
    assert [each.seeds for each in calibrate.load(path, "05-mnist-cnn").series] == [(0, 1, 2), (0, 1)]


def test_another_cpu_goes_on_and_is_told(path: Path) -> None:
    ran(path, 1)
    assert ran(path, 2, replace(SERIES, cpus=("Another CPU",))) == [1]
    (series,) = calibrate.load(path, "05-mnist-cnn").series
    assert series.cpus == ("A CPU", "Another CPU")


def test_a_failed_write_leaves_the_old_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran(path, 1)
    before = path.read_bytes()

    def fail(*_paths: Path) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(calibrate.os, "replace", fail)
    with pytest.raises(OSError, match="No space left on device"):
        ran(path, 2)
    assert path.read_bytes() == before


def test_a_file_of_something_else_is_an_error(path: Path) -> None:
    path.parent.mkdir()
    path.write_text('{"series": []}')
    with pytest.raises(msgspec.ValidationError, match="missing required field `assignment`"):
        calibrate.load(path, "05-mnist-cnn")


def test_the_table_shows_per_cent(path: Path) -> None:
    series = replace(SERIES, seeds=(0, 1, 2), accuracies=(0.94, 0.9, 0.92), seconds=(1.0, 9.0, 2.0))
    console = Console(width=120)
    with console.capture() as capture:
        console.print(calibrate.table(Calibration(assignment="05-mnist-cnn", series=(series,))))
    row = next(line for line in capture.get().splitlines() if "reference" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    shares = ["92.00", "2.00", "90.00", "86.00", "94.00", "100.00"]
    assert cells == ["reference", "10,000", "3", *shares, "2.0", "3.15.1"]


def test_summary_trains_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(calibrate, "RESULTS", tmp_path)
    result = CliRunner().invoke(calibrate.main, ["05-mnist-cnn", "--summary"])
    assert result.exit_code == 0
    assert "05-mnist-cnn: test accuracy, %" in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_variant_is_told_the_known_ones() -> None:
    result = CliRunner().invoke(calibrate.main, ["05-mnist-cnn", "--variant", "default"])
    assert result.exit_code == 2
    assert "05-mnist-cnn has no variant 'default'; known: reference, default-adadelta, rate-0.5" in " ".join(
        result.output.split()
    )


@pytest.mark.parametrize(
    ("assignment", "name", "parameters"),
    [
        # (784 + 1)·128 + (128 + 1)·64 + (64 + 1)·10
        ("01-dense-dropout", "reference", 109_386),
        ("01-dense-dropout", "strong-dropout", 109_386),
        # (784 + 1)·128 + (128 + 1)·16 + (16 + 1)·10
        ("01-dense-dropout", "narrow", 102_714),
        ("01-dense-dropout", "batch-128", 109_386),
        # The published count of the lesson's CNN.
        ("05-mnist-cnn", "reference", 1_199_882),
        ("05-mnist-cnn", "default-adadelta", 1_199_882),
        ("05-mnist-cnn", "rate-0.5", 1_199_882),
    ],
)
def test_networks_have_their_published_parameters(assignment: str, name: str, parameters: int) -> None:
    model = references.find(assignment, name).build()
    assert model.count_params() == parameters
    assert not model.compiled


def test_variants_differ_in_what_their_names_say() -> None:
    def of(assignment: str) -> list[Reference]:
        return [reference for reference in REFERENCES if reference.assignment == assignment]

    def dropouts(reference: Reference) -> list[float]:
        return [layer.rate for layer in reference.build().layers if type(layer).__name__ == "Dropout"]

    def learning_rate(reference: Reference) -> float:
        return float(reference.compile_arguments()["optimizer"].learning_rate)

    assert {r.name: (dropouts(r), r.fit_arguments["batch_size"]) for r in of("01-dense-dropout")} == {
        "reference": ([0.3], 32),
        "strong-dropout": ([0.6, 0.6], 32),
        "narrow": ([0.5], 32),
        "batch-128": ([0.3], 128),
    }
    rates = {r.name: learning_rate(r) for r in of("05-mnist-cnn")}
    assert rates == pytest.approx({"reference": 1.0, "default-adadelta": 0.001, "rate-0.5": 0.5})


def test_each_model_gets_an_optimizer_of_its_own() -> None:
    first, second = (MNIST_CNN.compile_arguments()["optimizer"] for _ in range(2))
    assert first is not second


def test_images_and_labels_are_prepared_as_the_network_takes_them() -> None:
    images = np.array([0, 255], dtype=np.uint8).repeat(784).reshape(2, 28, 28)
    labels = np.array([3, 9], dtype=np.uint8)
    flat, numbers = DENSE_DROPOUT.prepare(images, labels)
    assert (flat.shape, flat.min(), flat.max()) == ((2, 28, 28), 0.0, 1.0)
    assert numbers.tolist() == [3, 9]
    deep, one_hot = MNIST_CNN.prepare(images, labels)
    assert deep.shape == (2, 28, 28, 1)
    assert one_hot.shape == (2, 10)
    assert one_hot.argmax(axis=1).tolist() == [3, 9]
    assert one_hot.sum() == 2


@pytest.mark.parametrize("training_images", [10_000, 60_000])
@pytest.mark.parametrize("assignment", ["01-dense-dropout", "05-mnist-cnn"])
def test_the_reference_was_run_with_twenty_seeds(assignment: str, training_images: int) -> None:
    calibration = calibrate.load(calibrate.RESULTS / f"{assignment}.json", assignment)
    seeds = [
        len(set(each.seeds))
        for each in calibration.series
        if (each.variant, each.training_images) == ("reference", training_images)
    ]
    assert max(seeds, default=0) >= 20


def committed() -> list[Path]:
    return sorted(calibrate.RESULTS.glob("*.json"))


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_a_committed_calibration_is_whole(path: Path) -> None:
    calibration = calibrate.load(path, "")
    assert calibration.assignment == path.stem
    for each in calibration.series:
        assert len(each.seeds) == len(set(each.seeds)) == len(each.accuracies) == len(each.seconds)
        assert all(0 <= accuracy <= 1 for accuracy in each.accuracies)
        assert references.find(path.stem, each.variant)


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_a_committed_summary_is_what_its_runs_give(path: Path) -> None:
    for written in json.loads(path.read_bytes())["series"]:
        runs = np.array(written["accuracies"])
        assert math.isclose(written["summary"]["mean"], runs.mean(), abs_tol=1e-6)
        assert written["summary"]["worst"] == runs.min()
        if len(runs) > 1:
            sd = runs.std(ddof=1)
            assert math.isclose(written["summary"]["sd"], sd, abs_tol=1e-6)
            assert math.isclose(written["summary"]["ceiling"], runs.min() - 2 * sd, abs_tol=1e-6)


@pytest.mark.parametrize("path", committed(), ids=lambda path: path.stem)
def test_a_committed_calibration_names_no_machine(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # Nothing that it says has a slash: neither a path nor an address.
    assert "/" not in text
    assert {each["source"] for each in json.loads(text)["series"]} <= {"embedded", "directory"}
