"""All cases that are made of one exercise, and what becomes of them: in a process of its own."""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

from autograder.verification.tally import Judged

_NICE = 19

if TYPE_CHECKING:
    from autograder.verification.evidence import Evidence
    from autograder.verification.rehearsal import Rehearsal
    from autograder.verification.trials import Trial


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of one exercise's cases: every ``of``-th, beginning with number ``number``."""

    assignment: str
    source: Path
    student: str
    count: int
    """Right cases and wrong ones, about."""
    seed: int
    number: int
    of: int
    known: str | Path | None
    """A cache that has trainings which were carried out before; ``None``: this user's."""
    only: str = ""
    """What the name of a case must have in it."""


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a share."""

    judged: list[Judged]
    evidence: Evidence


@contextlib.contextmanager
def processes(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes for shares, each for one of them; where nobody waits for what comes of these any more, they end."""
    # What a process has trained and built stays in its memory.
    with ProcessPoolExecutor(
        jobs, multiprocessing.get_context("spawn"), initializer=end_with_parent, max_tasks_per_child=1
    ) as pool:
        try:
            yield pool
        except BaseException:
            for child in multiprocessing.active_children():
                child.terminate()
            raise


def end_with_parent() -> None:
    """Has this process end when the one that began it has, however that ended: nobody would hear what comes of it."""
    if (parent := multiprocessing.parent_process()) is not None:

        def wait() -> None:
            parent.join()
            os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


def give_way() -> None:
    """Has this process take the time that others leave.

    Linux shares time out among sessions first (sched(7), "The autogroup feature"), and every sandbox is one: niceness
    alone says something within a session only.
    """
    os.nice(_NICE)
    with contextlib.suppress(OSError):
        os.setsid()
        for _attempt in range(10):
            # It hears ordinary users ten times a second, all together.
            with contextlib.suppress(BlockingIOError):
                Path("/proc/self/autogroup").write_text(str(_NICE))
                return
            sleep(0.1)


def carried_out(share: Share) -> Done:
    """Makes the cases of a share and tries them. Meant for a process of its own, in which TensorFlow is quiet.

    Raises
    ------
    Stopped
        If the exercise's own solution does not run.
    """
    # Answers that are graded meanwhile go first.
    give_way()
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    os.environ["MPLBACKEND"] = "agg"
    # Some lines TensorFlow writes before it hears of any level.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    from autograder.exam.notebook import load
    from autograder.exam.trainings import RememberedTrainings
    from autograder.i18n import speaking
    from autograder.verification.rehearsal import rehearsed
    from autograder.verification.trials import Bench

    # What a message must say is written in English.
    with (
        speaking("en"),
        rehearsed(load(share.source), share.student, RememberedTrainings(share.known)) as rehearsal,
    ):
        # What Keras clears after some cases looks for garbage: all that is there by now is none.
        gc.collect()
        gc.freeze()
        bench = Bench(share.assignment, rehearsal)
        made = [one for one in trials(rehearsal, share.count, share.seed) if share.only in f"{one.origin} {one.key}"]
        return Done(list(bench.tried(made[share.number :: share.of])), bench.evidence)


def trials(rehearsal: Rehearsal, count: int, seed: int) -> list[Trial]:
    """Different cases of an exercise, about ``count`` right ones and as many wrong ones; the same for one seed."""
    from autograder.verification.answer_trials import answer_trials, no_answer_trials
    from autograder.verification.program_trials import by_heart_trials, program_trials
    from autograder.verification.told_trials import told_trials, untrained_trials

    made = [
        *told_trials(rehearsal, count, seed),
        *untrained_trials(rehearsal),
        *no_answer_trials(rehearsal),
        *answer_trials(rehearsal, count, seed),
        *by_heart_trials(rehearsal),
        *program_trials(rehearsal, count, seed),
    ]
    return list({(one.origin, one.key): one for one in made}.values())
