"""Keeps the translations in step with the messages: ``python scripts/catalogues.py``.

Reads every message out of the code, the templates and the help of the commands, brings the catalogues under
``autograder/locale`` up to date with them, and compiles them. What is left to translate is said. A new language begins
with ``--add de``.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

from babel import Locale
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from autograder.cli import main as cli
from autograder.cli.language import help_texts
from autograder.i18n import DOMAIN, LOCALE_DIRECTORY

_PACKAGE = LOCALE_DIRECTORY.parent
_MAPPING = [("**.py", "python"), ("feedback/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "ngettext": (1, 2)}
_WIDTH = 120

CLICK = "click"
"""The domain of Click's own texts, for which it has no translations."""


def messages() -> Catalog:
    """All there are to translate, untranslated."""
    found = Catalog(domain=DOMAIN)
    for path, _line, message, comments, context in extract_from_dir(_PACKAGE, _MAPPING, keywords=_KEYWORDS):
        # Lines would change with every edit.
        found.add(message, locations=[(f"autograder/{path}", 0)], auto_comments=comments, context=context)
    for text in help_texts(cli):
        found.add(text, locations=[("autograder/cli", 0)])
    return found


class _Dateless(Catalog):
    """Without the hour and the version of Babel: what is compiled of the same text is the same."""

    def _get_mime_headers(self) -> list[tuple[str, str]]:
        return _fields(str(self.locale_identifier), self.plural_forms)

    mime_headers = property(_get_mime_headers)


def _fields(language: str, plural_forms: str) -> list[tuple[str, str]]:
    return [
        ("Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", plural_forms),
    ]


def clicks_messages() -> Catalog:
    """Those of the version of Click that is installed."""
    found = Catalog(domain=CLICK)
    folder = Path(str(files("click")))
    for _path, _line, message, comments, context in extract_from_dir(folder, [("**.py", "python")], keywords=_KEYWORDS):
        found.add(message, auto_comments=comments, context=context)
    return found


def brought_up_to_date(old: bytes, template: Catalog, language: str) -> Catalog:
    """A catalogue with just the messages of the template: what it has of them is kept, and nothing is guessed."""
    kept = read_po(io.BytesIO(old), locale=language, domain=template.domain)
    new = Catalog(locale=language, domain=template.domain, header_comment=kept.header_comment)
    for message in _sorted(template):
        known = kept.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
        same = known is not None and known.id == message.id
        string = known.string if same and known is not None else ""
        new.add(
            message.id,
            string if string or isinstance(message.id, str) else ("",) * new.num_plurals,
            locations=message.locations,
            flags=message.flags,
            auto_comments=message.auto_comments,
            user_comments=known.user_comments if same and known is not None else (),
            context=message.context,
        )
    return new


def text_of(catalogue: Catalog, language: str) -> bytes:
    """The .po file: nothing in it but what somebody translates, so that it changes only when that does."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=_WIDTH, include_lineno=False, omit_header=True)
    header = f"{catalogue.header_comment.strip()}\n" if catalogue.header_comment else ""
    lines = "".join(f'"{name}: {value}\\n"\n' for name, value in _fields(language, catalogue.plural_forms))
    return f'{header}msgid ""\nmsgstr ""\n{lines}\n'.encode() + stream.getvalue()


def compiled(text: bytes, language: str) -> bytes:
    """The .mo file of a .po file. What is not translated is left out, so that English stands there."""
    catalogue = _Dateless(locale=language)
    for message in read_po(io.BytesIO(text), locale=language):
        if message.id:
            catalogue[message.id] = message
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Messages without a translation, or with one that nobody has confirmed."""
    for message in catalogue:
        if message.id and (message.fuzzy or not message.string or not all(_forms(message))):
            yield message


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _sorted(catalogue: Iterable[Message]) -> list[Message]:
    def place(message: Message) -> tuple[str, int]:
        return min((path for path, _line in message.locations), default=""), order[id(message)]

    given = [message for message in catalogue if message.id]
    order = {id(message): number for number, message in enumerate(given)}
    return sorted(given, key=place)


def _folders() -> list[Path]:
    return sorted(path.parent for path in LOCALE_DIRECTORY.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


def main() -> int:
    """Writes, or with ``--check`` compares; 1 where something is out of date."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 if something is out of date")
    parser.add_argument("--add", metavar="LANGUAGE", help="begin the catalogues of another language, such as de")
    asked = parser.parse_args()
    if asked.add:
        Locale.parse(asked.add)
        folder = LOCALE_DIRECTORY / asked.add / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        for domain in (DOMAIN, CLICK):
            (folder / f"{domain}.po").touch()
    stale = []
    ours, clicks = messages(), clicks_messages()
    for folder in _folders():
        language = folder.parent.name
        for template in (ours, clicks):
            path = folder / f"{template.domain}.po"
            old = path.read_bytes()
            # Which version of Click is installed must not decide whether our own messages are in step.
            keep = asked.check and template is clicks
            text = old if keep else text_of(brought_up_to_date(old, template, language), language)
            for file, content in ((path, text), (path.with_suffix(".mo"), compiled(text, language))):
                if not file.exists() or file.read_bytes() != content:
                    stale.append(file)
                    if not asked.check:
                        file.write_bytes(content)
            left = list(untranslated(read_po(io.BytesIO(text), locale=language)))
            for message in left:
                print(f"{language}: not translated: {message.id!r}")
            stale += [path] if left else []
    for file in dict.fromkeys(stale):
        print(f"{file.relative_to(_PACKAGE.parent)} is out of date" if asked.check else f"{file.name} was written")
    if asked.check and stale:
        print("Run “make catalogues”, and translate what it lists.")
    return 1 if asked.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
