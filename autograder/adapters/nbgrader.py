"""The exam as preprocessors of ``nbgrader autograde``, and what a course's ``nbgrader_config.py`` needs of them.

:class:`MergeSubmission` takes the place of nbgrader's own tidying, :class:`HoldExam` that of ``Execute``, and
:class:`AddReasons` stands behind ``SaveAutoGrades``. Everything else is nbgrader's: what is stored, shown and
exported.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_notebook
from nbgrader.api import Gradebook
from nbgrader.converters.base import NbGraderException
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Enum, Float, Unicode

from autograder.adapters.display import names_are_no_markup
from autograder.adapters.hall import Hall
from autograder.adapters.nodes import as_node, notes, preformatted, read, verdict_of
from autograder.exam import Grader, Limits, Memory
from autograder.exam.files import no_files
from autograder.exam.merge import Exam, WrongAssignment, merge
from autograder.exam.names import ownership
from autograder.exam.notebook import Cell, Notebook, load
from autograder.exam.sitting import Sitting
from autograder.exam.trainings import Way
from autograder.feedback import outcomes_text, shortened
from autograder.feedback.text import error_text, training_text
from autograder.i18n import VARIABLE, _, known_language
from autograder.report import CellReport, Outcome, Status
from autograder.sandbox import NoLayer, layer_for

_SITTING = "autograder"
"""Where a run's resources hold the :class:`Sitting` of the notebook at hand."""

_UNGRADED = "autograder_ungraded"
"""Where a merged notebook's metadata say why there is nothing in it to grade."""

_MAX_COMMENT = 10_000

_NO_RESPONSE = "No response."
"""nbgrader's own comment on a solution cell that was left as it was."""


