"""pytest's face on the grader: each graded cell of a submitted notebook is a test.

Off unless it is asked for: ``pytest --autograder submitted/``. A notebook is graded when the first of its tests runs,
by the same grader as everywhere, and its other tests read the report. What was graded before is remembered, so workers
of pytest-xdist that share out the tests of one notebook grade it once, as long as it was graded when the second comes;
``--dist loadfile`` keeps them together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.adapters.hall import Hall
    from autograder.exam import Submission
    from autograder.report import CellReport, SubmissionReport

_HALL = pytest.StashKey["Hall"]()
_SOURCES = pytest.StashKey[Mapping[tuple[str, str], Path]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options."""
    group = parser.getgroup("autograder", "grading notebooks")
    group.addoption(
        "--autograder", action="store_true", help="Collect submitted notebooks: each graded cell is a test."
    )
    group.addoption(
        "--autograder-source",
        metavar="DIR",
        default="solutions",
        help="The source notebooks of the course (default: solutions).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Finds the course; :class:`pytest.UsageError` if there is none."""
    if not config.getoption("autograder"):
        return
    from autograder.exam import NoSource, sources

    try:
        config.stash[_SOURCES] = sources(config.rootpath / config.getoption("autograder_source"))
    except NoSource as error:
        raise pytest.UsageError(str(error)) from error


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A submitted notebook; what answers no assignment is none."""
    known = parent.config.stash.get(_SOURCES, None)
    if known is None or file_path.suffix != ".ipynb" or file_path in known.values():
        return None
    from autograder.exam import NoSource, find_submissions

    try:
        (submission,) = find_submissions([file_path], known)
    except NoSource:
        return None
    notebook: NotebookFile = NotebookFile.from_parent(parent, path=file_path, submission=submission)
    return notebook


def pytest_unconfigure(config: pytest.Config) -> None:
    """Ends the grader's processes."""
    hall = config.stash.get(_HALL, None)
    if hall is not None:
        hall.close()


class NotebookFile(pytest.File):
    """A submitted notebook."""

    def __init__(self, *, submission: Submission, **more: Any) -> None:
        super().__init__(**more)
        self._submission = submission
        self._report: SubmissionReport | None = None

    def collect(self) -> Iterator[pytest.Item]:
        """The graded cells of the source notebook, in order."""
        from autograder.exam.notebook import UnreadableNotebook, load

        try:
            source = load(self._submission.source)
        except UnreadableNotebook as error:
            raise self.CollectError(f"{self._submission.source}: {error}") from error
        for cell in source.cells:
            if cell.graded:
                item: GradedCell = GradedCell.from_parent(self, name=cell.grade_id, points=cell.points)
                yield item

    @property
    def report(self) -> SubmissionReport:
        """What the notebook comes to; it is graded when this is asked for first."""
        if self._report is None:
            submission = self._submission
            self._report = _hall(self.config).hold(lambda grader: grader.grade(submission))
        return self._report


class GradedCell(pytest.Item):
    """A graded cell of a notebook: passed with full points."""

    parent: NotebookFile

    def __init__(self, *, points: float, **more: Any) -> None:
        super().__init__(**more)
        self._points = points

    def runtest(self) -> None:
        """Reads the cell's report."""
        report = self.parent.report
        if report.score is None:
            raise NotGraded(report.ungraded)
        cell = next((cell for cell in report.cells if cell.grade_id == self.name), None)
        if cell is None:
            raise NotGraded(_("The grader said nothing of this cell."))
        self.user_properties += [("score", cell.score), ("points", cell.points)]
        if cell.broken:
            raise NotGraded(_text(cell))
        if cell.manual:
            pytest.skip(_text(cell))
        if cell.score < cell.points:
            raise Below(_text(cell))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> str | Any:
        """The reasons, and no traceback of the grader's own."""
        if isinstance(excinfo.value, Below | NotGraded):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The notebook, and the cell with its points."""
        from autograder.feedback import number

        return self.path, None, f"{self.name} ({number(self._points)})"


class Below(Exception):
    """A cell has earned less than its points."""


class NotGraded(Exception):
    """A cell has no verdict, or one that is a fault of ours: a person has to look."""


def _text(cell: CellReport) -> str:
    from autograder.feedback import outcomes_text

    return outcomes_text(cell.outcomes) if cell.outcomes else _("A person grades this answer.")


def _hall(config: pytest.Config) -> Hall:
    """The grader, which is opened when it is first needed."""
    if _HALL not in config.stash:
        from autograder.adapters.hall import Hall
        from autograder.exam import Grader, Memory
        from autograder.sandbox import layer_for

        config.stash[_HALL] = Hall(Grader(layer_for(trusted=False), memory=Memory.at()))
    return config.stash[_HALL]
