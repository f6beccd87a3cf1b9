"""Attacks on what kernels are forked from, and on what a fork has of it."""

from __future__ import annotations

import pytest

from autograder.sandbox import strongest_layer
from tests.attacks.scene import FULL, Scene

pytestmark = [
    pytest.mark.attack,
    pytest.mark.skipif(strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"),
]

# All that it can read of itself: what the process that it was forked from had, too.
READS_ITS_MEMORY = """
def found(*parts):
    text, hits = "".join(parts)[::-1].encode(), 0
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(place, 16) for place in line.split()[0].split("-"))
            if "rw" in line and end - start < 400_000_000:
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except OSError:
                    continue
                hits += content.count(text)
                del content
    return hits
"""


def test_the_memory_that_it_was_forked_with_holds_nobodys_name_and_no_secret(scene: Scene) -> None:
    scene.next_student()
    halves = [(value[:16][::-1], value[16:][::-1]) for value in vars(scene.secrets).values()]
    # The one before had this name in its environment.
    wanted = [("dent-99"[::-1], "stu"[::-1])] + [(b, a) for a, b in halves]
    wanted = [(late, early) for late, early in wanted]
    aftermath = scene.attack(f"{READS_ITS_MEMORY}\nprint([found(*parts) for parts in {wanted!r}])\nx = 2")
    assert aftermath.report.score == FULL
    counts = eval(aftermath.printed.strip())
    # What it looks for itself it has put together once or twice.
    assert all(count <= 3 for count in counts), counts


def test_what_it_was_forked_from_is_neither_seen_nor_signalled_nor_traced(scene: Scene) -> None:
    aftermath = scene.attack(
        "import ctypes, os, signal\n"
        "def there(p):\n    try: os.kill(p, 0)\n    except OSError: return False\n    return True\n"
        "numbers = [p for p in range(1, 5_000) if there(p)]\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "traced = [p for p in numbers if p != os.getpid() and libc.ptrace(16, p, 0, 0) == 0]\n"
        "print(len(numbers), traced, os.path.exists('/proc/1/root/usr'))\n"
        "print(libc.unshare(0x10000000), libc.setns(0, 0), open('/proc/sys/user/max_user_namespaces').read().strip())\n"
        "x = 2"
    )
    assert aftermath.report.score == FULL
    first, second = aftermath.printed.strip().splitlines()
    assert first.split(maxsplit=1)[1] == "[] False"
    assert second == "-1 -1 0"


def test_descriptors_lead_to_its_own_kernel_and_nowhere_else(scene: Scene) -> None:
    aftermath = scene.attack(
        "import os, socket\n"
        "peers = []\n"
        "for name in os.listdir('/proc/self/fd'):\n"
        "    try: link = os.readlink(f'/proc/self/fd/{name}')\n"
        "    except OSError: continue\n"
        "    if link.startswith('socket:'):\n"
        "        with socket.socket(fileno=os.dup(int(name))) as one:\n"
        "            if one.type == socket.SOCK_SEQPACKET: peers.append(name)\n"
        "    elif link[:5] not in ('/dev/', 'anon_', 'pipe:', '/proc'): peers.append(link)\n"
        "print(peers)\nx = 2"
    )
    assert aftermath.report.score == FULL
    assert aftermath.printed.strip() == "[]"


def test_a_flood_of_processes_and_pipes_takes_nothing_from_the_next(scene: Scene) -> None:
    aftermath = scene.attack(
        "import os, time\n"
        "held = []\n"
        "try:\n    while True:\n        held.append(os.pipe()); os.set_blocking(held[-1][1], False)\n"
        "        try: os.write(held[-1][1], bytes(1 << 16))\n        except BlockingIOError: pass\n"
        "except OSError: pass\n"
        "while True:\n    try: os.fork()\n    except OSError: time.sleep(0.01)",
        cell_seconds=30,
    )
    assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}


def test_what_a_notebook_changes_in_imported_modules_ends_with_it(scene: Scene) -> None:
    aftermath = scene.attack(
        "import json, keras, random, sys, autograder.exam.pack as pack, autograder.exam.student as student\n"
        "pack.Packer.pack = None\nkeras.Sequential = None\njson.dumps = None\nrandom.seed = None\n"
        "sys.modules['numpy'] = None\nx = 2"
    )
    assert aftermath.report.score is not None
    assert scene.next_student() == FULL
