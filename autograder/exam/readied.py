"""What the student's side does once for all notebooks, before it is forked: see :mod:`autograder.exam.warmed`."""

from __future__ import annotations

import os

import autograder.exam.leaner  # noqa: F401 - before nbformat

# isort: split
import nbformat.v4

# What a kernel sets as it starts, and Matplotlib reads when it is imported.
os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"

# Makes the checker of cells.
nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("")])
