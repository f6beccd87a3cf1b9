"""Attacks 56 to 63: who uses up time, processes, memory, disk or patience ends their own notebook and no other.

Limits are low here, so that each attack reaches its own in a moment and the machine does not notice.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from autograder.exam import Grader, Submission
from tests.attacks.scene import LIMITS, Scene
from tests.exam import notebooks
from tests.exam.notebooks import answered, notebook, solution
from tests.exam.notebooks import test as tests_cell

pytestmark = pytest.mark.attack

OWN = {"test-a": 2.0, "test-b": 3.0}
NOTHING = {"test-a": 0.0, "test-b": 0.0}

MEMORY = 1_200_000_000
"""A kernel with its threads and its program takes most of a gigabyte of addresses."""


def unread(why: str) -> dict[str, str]:
    """What both tests say where the whole notebook came to nothing."""
    return {"test-a": f"“x” cannot be graded: {why}.", "test-b": f"“double” cannot be graded: {why}."}


def stopped(why: str) -> dict[str, str]:
    """What both tests say where the cell "a" was the last that ran."""
    return unread(f"the cell “a” {why}, so the notebook was stopped there")


class Peak:
    """The most memory that this process held at one time, beyond what it had at first."""

    growth = 0


@contextmanager
def peak() -> Iterator[Peak]:
    """Measures it."""
    found = Peak()
    Path("/proc/self/clear_refs").write_text("5")
    before = psutil.Process().memory_info().rss
    yield found
    lines = Path("/proc/self/status").read_text().splitlines()
    found.growth = next(int(line.split()[1]) * 1_024 for line in lines if line.startswith("VmHWM")) - before


# --- 56: waiting for ever ---------------------------------------------------------------------------------------

LOOPS = {
    "ignoring every signal": """
        import signal
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            try:
                while True:
                    pass
            except BaseException:
                pass
    """,
    "sleeping in C with the interpreter locked": """
        import ctypes
        ctypes.PyDLL(None).sleep(10**6)
    """,
    "stopping every process that there is": """
        import os, signal
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                os.kill(int(pid), signal.SIGSTOP)
            except OSError:
                pass
        signal.pause()
    """,
    "waiting for a pipe that nobody writes to": """
        import os
        os.mkfifo("never")
        open("never").read()
    """,
}


@pytest.mark.parametrize("how", LOOPS)
def test_waiting_for_ever_is_ended_by_the_clock(scene: Scene, how: str) -> None:
    """Attack 56: what cannot be interrupted is killed."""
    aftermath = scene.attack(f"x = 2\n{notebooks.dedent(LOOPS[how])}", cell_seconds=3)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("did not finish within 3 seconds")
    assert aftermath.seconds < 40


def test_asking_for_input_gets_none(scene: Scene) -> None:
    """Attack 56: nobody is there who could answer."""
    aftermath = scene.attack("x = 2\nimport sys\nprint(repr(sys.stdin.read()))\ninput()\nx = 3")

    assert aftermath.printed.startswith("''")
    assert aftermath.errors["a"].startswith("StdinNotImplementedError: raw_input was called")
    assert aftermath.scores == OWN
    assert aftermath.seconds < 40


def test_looping_in_a_function_is_ended_at_the_call(scene: Scene) -> None:
    """Attack 56: the test cell waits in the examiner; that is not what is ended."""
    loops = """
        def double(n):
            while True:
                try:
                    while True: pass
                except BaseException: pass
    """

    aftermath = scene.attack(b=loops, call_seconds=2)

    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages["test-b"] == (
        "A function of yours cannot be judged: the function “double” did not return within 2 seconds."
    )
    assert aftermath.seconds < 40


def test_answering_each_of_many_calls_just_in_time_uses_up_ones_own_time(scene: Scene) -> None:
    """Attack 56: the bound on a call is none on a thousand of them; that on the notebook is."""
    slow = "def double(n):\n    import time\n    time.sleep(1)\n    return double(n)"

    aftermath = scene.attack(b=slow, call_seconds=60, notebook_seconds=4)

    assert aftermath.scores["test-b"] == 0.0
    assert aftermath.messages["test-b"].startswith("A function of yours cannot be judged: the function “double” did")
    assert aftermath.seconds < 40


# --- 57: time bombs ---------------------------------------------------------------------------------------------


def test_behaving_until_the_hidden_test_calls_fails_there(scene: Scene) -> None:
    """Attack 57: right for the test that everybody knows, and a bomb for every other."""
    bomb = """
        import os, signal
        def double(n):
            if n != 3:
                os.kill(os.getppid(), signal.SIGKILL)
                os.kill(-1, signal.SIGKILL)
            return 6
    """

    aftermath = scene.attack(b=bomb)

    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages["test-b"].startswith("A function of yours cannot be judged: the notebook's kernel")
    assert not aftermath.report.needs_review


def test_going_off_only_where_it_is_graded_hits_nobody_else(scene: Scene) -> None:
    """Attack 57: it does nothing at home; later, from a thread, it wants to take the other tests down."""
    bomb = """
        x = 2
        import os, signal, threading, time
        def later():
            time.sleep(0.5)
            for pid in filter(str.isdigit, os.listdir("/proc")):
                if int(pid) != os.getpid():
                    try: os.kill(int(pid), signal.SIGKILL)
                    except OSError: pass
            os._exit(0)
        if os.environ.get("NBGRADER_EXECUTION") or not os.path.exists("/home"):
            threading.Thread(target=later).start()
    """

    aftermath = scene.attack(bomb, "import time\ntime.sleep(5)\ndef double(n):\n    return 2 * n")

    # What was handed over before it went off counts.
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages["test-b"] == (
        "“double” cannot be graded: the cell “b” ended the kernel, so no later cell could run."
    )


def test_setting_the_clock_sets_none(scene: Scene) -> None:
    """Attack 57: a deadline is what the clock says, and file times are what it said."""
    sets = """
        x = 2
        import ctypes, subprocess, time
        tried = []
        try:
            time.clock_settime(time.CLOCK_REALTIME, 0)
        except OSError as error:
            tried.append(error.errno)
        libc = ctypes.CDLL(None, use_errno=True)
        for name in ("settimeofday", "stime", "adjtimex"):
            call = getattr(libc, name, None)
            tried.append(-1 if call is None else call(ctypes.create_string_buffer(256), None))
        tried.append(subprocess.run(["date", "-s", "2001-01-01"], capture_output=True).returncode)
        print(tried)
    """
    before = time.time()

    aftermath = scene.attack(sets)

    assert aftermath.printed.strip() == "[1, -1, -1, -1, 1]"
    assert before < time.time() < before + 600
    assert aftermath.scores == OWN


def test_answering_by_the_time_of_day_is_judged_by_what_it_answers_now(scene: Scene) -> None:
    """Attack 57: whoever grades again gets what they see, from a program that begins anew."""
    by_time = (
        "import pathlib, time\nx = 2 + pathlib.Path('ran').exists() + (time.time() < 1e9)\nopen('ran', 'w').close()"
    )

    assert [scene.attack(by_time).scores for _time in range(2)] == [OWN, OWN]


# --- 58: fork bombs ---------------------------------------------------------------------------------------------

BOMBS = {
    "of the shell": """
        import subprocess
        subprocess.Popen(["bash", "-c", "bomb() { bomb | bomb & }; bomb"])
        while True: pass
    """,
    "that sleep": """
        import os, time
        while True:
            try:
                if os.fork() == 0:
                    os.setsid()
                    time.sleep(600)
            except OSError:
                pass
    """,
    "that are orphans with nothing to wait for": """
        import os, signal
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        def grow():
            while True:
                try:
                    if os.fork() == 0:
                        if os.fork(): os._exit(0)
                        grow()
                except OSError: pass
        grow()
    """,
}


@pytest.mark.parametrize("which", BOMBS)
def test_forking_without_end_is_ended_with_all_that_came_of_it(scene: Scene, which: str) -> None:
    """Attack 58: there is a bound on processes, and one command ends them all."""
    aftermath = scene.attack(f"x = 2\n{notebooks.dedent(BOMBS[which])}", processes=40, cell_seconds=40)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("started more than 40 processes")
    assert aftermath.seconds < 40


def test_starting_threads_without_end_gets_an_error(scene: Scene) -> None:
    """Attack 58: the system refuses more, at the line that asks for them."""
    threads = """
        x = 2
        import threading, time
        threading.stack_size(65536)
        while True:
            threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    """

    aftermath = scene.attack(threads, processes=40)

    assert aftermath.errors == {"a": "RuntimeError: can't start new thread"}
    assert aftermath.scores == OWN


def test_taking_every_thread_of_a_user_leaves_the_examiner_its_own(scene: Scene, tmp_path: Path) -> None:
    """Attack 58: a test that could not be run would be worth full points until somebody looks."""
    source = notebook(
        solution("f", "def f():\n    return 2"),
        tests_cell(
            "test-f",
            5,
            """
            assert f() is not None
            import threading
            for _ in range(20):
                threading.Thread(target=int).start()
            assert f() == 2
            """,
        ),
    )
    takes = """
        import os, threading, time
        threading.stack_size(65536)
        def take():
            while True:
                try: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
                except RuntimeError: time.sleep(0.01)
        for _ in range(3):
            if os.fork() == 0: take()
        time.sleep(3)
        def f():
            return 1
    """
    submission = Submission(
        student="student-01",
        assignment="tiny",
        path=notebooks.write(answered(source, {"f": takes}), tmp_path / "submitted" / "tiny.ipynb"),
        source=notebooks.write(source, tmp_path / "solutions" / "tiny.ipynb"),
    )

    aftermath = scene._grade(submission)

    assert aftermath.scores == {"test-f": 0.0}
    assert aftermath.messages == {"test-f": "This does not hold: f() == 2"}
    assert scene.next_student() == 5


# --- 59: memory -------------------------------------------------------------------------------------------------


def test_taking_more_memory_than_a_process_may_have_gets_an_error(scene: Scene) -> None:
    """Attack 59: the line that asks for it is told."""
    aftermath = scene.attack("x = bytearray(10**12)\nx = 2", memory_bytes=MEMORY)

    assert aftermath.errors == {"a": "MemoryError (a notebook may use at most 1,200,000,000 bytes of memory)"}
    assert aftermath.scores == {"test-a": 0.0, "test-b": 3.0}
    assert aftermath.messages["test-a"] == (
        "“x” is not defined, because the cell “a” stopped with MemoryError"
        " (a notebook may use at most 1,200,000,000 bytes of memory) (line 1)."
    )


EATERS = {
    "in forks, none of which has too much": """
        for _ in range(8):
            if os.fork() == 0:
                eaten = bytearray(300_000_000)
                eaten[::4096] = bytes(b"1" * len(eaten[::4096]))
                time.sleep(30)
    """,
    "in threads whose process seems to have ended": """
        import ctypes, threading
        def eat():
            time.sleep(0.2)
            eaten = bytearray(300_000_000)
            eaten[::4096] = bytes(b"1" * len(eaten[::4096]))
            time.sleep(30)
        for _ in range(8):
            if os.fork() == 0:
                threading.Thread(target=eat).start()
                ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[os.uname().machine], 0)
    """,
    "that is shared between processes": """
        import mmap
        eaten = mmap.mmap(-1, 2_000_000_000)
        for start in range(0, len(eaten), 4096):
            eaten[start] = 1
    """,
    "in files that have no name": """
        kept = []
        for number in range(60):
            name = f"{('/dev/shm', '/tmp')[number % 2]}/{number}"
            kept.append(open(name, "wb", buffering=0))
            os.unlink(name)
            kept[-1].write(bytes(30_000_000))
    """,
    "in tables of pages that are empty": """
        import ctypes
        libc = ctypes.CDLL(None)
        libc.mmap.restype = ctypes.c_void_p
        size = 1 << 42
        # Read only, private, of no file and reserving nothing; a table for each two megabytes.
        start = libc.mmap(None, ctypes.c_size_t(size), 1, 0x4022, -1, ctypes.c_long(0))
        for address in range(start, start + size, 1 << 21):
            ctypes.c_char.from_address(address).value
    """,
    "in sockets that nobody reads": """
        import socket
        def eat():
            kept = []
            try:
                while True:
                    kept += socket.socketpair()
                    for one in kept[-2:]:
                        one.setblocking(False)
                        try:
                            while True: one.send(bytes(65536))
                        except BlockingIOError: pass
            except OSError:
                time.sleep(30)
        for _ in range(16):
            if os.fork() == 0: eat()
    """,
}


NAMED = """
    import ctypes
    for name in (b"a kB", b"VmRSS:\\t0 kB", b"0 kB", b") S 1 1 1", b"\\n\\xff\\x00"):
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(15, name)
            eaten = bytearray(300_000_000)
            eaten[::4096] = bytes(b"1" * len(eaten[::4096]))
            time.sleep(30)
