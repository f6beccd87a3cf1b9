"""The instructors' and the students' document, followed to the letter.

Every command of both is run, in order, in a copy of this tree, with nbgrader, a gradebook and an exchange of its own;
only the installation is left to the environment that runs the tests. Between what the instructor does stands what the
student does, as in a course.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from traitlets.config import Config

import autograder.checks

ROOT = Path(__file__).resolve().parent.parent
INSTRUCTORS = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
STUDENTS = (ROOT / "docs" / "students.md").read_text(encoding="utf-8")
ASSIGNMENT = "04-cnn-shapes"
CLASS = tuple(f"student-0{number}" for number in range(1, 6))

# One walk for all of them, so one worker does it. It takes a minute and a half; what the exchange and the exercise add
# takes as long again, and is left to `make test-long`.
pytestmark = pytest.mark.course


# --- what the documents say ---------------------------------------------------------------------------------

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(
    r"^\*(Locked|Solution|Test|Manually graded) cell `([\w-]+)`(?:, (\d+) points?)?:\*\n\n```\w+\n(.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_ROW = re.compile(r"^\| `(student-\d+)` \|[^|]*\| ([\d.]+) \|$", re.MULTILINE)


def blocks(text: str, *languages: str) -> list[str]:
    """The fenced blocks of a document in these languages."""
    return [block for language, block in _BLOCK.findall(text) if language in languages]


def commands(text: str) -> list[str]:
    """The blocks of commands."""
    return blocks(text, "console", "bash")


def section(text: str, title: str) -> str:
    """What stands under a heading, up to the next of its rank or a higher one."""
    # A comment in a block is no heading.
    plain = _BLOCK.sub(lambda block: " " * len(block[0]), text)
    rank, start = next((len(m[1]), m.end()) for m in re.finditer(r"^(#+) (.*)$", plain, re.MULTILINE) if m[2] == title)
    following = re.compile(rf"^#{{1,{rank}}} ", re.MULTILINE).search(plain, start)
    return text[start : following.start() if following else None]


INSTALL = section(INSTRUCTORS, "Install")
EXCHANGE = section(INSTRUCTORS, "With an exchange")
EXERCISE = section(INSTRUCTORS, "Writing an exercise of your own")
COURSE = INSTRUCTORS.replace(INSTALL, "").replace(EXCHANGE, "").replace(EXERCISE, "")


def exercise_of(text: str) -> Any:
    """The notebook that an instructor makes by following the section on exercises."""
    cells = []
    for kind, name, points, source in _CELL.findall(text):
        told: dict[str, Any] = {
            "grade_id": name,
            "schema_version": 3,
            "locked": kind in {"Locked", "Test"},
            "solution": kind in {"Solution", "Manually graded"},
            "grade": kind in {"Test", "Manually graded"},
            "task": False,
        }
        if points:
            told["points"] = int(points)
        new_cell = new_markdown_cell if kind == "Manually graded" else new_code_cell
        cells.append(new_cell(source.rstrip("\n"), metadata={"nbgrader": told}, id=name))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


# --- following them -----------------------------------------------------------------------------------------


@dataclass
class Walk:
    """A copy of the tree, and what came of the commands that were run in it."""

    course: Path
    home: Path
    said: dict[str, str] = field(default_factory=dict)
    """What each command wrote."""
    answers: dict[str, Any] = field(default_factory=dict)
    """What servers answered."""

    @property
    def desk(self) -> Path:
        """Where the student works."""
        return self.home / "work"

    @property
    def student(self) -> str:
        """The student's name on the exchange: that of whoever runs the tests."""
        return self.said["id -un\n"].strip()

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "PYTEST", "XDG"))}
        return {
            **kept,
            "HOME": str(self.home),
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
            "TF_CPP_MIN_LOG_LEVEL": "3",
        }

    def run(self, block: str, folder: Path) -> None:
        """Runs a block of commands as a terminal would, and fails if one of them does."""
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}"
        self.said[block] = done.stdout

    @contextmanager
    def serving(self, command: str, folder: Path) -> Iterator[Any]:
        """Starts a server of Jupyter's; gives a function that asks it for a path, and ends it."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        # What a terminal and a browser would do: no root in a test's container is asked, and no window opened.
        options = f"--no-browser --allow-root --ip=127.0.0.1 --port={port} --IdentityProvider.token=docs"
        log = self.home / "jupyter.log"
        with (
            log.open("w") as out,
            subprocess.Popen(
                ["bash", "-c", f"exec {command.strip()} {options}"],
                cwd=folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            ) as server,
        ):
            try:
                yield lambda path: _answer(f"http://127.0.0.1:{port}/{path}", server, log)
            finally:
                server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()
        self.said[command] = log.read_text(encoding="utf-8")


def _answer(url: str, server: subprocess.Popen[bytes], log: Path) -> Any:
    """What a server answers, once it does."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, headers={"Authorization": "token docs"})
    deadline = time.monotonic() + 90
    while True:
        try:
            with opener.open(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise AssertionError(f"{url}: {error.code}\n{log.read_text()}") from error
        except OSError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.3)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    return cloned(tmp_path_factory)


