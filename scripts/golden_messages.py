"""What students read first about each wrong answer of the corpus, kept in both languages to be read by people.

    python scripts/golden_messages.py [--check] [assignment ...]

Grades the corpus's wrong answers by ``autograder verify`` and writes ``messages.<language>.json`` beside them;
``--check`` compares instead. Whoever changes a message sees in the difference for which answers, and reads it there.
Numbers that come of a training differ between kinds of processors: they are not kept.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT / "tests" / "corpus"
LANGUAGES = ("en", "zh_TW")

# An accuracy or a loss, as it is told: in percent, or with four digits after the point or more. A setting has fewer.
_MEASURED = re.compile(r"\d+\.\d+%|\d+\.\d{4,}")


def main() -> None:
    """Writes or compares them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assignments", nargs="*")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    differ = []
    # What is trained for one language serves the other.
    with tempfile.TemporaryDirectory(prefix="autograder-golden-") as cache:
        for language in LANGUAGES:
            for assignment, messages in _messages(language, arguments.assignments, cache).items():
                path = CORPUS / assignment / f"messages.{language}.json"
                text = json.dumps(_kept(messages), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
                if not arguments.check:
                    path.write_text(text, "utf-8")
                elif not path.exists() or path.read_text("utf-8") != text:
                    differ.append(str(path.relative_to(ROOT)))
                    print(_difference(path, text))
    if differ:
        sys.exit(f"{', '.join(differ)}: students read something else now. Read it, then: python {sys.argv[0]}")


def _messages(language: str, assignments: Sequence[str], cache: str) -> Mapping[str, Mapping[str, str]]:
    command = [sys.executable, "-m", "autograder.cli", "verify", *assignments, "--cases", "0", "--only", "reject/"]
    ran = subprocess.run(
        [*command, "--format", "json", "--cache", cache],
        cwd=ROOT,
        env={**os.environ, "AUTOGRADER_LANG": language},
        stdout=subprocess.PIPE,
        check=False,
    )
    # In another language a message has not the words that English ones are asked for: 1, too, is no fault.
    if ran.returncode not in (0, 1) or not ran.stdout:
        sys.exit(ran.returncode or 3)
    told: Mapping[str, Mapping[str, str]] = json.loads(ran.stdout)["messages"]
    return told


def _kept(messages: Mapping[str, str]) -> dict[str, str]:
    return {name: without_measured(message) for name, message in messages.items()}


def without_measured(message: str) -> str:
    """A message without accuracies and losses: they differ between kinds of processors."""
    return _MEASURED.sub("…", message)


def _difference(path: Path, text: str) -> str:
    before = path.read_text("utf-8").splitlines() if path.exists() else []
    return "\n".join(difflib.unified_diff(before, text.splitlines(), str(path), "now", lineterm="", n=0))


if __name__ == "__main__":
    main()
