"""Markdown of anybody's as HTML that does nothing: the tags and attributes that Markdown gives, and no others."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import nh3
from markupsafe import escape
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from autograder.feedback.formulas import formula
from autograder.feedback.images import IMAGES, image
from autograder.i18n import _

_DATA_IMAGE = re.compile(rf"data:({'|'.join(map(re.escape, IMAGES))});base64,([A-Za-z0-9+/=\s]+)\Z")

_LINK = re.compile(r"https?://|mailto:|#", re.IGNORECASE)

# Pygments', and those of lists of tasks: others are names of the page's own buttons and boxes.
_CLASSES = re.compile(r"highlight|[a-z]{1,2}[a-z0-9]?|task-list-item(-checkbox)?")

_MOST_KEPT = 512
"""Cells: most are the exercise's own, and the same on every page."""

_BLOCK, _INLINE = "mtb", "mti"
# In an attribute its quotes would be escaped.
_FORMULA = re.compile(rf'<code class="({_BLOCK}|{_INLINE})">([^<]*)</code>')

_TAGS = (nh3.ALLOWED_TAGS | {"input"}) - {"area", "map"}

_ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    # What colours code; what a heading is linked by; the boxes of a task list.
    "*": {"class", "id", "align"},
    "input": {"type", "checked", "disabled"},
    "img": {"src", "alt", "title", "width", "height"},
}


def markdown(source: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """The Markdown of a cell, with what it attaches, as HTML without scripts, forms, frames and styles.

    Pictures are those that the notebook brings along. One on another machine is not fetched: that would tell
    its owner who reads the page and when. A link leads to another site or to a place on the page: the formgrader
    serves whatever files were handed in, also HTML, as pages of its own.
    """
    return _rendered(source, IPythonRenderer, attachments or {})


@lru_cache(_MOST_KEPT)
def markdown_with_formulas(source: str) -> str:
    """As :func:`markdown`, for a page that has no script for formulas."""
    return _FORMULA.sub(_formula, _rendered(source, _WithFormulas, {}))


def _rendered(source: str, kind: type[IPythonRenderer], attachments: Mapping[str, Mapping[str, str]]) -> str:
    renderer = kind(escape=False, attachments=_Attachments(attachments), exclude_anchor_links=True)
    return clean(MarkdownWithMath(renderer=renderer).render(source))


class _WithFormulas(IPythonRenderer):
    """Puts formulas where they are found again once all else is clean: as code, in a class of their own."""

    def block_math(self, body: str) -> str:
        return f'<code class="{_BLOCK}">{escape(body)}</code>'

    def inline_math(self, body: str) -> str:
        return f'<code class="{_INLINE}">{escape(body)}</code>'


def _formula(found: re.Match[str]) -> str:
    block = found[1] == _BLOCK
    shown = formula(html.unescape(found[2]), block=block) or f"<code>{found[2]}</code>"
    name = escape(_("Formula"))
    # A long one is scrolled, also by keys.
    return f'<span class="formula" tabindex="0" role="group" aria-label="{name}">{shown}</span>' if block else shown


class _Attachments(dict[str, Any]):
    """Has every name: the renderer would not go on where a picture is missing."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> dict[str, str]:
        return {"image/png": ""}


def clean(markup: str) -> str:
    """``markup`` with the tags and attributes that Markdown gives, and no others."""
    return nh3.clean(
        markup,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        # A box without a name says nothing to who does not see it.
        set_tag_attribute_values={"input": {"aria-label": _("done")}},
        # Names of the page's own elements are not the student's to take.
        id_prefix="user-content-",
        url_schemes={"http", "https", "mailto", "data"},
    )


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
