"""How far a run has come: what is running, done and from memory, and how long is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from time import monotonic

from rich.console import Group
from rich.text import Text

from autograder.exam.submissions import Submission, as_text
from autograder.feedback import one_line, score_text
from autograder.i18n import _
from autograder.report import SubmissionReport

_RECENT = 30
"""Submissions whose mean time tells how long another takes."""

_MOST_SHOWN = 8


class Progress:
    """Counts the submissions of a run as they are taken and reported."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.done = 0
        self.remembered = 0
        self._running: dict[tuple[str, str, str], float] = {}
        self._at_once = 0
        self._recent: deque[float] = deque(maxlen=_RECENT)

    def taken(self, submissions: Iterable[Submission]) -> Iterator[Submission]:
        """The submissions; each is running from when it is taken."""
        for one in submissions:
            self._running[as_text(one.student), as_text(one.assignment), as_text(one.path)] = monotonic()
            yield one

    def reported(self, report: SubmissionReport) -> Text:
        """Counts a report; a line about it."""
        self._at_once = len(self._running)
        self._running.pop((report.student, report.assignment, report.path), None)
        self.done += 1
        if report.remembered:
            self.remembered += 1
        else:
            self._recent.append(report.seconds)
        line = _("[{done}/{total}] {student} {assignment}: {score} ({time})").format(
            done=self.done,
            total=self.total,
            student=report.student,
            assignment=report.assignment,
            score=score_text(report),
            time=_("from memory") if report.remembered else _("{n:.0f} s").format(n=report.seconds),
        )
        return Text(one_line(line))

    @property
    def left(self) -> float | None:
        """Seconds, by what the latest took that were not remembered; ``None`` where there is nothing to go by."""
        if not self._recent or self.done >= self.total:
            return None
        mean = sum(self._recent) / len(self._recent)
        share = (self.done - self.remembered) / self.done
        return (self.total - self.done) * share * mean / max(self._at_once, 1)

    def outlook(self) -> str:
        """What is still to come, in a few words; nothing where nothing is."""
        if self.done >= self.total:
            return ""
        # Whoever was reported right now has a successor, which has not been taken yet.
        running = min(max(len(self._running), self._at_once), self.total - self.done)
        parts = [_("{count} running").format(count=running)]
        if self.remembered:
            parts.append(_("{count} from memory").format(count=self.remembered))
        if self.left is not None:
            parts.append(_("about {time} left").format(time=duration(self.left)))
        return _(", ").join(parts)

    def picture(self) -> Group:
        """For a terminal: what is running, longest first, and the counts."""
        now = monotonic()
        running = list(self._running.items())
        lines = [
            Text(
                one_line(
                    _("{student} {assignment} ({time})").format(
                        student=student, assignment=assignment, time=duration(now - began)
                    )
                ),
                no_wrap=True,
                overflow="ellipsis",
            )
            for (student, assignment, _path), began in running[:_MOST_SHOWN]
        ]
        if len(running) > _MOST_SHOWN:
            lines.append(Text(_("and {count} more").format(count=len(running) - _MOST_SHOWN)))
        counts = _("{done} of {total} done").format(done=self.done, total=self.total)
        return Group(*lines, Text(_(", ").join(part for part in (counts, self.outlook()) if part), style="bold"))


def duration(seconds: float) -> str:
    """A time in the two units that say most of it."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes)
    if minutes >= 10:
        return _("{minutes} min").format(minutes=minutes)
    if minutes:
        return _("{minutes} min {seconds} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
