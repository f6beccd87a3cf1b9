"""nbgrader's log, on a terminal and in CI: names of files and errors of students' in it do nothing."""

from __future__ import annotations

import logging

from tornado.log import LogFormatter

from autograder.feedback import inert


class InertFormatter(LogFormatter):
    """nbgrader's own form of a line of its log, with a message that neither a terminal nor a CI service acts on."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, and the lines of an error below it. The colours around the message are nbgrader's."""
        told = logging.makeLogRecord(record.__dict__)
        told.msg, told.args = inert(record.getMessage()), None
        if record.exc_info:
            told.exc_text = inert(self.formatException(record.exc_info))
        return str(super().format(told))
