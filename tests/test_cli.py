"""The command line, on a course of a few cells."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

import autograder.exam.examination
import autograder.exam.run
from autograder.cli import main
from autograder.exam import Limits
from autograder.report import CellReport, ClassReport, Outcome, Status, SubmissionReport
from autograder.sandbox import Layer, NoLayer, Trial, Unavailable, every_layer
from autograder.sandbox.bubblewrap import Bubblewrap
from tests.exam.notebooks import answered, locked, notebook, solution, test, write

TINY = notebook(
    locked("setup", "K = 2"),
    solution("a", "a = 1"),
    test("test-a", 3, "assert a * K == 2, 'a is wrong'"),
)


def autograder_cli(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for folder in ("solutions", "assignments"):
        write(TINY, tmp_path / folder / "tiny" / "tiny.ipynb")
    write(answered(TINY), tmp_path / "submitted" / "student-01" / "tiny" / "tiny.ipynb")
    write(answered(TINY, {"a": "a = 7"}), tmp_path / "submitted" / "student-02" / "tiny" / "tiny.ipynb")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("command", [[], ["grade"], ["check"], ["demo"], ["datasets"], ["doctor"], ["cache"]])
def test_every_command_has_help(command: list[str]) -> None:
    result = autograder_cli(*command, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    assert result.stdout == autograder_cli(*command, "-h").stdout


def test_the_version_is_the_packages() -> None:
    assert autograder_cli("--version").stdout == f"autograder, version {version('keras-autograder')}\n"


def test_help_and_bad_usage_import_neither_keras_nor_jupyter() -> None:
    script = (
        "import sys\nfrom click.testing import CliRunner\nfrom autograder.cli import main\n"
        "CliRunner().invoke(main, ['grade', '--help'])\nCliRunner().invoke(main, ['grade', 'nothing'])\n"
        "print(*({'keras', 'tensorflow', 'nbclient', 'zmq', 'numpy'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert found.stdout == "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["grade"], "Missing argument 'PATHS...'."),
        (["grade", "nowhere"], "Invalid value for 'PATHS...': Path 'nowhere' does not exist."),
        (
            ["grade", "submitted", "--source", "empty"],
            "There are no source notebooks in empty: expected empty/<assignment>/<notebook>.ipynb. Run this in the"
            " course's folder, or name the folder of the source notebooks.",
        ),
        (
            ["grade", "solutions/none"],
            "No submission was found in solutions/none: expected <student>/<assignment>/<notebook>.ipynb, with"
            " one of the assignments tiny",
        ),
        (["check", "submitted"], "Invalid value for 'NOTEBOOK': File 'submitted' is a directory."),
        (
            ["grade", "submitted", "--format", "xml"],
            "Invalid value for '--format': 'xml' is not one of 'table', 'json', 'lines'.",
        ),
        (
            ["grade", "submitted", "--pass-mark", "101"],
            "Invalid value for '--pass-mark': 101.0 is not in the range 0<=x<=100.",
        ),
        (
            ["grade", "submitted", "--pass-mark", "nan"],
            "Invalid value for '--pass-mark': nan is no number of this range.",
        ),
        (
            ["grade", "submitted", "--cell-timeout", "0"],
            "Invalid value for '--cell-timeout': 0.0 is not in the range x>0.",
        ),
        (
            ["grade", "submitted", "--cell-timeout", "inf"],
            "Invalid value for '--cell-timeout': inf is no number of this range.",
        ),
        (
            ["grade", "submitted", "--notebook-timeout", "nan"],
            "Invalid value for '--notebook-timeout': nan is no number of this range.",
        ),
        (["mark"], "No such command 'mark'."),
    ],
)
def test_bad_usage_says_what_is_wrong(course: Path, arguments: list[str], message: str) -> None:
    (course / "solutions" / "none").mkdir()
    result = autograder_cli(*arguments)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == f"Error: {message}"


def test_datasets_are_named_with_their_sources() -> None:
    result = autograder_cli("datasets")
    assert result.exit_code == 0
    first, second, *rest = result.stdout.splitlines()
    assert first.startswith("MNIST: ")
    assert second.startswith("Fashion-MNIST: ")
    assert rest[:2] == ["", "Where was looked, in this order:"]
    assert any("embedded" in line and "found" in line for line in rest)


def test_damaged_data_ends_the_run_before_it_begins(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", "nowhere")
    result = autograder_cli("grade", "submitted")
    assert result.exit_code == 3
    assert result.stderr.startswith(f"Error: {course / 'nowhere'}")
    assert autograder_cli("datasets").exit_code == 1


def test_a_class_is_graded_with_pages_and_a_check_shows_the_reasons(course: Path) -> None:
    """The one test here that starts kernels."""
    result = autograder_cli("grade", "submitted", "--format", "json", "--report", "out/pages", "--pass-mark", "50")
    assert result.exit_code == 1
    report = msgspec.json.decode(result.stdout, type=ClassReport)
    assert [(one.student, one.assignment, one.score, one.max_score) for one in report.submissions] == [
        ("student-01", "tiny", 3.0, 3.0),
        ("student-02", "tiny", 0.0, 3.0),
    ]
    assert report.submissions[1].cells[0].outcomes[0].message == "a is wrong"
    lines = result.stderr.splitlines()
    assert [line.split(" (")[0] for line in lines] == ["[1/2] student-01 tiny: 3/3", "[2/2] student-02 tiny: 0/3"]
    written = [path.name for path in (course / "out/pages").iterdir()]
    assert "report.json" in written
    assert "index.html" in written
    assert msgspec.json.decode((course / "out/pages/report.json").read_bytes(), type=ClassReport) == report


# From here on nothing is run: what a grader reports is given.

REPORT = SubmissionReport(
    student="student-01",
    assignment="tiny",
    path="student-01/tiny.ipynb",
    score=3.0,
    max_score=4.0,
    cells=(
        CellReport(
            grade_id="test-a",
            score=3.0,
            points=4.0,
            outcomes=(
                Outcome(
                    check="Answer", title="The answer", status=Status.PARTIAL, score=3, points=4, message="Nearly."
                ),
            ),
        ),
    ),
    seconds=1.2,
)


@pytest.fixture
def reported(course: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[Limits]]:
    """Gives these reports, one for each submission; the limits that were asked for come back."""

    def give(*reports: SubmissionReport) -> list[Limits]:
        limits: list[Limits] = []

        class Given:
            def __init__(self, _layer: Layer, limits: Limits, _memory: object = None, **_more: object) -> None:
                asked.append(limits)

        async def grade_all(_grader: Any, submissions: Any) -> Any:
            for report, _submission in zip(reports, submissions, strict=False):
                yield report

        asked = limits
        monkeypatch.setattr(autograder.exam.examination, "Grader", Given)
        monkeypatch.setattr(autograder.exam.run, "grade_all", grade_all)
        return limits

    return give


UNGRADED = replace(REPORT, score=None, cells=(), ungraded="The file is empty.")
BROKEN = replace(
    REPORT,
    cells=(
        CellReport(
            grade_id="test-a",
            score=4.0,
            points=4.0,
            outcomes=(Outcome(check="Test", title="", status=Status.BROKEN, score=4, points=4, message="Ours."),),
        ),
    ),
)


@pytest.mark.parametrize(
    ("reports", "options", "code"),
    [
        ([REPORT, REPORT], [], 0),
        ([REPORT, REPORT], ["--pass-mark", "75"], 0),
        ([REPORT, REPORT], ["--pass-mark", "75.1"], 1),
        ([replace(REPORT, score=0.0)], [], 0),
        ([replace(REPORT, score=0.0)], ["--pass-mark", "0"], 0),
        ([replace(REPORT, score=0.0, max_score=0.0)], ["--pass-mark", "50"], 0),
        ([REPORT, UNGRADED], [], 3),
        ([REPORT, UNGRADED], ["--pass-mark", "100"], 3),
        ([BROKEN], [], 3),
    ],
)
def test_the_exit_code_tells_how_it_went(
    reported: Callable[..., list[Limits]], reports: list[SubmissionReport], options: list[str], code: int
) -> None:
    reported(*reports)
    assert autograder_cli("grade", "submitted", *options).exit_code == code


def test_the_limits_are_those_asked_for(reported: Callable[..., list[Limits]]) -> None:
    limits = reported(REPORT)
    autograder_cli("grade", "submitted", "--cell-timeout", "2.5", "--notebook-timeout", "60")
    autograder_cli("grade", "submitted", "--limit", "memory_bytes=2.5G", "--limit", "processes=64")
    autograder_cli("grade", "submitted")
    assert limits == [
        replace(Limits(), cell_seconds=2.5, notebook_seconds=60),
        replace(Limits(), memory_bytes=2_500_000_000, processes=64),
        Limits(),
    ]


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("memory=2G", f"There is no limit “memory”: expected one of {', '.join(asdict(Limits()))}."),
        ("memory_bytes=2T", "“2T” is no value for memory_bytes: expected a number above 0, such as 500, 2.5 or 4G."),
        ("processes=0", "“0” is no value for processes: expected a number above 0, such as 500, 2.5 or 4G."),
        ("processes", "“” is no value for processes: expected a number above 0, such as 500, 2.5 or 4G."),
        ("cpu_seconds=inf", "“inf” is no value for cpu_seconds: expected a number above 0, such as 500, 2.5 or 4G."),
    ],
)
def test_a_limit_that_is_none_is_refused(course: Path, limit: str, message: str) -> None:
    result = autograder_cli("grade", "submitted", "--limit", limit)
    assert result.exit_code == 2
    assert f"Invalid value for '--limit': {message}" in " ".join(result.stderr.split())


# Isolation.


def no_layer() -> None:
    trial = Trial(layer=Bubblewrap(), unavailable=Unavailable(reason="no bwrap", remedy="apt install bubblewrap"))
    raise NoLayer([trial])


@pytest.fixture
def nothing_isolates(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a system that has none of what isolates."""
    monkeypatch.setattr("autograder.sandbox.choice.strongest_layer", no_layer)
    monkeypatch.setattr("autograder.sandbox.strongest_layer", no_layer, raising=False)


