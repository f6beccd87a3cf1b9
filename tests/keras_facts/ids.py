"""Names for layers among the parameters of a test."""

from __future__ import annotations

from keras import layers


def kind_of(value: object) -> str | None:
    """The class of a layer: its own name counts the layers that were made before it, whichever tests are collected."""
    return type(value).__name__ if isinstance(value, layers.Layer) else None
