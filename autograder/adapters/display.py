"""What nbgrader's formgrader and feedback pages show of a student: nothing of it is alive.

:func:`markdown_to_html` is nbconvert's ``markdown2html`` filter, :class:`ShowSafely` goes over a notebook before it is
shown. Outputs need nothing: they are rebuilt before they are stored (:mod:`autograder.exam.outputs`).
"""

from __future__ import annotations

import functools
import re
import sys
from typing import Any
from urllib.parse import quote

import jinja2
from jinja2 import pass_context
from markupsafe import escape
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from autograder.feedback import safe
from autograder.feedback.markdown import markdown

# What ends a text of HTML, or a string of JavaScript's.
_MARKUP = re.compile(r"[<>\"\\\x00-\x1f]")


@pass_context
def markdown_to_html(context: Any, source: str) -> str:
    """The Markdown of a cell, with what it attaches, as :func:`~autograder.feedback.markdown.markdown` makes it."""
    return markdown(source, context.get("cell", {}).get("attachments"))


class ShowSafely(Preprocessor):
    """A notebook's texts as :func:`~autograder.feedback.safe` makes them, and names that are no markup.

    nbgrader puts a student's name into the formgrader's page as it is. What is stored stays as it was.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """The notebook as it is shown, and what else its page tells."""
        for cell in nb.cells:
            # Code that reads otherwise than it runs, and words that a person does not see but a program does.
            cell.source = safe(cell.source)
        for name in ("student", "first_name", "last_name", "notebook_path"):
            if resources.get(name):
                resources[name] = str(escape(safe(resources[name])))
        return nb, resources


def names_are_no_markup() -> None:
    """Has the formgrader's other pages show names of students and assignments without markup.

    Its templates (nbgrader 0.9) put what an address says into a page, and into a script on it, as it stands: a link
    in a student's answer would be enough. There is no setting for that.
    """
    formgrader = sys.modules.get("nbgrader.server_extensions.formgrader.formgrader")
    if formgrader is not None:
        formgrader.Environment = functools.partial(jinja2.Environment, finalize=_without_markup)  # type: ignore[attr-defined]


def _without_markup(value: object) -> object:
    # As in an address, which is what scripts make of it: a name with an apostrophe stays what it is.
    return _MARKUP.sub(lambda found: quote(found[0]), value) if isinstance(value, str) else value
