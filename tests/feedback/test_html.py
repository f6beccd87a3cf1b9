"""Reports as HTML: nothing of a student's is markup."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from bs4 import BeautifulSoup
from hypothesis import example, given, settings

from autograder.feedback import class_page, outcomes_html, safe, submission_page
from autograder.grading import grade
from autograder.report import CellError, CellReport, Outcome, Row, ShownCell, Status, SubmissionReport
from tests.adapters.test_display import LIVE
from tests.checks.networks import Told, cnn, only, told, with_layer
from tests.feedback.reports import HOSTILE, TEXTS, outcome, run, submission, ungraded


class Skeleton(HTMLParser):
    """A page's tags with their attributes, comments and declarations, and the text in between."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[object] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(tag)

    def handle_comment(self, data: str) -> None:
        self.tags.append(("comment", data))

    def handle_decl(self, decl: str) -> None:
        self.tags.append(("declaration", decl))

    def handle_pi(self, data: str) -> None:
        self.tags.append(("instruction", data))

    def unknown_decl(self, data: str) -> None:
        self.tags.append(("unknown", data))

    def handle_data(self, data: str) -> None:
        self.text += data


def pages(text: str) -> list[str]:
    return [
        outcomes_html([outcome(text, status) for status in Status]),
        submission_page(submission(text)),
        submission_page(ungraded(text)),
        class_page(run(text), ["one.html", "two.html"]),
    ]


@settings(deadline=None)
@given(text=TEXTS.filter(bool))
@example("x" * 5000)
def test_no_text_makes_a_tag_an_attribute_or_a_comment(text: str) -> None:
    for page, plain in zip(pages(text), pages("plain"), strict=True):
        assert Skeleton(page).tags == Skeleton(plain).tags


@settings(deadline=None)
@given(text=TEXTS.filter(lambda text: text.splitlines() == [text]))
def test_every_text_is_shown_as_it_is(text: str) -> None:
    shown = safe(text)
    for page, plain in zip(pages(text), pages("plain"), strict=True):
        # Wherever a harmless text stands, this one does, unescaped once and only once.
        assert Skeleton(page).text.count(shown) >= Skeleton(plain).text.count("plain")


@pytest.mark.parametrize("text", HOSTILE)
def test_pages_can_be_written_and_act_on_no_terminal(text: str) -> None:
    for page in pages(text):
        page.encode("utf-8")
        assert page == safe(page)


def test_a_page_loads_nothing() -> None:
    for page in pages("x")[1:]:
        assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:\"" in page
        for word in ("<script", "http://", "https://", "url(", "@import", "<link", "<img", "src="):
            assert word not in page


def test_a_class_of_the_students_cannot_name_itself_markup() -> None:
    hostile = "<script>alert(1)</script>&"
    facts = with_layer(cnn(), 1, kind=hostile, custom=True, settings={})
    from autograder.checks import SameArchitecture

    report = told(Told(facts), SameArchitecture(cnn()))
    assert hostile in only(report).message
    assert hostile not in report.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;&amp;" in report.html


def test_an_answer_cannot_be_markup() -> None:
    from autograder.checks import Answer

    html = grade("<b>&</b>", Answer("relu")).html
    assert "&#39;&lt;b&gt;&amp;&lt;/b&gt;&#39; is not right." in html
    assert "<b>" not in html


def test_a_card_says_everything_a_student_needs() -> None:
    full = Outcome(
        check="Layers",
        title="The layers",
        status=Status.PARTIAL,
        score=1.5,
        points=2,
        message="layer 2: expected filters=64, found filters=32.",
        hint="Look again.",
    )
    text = " ".join(Skeleton(outcomes_html([full])).text.split())
    assert text.endswith(
        "1.5 / 2 points ◐ 1 partly right ◐ The layers: partly right 1.5 / 2"
        " layer 2: expected filters=64, found filters=32. → Look again."
    )


def cell_page(*cells: ShownCell, **told: Any) -> BeautifulSoup:
    """The page of a submission that has these cells."""
    report = replace(submission("plain"), **{"notices": (), "errors": (), "cells": (), **told}, notebook=cells)
    return BeautifulSoup(submission_page(report), "html.parser")


@settings(deadline=None)
@given(text=TEXTS.filter(str.strip))
def test_code_is_shown_as_it_is_and_only_coloured(text: str) -> None:
    code = cell_page(ShownCell(source=text, theirs=True)).select_one("pre.code")
    assert code is not None
    assert {tag.name for tag in code.find_all()} <= {"span"}
    assert all(set(tag.attrs) == {"class"} for tag in code.find_all())
    assert code.text.split() == safe(text).split()


@pytest.mark.parametrize("text", [*HOSTILE, *LIVE])
def test_a_students_markdown_is_not_alive_on_the_page(text: str) -> None:
    page = cell_page(ShownCell(source=f"# a\n\n{text}", code=False, theirs=True))
    assert not page.select("script, iframe, object, embed, form, button, link, base, svg, main style, main meta")
    for tag in page.find_all():
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert not str(tag.get("href", "#")).lower().startswith(("javascript", "data"))


