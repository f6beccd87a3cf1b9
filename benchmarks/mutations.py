"""Wrong inputs made of right ones: JSON whose trees and bytes were tampered with.

Kept apart from what reads them: the readers differ, what a forger may do to JSON does not. All of it follows
from the generator that is given, so that an input can be made again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeAlias

Edit: TypeAlias = Callable[[Random, Any, Any], None]
"""Tampers with an entry of a list or object: the generator, the container and the index or key."""

_LONGEST = 10**4_299
"""The longest whole number that Python writes."""
_NUMBERS = (
    *(0, 1, -1, 2, 3, 7, 255, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63), 2**64, 10**30, 10**400, _LONGEST),
    *(0.0, -0.0, 0.5, 1e-320, 1.7e308, float("nan"), float("inf"), float("-inf")),
)
_TEXTS = ("", "x", "é", "\u2028", "\x00", "\ud800", "\U0001f600", "__class__", "../..", "{x}", "%s", "x" * 300)
_EMPTY: tuple[Callable[[], Any], ...] = (list, dict, lambda: None, lambda: True, lambda: False)
_TOKENS = (
    *(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"\\u0000", b"\\ud800", b"\\x", b" ", b"\n", b"null", b"true"),
    *(
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"-0",
        b"00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xef\xbb\xbf",
        b"\x00",
        b"9" * 5_000,
        b"[" * 3_000,
    ),
)
_KEY = "key given twice"

_MOST_ENTRIES = 500
"""A tree that has come to hold more is edited no further: edits of edits grow without end."""


@dataclass(frozen=True, slots=True)
class Mutator:
    """Makes inputs for one reader."""

    seeds: Sequence[bytes]
    """Inputs that the reader takes, as JSON."""
    words: Sequence[str] = ()
    """Texts that mean something to it."""

    def __call__(self, random: Random) -> bytes:
        """An input: now and then bytes of any kind or a seed as it is, else a seed that was tampered with."""
        kind = random.random()
        if kind < 0.03:
            return random.randbytes(random.randrange(200))
        content = random.choice(self.seeds)
        if kind < 0.05:
            return content
        if kind < 0.9:
            content = self._edited(random, json.loads(content))
        if kind > 0.7:
            for _round in range(random.randint(1, 4)):
                content = _bytes_edited(random, content)
        return content

    def _edited(self, random: Random, tree: Any) -> bytes:
        root = [tree]
        for _round in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
            entries = _entries(root)
            if not 0 < len(entries) <= _MOST_ENTRIES:
                break
            container, key = random.choice(entries)
            _pick(random, _EDITS)(self, random, container, key)
        if not root:
            return b""
        ascii_only = random.random() < 0.2
        # Without spaces, as whoever writes what crosses the wall does.
        text = json.dumps(root[0], ensure_ascii=ascii_only, separators=(",", ":"))
        content = text.encode("utf-8", "surrogatepass")
        if _KEY.encode() in content:
            keys = [key for container, key in _entries(root) if isinstance(container, dict) and key != _KEY]
            content = content.replace(_KEY.encode(), random.choice(keys or ["x"]).encode("utf-8", "replace"))
        return content

    def _replace(self, random: Random, container: Any, key: Any) -> None:
        container[key] = self._value(random)

    def _value(self, random: Random) -> Any:
        kind = random.random()
        if kind < 0.4:
            return random.choice(_NUMBERS)
        if kind < 0.7:
            return random.choice((*_TEXTS, *self.words))
        if kind < 0.85:
            return random.choice(_EMPTY)()
        if kind < 0.95:
            return [self._value(random) for _ in range(random.randrange(4))]
        return {random.choice((*self.words, "x")): self._value(random) for _ in range(random.randrange(4))}

    def _rename(self, random: Random, container: Any, key: Any) -> None:
        if isinstance(container, dict):
            container[random.choice((*self.words, *_TEXTS))] = container.pop(key)

    def _nudge(self, random: Random, container: Any, key: Any) -> None:
        value = container[key]
        if isinstance(value, bool) or value is None:
            container[key] = random.choice((True, False, None))
        elif isinstance(value, int | float):
            container[key] = random.choice(
                (value + 1, value - 1, -value, value // 2, max(-_LONGEST, min(value * 1_000, _LONGEST)))
            )
        elif isinstance(value, str):
            container[key] = random.choice((*(self.words or _TEXTS), value + "x", value[1:], value * 2))
        else:
            self._replace(random, container, key)

    def _delete(self, _random: Random, container: Any, key: Any) -> None:
        del container[key]

    def _double(self, random: Random, container: Any, key: Any) -> None:
        if isinstance(container, list):
            container[key:key] = [container[key]] * random.choice((1, 1, 2, 5, 40))
        else:
            container[_KEY] = container[key]

    def _many(self, random: Random, container: Any, key: Any) -> None:
        container[key] = [container[key]] * random.choice((9, 130, 1_001, 3_000))

    def _nest(self, random: Random, container: Any, key: Any) -> None:
        name = random.choice(self.words) if self.words and random.random() < 0.5 else ""
        for _level in range(random.choice((1, 2, 30, 33, 60, 130))):
            container[key] = {name: container[key]} if name else [container[key]]

    def _move(self, random: Random, container: Any, key: Any) -> None:
        # What it is moved from may hold what it is moved to, and JSON has no circles: so a copy moves.
        other, at = random.choice(_entries([container]))
        container[key] = json.loads(json.dumps(other[at]))

    def _shuffle(self, random: Random, container: Any, _key: Any) -> None:
        if isinstance(container, list):
            random.shuffle(container)
        else:
            items = list(container.items())
            random.shuffle(items)
            container.clear()
            container.update(items)


# What is done to an entry, and how often; what makes a long input is rare, for it is slow to read.
_EDITS = (
    (Mutator._replace, 30),
    (Mutator._nudge, 30),
    (Mutator._rename, 8),
    (Mutator._delete, 8),
    (Mutator._double, 8),
    (Mutator._move, 8),
    (Mutator._shuffle, 4),
    (Mutator._nest, 3),
    (Mutator._many, 1),
)


def _pick(random: Random, weighted: Sequence[tuple[Any, int]]) -> Any:
    return random.choices([one for one, _weight in weighted], [weight for _one, weight in weighted])[0]


def _entries(root: Any) -> list[tuple[Any, Any]]:
    """Every entry of every list and object: what holds it, and its index or key."""
    found: list[tuple[Any, Any]] = []
    left = [root]
    while left:
        container = left.pop()
        keys = range(len(container)) if isinstance(container, list) else list(container)
        for key in keys:
            found.append((container, key))
            if isinstance(container[key], list | dict):
                left.append(container[key])
    return found


def _bytes_edited(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    to = min(len(content), at + random.choice((0, 1, 1, 2, 4, 16, 100)))
    kind = random.randrange(5)
    if kind == 0:
        return content[:at] + random.choice(_TOKENS) + content[to:]
    if kind == 1:
        return content[:at] + content[to:]
    if kind == 2:
        return content[:to] + content[at:]
    if kind == 3:
        return content[:at]
    return content[:at] + random.randbytes(to - at) + content[to:]