@pytest.mark.usefixtures("nothing_isolates")
def test_where_nothing_isolates_nothing_is_graded_and_it_is_said_what_is_missing(course: Path) -> None:
    result = autograder_cli("grade", "submitted")
    assert result.exit_code == 3
    assert result.stdout == ""
    assert result.stderr == (
        "Error: Student code cannot be kept apart on this system, so nothing is graded.\n"
        "  bubblewrap: no bwrap → apt install bubblewrap\n"
        "Make one of them available (“autograder doctor” tells more), or, if you would let every one of these students"
        " run programs as yourself on this machine, grade with --trust-submissions.\n"
    )


@pytest.mark.usefixtures("nothing_isolates")
def test_trusted_submissions_are_graded_all_the_same_and_every_report_says_so(course: Path) -> None:
    result = autograder_cli("grade", "submitted", "--trust-submissions", "--format", "json")
    assert result.exit_code == 0
    graded = msgspec.json.decode(result.stdout, type=ClassReport)
    assert [one.score for one in graded.submissions] == [3.0, 0.0]
    assert {one.isolation for one in graded.submissions} == {"process"}
    assert {one.notices for one in graded.submissions} == {
        ("This was graded without isolation: the submission was trusted, and could have changed its grade.",)
    }


@pytest.mark.usefixtures("nothing_isolates")
def test_a_notebook_of_ones_own_is_checked_where_nothing_isolates_too(course: Path) -> None:
    result = autograder_cli("check", "submitted/student-01/tiny/tiny.ipynb")
    assert result.exit_code == 0
    assert "3 of 3" in result.stdout


