"""autograder: grades Jupyter notebooks in which students build, train and reason about Keras networks.

A test cell asks ``grade(subject, *checks)`` and ends with the report. Importing this package imports
neither TensorFlow nor Keras: that waits until a model is looked at.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.checks import (
        Answer,
        Calls,
        Compiled,
        Layers,
        Learns,
        OutputShapes,
        Parameters,
        Prepared,
        Reported,
        SameArchitecture,
        TestAccuracy,
        Trained,
    )
    from autograder.explanation import explain
    from autograder.facts import CompileFacts, LayerFacts, ModelFacts, TrainingFacts
    from autograder.grading import Report, grade
    from autograder.keras_facts import UnreadableModel, read_model, watch_training
    from autograder.pattern import (
        any_order,
        at_least,
        at_most,
        between,
        layer,
        one_of,
        one_or_more,
        optional,
        other_than,
    )
    from autograder.personal import Personal, student_name
    from autograder.plots import plot_feature_maps, plot_history, plot_kernels, plot_predictions
    from autograder.report import ClassReport, Outcome, Status, SubmissionReport
    from autograder.saved_models import save_model

__all__ = [
    "Answer",
    "Calls",
    "ClassReport",
    "CompileFacts",
    "Compiled",
    "LayerFacts",
    "Layers",
    "Learns",
    "ModelFacts",
    "Outcome",
    "OutputShapes",
    "Parameters",
    "Personal",
    "Prepared",
    "Report",
    "Reported",
    "SameArchitecture",
    "Status",
    "SubmissionReport",
    "TestAccuracy",
    "Trained",
    "TrainingFacts",
    "UnreadableModel",
    "any_order",
    "at_least",
    "at_most",
    "between",
    "explain",
    "grade",
    "layer",
    "one_of",
    "one_or_more",
    "optional",
    "other_than",
    "plot_feature_maps",
    "plot_history",
    "plot_kernels",
    "plot_predictions",
    "read_model",
    "save_model",
    "student_name",
    "watch_training",
]

_HOMES = {
    "checks": (
        *("Answer", "Calls", "Compiled", "Layers", "Learns", "OutputShapes", "Parameters", "Prepared"),
        *("Reported", "SameArchitecture", "TestAccuracy", "Trained"),
    ),
    "explanation": ("explain",),
    "facts": ("CompileFacts", "LayerFacts", "ModelFacts", "TrainingFacts"),
    "grading": ("Report", "grade"),
    "keras_facts": ("UnreadableModel", "read_model", "watch_training"),
    "pattern": (
        *("any_order", "at_least", "at_most", "between", "layer", "one_of", "one_or_more", "optional"),
        "other_than",
    ),
    "personal": ("Personal", "student_name"),
    "plots": ("plot_feature_maps", "plot_history", "plot_kernels", "plot_predictions"),
    "saved_models": ("save_model",),
    "report": ("ClassReport", "Outcome", "Status", "SubmissionReport"),
}
_MODULE_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
