"""Layers of isolation, and which one is used."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

# What a student's process is told of the grader's environment; all else stays out.
_PASSED_ON = ("AUTOGRADER_LANG", "JUPYTERHUB_USER", "LANG", "LANGUAGE", "LC_ALL", "LC_MESSAGES", "TZ")


class Layer(Protocol):
    """How a kernel is started so that what runs in it is kept apart."""

    @property
    def name(self) -> str:
        """As it stands in reports."""
        ...

    def command(self, argv: Sequence[str], directory: Path) -> list[str]:
        """The command that runs ``argv`` inside the layer, with ``directory`` as its only place to write."""
        ...

    def environment(self, directory: Path) -> Mapping[str, str]:
        """The whole environment of the process."""
        ...


@dataclass(frozen=True, slots=True)
class SeparateProcess:
    """A process of its own: an empty working directory and a scrubbed environment, nothing more."""

    name: str = "process"

    def command(self, argv: Sequence[str], directory: Path) -> list[str]:
        """``argv`` itself."""
        return list(argv)

    def environment(self, directory: Path) -> Mapping[str, str]:
        """What Python, Jupyter and Keras need, with every home of theirs inside ``directory``."""
        scrubbed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        return {
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/local/bin", "/usr/bin", "/bin"]),
            "LANG": "C.UTF-8",
            **scrubbed,
            "HOME": str(directory),
            "TMPDIR": str(directory),
            "IPYTHONDIR": str(directory / ".ipython"),
            "JUPYTER_CONFIG_DIR": str(directory / ".jupyter"),
            "JUPYTER_RUNTIME_DIR": str(directory / ".jupyter"),
            "KERAS_HOME": str(directory / ".keras"),
            "KERAS_BACKEND": "tensorflow",
            "MPLCONFIGDIR": str(directory / ".matplotlib"),
            # TensorFlow's own log lines would stand in a student's outputs as if they were errors.
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "NBGRADER_EXECUTION": "autograde",
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def strongest_layer() -> Layer:
    """The strongest layer that works here."""
    return SeparateProcess()
