from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.exam.names import Names, names_of, ownership
from tests.exam.notebooks import code, locked, notebook, read, solution, test, written


def uses(source: str) -> str:
    names = names_of(source)
    assert names is not None
    return " ".join(sorted(names.uses))


def makes(source: str) -> str:
    names = names_of(source)
    assert names is not None
    return " ".join(sorted(names.makes))


@pytest.mark.parametrize(
    ("source", "used", "made"),
    [
        ("x = y", "y", "x"),
        ("x = x", "x", "x"),
        ("x = 1\nprint(x)", "", "x"),
        ("print(x)\nx = 1", "x", "x"),
        ("x += 1", "x", "x"),
        ("x.a = y", "x y", ""),
        ("x[i] = y", "i x y", ""),
        ("a, (b, *c) = d", "d", "a b c"),
        ("x: int = y", "y", "x"),
        ("x: T", "T", ""),
        ("x: T = x", "T x", "x"),
        ("del x", "x", ""),
        ("x = 1\ndel x\nx", "x", ""),
        ("[a * b for a in c if a > d]", "b c d", ""),
        ("[a for a in a]", "a", ""),
        ("{k: v for k, v in pairs}", "pairs", ""),
        ("[b for a in c for b in a]", "c", ""),
        ("[w := a for a in c]\nw", "c", "w"),
        ("(y := x) + y", "x", "y"),
        ("while chunk := more(): chunk", "more", "chunk"),
        ("f = lambda a, b=c: a + d", "c d", "f"),
        ("[lambda: a + b for a in c]", "b c", ""),
        ("def f(a, *b, c=d, **e): return a + g", "d g", "f"),
        ("def f(a: T) -> R: pass", "R T", "f"),
        ("@wrap(k)\ndef f(): pass", "k wrap", "f"),
        ("def f(): return later()\ndef later(): pass", "", "f later"),
        ("def f():\n  x = 1\n  return x + y", "y", "f"),
        ("def f():\n  global x\n  x = y", "y", "f x"),
        ("def f():\n  x = 1\n  def g():\n    nonlocal x\n    x = 2\n  return g", "", "f"),
        ("def f():\n  def g(): return a + b\n  a = 1", "b", "f"),
        ("async def f():\n  async for a in b: await c(a)", "b c", "f"),
        ("class A(B, metaclass=M):\n  k = v\n  def m(self): return k2", "B M k2 v", "A"),
        ("class A:\n  k = 1\n  j = k\n  def m(self): return k", "k", "A"),
        ("class A:\n  def m(self): return helper()\ndef helper(): pass", "", "A helper"),
        ("import a.b, c as d", "", "a d"),
        ("from a import b as c, d", "", "c d"),
        ("with open(p) as f: t = f.read()", "p", "f t"),
        ("for i in xs: pass\nelse: z", "xs z", "i"),
        ("for x in x: pass", "x", "x"),
        ("try:\n  a\nexcept E as e:\n  print(e)", "E a", ""),
        (
            "match v:\n  case {'k': x, **rest}: y\n  case [h, *t]: pass\n  case P(z=w) as q: pass",
            "P v y",
            "h q rest t w x",
        ),
        ("if a:\n  b = 1\nb", "a", "b"),
        ("f'{x!r:>{width}}'", "width x", ""),
        ("assert len(x) == 3, display(x)", "x", ""),
        ("", "", ""),
    ],
)
def test_what_a_cell_uses_and_what_it_makes(source: str, used: str, made: str) -> None:
    assert (uses(source), makes(source)) == (used, made)


@pytest.mark.parametrize(
    ("source", "used", "made"),
    [
        ("%matplotlib inline\nimport numpy as np", "", "np"),
        ("!ls\ny = x", "x", "y"),
        ("files = !ls\nfiles[0]", "", "files"),
        ("%%bash\necho $x", "", ""),
    ],
)
def test_magics_are_no_names_and_hide_none(source: str, used: str, made: str) -> None:
    assert (uses(source), makes(source)) == (used, made)


@pytest.mark.parametrize("source", ["x = (", "\0", "(" * 5_000, "x = '\ud800'"])
def test_what_is_no_python_has_no_names(source: str) -> None:
    assert names_of(source) is None


@given(st.text())
def test_any_text_has_names_or_none(source: str) -> None:
    assert isinstance(names_of(source), Names | None)


def test_imports_and_helpers_in_locked_cells_are_the_instructors() -> None:
    owners = ownership(
        read(
            notebook(
                code("import math"),
                locked("setup", "import numpy as np\ndef helper(x): return np.sum(x) * K\nK = 3"),
                solution("a", "x = np.ones(3)"),
                test("test-a", 1, "assert helper(x) == math.tau"),
            )
        ).cells
    )
    assert owners.instructor_cells == {0, 1}
    assert owners.asked == {"test-a": ("x",)}
    assert owners.makers == {"x": "a"}


def test_a_locked_cell_that_uses_a_students_name_is_not_the_instructors_nor_is_what_follows_from_it() -> None:
    owners = ownership(
        read(
            notebook(
                solution("a", "x = 1"),
                locked("derived", "y = x + 1"),
                locked("further", "z = y + 1"),
                locked("free", "k = 1"),
                test("test-a", 1, "assert z == y + k"),
            )
        ).cells
    )
    assert owners.instructor_cells == {3}
    assert owners.asked == {"test-a": ("y", "z")}


def test_a_name_belongs_to_whoever_gave_it_its_last_value_above() -> None:
    owners = ownership(
        read(
            notebook(
                locked("load", "x = 1\nk = 2"),
                test("test-raw", 1, "assert x == 1"),
                solution("a", "x = x / 255"),
                test("test-a", 1, "n = 3\nassert x < k"),
                solution("b", "n = 4"),
                test("test-b", 1, "assert n == 4"),
                locked("again", "n = 5"),
                test("test-c", 1, "assert n == 5"),
            )
        ).cells
    )
    assert owners.asked == {"test-raw": (), "test-a": ("x",), "test-b": ("n",), "test-c": ()}


def test_importing_again_what_the_instructor_imported_takes_nothing_over() -> None:
    owners = ownership(
        read(
            notebook(
                locked("setup", "import numpy as np"),
                solution("a", "import numpy as np\nimport math\nx = np.ones(3)"),
                test("test-a", 1, "assert np.sum(x) == math.pi"),
            )
        ).cells
    )
    assert owners.asked == {"test-a": ("math", "x")}


def test_a_builtin_is_asked_for_only_where_a_solution_makes_it() -> None:
    owners = ownership(
        read(
            notebook(
                test("test-first", 1, "assert sum([1]) == 1"),
                solution("a", "def sum(values): return 0"),
                test("test-a", 1, "assert sum([]) == len([])"),
            )
        ).cells
    )
    assert owners.asked == {"test-first": (), "test-a": ("sum",)}


def test_what_a_test_makes_is_the_instructors_from_there_on() -> None:
    owners = ownership(
        read(
            notebook(
                solution("a", "model = 1"),
                test("test-a", 1, "facts = model\nassert facts"),
                test("test-b", 1, "assert facts and model"),
                written("why", 1, "facts = 3"),
            )
        ).cells
    )
    assert owners.asked == {"test-a": ("model",), "test-b": ("model",)}
