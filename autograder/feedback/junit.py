"""Reports as JUnit XML, which every CI service reads: a suite for each notebook, a case for each graded cell."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from autograder.feedback.text import inert, number, one_line, outcomes_text, shortened
from autograder.i18n import _
from autograder.report import CellReport, ClassReport, SubmissionReport

_MAX_TEXT = 20_000
_MAX_MESSAGE = 300

_NO_XML = re.compile("[\ufffe\uffff]")
"""What :func:`inert` leaves and XML 1.0 has no place for."""


def class_junit(report: ClassReport) -> str:
    """A whole run.

    A cell that lacks points has a ``failure``. One whose verdict is a fault of ours has an ``error``, and so has a
    notebook that could not be graded. What a person grades is ``skipped``. Points stand in the case's ``system-out``.
    """
    suites = [_suite(submission) for submission in report.submissions]
    root = ElementTree.Element("testsuites", {"name": "autograder", **_sums(suites)})
    root.extend(suites)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(report: SubmissionReport) -> ElementTree.Element:
    name = f"{report.student}/{report.assignment}"
    # A dot would make packages of a name that somebody chose.
    classname = name.replace(".", "_")
    cases = [_case(cell, classname) for cell in report.cells]
    if report.score is None:
        case = _element("testcase", name=_("the notebook"), classname=classname)
        case.append(_told("error", "ungraded", report.ungraded))
        cases.append(case)
    suite = _element(
        "testsuite",
        name=name,
        tests=str(len(cases)),
        **{kind: str(sum(case.find(tag) is not None for case in cases)) for kind, tag in _KINDS.items()},
        time=f"{report.seconds:.3f}",
    )
    suite.extend(cases)
    return suite


_KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _sums(suites: list[ElementTree.Element]) -> dict[str, str]:
    return {name: str(sum(int(suite.get(name, 0)) for suite in suites)) for name in ("tests", "failures", "errors")}


def _case(cell: CellReport, classname: str) -> ElementTree.Element:
    case = _element("testcase", name=cell.grade_id, classname=classname)
    if cell.broken:
        case.append(_told("error", "broken", outcomes_text(cell.outcomes)))
    elif cell.manual:
        text = outcomes_text(cell.outcomes) if cell.outcomes else _("A person grades this answer.")
        case.append(_told("skipped", "manual", text))
    elif cell.score < cell.points:
        case.append(_told("failure", "partial" if cell.score else "wrong", outcomes_text(cell.outcomes)))
    points = _("{score} of {points} points").format(score=number(cell.score), points=number(cell.points))
    output = ElementTree.SubElement(case, "system-out")
    output.text = _clean(shortened(f"{points}\n{cell.output}".rstrip(), _MAX_TEXT))
    return case


def _told(tag: str, kind: str, text: str) -> ElementTree.Element:
    lines = text.strip().splitlines()
    element = _element(tag, type=kind, message=one_line(lines[0] if lines else "")[:_MAX_MESSAGE])
    element.text = _clean(shortened(text, _MAX_TEXT))
    return element


def _element(tag: str, **attributes: str) -> ElementTree.Element:
    return ElementTree.Element(tag, {name: _clean(one_line(value)) for name, value in attributes.items()})


def _clean(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", inert(text))
