"""A course from its first release to its export, by nbgrader's own commands, with the students that courses have.

The whole term is held once (:class:`Term`); each test looks at what came of one thing.
"""

from __future__ import annotations

import base64
import copy
import csv
import json
import re
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from tests.adapters.course import (
    Formgrader,
    Grade,
    Nbgrader,
    comments,
    grades,
    live_parts,
    notebook_of,
    points,
    postgresql,
    preformatted,
    scripts,
    sqlite,
)
from tests.exam.notebooks import code, locked, notebook, solution, write
from tests.exam.notebooks import test as graded_by

pytestmark = pytest.mark.course

ROOT = Path(__file__).resolve().parent.parent.parent
CNN = "04-cnn-shapes"
COURSE = "keras-lesson"

TOOLS = "def double(number):\n    return 2 * number\n"
LATE_POLICY = """
from nbgrader.plugins import LateSubmissionPlugin


class PointsADay(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return 1.25 * round(total_seconds_late / 86_400)
"""


def _written(grade_id: str, text: str, **role: Any) -> Any:
    cell = new_markdown_cell(text)
    standard = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3}
    cell.metadata["nbgrader"] = {**standard, "grade_id": grade_id, **role}
    return cell


SUMS = notebook(
    new_markdown_cell("# Sums"),
    locked(
        "read-numbers",
        """
        from tools import double

        with open("numbers.txt") as lines:
            numbers = [int(line) for line in lines]
        """,
    ),
    solution(
        "write-total",
        """
        def total(values):
            ### BEGIN SOLUTION
            return sum(values)
            ### END SOLUTION
        """,
    ),
    graded_by(
        "test-total",
        2,
        """
        assert total([1, 2]) == 3, "1 + 2 is 3"
        ### BEGIN HIDDEN TESTS
        assert double(total(numbers)) == 120
        ### END HIDDEN TESTS
        """,
    ),
    solution(
        "make-doubled",
        """
        ### BEGIN SOLUTION
        doubled = [double(number) for number in numbers]
        ### END SOLUTION
        """,
    ),
    graded_by("test-doubled", 1, "assert doubled == [double(number) for number in numbers]"),
    solution(
        "write-half",
        """
        def half(number):
            ### BEGIN SOLUTION
            return number / 2
            ### END SOLUTION
        """,
    ),
    graded_by(
        "test-half",
        4,
        """
        right = 0
        for number, expected in [(2, 1), (10, 5), (3, 1.5), (0, 0)]:
            right += half(number) == expected
        right
        """,
    ),
    graded_by(
        "test-noise",
        1,
        """
        import sys
        import warnings

        print("a test may say something", file=sys.stderr)
        warnings.warn("a test may warn")
        assert total([4]) == 4
        """,
    ),
    graded_by("test-words", 1, 'assert total([4]) == 4\n"well done"'),
    graded_by("test-broken", 1, "from tools import trebble\n\nassert trebble(total([1])) == 3"),
    graded_by("test-typo", 1, "assert total(nunbers) == 60"),
    _written("explain", "Why is this so?", grade=True, solution=True, points=3),
    _written("draw", "Draw a picture of it.", task=True, locked=True, points=2),
)
OWN_FAULTS = ("sums/test-noise", "sums/test-broken", "sums/test-typo")
"""Cells that plain nbgrader gives no points for, whatever was handed in."""

WORDS = notebook(
    solution(
        "count-letters",
        """
        ### BEGIN SOLUTION
        lengths = [3, 5, 4]
        ### END SOLUTION
        """,
    ),
    graded_by(
        "test-lengths",
        3,
        """
        from autograder import Answer, grade

        grade(lengths, Answer([3, 5, 4], points=3))
        """,
    ),
)

RIGHT = {
    "write-total": "def total(values):\n    return sum(values)",
    "make-doubled": "doubled = [double(number) for number in numbers]",
    "write-half": "def half(number):\n    return number / 2",
    "explain": "Because it is.",
    "count-letters": "lengths = [len(word) for word in ('red', 'green', 'blue')]",
}
STUDENT_02 = {
    **RIGHT,
    # What a cell writes and warns of is no mistake.
    "write-total": """
        import sys
        import warnings

        print("to stderr", file=sys.stderr)
        warnings.warn("careful")

        def total(values):
            return sum(values)
        """,
    # His own copy of the instructor's module says so.
    "make-doubled": "doubled = [0, 0, 0]",
    "write-half": "def half(number):\n    return number // 2",
    "count-letters": "lengths = [3, 5, 5]",
}

STUDENT_09 = {
    **RIGHT,
    "write-total": """
        import sys
        import warnings

        def total(values):
            print("summing", file=sys.stderr)
            warnings.warn("summing")
            return sum(values)
        """,
}

