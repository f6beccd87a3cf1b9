"""Students' Markdown on nbgrader's pages: what is shown, and that nothing of it is alive."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from autograder.adapters.display import markdown_to_html
from autograder.feedback.markdown import clean


def shown(source: str, **cell: Any) -> str:
    return str(markdown_to_html({"cell": cell}, source)).strip()


def png() -> str:
    content = io.BytesIO()
    Image.new("RGB", (2, 2)).save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


def test_markdown_looks_as_it_did() -> None:
    assert shown("# Why\n\n*Both* `a < b` and **c**.\n\n- one\n- two") == (
        "<h1>Why</h1>\n<p><em>Both</em> <code>a &lt; b</code> and <strong>c</strong>.</p>\n"
        "<ul>\n<li>one</li>\n<li>two</li>\n</ul>"
    )


def test_formulas_are_left_to_the_page() -> None:
    assert shown(r"$a<b$ and $$\frac{x_1}{2}$$") == r"<p>$a&lt;b$ and $$\frac{x_1}{2}$$</p>"


def test_code_keeps_its_colours_and_tables_and_tasks_their_form() -> None:
    page = BeautifulSoup(shown("```python\nif a: pass\n```\n\n|a|b|\n|-|-|\n|1|2|\n\n- [x] done"), "html.parser")
    assert page.select_one("div.highlight span.k").text == "if"  # type: ignore[union-attr]
    assert [cell.text for cell in page.select("td")] == ["1", "2"]
    assert page.select_one("input")["type"] == "checkbox"  # type: ignore[index]


LIVE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x></object><embed src=x>",
    "<form action=/x><button formaction=javascript:alert(1)>b</button><input type=submit autofocus onfocus=a()></form>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<style>* { display: none }</style><p style='position:fixed'>x</p>",
    "<base href=https://example.org><meta http-equiv=refresh content='0;url=https://example.org'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "```mermaid\ngraph LR; a-->b\n```",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]


@pytest.mark.parametrize("source", LIVE)
def test_nothing_is_alive(source: str) -> None:
    page = BeautifulSoup(shown(source), "html.parser")
    assert not page.select("script, iframe, object, embed, form, button, svg, style, base, meta, math, link")
    for tag in page.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name in {"style", "action", "formaction"}]
        for name in ("href", "src"):
            assert str(tag.get(name, "")).split(":")[0].lower() in {"", "http", "https", "mailto"}
    assert not page.select("input:not([type=checkbox])")


def test_a_picture_that_is_attached_is_shown_and_one_from_elsewhere_is_not_fetched() -> None:
    picture = png()
    assert shown("![a](attachment:a.png)", attachments={"a.png": {"image/png": picture}}) == (
        f'<p><img src="data:image/png;base64,{picture}" alt="a"></p>'
    )
    assert shown("![a](https://example.org/a.png)") == '<p><img alt="a"></p>'
    assert shown("![a](attachment:gone.png)") == '<p><img alt="a"></p>'
    assert shown("![a](attachment:a.svg)", attachments={"a.svg": {"image/svg+xml": "PHN2Zz4="}}) == (
        '<p><img alt="a"></p>'
    )


@pytest.mark.parametrize(
    "address", ["evil.html", "./evil.html", "/formgrader/x", "//example.org/x", "?index=1", "file:x"]
)
def test_a_link_to_what_the_formgrader_serves_is_none(address: str) -> None:
    assert shown(f"[x]({address})") == '<p><a rel="noopener noreferrer">x</a></p>'


def test_a_link_to_another_site_or_to_a_place_on_the_page_is_one() -> None:
    for address in ("https://example.org/x", "HTTP://example.org", "mailto:student-01@example.org", "#why"):
        assert shown(f"[x]({address})") == f'<p><a href="{address}" rel="noopener noreferrer">x</a></p>'


def test_the_pages_own_names_are_not_the_students_to_take() -> None:
    assert clean('<div id="score" class="btn full-credit nbgrader_cell">x</div>') == (
        '<div id="user-content-score" class="btn">x</div>'
    ) or clean('<div id="score" class="btn full-credit nbgrader_cell">x</div>') == (
        '<div class="btn" id="user-content-score">x</div>'
    )
