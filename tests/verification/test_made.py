"""Processes that make cases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import psutil
import pytest

from autograder.verification.made import give_way, processes

PARENT = """
import multiprocessing, time
from concurrent.futures import ProcessPoolExecutor
from autograder.verification.made import end_with_parent

if __name__ == "__main__":
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=end_with_parent) as pool:
        pool.submit(time.sleep, 600)
        while not pool._processes:
            time.sleep(0.1)
        print(*pool._processes, flush=True)
        time.sleep(600)
"""


def test_what_makes_cases_ends_with_who_asked_for_them_even_where_that_is_killed(tmp_path: Path) -> None:
    program = tmp_path / "parent.py"
    program.write_text(PARENT)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    child.wait(timeout=60)


def _interrupted_while_busy(seen: list[BaseProcess]) -> None:
    with processes(1) as pool:
        busy = pool.submit(time.sleep, 20)
        while not busy.running():
            time.sleep(0.1)
        seen += active_children()
        raise KeyboardInterrupt


def test_what_makes_cases_is_ended_when_nobody_waits_for_them() -> None:
    seen: list[BaseProcess] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted_while_busy(seen)
    assert [one.exitcode for one in seen] == [-signal.SIGTERM]


def _after_giving_way() -> tuple[int, str]:
    give_way()
    group = Path("/proc/self/autogroup")
    return os.nice(0), group.read_text().strip() if group.exists() else ""


def test_what_makes_cases_takes_the_time_that_answers_leave() -> None:
    with get_context("spawn").Pool(1) as pool:
        niceness, group = pool.apply(_after_giving_way)
    assert niceness == 19
    assert group.endswith("nice 19") or not group
