"""Attacks 49 to 55: what a student leaves behind is gone before the next one begins, and steers nobody.

Most of these attackers answer rightly, for they want to stay: what they get is their own points and nothing else.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import marshal
import os
import secrets
import site
import sys
import sysconfig
from pathlib import Path

import pytest

import autograder
from autograder.datasets import mnist
from tests.attacks.scene import Scene

pytestmark = pytest.mark.attack

OWN_PLACES = ("/room/", "/tmp/")
"""What is the sandbox's own to write, and nobody else's: the grader's /tmp is another one."""

OWN = {"test-a": 2.0, "test-b": 3.0}
"""What an attacker gets whose answers are right."""


def _told(printed: str) -> object:
    """What an attacker's cell printed as JSON, on the last line of it."""
    return json.loads(printed.strip().splitlines()[-1])


# --- 49: code that runs when Python, IPython or Jupyter start ---------------------------------------------------

STARTUP = """
    x = 2
    import glob, json, os, site, subprocess, sys, sysconfig
    payload = "import builtins; builtins.owned = True"
    folders = [*sys.path, *site.getsitepackages(), site.getusersitepackages(), *sysconfig.get_paths().values()]
    folders += [*{known}, "/", "/etc", "/usr/lib/python3", os.path.dirname(sys.executable)]
    for command in ("mount -o remount,rw /", "mount -o remount,rw /usr", "chmod -R u+w /usr/lib"):
        subprocess.run(command.split(), capture_output=True)
    written = []
    for folder in sorted({{os.path.realpath(one) for one in folders}}):
        for name in ("{token}.pth", "{token}.py"):
            path = os.path.join(folder, name)
            try:
                os.makedirs(folder, exist_ok=True)
                os.chmod(folder, 0o777)
            except OSError:
                pass
            try:
                with open(path, "w") as file:
                    file.write(payload)
                written.append(path)
            except OSError:
                pass
    # What stands there already is as good.
    for path in glob.glob(site.getsitepackages()[0] + "/*.pth") + [sys.modules["autograder"].__file__, site.__file__]:
        try:
            with open(path, "a") as file:
                file.write(payload)
            written.append(path)
        except OSError:
            pass
    print(json.dumps(written))
"""


def test_writing_startup_code_into_pythons_folders_writes_into_the_own_room_alone(scene: Scene) -> None:
    """Attack 49: a ``.pth`` in a folder of packages would run in every Python after that, the grader's too."""
    token = f"owned_{secrets.token_hex(8)}"
    folders = [
        *site.getsitepackages(),
        site.getusersitepackages(),
        *sysconfig.get_paths().values(),
        str(Path(autograder.__file__).parent),
        str(Path.home()),
    ]

    aftermath = scene.attack(STARTUP.format(token=token, known=folders))

    written = _told(aftermath.printed)
    assert isinstance(written, list)
    assert all(path.startswith(OWN_PLACES) for path in written), written
    assert [path for folder in {*folders, *sys.path} for path in Path(folder or ".").glob(f"{token}*")] == []
    assert aftermath.scores == OWN


PROFILES = """
    x = 2
    import json, os, pathlib
    payload = "import builtins; builtins.owned = True"
    homes = {{os.environ["HOME"], os.environ["IPYTHONDIR"], os.environ["JUPYTER_CONFIG_DIR"], {home!r}, "/root"}}
    names = [
        ".ipython/profile_default/startup/00-owned.py", "profile_default/startup/00-owned.py",
        ".ipython/profile_default/ipython_kernel_config.py", ".jupyter/jupyter_nbconvert_config.py",
        "jupyter_config.py", ".jupyter/nbgrader_config.py", ".config/matplotlib/matplotlibrc",
        ".local/lib/python{version}/site-packages/usercustomize.py", ".local/lib/python{version}/site-packages/o.pth",
        ".bashrc", ".profile", ".pythonrc", ".pydistutils.cfg", ".config/pip/pip.conf", ".inputrc", ".netrc",
    ]
    written = 0
    for home in homes:
        for name in names:
            path = pathlib.Path(home, name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(payload)
                written += 1
            except OSError:
                pass
    print(written)
"""

LOOKS_AROUND = """
    x = 2
    import builtins, json, os
    found = [
        os.path.join(folder, name)
        for place in (os.path.expanduser("~"), os.getcwd())
        for folder, _, names in os.walk(place) for name in names
    ]
    # IPython makes a few of these itself, in every kernel.
    print(json.dumps([sorted(found), hasattr(builtins, "owned")]))
"""


