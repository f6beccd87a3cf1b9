"""A host that runs workflows as GitHub Actions does: each job in an empty folder, with the variables it would have.

Every ``run:`` step is run as it stands. Of actions, those that move files are played with Git and folders; a composite
action of the repository's own is run step by step. Expressions are those that the workflows use: names with dots,
texts, ``==``, ``!=`` and ``||``.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}")
_STEP_SECONDS = 500


class StepFailed(AssertionError):
    """A step ended with another code than 0."""


@dataclass
class Repository:
    """A repository on the host; ``key`` is the deploy key without which nobody reads it."""

    bare: Path
    key: str = ""


@dataclass
class Run:
    """What is left of a run of a workflow."""

    log: str = ""
    summaries: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, Path] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    """Jobs that failed."""


class Host:
    """One host with its repositories, secrets and the checks that were put on commits."""

    def __init__(self, folder: Path, secrets: Mapping[str, str], variables: Mapping[str, str]) -> None:
        self.folder = folder
        self.repositories: dict[str, Repository] = {}
        self.secrets = secrets
        self.variables = variables
        self.checks: list[dict[str, Any]] = []
        self.tokens: dict[str, Mapping[str, str]] = {}
        """Token of a job → what it permits."""
        self.address = ""
        self._runs = 0

    @contextmanager
    def serving(self) -> Iterator[Host]:
        """The host's API, on the loopback."""
        host = self

        class Api(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                token = (self.headers["Authorization"] or "").removeprefix("Bearer ")
                permitted = host.tokens.get(token, {}).get("checks") == "write"
                content = self.rfile.read(int(self.headers["Content-Length"]))
                known = self.path == "/repos/teaching/course/check-runs"
                if permitted and known:
                    host.checks.append(json.loads(content))
                self.send_response(201 if permitted and known else 403)
                self.end_headers()

            def log_message(self, *_arguments: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.address = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    def run(self, workflow: str, event: str, payload: Mapping[str, Any], *, ref: str) -> Run:
        """Runs the jobs of a workflow, in order; those that need one that failed are left out."""
        tree = yaml.safe_load(workflow)
        run = Run()
        self._runs += 1
        for name, job in tree["jobs"].items():
            needs = [job["needs"]] if isinstance(job.get("needs"), str) else job.get("needs", [])
            if set(needs) & set(run.failed):
                run.failed.append(name)
                continue
            _Job(self, run, f"{self._runs}-{name}", {**tree, **job}, event, payload, ref).run(name)
        return run


class _Job:
    def __init__(
        self, host: Host, run: Run, name: str, job: Mapping[str, Any], event: str, payload: Mapping[str, Any], ref: str
    ) -> None:
        self._host, self._run, self._job, self._ref = host, run, job, ref
        self._home = host.folder / "machines" / name
        self._workspace = self._home / "work"
        self._files = self._home / "runner"
        self._workspace.mkdir(parents=True)
        self._files.mkdir()
        token = f"planted-token-of-{name}"
        permissions = job.get("permissions") or {}
        host.tokens[token] = permissions
        self._contexts: dict[str, Any] = {
            "github": {"event": payload, "event_name": event, "token": token, "repository": "teaching/course"},
            "vars": host.variables,
            # A run that a pull request from a fork sets off has none.
            "secrets": host.secrets if event != "pull_request" else {},
            "steps": {},
        }

    def run(self, name: str) -> None:
        if "if" in self._job and not self._value(self._job["if"]):
            self._run.failed.append(name)
            return
        try:
            for number, step in enumerate(self._job["steps"]):
                self._step(step, f"{name}-{number}", self._contexts)
        except StepFailed:
            self._run.failed.append(name)
        summary = self._files / "summary"
        self._run.summaries[name] = summary.read_text() if summary.exists() else ""

    def _step(self, step: Mapping[str, Any], number: str, contexts: Mapping[str, Any]) -> None:
        if "if" in step and not self._value(step["if"], contexts):
            return
        if "run" in step:
            self._shell(step, number, contexts)
            return
        given = {name: self._filled(value, contexts) for name, value in step.get("with", {}).items()}
        action = step["uses"].partition("@")[0]
        if action.startswith("./"):
            outputs = self._composite(self._workspace / action, given, number)
            self._contexts["steps"][step.get("id")] = {"outputs": outputs}
        else:
            getattr(self, "_" + action.removeprefix("actions/").replace("-", "_"))(given)

    def _shell(self, step: Mapping[str, Any], number: str, contexts: Mapping[str, Any]) -> None:
        script = self._files / f"{number}.sh"
        script.write_text(str(self._filled(step["run"], contexts)))
        output = self._files / f"{number}.output"
        output.touch()
        settings = {name: str(self._filled(value, contexts)) for name, value in step.get("env", {}).items()}
        options = ["--noprofile", "--norc", "-eo", "pipefail"] if step.get("shell") == "bash" else ["-e"]
        done = subprocess.run(
            ["bash", *options, str(script)],
            cwd=self._workspace,
            env={**self._environment(output), **settings},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_STEP_SECONDS,
            check=False,
        )
        self._run.log += done.stdout.decode("utf-8", "replace")
        pairs = (line.partition("=") for line in output.read_text().splitlines())
        if "id" in step:
            self._contexts["steps"][step["id"]] = {"outputs": {name: value for name, _equals, value in pairs}}
        if done.returncode:
            self._run.log += f"the step ended with {done.returncode}\n"
            raise StepFailed(step.get("name", step["run"]))

    def _environment(self, output: Path) -> dict[str, str]:
        binaries = [str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"]
        return {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self._host.address,
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": "teaching/course",
            "GITHUB_STEP_SUMMARY": str(self._files / "summary"),
            "GITHUB_WORKSPACE": str(self._workspace),
            "HOME": str(self._home),
            "LANG": "C.UTF-8",
            "PATH": os.pathsep.join(binaries),
            # What the runner's own programs have, which a step could read.
            "ACTIONS_RUNTIME_TOKEN": "planted-runtime-token",
        }

    def _composite(self, folder: Path, given: Mapping[str, Any], number: str) -> dict[str, Any]:
        action = yaml.safe_load((folder / "action.yml").read_text())
        inputs = {name: str(given.get(name, about.get("default", ""))) for name, about in action["inputs"].items()}
        for place, step in enumerate(action["runs"]["steps"]):
            self._step(step, f"{number}-{place}", {**self._contexts, "inputs": inputs})
        outputs = action.get("outputs", {})
        return {name: self._filled(about["value"], self._contexts) for name, about in outputs.items()}

    def _checkout(self, given: Mapping[str, Any]) -> None:
        name = given.get("repository", "teaching/course")
        repository = self._host.repositories[name]
        if given.get("ssh-key", "") != repository.key:
            raise StepFailed("the repository is private")
        target = self._workspace / given.get("path", "")
        ref = given.get("ref", self._ref if name == "teaching/course" else "HEAD")
        depth = [] if str(given.get("fetch-depth", "1")) == "0" else ["--depth=1"]
        target.mkdir(exist_ok=True)
        for arguments in (
            ["init", "--quiet"],
            ["remote", "add", "origin", f"file://{repository.bare}"],
            ["fetch", "--quiet", "--no-tags", *depth, "origin", ref],
            ["checkout", "--quiet", "--force", "FETCH_HEAD"],
        ):
            subprocess.run(["git", *arguments], cwd=target, env=self._environment(self._files / "none"), check=True)
        # The action keeps its token in .git unless it is told not to.
        assert given.get("persist-credentials") is False

    def _setup_python(self, _given: Mapping[str, Any]) -> None:
        """The Python of the tests is there."""

    def _upload_artifact(self, given: Mapping[str, Any]) -> None:
        source = self._workspace / given["path"]
        if not source.exists() and given.get("if-no-files-found") == "error":
            raise StepFailed("no files were found")
        target = self._host.folder / "artifacts" / self._home.name / given["name"]
        shutil.copytree(source, target)
        self._run.artifacts[given["name"]] = target

    def _download_artifact(self, given: Mapping[str, Any]) -> None:
        # Those of this run only, as long as no other run is named.
        shutil.copytree(self._run.artifacts[given["name"]], self._workspace / given["path"], dirs_exist_ok=True)

    def _filled(self, value: Any, contexts: Mapping[str, Any]) -> Any:
        if not isinstance(value, str):
            return value
        return _EXPRESSION.sub(lambda found: str(self._value(found[1], contexts)), value)

    def _value(self, expression: str, contexts: Mapping[str, Any] | None = None) -> Any:
        contexts = contexts or self._contexts
        for sign, combined in (
            (" || ", lambda left, right: left or right),
            (" != ", lambda left, right: left != right),
            (" == ", lambda left, right: left == right),
        ):
            left, found, right = expression.partition(sign)
            if found:
                return combined(self._value(left, contexts), self._value(right, contexts))
        word = expression.strip()
        if word.startswith("'"):
            return word.strip("'")
        value: Any = contexts
        for name in word.split("."):
            value = value.get(name, "") if isinstance(value, Mapping) else ""
        return value
