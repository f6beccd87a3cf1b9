"""The translations: nothing is missing or stale, placeholders stay, and nothing that people read is left out."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import keras
import pytest
from babel.messages import Catalog, Message
from babel.messages.pofile import read_po
from keras import layers
from traitlets.config import Config

import autograder
from autograder import Compiled, Layers, Learns, Parameters, grade, i18n, layer
from autograder.adapters.dask_worker import Run
from autograder.adapters.nbgrader import configure
from autograder.exam import Limits
from autograder.exam.remembered import program
from autograder.i18n import UnknownLanguage, _, html_language, known_language, language, languages, speaking
from autograder.sandbox.room import environment

ROOT = Path(__file__).parents[1]
PACKAGE = Path(i18n.__file__).parent
CATALOGUES = sorted(i18n.LOCALE_DIRECTORY.rglob("*.po"))
FILES = sorted(PACKAGE.rglob("*.py"))

sys.path.insert(0, str(ROOT / "scripts"))
import catalogues  # noqa: E402 - a script is no package


def named(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def read(path: Path) -> Catalog:
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parts[-3], domain=path.stem)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


# --- the files --------------------------------------------------------------------------------------------


def test_there_is_traditional_chinese_of_our_texts_and_of_clicks() -> None:
    assert [named(path) for path in CATALOGUES] == [
        "locale/zh_TW/LC_MESSAGES/autograder.po",
        "locale/zh_TW/LC_MESSAGES/click.po",
    ]


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_every_message_is_translated(path: Path) -> None:
    assert [message.id for message in catalogues.untranslated(read(path))] == []


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_no_translation_is_of_a_message_that_is_gone(path: Path) -> None:
    assert "#~" not in path.read_text(encoding="utf-8")
    if path.stem == i18n.DOMAIN:
        wanted = {forms(message.id) for message in catalogues.messages() if message.id}
        assert {forms(message.id) for message in read(path) if message.id} == wanted


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_what_is_compiled_is_what_is_written(path: Path) -> None:
    assert path.with_suffix(".mo").read_bytes() == catalogues.compiled(path.read_bytes(), path.parts[-3])


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_a_catalogue_is_written_as_the_script_writes_it(path: Path) -> None:
    catalogue = read(path)
    assert catalogues.text_of(catalogue, path.parts[-3]) == path.read_bytes()


def placeholders(text: str) -> set[tuple[str, str, str]]:
    """Names, format specifications and conversions; those of the other kind as they stand."""
    found = {(name, spec or "", kind or "") for _text, name, spec, kind in Formatter().parse(text) if name is not None}
    return found | {(percent, "", "%") for percent in re.findall(r"%(?:\(\w+\))?[sdr]", text)}


def test_placeholders_are_compared_with_their_formats() -> None:
    assert placeholders("{a:,} %(b)s") == {("a", ",", ""), ("%(b)s", "", "%")}
    assert placeholders("{a:,}") != placeholders("{a}") != placeholders("{a!r}")


@pytest.mark.parametrize("path", CATALOGUES, ids=named)
def test_a_translation_has_the_placeholders_of_its_message(path: Path) -> None:
    faults = [message.id for message in read(path) if message.id and not same_placeholders(message)]
    assert faults == []


def same_placeholders(message: Message) -> bool:
    # Where a language has one form, it is that of the plural.
    return all(placeholders(text) == placeholders(forms(message.id)[-1]) for text in forms(message.string))


def test_chinese_is_written_with_its_own_marks() -> None:
    """A comma or a full stop of English between two characters is one that was overlooked."""
    catalogue = read(CATALOGUES[0])
    wrong = [text for message in catalogue if message.id for text in forms(message.string) if _mixed.search(text)]
    assert wrong == []


_mixed = re.compile("[\u4e00-\u9fff][,;:!?.](?:\\s|$|[\u4e00-\u9fff])|[“”]")


# --- what is extracted ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FILES, ids=named)
def test_every_message_in_the_code_is_in_the_catalogue(path: Path) -> None:
    """Babel does not look into an f-string; and what is left out of the catalogue is never translated."""
    known = {forms(message.id)[0] for message in read(CATALOGUES[0]) if message.id}
    assert [text for text in literals(path) if text not in known] == []


def literals(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"_", "ngettext"}:
            yield from (str(text.value) for text in node.args[:1] if isinstance(text, ast.Constant))


TOLD = {
    *("UsageError", "ClickException", "CannotGrade", "BadParameter", "fail", "echo"),
    *("Unfit", "UnreadableNotebook", "NoSource", "WrongAssignment", "KernelFault", "ExaminerFault"),
    *(
        "UnreadableReport",
        "Unusable",
        "UnusableNames",
        "UnusableAnswer",
        "ReleaseError",
        "NbGraderException",
        "NoLayer",
    ),
    *("failed", "passed", "partly", "broken_test"),
}
"""What is called with a text for people."""


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_text_for_people_goes_past_the_catalogue(path: Path) -> None:
    faults = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in TOLD and any(words(argument) for argument in node.args):
            faults.append(f"line {node.lineno}: {ast.unparse(node)}")
    assert faults == []


def words(argument: ast.expr) -> bool:
    """Whether it is a text, or an f-string, in which two words follow each other."""
    parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
    texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    return any(re.search(r"[A-Za-z]{2,} [a-z]{2,}", text) for text in texts)


def test_a_text_that_goes_past_the_catalogue_is_noticed() -> None:
    def noticed(call: str) -> bool:
        tree = ast.parse(call, mode="eval").body
        assert isinstance(tree, ast.Call)
        return words(tree.args[0])

    assert noticed('Unfit("the model has no layers")')
    assert noticed('Unfit(f"{where} has no layers")')
    assert not noticed('Unfit(_("the model has no layers"))')


@pytest.mark.parametrize("path", FILES, ids=named)
def test_no_message_is_translated_while_a_module_is_imported(path: Path) -> None:
    """It would stay in the language of that moment, whatever --lang says later."""
    early = [node.lineno for node in at_import(ast.parse(path.read_text(encoding="utf-8")))]
    assert early == []


def at_import(node: ast.AST) -> Iterator[ast.Call]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for early in (*getattr(child, "decorator_list", ()), *child.args.defaults, *child.args.kw_defaults):
                yield from at_import(ast.Expr(early) if early is not None else ast.Pass())
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in {"_", "ngettext"}:
            yield child
        yield from at_import(child)


# --- which language ---------------------------------------------------------------------------------------


@pytest.fixture
def no_language(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AUTOGRADER_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)


def test_english_and_chinese_are_there() -> None:
    assert languages() == ("en", "zh_TW")


@pytest.mark.parametrize("asked", ["zh_TW", "zh-TW", "zh_tw", "zh_TW.UTF-8", "zh-Hant", "zh_Hant_HK", "zh_HK", "zh"])
def test_a_language_may_be_written_in_several_ways(asked: str) -> None:
    assert known_language(asked) == "zh_TW"


@pytest.mark.parametrize("asked", ["en", "en_US", "en-GB", "C", "C.UTF-8", "POSIX"])
def test_these_are_english(asked: str) -> None:
    assert known_language(asked) == "en"


@pytest.mark.parametrize("asked", ["de", "zh_CN", "zh-Hans", "../../etc", "x"])
def test_an_unknown_language_is_told_those_there_are(asked: str) -> None:
    with pytest.raises(UnknownLanguage) as told:
        known_language(asked)
    assert str(told.value) == f"There is no language “{asked}”: expected one of en, zh_TW."


@pytest.mark.usefixtures("no_language")
@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "en"),
        ({"LANG": "zh_TW.UTF-8"}, "zh_TW"),
        ({"LC_ALL": "zh_TW.UTF-8", "LANG": "en_US.UTF-8"}, "zh_TW"),
        ({"LC_ALL": "C", "LANG": "zh_TW.UTF-8"}, "en"),
        ({"LC_MESSAGES": "zh_HK.UTF-8"}, "zh_TW"),
        ({"LANGUAGE": "de:zh_TW:en", "LC_ALL": "de_DE.UTF-8"}, "zh_TW"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"AUTOGRADER_LANG": "en", "LC_ALL": "zh_TW.UTF-8"}, "en"),
        ({"AUTOGRADER_LANG": "zh-TW", "LC_ALL": "C"}, "zh_TW"),
        ({"AUTOGRADER_LANG": "", "LANG": "zh_TW.UTF-8"}, "zh_TW"),
        ({"AUTOGRADER_LANG": "de", "LANG": "zh_TW.UTF-8"}, "en"),
    ],
)
def test_the_language_is_ours_then_the_locales(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert language() == expected


def test_within_a_task_another_language_is_spoken() -> None:
    with speaking("zh-TW"):
        assert (_("missing"), html_language()) == ("缺少", "zh-TW")
        # The sandboxes that are made meanwhile, and so the memory of results, know it.
        assert environment("/room")["AUTOGRADER_LANG"] == "zh_TW"
    assert (_("missing"), html_language()) == ("missing", "en")
    assert environment("/room")["AUTOGRADER_LANG"] == "en"


def test_another_translation_is_another_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Else a message that was put right would be remembered as it was."""
    monkeypatch.setattr(autograder, "__file__", str(tmp_path / "__init__.py"))
    (tmp_path / "autograder.mo").write_bytes(b"one")
    before = program.__wrapped__()
    assert program.__wrapped__() == before
    (tmp_path / "autograder.mo").write_bytes(b"another")
    assert program.__wrapped__() != before