def test_writing_profiles_of_ipython_and_jupyter_leaves_the_next_student_an_empty_home(scene: Scene) -> None:
    """Attack 49: a startup file in a home would run in the next kernel."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    before = _told(scene.attack(LOOKS_AROUND).printed)

    aftermath = scene.attack(PROFILES.format(home=str(Path.home()), version=version))

    assert int(aftermath.printed) > 0
    assert aftermath.scores == OWN
    assert _told(scene.attack(LOOKS_AROUND).printed) == before
    assert not Path.home().joinpath(".ipython/profile_default/startup/00-owned.py").exists()


OWNS = b"import builtins, os\nbuiltins.owned = True\nos.environ['OWNED'] = 'yes'\n"


def test_handing_in_startup_files_beside_the_notebook_starts_nothing(scene: Scene) -> None:
    """Attack 49: a kernel and an examiner that start in a student's folder would read them."""
    names = ("sitecustomize.py", "usercustomize.py", "ipython_config.py", "ipython_kernel_config.py")
    names += ("jupyter_config.py", "ipykernel_launcher.py", "nbclient.py", "msgspec.py", "psutil.py", "zmq.py")
    names += (".ipython/profile_default/startup/00.py", "profile_default/startup/00.py", "autograder/__init__.py")
    files = dict.fromkeys(names, OWNS)
    files["owned.pth"] = b"import builtins; builtins.owned = True\n"
    files["pyvenv.cfg"] = b"home = /tmp\n"

    aftermath = scene.attack(
        "x = 2\nimport builtins, os\nprint(hasattr(builtins, 'owned'), os.environ.get('OWNED'))", files=files
    )

    assert aftermath.printed.strip() == "False None"
    assert aftermath.scores == OWN


# --- 50: data sets and Keras's settings -------------------------------------------------------------------------

POISONS_DATA = """
    x = 2
    import io, json, os, pathlib
    import numpy as np
    nothing = io.BytesIO()
    np.savez(nothing, x_train=np.zeros((60000, 2, 2), "u1"), y_train=np.zeros(60000, "u1"),
             x_test=np.zeros((9, 2, 2), "u1"), y_test=np.zeros(9, "u1"))
    settings = json.dumps({{"image_data_format": "channels_first", "backend": "torch", "floatx": "float16"}})
    written = []
    for home in (os.environ["KERAS_HOME"], {home!r} + "/.keras", "/tmp/.keras", "/root/.keras"):
        for name, content in (("keras.json", settings.encode()), ("datasets/mnist.npz", nothing.getvalue()),
                              ("datasets/fashion-mnist/train-labels-idx1-ubyte.gz", b"")):
            path = pathlib.Path(home, name)
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                written.append(str(path))
            except OSError:
                pass
    # The copy that the grader itself uses.
    for folder, _, names in os.walk({package!r}):
        for name in names:
            try:
                open(os.path.join(folder, name), "r+b").write(b"0")
                written.append(os.path.join(folder, name))
            except OSError:
                pass
    print(json.dumps(written))
"""

SEES_DATA = """
    x = 2
    import hashlib, json, keras
    images, labels = keras.datasets.mnist.load_data()[0]
    seen = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    print(json.dumps([keras.backend.backend(), keras.config.image_data_format(), keras.config.floatx(), seen]))
"""


def test_poisoning_the_data_sets_and_keras_settings_changes_nothing_for_the_next(scene: Scene) -> None:
    """Attack 50: images of zeros and half-precision numbers in ``~/.keras`` would spoil every later training."""
    images, labels = mnist.load_data()[0]
    truth = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    package = Path(autograder.__file__).parent / "datasets"

    aftermath = scene.attack(POISONS_DATA.format(home=str(Path.home()), package=str(package)))

    written = _told(aftermath.printed)
    assert isinstance(written, list)
    assert written != []
    assert all(path.startswith(("/room/", "/tmp/")) for path in written), written
    assert aftermath.scores == OWN
    # /tmp is a link into the room.
    assert not Path("/tmp/.keras").exists()
    assert _told(scene.attack(SEES_DATA).printed) == ["tensorflow", "channels_last", "float32", truth]


# --- 51: caches, and whatever else one student might find of another's ------------------------------------------

LEAVES_NOTES = """
    x = 2
    import json, os
    written = []
    for folder, folders, _ in os.walk("/"):
        if folder == "/":
            folders.remove("proc")
        try:
            open(os.path.join(folder, "{token}"), "w").write("the answers")
            written.append(folder)
        except OSError:
            pass
    print(json.dumps(sorted({{"/" + folder.split("/")[1] for folder in written}})))
"""

