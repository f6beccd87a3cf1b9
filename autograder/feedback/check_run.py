"""A report as a check on a commit, in the form of GitHub's Checks API. Who publishes it adds the commit."""

from __future__ import annotations

import json
from collections.abc import Sequence

from autograder.feedback.annotations import Places, check_annotations
from autograder.feedback.summary import class_markdown
from autograder.feedback.text import one_line, score_text
from autograder.i18n import _
from autograder.report import ClassReport

_MAX_TITLE = 200


def check_run(
    report: ClassReport, places: Sequence[Places], remarks: Sequence[str] = (), passed: bool | None = None
) -> str:
    """JSON with ``conclusion`` and ``output``.

    Parameters
    ----------
    report, places
        The run, and where the cells of each notebook stand in its file.
    remarks
        What is to be known of files that were not graded.
    passed
        Whether every score reaches the pass mark; ``None`` where there is no mark, or nothing was graded.
    """
    conclusion = "neutral" if passed is None else "success" if passed else "failure"
    output = {
        "title": _title(report),
        "summary": class_markdown(report, remarks),
        "annotations": json.loads(check_annotations(report, places)),
    }
    return json.dumps({"conclusion": conclusion, "output": output}, indent=2)


def _title(report: ClassReport) -> str:
    scores = [f"{one_line(one.assignment)}: {score_text(one)}" for one in report.submissions]
    return ", ".join(scores)[:_MAX_TITLE] or _("No notebook was graded.")
