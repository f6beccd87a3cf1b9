"""The processors, and how many of them a program uses."""

from __future__ import annotations

import os
from collections.abc import Mapping


def processors() -> int:
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def thread_settings(threads: int) -> Mapping[str, str]:
    """Environment variables with which TensorFlow uses so many threads: several programs at once would fight."""
    return {"TF_NUM_INTRAOP_THREADS": str(threads), "TF_NUM_INTEROP_THREADS": str(threads)}
