"""The classes that benchmarks generate: all right, and all written otherwise."""

from __future__ import annotations

import itertools
import re

import keras
import pytest
from keras import layers

from autograder.arithmetic import layer_arithmetic
from autograder.keras_facts import read_model, read_weights
from benchmarks import notebooks
from benchmarks.evaluating import operations
from benchmarks.notebooks import (
    DIFFERENT,
    counting_class,
    differently,
    small_class,
    spellings,
    training_class,
    trainings_of,
)
from benchmarks.references import MNIST_CNN

PROGRAMS = tuple(itertools.islice(spellings(), 30))


def test_no_two_programs_are_written_alike() -> None:
    texts = ["\n".join(line for line in program.splitlines() if not line.startswith("#")) for program in PROGRAMS]
    assert len(set(texts)) == 30
    assert len(set(spellings())) == len(tuple(spellings()))


@pytest.mark.parametrize("number", range(30))
def test_every_program_means_the_lessons_network(number: int) -> None:
    names: dict[str, object] = {"keras": keras, "layers": layers}
    exec(PROGRAMS[number], names)
    assert read_model(names["model"]) == read_model(MNIST_CNN.build())


def test_the_assertions_hold_for_every_student_of_a_class_that_counts() -> None:
    made = counting_class(7)
    assert list(made.submissions) == [notebooks.student(number) for number in range(1, 8)]
    for notebook in made.submissions.values():
        names: dict[str, object] = {}
        for cell in notebook.cells:
            exec(cell.source, names)
    assert list(made.tests) == ["test-parameters", "test-count"]


def test_one_of_each_six_students_trains_something_else() -> None:
    made = training_class(30)
    cells = ("build-model", "compile-model", "train-model")
    reference = notebooks._solutions(made.source)
    others = []
    for student, notebook in made.submissions.items():
        answers = notebooks._solutions(notebook)
        # The reference in other words has another text only where the network is built.
        written = [cell for cell in cells if answers[cell] != reference[cell]]
        if student in {notebooks.student(number) for number in (6, 12, 18, 24, 30)}:
            others.append("".join(answers[cell] for cell in cells))
            assert len(written) == 1, student
            assert differently(student) in {one.shows for one in DIFFERENT}
        else:
            assert differently(student) is None
            assert written == ["build-model"]
    assert len(set(others)) == 5


def test_each_distinct_training_is_a_program_of_its_own() -> None:
    programs = trainings_of(training_class(30))
    assert len(programs) == 7
    assert len(set(programs.values())) == 7
    assert all(re.findall(r"^\w+ = (model|mlp)\.fit\(", program, re.MULTILINE) for program in programs.values())
    assert len(trainings_of(training_class(5))) == 2
    for program in programs.values():
        compile(program, "<program>", "exec")


def test_a_small_class_needs_no_keras() -> None:
    made = small_class(3)
    for notebook in (made.source, *made.submissions.values()):
        names: dict[str, object] = {}
        for cell in notebook.cells:
            assert "keras" not in cell.source
            exec(cell.source, names)


def test_the_operations_of_a_network_are_counted_where_it_multiplies() -> None:
    facts, _weights = read_weights(MNIST_CNN.build())
    by_hand = 26 * 26 * 9 * 32 + 24 * 24 * 9 * 32 * 64 + 9_216 * 128 + 128 * 10
    assert operations(facts) == 2 * by_hand
    # The arithmetic of the lesson gives the same weights.
    assert layer_arithmetic("Dense", {"units": 10}, [(128,)])[1].total == 128 * 10 + 10
