"""Pull requests graded by CI: the workflows as files, and run whole, job by job, on five pull requests."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from autograder.adapters.ci import FILES, text_of
from autograder.cli import main
from autograder.exam.places import places_of
from tests.adapters.github import Host, Repository, Run
from tests.adapters.test_repository import Git
from tests.exam.notebooks import HIDDEN, answered, code, locked, notebook, solution, test, write

ROOT = Path(__file__).resolve().parents[2]

_PINNED = re.compile(r"^[\w-]+/[\w-]+@[0-9a-f]{40}$")


def test_the_documents_have_the_files_that_init_ci_writes() -> None:
    assert (ROOT / "action.yml").read_text() == text_of("action.yml")
    for name in ("check.yml", "grade.yml", "gitlab-ci.yml"):
        assert (ROOT / "docs" / "ci" / name).read_text() == text_of(name)


def init_ci(course: Path, *arguments: str) -> Any:
    return CliRunner().invoke(main, ["init-ci", "--course", str(course), *arguments])


def test_init_ci_writes_the_files_and_overwrites_none_of_the_courses_own(tmp_path: Path) -> None:
    done = init_ci(tmp_path)
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [str(tmp_path / name) for name in FILES["github"]]
    assert init_ci(tmp_path).stdout == ""
    (tmp_path / ".github/workflows/check.yml").write_text("name: mine")
    refused = init_ci(tmp_path)
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == (
        f"Error: {tmp_path}/.github/workflows/check.yml would be overwritten: use --force, or look at what they have of"
        " their own."
    )
    assert init_ci(tmp_path, "--force").exit_code == 0
    assert (tmp_path / ".github/workflows/check.yml").read_text() == text_of("check.yml")
    assert init_ci(tmp_path, "--host", "gitlab").stdout.splitlines() == [str(tmp_path / "gitlab-ci.yml")]


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        ("vendor.github-workflows", "check.yml"),
        ("vendor.github-workflows", "grade.yml"),
        ("vendor.github-actions", "action.yml"),
        ("vendor.gitlab-ci", "gitlab-ci.yml"),
    ],
)
def test_every_file_keeps_to_its_hosts_schema(schema: str, name: str, tmp_path: Path) -> None:
    def checked(text: str) -> int:
        (tmp_path / name).write_text(text)
        transform = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
        command = ["check-jsonschema", "--builtin-schema", schema, *transform, str(tmp_path / name)]
        return subprocess.run(
            [str(Path(sys.executable).parent / command[0]), *command[1:]], capture_output=True, check=False
        ).returncode

    assert checked(text_of(name)) == 0
    assert checked(
        text_of(name).replace("runs-on:", "runs-at:").replace("stage:", "stage: 3 #").replace("using:", "u:")
    )


def zizmor(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "zizmor"), "--offline", "--no-progress", "."],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_zizmor_finds_nothing_in_the_workflows(tmp_path: Path) -> None:
    init_ci(tmp_path)
    done = zizmor(tmp_path)
    assert done.returncode == 0, done.stdout
    # The test can fail: a text of the pull request's author in a script.
    check = tmp_path / ".github/workflows/check.yml"
    check.write_text(check.read_text() + '      - run: echo "${{ github.event.pull_request.title }}"\n')
    assert "template-injection" in zizmor(tmp_path).stdout


@pytest.mark.parametrize("name", ["check.yml", "grade.yml", "action.yml"])
def test_actions_are_pinned_by_commit_and_jobs_may_do_what_they_need(name: str) -> None:
    tree = yaml.safe_load(text_of(name))
    jobs = tree.get("jobs", {})
    steps = [step for job in jobs.values() for step in job["steps"]] or tree["runs"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(_PINNED.match(one) or one == "./.github/actions/autograder" for one in used)
    # What somebody else may have written reaches scripts as variables only.
    assert not [step for step in steps if "${{" in step.get("run", "")]
    if jobs:
        assert tree["permissions"] == {}
        permitted = {job: about["permissions"] for job, about in jobs.items()}
        reading = {"contents": "read"}
        assert permitted in (
            {"check": reading},
            {"execute": reading, "examine": reading, "publish": {"checks": "write"}},
        )
        secrets = {job: "secrets." in json.dumps(about) for job, about in jobs.items()}
        assert [job for job, has in secrets.items() if has] in ([], ["examine"])


# --- the workflows, run ------------------------------------------------------------------------------------

SOURCE = notebook(
    locked("setup", "K = 2"),
    solution("a", "a = 1"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'"),
    solution("b", "b = [1, 2, 3]"),
    test(
        "test-b",
        2,
        "assert len(b) == 3, 'b has three'\n"
        "### BEGIN HIDDEN TESTS\nassert sum(b) == 6, 'the-hidden-reason'\nassert 'hidden-test-secret'\n"
        "### END HIDDEN TESTS",
    ),
)

HOSTILE = """
import os, pathlib, sys
print("::error file=x::planted-command")
print("##[error]planted-command")
found = [f"{name}={value}" for name, value in os.environ.items()]
for place in ("/proc/self/environ", "/proc/1/environ", "names.json", "../../private", "/root", "/home"):
    try:
        found.append(pathlib.Path(place).read_text())
    except Exception as error:
        found.append(repr(error))
