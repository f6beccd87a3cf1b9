"""What a student's cell put out, rebuilt as text and images: nothing in it can act on whoever looks at it.

HTML, JavaScript, SVG, widgets and every other kind of output are left behind. Their plain form, which Jupyter
sends along, is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, TypeAlias

from autograder.feedback import safe, shortened
from autograder.feedback.images import IMAGES, image

Output: TypeAlias = dict[str, Any]
"""An output of a cell, as nbformat 4 has it in a notebook's JSON."""

_MAX_TEXT = 100_000
_MAX_NAME = 200
_MAX_OUTPUTS = 200

_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def rebuilt(outputs: Iterable[Mapping[str, Any]]) -> list[Output]:
    """The first outputs of a cell as a notebook stores them: streams, errors, plain text and images."""
    return [output for given in islice(outputs, _MAX_OUTPUTS) if (output := _output(given)) is not None]


def terminal_text(text: Any) -> str:
    """``text`` as :func:`~autograder.feedback.safe` makes it, with its colours."""
    if isinstance(text, list):
        text = "".join(str(line) for line in text)
    text = str(text).replace("\r\n", "\n").replace("\b", "")
    text = shortened(text, _MAX_TEXT)
    # A progress bar draws each of its states over the last: what stands in the end is what is seen.
    seen = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    parts = _COLOURS.split(seen)
    # Every second part is a colour.
    return "".join(part if index % 2 else safe(part) for index, part in enumerate(parts))


def _output(given: Mapping[str, Any]) -> Output | None:
    match given.get("output_type"):
        case "stream":
            name = "stderr" if given.get("name") == "stderr" else "stdout"
            return {"output_type": "stream", "name": name, "text": terminal_text(given.get("text", ""))}
        case "error":
            traceback = given.get("traceback")
            lines = traceback if isinstance(traceback, list) else []
            return {
                "output_type": "error",
                "ename": safe(str(given.get("ename", ""))[:_MAX_NAME]),
                "evalue": safe(shortened(str(given.get("evalue", "")), _MAX_TEXT)),
                "traceback": terminal_text("\n".join(str(line) for line in lines)).split("\n") if lines else [],
            }
        case "display_data" | "execute_result":
            data = _data(given.get("data"))
            return {"output_type": "display_data", "metadata": {}, "data": data} if data else None
        case _:
            return None


def _data(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        return {}
    images = {mime: found for mime in IMAGES if (found := image(given.get(mime), mime)) is not None}
    plain = given.get("text/plain")
    text = {} if plain is None else {"text/plain": terminal_text(plain)}
    return {**images, **text}
