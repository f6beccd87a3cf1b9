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
import nh3
from jinja2 import pass_context
from markupsafe import escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from autograder.exam.outputs import IMAGES, image
from autograder.feedback import safe

_DATA_IMAGE = re.compile(rf"data:({'|'.join(map(re.escape, IMAGES))});base64,([A-Za-z0-9+/=\s]+)\Z")

_LINK = re.compile(r"https?://|mailto:|#", re.IGNORECASE)

# Pygments', and those of lists of tasks: others are names of the page's own buttons and boxes.
_CLASSES = re.compile(r"highlight|[a-z]{1,2}[a-z0-9]?|task-list-item(-checkbox)?")

_TAGS = (nh3.ALLOWED_TAGS | {"input"}) - {"area", "map"}
# What ends a text of HTML, or a string of JavaScript's.
_MARKUP = re.compile(r"[<>\"\\\x00-\x1f]")

_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    # What colours code; what a heading is linked by; the boxes of a task list.
    "*": {"class", "id", "align"},
    "input": {"type", "checked", "disabled"},
    "img": {"src", "alt", "title", "width", "height"},
}


@pass_context
def markdown_to_html(context: Any, source: str) -> str:
    """The Markdown of a cell, with what it attaches, as HTML without scripts, forms, frames and styles.

    Pictures are those that the notebook brings along. One on another machine is not fetched: that would tell
    its owner who reads the page and when. A link leads to another site or to a place on the page: the formgrader
    serves whatever files were handed in, also HTML, as pages of its own.
    """
    attachments = _Attachments(context.get("cell", {}).get("attachments", {}))
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(source))


class _Attachments(dict[str, dict[str, str]]):
    """Has every name: the renderer would not go on where a picture is missing."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> dict[str, str]:
        return {"image/png": ""}


def clean(html: str) -> str:
    """``html`` with the tags and attributes that Markdown gives, and no others."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        # Names of the page's own elements are not the student's to take.
        id_prefix="user-content-",
        url_schemes={"http", "https", "mailto", "data"},
    )


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


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        found = _DATA_IMAGE.match(value)
        return value if found and image(found[2], found[1]) is not None else None
    if name in {"href", "cite", "src"} and not _LINK.match(value):
        return None
    if tag == "input" and name == "type":
        return "checkbox"
    if name == "class":
        return " ".join(one for one in value.split() if _CLASSES.fullmatch(one)) or None
    return value