for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT", "GITHUB_ENV"):
    try:
        pathlib.Path(os.environ[name]).write_text("planted-command")
    except Exception:
        pass
for folder, _folders, files in os.walk("/"):
    found += [os.path.join(folder, file) for file in files if "solution" in file or file == "grade.yml"]
    if folder.startswith(("/proc", "/sys", "/usr")):
        _folders[:] = []
b = [1, 2, 3]
raise ValueError("::error::planted-command " + " ".join(found))
"""

STOLEN = """
name: check
on: pull_request
permissions: write-all
jobs:
  check:
    runs-on: ubuntu-24.04
    steps:
      - run: |
          env
          echo "${{ secrets.AUTOGRADER_SOLUTIONS_KEY }}"
          mkdir bundles && echo forged > bundles/00001.crossed
          curl --silent --data '{"conclusion": "success"}' --header "Authorization: Bearer ${{ github.token }}" \
            "$GITHUB_API_URL/repos/teaching/course/check-runs" || true
      - uses: actions/upload-artifact@ea165f8d65b6e75b540449e92b4886f43607fa02
        with:
          name: bundles
          path: bundles
"""

SECRET = "planted-deploy-key"


@dataclass
class Pull:
    """A pull request, with what came of both workflows."""

    head: str
    check: Run
    grade: Run
    result: Mapping[str, Any]
    content: bytes


class Course:
    """A course on a host: a public repository, a private one, and pull requests."""

    def __init__(self, host: Host, folder: Path) -> None:
        self._host = host
        self._git = Git(folder / "course")
        self._git.write("README.md", "A course")
        released = answered(SOURCE, {"a": "raise NotImplementedError()", "b": "raise NotImplementedError()"})
        for cell in released.cells:
            cell.source = HIDDEN.sub("", cell.source)
        write(released, self._git.folder / "assignments/tiny/tiny.ipynb")
        private = Git(folder / "private")
        write(SOURCE, private.folder / "solutions/tiny/tiny.ipynb")
        private.commit()
        done = CliRunner().invoke(
            main, ["init-ci", "--course", str(self._git.folder), "--source", str(private.folder / "solutions")]
        )
        assert done.exit_code == 0, done.output
        self.base = self._git.commit()
        for git, name, key in ((self._git, "teaching/course", ""), (private, "teaching/solutions", SECRET)):
            bare = folder / f"{name}.git"
            git("clone", "--quiet", "--bare", ".", str(bare))
            host.repositories[name] = Repository(bare, key)
        self._numbers = iter(range(1, 100))

    def pull(self, student: str, files: Mapping[str, bytes]) -> Pull:
        """Opens a pull request and has the host do what it does then."""
        number = next(self._numbers)
        self._git("switch", "--quiet", "--create", f"pull-{number}", "main")
        for name, content in files.items():
            self._git.write(name, content)
        head = self._git.commit()
        self._git(
            "push", "--quiet", str(self._host.repositories["teaching/course"].bare), f"HEAD:refs/pull/{number}/head"
        )
        # A pull request's own version of the workflow is what runs on it, and the default branch's is what grades.
        event = {"pull_request": {"number": number, "base": {"sha": self.base}, "head": {"sha": head}}}
        check = self._host.run(
            self._git("show", f"{head}:.github/workflows/check.yml"), "pull_request", event, ref=head
        )
        run = {"event": "pull_request", "head_sha": head, "head_branch": "main", "head_repository": {"id": number}}
        before = len(self._host.checks)
        workflow = self._git("show", "main:.github/workflows/grade.yml")
        grade = self._host.run(workflow, "workflow_run", {"workflow_run": run}, ref=self.base)
        assert len(self._host.checks) == before + 1, grade.log
        content = files.get(f"submitted/{student}/tiny/tiny.ipynb", b"")
        return Pull(head, check, grade, self._host.checks[-1], content)


def handed_in(answers: Mapping[str, str] | None = None, *more: Any) -> bytes:
    """A notebook as Jupyter lays it out, a line of JSON for each line of a cell."""
    tree = answered(SOURCE, answers, *more)
    for cell in tree.cells:
        cell.source = cell.source.splitlines(keepends=True)
    return json.dumps(tree, indent=1).encode()


@pytest.fixture(scope="module")
def pulls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Pull]]:
    folder = tmp_path_factory.mktemp("host")
    secrets = {"AUTOGRADER_SOLUTIONS_KEY": SECRET}
    host = Host(folder, secrets, {"AUTOGRADER_SOLUTIONS": "teaching/solutions"})

    def notebook_of(number: int, content: bytes) -> tuple[str, dict[str, bytes]]:
        student = f"student-0{number}"
        return student, {f"submitted/{student}/tiny/tiny.ipynb": content}

    with host.serving():
        course = Course(host, folder)
        student, stolen = notebook_of(3, handed_in({"a": "a = 3"}))
        stolen |= {
            ".github/workflows/check.yml": STOLEN.encode(),
            ".github/workflows/grade.yml": STOLEN.encode(),
            ".github/actions/autograder/action.yml": b"name: mine",
            "names.json": b"{}",
            "assignments/tiny/tiny.ipynb": b"{}",
            "solutions/tiny/tiny.ipynb": handed_in(),
        }
        yield {
            "right": course.pull(*notebook_of(1, handed_in())),
            "wrong": course.pull(*notebook_of(2, handed_in({"b": "b = [1, 2, 4]"}, code("more = 1\nmore / 0")))),
            "hostile workflow": course.pull(student, stolen),
            "hostile notebook": course.pull(*notebook_of(4, handed_in({"b": HOSTILE}))),
            "no notebook": course.pull(*notebook_of(5, b"This is no notebook.\n")),
        }


ALONE = """
jobs:
  grade:
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683
        with:
          persist-credentials: false
      - uses: ./.github/actions/autograder
        id: grading
        with:
          paths: assignments/tiny/tiny.ipynb
          source: assignments
          output: out
      - run: echo "ended with $CODE, see $REPORT" && test -s "$REPORT"
        env:
          CODE: ${{ steps.grading.outputs.exit-code }}
          REPORT: ${{ steps.grading.outputs.report }}
