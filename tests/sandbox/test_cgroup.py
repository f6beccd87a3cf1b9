"""Control groups, where the system lets us make them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.sandbox import Bounds
from autograder.sandbox.cgroup import ControlGroup, control_group, delegated

needs_groups = pytest.mark.skipif(not delegated(), reason="no control group can be made here")


@needs_groups
def test_the_kernel_ends_what_takes_more_than_the_group_may_and_says_so() -> None:
    with control_group(Bounds(memory_bytes=200_000_000)) as group:
        assert group is not None
        assert not group.ran_out()
        argv = group.around([sys.executable, "-c", "x = bytearray(b'x' * 1_000) * 1_000_000; print(len(x))"])
        done = subprocess.run(argv, capture_output=True, check=False)
        assert done.returncode != 0
        assert done.stdout == b""
        assert group.ran_out()


@needs_groups
def test_a_command_in_a_group_is_the_command_itself_with_its_arguments() -> None:
    with control_group(Bounds()) as group:
        assert group is not None
        argv = group.around([sys.executable, "-c", "import sys; print(sys.argv[1:])", "a b", "$0", "'"])
        done = subprocess.run(argv, capture_output=True, check=True, text=True)
        assert done.stdout == "['a b', '$0', \"'\"]\n"
        folders = group.folders
        assert all(folder.is_dir() for folder in folders)
    assert not any(folder.exists() for folder in folders)


@pytest.mark.parametrize(
    ("name", "text", "ran_out"),
    [
        ("memory.events", "low 0\nhigh 0\nmax 12\noom 1\noom_kill 1\noom_group_kill 1\n", True),
        ("memory.events", "low 0\nhigh 0\nmax 12\noom 0\noom_kill 0\n", False),
        ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n", True),
        ("memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n", False),
        ("other", "", False),
    ],
)
def test_both_versions_of_the_kernels_count_are_read(tmp_path: Path, name: str, text: str, ran_out: bool) -> None:
    (tmp_path / name).write_text(text)
    assert ControlGroup((tmp_path,)).ran_out() is ran_out
