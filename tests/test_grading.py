"""``grade()``: points, order, dependence, and what a report shows. Without Keras."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, ClassVar

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading import ExerciseError, Refusal, Report, Subject, Unfit, Verdict, failed, grade, partly, passed
from autograder.report import Accuracy, Outcome, Row, Status


@dataclass
class Says:
    """A check that answers with what it is given."""

    verdict: Verdict | Callable[[Subject], Verdict] = field(default_factory=lambda: passed("Good."))
    points: float = 1
    title: str = "A check"
    after: ClassVar[frozenset[str]] = frozenset()

    def judge(self, subject: Subject) -> Verdict:
        return self.verdict(subject) if callable(self.verdict) else self.verdict


class Dependent(Says):
    """A check that is pointless when another failed."""

    after: ClassVar[frozenset[str]] = frozenset({"Says"})


def crash(subject: Subject) -> Verdict:
    raise ZeroDivisionError("a bug of ours")


def need(subject: Subject) -> Verdict:
    return passed(f"{subject.value} will do.")


def statuses(report: Report) -> list[Status]:
    return [outcome.status for outcome in report.outcomes]


def test_a_question_without_checks_is_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="needs at least one check"):
        grade(3)


def test_checks_are_asked_in_order_and_their_points_add_up() -> None:
    report = grade(3, Says(), Says(failed("Bad.")), Says(partly(0.5, "So so."), points=3))
    assert statuses(report) == [Status.PASSED, Status.FAILED, Status.PARTIAL]
    assert (report.score, report.max_score) == (2.5, 5)
    assert [outcome.message for outcome in report.outcomes] == ["Good.", "Bad.", "So so."]


@pytest.mark.parametrize(("share", "score"), [(0.25, 1), (7, 4), (1.0, 4)])
def test_a_share_stays_within_the_points(share: float, score: float) -> None:
    assert grade(3, Says(partly(share, ""), points=4)).score == score


@pytest.mark.parametrize("share", [0.0, -3.0])
def test_no_share_at_all_is_failed(share: float) -> None:
    report = grade(3, Says(partly(share, "", hint="Try again.")))
    assert (statuses(report), report.score) == ([Status.FAILED], 0)
    assert report.outcomes[0].hint == "Try again."


TABLE = (Row(mark="wrong", expected="Dense", found="Dropout"),)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (lambda: passed("All.", TABLE), Verdict(status=Status.PASSED, message="All.", rows=TABLE)),
        (
            lambda: failed("No.", "Look.", TABLE, ["a", "", "b", "a"]),
            Verdict(status=Status.FAILED, message="No.", hint="Look.", rows=TABLE, causes=("a", "b")),
        ),
        (
            lambda: partly(0.5, "Half.", "Look.", TABLE, ["a", "", "b", "a"]),
            Verdict(status=Status.PARTIAL, message="Half.", share=0.5, hint="Look.", rows=TABLE, causes=("a", "b")),
        ),
        (
            lambda: partly(0, "None.", "Look.", TABLE, ["a"]),
            Verdict(status=Status.FAILED, message="None.", hint="Look.", rows=TABLE, causes=("a",)),
        ),
    ],
)
def test_a_verdict_keeps_all_that_a_check_says(told: Callable[[], Verdict], expected: Verdict) -> None:
    assert told() == expected
    (outcome,) = grade(3, Says(lambda _subject: told())).outcomes
    assert (outcome.status, outcome.message, outcome.hint) == (expected.status, expected.message, expected.hint)
    assert (outcome.rows, outcome.causes, outcome.detail) == (expected.rows, expected.causes, "")


def test_what_a_check_measured_is_in_its_outcome() -> None:
    accuracy, measures = Accuracy(share=0.97, uncertainty=0.003, at_least=0.95), {"epochs": 2.0}
    verdict = Verdict(status=Status.PASSED, message="Good.", measures=measures, accuracy=accuracy)
    (outcome,) = grade(3, Says(verdict)).outcomes
    assert (outcome.measures, outcome.accuracy) == (measures, accuracy)


def test_what_is_worked_out_once_is_the_answer_to_all_who_ask() -> None:
    subject, answers = Subject(3), iter("ab")
    assert [subject.once(question, lambda: next(answers)) for question in ("x", "x", "y", "x")] == ["a", "a", "b", "a"]


def test_what_cannot_be_judged_has_no_fault_of_ours_to_tell() -> None:
    assert [outcome.detail for outcome in grade(..., Says(need), Says(need)).outcomes] == ["", ""]


def test_thirds_add_up_to_a_whole() -> None:
    assert grade(3, *[Says(partly(1 / 3, "")) for _third in range(3)]).score == 1


def test_a_check_that_crashes_is_our_fault_and_costs_nothing() -> None:
    report = grade(3, Says(crash, points=4), Says())
    broken = report.outcomes[0]
    assert (broken.status, broken.score, report.score) == (Status.BROKEN, 4, 5)
    assert broken.message == (
        "This check could not be carried out, which is not your fault: the points are given for now, and your"
        " instructor is asked to look."
    )
    assert broken.detail.startswith("Traceback")
    assert "ZeroDivisionError: a bug of ours" in broken.detail
    assert "ZeroDivisionError" not in report.text + report.html


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (..., "the answer is still “...”: put your own in its place"),
        (Refusal("model", "model is not defined: the cell build-model stopped"), None),
    ],
)
def test_what_cannot_be_judged_is_told_once_and_then_skipped(value: Any, message: str | None) -> None:
    report = grade(value, Says(need, title="First"), Says(need, points=2), Says(need))
    assert statuses(report) == [Status.FAILED, Status.SKIPPED, Status.SKIPPED]
    assert report.outcomes[0].message == (message or value.reason)
    assert {outcome.message for outcome in report.outcomes[1:]} == {
        "Not checked, because “First” did not pass: mend that first."
    }
    assert (report.score, report.max_score) == (0, 4)


def test_two_things_that_cannot_be_judged_are_both_told() -> None:
    def unfit(message: str) -> Callable[[Subject], Verdict]:
        def judge(subject: Subject) -> Verdict:
            raise Unfit(message)

        return judge

    report = grade(3, Says(unfit("one")), Says(unfit("two")), Says(unfit("one")))
    assert statuses(report) == [Status.FAILED, Status.FAILED, Status.SKIPPED]


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (passed(""), Status.PASSED),
        (failed(""), Status.SKIPPED),
        (partly(0.9, ""), Status.SKIPPED),
        (crash, Status.PASSED),
    ],
)
def test_what_depends_on_a_failed_check_is_skipped(before: Any, status: Status) -> None:
    report = grade(3, Says(before), Dependent())
    assert report.outcomes[1].status is status
    assert report.outcomes[1].score == (status is Status.PASSED)


def test_what_comes_before_is_not_skipped() -> None:
    assert statuses(grade(3, Dependent(), Says(failed("")))) == [Status.PASSED, Status.FAILED]


def test_reports_add_up() -> None:
    total = grade(1, Says(points=2)) + grade(2, Says(failed("Bad."), points=3)) + grade(3, Says())
    assert (total.score, total.max_score, len(total.outcomes)) == (3, 6, 3)
    with pytest.raises(TypeError):
        total + 3  # type: ignore[operator]


@given(shares=st.lists(st.floats(0, 1), min_size=1, max_size=5), points=st.integers(1, 50))
def test_what_nbgrader_reads_is_the_score(shares: list[float], points: int) -> None:
    report = grade(3, *[Says(partly(share, ""), points=points) for share in shares])
    assert float(repr(report)) == report.score
    assert 0 <= report.score <= report.max_score


# --- what a report shows ----------------------------------------------------------------------------------


def test_the_text_says_what_to_mend() -> None:
    report = grade(
        3,
        Says(title="The layers", points=2),
        Says(failed("layer 2: expected 64, found 32.\nlayer 3: missing.", hint="Look again."), title="The sizes"),
        Says(partly(0.5, "Half."), title="The numbers"),
        Dependent(title="The rest"),
    )
    assert report.text == (
        "✓ The layers: right (2 of 2)\n"
        "    Good.\n"
        "✗ The sizes: wrong (0 of 1)\n"
        "    layer 2: expected 64, found 32.\n"
        "    layer 3: missing.\n"
        "    → Look again.\n"
        "◐ The numbers: partly right (0.5 of 1)\n"
        "    Half.\n"
        "– The rest: not checked (0 of 1)\n"
        "    Not checked, because “The sizes” did not pass: mend that first.\n"
        "2.5 of 5 points"
    )


class Printer:
    """What IPython gives ``_repr_pretty_``."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def text(self, text: str) -> None:
        self.lines.append(text)


