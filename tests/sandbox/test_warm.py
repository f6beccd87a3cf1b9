"""Programs that are forked: as :class:`~autograder.sandbox.Confined`, without the seconds."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pytest

from autograder.sandbox import Bounds, Ending, Forked, Hit, NotWarm, Room, Warm, strongest_layer
from autograder.sandbox.bubblewrap import DIRECTORY

pytestmark = pytest.mark.skipif(
    strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"
)

INSIDE = (sys.executable, "-I", "-m", "autograder.sandbox.conformance.inside")


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    warm = Warm(["psutil", "pyseccomp"])
    yield warm
    warm.close()


def ran(warm: Warm, argv: Sequence[str], room: Room, given: bytes = b"") -> tuple[bytes, Ending]:
    async def run() -> tuple[bytes, Ending]:
        sandbox = Forked(warm, argv, room)
        await sandbox.start()
        sandbox.stdin.write(given)
        await sandbox.stdin.drain()
        written = await sandbox.stdout.read()
        ending = await sandbox.end(30)
        assert not sandbox.running
        assert await sandbox.end() == ending
        return written, ending

    return asyncio.run(run())


def test_its_standard_streams_are_the_channel(warm: Warm) -> None:
    assert ran(warm, ["head", "-c", "3"], Room(settings={}), b"abcd") == (b"abc", Ending())


def test_the_rooms_settings_are_in_its_environment(warm: Warm) -> None:
    room = Room(settings={"A": "b c"})
    assert ran(warm, ["/bin/sh", "-c", 'echo "$A" $PWD'], room) == (f"b c {DIRECTORY}/work\n".encode(), Ending())


def test_what_is_made_readable_is_read_and_not_written_wherever_it_stands(tmp_path: Path) -> None:
    """Also below a folder that is the program's own to write, as a clone in the one for temporary files is."""
    (tmp_path / "given").write_text("given")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and str(folder) != "/":
            folder.chmod(folder.stat().st_mode | 0o055)
    warm = Warm(["psutil"], (tmp_path,))
    script = f"cat {tmp_path}/given; echo x > {tmp_path}/mine; echo x > /tmp/mine && echo made; ls /tmp/mine"
    written, ending = ran(warm, ["/bin/sh", "-c", script], Room(settings={}, readable=(tmp_path,)))
    again, _ending = ran(warm, ["/bin/sh", "-c", "ls /tmp"], Room(settings={}))
    warm.close()
    assert written.split() == [b"givenmade", b"/tmp/mine"]
    assert b"mine" not in again
    assert ending == Ending()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given"]


def test_what_was_not_bound_beforehand_is_not_promised(warm: Warm, tmp_path: Path) -> None:
    with pytest.raises(NotWarm):
        ran(warm, ["true"], Room(settings={}, readable=(tmp_path,)))


def test_the_bound_that_was_reached_is_told(warm: Warm) -> None:
    _written, ending = ran(warm, [*INSIDE, "cpu"], Room(settings={}, bounds=Bounds(cpu_seconds=1)))
    assert ending == Ending(Hit.CPU)


def test_many_at_once_and_none_is_left(warm: Warm) -> None:
    async def run() -> list[bytes]:
        async def one(number: int) -> bytes:
            # Counted by the shell alone: of two ends of a pipe, the first may count before the other is there.
            counted = "echo $N; sleep 0.2; set -- /proc/[0-9]*; echo $#"
            sandbox = Forked(warm, ["/bin/sh", "-c", counted], Room(settings={"N": str(number)}))
            await sandbox.start()
            written = await sandbox.stdout.read()
            await sandbox.end(10)
            return written

        return await asyncio.gather(*(one(number) for number in range(8)))

    # The supervisor and the shell.
    assert [text.split() for text in asyncio.run(run())] == [[str(n).encode(), b"2"] for n in range(8)]
    assert warm.pid is not None
    assert len(psutil.Process(warm.pid).children(recursive=True)) == 1


def test_one_whose_imports_start_threads_is_not_forked() -> None:
    warm = Warm(["psutil", "autograder.sandbox.conformance.threads"])
    with pytest.raises(NotWarm) as caught:
        ran(warm, ["true"], Room(settings={}))
    assert "other threads" in str(caught.value)
    with pytest.raises(NotWarm):
        ran(warm, ["true"], Room(settings={}))
    warm.close()
