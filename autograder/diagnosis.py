"""What this system can do for the grader: which layers of isolation hold, and why others do not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from autograder.exam import Limits
from autograder.exam.warmed import imports
from autograder.i18n import _
from autograder.sandbox import Layer, NotWarm, Trial, Warm, every_layer, tried
from autograder.sandbox.cgroup import delegated
from autograder.sandbox.conformance import CASES


def trials() -> list[Trial]:
    """Every layer that isolates, tried, strongest first."""
    return [tried(layer) for layer in every_layer()]


@contextmanager
def warm_kernels(found: Sequence[Trial]) -> Iterator[Warm | None]:
    """What students' kernels are forked from, tried; ``None`` where the layer that is used cannot have it."""
    used = next((trial.layer for trial in found if trial.unavailable is None), None)
    if used is None or not used.forks:
        yield None
        return
    warm = Warm(imports(with_keras=True))
    # It keeps the reason.
    with suppress(NotWarm):
        asyncio.run(warm.start())
    try:
        yield warm
    finally:
        warm.close()


def layers_table(found: Sequence[Trial], warm: Warm | None) -> Table:
    """The layers: whether each works here, what it protects, and what it cannot."""
    table = Table(title=_("Isolation, strongest first"))
    for header in (_("Layer"), _("Here"), _("Keeps apart"), _("Cannot")):
        table.add_column(header, overflow="fold")
    used = next((trial for trial in found if trial.unavailable is None), None)
    for trial in found:
        layer = trial.layer
        cannot = "\n".join(f"{name}: {reason}" for name, reason in layer.cannot.items())
        here = _("used") if trial is used else _("works")
        if trial.unavailable is not None:
            remedy = trial.unavailable.remedy
            here = trial.unavailable.reason + (f"\n→ {remedy}" if remedy else "")
        table.add_row(*map(Text, (layer.name, here, layer.protects, cannot or "—")))
        if warm is not None and trial is used:
            here = warm.refusal or _("used for students' kernels")
            table.add_row(*map(Text, (warm.name, here, warm.protects, "—")))
    return table


def memory_line() -> str:
    """Who counts the memory of a sandbox here."""
    if delegated():
        return _("Memory is counted by a control group of the kernel's, and by a watch.")
    return _("Memory is counted by a watch, several times a second: no control group can be made here.")


def limits_table(limits: Limits) -> Table:
    """What a submission may use, unless it is told otherwise with ``--limit``."""
    table = Table(_("Limit"), _("Value"), title=_("Limits of a submission"))
    for name, value in asdict(limits).items():
        table.add_row(Text(name), Text(f"{value:,g}" if isinstance(value, float) else f"{value:,}"))
    return table


def broken_promises(layer: Layer | Warm) -> Iterator[str]:
    """Tries the whole conformance suite on a layer: a line for each promise that it breaks."""
    for case in CASES:
        problem = asyncio.run(case.broken(layer))
        if problem and case.name not in layer.cannot:
            yield _("{layer} breaks “{case}”: {problem}").format(layer=layer.name, case=case.name, problem=problem)
