"""A course with something to steal, a student who attacks, and another who is graded after that.

Every attack is mounted for real: a notebook in a kernel, in the layer that runs here. Afterwards the scene
itself looks whether a secret came out, whether a file of the course changed, whether a process is left, and
whether the next student still gets full marks.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import json
import os
import secrets
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import psutil
from nbgrader.api import Gradebook

from autograder.exam import Grader, Limits, Submission
from autograder.exam.sitting import Sitting
from autograder.feedback import class_json
from autograder.report import ClassReport, SubmissionReport
from tests.exam import notebooks
from tests.exam.notebooks import answered, locked, notebook, solution
from tests.exam.notebooks import test as tests_cell

LIMITS = Limits(cell_seconds=60, call_seconds=10, crossing_seconds=20, output_bytes=200_000)
FULL = 5.0

_GONE_SECONDS = 10.0


class Secrets:
    """Texts that nobody may read: each stands in one place only."""

    def __init__(self) -> None:
        self.hidden_test = secrets.token_hex(16)
        self.gradebook = secrets.token_hex(16)
        self.environment = secrets.token_hex(16)
        self.other_submission = secrets.token_hex(16)
        self.network = secrets.token_hex(16)
        self.memory = secrets.token_hex(16)

    def found_in(self, text: str) -> list[str]:
        """Which of them stand in a text, in any common spelling."""
        spellings = {
            name: (value, value[::-1], value.encode().hex(), repr(list(value.encode()))[1:-1])
            for name, value in vars(self).items()
        }
        return [name for name, forms in spellings.items() if any(form in text for form in forms)]


@dataclass(frozen=True)
class Aftermath:
    """What came of an attack."""

    report: SubmissionReport
    sitting: Sitting | None
    """``None`` where the notebook was refused before anything of it ran."""
    seconds: float
    growth: int
    """Bytes of memory that the grader's own process took up meanwhile and still has."""

    @property
    def scores(self) -> dict[str, float]:
        """Points by test cell."""
        return {cell.grade_id: cell.score for cell in self.report.cells}

    @property
    def messages(self) -> dict[str, str]:
        """The first message of each test cell."""
        return {cell.grade_id: cell.outcomes[0].message if cell.outcomes else "" for cell in self.report.cells}

    @property
    def errors(self) -> dict[str, str]:
        """How cells failed, by grade_id."""
        return {error.grade_id: error.error for error in self.report.errors}

    @property
    def printed(self) -> str:
        """All text that the student's cells put out, as graders see it."""
        outputs = [] if self.sitting is None else [one for many in self.sitting.outputs.values() for one in many]
        return "\n".join(
            str(one.get("text") or one.get("evalue") or one.get("data", {}).get("text/plain")) for one in outputs
        )


class _Watched(Grader):
    """A grader that keeps what its last exam came to."""

    last: Sitting | None = None

    async def _sit(self, *arguments: Any) -> Sitting:
        self.last = None
        self.last = await super()._sit(*arguments)
        return self.last


class _Service(BaseHTTPRequestHandler):
    """What runs on an instructor's machine: a Jupyter server, or the metadata of a cloud."""

    secret = ""
    asked = 0

    def do_GET(self) -> None:
        type(self).asked += 1
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.secret.encode())

    def log_message(self, *_arguments: Any) -> None:
        """Says nothing."""


