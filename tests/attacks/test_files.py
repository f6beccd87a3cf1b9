"""Attacks 26 to 37: files that are not what they seem, archives that grow, and objects that run when they are read.

What a student hands in is read as bytes of ordinary files; what a student's program hands over is numbers and texts.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import stat
import tarfile
import threading
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.adapters.course import Nbgrader, grades, points, sqlite
from tests.attacks.scene import Scene, as_json
from tests.exam.notebooks import answered, write

pytestmark = pytest.mark.attack

ALL = {"test-a": 2.0, "test-b": 3.0}
ONLY_B = {"test-a": 0.0, "test-b": 3.0}
NO_FILE = "tiny.ipynb is no ordinary file: hand in the notebook itself, and no folder or link."
SHOW = """
import os
x = 2
for folder, folders, names in os.walk("."):
    for name in sorted([*folders, *names]):
        path = os.path.join(folder, name)
        try:
            print(path, open(path, "rb").read(100_000))
        except OSError as error:
            print(path, error)
"""


def handed_in(scene: Scene, folder: Path, answers: dict[str, str] | None = None) -> Path:
    """A submission's notebook in a folder of its own, outside the course."""
    path = folder / "student-01" / "tiny" / "tiny.ipynb"
    return write(answered(scene.source, answers or {"a": SHOW}), path)


# 26: links


def test_linking_to_secrets_beside_the_notebook_leaves_the_links_behind(scene: Scene, tmp_path: Path) -> None:
    """Attack 26: to the gradebook, another's answers, the hidden tests, whole folders, and by a second name."""
    path = handed_in(scene, tmp_path)
    (path.parent / "gradebook.txt").symlink_to(scene.gradebook)
    (path.parent / "course").symlink_to(scene.root)
    (path.parent / "root").symlink_to("/")
    (path.parent / "environ.txt").symlink_to(f"/proc/{os.getpid()}/environ")
    (path.parent / "again.txt").symlink_to("again.txt")
    (path.parent / "mine.txt").write_text("mine")
    # Between file systems there is no such thing.
    with contextlib.suppress(OSError):
        (path.parent / "second.txt").hardlink_to(scene.gradebook)
    aftermath = scene.graded(path)
    assert aftermath.scores == ALL
    assert aftermath.printed == "./mine.txt b'mine'\n"


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("symlink", "submitted/student-99/tiny/tiny.ipynb"),
        ("symlink", "solutions/tiny/tiny.ipynb"),
        ("hardlink", "solutions/tiny/tiny.ipynb"),
    ],
)
def test_handing_in_a_link_to_a_right_notebook_is_refused(scene: Scene, kind: str, target: str) -> None:
    """Attack 26: the source notebook, or another student's, as one's own submission: both have full marks."""
    path = scene.root / "submitted" / f"{kind}-of-{target.split('/')[0]}" / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True)
    (path.symlink_to if kind == "symlink" else path.hardlink_to)(scene.root / target)
    aftermath = scene.graded(path)
    path.unlink()
    assert aftermath.report.ungraded == NO_FILE
    assert aftermath.report.score is None


@pytest.mark.parametrize("target", ["submitted/student-99/tiny", "solutions/tiny"])
def test_handing_in_a_folder_that_is_a_link_is_refused(scene: Scene, tmp_path: Path, target: str) -> None:
    """Attack 26: a repository that was cloned, or an archive, may hold a link in place of a folder."""
    folder = tmp_path / "student-01"
    folder.mkdir()
    (folder / "tiny").symlink_to(scene.root / target)
    aftermath = scene.graded(folder / "tiny" / "tiny.ipynb")
    assert aftermath.report.ungraded == "tiny is a link: hand in the folder itself."
    assert aftermath.report.score is None


def test_leaving_links_where_the_grader_cleans_up_touches_nothing_behind_them(scene: Scene) -> None:
    """Attack 26: links and folders that are closed to their owner, in every place that can be written to."""
    mode = stat.S_IMODE(scene.root.stat().st_mode)
    aftermath = scene.attack(
        f"""
        import os
        x = 2
        for place in (os.getcwd(), os.environ["HOME"], os.environ["TMPDIR"]):
            for number, target in enumerate(["{scene.root}", "{scene.gradebook}", "/", "/proc/self/fd", ".."]):
                os.symlink(target, f"{{place}}/link{{number}}")
            os.mkdir(f"{{place}}/closed")
            os.symlink("{scene.root}", f"{{place}}/closed/inner")
            os.chmod(f"{{place}}/closed", 0)
        """
    )
    assert aftermath.scores == ALL
    assert scene.gradebook.exists()
    assert stat.S_IMODE(scene.root.stat().st_mode) == mode


