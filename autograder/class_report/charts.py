"""The charts of a class, as Vega-Lite specifications with their data in them (Vega-Altair)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import altair as alt

from autograder.class_report.figures import RESULTS, Entry, Part, Point, curves, entries, histogram, parts
from autograder.feedback import safe
from autograder.i18n import _
from autograder.report import ClassReport

# Told apart by lightness too, and by the order in which they stand.
_COLOURS = ("#2b8a4b", "#d9a21b", "#c0392b", "#7d8896")
_ASSIGNMENTS = ("#2f6fb7", "#c77c11", "#2b8a6b", "#8a4fb0", "#b53a5a", "#6b7a1f", "#3b8ea5", "#8c5a3c")

_ROW_HEIGHT = 24
_MOST_POINTS = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart with what is said about it."""

    name: str
    title: str
    about: str
    """What it shows, in words: also for who does not see it."""
    spec: dict[str, Any]


def figures(report: ClassReport) -> list[Figure]:
    """The charts that the class has data for."""
    every = entries(report)
    drawn = (
        _scores(report, every),
        _parts(parts(report)),
        _accuracy(every),
        _curves(list(curves(report)), every),
        _time(every),
    )
    return [figure for figure in drawn if figure is not None]


def _scores(report: ClassReport, every: Sequence[Entry]) -> Figure | None:
    rows = [
        {"assignment": assignment, "from": tens, "to": tens + 10, "count": count}
        for (assignment, tens), count in sorted(histogram(report).items())
    ]
    if not rows:
        return None
    picked, colour = _assignments(every)
    chart = (
        _chart(rows, _("Submissions by score in percent"))
        .mark_bar(binSpacing=2)
        .encode(
            alt.X("from:Q", title=_("score in percent"), bin="binned", scale=alt.Scale(domain=[0, 100])),
            alt.X2("to:Q"),
            alt.Y("count:Q", title=_("submissions"), axis=alt.Axis(tickMinStep=1, format="d"), stack=True),
            colour,
            opacity=alt.condition(picked, alt.value(1.0), alt.value(0.2)),
            tooltip=[_tip("assignment", _("assignment")), _tip("from", _("from %")), _tip("count", _("submissions"))],
        )
        .add_params(picked)
    )
    return Figure(
        name="scores",
        title=_("Scores"),
        about=_("How many submissions earned how much. Press an assignment in the legend to see it alone."),
        spec=_spec(chart, 220),
    )


def _parts(found: Sequence[Part]) -> Figure | None:
    if not found:
        return None
    words = dict(zip(RESULTS, (_("right"), _("partly right"), _("wrong"), _("a person looks")), strict=True))
    rows = [
        {
            "part": f"{part.assignment} · {part.grade_id}",
            "result": words[result],
            "order": RESULTS.index(result),
            "count": count,
        }
        for part in found
        for result, count in part.counts.items()
        if count
    ]
    chart = (
        _chart(rows, _("Results of each test cell"))
        .mark_bar()
        .encode(
            alt.X("count:Q", title=_("submissions"), axis=alt.Axis(tickMinStep=1, format="d")),
            alt.Y("part:N", title=None, sort=None, axis=alt.Axis(labelLimit=280)),
            alt.Color(
                "result:N",
                title=None,
                scale=alt.Scale(domain=list(words.values()), range=list(_COLOURS)),
                legend=_legend(),
            ),
            order=alt.Order("order:Q"),
            tooltip=[_tip("part", _("test cell")), _tip("result", _("result")), _tip("count", _("submissions"))],
        )
    )
    return Figure(
        name="parts",
        title=_("Test cells"),
        about=_("What each test cell came to. The same numbers are in the table of checks below."),
        spec=_spec(chart, _ROW_HEIGHT * len(found)),
    )


def _accuracy(every: Sequence[Entry]) -> Figure | None:
    rows = [
        {
            "student": entry.student,
            "assignment": entry.assignment,
            "accuracy": entry.accuracy,
            "parameters": entry.parameters,
        }
        for entry in every
        if entry.accuracy is not None and entry.parameters
    ]
    if not rows:
        return None
    picked, colour = _assignments(every)
    chart = (
        _chart(rows, _("Accuracy on the test images against the number of parameters"))
        .mark_point(filled=True, size=90)
        .encode(
            alt.X(
                "parameters:Q",
                title=_("parameters"),
                scale=alt.Scale(type="log", nice=False, padding=24),
                axis=alt.Axis(format="~s", tickCount=6, labelOverlap="greedy", labelSeparation=10),
            ),
            alt.Y(
                "accuracy:Q",
                title=_("accuracy on test images"),
                axis=alt.Axis(format=".0%"),
                scale=alt.Scale(zero=False, padding=12),
            ),
            colour,
            opacity=alt.condition(picked, alt.value(0.75), alt.value(0.1)),
            tooltip=[
                *(_tip("student", _("student")), _tip("assignment", _("assignment"))),
                _tip("accuracy", _("accuracy"), ".2%"),
                _tip("parameters", _("parameters"), ","),
            ],
        )
        .add_params(picked)
    )
    return Figure(
        name="accuracy",
        title=_("Accuracy against parameters"),
        about=_(
            "What a network reaches on the real test images, and how large it is. The table of submissions has the same"
            " numbers."
        ),
        spec=_spec(chart, 260),
    )


