"""Tables as CSV that a spreadsheet opens without acting on what is in them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from autograder.feedback.text import inert

_FORMULA = re.compile(r"((?:^|[,;\t|])[\s\"']*)(?=[=+\-@＝＋－＠])")
"""Where a formula may begin: at the beginning of a cell, also of one that a spreadsheet makes because it takes another
character for the comma."""

_BREAKS = str.maketrans(dict.fromkeys("\n\t", "\N{REPLACEMENT CHARACTER}"))


def write_table(stream: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes a table as CSV, with a line for the names of its columns."""
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(columns)
    lines.writerows([cell(value) for value in row] for row in rows)


def cell(value: Any) -> Any:
    """A value as it stands in a cell; a text that would be a formula begins with an apostrophe.

    White space stays: who is called like another student but for a space is somebody else.
    """
    return _FORMULA.sub(r"\1'", inert(value).translate(_BREAKS)) if isinstance(value, str) else value