"""
EATERS["in processes whose names look like sizes"] = NAMED


@pytest.mark.parametrize("where", EATERS)
def test_taking_memory_is_noticed(scene: Scene, where: str) -> None:
    """Attack 59: all processes together have one bound, wherever they keep what they take."""
    eater = f"x = 2\nimport os, time\n{notebooks.dedent(EATERS[where])}\ntime.sleep(30)"

    # Files are memory too, and the bound on what is written must not be the first that is reached.
    aftermath = scene.attack(eater, memory_bytes=MEMORY, disk_bytes=2 * MEMORY, cell_seconds=28)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("used more than 1,200,000,000 bytes of memory")
    assert aftermath.seconds < 60


def test_looking_for_memory_that_nobody_counts_finds_none(scene: Scene) -> None:
    """Attack 59: files that only a descriptor names, segments of System V, locked and huge pages, sockets' buffers."""
    looks = """
        x = 2
        import ctypes, mmap, os, resource, socket
        libc = ctypes.CDLL(None, use_errno=True)
        found = []
        def attempt(name, call):
            try:
                if call() not in (-1, None): found.append(name)
            except (OSError, ValueError): pass
        attempt("memfd", lambda: os.memfd_create("m"))
        attempt("shmget", lambda: libc.shmget(0, ctypes.c_size_t(1 << 20), 0o1600))
        attempt("msgget", lambda: libc.msgget(0, 0o1600))
        attempt("mlock", lambda: libc.mlock(ctypes.create_string_buffer(1 << 22), ctypes.c_size_t(1 << 22)) or "locked")
        attempt("buffer", lambda: socket.socketpair()[0].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22) or 1)
        for limit in (resource.RLIMIT_DATA, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE, resource.RLIMIT_NPROC):
            attempt("limit", lambda: resource.setrlimit(limit, (resource.RLIM_INFINITY,) * 2) or 1)
        attempt("supervisor", lambda: resource.prlimit(1, resource.RLIMIT_DATA, (1 << 60, 1 << 60)))
        for folder in ("/", "/dev", "/dev/pts", "/usr", "/etc", "/proc", "/sys"):
            attempt(folder, lambda: open(os.path.join(folder, "fill"), "w"))
        for pid in filter(str.isdigit, os.listdir("/proc")):
            attempt("oom", lambda: open(f"/proc/{pid}/oom_score_adj", "wb", buffering=0).write(b"-1000"))
        print(found)
    """

    aftermath = scene.attack(looks)

    assert aftermath.printed.strip() == "[]"
    assert aftermath.scores == OWN


