"""Reports to render: every field of one holds a given text."""

from __future__ import annotations

from hypothesis import strategies as st

from autograder.report import (
    CellError,
    CellReport,
    ClassReport,
    Outcome,
    Row,
    ShownCell,
    Status,
    SubmissionReport,
    Training,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "' onclick='alert(1)' x='",
    "&lt;b&gt; &amp; &#60;i&#62;",
    "{{ 7 * 7 }}{% raw %}",
    "<!-- ",
    "]]>",
    "%(name)s %s {0} {name}",
    "\x1b[31mred\x1b[0m\x1b]8;;http://example.org\x07link\x1b]8;;\x07",
    "a\rb\x08c\x00d",
    "\u202egnp.exe\u202c \u2066x\u2069 \u200f",
    "[bold red]x[/] [link=http://example.org]y[/link]",
    "\ud800 \udcff",
    "a\u2028b\u2029c",
    "::error::x",
    "a ##[error]x ##vso[x]",
]

# A little of everything that may act on a reader: markup, terminal codes, direction marks, lone surrogates.
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=30) | st.text(st.characters(categories=["Cc", "Cf", "Cs"]))


def outcome(text: str, status: Status = Status.FAILED) -> Outcome:
    return Outcome(
        check=text,
        title=text,
        status=status,
        score=0,
        points=1,
        message=text,
        hint=text,
        rows=(Row(mark="wrong", expected=text, found=text, remark=text),),
        detail=text,
        causes=(text,),
    )


def submission(text: str) -> SubmissionReport:
    """A graded submission."""
    return SubmissionReport(
        student=text,
        assignment=text,
        path=text,
        score=0.0,
        max_score=1.0,
        cells=(
            CellReport(grade_id=text, score=0, points=1, outcomes=(outcome(text),), output=text),
            CellReport(grade_id=text, score=0, points=1, manual=True),
        ),
        notices=(text,),
        errors=(
            CellError(grade_id=text, position=3, error=text, line=2),
            CellError(grade_id="", position=4, error=text),
        ),
        isolation=text,
        data=(text,),
        versions={text: text},
        trainings=(Training(how=text, epochs=1, seconds=1.0, curves={text: (0.5,)}),),
        notebook=(
            ShownCell(source="x = 1", theirs=True, text=text),
            ShownCell(source="grade(x)", grade_id=text),
        ),
    )


def ungraded(text: str) -> SubmissionReport:
    return SubmissionReport(student=text, assignment=text, path=text, score=None, max_score=1.0, ungraded=text)


def run(*texts: str) -> ClassReport:
    """A run with a graded and an ungraded submission for each text."""
    return ClassReport(submissions=tuple(make(text) for text in texts for make in (submission, ungraded)))