def cloned(tmp_path_factory: pytest.TempPathFactory) -> Walk:
    """A copy of what a clone has of this tree, and an empty home."""
    course = tmp_path_factory.mktemp("docs") / "keras-lesson"
    hidden = shutil.ignore_patterns(".*", "__pycache__", "my-exercise")
    for name in ("assignments", "solutions", "examples", "docs", "scripts"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, course / name, ignore=hidden)
    for name in ("nbgrader_config.py", "constraints.txt", "pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, course)
    walk = Walk(course, tmp_path_factory.mktemp("home"))
    walk.desk.mkdir()
    walk.run("id -un\n", course)
    return walk


@pytest.fixture(scope="module")
def walk(clone: Walk) -> Walk:
    """From the clone to the graded class, and on."""
    for block in commands(COURSE):
        if block.startswith("jupyter"):
            with clone.serving(block, clone.course) as ask:
                clone.answers["formgrader"] = ask("formgrader/api/assignments")
                clone.answers["submissions"] = ask(f"formgrader/api/submissions/{ASSIGNMENT}")
        else:
            clone.run(block, clone.course)
    return clone


@pytest.fixture(scope="module")
def exchange(walk: Walk) -> Walk:
    """The students' document beside the instructors' section on exchanges."""
    students = iter(commands(STUDENTS))
    for block in commands(EXCHANGE):
        if "nbgrader collect" in block:
            _work(walk, students)
        walk.run(block, walk.course)
    for block in students:
        walk.run(block, walk.desk)
    return walk


def _work(walk: Walk, students: Iterator[str]) -> None:
    """What the student does up to handing in: the answers are those of the example class's first student."""
    for block in students:
        if block.startswith("jupyter"):
            with walk.serving(block, walk.desk) as ask:
                walk.answers["lab"] = ask(f"api/contents/{ASSIGNMENT}")
            shutil.copyfile(
                walk.course / "examples" / "class" / f"student-01_{ASSIGNMENT}.ipynb",
                walk.desk / ASSIGNMENT / f"{ASSIGNMENT}.ipynb",
            )
            continue
        walk.run(block, walk.desk)
        if "nbgrader submit" in block:
            return


# --- a graded class of five ---------------------------------------------------------------------------------


def test_every_command_of_the_document_but_the_installation_is_run(walk: Walk) -> None:
    assert [block for block in commands(COURSE) if block not in walk.said] == []
    everywhere = [*commands(INSTALL), *commands(COURSE), *commands(EXCHANGE), *commands(EXERCISE)]
    assert sorted(commands(INSTRUCTORS)) == sorted(everywhere)
    # What is not run, because the environment of the tests is there already.
    assert commands(INSTALL) == [
        "python3 -m venv .venv\n"
        ".venv/bin/python -m pip install --constraint constraints.txt --editable .\n"
        "source .venv/bin/activate\n"
    ]


def test_the_grades_of_the_five_are_exported_and_are_those_of_the_document(walk: Walk) -> None:
    with (walk.course / "grades.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student_id"] for row in rows] == list(CLASS)
    assert {row["assignment"] for row in rows} == {ASSIGNMENT}
    assert {float(row["max_score"]) for row in rows} == {20}
    promised = {student: float(score) for student, score in _ROW.findall(INSTRUCTORS)}
    assert {row["student_id"]: round(float(row["score"]), 2) for row in rows} == promised
    assert promised == {CLASS[0]: 18, CLASS[1]: 15.5, CLASS[2]: 12, CLASS[3]: 17, CLASS[4]: 10.33}


def test_each_of_the_five_has_a_page_with_their_points_and_reasons(walk: Walk) -> None:
    reasons = {
        "student-01": "18,496 is right",
        "student-02": "the input channels are missing",
        "student-03": "“my_shapes” is not defined: the cell “fill-table” is not filled in yet",
        "student-04": "raised TypeError",
        "student-05": "this is the number of the network of “student-01”; the submission is filed under “student-05”",
    }
    pages = sorted((walk.course / "feedback").glob(f"student-*/{ASSIGNMENT}/{ASSIGNMENT}.html"))
    assert [page.parent.parent.name for page in pages] == list(CLASS)
    for page in pages:
        student = page.parent.parent.name
        assert reasons[student] in unescape(page.read_text(encoding="utf-8")), student