def test_a_terminal_shows_the_text_before_the_score() -> None:
    report, printer = grade(3, Says(points=2)), Printer()
    report._repr_pretty_(printer, False)
    assert "".join(printer.lines) == report.text + "\n2.0"


def test_a_notebook_shows_the_html_and_nbgrader_the_score_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shell:
        kernel = None

    monkeypatch.setattr("builtins.get_ipython", Shell, raising=False)
    report, printer = grade(3, Says(points=2)), Printer()
    report._repr_pretty_(printer, False)
    assert printer.lines == ["2.0"]
    assert report._repr_html_() == report.html


def test_an_ipython_terminal_is_no_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builtins.get_ipython", object, raising=False)
    report, printer = grade(3, Says()), Printer()
    report._repr_pretty_(printer, False)
    assert printer.lines[0] == report.text + "\n"


# --- under nbgrader validate ------------------------------------------------------------------------------


def test_validating_tells_the_report_where_points_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    with pytest.raises(AssertionError) as caught:
        grade(3, Says(), Says(failed("Bad.")))
    assert (
        str(caught.value)
        == "\n✓ A check: right (1 of 1)\n    Good.\n✗ A check: wrong (0 of 1)\n    Bad.\n1 of 2 points"
    )


@pytest.mark.parametrize("verdict", [passed("Good."), crash])
def test_validating_is_content_with_full_points(monkeypatch: pytest.MonkeyPatch, verdict: Any) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "validate")
    assert grade(3, Says(verdict)).score == 1


