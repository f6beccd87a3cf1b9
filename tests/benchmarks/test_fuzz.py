from __future__ import annotations

import itertools
import json
import time
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner

from benchmarks import fuzz as command
from benchmarks.fuzz_targets import TARGETS
from benchmarks.fuzzing import MEGABYTE, Bounds, Result, Target, fuzz
from benchmarks.mutations import Mutator

READERS = [target for target in TARGETS if target.name != "rebuilding"]
"""Those that do without Keras. The other builds models, some thirty a second; its run is the command's."""


class Refused(ValueError):
    """What the readers of these tests may raise."""


def numbers(random: Random) -> bytes:
    return b"%d" % random.randrange(10)


def run(tmp_path: Path, read: object, count: int = 50, **bounds: float) -> Result:
    """What comes of a reader that is given digits."""
    target = Target(name="digits", make=numbers, read=read, refusals=(Refused,))  # type: ignore[arg-type]
    return fuzz(target, tmp_path, count=count, seed=0, bounds=Bounds(**{"warm_up": 10, **bounds}))  # type: ignore[arg-type]


@pytest.mark.parametrize("target", READERS, ids=lambda target: target.name)
def test_a_reader_survives_what_it_is_given(target: Target, tmp_path: Path) -> None:
    # The machine may have more to do than this: a hang of the command's run is 5 seconds.
    result = fuzz(target, tmp_path, count=2_000, seed=7, bounds=Bounds(seconds=30))
    assert [finding.text for finding in result.findings] == []
    assert result.inputs == 2_000
    # Inputs are near enough to right ones to get past the first look.
    assert 100 < result.accepted < 1_900
    assert list(tmp_path.iterdir()) == []


def test_what_a_reader_refuses_is_no_crash_and_is_not_accepted(tmp_path: Path) -> None:
    def read(content: bytes) -> bool:
        if content == b"7":
            raise Refused
        return content != b"8"

    result = run(tmp_path, read)
    digits = [numbers(Random(f"digits:0:{number}")) for number in range(50)]
    assert (result.findings, result.inputs) == ([], 50)
    assert result.accepted == sum(digit not in (b"7", b"8") for digit in digits) < 50


def test_a_crash_is_told_once_and_its_input_saved(tmp_path: Path) -> None:
    def read(content: bytes) -> bool:
        if content in (b"7", b"8"):
            raise KeyError(content)
        return True

    result = run(tmp_path, read)
    (finding,) = result.findings
    assert finding.kind == "crash"
    assert "KeyError: b'" in finding.text
    assert "in read" in finding.text
    assert finding.path is not None
    assert finding.path.read_bytes() in (b"7", b"8")
    assert list(tmp_path.iterdir()) == [finding.path]
    # Of what goes on after a crash there may be more to find.
    assert result.inputs == 50


def test_a_hang_is_told_even_where_the_reader_catches_everything(tmp_path: Path) -> None:
    def read(content: bytes) -> bool:
        while content == b"7":
            try:
                time.sleep(60)
            except Exception:  # noqa: BLE001 - as readers do that must not end the process
                continue
        return True

    result = run(tmp_path, read, count=30, seconds=0.1)
    (finding,) = result.findings
    assert finding.kind == "hang"
    assert finding.text.startswith("more than 0.1 s:\n")
    assert "in read" in finding.text
    assert finding.path is not None
    assert finding.path.read_bytes() == b"7"


def test_memory_that_is_kept_is_told(tmp_path: Path) -> None:
    kept = []
    calls = itertools.count()

    def read(_content: bytes) -> bool:
        if next(calls) % 20 == 19:
            # So large a piece is never made of what the process has already.
            kept.append(bytearray(b"x") * (40 * MEGABYTE))
        return True

    result = run(tmp_path, read, count=100, growth=100 * MEGABYTE)
    (finding,) = result.findings
    assert finding.kind == "growth"
    assert finding.text.endswith(" MB more at the end than after the warm-up")
    assert 100 * MEGABYTE < result.growth < 250 * MEGABYTE


def test_memory_that_one_input_takes_is_told_though_it_is_given_back(tmp_path: Path) -> None:
    def read(content: bytes) -> bool:
        return bool(content != b"7" or b"7" * (150 * MEGABYTE))

    result = run(tmp_path, read, growth=90 * MEGABYTE)
    (finding,) = result.findings
    assert finding.kind == "growth"
    assert finding.text.endswith(" MB for one input")
    assert finding.path is not None
    assert finding.path.read_bytes() == b"7"


def test_a_run_ends_when_its_time_is_over(tmp_path: Path) -> None:
    target = Target(name="digits", make=numbers, read=lambda _content: not time.sleep(0.01), refusals=())
    result = fuzz(target, tmp_path, count=1_000, seed=0, seconds=0.2)
    assert 0 < result.inputs < 100


def test_an_input_follows_from_the_seed_and_its_number() -> None:
    mutator = Mutator([json.dumps({"a": [1, {"b": "c"}, None]}).encode()], ["a", "b"])
    inputs = [[mutator(Random(f"{seed}:{number}")) for number in range(300)] for seed in (1, 1, 2)]
    assert inputs[0] == inputs[1] != inputs[2]
    # Few of them are the same.
    assert len(set(inputs[0])) > 200


def test_the_command_fails_where_something_was_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(_content: bytes) -> bool:
        raise KeyError

    crashing = Target(name="crashing", make=numbers, read=read, refusals=())
    sound = Target(name="sound", make=numbers, read=bool, refusals=())
    monkeypatch.setattr(command, "TARGETS", (crashing, sound))
    arguments = ["--count", "20", "--folder", str(tmp_path)]
    result = CliRunner().invoke(command.main, arguments)
    assert result.exit_code == 1
    assert "crashing: crash: " in result.output
    assert CliRunner().invoke(command.main, [*arguments, "--target", "sound"]).exit_code == 0
    (saved,) = tmp_path.iterdir()
    replayed = CliRunner().invoke(command.main, ["--target", "crashing", "--replay", str(saved)])
    assert isinstance(replayed.exception, KeyError)


def test_an_unknown_reader_is_told_the_known_ones() -> None:
    result = CliRunner().invoke(command.main, ["--target", "digits"])
    assert result.exit_code == 2
    assert "'digits'; known: crossing, notebook, model, rebuilding" in " ".join(result.output.split())
