"""Trainings in notebooks' places: each once, the same for all, and nobody can change what another gets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from autograder.arithmetic import ParameterCount
from autograder.exam import Grader, Limits, Memory
from autograder.exam.crossing import Array
from autograder.exam.fits import Drawn, Fit, Fitted, fingerprint
from autograder.exam.trainings import RememberedTrainings, Trainings, Way
from autograder.facts import CompileFacts, Configured, LayerFacts, ModelFacts
from autograder.report import SubmissionReport
from autograder.sandbox import strongest_layer
from tests.exam.conftest import LIMITS, Classroom
from tests.exam.notebooks import notebook, solution
from tests.exam.notebooks import test as graded_by

DATA = """
from autograder.datasets import mnist
(x_train, y_train), (x_test, y_test) = mnist.load_data()
x_train, y_train = x_train[:500] / 255, y_train[:500]
"""
SEQUENTIAL = f"""
import keras
{DATA}
model = keras.Sequential([
    keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(16, activation="relu"),
    keras.layers.Dropout(0.2), keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=2, batch_size=50)
"""
FUNCTIONAL = f"""
from tensorflow import keras
{DATA}
def net():
    out = keras.layers.Dense(10)
    hidden = keras.layers.Dense(units=16)
    images = keras.layers.Input(shape=(28, 28), name="images")
    h = keras.layers.ReLU()(hidden(keras.layers.Flatten()(images)))
    return keras.Model(images, keras.layers.Softmax()(out(keras.layers.Dropout(rate=0.2, seed=3)(h))))
model = net()
model.compile(loss=keras.losses.SparseCategoricalCrossentropy(), optimizer=keras.optimizers.Adam(), metrics=["acc"])
history = model.fit(x_train.astype("float32"), y_train.astype("int64"), 50, 2, verbose=0)
"""
# The loss is a number that any difference would show in.
EXERCISE = notebook(
    solution("a", SEQUENTIAL), graded_by("test-a", 1, "print(model.get_weights()[0].sum(), history.history['loss'])")
)


def told(report: SubmissionReport) -> str:
    """What the test cell printed: numbers that come of the training alone."""
    assert not report.errors, report.errors
    return report.cells[0].output


@pytest.fixture
def hall(classroom: Classroom) -> Callable[..., Callable[[str], SubmissionReport]]:
    """Gives a grader that trains in some way, as a function from an answer to a report."""

    def grade_with(way: Way, memory: Memory | None = None, **limits: Any) -> Callable[[str], SubmissionReport]:
        grader = Grader(limits=replace(LIMITS, **limits), memory=memory, training=way)
        grader.share(classroom.grader)

        def grade(answer: str, exercise: Any = EXERCISE) -> SubmissionReport:
            from tests.exam.notebooks import answered

            return classroom.run(grader.grade(classroom.hand_in(exercise, answered(exercise, {"a": answer}))))

        return grade

    return grade_with


def test_two_students_with_the_same_network_get_the_same_and_it_is_trained_once(hall: Any, tmp_path: Path) -> None:
    grade = hall("canonical", Memory.at(tmp_path))
    first, second = grade(SEQUENTIAL), grade(FUNCTIONAL)
    assert told(first) == told(second)
    assert [[(one.how, one.epochs, one.remembered) for one in report.trainings] for report in (first, second)] == [
        [("canonical", 2, False)],
        [("canonical", 2, True)],
    ]


def test_in_one_run_nothing_is_trained_twice_also_where_nothing_is_remembered(classroom: Classroom) -> None:
    from tests.exam.notebooks import answered

    handed_in = [classroom.hand_in(EXERCISE, answered(EXERCISE, {"a": one})) for one in (SEQUENTIAL, FUNCTIONAL)]

    async def run() -> list[bool]:
        async with Grader(limits=LIMITS).open() as grader:
            reports = [await grader.grade(submission) for submission in handed_in]
        return [one.remembered for report in reports for one in report.trainings]

    assert classroom.run(run()) == [False, True]


def test_luck_decides_where_notebooks_train_as_they_are_written(hall: Any) -> None:
    grade = hall("as-written")
    first, second = grade(SEQUENTIAL), grade(SEQUENTIAL)
    assert told(first) != told(second)
    assert first.trainings == second.trainings == ()


def test_a_remembered_training_is_the_one_that_the_notebook_would_have_carried_out(hall: Any, tmp_path: Path) -> None:
    seeded = f"import keras\nkeras.utils.set_random_seed(7)\n{SEQUENTIAL}"
    itself = hall("as-written")(seeded)
    elsewhere = hall("remembered", Memory.at(tmp_path / "one"))(seeded)
    assert told(elsewhere) == told(itself)
    assert [(one.how, one.remembered) for one in elsewhere.trainings] == [("remembered", False)]
    # Another notebook with the same seed, and a grader that was not there.
    again = hall("remembered", Memory.at(tmp_path / "one"))(f"{seeded}\n# Mine.")
    assert told(again) == told(itself)
    assert [one.remembered for one in again.trainings] == [True]
    assert not again.remembered


def test_the_exercises_seed_decides(hall: Any) -> None:
    grade = hall("canonical")
    other = notebook(*EXERCISE.cells)
    other.metadata["autograder"] = {"seed": 1}
    assert told(grade(SEQUENTIAL)) != told(grade(SEQUENTIAL, other))


def test_a_second_training_goes_on_where_the_first_stopped(hall: Any, tmp_path: Path) -> None:
    grade = hall("canonical", Memory.at(tmp_path))
    twice = f"{SEQUENTIAL}\nhistory = model.fit(x_train, y_train, epochs=1, batch_size=50, verbose=0)"
    reports = [grade(twice), grade(f"{twice}\n# Mine.")]
    assert told(reports[0]) == told(reports[1]) != told(grade(SEQUENTIAL))
    assert [[one.remembered for one in report.trainings] for report in reports] == [[False, False], [True, True]]


def test_what_is_no_plain_data_is_trained_by_the_notebook(hall: Any) -> None:
    own = SEQUENTIAL.replace('loss="sparse_categorical_crossentropy"', "loss=lambda y, p: keras.ops.mean(p)")
    report = hall("canonical")(own)
    assert told(report)
    assert report.trainings == ()


def test_what_the_exercise_does_not_allow_stops_the_cell_with_the_setting_to_lower(hall: Any) -> None:
    bounded = notebook(*EXERCISE.cells)
    bounded.metadata["autograder"] = {"training_work": 1e7}
    [error] = hall("canonical")(SEQUENTIAL, bounded).errors
    assert error.error == (
        "TrainingStopped: This training is larger than the exercise allows: 2 epochs × 500 images × 12,730 parameters"
        " = 1.3e+07, at most 1.0e+07. Lower epochs to at most 1."
    )


def test_settings_that_no_exercise_has_are_the_instructors_to_mend(hall: Any) -> None:
    wrong = notebook(*EXERCISE.cells)
    wrong.metadata["autograder"] = {"training_second": 5}
    assert hall("canonical")(SEQUENTIAL, wrong).ungraded == (
        "The exercise's settings (metadata ▸ autograder) cannot be used: Object contains unknown field"
        " `training_second`. Expected seed, training_seconds, training_work, training_memory_bytes."
    )


@pytest.fixture
def with_trained_network(classroom: Classroom, tmp_path: Path) -> Callable[[Grader], SubmissionReport]:
    """Hands in a notebook beside a network that was trained with the same settings, and got another accuracy."""
    import keras

    import autograder
    from tests.exam.notebooks import answered

    autograder.watch_training()
    names: dict[str, Any] = {}
    exec(SEQUENTIAL.replace("batch_size=50)", "batch_size=50, verbose=0)"), names)
    model = names["model"]
    assert isinstance(model, keras.Model)

    def hand_in(grader: Grader) -> SubmissionReport:
        grader.share(classroom.grader)
        submission = classroom.hand_in(EXERCISE, answered(EXERCISE, {"a": SEQUENTIAL}))
        autograder.save_model(model, submission.path.parent / "model.safetensors")
        report = classroom.run(grader.grade(replace(submission, files=submission.path.parent)))
        assert report.score == 1
        expected = f"{model.get_weights()[0].sum()!s} {names['history'].history['loss']}\n"
        assert (told(report) == expected) is (grader._training == "submitted")
        return report

    return hand_in


def test_a_network_that_was_handed_in_trained_is_not_trained_again(with_trained_network: Any) -> None:
    report = with_trained_network(Grader(limits=LIMITS, training="submitted"))
    assert report.trainings == ()
    assert report.notices == ()
    assert with_trained_network(Grader(limits=LIMITS)).trainings


def test_an_audit_trains_it_anew_and_tells_what_came_of_it(with_trained_network: Any) -> None:
    report = with_trained_network(Grader(limits=LIMITS, training="submitted", audit=1.0))
    assert report.notices == ("Audit: trained anew, the notebook earns the same 1 points.",)


FORGED_NUMBERS = """
import autograder.exam.declared as declared, autograder.exam.fits as fits
# It tells of the right images and gives others.
declared.Declared.numbers = lambda self, fit: [fits.fingerprint(self.arrays[one] * 0)[1] for one in fit.arrays]
"""
GARBAGE = """
import os, threading
def disturb():
    with open(os.path.join(os.environ["TMPDIR"], "fits"), "wb") as out, \\
         open(os.path.join(os.environ["TMPDIR"], "fitted"), "rb") as back:
        out.write(b"\\xff" * 100)
disturb()
"""


@pytest.mark.parametrize("trick", [FORGED_NUMBERS, GARBAGE], ids=["other numbers", "garbage"])
def test_nobody_puts_a_result_under_anothers_training(hall: Any, tmp_path: Path, trick: str) -> None:
    memory = Memory.at(tmp_path)
    grade = hall("canonical", memory)
    disturbed = grade(f"{trick}\n{SEQUENTIAL}")
    after = grade(SEQUENTIAL)
    assert told(after) == told(hall("canonical")(FUNCTIONAL))
    assert told(disturbed)
    if trick is FORGED_NUMBERS:
        # It had to train by itself.
        assert disturbed.trainings == ()
        assert [one.remembered for one in after.trainings] == [False]


# --- what is remembered ---------------------------------------------------------------------------------------

ONE = fingerprint(np.ones((2, 3), np.float32))[0]
DENSE = LayerFacts(
    kind="Dense", settings={"units": 2}, output_shape=(2,), parameters=ParameterCount(total=8, trainable=8)
)
FIT = Fit(
    facts=ModelFacts(inputs=((3,),), layers=(DENSE,), outputs=(0,)),
    compiled=CompileFacts(optimizer=Configured(kind="Adam"), loss=Configured(kind="MeanSquaredError"), metrics=()),
    x=ONE,
    y=ONE,
    batch_size=1,
    epochs=1,
    validation_batch_size=1,
    weights=((Drawn(Configured(kind="Zeros")), ONE),),
)
FITTED = Fitted(
    epoch=(0,),
    curves={"loss": Array(dtype="float64", shape=[1], buffer=0)},
    steps=2,
    weights=((Array(dtype="float32", shape=[2, 3], buffer=1), Array(dtype="float32", shape=[0], buffer=2)),),
    optimizer=(),
    seeds=((),),
    callbacks=({"best": 0.5},),
    seconds=1.5,
)
PARTS = [np.array([0.5]).tobytes(), np.ones((2, 3), np.float32).tobytes(), b""]


def test_a_training_comes_back_as_it_was(tmp_path: Path) -> None:
    remembered = RememberedTrainings(tmp_path)
    assert remembered.get("abc") is None
    remembered.put("abc", FITTED, PARTS)
    assert RememberedTrainings(tmp_path).get("abc") == (FITTED, PARTS)


@pytest.mark.parametrize("keep", [0, 7, 40, -1])
def test_a_damaged_file_is_no_training(tmp_path: Path, keep: int) -> None:
    RememberedTrainings(tmp_path).put("abc", FITTED, PARTS)
    [path] = tmp_path.rglob("*.safetensors")
    path.write_bytes(path.read_bytes()[:keep])
    assert RememberedTrainings(tmp_path).get("abc") is None


CHANGES: Sequence[dict[str, Any]] = (
    {"epochs": 2},
    {"batch_size": 2},
    {"shuffle": False},
    {"validation_split": 0.1},
    {"class_weight": ((0, 2.0),)},
    {"callbacks": (Configured(kind="TerminateOnNaN"),)},
    {"x": msgspec.structs.replace(ONE, digest="0")},
    {"seed": 1},
    {"deterministic": True},
    {"weights": ((ONE, ONE),)},
    {"metrics": (Configured(kind="accuracy"),)},
    {"compiled": replace(FIT.compiled, optimizer=Configured(kind="Adam", settings={"learning_rate": 0.1}))},
    {"facts": replace(FIT.facts, layers=(replace(DENSE, trainable=False),))},
    {"facts": replace(FIT.facts, logits_head=True)},
)


def keys(way: Way = "canonical", threads: int = 2, seed: int = 0, fit: Fit = FIT) -> str:
    return Trainings(strongest_layer(), way, None, threads).key(fit, seed)


@pytest.mark.parametrize("change", CHANGES, ids=[next(iter(change)) for change in CHANGES])
def test_whatever_decides_a_training_makes_it_another(change: dict[str, Any]) -> None:
    assert keys(fit=msgspec.structs.replace(FIT, **change)) != keys() == keys()


CONVOLUTION = msgspec.structs.replace(FIT, facts=replace(FIT.facts, layers=(replace(DENSE, kind="Conv2D"),)))


def test_circumstances_make_a_training_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len({keys(), keys(seed=1), keys("remembered"), keys("remembered", threads=3)}) == 4
    assert keys(fit=CONVOLUTION) != keys(fit=CONVOLUTION, threads=3)
    before = keys()
    for name in ("version", "_processor", "program"):
        with monkeypatch.context() as patch:
            patch.setattr(f"autograder.exam.trainings.{name}", lambda *_: "another")
            assert keys() != before


def test_a_network_of_dense_layers_comes_out_the_same_however_many_processors_there_are() -> None:
    assert len({keys(threads=threads) for threads in (1, 2, 8)}) == 1


def test_notebooks_that_ask_at_the_same_time_wait_for_one_training(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from autograder.exam import frames

    trainings = Trainings(strongest_layer(), "canonical", RememberedTrainings(tmp_path), 2)
    trained = 0

    async def train(job: Any, parts: Any, key: str) -> Any:
        nonlocal trained
        trained += 1
        await asyncio.sleep(0.05)
        RememberedTrainings(tmp_path).put(key, FITTED, PARTS)
        return frames.Fitting(FITTED), PARTS

    async def numbers() -> Sequence[bytes]:
        return [np.ones((2, 3), np.float32).tobytes()]

    monkeypatch.setattr(trainings, "train", train)

    async def run() -> list[Any]:
        notebooks = [trainings.of_notebook(Limits(), 0) for _notebook in range(5)]
        await asyncio.gather(*(one.carry_out(FIT, numbers) for one in notebooks if one is not None))
        return [one.done[0].remembered for one in notebooks if one is not None]

    assert sorted(asyncio.run(run())) == [False, True, True, True, True]
    assert trained == 1


def test_what_a_network_predicts_is_worked_out_once_for_the_notebook_and_for_the_examiner(hall: Any) -> None:
    evaluated = f"{SEQUENTIAL}\nloss, accuracy = model.evaluate((x_test / 255).astype('float32'), y_test, verbose=0)"
    asked = """
import numpy as np
from autograder.datasets import mnist
from autograder.grading import Subject
from autograder.inference import kept_predictions, predict
(_, _), (x_test, y_test) = mnist.load_data()
images = (x_test / 255).astype("float32")
kept = kept_predictions(Subject(model).fingerprint, images)
worked_out = predict(autograder_model(model), images)
right = float((kept.argmax(axis=1) == y_test).mean())
print(abs(kept - worked_out).max() < 1e-5, round(right, 4) == round(accuracy, 4))
print(kept_predictions(Subject(model).fingerprint, images[::-1]), kept_predictions("another", images))
""".replace("autograder_model", "__import__('autograder.unbuilt', fromlist=['']).model_of")
    exercise = notebook(solution("a", evaluated), graded_by("test-a", 1, asked))
    assert told(hall("canonical")(evaluated, exercise)) == "True True\nNone None\n"