PNG = base64.b64encode(
    bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
        "0000000049454e44ae426082"
    )
).decode()
SVG = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(\'x\')"><script>alert("x")</script></svg>'
QUOTES = "\"'><script>alert('x')</script>"

STUDENT_05 = {
    **RIGHT,
    "make-doubled": """
        doubled = [double(number) for number in numbers]
        raise ValueError("<img src=x onerror=alert('x')>")
        """,
    "write-half": """
        def half(number):
            raise ValueError("<img src=x onerror=alert('x')> in an error")
        """,
    "explain": f"""
My answer **is here**.

<script>alert("x")</script>
<img src="x" onerror="alert('x')">
<svg onload="alert('x')"><a xlink:href="javascript:alert('x')">x</a></svg>
<iframe srcdoc="<script>alert('x')</script>"></iframe>
<object data="javascript:alert('x')"></object><embed src="javascript:alert('x')">
<form action="javascript:alert('x')"><button formaction="javascript:alert('x')">send</button></form>
<style>body {{ display: none }}</style><base href="https://example.org/"><meta http-equiv="refresh" content="0">
<link rel="stylesheet" href="https://example.org/x.css">
<a href="java&#x0A;script:alert('x')">tabbed</a>
<a href="data:text/html;base64,PHNjcmlwdD4=">data</a>
<math><mtext><table><mglyph><style><img src=x onerror=alert('x')></style></mglyph></table></mtext></math>
<div style="position: fixed; background: url(javascript:alert(1))" onclick="alert('x')" id="statusmessage">over</div>
<textarea></textarea><img src="https://example.org/who-reads-this.png">

[click](javascript:alert('x')) ![genuine](attachment:tiny.png)
[{QUOTES}](https://example.org/{QUOTES})

```mermaid
graph TD; A-->B; click A "javascript:alert('x')"
```

$\\href{{javascript:alert('x')}}{{x}}$
""",
}
EVES_ATTACHMENTS = {
    "evil.svg": {"image/svg+xml": base64.b64encode(SVG.encode()).decode()},
    "tiny.png": {"image/png": PNG},
    QUOTES: {"image/png": PNG},
    "not-a.png": {"image/png": base64.b64encode(SVG.encode()).decode()},
}
EVES_OUTPUTS = f"""
import sys
from IPython.display import HTML, SVG, IFrame, Javascript, Markdown, display

svg = {SVG!r}
display(HTML("<img src=x onerror=alert('x')>"), Javascript("alert('x')"), SVG(svg))
display(IFrame("javascript:alert('x')", 10, 10), Markdown("<script>alert('x')</script>"))
for kind in ("text/html", "image/svg+xml", "text/latex", "text/markdown", "application/javascript"):
    display({{kind: svg, "text/plain": f"{{kind}} <b>as text</b>"}}, raw=True)
display({{"image/png": {base64.b64encode(SVG.encode()).decode()!r}, "text/plain": "no picture"}}, raw=True)
widget = {{"model_id": "1", "version_major": 2, "version_minor": 0}}
display({{"application/vnd.jupyter.widget-view+json": widget, "text/plain": "a widget"}}, raw=True)
display({{"image/png": {PNG!r}, "text/plain": "<a tiny picture>"}}, raw=True)
print("\\x1b[31m<script>alert('x')</script>\\x1b[0m <b>printed</b>")
print("<script>alert('x')</script>", file=sys.stderr)
"""


def _student_05(tree: Any) -> None:
    """What else of her notebook would like to be alive: metadata, names, raw cells, and outputs that she stored."""
    for cell in tree["cells"]:
        cell["metadata"] |= {"tags": [QUOTES, "remove-cell"], "name": QUOTES}
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "explain":
            cell["attachments"] = EVES_ATTACHMENTS
    shown = new_code_cell(EVES_OUTPUTS, metadata={"tags": [QUOTES], "name": QUOTES})
    stored = new_code_cell("1 + 1", outputs=[new_output("display_data", data={"text/html": SVG, "image/svg+xml": SVG})])
    named = code("named = 1", grade_id=QUOTES, solution=True)
    raw = new_raw_cell(f"RAW {SVG}", metadata={"raw_mimetype": "text/html", "format": "text/html"})
    tree["cells"] += [shown, stored, named, raw, new_markdown_cell(f"{SVG} <b>bold</b>")]
    tree["metadata"] |= {
        "title": QUOTES,
        "authors": [{"name": QUOTES}],
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"1": {"model_name": QUOTES}}}},
        "kernelspec": {"name": QUOTES, "display_name": QUOTES, "language": QUOTES},
        "language_info": {"name": QUOTES, "pygments_lexer": QUOTES},
    }


def _student_09(tree: Any) -> None:
    """A cell of her own that stops, and a picture that a browser could run: none of it is her answer."""
    drawn = new_markdown_cell("This is ![drawn](attachment:evil.svg), and ![lost](attachment:lost.png).")
    drawn["attachments"] = {"evil.svg": EVES_ATTACHMENTS["evil.svg"]}
    tree["cells"] += [new_code_cell("1 / 0"), drawn]