# 27: what is no file


def test_putting_pipes_and_sockets_beside_the_notebook_keeps_nobody_waiting(scene: Scene, tmp_path: Path) -> None:
    """Attack 27: to open a pipe that nobody writes to takes for ever."""
    path = handed_in(scene, tmp_path)
    os.mkfifo(path.parent / "pipe.csv")
    os.mkfifo(path.parent / "helper.py")
    listening = socket.socket(socket.AF_UNIX)
    here = os.open(path.parent, os.O_RDONLY)
    try:
        # Names of sockets are short.
        listening.bind(f"/proc/self/fd/{here}/socket")
    finally:
        os.close(here)
    if os.getuid() == 0:
        # A container's root may not.
        with contextlib.suppress(PermissionError):
            os.mknod(path.parent / "zero.bin", 0o666 | stat.S_IFCHR, os.makedev(1, 5))
    aftermath = scene.graded(path)
    listening.close()
    assert aftermath.scores == ALL
    assert aftermath.printed == ""
    assert aftermath.seconds < 30


@pytest.mark.parametrize("kind", ["a pipe", "a folder", "a socket", "the memory of zeros"])
def test_handing_in_a_notebook_that_is_no_file_is_refused(scene: Scene, tmp_path: Path, kind: str) -> None:
    """Attack 27: the notebook itself is a pipe, a folder, a socket, or a link to an endless device."""
    path = tmp_path / "student-01" / "tiny" / "tiny.ipynb"
    path.parent.mkdir(parents=True)
    if kind == "a pipe":
        os.mkfifo(path)
    elif kind == "a folder":
        path.mkdir()
    elif kind == "a socket":
        here = os.open(path.parent, os.O_RDONLY)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(f"/proc/self/fd/{here}/tiny.ipynb")
        os.close(here)
    else:
        path.symlink_to("/dev/zero")
    aftermath = scene.graded(path)
    assert aftermath.report.ungraded == NO_FILE
    assert aftermath.seconds < 5


def test_making_pipes_and_devices_for_the_grader_to_read_holds_up_nobody(scene: Scene) -> None:
    """Attack 27: the answers are open files of the student's: a pipe, a socket, and standard input."""
    aftermath = scene.attack(
        """
        import os, socket, sys
        os.mkfifo("answer.json")
        for device in ((1, 5), (8, 0)):
            try:
                os.mknod(f"device{device}", 0o60666, os.makedev(*device))
                print(open(f"device{device}", "rb").read(9))
            except OSError as error:
                print(error.strerror)
        x = open(os.open("answer.json", os.O_RDWR), "rb")
        """,
        "double = socket.socketpair()[0]",
    )
    assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}
    assert aftermath.messages == {
        "test-a": "“x” cannot be graded: an object of type BufferedReader is no plain data.",
        "test-b": "“double” cannot be graded: an object of type socket is no plain data.",
    }
    assert aftermath.printed == "Operation not permitted\n" * 2


# 28: files that are larger than they are


def test_putting_ten_terabytes_beside_the_notebook_leaves_the_files_behind(scene: Scene, tmp_path: Path) -> None:
    """Attack 28: a sparse file takes no room on its disk, and all there is where it is copied to."""
    path = handed_in(scene, tmp_path)
    with (path.parent / "data.csv").open("wb") as file:
        file.truncate(10**13)
    aftermath = scene.graded(path)
    assert aftermath.scores == ALL
    assert aftermath.printed == ""
    assert aftermath.report.notices == (
        "The files beside the notebook are too many: at most 1,000 are used, of 100,000,000 bytes together.",
    )
    assert aftermath.growth < 50_000_000


def test_handing_in_a_notebook_of_ten_terabytes_is_refused(scene: Scene, tmp_path: Path) -> None:
    """Attack 28: a sparse notebook."""
    path = handed_in(scene, tmp_path)
    os.truncate(path, 10**13)
    aftermath = scene.graded(path)
    assert aftermath.report.ungraded == (
        "The notebook is too large: 10,000,000,000,000 bytes, at most 50,000,000 are read. Clear its outputs"
        " (Edit ▸ Clear Outputs of All Cells) and hand it in again."
    )
    assert aftermath.seconds < 2


