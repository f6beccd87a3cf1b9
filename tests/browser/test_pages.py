"""The pages in a browser: readable by all, and alive only where they should be."""

from __future__ import annotations

import base64
import io
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page, expect

from autograder.class_report import class_report_page
from autograder.feedback import class_page, outcomes_html, submission_page
from autograder.report import CellError, CellReport, Row, ShownCell, Status, SubmissionReport, Training
from tests.browser.conftest import Opened
from tests.class_report.classes import small_class
from tests.feedback.reports import HOSTILE, outcome, run, ungraded

pytestmark = pytest.mark.course

LOOKS = [(width, scheme) for width in (390, 1280) for scheme in ("light", "dark")]

ROWS = (
    Row(mark="ok", expected="Conv2D(filters=32, kernel_size=(3, 3))", found="Conv2D(filters=32, kernel_size=(3, 3))"),
    Row(mark="wrong", expected="Conv2D(filters=64)", found="Conv2D(filters=32)", remark="expected filters=64"),
    Row(mark="missing", expected="Flatten()", found="", remark="missing"),
    Row(mark="extra", expected="", found="Dropout(rate=0.5)", remark="too many"),
)
LESSON = r"""# Convolution · 卷積

A *filter* is a square of weights: $n - k + 1$ places. ![](data:image/png;base64,PICTURE)

$$\begin{bmatrix} -1 & 0 & 1 \end{bmatrix} \to \sum_{u=0}^{2} w_u x_{i+u}, \qquad a = b, \qquad c = d, \qquad e = f$$

### Further

| layer | shape |
|-|-|
| Conv2D | (26, 26, 32) |

- [x] read · [a link](https://example.org)

```python
print("code")
```
"""


CODE = "model = x  # a comment\nprint(f'{1 + 2}' * 3, None)"


def picture() -> str:
    content = io.BytesIO()
    Image.new("RGB", (300, 20), "white").save(content, "PNG")
    return base64.b64encode(content.getvalue()).decode()


def submission() -> SubmissionReport:
    """A submission in which everything occurs that a page shows."""
    outcomes = tuple(
        replace(
            outcome(f"A check that is {status.value}", status), rows=ROWS, score=0.5, message="18,496 = (3·3·32 + 1)·64"
        )
        for status in Status
    )
    return SubmissionReport(
        student="student-01",
        assignment="05-mnist-cnn",
        path="05-mnist-cnn.ipynb",
        score=2.5,
        max_score=7,
        cells=(
            CellReport(grade_id="test-model", score=2.5, points=5, outcomes=outcomes),
            CellReport(grade_id="in-words", score=0, points=2, manual=True),
        ),
        notices=("The cell “test-data” was changed; the original was used.",),
        errors=(CellError(grade_id="build", position=2, error="NameError: name 'x' is not defined", line=1),),
        trainings=(Training(how="canonical", epochs=3, seconds=4.0),),
        isolation="bubblewrap",
        data=("MNIST: 10,000 images",),
        versions={"keras": "3.10"},
        notebook=(
            ShownCell(source=LESSON.replace("PICTURE", picture()), code=False),
            ShownCell(
                source="model = x  # a comment\nprint(f'{1 + 2}' * 3, None)",
                grade_id="build",
                theirs=True,
                text="=" * 300,
            ),
            ShownCell(source="grade(model)", grade_id="test-model", images=(("image/png", picture()),)),
            ShownCell(source="Because *I* say so.", code=False, grade_id="in-words", theirs=True),
            ShownCell(source="", theirs=True),
        ),
    )


