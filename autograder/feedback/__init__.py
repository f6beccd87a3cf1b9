"""Reports → text, HTML and JSON: pure functions from plain data to what people and programs read."""

from autograder.feedback.annotations import Place, Places, check_annotations, workflow_commands
from autograder.feedback.check_run import check_run
from autograder.feedback.html import class_page, outcomes_html, submission_page
from autograder.feedback.json import class_json, outcomes_json, submission_line
from autograder.feedback.junit import class_junit
from autograder.feedback.pages import write_pages
from autograder.feedback.summary import class_markdown
from autograder.feedback.text import (
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

__all__ = [
    "Place",
    "Places",
    "check_annotations",
    "check_run",
    "class_json",
    "class_junit",
    "class_markdown",
    "class_page",
    "class_table",
    "inert",
    "number",
    "one_line",
    "outcomes_html",
    "outcomes_json",
    "outcomes_text",
    "safe",
    "score_text",
    "shortened",
    "submission_line",
    "submission_page",
    "submission_text",
    "workflow_commands",
    "write_pages",
]
