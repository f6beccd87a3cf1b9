"""The language that messages are written in: gettext, bound to this package's catalogues.

Everything that a person reads passes through :func:`_` or :func:`ngettext`. Placeholders are named
(``{expected}``), so that a translation may reorder them.
"""

from __future__ import annotations

import gettext
import os
from functools import cache
from pathlib import Path

DOMAIN = "autograder"
LOCALE_DIRECTORY = Path(__file__).parent / "locale"


def _(message: str) -> str:
    """``message`` in the reader's language, or as it stands where no catalogue has it."""
    return _catalogue(os.environ.get("AUTOGRADER_LANG")).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a message that goes with the number ``n``."""
    return _catalogue(os.environ.get("AUTOGRADER_LANG")).ngettext(singular, plural, n)


def language() -> str:
    """The language that :func:`_` gives, as HTML names it: ``"en"``, ``"zh-TW"``."""
    return _catalogue(os.environ.get("AUTOGRADER_LANG")).info().get("language", "en").replace("_", "-")


@cache
def _catalogue(language: str | None) -> gettext.NullTranslations:
    # With no language of our own, gettext reads LANGUAGE, LC_ALL, LC_MESSAGES and LANG.
    languages = [language] if language else None
    return gettext.translation(DOMAIN, LOCALE_DIRECTORY, languages=languages, fallback=True)
