"""Messages: where a catalogue is looked for, and that every message can be translated."""

from __future__ import annotations

import ast
import struct
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import jinja2
import pytest

from autograder import i18n
from autograder.feedback.html import TEMPLATES
from autograder.i18n import _, ngettext

PACKAGE = Path(i18n.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.fixture(autouse=True)
def _fresh_catalogues() -> Iterator[None]:
    i18n._catalogue.cache_clear()
    yield
    i18n._catalogue.cache_clear()


def write_catalogue(folder: Path, language: str, messages: dict[str, str]) -> None:
    """A compiled catalogue (.mo): a table of originals, a table of translations, and their texts."""
    header = (
        f"Content-Type: text/plain; charset=UTF-8\nLanguage: {language}\nPlural-Forms: nplurals=2; plural=n != 1;\n"
    )
    pairs = sorted({"": header, **messages}.items())
    texts, tables = b"", ([], [])  # type: ignore[var-annotated]
    start = 28 + 16 * len(pairs)
    for side, table in enumerate(tables):
        for pair in pairs:
            encoded = pair[side].encode()
            table.append(struct.pack("<II", len(encoded), start + len(texts)))
            texts += encoded + b"\0"
    target = folder / language / "LC_MESSAGES" / f"{i18n.DOMAIN}.mo"
    target.parent.mkdir(parents=True)
    count = len(pairs)
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0)
    target.write_bytes(head + b"".join(tables[0] + tables[1]) + texts)


@pytest.mark.parametrize("language", ["xx", "", "../../etc", "en"])
def test_a_language_without_a_catalogue_falls_back_to_english(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANG", language)
    assert _("missing") == "missing"
    assert ngettext("{n} layer", "{n} layers", 1) == "{n} layer"
    assert ngettext("{n} layer", "{n} layers", 2) == "{n} layers"


def test_no_language_at_all_is_english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTOGRADER_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert _("missing") == "missing"


def test_a_catalogue_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    messages = {"missing": "fehlt", "{n} layer\0{n} layers": "{n} Schicht\0{n} Schichten"}
    write_catalogue(tmp_path, "de", messages)
    monkeypatch.setattr(i18n, "LOCALE_DIRECTORY", tmp_path)
    monkeypatch.setenv("AUTOGRADER_LANG", "de")
    assert _("missing") == "fehlt"
    assert _("not in the catalogue") == "not in the catalogue"
    assert [ngettext("{n} layer", "{n} layers", n) for n in (1, 2)] == ["{n} Schicht", "{n} Schichten"]
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    assert _("missing") == "missing"


# --- every message can be translated ----------------------------------------------------------------------


def calls(module: Path) -> Iterator[tuple[ast.Call, list[ast.expr]]]:
    """Every call of ``_`` and ``ngettext``, with the arguments that are messages."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            yield node, node.args[: 1 if node.func.id == "_" else 2]


def placeholders(message: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(message) if name is not None}


def test_there_are_messages_to_look_at() -> None:
    assert sum(1 for module in MODULES for _call in calls(module)) > 100


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_every_message_is_a_literal_with_named_placeholders(module: Path) -> None:
    faults = []
    for call, messages in calls(module):
        where = f"line {call.lineno}"
        if not messages or call.keywords:
            faults.append(f"{where}: the message must be the first argument")
        for message in messages:
            if not isinstance(message, ast.Constant) or not isinstance(message.value, str):
                # xgettext reads literals only: an f-string or a variable reaches no catalogue.
                faults.append(f"{where}: the message must be a literal, found {ast.unparse(message)}")
            elif unnamed := {name for name in placeholders(message.value) if not name.isidentifier()}:
                faults.append(f"{where}: placeholders must be names, found {sorted(unnamed)}")
            elif not message.value.strip():
                # The empty message is the catalogue's header.
                faults.append(f"{where}: the message is empty")
    assert not faults


@pytest.mark.parametrize("module", MODULES, ids=lambda module: str(module.relative_to(PACKAGE)))
def test_every_message_is_given_just_what_it_names(module: Path) -> None:
    messages = dict(calls(module))
    faults = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        formats = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"
        if not formats or not isinstance(node.func.value, ast.Call):  # type: ignore[attr-defined]
            continue
        line = node.func.value.lineno, node.func.value.col_offset  # type: ignore[attr-defined]
        texts = next((found for call, found in messages.items() if (call.lineno, call.col_offset) == line), None)
        if texts is None:
            continue
        given = {keyword.arg for keyword in node.keywords}  # type: ignore[attr-defined]
        named = set().union(*(placeholders(text.value) for text in texts))  # type: ignore[attr-defined]
        if node.args or given != named:  # type: ignore[attr-defined]
            faults.append(f"line {line[0]}: the message names {sorted(named)}, given are {sorted(map(str, given))}")
    assert not faults


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda template: template.name)
def test_messages_of_templates_are_literals_with_named_placeholders(template: Path) -> None:
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    source = template.read_text(encoding="utf-8")
    found = list(environment.extract_translations(source))  # type: ignore[attr-defined]
    assert len(found) == source.count("_(") + source.count("ngettext(")
    for _line, _function, messages in found:
        # With what fills its placeholders, a message comes as the first of several.
        message = messages if isinstance(messages, str) else messages[0]
        assert message.count("%") == message.count("%(")
