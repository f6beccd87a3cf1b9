"""Reports as HTML. Every text goes through :func:`safe` and Jinja2's autoescape: nothing of a student's is
markup, and nothing acts on who reads the source.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import jinja2
from markupsafe import Markup

from autograder.feedback.advice import first_steps
from autograder.feedback.text import MARKS, number, safe, training_text, word
from autograder.i18n import _, html_language, ngettext
from autograder.report import (
    CellReport,
    ClassReport,
    Outcome,
    Row,
    Status,
    SubmissionReport,
    points_of,
    score_of,
)

TEMPLATES = Path(__file__).parent / "templates"

_MOST_KEPT = 512
"""Cells: most are the exercise's own, and the same on every page."""

_HEADING = re.compile(r"<(/?)h([1-6])\b")

# A page has its title and its parts above the headings of a notebook.
_TOP, _DEEPEST = 3, 6


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """A card for a notebook's output cell: a fragment that brings its own style."""
    return template("card.html").render(outcomes=outcomes, score=score_of(outcomes), points=points_of(outcomes))


def submission_page(report: SubmissionReport) -> str:
    """One student's feedback: a whole page in one file, with the notebook where the report has it."""
    share = 100 * (report.score or 0) / report.max_score if report.max_score else 0
    waiting = [cell.points for cell in report.cells if cell.manual and not cell.outcomes]
    return template("submission.html").render(
        report=report,
        steps=first_steps(report),
        reports={cell.grade_id: cell for cell in report.cells},
        # Only names of cells that can be gone to.
        places={cell.grade_id: place for place, cell in enumerate(report.notebook, 1) if cell.grade_id},
        share=round(min(max(share, 0), 100), 1),
        waiting=sum(waiting),
        markdown=_markdown(),
    )


def class_page(report: ClassReport, pages: Sequence[str]) -> str:
    """The table of a run; ``pages`` are the file names of its submissions' pages, in order."""
    return template("class.html").render(rows=list(zip(report.submissions, pages, strict=True)))


def template(name: str) -> jinja2.Template:
    """A template, in which no text is markup."""
    return _environment().get_template(name)


def _finalized(value: object) -> object:
    """What a template shows, without characters that act on its reader; escaping comes after."""
    if isinstance(value, Markup):
        return Markup(safe(value))  # it was markup before
    return safe(value) if isinstance(value, str) else value


def _markdown() -> Callable[[str], Markup]:
    """A notebook's Markdown, cell by cell: its headings are below the page's, and none is skipped."""
    # nbconvert takes a while to import, and most cards have no Markdown.
    from autograder.feedback.markdown import markdown_with_formulas

    level = _TOP - 1

    def shown(source: str) -> Markup:
        return Markup(_HEADING.sub(lowered, markdown_with_formulas(safe(source))))

    def lowered(found: re.Match[str]) -> str:
        nonlocal level
        if not found[1]:
            level = min(int(found[2]) + _TOP - 1, level + 1, _DEEPEST)
        return f"<{found[1]}h{level}"

    return shown


@lru_cache(_MOST_KEPT)
def _highlighted(source: str) -> Markup:
    """Python in colours."""
    import pygments
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    code = pygments.highlight(safe(source), PythonLexer(stripnl=True), HtmlFormatter(nowrap=True))
    return Markup(code.rstrip("\n"))


def _counted(outcomes: Sequence[Outcome]) -> list[tuple[Status, int]]:
    found = Counter(outcome.status for outcome in outcomes)
    return [(status, found[status]) for status in Status if found[status]]


def _marked(rows: Sequence[Row]) -> list[tuple[Row, bool]]:
    """Each row, and whether it is the first difference."""
    first = next((row for row in rows if row.mark != "ok"), None)
    return [(row, row is first) for row in rows]


def _row_word(mark: str) -> str:
    return {
        "ok": _("✓ same"),
        "wrong": _("✗ differs"),
        "missing": _("✗ missing"),
        "extra": _("✗ too many"),
    }.get(mark, mark)


def _result(cell: CellReport) -> str:
    """A graded cell's result as a mark and a word."""
    if cell.manual and not cell.outcomes:
        return _("a person grades this") if cell.points else _("not graded")
    status = _status(cell)
    return f"{MARKS[status]} {word(status)}"


def _tone(cell: CellReport) -> str:
    if cell.manual and not cell.outcomes:
        return "muted"
    return {Status.PASSED: "good", Status.FAILED: "bad"}.get(_status(cell), "part")


def _status(cell: CellReport) -> Status:
    if cell.broken:
        return Status.BROKEN
    if cell.score >= cell.points:
        return Status.PASSED
    return Status.PARTIAL if cell.score > 0 else Status.FAILED


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
    environment.filters.update(
        number=number,
        trainings=training_text,
        counted=_counted,
        marked=_marked,
        result=_result,
        tone=_tone,
        highlighted=_highlighted,
    )
    environment.globals.update(mark=MARKS.__getitem__, word=word, row_word=_row_word, language=html_language)
    return environment