# --- the command line -------------------------------------------------------------------------------------


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"AUTOGRADER_LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"}
    }
    command = [sys.executable, "-m", "autograder.cli", *arguments]
    return subprocess.run(
        command, env={**kept, "PYTHONUTF8": "1", "COLUMNS": "80", **variables}, capture_output=True, text=True, cwd=ROOT
    )


HELP_IN_CHINESE = "為學生建立並訓練 Keras 網路的 Jupyter 筆記本評分。"
HELP_IN_ENGLISH = "Grade Jupyter notebooks in which students build and train Keras networks."


def test_help_is_in_the_language_that_is_asked_for() -> None:
    assert HELP_IN_CHINESE in run("--lang", "zh_TW", "--help").stdout
    assert HELP_IN_CHINESE in run("--help", AUTOGRADER_LANG="zh_TW").stdout
    assert HELP_IN_CHINESE in run("--help", LC_ALL="zh_TW.UTF-8").stdout
    assert HELP_IN_ENGLISH in run("--help", LC_ALL="de_DE.UTF-8").stdout
    assert HELP_IN_ENGLISH in run("--lang", "en", "--help", LC_ALL="zh_TW.UTF-8").stdout


@pytest.mark.parametrize("command", [[], *([name] for name in sorted(catalogues.cli.commands))], ids="-".join)
def test_no_english_is_left_in_a_help_page(command: list[str]) -> None:
    shown = run("--lang", "zh_TW", *command, "--help").stdout
    assert english(shown) == []
    assert "顯示這段說明後結束。" in shown


