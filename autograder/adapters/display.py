"""Students' Markdown as HTML in which nothing is alive, for nbgrader's formgrader and feedback pages.

Used as nbconvert's ``markdown2html`` filter. Outputs need none: they are rebuilt before they are stored
(:mod:`autograder.exam.outputs`).
"""

from __future__ import annotations

import re
from typing import Any

import nh3
from jinja2 import pass_context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.exam.outputs import IMAGES, image

_DATA_IMAGE = re.compile(rf"data:({'|'.join(map(re.escape, IMAGES))});base64,([A-Za-z0-9+/=\s]+)\Z")

# Pygments', and those of lists of tasks: others are names of the page's own buttons and boxes.
_CLASSES = re.compile(r"highlight|[a-z]{1,2}[a-z0-9]?|task-list-item(-checkbox)?")

_TAGS = (nh3.ALLOWED_TAGS | {"input"}) - {"area", "map"}
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
    its owner who reads the page and when.
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


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        found = _DATA_IMAGE.match(value)
        return value if found and image(found[2], found[1]) is not None else None
    if name in {"href", "cite", "src"} and value.strip().casefold().startswith("data:"):
        return None
    if tag == "input" and name == "type":
        return "checkbox"
    if name == "class":
        return " ".join(one for one in value.split() if _CLASSES.fullmatch(one)) or None
    return value
