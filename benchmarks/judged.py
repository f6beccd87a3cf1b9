"""What a benchmark found, said against what was asked for."""

from __future__ import annotations

from rich.console import Console

from benchmarks.graders import Graded

AGAIN = 50.0
"""How many times as fast a class is to be graded again, if nothing has changed."""


def verdict(
    console: Console, found: str, number: float, *, at_least: float | None = None, at_most: float | None = None
) -> bool:
    """Says what was found and whether that is what was asked for."""
    met = (at_least is None or number >= at_least) and (at_most is None or number <= at_most)
    asked = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
    colour = "green" if met else "red"
    console.print(f"{found}: asked {asked}, [{colour}]{'met' if met else 'not met'}[/{colour}].", highlight=False)
    return met


def again_line(console: Console, first: Graded, again: Graded) -> bool:
    """Says how much faster a class was graded that had not changed: its submissions, and the whole command."""
    assert first.report is not None
    assert again.report is not None
    forgotten = [one.student for one in again.report.submissions if not one.remembered]
    if forgotten:
        console.print(f"[red]Not remembered: {', '.join(forgotten)}[/red]")
    count = len(first.report.submissions)
    seconds, later = (sum(one.seconds for one in report.submissions) for report in (first.report, again.report))
    console.print(
        f"Again, nothing changed: {later / count * 1_000:.1f} ms a submission after {seconds / count:.2f} s,"
        f" the whole command {again.ran.seconds:.2f} s after {first.ran.seconds:.1f} s.",
        highlight=False,
    )
    met = verdict(console, f"Submissions {seconds / later:,.0f} × as fast", seconds / later, at_least=AGAIN)
    return met and not forgotten
