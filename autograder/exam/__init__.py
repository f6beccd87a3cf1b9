"""The exam: a submission goes in, a report comes out, with the wall between student and judge."""

from autograder.exam.examination import Grader, grade_all
from autograder.exam.limits import Limits
from autograder.exam.submissions import NoSource, Submission, find_submissions, sources

__all__ = ["Grader", "Limits", "NoSource", "Submission", "find_submissions", "grade_all", "sources"]
