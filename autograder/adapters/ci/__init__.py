"""Files with which a course has its pull requests graded: workflows for GitHub and GitLab."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from autograder.i18n import _

Host = Literal["github", "gitlab"]

FILES: Mapping[Host, Mapping[str, str]] = {
    "github": {
        ".github/actions/autograder/action.yml": "action.yml",
        ".github/workflows/check.yml": "check.yml",
        ".github/workflows/grade.yml": "grade.yml",
    },
    "gitlab": {"gitlab-ci.yml": "gitlab-ci.yml"},
}
"""Where each file goes in a course's repository."""


class FileInTheWay(ValueError):
    """A file of that name is there already, and is another one; the message says which."""


def text_of(name: str) -> str:
    """One of the files."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


def write_files(course: Path, host: Host, *, replace: bool = False) -> list[Path]:
    """Writes a host's files into a course's repository; those that were not there, or not so.

    Raises
    ------
    FileInTheWay
        If one is there and is another; nothing is written then, unless files are to be replaced.
    """
    wanted = {course / place: text_of(name) for place, name in FILES[host].items()}
    changed = {
        path: text for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    }
    in_the_way = [str(path) for path in changed if path.exists()]
    if in_the_way and not replace:
        raise FileInTheWay(
            _("{files} would be overwritten: use --force, or look at what they have of their own.").format(
                files=", ".join(in_the_way)
            )
        )
    for path, text in changed.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return list(changed)