def test_wide_characters_fit_the_terminal() -> None:
    from rich.cells import cell_len

    lines = run("--lang", "zh_TW", "verify", "--help").stdout.splitlines()
    assert max(map(cell_len, lines)) <= 80
    # A line does not begin with a mark that ends something.
    assert not [line for line in lines if line.strip().startswith(tuple("、。，：；）」"))]


def test_an_error_is_told_in_the_language_that_is_asked_for() -> None:
    told = run("--lang", "zh_TW", "grade", "--jobs", "many")
    assert told.returncode == 2
    assert told.stderr == (
        "用法： python -m autograder.cli grade [OPTIONS] [PATHS]...\n"
        "說明請見「python -m autograder.cli grade --help」。\n\n"
        "錯誤：'--jobs' 的值無效：'many' 不是有效的 integer range。\n"
    )


@pytest.mark.parametrize("variables", [{}, {"AUTOGRADER_LANG": "en"}])
def test_a_language_that_is_not_there_is_bad_usage(variables: dict[str, str]) -> None:
    told = run("--lang", "de", "doctor", **variables)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.splitlines()[-1] == (
        "Error: Invalid value for '--lang': There is no language “de”: expected one of en, zh_TW."
    )


def test_a_course_of_nbgraders_may_have_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_LANG", "")
    monkeypatch.delenv("AUTOGRADER_LANG")
    configure(Config(), language="zh-TW")
    assert language() == "zh_TW"
    # Whoever runs a command may want another one.
    monkeypatch.setenv("AUTOGRADER_LANG", "en")
    configure(Config(), language="zh-TW")
    assert language() == "en"
    with pytest.raises(UnknownLanguage):
        configure(Config(), language="de")


def test_a_clusters_workers_are_told_the_language() -> None:
    english_run = Run(limits=Limits())
    with speaking("zh_TW"):
        chinese_run = Run(limits=Limits())
    assert (english_run.language, chinese_run.language) == ("en", "zh_TW")
    # They hold graders of their own.
    assert english_run.name != chinese_run.name


# --- the two READMEs --------------------------------------------------------------------------------------


def test_both_readmes_have_the_same_parts_commands_and_links() -> None:
    one, other = (parts((ROOT / name).read_text(encoding="utf-8")) for name in ("README.md", "README.zh-TW.md"))
    assert one == other
    assert len(one["commands"]) >= 4


