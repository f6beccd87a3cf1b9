"""The notebooks that a branch changes, read out of a Git repository as data.

Nothing is checked out, and nothing of the repository's is run: commits are read by plumbing commands that know no
hooks, filters, text conversions, pagers or file system monitors, and fetch nothing. A notebook's bytes come from the
object store.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from autograder.exam.limits import Limits
from autograder.feedback import one_line
from autograder.i18n import _

# Those of the command line go before the repository's own.
_SETTINGS = {
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.untrackedCache": "false",
    "core.pager": "cat",
    "core.alternateRefsCommand": "true",
    "diff.external": "",
    "diff.orderFile": os.devnull,
    "gpg.program": "false",
    "log.showSignature": "false",
    "protocol.allow": "never",
    "submodule.recurse": "false",
}
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "false",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_PAGER": "cat",
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C",
}
# What would lead Git elsewhere, or have it run something.
_NOT_PASSED_ON = ("GIT_EXTERNAL_DIFF", "GIT_ATTR_SOURCE", "GIT_TRACE", "GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS")

_GIT_SECONDS = 120
_MOST_CHANGES = 20_000
_ORDINARY = ("100644", "100755")

_CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ")


class RepositoryError(ValueError):
    """The repository cannot tell what has changed; the message says why and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A notebook that a branch has added or changed."""

    path: str
    """In the repository; bytes that are no UTF-8 are surrogates."""
    before: str = ""
    """Its path before, where it was renamed."""
    blob: str
    mode: str


@dataclass(frozen=True, slots=True)
class Changes:
    """What a branch changes."""

    notebooks: tuple[Change, ...]
    remarks: tuple[str, ...]
    """What is to be told of notebooks of which there is nothing to grade."""
    head: str
    """The commit, in hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A Git repository; ``folder`` is its working tree or any folder in it."""

    folder: Path
    limits: Limits = field(default_factory=Limits)

    def changes(self, since: str, head: str = "HEAD", below: Sequence[str] = ()) -> Changes:
        """The notebooks that ``head`` has changed since it left ``since``.

        Parameters
        ----------
        since, head
            Commits, or names of some.
        below
            Files and folders of the repository; all of it, if there are none.

        Raises
        ------
        RepositoryError
            If there is no repository, no such commit, or the two have nothing in common.
        """
        base, tip = self._commit(since), self._commit(head)
        try:
            fork = self._git("merge-base", "--", base, tip).decode().split()[0]
        except (RepositoryError, IndexError) as error:
            raise RepositoryError(
                _("{since} and {head} have no commit in common: fetch the whole history (fetch-depth: 0).").format(
                    since=one_line(since), head=one_line(head)
                )
            ) from error
        told = self._git(
            "diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--find-renames", "--no-ext-diff", "--no-textconv",
            "--no-commit-id", "--ignore-submodules=all", fork, tip, "--",
        )  # fmt: skip
        notebooks, remarks = [], []
        for change, gone in _read(told):
            if not change.path.endswith(".ipynb") or not _below(change.path, below):
                continue
            name = one_line(_text(change.path))
            if gone:
                remarks.append(_("{path} was deleted: there is nothing to grade.").format(path=name))
            elif change.mode not in _ORDINARY:
                remarks.append(_("{path} is a link, and no notebook.").format(path=name))
            elif change.before and change.before.endswith(".ipynb"):
                remarks.append(
                    _("{path} was {before} before.").format(path=name, before=one_line(_text(change.before)))
                )
                notebooks.append(change)
            else:
                notebooks.append(change)
        remarks += [
            _("{path} is in conflict: what is graded is what was committed before.").format(path=one_line(_text(path)))
            for path in self._unmerged()
            if path.endswith(".ipynb") and _below(path, below)
        ]
        return Changes(tuple(notebooks), tuple(remarks), tip)

    @property
    def top(self) -> Path:
        """The folder in which the repository's paths begin."""
        return Path(os.fsdecode(self._git("rev-parse", "--show-toplevel").removesuffix(b"\n")))

    def write(self, changes: Changes, folder: Path) -> tuple[dict[Path, Change], list[str]]:
        """Writes the notebooks, with the ordinary files beside them, into an empty folder.

        Returns
        -------
        tuple[dict[Path, Change], list[str]]
            Where each notebook stands, and what is to be told of those that could not be written.
        """
        written: dict[Path, Change] = {}
        remarks: list[str] = []
        for change in changes.notebooks:
            name = one_line(_text(change.path))
            try:
                path = self._written(folder, change.path, change.blob, self.limits.notebook_bytes)
                if path is None:
                    remarks.append(
                        _("{path} has more than the {limit:,} bytes that are read.").format(
                            path=name, limit=self.limits.notebook_bytes
                        )
                    )
                    continue
                written[path] = change
                if in_conflict(path.read_bytes()):
                    remarks.append(
                        _("{path} holds the marks of a merge that was not finished: resolve it in JupyterLab.").format(
                            path=name
                        )
                    )
                for blob, beside in self._beside(changes.head, change.path):
                    self._written(folder, beside, blob, self.limits.files_bytes)
            except (OSError, ValueError) as error:
                reason = one_line(str(getattr(error, "strerror", None) or error))
                remarks.append(_("{path} cannot be read: {reason}").format(path=name, reason=reason))
        return written, remarks

    def _beside(self, head: str, notebook: str) -> Iterator[tuple[str, str]]:
        """Blobs and paths of the ordinary files in a notebook's folder."""
        parent = str(PurePosixPath(notebook).parent)
        tree = head if parent == "." else f"{head}:{parent}"
        found = 0
        for entry in self._git("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0"):
            head_of, _tab, name = entry.partition(b"\t")
            if not name or name.endswith(b".ipynb"):
                continue
            mode, _kind, blob = head_of.decode().split()
            found += 1
            # One more than may be, so that it is told that they are too many.
            if mode in _ORDINARY and found <= self.limits.files + 1:
                yield blob, str(PurePosixPath(parent) / os.fsdecode(name))

    def _written(self, folder: Path, path: str, blob: str, limit: int) -> Path | None:
        pure = PurePosixPath(path)
        if pure.is_absolute() or any(part in ("", ".", "..", ".git") for part in path.split("/")):
            raise ValueError(_("its name leads out of its folder"))
        target = folder / pure
        if target.exists():
            return target
        if int(self._git("cat-file", "-s", blob)) > limit:
            return None
        content = self._git("cat-file", "blob", blob)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def _unmerged(self) -> list[str]:
        """Paths in the index of a merge that is not done; none where there is no index."""
        try:
            told = self._git("ls-files", "--unmerged", "-z", "--full-name")
        except RepositoryError:
            return []
        names = (os.fsdecode(entry.partition(b"\t")[2]) for entry in told.split(b"\0") if entry)
        return list(dict.fromkeys(names))

    def _commit(self, name: str) -> str:
        try:
            return (
                self._git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode().strip()
            )
        except RepositoryError as error:
            raise RepositoryError(
                str(error) or _("There is no commit {name} here: fetch it first.").format(name=one_line(_text(name)))
            ) from error

    def _git(self, *arguments: str) -> bytes:
        settings = [part for name, value in _SETTINGS.items() for part in ("-c", f"{name}={value}")]
        try:
            done = subprocess.run(
                ["git", "--no-pager", *settings, "-C", str(self.folder), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                env=_environment(os.environ),
                timeout=_GIT_SECONDS,
                check=False,
            )
        except FileNotFoundError as error:
            raise RepositoryError(_("Git is not installed.")) from error
        except subprocess.TimeoutExpired as error:
            raise RepositoryError(
                _("Git did not answer within {seconds} seconds.").format(seconds=_GIT_SECONDS)
            ) from error
        if done.returncode:
            raise RepositoryError(one_line(done.stderr.decode("utf-8", "replace").strip())[:500])
        return done.stdout


def in_conflict(content: bytes) -> bool:
    """Whether a notebook holds the marks that Git leaves where two versions could not be merged."""
    lines = content.splitlines()
    return all(any(line.startswith(mark) for line in lines) for mark in _CONFLICT)


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    kept = {name: value for name, value in given.items() if not name.startswith(_NOT_PASSED_ON)}
    return {**kept, **_ENVIRONMENT}


def _read(told: bytes) -> Iterator[tuple[Change, bool]]:
    """Entries of ``diff-tree -z --raw``, each with whether the file is gone."""
    fields = iter(told.split(b"\0"))
    for count, entry in enumerate(fields):
        if not entry:
            return
        if count >= _MOST_CHANGES:
            raise RepositoryError(
                _("The branch changes more than {most:,} files: is it the right one?").format(most=_MOST_CHANGES)
            )
        _old_mode, mode, _old_blob, blob, status = entry.decode().lstrip(":").split()
        path = os.fsdecode(next(fields))
        before = ""
        if status[0] in "RC":
            before, path = path, os.fsdecode(next(fields))
        yield Change(path=path, before=before, blob=blob, mode=mode), status[0] == "D"


def _below(path: str, folders: Sequence[str]) -> bool:
    if not folders:
        return True
    parents = {str(parent) for parent in (PurePosixPath(path), *PurePosixPath(path).parents)}
    return any(str(PurePosixPath(folder)) in parents for folder in folders)


def _text(path: str) -> str:
    return os.fsencode(path).decode("utf-8", "replace")