def test_the_doctor_names_every_layer_and_what_it_cannot_and_every_limit() -> None:
    result = CliRunner(env={"COLUMNS": "300"}).invoke(main, ["doctor"])
    assert result.exit_code == 0
    for layer in every_layer():
        assert layer.name in result.stdout
        for name, reason in layer.cannot.items():
            assert f"{name}: {reason}" in result.stdout
    assert "used" in result.stdout
    for name in asdict(Limits()):
        assert name in result.stdout


def test_a_table_shows_what_to_mend_first(reported: Callable[..., list[Limits]]) -> None:
    reported(REPORT, UNGRADED)
    lines = [line.split() for line in autograder_cli("grade", "submitted").stdout.splitlines()]
    assert lines == [
        ["Student", "Assignment", "Score", "First", "thing", "to", "mend"],
        ["student-01", "tiny", "3/4", "Nearly."],
        ["student-01", "tiny", "ungraded", "The", "file", "is", "empty."],
    ]


def test_json_is_all_that_standard_output_holds(reported: Callable[..., list[Limits]]) -> None:
    reported(REPORT, UNGRADED)
    result = autograder_cli("grade", "submitted", "--format", "json")
    assert msgspec.json.decode(result.stdout, type=ClassReport) == ClassReport(submissions=(REPORT, UNGRADED))


def test_a_check_of_ones_own_notebook_shows_the_text(reported: Callable[..., list[Limits]]) -> None:
    reported(REPORT)
    result = autograder_cli("check", "submitted/student-01/tiny/tiny.ipynb")
    assert result.exit_code == 0
    assert result.stderr == ""
    assert result.stdout == ("tiny: 3/4\n\ntest-a\n◐ The answer: partly right (3 of 4)\n    Nearly.\n3 of 4 points\n")