def test_making_a_sparse_file_in_the_room_is_refused_there(scene: Scene) -> None:
    """Attack 28: whoever collects, counts or copies what the program left would take up 10 TB."""
    aftermath = scene.attack(
        "f = open('sparse', 'wb')\nf.truncate(10**8)\nprint('made')\nf.truncate(10**13)\nx = 2",
        file_bytes=200_000_000,
    )
    assert aftermath.scores == ONLY_B
    assert aftermath.errors == {"a": "OSError: [Errno 27] File too large (a file may have at most 200,000,000 bytes)"}
    assert aftermath.printed.startswith("made")


# 29: what changes after it was looked at


def test_swapping_a_file_for_a_link_while_it_is_read_gives_the_file_or_nothing(scene: Scene, tmp_path: Path) -> None:
    """Attack 29: a program of the student's on the same machine puts a link in the place of what was looked at."""
    path = handed_in(scene, tmp_path)
    mine, link, target = path.parent / "mine", path.parent / "link", path.parent / "data.csv"
    ended = threading.Event()

    def swap() -> None:
        while not ended.is_set():
            mine.write_text("mine")
            mine.rename(target)
            link.symlink_to(scene.gradebook)
            link.rename(target)

    swapping = threading.Thread(target=swap)
    swapping.start()
    try:
        for _attempt in range(2):
            assert scene.graded(path).scores == ALL
    finally:
        ended.set()
        swapping.join()


def test_swapping_an_answer_while_it_is_read_hands_over_one_of_both(scene: Scene) -> None:
    """Attack 29: lists that grow, and names that change, while they are packed; the daemon goes on between tests."""
    aftermath = scene.attack(
        """
        import threading, time
        class Two(list):
            def __iter__(self):
                for number in range(10**9):
                    yield 2
        x = 2
        def swap():
            while True:
                globals()["x"] = 2
                time.sleep(0.001)
                globals()["x"] = Two()
                time.sleep(0.001)
        threading.Thread(target=swap, daemon=True).start()
        """
    )
    assert aftermath.scores in (ALL, ONLY_B)
    assert aftermath.messages["test-a"] in (
        "Every assertion holds.",
        "“x” cannot be graded: it is nested too deeply, or has too many entries.",
    )


def test_answering_in_place_of_the_students_side_gives_no_verdict(scene: Scene) -> None:
    """Attack 29: the channel's end is another process's of the same identity: a verdict is written into it."""
    aftermath = scene.attack(
        """
        import glob, json, os, struct
        verdict = json.dumps({"type": "verdict", "outcomes": [{"check": "Test", "title": "T", "status": "passed",
            "score": 2.0, "points": 2.0, "message": "owned"}], "output": "owned"}).encode()
        ran = b'{"type":"ran"}'
        answered = b'{"type":"answered"}'
        reply = b'{"number":1,"values":{"x":{"type":"scalar","value":2}}}'
        def framed(*parts):
            return struct.pack("<Q", len(parts)) + b"".join(struct.pack("<Q", len(part)) + part for part in parts)
        for path in glob.glob(f"/proc/{os.getppid()}/fd/*"):
            try:
                if os.readlink(path).startswith("pipe:"):
                    end = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
                    os.write(end, framed(verdict) * 4 + framed(ran) + framed(answered, reply))
            except OSError as error:
                print(error.strerror)
        x = 1
        """,
        "def double(n):\n    return n",
    )
    assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}
    assert "owned" not in "".join(aftermath.messages.values())


# 30 to 32: archives and HDF5