FINDS_NOTES = """
    x = 2
    import json, os
    print(json.dumps([folder for folder, _, names in os.walk("/") if "{token}" in names and folder[:5] != "/proc"]))
"""


def test_leaving_notes_in_every_folder_leaves_none_for_the_next(scene: Scene) -> None:
    """Attack 51: whatever two students can both write to is a cache that one may poison for the other."""
    token = f"notes_{secrets.token_hex(8)}"

    aftermath = scene.attack(LEAVES_NOTES.format(token=token))

    assert _told(aftermath.printed) in (["/dev", "/room"], ["/dev", "/room", "/tmp"])
    assert aftermath.scores == OWN
    assert _told(scene.attack(FINDS_NOTES.format(token=token)).printed) == []
    assert [path for place in ("/dev/shm", "/tmp") for path in Path(place).glob(f"**/{token}")] == []


LISTENS = """
x = 2
import os, subprocess, sys
from multiprocessing import resource_tracker, shared_memory
kept = shared_memory.SharedMemory("{token}", create=True, size=64)
kept.buf[:11] = b"the answers"
resource_tracker.unregister(kept._name, "shared_memory")
serves = '''
import os, signal, socket
os.setsid()
for one in range(1, 65):
    try: signal.signal(one, signal.SIG_IGN)
    except (OSError, ValueError): pass
server = socket.socket(socket.AF_UNIX)
server.bind(chr(0) + "{token}")
server.listen()
while True: server.accept()[0].send(b"the answers")
'''
for attempt in range(2):
    subprocess.Popen([sys.executable, "-c", serves])
"""

CONNECTS = """
    x = 2
    import json, socket
    from multiprocessing import shared_memory
    found = []
    try:
        found.append(bytes(shared_memory.SharedMemory("{token}").buf[:11]).decode())
    except OSError:
        pass
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect("\\0{token}")
            found.append(client.recv(99).decode())
    except OSError:
        pass
    print(json.dumps(found))
"""


def test_leaving_shared_memory_and_a_server_of_answers_serves_nobody(scene: Scene) -> None:
    """Attack 51: neither a segment of memory nor a socket without a file is there for the next student."""
    token = f"answers_{secrets.token_hex(8)}"

    aftermath = scene.attack(LISTENS.format(token=token))

    assert aftermath.scores == OWN
    assert _told(scene.attack(CONNECTS.format(token=token)).printed) == []
    assert not Path("/dev/shm", token).exists()


# --- 52: compiled code ------------------------------------------------------------------------------------------

POISONS_COMPILED = """
    x = 2
    import importlib.util, json, marshal, os, pathlib, struct
    def poisoned(source):
        # With the time and size of the source, so that Python takes it for what it compiled itself.
        found = os.stat(source)
        body = marshal.dumps(compile("import builtins; builtins.owned = True", source, "exec"))
        return importlib.util.MAGIC_NUMBER + struct.pack("<III", 0, int(found.st_mtime), found.st_size) + body
    written = []
    for source in {sources!r}:
        cached = pathlib.Path(importlib.util.cache_from_source(source))
        for path in (cached, pathlib.Path(source + "c"), cached.with_suffix(".opt-1.pyc")):
            try:
                path.parent.mkdir(exist_ok=True)
                path.unlink(missing_ok=True)
                path.write_bytes(poisoned(source))
                written.append(str(path))
            except OSError:
                pass
    print(json.dumps(written))
"""


def test_replacing_compiled_modules_of_the_graders_replaces_none(scene: Scene) -> None:
    """Attack 52: a ``.pyc`` that looks like the module's own would run in the grader itself."""
    sources = []
    for name in ("autograder.grading", "autograder.exam.examiner", "autograder.sandbox.supervisor", "random", "site"):
        spec = importlib.util.find_spec(name)
        assert spec is not None
        assert spec.origin is not None
        sources.append(spec.origin)
    cached = [Path(importlib.util.cache_from_source(source)) for source in sources]
    before = [path.read_bytes() if path.exists() else None for path in cached]

    aftermath = scene.attack(POISONS_COMPILED.format(sources=sources))

    assert _told(aftermath.printed) == []
    assert [path.read_bytes() if path.exists() else None for path in cached] == before
    assert aftermath.scores == OWN


ALWAYS_ZERO = b"def randrange(*bounds):\n    return 0\nchoice = random = randint = randrange\n"


