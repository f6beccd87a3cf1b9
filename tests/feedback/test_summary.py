"""Reports as Markdown: what a student wrote stays text, whatever it looks like."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from markdown_it import MarkdownIt

from autograder.feedback import class_markdown
from autograder.feedback.summary import MOST_CHARACTERS, code
from autograder.report import CellError, ClassReport
from tests.feedback.reports import TEXTS, run
from tests.feedback.test_junit import GRADED, UNGRADED, Status, cell

MARKDOWN = MarkdownIt("commonmark").enable("table")

MORE = [
    "`",
    "``` \n# x",
    "a|b",
    r"a\|b",
    "@student-02 #1 https://example.org",
    "![x](http://example.org/x.png)",
    "```\n<b>x</b>",
    "| a |\n| - |",
    "~~~",
    " ",
    "",
    "\\",
    "a`b``c```d",
]


def kinds(text: str) -> list[str]:
    """Everything that Markdown sees in a text, but for what only sets words apart."""
    found = []
    for token in MARKDOWN.parse(text):
        found.append(token.type)
        found += [inner.type for inner in token.children or ()]
    return found


def test_a_summary_is_a_table_and_then_what_to_fix_first() -> None:
    stopped = replace(
        GRADED, errors=(CellError(grade_id="a", position=2, error="NameError: name 'x' is not defined", line=1),)
    )
    text = class_markdown(ClassReport(submissions=(stopped, UNGRADED)), ["old.ipynb: deleted, so nothing was graded."])
    assert text == (
        "### autograder\n"
        "\n"
        "| Student | Assignment | Score | First thing to mend |\n"
        "| --- | --- | ---: | --- |\n"
        "| `student-01` | `tiny` | 5.5/9 | `It is 3, and you have 4.` |\n"
        "| `student-02` | `tiny` | ungraded | `The file is empty.` |\n"
        "\n"
        "- `old.ipynb: deleted, so nothing was graded.`\n"
        "\n"
        "#### `student-01` · `tiny`: 5.5/9\n"
        "\n"
        "**What to fix first**\n"
        "\n"
        "```text\n"
        "Cell 2 (a), line 1: NameError: name 'x' is not defined\n"
        "```\n"
        "\n"
        "`wrong` ✗ `The answer`: wrong (0 of 2)\n"
        "\n"
        "```text\n"
        "It is 3, and you have 4.\n"
        "```\n"
        "\n"
        "`half` ◐ `The answer`: partly right (1.5 of 3)\n"
        "\n"
        "```text\n"
        "Half of it.\n"
        "```\n"
        "\n"
        "… and 1 more.\n"
        "\n"
        "#### `student-02` · `tiny`: ungraded\n"
        "\n"
        "```text\n"
        "The file is empty.\n"
        "```\n"
    )


def test_a_run_of_nothing_says_so() -> None:
    assert class_markdown(ClassReport(submissions=())) == "### autograder\n\nNo notebook was graded.\n"


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_what_a_student_writes_adds_nothing_to_what_markdown_sees(text: str) -> None:
    assert_inert(text)


def test_what_looks_like_markdown_is_text() -> None:
    for text in MORE:
        assert_inert(text)


def assert_inert(text: str) -> None:
    def shape(text: str) -> list[str]:
        # A text that is empty is no code in the table.
        return [kind for kind in kinds(class_markdown(run(text), [text])) if kind != "code_inline"]

    assert shape(text) == shape("x"), text


def test_code_is_what_was_written() -> None:
    for text in ("a", "`", "``a`", "a|b", "[x](y)"):
        tokens = MARKDOWN.parse(code(text))[1].children
        assert [(token.type, token.content) for token in tokens or ()] == [("code_inline", text)]


def test_a_long_summary_ends_between_two_notebooks_and_says_what_is_left_out() -> None:
    long = replace(GRADED, cells=tuple(cell(f"t{i}", 0, 1, Status.FAILED, "x" * 3_000) for i in range(5)))
    text = class_markdown(ClassReport(submissions=(long,) * 30))
    assert len(text) <= MOST_CHARACTERS + 100
    assert text.endswith("parts more, in the JSON report.\n")
    assert kinds(text).count("fence") % 3 == 0
