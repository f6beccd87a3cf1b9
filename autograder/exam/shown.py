"""What a report keeps of the notebook itself: cells to read, and fingerprints to compare."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping

from autograder.exam.files import Files
from autograder.exam.merge import Exam, without_hidden_tests
from autograder.exam.notebook import Cell, Notebook
from autograder.exam.outputs import Output
from autograder.exam.sitting import Sitting
from autograder.feedback import shortened
from autograder.feedback.images import IMAGES
from autograder.likeness import prints_of
from autograder.report import ShownCell

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")

_MOST_SOURCE = 20_000
_MOST_TEXT = 4_000
_MOST_IMAGE = 300_000
"""Characters of one picture in base64."""
_MOST_IMAGES = 2_000_000
"""Characters of all pictures of a notebook."""

_HEAD_BYTES = 8
"""Of a safetensors file: the length of its header, which names what follows."""


def shown(exam: Exam, source: Notebook, sitting: Sitting) -> tuple[ShownCell, ...]:
    """The notebook as it was graded: its cells with what they put out, bounded, and without hidden tests."""
    handed_out = {cell.source for cell in source.cells}
    left = _MOST_IMAGES
    cells = []
    for place, cell in enumerate(exam.cells):
        outputs = sitting.outputs.get(place, [])
        images = []
        for kind, content in _images(outputs):
            if len(content) <= min(_MOST_IMAGE, left):
                left -= len(content)
                images.append((kind, content))
        cells.append(
            ShownCell(
                source=shortened(without_hidden_tests(cell.source) if cell.is_test else cell.source, _MOST_SOURCE),
                code=cell.code,
                grade_id=cell.grade_id,
                theirs=_theirs(cell, handed_out),
                text=shortened("\n".join(filter(None, map(_text, outputs))), _MOST_TEXT),
                images=tuple(images),
            )
        )
    return tuple(cells)


def prints(exam: Exam, source: Notebook) -> str:
    """Fingerprints of what the student wrote and the exercise does not say."""
    handed_out = {cell.source for cell in source.cells}
    return prints_of(
        ((cell.source, cell.code) for cell in exam.cells if _theirs(cell, handed_out)),
        ((cell.source, cell.code) for cell in source.cells),
    )


def weights(handed_in: Files) -> tuple[str, ...]:
    """Fingerprints of the numbers in a submission's safetensors files, whatever the files and layers are called."""
    files = (content for name, content in handed_in.items() if name.endswith(b".safetensors"))
    numbers = (content[_HEAD_BYTES + int.from_bytes(content[:_HEAD_BYTES], "little") :] for content in files)
    return tuple(sorted({hashlib.sha256(one).hexdigest()[:16] for one in numbers if one}))


def _theirs(cell: Cell, handed_out: set[str]) -> bool:
    return (cell.solution and not cell.task) or (not cell.grade_id and cell.source not in handed_out)


def _images(outputs: list[Output]) -> Iterator[tuple[str, str]]:
    for output in outputs:
        data: Mapping[str, str] = output.get("data", {})
        yield from ((kind, data[kind]) for kind in IMAGES if kind in data)


def _text(output: Output) -> str:
    match output["output_type"]:
        case "stream":
            text = output["text"]
        case "error":
            text = "\n".join(output["traceback"]) or f"{output['ename']}: {output['evalue']}"
        case _:
            data = output.get("data", {})
            # A picture's plain form says only that it is one.
            text = "" if any(kind in data for kind in IMAGES) else data.get("text/plain", "")
    return _COLOURS.sub("", str(text)).strip("\n")