def parts(text: str) -> dict[str, list[str]]:
    blocks = re.findall(r"^```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    links = set(re.findall(r"\]\(([^)]+)\)", text)) - {"README.md", "README.zh-TW.md"}
    return {
        "headings": re.findall(r"^#+(?= )", text, re.MULTILINE),
        # What a comment says is translated.
        "commands": [re.sub(r" *#.*", "", block) for block in blocks],
        "links": sorted(links),
    }


def test_each_readme_leads_to_the_other() -> None:
    assert "(README.zh-TW.md)" in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[2]
    assert "(README.md)" in (ROOT / "README.zh-TW.md").read_text(encoding="utf-8").splitlines()[2]


# --- a whole notebook -------------------------------------------------------------------------------------


def english(text: str) -> list[str]:
    """Three English words in a row are a sentence that nobody translated; commands and code have two at most."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith(("autograder ", "eval "))]
    return [found for line in lines for found in re.findall(r"\b[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}\b", line)]


def test_a_report_in_the_notebook_has_no_english() -> None:
    """Several checks of a network that has something wrong for each of them."""
    model = keras.Sequential(
        [
            keras.Input(shape=(28, 28, 1)),
            layers.Conv2D(8, 3, padding="same", activation="relu"),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )
    model.compile(optimizer=keras.optimizers.Adam(1.0), loss="mse")
    wanted = layer("Conv2D", filters=16, kernel_size=(3, 3)), layer("Dropout"), layer("Dense", activation="softmax")
    with speaking("zh_TW"):
        report = grade(
            model,
            Layers(*wanted, points=3),
            Parameters(at_most=1_000, points=1),
            Compiled(optimizer="Adadelta", loss="categorical_crossentropy", metrics=["accuracy"], points=2),
            Learns(points=1),
        )
        text, page = report.text, report.html
    assert english(text) == english(re.sub(r"<style>.*?</style>|<[^>]*>", " ", page, flags=re.DOTALL)) == []
    assert 'lang="zh-TW"' in page
    assert "損失函數：應為 categorical_crossentropy，得到 MeanSquaredError。" in text
    assert "未檢查，因為「網路的各層」沒有通過：請先修正它。" in text
    assert "第 1 層（Conv2D）：應為 filters=16，得到 filters=8。（表中還有 2 處不同。）" in text


@pytest.mark.course
def test_a_graded_notebook_has_no_english_but_its_own(tmp_path: Path) -> None:
    """One answer that was left out, and one network that is wrong: real checks, behind the wall."""
    source = ROOT / "solutions/01-dense-dropout/01-dense-dropout.ipynb"
    notebooks = [str(ROOT / f"examples/submitted/student-{number}/01-dense-dropout") for number in ("06", "10")]
    cache, pages = ["--cache", str(tmp_path / "cache")], ["--report", str(tmp_path / "pages")]
    told = run("--lang", "zh_TW", "grade", *notebooks, *cache, *pages, "--format", "json")
    assert told.returncode == 0, told.stderr
    graded = json.loads(told.stdout)
    texts = "\n".join(texts_of(graded)) + told.stderr
    own = source.read_text(encoding="utf-8")
    assert [phrase for phrase in english(texts) if phrase not in own] == []
    assert "「history」沒有定義：儲存格「train-model」還沒填寫。" in texts
    assert "第 3 層（Dense）之後少了 Dropout(rate=介於 0.1 與 0.6)。" in texts
    # What machines read stays.
    statuses = {
        outcome["status"] for one in graded["submissions"] for cell in one["cells"] for outcome in cell["outcomes"]
    }
    assert statuses <= {"passed", "failed", "partial", "skipped", "broken"}
    for page in (tmp_path / "pages").glob("*.html"):
        assert '<html lang="zh-TW">' in page.read_text(encoding="utf-8")
    # An English run of the same notebooks is not told what the Chinese one was.
    again = run("--lang", "en", "grade", *notebooks[1:], *cache, "--format", "json")
    assert "“history” is not defined: the cell “train-model” is not filled in yet." in again.stdout
    assert "沒有定義" not in again.stdout


def texts_of(value: object) -> Iterator[str]:
    """All texts for people in a report."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name in {"title", "message", "hint", "remark", "ungraded"} and isinstance(inner, str):
                yield inner
            elif name in {"notices", "causes"}:
                yield from inner
            else:
                yield from texts_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner)