# --- 60: disk ---------------------------------------------------------------------------------------------------

FULL_DISK = "OSError: [Errno 28] No space left on device (a notebook may write at most 30,000,000 bytes to files)"


@pytest.mark.parametrize("place", [".", "/tmp", "/dev/shm"])
def test_filling_the_disk_gets_an_error_and_takes_none_of_the_machines(scene: Scene, place: str) -> None:
    """Attack 60: files without a name count too."""
    fills = f"""
        x = 2
        import os, tempfile
        kept = []
        while True:
            kept.append(tempfile.TemporaryFile(dir={place!r}, buffering=0))
            kept[-1].write(bytes(5_000_000))
    """
    before = psutil.disk_usage(tempfile.gettempdir()).free

    aftermath = scene.attack(fills, disk_bytes=30_000_000)

    assert aftermath.errors == {"a": FULL_DISK}
    assert aftermath.scores == OWN
    # Others write here too.
    assert before - psutil.disk_usage(tempfile.gettempdir()).free < 1_000_000_000


def test_writing_one_huge_file_gets_an_error(scene: Scene) -> None:
    """Attack 60: also one that takes no place as long as nobody looks into it."""
    aftermath = scene.attack("x = 2\nopen('huge', 'wb').truncate(10 * 2**40)", file_bytes=10_000_000)

    assert aftermath.errors == {"a": "OSError: [Errno 27] File too large (a file may have at most 10,000,000 bytes)"}
    assert aftermath.scores == OWN


