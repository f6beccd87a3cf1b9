"""What students read first about wrong answers of the corpus, as ``scripts/golden_messages.py`` keeps it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from autograder.verification.answers import read_answer
from scripts.golden_messages import without_measured

CORPUS = Path(__file__).parent.parent / "corpus"
KEPT = sorted(path.parent.name for path in CORPUS.glob("*/messages.en.json"))

_CHINESE = re.compile(r"[\u4e00-\u9fff]")


def _messages(assignment: str, language: str) -> Mapping[str, str]:
    messages: Mapping[str, str] = json.loads((CORPUS / assignment / f"messages.{language}.json").read_text("utf-8"))
    return messages


@pytest.mark.parametrize("assignment", KEPT)
def test_a_message_is_kept_for_each_wrong_answer_in_both_languages(assignment: str) -> None:
    wrong = {f"reject/{path.stem}" for path in (CORPUS / assignment / "reject").glob("*.py")}
    english, chinese = (_messages(assignment, language) for language in ("en", "zh_TW"))
    assert english.keys() == wrong
    assert chinese.keys() == wrong
    # Causes that an exercise names itself are in both languages at once: those messages may be the same.
    assert [name for name, message in chinese.items() if not _CHINESE.search(message)] == []


@pytest.mark.parametrize("assignment", KEPT)
def test_each_english_message_has_the_words_that_name_its_cause(assignment: str) -> None:
    english = _messages(assignment, "en")
    for path in sorted((CORPUS / assignment / "reject").glob("*.py")):
        answer = read_answer(path)
        assert answer.rejection is not None
        asked, message = map(without_measured, answer.rejection.message), english[answer.name]
        lacking = [words for words in asked if words.casefold() not in message.casefold()]
        assert lacking == [], answer.name
