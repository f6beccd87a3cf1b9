"""What a branch changes, read from real repositories: odd names, renames, and repositories that mean harm."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from autograder.adapters.repository import Changes, Repository, RepositoryError, in_conflict
from autograder.exam import Limits

_IDENTITY = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")


class Git:
    """A repository with an identity of its own, and none of the settings of whoever runs the tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self("init", "--quiet", "--initial-branch=main")

    def __call__(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "GIT_CONFIG_NOSYSTEM": "1",
                **dict.fromkeys(_IDENTITY, "student-01@example.org"),
            },
            capture_output=True,
            text=True,
            errors="surrogateescape",
            check=check,
        )  # fmt: skip
        return done.stdout.strip()

    def write(self, path: str, content: str | bytes = "{}") -> None:
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self) -> str:
        self("add", "--all")
        self("commit", "--quiet", "--message", "A commit")
        return self("rev-parse", "HEAD")


@pytest.fixture
def git(tmp_path: Path) -> Git:
    git = Git(tmp_path / "course")
    git.write("README.md", "A course")
    git.write("submitted/student-01/tiny/tiny.ipynb", "the first version of a notebook " * 20)
    git.write("submitted/student-02/tiny/tiny.ipynb", "old")
    git.write("submitted/student-03/tiny/tiny.ipynb", "same")
    git.commit()
    git("branch", "base")
    return git


def changes(git: Git, *below: str, since: str = "base") -> Changes:
    return Repository(git.folder).changes(since, "HEAD", below)


def paths(found: Changes) -> list[str]:
    return [change.path for change in found.notebooks]


def test_notebooks_that_a_branch_adds_or_changes_are_found_and_nothing_else(git: Git) -> None:
    git.write("submitted/student-02/tiny/tiny.ipynb", "new")
    git.write("submitted/student-04/tiny/tiny.ipynb")
    git.write("submitted/student-04/tiny/data.csv", "1,2")
    git.write("submitted/student-04/other/other.ipynb")
    git.write("README.md", "Another course")
    git.commit()
    found = changes(git)
    assert paths(found) == [
        "submitted/student-02/tiny/tiny.ipynb",
        "submitted/student-04/other/other.ipynb",
        "submitted/student-04/tiny/tiny.ipynb",
    ]
    assert found.remarks == ()
    assert paths(changes(git, "submitted/student-02", "submitted/student-04/other")) == [
        "submitted/student-02/tiny/tiny.ipynb",
        "submitted/student-04/other/other.ipynb",
    ]


def test_what_others_have_done_since_the_branch_began_is_no_change_of_its(git: Git) -> None:
    git.write("submitted/student-04/tiny/tiny.ipynb")
    git.commit()
    git("switch", "--quiet", "base")
    git.write("submitted/student-05/tiny/tiny.ipynb")
    git.commit()
    git("switch", "--quiet", "main")
    assert paths(changes(git)) == ["submitted/student-04/tiny/tiny.ipynb"]


def test_renamed_and_deleted_notebooks_and_links_are_told(git: Git) -> None:
    git("mv", "submitted/student-01/tiny/tiny.ipynb", "submitted/student-01/tiny/mine.ipynb")
    git("rm", "--quiet", "submitted/student-02/tiny/tiny.ipynb")
    os.symlink("/etc/passwd", git.folder / "submitted/student-03/tiny/link.ipynb")
    git.commit()
    found = changes(git)
    assert paths(found) == ["submitted/student-01/tiny/mine.ipynb"]
    assert found.remarks == (
        "submitted/student-01/tiny/mine.ipynb was submitted/student-01/tiny/tiny.ipynb before.",
        "submitted/student-02/tiny/tiny.ipynb was deleted: there is nothing to grade.",
        "submitted/student-03/tiny/link.ipynb is a link, and no notebook.",
    )


NAMES = [
    'submitted/student "04"/tiny/ti\nny.ipynb',
    "submitted/-student/tiny/--tiny.ipynb",
    "submitted/學生/tiny/練習 1.ipynb",
    ":(top)submitted/x.ipynb",
    os.fsdecode(b"submitted/\xff\xfe/tiny/tiny.ipynb"),
    "submitted/$(touch here)/`touch here`;.ipynb",
]


def test_names_of_every_kind_are_read_and_written_as_they_are(git: Git, tmp_path: Path) -> None:
    for name in NAMES:
        git.write(name, f"content of {name!r}")
    git.commit()
    found = changes(git)
    assert sorted(paths(found)) == sorted(NAMES)
    written, remarks = Repository(git.folder).write(found, tmp_path / "out")
    assert remarks == []
    assert {change.path: path.read_text() for path, change in written.items()} == {
        name: f"content of {name!r}" for name in NAMES
    }