@pytest.mark.parametrize("compiled", [False, True])
def test_handing_in_a_module_that_the_hidden_test_imports_earns_nothing(scene: Scene, compiled: bool) -> None:
    """Attack 52: numbers that are always 0 make a table of two entries right."""
    content = ALWAYS_ZERO
    if compiled:
        code = marshal.dumps(compile(ALWAYS_ZERO, "random.py", "exec"))
        # Flag 1: Python compares it with no source.
        content = importlib.util.MAGIC_NUMBER + b"\x01\0\0\0" + bytes(8) + code
    name = "random.pyc" if compiled else "random.py"
    files = {name: content, f"__pycache__/random.{sys.implementation.cache_tag}.pyc": content}

    aftermath = scene.attack(b="def double(n):\n    return {3: 6, 0: 0}.get(n)", files=files)

    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages["test-b"] == "An assertion of this test fails."


# --- 53: daemons ------------------------------------------------------------------------------------------------

DAEMON = """
    x = 2
    import os, signal, time
    def hardened():
        os.setsid()
        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
        for number in range(1, 65):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        os.closerange(0, 1024)
    if os.fork() == 0:
        hardened()
        if os.fork() == 0:
            while True:
                # Whatever it finds, for as long as it lives.
                for place in ({root!r}, "/tmp", "/dev/shm"):
                    try:
                        open(place + "/owned", "w").write("owned")
                    except OSError:
                        pass
                time.sleep(0.1)
        os._exit(0)
    os.wait()
"""


def test_leaving_a_daemon_that_ignores_every_signal_leaves_none(scene: Scene) -> None:
    """Attack 53: forked twice, in a session of its own, with nothing open that could tell of its end."""
    aftermath = scene.attack(DAEMON.format(root=str(scene.root)))

    assert aftermath.scores == OWN
    assert aftermath.seconds < 60
    assert not any(Path(place, "owned").exists() for place in (scene.root, "/tmp", "/dev/shm"))


RESPAWNS = """
    x = 2
    import os, signal, time
    def guarded():
        # Two of them, each of which starts the other anew.
        while True:
            child = os.fork()
            if child == 0:
                os.setsid()
                parent = os.getppid()
                while os.getppid() == parent:
                    time.sleep(0.01)
            else:
                os.waitpid(child, 0)
    for _ in range(4):
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGTSTP, signal.SIGCONT):
                signal.signal(number, signal.SIG_IGN)
            guarded()
"""


def test_leaving_daemons_that_start_each_other_anew_leaves_none(scene: Scene) -> None:
    """Attack 53: whoever ends them one after the other never comes to an end."""
    aftermath = scene.attack(RESPAWNS)

    assert aftermath.scores == OWN
    assert aftermath.seconds < 60


HOLDS_CHANNEL = """
    x = 2
    import os, time
    kept = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            for number in os.listdir(f"/proc/{pid}/fd"):
                kept.append(os.open(f"/proc/{pid}/fd/{number}", os.O_WRONLY | os.O_NONBLOCK))
        except OSError:
            continue
    if os.fork() == 0:
        os.setsid()
        os.kill(os.getpid(), 19)
        time.sleep(10**6)
"""


def test_leaving_a_stopped_daemon_that_holds_the_graders_pipe_keeps_nobody_waiting(scene: Scene) -> None:
    """Attack 53: whoever waits for the end of that pipe would wait for a process that nothing wakes."""
    aftermath = scene.attack(HOLDS_CHANNEL)

    assert aftermath.scores == OWN
    assert aftermath.seconds < 60


# --- 54: other programs' schedules ------------------------------------------------------------------------------

SCHEDULES = """
    x = 2
    import json, os, pathlib, subprocess
    job = "* * * * * touch {marker}\\n"
    unit = "[Service]\\nExecStart=/usr/bin/touch {marker}\\n[Install]\\nWantedBy=default.target\\n"
    commands = [
        ["crontab", "-"], ["at", "now + 1 minute"], ["batch"], ["systemd-run", "--user", "touch", "{marker}"],
        ["systemctl", "--user", "enable", "--now", "owned.service"], ["loginctl", "enable-linger"],
        ["launchctl", "load", "owned.plist"], ["busctl", "--user", "list"], ["dbus-send", "--session", "/", "a.b"],
        ["service", "cron", "start"], ["start-stop-daemon", "--start", "--background", "--exec", "/usr/bin/touch"],
    ]
    done = []
    for path, text in (
        (os.path.expanduser("~/.config/systemd/user/owned.service"), unit),
        ({home!r} + "/.config/systemd/user/owned.service", unit), ({home!r} + "/.config/autostart/o.desktop", unit),
        ("/etc/cron.d/owned", job), ("/var/spool/cron/crontabs/student", job), ("/var/spool/cron/atjobs/a", job),
        ("/etc/systemd/system/owned.service", unit), ("/run/systemd/system/owned.service", unit),
        ("/etc/profile.d/owned.sh", job), ("/etc/rc.local", job), ("/etc/ld.so.preload", "/room/owned.so"),
    ):
        try:
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
            pathlib.Path(path).write_text(text)
            done.append(os.path.realpath(path))
        except OSError:
            pass
    for command in commands:
        try:
            ran = subprocess.run(command, input=job, text=True, capture_output=True, timeout=3)
            if ran.returncode == 0:
                done.append(command)
        except (OSError, subprocess.TimeoutExpired):
            pass
    print(json.dumps(done))
"""


