"""What a confined program may use, and how it is told apart which bound it reached."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Bounds on all processes of a sandbox together, each with its unit."""

    memory_bytes: int = 4_000_000_000
    """Memory of all processes, shared pages counted once, and of the files that are held in memory."""
    cpu_seconds: float = 14_400
    """Processor time of all processes, ended ones too."""
    processes: int = 128
    """Processes at one time."""
    file_bytes: int = 1_000_000_000
    """Of one file."""
    disk_bytes: int = 1_000_000_000
    """Of all files that are written."""
    inodes: int = 20_000
    """Files, folders and links that are made."""


class Hit(IntEnum):
    """Which bound was reached: the exit status with which a supervisor says so."""

    MEMORY = 81
    CPU = 82
    PROCESSES = 83
    DISK = 84
    INODES = 85
