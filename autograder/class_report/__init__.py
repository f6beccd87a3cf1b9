"""The class report: what a whole class came to, on one page for whoever teaches it."""

from autograder.class_report.page import class_report_page
from autograder.class_report.reading import UnreadableReport, read_class
from autograder.class_report.table import write_csv

__all__ = ["UnreadableReport", "class_report_page", "read_class", "write_csv"]
