"""Both sides of the wall use the images that the grader says it uses."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from autograder.datasets import DatasetError, Source, dataset, describe, fashion_mnist, mnist, sources
from autograder.datasets.originals import ORIGINALS
from autograder.exam import data
from autograder.exam.keeping import kept
from autograder.sandbox import NotWarm
from autograder.sandbox.room import environment as environment_in


@pytest.fixture(autouse=True)
def bare_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in ("AUTOGRADER_DATA", "AUTOGRADER_DOWNLOAD", "XDG_DATA_DIRS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(sources, "SYSTEM_DIRECTORIES", ())
    monkeypatch.setattr(dataset, "ORIGINALS", tuple(replace(one, packages=()) for one in ORIGINALS))
    monkeypatch.setattr(data, "ORIGINALS", dataset.ORIGINALS)
    yield
    dataset._load.cache_clear()


def archive(folder: Path) -> Path:
    """MNIST where a user of Keras has it: here the same images as in the sample, but from another source."""
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    dataset._load.cache_clear()
    return folder


def open_to_all(folder: Path) -> None:
    """As a folder of data that several people use is."""
    for one in (folder, *folder.parents):
        if one.stat().st_uid == os.getuid() and str(one) != "/":
            one.chmod(one.stat().st_mode | 0o055)


def test_the_embedded_sample_needs_no_telling() -> None:
    with data.served() as settings:
        assert settings == {}


def test_a_directory_is_passed_on_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = archive(tmp_path / "given")
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    np.savez(folder / "fashion-mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AUTOGRADER_DATA", "given")
    open_to_all(folder)
    with data.served() as settings:
        assert settings == {"AUTOGRADER_DATA": str(folder)}
        assert data.places(settings) == (folder,)


@pytest.mark.skipif(os.getuid() != 0, reason="only root's files are closed to those whom it grades")
def test_a_directory_that_only_root_may_read_is_copied_for_both_sides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = archive(tmp_path / "given")
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    np.savez(folder / "fashion-mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    open_to_all(folder)
    (folder / "mnist.npz").chmod(0o600)
    monkeypatch.setenv("AUTOGRADER_DATA", str(folder))
    with data.served() as settings:
        [copied] = data.places(settings)
        assert copied != folder
        assert sorted(path.name for path in copied.iterdir()) == ["fashion-mnist.npz", "mnist.npz"]
        assert all(path.stat().st_mode & 0o004 for path in (copied, *copied.iterdir()))


def test_what_only_the_grader_finds_is_written_for_both_sides(tmp_path: Path) -> None:
    archive(tmp_path / "keras" / "datasets")
    used = describe()
    assert [one.source for one in used] == [Source.KERAS_CACHE, Source.EMBEDDED]
    with data.served() as settings:
        room = tmp_path / "room"
        room.mkdir()
        environment = {**environment_in(str(room)), **settings}
        script = "from autograder.datasets import describe\nprint(*(one.fingerprint for one in describe()))"
        found = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert found.stdout.split() == [one.fingerprint for one in used]
        directory = Path(settings["AUTOGRADER_DATA"])
        assert sorted(path.name for path in directory.iterdir()) == ["fashion-mnist.npz", "mnist.npz"]
    assert not directory.exists()


def test_damaged_data_is_told_before_anything_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = archive(tmp_path / "given")
    (folder / "mnist.npz").write_bytes(b"PK")
    monkeypatch.setenv("AUTOGRADER_DATA", str(folder))
    with pytest.raises(DatasetError, match=r"mnist\.npz"), data.served():
        pass
    assert os.listdir(folder) == ["mnist.npz"]


def test_images_that_every_command_copies_anew_cannot_be_kept_for(tmp_path: Path) -> None:
    archive(tmp_path / "keras" / "datasets")

    async def keep() -> None:
        async with kept():
            pass

    with pytest.raises(NotWarm) as caught:
        asyncio.run(keep())
    assert str(caught.value) == (
        "the images are copied anew for every command, from a place that students' programs do not see: set"
        " AUTOGRADER_DATA to a folder that everybody may read"
    )
