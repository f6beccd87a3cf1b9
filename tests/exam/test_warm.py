"""Kernels that are forked: each is as one that is started, and knows nothing of the others."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import psutil
import pytest

from autograder.exam import Grader, Limits
from autograder.exam.marking import Marking
from autograder.exam.notebook import Cell
from autograder.exam.session import StudentSession
from autograder.exam.warmed import imports
from autograder.sandbox import Bounds, Confined, Forked, Room, Warm, every_layer, started, strongest_layer
from tests.exam.conftest import Classroom
from tests.exam.notebooks import notebook, solution
from tests.exam.notebooks import test as tests_cell

pytestmark = pytest.mark.skipif(
    strongest_layer().name != "bubblewrap", reason="only what runs in bubblewrap can be forked"
)

LIMITS = Limits(cell_seconds=120)
THREADS = {"TF_NUM_INTRAOP_THREADS": "2", "TF_NUM_INTEROP_THREADS": "2"}

DRAWN = """
import random, uuid, numpy, keras, tensorflow
print([
    random.random(), numpy.random.random(), numpy.random.default_rng().random(), uuid.uuid4().hex,
    float(keras.random.uniform(())), float(tensorflow.random.uniform(())),
    float(tensorflow.random.get_global_generator().uniform(())),
    float(keras.layers.Dense(1).build((None, 1)) or keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]
        ).get_weights()[0][0, 0]),
])
"""
TRAINED = """
import hashlib, keras, numpy
keras.utils.set_random_seed(7)
images, labels = numpy.random.random((256, 8, 8, 1)), numpy.random.randint(0, 10, 256)
model = keras.Sequential([
    keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(images, labels, epochs=2, verbose=0)
print(hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest())
"""
SURROUNDINGS = """
import gc, os, signal, sys
def surroundings():
    status = dict(line.split(":", 1) for line in open("/proc/self/status"))
    limits = open("/proc/self/limits").read()
    return {
        "environment": {n: v for n, v in sorted(os.environ.items()) if n[:6] not in ("JPY_PA", "PYDEVD")},
        "folder": os.getcwd(), "path": [p for p in sys.path if p], "argv": sys.argv, "flags": list(sys.flags),
        "signals": [str(signal.getsignal(n)) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGCHLD)],
        "blocked": status["SigBlk"].strip(), "mode": os.stat(os.getcwd()).st_mode, "writes": sys.dont_write_bytecode,
        "capabilities": [status[n].strip() for n in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")],
        "filtered": status["Seccomp"].strip(), "privileges": status["NoNewPrivs"].strip(), "limits": limits,
        "leader": os.getsid(0) == os.getpid(),
        "mounts": sorted({
            tuple(line.split()[4:6]) for line in open("/proc/self/mountinfo") if line.split()[4][:6] != "/proc/"
        }),
        "group": open("/proc/self/cgroup").read(), "out of memory": open("/proc/self/oom_score_adj").read(),
        "backend": __import__("matplotlib").get_backend(), "groups": os.getgroups(), "umask": os.umask(0o22),
        "collects": gc.isenabled(), "name": os.uname().nodename, "main": sys.modules["__main__"].__name__,
    }
import json; print(json.dumps(surroundings()))
"""


@pytest.fixture(scope="module")
def warm() -> Iterator[Warm]:
    warm = Warm(imports(with_keras=True))
    yield warm
    warm.close()


@contextlib.asynccontextmanager
async def kernel(warm: Warm | None, settings: Mapping[str, str] = THREADS) -> AsyncIterator[StudentSession]:
    session = StudentSession(strongest_layer(), LIMITS, settings, warm=warm)
    async with session.running():
        assert isinstance(session._sandbox, Confined) is (warm is None)
        yield session


async def said(session: StudentSession, source: str) -> str:
    """What a cell prints."""
    ran = await session.run(Cell(source=source, position=1))
    assert ran.error is None, ran.error
    return "".join(str(output.get("text", "")) for output in ran.outputs)


def ran(warm: Warm | None, source: str) -> str:
    async def run() -> str:
        async with kernel(warm) as session:
            return await said(session, source)

    return asyncio.run(run())


def test_two_forks_draw_different_numbers(warm: Warm) -> None:
    one, other = (eval(ran(warm, DRAWN)) for _fork in range(2))
    assert [a == b for a, b in zip(one, other, strict=True)] == [False] * len(one)


def test_forks_train_to_the_weights_of_one_that_was_started(warm: Warm) -> None:
    assert len({ran(warm, TRAINED), ran(warm, TRAINED), ran(None, TRAINED)}) == 1


def test_a_forked_kernels_surroundings_are_those_of_one_that_was_started(warm: Warm) -> None:
    import json

    forked, cold = (json.loads(ran(place, SURROUNDINGS)) for place in (warm, None))
    # Here it is stricter: what is started by root may keep what no program in there could bring back.
    assert set(forked.pop("capabilities")) == {"0" * 16}
    assert {name: (value, cold[name]) for name, value in forked.items() if value != cold[name]} == {}


def test_figures_are_shown(warm: Warm) -> None:
    async def run() -> list[str]:
        async with kernel(warm) as session:
            source = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
            shown = await session.run(Cell(source=source, position=1))
            return [kind for output in shown.outputs for kind in output.get("data", {})]

    assert "image/png" in asyncio.run(run())


def test_one_sees_nothing_of_another_that_runs(warm: Warm) -> None:
    mark = "a-mark-of-ab54first"
    look = (
        "import os, glob\n"
        "def every(*folders):\n"
        "    return [os.path.join(at, n) for f in folders for at, ds, fs in os.walk(f) for n in (*ds, *fs)]\n"
        "seen = [n for n in os.listdir('/proc') if n.isdigit()]\n"
        "made = every('/room', '/tmp', '/dev/shm', '/dev/pts')\n"
        "print(len(seen), [n for n in made if 'ab54first' in n or '/pts/' in n],"
        " [line for line in open('/proc/net/unix').read().splitlines()[1:] if '@' in line and 'ab54first' in line],"
        " 'ab54first' in ''.join(os.environ.values()))"
    )
    held = (
        "import os\nlinks = [f'/proc/self/fd/{number}' for number in os.listdir('/proc/self/fd')]\n"
        "print(*sorted({os.readlink(link) for link in links if os.path.islink(link)}))"
    )
    hide = (
        "import os, pty, socket\nopen('/tmp/ab54first', 'w').write('x'); open('/dev/shm/ab54first', 'w').write('x')\n"
        "s = socket.socket(socket.AF_UNIX); s.bind(b'\\0ab54first'); s.listen()\nends = pty.openpty()"
    )

    async def run() -> list[str]:
        async with kernel(warm, {**THREADS, "MARK": mark}) as first, kernel(warm) as second:
            await said(first, hide)
            return [
                await said(second, look),
                await said(first, "print(os.listdir('/dev/pts'))"),
                await said(first, held),
                await said(second, held),
            ]

    seen, own, of_first, of_second = asyncio.run(run())
    # The supervisor, the desk and the kernel.
    assert seen.split() == ["3", "['/dev/pts/ptmx']", "[]", "False"]
    assert "'0'" in own
    shared = set(of_first.split()) & set(of_second.split())
    assert shared <= {"/dev/null", "anon_inode:[eventfd]", "anon_inode:[eventpoll]"}
    assert not [link for link in of_second.split() if link.startswith("/") and link != "/dev/null"]


def test_a_kernels_memory_holds_nothing_of_the_one_before(warm: Warm) -> None:
    async def run() -> str:
        async with kernel(warm, {**THREADS, "MARK": "8d1f" * 8}) as first:
            await said(first, "secret = 'ab54' * 8")
        async with kernel(warm) as second:
            return await said(second, IN_MEMORY)

    assert asyncio.run(run()).split() == ["False", "False", "True"]


IN_MEMORY = """
def found(*parts):
    text, hits = "".join(parts).encode() * 8, False
    own = "%x" % id(text)
    with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb", 0) as memory:
        for line in maps:
            start, end = (int(place, 16) for place in line.split()[0].split("-"))
            if "rw" in line and end - start < 400_000_000:
                try:
                    memory.seek(start); content = memory.read(end - start)
                except OSError:
                    continue
                place = content.find(text)
                while place >= 0:
                    # Not the text that is looked for itself.
                    hits = hits or not start + place - 64 < id(text) < start + place
                    place = content.find(text, place + 1)
    return hits
kept = "".join(reversed("5c" + "3e")) * 8
print(found("8d", "1f"), found("ab", "54"), found("e3", "c5"))
"""


def test_one_that_ends_itself_and_all_that_it_can_ends_nothing_else(warm: Warm) -> None:
    async def run() -> tuple[str, str]:
        async with kernel(warm) as first, kernel(warm) as second:
            attack = "import os\nfor p in (-1, 0, 1, 2, os.getppid()):\n    try: os.kill(p, 9)\n    except: pass"
            await first.run(Cell(source=attack, position=1))
            return first.ended, await said(second, "print(1)")

    ended, other = asyncio.run(run())
    assert ended.endswith("ended the kernel, so no later cell could run")
    assert other == "1\n"
    assert warm.ready


CNN = """
import keras
model = keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(),
                          keras.layers.Dense(10, activation="softmax")])