@pytest.mark.parametrize(
    "tex",
    [
        r"\text{<script>alert(1)</script>}",
        r"\text{<img src=x onerror=alert(1)>}",
        r"\href{javascript:alert(1)}{x}",
        r"\class{a\" onclick=\"b}{x}",
        r"a < b \& c > d",
        "{" * 5000,
        r"\left( x",
    ],
)
def test_a_formula_is_nothing_but_a_formula(tex: str) -> None:
    page = cell_page(ShownCell(source=f"$${tex}$$ and ${tex}$ and ![${tex}$](x)", code=False))
    assert not page.select("script, a[href^=javascript], [onerror], [onclick]")
    for tag in page.select("math, math *"):
        assert tag.name.startswith("m")
        assert set(tag.attrs) <= {"display", "width"}


def test_a_formula_needs_no_script() -> None:
    page = cell_page(ShownCell(source=r"so $n \times n$ and $$\sum_{u=0}^{2} w_u$$", code=False))
    inline, block = page.select("math")
    assert inline.text == "n×n"
    assert block["display"] == "block"
    assert block.text == "∑u=02wu"


def test_headings_of_a_notebook_stand_below_those_of_the_page() -> None:
    page = cell_page(
        ShownCell(source="# One\n\n### Deep", code=False), ShownCell(source="###### Deepest\n\n# Two", code=False)
    )
    assert [tag.name for tag in page.select(".cell h1, .cell h2, .cell h3, .cell h4, .cell h5, .cell h6")] == [
        *("h3", "h4", "h5", "h3")
    ]


def test_a_picture_is_told_of_and_its_place_is_the_cell_that_drew_it() -> None:
    page = cell_page(ShownCell(source="draw()", images=(("image/png", "iVBORw=="),)))
    picture = page.select_one(".cell img")
    assert picture is not None
    assert picture["src"] == "data:image/png;base64,iVBORw=="
    assert picture["alt"] == "Picture 1 that this cell drew"


def told_first(**told: Any) -> list[str]:
    page = cell_page(**told)
    return [" ".join(item.text.split()) for item in page.select("ol.steps li")]


def test_a_cell_that_stopped_is_the_first_thing_to_mend_and_what_follows_from_it_is_not_told_again() -> None:
    follows = replace(outcome("x"), message="“model” is not defined, because the cell “build” stopped with NameError.")
    other = replace(outcome("x"), title="The layers", message="one\ntwo\nthree\nfour", hint="look")
    assert told_first(
        errors=(CellError(grade_id="build", position=3, error="NameError: name 'x' is not defined", line=2),),
        cells=(
            CellReport(grade_id="a", score=0, points=1, outcomes=(follows,)),
            CellReport(grade_id="b", score=0, points=1, outcomes=(other, replace(other, title="Again"))),
        ),
    ) == [
        "Mend cell 3, which stopped with an error (build) line 2: NameError: name 'x' is not defined",
        "The layers (b) one two three … → look",
    ]


def test_what_is_skipped_or_our_own_fault_is_nothing_to_mend() -> None:
    cells = tuple(
        CellReport(grade_id=status.value, score=0, points=1, outcomes=(outcome(status.value, status),))
        for status in Status
    )
    assert [step.split(" ")[0] for step in told_first(cells=cells)] == ["partial", "failed"]


def test_where_everything_is_right_that_is_what_is_said() -> None:
    right = CellReport(grade_id="a", score=1, points=1, outcomes=(outcome("fine", Status.PASSED),))
    assert "✓ Everything that was checked is right." in cell_page(cells=(right,)).text


def test_the_first_difference_of_a_table_is_marked_by_words_too() -> None:
    rows = (
        Row(mark="ok", expected="Flatten()", found="Flatten()"),
        Row(mark="missing", expected="Dense()", found="", remark="missing"),
        Row(mark="extra", expected="", found="Dropout()", remark="too many"),
    )
    card = BeautifulSoup(outcomes_html([replace(outcome("x"), rows=rows)]), "html.parser")
    assert [" ".join(row.text.split()) for row in card.select("tbody tr")] == [
        "✓ same Flatten() Flatten()",
        "✗ missing Dense() — The first difference. missing",
        "✗ too many — Dropout() too many",
    ]
    assert len(card.select("tr.ag-first")) == 1


def test_an_error_names_its_cell_once_escaped() -> None:
    report = SubmissionReport(
        student="s",
        assignment="a",
        path="p",
        score=0,
        max_score=1,
        errors=(CellError(grade_id="a&b", position=3, error="NameError: name 'x' is not defined", line=2),),
    )
    assert "Cell 3 (a&b) stopped with an error, line 2: NameError: name 'x' is not defined" in (
        Skeleton(submission_page(report)).text
    )


def test_detail_of_a_fault_of_ours_is_not_shown() -> None:
    broken = Outcome(
        check="Layers", title="t", status=Status.BROKEN, score=1, points=1, message="m", detail="Traceback: secret"
    )
    assert "secret" not in outcomes_html([broken])


def test_an_ungraded_submission_is_told_why() -> None:
    text = Skeleton(submission_page(ungraded("It is no notebook."))).text
    assert "This notebook could not be graded." in text
    assert "It is no notebook." in text
