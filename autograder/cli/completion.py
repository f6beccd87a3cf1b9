"""``autograder completion``: what a shell offers when Tab is pressed, and where that comes from."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource
from click.shell_completion import CompletionItem, get_completion_class

VARIABLE = "_AUTOGRADER_COMPLETE"
"""Of the environment: how a shell's script asks this program what there is."""

_SOURCES = ("solutions", "source")
"""Where source notebooks stand in most courses. To read nbgrader's configuration would take longer than a Tab may."""


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script with which a shell completes commands, options and names of assignments.

    A shell finds it where it looks for such scripts, for zsh in a folder of fpath; eval makes it known to this shell
    alone.

    \b
    Examples
      autograder completion bash > ~/.local/share/bash-completion/completions/autograder
      autograder completion zsh > ~/.zfunc/_autograder
      autograder completion fish > ~/.config/fish/completions/autograder.fish
      eval "$(autograder completion bash)"
    """
    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(context.find_root().command, {}, "autograder", VARIABLE).source())


def assignment_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Names that begin so and are not given yet: of ``--source`` or ``--course``, or of the usual folders."""
    told = {name for name in ("source", "course") if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if "source" in told and parameter.name != "only":
        folders = [Path(context.params["source"])]
    else:
        course = Path(context.params["course"]) if "course" in told else Path()
        folders = [course / name for name in _SOURCES]
    names = {path.parent.name for folder in folders for path in folder.glob("*/*.ipynb")}
    return [
        CompletionItem(name)
        for name in sorted(names - set(context.params.get(str(parameter.name)) or ()))
        if name.startswith(incomplete) and not name.startswith(".")
    ]


def any_file(_context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Whatever files and folders the shell finds."""
    return [CompletionItem(incomplete, type="file")]
