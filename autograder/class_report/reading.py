"""A class's reports as they were written: a folder of pages, JSON, or JSON with a line for each submission."""

from __future__ import annotations

from pathlib import Path

import msgspec

from autograder.i18n import _
from autograder.report import SCHEMA_VERSION, ClassReport, SubmissionReport


class UnreadableReport(ValueError):
    """A file that is no report of ours; the message says why and what to do."""


def read_class(path: Path) -> ClassReport:
    """The reports in a file, or in a folder's ``report.json``.

    Raises
    ------
    UnreadableReport
        If there is none, or it is of a later version.
    """
    file = path / "report.json" if path.is_dir() else path
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableReport(
            _(
                "{path} cannot be read ({error}): expected report.json in the folder that “autograder grade --report"
                " FOLDER” wrote, or what “autograder grade --format json” printed."
            ).format(path=file, error=error.strerror)
        ) from error
    try:
        return _decoded(content)
    except msgspec.MsgspecError as error:
        raise UnreadableReport(
            _("{path} is no report of autograder's: {error}.").format(path=file, error=error)
        ) from error


def _decoded(content: bytes) -> ClassReport:
    try:
        report = msgspec.json.decode(content, type=ClassReport)
    except msgspec.MsgspecError as error:
        try:
            return ClassReport(submissions=tuple(msgspec.json.Decoder(SubmissionReport).decode_lines(content)))
        except msgspec.MsgspecError:
            # What is wrong with the usual form says more.
            raise error from None
    if report.schema > SCHEMA_VERSION:
        raise msgspec.ValidationError(
            _("it has version {found}, and this autograder reads {known}").format(
                found=report.schema, known=SCHEMA_VERSION
            )
        )
    return report