def test_asking_other_programs_to_run_something_later_reaches_none(scene: Scene) -> None:
    """Attack 54: cron, at, systemd and D-Bus would start a process that is nobody's child."""
    marker = scene.root / f"scheduled-{secrets.token_hex(8)}"

    aftermath = scene.attack(SCHEDULES.format(marker=marker, home=str(Path.home())))

    done = _told(aftermath.printed)
    assert isinstance(done, list)
    # Files where nobody looks, and no command.
    assert all(str(path).startswith(OWN_PLACES) for path in done), done
    assert aftermath.scores == OWN
    assert not marker.exists()
    assert not Path.home().joinpath(".config/systemd/user/owned.service").exists()


# --- 55: a CI service's files -----------------------------------------------------------------------------------

STEERS_CI = """
    x = 2
    import glob, json, os, pathlib
    places = [os.environ.get(name) for name in {names!r}] + {paths!r}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            variables = pathlib.Path(f"/proc/{{pid}}/environ").read_bytes().decode().split("\\0")
            places += [one.partition("=")[2] for one in variables if one.startswith(("GITHUB_", "RUNNER_"))]
        except OSError:
            pass
    places += glob.glob("/home/runner/*/_temp/_runner_file_commands/*") + glob.glob("/*/_temp/**", recursive=True)
    written = []
    for place in filter(None, places):
        try:
            with open(place, "a") as file:
                file.write("PATH=/tmp/owned:/usr/bin\\nLD_PRELOAD=/tmp/owned.so\\n::set-output name=score::5\\n")
            written.append(place)
        except OSError:
            pass
    print(json.dumps([written, sorted(name for name in os.environ if name.startswith(("GITHUB", "RUNNER", "ACT")))]))
"""


def test_writing_into_a_ci_services_files_of_orders_finds_none(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack 55: a line in ``$GITHUB_ENV`` sets a variable of every later step, one in ``$GITHUB_PATH`` its path."""
    names = ("GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY")
    folder = scene.root / "_temp" / "_runner_file_commands"
    folder.mkdir(parents=True)
    for name in names:
        (folder / name).write_text("")
        (folder / name).chmod(0o666)
        monkeypatch.setenv(name, str(folder / name))
    workflow = scene.root / ".github" / "workflows" / "grade.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("on: push\n")
    workflow.chmod(0o666)
    paths = [*(str(folder / name) for name in names), str(workflow)]

    aftermath = scene.attack(STEERS_CI.format(names=names, paths=paths))

    assert _told(aftermath.printed) == [[], []]
    assert [(folder / name).read_text() for name in names] == [""] * len(names)
    assert workflow.read_text() == "on: push\n"
    assert aftermath.scores == OWN


REPLACES_COMMANDS = """
    x = 2
    import json, os, pathlib, stat
    written = []
    for folder in {path!r}.split(":") + os.environ["PATH"].split(":"):
        for name in ("python", "python3", "git", "bwrap", "autograder", "nbgrader", "alembic"):
            path = pathlib.Path(folder, name)
            try:
                path.unlink(missing_ok=True)
                path.write_text("#!/bin/sh\\ntouch {root}/owned\\n")
                path.chmod(0o755)
                written.append(str(path))
            except OSError:
                pass
    print(json.dumps(written))
"""


def test_replacing_the_commands_of_later_steps_replaces_none(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack 55: what stands first on the path is what the next step runs."""
    tools = scene.root / "tools"
    tools.mkdir()
    tools.chmod(0o777)
    monkeypatch.setenv("PATH", str(tools), prepend=":")

    aftermath = scene.attack(REPLACES_COMMANDS.format(path=os.environ["PATH"], root=scene.root))

    assert _told(aftermath.printed) == []
    assert list(tools.iterdir()) == []
    assert aftermath.scores == OWN