MAKERS = {
    "files": "open(f'{n}', 'x').close()",
    "folders inside each other": "os.mkdir('d'); os.chdir('d')",
    "names of one file": "os.link('0', f'/dev/shm/../..{os.getcwd()}/n{n}') if n else open('0', 'x').close()",
    "links": "os.symlink('/nowhere', f'/dev/shm/{n}')",
}


@pytest.mark.parametrize("what", MAKERS)
def test_making_files_without_end_is_ended(scene: Scene, what: str) -> None:
    """Attack 60: an empty file takes a kilobyte of the kernel's memory, and fills no disk."""
    makes = f"x = 2\nimport itertools, os\nfor n in itertools.count():\n    {MAKERS[what]}"

    aftermath = scene.attack(makes, inodes=2_000, cell_seconds=30)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("made more than 2,000 files")
    assert aftermath.seconds < 40


# --- 61: floods -------------------------------------------------------------------------------------------------

FLOODS = {
    "printing": "while True: print('flood' * 1000)",
    "printing one line": "print('flood' * 20_000_000)",
    "printing errors": "import sys\nwhile True: sys.stderr.write('flood' * 1000)",
    "displaying": "while True: display({'text/html': 'flood' * 1000, 'text/plain': 'flood'}, raw=True)",
    "displaying empty things": "while True: display({}, raw=True)",
    "clearing what it has displayed": """
        from IPython.display import clear_output
        while True:
            print('flood' * 100)
            clear_output(wait=True)
    """,
    "changing what it has displayed": """
        handle = display('flood', display_id=True)
        while True: handle.update('flood' * 100)
    """,
    "sending to widgets": """
        from comm import create_comm
        while True: create_comm(target_name='flood', data={'flood': 'flood' * 1000})
    """,
    "raising": "raise RuntimeError('flood' * 1_000_000)",
}


