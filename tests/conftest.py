"""What every test needs: a quiet TensorFlow, and messages in English."""

from __future__ import annotations

import os

import pytest
from hypothesis import Phase, settings

# How long one example takes is the machine's affair.
settings.register_profile("suite", deadline=None)
# Whether a mutant is noticed is asked thousands of times: the same examples each time, and none made smaller.
settings.register_profile("mutants", deadline=None, derandomize=True, phases=(Phase.explicit, Phase.generate))
settings.load_profile("suite")

# Before anything imports TensorFlow, which reads it once.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@pytest.fixture(autouse=True, scope="session")
def _no_memory_of_earlier_runs(tmp_path_factory: pytest.TempPathFactory) -> None:
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True, scope="session")
def _messages_in_english() -> None:
    os.environ["AUTOGRADER_LANG"] = "en"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Starts with the file that takes longest, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: item.path.name != "test_examples.py")