def configure(config: Any, *, language: str | None = None) -> None:
    """Makes a course of nbgrader's be graded behind the wall: ``configure(c)`` in ``nbgrader_config.py``.

    Parameters
    ----------
    config
        nbgrader's.
    language
        Of what students and instructors read, such as ``"zh_TW"``, unless ``AUTOGRADER_LANG`` says another.

    Raises
    ------
    UnknownLanguage
        If there are no messages in it.
    """
    if language is not None:
        os.environ.setdefault(VARIABLE, known_language(language))
    preprocessors = "autograder.adapters.nbgrader"
    config.Autograde.sanitize_preprocessors = [
        f"{preprocessors}.MergeSubmission",
        "nbgrader.preprocessors.OverwriteCells",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.Autograde.autograde_preprocessors = [
        f"{preprocessors}.HoldExam",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        f"{preprocessors}.AddReasons",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    config.Autograde.exporter_class = "autograder.adapters.reading.BoundedNotebookExporter"
    # What people read.
    config.HTMLExporter.filters = {"markdown2html": "autograder.adapters.display.markdown_to_html"}
    config.HTMLExporter.preprocessors = ["autograder.adapters.display.ShowSafely"]
    config.ExportApp.plugin_class = "autograder.adapters.export.SpreadsheetExport"
    config.Application.logging_config = {"formatters": {"console": {"class": "autograder.adapters.log.InertFormatter"}}}
    names_are_no_markup()


class _Preprocessor(NbGraderPreprocessor):  # type: ignore[misc]
    """What both sides of the exam know of the course."""

    @property
    def _converter(self) -> Any:
        return self.parent.parent

    def _assignment_folder(self, directory: str, resources: Mapping[str, Any], student: str = ".") -> Path:
        coursedir = self._converter.coursedir
        return Path(coursedir.format_path(directory, student, resources["nbgrader"]["assignment"]))

    def _own_folder(self, resources: Mapping[str, Any]) -> Path:
        return self._assignment_folder(self._converter.coursedir.source_directory, resources)

    def _source_path(self, resources: Mapping[str, Any]) -> Path:
        """The source notebook, else the release notebook."""
        coursedir = self._converter.coursedir
        name = f"{resources['nbgrader']['notebook']}.ipynb"
        folders = [
            self._assignment_folder(directory, resources)
            for directory in (coursedir.source_directory, coursedir.release_directory)
        ]
        paths = [folder / name for folder in folders]
        found = next((path for path in paths if path.is_file()), None)
        if found is None:
            raise NbGraderException(
                _(
                    "The source notebook is needed to grade a submission: expected {source}, or at least the release"
                    " version {release}, found neither."
                ).format(source=paths[0], release=paths[1])
            )
        return found


class MergeSubmission(_Preprocessor):
    """Makes the notebook that is graded: the source's cells, with the student's text where it belongs.

    Cells that are missing, doubled, moved or changed are put right, and told in a cell of their own.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The merged notebook, without outputs."""
        self._leave_links(resources)
        path = self._source_path(resources)
        given = nbformat.read(path, as_version=nbformat.current_nbformat)
        source = load(path)
        stored = self._stored_ids(resources)
        unknown = [cell.grade_id for cell in source.cells if cell.grade_id and cell.grade_id not in stored]
        if unknown:
            self.log.warning(
                _(
                    "Cells of the source notebook are not in the gradebook and are left out: %s. Run 'nbgrader"
                    " generate_assignment' again."
                ),
                ", ".join(unknown),
            )
            source = Notebook(tuple(cell for cell in source.cells if cell.grade_id not in unknown))
        submission = read(nb)
        ungraded = ""
        try:
            exam = merge(source, submission)
        except WrongAssignment as error:
            # All cells are put back unanswered; whoever grades sees what was handed in below them.
            ungraded = str(error)
            unanswered = [
                replace(cell, source="" if cell.solution and not cell.task else cell.source, index=-1)
                for cell in source.cells
                if cell.grade_id
            ]
            own = [Cell(source=cell.source, code=cell.code, index=cell.index) for cell in submission.cells]
            exam = Exam((*unanswered, *own), (ungraded,))
        for notice in exam.notices:
            self.log.warning("%s", notice)
        roles = {
            cell.metadata.nbgrader.grade_id: cell
            for cell in given.cells
            if isinstance(cell.metadata.get("nbgrader"), dict) and "grade_id" in cell.metadata.nbgrader
        }
        cells = [as_node(cell, roles, nb) for cell in exam.cells]
        metadata = {key: given.metadata[key] for key in ("kernelspec", "language_info") if key in given.metadata}
        if ungraded:
            metadata[_UNGRADED] = ungraded
        merged = new_notebook(cells=[*notes(exam.notices), *cells], metadata=metadata)
        return nbformat.from_dict(merged), resources

    def _leave_links(self, resources: Mapping[str, Any]) -> None:
        """What links beside the notebook lead to was copied by nbgrader, and would be given back with the feedback."""
        coursedir, student = self._converter.coursedir, resources["nbgrader"]["student"]
        submitted = self._assignment_folder(coursedir.submitted_directory, resources, student)
        autograded = self._assignment_folder(coursedir.autograded_directory, resources, student)
        for path in no_files(submitted):
            copy = autograded / path.relative_to(submitted)
            if copy.is_file():
                self.log.warning(_("%s is no ordinary file and is left out."), path)
                copy.unlink()

    def _stored_ids(self, resources: Mapping[str, Any]) -> set[str]:
        told = resources["nbgrader"]
        with Gradebook(told["db_url"]) as gradebook:
            return {cell.name for cell in gradebook.find_notebook(told["notebook"], told["assignment"]).source_cells}


class HoldExam(_Preprocessor):
    """Runs the student's cells in a kernel and the test cells in the examiner, and writes each verdict."""

    cell_timeout = Float(Limits().cell_seconds, help="Wall time of one cell of a student's, in seconds.").tag(
        config=True
    )
    notebook_timeout = Float(
        Limits().notebook_seconds, help="Wall time of all cells of a notebook together, in seconds."
    ).tag(config=True)

    limits = Dict(
        help="Other limits of a submission by name, such as {'memory_bytes': 2_000_000_000}: see “autograder doctor”."
    ).tag(config=True)
    trust_submissions = Bool(
        False, help="Run students' code without isolation, as yourself on this machine. Every submission says so."
    ).tag(config=True)

    remember = Bool(True, help="Use the result of an earlier run where nothing has changed since that decides it.").tag(
        config=True
    )

    cache = Unicode(
        "", help="Where what was done is remembered: a folder, or an address of fsspec's that several machines share."
    ).tag(config=True)
    training = Enum(
        ["canonical", "remembered", "as-written", "submitted"],
        "canonical",
        help="How networks are trained: alike for all, once and as the notebook would, by each notebook itself, or not"
        " at all where the student handed in what autograder.save_model saved.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook with the outputs of this run.

        Raises
        ------
        KernelFault, ExaminerFault, OSError
            If the exam could not be held, for a reason that is not the student's: the submission stays ungraded.
        """
        exam = Exam(read(nb).cells)
        limits = Limits(**{"cell_seconds": self.cell_timeout, "notebook_seconds": self.notebook_timeout, **self.limits})
        if _UNGRADED in nb.metadata:
            sitting = _nothing(exam, nb.metadata[_UNGRADED])
        else:
            sitting = self._sitting(exam, limits, resources)
        reports = {report.grade_id: report for report in sitting.cells}
        count = 0
        for place, (cell, node) in enumerate(zip(exam.cells, nb.cells, strict=True)):
            if not cell.code:
                continue
            count += 1
            node.execution_count = count
            node.outputs = (
                [verdict_of(reports[cell.grade_id], count)]
                if cell.is_test
                else nbformat.from_dict(sitting.outputs.get(place, []))
            )
        for notice in sitting.notices:
            self.log.warning("%s", notice)
        about = training_text(sitting.trainings)
        nb.cells = [*notes(sitting.notices), *nb.cells, *([new_markdown_cell(about)] if about else [])]
        resources[_SITTING] = sitting
        return nb, resources

    def _sitting(self, exam: Exam, limits: Limits, resources: Mapping[str, Any]) -> Sitting:
        student = resources["nbgrader"]["student"]
        own = self._own_folder(resources)
        memory = Memory.at(self.cache or None) if self.remember else None
        hall = _hall(self._converter, self.trust_submissions, limits, memory, cast(Way, self.training))
        # Not nbgrader's copies: they are ordinary files, whatever they were.
        handed_in = self._assignment_folder(self._converter.coursedir.submitted_directory, resources, student)
        source = self._source(exam, resources)
        return hall.hold(
            lambda grader: grader.sit(
                exam, source, student=student, own=own if own.is_dir() else None, handed_in=handed_in
            )
        )

    def _source(self, exam: Exam, resources: Mapping[str, Any]) -> Notebook:
        """The source notebook, which says who owns which name, with its tests as the gradebook has them."""
        stored = {cell.grade_id: cell for cell in exam.cells if cell.grade_id}
        source = load(self._source_path(resources))
        return replace(
            source,
            cells=tuple(
                replace(cell, source=stored[cell.grade_id].source, points=stored[cell.grade_id].points)
                if cell.grade_id in stored and not cell.solution
                else cell
                for cell in source.cells
            ),
        )


class AddReasons(_Preprocessor):
    """Gives each solution cell a comment: what the tests that ask about it found.

    nbgrader has no comments on test cells. A verdict that is our own fault is marked for manual grading.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is; the gradebook is what changes."""
        sitting: Sitting = resources[_SITTING]
        comments = comments_of(read(nb).cells, sitting, load(self._source_path(resources)).cells)
        told = resources["nbgrader"]
        place = (told["notebook"], told["assignment"], told["student"])
        with Gradebook(told["db_url"]) as gradebook:
            for grade_id, text in comments.items():
                comment = gradebook.find_comment(grade_id, *place)
                unanswered = comment.auto_comment == _NO_RESPONSE
                comment.auto_comment = f"{_NO_RESPONSE}\n\n{text}" if unanswered else text
            for report in sitting.cells:
                if report.broken:
                    self.log.warning(_("%s needs manual grading: a test could not be carried out."), report.grade_id)
                if report.broken or _UNGRADED in nb.metadata:
                    gradebook.find_grade(report.grade_id, *place).needs_manual_grade = True
            gradebook.db.commit()
        return nb, resources


def comments_of(cells: Sequence[Cell], sitting: Sitting, source: Sequence[Cell]) -> dict[str, str]:
    """The comment on each solution cell that has something to tell, as Markdown.

    A test cell belongs to the solution cell that makes the last of the names that it asks for; to the last one
    before it where it asks for none. Full marks need no words.
    """
    owners = ownership(source)
    order = [cell.grade_id for cell in cells]
    answers = {cell.grade_id for cell in cells if cell.solution}
    about: dict[str, list[str]] = {}
    for report in sitting.cells:
        before = order[: order.index(report.grade_id)]
        solutions = [name for name in before if name in answers]
        makers = {owners.makers.get(name) for name in owners.asked.get(report.grade_id, ())}
        home = next((one for one in reversed(solutions) if one in makers), solutions[-1] if solutions else None)
        if home is not None and report.outcomes and (report.broken or report.score < report.points):
            about.setdefault(home, []).append(f"{report.grade_id}\n{outcomes_text(report.outcomes)}")
    for error in sitting.errors:
        # That a cell is not filled in is what nbgrader says itself.
        if error.grade_id in answers and not error.error.startswith("NotImplementedError"):
            about.setdefault(error.grade_id, []).insert(0, error_text(error))
    return {grade_id: preformatted(shortened("\n\n".join(parts), _MAX_COMMENT)) for grade_id, parts in about.items()}


def _nothing(exam: Exam, reason: str) -> Sitting:
    """What comes of a notebook that answers nothing: no points, and a person who looks."""
    sitting = Sitting()
    for cell in exam.cells:
        if cell.is_test:
            outcome = Outcome(
                check="Test",
                title=_("The instructor's test"),
                status=Status.FAILED,
                score=0.0,
                points=cell.points,
                message=reason,
            )
            sitting.cells.append(CellReport(grade_id=cell.grade_id, score=0.0, points=cell.points, outcomes=(outcome,)))
    return sitting


def _hall(converter: Any, trusted: bool, limits: Limits, memory: Memory | None, training: Way) -> Hall:
    """The hall of a run, opened for its first notebook and closed with nbgrader's converter.

    nbgrader calls from whatever thread it is in; in the formgrader that thread has a loop of its own.
    """
    hall: Hall | None = getattr(converter, "_autograder_hall", None)
    if hall is None:
        try:
            layer = layer_for(trusted=trusted)
        except NoLayer as error:
            raise NbGraderException(
                _("{error} In nbgrader_config.py: {setting}").format(
                    error=error, setting="c.HoldExam.trust_submissions = True"
                )
            ) from error
        hall = converter._autograder_hall = Hall(Grader(layer, limits, memory, training=training))
        weakref.finalize(converter, hall.close)
    return hall
