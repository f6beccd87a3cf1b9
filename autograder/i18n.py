"""The language that messages are written in: gettext, bound to this package's catalogues.

Everything that a person reads passes through :func:`_` or :func:`ngettext`. Placeholders are named
(``{expected}``), so that a translation may reorder them. The language is that of ``AUTOGRADER_LANG``, else of the
locale; it is looked up for each message, so nothing may be translated while a module is imported.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

DOMAIN = "autograder"
LOCALE_DIRECTORY = Path(__file__).parent / "locale"

VARIABLE = "AUTOGRADER_LANG"
# In the order in which gettext looks at them.
_OF_THE_LOCALE = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")

_ENGLISH = "en"
# Of Chinese there are two scripts, and these are written in the same one.
_READ_BY = {"zh_hant": "zh_TW", "zh_hk": "zh_TW", "zh_mo": "zh_TW"}

_speaking: ContextVar[str | None] = ContextVar("language", default=None)


class UnknownLanguage(ValueError):
    """A language that there is no catalogue of; the message lists those that there are."""


def _(message: str) -> str:
    """``message`` in the reader's language, or as it stands where no catalogue has it."""
    return _catalogue(LOCALE_DIRECTORY, language()).gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a message that goes with the number ``n``."""
    return _catalogue(LOCALE_DIRECTORY, language()).ngettext(singular, plural, n)


def translated(message: str) -> str:
    """A message that stands elsewhere, such as in a docstring; the empty one stays empty."""
    return _catalogue(LOCALE_DIRECTORY, language()).gettext(message) if message else ""


def language() -> str:
    """The language that :func:`_` gives, as catalogues are named: ``"en"``, ``"zh_TW"``."""
    said = _speaking.get()
    if said is not None:
        return said
    asked = os.environ.get(VARIABLE)
    return _first_known(LOCALE_DIRECTORY, (asked,) if asked else tuple(map(os.environ.get, _OF_THE_LOCALE)))


def html_language() -> str:
    """:func:`language` as HTML names it: ``"en"``, ``"zh-TW"``."""
    return language().replace("_", "-")


def languages() -> tuple[str, ...]:
    """All there are."""
    return _languages(LOCALE_DIRECTORY)


def known_language(asked: str) -> str:
    """The name of the catalogue that is meant: ``"zh_TW"`` for ``"zh-TW"``, ``"zh_TW.UTF-8"`` or ``"zh-Hant"``.

    Raises
    ------
    UnknownLanguage
        If there is none.
    """
    found = _match(LOCALE_DIRECTORY, asked)
    if found is None:
        raise UnknownLanguage(
            _("There is no language “{asked}”: expected one of {known}.").format(
                asked=asked, known=", ".join(languages())
            )
        )
    return found


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Within it, and in the tasks that are begun there, messages are in this language, whatever the environment says.

    Threads that are begun within it do not know: a process that has one language says so in ``AUTOGRADER_LANG``.
    """
    token = _speaking.set(known_language(wanted))
    try:
        yield
    finally:
        _speaking.reset(token)


@cache
def _catalogue(directory: Path, name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, directory, languages=[name], fallback=True)


@cache
def _languages(directory: Path) -> tuple[str, ...]:
    found = sorted(path.parts[-3] for path in directory.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    return (_ENGLISH, *(name for name in found if name != _ENGLISH))


@cache
def _first_known(directory: Path, asked: tuple[str | None, ...]) -> str:
    # As with gettext the first variable that says something counts, and may name several languages.
    said = next((value for value in asked if value), "")
    return next((name for one in said.split(":") if (name := _match(directory, one))), _ENGLISH)


def _match(directory: Path, asked: str) -> str | None:
    tag = asked.partition(".")[0].partition("@")[0].replace("-", "_").lower()
    known = {name.lower(): name for name in _languages(directory)}
    if tag in {"c", "posix"}:
        return _ENGLISH
    if tag in known:
        return known[tag]
    for prefix, name in _READ_BY.items():
        if (tag == prefix or tag.startswith(f"{prefix}_")) and name.lower() in known:
            return name
    # English is read by all who speak it, and a language without a country by whoever writes it.
    main, country = tag.partition("_")[::2]
    alike = [name for lower, name in known.items() if lower.partition("_")[0] == main]
    return next((name for name in alike if not country or "_" not in name), None)
