"""How benchmarks drive graders, and what they make of what they saw."""

from __future__ import annotations

import doctest
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from rich.console import Console

from benchmarks import graders, growth
from benchmarks.graders import Ran, run
from benchmarks.judged import verdict
from benchmarks.memory import Look, Peak


def test_a_command_is_timed_and_heard(tmp_path: Path) -> None:
    program = "import sys, time; print('out'); print('one', file=sys.stderr); time.sleep(0.3); sys.stderr.write('two')"
    ran = run(tmp_path, [sys.executable, "-c", program])
    assert ran.output == b"out\n"
    assert [line for _seconds, line in ran.lines] == ["one", "two"]
    (first, _one), (second, _two) = ran.lines
    assert 0.2 < second - first < ran.seconds


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path: Path) -> None:
    with pytest.raises(click.ClickException, match=r"ended with 3:\nno such thing"):
        run(tmp_path, [sys.executable, "-c", "import sys; print('no such thing', file=sys.stderr); sys.exit(3)"])


def test_the_memory_of_what_a_command_starts_counts_beside_its_own(tmp_path: Path) -> None:
    big = "import time; held = b'x' * 150_000_000; time.sleep(1.5)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {big!r}])"
    peak = run(tmp_path, [sys.executable, "-c", program]).peak
    assert peak.own < 100_000_000
    assert peak.all > 150_000_000
    assert (max(look.own for look in peak.looks), max(look.all for look in peak.looks)) == (peak.own, peak.all)
    assert peak.left == ()


def test_what_is_there_when_a_command_has_ended_is_told(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys, time;"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(8)'], stderr=subprocess.DEVNULL);"
        "time.sleep(1)"
    )
    assert len(run(tmp_path, [sys.executable, "-c", program]).peak.left) == 1


@pytest.mark.parametrize(
    ("names", "fails"), [({"x": 1, "y": 2}, 0), ({"x": 3, "y": 2}, 1)], ids=["a right answer", "a wrong one"]
)
def test_otters_tests_ask_what_the_test_cells_ask(names: dict[str, Any], fails: int) -> None:
    written: dict[str, Any] = {}
    exec(graders._otter_test("test-x", 2, "for number in (x, y):\n    assert number < 3"), written)
    assert written["test"]["points"] == 2
    (case,) = written["test"]["suites"][0]["cases"]
    asked = doctest.DocTestParser().get_doctest(case["code"] + "\n", names, "test", None, 0)
    assert doctest.DocTestRunner(verbose=False).run(asked, out=StringIO().write).failed == fails


def test_seconds_and_memory_leave_a_commands_start_and_end_out() -> None:
    lines = (
        (2.0, "some warning"),
        (5.0, "[1/3] student-0001 small: 1 of 1 (0 s)"),
        (5.5, "[2/3] student-0002 small: 1 of 1 (0 s)"),
        (6.0, "[3/3] student-0003 small: 1 of 1 (0 s)"),
    )
    looks = [Look(4.9, 1, 99), Look(5.0, 8, 20), Look(5.4, 10, 30), Look(5.9, 11, 80), Look(6.1, 50, 90)]
    peak = Peak(own=50, all=99, looks=looks, left=(4,))
    took = dict.fromkeys(("student-0001", "student-0002", "student-0003"), 0.5)
    cost = growth._cost(3, Ran(seconds=7.0, output=b"", lines=lines, peak=peak), took)
    assert (cost.whole, cost.start, cost.each) == (7.0, 5.0, 0.5)
    assert (cost.own, cost.all, cost.highest, len(cost.looks), cost.left) == (10, 30, 99, 3, 1)


def test_what_is_under_way_at_the_first_report_counts_by_what_is_left_of_it() -> None:
    """Two at once, both begun at 4, and two more, each when one of them was done."""
    lines = tuple((came, f"[1/4] student-{number} small: 1 of 1 (1 s)") for number, came in enumerate((5, 5.2, 6, 6.2)))
    peak = Peak(own=0, all=0, looks=[Look(5.5, 0, 0)], left=())
    took = {"student-0": 1.0, "student-1": 1.2, "student-2": 1.0, "student-3": 1.0}
    cost = growth._cost(4, Ran(seconds=7.0, output=b"", lines=lines, peak=peak), took)
    assert cost.each == pytest.approx(1.2 / (0.2 / 1.2 + 2))


def test_a_class_of_ten_is_graded_ten_times_and_a_thousand_once() -> None:
    assert [growth._turns(students, 1) for students in (2, 10, 30, 100, 1_000)] == [50, 10, 4, 1, 1]
    assert [growth._turns(students, 3) for students in (10, 1_000)] == [10, 3]


def test_of_several_turns_the_middle_is_told_and_everything_that_was_left() -> None:
    looks = [Look(1.0, 7, 20), Look(1.5, 8, 60), Look(1.0, 9, 40)]
    turns = [
        growth.Cost(students=10, whole=9.0, start=1.0, each=0.3, looks=looks[:2], highest=30, left=1),
        growth.Cost(students=10, whole=8.0, start=3.0, each=0.1, looks=[], highest=70, left=0),
        growth.Cost(students=10, whole=7.0, start=2.0, each=0.2, looks=looks[2:], highest=50, left=0),
    ]
    middle = growth._median(turns)
    assert middle == growth.Cost(students=10, whole=8.0, start=2.0, each=0.2, looks=looks, highest=70, left=1)
    assert (middle.own, middle.all) == (8, 40)


def test_each_further_submission_is_what_a_larger_class_takes_longer() -> None:
    costs = [
        growth.Cost(students=size, whole=whole, start=2.0, each=0.1, looks=[], highest=1, left=0)
        for size, whole in ((10, 3.0), (110, 13.0), (1_110, 163.0))
    ]
    assert growth._further(costs) == [0.1, 0.15]


def test_growth_is_that_of_the_most_expensive_class() -> None:
    assert growth._growth([1.0, 1.5, 1.2]) == 0.5
    assert growth._growth([1.0, 0.5]) == 0.0


def test_what_was_asked_for_is_told_beside_what_was_found() -> None:
    said = StringIO()
    console = Console(file=said, width=120)
    assert verdict(console, "3.0 × as fast", 3.0, at_least=2)
    assert not verdict(console, "3.0 s", 3.0, at_most=2)
    assert said.getvalue() == "3.0 × as fast: asked at least 2, met.\n3.0 s: asked at most 2, not met.\n"
