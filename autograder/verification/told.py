"""A verification as JSON and as tables."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent
from typing import TYPE_CHECKING

import msgspec

from autograder.i18n import _
from autograder.verification.tally import Counts, Judged, Verification, rate

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text


def as_json(verification: Verification) -> str:
    """``total`` and ``assignments`` have counts; ``survivors`` and ``idle`` tell what is to be mended; ``messages``
    what is read first about each wrong answer of the corpus.
    """
    told = {
        "total": verification.total,
        "assignments": verification.by_assignment,
        "survivors": verification.survivors,
        "idle": verification.idle,
        "messages": verification.messages,
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def tables(verification: Verification) -> Iterator[Table | Text]:
    """Rates with their counts; then each survivor, and each test that does nothing."""
    yield _rates(verification)
    yield from map(_survivor, verification.survivors)
    if verification.idle:
        yield _idle(verification)


def _rates(verification: Verification) -> Table:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=_("The grader, graded"), show_footer=True, box=SIMPLE, pad_edge=False, padding=(0, 1, 0, 0))
    total = verification.total
    columns = [
        (_("assignment"), _("all")),
        (_("right answers refused"), rate(total.false_rejects, total.accepted_cases)),
        (_("wrong answers let through"), rate(total.false_accepts, total.rejected_cases)),
        (_("unclear messages"), f"{total.unclear_messages:,}"),
        (_("time"), _("{seconds:.0f} s").format(seconds=total.seconds)),
    ]
    for index, (header, footer) in enumerate(columns):
        # In a narrow terminal counts take several lines; no name and no word of a header is broken.
        table.add_column(
            header,
            footer=footer,
            justify="right" if index else "left",
            no_wrap=not index,
            overflow="fold",
            min_width=max(map(len, header.split())),
        )
    for assignment, counts in verification.by_assignment.items():
        table.add_row(assignment, *_row(counts))
    return table


def _row(counts: Counts) -> tuple[str, ...]:
    return (
        rate(counts.false_rejects, counts.accepted_cases),
        rate(counts.false_accepts, counts.rejected_cases),
        f"{counts.unclear_messages:,}",
        "",
    )


def _survivor(one: Judged) -> Text:
    """What a case is, what is wrong with how it was judged, and the answer itself."""
    from rich.text import Text

    kind = (
        _("right, and refused")
        if one.right
        else _("wrong, and let through")
        if one.wrongly
        else _("refused by a message that does not name the cause")
    )
    text = Text(f"{one.assignment} · {one.origin} · {one.name}: {kind}\n", style="bold")
    text.append(indent(f"{one.wrongly or one.unclear}\n{one.source}".rstrip() + "\n", "    "), style="not bold")
    return text


def _idle(verification: Verification) -> Table:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=_("Tests that do nothing"))
    for header, breaks in ((_("assignment"), False), (_("test cell"), False), (_("what is wrong"), True)):
        table.add_column(header, overflow="fold", no_wrap=not breaks)
    for one in verification.idle:
        table.add_row(*map(escape, (one.assignment, one.cell, one.problem)))
    return table
