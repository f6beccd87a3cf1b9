"""Why a notebook ended, and why a cell stopped, in words for its student."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from autograder.exam.limits import Limits
from autograder.exam.notebook import Cell
from autograder.i18n import _
from autograder.report import CellError
from autograder.sandbox import Hit

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_LINE = re.compile(r"(?:Cell In\[\d+\], line |^-+> ?)(\d{1,6})\b", re.MULTILINE)
_MAX_TRACEBACK = 100_000


@dataclass(frozen=True, slots=True)
class Silence:
    """Why no answer came."""

    reason: Literal["", "late", "died", "disturbed", "flooded"]
    hit: Hit | None = None
    told: str = ""


def cell_name(cell: Cell) -> str:
    """What a student knows it by."""
    if cell.grade_id:
        return _("The cell “{name}”").format(name=cell.grade_id)
    return _("Code cell {number}").format(number=cell.position)


def cell_error(cell: Cell, problem: Any, limits: Limits) -> CellError:
    """An exception of the cell's, as its output has it; with the limit behind it, where that is one of ours."""
    traceback = _ESCAPES.sub("", "\n".join(str(line) for line in problem.get("traceback", ()))[:_MAX_TRACEBACK])
    line = _LINE.search(traceback)
    name, text = str(problem.get("ename", "")), str(problem.get("evalue", ""))[:2_000]
    error = _ESCAPES.sub("", f"{name[:200]}: {text}" if text else name[:200])
    return CellError(
        grade_id=cell.grade_id,
        position=cell.position,
        error=error.strip()[:500] + _bound(name, text, limits),
        line=int(line[1]) if line else None,
    )


def _bound(name: str, text: str, limits: Limits) -> str:
    """The limit behind an error with which the system refuses what is too much."""
    if name == "MemoryError":
        return _(" (a notebook may use at most {limit:,} bytes of memory)").format(limit=limits.memory_bytes)
    if text.startswith("[Errno 28]"):
        return _(" (a notebook may write at most {limit:,} bytes to files)").format(limit=limits.disk_bytes)
    if text.startswith("[Errno 27]"):
        return _(" (a file may have at most {limit:,} bytes)").format(limit=limits.file_bytes)
    if name == "BlockingIOError" and text.startswith("[Errno 11] Resource"):
        return _(" (a notebook may start at most {limit:,} processes)").format(limit=limits.processes)
    return ""


def why_stopped(silence: Silence, where: str, seconds: float, limits: Limits) -> str:
    """Of a cell after which no other ran; ``seconds`` are what it had."""
    match silence.reason:
        case _ if silence.hit is not None:
            return _too_much(where, silence.hit, limits)
        case "late":
            return _("{cell} did not finish within {seconds:g} seconds, so the notebook was stopped there").format(
                cell=where, seconds=seconds
            )
        case "died":
            return _("{cell} ended the kernel, so no later cell could run").format(cell=where)
        case "flooded":
            return _("{cell} printed more than {limit:,} bytes, so the notebook was stopped there").format(
                cell=where, limit=limits.output_bytes
            )
        case _:
            return _("{cell} disturbed the kernel, so no later cell could run").format(cell=where)


def why_no_values(silence: Silence, limits: Limits) -> str:
    """Of a notebook that did not say what its names stand for."""
    if silence.hit is not None:
        return _too_much(_("the notebook"), silence.hit, limits)
    match silence.reason:
        case "flooded":
            return _("the notebook went on printing: more than {limit:,} bytes").format(limit=limits.output_bytes)
        case "died":
            return _("the notebook's kernel ended while its values were asked for")
        case "disturbed":
            return _("the notebook's kernel was disturbed, so that it hands over no values")
        case _:
            return _("the notebook's kernel did not hand over its values")


def _too_much(where: str, hit: Hit, limits: Limits) -> str:
    match hit:
        case Hit.MEMORY:
            return _("{cell} used more than {limit:,} bytes of memory, so the notebook was stopped there").format(
                cell=where, limit=limits.memory_bytes
            )
        case Hit.CPU:
            return _(
                "{cell} used more than {limit:g} seconds of processor time, so the notebook was stopped there"
            ).format(cell=where, limit=limits.cpu_seconds)
        case Hit.PROCESSES:
            return _("{cell} started more than {limit:,} processes, so the notebook was stopped there").format(
                cell=where, limit=limits.processes
            )
        case Hit.DISK:
            return _("{cell} wrote more than {limit:,} bytes to files, so the notebook was stopped there").format(
                cell=where, limit=limits.disk_bytes
            )
        case Hit.INODES:
            return _("{cell} made more than {limit:,} files, so the notebook was stopped there").format(
                cell=where, limit=limits.inodes
            )
