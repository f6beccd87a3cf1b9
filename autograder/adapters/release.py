"""Release versions of a course's assignments, made by nbgrader's own ``generate_assignment``, or compared with it."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

from autograder.i18n import _

CONFIG = "nbgrader_config.py"


class ReleaseError(ValueError):
    """A release version could not be made; the message says of which assignment and why."""


def assignments_of(course: Path) -> list[str]:
    """Names of the assignments that a course has sources of.

    Raises
    ------
    ReleaseError
        If ``course`` is no course of nbgrader's, or has no sources.
    """
    directory = course / directories(course_config(course))[0]
    found = sorted({path.parent.name for path in directory.glob("*/*.ipynb") if not path.parent.name.startswith(".")})
    if not found:
        raise ReleaseError(
            _(
                "There are no source notebooks in {directory}: expected {directory}/<assignment>/<notebook>.ipynb."
                " “autograder new my-exercise” writes one."
            ).format(directory=directory)
        )
    return found


def release(course: Path, assignments: Sequence[str]) -> list[Path]:
    """Makes the release versions anew and tells the gradebook; the folders that were written.

    Raises
    ------
    ReleaseError
        If one cannot be made: nbgrader's reason is told.
    """
    config = course_config(course)
    return [_generate(course, config, assignment) for assignment in assignments]


def differences(course: Path, assignments: Sequence[str]) -> list[str]:
    """What a new release would change, a line for each file; nothing is written to the course or its gradebook.

    Raises
    ------
    ReleaseError
        If a release version cannot be made.
    """
    config = course_config(course)
    current = course / directories(config)[1]
    with tempfile.TemporaryDirectory(prefix="autograder-release-") as directory:
        # nbgrader puts the course's root before it.
        config.CourseDirectory.release_directory = os.path.relpath(directory, course)
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
        found = []
        for assignment in assignments:
            _generate(course, config, assignment)
            found += _compared(current / assignment, Path(directory) / assignment)
    return found


def course_config(course: Path) -> Config:
    """What a course's own ``nbgrader_config.py`` says.

    Raises
    ------
    ReleaseError
        If there is none, or it does not run.
    """
    if not (course / CONFIG).is_file():
        raise ReleaseError(
            _(
                "{course} is no course of nbgrader's: expected a file {config} in it. Name the course's folder with"
                " --course, or make a course with “autograder new my-exercise”."
            ).format(course=course.resolve(), config=CONFIG)
        )
    try:
        config = PyFileConfigLoader(CONFIG, path=str(course)).load_config()
    except Exception as error:  # it is a program, and may raise anything
        raise ReleaseError(
            _("{path} does not run: {kind}: {error}").format(
                path=course / CONFIG, kind=type(error).__name__, error=error
            )
        ) from error
    config.CourseDirectory.root = str(course.resolve())
    return config


def directories(config: Config) -> tuple[Path, Path]:
    """A course's source folder and its release folder, from the course's own."""
    directory = CourseDirectory(config=config)
    return Path(directory.source_directory), Path(directory.release_directory)


def _generate(course: Path, config: Config, assignment: str) -> Path:
    # nbgrader starts alembic by its bare name.
    binaries = str(Path(sys.executable).parent)
    if binaries not in os.environ["PATH"].split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([binaries, os.environ["PATH"]])
    directory = CourseDirectory(config=config)
    result: dict[str, Any] = NbGraderAPI(coursedir=directory, config=config).generate_assignment(assignment)
    if not result["success"]:
        # The log tells the cause; the error only that there was one.
        reason = result.get("log") or result.get("error") or ""
        raise ReleaseError(
            _("{assignment} could not be released.\n{reason}").format(assignment=assignment, reason=reason.strip())
        )
    return course / str(directory.release_directory) / assignment


def _compared(current: Path, made: Path) -> list[str]:
    names = sorted(
        {path.relative_to(folder) for folder in (current, made) for path in folder.rglob("*") if path.is_file()}
    )
    told = []
    for name in names:
        old, new = current / name, made / name
        if not old.exists():
            told.append(_("{path} is missing").format(path=old))
        elif not new.exists():
            told.append(_("{path} has no source").format(path=old))
        elif _content(old) != _content(new):
            told.append(_("{path} is not what its source makes").format(path=old))
    return told


def _content(path: Path) -> Any:
    content = path.read_bytes()
    # How a notebook's JSON is laid out is no difference.
    return json.loads(content) if path.suffix == ".ipynb" else content
