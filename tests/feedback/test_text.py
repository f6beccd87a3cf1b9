"""Reports as plain text, and as a table for a terminal."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from autograder.feedback import (
    class_table,
    inert,
    number,
    one_line,
    outcomes_text,
    safe,
    score_text,
    shortened,
    submission_text,
)
from autograder.feedback.text import acts as character_acts
from autograder.report import CellError, CellReport, ClassReport, Outcome, Status, SubmissionReport
from tests.feedback.reports import HOSTILE, TEXTS, outcome, run, submission, ungraded


def rendered(report: ClassReport, *, terminal: bool = False) -> str:
    stream = io.StringIO()
    console = Console(file=stream, width=400, force_terminal=terminal, color_system="truecolor" if terminal else None)
    console.print(class_table(report))
    return stream.getvalue()


def acts(text: str) -> set[str]:
    """The characters of a text that act on whoever shows it."""
    return {one for one in text if one not in "\n\t" and unicodedata.category(one) in {"Cc", "Cf", "Cs", "Co"}}


@settings(deadline=None)
@given(text=TEXTS)
def test_no_text_has_a_character_that_acts_on_its_reader(text: str) -> None:
    assert not acts(safe(text))
    assert not acts(outcomes_text([outcome(text, status) for status in Status]))
    assert not acts(submission_text(submission(text)))
    assert not acts(submission_text(ungraded(text)))
    assert not acts(rendered(run(text)))


@given(text=st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "Mn"])))
def test_what_is_harmless_stays_as_it_is(text: str) -> None:
    assert safe(text) == text


def test_what_is_harmful_is_shown_to_have_been_there() -> None:
    assert safe("a\x1b[31mb\u202ec\rd\x00") == "a\ufffd[31mb\ufffdc\ufffdd\ufffd"
    assert safe("two\nlines\tand a tab") == "two\nlines\tand a tab"
    assert safe("one\u2028line\u2029") == "one\ufffdline\ufffd"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("::error::x", ": :error::x"),
        ("x\n  ::error file=a.py::x", "x\n  : :error file=a.py::x"),
        ("::error::a::warning::b", ": :error: :a: :warning::b"),
        (":::error::x", ":: :error::x"),
        # The second pair may come from another cell of the line.
        ("::error", ": :error"),
        ("a ##[error]x ###vso[y]", "a # #[error]x ## #vso[y]"),
        # What Python and Markdown mean by them stays.
        ("a[::2], a[1::n] and std::vector", "a[::2], a[1::n] and std::vector"),
        ("## Heading ## [link]", "## Heading ## [link]"),
    ],
)
def test_what_a_log_would_take_for_an_order_is_none(text: str, told: str) -> None:
    assert inert(text) == told


def test_a_text_on_one_line_has_no_other() -> None:
    assert one_line(" a\n\tb  c\r\nd ") == "a b c\ufffd d"


def test_a_long_text_says_how_much_is_left_out() -> None:
    assert shortened("x" * 5, 5) == "xxxxx"
    assert shortened("x" * 5000, 3) == "xxx\n… and 4,997 characters more."


@pytest.mark.parametrize(
    ("value", "text"), [(3.0, "3"), (0.5, "0.5"), (5.25, "5.25"), (1 / 3, "0.33"), (0, "0"), (0.001, "0"), (100, "100")]
)
def test_numbers_have_no_needless_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_score_is_shown_beside_its_maximum() -> None:
    assert score_text(submission("x")) == "0/1"
    assert score_text(ungraded("x")) == "ungraded"


def test_a_submission_is_told_whole() -> None:
    report = SubmissionReport(
        student="student-01",
        assignment="05-mnist-cnn",
        path="x.ipynb",
        score=1.5,
        max_score=4.0,
        cells=(
            CellReport(
                grade_id="test-architecture",
                score=1.5,
                points=3,
                outcomes=(
                    Outcome(
                        check="Layers", title="The layers", status=Status.PARTIAL, score=1.5, points=3, message="Half."
                    ),
                ),
            ),
            CellReport(grade_id="explain", score=0, points=1, manual=True),
        ),
        notices=("The cell test-counts was put back.",),
        errors=(
            CellError(grade_id="build-model", position=4, error="NameError: name 'x' is not defined", line=3),
            CellError(grade_id="", position=5, error="ZeroDivisionError: division by zero"),
        ),
    )
    assert submission_text(report) == (
        "05-mnist-cnn: 1.5/4\n"
        "! The cell test-counts was put back.\n"
        "! Cell 4 (build-model), line 3: NameError: name 'x' is not defined\n"
        "! Cell 5: ZeroDivisionError: division by zero\n"
        "\n"
        "test-architecture\n"
        "◐ The layers: partly right (1.5 of 3)\n"
        "    Half.\n"
        "1.5 of 3 points\n"
        "\n"
        "explain\n"
        "A person grades this answer."
    )
    assert report.first_remark == "Half."


def test_a_remark_is_brief() -> None:
    long = replace(
        submission("x"), cells=(CellReport(grade_id="a", score=0, points=1, outcomes=(outcome("x" * 999),)),)
    )
    assert long.first_remark == f"{'x' * 300} …"
    assert ungraded("x" * 999).first_remark == f"{'x' * 300} …"


def test_an_ungraded_submission_is_told_why() -> None:
    assert submission_text(ungraded("It is no notebook.")) == ("This notebook could not be graded.\nIt is no notebook.")


# --- the table --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_names_in_the_table_are_neither_markup_nor_terminal_codes(text: str) -> None:
    bare = rendered(run(text))
    assert one_line(text) in bare
    # With colours on, the only codes are those that a harmless name has too.
    assert rendered(run(text), terminal=True).count("\x1b") == rendered(run("plain"), terminal=True).count("\x1b")


def test_a_name_cannot_add_a_line_to_the_table() -> None:
    forged = rendered(run("honest\nforged  01  10/10\tx"))
    assert len(forged.splitlines()) == len(rendered(run("honest")).splitlines())


def test_the_table_has_a_line_for_each_submission_with_what_to_mend_first() -> None:
    report = ClassReport(
        submissions=(
            SubmissionReport(
                student="student-01",
                assignment="05-mnist-cnn",
                path="x",
                score=1.0,
                max_score=2.0,
                cells=(CellReport(grade_id="a", score=1, points=2, outcomes=(outcome("First.\nSecond."),)),),
            ),
            ungraded("student-02"),
        )
    )
    lines = [line.split() for line in rendered(report).splitlines()]
    assert lines == [
        ["Student", "Assignment", "Score", "First", "thing", "to", "mend"],
        ["student-01", "05-mnist-cnn", "1/2", "First."],
        ["student-02", "student-02", "ungraded", "student-02"],
    ]


@given(text=st.text(max_size=20) | st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Zl", "Zp"]), max_size=5))
def test_the_quick_look_at_a_text_misses_nothing_that_acts(text: str) -> None:
    assert safe(text) == "".join("\N{REPLACEMENT CHARACTER}" if character_acts(one) else one for one in text)