def violations(page: Page) -> list[str]:
    """What axe-core finds fault with, by its rule and the first place."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def written(folder: Path, page: str) -> Path:
    path = folder / "page.html"
    path.write_text(page, encoding="utf-8")
    return path


def drawn(page: Page) -> Page:
    """The class report, once its charts are there."""
    page.wait_for_selector("html[data-drawn]", timeout=60_000)
    return page


PAGES = {
    "feedback": lambda: submission_page(submission()),
    "feedback without a grade": lambda: submission_page(ungraded("student-01")),
    "a run's table": lambda: class_page(small_class(), [f"{number}.html" for number in range(5)]),
    "card": lambda: (
        "<!doctype html><html lang=en><title>Card</title><main><h1>Card</h1>"
        + outcomes_html(submission().cells[0].outcomes)
    ),
}


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_fault_with_a_students_page(
    name: str, width: int, scheme: str, opened: Opened, tmp_path: Path
) -> None:
    page = opened(written(tmp_path, PAGES[name]()), width=width, scheme=scheme)
    assert violations(page) == []
    # Nothing is wider than the window.
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_no_fault_with_the_class_report(width: int, scheme: str, opened: Opened, tmp_path: Path) -> None:
    page = drawn(opened(written(tmp_path, class_report_page(small_class())), width=width, scheme=scheme))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_axe_can_find_fault(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path, "<!doctype html><html lang=en><title>x</title><main><h1>x</h1><img src=data:,>"))
    assert [found.partition(":")[0] for found in violations(page)] == ["image-alt"]


HOSTILE_TEXTS = [*HOSTILE, "</script><script>alert(1)</script>", "<svg onload=alert(1)>"]


def test_nothing_that_a_student_wrote_is_alive_on_a_students_page(opened: Opened, tmp_path: Path) -> None:
    for text in HOSTILE_TEXTS:
        cells = tuple(ShownCell(source=text, code=code, theirs=True, text=text) for code in (True, False))
        opened(written(tmp_path, submission_page(replace(run(text).submissions[0], notebook=cells))))


def test_nothing_that_a_student_wrote_is_alive_on_the_class_report(opened: Opened, tmp_path: Path) -> None:
    page = drawn(opened(written(tmp_path, class_report_page(run(*HOSTILE_TEXTS)))))
    # Its names are shown by scripts too: in legends, in axes, where the pointer is.
    for mark in page.locator(".chart svg .mark-symbol path, .chart svg .mark-rect path").all()[:60]:
        mark.hover(force=True)
    page.wait_for_timeout(100)


def rows(page: Page) -> list[str]:
    return page.locator("#table-submissions tbody tr:visible th").all_inner_texts()


def test_a_table_is_sorted_with_the_keyboard(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path, class_report_page(small_class())))
    score = page.locator("#table-submissions th", has_text="Score")
    score.get_by_role("button").focus()
    page.keyboard.press("Enter")
    expect(score).to_have_attribute("aria-sort", "ascending")
    assert rows(page) == [*("student-03", "student-04", "student-02", "student-01", "student-05")]
    page.keyboard.press("Space")
    expect(score).to_have_attribute("aria-sort", "descending")
    # Who has no score is last both ways.
    assert rows(page) == [*("student-01", "student-04", "student-02", "student-03", "student-05")]
    page.locator("#table-submissions th", has_text="Student").get_by_role("button").click()
    expect(score).to_have_attribute("aria-sort", "none")
    assert rows(page) == [f"student-0{number}" for number in range(1, 6)]


def test_a_table_shows_the_rows_that_are_asked_for_and_says_how_many(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path, class_report_page(small_class())))
    form = page.get_by_role("search", name="Filter the submissions")
    count = form.get_by_role("status")
    expect(count).to_have_text("5 of 5 rows")
    form.get_by_label("Rows with the words").fill("CAME counts")
    assert rows(page) == ["student-04", "student-02", "student-03"]
    form.get_by_label("State").select_option("for a person to look at")
    assert rows(page) == ["student-04"]
    expect(count).to_have_text("1 of 5 rows")


def test_the_table_is_downloaded_as_csv(opened: Opened, tmp_path: Path) -> None:
    page = opened(written(tmp_path, class_report_page(small_class())))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename == "class.csv"
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert lines[3] == "student-01,05-mnist-cnn,2,2,100.0,0.96,1960,9.0,200000000,no,"


def test_charts_are_drawn_without_a_network_and_anew_where_it_becomes_dark(opened: Opened, tmp_path: Path) -> None:
    page = drawn(opened(written(tmp_path, class_report_page(small_class()))))
    assert page.locator(".chart svg").count() == 5
    page.locator("#curves select").select_option("loss")
    page.emulate_media(color_scheme="dark")
    page.wait_for_selector("html[data-drawn=dark]")
    assert page.locator(".chart svg").count() == 5
