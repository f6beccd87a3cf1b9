"""Answers that are kept: the latest few, so that what keeps them never grows."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Kept(Generic[Answer]):
    """The answers that were asked for last, each by everything that decides it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def once(self, key: Hashable, work_out: Callable[[], Answer]) -> Answer:
        """What ``work_out`` gave for this key; it is asked again only if that is no longer kept."""
        if key not in self._answers:
            answer = work_out()
            self._answers[key] = answer
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        return self._answers[key]

    def get(self, key: Hashable) -> Answer | None:
        """What is kept under this key."""
        return self._answers.get(key)

    def __len__(self) -> int:
        return len(self._answers)