"""


@pytest.mark.course
def test_the_action_alone_grades_what_it_is_told(tmp_path: Path) -> None:
    host = Host(tmp_path, {}, {})
    course = Course(host, tmp_path)
    run = host.run(ALONE, "push", {}, ref=course.base)
    assert run.failed == [], run.log
    assert run.log.splitlines()[-1] == "ended with 0, see out/report.json"
    assert "`a`" not in run.summaries["grade"]
    assert "| `assignments` | `tiny` | 0/5 |" in run.summaries["grade"]


def annotations(pull: Pull) -> list[tuple[str, int, str, str]]:
    return [
        (one["path"], one["start_line"], one["title"], one["message"]) for one in pull.result["output"]["annotations"]
    ]


@pytest.mark.course
def test_each_pull_request_gets_its_grade_on_its_own_commit(pulls: Mapping[str, Pull]) -> None:
    found = {name: (pull.result["output"]["title"], pull.result["conclusion"]) for name, pull in pulls.items()}
    assert found == {
        "right": ("tiny: 5/5", "neutral"),
        "wrong": ("tiny: 3/5", "neutral"),
        "hostile workflow": ("tiny: 2/5", "neutral"),
        "hostile notebook": ("tiny: 5/5", "neutral"),
        "no notebook": ("tiny: ungraded", "neutral"),
    }
    for pull in pulls.values():
        assert pull.result["head_sha"] == pull.head
        assert set(pull.result) == {"name", "head_sha", "status", "conclusion", "output"}
        assert pull.grade.failed == []


@pytest.mark.course
def test_annotations_stand_at_the_lines_of_the_cells(pulls: Mapping[str, Pull]) -> None:
    assert annotations(pulls["right"]) == []
    path = "submitted/student-02/tiny/tiny.ipynb"
    lines = pulls["wrong"].content.decode().splitlines()
    (added, line_of_added, _title, stopped), (failed, line_of_test, title, reason) = annotations(pulls["wrong"])
    assert (added, failed) == (path, path)
    assert lines[line_of_added - 1].strip() == '"more / 0"'
    assert stopped == "ZeroDivisionError: division by zero"
    (test_b,) = [place for place in places_of(pulls["wrong"].content) if place.grade_id == "test-b"]
    assert line_of_test == test_b.first
    assert "test-b" in "".join(lines[test_b.first - 1 : test_b.last])
    assert (title, reason) == (
        "tiny · test-b",
        "✗ The instructor's test: wrong (0 of 2)\n    the-hidden-reason\n0 of 2 points",
    )


@pytest.mark.course
def test_summaries_say_what_to_fix_first(pulls: Mapping[str, Pull]) -> None:
    assert pulls["right"].grade.summaries["publish"].strip() == (
        "### autograder\n\n| Student | Assignment | Score | First thing to mend |\n| --- | --- | ---: | --- |\n"
        "| `student-01` | `tiny` | 5/5 |  |\n\n#### `student-01` · `tiny`: 5/5\n\nNothing is to be fixed."
    )
    summary = pulls["wrong"].grade.summaries["publish"]
    assert "| `student-02` | `tiny` | 3/5 | `the-hidden-reason` |" in summary
    assert summary.index("ZeroDivisionError") < summary.index("`test-b` ✗")
    assert "The file is not JSON" in pulls["no notebook"].grade.summaries["publish"]
    # The public check sees visible tests only, and the student sees what will be graded.
    assert "| `student-02` | `tiny` | 5/5 |  |" in pulls["wrong"].check.summaries["check"]
    assert "the-hidden-reason" not in pulls["wrong"].check.log


@pytest.mark.course
def test_a_pull_request_that_changes_the_workflows_changes_nothing_of_its_grade(pulls: Mapping[str, Pull]) -> None:
    pull = pulls["hostile workflow"]
    assert "GITHUB_ACTIONS=true" in pull.check.log  # its own steps ran
    assert pull.check.artifacts["bundles"].joinpath("00001.crossed").read_text() == "forged\n"
    assert "a is wrong" in pull.grade.summaries["publish"]
    assert pull.result["output"]["annotations"][0]["path"] == "submitted/student-03/tiny/tiny.ipynb"


@pytest.mark.course
def test_planted_secrets_appear_nowhere(pulls: Mapping[str, Pull]) -> None:
    for name, pull in pulls.items():
        texts = [
            pull.grade.log,
            json.dumps(pull.result),
            *pull.grade.summaries.values(),
            *pull.check.summaries.values(),
        ]
        texts += [pull.check.log] if name != "hostile workflow" else []
        for run in (pull.check, pull.grade):
            for folder in run.artifacts.values():
                texts += [path.read_bytes().decode("latin-1") for path in folder.rglob("*") if path.is_file()]
        for text in texts:
            assert not re.search("planted-(deploy-key|token|runtime-token)", text), name
            assert "hidden-test-secret" not in text, name
    # What a student's own workflow has is a token that reads, and no secret.
    assert SECRET not in pulls["hostile workflow"].check.log


@pytest.mark.course
def test_a_hostile_notebook_gives_no_orders_to_the_host(pulls: Mapping[str, Pull]) -> None:
    pull = pulls["hostile notebook"]
    for run in (pull.check, pull.grade):
        orders = [line for line in run.log.splitlines() if line.lstrip().startswith("::")]
        assert all(line.startswith(("::error file=submitted/student-04/tiny/tiny.ipynb,",)) for line in orders)
        assert not [line for line in run.log.splitlines() if re.search(r"##\w*\[", line)]
    assert pull.check.summaries["check"].startswith("### autograder\n")
