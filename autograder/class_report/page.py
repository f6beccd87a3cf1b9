"""The class report as one HTML file, which loads nothing: charts, their scripts, and tables that sort and filter."""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup

from autograder.class_report.charts import figures
from autograder.class_report.figures import checks, entries, misconceptions, numbers
from autograder.class_report.flags import flags
from autograder.class_report.table import write_csv
from autograder.feedback.html import template
from autograder.report import ClassReport

_SCRIPTS = Path(__file__).parent


def class_report_page(report: ClassReport, pages: Mapping[tuple[str, str], str] | None = None) -> str:
    """The page.

    Parameters
    ----------
    report
        The class.
    pages
        File names of students' own pages beside it, by student and assignment.
    """
    drawn = figures(report)
    table = io.StringIO()
    write_csv(report, table)
    scripts = [_script("tables.js")]
    if drawn:
        scripts = [_vega(), _script("charts.js"), *scripts]
    return template("class_report.html").render(
        numbers=numbers(report),
        entries=entries(report),
        assignments=sorted({one.assignment for one in report.submissions}),
        pages=pages or {},
        flags=flags(report),
        misconceptions=misconceptions(report),
        checks=checks(report),
        figures={figure.name: figure for figure in drawn},
        data=_data({"charts": {figure.name: figure.spec for figure in drawn}, "csv": table.getvalue()}),
        scripts=[Markup(script) for script in scripts],
        hashes=" ".join(f"'sha256-{_digest(script)}'" for script in scripts),
    )


def _data(value: object) -> Markup:
    """JSON for a script element: nothing in it can end that."""
    text = json.dumps(value, ensure_ascii=True).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _script(name: str) -> str:
    return (_SCRIPTS / name).read_text(encoding="utf-8").strip()


@cache
def _vega() -> str:
    """Vega, Vega-Lite and Vega-Embed, as one script that needs no others."""
    import vl_convert

    bundle: str = vl_convert.javascript_bundle(
        "window.draw = (place, spec, options) => vegaEmbed(place, spec, options);"
    )
    if "</script" in bundle.lower() or "<!--" in bundle:
        raise ValueError("Vega's script would end the element that it stands in")
    return f"(() => {{{bundle}}})();"