@pytest.mark.parametrize("how", FLOODS)
def test_flooding_the_outputs_is_ended_at_the_pipe(scene: Scene, how: str) -> None:
    """Attack 61: as much is read as outputs may have, and the grader holds none of it."""
    with peak() as most:
        aftermath = scene.attack(f"x = 2\n{notebooks.dedent(FLOODS[how])}", cell_seconds=30)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("printed more than 200,000 bytes")
    assert aftermath.seconds < 60
    assert most.growth < 60_000_000
    assert aftermath.growth < 30_000_000
    assert len(aftermath.printed) < 300_000


def test_flooding_files_of_other_processes_is_lost(scene: Scene) -> None:
    """Attack 61: whatever is open anywhere in the room is written to, past every count of outputs."""
    floods = """
        x = 2
        import os, time
        until = time.monotonic() + 3
        opened = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for number in (0, 1, 2):
                try: opened.append(os.open(f"/proc/{pid}/fd/{number}", os.O_WRONLY | os.O_NONBLOCK))
                except OSError: pass
        while time.monotonic() < until:
            for number in (1, 2, *opened):
                try: os.write(number, b"flood" * 10_000)
                except OSError: pass
    """

    with peak() as most:
        aftermath = scene.attack(floods)

    # ipykernel shows what is written to its own; that is counted.
    assert aftermath.scores in (OWN, NOTHING)
    assert aftermath.messages in (
        stopped("printed more than 200,000 bytes"),
        dict.fromkeys(OWN, "Every assertion holds."),
    )
    assert most.growth < 60_000_000


def test_flooding_after_the_cell_has_ended_is_ended_too(scene: Scene) -> None:
    """Attack 61: a thread goes on while values are asked for."""
    floods = """
        x = 2
        import threading
        def flood():
            while True: print("flood" * 1000)
        threading.Thread(target=flood, daemon=True).start()
    """

    with peak() as most:
        aftermath = scene.attack(floods)

    assert aftermath.scores == NOTHING
    assert most.growth < 60_000_000
    assert aftermath.growth < 30_000_000


SPEAKS = """
    x = 2
    import os, signal, struct, time
    def frame(*parts):
        return struct.pack("<Q", len(parts)) + b"".join(struct.pack("<Q", len(part)) + part for part in parts)
    desk = os.getppid()
    pipe = None
    for number in os.listdir(f"/proc/{desk}/fd"):
        path = f"/proc/{desk}/fd/{number}"
        if os.readlink(path).startswith("pipe:"):
            flags = open(f"/proc/{desk}/fdinfo/{number}").read().split("flags:")[1].split()[0]
            if int(flags, 8) & 3 == 1:
                pipe = os.open(path, os.O_WRONLY)
    os.kill(desk, signal.SIGSTOP)
    def say(data):
        view = memoryview(data)
        while view:
            view = view[os.write(pipe, view):]
"""

