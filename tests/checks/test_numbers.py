"""``OutputShapes`` and ``Parameters``. Without Keras."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from autograder.arithmetic import ParameterCount
from autograder.checks import OutputShapes, Parameters, SameArchitecture
from autograder.facts import LayerFacts, ModelFacts
from autograder.grading import Check, ExerciseError, Outcome, Subject, Verdict
from autograder.pattern import at_least, at_most, between
from autograder.report import Status
from tests.checks.networks import Told, chain, cnn, cnn_layers, conv, dense, mlp, only, pool, told

SHAPES = [(26, 26, 32), (24, 24, 64), (12, 12, 64), (12, 12, 64), (9216,), (128,), (128,), (10,)]


def judged(check: Check, facts: ModelFacts | None = None) -> Outcome:
    return only(told(Told(facts or cnn()), check))


# --- OutputShapes -----------------------------------------------------------------------------------------


def test_right_shapes_pass_written_as_tuples_or_lists() -> None:
    assert judged(OutputShapes(SHAPES)).message == "Every layer gives the shape asked for."
    assert judged(OutputShapes([list(shape) for shape in SHAPES])).status is Status.PASSED


def test_a_wrong_shape_names_the_first_layer_and_costs_each_layer_its_share() -> None:
    outcome = judged(OutputShapes(SHAPES, points=8), cnn(at_2=pool("MaxPooling2D"), at_5=dense(64)))
    assert outcome.message == "layer 6 (Dense): expected output shape (128,), found (64,)."
    # The Dense layer and the Dropout behind it.
    assert (outcome.status, outcome.score) == (Status.PARTIAL, 6)


def test_another_number_of_layers_earns_nothing() -> None:
    outcome = judged(OutputShapes(SHAPES), cnn(at_3=[]))
    assert (outcome.message, outcome.score) == ("expected 8 layers, found 7.", 0)


def test_no_shape_right_is_failed() -> None:
    assert judged(OutputShapes([(1,), (2,), (3,), (4,), (5,)]), mlp()).status is Status.FAILED


# --- Parameters -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "check",
    [
        Parameters(1_199_882),
        Parameters(between(1_000_000, 1_200_000)),
        Parameters(at_most=1_199_882),
        Parameters(at_least=1_199_882),
        Parameters(trainable=1_199_882),
        Parameters(at_most=2_000_000, at_least=1, trainable=1_199_882),
    ],
)
def test_a_right_number_passes_however_it_is_asked_for(check: Parameters) -> None:
    outcome = judged(check)
    assert (outcome.status, outcome.message) == (Status.PASSED, "1,199,882 parameters.")


SUMS = """\
layer 2 (Dense): 100,480 = (784 + 1)·128
layer 3 (Dense): 8,256 = (128 + 1)·64
layer 5 (Dense): 650 = (64 + 1)·10"""


@pytest.mark.parametrize(
    ("check", "first_line"),
    [
        (Parameters(101_770), "expected 101,770 parameters, found 109,386:"),
        (Parameters(between(1, 5)), "expected between 1 and 5 parameters, found 109,386:"),
        (Parameters(at_least(1_000_000)), "expected at least 1000000 parameters, found 109,386:"),
        (Parameters(at_most(10)), "expected at most 10 parameters, found 109,386:"),
        (Parameters(at_most=100_000), "expected at most 100,000 parameters, found 109,386:"),
        (Parameters(at_least=1_000_000), "expected at least 1,000,000 parameters, found 109,386:"),
    ],
)
def test_a_wrong_number_shows_the_sum_of_every_layer(check: Parameters, first_line: str) -> None:
    outcome = judged(check, mlp())
    assert outcome.message == f"{first_line}\n{SUMS}"
    assert (outcome.status, outcome.score) == (Status.FAILED, 0)


def test_frozen_parameters_are_no_trainable_ones() -> None:
    frozen = chain([replace(conv(32), trainable=False), *cnn_layers()[1:]])
    assert judged(Parameters(1_199_882), frozen).status is Status.PASSED
    assert judged(Parameters(trainable=1_199_882), frozen).message == (
        "expected 1,199,882 trainable parameters, found 1,199,562 of 1,199,882."
    )


def test_what_prepares_the_images_is_counted_and_shown() -> None:
    normalization = LayerFacts(
        kind="Normalization",
        settings={},
        output_shape=(28, 28),
        parameters=ParameterCount(total=3, trainable=0),
    )
    outcome = judged(Parameters(109_386), replace(mlp(), preprocessing=(normalization,)))
    assert outcome.message == (f"expected 109,386 parameters, found 109,389:\npreprocessing (Normalization): 3\n{SUMS}")


def test_parameters_without_a_number_are_the_authors_mistake() -> None:
    with pytest.raises(ExerciseError, match="expected, at_most, at_least or trainable"):
        Parameters()


# --- what depends on the architecture ---------------------------------------------------------------------


@pytest.mark.parametrize("make", [lambda: OutputShapes(SHAPES, points=2), lambda: Parameters(1_199_882, points=2)])
def test_numbers_of_a_network_that_is_not_the_one_asked_for_are_skipped_without_points(
    make: Callable[[], Check],
) -> None:
    report = told(Told(cnn(at_1=conv(32))), SameArchitecture(cnn(), points=8), make())
    architecture, numbers = report.outcomes
    assert (architecture.status, numbers.status) == (Status.PARTIAL, Status.SKIPPED)
    assert numbers.message == "Not checked, because “The architecture of the network” did not pass: mend that first."
    assert (numbers.score, report.score, report.max_score) == (0, 7, 10)


def test_numbers_are_checked_after_an_architecture_that_passed() -> None:
    report = told(Told(cnn()), SameArchitecture(cnn()), OutputShapes(SHAPES), Parameters(1_199_882))
    assert [outcome.status for outcome in report.outcomes] == [Status.PASSED] * 3


def test_an_architecture_check_that_is_broken_keeps_no_other_from_its_points() -> None:
    class Layers:
        points = 1.0
        after: frozenset[str] = frozenset()
        title = "An architecture"

        def judge(self, subject: Subject) -> Verdict:
            raise ZeroDivisionError

    report = told(Told(cnn()), Layers(), Parameters(1_199_882))
    assert [outcome.status for outcome in report.outcomes] == [Status.BROKEN, Status.PASSED]
    assert report.score == 2