n = model.count_params()
"""


def _ended(warm: Warm) -> None:
    assert warm.pid is not None
    for process in psutil.Process(warm.pid).children():
        process.send_signal(signal.SIGKILL)
    psutil.Process(warm.pid).wait(10)


def test_a_parent_that_is_lost_costs_nobody_a_point(classroom: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the one whose kernel it takes with it, nor those who come after."""
    source = notebook(solution("a", CNN), tests_cell("test-a", 2, "assert n == 27_090"))

    async def run() -> list[Any]:
        async with Grader(limits=LIMITS).open() as grader:
            test = Marking.test

            async def losing(*arguments: Any) -> Any:
                monkeypatch.setattr(Marking, "test", test)
                _ended(grader.invigilator.warm[True])
                return await test(*arguments)

            monkeypatch.setattr(Marking, "test", losing)
            first = await grader.grade(classroom.hand_in(source, source))
            before = grader.invigilator.warm[True].pid
            second = await grader.grade(classroom.hand_in(source, source))
            assert grader.invigilator.warm[True].pid not in (None, before)
            _ended(grader.invigilator.warm[True])
            third = await grader.grade(classroom.hand_in(source, source))
            return [first, second, third]

    reports = asyncio.run(run())
    assert [(report.score, report.errors, report.notices) for report in reports] == [(2.0, (), ())] * 3