def _student_04(tree: Any) -> None:
    """Cells that he deleted, doubled and edited, and flags that he flipped."""
    cells = {cell["metadata"]["nbgrader"]["grade_id"]: cell for cell in tree["cells"] if "nbgrader" in cell["metadata"]}
    tree["cells"].remove(cells["test-half"])
    again = copy.deepcopy([cells["make-doubled"], cells["test-total"]])
    again[0]["source"], again[1]["source"] = "mine = 1", "pass"
    for cell in again:
        cell.pop("id", None)
    tree["cells"] += again
    cells["test-doubled"]["source"] = "pass"
    cells["make-doubled"]["source"] = "doubled = []"
    cells["write-half"]["metadata"]["nbgrader"] |= {"solution": False, "grade": True, "locked": True, "points": 50}
    cells["test-total"]["metadata"]["nbgrader"] |= {"solution": True, "grade": False, "locked": False, "points": 100}
    del cells["test-words"]["metadata"]["nbgrader"]["schema_version"]
    cells["draw"]["metadata"]["nbgrader"]["task"] = False


def _fill_in(path: Path, answers: Mapping[str, str], change: Callable[[Any], None] | None = None) -> None:
    """Writes answers into the solution cells of a notebook that was handed out."""
    tree = json.loads(path.read_text())
    for cell in tree["cells"]:
        role = cell["metadata"].get("nbgrader", {})
        if role.get("solution") and role["grade_id"] in answers:
            cell["source"] = dedent(answers[role["grade_id"]]).strip()
    if change is not None:
        change(tree)
    path.write_text(json.dumps(tree))


def _reference_answers() -> dict[str, str]:
    """The solutions of the assignment on shapes, as its source has them."""
    tree = json.loads((ROOT / "solutions" / CNN / f"{CNN}.ipynb").read_text())
    return {
        cell["metadata"]["nbgrader"]["grade_id"]: "".join(cell["source"])
        for cell in tree["cells"]
        if cell["metadata"].get("nbgrader", {}).get("solution")
    }


