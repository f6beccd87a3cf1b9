"""nbgrader's commands as a course's people give them, each in a process of its own; and what its gradebook says.

To start Python and import nbgrader takes longer than most commands do, so that is done once: a process that has
imported it is forked for each command, and then goes where the command itself would: ``nbgrader``'s entry point.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup, Tag
from nbgrader.api import Gradebook

_FORKS = """
import json, os, signal, sys
import autograder.adapters.nbgrader, nbgrader.apps
from nbgrader.apps.nbgraderapp import main

for line in sys.stdin:
    order = json.loads(line)
    child = os.fork()
    if not child:
        signal.alarm(order["seconds"])
        os.chdir(order["folder"])
        nothing, output = os.open(os.devnull, os.O_RDONLY), os.open(order["output"], os.O_WRONLY | os.O_CREAT)
        for descriptor, number in [(nothing, 0), (output, 1), (output, 2)]:
            os.dup2(descriptor, number)
        sys.argv = ["nbgrader", *order["arguments"]]
        sys.exit(main())
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""

_COMMAND_SECONDS = 400
"""Far more than a command of the tests takes on a busy machine: what hangs must not hang the tests."""


class CommandFailed(AssertionError):
    """A command ended with another code than it should have."""


class Nbgrader:
    """Runs nbgrader's commands, one after the other."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._processes = contextlib.ExitStack()
        self.code = 0
        """What the last command ended with."""
        self._count = 0
        self._forks: subprocess.Popen[str] | None = None

    def __enter__(self) -> Nbgrader:
        self.home.mkdir(parents=True, exist_ok=True)
        self._forks = self._processes.enter_context(
            subprocess.Popen(
                [sys.executable, "-c", _FORKS],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                env=environment(self.home),
            )
        )
        return self

    def __exit__(self, *_problem: object) -> None:
        assert self._forks is not None
        # It ends when there is nobody left to give orders.
        self._forks.stdin.close()  # type: ignore[union-attr]
        self._processes.close()

    def __call__(self, folder: Path, *arguments: str, code: int | None = 0) -> str:
        """What ``nbgrader`` writes, given in ``folder``; it has to end with ``code``, if that is a number."""
        assert self._forks is not None
        assert self._forks.stdin is not None
        assert self._forks.stdout is not None
        self._count += 1
        output = self.home / f"{self._count}.log"
        order = {
            "folder": str(folder),
            "arguments": arguments,
            "output": str(output),
            "seconds": _COMMAND_SECONDS,
        }
        self._forks.stdin.write(f"{json.dumps(order)}\n")
        self._forks.stdin.flush()
        self.code = int(self._forks.stdout.readline())
        written = output.read_text()
        if code not in (None, self.code):
            raise CommandFailed(f"nbgrader {' '.join(arguments)} ended with {self.code}, not with {code}:\n{written}")
        return written


def environment(home: Path) -> dict[str, str]:
    """What a command's environment holds: a home of its own, and none of the settings of whoever runs the tests."""
    binaries = str(Path(sys.executable).parent)
    foreign = ("AUTOGRADER_", "JUPYTER", "NBGRADER_", "PYTEST", "PYTHONWARNINGS")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        "AUTOGRADER_LANG": "en",
        "HOME": str(home),
        # nbgrader starts alembic by its bare name.
        "PATH": os.pathsep.join([binaries, os.environ["PATH"]]),
    }


class Grade(NamedTuple):
    """A cell's row in the gradebook."""

    auto_score: float | None
    max_score: float
    needs_manual_grade: bool
    manual_score: float | None = None

    @property
    def given(self) -> tuple[float | None, float, bool]:
        """What ``nbgrader autograde`` decides."""
        return self.auto_score, self.max_score, self.needs_manual_grade


@contextlib.contextmanager
def gradebook(database: str) -> Iterator[Any]:
    """The gradebook behind an address; all its connections are closed in the end."""
    book = Gradebook(database)
    try:
        yield book
    finally:
        book.close()
        book.engine.dispose()


