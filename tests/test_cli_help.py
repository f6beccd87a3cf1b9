"""The help of every command: it has examples, and they name what there is."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from autograder.cli import main
from tests.test_cli import autograder_cli

_EXAMPLES = re.compile(r"^  Examples\n((?:    .*\n)+)", re.MULTILINE)


def examples(name: str) -> list[str]:
    """The commands that a help text shows."""
    found = _EXAMPLES.search(autograder_cli(*name.split(), "--help").stdout)
    return [line.strip() for line in found[1].splitlines()] if found else []


def invocations(example: str) -> Iterator[tuple[click.Command, list[str]]]:
    """The commands of ours in a line of a shell, and their arguments as far as they are ours."""
    line = re.sub(r'^eval "\$\((.*)\)"', r"\1", example.partition("#")[0])
    for part in re.split(r"&&", line):
        words = shlex.split(part.partition(">")[0])
        assert "autograder" in words, example
        name, *arguments = words[words.index("autograder") + 1 :]
        yield main.commands[name], arguments


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_has_an_example_whose_options_and_arguments_exist(name: str) -> None:
    shown = examples(name)
    assert shown
    assert any(command.name == name for example in shown for command, _arguments in invocations(example))
    for example in shown:
        for command, arguments in invocations(example):
            context = click.Context(command, info_name=command.name)
            # What stands for a file need not be there; options and the number of arguments must be right.
            given, rest, _order = command.make_parser(context).parse_args(list(arguments))
            assert not rest, example
            for parameter in command.params:
                value = given.get(str(parameter.name))
                if isinstance(parameter.type, click.Choice) and isinstance(value, str):
                    assert value in parameter.type.choices, example


def test_an_example_with_an_option_that_is_none_does_not_pass() -> None:
    ((command, arguments),) = invocations("autograder grade submitted/ --colour")
    with pytest.raises(click.NoSuchOption):
        command.make_parser(click.Context(command)).parse_args(arguments)


@pytest.mark.parametrize("columns", [60, 80])
def test_texts_of_help_fit_the_terminal(columns: int) -> None:
    for name in ["", *main.commands]:
        # What click's runner takes in the place of COLUMNS.
        text = CliRunner().invoke(main, [*name.split(), "--help"], terminal_width=columns - 2).stdout
        # A command is not broken where it does not fit: it could not be copied.
        wide = [line for line in text.splitlines() if len(line) > columns and line.strip() not in examples(name)]
        assert not wide


def test_the_help_names_every_command() -> None:
    text = autograder_cli("--help").stdout
    assert all(re.search(rf"^  {re.escape(name)} ", text, re.MULTILINE) for name in main.commands)