@dataclass
class Term:
    """A course's term: its folders, and what was written, graded and shown on the way."""

    folder: Path
    run: Nbgrader
    written: dict[str, str] = field(default_factory=dict)
    """What each command wrote, by what it was for."""
    codes: dict[str, int] = field(default_factory=dict)
    """What each ended with."""
    graded: dict[str, dict[str, Grade]] = field(default_factory=dict)
    """After the first autograding of the small assignment: student → cell → grade."""
    told: dict[str, dict[str, str | None]] = field(default_factory=dict)
    regraded: dict[str, dict[str, Grade]] = field(default_factory=dict)
    """After a manual grade, one re-grading and one resubmission."""
    shapes: dict[str, tuple[dict[str, Grade], dict[str, str | None]]] = field(default_factory=dict)
    """Of the assignment on shapes: student → grades and comments."""
    pages: dict[str, str] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    """What the formgrader's REST API answered."""

    @cached_property
    def course(self) -> Path:
        return self.folder / "course"

    @cached_property
    def exchange(self) -> Path:
        return self.folder / "exchange"

    def home(self, student: str) -> Path:
        return self.folder / "students" / student

    def give(self, what: str, *arguments: str, folder: Path | None = None) -> None:
        self.written[what] = self.run(folder or self.course, *arguments, code=None)
        self.codes[what] = self.run.code

    def set_up(self, course: Path, *, walled: bool = True, database: str = "") -> None:
        """A course of this repository's configuration, or of the same without our preprocessors."""
        (course / "solutions").mkdir(parents=True)
        shutil.copytree(ROOT / "solutions" / CNN, course / "solutions" / CNN)
        small = course / "solutions" / "small"
        for name, tree in (("sums", SUMS), ("words", WORDS)):
            tree = copy.deepcopy(tree)
            tree.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
            write(tree, small / f"{name}.ipynb")
        (small / "tools.py").write_text(TOOLS)
        (small / "numbers.txt").write_text("10\n20\n30\n")
        (course / "late_policy.py").write_text(LATE_POLICY)
        config = (ROOT / "nbgrader_config.py").read_text()
        if not walled:
            config = config.replace("\nconfigure(c)\n", "\n")
        mailed = r".*/(?P<student_id>[a-z0-9-]+)_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"
        extra = f"""
            c.Exchange.root = {str(self.exchange)!r}
            c.ExchangeCollect.check_owner = False
            c.AssignLatePenalties.plugin_class = "late_policy.PointsADay"
            c.FileNameCollectorPlugin.named_regexp = {mailed!r}
            """
        if database:
            extra += f"""
            c.CourseDirectory.db_url = {database!r}
            """
        (course / "nbgrader_config.py").write_text(f"{config}\n{dedent(extra)}")

    def hold(self) -> None:
        """The whole term."""
        self.exchange.mkdir()
        self.exchange.chmod(0o777)
        self.set_up(self.course)
        for assignment in ("small", CNN):
            self.give(f"generate {assignment}", "generate_assignment", assignment)
            self.give(f"release {assignment}", "release_assignment", assignment)
        self.give("due", "db", "assignment", "add", "small", "--duedate=2098-12-31 00:00:00 UTC")
        self._work_of_students()
        self.give("collect", "collect", "small")
        self.give("collect CNN", "collect", CNN)
        self._mail()
        self.give("zip_collect", "zip_collect", "small")
        # Before some of them hand in once more.
        shutil.copytree(self.course / "submitted", self.folder / "submitted")
        self.give("autograde", "autograde", "small")
        self.graded = grades(sqlite(self.course), "small")
        self.told = {student: comments(sqlite(self.course), "small", student) for student in self.graded}
        self.give("autograde CNN", "autograde", CNN)
        with Formgrader(self.course, self.folder / "formgrader") as formgrader:
            self._manual_grading(formgrader)
            self.give("autograde again", "autograde", "small", "--student=student-01", "--notebook=sums", "--force")
            self._resubmission(formgrader)
        self.regraded = grades(sqlite(self.course), "small")
        self.shapes = {
            student: (found, comments(sqlite(self.course), CNN, student))
            for student, found in grades(sqlite(self.course), CNN).items()
        }
        self._feedback()
        self.give("export", "export", "--to=grades.csv")

    def _work_of_students(self) -> None:
        for student in ("student-01", "student-02", "student-04", "student-05"):
            home = self.home(student)
            home.mkdir(parents=True)
            (home / "nbgrader_config.py").write_text(
                dedent(
                    f"""
                    c = get_config()
                    c.CourseDirectory.course_id = {COURSE!r}
                    c.Exchange.root = {str(self.exchange)!r}
                    c.Exchange.cache = {str(home / "cache")!r}
                    """
                )
            )
            self.give(f"fetch {student}", "fetch_assignment", "small", folder=home)
        self.give("list", "list", folder=self.home("student-01"))
        _fill_in(self.home("student-01") / "small" / "sums.ipynb", RIGHT)
        self.give("validate wrong", "validate", "small/words.ipynb", folder=self.home("student-01"))
        _fill_in(self.home("student-01") / "small" / "words.ipynb", RIGHT)
        self.give("validate right", "validate", "small/words.ipynb", folder=self.home("student-01"))
        _fill_in(self.home("student-02") / "small" / "sums.ipynb", STUDENT_02)
        _fill_in(self.home("student-02") / "small" / "words.ipynb", STUDENT_02)
        tools = self.home("student-02") / "small" / "tools.py"
        tools.chmod(0o644)
        tools.write_text("def double(number):\n    return 0\n")
        _fill_in(self.home("student-04") / "small" / "sums.ipynb", RIGHT, _student_04)
        _fill_in(self.home("student-05") / "small" / "sums.ipynb", STUDENT_05, _student_05)
        for student in ("student-04", "student-05"):
            (self.home(student) / "small" / "words.ipynb").unlink()
        for student in ("student-01", "student-02", "student-04", "student-05"):
            self.give(f"submit {student}", "submit", "small", f"--student={student}", folder=self.home(student))
        for student in ("student-01", "student-02"):
            home = self.home(student)
            self.give(f"fetch {student} CNN", "fetch_assignment", CNN, folder=home)
            answers = _reference_answers()
            if student == "student-02":
                # He works out another student's numbers.
                other = 'import os\n\nos.environ["AUTOGRADER_STUDENT"] = my_name = "student-01"'
                answers["write-name"] = other
            _fill_in(home / CNN / f"{CNN}.ipynb", answers)
            self.give(f"submit {student} CNN", "submit", CNN, f"--student={student}", folder=home)

    def _mail(self) -> None:
        """What came by another way than the exchange, as a learning platform gives it out."""
        released = self.course / "assignments" / "small" / "sums.ipynb"
        work = self.folder / "mail"
        work.mkdir()
        for name, answers in {
            "student-03_2099-01-02_sums": RIGHT,
            "student-08_2026-01-02_sums": {**RIGHT, "write-total": "import os\n\nos._exit(1)"},
            "student-09_2026-01-02_sums": STUDENT_09,
        }.items():
            shutil.copy(released, work / f"{name}.ipynb")
            _fill_in(work / f"{name}.ipynb", answers, _student_09 if name.startswith("student-09") else None)
        (work / "student-06_2026-01-02_sums.ipynb").write_text("This is what I wrote, in a word processor.")
        another = notebook(solution("another-task", "total = sum"))
        write(another, work / "student-10_2026-01-02_sums.ipynb")
        another.cells += [new_code_cell("total([1])") for _ in SUMS.cells]
        write(another, work / "student-07_2026-01-02_sums.ipynb")
        archive = self.course / "downloaded" / "small" / "archive"
        archive.mkdir(parents=True)
        with zipfile.ZipFile(archive / "submissions.zip", "w") as packed:
            for path in sorted(work.iterdir()):
                packed.write(path, path.name)

    def _manual_grading(self, formgrader: Formgrader) -> None:
        for page in (
            "manage_assignments",
            "manage_submissions/small",
            "gradebook",
            "gradebook/small",
            "gradebook/small/sums",
            "manage_students",
            "manage_students/student-01",
            "manage_students/student-01/small",
        ):
            self.pages[page] = formgrader.page(page)
        self.answers["assignments"] = formgrader.get("assignments")
        self.answers["submissions"] = formgrader.get("submissions/small")
        for submission in formgrader.get("submitted_notebooks/small/sums"):
            self.pages[submission["student"]] = formgrader.page(f"submissions/{submission['id']}/")
            if submission["student"] != "student-01":
                continue
            own = f"submission_id={submission['id']}"
            grade = next(one for one in formgrader.get(f"grades?{own}") if one["name"] == "explain")
            self.answers["grade"] = formgrader.put(f"grade/{grade['id']}", {"manual_score": 2.5, "extra_credit": 0.25})
            comment = next(one for one in formgrader.get(f"comments?{own}") if one["name"] == "explain")
            self.answers["comment"] = formgrader.put(f"comment/{comment['id']}", {"manual_comment": "Well **said**."})

    def _resubmission(self, formgrader: Formgrader) -> None:
        home = self.home("student-02")
        _fill_in(home / "small" / "sums.ipynb", {"write-half": RIGHT["write-half"]})
        self.give("submit student-02 again", "submit", "small", "--student=student-02", folder=home)
        self.give("collect again", "collect", "small", "--update")
        self.answers["autograde"] = formgrader.post("submission/small/student-02/autograde")

    def _feedback(self) -> None:
        self.give("generate_feedback", "generate_feedback", "small")
        # What came by mail has no secret that the exchange could give its feedback out by.
        mailed = (
            "--CourseDirectory.student_id_exclude=student-03,student-06,student-07,student-08,student-09,student-10"
        )
        self.give("release_feedback", "release_feedback", "small", mailed)
        for student in ("student-01", "student-05"):
            home = self.home(student)
            self.give(f"fetch_feedback {student}", "fetch_feedback", "small", f"--student={student}", folder=home)

    def graded_again(self, course: Path, *students: str, walled: bool = True, database: str = "") -> str:
        """The address of a gradebook of the same submissions, as they first were, in another course."""
        self.set_up(course, walled=walled, database=database)
        given = [
            (student, folder.name)
            for student in students
            for folder in sorted((self.folder / "submitted" / student).iterdir())
            if not (student == "student-02" and folder.name == CNN)
        ]
        for assignment in sorted({assignment for _, assignment in given}):
            self.run(course, "generate_assignment", assignment)
        self.run(course, "db", "assignment", "add", "small", "--duedate=2098-12-31 00:00:00 UTC")
        for student, assignment in given:
            shutil.copytree(
                self.folder / "submitted" / student / assignment, course / "submitted" / student / assignment
            )
        for assignment in sorted({assignment for _, assignment in given}):
            self.run(course, "autograde", assignment)
        return database or sqlite(course)

    def feedback(self, student: str) -> str:
        """The page that the instructor has generated."""
        return (self.course / "feedback" / student / "small" / "sums.html").read_text()


