"""A folder of small files by key, on this machine or wherever fsspec reaches: ``s3://…``, ``sftp://…``, a share."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem
from platformdirs import user_cache_path


class Store:
    """Bytes by key. What cannot be reached or written is as if it were not kept."""

    def __init__(self, folder: str | Path, ending: str) -> None:
        self._files, self._root = fsspec.core.url_to_fs(str(folder))
        self._ending = ending
        self.folder = str(folder)

    def get(self, key: str) -> bytes | None:
        """What is kept under a key."""
        try:
            content: bytes = self._files.cat_file(self._path(key))
        except OSError:
            return None
        return content

    def put(self, key: str, content: bytes) -> None:
        """Keeps it, whole or not at all: another may read at the same time, and this program may be ended."""
        path = self._path(key)
        new = f"{path}.{secrets.token_hex(8)}"
        with contextlib.suppress(OSError):
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            if isinstance(self._files, LocalFileSystem):
                # Of what students answered nobody else needs to know.
                os.chmod(self._root, 0o700)
            self._files.pipe_file(new, content)
            self._files.mv(new, path)

    def sizes(self) -> list[int]:
        """Bytes of each file."""
        return [int(self._files.size(path)) for path in self._kept()]

    def clear(self) -> int:
        """Forgets everything; how many files that were."""
        kept = self._kept()
        for path in kept:
            self._files.rm_file(path)
        return len(kept)

    def _path(self, key: str) -> str:
        return f"{self._root}/{key[:2]}/{key}.{self._ending}"

    def _kept(self) -> list[str]:
        found: list[str] = self._files.glob(f"{self._root}/??/*.{self._ending}")
        return found


def place(name: str, cache: str | Path | None = None) -> str | Path:
    """Where files of one kind stand in a cache: that of the user who runs this, unless another is named."""
    if cache is None:
        return user_cache_path("autograder") / name
    return cache / name if isinstance(cache, Path) else f"{cache.rstrip('/')}/{name}"