def bomb() -> bytes:
    """A kilobyte for each megabyte that it becomes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        header = b"\x93NUMPY\x01\x00v\x00{'descr': '|u1', 'fortran_order': False, 'shape': (300000000,), }"
        with archive.open("x.npy", "w", force_zip64=True) as member:
            member.write(header.ljust(127) + b"\n")
            for _megabyte in range(300):
                member.write(bytes(1_000_000))
    return buffer.getvalue()


def test_answering_with_an_archive_that_grows_is_refused_where_it_grows(scene: Scene) -> None:
    """Attack 30: 300 kB of .npz that are 300 MB, as an answer and beside the notebook."""
    aftermath = scene.attack(
        "import numpy as np\nx = np.load('bomb.npz')",
        files={"bomb.npz": bomb(), "bomb.zip": bomb(), "bomb.keras": bomb()},
        crossing_bytes=100_000_000,
    )
    assert aftermath.scores == ONLY_B
    assert aftermath.messages["test-a"] == (
        "“x” cannot be graded: it is too large: an array of 300,000,000 bytes, and 99,999,999 are left."
    )
    assert aftermath.growth < 100_000_000


def test_unpacking_an_archive_that_grows_ends_that_notebook_alone(scene: Scene) -> None:
    """Attack 30: onto the disk, again and again, until it is full."""
    aftermath = scene.attack(
        "import zipfile\nfor n in range(99):\n    zipfile.ZipFile('bomb.zip').extractall(f'out{n}')",
        files={"bomb.zip": bomb()},
        disk_bytes=100_000_000,
    )
    assert aftermath.scores == {"test-a": 0.0, "test-b": 3.0}
    assert aftermath.errors == {
        "a": "OSError: [Errno 28] No space left on device (a notebook may write at most 100,000,000 bytes to files)"
    }


def test_answering_with_hdf5_that_declares_ten_gigabytes_is_refused(scene: Scene) -> None:
    """Attack 31: 1,400 bytes of a file, whose reader makes an array of 10 GB."""
    aftermath = scene.attack(
        """
        import h5py
        with h5py.File("bomb.h5", "w") as file:
            file.create_dataset("x", shape=(10**10,), dtype="u1", chunks=(10**6,), compression="gzip")
        x = h5py.File("bomb.h5")["x"]
        """,
        memory_bytes=1_500_000_000,
    )
    assert aftermath.scores == ONLY_B
    assert aftermath.messages["test-a"].startswith("“x” cannot be graded: it cannot be read: ")
    assert "Unable to allocate 9.31 GiB" in aftermath.messages["test-a"]
    assert aftermath.growth < 100_000_000


def test_linking_hdf5_to_the_graders_files_reads_none(scene: Scene) -> None:
    """Attack 32: external storage and external links name files that the reader opens, whoever that is."""
    aftermath = scene.attack(
        f"""
        import h5py, numpy as np
        stolen = []
        places = ["{scene.gradebook}", "{scene.other}", "/etc/passwd", "/proc/{os.getpid()}/environ"]
        with h5py.File("evil.h5", "w") as file:
            for number, place in enumerate(places):
                file.create_dataset(f"raw{{number}}", shape=(1000,), dtype="u1", external=[(place, 0, 1000)])
                file[f"link{{number}}"] = h5py.ExternalLink(place, "/")
        with h5py.File("evil.h5") as file:
            for name in [f"{{kind}}{{number}}" for kind in ("raw", "link") for number in range(4)]:
                try:
                    stolen.append(bytes(file[name][:]))
                except Exception as error:
                    stolen.append(repr(error))
        print(stolen)
        x = h5py.File("evil.h5")["raw0"]
        """
    )
    assert aftermath.scores == ONLY_B
    assert "root:" not in aftermath.printed + aftermath.messages["test-a"]
    assert aftermath.messages["test-a"].startswith("“x” cannot be graded: it cannot be read: ")


# 33 to 36: objects and models


def test_answering_with_what_runs_when_it_is_read_is_refused(scene: Scene) -> None:
    """Attack 33: pickles, arrays of objects, code objects, and what reduces itself to a command."""
    evil = """
    import os, pickle
    import numpy as np
    class Evil:
        def __reduce__(self):
            return os.system, ("touch {place}/owned",)
        def __getstate__(self):
            os._exit(1)
    {name} = {value}
    """
    place = scene.root
    told = {}
    for name, value in {
        "an object": "Evil()",
        "an array": "np.array([Evil()], dtype=object)",
        "a record": "np.zeros(3, dtype=[('a', 'O')])",
        "code": "(lambda: 2).__code__",
        "bytes": "pickle.dumps(Evil())",
        "a list": "[1, {'a': Evil()}]",
    }.items():
        if name in ("an object", "a record", "bytes"):
            first = evil.format(place=place, name="x", value=value)
            told_first = name
            continue
        aftermath = scene.attack(first, evil.format(place=place, name="double", value=value))
        assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}
        told |= {told_first: aftermath.messages["test-a"], name: aftermath.messages["test-b"]}
    assert told == {
        "an object": "“x” cannot be graded: an object of type Evil is no plain data.",
        "an array": "“double” cannot be graded: an array of dtype object holds no plain numbers.",
        "a record": "“x” cannot be graded: an array of dtype [('a', 'O')] holds no plain numbers.",
        "code": "“double” cannot be graded: an object of type code is no plain data.",
        "bytes": "“x” cannot be graded: an object of type bytes is no plain data.",
        "a list": "“double” cannot be graded: an object of type Evil is no plain data.",
    }
    assert not (scene.root / "owned").exists()


FORGE = """
import msgspec, os, pickle
import autograder.exam.student as student
class Evil:
    def __reduce__(self):
        return os.system, ("id",)