def test_ordinary_files_beside_a_notebook_come_along_and_links_do_not(git: Git, tmp_path: Path) -> None:
    git.write("submitted/student-04/tiny/tiny.ipynb")
    git.write("submitted/student-04/tiny/more/data.csv", "1,2")
    git.write("submitted/student-04/tiny/second.ipynb")
    os.symlink("/etc", git.folder / "submitted/student-04/tiny/folder")
    git.commit()
    found = changes(git, "submitted/student-04/tiny/tiny.ipynb")
    Repository(git.folder).write(found, tmp_path / "out")
    files = [str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert sorted(files) == ["submitted/student-04/tiny/more/data.csv", "submitted/student-04/tiny/tiny.ipynb"]


def test_a_notebook_is_read_from_the_commit_and_not_from_the_working_tree(git: Git, tmp_path: Path) -> None:
    git.write("submitted/student-04/tiny/tiny.ipynb", "committed")
    git.commit()
    git.write("submitted/student-04/tiny/tiny.ipynb", "not committed")
    written, _remarks = Repository(git.folder).write(changes(git), tmp_path / "out")
    assert [path.read_text() for path in written] == ["committed"]


def test_a_notebook_that_is_too_large_is_told_and_not_read(git: Git, tmp_path: Path) -> None:
    git.write("submitted/student-04/tiny/tiny.ipynb", "x" * 101)
    git.commit()
    repository = Repository(git.folder, Limits(notebook_bytes=100))
    written, remarks = repository.write(repository.changes("base"), tmp_path / "out")
    assert (written, remarks) == (
        {},
        ["submitted/student-04/tiny/tiny.ipynb has more than the 100 bytes that are read."],
    )


def test_a_conflict_is_told_where_it_was_committed_and_where_it_was_not(git: Git, tmp_path: Path) -> None:
    name = "submitted/student-02/tiny/tiny.ipynb"
    git.write(name, "ours")
    git.commit()
    git("switch", "--quiet", "base")
    git.write(name, "theirs")
    git.commit()
    git("switch", "--quiet", "main")
    git("merge", "base", check=False)
    found = Repository(git.folder).changes("base~1")
    assert found.remarks == (f"{name} is in conflict: what is graded is what was committed before.",)
    git.commit()
    found = Repository(git.folder).changes("base")
    _written, remarks = Repository(git.folder).write(found, tmp_path / "out")
    assert remarks == [f"{name} holds the marks of a merge that was not finished: resolve it in JupyterLab."]


def test_marks_of_a_conflict_are_three_lines_and_no_text_that_speaks_of_them() -> None:
    assert in_conflict(b"{\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> other\n}")
    assert not in_conflict(b'{"source": "<<<<<<< HEAD ======= >>>>>>> other"}')


def test_what_is_no_commit_or_has_no_history_in_common_is_told(git: Git, tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match=r"^There is no commit nowhere here: fetch it first\.$"):
        changes(git, since="nowhere")
    with pytest.raises(RepositoryError, match=r"^There is no commit --output=here here: fetch it first\.$"):
        changes(git, since="--output=here")
    git("switch", "--quiet", "--orphan", "alone")
    git.write("a.ipynb")
    git.commit()
    with pytest.raises(RepositoryError, match=r"have no commit in common: fetch the whole history"):
        changes(git)
    with pytest.raises(RepositoryError, match="not a git repository"):
        Repository(tmp_path).changes("base")


def test_nothing_that_a_repository_brings_is_run(git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    marker = tmp_path / "was-run"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {marker}\ncat\n")
    script.chmod(0o755)
    git.write(".gitattributes", "*.ipynb diff=mine filter=mine merge=mine\n* text=auto\n")
    git.write("submitted/student-04/tiny/tiny.ipynb", "content\n")
    git.commit()
    hooks = git.folder / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "post-index-change", "pre-auto-gc", "reference-transaction", "fsmonitor-watchman"):
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    for name in (
        "core.fsmonitor", "diff.external", "diff.mine.command", "diff.mine.textconv", "filter.mine.clean",
        "filter.mine.smudge", "filter.mine.process", "merge.mine.driver", "core.pager", "core.sshCommand",
        "core.alternateRefsCommand", "gpg.program", "credential.helper", "core.askPass", "core.editor",
        "pager.diff-tree", "pager.ls-tree", "alias.diff-tree", "alias.cat-file",
    ):  # fmt: skip
        git("config", name, str(script))
    git("config", "core.hooksPath", str(hooks))
    # As if some objects were still to be fetched, by a program.
    git("config", "remote.origin.url", f"ext::{script}")
    git("config", "remote.origin.promisor", "true")
    git("config", "protocol.ext.allow", "always")
    git("config", "extensions.partialClone", "origin")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(script))
    os.utime(git.folder / "submitted/student-04/tiny/tiny.ipynb", (1, 1))
    repository = Repository(git.folder)
    found = repository.changes("base")
    written, _remarks = repository.write(found, tmp_path / "out")
    assert [path.read_bytes() for path in written] == [b"content\n"]
    assert not marker.exists()
    with pytest.raises(RepositoryError):
        repository.changes("0" * 39 + "1")
    assert not marker.exists()
    # The test can fail: Git itself, asked in its usual way, runs them.
    git("diff", "base")
    assert marker.exists()


def test_a_path_that_leads_out_of_its_folder_is_not_written(git: Git, tmp_path: Path) -> None:
    def made(content: bytes, *arguments: str) -> str:
        done = subprocess.run(["git", *arguments], cwd=git.folder, input=content, capture_output=True, check=True)
        return done.stdout.decode().strip()

    blob = made(b"{}", "hash-object", "-w", "--stdin")
    inner = made(f"100644 blob {blob}\tevil.ipynb\n".encode(), "mktree")
    entry = b"40000 ..\0" + bytes.fromhex(inner)
    tree = made(entry, "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
    commit = git("commit-tree", tree, "-p", "base", "-m", "Out")
    repository = Repository(git.folder)
    found = repository.changes("base", commit)
    assert "../evil.ipynb" in paths(found)
    written, remarks = repository.write(found, tmp_path / "deep" / "out")
    assert (written, remarks) == ({}, ["../evil.ipynb cannot be read: its name leads out of its folder"])
    assert not list(tmp_path.rglob("evil.ipynb"))
