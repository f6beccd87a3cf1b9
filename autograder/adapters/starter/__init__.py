"""What a course begins with: an exercise that is whole, answers that must pass or fail, and a course around them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.adapters.release import CONFIG, course_config, directories, release
from autograder.i18n import _

CORPUS = Path("tests") / "corpus"
"""Of a course: where ``autograder verify`` looks for answers."""

ROW = "| `my-exercise` | reads handwritten digits | 10 |"
"""Of the table of assignments in a course's README."""

_MARK = "<!-- autograder new: assignments go above -->"
_NAME = re.compile(r"[^\W_][\w.-]{0,99}")
_EXERCISE, _COURSE = "my-exercise", "my-course"
_COURSE_FILES = {"nbgrader_config.py": CONFIG, "gitignore": ".gitignore", "README.md": "README.md"}


class CannotStart(ValueError):
    """Nothing was written; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """What was made."""

    written: tuple[Path, ...]
    """The files, and last the folder of the release version."""
    row: str
    """What a README is to say of the exercise and does not; empty where it does."""


def start(course: Path, name: str) -> Started:
    """Writes an exercise into a course, its corpus and its release version; where there is no course, that too.

    Raises
    ------
    CannotStart
        If the name is none of an assignment, or one of its folders is there already.
    ReleaseError
        If the course's configuration cannot be read, or nbgrader does not release the exercise.
    OSError
        If a file cannot be written.
    """
    if not _NAME.fullmatch(name):
        raise CannotStart(
            _(
                "“{name}” cannot be an assignment's name, which nbgrader takes for a folder's and as a part of paths:"
                " begin with a letter or a digit, and use letters, digits, “-”, “_” and “.”, as in my-exercise."
            ).format(name=name)
        )
    files: dict[Path, str] = {}
    source, released = Path("solutions"), Path("assignments")
    if (course / CONFIG).exists():
        source, released = directories(course_config(course))
    else:
        files = {
            course / place: _text(f"course/{file}", {_COURSE: _course_name(course), _EXERCISE: name})
            for file, place in _COURSE_FILES.items()
            if not (course / place).exists()
        }
    folders = [course / source / name, course / CORPUS / name, course / released / name]
    in_the_way = [str(folder) for folder in folders if folder.exists()]
    if in_the_way:
        raise CannotStart(
            _("Nothing is overwritten, and there is already {folders}: choose another name, or remove that.").format(
                folders=", ".join(in_the_way)
            )
        )
    files[folders[0] / f"{name}.ipynb"] = _text("my-exercise.ipynb", {_EXERCISE: name})
    for path in sorted(_HERE.glob("answers/*/*.py")):
        files[folders[1] / path.relative_to(_HERE / "answers")] = path.read_text(encoding="utf-8")
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    row = _told_in(course / "README.md", ROW.replace(_EXERCISE, name))
    return Started(written=(*files, *release(course, [name])), row=row)


_HERE = Path(__file__).parent


def _text(file: str, names: Mapping[str, str]) -> str:
    text = (_HERE / file).read_text(encoding="utf-8")
    return re.sub("|".join(names), lambda found: names[found[0]], text)


def _course_name(course: Path) -> str:
    """The folder's name, where that can be a course's."""
    name = course.resolve().name
    return name if _NAME.fullmatch(name) else _COURSE


def _told_in(readme: Path, row: str) -> str:
    """Adds a row to the table of a README that was made here; gives it back where there is no such table."""
    text = readme.read_text(encoding="utf-8", errors="surrogateescape") if readme.is_file() else ""
    if _MARK not in text:
        return row
    added = text.replace(_MARK, f"{row}\n{_MARK}", 1)
    readme.write_text(added, encoding="utf-8", errors="surrogateescape")
    return ""
