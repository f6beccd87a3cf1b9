"""Which layer is used, found by trying."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator, Sequence

import pytest

from autograder.sandbox import (
    Layer,
    NoLayer,
    Prepared,
    Room,
    TrustedProcess,
    choice,
    every_layer,
    layer_for,
    strongest_layer,
    tried,
)
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.container import Container


class Leaky(TrustedProcess):
    """Claims to isolate, and starts the program as it stands."""

    isolates = True


class Broken(Leaky):
    """Starts something that fails."""

    @contextlib.contextmanager
    def prepared(self, argv: Sequence[str], room: Room) -> Iterator[Prepared]:
        script = "echo something >&2; echo 'bwrap: No permissions to create a new namespace' >&2; exit 1"
        yield Prepared(argv=["/bin/sh", "-c", script], environment={})


def test_a_layer_that_runs_and_does_not_hold_is_not_used() -> None:
    unavailable = tried(Leaky()).unavailable
    assert unavailable is not None
    assert unavailable.reason.startswith("it runs, but does not hold: ")
    assert "reads_no_file_of_the_host" in unavailable.reason


def test_a_layer_that_does_not_run_says_why_and_what_to_do() -> None:
    unavailable = tried(Broken()).unavailable
    assert unavailable is not None
    assert unavailable.reason == "bwrap: No permissions to create a new namespace"
    assert unavailable.remedy.startswith("allow user namespaces: on Ubuntu `sudo sysctl -w kernel.apparmor_")


def test_a_program_that_is_not_installed_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda *_: None)
    assert [tried(layer).unavailable for layer in (Bubblewrap(), Container("podman"))] == [
        Bubblewrap().missing(),
        Container("podman").missing(),
    ]
    missing = Bubblewrap().missing()
    assert missing is not None
    assert (missing.reason, missing.remedy) == ("the program bwrap is not installed", "apt install bubblewrap")


def test_the_first_layer_that_holds_is_used_and_the_others_are_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = choice.tried

    def noted(layer: Layer) -> object:
        asked.append(layer.name)
        return real(layer)

    strongest_layer.cache_clear()
    monkeypatch.setattr(choice, "tried", noted)
    monkeypatch.setattr(choice, "every_layer", lambda: (Leaky(), *every_layer()))
    found = strongest_layer()
    assert found.isolates
    assert asked[0] == "process"
    assert asked[-1] == found.name
    before = list(asked)
    assert layer_for(trusted=False) == found
    assert asked == before
    strongest_layer.cache_clear()


def test_where_none_holds_it_is_said_of_each_why(monkeypatch: pytest.MonkeyPatch) -> None:
    strongest_layer.cache_clear()
    monkeypatch.setattr(choice, "every_layer", lambda: (Broken(),))
    with pytest.raises(NoLayer) as caught:
        strongest_layer()
    assert "  process: bwrap: No permissions to create a new namespace → allow user namespaces" in str(caught.value)
    assert layer_for(trusted=True).isolates is False
