"""JupyterLab as a student and an instructor have it, served on the loopback, and what one does in it."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import time
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.adapters.course import CommandFailed, environment

SECONDS = 120_000
"""Milliseconds that anything may take: to import TensorFlow on a busy machine is the longest."""

_ATTEMPTS = 20


class Lab:
    """A JupyterLab whose root is ``folder``, for somebody whose home is ``home``."""

    _TOKEN = "of-the-tests"

    def __init__(self, folder: Path, home: Path) -> None:
        self._folder, self._home = folder, home
        self._runtime = home / "runtime"
        self._processes = contextlib.ExitStack()
        self._address = ""

    def __enter__(self) -> Lab:
        self._runtime.mkdir(parents=True)
        settings = self._home / "settings"
        settings.mkdir(exist_ok=True)
        (settings / "overrides.json").write_text(
            json.dumps(
                {
                    # All cells are there, also those that are out of sight; and nobody asks for news.
                    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
                    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
                    "@jupyterlab/apputils-extension:themes": {"adaptive-theme": True},
                    # Of two savings at once, one finds that the file has changed, and asks what to do.
                    "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
                }
            )
        )
        log = self._processes.enter_context((self._home / "lab.log").open("w"))
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0"),
                *(f"--ServerApp.root_dir={self._folder}", f"--IdentityProvider.token={self._TOKEN}"),
                f"--LabApp.app_settings_dir={settings}",
            ],
            cwd=self._folder,
            env={**environment(self._home), "JUPYTER_RUNTIME_DIR": str(self._runtime)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        self._processes.callback(process.wait)
        self._processes.callback(process.terminate)
        for _ in range(1200):
            if (told := next(self._runtime.glob("jpserver-*.json"), None)) and (text := told.read_text()):
                self._address = json.loads(text)["url"].rstrip("/")
                return self
            if process.poll() is not None:
                break
            time.sleep(0.1)
        self._processes.close()
        raise CommandFailed(f"JupyterLab did not start:\n{(self._home / 'lab.log').read_text()}")

    def __exit__(self, *_problem: object) -> None:
        self._processes.close()

    def address(self, path: str) -> str:
        """Where a page is."""
        return f"{self._address}/{path}?token={self._TOKEN}"


class NotebookPage:
    """A notebook that is open in JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.notebook = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    @classmethod
    def opened(cls, page: Page, lab: Lab, path: str) -> NotebookPage:
        """Opens a notebook and waits for its kernel."""
        page.set_default_timeout(SECONDS)
        # Asked where a cell is run before the notebook has its kernel, as a busy machine lets it come to pass.
        which = page.locator(".jp-Dialog", has_text="Select kernel for")
        page.add_locator_handler(which, lambda dialog: dialog.get_by_role("button", name="Select", exact=True).click())
        page.goto(lab.address(f"lab/tree/{path}"))
        one = cls(page)
        one.notebook.locator(".jp-CodeCell").first.wait_for()
        expect(one.notebook.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
            "data-status", "idle", timeout=SECONDS
        )
        return one

    def cell(self, text: str) -> Locator:
        """The code cell that has a text."""
        return self.notebook.locator(".jp-CodeCell", has_text=text).first

    def fill(self, text: str, source: str) -> None:
        """Writes ``source`` over what stands in the cell that has a text."""
        editor = self.cell(text).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def run(self, text: str) -> Locator:
        """Runs the cell that has a text, and waits for it; the cell."""
        cell = self.cell(text)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        button = self.notebook.locator('[data-jp-item-name="run"] jp-button, [data-jp-item-name="run"] button').first
        for _attempt in range(_ATTEMPTS):
            # Before its kernel is connected, a notebook takes no orders and does not say so.
            prompt.click()
            button.click()
            with contextlib.suppress(AssertionError):
                expect(prompt).not_to_have_text(before, timeout=5_000)
                break
        expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=SECONDS)
        return cell
