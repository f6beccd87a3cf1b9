"""What a student's cell put out, rebuilt as text and images: nothing in it can act on whoever looks at it.

HTML, JavaScript, SVG, widgets and every other kind of output are left behind. Their plain form, which Jupyter
sends along, is kept.
"""

from __future__ import annotations

import base64
import binascii
import io
import re
import warnings
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, TypeAlias

from autograder.feedback import safe, shortened

Output: TypeAlias = dict[str, Any]
"""An output of a cell, as nbformat 4 has it in a notebook's JSON."""

IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG"}
"""Kinds of images that are kept, by the name that Pillow has for them."""

_MAX_TEXT = 100_000
_MAX_NAME = 200
_MAX_OUTPUTS = 200

_COLOURS = re.compile(r"(\x1b\[[0-9;]*m)")


def rebuilt(outputs: Iterable[Mapping[str, Any]]) -> list[Output]:
    """The first outputs of a cell as a notebook stores them: streams, errors, plain text and images."""
    return [output for given in islice(outputs, _MAX_OUTPUTS) if (output := _output(given)) is not None]


def image(content: Any, mime: str) -> str | None:
    """``content``, an image in base64, if it is what ``mime`` says it is; ``None`` if it is anything else.

    Only the container is read, not the pixels: a small file may hold a picture that fills the memory.
    """
    if mime not in IMAGES or not isinstance(content, str):
        return None
    from PIL import Image

    try:
        data = base64.b64decode("".join(content.split()), validate=True)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(data), formats=[IMAGES[mime]]) as opened:
                opened.verify()
    except (binascii.Error, ValueError, OSError, SyntaxError, Warning, Image.DecompressionBombError):
        return None
    return base64.b64encode(data).decode()


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
