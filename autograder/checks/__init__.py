"""Checks: one pure question each, about facts or an answer."""

from autograder.checks.accuracy import Reported, TestAccuracy
from autograder.checks.answers import Answer
from autograder.checks.architecture import Layers, SameArchitecture
from autograder.checks.calls import Calls
from autograder.checks.compiled import Compiled
from autograder.checks.data import Prepared
from autograder.checks.learning import Learns
from autograder.checks.numbers import OutputShapes, Parameters
from autograder.checks.trained import Trained

__all__ = [
    "Answer",
    "Calls",
    "Compiled",
    "Layers",
    "Learns",
    "OutputShapes",
    "Parameters",
    "Prepared",
    "Reported",
    "SameArchitecture",
    "TestAccuracy",
    "Trained",
]
