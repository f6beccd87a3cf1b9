"""Calls that tests make of a student's functions: made and written down where the functions are, answered from that
where they are not.

A call is known by a digest of all that it says, so what was written down holds no argument: where tests are hidden, a
call is answered if it is, in its turn, one of those that were made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from autograder.exam.crossing import Refused, Value
from autograder.exam.fits import Predicted
from autograder.exam.session import Crossed, Student
from autograder.i18n import _

MOST_CALLS = 1_000
"""That are written down of one test cell."""


class Call(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One call, as plain data."""

    function: str
    arguments: list[Value] = []
    keywords: dict[str, Value] = {}
    without: list[str] = []
    """Names of the student's that the test has deleted."""
    buffers: list[bytes] = []
    """The numbers of the arguments' arrays."""

    @property
    def key(self) -> str:
        """A digest of it: equal calls have equal ones."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a call came to."""

    key: str
    """Of the call."""
    values: Mapping[str, Value]
    """Under ``"return"`` or ``"raise"``."""
    buffers: Sequence[bytes] = ()
    ended: str = ""
    """Why the notebook runs no further since then; empty if it does, or did not before."""


class Recorder:
    """Stands before one test cell in the place of a student's session, makes its calls and keeps what they come to."""

    def __init__(self, session: Student, taken: Crossed, limit: int) -> None:
        self._session = session
        self._taken = taken
        self._left = limit
        self.ended = session.ended
        self.calls: list[Call] = []
        self.answers: list[Answer] = []

    def predicted(self) -> Sequence[tuple[Predicted, bytes]]:
        """Nothing: no network was evaluated here."""
        return ()

    async def values(self, names: Sequence[str]) -> Crossed:
        """Those that were taken when the notebook stood here."""
        return given(self._taken, names)

    async def call(
        self,
        name: str,
        arguments: list[Value],
        keywords: Mapping[str, Value],
        buffers: Sequence[bytes],
        without: Sequence[str] = (),
    ) -> Crossed:
        """Calls the student's function, as long as there is room for what comes of it."""
        if len(self.calls) >= MOST_CALLS or self._left <= 0:
            return Crossed({"raise": Refused(reason=_("more calls than are written down"))})
        before = self._session.ended
        answer = await self._session.call(name, arguments, keywords, buffers, without)
        call = Call(name, arguments, dict(keywords), list(without), list(buffers))
        self._left -= sum(map(len, answer.buffers))
        if self._left >= 0:
            ended = "" if before else self._session.ended
            self.calls.append(call)
            self.answers.append(Answer(key=call.key, values=answer.values, buffers=answer.buffers, ended=ended))
        return answer


class Replayed:
    """Stands before one test cell where no student's session is, and answers from what was written down."""

    def __init__(self, taken: Crossed, answers: Sequence[Answer] = (), ended: str = "") -> None:
        self._taken = taken
        self._answers = answers
        self._made: list[int] = []
        self.ended = ended
        self.unanswered: list[str] = []
        """Functions of which the test has made calls that were not written down."""

    def predicted(self) -> Sequence[tuple[Predicted, bytes]]:
        """Nothing: no network was evaluated here."""
        return ()

    async def values(self, names: Sequence[str]) -> Crossed:
        """The values that names had."""
        return given(self._taken, names)

    async def call(
        self,
        name: str,
        arguments: list[Value],
        keywords: Mapping[str, Value],
        buffers: Sequence[bytes],
        without: Sequence[str] = (),
    ) -> Crossed:
        """What the next equal call came to. Calls between are left out: the test stopped before it made them."""
        key = Call(name, arguments, dict(keywords), list(without), list(buffers)).key
        for place in range(self._made[-1] + 1 if self._made else 0, len(self._answers)):
            answer = self._answers[place]
            if answer.key == key:
                self._made.append(place)
                return Crossed(answer.values, answer.buffers)
        self.unanswered.append(name)
        return Crossed({"raise": Refused(reason=_("it cannot be called here"))})

    @property
    def end_without_cause(self) -> str:
        """Why a call ended the notebook that this test did not make; empty if none did."""
        unmade = (answer.ended for place, answer in enumerate(self._answers) if place not in self._made)
        return next(filter(None, unmade), "")


def given(taken: Crossed, names: Sequence[str]) -> Crossed:
    """The values of some names; of those that were not taken, that there is none."""
    missing = Refused(reason="", missing=True)
    return Crossed({name: taken.values.get(name, missing) for name in names}, taken.buffers)