def test_an_examiner_is_forked_from_what_its_students_kernel_is(classroom: Classroom) -> None:
    """TensorFlow is imported once for both; and none is forked where no notebook is run."""
    source = notebook(solution("a", CNN), tests_cell("test-a", 2, "assert n == 27_090"))

    async def run() -> tuple[Any, Any]:
        async with Grader(limits=LIMITS).open() as grader, grader.examiner() as examiner:
            await examiner.begin()
            alone = examiner._sandbox
            await examiner.stop()
            warm = grader.invigilator.warm[True]
            await warm.prepare()
            await examiner.begin(warm=warm)
            return alone, examiner._sandbox

    alone, forked = asyncio.run(run())
    assert isinstance(alone, Confined)
    assert isinstance(forked, Forked)
    report = classroom.graded(classroom.hand_in(source, source))
    assert report.score == 2.0


def test_where_there_is_no_parent_a_program_is_started(tmp_path: Any) -> None:
    async def run(warm: Warm, layer: Any) -> tuple[Any, bytes, str]:
        room = Room(settings={"A": "b"}, bounds=Bounds())
        argv = [*layer.inner, "/bin/sh", "-c", "echo $A"]
        sandbox = await started(Confined(layer, argv, room), warm)
        written = await sandbox.stdout.read()
        await sandbox.end(10)
        return type(sandbox), written, warm.refusal

    broken = Warm(["autograder.no_such_module"])
    kind, written, refusal = asyncio.run(run(broken, strongest_layer()))
    assert (kind, written) == (Confined, b"b\n")
    assert "No module named 'autograder.no_such_module'" in refusal
    threads = Warm(["tensorflow", "tests.no"])
    assert asyncio.run(run(threads, strongest_layer()))[1] == b"b\n"
    for layer in every_layer():
        if layer.name == "process":
            assert asyncio.run(run(broken, layer))[0] is Confined


def test_nothing_is_left_when_it_is_closed() -> None:
    before = {child.pid for child in psutil.Process().children(recursive=True)}

    async def run() -> None:
        warm = Warm(["psutil"])
        await warm.start()
        warm.close()
        warm.close()

    asyncio.run(run())
    assert {child.pid for child in psutil.Process().children(recursive=True)} == before
    assert os.getpid()
