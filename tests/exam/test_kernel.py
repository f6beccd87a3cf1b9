"""What a cell put out, as its kernel's client tells it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from autograder.exam.frames import Output
from autograder.exam.kernel import told


def printed(text: Any, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def test_parts_of_a_stream_that_follow_each_other_are_one_output() -> None:
    outputs = [printed("0.126"), printed([" ", "0.961\n"]), printed("careful\n", "stderr"), printed("on\n")]
    assert told(outputs) == [
        Output("stream", "stdout", "0.126 0.961\n"),
        Output("stream", "stderr", "careful\n"),
        Output("stream", "stdout", "on\n"),
    ]


@given(st.text(), st.lists(st.integers(0, 50)))
def test_a_stream_is_told_alike_however_it_was_cut(text: str, cuts: list[int]) -> None:
    ends = [*sorted(min(cut, len(text)) for cut in cuts), len(text)]
    parts = [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    assert told(map(printed, parts)) == told([printed(text)])


def test_of_too_many_outputs_the_first_are_told_and_the_error_that_ended_the_cell() -> None:
    shown = [{"output_type": "display_data", "data": {"text/plain": str(number)}} for number in range(300)]
    error = {"output_type": "error", "ename": "ValueError", "evalue": "no", "traceback": []}
    first = [Output("display_data", data={"text/plain": str(number)}) for number in range(200)]
    assert told(shown) == first
    assert told([*shown, error]) == [*first[:199], Output("error", ename="ValueError", evalue="no")]