def encoded(number, values):
    return {forged}
student._encoded = encoded
x = 2
"""

FORGED: dict[str, tuple[str, str]] = {
    "a pickle": ("pickle.dumps(Evil())", "JSON is malformed: invalid character (byte 0)"),
    "another kind": (
        """b'{"number":%d,"values":{"x":{"type":"pickle","value":"gASV"}}}' % number""",
        "Invalid value 'pickle' - at `$.values[...].type`",
    ),
    "another request's": ("""b'{"number":0,"values":{"x":{"type":"scalar","value":2}}}'""", "it answers request 0"),
}


@pytest.mark.parametrize("name", FORGED)
def test_forging_what_crosses_is_refused(scene: Scene, name: str) -> None:
    """Attack 33: the student's side of the wall is the student's to replace; what it sends is read as claims."""
    forged, told = FORGED[name]
    aftermath = scene.attack(FORGE.format(forged=forged))
    assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}
    assert aftermath.messages["test-a"] == (
        f"“x” cannot be graded: what the notebook handed over is not plain data: {told}."
    )


MODEL = """
import autograder.exam.student as student
from autograder.arithmetic import ParameterCount
from autograder.exam.crossing import Array, Model
from autograder.facts import LayerFacts, ModelFacts
def layer(kind="Dense", inputs=(-1,), shape=(1,), **settings):
    count = ParameterCount(total=1, trainable=1)
    return LayerFacts(kind=kind, settings=settings, output_shape=shape, parameters=count, inputs=inputs)
def model(*layers, size=(1,)):
    facts = ModelFacts(inputs=(size,), layers=layers, outputs=(len(layers) - 1,))
    return Model(facts=facts, weights=[[] for _ in layers], compiled=None, training=None, sample=None)
honest = student._named
student._named = lambda name, packer: {model} if name == "x" else honest(name, packer)
x = 2
"""

MODELS: dict[str, tuple[str, str]] = {
    "wide": (
        "model(layer(units=300_000_000, use_bias=True))",
        "a Dense layer gives 300000000 numbers for one image, at most 1,000,000 are computed",
    ),
    "heavy": (
        "model(layer(units=10_000, use_bias=False), size=(1_000_000,))",
        "the model has 10,000,000,000 parameters, at most 50,000,000 are read",
    ),
    "long": (
        "model(*(layer(inputs=(n - 1,), units=1) for n in range(3_000)))",
        "the model has 3,000 layers, at most 128 are read",
    ),
    "in a circle": ("model(layer(inputs=(0,), units=1))", "layer 1 gets its input from nowhere"),
    "a vocabulary": (
        "model(layer('StringLookup', vocabulary='/etc/passwd'))",
        "layer 1 (StringLookup) is not among the layers that this grader rebuilds",
    ),
    "a lambda": (
        "model(layer('Lambda', function={'class_name': '__lambda__', 'config': {'code': '4wEAAA=='}}))",
        "layer 1 (Lambda) is not among the layers that this grader rebuilds",
    ),
    "a module": (
        "model(layer('os.system', module='builtins', class_name='eval', registered_name='os'))",
        "layer 1 (os.system) is not among the layers that this grader rebuilds",
    ),
    "a setting": (
        "model(layer(units=1, activation={'module': 'builtins', 'class_name': 'function', 'config': 'exec'}))",
        "layer 1 (Dense): there is no activation \"{'module': 'builtins', 'class_name': 'function', 'config': '\"",
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_forging_a_network_that_would_end_its_reader_is_refused(scene: Scene, name: str) -> None:
    """Attacks 34 and 35: facts that no Keras model has, sent by a student's side that was replaced."""
    model, told = MODELS[name]
    aftermath = scene.attack(MODEL.replace("{model}", model))
    assert aftermath.scores == ONLY_B
    assert aftermath.messages["test-a"] == f"{told}."
    assert aftermath.seconds < 60


