"""Formulas in TeX as MathML, which a page shows without a script.

Of what latex2mathml gives, the tree is taken and not the text: it does not escape everything that it repeats.
"""

from __future__ import annotations

import html
from typing import Any

from markupsafe import Markup, escape

_MOST = 2_000
"""Characters of a formula."""

_TAGS = frozenset(
    {
        *("math", "mrow", "mi", "mo", "mn", "mtext", "mspace", "mstyle", "mpadded", "mphantom"),
        *("msub", "msup", "msubsup", "munder", "mover", "munderover", "mfrac", "msqrt", "mroot"),
        *("mtable", "mtr", "mtd"),
    }
)


def formula(tex: str, *, block: bool) -> Markup | None:
    """A formula; ``None`` where it is none that can be read."""
    from latex2mathml.converter import convert_to_element

    if len(tex) > _MOST:
        return None
    try:
        return _written(convert_to_element(tex.strip(), display="block" if block else "inline"))
    except Exception:  # noqa: BLE001 - anybody writes TeX, and a reader of it may fail at anything
        return None


def _written(element: Any) -> Markup:
    inner = escape(html.unescape(element.text or "")) + Markup().join(map(_written, element))
    if element.tag not in _TAGS:
        return inner
    display = Markup(' display="block"') if element.get("display") == "block" else Markup()
    width = Markup(' width="{}"').format(element.get("width")) if element.tag == "mspace" else Markup()
    return Markup("<{tag}{display}{width}>{inner}</{tag}>").format(
        tag=element.tag, display=display, width=width, inner=inner
    )
