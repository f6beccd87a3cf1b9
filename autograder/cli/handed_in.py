"""What a run is to grade: files and folders, or the notebooks that a branch of a Git repository changes."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli import runs
from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Submission
    from autograder.exam.bundle import Executed
    from autograder.report import ClassReport, SubmissionReport


@dataclass(frozen=True, slots=True)
class HandedIn:
    """Submissions, and what is to be told of what is none."""

    submissions: Sequence[Submission]
    remarks: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    """Paths as they are read → as they are told, where those differ."""

    def told(self, report: SubmissionReport) -> SubmissionReport:
        """A report with the path that its reader knows."""
        return replace(report, path=self.names.get(report.path, report.path))

    def shown(self, executed: Executed) -> Executed:
        """What was executed, with the path that its reader knows."""
        return replace(executed, path=self.names.get(executed.path, executed.path))

    def contents(self, graded: ClassReport) -> list[bytes]:
        """The notebooks that reports are about, in order; nothing for one that cannot be read."""
        from autograder.exam.notebook import UnreadableNotebook, content_of
        from autograder.exam.submissions import as_text

        read = {self.names.get(as_text(one.path), as_text(one.path)): one.path for one in self.submissions}

        def content(path: Path | None) -> bytes:
            try:
                return b"" if path is None else content_of(path, handed_in=True)
            except UnreadableNotebook:
                return b""

        return [content(read.get(report.path)) for report in graded.submissions]


@contextlib.contextmanager
def handed_in(paths: Sequence[Path], source: Path, since: str | None, head: str) -> Iterator[HandedIn]:
    """The submissions at ``paths``, or those of them that ``head`` has changed ``since``.

    Raises
    ------
    click.UsageError
        If there are none, no sources, or no such commit.
    """
    if since is None:
        if not paths:
            raise click.MissingParameter(param_hint="'PATHS...'", param_type="argument")
        for path in paths:
            if not path.exists():
                raise click.BadParameter(
                    _("Path {path!r} does not exist.").format(path=str(path)), param_hint="'PATHS...'"
                )
        yield HandedIn(runs.found(paths, source))
        return
    # On a path of its own: the names of the folders around a notebook say whose it is, and "-" is nobody's.
    with tempfile.TemporaryDirectory(prefix="autograder-changes-") as folder:
        yield _changed(paths, source, since, head, Path(folder) / "-")


def _changed(paths: Sequence[Path], source: Path, since: str, head: str, folder: Path) -> HandedIn:
    from autograder.adapters.repository import Repository, RepositoryError
    from autograder.exam import NoSource, find_submissions, sources
    from autograder.exam.submissions import as_text
    from autograder.feedback import one_line

    repository = Repository(Path())
    try:
        known = sources(source)
        top = repository.top.resolve()
        below = [str(_relative(path, top)) for path in paths]
        changes = repository.changes(since, head, below)
        remarks = list(changes.remarks)
        written, unwritten = repository.write(changes, folder)
        remarks += unwritten
    except (RepositoryError, NoSource) as error:
        raise click.UsageError(str(error)) from error
    found: list[Submission] = []
    names: dict[str, str] = {}
    for path, change in written.items():
        if path.resolve().is_relative_to((folder / _relative(source, top)).resolve()):
            continue
        try:
            found += find_submissions([path], known)
            names[as_text(path)] = as_text(change.path)
        except NoSource:
            remarks.append(
                _("{path} answers no assignment of this course: it was not graded.").format(
                    path=one_line(as_text(change.path))
                )
            )
    for remark in remarks:
        click.echo(remark, err=True)
    if not found:
        click.echo(_("The branch changes no notebook that is graded."), err=True)
    return HandedIn(found, remarks, names)


def _relative(path: Path, top: Path) -> Path:
    """A path as the repository has it; one outside of it as it is."""
    absolute = path.absolute()
    return absolute.relative_to(top) if absolute.is_relative_to(top) else path


def change_options(command: click.decorators.FC) -> click.decorators.FC:
    """``--changed-since`` and ``--head``."""
    command = click.option(
        "--head",
        default="HEAD",
        show_default=True,
        metavar="REF",
        help="With --changed-since: the commit whose notebooks are read. It need not be checked out.",
    )(command)
    return click.option(
        "--changed-since",
        "since",
        metavar="REF",
        help="Only notebooks that have changed since the branch left REF, below PATHS or anywhere. They are read from"
        " the commit, as data.",
    )(command)
