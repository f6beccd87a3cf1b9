"""What a student's side has imported before it is forked, by name: the grader itself need not import it.

None of these starts a thread or runs anything of TensorFlow's when it is imported: neither could be forked.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from autograder.exam.remembered import program
from autograder.sandbox import Warm

_OF_EVERY_NOTEBOOK = (
    "autograder.exam.leaner",
    "psutil",
    "pyseccomp",
    "nbclient",
    "jupyter_client.asynchronous",
    "jupyter_client.manager",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
    "IPython.core.debugger_backport",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "encodings.ascii",
    "encodings.latin_1",
    "pexpect",
    "tornado.platform.asyncio",
    "tornado.queues",
    "autograder.exam.errands",
    "autograder.exam.files",
    "autograder.exam.frames",
    "autograder.exam.student",
    "autograder.sandbox.kernels",
    "autograder.exam.readied",
)

_OF_KERAS = (
    "tensorflow",
    "keras",
    "autograder.checks",
    "autograder.datasets",
    "autograder.exam.fitting",
    "autograder.explanation",
    "autograder.keras_facts",
    "autograder.personal",
    "autograder.plots",
    # Not pyplot: that looks, as it is imported, for the kernel that is to show its figures.
    "matplotlib.backends.backend_agg",
    "matplotlib.figure",
    "matplotlib.font_manager",
)


def imports(*, with_keras: bool) -> tuple[str, ...]:
    """The modules for a notebook, in order."""
    return (*_OF_EVERY_NOTEBOOK, *(_OF_KERAS if with_keras else ()))


def edition() -> str:
    """A digest of what is imported: this program's code, and the versions of all packages that are installed."""
    packages = sorted({found.name for folder in sys.path if folder for found in Path(folder).glob("*.dist-info")})
    return hashlib.sha256(msgspec.json.encode([program(), packages])).hexdigest()


def warm(readable: Sequence[Path]) -> Mapping[bool, Warm]:
    """What kernels are forked from, with Keras and without; those that somebody keeps, where somebody does."""
    now = edition()
    return {keras: Warm(imports(with_keras=keras), readable, now) for keras in (False, True)}