def _curves(points: Sequence[Point], every: Sequence[Entry]) -> Figure | None:
    if not points:
        return None
    names = sorted({safe(point.curve) for point in points})
    first = next((name for name in ("val_accuracy", "accuracy", "loss") if name in names), names[0])
    curve = alt.param(name="curve", value=first, bind=alt.binding_select(options=names, name=_("Curve") + " "))
    near = alt.selection_point(on="pointerover", fields=["training"], empty=True)
    _picked, colour = _assignments(every)
    chart = (
        _chart([asdict(point) for point in points[:_MOST_POINTS]], _("Training curves"))
        .mark_line(point=True, strokeWidth=1.5)
        .encode(
            alt.X("epoch:Q", title=_("epoch"), axis=alt.Axis(tickMinStep=1, format="d")),
            alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            colour,
            alt.Detail("training:N"),
            opacity=alt.condition(near, alt.value(0.9), alt.value(0.15)),
            tooltip=[
                *(_tip("student", _("student")), _tip("assignment", _("assignment")), _tip("epoch", _("epoch"))),
                *(_tip("curve", _("curve")), _tip("value", _("value"), ".4f")),
            ],
        )
        .add_params(curve, near)
        .transform_filter("datum.curve === curve")
    )
    return Figure(
        name="curves",
        title=_("Training curves"),
        about=_("A line for each training that the grader carried out; choose which curve is drawn."),
        spec=_spec(chart, 260),
    )


def _time(every: Sequence[Entry]) -> Figure | None:
    rows = [
        {
            "student": entry.student,
            "assignment": entry.assignment,
            "seconds": entry.seconds,
            "megabytes": round(entry.memory_bytes / 1e6),
        }
        for entry in every
        if entry.seconds
    ]
    if not rows:
        return None
    counted = any(row["megabytes"] for row in rows)
    picked, colour = _assignments(every)
    chart = _chart(rows, _("Time and memory of grading"))
    tips = [_tip("student", _("student")), _tip("assignment", _("assignment")), _tip("seconds", _("seconds"), ",.1f")]
    x = alt.X("seconds:Q", title=_("seconds"), scale=alt.Scale(zero=True))
    opacity = alt.condition(picked, alt.value(0.75), alt.value(0.1))
    if counted:
        y = alt.Y("megabytes:Q", title=_("megabytes of memory"), scale=alt.Scale(zero=True))
        tips.append(_tip("megabytes", _("megabytes"), ","))
        chart = chart.mark_point(filled=True, size=90).encode(x, y, colour, opacity=opacity, tooltip=tips)
    else:
        y = alt.Y("assignment:N", title=None)
        chart = chart.mark_tick(thickness=3, bandSize=24).encode(x, y, colour, opacity=opacity, tooltip=tips)
    return Figure(
        name="time",
        title=_("Time and memory"),
        about=(
            _("How long each notebook took, and the most memory that it used at once.")
            if counted
            else _("How long each notebook took. Nobody counted memory on this system.")
        ),
        spec=_spec(chart.add_params(picked), 220 if counted else 40 + 34 * len({row["assignment"] for row in rows})),
    )


def _chart(rows: list[dict[str, Any]], description: str) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=[_inert(row) for row in rows]), description=description)


def _inert(row: dict[str, Any]) -> dict[str, Any]:
    return {name: safe(value) if isinstance(value, str) else value for name, value in row.items()}


def _assignments(every: Sequence[Entry]) -> tuple[alt.Parameter, alt.Color]:
    """What is picked in the legend, and the colours of the assignments, which are the same in all charts."""
    names = sorted({safe(entry.assignment) for entry in every})
    return alt.selection_point(fields=["assignment"], bind="legend"), alt.Color(
        "assignment:N",
        title=None,
        scale=alt.Scale(domain=names, range=[_ASSIGNMENTS[i % len(_ASSIGNMENTS)] for i in range(len(names))]),
        legend=_legend(),
    )


def _legend() -> alt.Legend:
    # How many stand side by side is the page's to say.
    return alt.Legend(orient="top", labelLimit=220)


def _tip(field: str, title: str, form: str | None = None) -> alt.Tooltip:
    if form is None:
        return alt.Tooltip(f"{field}:N", title=title)
    return alt.Tooltip(f"{field}:Q", title=title, format=form)


def _spec(chart: alt.Chart, height: int) -> dict[str, Any]:
    whole = chart.properties(width="container", height=height, background="transparent")
    spec: dict[str, Any] = whole.to_dict()
    # The page has a configuration for light and one for dark.
    spec.pop("config", None)
    return spec
