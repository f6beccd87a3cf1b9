"""Notebooks that are alike: fingerprints of what students wrote, and who has more in common than an exercise forces.

Fingerprints are those of winnowing (Schleimer, Wilkerson and Aiken, SIGMOD 2003): hashes of runs of words, of which
every window's least is kept. Names that a student chooses count as one word, so that renaming hides nothing; what
the exercise itself says is left out. Nothing of the text can be read from them.
"""

from __future__ import annotations

import keyword
import re
from base64 import b64decode, b64encode
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations

RUN = 8
"""Words of a run."""
WINDOW = 4
"""Runs of which one is kept at least: what has ``RUN + WINDOW - 1`` words in common is found."""

FEWEST = 5
"""Notebooks of an exercise from which on one can tell what it forces."""
LEAST_SHARE = 0.5
"""Of what the shorter notebook says of its own."""
LEAST_WEIGHT = 6.0
"""Runs in common, each divided by how many others have it too."""

_SIZE = 6
"""Bytes of a fingerprint."""

_MOST_CHARACTERS = 200_000
_MOST_PRINTS = 2_000
_MOST_OWNERS = 20
"""What so many notebooks have, or half of a class, is nobody's own."""

_WORD = re.compile(r"\d[\w.]*|\w+|[^\w\s]")
_CODE = re.compile(
    r"(?P<comment>\#[^\n]*)"
    r"|(?P<text>\"\"\".*?\"\"\"|'''.*?'''|\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<member>\.\s*[^\W\d]\w*)"
    r"|(?P<name>[^\W\d]\w*)(?=\s*(?P<called>\(|=(?!=))?)"
    r"|(?P<number>\d[\w.]*)"
    r"|(?P<sign>[^\w\s])",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two notebooks that are alike."""

    first: str
    second: str
    share: float
    """Of what the shorter of the two says of its own, how much the other says too; rare runs count more."""
    runs: int
    """Fingerprints in common."""


def prints_of(texts: Iterable[tuple[str, bool]], forced: Iterable[tuple[str, bool]] = ()) -> str:
    """Fingerprints of what a student wrote: 48 bits each, in base64; empty where there are none.

    Parameters
    ----------
    texts
        The cells that the student filled in or added: text, and whether it is code.
    forced
        What was handed out, and the reference's solution: what a student has in common with it says nothing.
    """
    given = {one for text, code in forced for one in _hashes(_words(text, code))}
    found = {one for text, code in texts for one in _winnowed(_hashes(_words(text, code))) if one not in given}
    return b64encode(b"".join(sorted(found)[:_MOST_PRINTS])).decode()


def alike(prints: Mapping[str, str]) -> list[Pair]:
    """Whose notebooks of one exercise are alike beyond what the exercise forces, the likest first.

    ``prints`` are those of each notebook, by its name. What many have in common is the exercise's: a fingerprint
    counts the less, the more notebooks have it.
    """
    if len(prints) < FEWEST:
        return []
    owners: dict[bytes, list[str]] = {}
    for name, own in prints.items():
        for one in _each(own):
            owners.setdefault(one, []).append(name)
    weight = {one: 1 / max(len(names) - 1, 1) for one, names in owners.items()}
    whole = {name: sum(weight[one] for one in _each(own)) for name, own in prints.items()}
    shared: dict[tuple[str, str], float] = defaultdict(float)
    runs: Counter[tuple[str, str]] = Counter()
    most = min(max(len(prints) // 2, 2), _MOST_OWNERS)
    for one, names in owners.items():
        if 2 <= len(names) <= most:
            for pair in combinations(names, 2):
                shared[pair] += weight[one]
                runs[pair] += 1
    found = [
        Pair(first=first, second=second, share=round(share, 3), runs=runs[first, second])
        for (first, second), common in shared.items()
        if common >= LEAST_WEIGHT and (share := common / min(whole[first], whole[second])) >= LEAST_SHARE
    ]
    return sorted(found, key=lambda pair: (-pair.share, -pair.runs, pair.first, pair.second))


def _each(prints: str) -> set[bytes]:
    try:
        told = b64decode(prints, validate=True)
    except ValueError:
        return set()
    return {told[start : start + _SIZE] for start in range(0, len(told), _SIZE)}


def _words(text: str, code: bool) -> list[str]:
    """A text as words that are the same however its author calls things, spaces and breaks lines."""
    text = text[:_MOST_CHARACTERS]
    if not code:
        return [word.casefold() for word in _WORD.findall(text)]
    words: list[str] = []
    for found in _CODE.finditer(text):
        match found.lastgroup:
            case "comment":
                words += (word.casefold() for word in _WORD.findall(found["comment"]))
            case "name" | "called":
                words.append(_name(found["name"], found["called"]))
            case _:
                words.append("".join(found[0].split()))
    return words


def _name(name: str, called: str | None) -> str:
    """What a program calls keeps its name; what it defines is any name."""
    return name if keyword.iskeyword(name) or called == "(" else "name"


def _hashes(words: Sequence[str]) -> list[bytes]:
    runs = ("\0".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))
    return [blake2b(run.encode("utf-8", "replace"), digest_size=_SIZE).digest() for run in runs]


def _winnowed(hashes: Sequence[bytes]) -> set[bytes]:
    if len(hashes) < WINDOW:
        return set(hashes)
    return {min(hashes[start : start + WINDOW]) for start in range(len(hashes) - WINDOW + 1)}
