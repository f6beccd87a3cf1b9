"""Layers of isolation: what they have in common, and how one is tried."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from autograder.i18n import _
from autograder.sandbox.room import Room

_TRIAL_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """How to start a command inside a layer: its standard input and output are the only way in and out."""

    argv: Sequence[str]
    environment: dict[str, str]
    """Of the program that makes the sandbox; what is inside may have another."""
    directory: str = "/"
    """Where that program runs: not in the grader's own directory, for some leave files."""
    end: Callable[[], None] | None = None
    """What ends it where to end the started process is not enough."""
    grouped: bool = True
    """Whether it may be put into a control group of ours: an engine makes its own."""
    gently: bool = False
    """Whether the started process ends what came of it only if it is asked to, and not when it is killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """Why a layer cannot be used on this system."""

    reason: str
    remedy: str = ""
    """What to do about it."""


class Layer(ABC):
    """A way to run a program so that it is kept apart."""

    name: str
    """As it stands in reports."""
    isolates: bool = True
    """Whether programs of people who are not trusted may run in it."""
    forks: bool = False
    """Whether programs in it may be forked, and need not be started (:mod:`autograder.sandbox.warm`)."""
    inner: tuple[str, ...] = ()
    """The beginning of the command with which a confined program starts one that is not trusted."""

    @property
    @abstractmethod
    def protects(self) -> str:
        """What it keeps apart, in a line."""

    @property
    def cannot(self) -> Mapping[str, str]:
        """Cases of the conformance suite that it does not hold → why."""
        return {}

    def missing(self) -> Unavailable | None:
        """What is plainly missing; ``None`` if the layer can be tried."""
        return None

    @abstractmethod
    def prepared(self, argv: Sequence[str], room: Room) -> AbstractContextManager[Prepared]:
        """How to start ``argv`` in ``room``; what that needs is kept for as long as the context is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What came of trying a layer."""

    layer: Layer
    unavailable: Unavailable | None = None
    looks: Mapping[str, bool] = field(default_factory=dict)
    """What a program inside found to hold, by case of the conformance suite."""


def tried(layer: Layer) -> Trial:
    """Runs a program in the layer that looks about, and judges by what it saw."""
    missing = layer.missing()
    if missing is not None:
        return Trial(layer=layer, unavailable=missing)
    with tempfile.TemporaryDirectory(prefix="autograder-trial-") as directory:
        # Whoever could read anything of the host's could read this.
        os.chmod(directory, 0o755)
        canary = Path(directory, "canary")
        canary.write_text("")
        program = (sys.executable, "-I", "-m", "autograder.sandbox.conformance.inside")
        argv = [*layer.inner, *program, "look", str(canary)]
        # A channel that stays open: whatever runs inside ends with it.
        channel, ours = os.pipe()
        try:
            with layer.prepared(argv, Room(settings={})) as prepared:
                done = subprocess.run(
                    prepared.argv,
                    env=prepared.environment,
                    cwd=prepared.directory,
                    stdin=channel,
                    capture_output=True,
                    timeout=_TRIAL_SECONDS,
                    check=False,
                )
        except (OSError, subprocess.TimeoutExpired) as error:
            return Trial(layer=layer, unavailable=Unavailable(reason=str(error)))
        finally:
            os.close(channel)
            os.close(ours)
    try:
        looks = msgspec.json.decode(done.stdout, type=dict[str, bool])
    except msgspec.MsgspecError:
        return Trial(layer=layer, unavailable=_failure(done))
    problem = leaks(layer, looks)
    return Trial(layer=layer, looks=looks, unavailable=Unavailable(reason=problem) if problem else None)


def leaks(layer: Layer, looks: Mapping[str, bool]) -> str:
    """What a program inside found not to hold that should; nothing if all does."""
    found = [name for name, held in looks.items() if layer.isolates and not held and name not in layer.cannot]
    return _("it runs, but does not hold: {leaks}").format(leaks=", ".join(found)) if found else ""


def _failure(done: subprocess.CompletedProcess[bytes]) -> Unavailable:
    told = done.stderr.decode("utf-8", "replace").strip()
    reason = told.splitlines()[-1][:300] if told else _("it ended with status {status}").format(status=done.returncode)
    if "namespace" in told or "uid map" in told:
        return Unavailable(reason=reason, remedy=_allow_namespaces())
    return Unavailable(reason=reason)


def _allow_namespaces() -> str:
    return _("allow user namespaces: on Ubuntu `{ubuntu}`; in Docker `{docker}`").format(
        ubuntu="sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
        docker="--security-opt seccomp=unconfined --security-opt apparmor=unconfined",
    )