class Scene:
    """The course, its grader, and what an attacker may know of both."""

    def __init__(self, runner: asyncio.Runner, grader: Grader, root: Path) -> None:
        self.secrets = Secrets()
        self.root = root
        self._run = runner.run
        self._grader = grader
        # After the honest one.
        self._numbers = itertools.count(101)
        # Whoever may read the file system may read this: what keeps it is the sandbox, and not its permissions.
        for folder in (root, *root.parents):
            if folder.stat().st_uid == os.getuid() and str(folder) != "/":
                folder.chmod(folder.stat().st_mode | 0o055)
        self.source = notebook(
            locked("setup", "K = 3"),
            solution("a", "x = 2"),
            tests_cell(
                "test-a",
                2,
                f"assert x == 2\n### BEGIN HIDDEN TESTS\nassert x * K == 6, '{self.secrets.hidden_test}'[:0]\n"
                "### END HIDDEN TESTS",
            ),
            solution("b", "def double(n):\n    return 2 * n"),
            tests_cell(
                "test-b",
                3,
                "assert double(3) == 6\n### BEGIN HIDDEN TESTS\nimport random\n"
                "n = random.randrange(10**9)\nassert double(n) == 2 * n\n### END HIDDEN TESTS",
            ),
        )
        self._source_path = notebooks.write(self.source, root / "solutions" / "tiny" / "tiny.ipynb")
        self.other = notebooks.write(
            answered(self.source, {"a": f"x = 2  # {self.secrets.other_submission}"}),
            root / "submitted" / "student-99" / "tiny" / "tiny.ipynb",
        )
        self.gradebook = root / "gradebook.db"
        # nbgrader starts alembic by its bare name.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        with Gradebook(f"sqlite:///{self.gradebook}") as gradebook:
            gradebook.add_student("student-99", first_name=self.secrets.gradebook)
            gradebook.add_assignment("tiny")
        self._token = os.environ.get("GITHUB_TOKEN")
        os.environ["GITHUB_TOKEN"] = self.secrets.environment
        # Only this process's memory has it.
        self._in_memory = bytearray(self.secrets.memory.encode())
        service = type("Service", (_Service,), {"secret": self.secrets.network})
        self._server = HTTPServer(("127.0.0.1", 0), service)
        self._service = service
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Ends what the scene started."""
        self._server.shutdown()
        self._server.server_close()
        # Another scene may be open around this one.
        del os.environ["GITHUB_TOKEN"]
        if self._token is not None:
            os.environ["GITHUB_TOKEN"] = self._token

    @property
    def port(self) -> int:
        """Of a service on the grader's machine."""
        return self._server.server_port

    @property
    def times_asked(self) -> int:
        """How often that service was reached."""
        return int(self._service.asked)

    def attack(
        self,
        a: str = "x = 2",
        b: str = "def double(n):\n    return 2 * n",
        *more: Any,
        files: Mapping[str, bytes] | None = None,
        **limits: Any,
    ) -> Aftermath:
        """Hands in a notebook with these answers and cells, and files beside it."""
        return self.hand_in(answered(self.source, {"a": a, "b": b}, *more), files, **limits)

    def hand_in(
        self, handed_in: Any, files: Mapping[str, bytes] | None = None, source: Path | None = None, **limits: Any
    ) -> Aftermath:
        """Hands in a notebook, or the bytes of a file; grades it; looks what became of everything else."""
        student = f"student-{next(self._numbers)}"
        path = self.root / "submitted" / student / "tiny" / "tiny.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(handed_in if isinstance(handed_in, bytes) else notebooks.as_bytes(handed_in))
        for name, content in (files or {}).items():
            (path.parent / name).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / name).write_bytes(content)
        return self.graded(path, source, **limits)

    def graded(self, path: Path, source: Path | None = None, **limits: Any) -> Aftermath:
        """Grades what was handed in at ``path``, and looks what became of everything else.

        ``source`` is another exercise's source notebook, for what the scene's own does not ask for.
        """
        submission = Submission(
            student=path.parent.parent.name,
            assignment="tiny",
            path=path,
            source=source or self._source_path,
            files=path.parent,
        )
        before, tree, memory = _processes(), self._fingerprints(), psutil.Process().memory_info().rss
        began = time.monotonic()
        aftermath = self._grade(submission, **limits)
        result = replace(
            aftermath, seconds=time.monotonic() - began, growth=psutil.Process().memory_info().rss - memory
        )
        told = class_json(ClassReport(submissions=(result.report,))) + result.printed + repr(result.sitting)
        assert self.secrets.found_in(told) == []
        assert self._fingerprints() == tree
        self._wait_until_gone(before)
        honest = self._honest()
        assert honest.score == FULL, honest
        return result

    def next_student(self) -> float | None:
        """What an honest submission gets now."""
        return self._honest().score

    def _honest(self) -> SubmissionReport:
        submission = Submission(
            student="student-99",
            assignment="tiny",
            path=self.other,
            source=self._source_path,
            files=self.other.parent,
        )
        return self._grade(submission).report

    def _grade(self, submission: Submission, **limits: Any) -> Aftermath:
        grader = _Watched(self._grader.layer, replace(LIMITS, **limits))
        # The same examiner for all, as in a class.
        grader.share(self._grader)
        report = self._run(grader.grade(submission))
        return Aftermath(report, grader.last, 0.0, 0)

    def _fingerprints(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_symlink() and path.stat().st_size < 100_000_000
        }

    def _wait_until_gone(self, before: set[tuple[int, float]]) -> None:
        """Nothing that the attack started may be left: neither below this process nor anywhere else."""
        deadline = time.monotonic() + _GONE_SECONDS
        left: list[str] = ["?"]
        while left and time.monotonic() < deadline:
            left = self._left(before)
            if left:
                time.sleep(0.1)
        assert left == []

    def _left(self, before: set[tuple[int, float]]) -> list[str]:
        sandbox = self._grader._examiners[0]._sandbox
        # An examiner may have been started anew for the attack.
        examiner = set() if sandbox is None or sandbox.pid is None else _tree(sandbox.pid)
        mine = _tree(os.getpid())
        # What students' kernels are forked from stays for the next; what it had forked must be gone.
        warm = self._grader.invigilator.warm.values()
        parents = {pid for one in warm if one.pid for pid in _with_children(one.pid)}
        new = {pid for pid, _began in _processes() - before} - examiner - parents
        return [_named(pid) for pid in new if pid in mine or _is_orphan_of_a_student(pid)]


def _is_orphan_of_a_student(pid: int) -> bool:
    """Whether somebody left it behind who has the identity that students have here."""
    try:
        process = psutil.Process(pid)
        mine = process.uids().real == os.getuid() != 0
        return process.ppid() == 1 and (mine or 61_184 <= process.uids().real < 65_184)
    except psutil.Error:
        return False


def _processes() -> set[tuple[int, float]]:
    found = set()
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.ppid() != 2:
                found.add((process.pid, process.create_time()))
        except psutil.Error:
            continue
    return found


def _tree(pid: int) -> set[int]:
    try:
        return {pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))}
    except psutil.Error:
        return {pid}


def _with_children(pid: int) -> set[int]:
    try:
        return {pid, *(child.pid for child in psutil.Process(pid).children())}
    except psutil.Error:
        return {pid}


def _named(pid: int) -> str:
    try:
        return f"{pid} {' '.join(psutil.Process(pid).cmdline())[:200]}"
    except psutil.Error:
        return str(pid)


def as_json(tree: Any) -> bytes:
    """A notebook, as a file."""
    return json.dumps(tree).encode()
