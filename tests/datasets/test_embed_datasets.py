from __future__ import annotations

import gzip
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.datasets import sources

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "embed_datasets.py"
FILES = sorted(path.relative_to(sources.EMBEDDED) for path in sources.EMBEDDED.rglob("*.gz"))


def embed(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, SCRIPT, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_there_are_four_embedded_files_of_each_set() -> None:
    names = [f"{part}-ubyte.gz" for part in ("t10k-images-idx3", "t10k-labels-idx1", "train-images-idx3")]
    names.append("train-labels-idx1-ubyte.gz")
    assert [str(path) for path in FILES] == [f"{s}/{name}" for s in ("fashion-mnist", "mnist") for name in names]


@pytest.mark.parametrize("name", FILES, ids=str)
def test_embedded_files_hold_neither_time_nor_name(name: Path) -> None:
    header = (sources.EMBEDDED / name).read_bytes()[:10]
    # RFC 1952: deflate, no flags, no time, "compressed as well as can be".
    assert header[:9] == b"\x1f\x8b\x08" + bytes(5) + b"\x02"


def test_a_sample_is_not_taken_for_the_originals() -> None:
    run = embed(sources.EMBEDDED, "--check")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"{sources.EMBEDDED}/mnist: expected all 60,000 training images, found 10,000. "
        "Give the full set, not a sample of it.\n"
    )


def test_originals_are_checked_before_anything_is_written(
    tmp_path: Path, copy_sample: Callable[[str, Path], Path]
) -> None:
    folder = copy_sample("mnist", tmp_path / "mnist")
    shutil.copyfile(sources.EMBEDDED / "fashion-mnist" / FILES[0].name, folder / FILES[0].name)
    run = embed(tmp_path, "--into", tmp_path / "out")
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == (
        f"{folder}/t10k-images-idx3-ubyte.gz: expected the published test images, "
        "found the test images of Fashion-MNIST. "
        "Put the published file in its place, or unset AUTOGRADER_DATA.\n"
    )
    assert not (tmp_path / "out").exists()


def test_a_file_counts_by_what_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    import embed_datasets

    path = tmp_path / "file.gz"
    assert not embed_datasets.holds(path, b"data")
    path.write_bytes(embed_datasets.compressed(b"data"))
    assert embed_datasets.holds(path, b"data")
    assert not embed_datasets.holds(path, b"other")
    path.write_bytes(gzip.compress(b"data", mtime=1))
    assert not embed_datasets.holds(path, b"data")
    path.write_bytes(b"\x1f\x8b\x08" + bytes(5))
    assert not embed_datasets.holds(path, b"data")
