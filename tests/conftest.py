"""What every test needs: a quiet TensorFlow, and messages in English."""

from __future__ import annotations

import os

import pytest

# Before anything imports TensorFlow, which reads it once.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(autouse=True, scope="session")
def _messages_in_english() -> None:
    os.environ["AUTOGRADER_LANG"] = "en"