def grades(database: str, assignment: str) -> dict[str, dict[str, Grade]]:
    """Of each student's submission: ``notebook/cell`` → its grade."""
    with gradebook(database) as book:
        return {
            submission.student.id: {
                f"{notebook.name}/{grade.name}": Grade(
                    grade.auto_score, grade.max_score, grade.needs_manual_grade, grade.manual_score
                )
                for notebook in submission.notebooks
                for grade in notebook.grades
            }
            for submission in book.find_assignment(assignment).submissions
        }


def comments(database: str, assignment: str, student: str) -> dict[str, str | None]:
    """``notebook/cell`` → the comment that the student will read."""
    with gradebook(database) as book:
        return {
            f"{notebook.name}/{comment.name}": comment.comment
            for notebook in book.find_submission(assignment, student).notebooks
            for comment in notebook.comments
        }


def preformatted(*lines: str) -> str:
    """A comment of these lines, as Markdown that shows them as they stand."""
    return "\n".join(f"    {line}" for line in lines)


def sqlite(course: Path) -> str:
    """The address of a course's gradebook, where its configuration names none."""
    return f"sqlite:///{course / 'gradebook.db'}"


def points(found: Mapping[str, Grade]) -> dict[str, float | None]:
    """``notebook/cell`` → the points that the autograder gave."""
    return {name: grade.auto_score for name, grade in found.items()}