def test_autograding_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert grade(3, Says(failed("Bad."))).score == 0


# --- nothing on stderr, for which nbgrader gives zero -----------------------------------------------------


def test_nothing_reaches_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    def noisy(subject: Subject) -> Verdict:
        warnings.warn("careful", UserWarning, stacklevel=1)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
        sys.stderr.write("oneDNN custom operations are on\n")
        return passed("Good.")

    assert grade(3, Says(noisy), Says(crash)).score == 2
    assert capsys.readouterr() == ("", "")


# --- JSON -------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ROWS = st.builds(Row, mark=st.sampled_from(["ok", "wrong", "missing", "extra"]), expected=TEXT, found=TEXT, remark=TEXT)
OUTCOMES = st.builds(
    Outcome,
    check=TEXT,
    title=TEXT,
    status=st.sampled_from(Status),
    score=st.floats(0, 10),
    points=st.floats(0, 10),
    message=TEXT,
    hint=TEXT,
    rows=st.lists(ROWS, max_size=2).map(tuple),
    detail=TEXT,
)


@settings(deadline=None)
@given(outcomes=st.lists(OUTCOMES, max_size=3).map(tuple))
def test_json_reads_back_as_the_same_outcomes(outcomes: tuple[Outcome, ...]) -> None:
    assert msgspec.json.decode(Report(outcomes).json, type=tuple[Outcome, ...]) == outcomes


def test_json_of_a_text_that_no_encoding_has_is_json_all_the_same() -> None:
    report = grade(3, Says(failed("file \udcff.ipynb")))
    assert msgspec.json.decode(report.json, type=list[Outcome])[0].message == "file ?.ipynb"