SPEECHES = {
    "a huge frame": """
        say(struct.pack("<QQ", 1, 1 << 62))
        while True: say(b" " * 1_000_000)
    """,
    "frames without end": """
        while True: say(frame(b'{"type":"ran"}') * 1000)
    """,
    "a frame of endless parts": """
        say(struct.pack("<Q", 200_000))
        while True: say(struct.pack("<Q", 0) * 100_000)
    """,
    "millions of small outputs": """
        say(frame(b'{"type":"ran","outputs":[' + b",".join([b'{"output_type":"error"}'] * 2_500_000) + b"]}"))
        time.sleep(60)
    """,
    "one output of millions of lines": """
        lines = b",".join([b'"e"'] * 10_000_000)
        say(frame(b'{"type":"ran","outputs":[{"output_type":"error","traceback":[' + lines + b"]}]}"))
        time.sleep(60)
    """,
    "nesting": """
        say(frame(b'{"type":"ran","outputs":' + b"[" * 1_000_000))
        time.sleep(60)
    """,
    "an answer that drips": """
        say(struct.pack("<QQ", 1, 100_000))
        while True:
            say(b" ")
            time.sleep(0.01)
    """,
    "a value that drips": """
        say(frame(b'{"type":"ran"}') + struct.pack("<QQ", 2, 19) + b'{"type":"answered"}' + struct.pack("<Q", 10**8))
        while True:
            say(b"0")
            time.sleep(0.01)
    """,
}


@pytest.mark.parametrize("what", SPEECHES)
def test_answering_the_grader_in_the_kernels_place_earns_nothing_and_fills_nothing(scene: Scene, what: str) -> None:
    """Attack 61: the pipe to the grader itself, which an attacker with the grader's own identity can open."""
    speech = notebooks.dedent(SPEAKS) + notebooks.dedent(SPEECHES[what])

    with peak() as most:
        aftermath = scene.attack(speech, cell_seconds=12, crossing_seconds=6, output_bytes=10_000_000)

    if os.getuid() == 0:
        # It is root's, and the student is not.
        assert aftermath.errors["a"].startswith("PermissionError: [Errno 13] Permission denied: '/proc/")
        assert aftermath.scores == OWN
    else:
        assert aftermath.scores == NOTHING
    assert aftermath.seconds < 60
    # A pipe's reader holds 32 MB, and the frame as many bytes as outputs may have as JSON.
    assert most.growth < 250_000_000
    assert aftermath.growth < 70_000_000


# --- 62: graphics processors ------------------------------------------------------------------------------------


def test_looking_for_a_graphics_processor_finds_none(scene: Scene) -> None:
    """Attack 62: what one student leaves in its memory, or hangs it with, is the next one's."""
    looks = """
        x = 2
        import ctypes, glob, json, os, stat
        told = os.environ.pop("CUDA_VISIBLE_DEVICES")
        names = ("/dev/nvidia*", "/dev/dri", "/dev/kfd", "/dev/accel*", "/dev/vfio", "/dev/dxg", "/dev/mem")
        found = [path for name in (*names, "/sys/class/drm/*", "/proc/driver/nvidia*") for path in glob.glob(name)]
        for major, minor in ((195, 0), (195, 255), (226, 128), (1, 1)):
            try:
                os.mknod(f"device-{major}", 0o600 | stat.S_IFCHR, os.makedev(major, minor))
                found.append(os.open(f"device-{major}", os.O_RDWR))
            except OSError:
                pass
        for name in ("libcuda.so.1", "libnvidia-ml.so.1"):
            try:
                found += [name] * (ctypes.CDLL(name)[("cuInit", "nvmlInit_v2")[name > "libd"]](0) == 0)
            except (OSError, AttributeError):
                pass
        print(json.dumps([told, found]))
    """

    aftermath = scene.attack(looks)

    assert aftermath.printed.strip() == '["-1", []]'
    assert aftermath.scores == OWN


# --- 63: the processors -----------------------------------------------------------------------------------------


