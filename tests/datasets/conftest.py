"""Data sets as they are for someone who has none: nothing cached, nothing installed, no settings."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import Place, Source, contents, dataset, sources
from autograder.datasets.originals import MNIST, ORIGINALS

Sample = Callable[[str, Path], Path]


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AUTOGRADER_DATA", "AUTOGRADER_DOWNLOAD"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "share"))
    monkeypatch.setattr(sources, "SYSTEM_DIRECTORIES", ())
    monkeypatch.setattr(dataset, "ORIGINALS", tuple(replace(o, packages=()) for o in ORIGINALS))
    yield
    # Every test has settings of its own, and would leave its arrays in memory until the last one ends.
    dataset._load.cache_clear()


@pytest.fixture(scope="session")
def sample() -> dict[str, np.ndarray]:
    """The embedded MNIST by Keras's names, read-only, loaded by nothing that a test tests."""
    folder = str(sources.EMBEDDED / "mnist")
    place = Place(name="mnist", source=Source.EMBEDDED, path=folder, missing=())
    arrays = contents.read(MNIST, place)
    return {part.key: getattr(arrays, part.key) for part in MNIST.parts}


@pytest.fixture
def copy_sample() -> Sample:
    """Copy the four embedded files of a set, e.g. ``fashion-mnist``, to a folder, and return it."""

    def copy(folder: str, target: Path) -> Path:
        target.mkdir(parents=True)
        for path in (sources.EMBEDDED / folder).iterdir():
            shutil.copyfile(path, target / path.name)  # without its mode: a test changes the copy
        return target

    return copy
