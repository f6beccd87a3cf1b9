"""How many processors there are to use."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exam.processors import FreeProcessors, processors, share


@pytest.mark.parametrize(
    ("inner", "outer", "expected"),
    [
        ("max 100000", "max 100000", float("inf")),
        ("200000 100000", "max 100000", 2.0),
        ("max 100000", "150000 100000", 1.5),
        ("400000 100000", "50000 100000", 0.5),
        ("not a number", "", float("inf")),
    ],
)
def test_a_containers_share_of_the_processors_is_what_its_control_groups_leave(
    tmp_path: Path, inner: str, outer: str, expected: float
) -> None:
    (tmp_path / "pods" / "one").mkdir(parents=True)
    (tmp_path / "pods" / "one" / "cpu.max").write_text(f"{inner}\n")
    (tmp_path / "pods" / "cpu.max").write_text(f"{outer}\n")
    assert share("/pods/one", tmp_path) == expected


def test_there_is_a_processor() -> None:
    assert processors() >= 1


@given(st.integers(1, 4), st.lists(st.tuples(st.integers(1, 4), st.integers(0, 3)), max_size=12))
def test_no_more_processors_are_busy_than_there_are_and_all_get_theirs_in_turn(
    count: int, wanted: list[tuple[int, int]]
) -> None:
    free = FreeProcessors(count)
    busy = most = 0
    served: list[int] = []

    async def work(number: int, needed: int, turns: int) -> None:
        nonlocal busy, most
        async with free.taken(min(needed, count)):
            served.append(number)
            busy += min(needed, count)
            most = max(most, busy)
            for _turn in range(turns):
                await asyncio.sleep(0)
            busy -= min(needed, count)

    async def run() -> None:
        await asyncio.gather(*(work(number, *one) for number, one in enumerate(wanted)))

    asyncio.run(run())
    assert served == list(range(len(wanted)))
    assert most <= count


def test_who_no_longer_waits_for_processors_takes_none() -> None:
    async def run() -> None:
        free = FreeProcessors(2)
        async with free.taken(1):
            waiting = asyncio.create_task(free.taken(2).__aenter__())
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(5), free.taken(2):
            pass

    asyncio.run(run())
