"""The command line in the reader's language: ``--lang``, and help texts, which stand in docstrings and options."""

from __future__ import annotations

import gettext
import os
import re
from collections.abc import Iterable, Iterator
from copy import copy
from inspect import cleandoc
from typing import Any, TypeVar
from unicodedata import east_asian_width

import click

from autograder.i18n import LOCALE_DIRECTORY, VARIABLE, UnknownLanguage, known_language, language, translated

C = TypeVar("C", bound=click.Command)

_RAW = "\b"
"""Click's mark of a paragraph that is not filled anew."""

_EXAMPLES = "Examples"
"""The heading of a paragraph of commands."""

_OPEN, _CLOSE = "“‘（「『《", "、。，：；！？）」』》”’…"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60"

# What may stand on a line by itself: blanks, or a word or a wide character with the marks that belong to it.
_PIECES = re.compile(f"[^\\S\n]+|[{_OPEN}]*(?:[^\\s{_WIDE}]+|[{_WIDE}])?[{_CLOSE}]*")


class Language(click.ParamType):  # type: ignore[type-arg,unused-ignore]
    """A language that there are messages in, by the name of its catalogue."""

    name = "language"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The catalogue's name."""
        try:
            return known_language(str(value))
        except UnknownLanguage as error:
            self.fail(str(error), param, ctx)


class Formatter(click.HelpFormatter):
    """Click's, for texts of which a character may be two columns wide and no blank stands between words."""

    def write_text(self, text: str) -> None:
        """Paragraphs."""
        super().write_text(_filled(text, self.width - self.current_indent))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms, and what they mean."""
        rows = list(rows)
        first = min(max((len(term) for term, _told in rows), default=0), col_max) + col_spacing
        width = max(self.width - first - 2, 10)
        super().write_dl([(term, _filled(told, width)) for term, told in rows], col_max, col_spacing)


class Context(click.Context):
    """Click's, with our formatter."""

    formatter_class = Formatter


class Commands(click.Group):
    """Commands whose help is in the reader's language, and the option ``--lang`` before all of them."""

    context_class = Context

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.params.append(
            click.Option(
                ["--lang"],
                type=Language(),
                envvar=VARIABLE,
                metavar="LANG",
                is_eager=True,
                expose_value=False,
                callback=_speak,
                help="The language of all that people read, such as zh_TW; without it that of AUTOGRADER_LANG, else the"
                " system's.",
            )
        )

    def make_context(self, info_name: str | None, args: list[str], *others: Any, **more: Any) -> click.Context:
        """As Click does; its own texts are ours from here on."""
        gettext.bindtextdomain("click", str(LOCALE_DIRECTORY))
        gettext.textdomain("click")
        os.environ["LANGUAGE"] = language()
        return super().make_context(info_name, args, *others, **more)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, its help in the reader's language."""
        command = super().get_command(ctx, cmd_name)
        return command and _in_language(command)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The group's own help."""
        super(Commands, _in_language(self)).format_help(ctx, formatter)


def help_texts(command: click.Command) -> Iterator[str]:
    """What :func:`translated` is asked for when a command's help is shown, those of its subcommands too."""
    yield from (text for _mark, text, _commands in _paragraphs(command.help or ""))
    for option in command.params:
        yield from (text for text in (getattr(option, "help", None), _default(option)) if text)
    if isinstance(command, click.Group):
        for other in command.commands.values():
            yield from help_texts(other)


def _speak(_ctx: click.Context, _param: click.Parameter, value: str | None) -> None:
    if value is not None:
        # Of this process and all that it starts; Click and argparse read the second.
        os.environ[VARIABLE] = os.environ["LANGUAGE"] = value


def _in_language(command: C) -> C:
    told = copy(command)
    if command.help:
        told.help = "\n\n".join(
            mark + translated(text) + commands for mark, text, commands in _paragraphs(command.help)
        )
    told.params = [_option(option) for option in command.params]
    told.context_class = Context
    # Click makes the option --help once, in the language of that moment.
    told._help_option = None
    return told


def _option(option: click.Parameter) -> click.Parameter:
    if not isinstance(option, click.Option):
        return option
    told = copy(option)
    told.help = option.help and translated(option.help)
    if default := _default(option):
        told.show_default = translated(default)
    return told


def _default(option: click.Parameter) -> str:
    """The words that stand for a default."""
    shown = getattr(option, "show_default", None)
    return shown if isinstance(shown, str) and not shown.isdigit() else ""


def _paragraphs(text: str) -> Iterator[tuple[str, str, str]]:
    """Each paragraph's mark, its text, which has no line breaks where they mean nothing, and commands below it."""
    for paragraph in cleandoc(text).split("\n\n"):
        if paragraph.startswith(f"{_RAW}\n"):
            told = paragraph.removeprefix(f"{_RAW}\n")
            heading = told.partition("\n")[0]
            text = heading if heading == _EXAMPLES else told
            yield f"{_RAW}\n", text, told.removeprefix(text)
        else:
            yield "", " ".join(paragraph.split()), ""


def _filled(text: str, width: int) -> str:
    """Paragraphs with wide characters, broken into lines and marked as such; others as they are."""
    return "\n\n".join(
        paragraph
        if paragraph.startswith(_RAW) or not any(map(_wide, paragraph))
        else "\n".join([_RAW, *_lines(paragraph, width)])
        for paragraph in text.split("\n\n")
    )


def _lines(text: str, width: int) -> list[str]:
    lines = [""]
    for piece in filter(None, _PIECES.findall(text)):
        if _columns((lines[-1] + piece).rstrip()) > width and lines[-1]:
            lines.append("")
        lines[-1] += piece if lines[-1] else piece.lstrip()
    return [line.rstrip() for line in lines if line]


def _columns(text: str) -> int:
    return len(text) + sum(map(_wide, text))


def _wide(character: str) -> bool:
    return east_asian_width(character) in "WF"
