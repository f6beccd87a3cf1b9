"""Reports as HTML. Every text goes through :func:`safe` and Jinja2's autoescape: nothing of a student's is
markup, and nothing acts on who reads the source.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder.feedback.text import MARKS, number, safe, training_text, word
from autograder.i18n import _, ngettext
from autograder.report import ClassReport, Outcome, SubmissionReport, points_of, score_of

TEMPLATES = Path(__file__).parent / "templates"


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """A card for a notebook's output cell: a fragment that brings its own style."""
    return _template("card.html").render(outcomes=outcomes, score=score_of(outcomes), points=points_of(outcomes))


def submission_page(report: SubmissionReport) -> str:
    """One student's feedback: a whole page in one file."""
    return _template("submission.html").render(report=report)


def class_page(report: ClassReport, pages: Sequence[str]) -> str:
    """The table of a run; ``pages`` are the file names of its submissions' pages, in order."""
    return _template("class.html").render(rows=list(zip(report.submissions, pages, strict=True)))


def _finalized(value: object) -> object:
    """What a template shows, without characters that act on its reader; escaping comes after."""
    if isinstance(value, Markup):
        return Markup(safe(value))  # it was markup before
    return safe(value) if isinstance(value, str) else value


def _template(name: str) -> jinja2.Template:
    return _environment().get_template(name)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalized,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(_, ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.filters["number"] = number
    environment.filters["trainings"] = training_text
    environment.globals["mark"] = MARKS.__getitem__
    environment.globals["word"] = word
    return environment