def test_a_deleted_test_cell_was_put_back_and_its_graded_notebook_says_so(walk: Walk) -> None:
    handed_in = nbformat.read(walk.course / f"submitted/student-04/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", as_version=4)
    graded = nbformat.read(walk.course / f"autograded/student-04/{ASSIGNMENT}/{ASSIGNMENT}.ipynb", as_version=4)
    deleted = "test-conv2d-parameters"
    assert deleted not in _grade_ids(handed_in)
    assert deleted in _grade_ids(graded)
    assert f"The cell “{deleted}” was missing and was put back." in graded.cells[0].source


def _grade_ids(notebook: Any) -> set[str]:
    return {cell.metadata.get("nbgrader", {}).get("grade_id", "") for cell in notebook.cells}


@pytest.fixture
def gradebook(walk: Walk) -> Iterator[Any]:
    with warnings.catch_warnings():
        # nbgrader's own.
        warnings.simplefilter("ignore")
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{walk.course / 'gradebook.db'}", "keras-lesson") as opened:
            yield opened


def test_the_comment_that_the_document_shows_is_the_comment_that_was_made(gradebook: Any) -> None:
    comment = gradebook.find_comment("fill-table", ASSIGNMENT, ASSIGNMENT, "student-02")
    lines = [line.removeprefix("    ") for line in comment.auto_comment.splitlines()]
    (shown,) = blocks(section(INSTRUCTORS, "Look at it, and grade by hand"), "text")
    assert "\n".join(lines) == shown.strip()
    # Students are shown the same check, without its name.
    assert shown.split("\n", 1)[1] in blocks(STUDENTS, "text")


def test_answers_in_words_wait_for_a_person_unless_they_were_left_as_they_were(gradebook: Any) -> None:
    waiting = {
        student: gradebook.find_grade("slides-question", ASSIGNMENT, ASSIGNMENT, student).needs_manual_grade
        for student in CLASS
    }
    assert waiting == dict.fromkeys(CLASS, True) | {"student-03": False}


def test_grading_again_gives_the_same_score(walk: Walk, gradebook: Any) -> None:
    assert any("--force" in block for block in walk.said)
    assert gradebook.find_submission(ASSIGNMENT, "student-02").score == 15.5


def test_the_formgrader_answers_and_shows_the_five(walk: Walk) -> None:
    (shown,) = (one for one in walk.answers["formgrader"] if one["name"] == ASSIGNMENT)
    assert shown["num_submissions"] == 5
    graded = {one["student"]: one["score"] for one in walk.answers["submissions"]}
    assert graded["student-02"] == 15.5
    assert all(one["autograded"] for one in walk.answers["submissions"])


def test_the_due_date_is_stored_in_universal_time(gradebook: Any) -> None:
    assert str(gradebook.find_assignment(ASSIGNMENT).duedate) == "2026-12-01 15:59:00"


# --- the README ---------------------------------------------------------------------------------------------


def test_every_command_of_the_readme_is_run(tmp_path_factory: pytest.TempPathFactory) -> None:
    walk = cloned(tmp_path_factory)
    for block in commands(README):
        # In the example class there is a notebook that needs a person, as in any class.
        walk.run(block.replace(" --report out\n", " --report out || test $? = 3\n"), walk.course)
    assert (walk.course / "out" / "class.html").exists()
    assert (walk.course / ".github" / "workflows" / "grade.yml").exists()
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^make (\w+) ", README, re.MULTILINE)
    assert targets == ["demo", "test"]
    assert all(f"\n{target}: " in make for target in targets)


# --- the student's side -------------------------------------------------------------------------------------


def test_every_command_of_the_students_document_is_run(exchange: Walk) -> None:
    assert [block for block in (*commands(STUDENTS), *commands(EXCHANGE)) if block not in exchange.said] == []


def test_the_student_gets_the_release_notebook_and_opens_it(exchange: Walk) -> None:
    assert [one["name"] for one in exchange.answers["lab"]["content"]] == [f"{ASSIGNMENT}.ipynb"]


def test_the_student_sees_the_points_of_all_checks_before_handing_in(exchange: Walk) -> None:
    (said,) = (text for block, text in exchange.said.items() if block.startswith("autograder check"))
    assert f"{ASSIGNMENT}: 18/20" in said
    assert "✗" not in said
    (said,) = (text for block, text in exchange.said.items() if block.startswith("nbgrader validate"))
    assert "Success! Your notebook passes all the tests." in said


