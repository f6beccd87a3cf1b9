"""Pictures that students' programs drew or that students put into a text: what is kept of them."""

from __future__ import annotations

import base64
import binascii
import io
import warnings
from typing import Any

IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG"}
"""Kinds of images that are kept, by the name that Pillow has for them."""


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
