"""What commands take: kinds of values, and the options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from autograder.i18n import _

if TYPE_CHECKING:
    from autograder.exam import Limits

FACTORS = {"k": 1_000, "M": 1_000_000, "G": 1_000_000_000}


Folder = click.Path(file_okay=False, path_type=Path)


class CannotWrite(click.ClickException):
    """What a command was to write has no place there."""

    exit_code = 2


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Says that a file cannot be written: the one that the system names, else ``place``."""
    try:
        yield
    except OSError as error:
        raise CannotWrite(
            _("{file} cannot be written: {reason}. Name another place.").format(
                file=error.filename or place, reason=error.strerror
            )
        ) from error


class Written(click.Path):
    """A file or folder that will be written: what cannot be is refused before hours of work, not after them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; nothing is made yet."""
        path = Path(super().convert(value, param, ctx))  # type: ignore[arg-type]
        if str(path) == "-":
            return path
        there = next(place for place in (path, *path.absolute().parents) if place.exists())
        # What is there was checked by click, as a file or as a folder.
        if there != path and not there.is_dir():
            self.fail(_("{path} cannot be made: {there} is a file.").format(path=path, there=there), param, ctx)
        if not os.access(there, os.W_OK):
            self.fail(
                _("{path} cannot be written: {there} is not yours to write to.").format(path=path, there=there),
                param,
                ctx,
            )
        return path


OutputFolder = Written(file_okay=False, path_type=Path)

OutputFile = Written(dir_okay=False, path_type=Path, allow_dash=True)


def course_source() -> Path:
    """``solutions/`` where there is one, else what the course's ``nbgrader_config.py`` names."""
    usual = Path("solutions")
    if usual.is_dir() or not Path("nbgrader_config.py").is_file():
        return usual
    from autograder.adapters.release import ReleaseError, course_config, directories

    try:
        return directories(course_config(Path()))[0]
    except ReleaseError as error:
        raise click.UsageError(str(error)) from error


source_option = click.option(
    "--source",
    type=Folder,
    default=course_source,
    show_default="solutions, or the course's own",
    help="The source notebooks.",
)


class Between(click.FloatRange):
    """A range of numbers, which “nan” is none of."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        number = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(_("{value} is no number of this range.").format(value=value), param, ctx)
        return number


class Percent(Between):
    """From 0 to 100, with or without a “%” behind it."""

    name = "percent"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        return super().convert(value.removesuffix("%") if isinstance(value, str) else value, param, ctx)


Seconds = Between(min=0, min_open=True)


class Limit(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """One of :class:`~autograder.exam.Limits` and its value: ``memory_bytes=2G``."""

    name = "limit"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, float]:
        """The name, and the value in the unit of the name."""
        from autograder.exam import Limits

        defaults = asdict(Limits())
        name, _equals, text = str(value).partition("=")
        if name not in defaults:
            self.fail(
                _("There is no limit “{name}”: expected one of {known}.").format(name=name, known=", ".join(defaults)),
                param,
                ctx,
            )
        factor = FACTORS.get(text[-1:], 1)
        try:
            number = float(text[:-1] if factor > 1 else text) * factor
        except ValueError:
            number = 0.0
        if not (number > 0 and isfinite(number)):
            self.fail(
                _("“{text}” is no value for {name}: expected a number above 0, such as 500, 2.5 or 4G.").format(
                    text=text, name=name
                ),
                param,
                ctx,
            )
        return name, number if isinstance(defaults[name], float) else round(number)


def limit_options(command: click.decorators.FC) -> click.decorators.FC:
    command = click.option(
        "--limit",
        "more_limits",
        type=Limit(),
        multiple=True,
        metavar="NAME=VALUE",
        help="Another limit of a submission, such as memory_bytes=2G; “autograder doctor” lists them.",
    )(command)
    command = click.option(
        "--notebook-timeout", type=Seconds, metavar="SECONDS", help="Wall time of all cells of a notebook."
    )(command)
    return click.option("--cell-timeout", type=Seconds, metavar="SECONDS", help="Wall time of one cell.")(command)


cache_option = click.option(
    "--cache",
    envvar="AUTOGRADER_CACHE",
    metavar="FOLDER",
    help="Where what was done is remembered: a folder, or an address of fsspec's that several machines share.",
)


def limits(cell_seconds: float | None, notebook_seconds: float | None, more: Sequence[tuple[str, Any]] = ()) -> Limits:
    from autograder.exam import Limits

    limits = replace(Limits(), **dict(more))
    return replace(
        limits,
        cell_seconds=limits.cell_seconds if cell_seconds is None else cell_seconds,
        notebook_seconds=limits.notebook_seconds if notebook_seconds is None else notebook_seconds,
    )