def test_what_is_handed_in_is_collected_graded_and_comes_back(exchange: Walk, gradebook: Any) -> None:
    assert (exchange.course / "submitted" / exchange.student / ASSIGNMENT / f"{ASSIGNMENT}.ipynb").is_file()
    assert gradebook.find_submission(ASSIGNMENT, exchange.student).score == 18
    (page,) = (exchange.desk / ASSIGNMENT / "feedback").rglob(f"{ASSIGNMENT}.html")
    assert "18,496 is right" in unescape(page.read_text(encoding="utf-8"))


# --- the class, and an exercise of one's own ----------------------------------------------------------------


def test_the_class_is_what_its_script_makes(walk: Walk) -> None:
    walk.run("python scripts/make_class.py --check", walk.course)
    assert sorted(path.name for path in (ROOT / "examples" / "class").glob("*.ipynb")) == [
        f"{student}_{ASSIGNMENT}.ipynb" for student in CLASS
    ]


def test_the_exercise_shows_every_check() -> None:
    sources = "\n".join(cell.source for cell in exercise_of(EXERCISE).cells)
    checks = {name for name in autograder.checks.__all__ if name[0].isupper()}
    assert {name for name in checks if re.search(rf"\b{name}\(", sources)} == checks


def test_the_exercise_earns_full_marks_when_it_is_done_and_none_when_it_is_not(clone: Walk) -> None:
    notebook = exercise_of(EXERCISE)
    points = sum(cell.metadata.nbgrader.get("points", 0) for cell in notebook.cells)
    by_hand = sum(cell.metadata.nbgrader.get("points", 0) for cell in notebook.cells if cell.cell_type == "markdown")
    path = clone.course / "solutions" / "my-exercise" / "my-exercise.ipynb"
    path.parent.mkdir()
    nbformat.write(notebook, path)
    (block,) = commands(EXERCISE)
    clone.run(block, clone.course)
    said = clone.said.pop(block)
    assert f"solutions my-exercise: {points - by_hand}/{points} " in said
    assert f"assignments my-exercise: 0/{points} " in said
    released = (clone.course / "assignments" / "my-exercise" / "my-exercise.ipynb").read_text(encoding="utf-8")
    assert "SameArchitecture(" not in released
    assert "### BEGIN" not in released


# --- what else the documents say ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", [INSTRUCTORS, STUDENTS], ids=["instructors", "students"])
def test_every_link_leads_somewhere(text: str) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        linked = (ROOT / "docs" / file).read_text(encoding="utf-8") if file else text
        if anchor:
            headings = re.findall(r"^#+ (.*)$", linked, re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_section_for_students_is_in_both_languages() -> None:
    for part in re.split(r"^## ", STUDENTS, flags=re.MULTILINE):
        title, _, body = part.partition("\n")
        assert re.search(r"[\u4e00-\u9fff]", title)
        assert re.search(r"[\u4e00-\u9fff]{8}", body), title


def _configured(source: str) -> Config:
    config = Config()
    exec(source, {"get_config": lambda: config, "c": config})
    return config


def test_the_settings_that_the_document_names_are_settings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from nbgrader.coursedir import CourseDirectory
        from nbgrader.plugins import LateSubmissionPlugin

        from autograder.adapters.nbgrader import HoldExam

    known: Mapping[str, Any] = {one.__name__: one for one in (CourseDirectory, LateSubmissionPlugin, HoldExam)}
    snippets = blocks(section(INSTRUCTORS, "The rest of a course"), "python")
    assert len(snippets) == 5
    for snippet in snippets:
        made = _configured(snippet)
        assert made
        for owner, settings in made.items():
            if owner in known:
                # Configuring it checks the value.
                assert known[owner](config=made)
                assert set(settings) <= set(known[owner].class_trait_names(config=True))
    limits = _configured(next(snippet for snippet in snippets if "HoldExam" in snippet))
    defaults = SimpleNamespace(**HoldExam().trait_values())
    assert limits.HoldExam.cell_timeout == defaults.cell_timeout
    assert limits.HoldExam.notebook_timeout == defaults.notebook_timeout


@pytest.mark.parametrize(
    ("name", "student", "timestamp", "notebook"),
    [
        ("student-01_04-cnn-shapes.ipynb", "student-01", None, "04-cnn-shapes"),
        ("student-01_20261130T235900_04-cnn-shapes.ipynb", "student-01", "20261130T235900", "04-cnn-shapes"),
        ("王小明_part_2.ipynb", "王小明", None, "part_2"),
    ],
)
def test_the_name_of_a_file_says_whose_it_is(name: str, student: str, timestamp: str | None, notebook: str) -> None:
    config = _configured((ROOT / "nbgrader_config.py").read_text(encoding="utf-8"))
    found = re.match(config.FileNameCollectorPlugin.named_regexp, f"/a_b/downloaded/extracted/{name}")
    assert found is not None
    assert found.groupdict() == {"student_id": student, "timestamp": timestamp, "file_id": notebook}