def test_spinning_on_every_processor_ends_in_time(scene: Scene) -> None:
    """Attack 63: the supervisor must come to its turn among a hundred that want to have it."""
    spins = """
        x = 2
        import os
        for attempt in (lambda: os.nice(-20), lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(99))):
            try: attempt()
            except OSError: pass
        for victim in (1, os.getppid()):
            for attempt in (
                lambda: os.setpriority(os.PRIO_PROCESS, victim, 19),
                lambda: os.sched_setaffinity(victim, {0}),
                lambda: os.sched_setscheduler(victim, os.SCHED_IDLE, os.sched_param(0)),
            ):
                try: attempt()
                except OSError: pass
        for _ in range(100):
            if os.fork() == 0:
                while True: pass
        while True: pass
    """
    began = time.monotonic()

    aftermath = scene.attack(spins, cell_seconds=8)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("did not finish within 8 seconds")
    assert aftermath.seconds < 40
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("forks", [False, True])
def test_using_more_processor_time_than_there_is_for_one_is_ended(scene: Scene, forks: bool) -> None:
    """Attack 63: also in processes that end before anybody looks."""
    spins = "while True: pass"
    if forks:
        spins = """
            import os, time
            while True:
                child = os.fork()
                if child == 0:
                    until = time.monotonic() + 0.05
                    while time.monotonic() < until: pass
                    os._exit(0)
                os.waitpid(child, 0)
        """

    aftermath = scene.attack(f"x = 2\n{notebooks.dedent(spins)}", cpu_seconds=5, cell_seconds=40)

    assert aftermath.scores == NOTHING
    assert aftermath.messages == stopped("used more than 5 seconds of processor time")


# --- two at the same time ---------------------------------------------------------------------------------------

RAMPAGES = """
    x = 2
    import ctypes, os, signal, socket, time
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    seen = set()
    kept = []
    for _ in range(20):
        if os.fork() == 0:
            while True: pass
    for turn in range(40):
        for pid in [*range(2, 100), {grader}, {examiner}]:
            # All but itself and those that let it go on.
            if pid not in (os.getpid(), os.getppid()):
                try: os.kill(pid, signal.SIGKILL)
                except OSError: pass
        for folder, _, names in os.walk("/dev/shm"):
            for name in names: os.unlink(os.path.join(folder, name))
        for folder in ("/room", "/dev/shm", "/tmp"):
            try:
                kept.append(open(f"{{folder}}/{{turn}}", "wb", buffering=0))
                kept[-1].write(bytes(5_000_000))
            except OSError: pass
        eaten = bytearray(100_000_000)
        time.sleep(0.1)
    os.kill(-1, signal.SIGKILL)
"""

HONEST = """
    import multiprocessing, pathlib, time
    def doubled(n):
        time.sleep(0.5)
        return 2 * n
    pathlib.Path("/dev/shm/mine").write_text("2")
    pathlib.Path("mine").write_text("2")
    for _ in range(8):
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(doubled, [1, 2]) == [2, 4]
    x = int(pathlib.Path("/dev/shm/mine").read_text()) * int(pathlib.Path("mine").read_text()) // 2
"""


def test_rampaging_beside_an_honest_student_does_not_disturb_them(scene: Scene) -> None:
    """Attack 63, and 53 to 60 at once: two graders at the same time, as in a class that is graded in parallel."""
    examiner = scene._grader._examiners[0]._sandbox
    process = None if examiner is None else examiner.pid
    honest: list[Any] = []

    def grade_honestly() -> None:
        async def graded() -> Any:
            async with Grader(scene._grader.layer, LIMITS).open() as grader:
                path = scene.root / "honest" / "student-50" / "tiny" / "tiny.ipynb"
                return await grader.grade(
                    Submission(student="student-50", assignment="tiny", path=path, source=scene._source_path)
                )

        honest.append(asyncio.run(graded()))

    notebooks.write(answered(scene.source, {"a": HONEST}), scene.root / "honest" / "student-50" / "tiny" / "tiny.ipynb")
    submission = Submission(
        student="student-51",
        assignment="tiny",
        path=notebooks.write(
            answered(
                scene.source,
                {"a": RAMPAGES.format(grader=os.getpid(), examiner=process or os.getpid())},
            ),
            scene.root / "rampage" / "student-51" / "tiny" / "tiny.ipynb",
        ),
        source=scene._source_path,
    )
    other = threading.Thread(target=grade_honestly)
    other.start()

    scores = []
    while other.is_alive() and len(scores) < 5:
        scores.append(scene._grade(submission, memory_bytes=MEMORY, disk_bytes=50_000_000).scores)
    other.join()

    assert scores[0] == NOTHING
    assert honest[0].errors == ()
    assert {cell.grade_id: cell.score for cell in honest[0].cells} == OWN
    assert scene.next_student() == 5