def test_building_layers_that_read_files_or_run_code_is_refused(scene: Scene) -> None:
    """Attack 35: real Keras layers, in the student's kernel: a vocabulary from the gradebook, and a function."""
    aftermath = scene.attack(
        f"""
        import keras
        for path in ("{scene.gradebook}", "{scene.other}", "/etc/passwd", "/proc/{os.getpid()}/environ"):
            try:
                print(keras.layers.StringLookup(vocabulary=path).get_vocabulary())
            except Exception as error:
                print(type(error).__name__)
        x = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda t: __import__("os").system("id") or t)])
        """,
        """
        double = keras.Sequential([keras.Input((1,)), keras.layers.IntegerLookup(vocabulary=[3])])
        """,
    )
    assert aftermath.scores == {"test-a": 0.0, "test-b": 0.0}
    assert aftermath.messages == {
        "test-a": "“x” cannot be graded: layer 1 (Lambda) is not one of Keras's layers that this exercise may use.",
        "test-b": "“double” cannot be graded: layer 1 (IntegerLookup) is not one of Keras's layers that this exercise"
        " may use.",
    }


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("float('nan')", "float('nan')"),
        ("float('inf')", "float('-inf')"),
        ("5e-324", "2 * n + 5e-324"),
        ("__import__('numpy').full(3, float('nan'))", "__import__('numpy').full(1, 2 * n)"),
        ("[2]", "True"),
    ],
)
def test_answering_with_numbers_that_compare_oddly_earns_what_they_are(scene: Scene, a: str, b: str) -> None:
    """Attack 36: not a number, infinite, the least there is, and arrays that are neither true nor false."""
    aftermath = scene.attack(f"x = {a}", f"def double(n):\n    return {b}")
    right = "2 * n" in b
    assert aftermath.scores == {"test-a": 0.0, "test-b": 3.0 if right else 0.0}
    assert not any(cell.broken for cell in aftermath.report.cells)


# 26, 27 and 37: in a course of nbgrader's

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass
class Course:
    """A course with this repository's configuration, and what became of it."""

    folder: Path
    secret: str
    logs: dict[str, str]
    before: dict[str, bytes]
    """What was handed out and is kept back, before anything was collected."""

    def own(self) -> dict[str, bytes]:
        """The instructor's files."""
        return {
            str(path.relative_to(self.folder)): path.read_bytes()
            for folder in ("solutions", "assignments")
            for path in sorted((self.folder / folder).rglob("*"))
            if path.is_file()
        }


