"""Makes the pictures of ``docs/images/``: ``python scripts/make_images.py REPORTS``.

``REPORTS`` is the folder that ``autograder grade examples/submitted --report REPORTS`` wrote. Needs Chromium, and what
the tests need. A picture has few colours and no more than 150 kB.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from autograder.class_report import class_report_page, read_class

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
MOST_BYTES = 150_000

sys.path.insert(0, str(ROOT))

from tests.browser.lab import Lab, NotebookPage  # noqa: E402
from tests.browser.test_course import ASSIGNMENT, NETWORK, PATH, TEST  # noqa: E402


def main() -> None:
    """Makes them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reports", type=Path, help="the folder of the example class's reports")
    reports: Path = parser.parse_args().reports
    IMAGES.mkdir(exist_ok=True)
    program = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=program, args=arguments)
        page = Path(folder) / "class.html"
        page.write_text(class_report_page(read_class(reports)), encoding="utf-8")
        for scheme in ("light", "dark"):
            shot(browser, page, f"class-report-{scheme}", scheme=scheme, drawn=True, height=1000)
            feedback = reports / f"student-07--{ASSIGNMENT}.html"
            shot(browser, feedback, f"feedback-{scheme}", scheme=scheme, height=1000)
        shot(browser, feedback, "feedback-phone", width=390, height=844)
        notebook(browser, Path(folder))
        browser.close()


def shot(
    browser: Browser,
    path: Path,
    name: str,
    *,
    scheme: str = "light",
    width: int = 1100,
    height: int,
    drawn: bool = False,
) -> None:
    """What is seen of a page first."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(path.absolute().as_uri())
    if drawn:
        page.wait_for_selector("html[data-drawn]")
    save(page.screenshot(), name)
    page.close()


def notebook(browser: Browser, folder: Path) -> None:
    """A card in JupyterLab, light and dark."""
    shutil.copytree(ROOT / "assignments" / ASSIGNMENT, folder / "work" / ASSIGNMENT)
    page = browser.new_page(viewport={"width": 1100, "height": 760})
    with Lab(folder / "work", folder / "home") as lab:
        opened = NotebookPage.opened(page, lab, PATH)
        page.keyboard.press("Control+B")
        opened.run("autograder.watch_training()")
        opened.fill("# model: a Keras model", NETWORK.replace("FILTERS", "32"))
        opened.run("model = keras.Sequential([")
        card = opened.run(TEST).locator(".ag")
        card.scroll_into_view_if_needed()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.wait_for_selector(f"body[data-jp-theme-light={str(scheme == 'light').lower()}]", state="attached")
            # The theme's own style sheets come a moment later.
            page.wait_for_timeout(2_000)
            save(page.screenshot(), f"notebook-{scheme}")
    page.close()


def save(content: bytes, name: str) -> None:
    """Writes a picture with as many colours as its size allows."""
    picture = Image.open(io.BytesIO(content)).convert("RGB")
    for colours in (256, 128, 64, 32):
        small = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(small, "PNG", optimize=True)
        if small.tell() <= MOST_BYTES:
            break
    path = IMAGES / f"{name}.png"
    path.write_bytes(small.getvalue())
    print(f"{path.relative_to(ROOT)}: {small.tell():,} bytes, {colours} colours")


if __name__ == "__main__":
    main()
