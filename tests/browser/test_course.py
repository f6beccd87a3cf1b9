"""A student in JupyterLab, from the assignment list to handing in; an instructor in formgrader and the class report."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.adapters.course import Nbgrader, environment, grades, sqlite
from tests.browser.conftest import Opened
from tests.browser.lab import SECONDS, Lab, NotebookPage

pytestmark = pytest.mark.course

ROOT = Path(__file__).parents[2]
ASSIGNMENT = "05-mnist-cnn"
PATH = f"{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
TEST = "architecture = Layers("

NETWORK = """model = keras.Sequential([
    keras.Input((28, 28, 1)),
    keras.layers.Conv2D(32, (3, 3), activation="relu"),
    keras.layers.Conv2D(FILTERS, (3, 3), activation="relu"),
    keras.layers.MaxPooling2D((2, 2)),
    keras.layers.Dropout(0.25),
    keras.layers.Flatten(),
    keras.layers.Dense(128, activation="relu"),
    keras.layers.Dropout(0.5),
    keras.layers.Dense(10, activation="softmax"),
])"""


class Course:
    """A course with an exchange, of which one assignment is handed out."""

    def __init__(self, folder: Path) -> None:
        self.course, self.work = folder / "course", folder / "work"
        self.instructor, self.student = folder / "instructor", folder / "student"
        exchange = folder / "exchange"
        shutil.copytree(ROOT / "solutions" / ASSIGNMENT, self.course / "solutions" / ASSIGNMENT)
        shutil.copy(ROOT / "nbgrader_config.py", self.course)
        for home, more in ((self.instructor, ""), (self.student, "c.CourseDirectory.course_id = 'keras-lesson'\n")):
            (home / ".jupyter").mkdir(parents=True)
            settings = f"c = get_config()\nc.Exchange.root = {str(exchange)!r}\nc.ExchangeCollect.check_owner = False\n"
            (home / ".jupyter" / "nbgrader_config.py").write_text(settings + more)
        exchange.mkdir()
        exchange.chmod(0o777)
        self.work.mkdir()

    def __call__(self, *commands: tuple[str, ...]) -> None:
        """Gives the instructor's commands."""
        with Nbgrader(self.instructor) as run:
            for command in commands:
                run(self.course, *command)


class Term:
    """What a student does, then what an instructor does, and what they see."""

    def __init__(self, course: Course, page: Page) -> None:
        self.course = course
        self.cards: dict[str, str] = {}
        """Of the wrong answer and of the right one."""
        self.validated = ""
        """What nbgrader's validation says of a notebook that is not finished."""
        self.formgrader = ""
        """The cards on the page on which the instructor grades by hand."""
        course(("generate_assignment", ASSIGNMENT), ("release_assignment", ASSIGNMENT))
        page.set_default_timeout(SECONDS)
        with Lab(course.work, course.student) as lab:
            self._fetch(page, lab)
            self._work(page, lab)
            self._submit(page, lab)
        course(("collect", ASSIGNMENT), ("autograde", ASSIGNMENT))
        with Lab(course.course, course.instructor) as lab:
            self._grade_by_hand(page, lab)

    def _fetch(self, page: Page, lab: Lab) -> None:
        self._open_list(page, lab)
        page.get_by_role("button", name="Fetch", exact=True).click()
        page.get_by_role("button", name="Submit", exact=True).wait_for()

    def _work(self, page: Page, lab: Lab) -> None:
        notebook = NotebookPage.opened(page, lab, PATH)
        notebook.run("autograder.watch_training()")
        there = "# model: a Keras model"
        for name, filters in (("wrong", "32"), ("right", "64")):
            notebook.fill(there, NETWORK.replace("FILTERS", filters))
            there = "model = keras.Sequential(["
            notebook.run(there)
            self.cards[name] = " ".join(notebook.run(TEST).locator(".ag").inner_text().split())
        # It saves the notebook itself.
        notebook.notebook.get_by_text("Validate", exact=True).click()
        told = page.locator(".jp-Dialog")
        told.wait_for()
        self.validated = " ".join(told.inner_text().split())
        told.get_by_role("button").last.click()

    def _submit(self, page: Page, lab: Lab) -> None:
        self._open_list(page, lab)
        page.get_by_role("button", name="Submit", exact=True).click()
        page.locator("#submitted_assignments_list").get_by_text(ASSIGNMENT).first.wait_for()

    def _open_list(self, page: Page, lab: Lab) -> None:
        page.goto(lab.address("lab/workspaces/of-the-list"))
        page.get_by_role("menuitem", name="Nbgrader").click()
        page.get_by_text("Assignment List").first.click()

    def _grade_by_hand(self, page: Page, lab: Lab) -> None:
        # The formgrader's scripts need the cookie that JupyterLab gives.
        page.goto(lab.address("lab"))
        page.goto(lab.address(f"formgrader/gradebook/{ASSIGNMENT}/{ASSIGNMENT}"))
        page.get_by_role("link", name="Submission #1").click()
        page.locator(".ag").first.wait_for()
        self.formgrader = " ".join(" ".join(page.locator(".ag").all_inner_texts()).split())


@pytest.fixture(scope="module")
def term(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Term]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield Term(Course(tmp_path_factory.mktemp("term")), page)
    page.close()


def test_the_card_of_a_wrong_answer_marks_the_first_difference(term: Term) -> None:
    assert term.cards["wrong"].startswith(
        "5.25 / 6 points ◐ 1 partly right ◐ The layers of the network: partly right 5.25 / 6"
        " layer 2 (Conv2D): expected filters=64, found filters=32."
    )
    assert "✗ differs Conv2D(filters=64" in term.cards["wrong"]
    assert "The first difference. expected filters=64, found filters=32" in term.cards["wrong"]


def test_the_card_of_a_right_answer_says_so(term: Term) -> None:
    assert term.cards["right"].startswith("6 / 6 points ✓ 1 right ✓ The layers of the network: right 6 / 6")


def test_validation_says_what_is_not_done_yet(term: Term) -> None:
    assert term.validated.startswith("Validation Results The following cell failed: grade((x_train, y_train), ")


def test_what_was_handed_in_is_graded_with_the_cards_for_the_instructor(term: Term) -> None:
    (found,) = grades(sqlite(term.course.course), ASSIGNMENT).values()
    assert found[f"{ASSIGNMENT}/test-architecture"].auto_score == 6
    assert found[f"{ASSIGNMENT}/test-counts"].auto_score == 0
    assert "6 / 6 points ✓ 1 right ✓ The architecture of the network: right" in term.formgrader


def test_the_class_report_is_made_from_the_gradebook_and_sorted(term: Term, opened: Opened, tmp_path: Path) -> None:
    page = tmp_path / "class.html"
    command = [sys.executable, "-m", "autograder.cli", "report", "gradebook.db", "-o", str(page)]
    subprocess.run(command, cwd=term.course.course, env=environment(term.course.instructor), check=True)
    shown = opened(page)
    shown.wait_for_selector("html[data-drawn]", timeout=SECONDS)
    heading = shown.locator("#table-submissions th", has_text="Score")
    heading.get_by_role("button").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(shown.locator("#table-submissions tbody tr")).to_have_count(1)