def test_lines_are_told_as_they_come_and_nothing_is_kept(reported: Callable[..., list[Limits]]) -> None:
    reported(REPORT, UNGRADED)
    result = autograder_cli("grade", "submitted", "--format", "lines", "--pass-mark", "100")
    assert result.exit_code == 3
    found = [msgspec.json.decode(line, type=SubmissionReport) for line in result.stdout.splitlines()]
    assert found == [REPORT, UNGRADED]
    refused = autograder_cli("grade", "submitted", "--format", "lines", "--report", "out")
    assert refused.exit_code == 2
    assert refused.stderr.splitlines()[-1] == (
        "Error: Files need all reports together, which --format lines does not keep."
    )


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--format", "lines"]])
def test_names_and_messages_of_a_students_do_nothing_to_a_terminal(
    reported: Callable[..., list[Limits]], options: list[str]
) -> None:
    hostile = "\x1b]0;owned\x07\x1b[2J\r\u202eann[bold red]"
    outcome = replace(REPORT.cells[0].outcomes[0], message=hostile)
    cells = (replace(REPORT.cells[0], outcomes=(outcome,)),)
    reported(replace(REPORT, student=hostile, path=hostile, cells=cells))
    for command in (["grade", "submitted", *options], ["check", "submitted/student-01/tiny/tiny.ipynb"]):
        result = autograder_cli(*command)
        assert result.exit_code == 0
        assert not {"\x1b", "\x07", "\r"} & set(result.output)
    if not options:
        assert "\u202e" not in result.output


def test_a_demo_outside_the_source_code_says_what_it_needs(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograder.cli.notebooks._roots", lambda: [course])
    result = autograder_cli("demo")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1] == (
        "Error: The example class is part of the source code: run this in a clone of the repository."
    )


# Results are remembered.


@pytest.fixture
def empty_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "autograder" / "results"


def scores(result: Result) -> list[tuple[float | None, bool]]:
    graded = msgspec.json.decode(result.stdout, type=ClassReport)
    return [(one.score, one.remembered) for one in graded.submissions]


def test_what_has_not_changed_is_not_graded_again(course: Path, empty_memory: Path) -> None:
    command = ("grade", "submitted", "--format", "json")
    assert scores(autograder_cli(*command)) == [(3.0, False), (0.0, False)]
    again = autograder_cli(*command)
    assert scores(again) == [(3.0, True), (0.0, True)]
    assert "[1/2] student-01 tiny: 3/3 (from memory)" in again.stderr
    write(answered(TINY, {"a": "a = 1.0"}), course / "submitted" / "student-02" / "tiny" / "tiny.ipynb")
    assert scores(autograder_cli(*command)) == [(3.0, True), (3.0, False)]
    assert scores(autograder_cli(*command, "--limit", "memory_bytes=3G")) == [(3.0, False), (3.0, False)]
    assert scores(autograder_cli(*command, "--fresh")) == [(3.0, False), (3.0, False)]


def test_a_notebook_that_a_limit_ended_is_graded_again(course: Path, empty_memory: Path) -> None:
    """The machine's other work may have had a part in it."""
    slow = write(
        answered(TINY, {"a": "import time\ntime.sleep(30)"}),
        course / "submitted" / "student-03" / "tiny" / "tiny.ipynb",
    )
    command = ("grade", slow, "--cell-timeout", "1", "--format", "json")
    assert scores(autograder_cli(*command)) == scores(autograder_cli(*command)) == [(0.0, False)]


def test_the_memory_is_shown_and_cleared(course: Path, empty_memory: Path) -> None:
    nothing = f"0 trainings in {empty_memory.parent / 'trainings'}, 0 bytes.\n"
    assert autograder_cli("cache").stdout == f"0 results in {empty_memory}, 0 bytes.\n{nothing}"
    autograder_cli("grade", "submitted")
    size = sum(path.stat().st_size for path in empty_memory.rglob("*.json"))
    assert autograder_cli("cache").stdout == f"2 results in {empty_memory}, {size:,} bytes.\n{nothing}"
    assert autograder_cli("cache", "--clear").stdout == "2 results are forgotten.\n0 trainings are forgotten.\n"
    assert autograder_cli("cache").stdout == f"0 results in {empty_memory}, 0 bytes.\n{nothing}"


def test_the_memory_may_stand_elsewhere(course: Path, empty_memory: Path, tmp_path: Path) -> None:
    shared = f"file://{tmp_path / 'shared'}"
    command = ("grade", "submitted", "--cache", shared, "--format", "json")
    assert [remembered for _score, remembered in scores(autograder_cli(*command))] == [False, False]
    assert [remembered for _score, remembered in scores(autograder_cli(*command))] == [True, True]
    assert not list(empty_memory.rglob("*.json"))


def test_several_submissions_are_graded_at_once_and_told_in_order(course: Path, empty_memory: Path) -> None:
    graded = autograder_cli("grade", "submitted", "--jobs", "2", "--format", "json").stdout
    report = msgspec.json.decode(graded, type=ClassReport)
    assert [(one.student, one.score) for one in report.submissions] == [
        (one.student, one.score)
        for one in msgspec.json.decode(
            autograder_cli("grade", "submitted", "--format", "json").stdout, type=ClassReport
        ).submissions
    ]