@pytest.fixture(scope="module")
def term(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    folder = tmp_path_factory.mktemp("term")
    with Nbgrader(folder / "home") as run:
        term = Term(folder, run)
        term.hold()
        yield term


ALL = {
    "sums/test-total": 2,
    "sums/test-doubled": 1,
    "sums/test-half": 4,
    "sums/test-noise": 1,
    "sums/test-words": 1,
    "sums/test-broken": 1,
    "sums/explain": None,
    "sums/draw": None,
    "words/test-lengths": 3,
}
"""Who has everything right: what the autograder gives."""

BROKEN = (
    "test-broken",
    "! The instructor's test: needs a person (1 of 1)",
    "    This test could not be carried out, which is not your fault: the points are given for now, and your instructor"
    " is asked to look.",
    "1 of 1 points",
)
"""What everyone is told whose notebook meets the broken test."""


def _scores(found: Mapping[str, Grade]) -> dict[str, float | None]:
    """What the autograder gave, but for the test cell that has a test of its own."""
    return {name: score for name, score in points(found).items() if name != "sums/test-typo"}


def test_every_command_ends_as_it_should(term: Term) -> None:
    # One notebook is not JSON: whoever runs the command is told so by its end too.
    failed = {"autograde": 1}
    assert {what: code for what, code in term.codes.items() if code != failed.get(what, 0)} == {}


def test_a_student_sees_what_is_released_and_what_is_fetched(term: Term) -> None:
    told = [line.partition("| INFO] ")[2] for line in term.written["list"].splitlines()]
    assert told == ["Released assignments:", f"{COURSE} {CNN}", f"{COURSE} small (already downloaded)"]


def test_validate_tells_a_student_whether_the_visible_tests_pass(term: Term) -> None:
    assert "VALIDATION FAILED ON 1 CELL(S)!" in term.written["validate wrong"]
    assert "NameError: name 'lengths' is not defined" in term.written["validate wrong"]
    assert term.written["validate right"].splitlines()[-1] == "Success! Your notebook passes all the tests."


def test_right_answers_get_every_point_that_no_person_gives(term: Term) -> None:
    assert _scores(term.graded["student-01"]) == ALL


def test_a_number_and_a_report_give_partial_credit_with_the_reason(term: Term) -> None:
    assert _scores(term.graded["student-02"]) == {
        **ALL,
        "sums/test-half": 3,
        "words/test-lengths": 2,
        "sums/test-doubled": 0,
    }
    assert term.told["student-02"]["sums/write-half"] == preformatted(
        "test-half",
        "◐ The instructor's test: partly right (3 of 4)",
        "    The test gives 3 of 4 points.",
        "3 of 4 points",
    )
    assert term.told["student-02"]["words/count-letters"] == preformatted(
        "test-lengths",
        "◐ Your answer: partly right (2 of 3)",
        "    entry 3: 5 is not right.",
        "2 of 3 points",
    )


def test_a_changed_copy_of_the_instructors_module_gains_nothing(term: Term) -> None:
    assert term.graded["student-02"]["sums/test-doubled"] == Grade(0, 1, False)
    assert term.told["student-02"]["sums/make-doubled"] == preformatted(
        "test-doubled",
        "✗ The instructor's test: wrong (0 of 1)",
        "    This does not hold: doubled == [double(number) for number in numbers]",
        "0 of 1 points",
    )


def test_manually_graded_answers_and_tasks_wait_for_a_person(term: Term) -> None:
    assert term.graded["student-01"]["sums/explain"] == Grade(None, 3, True)
    assert term.graded["student-01"]["sums/draw"] == Grade(None, 2, True)


@pytest.mark.parametrize(
    "student", ["student-01", "student-02", "student-03", "student-04", "student-05", "student-09"]
)
def test_a_test_that_is_broken_gives_its_points_for_now_and_asks_for_a_person(term: Term, student: str) -> None:
    assert term.graded[student]["sums/test-broken"] == Grade(1, 1, True)
    told = term.told[student]["sums/write-total"] or ""
    assert told.startswith(preformatted(*BROKEN))


def test_a_name_in_a_test_that_nobody_is_to_define_is_the_authors_slip(term: Term) -> None:
    assert term.graded["student-01"]["sums/test-typo"] == Grade(1, 1, True)


def test_output_on_stderr_and_warnings_change_no_score(term: Term) -> None:
    # In the test cell's own code, in a student's cell, and in a function that the test calls.
    assert [term.graded[student]["sums/test-noise"] for student in ("student-01", "student-02", "student-09")] == [
        Grade(1, 1, False)
    ] * 3
    assert term.graded["student-09"]["sums/test-total"] == Grade(2, 2, False)


def test_a_last_expression_that_is_no_number_changes_no_score(term: Term) -> None:
    assert term.graded["student-01"]["sums/test-words"] == Grade(1, 1, False)


def test_a_cell_of_a_students_own_that_stops_costs_nothing(term: Term) -> None:
    assert _scores(term.graded["student-09"]) == {**ALL, "words/test-lengths": 0}
    assert (term.course / "autograded" / "student-09" / "small" / "sums.ipynb").exists()


def test_a_notebook_that_is_missing_gets_no_points(term: Term) -> None:
    assert term.graded["student-03"]["words/test-lengths"] == Grade(0, 3, False)


def test_cells_that_were_deleted_doubled_edited_and_flipped_are_put_right(term: Term) -> None:
    assert _scores(term.graded["student-04"]) == {**ALL, "sums/test-doubled": 0, "words/test-lengths": 0}
    graded = json.loads((term.course / "autograded" / "student-04" / "small" / "sums.ipynb").read_text())
    assert "".join(graded["cells"][0]["source"]) == preformatted(
        "! The cell “test-doubled” was changed; the original was used.",
        "! The cell “test-half” was missing and was put back.",
        "! The cell “make-doubled” is there more than once; the first one counts.",
        "! The cell “test-total” is there more than once; the first one counts.",
    )


def test_a_file_that_is_no_notebook_stays_ungraded_and_is_told(term: Term) -> None:
    found = {name: one for name, one in term.graded["student-06"].items() if name.startswith("sums/")}
    assert {one.auto_score for one in found.values()} == {None}
    assert all(one.needs_manual_grade for one in found.values())
    written = term.written["autograde"]
    assert "There was an error processing assignment 'small' for student 'student-06'" in written
    assert "UnreadableNotebook: The file is not JSON (" in written
    assert [line for line in written.splitlines() if "error processing assignment 'small' for student" in line] == [
        "[AutogradeApp | ERROR] There was an error processing assignment 'small' for student 'student-06'"
    ]


def test_everyone_else_is_graded_and_told_of_in_the_log(term: Term) -> None:
    graded = {path.parent.parent.name for path in (term.course / "autograded").glob("*/small/sums.ipynb")}
    assert graded == {
        "student-01",
        "student-02",
        "student-03",
        "student-04",
        "student-05",
        "student-07",
        "student-08",
        "student-09",
        "student-10",
    }
    for student in graded:
        # nbgrader's log goes on after the first notebook.
        path = term.course / "autograded" / student / "small" / "sums.ipynb"
        assert f"Autograding {path}" in term.written["autograde"]


@pytest.mark.parametrize("student", ["student-07", "student-10"])
def test_another_assignments_notebook_gets_no_points_and_is_shown_as_what_it_is(term: Term, student: str) -> None:
    # One has more cells than this assignment's, the other fewer.
    given = {name: score for name, score in _scores(term.graded[student]).items() if score}
    assert given.keys() <= {"sums/test-broken"}
    shown = notebook_of(term.pages[student]).get_text()
    assert "return sum(values)" not in shown
    assert (
        "! The notebook has none of this assignment's cells: it is another notebook, or its cells were copied into a"
        " new one. Copy the answers into the notebook that was handed out."
    ) in " ".join(shown.split())
    assert "total = sum" in shown


def test_code_that_ends_the_kernel_gets_no_points_and_the_reason(term: Term) -> None:
    nothing = {name: score if score is None else 0 for name, score in ALL.items()}
    assert _scores(term.graded["student-08"]) == nothing
    told = term.told["student-08"]["sums/write-total"] or ""
    assert told.startswith(
        preformatted(
            "Cell 2 (write-total): The cell “write-total” ended the kernel, so no later cell could run",
            "",
            "test-total",
            "✗ The instructor's test: wrong (0 of 2)",
            "    “total” cannot be graded: the cell “write-total” ended the kernel, so no later cell could run.",
            "0 of 2 points",
        )
    )
    assert term.told["student-08"]["sums/write-half"] == preformatted(
        "test-half",
        "✗ The instructor's test: wrong (0 of 4)",
        "    “half” cannot be graded: the cell “write-total” ended the kernel, so no later cell could run.",
        "0 of 4 points",
    )


def test_numbers_that_vary_with_the_student_are_asked_of_the_one_who_handed_in(term: Term) -> None:
    first, _ = term.shapes["student-01"]
    second, told = term.shapes["student-02"]
    assert {one.auto_score for one in first.values() if one.auto_score != one.max_score} == {None}
    lost = {name for name, one in second.items() if one.auto_score is not None and one.auto_score < one.max_score}
    assert {f"{CNN}/test-sizes", f"{CNN}/test-counts"} <= lost
    assert lost <= {f"{CNN}/test-{part}" for part in ("sizes", "shapes", "counts", "slides")}
    assert "student-01" in (told[f"{CNN}/work-out-sizes"] or "")


def test_the_formgraders_pages_are_served(term: Term) -> None:
    managing = {page: html for page, html in term.pages.items() if page.startswith(("manage_", "gradebook"))}
    assert len(managing) == 8
    titles = {page: BeautifulSoup(html, "html.parser").find("title") for page, html in managing.items()}
    assert {page: title.get_text() for page, title in titles.items() if title} == dict.fromkeys(
        managing, "nbgrader formgrade"
    )
    shown = {one["student"]: one for one in term.answers["submissions"]}
    assert set(shown) == {
        "student-01",
        "student-02",
        "student-03",
        "student-04",
        "student-05",
        "student-06",
        "student-07",
        "student-08",
        "student-09",
        "student-10",
    }
    assert {student for student, one in shown.items() if not one["autograded"]} == {"student-06"}
    assert {one["name"] for one in term.answers["assignments"]} == {"small", CNN}


def test_a_grade_and_a_comment_that_a_person_gives_stay_when_the_notebook_is_graded_again(term: Term) -> None:
    assert (term.answers["grade"]["manual_score"], term.answers["grade"]["extra_credit"]) == (2.5, 0.25)
    assert term.answers["comment"]["manual_comment"] == "Well **said**."
    # nbgrader asks for a second look at a grade that was given before the notebook was graded again.
    assert term.regraded["student-01"]["sums/explain"] == Grade(None, 3, True, 2.5)
    assert comments(sqlite(term.course), "small", "student-01")["sums/explain"] == "Well **said**."
    unchanged = {name: one for name, one in term.graded["student-01"].items() if name != "sums/explain"}
    assert {name: one for name, one in term.regraded["student-01"].items() if name != "sums/explain"} == unchanged


def test_a_resubmission_is_graded_by_the_formgrader(term: Term) -> None:
    assert term.answers["autograde"]["success"], term.answers["autograde"]
    assert _scores(term.regraded["student-02"]) == {**_scores(term.graded["student-02"]), "sums/test-half": 4}


@pytest.mark.parametrize("where", ["formgrader", "feedback"])
@pytest.mark.parametrize("student", ["student-05", "student-09"])
def test_nothing_that_a_student_handed_in_is_alive(term: Term, student: str, where: str) -> None:
    def page(name: str) -> str:
        return term.pages[name] if where == "formgrader" else term.feedback(name)

    theirs, honest = page(student), page("student-01")
    # Ours is the style of the reports, the same on every page.
    own = set(live_parts(notebook_of(honest)))
    assert all(part.startswith("<style>.ag {") for part in own)
    assert set(live_parts(notebook_of(theirs))) <= own
    numbers = re.compile(r"[0-9a-f]{32}")
    assert [numbers.sub("…", f"{script}") for script in scripts(theirs)] == [
        numbers.sub("…", f"{script}") for script in scripts(honest)
    ]
    taken = [tag.get("id") for tag in notebook_of(theirs).find_all(True) if tag.get("id") == "statusmessage"]
    assert taken == []


@pytest.mark.parametrize("where", ["formgrader", "feedback"])
def test_texts_and_genuine_pictures_of_a_students_are_shown(term: Term, where: str) -> None:
    shown = notebook_of(term.pages["student-05"] if where == "formgrader" else term.feedback("student-05"))
    text = shown.get_text()
    for part in (
        "My answer is here.",
        "<script>alert('x')</script> <b>printed</b>",
        "text/html <b>as text</b>",
        "a widget",
        "ValueError: <img src=x onerror=alert('x')>",
        'RAW <svg xmlns="http://www.w3.org/2000/svg"',
    ):
        assert part in text
    pictures = [str(picture.get("src", "")) for picture in shown.find_all("img")]
    assert [picture for picture in pictures if picture] == [f"data:image/png;base64,{PNG}"] * 2


def test_feedback_reaches_the_student_with_scores_reasons_and_comments(term: Term) -> None:
    fetched = list((term.home("student-01") / "small" / "feedback").glob("*/sums.html"))
    assert [path.read_text() for path in fetched] == [term.feedback("student-01")]
    page = BeautifulSoup(term.feedback("student-01"), "html.parser")
    total = 2 + 1 + 4 + 1 + 1 + 1 + (term.graded["student-01"]["sums/test-typo"].auto_score or 0) + 2.5 + 0.25
    assert page.h4 is not None
    assert page.h4.get_text() == f"sums (Score: {total} / 16.0)"
    assert "Comments: Well said." in " ".join(page.get_text().split())
    late = BeautifulSoup(term.feedback("student-03"), "html.parser").find(class_="late-penalty")
    assert late is not None
    assert late.get_text() == "Late submission penalty (Score: -2.5)"


def test_the_export_has_every_students_score(term: Term) -> None:
    with (term.course / "grades.csv").open() as lines:
        rows = {row["student_id"]: row for row in csv.DictReader(lines) if row["assignment"] == "small"}
    extra = {"student-01": 0.25}
    raw = {
        student: sum(one.manual_score or one.auto_score or 0 for one in found.values()) + extra.get(student, 0)
        for student, found in term.regraded.items()
    }
    assert {student: float(row["raw_score"]) for student, row in rows.items()} == raw
    late = {student: float(row["late_submission_penalty"]) for student, row in rows.items()}
    assert late == {**dict.fromkeys(raw, 0), "student-03": 2.5}
    assert float(rows["student-03"]["score"]) == raw["student-03"] - 2.5
    assert {row["max_score"] for row in rows.values()} == {"19.0"}


def test_plain_nbgrader_gives_honest_submissions_the_same_scores(term: Term) -> None:
    plain = term.graded_again(term.folder / "plain", "student-01", "student-02", walled=False)
    small = grades(plain, "small")
    for student in ("student-01", "student-02"):
        found, walled = points(small[student]), points(term.graded[student])
        # What its authors did wrong costs the student points there.
        assert {name: found.pop(name) for name in OWN_FAULTS} == dict.fromkeys(OWN_FAULTS, 0)
        assert found == {name: score for name, score in walled.items() if name not in OWN_FAULTS}
    assert points(grades(plain, CNN)["student-01"]) == points(term.shapes["student-01"][0])


def test_a_gradebook_in_postgresql_holds_the_same_grades(term: Term) -> None:
    with postgresql() as database:
        term.graded_again(term.folder / "postgresql", "student-03", "student-04", database=database)
        found = grades(database, "small")
        assert found == {student: term.graded[student] for student in ("student-03", "student-04")}
        assert {student: comments(database, "small", student) for student in found} == {
            student: term.told[student] for student in found
        }
        term.run(term.folder / "postgresql", "export", "--to=grades.csv")
    with (term.folder / "postgresql" / "grades.csv").open() as ours, (term.course / "grades.csv").open() as theirs:
        rows = {row["student_id"]: row for row in csv.DictReader(theirs) if row["assignment"] == "small"}
        assert list(csv.DictReader(ours)) == [rows["student-03"], rows["student-04"]]
