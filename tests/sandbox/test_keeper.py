"""Warm processes that one program keeps and others fork."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from autograder.sandbox import Bounds, Ending, Forked, NotWarm, Room, Warm, strongest_layer
from autograder.sandbox.keeper import AlreadyKept, address, handed, kept

pytestmark = pytest.mark.skipif(
    strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"
)

_Result = TypeVar("_Result")
EDITION = "of these tests"
ROOM = Room(settings={}, bounds=Bounds())


@pytest.fixture(autouse=True)
def _a_cache_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In a place whose name is longer than a socket's may be.
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / ("deep" * 30)))


def while_kept(then: Callable[[Warm], Awaitable[_Result]]) -> _Result:
    """What something comes to while a process is kept."""

    async def run() -> _Result:
        kept_one = Warm(["psutil"])
        async with kept(kept_one, EDITION):
            return await then(kept_one)

    return asyncio.run(run())


async def says(warm: Warm, text: str) -> bytes:
    sandbox = Forked(warm, ["echo", text], ROOM)
    await sandbox.start()
    said = await sandbox.stdout.read()
    assert await sandbox.end(10) == Ending()
    return said


def test_whoever_would_start_the_same_forks_what_is_kept_one_after_the_other_and_at_once() -> None:
    async def two(kept_one: Warm) -> None:
        for _turn in range(2):
            one, other = (Warm(["psutil"], (), EDITION) for _number in range(2))
            assert await asyncio.gather(says(one, "a"), says(other, "b")) == [b"a\n", b"b\n"]
            assert (one.pid, other.pid) == (None, None)
            one.close()
            assert await says(other, "c") == b"c\n"
            other.close()
        assert await says(kept_one, "d") == b"d\n"

    while_kept(two)


@pytest.mark.parametrize(
    ("imports", "edition"), [(["psutil", "json"], EDITION), (["psutil"], "another"), (["psutil"], "")]
)
def test_whoever_would_start_another_starts_it(imports: list[str], edition: str) -> None:
    async def started(_kept: Warm) -> None:
        warm = Warm(imports, (), edition)
        assert await says(warm, "a") == b"a\n"
        assert warm.pid is not None
        warm.close()

    while_kept(started)


def test_one_that_may_read_more_is_another(tmp_path: Path) -> None:
    commands = [Warm(["psutil"], readable).command for readable in ((), (tmp_path,))]
    assert len({address(command, EDITION) for command in commands}) == 2


def test_where_nobody_keeps_one_any_more_it_is_started() -> None:
    warm = Warm(["psutil"], (), EDITION)

    async def lost(_kept: Warm) -> None:
        assert await says(warm, "a") == b"a\n"
        assert warm.pid is None

    while_kept(lost)
    assert warm.lost
    assert asyncio.run(says(warm, "b")) == b"b\n"
    assert warm.pid is not None
    warm.close()


def test_one_that_was_lost_is_started_again_by_who_keeps_it() -> None:
    async def again(kept_one: Warm) -> None:
        first = kept_one.pid
        warm = Warm(["psutil"], (), EDITION)
        await warm.start()
        warm.end()
        async with asyncio.timeout(10):
            while not kept_one.lost:
                await asyncio.sleep(0.01)
        assert await says(warm, "a") == b"a\n"
        assert warm.pid is None
        assert kept_one.pid != first
        warm.close()

    while_kept(again)


_KILLED = """\
import asyncio, os, signal, sys
from autograder.sandbox import Forked, Room, Warm

async def run():
    warm = Warm(["psutil"], (), sys.argv[1])
    sandbox = Forked(warm, ["sh", "-c", "echo begun; sleep 1000 & sleep 1000"], Room(settings={}))
    await sandbox.start()
    assert warm.pid is None and await sandbox.stdout.readline() == b"begun\\n"
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(run())
"""


def test_a_command_that_is_killed_takes_its_sandboxes_with_it() -> None:
    async def killed(kept_one: Warm) -> None:
        assert kept_one.pid is not None
        command = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, EDITION)
        assert await command.wait() == -signal.SIGKILL
        async with asyncio.timeout(10):
            while len(psutil.Process(kept_one.pid).children(recursive=True)) > 1:
                await asyncio.sleep(0.05)
        assert await says(kept_one, "a") == b"a\n"

    while_kept(killed)


def test_one_that_does_not_hold_what_it_must_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(_kept: Warm) -> None:
        looked, looks = [], Warm._looked

        async def leaking_at_first(warm: Warm) -> dict[str, bool]:
            looked.append(warm)
            return {**await looks(warm), **({"reads_no_file_of_the_host": False} if len(looked) == 1 else {})}

        monkeypatch.setattr(Warm, "_looked", leaking_at_first)
        warm = Warm(["psutil"], (), EDITION)
        assert await says(warm, "a") == b"a\n"
        assert warm.pid is not None
        assert len(looked) == 2
        warm.close()

    while_kept(refused)


def test_two_programs_cannot_keep_the_same() -> None:
    async def second(_kept: Warm) -> None:
        with pytest.raises(AlreadyKept, match=r"^another program keeps it already$"):
            async with kept(Warm(["psutil"]), EDITION):
                pass

    while_kept(second)


def test_what_a_killed_program_has_left_is_in_nobodys_way() -> None:
    script = "import asyncio, os\nfrom autograder.sandbox import Warm\nfrom autograder.sandbox.keeper import kept\n" + (
        "async def run():\n    async with kept(Warm(['psutil']), 'of these tests'): os.kill(os.getpid(), 9)\n"
        "asyncio.run(run())"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    path = address(Warm(["psutil"]).command, EDITION)
    assert path.is_socket()
    assert asyncio.run(handed(path)) is None

    async def used(_kept: Warm) -> bytes:
        warm = Warm(["psutil"], (), EDITION)
        said = await says(warm, "a")
        assert warm.pid is None
        warm.close()
        return said

    assert while_kept(used) == b"a\n"
    assert not path.exists()


@pytest.mark.parametrize("mode", [0o750, 0o707])
def test_a_folder_that_others_may_enter_is_not_used(mode: int) -> None:
    folder = address([], EDITION).parent

    async def open_to_others(_kept: Warm) -> None:
        os.chmod(folder, mode)
        assert await handed(next(folder.iterdir())) is None

    while_kept(open_to_others)
    with pytest.raises(NotWarm, match=f"^{folder} is not this user's alone$"):
        while_kept(open_to_others)