class Formgrader:
    """nbgrader's formgrader, served on the loopback, as a browser would ask it."""

    _TOKEN = "of-the-tests"

    def __init__(self, course: Path, home: Path) -> None:
        self._course = course
        self._home = home
        self._runtime = home / "runtime"
        self._processes = contextlib.ExitStack()
        self._address = ""

    def __enter__(self) -> Formgrader:
        self._runtime.mkdir(parents=True)
        log = self._processes.enter_context((self._home / "formgrader.log").open("w"))
        # What else this environment serves takes seconds to import.
        others = ("jupyterlab", "notebook", "notebook_shim", "jupyter_lsp", "jupyter_server_terminals")
        extensions = {**dict.fromkeys(others, False), "nbgrader.server_extensions.formgrader": True}
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *("--ServerApp.ip=127.0.0.1", "--ServerApp.port=0"),
                *(f"--ServerApp.root_dir={self._course}", f"--IdentityProvider.token={self._TOKEN}"),
                f"--ServerApp.jpserver_extensions={extensions}",
            ],
            cwd=self._course,
            env={**environment(self._home), "JUPYTER_RUNTIME_DIR": str(self._runtime)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._processes.callback(process.wait)
        self._processes.callback(process.terminate)
        for _ in range(600):
            if (told := next(self._runtime.glob("jpserver-*.json"), None)) and (text := told.read_text()):
                self._address = json.loads(text)["url"].rstrip("/")
                # On a busy machine it writes down where it is before it is there.
                with contextlib.suppress(urllib.error.URLError):
                    self.page("")
                    return self
            if process.poll() is not None:
                break
            time.sleep(0.1)
        self._processes.close()
        raise CommandFailed(f"the formgrader did not start:\n{(self._home / 'formgrader.log').read_text()}")

    def __exit__(self, *_problem: object) -> None:
        self._processes.close()

    def page(self, path: str) -> str:
        """A page's HTML, whatever its status."""
        try:
            return self._ask("GET", path)
        except urllib.error.HTTPError as error:
            with error:
                return str(error.read().decode())

    def get(self, path: str) -> Any:
        """What the REST API answers."""
        return json.loads(self._ask("GET", f"api/{path}"))

    def put(self, path: str, content: Mapping[str, Any]) -> Any:
        """What the REST API answers to a change."""
        return json.loads(self._ask("PUT", f"api/{path}", content))

    def post(self, path: str) -> Any:
        """What the REST API answers to an order."""
        return json.loads(self._ask("POST", f"api/{path}", {}))

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> str:
        request = urllib.request.Request(
            f"{self._address}/formgrader/{path}",
            data=None if content is None else json.dumps(content).encode(),
            method=method,
            headers={"Authorization": f"token {self._TOKEN}"},
        )
        with urllib.request.urlopen(request, timeout=_COMMAND_SECONDS) as answer:
            return str(answer.read().decode())


_MISSING_POSTGRESQL = "no PostgreSQL is installed: neither initdb nor pg_ctl is on the PATH or in /usr/lib/postgresql"


def postgresql_binaries() -> Path | None:
    """The folder of PostgreSQL's own programs, where one is installed."""
    found = [Path(path).resolve().parent for name in ("initdb", "pg_ctl") if (path := shutil.which(name))]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((one for one in found if (one / "initdb").exists() and (one / "pg_ctl").exists()), None)


@contextlib.contextmanager
def postgresql() -> Iterator[str]:
    """The address of an empty database of a PostgreSQL of its own, which listens on a Unix socket only.

    Skips the test where none is installed.
    """
    binaries = postgresql_binaries()
    if binaries is None:
        pytest.skip(_MISSING_POSTGRESQL)
    # A short name: the socket stands in it.
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as directory:
        folder = Path(directory)
        someone: dict[str, Any] = {"cwd": folder, "env": {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}}
        if os.geteuid() == 0:
            # It does not run as root.
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam(next(name for name in ("postgres", "nobody") if name in names))
            os.chown(folder, user.pw_uid, user.pw_gid)
            someone |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

        def order(program: str, *arguments: str) -> None:
            with (folder / "commands.log").open("w+") as log:
                command = [binaries / program, "-D", folder / "data", *arguments]
                done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, check=False, **someone)
                log.seek(0)
                if done.returncode:
                    raise CommandFailed(f"{program} ended with {done.returncode}:\n{log.read()}")

        order("initdb", "--username=nbgrader", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off"
        order("pg_ctl", "start", "--wait", "--timeout=120", f"--log={folder / 'server.log'}", f"--options={options}")
        try:
            # By its full name: which driver the short one means depends on SQLAlchemy's version.
            yield f"postgresql+psycopg2://nbgrader@/postgres?host={folder}"
        finally:
            order("pg_ctl", "stop", "--wait", "--mode=immediate")


_NEVER = {
    "script",
    "iframe",
    "object",
    "embed",
    "form",
    "link",
    "meta",
    "base",
    "style",
    "svg",
    "math",
    "video",
    "audio",
}
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "cite", "background", "poster", "xlink:href"}
_HARMLESS = re.compile(r"(https?://|mailto:|#|data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+\Z|[^:]*\Z)")


def notebook_of(page: str) -> Tag:
    """The part of a formgrader's or feedback page that shows the notebook."""
    found = BeautifulSoup(page, "html.parser").find(id="notebook-container")
    assert isinstance(found, Tag), f"this page shows no notebook:\n{page[:2_000]}"
    return found


def live_parts(shown: Tag) -> list[str]:
    """Whatever in a piece of HTML can act on who looks at it."""
    found = [str(tag)[:200] for tag in shown.find_all(_NEVER)]
    for tag in shown.find_all(True):
        for name, value in tag.attrs.items():
            text = " ".join(value) if isinstance(value, list) else str(value)
            bare = "".join(character for character in text if character > " ").casefold()
            if (
                name.casefold().startswith("on")
                or name == "srcdoc"
                or (name.casefold() in _ADDRESSES and not _HARMLESS.match(bare))
                or (name == "style" and ("url(" in bare or "position" in bare or "expression" in bare))
                or (name == "class" and "mermaid" in bare)
            ):
                found.append(f"{name}={text[:200]} of {tag.name}")
    return found


def scripts(page: str) -> list[tuple[str, str]]:
    """Where each script of a page comes from, or what it is."""
    soup = BeautifulSoup(page, "html.parser")
    return [(str(script.get("src", "")), script.get_text()) for script in soup.find_all("script")]
