"""Reports → text, HTML and JSON: pure functions from plain data to what people and programs read."""

from autograder.feedback.html import class_page, outcomes_html, submission_page
from autograder.feedback.json import class_json, outcomes_json, submission_line
from autograder.feedback.pages import write_pages
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
    "class_json",
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
    "write_pages",
]
