"""How ``nbgrader autograde`` reads a file that anybody may have made.

nbformat makes objects of all that is in it: of 50 MB of brackets, gigabytes. So the file is read first as the
grader reads it, within bounds, and nbformat gets it without outputs: none that was handed in is ever used.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, TextIO

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode

from autograder.exam import Limits
from autograder.exam.notebook import UnreadableNotebook, load, parse, without_outputs
from autograder.i18n import _


class BoundedNotebookExporter(NotebookExporter):
    """nbconvert's exporter of notebooks, with bounds on what it reads."""

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """As in nbconvert, where it is an ordinary file: a link leads to another's, and a pipe is waited for.

        Raises
        ------
        UnreadableNotebook
            If it is none that can be graded: the submission stays ungraded, and the log says why.
        """
        path = Path(filename)
        if path.parent.is_symlink():
            raise UnreadableNotebook(_("{path} is a link: hand in the folder itself.").format(path=path.parent.name))
        load(path, handed_in=True)
        exporter: Any = super()
        read: tuple[NotebookNode, dict[str, Any]] = exporter.from_filename(filename, resources, **options)
        return read

    def from_file(
        self, file_stream: TextIO, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """As in nbconvert.

        Raises
        ------
        UnreadableNotebook
            If it is none that can be graded: the submission stays ungraded, and the log says why.
        """
        limits = Limits()
        content = file_stream.read(limits.notebook_bytes + 1).encode("utf-8", "surrogatepass")
        if len(content) > limits.notebook_bytes:
            raise UnreadableNotebook(
                _("The notebook is too large: at most {limit:,} bytes are read.").format(limit=limits.notebook_bytes)
            )
        parse(content, limits)
        notebook = nbformat.reads(without_outputs(content, limits).decode(), as_version=nbformat.current_nbformat)
        exporter: Any = super()
        read: tuple[NotebookNode, dict[str, Any]] = exporter.from_notebook_node(notebook, resources, **options)
        return read
