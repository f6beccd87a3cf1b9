"""``autograder doctor`` and ``cache``: what this machine offers, and what it remembers."""

from __future__ import annotations

import sys

import click

from autograder.cli.parameters import cache_option, limits
from autograder.i18n import _


@click.command()
@click.option("--conformance", is_flag=True, help="Try every promise of every layer that works here; takes minutes.")
def doctor(conformance: bool) -> None:
    """Say what keeps students' code apart on this system, and what a submission may use.

    \b
    Examples
      autograder doctor
      autograder doctor --conformance

    \b
    Exit codes
      0  submissions can be graded in isolation
      1  no layer works here, or one breaks a promise
    """
    from rich.console import Console

    from autograder.diagnosis import broken_promises, layers_table, limits_table, memory_line, trials, warm_kernels

    found = trials()
    with warm_kernels(found) as warm:
        console = Console()
        console.print(layers_table(found, warm))
        console.print(memory_line())
        console.print(limits_table(limits(None, None)))
        works = any(trial.unavailable is None for trial in found)
        if not works:
            console.print(_("No layer of isolation works here: “autograder grade” refuses to run students' code."))
        if conformance:
            tried = [trial.layer for trial in found if trial.unavailable is None]
            broken = [line for layer in tried for line in broken_promises(layer)]
            if warm is not None and not warm.refusal:
                broken += broken_promises(warm)
            for line in broken:
                click.echo(line)
            if not broken:
                click.echo(_("Every promise was kept."))
            works = works and not broken
    sys.exit(0 if works else 1)


@click.command()
def warm() -> None:
    """Keep what kernels are forked from: commands start without importing TensorFlow until this ends (Ctrl-C).

    \b
    Examples
      autograder warm
    """
    import asyncio
    import signal

    from autograder.cli.runs import CannotGrade
    from autograder.datasets import DatasetError
    from autograder.exam.keeping import kept

    async def keep() -> None:
        me = asyncio.current_task()
        assert me is not None
        # Also where a shell has it ignore Ctrl-C, in the background.
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, me.cancel)
        async with kept():
            click.echo(_("Ready: autograder's commands and kernels start from here until Ctrl-C."))
            await asyncio.Event().wait()

    try:
        asyncio.run(keep())
    except (OSError, DatasetError) as error:
        told = str(error).rstrip(".")
        raise CannotGrade(_("Nothing can be kept warm here: {error}.").format(error=told)) from error
    except asyncio.CancelledError:
        return


@click.command("cache")
@click.option("--clear", is_flag=True, help="Forget all results.")
@cache_option
def show_cache(clear: bool, cache: str | None) -> None:
    """Say what is remembered: results, so that what has not changed is not graded again, and trainings.

    \b
    Examples
      autograder cache
      autograder cache --clear
      autograder cache --cache s3://bucket/autograder
    """
    from autograder.exam import Memory

    memory = Memory.at(cache)
    for store, forgotten, told in (
        (memory.results.store, _("{count} results are forgotten."), _("{count} results in {folder}, {size:,} bytes.")),
        (
            memory.trainings.store,
            _("{count} trainings are forgotten."),
            _("{count} trainings in {folder}, {size:,} bytes."),
        ),
    ):
        if clear:
            click.echo(forgotten.format(count=store.clear()))
            continue
        sizes = store.sizes()
        click.echo(told.format(count=len(sizes), folder=store.folder, size=sum(sizes)))