def member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """A member of a tar archive that is no file."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, target, 0o644
    return info


def fill(archive: Path, course: Path, honest: bytes) -> None:
    """What a learning platform gave back: one honest notebook, and two archives that students made."""
    gradebook = course / "gradebook.db"
    (archive / "student-01_tiny.ipynb").write_bytes(honest)
    names = [
        "../../../../solutions/tiny/tiny.ipynb",
        "../student-01_tiny.ipynb",
        f"{course.parent}/owned.ipynb",
        f"{course}/solutions/tiny/tiny.ipynb",
        "a/../../../../../owned.ipynb",
        "..\\..\\owned.ipynb",
        ".._tiny.ipynb",
        "._tiny.ipynb",
    ]
    with zipfile.ZipFile(archive / "evil.zip", "w") as zipped:
        for name in names:
            zipped.writestr(name, b"owned")
        for name, target in (("student-02_tiny.ipynb", gradebook), ("link", course / "solutions")):
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            zipped.writestr(link, str(target))
    with tarfile.open(archive / "evil2.tar.gz", "w:gz") as tarred:
        for name in [*names, "folder/tiny/tiny.ipynb"]:
            info = tarfile.TarInfo(name)
            info.size = 5
            if name.startswith("folder"):
                tarred.addfile(member("folder", tarfile.SYMTYPE, str(course / "solutions")))
            tarred.addfile(info, io.BytesIO(b"owned"))
        tarred.addfile(member("student-03_tiny.ipynb", tarfile.SYMTYPE, str(gradebook)))
        tarred.addfile(member("student-04_tiny.ipynb", tarfile.LNKTYPE, str(gradebook)))
        tarred.addfile(member("student-05_tiny.ipynb", tarfile.FIFOTYPE))


@pytest.fixture(scope="module")
def course(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Course:
    folder = tmp_path_factory.mktemp("around") / "course"
    write(scene.source, folder / "solutions" / "tiny" / "tiny.ipynb")
    (folder / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text())
    course = Course(folder, "1f8b5e0c9d7a4e63", {}, {})
    (folder / "secret.txt").write_text(course.secret)
    honest = answered(scene.source, {"a": SHOW})
    archive = folder / "downloaded" / "tiny" / "archive"
    archive.mkdir(parents=True)
    submitted = folder / "submitted"
    with Nbgrader(tmp_path_factory.mktemp("home")) as nbgrader:
        nbgrader(folder, "generate_assignment", "tiny")
        fill(archive, folder, as_json(honest))
        course.before = course.own()
        nbgrader(folder, "zip_collect", "tiny")
        # What came in by another way than an archive: a shared disk, or repositories that were cloned.
        beside = write(honest, submitted / "student-06" / "tiny" / "tiny.ipynb").parent
        (beside / "link.txt").symlink_to(folder / "secret.txt")
        (beside / "folder").symlink_to(folder / "solutions")
        for student in ("student-07", "student-08"):
            (submitted / student / "tiny").mkdir(parents=True)
        (submitted / "student-07" / "tiny" / "tiny.ipynb").symlink_to(folder / "solutions" / "tiny" / "tiny.ipynb")
        os.mkfifo(submitted / "student-08" / "tiny" / "tiny.ipynb")
        (submitted / "student-09").mkdir()
        (submitted / "student-09" / "tiny").symlink_to(folder / "solutions" / "tiny")
        course.logs["autograde"] = nbgrader(folder, "autograde", "tiny", code=1)
        course.logs["generate_feedback"] = nbgrader(folder, "generate_feedback", "tiny")
    return course


def test_collecting_archives_with_names_that_lead_elsewhere_writes_nothing_there(course: Course) -> None:
    """Attack 37: names with "..", whole paths, links and what follows them, in a zip and in a tar."""
    assert course.own() == course.before
    assert {path.name for path in course.folder.parent.iterdir()} == {"course"}
    assert {path.name for path in course.folder.iterdir() if path.name != "__pycache__"} == {
        *("solutions", "assignments", "downloaded", "submitted", "autograded", "feedback"),
        *("gradebook.db", "nbgrader_config.py", "secret.txt"),
    }
    assert [path for path in (course.folder / "downloaded").rglob("*") if not (path.is_file() or path.is_dir())] == []
    assert [path for path in (course.folder / "downloaded").rglob("*") if path.is_symlink()] == []


def test_collecting_archives_of_attackers_grades_the_honest_notebook(course: Course) -> None:
    """Attack 37: what is no notebook in an archive stays ungraded, whoever it says it is of."""
    found = {student: points(graded) for student, graded in grades(sqlite(course.folder), "tiny").items()}
    assert found["student-01"] == {"tiny/test-a": 2.0, "tiny/test-b": 3.0}
    earned = {student for student, given in found.items() if any(given.values())}
    assert earned == {"student-01", "student-06"}


def test_linking_from_a_submission_of_nbgraders_hands_over_nothing(course: Course) -> None:
    """Attacks 26 and 27: nbgrader copies what links lead to, and waits for pipes; here both stay behind."""
    found = grades(sqlite(course.folder), "tiny")
    assert points(found["student-06"]) == {"tiny/test-a": 2.0, "tiny/test-b": 3.0}
    log = " ".join(course.logs["autograde"].split())
    assert "student-06/tiny/link.txt is no ordinary file and is left out." in log
    assert log.count(f"UnreadableNotebook: {NO_FILE}") == 2
    assert log.count("UnreadableNotebook: tiny is a link: hand in the folder itself.") == 1
    for path in [*(course.folder / "autograded").rglob("*"), *(course.folder / "feedback").rglob("*")]:
        assert path.is_dir() or course.secret not in path.read_text(errors="replace")
