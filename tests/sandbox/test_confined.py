"""Programs that run in the strongest layer that is here."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from autograder.sandbox import Bounds, Confined, Ending, Hit, Room, strongest_layer
from tests.exam.conftest import leftovers


def ran(program: str, given: bytes = b"", grace: float = 30, **room: Any) -> tuple[bytes, Ending]:
    """What a program writes that is given this, and how it ends."""

    async def run() -> tuple[bytes, Ending]:
        sandbox = Confined(strongest_layer(), [sys.executable, "-I", "-c", program], Room(**{"settings": {}, **room}))
        await sandbox.start()
        sandbox.stdin.write(given)
        await sandbox.stdin.drain()
        written = await sandbox.stdout.read() if grace else await sandbox.stdout.readline()
        ending = await sandbox.end(grace)
        assert not sandbox.running
        assert await sandbox.end() == ending
        return written, ending

    return asyncio.run(run())


def test_its_standard_streams_are_the_channel() -> None:
    program = "import sys\nsys.stdout.buffer.write(sys.stdin.buffer.read(3)[::-1])"
    assert ran(program, b"abc") == (b"cba", Ending())


def test_what_is_made_readable_is_read_and_not_written_wherever_it_stands(tmp_path: Path) -> None:
    """Also below a folder that is the program's own to write, as temporary ones are."""
    (tmp_path / "given").write_text("given")
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and str(folder) != "/":
            folder.chmod(folder.stat().st_mode | 0o055)
    program = (
        f"from pathlib import Path\nprint(Path({str(tmp_path)!r}, 'given').read_text())\n"
        f"try: Path({str(tmp_path)!r}, 'mine').write_text('')\nexcept OSError as error: print(type(error).__name__)"
    )
    written, ending = ran(program, readable=(tmp_path,))
    assert written.split()[0] == b"given"
    assert written.split()[1] in (b"OSError", b"PermissionError")
    assert ending == Ending()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["given"]


def test_the_rooms_settings_are_in_its_environment() -> None:
    program = "import os\nprint(os.environ['A'], os.path.basename(os.getcwd()))"
    assert ran(program, settings={"A": "b c"}) == (b"b c work\n", Ending())


def test_a_program_that_goes_on_is_ended_and_leaves_nothing() -> None:
    before = leftovers()
    program = "import sys, time\nprint('here', flush=True)\ntime.sleep(600)"
    assert ran(program, grace=0) == (b"here\n", Ending())
    assert leftovers() == before


def test_the_bound_that_was_reached_is_told() -> None:
    _written, ending = ran("while True: pass", bounds=Bounds(cpu_seconds=1))
    assert ending == Ending(Hit.CPU)
