"""Processes that make cases."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

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
