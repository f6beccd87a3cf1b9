"""Outputs of a student's cell: what is kept of them is text and images, and nothing that acts."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image

from autograder.exam.outputs import rebuilt, terminal_text
from autograder.feedback.images import image

SCRIPT = "<script>alert(1)</script>"


def picture(kind: str = "PNG") -> str:
    content = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(content, kind)
    return base64.b64encode(content.getvalue()).decode()


def display(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": {key.replace("_", "/"): value for key, value in data.items()}}


def test_text_and_pictures_are_kept() -> None:
    png, jpeg = picture(), picture("JPEG")
    kept = rebuilt(
        [
            {"output_type": "stream", "name": "stderr", "text": "careful\n"},
            display(image_png=png, text_plain="<Figure>"),
            {"output_type": "execute_result", "data": {"image/jpeg": jpeg, "text/plain": ["a\n", "b"]}},
        ]
    )
    assert kept == [
        {"output_type": "stream", "name": "stderr", "text": "careful\n"},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": png, "text/plain": "<Figure>"}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/jpeg": jpeg, "text/plain": "a\nb"}},
    ]


@pytest.mark.parametrize(
    "mime",
    [
        "text/html",
        "text/markdown",
        "text/latex",
        "image/svg+xml",
        "application/javascript",
        "application/pdf",
        "application/vnd.jupyter.widget-view+json",
        "text/vnd.mermaid",
    ],
)
def test_what_could_act_is_left_behind_and_its_plain_form_is_kept(mime: str) -> None:
    assert rebuilt([{"output_type": "display_data", "data": {mime: SCRIPT}}]) == []
    (kept,) = rebuilt([{"output_type": "display_data", "data": {mime: SCRIPT, "text/plain": SCRIPT}}])
    assert kept["data"] == {"text/plain": SCRIPT}


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (base64.b64encode(b"<svg onload='alert(1)'>").decode(), "image/png"),
        (SCRIPT, "image/png"),
        ('" onerror="alert(1)', "image/png"),
        (picture("JPEG"), "image/png"),
        (picture("GIF"), "image/png"),
        (picture()[:40], "image/png"),
        (picture(), "image/svg+xml"),
        (picture(), "image/gif"),
        (["a", "list"], "image/png"),
        (None, "image/png"),
    ],
)
def test_what_is_no_picture_of_its_kind_is_none(content: Any, mime: str) -> None:
    assert image(content, mime) is None


def test_a_picture_that_would_fill_the_memory_is_not_unpacked() -> None:
    content = bytearray(base64.b64decode(picture()))
    # Width and height of the header, and its checksum.
    content[16:24] = struct.pack(">II", 50_000, 50_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    assert image(base64.b64encode(content).decode(), "image/png") is None


def test_a_picture_in_lines_is_put_on_one() -> None:
    lines = base64.encodebytes(base64.b64decode(picture())).decode()
    assert image(lines, "image/png") == picture()


def test_text_keeps_its_colours_and_no_other_command_of_a_terminal() -> None:
    assert terminal_text("\x1b[31mred\x1b[0m\x1b]0;title\x07 \u202egnorw") == "\x1b[31mred\x1b[0m�]0;title� �gnorw"


def test_a_progress_bar_is_shown_as_it_ended() -> None:
    assert terminal_text("1/3 [>..]\r2/3 [=>.]\r3/3 [===]\r\nEpoch 2\b") == "3/3 [===]\nEpoch 2"


def test_endless_text_is_cut_and_it_is_said() -> None:
    assert terminal_text("x" * 100_007) == "x" * 100_000 + "\n… and 7 characters more."


def test_an_error_is_text() -> None:
    (kept,) = rebuilt(
        [{"output_type": "error", "ename": "E\x1b[2J", "evalue": SCRIPT, "traceback": ["\x1b[31ma\x1b[0m", 3]}]
    )
    assert (kept["ename"], kept["evalue"], kept["traceback"]) == ("E�[2J", SCRIPT, ["\x1b[31ma\x1b[0m", "3"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
)
KINDS = st.sampled_from(["stream", "error", "display_data", "execute_result", "update_display_data", "clear_output"])
DATA = st.dictionaries(st.sampled_from(["text/plain", "text/html", "image/png", "image/jpeg"]), JSON) | JSON


@settings(deadline=None)
@given(
    st.lists(
        st.fixed_dictionaries(
            {"output_type": KINDS},
            optional={"data": DATA, "text": JSON, "name": JSON, "ename": JSON, "traceback": JSON, "metadata": JSON},
        )
    )
)
def test_whatever_a_kernel_sends_what_is_kept_is_a_valid_notebook(outputs: list[dict[str, Any]]) -> None:
    cell = new_code_cell("", outputs=rebuilt(outputs))
    nbformat.validate(new_notebook(cells=[cell]))
    mimes = {mime for output in cell.outputs for mime in output.get("data", {})}
    assert mimes <= {"text/plain", "image/png", "image/jpeg"}
