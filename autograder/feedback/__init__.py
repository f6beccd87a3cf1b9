"""Reports → text, HTML and JSON: pure functions from plain data to what people and programs read."""

from autograder.feedback.html import class_page, outcomes_html, submission_page
from autograder.feedback.json import class_json, outcomes_json
from autograder.feedback.text import number, outcomes_text, safe

__all__ = [
    "class_json",
    "class_page",
    "number",
    "outcomes_html",
    "outcomes_json",
    "outcomes_text",
    "safe",
    "submission_page",
]
