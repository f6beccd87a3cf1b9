"""Reports as HTML: nothing of a student's is markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings

from autograder.feedback import class_page, outcomes_html, safe, submission_page
from autograder.grading import grade
from autograder.report import CellError, Outcome, Status, SubmissionReport
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
        assert "default-src 'none'; style-src 'unsafe-inline'" in page
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
        "1.5 / 2 points ◐ The layers: partly right 1.5 / 2 layer 2: expected filters=64, found filters=32.→ Look again."
    )


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
