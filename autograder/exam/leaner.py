"""Imported before nbformat, in every process of the grader's own that uses it.

nbformat imports jsonschema, and that the checker of international addresses, which makes a parser of the whole grammar
of them as it is imported: a second of processor time. jsonschema does without where the checker is not installed, and
no format of notebooks has such an address.
"""

from __future__ import annotations

import sys

_CHECKER = "rfc3987_syntax"

if _CHECKER not in sys.modules and "jsonschema" not in sys.modules:
    sys.modules[_CHECKER] = None  # type: ignore[assignment]
    try:
        __import__("jsonschema")
    finally:
        del sys.modules[_CHECKER]
